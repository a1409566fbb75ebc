//! What people are told, in the desk and by mail.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::deadline::{LADDER, MISSED, SAFETY_NET};
use crate::id::{CaseId, ClientId, MailId, NoticeId, RequestId};
use crate::sentence;
use crate::sentence::Sentence;
use crate::words::words;

words! {
    /// Why people are told something.
    NoticeKind, "kind of notice" {
        /// 72 hours are left: the packet should be complete.
        Ladder72h = "ladder_72h",
        /// 48 hours are left: the response should be sent.
        Ladder48h = "ladder_48h",
        /// 24 hours are left: red.
        Ladder24h = "ladder_24h",
        /// 6 hours are left and our response is at the platform, unproved or held.
        Ladder6h = "ladder_6h",
        /// 6 hours are left and the prepared response goes out now.
        SafetyNet = "safety_net",
        /// 6 hours are left and nothing goes out by itself: the lead must act.
        LeadCalled = "lead_called",
        /// Hours are left, and a response whose time has come does not reach the platform.
        ResponseStuck = "response_stuck",
        /// The deadline is there, and the platform sends by itself what it holds.
        HeldAtDeadline = "held_at_deadline",
        /// A deadline that only we reckoned is over.
        EstimatePassed = "estimate_passed",
        /// The deadline passed without a confirmed response.
        DeadlineMissed = "deadline_missed",
        /// A response waits for a second person.
        ReviewAsked = "review_asked",
        /// A client answered a question.
        ClientAnswered = "client_answered",
        /// A question to a client is due and unanswered.
        ClientOverdue = "client_overdue",
        /// A question to a client can no longer be answered.
        RequestLapsed = "request_lapsed",
    }
}

words! {
    /// Who is told.
    Audience, "audience" {
        /// Whoever works at the desk.
        Desk = "desk",
        /// The lead.
        Lead = "lead",
        /// Both.
        DeskAndLead = "desk_and_lead",
    }
}

impl NoticeKind {
    /// What a rung of the ladder is told as. At the safety net's rung it depends on what happens to the response:
    /// `goes_now` where the net sends it, `at_platform` where a call went out before.
    pub fn of_rung(rung: u8, goes_now: bool, at_platform: bool) -> Self {
        match rung {
            0 => Self::Ladder72h,
            1 => Self::Ladder48h,
            2 => Self::Ladder24h,
            SAFETY_NET if goes_now => Self::SafetyNet,
            SAFETY_NET if at_platform => Self::Ladder6h,
            SAFETY_NET => Self::LeadCalled,
            MISSED.. => Self::HeldAtDeadline,
        }
    }

    /// What is told: where a draft waits for a second person, it says so.
    pub fn says(self, in_review: bool) -> Sentence {
        match self {
            Self::Ladder48h if in_review => {
                sentence!(
                    "less than 48 hours are left: a draft waits for a second person, who must review it"
                )
            }
            Self::Ladder24h if in_review => sentence!(
                "less than 24 hours are left and a draft waits for review: a second person must approve it now"
            ),
            Self::LeadCalled if in_review => sentence!(
                "less than 6 hours are left and a draft still waits for review: a second person must approve it now, nothing goes by itself"
            ),
            Self::Ladder72h => sentence!("less than 72 hours are left: the packet should be complete"),
            Self::Ladder48h => sentence!("less than 48 hours are left: the response should be sent"),
            Self::Ladder24h => sentence!("less than 24 hours are left: answer now"),
            Self::Ladder6h => {
                sentence!("less than 6 hours are left and the platform has not proved our response")
            }
            Self::SafetyNet => {
                sentence!("less than 6 hours are left: the safety net sends a response now")
            }
            Self::LeadCalled => {
                sentence!("less than 6 hours are left and nothing is on its way: the lead must act")
            }
            Self::ResponseStuck => sentence!(
                "less than 6 hours are left and the prepared response does not reach the platform: see to the connection, or answer on the platform’s own pages"
            ),
            Self::HeldAtDeadline => sentence!(
                "the deadline is here and the platform sends by itself what it holds: see that it does"
            ),
            Self::EstimatePassed => sentence!(
                "the estimated deadline is over and nothing was confirmed: look up at the platform whether it still takes an answer"
            ),
            Self::DeadlineMissed => sentence!("the deadline passed without a confirmed response"),
            Self::ReviewAsked => sentence!("a draft waits for a second person, who must review it"),
            Self::ClientAnswered => sentence!("the client answered a question"),
            Self::ClientOverdue => sentence!("a question to the client is due and unanswered"),
            Self::RequestLapsed => sentence!("a question to the client lapsed unanswered"),
        }
    }

    /// Who is told.
    pub const fn audience(self) -> Audience {
        match self {
            Self::Ladder72h
            | Self::Ladder48h
            | Self::Ladder6h
            | Self::HeldAtDeadline
            | Self::ReviewAsked
            | Self::ClientAnswered
            | Self::ClientOverdue
            | Self::RequestLapsed => Audience::Desk,
            Self::LeadCalled => Audience::Lead,
            // The lead was called at the same rung, and must know what came of it.
            Self::Ladder24h
            | Self::SafetyNet
            | Self::ResponseStuck
            | Self::EstimatePassed
            | Self::DeadlineMissed => Audience::DeskAndLead,
        }
    }
}

/// Names the occasion of a rung's alert: one for each case, deadline and rung. A deadline that moves has a ladder of its
/// own, and one that comes back alerts no rung again.
pub fn once_for_rung(case: CaseId, deadline: DateTime<Utc>, rung: u8) -> String {
    let hours = LADDER.get(usize::from(rung)).map_or(0, |r| r.hours);
    format!("rung:{case}:{}:{hours}", deadline.timestamp_micros())
}

/// Something that people are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Whose case it is about.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
    /// Why.
    pub kind: NoticeKind,
    /// Who is told.
    pub audience: Audience,
    /// In a sentence, without personal data.
    pub text: String,
    /// Since when.
    pub raised_at: DateTime<Utc>,
    /// When someone marked it as seen.
    pub seen_at: Option<DateTime<Utc>>,
    /// Who did.
    pub seen_by: Option<String>,
}

impl Notice {
    /// Its text, for whoever reads another language: which case, then what is told.
    pub fn sentence(&self) -> Sentence {
        let told = [true, false].into_iter().find_map(|in_review| {
            let what = self.kind.says(in_review);
            let case = self.text.strip_suffix(&what.to_string())?;
            Some(
                Sentence::from("{case}{what}")
                    .with("case", case)
                    .with("what", what),
            )
        });
        told.unwrap_or_else(|| self.text.clone().into())
    }
}

/// A mail to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id, also the stable part of its Message-ID.
    pub id: MailId,
    /// Whose case it is about.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
    /// Whose page's address belongs into the body, if any.
    pub request: Option<RequestId>,
    /// The address.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// Plain text; `{page}` stands for the address of the request's page.
    pub body: String,
    /// Since when it waits.
    pub queued_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_found_in_its_text() {
        let notice = |kind: NoticeKind, text: String| Notice {
            id: NoticeId(uuid::Uuid::nil()),
            client: ClientId(uuid::Uuid::nil()),
            case: CaseId(uuid::Uuid::nil()),
            kind,
            audience: kind.audience(),
            text,
            raised_at: DateTime::default(),
            seen_at: None,
            seen_by: None,
        };
        for kind in NoticeKind::ALL {
            for in_review in [false, true] {
                let text = format!("PP-1 (PayPal, Nordlicht): {}", kind.says(in_review));
                let told = notice(*kind, text.clone()).sentence();
                assert_eq!((told.to_string(), told.parts().len()), (text, 2));
            }
        }
        let other = notice(NoticeKind::SafetyNet, "words of before".to_owned()).sentence();
        assert_eq!(other, "words of before");
    }

    #[test]
    fn each_rung_of_a_deadline_is_an_occasion_of_its_own() {
        let case = CaseId(uuid::Uuid::nil());
        let at = |hour: i64| DateTime::from_timestamp(1_800_000_000 + hour * 3600, 0).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for rung in 0..=MISSED {
            assert!(seen.insert(once_for_rung(case, at(0), rung)));
            assert!(seen.insert(once_for_rung(case, at(1), rung)));
        }
    }

    #[test]
    fn six_hours_before_the_deadline_the_lead_is_called_unless_a_response_is_on_its_way() {
        assert_eq!(
            NoticeKind::of_rung(SAFETY_NET, true, false),
            NoticeKind::SafetyNet
        );
        assert_eq!(NoticeKind::of_rung(SAFETY_NET, false, true), NoticeKind::Ladder6h);
        let called = NoticeKind::of_rung(SAFETY_NET, false, false);
        assert_eq!(
            (called, called.audience()),
            (NoticeKind::LeadCalled, Audience::Lead)
        );
    }
}
