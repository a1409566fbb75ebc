//! Exactly what goes out, with sizes, limits and what was found; then the step that sends it; then its receipt.

use askama::Template;
use chrono::{DateTime, Utc};
use docket_app::{CaseView, Preview, SeenFile, hold_until};
use docket_core::case::Case;
use docket_core::draft::DraftState;
use docket_core::packaging::Used;
use docket_core::response::{Submission, SubmissionState};

use super::draft::{DraftLine, languages};
use super::head::{Head, Part};
use super::next;
use crate::doors::{Door, Viewer};
use crate::pages::{Choice, Frame, Section};
use crate::say::{self, say, say_all};
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "case_preview.html")]
pub struct PreviewView {
    frame: Frame,
    pub head: Head,
    draft: Option<DraftLine>,
    files: Vec<FileLine>,
    used: Vec<UsedLine>,
    problems: Vec<String>,
    lacking: Vec<String>,
    warnings: Vec<String>,
    matrix: Option<u32>,
    outdated: Option<Stamp>,
    renew: Option<String>,
    /// Gives the draft up.
    discard: Option<String>,
    /// Languages of the packet that is made anew.
    languages: Vec<Choice>,
    /// Leads to the confirming step, where nothing keeps it from being sent.
    ask: Option<String>,
    confirm: Option<Confirm>,
    receipt: Option<Receipt>,
    /// Leads on, after something was sent.
    onward: Option<(String, String)>,
    decide: String,
}

/// A file that goes out.
#[derive(Debug)]
struct FileLine {
    url: String,
    name: String,
    media_type: String,
    size: String,
    most: String,
    fits: bool,
    pages: Option<usize>,
    sha256: String,
    finds: Vec<String>,
}

/// How much of a limit is used.
#[derive(Debug)]
struct UsedLine {
    what: String,
    used: String,
    most: String,
    fits: bool,
}

/// The step that cannot be taken back.
#[derive(Debug)]
struct Confirm {
    url: String,
    version: i64,
    consequence: String,
    second_person: Option<String>,
    hold: Option<Stamp>,
    /// The time that the field for another one begins with.
    at: String,
    cancel: String,
}

/// What became of the newest response.
#[derive(Debug)]
struct Receipt {
    id: String,
    action: String,
    state: String,
    class: &'static str,
    says: String,
    prepared: Stamp,
    by: String,
    send_at: Option<Stamp>,
    attempted: Option<Stamp>,
    confirmed: Option<Stamp>,
    reference: Option<String>,
    error: Option<String>,
    files: Vec<(String, String, String)>,
}

/// How the page is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The confirming step is open.
    pub confirming: bool,
}

impl PreviewView {
    pub fn of(
        viewer: &Viewer,
        view: &CaseView,
        (preview, next): (Option<&Preview>, Option<&Case>),
        look: Look,
        now: DateTime<Utc>,
    ) -> Self {
        let case = &view.stored.case;
        let own = urls::of(case.id, urls::CASE_PREVIEW);
        let newest = view.submissions.iter().rev().find(|s| s.round == case.round.id);
        let open = preview.filter(|p| matches!(p.draft.state, DraftState::Draft) && case.pending.is_none());
        let ready =
            open.filter(|p| p.draft.response.is_ok() && p.problems.is_empty() && viewer.may(Door::SendDraft));
        let draft = preview.map(|p| DraftLine::of(viewer, view, &p.draft, now).without_files());
        // What was sent is not judged any more: that is what went.
        let ahead = preview.filter(|_| draft.as_ref().is_some_and(|d| d.ahead));
        let problems = ahead.filter(|_| case.pending.is_none());
        Self {
            frame: Frame::of(
                viewer,
                t("case-preview-of").with("dispute", case.dispute.to_string()),
                Section::Queue,
            )
            .dated(now),
            head: Head::of(viewer, view, Part::Preview, now),
            draft,
            files: preview
                .iter()
                .flat_map(|p| &p.files)
                .map(|f| FileLine::of(case, f))
                .collect(),
            used: ahead.iter().flat_map(|p| &p.used).map(UsedLine::of).collect(),
            problems: problems
                .iter()
                .flat_map(|p| &p.problems)
                .map(say::problem)
                .collect(),
            lacking: ahead.iter().flat_map(|p| &p.lacking).map(show::words).collect(),
            warnings: ahead.iter().flat_map(|p| &p.warnings).map(say).collect(),
            matrix: ahead.map(|p| p.matrix),
            // Whoever is to approve it must know, too.
            outdated: preview
                .filter(|p| {
                    matches!(p.draft.state, DraftState::Draft | DraftState::InReview)
                        && case.pending.is_none()
                })
                .and_then(|p| p.outdated)
                .map(|at| Stamp::of(at, now)),
            renew: open
                .filter(|p| p.outdated.is_some() && viewer.may(Door::SaveDraft))
                .map(|_| urls::save_draft(case.id)),
            discard: preview
                .filter(|p| {
                    matches!(p.draft.state, DraftState::Draft | DraftState::InReview)
                        && case.pending.is_none()
                })
                .filter(|_| viewer.may(Door::ChangeCase))
                .map(|_| urls::of(case.id, urls::CHANGE_CASE)),
            languages: languages(view),
            ask: ready
                .filter(|_| !look.confirming)
                .map(|_| format!("{own}?confirm=1")),
            confirm: ready
                .filter(|_| look.confirming)
                .map(|p| Confirm::of(case, p, own, now)),
            receipt: newest.map(|s| Receipt::of(s, now)),
            onward: next.map(|c| (urls::case(c.id), c.dispute.to_string())),
            decide: urls::case(case.id),
        }
    }
}

impl FileLine {
    fn of(case: &Case, seen: &SeenFile) -> Self {
        let file = &seen.file;
        Self {
            url: urls::case_file(case.id, &file.sha256),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: show::size(file.size),
            most: show::size(seen.most),
            fits: file.size <= seen.most,
            pages: seen.pages,
            sha256: file.sha256.clone(),
            finds: say_all(&seen.finds),
        }
    }
}

impl UsedLine {
    fn of(used: &Used) -> Self {
        let bytes = used.what.starts_with("bytes");
        let number = |n: u64| if bytes { show::size(n) } else { show::count(n) };
        Self {
            what: t(match used.what {
                "characters of one text" => "limit-one-text",
                "characters of all texts" => "limit-all-texts",
                "files" => "limit-files",
                _ => "limit-bytes",
            })
            .plain(),
            used: number(used.used),
            most: number(used.most),
            fits: used.used <= used.most,
        }
    }
}

impl Confirm {
    fn of(case: &Case, preview: &Preview, cancel: String, now: DateTime<Utc>) -> Self {
        let hold = hold_until(case, now);
        Self {
            url: urls::of(case.id, urls::SEND_DRAFT),
            version: preview.draft.draft.version,
            consequence: preview.draft.consequence.as_ref().map(say).unwrap_or_default(),
            second_person: preview.draft.four_eyes.map(|why| say(&why.sentence())),
            hold: hold.map(|at| Stamp::of(at, now)),
            at: hold.map(crate::locale::typed).unwrap_or_default(),
            cancel,
        }
    }
}

impl Receipt {
    fn of(s: &Submission, now: DateTime<Utc>) -> Self {
        let stamp = |at| Stamp::of(at, now);
        let waits = s.state == SubmissionState::Prepared;
        let line = |f: &docket_core::response::FileRef| {
            let url = urls::case_file(s.case, &f.sha256);
            (f.name.clone(), f.sha256.clone(), url)
        };
        Self {
            id: s.id.to_string(),
            action: show::title(s.response.action()),
            state: show::words(s.state),
            class: next::class(s.state),
            says: says(s.state),
            prepared: stamp(s.created_at),
            by: s.created_by.clone(),
            send_at: Some(s.send_at).filter(|at| waits && *at > now).map(stamp),
            attempted: s.attempted_at.map(stamp),
            confirmed: s.confirmed_at.map(stamp),
            reference: s.platform_reference.clone(),
            error: s.error.as_deref().map(say::kept),
            files: s.response.files().into_iter().map(line).collect(),
        }
    }
}

/// What became of a response.
pub fn says(state: SubmissionState) -> String {
    t(match state {
        SubmissionState::Prepared => "case-is-prepared",
        SubmissionState::Sending => "case-is-sending",
        SubmissionState::SentUnconfirmed => "case-is-unconfirmed",
        SubmissionState::Held => "case-is-held",
        SubmissionState::Confirmed => "case-is-confirmed",
        SubmissionState::Refused => "case-is-refused",
        SubmissionState::Cancelled => "case-is-cancelled",
        SubmissionState::NeedsPerson => "case-is-unknown",
    })
    .plain()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::Samples;

    #[test]
    fn what_was_sent_is_told_as_sent() {
        let page = PreviewView::samples().pop().unwrap().render().unwrap();
        for told in [
            "Exactly what went out",
            "<strong>Sent <span",
            "The platform shows it.",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        for over in [
            "to be sent",
            "Sending it:",
            "Of the platform’s limits",
            "Needs a second person",
        ] {
            assert!(!page.contains(over), "{over}: {page}");
        }
    }
}
