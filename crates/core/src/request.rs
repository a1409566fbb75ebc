//! Questions to a client: when the answer is due, who is reminded when, and what became of them (`domain.md` A14).

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use crate::id::{AnswerId, CaseId, ClientId, RequestId};
use crate::response::FileRef;
use crate::words::words;

words! {
    /// What became of a question.
    RequestState, "request state" {
        /// It waits for an answer.
        Open = "open",
        /// At least one answer came; more may follow.
        Answered = "answered",
        /// We took it back.
        Withdrawn = "withdrawn",
        /// Its time is over.
        Lapsed = "lapsed",
    }
}

words! {
    /// What happens next to an open question by itself.
    RequestStep, "request step" {
        /// Half of the time is over: the client is reminded.
        Remind = "remind",
        /// The answer is due: the client is reminded and the desk told.
        Due = "due",
        /// It can no longer help: it lapses, and the desk is told.
        Lapse = "lapse",
    }
}

/// A question to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InfoRequest {
    /// Its id.
    pub id: RequestId,
    /// Whom it is for.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
    /// What we need to know.
    pub question: String,
    /// Where it was mailed to.
    pub recipient: Option<String>,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When the answer is due.
    pub due_at: DateTime<Utc>,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
    /// The case's deadline when it was asked.
    pub deadline: Option<DateTime<Utc>>,
    /// What became of it.
    pub state: RequestState,
    /// When it was answered first, withdrawn, or lapsed.
    pub ended_at: Option<DateTime<Utc>>,
    /// What happens next by itself, and when.
    #[serde(skip)]
    pub next_step: Option<(RequestStep, DateTime<Utc>)>,
}

/// An answer of a client. Both texts are mandatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InfoAnswer {
    /// Its id.
    pub id: AnswerId,
    /// The question.
    pub request: RequestId,
    /// The detailed answer.
    pub answer: String,
    /// What the client will do, and by when.
    pub action_plan: String,
    /// Files, by content.
    pub files: Vec<FileRef>,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// When the answer is due where nobody names a time. Before T−48 h, so that the response can still be written by the time
/// it should be sent; never more than five days away, because questions with a far date are put off. Where that would
/// leave the client less than a day it has a day after all, or half of what is left, whichever is shorter. Without a
/// running deadline it is three days.
pub fn default_due(now: DateTime<Utc>, deadline: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let Some(deadline) = deadline.filter(|d| *d > now) else {
        return now + Duration::days(3);
    };
    let wanted = (deadline - Duration::hours(48)).min(now + Duration::days(5));
    let sensible = (now + Duration::hours(24)).min(now + (deadline - now) / 2);
    wanted.max(sensible)
}

/// Until when it can be answered: as long as the answer can still help, which is up to the deadline; without one, a week
/// after it was due.
pub fn expires(now: DateTime<Utc>, due: DateTime<Utc>, deadline: Option<DateTime<Utc>>) -> DateTime<Utc> {
    deadline
        .filter(|d| *d > now && *d > due)
        .unwrap_or(due + Duration::days(7))
}

impl InfoRequest {
    fn instant_of(&self, step: RequestStep) -> DateTime<Utc> {
        match step {
            RequestStep::Remind => self.asked_at + (self.due_at - self.asked_at) / 2,
            RequestStep::Due => self.due_at,
            RequestStep::Lapse => self.expires_at,
        }
    }

    /// The step after `done` (none: the first one). Steps that passed long ago collapse into the last of them, so that a
    /// worker that was down reminds once and not twice.
    pub fn step_after(
        &self,
        done: Option<RequestStep>,
        now: DateTime<Utc>,
    ) -> Option<(RequestStep, DateTime<Utc>)> {
        let left = RequestStep::ALL
            .iter()
            .copied()
            .filter(|step| done.is_none_or(|done| *step > done));
        let (passed, ahead): (Vec<_>, Vec<_>) = left.partition(|step| self.instant_of(*step) <= now);
        let next = passed.last().or(ahead.first()).copied()?;
        Some((next, self.instant_of(next)))
    }

    /// The step that is due: of several that passed, the last.
    pub fn due_step(&self, now: DateTime<Utc>) -> Option<RequestStep> {
        let (planned, _) = self.next_step?;
        let passed = |step: &&RequestStep| **step >= planned && self.instant_of(**step) <= now;
        RequestStep::ALL.iter().rfind(passed).copied()
    }

    /// The question after the case's deadline moved; none where nothing of it changes. A due time that the rule gave is
    /// given anew, one that somebody named stays as long as it lies before the deadline, and one that passed stays passed.
    #[must_use]
    pub fn replanned(&self, deadline: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        let planned = self.next_step.map(|(step, _)| step)?;
        if self.state != RequestState::Open || deadline <= now || self.deadline == Some(deadline) {
            return None;
        }
        let by_rule = self.due_at == default_due(self.asked_at, self.deadline);
        let due_at = if self.due_at <= now {
            self.due_at
        } else if by_rule {
            let anew = default_due(self.asked_at, Some(deadline));
            if anew > now {
                anew
            } else {
                default_due(now, Some(deadline))
            }
        } else if self.due_at < deadline {
            self.due_at
        } else {
            default_due(now, Some(deadline))
        };
        let mut after = Self {
            due_at,
            expires_at: expires(now, due_at, Some(deadline)),
            deadline: Some(deadline),
            ..self.clone()
        };
        let done = RequestStep::ALL.iter().copied().rfind(|step| *step < planned);
        after.next_step = after.step_after(done, now);
        Some(after)
    }

    /// Whether an answer can still be given. One that was answered takes further answers.
    pub fn takes_answers(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            RequestState::Open | RequestState::Answered => now < self.expires_at,
            RequestState::Withdrawn | RequestState::Lapsed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::hours(hours)
    }

    #[test]
    fn the_answer_is_due_before_the_response_should_be_sent() {
        let due = |left: i64| (default_due(at(0), Some(at(left))) - at(0)).num_hours();
        assert_eq!(due(20 * 24), 120, "at most five days");
        assert_eq!(due(120), 72, "48 h before the deadline");
        assert_eq!(due(60), 24, "at least a day");
        assert_eq!(due(30), 15, "but never more than half of what is left");
        assert_eq!(due(-5), 72, "a deadline that passed says nothing");
        assert_eq!(default_due(at(0), None), at(72));
    }

    fn question() -> InfoRequest {
        InfoRequest {
            id: RequestId(uuid::Uuid::nil()),
            client: ClientId(uuid::Uuid::nil()),
            case: CaseId(uuid::Uuid::nil()),
            question: String::new(),
            recipient: None,
            asked_by: String::new(),
            asked_at: at(0),
            due_at: at(24),
            expires_at: at(72),
            deadline: None,
            state: RequestState::Open,
            ended_at: None,
            next_step: None,
        }
    }

    fn asked(due: i64, deadline: i64) -> InfoRequest {
        let mut request = InfoRequest {
            due_at: at(due),
            expires_at: at(deadline),
            deadline: Some(at(deadline)),
            ..question()
        };
        request.next_step = request.step_after(None, at(0));
        request
    }

    #[test]
    fn a_deadline_that_moves_moves_the_question_with_it() {
        let by_rule = asked(72, 120);
        let due = |request: &InfoRequest, deadline: i64, now: i64| {
            let after = request.replanned(at(deadline), at(now))?;
            Some((
                (after.due_at - at(0)).num_hours(),
                (after.expires_at - at(0)).num_hours(),
            ))
        };
        assert_eq!(due(&by_rule, 120, 1), None, "nothing moved");
        assert_eq!(
            due(&by_rule, 200, 1),
            Some((120, 200)),
            "extended: five days after asking"
        );
        assert_eq!(due(&by_rule, 90, 10), Some((42, 90)), "shortened");
        assert_eq!(due(&by_rule, 60, 50), Some((55, 60)), "half of what is left");
        assert_eq!(
            due(&by_rule, 200, 80),
            Some((72, 200)),
            "an overdue answer stays overdue"
        );
        assert_eq!(
            due(&by_rule, 40, 41),
            None,
            "a deadline that passed plans nothing"
        );
        let named = asked(100, 120);
        assert_eq!(due(&named, 200, 1), Some((100, 200)), "somebody named it");
        assert_eq!(
            due(&named, 90, 10),
            Some((42, 90)),
            "it must lie before the deadline"
        );
        let reminded = InfoRequest {
            next_step: by_rule.step_after(Some(RequestStep::Remind), at(40)),
            ..by_rule
        };
        let after = reminded.replanned(at(200), at(41)).unwrap();
        assert_eq!(
            after.next_step,
            Some((RequestStep::Due, at(120))),
            "reminded once is enough"
        );
    }

    #[test]
    fn steps_come_in_order_and_collapse_when_late() {
        let request = question();
        let (remind, due, lapse) = (RequestStep::Remind, RequestStep::Due, RequestStep::Lapse);
        assert_eq!(request.step_after(None, at(0)), Some((remind, at(12))));
        assert_eq!(request.step_after(Some(remind), at(12)), Some((due, at(24))));
        assert_eq!(
            request.step_after(None, at(30)),
            Some((due, at(24))),
            "the reminder is skipped"
        );
        assert_eq!(request.step_after(Some(remind), at(99)), Some((lapse, at(72))));
        assert_eq!(request.step_after(Some(lapse), at(99)), None);
        let planned = InfoRequest {
            next_step: Some((remind, at(12))),
            ..request
        };
        assert_eq!(planned.due_step(at(11)), None);
        assert_eq!(planned.due_step(at(13)), Some(remind));
        assert_eq!(planned.due_step(at(25)), Some(due));
    }
}
