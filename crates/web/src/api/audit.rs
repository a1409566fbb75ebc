//! The audit log.

use axum::extract::State;
use axum::http::Uri;
use docket_app::{AuditFilter, Desk, fields};
use serde::Deserialize;
use utoipa::IntoParams;

use super::input::Parameters;
use super::{Answer, page};
use crate::doors::Agent;

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only this kind, such as `log_in`.
    kind: Option<String>,
    /// Only what this person did.
    who: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The newest first. Only doors of those who see every client's rows lead here.
pub async fn list(
    State(desk): State<Desk>,
    _: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let before: Option<i64> = page::place(filter.cursor.as_deref())?;
    let wanted = AuditFilter {
        kind: filter.kind,
        actor: filter.who,
    };
    let mut rows = desk.audit_rows(before, &wanted, limit + 1).await?;
    let more = page::more(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|row| page::cursor(&row.number));
    page::page(&uri, rows.iter().map(fields::audit).collect(), next)
}
