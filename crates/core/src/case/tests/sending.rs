//! One response at a time, never twice, never blind.

use chrono::Duration;

use super::support::*;
use crate::attention::Attention;
use crate::case::{Command, Effect, Refusal, SendResult};
use crate::deadline::{LADDER, MISSED};
use crate::snapshot::Snapshot;
use crate::words::{ActionKind, Outcome, Stage, Turn, WorkState};

#[test]
fn our_own_confirmed_answer_is_never_taken_for_somebody_elses() {
    let under_way = sending(&case(Turn::Ours), ActionKind::Contest);
    // The platform lists the evidence before it moves the turn.
    let listed = observe(&under_way, &answered(later(Turn::Ours, 73), 73)).case;
    let confirmed = run(&listed, sent(CONFIRMED));
    assert_eq!(confirmed.work_state, WorkState::Triage);
    let moved = observe(&confirmed, &answered(later(Turn::Platform, 74), 73)).case;
    assert!(!moved.attention.contains(&Attention::AnsweredElsewhere));
    assert_eq!(moved.round.responded_at, Some(at(73)));
    assert_eq!(moved.work_state, WorkState::AwaitingDecision);
}

#[test]
fn nothing_is_prepared_while_the_last_response_may_be_at_the_platform() {
    let unclear = SendResult::NeedsPerson {
        why: "unclear".to_owned(),
        attention: Attention::ResponseUnconfirmed,
    };
    let open = run(&sending(&case(Turn::Ours), ActionKind::Contest), sent(unclear));
    assert_eq!((open.work_state, open.pending), (WorkState::Triage, None));
    assert_eq!(
        command(&open, prepare(ActionKind::Contest)),
        Err(Refusal::Unsettled)
    );
    let looked = run(&open, Command::ClearAttention(Attention::ResponseUnconfirmed));
    assert!(command(&looked, prepare(ActionKind::Contest)).is_ok());
}

#[test]
fn a_call_under_way_keeps_its_state_through_any_reading() {
    for &turn in Turn::ALL {
        for state in [WorkState::Sending, WorkState::SentUnconfirmed] {
            let mut before = sending(&case(Turn::Ours), ActionKind::Contest);
            before.work_state = state;
            let after = observe(&before, &later(turn, 70));
            assert_eq!(
                (after.case.work_state, after.case.pending),
                (state, Some(OURS)),
                "{turn}"
            );
            assert!(
                !after
                    .effects
                    .iter()
                    .any(|e| matches!(e, Effect::CancelSubmission { .. }))
            );
        }
    }
}

#[test]
fn a_cancelled_response_leaves_the_case_where_the_turn_says() {
    for (turn, state) in [
        (Turn::Ours, WorkState::Drafting),
        (Turn::Buyer, WorkState::AwaitingDecision),
        (Turn::Platform, WorkState::AwaitingDecision),
        (Turn::Nobody, WorkState::Closed),
    ] {
        let prepared = run(&case(turn), prepare(usual(turn)));
        assert_eq!(
            run(
                &prepared,
                Command::Cancel {
                    why: "wrong".to_owned()
                }
            )
            .work_state,
            state,
            "{turn}"
        );
    }
}

#[test]
fn a_response_for_an_earlier_round_is_never_sent_into_the_next() {
    let prepared = run(&case(Turn::Ours), prepare(ActionKind::Contest));
    let mut next = later(Turn::Ours, 70);
    next.facts.reason = crate::words::Reason::Unauthorised;
    let after = observe(&prepared, &next);
    assert_eq!((after.case.round.number, after.case.pending), (2, None));
    assert!(
        after
            .effects
            .iter()
            .any(|e| matches!(e, Effect::CancelSubmission { submission: OURS, .. }))
    );
    assert!(after.effects.contains(&Effect::Alert(Attention::ResponseDropped)));
}

#[test]
fn the_ladder_climbs_each_rung_once_and_ends_with_the_miss() {
    let mut case = case(Turn::Ours);
    let mut climbed = Vec::new();
    for rung in LADDER {
        let when = at(240) - Duration::hours(rung.hours);
        assert!(command_at(&case, Command::Ladder, when - Duration::microseconds(1)).is_err());
        let step = command_at(&case, Command::Ladder, when).unwrap();
        climbed.push(flags(&step.case.attention));
        case = step.case;
        assert!(command_at(&case, Command::Ladder, when).is_err());
    }
    assert_eq!(
        climbed,
        ["", "", "deadline_near", "deadline_near", "deadline_missed"]
    );
    assert_eq!(case.next_step, None);
}

#[test]
fn a_ladder_that_comes_late_goes_straight_to_the_miss() {
    let late = command_at(&case(Turn::Ours), Command::Ladder, at(300)).unwrap();
    assert!(late.case.attention.contains(&Attention::DeadlineMissed));
    assert_eq!(late.case.next_step, None);
    // One alert, not one for each rung that passed meanwhile.
    let alerts = |e: &&Effect| matches!(e, Effect::Rung { .. } | Effect::Missed { .. });
    assert_eq!(
        late.effects.iter().filter(alerts).collect::<Vec<_>>(),
        [&Effect::Missed { deadline: at(240) }]
    );
}

#[test]
fn a_ladder_that_comes_late_acts_on_the_most_urgent_rung() {
    let late = command_at(&case(Turn::Ours), Command::Ladder, at(235)).unwrap();
    let rung = crate::deadline::SAFETY_NET;
    assert!(late.effects.contains(&Effect::Rung {
        rung,
        deadline: at(240)
    }));
    assert_eq!(late.case.next_step.map(|s| s.rung), Some(MISSED));
}

#[test]
fn after_the_deadline_the_request_is_not_answered_but_talk_goes_on() {
    let case = case(Turn::Ours);
    let wish = |action| Command::Prepare {
        submission: OURS,
        action,
        send_at: at(240),
    };
    assert!(matches!(
        command_at(&case, wish(ActionKind::Contest), at(240)),
        Err(Refusal::DeadlinePassed { .. })
    ));
    assert!(command_at(&case, wish(ActionKind::Message), at(240)).is_ok());
    assert!(
        command_at(
            &case,
            wish(ActionKind::Contest),
            at(240) - Duration::microseconds(1)
        )
        .is_err()
    );
}

#[test]
fn two_changes_in_one_commit_are_one_version() {
    let case = case(Turn::Ours);
    let both = observe(&case, &later(Turn::Ours, 70))
        .then(Command::Note("seen".to_owned()), now())
        .unwrap();
    assert_eq!(both.case.version, case.version + 1);
    assert_eq!(kinds(&both), ["observed", "note"]);
}

#[test]
fn a_claim_that_we_gave_up_ends_as_accepted_not_as_lost() {
    let accepted = SendResult::Confirmed {
        action: ActionKind::Accept,
        concedes: true,
    };
    // The reading that proves it closes the case first; the platform's word alone would count as lost.
    let closed = observe(
        &sending(&case(Turn::Ours), ActionKind::Accept),
        &later(Turn::Nobody, 73),
    )
    .case;
    let confirmed = run(&closed, sent(accepted));
    assert_eq!(
        (confirmed.outcome, confirmed.round.outcome),
        (Some(Outcome::Accepted), Some(Outcome::Accepted))
    );
    let read_again = observe(&confirmed, &later(Turn::Nobody, 74)).case;
    assert_eq!(read_again.outcome, Some(Outcome::Accepted));
    // A new round is a new contest.
    let reopened = observe(&read_again, &later(Turn::Ours, 75)).case;
    assert!(!reopened.conceded);
}

#[test]
fn giving_in_after_evidence_was_weighed_is_a_loss() {
    let accepted = SendResult::Confirmed {
        action: ActionKind::Accept,
        concedes: true,
    };
    let second = |mut seen: Snapshot| {
        seen.facts.stage = Stage::PreArbitration;
        seen
    };
    for (contested, ends) in [(true, Outcome::Lost), (false, Outcome::Accepted)] {
        let review = if contested {
            observe(&case(Turn::Ours), &answered(later(Turn::Platform, 60), 59)).case
        } else {
            case(Turn::Ours)
        };
        let asked = observe(&review, &second(later(Turn::Ours, 70))).case;
        let closed = observe(
            &sending(&asked, ActionKind::Accept),
            &second(later(Turn::Nobody, 73)),
        )
        .case;
        assert_eq!(
            run(&closed, sent(accepted.clone())).outcome,
            Some(ends),
            "contested before: {contested}"
        );
    }
}

#[test]
fn talk_does_not_count_as_the_answer_to_the_request() {
    let talked = SendResult::Confirmed {
        action: ActionKind::SupportingInfo,
        concedes: false,
    };
    let review = sending(&case(Turn::Platform), ActionKind::SupportingInfo);
    assert_eq!(run(&review, sent(talked)).round.responded_at, None);
}

#[test]
fn a_deadline_that_moves_takes_the_planned_response_with_it() {
    let planned = run(&case(Turn::Ours), prepare(ActionKind::Contest));
    let from = planned.round.deadline.unwrap().at;
    for hours in [200, 400] {
        let mut moves = later(Turn::Ours, 73);
        moves.deadline = due(hours);
        let moved = observe(&planned, &moves);
        let effect = Effect::Replan {
            submission: OURS,
            from,
            to: at(hours),
        };
        assert_ne!(from, at(hours));
        assert!(moved.effects.contains(&effect), "{:?}", moved.effects);
    }
}
