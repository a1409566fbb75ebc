//! What people read. Our own words about our own work: nothing of the buyer stands here.

use std::fmt::Write;

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::notice::NoticeKind;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::{DeadlineSource, WorkState};

use super::page_of;

/// A notice about a case, as a sentence and as a mail.
pub(super) struct Letter<'a> {
    pub case: &'a Case,
    pub client: &'a str,
    pub kind: NoticeKind,
    /// When the prepared response goes out, if there is one.
    pub send_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
    /// Under which address people reach the desk's pages, where that is known.
    pub public_url: Option<&'a str>,
}

/// `in 2 d 4 h`, `3 h 20 min ago`.
pub(crate) fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> Sentence {
    let length = (at - now).abs();
    let (days, hours, minutes) = (
        length.num_days(),
        length.num_hours() % 24,
        length.num_minutes() % 60,
    );
    let past = at < now && length >= Duration::minutes(1);
    match (past, days, hours) {
        (true, 0, 0) => sentence!("{minutes} min ago", minutes),
        (true, 0, _) => sentence!("{hours} h {minutes} min ago", hours, minutes),
        (true, _, _) => sentence!("{days} d {hours} h ago", days, hours),
        (false, 0, 0) => sentence!("in {minutes} min", minutes),
        (false, 0, _) => sentence!("in {hours} h {minutes} min", hours, minutes),
        (false, _, _) => sentence!("in {days} d {hours} h", days, hours),
    }
}

impl Letter<'_> {
    /// The rung or the event, in a sentence that stands alone.
    pub fn sentence(&self) -> Sentence {
        sentence!(
            "{dispute} ({platform}, {client}): {what}",
            dispute = self.case.dispute.to_string(),
            platform = self.case.platform.title(),
            client = self.client,
            what = self.kind.says(self.case.work_state == WorkState::InReview)
        )
    }

    pub fn subject(&self) -> Sentence {
        match self.kind {
            NoticeKind::LeadCalled
            | NoticeKind::ResponseStuck
            | NoticeKind::EstimatePassed
            | NoticeKind::DeadlineMissed => {
                sentence!("URGENT: {said}", said = self.sentence())
            }
            NoticeKind::Ladder72h
            | NoticeKind::Ladder48h
            | NoticeKind::Ladder24h
            | NoticeKind::Ladder6h
            | NoticeKind::SafetyNet
            | NoticeKind::HeldAtDeadline
            | NoticeKind::ReviewAsked
            | NoticeKind::ClientAnswered
            | NoticeKind::ClientOverdue
            | NoticeKind::RequestLapsed => self.sentence(),
        }
    }

    /// Written by a voice, its names below each other.
    pub fn body(&self, say: impl Fn(&Sentence) -> String) -> String {
        let case = self.case;
        let dispute = sentence!(
            "{dispute} at {platform}",
            dispute = case.dispute.to_string(),
            platform = case.platform.title()
        );
        let lines = [
            (sentence!("Case"), case.id.to_string().into()),
            (sentence!("Dispute"), dispute),
            (sentence!("Client"), self.client.to_owned().into()),
            (sentence!("Deadline"), self.deadline()),
            (sentence!("State"), sentence!("{word}", word = case.work_state)),
            (sentence!("Missing"), self.missing()),
            (sentence!("Next"), self.next()),
            (sentence!("Page"), page_of(self.public_url, case.id).into()),
        ];
        let lines = lines.map(|(name, value)| (format!("{}:", say(&name)), say(&value)));
        let width = lines.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or_default() + 1;
        let mut text = format!("{}.\n\n", say(&self.sentence()));
        for (name, value) in lines {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name:<width$}{value}");
        }
        text
    }

    fn deadline(&self) -> Sentence {
        let Some(deadline) = self.case.round.deadline else {
            return sentence!("none runs for us");
        };
        let source = match deadline.source {
            DeadlineSource::Platform => sentence!("named by the platform"),
            DeadlineSource::Estimated => sentence!("estimated: look it up at the platform"),
            DeadlineSource::Manual => sentence!("set by hand"),
        };
        sentence!(
            "{at} ({distance}), {source}",
            at = deadline.at,
            distance = distance(deadline.at, self.now),
            source
        )
    }

    fn missing(&self) -> Sentence {
        match self.case.work_state {
            WorkState::New | WorkState::Triage => sentence!("nobody has begun a response"),
            WorkState::Drafting => sentence!("the response is not finished"),
            WorkState::WaitingOnClient => sentence!("the client has not answered our question"),
            WorkState::InReview => sentence!("a second person has not checked the response"),
            WorkState::ReadyToSend => match self.send_at {
                Some(at) => {
                    sentence!(
                        "nothing, if it stays so: a response is prepared and goes out at {at}",
                        at
                    )
                }
                None => sentence!("nothing, if it stays so: a response is prepared and goes out soon"),
            },
            WorkState::Sending | WorkState::SentUnconfirmed => {
                sentence!("the platform’s proof that it has our response")
            }
            WorkState::Held => {
                sentence!("the platform keeps our response unsent and sends it by itself at the deadline")
            }
            WorkState::AwaitingDecision | WorkState::Closed => sentence!("nothing of ours"),
        }
    }

    fn next(&self) -> Sentence {
        let id = self.case.id.to_string();
        match self.kind {
            NoticeKind::DeadlineMissed => sentence!(
                "docket incident list, then docket incident set-cause; see whether an appeal is open"
            ),
            NoticeKind::ClientAnswered | NoticeKind::ClientOverdue | NoticeKind::RequestLapsed => {
                sentence!("docket info list --case {id}", id)
            }
            NoticeKind::Ladder72h
            | NoticeKind::Ladder48h
            | NoticeKind::Ladder24h
            | NoticeKind::Ladder6h
            | NoticeKind::SafetyNet
            | NoticeKind::LeadCalled
            | NoticeKind::ResponseStuck
            | NoticeKind::EstimatePassed
            | NoticeKind::HeldAtDeadline
            | NoticeKind::ReviewAsked
                if self.case.work_state == WorkState::InReview =>
            {
                sentence!(
                    "docket draft show {id}, then docket draft approve {id} --by NAME",
                    id
                )
            }
            NoticeKind::Ladder72h
            | NoticeKind::Ladder48h
            | NoticeKind::Ladder24h
            | NoticeKind::Ladder6h
            | NoticeKind::SafetyNet
            | NoticeKind::LeadCalled
            | NoticeKind::ResponseStuck
            | NoticeKind::EstimatePassed
            | NoticeKind::HeldAtDeadline
            | NoticeKind::ReviewAsked => {
                sentence!("docket case show {id}, then docket respond {id} --help", id)
            }
        }
    }
}
