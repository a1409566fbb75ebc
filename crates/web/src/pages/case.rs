//! A case: what it is, what state it is in, what is to be done next; in five parts, from deciding to what was sent.

pub mod act;
mod advice;
pub mod change;
mod claim;
mod decide;
mod draft;
mod evidence;
mod head;
mod history;
mod next;
mod preview;
mod rows;
mod statement;
mod tables;
pub mod work;
mod written;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, Utc};
use docket_app::{BuyerFile, CaseRecord, CaseView, Choices, Desk, Error, Said};
use docket_core::attention::Attention;
use docket_core::case::Case;
use docket_core::evidence::Checklist;
use docket_core::id::CaseId;
use docket_core::recommend::Recommendation;

use self::advice::Advised;
pub use self::claim::Claimed;
use self::claim::Ours;
use self::decide::{Decisions, Hold};
pub use self::evidence::EvidenceView;
use self::head::Part;
pub use self::head::{Head, state};
pub use self::preview::{Look, PreviewView};
#[cfg(test)]
pub use self::statement::Clash;
pub use self::statement::StatementView;
pub use self::tables::HistoryView;
pub use self::tables::Saved;
use self::tables::{Purchase, Tables};
pub use self::work::as_file;
use crate::doors::{Door, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::{Frame, Section};
use crate::query::{Pairs, place};
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page: what to decide, for whoever works on it; for a client's person what is known and was sent.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    frame: Frame,
    pub head: Head,
    flags: Vec<Flag>,
    claim: Claimed,
    /// What of our evidence is there, beside the claim.
    ours: Option<Ours>,
    purchase: Purchase,
    /// What is recommended, where anything can be.
    advice: Option<Advised>,
    decisions: Option<Decisions>,
    hold: Option<Hold>,
    facts: Vec<Fact>,
    /// Where flags are taken off and notes written.
    change: Option<String>,
    /// For a client's person.
    tables: Option<Tables>,
}

#[derive(Debug)]
struct Fact {
    name: String,
    value: String,
    at: Option<Stamp>,
    note: Option<String>,
}

#[derive(Debug)]
struct Flag {
    name: String,
    advice: String,
    /// Its word.
    word: &'static str,
}

/// What a case's page is made of beside the case.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// What the buyer says.
    pub words: &'a [Said],
    /// What the buyer gave to the platform.
    pub buyer_files: &'a [BuyerFile],
    /// What is needed and there.
    pub list: Option<&'a Checklist>,
    /// What is recommended.
    pub advice: Option<&'a Recommendation>,
    /// What it can be answered with.
    pub choices: Option<&'a Choices>,
    /// Who works on cases.
    pub workers: &'a [String],
    /// What was recorded, for a client's person.
    pub record: Option<&'a CaseRecord>,
}

impl CasePage {
    pub fn of(viewer: &Viewer, view: &CaseView, known: Known<'_>, now: DateTime<Utc>) -> Self {
        let case = &view.stored.case;
        let title = format!("{} · {}", case.dispute, view.client.name);
        let staff = viewer.is_staff();
        Self {
            frame: Frame::of(viewer, title, Section::Queue).dated(now),
            head: Head::of(viewer, view, Part::Decide, now),
            flags: case.attention.iter().map(|a| Flag::of(*a)).collect(),
            claim: Claimed::of(case.id, known.words, known.buyer_files, now),
            ours: known.list.map(|list| Ours::of(case.id, list)),
            purchase: Purchase::of(view, now),
            advice: known.advice.map(Advised::of),
            decisions: staff.then(|| Decisions::of(viewer, view, known, now)),
            hold: Hold::of(viewer, case, known),
            facts: facts(case, staff, now),
            change: viewer
                .may(Door::ChangeCase)
                .then(|| urls::of(case.id, urls::CHANGE_CASE)),
            tables: known
                .record
                .map(|record| Tables::of(view, record, now).for_client()),
        }
    }
}

impl Flag {
    fn of(flag: Attention) -> Self {
        let advice = format!("{}.", show::title(show::advice(flag)));
        Self {
            name: show::title(flag),
            advice,
            word: flag.as_str(),
        }
    }
}

/// `staff`: with how the case is worked on.
fn facts(case: &Case, staff: bool, now: DateTime<Utc>) -> Vec<Fact> {
    let fact = |name, value: String, note: Option<&String>| Fact {
        name: t(name).plain(),
        value,
        at: None,
        note: note.cloned(),
    };
    let when = |name, at| Fact {
        name: t(name).plain(),
        value: String::new(),
        at: Some(Stamp::of(at, now)),
        note: None,
    };
    let f = &case.facts;
    let mut all = vec![
        fact("case-fact-amount", show::money(f.amount), None),
        fact("reason", show::title(f.reason), f.platform_reason.as_ref()),
        fact("filter-stage", show::title(f.stage), f.platform_stage.as_ref()),
        fact(
            "filter-turn",
            show::title(show::turn(f.turn)),
            f.platform_status.as_ref(),
        ),
        fact(
            "outcome",
            case.outcome
                .map_or_else(|| t("case-fact-none-yet").plain(), show::title),
            None,
        ),
        fact(
            "case-fact-evidence",
            t(if case.contested { "conn-yes" } else { "conn-no" }).plain(),
            None,
        ),
    ];
    if staff {
        let holder = case.assignee.clone();
        let holder = holder.unwrap_or_else(|| t("case-fact-nobody").plain());
        all.extend([
            fact("case-fact-work", show::title(case.work_state), None),
            fact("assignee", holder, None),
        ]);
    }
    all.extend(
        f.channel
            .as_ref()
            .map(|c| fact("case-fact-channel", c.clone(), None)),
    );
    if !f.order_refs.is_empty() {
        all.push(fact("case-fact-references", f.order_refs.join(", "), None));
    }
    all.push(when("case-fact-opened", f.opened_at));
    all.push(when("case-fact-changed", f.updated_at));
    all.extend(case.closed_at.map(|at| when("case-fact-closed", at)));
    all.push(fact("case-fact-id", case.id.to_string(), None));
    all
}

fn id_of(id: Result<Path<String>, PathRejection>) -> Result<CaseId, PageError> {
    let missing = || PageError::NotFound(t("case-no-case").plain());
    let Path(id) = id.map_err(|_| missing())?;
    id.parse().map_err(|_| missing())
}

type Id = Result<Path<String>, PathRejection>;

pub async fn page(State(desk): State<Desk>, viewer: Viewer, id: Id) -> PageResult {
    html(&decide_view(&desk, &viewer, id_of(id)?).await?)
}

pub async fn evidence_page(State(desk): State<Desk>, viewer: Viewer, id: Id) -> PageResult {
    html(&evidence_view(&desk, &viewer, id_of(id)?).await?)
}

pub async fn statement_page(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Id,
    Query(pairs): Query<Pairs>,
) -> PageResult {
    let case = id_of(id)?;
    let page = statement_view(&desk, &viewer, case).await?;
    let Some(number) = place::<i64>(&pairs, "version")? else {
        return html(&page);
    };
    let versions = match page.draft_id {
        Some(draft) => desk.draft_versions(viewer.scope(), draft).await?,
        None => Vec::new(),
    };
    let version = versions.iter().find(|version| version.number == number);
    let missing = || PageError::NotFound(t("case-no-version").with("n", number).plain());
    let version = version.ok_or_else(missing)?;
    html(&page.reading(Saved::of(version)))
}

pub async fn preview_page(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Id,
    Query(pairs): Query<Pairs>,
) -> PageResult {
    let look = Look {
        confirming: pairs.iter().any(|(name, _)| name == "confirm"),
    };
    html(&preview_view(&desk, &viewer, id_of(id)?, look).await?)
}

pub async fn history_page(State(desk): State<Desk>, viewer: Viewer, id: Id) -> PageResult {
    let view = desk.case_view(viewer.scope(), id_of(id)?).await?;
    let versions = match &view.draft {
        Some(draft) => desk.draft_versions(viewer.scope(), draft.draft.id).await?,
        None => Vec::new(),
    };
    let record = desk.case_record(&view).await?;
    let shown = (&view, &record);
    html(&HistoryView::of(&viewer, shown, &versions, desk.env.now()))
}

async fn decide_view(desk: &Desk, viewer: &Viewer, case: CaseId) -> Result<CasePage, PageError> {
    let view = desk.case_view(viewer.scope(), case).await?;
    let now = desk.env.now();
    if !viewer.is_staff() {
        let record = desk.case_record(&view).await?;
        let known = Known {
            record: Some(&record),
            ..Known::default()
        };
        return Ok(CasePage::of(viewer, &view, known, now));
    }
    // A body that cannot be read any more keeps nobody from the case itself.
    let unread = |error| {
        tracing::warn!(%case, %error, "no recommendation for a case");
        CasePage::of(viewer, &view, Known::default(), now)
    };
    let found = match desk.checklist_of(&view).await {
        Ok(found) => found,
        Err(error) => return Ok(unread(error)),
    };
    let advice = match desk.advice_on(&found).await {
        Ok(advice) => advice,
        Err(error) => return Ok(unread(error)),
    };
    let choices = desk.choices(&view, &found).await?;
    let workers = desk.workers().await?;
    let known = Known {
        choices: Some(&choices),
        workers: &workers,
        words: &found.words,
        buyer_files: &found.buyer_files,
        list: Some(&found.list),
        advice: Some(&advice),
        record: None,
    };
    Ok(CasePage::of(viewer, &view, known, now))
}

/// What cannot be read keeps nobody from the case itself: the page says so, and shows the rest.
fn or_say<T>(found: Result<T, Error>, head: &mut Option<String>) -> Result<Option<T>, PageError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error @ Error::Store(_)) => Err(error.into()),
        Err(error) => {
            *head = Some(t("case-part-failed").with("why", say::error(&error)).plain());
            Ok(None)
        }
    }
}

async fn evidence_view(desk: &Desk, viewer: &Viewer, case: CaseId) -> Result<EvidenceView, PageError> {
    let view = desk.case_view(viewer.scope(), case).await?;
    let mut problem = None;
    let found = or_say(desk.checklist_of(&view).await, &mut problem)?;
    let claim = found.as_ref().map(|found| {
        let now = desk.env.now();
        Claimed::of(case, &found.words, &found.buyer_files, now)
    });
    let (list, pieces) = match found {
        Some(found) => (Some(found.list), found.pieces),
        None => (None, desk.evidence(viewer.scope(), case).await?),
    };
    let question = match &list {
        Some(list) if viewer.may(Door::AskFromCase) => {
            desk.first_question(&view.stored.case, &list.rows).await?
        }
        Some(_) | None => String::new(),
    };
    let known = (list.as_ref(), pieces.as_slice());
    let mut page = EvidenceView::of(
        viewer,
        &view,
        known,
        (question, desk.question_due(&view.stored.case)),
        desk.env.now(),
    )
    .claimed(claim);
    page.head.problem = problem;
    Ok(page)
}

async fn statement_view(desk: &Desk, viewer: &Viewer, case: CaseId) -> Result<StatementView, PageError> {
    let view = desk.case_view(viewer.scope(), case).await?;
    let mut problem = None;
    let packaging = or_say(desk.packaging_of(&view.connection).await, &mut problem)?;
    let limit = packaging.map(|p| p.texts.one);
    let now = desk.env.now();
    let said = or_say(desk.buyer_says(&view).await, &mut problem)?;
    let claim = said.map(|(words, files)| Claimed::of(case, &words, &files, now));
    let mut page = StatementView::of(viewer, &view, limit, now).claimed(claim);
    page.head.problem = problem;
    Ok(page)
}

async fn preview_view(
    desk: &Desk,
    viewer: &Viewer,
    case: CaseId,
    look: Look,
) -> Result<PreviewView, PageError> {
    let view = desk.case_view(viewer.scope(), case).await?;
    let mut problem = None;
    let preview = or_say(desk.preview(&view).await, &mut problem)?.flatten();
    let under_way = view.stored.case.pending.is_some() || preview.is_none();
    let next = match under_way && viewer.may(Door::SendDraft) {
        true => desk.case_after(viewer.scope(), case, viewer.name()).await?,
        false => None,
    };
    let shown = (preview.as_ref(), next.as_ref());
    let mut page = PreviewView::of(viewer, &view, shown, look, desk.env.now());
    page.head.problem = problem;
    Ok(page)
}
