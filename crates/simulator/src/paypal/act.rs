//! The one door for all actions: who may, may it now, what it does, and the journal.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{ApiError, auth, base, desk, input, perform};
use crate::{action::Action, app::App, machine, platform::Platform, render, world::JournalEntry};

pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((id, action)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, request.headers())?;
    caller.updater()?;
    let action = Action::from_path(&action).ok_or_else(ApiError::not_found)?;
    desk::check_id(&id)?;
    if action.by_buyer() != (caller.by == "buyer") {
        return Err(ApiError::not_authorized());
    }
    if app.bench.is_some() {
        return Err(ApiError::not_allowed_now());
    }
    let base = base(request.headers());
    let input = input::read(request, action).await?;
    let now = app.clock.now();
    let mut world = app.world();
    let dispute = world
        .find(&id, now)
        .filter(|dispute| caller.sees(dispute.account));
    let dispute = dispute.ok_or_else(ApiError::not_found)?;
    let open = match action.by_buyer() {
        true => machine::allowed_to_buyer(dispute),
        false => machine::allowed(dispute, now).contains(&action),
    };
    if !open {
        return Err(ApiError::not_allowed_now());
    }
    let (account, due_at) = (dispute.account, dispute.seller_due);
    let note = perform::perform(dispute, action, &input, now)?;
    dispute.touch(now);
    let client_id = match caller.by {
        "buyer" => app.buyers.client_id.clone(),
        _ => app.accounts[account].client_id.clone(),
    };
    world.journal.push(JournalEntry::new(
        (Platform::PayPal, &id),
        (caller.by, &client_id),
        action.path(),
        due_at,
        note,
        now,
    ));
    world.dirty = true;
    app.save(&mut world);
    let url = render::dispute_url(&base, &id);
    Ok(Json(json!({"links": [render::link(&url, "self", "GET")]})).into_response())
}
