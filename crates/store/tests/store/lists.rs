//! Filters show what matches and nothing else; pages join without gap or repeat.

use std::collections::BTreeSet;

use chrono::Duration;
use docket_core::attention::Attention;
use docket_core::case::{Case, Command};
use docket_core::id::{CaseId, ConnectionId};
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn, WorkState};
use docket_store::testing::TestDb;
use docket_store::{CaseFilter, Change, ClientScope, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

fn filter(set: impl FnOnce(&mut CaseFilter)) -> CaseFilter {
    let mut filter = CaseFilter::default();
    set(&mut filter);
    filter
}

/// A case that matches every filter below, beside one that matches none.
async fn two_that_differ_in_everything(desk: &Desk) -> (CaseId, CaseId) {
    let mut seen = snapshot("PP-match");
    seen.platform = Platform::KLARNA;
    seen.facts.reason = Reason::RiskStop;
    seen.facts.stage = Stage::Arbitration;
    seen.facts.amount.currency = "KWD".parse().unwrap();
    seen.attention = BTreeSet::from([Attention::UnknownWord]);
    seen.deadline = due(start() + Duration::hours(5));
    let stored = desk.open(&seen).await;
    let assigned = desk.apply(&stored.case, Command::Assign(Some("ada".to_owned())));
    let mut change = Change {
        before: Some(stored),
        transition: assigned,
        observed: None,
    };
    change.transition.case.contested = true;
    let id = change.transition.case.id;
    desk.save(&[change]).await.unwrap();

    let connection = ConnectionId::new(&desk.env);
    desk.add_connection(connection, desk.client).await;
    let mut other = waiting("PP-other");
    other.facts.turn = Turn::Nobody;
    other.facts.opened_at = start() - Duration::days(30);
    other.outcome = Some(Outcome::Won);
    // Held for the record, and no deadline of ours any more.
    other.deadline = due(start());
    let change = desk.opening_for((desk.client, connection), &other);
    let beside = change.transition.case.id;
    desk.save(&[change]).await.unwrap();
    (id, beside)
}

async fn each_filter_shows_the_case_that_matches_and_hides_the_other(test: TestDb) {
    let desk = Desk::new(test).await;
    let (matching, other) = two_that_differ_in_everything(&desk).await;
    let before = start() - Duration::days(1);
    let filters = [
        ("connection", filter(|f| f.connection = Some(desk.connection))),
        ("platform", filter(|f| f.platform = Some(Platform::KLARNA))),
        ("turn", filter(|f| f.turn = Some(Turn::Ours))),
        ("work_state", filter(|f| f.work_state = Some(WorkState::Triage))),
        (
            "due_before",
            filter(|f| f.due_before = Some(start() + Duration::days(300))),
        ),
        (
            "due_from",
            filter(|f| f.due_from = Some(start() + Duration::hours(5))),
        ),
        ("assignee", filter(|f| f.assignee = Some("ada".to_owned()))),
        ("any attention", filter(|f| f.attention = Some(None))),
        (
            "this attention",
            filter(|f| f.attention = Some(Some(Attention::UnknownWord))),
        ),
        ("open_only", filter(|f| f.open_only = true)),
        ("opened_from", filter(|f| f.opened_from = Some(start()))),
        ("outcome", filter(|f| f.outcome = Some("open".to_owned()))),
        ("reason", filter(|f| f.reason = Some(Reason::RiskStop))),
        ("stage", filter(|f| f.stage = Some(Stage::Arbitration))),
        ("currency", filter(|f| f.currency = Some("KWD".parse().unwrap()))),
        ("contested", filter(|f| f.contested = Some(true))),
    ];
    let others = [
        ("opened_to", filter(|f| f.opened_to = Some(before))),
        ("nobody's", filter(|f| f.assignee = Some(String::new()))),
        ("won", filter(|f| f.outcome = Some("won".to_owned()))),
        ("not contested", filter(|f| f.contested = Some(false))),
    ];
    let expected = filters
        .iter()
        .map(|f| (f, matching))
        .chain(others.iter().map(|f| (f, other)));
    for ((name, filter), id) in expected {
        let found = desk.db.cases(AGENCY, filter, None, 10).await.unwrap();
        assert_eq!(
            found.iter().map(|s| s.case.id).collect::<Vec<_>>(),
            [id],
            "{name}"
        );
        assert_eq!(desk.db.count_cases(AGENCY, filter).await.unwrap(), 1, "{name}");
    }
    let nothing = [
        filter(|f| f.due_before = Some(start() + Duration::hours(5))),
        filter(|f| f.due_from = Some(start() + Duration::hours(6))),
        filter(|f| f.attention = Some(Some(Attention::DeadlineNear))),
        filter(|f| f.assignee = Some("ad%".to_owned())),
        filter(|f| {
            f.turn = Some(Turn::Ours);
            f.contested = Some(false);
        }),
        filter(|f| {
            f.opened_from = Some(before);
            f.opened_to = Some(start());
        }),
    ];
    for filter in nothing {
        assert_eq!(
            desk.db.count_cases(AGENCY, &filter).await.unwrap(),
            0,
            "{filter:?}"
        );
    }
    assert_eq!(
        desk.db.count_cases(AGENCY, &CaseFilter::default()).await.unwrap(),
        2
    );
}

async fn what_must_be_done_next_stands_first(test: TestDb) {
    let desk = Desk::new(test).await;
    // Hours to the deadline. The step that is due now was taken, so that the next one is 24 or 6 hours before it.
    for (name, hours) in [("calm", 200), ("safety net in 14 h", 20), ("red in 6 h", 30)] {
        let mut seen = snapshot(name);
        seen.deadline = due(start() + Duration::hours(hours));
        let mut change = desk.opening(&seen);
        if hours < 48 {
            let climbed = desk.apply(&change.transition.case, Command::Ladder);
            change.transition.case = Case {
                version: 1,
                ..climbed.case
            };
        }
        desk.save(&[change]).await.unwrap();
    }
    desk.open(&waiting("no clock")).await;
    let names = async |filter: &CaseFilter| -> Vec<String> {
        let found = desk.db.cases(AGENCY, filter, None, 10).await.unwrap();
        found.into_iter().map(|s| s.case.dispute.0).collect()
    };
    let all = CaseFilter::default();
    assert_eq!(
        names(&all).await,
        ["red in 6 h", "safety net in 14 h", "calm", "no clock"]
    );
    // Due is what has its deadline soon, whatever step comes first.
    let soon = CaseFilter {
        due_before: Some(start() + Duration::hours(24)),
        ..all
    };
    assert_eq!(names(&soon).await, ["safety net in 14 h"]);
}

async fn a_thousand_cases_are_paged_without_gap_or_repeat(test: TestDb) {
    let desk = Desk::new(test).await;
    let changes: Vec<Change> = (0..1_000)
        .map(|n: i64| {
            let mut seen = snapshot(&format!("PP-{n}"));
            // Five different instants, one of them a microsecond beside another, and a third without any.
            seen.deadline =
                due(start() + Duration::hours(n % 4) + Duration::microseconds(i64::from(n % 8 == 0)));
            if n % 3 == 0 {
                seen.facts.turn = Turn::Buyer;
                seen.deadline = None;
            }
            desk.opening(&seen)
        })
        .collect();
    desk.save(&changes).await.unwrap();
    for size in [1_000, 999, 37] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = desk
                .db
                .cases(AGENCY, &CaseFilter::default(), after, size)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.position());
            seen.extend(page.iter().map(|s| (s.position().sort_at, s.case.id)));
        }
        assert!(seen.is_sorted_by(|a, b| a < b), "pages of {size}");
        assert_eq!(seen.len(), 1_000, "pages of {size}");
    }
}

async fn open_cases_of_a_connection_are_walked_without_gap(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut changes: Vec<Change> = (0..100)
        .map(|n| desk.opening(&waiting(&format!("PP-{n}"))))
        .collect();
    let mut closed = waiting("PP-closed");
    closed.facts.turn = Turn::Nobody;
    closed.outcome = Some(Outcome::Won);
    changes.push(desk.opening(&closed));
    desk.save(&changes).await.unwrap();
    let (mut after, mut found) = (None, BTreeSet::new());
    loop {
        let page = desk.db.open_after(desk.connection, after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.case());
        for known in page {
            assert!(found.insert(known.dispute().0), "twice");
        }
    }
    assert_eq!(found.len(), 100);
    assert!(!found.contains("PP-closed"));
}

async fn due_cases_are_those_whose_step_has_come_the_most_urgent_first(test: TestDb) {
    let desk = Desk::new(test).await;
    for hours in [80, 73, 72] {
        let mut seen = snapshot(&format!("PP-{hours}"));
        seen.deadline = due(start() + Duration::hours(hours));
        desk.open(&seen).await;
    }
    desk.open(&waiting("PP-waiting")).await;
    let due = async |now| {
        let found = desk.db.due_cases(now, 10).await.unwrap();
        found.into_iter().map(|s| s.case.dispute.0).collect::<Vec<_>>()
    };
    assert_eq!(
        due(start() - Duration::microseconds(1)).await,
        Vec::<String>::new()
    );
    assert_eq!(due(start()).await, ["PP-72"]);
    assert_eq!(due(start() + Duration::hours(1)).await, ["PP-72", "PP-73"]);
}

on_both!(
    each_filter_shows_the_case_that_matches_and_hides_the_other,
    what_must_be_done_next_stands_first,
    a_thousand_cases_are_paged_without_gap_or_repeat,
    open_cases_of_a_connection_are_walked_without_gap,
    due_cases_are_those_whose_step_has_come_the_most_urgent_first,
);
