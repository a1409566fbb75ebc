//! What is stored is read back, field by field, on both engines.

use std::collections::BTreeSet;

use chrono::Duration;
use docket_core::attention::Attention;
use docket_core::case::Round;
use docket_core::deadline::{Deadline, Step};
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::{RoundId, SubmissionId};
use docket_core::money::Money;
use docket_core::snapshot::Facts;
use docket_core::words::{ActionKind, DeadlineSource, Outcome, Precision, Reason, Stage, Turn, WorkState};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

async fn every_field_of_a_case_reads_back(test: TestDb) {
    let desk = Desk::new(test).await;
    let micro = |n| start() + Duration::microseconds(n);
    for (number, code) in ["JPY", "KWD", "EUR"].into_iter().enumerate() {
        let mut change = desk.opening(&snapshot(&format!("it's \"{code}\" ü%_\\")));
        let case = &mut change.transition.case;
        case.facts = Facts {
            amount: Money::new(i64::MAX - i64::try_from(number).unwrap(), code.parse().unwrap()),
            stage: Stage::Unknown,
            platform_stage: Some("NEW_STAGE".to_owned()),
            platform_status: Some(String::new()),
            channel: Some("EXTERNAL".to_owned()),
            turn: Turn::Nobody,
            reason: Reason::ProcessingOrCompliance,
            platform_reason: Some("😀".to_owned()),
            allowed_actions: ActionKind::ALL.iter().copied().collect(),
            order_refs: vec!["a,\"b\"".to_owned(), String::new()],
            opened_at: micro(1),
            updated_at: micro(2),
        };
        let deadline = Deadline {
            at: micro(3),
            source: DeadlineSource::Manual,
            precision: Precision::Day,
        };
        case.round = Round {
            id: case.round.id,
            number: 1,
            stage: Stage::Arbitration,
            channel: Some("ALERT".to_owned()),
            reason: Reason::RiskStop,
            opened_at: micro(4),
            closed_at: Some(micro(5)),
            deadline: Some(deadline),
            responded_at: Some(micro(6)),
            outcome: Some(Outcome::Superseded),
        };
        case.work_state = WorkState::SentUnconfirmed;
        case.outcome = Some(Outcome::WonProtected);
        case.closed_at = Some(micro(7));
        case.contested = true;
        case.assignee = Some("ada".to_owned());
        case.attention = Attention::ALL.iter().copied().collect();
        case.next_step = Some(Step {
            rung: 4,
            at: micro(8),
        });
        case.pending = Some(SubmissionId::new(&desk.env));
        let expected = case.clone();
        let seen = change.observed.clone().unwrap();
        desk.save(&[change]).await.unwrap();
        let stored = desk.load(expected.id).await;
        assert_eq!(stored.case, expected);
        assert_eq!(stored.observed_at, desk.env.now());
        assert_eq!((&stored.mark, stored.body_hash), (&seen.mark, Some(seen.hash)));
        assert_eq!(stored.chain.length, 1);
        assert_eq!(
            desk.db.rounds(AGENCY, expected.id).await.unwrap(),
            std::slice::from_ref(&expected.round)
        );
        let found = desk
            .db
            .cases_named(AGENCY, expected.dispute.as_str())
            .await
            .unwrap();
        assert_eq!(found, [expected.id]);
        let of = desk
            .db
            .cases_of(desk.connection, std::slice::from_ref(&expected.dispute))
            .await
            .unwrap();
        assert_eq!(of[0].case, expected);
        let known = desk
            .db
            .known(desk.connection, std::slice::from_ref(&expected.dispute))
            .await
            .unwrap();
        assert_eq!(
            (known[0].case(), known[0].dispute()),
            (expected.id, expected.dispute)
        );
        assert_eq!(known[0].mark, seen.mark);
    }
}

async fn absent_fields_read_back_as_absent(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut change = desk.opening(&waiting("PP-1"));
    let case = &mut change.transition.case;
    case.facts.platform_stage = None;
    case.facts.platform_status = None;
    case.facts.channel = None;
    case.facts.platform_reason = None;
    case.facts.allowed_actions = BTreeSet::new();
    case.facts.order_refs = Vec::new();
    case.facts.amount.minor = -1;
    case.round.channel = None;
    let expected = case.clone();
    assert!(expected.next_step.is_none() && expected.outcome.is_none() && expected.pending.is_none());
    desk.save(&[change]).await.unwrap();
    assert_eq!(desk.load(expected.id).await.case, expected);
}

async fn a_later_version_replaces_every_field(test: TestDb) {
    let desk = Desk::new(test).await;
    let before = desk.open(&snapshot("PP-1")).await;
    desk.clock.advance(Duration::microseconds(1_000_001));
    let mut next = snapshot("PP-1");
    next.facts = Facts {
        amount: Money::new(1, "JPY".parse().unwrap()),
        stage: Stage::Inquiry,
        platform_stage: None,
        platform_status: None,
        channel: None,
        turn: Turn::Nobody,
        reason: Reason::Other,
        platform_reason: None,
        allowed_actions: BTreeSet::from([ActionKind::Appeal]),
        order_refs: Vec::new(),
        opened_at: desk.env.now(),
        updated_at: desk.env.now(),
    };
    next.deadline = None;
    next.outcome = Some(Outcome::Lost);
    let change = desk.observe(&before, &next, "second");
    let (expected, closed) = (
        change.transition.case.clone(),
        change.transition.closed_round.clone().unwrap(),
    );
    desk.save(&[change]).await.unwrap();
    let stored = desk.load(expected.id).await;
    assert_eq!(stored.case, expected);
    assert_eq!(stored.observed_at, desk.env.now());
    assert_eq!(
        desk.db.rounds(AGENCY, expected.id).await.unwrap(),
        [closed, expected.round]
    );
}

async fn what_no_reading_caused_keeps_the_time_of_the_last_reading(test: TestDb) {
    let desk = Desk::new(test).await;
    let before = desk.open(&snapshot("PP-1")).await;
    desk.clock.advance(Duration::hours(1));
    desk.save(&[desk.note(&before, "called")]).await.unwrap();
    let after = desk.load(before.case.id).await;
    assert_eq!((after.observed_at, after.case.version), (before.observed_at, 2));
}

async fn a_case_inside_a_unit_is_the_case_outside(test: TestDb) {
    let desk = Desk::new(test).await;
    let outside = desk.open(&snapshot("PP-1")).await;
    let mut unit = desk.unit().await;
    let inside = unit.case(outside.case.id).await.unwrap().unwrap();
    assert_eq!((inside.case, inside.chain), (outside.case, outside.chain));
    let nobody = docket_core::id::CaseId(RoundId::new(&desk.env).0);
    assert!(unit.case(nobody).await.unwrap().is_none());
}

async fn a_body_is_kept_once_for_each_content_and_the_newest_is_the_one_read_last(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut stored = desk.open(&snapshot("PP-1")).await;
    for (hour, body) in [(1, "other"), (2, "PP-1"), (3, "PP-1")] {
        desk.clock.advance(Duration::hours(1));
        let mut seen = snapshot("PP-1");
        seen.facts.updated_at = start() + Duration::hours(hour);
        desk.save(&[desk.observe(&stored, &seen, body)]).await.unwrap();
        stored = desk.load(stored.case.id).await;
        let newest = desk
            .db
            .newest_body(AGENCY, stored.case.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(newest, (desk.env.now(), body.as_bytes().to_vec()), "hour {hour}");
    }
    assert_eq!(desk.count("snapshots").await, 2);
}

async fn a_body_is_stored_packed_and_read_as_it_came(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = desk.open(&snapshot("PP-1")).await;
    let body = format!(r#"{{"notes":"{}"}}"#, "said again, ".repeat(500));
    let mut seen = snapshot("PP-1");
    seen.facts.updated_at = start() + Duration::hours(1);
    desk.clock.advance(Duration::hours(1));
    desk.save(&[desk.observe(&stored, &seen, &body)]).await.unwrap();
    let newest = desk.db.newest_body(AGENCY, stored.case.id).await.unwrap();
    assert_eq!(newest.unwrap().1, body.as_bytes());
    let small = "snapshots WHERE packing = 'lz4' AND length(body) < 1000";
    assert_eq!(desk.count(small).await, 1);
}

async fn a_factor_is_recorded_once_and_a_new_value_beside_it(test: TestDb) {
    let desk = Desk::new(test).await;
    let factor = |value: &str, days| Factor {
        kind: FactorKind::DeliveryReceived,
        source: "extensions".to_owned(),
        value: value.to_owned(),
        as_of: start() + Duration::days(days),
    };
    let mut seen = snapshot("PP-1");
    seen.factors = vec![factor("false", 0), factor("false", 1)];
    let stored = desk.open(&seen).await;
    desk.clock.advance(Duration::hours(1));
    seen.factors = vec![factor("true", 2), factor("false", 2)];
    desk.save(&[desk.observe(&stored, &seen, "second")])
        .await
        .unwrap();
    // Said again, as of another day: nothing new.
    let held = desk.load(stored.case.id).await;
    desk.clock.advance(Duration::hours(1));
    seen.factors = vec![factor("true", 3), factor("false", 3)];
    desk.save(&[desk.observe(&held, &seen, "third")]).await.unwrap();
    assert_eq!(desk.count("factor_sets").await, 2);
    let rows = desk.db.factors(AGENCY, stored.case.id).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| (r.value.as_str(), r.as_of, r.recorded_at))
        .collect();
    let (first, second) = (start(), start() + Duration::hours(1));
    assert_eq!(
        told,
        [
            ("false", start(), first),
            ("true", start() + Duration::days(2), second)
        ]
    );
    assert!(
        rows.iter()
            .all(|r| r.kind == "delivery_received" && r.source == "extensions")
    );
}

on_both!(
    every_field_of_a_case_reads_back,
    absent_fields_read_back_as_absent,
    a_later_version_replaces_every_field,
    what_no_reading_caused_keeps_the_time_of_the_last_reading,
    a_case_inside_a_unit_is_the_case_outside,
    a_body_is_kept_once_for_each_content_and_the_newest_is_the_one_read_last,
    a_body_is_stored_packed_and_read_as_it_came,
    a_factor_is_recorded_once_and_a_new_value_beside_it,
);
