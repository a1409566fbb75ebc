//! What a clock shows in the situations that contracts are argued about.

use serde_json::{Value, json};

use super::support::*;
use crate::sla::*;

const ASK: &str = "01890000-0000-7000-8000-000000000001";
const OTHER: &str = "01890000-0000-7000-8000-000000000002";

fn ours() -> Value {
    json!({ "turn": "ours" })
}

fn asked(request: &str) -> Value {
    json!({ "request": request })
}

fn prepared(action: &str, submission: &str) -> Value {
    json!({ "action": action, "submission": submission })
}

/// The one clock of a target, judged at an instant.
fn judged(target: Value, round: &RoundFacts, log: &CaseLog, now: &str, excluded: &[Span]) -> Judged {
    let contract = contract(target);
    let target = &contract.targets[0];
    let case = log.as_of(at(now));
    let found = clocks(target, round, &case);
    assert_eq!(found.len(), 1, "{found:?}");
    let table = match contract.calendar_of(target) {
        ALWAYS => Timetable::always(),
        _ => table(&[version(1, office())]),
    };
    found[0].judge((&contract, target), &table, (case.waiting(), excluded))
}

#[test]
fn a_first_response_counts_office_hours_only() {
    // Seen on Monday at 09:00 in Amsterdam; a draft on Tuesday at 10:00: eight hours and one.
    let log = log(&[
        ("2026-11-02T08:00", "opened", ours()),
        ("2026-11-02T09:00", "assigned", json!({ "to": "lena" })),
        ("2026-11-03T09:00", "draft_saved", json!({})),
    ]);
    let judged = judged(
        target("first_response", "9h"),
        &round(),
        &log,
        "2026-11-20T00:00",
        &[],
    );
    assert_eq!(judged.measured.raw, minutes(540));
    assert_eq!((judged.raw, judged.adjusted), (Fate::Met, Fate::Met));
}

#[test]
fn a_message_answers_but_decides_nothing_and_a_response_taken_back_was_no_decision() {
    let log = log(&[
        ("2026-11-02T08:00", "opened", ours()),
        ("2026-11-02T09:00", "response_prepared", prepared("message", ASK)),
        ("2026-11-02T10:00", "response_prepared", prepared("contest", ASK)),
        ("2026-11-02T10:01", "response_cancelled", prepared("contest", ASK)),
        ("2026-11-02T12:00", "response_prepared", prepared("accept", OTHER)),
    ]);
    let first = judged(
        target("first_response", "1h"),
        &round(),
        &log,
        "2026-11-20T00:00",
        &[],
    );
    assert_eq!(first.measured.raw, minutes(60));
    let decision = judged(target("decision", "4h"), &round(), &log, "2026-11-20T00:00", &[]);
    assert_eq!((decision.measured.raw, decision.raw), (minutes(240), Fate::Met));
}

#[test]
fn waiting_on_the_client_is_taken_off_adjusted_only_and_open_questions_overlap_once() {
    let log = log(&[
        ("2026-11-02T08:00", "opened", ours()),
        ("2026-11-02T09:00", "client_asked", asked(ASK)),
        ("2026-11-02T10:00", "client_asked", asked(OTHER)),
        ("2026-11-02T11:00", "client_answered", asked(ASK)),
        ("2026-11-02T11:30", "client_answered", asked(ASK)),
        ("2026-11-02T12:00", "request_ended", asked(OTHER)),
        (
            "2026-11-02T14:00",
            "response_prepared",
            prepared("contest", OTHER),
        ),
    ]);
    let judged = judged(target("decision", "4h"), &round(), &log, "2026-11-20T00:00", &[]);
    assert_eq!((judged.measured.raw, judged.raw), (minutes(360), Fate::Breached));
    assert_eq!(
        (judged.measured.paused, judged.measured.adjusted),
        (minutes(180), minutes(180))
    );
    assert_eq!(judged.adjusted, Fate::Met);
}

#[test]
fn an_exclusion_inside_a_pause_is_not_taken_off_twice() {
    let log = log(&[
        ("2026-11-02T08:00", "opened", ours()),
        ("2026-11-02T09:00", "client_asked", asked(ASK)),
        ("2026-11-02T11:00", "client_answered", asked(ASK)),
        (
            "2026-11-02T14:00",
            "response_prepared",
            prepared("contest", OTHER),
        ),
    ]);
    let outage = [span("2026-11-02T10:00", "2026-11-02T12:00")];
    let judged = judged(
        target("decision", "4h"),
        &round(),
        &log,
        "2026-11-20T00:00",
        &outage,
    );
    let m = judged.measured;
    assert_eq!(
        (m.paused, m.excluded, m.adjusted),
        (minutes(120), minutes(60), minutes(180))
    );
    assert_eq!(m.raw, m.paused + m.excluded + m.adjusted);
}

#[test]
fn a_clock_runs_only_while_it_is_our_turn_and_falls_away_with_it() {
    let turn = |whose: &str| json!({ "changed": ["turn"], "turn": whose });
    let lines = [
        ("2026-11-02T08:00", "opened", json!({ "turn": "buyer" })),
        ("2026-11-02T10:00", "observed", turn("ours")),
        ("2026-11-02T11:00", "observed", turn("buyer")),
        ("2026-11-03T08:00", "observed", turn("ours")),
        ("2026-11-03T09:00", "closed", json!({})),
    ];
    let gone = log(&lines);
    let fell = judged(
        target("first_response", "4h"),
        &round(),
        &gone,
        "2026-11-20T00:00",
        &[],
    );
    assert_eq!((fell.measured.raw, fell.raw), (minutes(120), Fate::Released));
    let late = judged(
        target("first_response", "1h"),
        &round(),
        &gone,
        "2026-11-20T00:00",
        &[],
    );
    assert_eq!(late.raw, Fate::Breached, "falling away forgives no breach");
    let runs = log(&lines[..4]);
    let open = judged(
        target("first_response", "4h"),
        &round(),
        &runs,
        "2026-11-03T09:00",
        &[],
    );
    assert_eq!((open.measured.raw, open.raw), (minutes(120), Fate::Open));
    let over = judged(
        target("first_response", "4h"),
        &round(),
        &runs,
        "2026-11-04T09:00",
        &[],
    );
    assert_eq!(over.raw, Fate::Breached, "who never acts does not escape");
    let never = log(&lines[..1]);
    let contract = contract(target("first_response", "4h"));
    assert!(
        clocks(
            &contract.targets[0],
            &round(),
            &never.as_of(at("2026-11-20T00:00"))
        )
        .is_empty()
    );
}

#[test]
fn a_turn_that_older_lines_do_not_tell_is_ours_where_a_deadline_runs() {
    let log = log(&[
        ("2026-11-02T08:00", "opened", json!({ "turn": "buyer" })),
        ("2026-11-02T10:00", "observed", json!({ "changed": ["turn"] })),
        ("2026-11-02T10:00", "deadline_set", json!({})),
        ("2026-11-02T11:00", "draft_saved", json!({})),
    ]);
    let judged = judged(
        target("first_response", "4h"),
        &round(),
        &log,
        "2026-11-20T00:00",
        &[],
    );
    assert_eq!((judged.measured.raw, judged.raw), (minutes(60), Fate::Met));
}

#[test]
fn each_round_has_its_own_clock() {
    let log = log(&[
        ("2026-11-02T08:00", "opened", ours()),
        ("2026-11-02T09:00", "draft_saved", json!({})),
        ("2026-11-04T08:00", "round_opened", ours()),
        ("2026-11-04T10:00", "draft_saved", json!({})),
    ]);
    let first = RoundFacts {
        closed_at: Some(at("2026-11-04T08:00")),
        ..round()
    };
    let second = RoundFacts {
        opened_at: at("2026-11-04T08:00"),
        number: 2,
        ..round()
    };
    let shown = |r: &RoundFacts| {
        judged(target("first_response", "4h"), r, &log, "2026-11-20T00:00", &[])
            .measured
            .raw
    };
    assert_eq!((shown(&first), shown(&second)), (minutes(60), minutes(120)));
}

#[test]
fn submitted_before_the_deadline_by_every_hour_of_the_day() {
    let log = log(&[("2026-11-02T08:00", "opened", ours())]);
    let sent = |when: &str| RoundFacts {
        responded_at: Some(at(when)),
        ..round()
    };
    let shown = |r: &RoundFacts, now: &str| judged(target("before_deadline", "24h"), r, &log, now, &[]).raw;
    assert_eq!(shown(&sent("2026-11-12T12:00"), "2026-11-20T00:00"), Fate::Met);
    assert_eq!(
        shown(&sent("2026-11-12T12:01"), "2026-11-20T00:00"),
        Fate::Breached
    );
    assert_eq!(shown(&round(), "2026-11-12T11:59"), Fate::Open);
    assert_eq!(shown(&round(), "2026-11-12T12:01"), Fate::Breached);
    let late = RoundFacts {
        opened_at: at("2026-11-12T18:00"),
        ..sent("2026-11-12T18:05")
    };
    let log = super::support::log(&[("2026-11-12T18:00", "opened", ours())]);
    let short = judged(
        target("before_deadline", "24h"),
        &late,
        &log,
        "2026-11-20T00:00",
        &[],
    );
    assert!(short.limit < minutes(0), "seen too late to be met");
    assert_eq!(short.raw, Fate::Breached);
    let none = RoundFacts {
        deadline: None,
        ..round()
    };
    let contract = contract(target("before_deadline", "24h"));
    assert!(clocks(&contract.targets[0], &none, &log.as_of(at("2026-11-20T00:00"))).is_empty());
}

#[test]
fn each_answer_of_the_client_is_taken_up() {
    let log = log(&[
        ("2026-11-02T08:00", "opened", ours()),
        ("2026-11-02T08:30", "client_asked", asked(ASK)),
        ("2026-11-02T09:00", "client_answered", asked(ASK)),
        ("2026-11-02T10:00", "client_answered", asked(ASK)),
        ("2026-11-02T11:00", "draft_saved", json!({})),
        ("2026-11-02T12:00", "client_asked", asked(OTHER)),
        ("2026-11-02T13:00", "client_answered", asked(OTHER)),
    ]);
    let contract = contract(target("client_answer", "4h"));
    let target = &contract.targets[0];
    let now = at("2026-11-02T14:00");
    let table = table(&[version(1, office())]);
    let all: Vec<_> = clocks(target, &round(), &log.as_of(now))
        .iter()
        .map(|c| c.judge((&contract, target), &table, (&[], &[])))
        .map(|j| (j.measured.raw, j.raw))
        .collect();
    assert_eq!(
        all,
        [
            (minutes(120), Fate::Met),
            (minutes(60), Fate::Met),
            (minutes(60), Fate::Open)
        ]
    );
}

#[test]
fn a_detail_that_is_gone_never_helps_us() {
    let gone = |number, when, kind| LogEntry::read(number, at(when), kind, None);
    let log = CaseLog::of(
        [
            gone(1, "2026-11-02T08:00", "opened"),
            gone(2, "2026-11-02T09:00", "client_asked"),
            gone(3, "2026-11-02T10:00", "client_answered"),
            gone(4, "2026-11-02T12:00", "response_prepared"),
        ]
        .into_iter()
        .flatten()
        .collect(),
    );
    let judged = judged(target("decision", "4h"), &round(), &log, "2026-11-20T00:00", &[]);
    assert_eq!(
        (judged.measured.raw, judged.measured.paused),
        (minutes(240), minutes(0))
    );
}
