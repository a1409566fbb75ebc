//! What clocks are computed from: the case's history and its rounds. Nothing here is stored for the clocks' sake.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::span::{Span, union};
use crate::id::{CaseId, ClientId, RequestId, RoundId, SubmissionId};
use crate::money::Money;
use crate::words::{ActionKind, Platform, Reason, Stage, Turn};

/// What a clock needs to know of a round and its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundFacts {
    /// The round.
    pub id: RoundId,
    /// Its case.
    pub case: CaseId,
    /// The client.
    pub client: ClientId,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// The platform.
    pub platform: Platform,
    /// Its number in the case, from 1.
    pub number: i64,
    /// Its stage.
    pub stage: Stage,
    /// Its reason.
    pub reason: Reason,
    /// What is disputed.
    pub amount: Money,
    /// When we saw it begin.
    pub opened_at: DateTime<Utc>,
    /// When the next round replaced it.
    pub closed_at: Option<DateTime<Utc>>,
    /// The deadline that ran last.
    pub deadline: Option<DateTime<Utc>>,
    /// When the platform had the merchant's answer.
    pub responded_at: Option<DateTime<Utc>>,
}

/// What a line of history says to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Whose turn it is from now on; none where the line says only that it changed.
    Turn(Option<Turn>),
    /// A deadline runs for us.
    DeadlineRuns,
    Drafted,
    Prepared {
        submission: Option<SubmissionId>,
        answers: bool,
    },
    Cancelled(Option<SubmissionId>),
    Asked(Option<RequestId>),
    Answered(Option<RequestId>),
    AskEnded(Option<RequestId>),
}

/// A line of a case's history, as clocks read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEntry {
    number: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) said: Said,
}

impl LogEntry {
    /// The kinds of history lines that say something to a clock.
    pub const KINDS: &'static [&'static str] = &[
        "opened",
        "observed",
        "round_opened",
        "closed",
        "deadline_set",
        "deadline_resumed",
        "draft_saved",
        "response_prepared",
        "response_cancelled",
        "client_asked",
        "client_answered",
        "request_ended",
    ];

    /// Reads a line; none where it says nothing to a clock. A detail that is gone never helps us: an unknown turn at the
    /// opening is ours, and a question whose id is unknown lets no clock stand still.
    pub fn read(number: i64, at: DateTime<Utc>, kind: &str, detail: Option<&Value>) -> Option<Self> {
        let text = |key: &str| detail.and_then(|d| d.get(key)).and_then(Value::as_str);
        let turn = || text("turn").and_then(|t| t.parse::<Turn>().ok());
        let request = || text("request").and_then(|r| r.parse().ok());
        let submission = || text("submission").and_then(|s| s.parse().ok());
        let changed = |what: &str| {
            let names = detail.and_then(|d| d.get("changed")).and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|n| n == what))
        };
        let said = match kind {
            "opened" => Said::Turn(Some(turn().unwrap_or(Turn::Ours))),
            "observed" if changed("turn") => Said::Turn(turn()),
            "round_opened" => Said::Turn(Some(turn()?)),
            "closed" => Said::Turn(Some(Turn::Nobody)),
            "deadline_set" | "deadline_resumed" => Said::DeadlineRuns,
            "draft_saved" => Said::Drafted,
            "response_prepared" => Said::Prepared {
                submission: submission(),
                answers: text("action")
                    .and_then(|a| a.parse().ok())
                    .is_none_or(ActionKind::answers_the_request),
            },
            "response_cancelled" => Said::Cancelled(submission()),
            "client_asked" => Said::Asked(request()),
            "client_answered" => Said::Answered(request()),
            "request_ended" => Said::AskEnded(request()),
            // Notes, flags, and who works on it: no clock minds.
            _ => return None,
        };
        Some(Self { number, at, said })
    }
}

/// A case's history, as clocks read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseLog {
    pub(super) entries: Vec<LogEntry>,
}

impl CaseLog {
    /// The order in which the lines come does not matter.
    pub fn of(mut entries: Vec<LogEntry>) -> Self {
        entries.sort_unstable_by_key(|e| e.number);
        Self { entries }
    }

    /// What it says as of an instant; read once for all clocks of a case.
    pub fn as_of(&self, now: DateTime<Utc>) -> CaseView<'_> {
        CaseView {
            log: self,
            now,
            ours: self.ours(now),
            waiting: self.waiting(now),
        }
    }

    /// When it was our turn, up to now.
    fn ours(&self, as_of: DateTime<Utc>) -> Vec<Span> {
        let mut spans = Vec::new();
        let (mut since, mut unknown) = (None, false);
        for entry in &self.entries {
            let ours = match entry.said {
                Said::Turn(turn) => {
                    unknown = turn.is_none();
                    turn == Some(Turn::Ours)
                }
                // Lines of before the turn was told: a deadline that then runs is ours.
                Said::DeadlineRuns if unknown => true,
                _ => continue,
            };
            match since {
                None if ours => since = Some(entry.at),
                Some(from) if !ours => {
                    spans.extend(Span::new(from, entry.at));
                    since = None;
                }
                None | Some(_) => {}
            }
        }
        spans.extend(since.and_then(|from| Span::new(from, as_of)));
        union(spans)
    }

    /// When a question to the client was open, up to now.
    fn waiting(&self, as_of: DateTime<Utc>) -> Vec<Span> {
        let mut open: Vec<(RequestId, DateTime<Utc>)> = Vec::new();
        let mut spans = Vec::new();
        for entry in &self.entries {
            match entry.said {
                Said::Asked(Some(request)) => open.push((request, entry.at)),
                Said::Answered(Some(request)) | Said::AskEnded(Some(request)) => {
                    if let Some(place) = open.iter().position(|(asked, _)| *asked == request) {
                        let (_, from) = open.swap_remove(place);
                        spans.extend(Span::new(from, entry.at));
                    }
                }
                _ => {}
            }
        }
        spans.extend(open.into_iter().filter_map(|(_, from)| Span::new(from, as_of)));
        union(spans)
    }

    /// Whether a response that was prepared was taken back again.
    fn taken_back(&self, submission: Option<SubmissionId>) -> bool {
        submission.is_some() && self.entries.iter().any(|e| e.said == Said::Cancelled(submission))
    }

    /// Whether a line is an act towards an answer: who waits sees that somebody works.
    pub(super) const fn is_act(entry: &LogEntry) -> bool {
        matches!(entry.said, Said::Drafted | Said::Prepared { .. } | Said::Asked(_))
    }

    /// Whether a line is the decision. One that was taken back was none.
    pub(super) fn is_decision(&self, entry: &LogEntry) -> bool {
        match entry.said {
            Said::Prepared { submission, answers } => answers && !self.taken_back(submission),
            _ => false,
        }
    }
}

/// A case's history as of an instant.
#[derive(Debug, Clone)]
pub struct CaseView<'a> {
    pub(super) log: &'a CaseLog,
    pub(super) now: DateTime<Utc>,
    pub(super) ours: Vec<Span>,
    waiting: Vec<Span>,
}

impl CaseView<'_> {
    /// When a question to the client was open.
    pub fn waiting(&self) -> &[Span] {
        &self.waiting
    }
}
