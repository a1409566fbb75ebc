//! Monthly packs: what waits for a lead, what was sent, and each file as it was made.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error};
use docket_core::id::PackId;
use docket_core::pack::{Pack, PackState};

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::{Frame, Section, page_after};
use crate::query::{Pairs, place};
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// Packs of one page.
const PAGE: usize = 40;

/// The page.
#[derive(Debug, Template)]
#[template(path = "packs.html")]
pub struct PacksView {
    frame: Frame,
    key: FormKey,
    /// Whether it shows how packs are worked on; a client's own person gets what was sent.
    staff: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    name: String,
    state: String,
    made: Stamp,
    sent: Option<Stamp>,
    to: String,
    said: String,
    files: Vec<(String, String)>,
    /// Where a lead lets it go or not; none where it does not wait.
    approve: Option<String>,
    reject: Option<String>,
    /// Where it is made anew; none where it was not rejected, or was made anew already.
    anew: Option<String>,
}

impl PacksView {
    /// Up to one more than a page shows, after the one that the page before ended with.
    pub fn of(
        viewer: &Viewer,
        (before, packs): (Option<&Pack>, &[Pack]),
        clients: &[Client],
        now: DateTime<Utc>,
    ) -> Self {
        // Of several of one month the newest is listed first; only that one is made anew.
        let listed: Vec<&Pack> = before.into_iter().chain(packs).collect();
        let newest = |pack: &Pack| {
            let same = |other: &&&Pack| other.client == pack.client && other.month == pack.month;
            listed.iter().find(same).map(|first| first.id) == Some(pack.id)
        };
        let again = |pack: &Pack| pack.state == PackState::Rejected && newest(pack);
        let (page, next) = page_after(packs, None, PAGE, |pack| pack.id);
        let row = |pack: &Pack| {
            let client = clients.iter().find(|client| client.id == pack.client);
            let client = client.map_or_else(String::new, |client| client.name.clone());
            let waits = pack.state == PackState::Waiting && viewer.may(Door::ApprovePack);
            let decided = pack
                .decided_by
                .as_ref()
                .map(|by| t("packs-decided").with("by", by).plain());
            let said = [decided, pack.note.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>();
            Row {
                name: format!("{client}, {}", pack.month.format("%Y-%m")),
                state: show::words(pack.state),
                made: Stamp::of(pack.made_at, now),
                sent: pack.sent_at.map(|at| Stamp::of(at, now)),
                to: pack.recipients.join(", "),
                said: said.join("; "),
                files: pack
                    .files
                    .iter()
                    .map(|file| (file.name.clone(), urls::pack_file(pack.id, &file.name)))
                    .collect(),
                approve: waits.then(|| urls::approve_pack(pack.id)),
                reject: waits.then(|| urls::reject_pack(pack.id)),
                anew: (again(pack) && viewer.may(Door::PackAnew)).then(|| urls::pack_anew(pack.id)),
            }
        };
        Self {
            frame: Frame::of(
                viewer,
                t(if viewer.is_staff() {
                    "nav-packs"
                } else {
                    "nav-packs-own"
                }),
                Section::Packs,
            )
            .dated(now),
            key: viewer.key.clone(),
            staff: viewer.is_staff(),
            rows: page.iter().map(row).collect(),
            next: next.map(urls::packs),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let after = place(&pairs, "after")?;
    let (scope, limit) = (viewer.scope(), i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
    let (before, packs) = if viewer.is_staff() {
        desk.packs_after(scope, after, limit).await?
    } else {
        (None, desk.sent_packs_after(scope, after, limit).await?)
    };
    let clients = desk.clients(scope).await?;
    let shown = (before.as_ref(), packs.as_slice());
    html(&PacksView::of(&viewer, shown, &clients, desk.env.now()))
}

fn id_of(text: &str) -> Result<PackId, PageError> {
    let missing = |_| PageError::NotFound(t("packs-missing").plain());
    text.parse().map_err(missing)
}

/// A file as it was made.
pub async fn file(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let (pack, content) = if viewer.is_staff() {
        desk.pack_file(viewer.scope(), id, &name).await?
    } else {
        let missing = |error| match error {
            Error::NotFound(_) => PageError::NotFound(t("packs-missing").plain()),
            other => other.into(),
        };
        desk.sent_pack_file(viewer.scope(), id, &name)
            .await
            .map_err(missing)?
    };
    let kind = pack
        .files
        .iter()
        .find(|file| file.name == name)
        .map(|file| file.media_type.clone());
    let headers = [
        (header::CONTENT_TYPE, kind.unwrap_or_default()),
        // Our own names: letters, digits, hyphens and a point.
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, content).into_response())
}

pub async fn approve(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    desk.decide_pack(viewer.scope(), id_of(&id)?, None, viewer.name())
        .await?;
    Ok(Redirect::to(urls::PACKS).into_response())
}

pub async fn reject(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let id = desk.pack(viewer.scope(), id_of(&id)?).await?.id;
    let note = match fields.get("note").trim() {
        "" => return Err(docket_app::Error::Invalid(t("packs-say-why").into()).into()),
        note => note,
    };
    desk.decide_pack(viewer.scope(), id, Some(note), viewer.name())
        .await?;
    Ok(Redirect::to(urls::PACKS).into_response())
}

/// Makes a rejected pack anew.
pub async fn anew(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    desk.pack_anew(viewer.scope(), id_of(&id)?).await?;
    Ok(Redirect::to(urls::PACKS).into_response())
}
