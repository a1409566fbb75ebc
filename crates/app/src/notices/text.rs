//! What people read. Our own words about our own work: nothing of the buyer stands here.

use std::fmt::Write;

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::notice::NoticeKind;
use docket_core::words::{DeadlineSource, WorkState, readable};

use super::page_of;

/// A notice about a case, as a sentence and as a mail.
pub(super) struct Letter<'a> {
    pub case: &'a Case,
    pub client: &'a str,
    pub kind: NoticeKind,
    /// When the prepared response goes out, if there is one.
    pub send_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// `2026-11-24 06:59 UTC`.
pub(crate) fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `in 2 d 4 h`, `3 h 20 min ago`.
pub(crate) fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let length = (at - now).abs();
    let (days, hours, minutes) = (
        length.num_days(),
        length.num_hours() % 24,
        length.num_minutes() % 60,
    );
    let amount = match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        (_, _) => format!("{days} d {hours} h"),
    };
    if at < now && length >= Duration::minutes(1) {
        format!("{amount} ago")
    } else {
        format!("in {amount}")
    }
}

impl Letter<'_> {
    /// The rung or the event, in a sentence that stands alone.
    pub fn sentence(&self) -> String {
        let what = self.kind.says(self.case.work_state == WorkState::InReview);
        format!(
            "{} ({}, {}): {what}",
            self.case.dispute,
            self.case.platform.title(),
            self.client
        )
    }

    pub fn subject(&self) -> String {
        let mark = match self.kind {
            NoticeKind::LeadCalled | NoticeKind::DeadlineMissed => "URGENT: ",
            NoticeKind::Ladder72h
            | NoticeKind::Ladder48h
            | NoticeKind::Ladder24h
            | NoticeKind::Ladder6h
            | NoticeKind::SafetyNet
            | NoticeKind::HeldAtDeadline
            | NoticeKind::ClientAnswered
            | NoticeKind::ClientOverdue
            | NoticeKind::RequestLapsed => "",
        };
        format!("{mark}{}", self.sentence())
    }

    pub fn body(&self) -> String {
        let case = self.case;
        let mut text = format!("{}.\n\n", self.sentence());
        let mut line = |name: &str, value: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:<10}{value}", format!("{name}:"));
        };
        line("Case", &case.id.to_string());
        line(
            "Dispute",
            &format!("{} at {}", case.dispute, case.platform.title()),
        );
        line("Client", self.client);
        line("Deadline", &self.deadline());
        line("State", &readable(case.work_state));
        line("Missing", &self.missing());
        line("Next", &self.next());
        line("Page", &page_of(case.id));
        text
    }

    fn deadline(&self) -> String {
        let Some(deadline) = self.case.round.deadline else {
            return "none runs for us".to_owned();
        };
        let source = match deadline.source {
            DeadlineSource::Platform => "named by the platform",
            DeadlineSource::Estimated => "estimated: look it up at the platform",
            DeadlineSource::Manual => "set by hand",
        };
        format!(
            "{} ({}), {source}",
            minute(deadline.at),
            distance(deadline.at, self.now)
        )
    }

    fn missing(&self) -> String {
        let text = match self.case.work_state {
            WorkState::New | WorkState::Triage => "nobody has begun a response",
            WorkState::Drafting => "the response is not finished",
            WorkState::WaitingOnClient => "the client has not answered our question",
            WorkState::InReview => "a second person has not checked the response",
            WorkState::ReadyToSend => {
                let at = self.send_at.map_or_else(|| "soon".to_owned(), minute);
                return format!("nothing, if it stays so: a response is prepared and goes out at {at}");
            }
            WorkState::Sending | WorkState::SentUnconfirmed => {
                "the platform’s proof that it has our response"
            }
            WorkState::Held => {
                "the platform keeps our response unsent and sends it by itself at the deadline"
            }
            WorkState::AwaitingDecision | WorkState::Closed => "nothing of ours",
        };
        text.to_owned()
    }

    fn next(&self) -> String {
        let id = self.case.id;
        match self.kind {
            NoticeKind::DeadlineMissed => {
                "docket incident list, then docket incident set-cause; see whether an appeal is open"
                    .to_owned()
            }
            NoticeKind::ClientAnswered | NoticeKind::ClientOverdue | NoticeKind::RequestLapsed => {
                format!("docket info list --case {id}")
            }
            NoticeKind::Ladder72h
            | NoticeKind::Ladder48h
            | NoticeKind::Ladder24h
            | NoticeKind::Ladder6h
            | NoticeKind::SafetyNet
            | NoticeKind::LeadCalled
            | NoticeKind::HeldAtDeadline
                if self.case.work_state == WorkState::InReview =>
            {
                format!("docket draft show {id}, then docket draft approve {id} --by NAME")
            }
            NoticeKind::Ladder72h
            | NoticeKind::Ladder48h
            | NoticeKind::Ladder24h
            | NoticeKind::Ladder6h
            | NoticeKind::SafetyNet
            | NoticeKind::LeadCalled
            | NoticeKind::HeldAtDeadline => {
                format!("docket case show {id}, then docket respond {id} --help")
            }
        }
    }
}
