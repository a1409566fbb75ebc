//! `samples()` of every page: full, empty, odd and hostile contents.

mod agreed;
mod ask;
mod bulk;
mod case_page;
mod case_parts;
mod clients;
mod deadlines;
mod exclusions;
pub mod factors;
mod hooks;
pub mod make;
mod packs;
pub mod people;
mod questions;
mod search;
mod sla;
mod sync;
mod unmatched;

use std::collections::BTreeSet;

use chrono::Duration;
use docket_app::board::{LogEntry, LogKind};
use docket_app::{
    CasePosition, Changed, Client, Connection, ConnectionHealth, Error, GroupBy, Overview, Period, QueuePage,
    StoredCase, WinRateReport, WinRateWish, Workload,
};
use docket_core::attention::Attention;
use docket_core::case::{self, Answer};
use docket_core::env::Env;
use docket_core::id::{CaseId, ClientId, ConnectionId, RoundId};
use docket_core::stats::{Bundle, Fees, Ledger, Sums};
use docket_core::words::{Outcome, Platform, Reason, Turn, WorkState};
use docket_store::Chain;
use docket_store::testing::clock::Clock;
use serde_json::json;

use self::make::{Dispute, NASTY, now, platform_deadline};
use self::people::{clients_own, viewer};
use crate::error::{ErrorPage, PageError};
use crate::pages::connections::ConnectionsView;
use crate::pages::queue::QueueView;
use crate::pages::win_rate::WinRatePage;
use crate::query::{Pairs, QueueQuery};

/// A page with contents worth rendering in a test.
pub trait Samples: Sized {
    fn samples() -> Vec<Self>;
}

struct House {
    env: Env,
    client: Client,
    connection: Connection,
}

fn house() -> House {
    let env = Clock::at(now()).env();
    let client = Client {
        id: ClientId::new(&env),
        name: NASTY.to_owned(),
        safety_net: true,
        created_at: now(),
    };
    let connection = Connection {
        id: ConnectionId::new(&env),
        client: client.id,
        client_name: client.name.clone(),
        platform: Platform::PAYPAL,
        base_url: "https://api-m.paypal.example".to_owned(),
        cursor: None,
        health: ConnectionHealth {
            paused_why: None,
            findings: None,
            checked_at: None,
            synced_at: Some(now() - Duration::minutes(3)),
            swept_at: None,
            sync_error: None,
            alarm: None,
            next_sync_at: now() + Duration::minutes(2),
        },
        created_at: now(),
    };
    House {
        env,
        client,
        connection,
    }
}

impl House {
    fn case(&self, dispute: &Dispute) -> StoredCase {
        let ids = (CaseId::new(&self.env), RoundId::new(&self.env));
        let opened = case::open(
            ids,
            self.client.id,
            self.connection.id,
            &dispute.snapshot(),
            now(),
        );
        StoredCase {
            case: opened.case,
            chain: Chain::START,
            observed_at: now() - Duration::minutes(3),
            mark: String::new(),
            body_hash: None,
        }
    }

    fn queue(&self, cases: Vec<StoredCase>, address: &str) -> QueueView {
        let pairs: Pairs = url::form_urlencoded::parse(address.as_bytes())
            .into_owned()
            .collect();
        let query = QueueQuery {
            client: Some(self.client.id.to_string()),
            ..QueueQuery::parse(&pairs).unwrap()
        };
        let page = QueuePage {
            matching: i64::try_from(cases.len()).unwrap() + 50,
            next: cases.last().map(StoredCase::position),
            cases,
            connections: vec![Connection {
                health: stale(&self.connection),
                ..self.connection.clone()
            }],
            overview: Overview {
                open: 12,
                ours: 3,
                due_soon: 1,
                attention: 0,
            },
        };
        let view = QueueView::of(
            &viewer(),
            &page,
            &query,
            std::slice::from_ref(&self.client),
            now(),
        );
        let load = Workload {
            people: vec![(viewer().person, BTreeSet::new(), 3)],
        };
        let kept = [(NASTY.to_owned(), "turn=ours&due=36h".to_owned())];
        view.with_tools(&viewer(), (&kept, &load), (&page, &query))
    }
}

fn stale(connection: &Connection) -> ConnectionHealth {
    ConnectionHealth {
        synced_at: Some(now() - Duration::hours(5)),
        ..connection.health.clone()
    }
}

impl Samples for QueueView {
    fn samples() -> Vec<Self> {
        let house = house();
        let late = Dispute {
            deadline: Some(platform_deadline(now() - Duration::hours(3))),
            ..Dispute::ours(NASTY)
        };
        let flagged = Dispute {
            attention: Attention::ALL.iter().copied().collect(),
            ..Dispute::ours("PP-D-2")
        };
        let unknown = Dispute {
            deadline: None,
            ..Dispute::ours("PP-D-3")
        };
        let waiting = Dispute {
            turn: Turn::Platform,
            deadline: None,
            ..Dispute::ours("PP-D-4")
        };
        let all = [
            late,
            flagged,
            unknown,
            waiting,
            Dispute::ended("PP-D-5", Outcome::LostNoResponse, false),
        ];
        let mut cases: Vec<StoredCase> = all.iter().map(|d| house.case(d)).collect();
        cases[1].case.assignee = Some(NASTY.to_owned());
        cases[1].case.work_state = WorkState::InReview;
        cases[2].case.work_state = WorkState::Drafting;
        let position = CasePosition {
            sort_at: now(),
            id: cases[0].case.id,
        };
        let after = format!(
            "open=1&after={}.{}",
            position.sort_at.timestamp_micros(),
            position.id
        );
        let every = format!(
            "turn=ours&due=36h&attention=no_deadline&assignee={}&platform=paypal&reason=other&stage=inquiry&outcome=won\
             &contested=0&currency=EUR&evidence=partial&opened_from=2026-01-01&opened_to=2026-02-01&connection={}",
            "%3Cscript%3E", house.connection.id
        );
        let nobody = QueuePage {
            cases: Vec::new(),
            matching: 0,
            next: None,
            connections: Vec::new(),
            overview: Overview::default(),
        };
        vec![
            house.queue(cases, &after),
            house.queue(Vec::new(), &every),
            house.queue(Vec::new(), "open=1"),
            Self::of(&viewer(), &nobody, &QueueQuery::default(), &[], now()),
            Self::of(
                &clients_own(house.client.id),
                &nobody,
                &QueueQuery::default(),
                &[],
                now(),
            ),
        ]
    }
}
fn log(by: GroupBy) -> Vec<LogEntry> {
    let entry = LogEntry {
        on: now().date_naive(),
        kind: LogKind::Setting,
        what: NASTY.to_owned(),
        platform: Some(Platform::KLARNA),
        value: Some("yes".to_owned()),
        others: Vec::new(),
    };
    if by == GroupBy::Month {
        vec![entry; 30]
    } else {
        Vec::new()
    }
}

impl Samples for WinRatePage {
    fn samples() -> Vec<Self> {
        let client = house().client;
        let bundle = |key: &str, outcome, contested, cases| {
            let mut sums = Sums::default();
            (0..cases).for_each(|_| sums.add(12_950, outcome, Some(6_000)));
            Bundle {
                key: key.to_owned(),
                platform: Platform::PAYPAL,
                reason: Reason::NotReceived,
                currency: "EUR".parse().unwrap(),
                outcome,
                contested,
                answer: if contested { Answer::InTime } else { Answer::Missed },
                cases,
                sums,
                fees: vec![(
                    "EUR".parse().unwrap(),
                    Fees {
                        platform: 20_00,
                        agency: 5_00,
                    },
                )],
                fee_unknown: u64::from(key == "2026-09"),
            }
        };
        let mut bundles: Vec<Bundle> = Outcome::ALL
            .iter()
            .map(|o| bundle("2026-08", Some(*o), *o != Outcome::LostNoResponse, 7))
            .collect();
        bundles.extend([
            bundle("2026-09", Some(Outcome::Won), true, 10),
            bundle("2026-10", Some(Outcome::Lost), true, 3),
            bundle("2026-11", None, false, 40),
        ]);
        let report = |bundles: &[Bundle], client: Option<&Client>, by, change| WinRateReport {
            wish: WinRateWish {
                client: client.cloned(),
                period: Period::of(None, None, now()).unwrap(),
                by,
                closed: by == GroupBy::Reason,
                currency: None,
            },
            ledger: Ledger::of(bundles),
            change,
            log: log(by),
            health: Vec::new(),
            as_of: now(),
        };
        let odd = [
            bundle("unauthorised", Some(Outcome::Won), true, 31),
            bundle(NASTY, Some(Outcome::Won), true, 12),
        ];
        let since = Ledger::of(&odd).change(&Ledger::of(&bundles[..7])).unwrap();
        let since = Changed::Since(Period::of(None, None, now()).unwrap(), since);
        vec![
            Self::of(
                &viewer(),
                &report(
                    &bundles,
                    Some(&client),
                    GroupBy::Month,
                    Changed::Immature {
                        now: (40, 90),
                        before: (2, 80),
                    },
                ),
                std::slice::from_ref(&client),
                (None, None),
            ),
            Self::of(
                &clients_own(client.id),
                &report(&odd, None, GroupBy::Reason, since),
                std::slice::from_ref(&client),
                (None, None),
            ),
            Self::of(
                &viewer(),
                &report(&[], None, GroupBy::Platform, Changed::NoneBefore),
                &[],
                (None, None),
            ),
            Self::of(
                &clients_own(client.id),
                &report(&[], Some(&client), GroupBy::Platform, Changed::NoneBefore),
                &[],
                (None, None),
            ),
        ]
    }
}

impl Samples for ConnectionsView {
    fn samples() -> Vec<Self> {
        let connection = house().connection;
        let with = |change: &dyn Fn(&mut ConnectionHealth)| {
            let mut changed = connection.clone();
            change(&mut changed.health);
            changed
        };
        let findings = json!([
            { "key": "token", "ok": true, "says": "fine", "todo": null },
            { "key": "list", "ok": false, "says": NASTY, "todo": NASTY },
            { "key": "scope", "ok": null, "says": "cannot be told", "todo": null },
        ]);
        let all = [
            connection.clone(),
            with(&|h| h.synced_at = None),
            with(&|h| h.synced_at = Some(now() - Duration::minutes(16))),
            with(&|h| h.paused_why = Some(NASTY.to_owned())),
            with(&|h| h.sync_error = Some(NASTY.to_owned())),
            with(&|h| h.alarm = Some(NASTY.to_owned())),
            with(&|h| {
                h.checked_at = Some(now());
                h.findings = Some(findings.clone());
            }),
        ];
        vec![
            Self::of(
                &viewer(),
                (&all, &[(all[0].id, "yes".to_owned(), 1)]),
                2,
                None,
                now(),
            ),
            Self::of(&viewer(), (&all[..1], &[]), 1, None, now()),
            Self::of(&viewer(), (&[], &[]), 0, None, now()),
        ]
    }
}

impl Samples for ErrorPage {
    fn samples() -> Vec<Self> {
        let errors = [
            PageError::BadRequest(vec![NASTY.to_owned(), "due: no".to_owned()]),
            PageError::NotFound(NASTY.to_owned()),
            PageError::WrongMethod(Some("/people".to_owned())),
            PageError::WrongMethod(None),
            PageError::NotForRole,
            PageError::NotDone(vec![NASTY.to_owned()]),
            PageError::ForeignForm(Vec::new()),
            PageError::SessionEnded(vec![NASTY.to_owned(), NASTY.to_owned()]),
            PageError::NoForm,
            PageError::ForeignHost,
            PageError::Internal(Error::Invalid("secret path".into())),
        ];
        errors.iter().map(Self::of).collect()
    }
}
