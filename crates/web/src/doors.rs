//! Every door of the house: its address, and who may go through. A page without an entry here cannot be reached: routers
//! are made by [`Doors`] only, and a test walks every door as every role.

mod gate;
mod programs;
mod site;
mod viewer;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post, put};
use docket_app::Desk;
use docket_core::person::Role;
use docket_core::token::Scope;

use self::gate::Gate;
pub use self::gate::{Caller, Fields, Upload};
pub use self::programs::{Agent, reaches};
pub use self::site::Site;
use self::site::from_of;
pub use self::viewer::{FormKey, Theme, Viewer};
use crate::{api, urls};

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
    /// Programs with a token: one that has this scope, as far as the role of its person reaches.
    Programs(Option<Scope>, [Pass; 5]),
}

impl Who {
    /// The scope that a token needs here.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Programs(scope, _) => scope,
            Self::Anyone | Self::Visitors | Self::People(_) => None,
        }
    }
}

/// Programs with this scope, where people like these may go.
const fn programs(scope: Scope, like: Who) -> Who {
    match like {
        Who::People(passes) | Who::Programs(_, passes) => Who::Programs(Some(scope), passes),
        Who::Anyone | Who::Visitors => Who::Programs(Some(scope), [No; 5]),
    }
}

/// How a door is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// It only shows.
    Get,
    /// It changes something.
    Post,
    /// It puts something in the place of what is there.
    Put,
    /// It takes something away.
    Delete,
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
/// Who answers for the desk.
const LEADS: Who = Who::People([Yes, Yes, No, No, No]);
/// Who works on cases, and a client's own person.
const ANSWERERS: Who = Who::People([Yes, Yes, Yes, No, Own]);
/// A client's own person.
const CLIENTS_OWN: Who = Who::People([No, No, No, No, Own]);
const ADMINS: Who = Who::People([Yes, No, No, No, No]);

macro_rules! doors {
    ($($(#[$doc:meta])* $door:ident: $method:ident $path:expr, $who:expr;)+) => {
        /// A door.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Door { $($(#[$doc])* $door),+ }

        impl Door {
            /// All of them.
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

    /// Opens to whoever has its token.
    Calendar: Get urls::CALENDAR, Who::Anyone;

    LogInPage: Get urls::LOG_IN, Who::Visitors;
    LogIn: Post urls::LOG_IN, Who::Visitors;
    /// Opens to whoever has its token.
    PasswordPage: Get urls::PASSWORD, Who::Visitors;
    Password: Post urls::PASSWORD, Who::Visitors;

    Home: Get urls::HOME, READS;
    Help: Get urls::HELP, READS;
    /// A stream, which ends with the session.
    Live: Get urls::LIVE, READS;
    Palette: Get urls::PALETTE, READS;
    Queue: Get urls::QUEUE, READS;
    Case: Get urls::CASE, READS;
    SaveView: Post urls::SAVE_VIEW, THEMSELVES;
    ForgetView: Post urls::FORGET_VIEW, THEMSELVES;
    NextCase: Post urls::NEXT_CASE, WRITERS;
    PlanBulk: Post urls::BULK, WRITERS;
    BulkPlan: Get urls::BULK_PLAN, WRITERS;
    BulkConfirm: Post urls::BULK_CONFIRM, WRITERS;
    Handover: Get urls::HANDOVER, STAFF;
    HandoverList: Get urls::HANDOVER_LIST, STAFF;
    SignHandover: Post urls::HANDOVER, WRITERS;
    Clients: Get urls::CLIENTS, STAFF;
    Client: Get urls::CLIENT, STAFF;
    Contracts: Get urls::CONTRACTS, STAFF;
    AddContract: Post urls::CONTRACTS, LEADS;
    Rules: Get urls::RULES, STAFF;
    AddRule: Post urls::RULES, LEADS;
    TryRule: Post urls::TRY_RULE, WRITERS;
    ActivateRule: Post urls::ACTIVATE_RULE, LEADS;
    RetireRule: Post urls::RETIRE_RULE, LEADS;
    Search: Get urls::SEARCH, READS;
    Deadlines: Get urls::DEADLINES, STAFF;
    CalendarMake: Post urls::CALENDAR_MAKE, STAFF;
    CalendarOff: Post urls::CALENDAR_OFF, STAFF;
    Questions: Get urls::QUESTIONS, READS;
    WordQuestion: Get urls::ASK_QUESTION, WRITERS;
    AskQuestion: Post urls::ASK_QUESTION, WRITERS;
    Question: Get urls::QUESTION, STAFF;
    RemindQuestion: Post urls::REMIND_QUESTION, WRITERS;
    WithdrawQuestion: Post urls::WITHDRAW_QUESTION, WRITERS;
    QuestionLink: Post urls::QUESTION_LINK, WRITERS;
    ConfirmAnswer: Post urls::CONFIRM_ANSWER, WRITERS;
    AnswerQuestion: Post urls::ANSWER_QUESTION, CLIENTS_OWN;
    RecordAnswer: Post urls::RECORD_ANSWER, WRITERS;
    Incidents: Get urls::INCIDENTS, STAFF;
    IncidentCause: Post urls::INCIDENT_CAUSE, LEADS;
    Unmatched: Get urls::UNMATCHED, STAFF;
    JoinOrder: Post urls::JOIN_ORDER, WRITERS;
    WinRate: Get urls::WIN_RATE, READS;
    Factors: Get urls::FACTORS, READS;
    Sla: Get urls::SLA, READS;
    WinRatePdf: Get urls::WIN_RATE_PDF, READS;
    FactorsPdf: Get urls::FACTORS_PDF, READS;
    SlaPdf: Get urls::SLA_PDF, READS;
    QueueCsv: Get urls::QUEUE_CSV, READS;
    WinRateCsv: Get urls::WIN_RATE_CSV, READS;
    FactorsCsv: Get urls::FACTORS_CSV, READS;
    SlaCsv: Get urls::SLA_CSV, READS;
    /// A client's own person gets what was sent to it.
    Packs: Get urls::PACKS, READS;
    PackFile: Get urls::PACK_FILE, READS;
    ApprovePack: Post urls::APPROVE_PACK, LEADS;
    RejectPack: Post urls::REJECT_PACK, LEADS;
    PackAnew: Post urls::PACK_ANEW, LEADS;
    Exclusions: Get urls::EXCLUSIONS, STAFF;
    ProposeExclusion: Post urls::EXCLUSIONS, WRITERS;
    ApproveExclusion: Post urls::APPROVE_EXCLUSION, LEADS;
    RejectExclusion: Post urls::REJECT_EXCLUSION, LEADS;
    WorkCalendars: Get urls::WORK_CALENDARS, STAFF;
    AddWorkCalendar: Post urls::WORK_CALENDARS, LEADS;
    Connections: Get urls::CONNECTIONS, STAFF;
    Connection: Get urls::CONNECTION, STAFF;
    Sync: Get urls::SYNC, STAFF;
    SyncNow: Post urls::SYNC_NOW, WRITERS;
    CheckConnection: Post urls::CHECK_CONNECTION, WRITERS;
    RecordSetting: Post urls::RECORD_SETTING, WRITERS;
    PauseConnection: Post urls::PAUSE_CONNECTION, LEADS;
    RetryJob: Post urls::RETRY_JOB, WRITERS;
    Notices: Get urls::NOTICES, STAFF;
    NoticeSeen: Post urls::NOTICE_SEEN, WRITERS;

    Assign: Post urls::ASSIGN, WRITERS;
    ChangeCase: Post urls::CHANGE_CASE, WRITERS;
    CaseEvidence: Get urls::CASE_EVIDENCE, STAFF;
    CaseStatement: Get urls::CASE_STATEMENT, STAFF;
    CasePreview: Get urls::CASE_PREVIEW, STAFF;
    CaseHistory: Get urls::CASE_HISTORY, STAFF;
    CaseFile: Get urls::CASE_FILE, STAFF;
    BuyerFile: Get urls::BUYER_FILE, STAFF;
    Decide: Post urls::DECIDE, WRITERS;
    /// Takes a file.
    AddEvidence: Post urls::ADD_EVIDENCE, WRITERS;
    ChangeEvidence: Post urls::CHANGE_EVIDENCE, WRITERS;
    AskFromCase: Post urls::ASK_FROM_CASE, WRITERS;
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
    MakeToken: Post urls::ACCOUNT_TOKENS, THEMSELVES;
    RevokeToken: Post urls::ACCOUNT_TOKEN, THEMSELVES;
    BeginCodes: Post urls::CODES_BEGIN, THEMSELVES;
    ConfirmCodes: Post urls::CODES_CONFIRM, THEMSELVES;
    CodesOff: Post urls::CODES_OFF, THEMSELVES;
    ChooseTheme: Post urls::THEME, THEMSELVES;
    ChooseLocale: Post urls::ACCOUNT_LOCALE, THEMSELVES;

    Hooks: Get urls::HOOKS, LEADS;
    AddHook: Post urls::HOOKS, ADMINS;
    StopHook: Post urls::STOP_HOOK, ADMINS;
    DeliverAgain: Post urls::DELIVER_AGAIN, LEADS;
    People: Get urls::PEOPLE, ADMINS;
    AddPerson: Post urls::PEOPLE, ADMINS;
    Person: Get urls::PERSON, ADMINS;
    ResetPerson: Post urls::RESET_PERSON, ADMINS;
    ChangeRole: Post urls::CHANGE_ROLE, ADMINS;
    DisablePerson: Post urls::DISABLE_PERSON, ADMINS;
    EnablePerson: Post urls::ENABLE_PERSON, ADMINS;
    SetSkills: Post urls::SET_SKILLS, ADMINS;
    Audit: Get urls::AUDIT, OVERSEERS;

    /// Says only what can be asked.
    ApiDocument: Get urls::api::DOCUMENT, Who::Anyone;
    ApiMe: Get urls::api::ME, Who::Programs(None, [Yes, Yes, Yes, Yes, Own]);
    ApiCases: Get urls::api::CASES, programs(Scope::CasesRead, READS);
    ApiCase: Get urls::api::CASE, programs(Scope::CasesRead, READS);
    ApiHistory: Get urls::api::HISTORY, programs(Scope::CasesRead, STAFF);
    ApiAssign: Put urls::api::ASSIGNEE, programs(Scope::CasesWrite, WRITERS);
    ApiNote: Post urls::api::NOTES, programs(Scope::CasesWrite, WRITERS);
    ApiClearFlag: Delete urls::api::FLAG, programs(Scope::CasesWrite, WRITERS);
    ApiWake: Delete urls::api::ASIDE, programs(Scope::CasesWrite, WRITERS);
    ApiEvidence: Get urls::api::EVIDENCE, programs(Scope::CasesRead, STAFF);
    ApiChecklist: Get urls::api::CHECKLIST, programs(Scope::CasesRead, STAFF);
    ApiAddEvidence: Post urls::api::EVIDENCE, programs(Scope::EvidenceWrite, WRITERS);
    ApiSkip: Put urls::api::SKIPPED, programs(Scope::EvidenceWrite, WRITERS);
    ApiUnskip: Delete urls::api::SKIPPED, programs(Scope::EvidenceWrite, WRITERS);
    ApiDrafts: Get urls::api::DRAFTS, programs(Scope::CasesRead, STAFF);
    ApiDraft: Get urls::api::DRAFT, programs(Scope::CasesRead, STAFF);
    ApiSaveDraft: Put urls::api::DRAFT, programs(Scope::DraftsWrite, WRITERS);
    ApiDiscardDraft: Delete urls::api::DRAFT, programs(Scope::DraftsWrite, WRITERS);
    ApiReviewDraft: Post urls::api::DRAFT_REVIEW, programs(Scope::DraftsWrite, WRITERS);
    ApiReturnDraft: Post urls::api::DRAFT_RETURN, programs(Scope::DraftsWrite, WRITERS);
    ApiApproveDraft: Post urls::api::DRAFT_APPROVE, programs(Scope::DraftsSend, WRITERS);
    ApiSendDraft: Post urls::api::DRAFT_SEND, programs(Scope::DraftsSend, WRITERS);
    ApiResponses: Get urls::api::RESPONSES, programs(Scope::CasesRead, STAFF);
    ApiCancelResponse: Delete urls::api::RESPONSE, programs(Scope::DraftsSend, WRITERS);
    ApiPlanBulk: Post urls::api::BULK, programs(Scope::CasesWrite, WRITERS);
    ApiBulkPlan: Get urls::api::BULK_PLAN, programs(Scope::CasesRead, WRITERS);
    ApiBulkConfirm: Post urls::api::BULK_CONFIRM, programs(Scope::CasesWrite, WRITERS);
    ApiRequests: Get urls::api::REQUESTS, programs(Scope::CasesRead, READS);
    ApiRequest: Get urls::api::REQUEST, programs(Scope::CasesRead, READS);
    ApiAsk: Post urls::api::ASK, programs(Scope::RequestsWrite, WRITERS);
    ApiWithdraw: Post urls::api::WITHDRAW, programs(Scope::RequestsWrite, WRITERS);
    ApiNotices: Get urls::api::NOTICES, programs(Scope::NoticesRead, STAFF);
    ApiNoticeSeen: Post urls::api::NOTICE_SEEN, programs(Scope::NoticesWrite, WRITERS);
    ApiSearch: Get urls::api::SEARCH, programs(Scope::CasesRead, READS);
    ApiClients: Get urls::api::CLIENTS, programs(Scope::DeskRead, STAFF);
    ApiUnmatched: Get urls::api::UNMATCHED, programs(Scope::DeskRead, STAFF);
    ApiJoinOrder: Post urls::api::JOIN_ORDER, programs(Scope::CasesWrite, WRITERS);
    ApiConnections: Get urls::api::CONNECTIONS, programs(Scope::DeskRead, STAFF);
    ApiSync: Post urls::api::SYNC, programs(Scope::CasesWrite, WRITERS);
    ApiIncidents: Get urls::api::INCIDENTS, programs(Scope::DeskRead, STAFF);
    ApiIncidentCause: Put urls::api::INCIDENT_CAUSE, programs(Scope::CasesWrite, LEADS);
    ApiRules: Get urls::api::RULES, programs(Scope::DeskRead, STAFF);
    ApiAddRule: Post urls::api::RULES, programs(Scope::DraftsWrite, LEADS);
    ApiTryRule: Post urls::api::TRY_RULE, programs(Scope::DraftsWrite, WRITERS);
    ApiActivateRule: Post urls::api::ACTIVATE_RULE, programs(Scope::DraftsSend, LEADS);
    ApiRetireRule: Post urls::api::RETIRE_RULE, programs(Scope::DraftsSend, LEADS);
    ApiWinRate: Get urls::api::WIN_RATE, programs(Scope::ReportsRead, READS);
    ApiFactors: Get urls::api::FACTORS, programs(Scope::ReportsRead, READS);
    ApiSla: Get urls::api::SLA, programs(Scope::ReportsRead, READS);
    ApiAudit: Get urls::api::AUDIT, programs(Scope::AuditRead, OVERSEERS);
    ApiHooks: Get urls::api::HOOKS, programs(Scope::HooksRead, ADMINS);
    ApiAddHook: Post urls::api::HOOKS, programs(Scope::HooksWrite, ADMINS);
    ApiStopHook: Delete urls::api::HOOK, programs(Scope::HooksWrite, ADMINS);
    ApiDeliveries: Get urls::api::DELIVERIES, programs(Scope::HooksRead, ADMINS);
    ApiPiece: Delete urls::api::PIECE, programs(Scope::EvidenceWrite, WRITERS);
    ApiConfirmPiece: Post urls::api::PIECE_CONFIRM, programs(Scope::EvidenceWrite, WRITERS);
    ApiCaseFile: Get urls::api::CASE_FILE, programs(Scope::CasesRead, STAFF);
    ApiPreview: Get urls::api::PREVIEW, programs(Scope::CasesRead, STAFF);
    ApiAdvice: Get urls::api::ADVICE, programs(Scope::CasesRead, STAFF);
    ApiNextCase: Post urls::api::NEXT_CASE, programs(Scope::CasesWrite, WRITERS);
    ApiRemind: Post urls::api::REMIND, programs(Scope::RequestsWrite, WRITERS);
    ApiRequestLink: Post urls::api::REQUEST_LINK, programs(Scope::RequestsWrite, WRITERS);
    ApiAnswer: Post urls::api::ANSWERS, programs(Scope::RequestsWrite, ANSWERERS);
    ApiConnection: Get urls::api::CONNECTION, programs(Scope::DeskRead, STAFF);
    ApiCheckConnection: Post urls::api::CHECK, programs(Scope::CasesWrite, WRITERS);
    ApiPauseConnection: Put urls::api::PAUSE, programs(Scope::CasesWrite, LEADS);
    ApiResumeConnection: Delete urls::api::PAUSE, programs(Scope::CasesWrite, LEADS);
    ApiRecordSetting: Post urls::api::SETTINGS, programs(Scope::CasesWrite, WRITERS);
    ApiJobs: Get urls::api::JOBS, programs(Scope::DeskRead, STAFF);
    ApiRetryJob: Post urls::api::RETRY_JOB, programs(Scope::CasesWrite, WRITERS);
    ApiDeliverAgain: Post urls::api::DELIVER_AGAIN, programs(Scope::HooksWrite, LEADS);
    ApiDeadlines: Get urls::api::DEADLINES, programs(Scope::CasesRead, STAFF);
    ApiHandover: Get urls::api::HANDOVER, programs(Scope::CasesRead, STAFF);
    ApiSignHandover: Post urls::api::HANDOVER, programs(Scope::CasesWrite, WRITERS);
    ApiHandovers: Get urls::api::HANDOVERS, programs(Scope::CasesRead, STAFF);
    ApiSignedHandover: Get urls::api::SIGNED_HANDOVER, programs(Scope::CasesRead, STAFF);
    ApiViews: Get urls::api::VIEWS, programs(Scope::CasesRead, THEMSELVES);
    ApiKeepView: Post urls::api::VIEWS, programs(Scope::CasesWrite, THEMSELVES);
    ApiDropView: Delete urls::api::VIEWS, programs(Scope::CasesWrite, THEMSELVES);
    ApiPeople: Get urls::api::PEOPLE, programs(Scope::DeskRead, ADMINS);
    ApiPacks: Get urls::api::PACKS, programs(Scope::ReportsRead, READS);
    ApiPackFile: Get urls::api::PACK_FILE, programs(Scope::ReportsRead, READS);
    ApiApprovePack: Post urls::api::APPROVE_PACK, programs(Scope::ReportsSend, LEADS);
    ApiRejectPack: Post urls::api::REJECT_PACK, programs(Scope::ReportsSend, LEADS);
    ApiPackAnew: Post urls::api::PACK_ANEW, programs(Scope::ReportsSend, LEADS);
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

    /// The page that an address of a form belongs to: the nearest above it that shows something. Whoever reloads what a form
    /// answered finds back by it.
    pub fn above(path: &str) -> Option<String> {
        let shows = |path: &str| {
            let mut pages = Self::ALL.iter().map(|door| door.entry());
            pages.any(|page| page.method == Method::Get && fits(page.path, path))
        };
        let mut above = path.trim_end_matches('/');
        while let Some((shorter, _)) = above.rsplit_once('/').filter(|(shorter, _)| !shorter.is_empty()) {
            if shows(shorter) {
                return Some(shorter.to_owned());
            }
            above = shorter;
        }
        None
    }

    /// The texts of what forms did.
    pub const DONE: [&'static str; 4] = ["done-saved", "done-draft", "done-assigned", "done"];

    /// What its form did, for the page that follows; none where that page says so by itself.
    pub const fn done(self) -> Option<&'static str> {
        match self {
            Self::LogOut | Self::NextCase | Self::AnswerQuestion | Self::PlanBulk | Self::TryRule => None,
            Self::Decide | Self::SaveDraft => Some("done-draft"),
            Self::Assign => Some("done-assigned"),
            Self::BulkConfirm
            | Self::SendDraft
            | Self::Undo
            | Self::SyncNow
            | Self::CheckConnection
            | Self::RetryJob
            | Self::RemindQuestion
            | Self::WithdrawQuestion
            | Self::ReviewDraft
            | Self::ApproveDraft
            | Self::ReturnDraft
            | Self::EndSession
            | Self::RevokeToken
            | Self::ForgetView
            | Self::DeliverAgain => Some("done"),
            _ => Some("done-saved"),
        }
    }

    /// Whether its form may carry a file.
    pub const fn takes_a_file(self) -> bool {
        matches!(self, Self::AddEvidence)
    }

    /// Longest body, in bytes.
    const fn limit(self) -> usize {
        match self.entry().who {
            Who::Programs(..) if matches!(self, Self::ApiAddEvidence | Self::ApiAnswer) => api::FILE_LIMIT,
            Who::Programs(..) => api::BODY_LIMIT,
            Who::Anyone | Who::Visitors | Who::People(_) if self.takes_a_file() => UPLOAD_LIMIT,
            Who::Anyone | Who::Visitors | Who::People(_) => FORM_LIMIT,
        }
    }

    /// What a role may do here.
    pub fn pass(self, role: Role) -> Pass {
        match self.entry().who {
            Who::Anyone | Who::Visitors => Pass::Yes,
            Who::People(passes) | Who::Programs(_, passes) => {
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

/// Whether an address is one of a pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some(name), Some(part)) if name == part || name.starts_with('{') => {}
            _ => return false,
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
            Method::Put => put(handler),
            Method::Delete => delete(handler),
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
        let guarded = guarded.layer(DefaultBodyLimit::max(door.limit()));
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
