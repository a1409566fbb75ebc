//! What a reading proves about a response that was sent.

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::case::SendResult;
use docket_core::id::RoundId;
use docket_core::proof::{Proof, proof};
use docket_core::response::{Submission, SubmissionState};
use docket_core::snapshot::{SeenAnswer, Snapshot};

use super::{Next, span};
use crate::Desk;

/// So long after the deadline a platform that answers by itself has done so.
const AFTER_DEADLINE: chrono::Duration = chrono::Duration::minutes(2);

impl Desk {
    /// What a reading says about an unconfirmed response.
    pub(super) fn judge(
        &self,
        submission: &Submission,
        echo: &[SeenAnswer],
        now_shown: &Snapshot,
        round: RoundId,
    ) -> Next {
        let now = self.env.now();
        let began = submission.attempted_at.unwrap_or(now);
        let deadline = now_shown.deadline.map(|d| d.at);
        let again = now + span(self.settings.confirm_every);
        let person = |why: String| {
            Next::Case(SendResult::NeedsPerson {
                why,
                attention: Attention::ResponseUnconfirmed,
            })
        };
        match proof(&submission.response, echo, &submission.baseline, now_shown) {
            // What is kept answers the request before; a person must look before the platform sends it to this one.
            Proof::Held if round != submission.round => person(
                "a new round began while the platform kept the response unsent: change or clear it on the platform's own page"
                    .to_owned(),
            ),
            Proof::Held => self.held(submission, deadline),
            Proof::Proven => {
                let response = &submission.response;
                Next::Case(SendResult::Confirmed {
                    action: response.action(),
                    concedes: response.concedes(),
                })
            }
            Proof::Unclear(why) if now < began + span(self.settings.confirm_within) => {
                Next::Again(again, why)
            }
            Proof::Unclear(why) => person(why),
            Proof::Absent if submission.answered => {
                let until = began + span(self.settings.confirm_within);
                if now < until {
                    return Next::Again(
                        again.min(until),
                        "the platform does not show the response yet".to_owned(),
                    );
                }
                person("the platform answered that it took the response, but does not show it".to_owned())
            }
            Proof::Absent => {
                let settled = self.settled_at(submission, deadline);
                if now < settled {
                    return Next::Again(
                        again.min(settled),
                        "waiting until the call has certainly ended".to_owned(),
                    );
                }
                // Another round asks another question; this answer must not go into it.
                if round != submission.round {
                    return person("the call left no trace, and a new round began meanwhile".to_owned());
                }
                if submission.attempts >= self.settings.max_sends {
                    return person(format!(
                        "{} calls had no answer and left no trace",
                        submission.attempts
                    ));
                }
                let why =
                    "the platform does not have it: the call had ended without being handled".to_owned();
                Next::Case(SendResult::NotSent { again_at: now, why })
            }
        }
    }

    /// The platform keeps the response and sends it by itself at the deadline: read again now and then, and after it.
    fn held(&self, submission: &Submission, deadline: Option<DateTime<Utc>>) -> Next {
        let now = self.env.now();
        let soon = now + span(self.settings.confirm_every) * 10;
        let due = deadline.map(|d| d + AFTER_DEADLINE);
        if due.is_some_and(|due| now >= due + span(self.settings.confirm_within)) {
            let why = "the platform keeps the response unsent, though the deadline passed".to_owned();
            let attention = Attention::ResponseUnconfirmed;
            return Next::Case(SendResult::NeedsPerson { why, attention });
        }
        let check_at = due.filter(|due| *due > now).map_or(soon, |due| due.min(soon));
        if submission.state == SubmissionState::Held {
            return Next::Again(check_at, "the platform keeps it until the deadline".to_owned());
        }
        Next::Case(SendResult::Held { check_at })
    }

    /// When a call without an answer has certainly ended. Close to the deadline the wait shrinks, but never below twice
    /// the longest call: a response must not be sent twice, and must not be late because of waiting.
    pub(super) fn settled_at(
        &self,
        submission: &Submission,
        deadline: Option<DateTime<Utc>>,
    ) -> DateTime<Utc> {
        let now = self.env.now();
        let began = submission.attempted_at.unwrap_or(now);
        let floor = span(self.settings.call_limit) * 2;
        let wish = span(self.settings.settle);
        let wait = deadline.map_or(wish, |d| wish.min((d - began) / 4)).max(floor);
        began + wait
    }
}
