//! Samples of the clients, of their rules, and of a dry run.

use std::collections::HashMap;

use chrono::Duration;
use docket_app::{ClientView, ClientsReport, DryRun, Period};
use docket_core::evidence::Matrix;
use docket_core::id::{CaseId, ClientId, RuleId};
use docket_core::money::Money;
use docket_core::rule::{Rule, RuleKind, RuleState, Touched};
use docket_core::sla::{Calendar, CalendarVersion, Exclusion, ExclusionState};
use docket_core::stats::{Tally, WinRate};
use docket_core::words::{Outcome, Platform, Reason};
use serde_json::json;

use super::make::{NASTY, now};
use super::people::viewer;
use super::sla::{contract, exclusion};
use super::{House, Samples, house, stale};
use crate::pages::clients::ClientsView;
use crate::pages::clients::one::ClientPage;
use crate::pages::rules::{RulesView, TriedView, Wishes};

fn report(house: &House, full: bool) -> ClientsReport {
    let tally = Tally {
        key: house.client.id.to_string(),
        outcome: full.then_some(Outcome::Won),
        contested: true,
        cases: 12,
    };
    let mut second = house.client.clone();
    second.id = ClientId::new(&house.env);
    second.name = "Second".to_owned();
    let mut old = house.connection.clone();
    old.health = stale(&old);
    ClientsReport {
        clients: vec![house.client.clone(), second],
        connections: vec![house.connection.clone(), old],
        open: HashMap::from([(house.client.id, 7)]),
        at_risk: HashMap::from([(house.client.id, 2)]),
        risk_before: now() + Duration::hours(48),
        period: Period::of(None, None, now()).unwrap(),
        rates: HashMap::from([(house.client.id, WinRate::of(&[tally]).total)]),
    }
}

impl Samples for ClientsView {
    fn samples() -> Vec<Self> {
        let house = house();
        let none = ClientsReport {
            clients: Vec::new(),
            ..report(&house, true)
        };
        [report(&house, true), report(&house, false), none]
            .iter()
            .map(|report| Self::of(&viewer(), report, None, now()))
            .collect()
    }
}

pub(super) fn calendar(version: i64, from: &str) -> CalendarVersion {
    let calendar = json!({
        "name": NASTY, "zone": "Europe/Amsterdam", "valid_from": from, "hours": { "mon": ["09:00-12:00", "13:00-17:30"], "sat": [] },
        "holidays": (1..=28).map(|day| format!("2027-02-{day:02}")).collect::<Vec<_>>(),
    });
    let calendar: Calendar = serde_json::from_value(calendar).unwrap();
    CalendarVersion {
        starts_at: calendar.starts_at(),
        calendar,
        version,
        recorded_by: NASTY.to_owned(),
        recorded_at: now(),
    }
}

impl Samples for ClientPage {
    fn samples() -> Vec<Self> {
        let house = house();
        let own = |full: bool| {
            let mut own = report(&house, full);
            own.clients.truncate(1);
            own
        };
        let open = Exclusion {
            state: ExclusionState::Proposed,
            decided_by: None,
            decided_at: None,
            platforms: Default::default(),
            ..exclusion(house.client.id)
        };
        let refused = Exclusion {
            state: ExclusionState::Rejected,
            note: Some(NASTY.to_owned()),
            ..exclusion(house.client.id)
        };
        let full = ClientView {
            report: own(true),
            calendars: vec![
                calendar(1, "2026-01-01"),
                calendar(2, "2026-06-01"),
                calendar(3, "2030-01-01"),
            ],
            contracts: vec![contract()],
            exclusions: vec![exclusion(house.client.id), open, refused],
        };
        let mut bare = ClientView {
            report: own(false),
            calendars: Vec::new(),
            contracts: Vec::new(),
            exclusions: Vec::new(),
        };
        bare.report.connections.clear();
        let pages = [full, bare].map(|view| Self::of(&viewer(), &view, now()));
        pages.into_iter().flatten().collect()
    }
}

fn rule(house: &House, state: RuleState) -> Rule {
    Rule {
        id: RuleId::new(&house.env),
        client: house.client.id,
        name: NASTY.to_owned(),
        version: 2,
        kind: RuleKind::AutoAcceptBelow,
        platform: Some(Platform::PAYPAL),
        reason: Some(Reason::NotReceived),
        below: Some(Money::new(1_500, "EUR".parse().unwrap())),
        state,
        created_by: "Lea".to_owned(),
        created_at: now(),
        tried_at: (state != RuleState::Retired).then(now),
        activated_by: (state == RuleState::Active).then(|| NASTY.to_owned()),
        activated_at: (state == RuleState::Active).then(now),
        retired_at: None,
    }
}

fn touched(house: &House, outcome: Option<Outcome>) -> Touched {
    Touched {
        case: CaseId::new(&house.env),
        dispute: NASTY.to_owned(),
        platform: docket_core::words::Platform::PAYPAL,
        amount: Money::new(1_000, "EUR".parse().unwrap()),
        outcome,
        opened_at: now(),
    }
}

impl Samples for RulesView {
    fn samples() -> Vec<Self> {
        let house = house();
        let rules =
            [RuleState::DryRun, RuleState::Active, RuleState::Retired].map(|state| rule(&house, state));
        let matrix = json!({ "version": 3, "rule": [
            { "reason": "not_received", "platforms": ["klarna"], "goods": ["physical"], "kind": "delivery_proof",
              "need": "required", "weight": 100, "why": NASTY },
            { "reason": "not_received", "kind": "other", "need": "useful", "why": NASTY },
        ] });
        let matrix: Matrix = serde_json::from_value(matrix).unwrap();
        let none = Matrix::default();
        let full = Wishes {
            rules: &rules,
            clients: std::slice::from_ref(&house.client),
            matrix: &matrix,
        };
        let empty = Wishes {
            rules: &[],
            clients: &[],
            matrix: &none,
        };
        vec![
            Self::of(&viewer(), &full, now()).with(NASTY.to_owned()),
            Self::of(&viewer(), &empty, now()),
        ]
    }
}

impl Samples for TriedView {
    fn samples() -> Vec<Self> {
        let house = house();
        let dry = |now: Vec<Touched>, before: Vec<Touched>| DryRun {
            rule: rule(&house, RuleState::DryRun),
            now,
            before,
        };
        let before = vec![
            touched(&house, Some(Outcome::Won)),
            touched(&house, Some(Outcome::Lost)),
        ];
        vec![
            Self::of(&viewer(), &dry(vec![touched(&house, None)], before), now()),
            Self::of(&viewer(), &dry(Vec::new(), Vec::new()), now()),
        ]
    }
}
