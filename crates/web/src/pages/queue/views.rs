//! The views of the queue that a person keeps.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use docket_app::Desk;

use crate::doors::{Fields, Viewer};
use crate::error::PageError;
use crate::query::QueueQuery;
use crate::urls;

/// The queue's own address that a form names; its usual view where it names another.
fn back(fields: &Fields) -> String {
    let named = urls::own_page(fields.get("back"));
    named
        .filter(|page| page.starts_with(urls::QUEUE))
        .unwrap_or_else(urls::open_cases)
}

/// How a view is kept: the queue's parameters, from its first page on.
pub fn kept(query: QueueQuery) -> String {
    let first = urls::queue(&QueueQuery { after: None, ..query });
    first
        .split_once('?')
        .map_or_else(String::new, |(_, kept)| kept.to_owned())
}

/// Keeps the view that the person looks at under a name.
pub async fn save(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let view = back(&fields);
    let query = view.split_once('?').map_or("", |(_, query)| query);
    let pairs = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let query = QueueQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let kept = kept(query);
    desk.save_view(viewer.person.id, fields.get("name"), &kept)
        .await?;
    let first = if kept.is_empty() {
        urls::QUEUE.to_owned()
    } else {
        format!("{}?{kept}", urls::QUEUE)
    };
    Ok(Redirect::to(&first).into_response())
}

/// Forgets a view.
pub async fn forget(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    desk.drop_view(viewer.person.id, fields.get("name")).await?;
    Ok(Redirect::to(&back(&fields)).into_response())
}
