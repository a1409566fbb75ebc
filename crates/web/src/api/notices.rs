//! What people are told.

use axum::extract::State;
use axum::http::Uri;
use docket_app::Desk;
use docket_core::id::NoticeId;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::input::{Id, Parameters};
use super::{Answer, nothing, page};
use crate::doors::Agent;

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those that were seen, too.
    seen: Option<bool>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

pub async fn list(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let after: Option<NoticeId> = page::place(filter.cursor.as_deref())?;
    let seen_too = filter.seen.unwrap_or(false);
    let mut found = desk.notices(agent.scope(), seen_too, after, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|n| page::cursor(&n.id));
    page::page(&uri, found.iter().map(|n| json!(n)).collect(), next)
}

pub async fn seen(State(desk): State<Desk>, agent: Agent, Id(id): Id<NoticeId>) -> Answer {
    desk.notice_seen(agent.scope(), id, agent.name()).await?;
    nothing()
}
