//! Reading one dispute and its files, and enrolment.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{ApiError, auth, render, samples, still};
use crate::{app::App, platform::Platform, world::JournalEntry};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?;
    check_id(&id)?;
    if let Some(bench) = &app.bench {
        return still::show(bench, &id, caller.account)
            .map(crate::bench::answer)
            .ok_or_else(ApiError::not_found);
    }
    let now = app.clock.now();
    let mut world = app.world();
    let dispute = world.klarna_mut(&id, now);
    let dispute = dispute.filter(|dispute| dispute.account == caller.account);
    let body = render::full(
        dispute.ok_or_else(ApiError::not_found)?,
        &app.accounts[caller.account],
    );
    drop(world);
    Ok(Json(body).into_response())
}

pub(crate) fn check_id(id: &str) -> Result<(), ApiError> {
    match id.chars().count() {
        1..=255 => Ok(()),
        _ => Err(ApiError::invalid(
            "payment_dispute_id",
            "must have 1 to 255 characters",
        )),
    }
}

/// A file of the customer, or one that the merchant has uploaded since the simulator started.
pub(crate) async fn download(
    State(app): State<Arc<App>>,
    Path((id, attachment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?;
    let now = app.clock.now();
    let mut world = app.world();
    let dispute = world.klarna_mut(&id, now);
    let dispute = dispute
        .filter(|dispute| dispute.account == caller.account)
        .ok_or_else(ApiError::not_found)?;
    let customer = dispute.customer_files.iter().find(|file| file.id == attachment);
    let (media_type, name, bytes) = if let Some(file) = customer {
        let bytes = samples::file(&file.media_type, &file.description);
        let name = format!("customer.{}", samples::extension(&file.media_type));
        (file.media_type.clone(), name, bytes)
    } else {
        let own = dispute.files.iter().find(|file| file.id == attachment);
        let (media_type, name) = own
            .map(|file| (file.media_type.clone(), file.name.clone()))
            .ok_or_else(ApiError::not_found)?;
        let bytes = world.klarna.file(&attachment).ok_or_else(ApiError::not_found)?;
        (media_type, name, bytes)
    };
    drop(world);
    let disposition = format!("attachment; filename=\"{}\"", name.replace(['"', '\\'], "_"));
    let mut response = bytes.into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// 204, also if already enrolled; only for the caller's own merchant id.
pub(crate) async fn enroll(
    State(app): State<Arc<App>>,
    Path(merchant): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?.writer()?;
    let owner = &app.accounts[caller.account];
    if owner.klarna.merchant_id != merchant {
        return Err(ApiError::forbidden());
    }
    let now = app.clock.now();
    let mut world = app.world();
    let mut settings = caller.settings;
    settings.enrolled = true;
    world.klarna.set(caller.account, settings);
    // It changes deadlines, fees and holds, so the journal keeps it although no dispute is concerned.
    world.journal.push(JournalEntry::new(
        (Platform::Klarna, &merchant),
        ("merchant", &owner.client_id),
        "enroll",
        None,
        None,
        now,
    ));
    world.dirty = true;
    app.save(&mut world);
    Ok(StatusCode::NO_CONTENT.into_response())
}
