//! The statement of a contest, edited in place; and what two people wrote at the same time.

use askama::Template;
use chrono::{DateTime, Utc};
use docket_app::{CaseView, DraftConflict, statement_of};
use docket_core::draft::Edition;
use docket_core::id::DraftId;

use super::claim::Claimed;
use super::draft::{DraftLine, Writing};
use super::head::{Head, Part};
use super::tables::Saved;
use crate::doors::Viewer;
use crate::pages::{Frame, Section};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "case_statement.html")]
pub struct StatementView {
    frame: Frame,
    pub head: Head,
    draft: Option<DraftLine>,
    writing: Option<Writing>,
    /// The most characters that the platform takes of one text, where that is known.
    limit: Option<usize>,
    /// How many of them are left.
    left: i64,
    clash: Option<Clash>,
    /// What the buyer says, beside what answers it.
    claim: Option<Claimed>,
    /// The draft, of which other versions can be read.
    pub draft_id: Option<DraftId>,
    /// A version that is read.
    reading: Option<Saved>,
    evidence: String,
    preview: String,
}

/// Two people wrote on the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Who saved meanwhile, and as which version.
    pub by: String,
    pub version: i64,
    /// What both began with; none where each began anew.
    pub base: Option<String>,
    pub theirs: String,
    pub yours: String,
    /// Both changes together, where they touch different lines.
    pub merged: Option<String>,
}

impl Clash {
    pub fn of(conflict: &DraftConflict, yours: &str) -> Self {
        let text = |edition: &Edition| {
            let response = edition.content.response().ok();
            response.as_ref().and_then(statement_of).map(str::to_owned)
        };
        let base = conflict.merge.base.as_ref().and_then(text);
        let theirs = text(&conflict.merge.theirs).unwrap_or_default();
        Self {
            by: conflict.their_by.clone(),
            version: conflict.their_version,
            merged: base
                .as_deref()
                .and_then(|base| docket_app::merged_text(base, yours, &theirs))
                .filter(|merged| *merged != theirs && merged != yours),
            base,
            theirs,
            yours: yours.to_owned(),
        }
    }
}

impl StatementView {
    /// `limit`: the most characters of one text at the platform.
    pub fn of(viewer: &Viewer, view: &CaseView, limit: Option<usize>, now: DateTime<Utc>) -> Self {
        let case = &view.stored.case;
        let mut page = Self {
            frame: Frame::of(
                viewer,
                t("case-statement-of").with("dispute", case.dispute.to_string()),
                Section::Queue,
            )
            .dated(now),
            head: Head::of(viewer, view, Part::Statement, now),
            draft: view.draft.as_ref().map(|d| DraftLine::of(viewer, view, d, now)),
            writing: Writing::of(viewer, view),
            limit,
            left: 0,
            clash: None,
            claim: None,
            draft_id: view.draft.as_ref().map(|d| d.draft.id),
            reading: None,
            evidence: urls::of(case.id, urls::CASE_EVIDENCE),
            preview: urls::of(case.id, urls::CASE_PREVIEW),
        };
        page.count();
        page
    }

    /// With what the buyer says.
    pub fn claimed(mut self, claim: Option<Claimed>) -> Self {
        self.claim = claim;
        self
    }

    /// With a version to read.
    pub fn reading(mut self, version: Saved) -> Self {
        self.reading = Some(version);
        self
    }

    fn count(&mut self) {
        let written = self.writing.as_ref().map_or(0, |w| w.statement.chars().count());
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        self.left = number(self.limit.unwrap_or(0)) - number(written);
    }

    /// With what was typed, so that it is not lost.
    pub fn typed(mut self, statement: &str) -> Self {
        self.writing = self.writing.map(|w| w.typed(statement));
        self.count();
        self
    }

    /// With what was typed, beside what somebody else saved meanwhile.
    pub fn beside(self, clash: Clash) -> Self {
        let mut page = self.typed(&clash.yours);
        page.clash = Some(clash);
        page
    }
}
