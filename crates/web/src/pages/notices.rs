//! What people are told and nobody has seen yet.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::Desk;
use docket_core::id::NoticeId;
use docket_core::notice::Notice;

use crate::doors::{Door, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::{Frame, Section};
use crate::query::{Pairs, place};
use crate::say::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: i64 = 100;

/// The page.
#[derive(Debug, Template)]
#[template(path = "notices.html")]
pub struct NoticesView {
    frame: Frame,
    key: FormKey,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    since: Stamp,
    audience: String,
    text: String,
    case: String,
    /// Marks it as seen, for who works on cases.
    seen: Option<String>,
}

impl NoticesView {
    pub fn of(viewer: &Viewer, notices: &[Notice], now: DateTime<Utc>) -> Self {
        let full = i64::try_from(notices.len()).unwrap_or(i64::MAX) >= PAGE;
        let row = |n: &Notice| Row {
            since: Stamp::of(n.raised_at, now),
            audience: show::words(n.audience),
            text: say(&n.sentence()),
            case: urls::case(n.case),
            seen: viewer.may(Door::NoticeSeen).then(|| urls::notice_seen(n.id)),
        };
        Self {
            frame: Frame::of(viewer, t("nav-notices"), Section::Notices).dated(now),
            key: viewer.key.clone(),
            rows: notices.iter().map(row).collect(),
            next: notices.last().filter(|_| full).map(|n| urls::notices(Some(n.id))),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let after: Option<NoticeId> = place(&pairs, "after")?;
    let notices = desk.notices(viewer.scope(), false, after, PAGE).await?;
    html(&NoticesView::of(&viewer, &notices, desk.env.now()))
}

/// Somebody has seen one; who was first stays.
pub async fn seen(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let missing = |_| PageError::NotFound(t("notices-missing").plain());
    let id: NoticeId = id.parse().map_err(missing)?;
    desk.notice_seen(viewer.scope(), id, viewer.name()).await?;
    Ok(Redirect::to(&urls::notices(None)).into_response())
}
