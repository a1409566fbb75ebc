//! Answers and their deadlines.

use super::support::{at, case, due};
use crate::case::Answer;
use crate::words::{Outcome, Turn};

/// A case with a deadline 240 hours after its opening, answered so many hours after it, with this outcome.
fn answered(hours: Option<i64>, outcome: Option<Outcome>) -> Answer {
    let mut case = case(Turn::Ours);
    case.round.deadline = due(240);
    case.round.responded_at = hours.map(at);
    case.outcome = outcome;
    case.answer().0
}

#[test]
fn an_answer_is_in_time_up_to_the_deadline() {
    assert_eq!(answered(Some(240), Some(Outcome::Lost)), Answer::InTime);
    assert_eq!(answered(Some(241), Some(Outcome::Won)), Answer::Late);
    assert_eq!(answered(None, None), Answer::Due);
}

#[test]
fn only_a_decision_makes_silence_a_miss() {
    assert_eq!(answered(None, Some(Outcome::LostNoResponse)), Answer::Missed);
    for outcome in [
        Outcome::Accepted,
        Outcome::Settled,
        Outcome::Withdrawn,
        Outcome::Superseded,
    ] {
        assert_eq!(answered(None, Some(outcome)), Answer::NotDue, "{outcome}");
    }
    let mut case = case(Turn::Ours);
    case.round.deadline = None;
    assert_eq!(case.answer(), (Answer::NotDue, None));
    case.outcome = Some(Outcome::LostNoResponse);
    assert_eq!(case.answer(), (Answer::Missed, None), "whenever it was due");
}
