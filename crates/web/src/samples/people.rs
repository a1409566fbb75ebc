//! Samples of the pages of people, and who looks at all the others.

use chrono::Duration;
use docket_app::{AuditFilter, AuditRow, FactorSetUp, PasswordSet, Skill, Workload};
use docket_core::env::Env;
use docket_core::id::{CaseId, ClientId, NoticeId, PersonId, SessionId, TokenId};
use docket_core::notice::{Audience, Notice, NoticeKind};
use docket_core::person::{Access, Locale, Person, Session, SkillKind};
use docket_core::token::{ApiToken, Scope};
use docket_store::testing::clock::Clock;
use serde_json::json;

use super::make::{NASTY, now};
use super::{Samples, house};
use crate::doors::{FormKey, Theme, Viewer};
use crate::pages::account::AccountView;
use crate::pages::account::tokens::Tokens;
use crate::pages::audit::AuditView;
use crate::pages::log_in::LogInView;
use crate::pages::notices::NoticesView;
use crate::pages::password::{PasswordGone, PasswordView};
use crate::pages::people::{PeopleView, PersonView, Staff};

fn env() -> Env {
    Clock::at(now()).env()
}

fn person(access: Access) -> Person {
    Person {
        id: PersonId::new(&env()),
        name: NASTY.to_owned(),
        email: NASTY.to_owned(),
        access,
        has_password: true,
        second_factor: false,
        locale: Locale::default(),
        disabled_at: None,
        created_at: now(),
    }
}

fn session(person: &Person) -> Session {
    Session {
        id: SessionId::new(&env()),
        person: person.id,
        created_at: now() - Duration::hours(1),
        seen_at: now(),
        address: "192.0.2.7".to_owned(),
        agent: NASTY.to_owned(),
    }
}

fn with(access: Access) -> Viewer {
    let person = person(access);
    Viewer {
        session: session(&person),
        person,
        from: "192.0.2.7".to_owned(),
        key: FormKey::of("token"),
        theme: Theme::System,
        done: None,
    }
}

/// Somebody who sees everything.
pub fn viewer() -> Viewer {
    with(Access::Admin)
}

/// Somebody who only reads.
pub fn auditor() -> Viewer {
    with(Access::Auditor)
}

/// A client's own person.
pub fn clients_own(client: ClientId) -> Viewer {
    with(Access::Client(client))
}

impl Samples for LogInView {
    fn samples() -> Vec<Self> {
        let new = |next| Self::new(false, NASTY, next);
        vec![
            Self::new(true, "", ""),
            new("/queue?turn=ours").refused(),
            new("//evil.example").wait(now() + Duration::minutes(15), now()),
        ]
    }
}

impl Samples for PasswordView {
    fn samples() -> Vec<Self> {
        let own = PasswordSet::Of(Box::new(person(Access::Lead)));
        vec![
            Self::of(&PasswordSet::FirstAdmin, "token"),
            Self::of(&PasswordSet::FirstAdmin, "token").with(NASTY.to_owned(), NASTY, NASTY),
            Self::of(&own, "token").with(NASTY.to_owned(), "", ""),
        ]
    }
}

impl Samples for PasswordGone {
    fn samples() -> Vec<Self> {
        vec![Self]
    }
}

fn tokens(viewer: &Viewer) -> Tokens {
    let token = |revoked_at, used_at| ApiToken {
        id: TokenId::new(&env()),
        person: viewer.person.id,
        name: NASTY.to_owned(),
        scopes: Scope::ALL.to_vec(),
        created_at: now(),
        expires_at: now() + Duration::days(90),
        used_at,
        revoked_at,
    };
    let all = [
        token(None, Some(now())),
        token(Some(now()), None),
        ApiToken {
            expires_at: now(),
            ..token(None, None)
        },
    ];
    let mut tokens = Tokens::of(viewer, &all, now());
    tokens.secret = Some("docket_00".to_owned());
    tokens
}

impl Samples for AccountView {
    fn samples() -> Vec<Self> {
        let viewer = viewer();
        let other = Session {
            agent: String::new(),
            ..session(&person(Access::Lead))
        };
        let devices = [viewer.session.clone(), other];
        let set_up = FactorSetUp {
            secret: "ABC".to_owned(),
            url: NASTY.to_owned(),
        };
        let mut on = viewer.clone();
        on.person.second_factor = true;
        vec![
            Self::of(&viewer, &devices, (None, 0), now()),
            Self::of(&viewer, &devices, (Some(set_up), 0), now()).with(NASTY.to_owned()),
            Self::of(&on, &devices[..1], (None, 1), now()).holding(tokens(&on)),
            Self::of(&on, &devices[..1], (None, 8), now()).recovering(vec!["ab12-cd34".to_owned()]),
            Self::of(&clients_own(house().client.id), &devices[..1], (None, 0), now()),
        ]
    }
}

impl Samples for NoticesView {
    fn samples() -> Vec<Self> {
        let notice = |_| Notice {
            id: NoticeId::new(&env()),
            client: house().client.id,
            case: CaseId::new(&env()),
            kind: NoticeKind::Ladder24h,
            audience: Audience::DeskAndLead,
            text: NASTY.to_owned(),
            raised_at: now(),
            seen_at: None,
            seen_by: None,
        };
        let all: Vec<Notice> = (0..100).map(notice).collect();
        vec![
            Self::of(&viewer(), &all, now()),
            Self::of(&with(Access::Auditor), &all[..1], now()),
            Self::of(&viewer(), &[], now()),
        ]
    }
}

/// Everybody that a page of people tells apart.
fn staff() -> (Vec<Person>, Workload, docket_app::Client) {
    let other = |digit: u8| {
        format!("00000000-0000-7000-8000-00000000000{digit}")
            .parse::<PersonId>()
            .unwrap()
    };
    let client = house().client;
    let mut disabled = person(Access::Lead);
    disabled.disabled_at = Some(now());
    let mut invited = person(Access::Client(client.id));
    invited.has_password = false;
    invited.id = other(7);
    disabled.id = other(8);
    let mut codes = person(Access::Specialist);
    codes.id = other(9);
    codes.second_factor = true;
    let skill = |kind, value: String| Skill { kind, value };
    let skills = [
        skill(SkillKind::Client, client.id.to_string()),
        skill(SkillKind::Client, NASTY.to_owned()),
        skill(SkillKind::Platform, "paypal".to_owned()),
    ];
    let load = Workload {
        people: vec![(codes.clone(), skills.into(), 1), (viewer().person, [].into(), 3)],
    };
    (vec![viewer().person, disabled, invited, codes], load, client)
}

impl Samples for PeopleView {
    fn samples() -> Vec<Self> {
        let (people, load, client) = staff();
        let staff = Staff {
            people: &people,
            clients: std::slice::from_ref(&client),
            load: &load,
        };
        let of = || Self::of(&viewer(), &staff, None, now());
        vec![of(), of().with(NASTY.to_owned())]
    }
}

impl Samples for PersonView {
    fn samples() -> Vec<Self> {
        let (people, load, client) = staff();
        let staff = Staff {
            people: &people,
            clients: std::slice::from_ref(&client),
            load: &load,
        };
        let each = |person: &Person| Self::of(&viewer(), person, &staff, now());
        let told = [
            each(&people[3]).with(NASTY.to_owned()),
            each(&people[2]).linked(NASTY.to_owned()),
        ];
        people.iter().map(each).chain(told).collect()
    }
}

impl Samples for AuditView {
    fn samples() -> Vec<Self> {
        let row = |number: i64, outcome: Option<&str>| AuditRow {
            number,
            at: now(),
            person: None,
            actor: NASTY.to_owned(),
            kind: NASTY.to_owned(),
            detail: Some(json!({ "from": NASTY, "on": NASTY })),
            outcome: outcome.map(str::to_owned),
        };
        let erased = AuditRow {
            detail: None,
            ..row(200, Some("refused"))
        };
        let mut rows = vec![erased, row(199, Some("failed")), row(198, None)];
        rows.extend((0..97).map(|n| row(197 - n, Some("done"))));
        let all = AuditFilter::default();
        let narrowed = AuditFilter {
            kind: Some(NASTY.to_owned()),
            actor: Some(NASTY.to_owned()),
        };
        vec![
            Self::of(&viewer(), &rows, &all, now()),
            Self::of(&viewer(), &[], &all, now()),
            Self::of(&viewer(), &rows[..3], &narrowed, now()),
        ]
    }
}
