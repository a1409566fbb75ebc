//! Whether a case was answered in time (`domain.md` D4: submitted before the platform's deadline, of those that were due).

use chrono::{DateTime, Utc};

use super::Case;
use crate::words::{Outcome, words};

words! {
    /// How the latest round of a case stands to its deadline.
    Answer, "answer" {
        /// The platform had the answer up to the deadline.
        InTime = "in_time",
        /// It came after the deadline.
        Late = "late",
        /// The deadline passed without one.
        Missed = "missed",
        /// The case is open and not answered: missed as soon as its deadline has passed.
        Due = "due",
        /// Nothing was due: there is no deadline, or the dispute ended before anybody had to answer.
        NotDue = "not_due",
    }
}

impl Case {
    /// How the latest round stands to its deadline; with [`Answer::Due`], the deadline.
    pub fn answer(&self) -> (Answer, Option<DateTime<Utc>>) {
        let Some(deadline) = self.round.deadline.map(|deadline| deadline.at) else {
            // Whatever the deadline was: it passed without an answer.
            let missed = self.outcome == Some(Outcome::LostNoResponse) && self.round.responded_at.is_none();
            return (if missed { Answer::Missed } else { Answer::NotDue }, None);
        };
        if let Some(at) = self.round.responded_at {
            let in_time = at <= deadline;
            return (if in_time { Answer::InTime } else { Answer::Late }, None);
        }
        match (self.outcome, self.closed_at) {
            (Some(outcome), _) => (unanswered(outcome), None),
            // Closed with a result that is still to be read.
            (None, Some(_)) => (Answer::NotDue, None),
            (None, None) => (Answer::Due, Some(deadline)),
        }
    }
}

/// A decision that nobody answered is a miss; where there was no decision, none was due.
const fn unanswered(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::LostNoResponse | Outcome::Lost | Outcome::Partial => Answer::Missed,
        Outcome::Won
        | Outcome::WonProtected
        | Outcome::Accepted
        | Outcome::Settled
        | Outcome::Withdrawn
        | Outcome::Lapsed
        | Outcome::Prevented
        | Outcome::NotContestable
        | Outcome::Superseded
        | Outcome::Unknown => Answer::NotDue,
    }
}
