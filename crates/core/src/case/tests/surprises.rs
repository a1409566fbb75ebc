//! What the platform may say, one surprise at a time.

use super::support::*;
use crate::attention::Attention;
use crate::case::{Command, SendResult};
use crate::deadline::Deadline;
use crate::words::{ActionKind, DeadlineSource, Outcome, Precision, Stage, Turn, WorkState};

#[test]
fn the_same_reading_twice_says_nothing_new_in_any_state() {
    for &turn in Turn::ALL {
        let once = observe(&case(Turn::Ours), &answered(later(turn, 60), 59)).case;
        let twice = observe(&once, &answered(later(turn, 60), 59));
        assert_eq!(kinds(&twice), Vec::<&str>::new(), "{turn}");
        assert_eq!(
            twice.case,
            crate::case::Case {
                version: once.version + 1,
                ..once
            },
            "{turn}"
        );
    }
}

#[test]
fn the_clock_goes_on_when_the_turn_comes_back_with_the_same_deadline() {
    let buyers = observe_at(&case(Turn::Ours), &later(Turn::Buyer, 20), at(21)).case;
    assert_eq!(buyers.next_step, None);
    let back = observe_at(&buyers, &later(Turn::Ours, 30), at(31)).case;
    assert_eq!(back.round.number, 1);
    assert_eq!(back.next_step.map(|s| s.at), Some(at(240 - 72)));
}

#[test]
fn the_clock_goes_on_when_the_platform_stops_naming_the_deadline_of_our_turn() {
    let mut silent = later(Turn::Ours, 20);
    silent.deadline = None;
    let after = observe_at(&case(Turn::Ours), &silent, at(21)).case;
    assert!(after.next_step.is_some());
    assert!(after.attention.contains(&Attention::NoDeadline));
    let deadline = after.round.deadline.unwrap();
    assert_eq!(
        (deadline.at, deadline.source),
        (at(240), DeadlineSource::Estimated)
    );
}

#[test]
fn a_deadline_that_is_guessed_anew_with_each_reading_never_moves_away() {
    let guess = |hours, due| {
        let mut read = later(Turn::Ours, hours);
        read.deadline = Some(Deadline {
            at: at(due),
            source: DeadlineSource::Estimated,
            precision: Precision::Instant,
        });
        read
    };
    let first = opened(&guess(0, 100)).case;
    let second = observe_at(&first, &guess(20, 120), at(21));
    assert_eq!(second.case.round.deadline, first.round.deadline);
    assert!(!kinds(&second).contains(&"deadline_set"));
    let earlier = observe_at(&second.case, &guess(30, 90), at(31)).case;
    assert_eq!(earlier.round.deadline.unwrap().at, at(90));
    // What the platform itself names counts, also where it is later.
    let named = observe_at(&earlier, &later(Turn::Ours, 40), at(41)).case;
    assert_eq!(named.round.deadline, due(240));
}

#[test]
fn a_channel_that_one_answer_leaves_out_is_no_new_round() {
    let mut named = snapshot(Turn::Ours);
    named.facts.channel = Some("MESSAGE".to_owned());
    let mut silent = later(Turn::Ours, 20);
    silent.facts.channel = None;
    let after = observe(&opened(&named).case, &silent).case;
    assert_eq!(after.round.number, 1);
}

#[test]
fn what_the_platform_keeps_unsent_calls_a_person_when_its_deadline_passed() {
    let held = run(
        &sending(&case(Turn::Ours), ActionKind::Contest),
        sent(SendResult::Held { check_at: at(60) }),
    );
    let late = command_at(&held, Command::Ladder, at(241)).unwrap().case;
    assert!(late.attention.contains(&Attention::ResponseUnconfirmed));
    assert!(!late.attention.contains(&Attention::DeadlineMissed));
}

#[test]
fn our_turn_without_any_deadline_calls_a_person() {
    let mut silent = snapshot(Turn::Ours);
    silent.deadline = None;
    assert!(opened(&silent).case.attention.contains(&Attention::NoDeadline));
}

#[test]
fn a_request_that_ended_unanswered_is_a_miss_even_where_the_reading_came_before_the_ladder() {
    let after = observe_at(&case(Turn::Ours), &later(Turn::Platform, 241), at(241));
    assert!(after.case.attention.contains(&Attention::DeadlineMissed));
    let mut lost = later(Turn::Nobody, 200);
    lost.outcome = Some(Outcome::LostNoResponse);
    let after = observe_at(&case(Turn::Ours), &lost, at(241));
    assert!(after.case.attention.contains(&Attention::DeadlineMissed));
}

#[test]
fn an_answer_before_the_deadline_is_no_miss_however_late_it_is_read() {
    let after = observe_at(
        &case(Turn::Ours),
        &answered(later(Turn::Platform, 239), 239),
        at(500),
    )
    .case;
    assert!(!after.attention.contains(&Attention::DeadlineMissed));
    assert_eq!(after.round.responded_at, Some(at(239)));
}

#[test]
fn an_old_answer_does_not_answer_a_new_request() {
    let waiting = observe_at(
        &case(Turn::Ours),
        &answered(later(Turn::Platform, 60), 59),
        at(61),
    )
    .case;
    let again = observe_at(&waiting, &answered(later(Turn::Ours, 70), 59), at(71)).case;
    assert_eq!((again.round.number, again.round.responded_at), (2, None));
    let cleared = run(&again, Command::ClearAttention(Attention::AnsweredElsewhere));
    let silent = observe_at(&cleared, &answered(later(Turn::Platform, 90), 59), at(91)).case;
    assert_eq!(silent.round.responded_at, None);
    assert!(!silent.attention.contains(&Attention::AnsweredElsewhere));
}

#[test]
fn a_dispute_first_seen_on_our_turn_is_unanswered_whatever_was_answered_before() {
    let first = opened(&answered(snapshot(Turn::Ours), -5)).case;
    assert_eq!(first.round.responded_at, None);
    assert!(first.contested);
    let waiting = opened(&answered(snapshot(Turn::Platform), -5)).case;
    assert_eq!(waiting.round.responded_at, Some(at(-5)));
}

#[test]
fn an_answer_elsewhere_is_seen_even_where_the_stage_changed_in_the_same_reading() {
    let mut inquiry = snapshot(Turn::Ours);
    inquiry.facts.stage = Stage::Inquiry;
    let after = observe(&opened(&inquiry).case, &answered(later(Turn::Platform, 50), 49)).case;
    assert!(after.attention.contains(&Attention::AnsweredElsewhere));
    assert_eq!(after.round.responded_at, Some(at(49)));
}

#[test]
fn an_answer_elsewhere_is_seen_while_it_is_still_our_turn() {
    let after = observe(&case(Turn::Ours), &answered(later(Turn::Ours, 50), 49)).case;
    assert!(after.attention.contains(&Attention::AnsweredElsewhere));
    assert!(after.next_step.is_some());
}

#[test]
fn a_flag_that_a_person_took_off_stays_off_until_something_changes() {
    let mut odd = snapshot(Turn::Ours);
    odd.attention.insert(Attention::UnknownReason);
    let cleared = run(
        &opened(&odd).case,
        Command::ClearAttention(Attention::UnknownReason),
    );
    let same = observe(&cleared, &odd);
    assert_eq!(same.effects, Vec::new());
    odd.facts.updated_at = at(50);
    assert!(
        observe(&cleared, &odd)
            .case
            .attention
            .contains(&Attention::UnknownReason)
    );
}

#[test]
fn a_closed_dispute_without_a_result_counts_as_unknown_not_as_open() {
    let mut closed = later(Turn::Nobody, 50);
    closed.outcome = None;
    for after in [opened(&closed).case, observe(&case(Turn::Ours), &closed).case] {
        assert_eq!(after.outcome, Some(Outcome::Unknown));
        assert!(after.attention.contains(&Attention::UnknownOutcome));
    }
}

#[test]
fn an_interim_result_of_an_open_dispute_belongs_to_the_round_only() {
    let mut interim = later(Turn::Ours, 50);
    interim.outcome = Some(Outcome::Lost);
    let after = observe(&case(Turn::Ours), &interim).case;
    assert_eq!((after.outcome, after.round.outcome), (None, Some(Outcome::Lost)));
}

#[test]
fn a_prepared_appeal_outlives_the_next_reading_of_the_closed_dispute() {
    let lost = case(Turn::Nobody);
    let prepared = run(&lost, prepare(ActionKind::Appeal));
    let read = observe(&prepared, &snapshot(Turn::Nobody)).case;
    assert_eq!(
        (read.work_state, read.pending),
        (WorkState::ReadyToSend, Some(OURS))
    );
    let back = run(
        &read,
        Command::Cancel {
            why: "no new evidence".to_owned(),
        },
    );
    assert_eq!(back.work_state, WorkState::Closed);
}

#[test]
fn a_deadline_is_printed_only_while_it_runs() {
    let printed =
        |case: &crate::case::Case| serde_json::to_value(case.inspection()).unwrap()["deadline"].is_null();
    let ours = case(Turn::Ours);
    assert!(!printed(&ours));
    let waiting = observe(&ours, &later(Turn::Platform, 50)).case;
    assert!(waiting.round.deadline.is_some() && printed(&waiting));
}

#[test]
fn a_case_is_closed_when_the_platform_says_so() {
    let mut told = later(Turn::Nobody, 73);
    assert_eq!(
        opened(&told).case.closed_at,
        Some(at(73)),
        "the last change stands in"
    );
    told.closed_at = Some(at(40));
    // A platform without times of change is read long after the end; the end counts.
    assert_eq!(opened(&told).case.closed_at, Some(at(40)));
    assert_eq!(observe(&case(Turn::Ours), &told).case.closed_at, Some(at(40)));
}
