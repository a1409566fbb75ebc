//! Every door of the house: its address, and who may go through. A page without an entry here cannot be reached: routers
//! are made by [`Doors`] only, and a test walks every door as every role.

mod gate;
mod site;
mod viewer;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use docket_app::Desk;
use docket_core::person::Role;

use self::gate::Gate;
pub use self::gate::{Caller, Fields, Upload};
pub use self::site::Site;
use self::site::from_of;
pub use self::viewer::{FormKey, Theme, Viewer};
use crate::urls;

/// What a role may do at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Go through; what is shown is of every client.
    Yes,
    /// Go through; what is shown is the person's own client's.
    Own,
    /// Not go through.
    No,
}

/// Who may go through a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever comes, under whatever name of this host: the door itself believes a signature or a token only, or shows nothing
    /// that anybody must not see.
    Anyone,
    /// Whoever comes from a browser that knows this host: log-in, and links with which a password is chosen.
    Visitors,
    /// Who is logged in, by role: admin, lead, specialist, auditor, client.
    People([Pass; 5]),
}

/// How a door is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// It only shows.
    Get,
    /// It changes something.
    Post,
    /// A room with doors of its own: the webhook door, and a client's question.
    Any,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
}

use Pass::{No, Own, Yes};

/// Staff reads everything; a client's person sees the same of its own client.
const READS: Who = Who::People([Yes, Yes, Yes, Yes, Own]);
/// Staff reads.
const STAFF: Who = Who::People([Yes, Yes, Yes, Yes, No]);
/// Who works on cases.
const WRITERS: Who = Who::People([Yes, Yes, Yes, No, No]);
/// Everybody, about themselves.
const THEMSELVES: Who = Who::People([Yes, Yes, Yes, Yes, Yes]);
/// Who answers for the desk, and who checks it.
const OVERSEERS: Who = Who::People([Yes, Yes, No, Yes, No]);
const ADMINS: Who = Who::People([Yes, No, No, No, No]);

macro_rules! doors {
    ($($(#[$doc:meta])* $door:ident: $method:ident $path:expr, $who:expr;)+) => {
        /// A door.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Door { $($(#[$doc])* $door),+ }

        impl Door {
            /// All of them.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$door),+];

            /// Its line in the table.
            pub const fn entry(self) -> Entry {
                match self { $(Self::$door => Entry { method: Method::$method, path: $path, who: $who }),+ }
            }

            const fn word(self) -> &'static str {
                match self { $(Self::$door => stringify!($door)),+ }
            }
        }
    };
}

doors! {
    Styles: Get urls::STYLES, Who::Anyone;
    Icon: Get urls::ICON, Who::Anyone;
    Script: Get urls::SCRIPT, Who::Anyone;
    Health: Get urls::HEALTH, Who::Anyone;
    /// Believes signatures only.
    Webhook: Any urls::WEBHOOK, Who::Anyone;
    /// Opens to whoever has its token.
    Ask: Any urls::ASK, Who::Anyone;

    LogInPage: Get urls::LOG_IN, Who::Visitors;
    LogIn: Post urls::LOG_IN, Who::Visitors;
    /// Opens to whoever has its token.
    PasswordPage: Get urls::PASSWORD, Who::Visitors;
    Password: Post urls::PASSWORD, Who::Visitors;

    Home: Get urls::HOME, READS;
    /// A stream, which ends with the session.
    Live: Get urls::LIVE, READS;
    Palette: Get urls::PALETTE, READS;
    Queue: Get urls::QUEUE, READS;
    Case: Get urls::CASE, READS;
    WinRate: Get urls::WIN_RATE, READS;
    Factors: Get urls::FACTORS, READS;
    Sla: Get urls::SLA, READS;
    Connections: Get urls::CONNECTIONS, STAFF;
    Notices: Get urls::NOTICES, STAFF;
    NoticeSeen: Post urls::NOTICE_SEEN, WRITERS;

    Assign: Post urls::ASSIGN, WRITERS;
    CaseEvidence: Get urls::CASE_EVIDENCE, STAFF;
    CaseStatement: Get urls::CASE_STATEMENT, STAFF;
    CasePreview: Get urls::CASE_PREVIEW, STAFF;
    CaseHistory: Get urls::CASE_HISTORY, STAFF;
    CaseFile: Get urls::CASE_FILE, STAFF;
    Decide: Post urls::DECIDE, WRITERS;
    /// Takes a file.
    AddEvidence: Post urls::ADD_EVIDENCE, WRITERS;
    ChangeEvidence: Post urls::CHANGE_EVIDENCE, WRITERS;
    AskClient: Post urls::ASK_CLIENT, WRITERS;
    SendDraft: Post urls::SEND_DRAFT, WRITERS;
    Undo: Post urls::UNDO, WRITERS;
    SaveDraft: Post urls::SAVE_DRAFT, WRITERS;
    ReviewDraft: Post urls::REVIEW_DRAFT, WRITERS;
    ApproveDraft: Post urls::APPROVE_DRAFT, WRITERS;
    ReturnDraft: Post urls::RETURN_DRAFT, WRITERS;

    Account: Get urls::ACCOUNT, THEMSELVES;
    LogOut: Post urls::LOG_OUT, THEMSELVES;
    ChangePassword: Post urls::ACCOUNT_PASSWORD, THEMSELVES;
    EndSession: Post urls::ACCOUNT_SESSION, THEMSELVES;
    BeginCodes: Post urls::CODES_BEGIN, THEMSELVES;
    ConfirmCodes: Post urls::CODES_CONFIRM, THEMSELVES;
    CodesOff: Post urls::CODES_OFF, THEMSELVES;
    ChooseTheme: Post urls::THEME, THEMSELVES;

    People: Get urls::PEOPLE, ADMINS;
    Audit: Get urls::AUDIT, OVERSEERS;
}

impl Door {
    /// Its name in the audit log.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in self.word().chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Whether its form may carry a file.
    pub const fn takes_a_file(self) -> bool {
        matches!(self, Self::AddEvidence)
    }

    /// What a role may do here.
    pub fn pass(self, role: Role) -> Pass {
        match self.entry().who {
            Who::Anyone | Who::Visitors => Pass::Yes,
            Who::People(passes) => {
                passes[match role {
                    Role::Admin => 0,
                    Role::Lead => 1,
                    Role::Specialist => 2,
                    Role::Auditor => 3,
                    Role::Client => 4,
                }]
            }
        }
    }
}

/// Longest form of a page: a statement with its fields.
const FORM_LIMIT: usize = 300_000;
/// Longest form with a file; whoever takes the file has a limit of its own below it, with the right words.
const UPLOAD_LIMIT: usize = 34_000_000;

/// Makes the router, door by door.
pub struct Doors {
    router: Router<Desk>,
    desk: Desk,
    site: Site,
    #[cfg(test)]
    opened: Vec<Door>,
}

impl Doors {
    pub fn new(desk: Desk, site: Site) -> Self {
        Self {
            router: Router::new(),
            desk,
            site,
            #[cfg(test)]
            opened: Vec::new(),
        }
    }

    /// Opens a door.
    pub fn open<H, T>(self, door: Door, handler: H) -> Self
    where
        H: Handler<T, Desk>,
        T: 'static,
    {
        let method = match door.entry().method {
            Method::Get => get(handler),
            Method::Post => post(handler),
            Method::Any => axum::routing::any(handler),
        };
        self.room(door, method)
    }

    /// Opens a door to a room that knows its own methods and limits.
    pub fn room(mut self, door: Door, method: MethodRouter<Desk>) -> Self {
        #[cfg(test)]
        self.opened.push(door);
        let gate = Gate {
            door,
            desk: self.desk.clone(),
            site: self.site.clone(),
        };
        // The limit is the outer one, so that the gate reads within it; a room sets its own inside.
        let guarded: MethodRouter<Desk> = method.layer(from_fn_with_state(gate, gate::pass));
        let guarded = guarded.layer(DefaultBodyLimit::max(match door.takes_a_file() {
            true => UPLOAD_LIMIT,
            false => FORM_LIMIT,
        }));
        self.router = self.router.route(door.entry().path, guarded);
        self
    }

    /// The doors that were opened, for the test that none is forgotten.
    #[cfg(test)]
    pub fn opened(&self) -> &[Door] {
        &self.opened
    }

    pub fn finish(self) -> Router<Desk> {
        self.router
    }
}
