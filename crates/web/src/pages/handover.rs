//! The end of the day: what a person hands over, signed off and kept.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Desk, Error, Handover, HandoverCase, SignedHandover};

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::{Frame, Section};
use crate::query::{Pairs, place};
use crate::say::say;
use crate::show::Stamp;
use crate::texts::t;
use crate::urls;

/// Rows of each part that one page shows.
const PAGE: usize = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "handover.html")]
pub struct HandoverView {
    frame: Frame,
    key: FormKey,
    /// Whose list it is, as it is now; none for everybody's.
    whose: Option<String>,
    parts: Vec<Part>,
    signs: bool,
    /// Lists of before: the address, who, when, and how many cases were on it.
    before: Vec<(String, String, Stamp, usize)>,
    /// The list that was signed off, where the page shows one.
    signed: Option<(String, Stamp, String)>,
    other: String,
    /// Where the rows after these are.
    next: Option<String>,
}

/// A part of the list.
#[derive(Debug)]
struct Part {
    id: &'static str,
    title: String,
    none: String,
    /// How many cases it has, those that stand elsewhere included.
    all: u64,
    rows: Vec<Row>,
    /// Those that no page shows.
    more: u64,
}

#[derive(Debug)]
struct Row {
    url: String,
    dispute: String,
    client: String,
    assignee: Option<String>,
    deadline: Option<Stamp>,
    note: String,
}

/// The rows of one page, from 1 on, and whether there is a further one.
fn parts(list: &Handover, page: usize, now: DateTime<Utc>) -> (Vec<Part>, bool) {
    let from = page.saturating_sub(1).saturating_mul(PAGE);
    let longest = list.due.len().max(list.waiting.len()).max(list.drafts.len());
    let row = |case: &HandoverCase| Row {
        url: urls::case(case.case),
        dispute: case.dispute.clone(),
        client: case.client.clone(),
        assignee: case.assignee.clone(),
        deadline: case.deadline.map(|at| Stamp::of(at, now)),
        note: say(&case.note.0),
    };
    let part = |id, title, none, (cases, more): (&[HandoverCase], u64)| Part {
        id,
        title: t(title).plain(),
        none: t(none).plain(),
        all: u64::try_from(cases.len()).unwrap_or(u64::MAX) + more,
        rows: cases.iter().skip(from).take(PAGE).map(row).collect(),
        more,
    };
    let parts = vec![
        part(
            "due",
            "handover-due",
            "handover-due-none",
            (&list.due, list.more[2]),
        ),
        part(
            "waiting",
            "handover-waiting",
            "handover-waiting-none",
            (&list.waiting, list.more[1]),
        ),
        part(
            "drafts",
            "handover-drafts",
            "handover-drafts-none",
            (&list.drafts, list.more[0]),
        ),
    ];
    (parts, longest > from + PAGE)
}

impl HandoverView {
    /// What is handed over now.
    pub fn now(
        viewer: &Viewer,
        (list, everybodys, page): (&Handover, bool, usize),
        before: &[SignedHandover],
        now: DateTime<Utc>,
    ) -> Self {
        let (parts, more) = parts(list, page, now);
        let row = |s: &SignedHandover| {
            let cases = s.list.due.len()
                + s.list.waiting.len()
                + s.list.drafts.len()
                + usize::try_from(s.list.more.iter().sum::<u64>()).unwrap_or(usize::MAX);
            (urls::handover(s.id), s.by.clone(), Stamp::of(s.at, now), cases)
        };
        Self {
            frame: Frame::of(viewer, t("nav-handover"), Section::Handover).dated(now),
            key: viewer.key.clone(),
            whose: (!everybodys).then(|| viewer.name().to_owned()),
            parts,
            next: more.then(|| urls::handover_page(&urls::handover_of(everybodys), page + 1)),
            signs: viewer.may(Door::SignHandover) && !everybodys,
            before: before.iter().map(row).collect(),
            signed: None,
            other: urls::handover_of(!everybodys),
        }
    }

    /// A list that was signed off.
    pub fn signed(viewer: &Viewer, (list, page): (&SignedHandover, usize), now: DateTime<Utc>) -> Self {
        let (parts, more) = parts(&list.list, page, now);
        Self {
            frame: Frame::of(viewer, t("nav-handover"), Section::Handover).dated(now),
            key: viewer.key.clone(),
            whose: Some(list.by.clone()),
            parts,
            next: more.then(|| urls::handover_page(&urls::handover(list.id), page + 1)),
            signs: false,
            before: Vec::new(),
            signed: Some((list.by.clone(), Stamp::of(list.at, now), list.note.clone())),
            other: urls::handover_of(false),
        }
    }
}

fn page_of(pairs: &Pairs) -> Result<usize, PageError> {
    Ok(place(pairs, "page")?.unwrap_or(1))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let everybodys = pairs.iter().any(|(name, value)| name == "of" && value == "all");
    let whose = (!everybodys).then(|| viewer.name());
    let list = desk.handover(viewer.scope(), whose).await?;
    let before = desk.handovers().await?;
    html(&HandoverView::now(
        &viewer,
        (&list, everybodys, page_of(&pairs)?),
        &before,
        desk.env.now(),
    ))
}

/// A list that was signed off, as it was then.
pub async fn one(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
    Query(pairs): Query<Pairs>,
) -> PageResult {
    let missing = || PageError::NotFound(t("handover-missing").plain());
    let id = id.parse().map_err(|_| missing())?;
    let list = desk.signed_handover(id).await.map_err(|error| match error {
        Error::NotFound(_) => missing(),
        other => other.into(),
    })?;
    let shown = (&list, page_of(&pairs)?);
    html(&HandoverView::signed(&viewer, shown, desk.env.now()))
}

/// Signs off what the person hands over now.
pub async fn sign(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let id = desk
        .sign_handover(viewer.scope(), viewer.name(), fields.get("note"))
        .await?;
    Ok(Redirect::to(&urls::handover(id)).into_response())
}
