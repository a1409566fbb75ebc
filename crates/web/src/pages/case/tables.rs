//! What a case has gone through, as tables: its history, and what a client's person sees of it.

use askama::Template;
use chrono::{DateTime, Utc};
use docket_app::{CaseRecord, CaseView};
use docket_core::draft::Version;

use super::Fact;
use super::head::{Head, Part};
use super::history::{Line, flat};
use super::rows::{FactorLine, MomentRow, PolicyRow, RequestLine, ResponseRow, RoundRow, SettingLine};
use crate::doors::Viewer;
use crate::pages::{Frame, Section};
use crate::show;
use crate::texts::t;
use crate::urls;

/// The tables; what only the agency sees is left out for a client's person.
#[derive(Debug)]
pub struct Tables {
    pub rounds: Vec<RoundRow>,
    pub responses: Vec<ResponseRow>,
    pub purchase: Purchase,
    pub requests: Vec<RequestLine>,
    pub factors: Vec<FactorLine>,
    pub settings: Vec<SettingLine>,
    pub history: Vec<Line>,
    pub history_cut: bool,
    /// Where it is said how the platform is set up.
    pub connection: String,
    /// Whether it is told who prepared responses, and what went wrong with them.
    pub inner: bool,
}

/// What is known of the purchase.
#[derive(Debug)]
pub struct Purchase {
    pub moments: Vec<MomentRow>,
    pub policies: Vec<PolicyRow>,
    /// Orders that all fit.
    pub several: Option<String>,
}

impl Purchase {
    pub fn of(view: &CaseView, now: DateTime<Utc>) -> Self {
        Self {
            moments: MomentRow::all(&view.dossier.facts, now),
            policies: PolicyRow::all(&view.dossier.facts),
            several: (!view.dossier.several_orders.is_empty())
                .then(|| view.dossier.several_orders.join(", ")),
        }
    }
}

impl Tables {
    pub fn of(view: &CaseView, record: &CaseRecord, now: DateTime<Utc>) -> Self {
        Self {
            rounds: record.rounds.iter().map(|r| RoundRow::of(r, now)).collect(),
            responses: view.submissions.iter().map(|s| ResponseRow::of(s, now)).collect(),
            purchase: Purchase::of(view, now),
            requests: record.requests.iter().map(|r| RequestLine::of(r, now)).collect(),
            factors: record.factors.iter().map(|f| FactorLine::of(f, now)).collect(),
            settings: record.settings.iter().map(|s| SettingLine::of(s, now)).collect(),
            history: record.history.iter().rev().map(|r| Line::of(r, now)).collect(),
            history_cut: record
                .history
                .last()
                .is_some_and(|last| last.number < view.stored.chain.length),
            connection: urls::connection(view.stored.case.connection),
            inner: true,
        }
    }

    /// What was sent, without how.
    pub fn for_client(mut self) -> Self {
        self.inner = false;
        self.responses.retain(|response| response.attempted.is_some());
        self
    }
}

/// The part that shows what happened.
#[derive(Debug, Template)]
#[template(path = "case_history.html")]
pub struct HistoryView {
    frame: Frame,
    pub head: Head,
    facts: Vec<Fact>,
    tables: Tables,
    versions: Vec<Saved>,
    /// Versions before these, with where they are read.
    older: Option<(String, String)>,
}

/// A version of the draft, as it was saved.
#[derive(Debug)]
pub struct Saved {
    pub title: String,
    pub says: Vec<(String, String)>,
}

/// Versions that stand on the page: each save is one, and the page stays below its size.
const VERSIONS: usize = 20;

impl Saved {
    pub fn of(version: &Version) -> Self {
        let content = serde_json::to_value(&version.edition.content).unwrap_or_default();
        let title = t("case-version-of")
            .with("n", version.number)
            .with("by", &version.by)
            .with("at", show::minute(version.at));
        Self {
            title: title.plain(),
            says: flat(&content, "", &[]),
        }
    }
}

impl HistoryView {
    pub fn of(
        viewer: &Viewer,
        (view, record): (&CaseView, &CaseRecord),
        versions: &[Version],
        now: DateTime<Utc>,
    ) -> Self {
        let title = t("case-history-of")
            .with("dispute", view.stored.case.dispute.to_string())
            .plain();
        Self {
            frame: Frame::of(viewer, title, Section::Queue).dated(now),
            head: Head::of(viewer, view, Part::History, now),
            facts: super::facts(&view.stored.case, true, now),
            tables: Tables::of(view, record, now),
            versions: versions.iter().rev().take(VERSIONS).map(Saved::of).collect(),
            older: (versions.len() > VERSIONS).then(|| {
                let left = versions.len() - VERSIONS;
                let url = urls::of(view.stored.case.id, urls::CASE_STATEMENT);
                let newest = versions[left - 1].number;
                let text = t("case-versions-older").with("n", left).plain();
                (text, format!("{url}?version={newest}"))
            }),
        }
    }
}
