//! Reading one dispute, and the small changes that PATCH takes.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{ApiError, auth, base, vocabulary::NOTE_CHARS};
use crate::{app::App, dispute::stamp, platform::Platform, render, world::JournalEntry};

/// `^[A-Za-z0-9-]+$`, at most 255 characters.
pub(crate) fn check_id(id: &str) -> Result<(), ApiError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if (1..=255).contains(&id.len()) && id.chars().all(fits) {
        Ok(())
    } else {
        Err(ApiError::invalid_id())
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?;
    check_id(&id)?;
    let (base, now) = (base(&headers), app.clock.now());
    if let Some(bench) = &app.bench {
        let body = caller.sees(0).then(|| bench.show(&id, &base)).flatten();
        return body.map(crate::bench::answer).ok_or_else(ApiError::not_found);
    }
    let mut world = app.world();
    let dispute = world
        .find(&id, now)
        .filter(|dispute| caller.sees(dispute.account));
    let body = render::full(dispute.ok_or_else(ApiError::not_found)?, &base, now);
    drop(world);
    Ok(Json(body).into_response())
}

pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?;
    caller.updater()?;
    caller.merchant()?;
    check_id(&id)?;
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !media_type.unwrap_or_default().starts_with("application/json") {
        return Err(ApiError::media_type());
    }
    let (base, now) = (base(&headers), app.clock.now());
    let mut world = app.world();
    let dispute = world
        .find(&id, now)
        .filter(|dispute| caller.sees(dispute.account));
    let dispute = dispute.ok_or_else(ApiError::not_found)?;
    let details = communication(&body, caller.by == "partner")?;
    let (account, due_at) = (dispute.account, dispute.seller_due);
    let mut note = None;
    if let Some(mut details) = details {
        note = details["note"].as_str().map(str::to_owned);
        details["time_posted"] = stamp(now).into();
        dispute.communication = Some(details);
    }
    dispute.touch(now);
    let client_id = app.accounts[account].client_id.clone();
    world.journal.push(JournalEntry::new(
        (Platform::PayPal, &id),
        (caller.by, &client_id),
        "patch",
        due_at,
        note,
        now,
    ));
    world.dirty = true;
    app.save(&mut world);
    let links = json!({"links": [render::link(&render::dispute_url(&base, &id), "self", "GET")]});
    Ok((StatusCode::ACCEPTED, Json(links)).into_response())
}

/// Reads the JSON Patch: merchants may set `communication_details`, partners may also append to `partner_actions`.
fn communication(body: &[u8], partner: bool) -> Result<Option<Value>, ApiError> {
    let rows: Vec<Value> =
        serde_json::from_slice(body).map_err(|_| ApiError::malformed("The body is not a JSON Patch."))?;
    if rows.is_empty() {
        return Err(ApiError::malformed("The patch is empty."));
    }
    let mut details = None;
    for row in rows {
        let op = row["op"].as_str().unwrap_or_default();
        if !matches!(op, "add" | "replace") {
            return Err(ApiError::body(
                "INVALID_PATCH_OPERATION",
                "/op",
                "Only add and replace are taken.",
            ));
        }
        match row["path"].as_str().unwrap_or_default() {
            "/communication_details" => {
                let note = row["value"]["note"]
                    .as_str()
                    .map_or(0, |note| note.chars().count());
                let email = row["value"]["email"].as_str().unwrap_or_default();
                if !(1..=NOTE_CHARS).contains(&note) || !email.contains('@') {
                    return Err(ApiError::body(
                        "INVALID_PARAMETER_VALUE",
                        "/value",
                        "E-mail and note are required.",
                    ));
                }
                details = Some(json!({"email": email, "note": row["value"]["note"]}));
            }
            "/partner_actions/-" if partner => {}
            "/partner_actions/-" => return Err(ApiError::not_authorized()),
            _ => {
                return Err(ApiError::body(
                    "INVALID_PATCH_PATH",
                    "/path",
                    "The path cannot be changed.",
                ));
            }
        }
    }
    Ok(details)
}
