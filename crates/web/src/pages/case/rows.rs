//! The rows of a case's tables.

use chrono::{DateTime, Utc};
use docket_app::{FactorRow, Setting};
use docket_core::case::Round;
use docket_core::dossier::{Dossier, Known, Moment, Policy};
use docket_core::factor::FactorKind;
use docket_core::request::InfoRequest;
use docket_core::response::Submission;

use super::{history, next};
use crate::pages::connections::one::note;
use crate::say::{kept, say};
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

#[derive(Debug)]
pub struct RoundRow {
    pub number: i64,
    pub stage: String,
    pub channel: Option<String>,
    pub reason: String,
    pub began: Stamp,
    pub ended: Option<Stamp>,
    pub deadline: Option<(Stamp, String)>,
    pub responded: Option<Stamp>,
    pub outcome: Option<String>,
}

#[derive(Debug)]
pub struct ResponseRow {
    pub action: String,
    pub files: usize,
    pub state: String,
    pub state_class: &'static str,
    pub prepared: Stamp,
    pub by: String,
    pub send_at: Stamp,
    pub attempts: i64,
    pub attempted: Option<Stamp>,
    pub reference: Option<String>,
    pub confirmed: Option<Stamp>,
    pub error: Option<String>,
}

/// A question to the client.
#[derive(Debug)]
pub struct RequestLine {
    pub question: String,
    pub state: String,
    pub asked: Stamp,
    pub by: String,
    pub due: Stamp,
    pub ended: Option<Stamp>,
    /// Where its answers stand, for the desk.
    pub url: String,
}

impl RequestLine {
    pub fn of(request: &InfoRequest, now: DateTime<Utc>) -> Self {
        Self {
            question: request.question.clone(),
            state: show::words(request.state),
            asked: Stamp::of(request.asked_at, now),
            by: request.asked_by.clone(),
            due: Stamp::of(request.due_at, now),
            ended: request.ended_at.map(|at| Stamp::of(at, now)),
            url: urls::question(request.id),
        }
    }
}

#[derive(Debug)]
pub struct FactorLine {
    pub group: Option<String>,
    pub kind: String,
    pub value: String,
    pub source: String,
    pub as_of: Stamp,
    pub after_decision: bool,
    /// Whether it speaks of an instant after the opening.
    pub later: bool,
}

/// Something that happened to the purchase, and who says so.
#[derive(Debug)]
pub struct MomentRow {
    pub at: Stamp,
    pub what: String,
    pub text: Option<String>,
    pub by: String,
    pub place: String,
}

impl MomentRow {
    /// All of them, the oldest first.
    pub fn all(dossier: &Dossier, now: DateTime<Utc>) -> Vec<Self> {
        let row = |moment: Moment<'_>| Self {
            at: Stamp::of(moment.at, now),
            what: capital(&say(&moment.what)),
            text: moment.text.map(str::to_owned),
            by: moment.from.by.clone(),
            place: moment.from.place.clone(),
        };
        dossier.timeline().into_iter().map(row).collect()
    }
}

/// A sentence begins with a capital; the rest may be references, and stays as it is.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A policy in force on the day of the order.
#[derive(Debug)]
pub struct PolicyRow {
    pub kind: String,
    pub title: Option<String>,
    pub since: String,
    pub by: String,
    pub place: String,
}

impl PolicyRow {
    pub fn all(dossier: &Dossier) -> Vec<Self> {
        let row = |known: &Known<Policy>| Self {
            kind: show::title(known.fact.kind),
            title: known.fact.title.clone(),
            since: show::day(known.fact.from),
            by: known.from.by.clone(),
            place: known.from.place.clone(),
        };
        dossier.policies.iter().map(row).collect()
    }
}

/// A platform setting in force when the case opened.
#[derive(Debug)]
pub struct SettingLine {
    pub item: String,
    pub value: String,
    pub source: String,
    pub since: Stamp,
    pub note: Option<String>,
}

impl SettingLine {
    pub fn of(setting: &Setting, now: DateTime<Utc>) -> Self {
        let item = setting.item.strip_prefix("settings.").unwrap_or(&setting.item);
        let source = match setting.source.as_str() {
            "platform" => t("case-from-platform").plain(),
            _ => t("case-said-by").with("by", &setting.recorded_by).plain(),
        };
        Self {
            item: show::title(item),
            value: setting.value.clone(),
            source,
            since: Stamp::of(setting.valid_from, now),
            note: note(setting),
        }
    }
}

impl RoundRow {
    pub fn of(round: &Round, now: DateTime<Utc>) -> Self {
        let stamp = |at| Stamp::of(at, now);
        Self {
            number: round.number,
            stage: show::title(round.stage),
            channel: round.channel.clone(),
            reason: show::words(round.reason),
            began: stamp(round.opened_at),
            ended: round.closed_at.map(stamp),
            deadline: round.deadline.map(|d| (stamp(d.at), show::words(d.source))),
            responded: round.responded_at.map(stamp),
            outcome: round.outcome.map(show::words),
        }
    }
}

impl ResponseRow {
    pub fn of(submission: &Submission, now: DateTime<Utc>) -> Self {
        let stamp = |at| Stamp::of(at, now);
        Self {
            action: show::title(submission.response.action()),
            files: submission.response.files().len(),
            state: show::words(submission.state),
            state_class: next::class(submission.state),
            prepared: stamp(submission.created_at),
            by: submission.created_by.clone(),
            send_at: stamp(submission.send_at),
            attempts: submission.attempts,
            attempted: submission.attempted_at.map(stamp),
            reference: submission.platform_reference.clone(),
            confirmed: submission.confirmed_at.map(stamp),
            error: submission.error.as_deref().map(kept),
        }
    }
}

impl FactorLine {
    pub fn of(row: &FactorRow, now: DateTime<Utc>) -> Self {
        let kind = row.kind.parse::<FactorKind>().ok();
        Self {
            group: kind.map(|k| show::title(k.group())),
            kind: show::title(&row.kind),
            value: history::value(&row.value),
            source: history::source(&row.source),
            as_of: Stamp::of(row.as_of, now),
            later: row.known != "opening",
            after_decision: kind.is_some_and(FactorKind::known_after_decision),
        }
    }
}
