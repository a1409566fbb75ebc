//! PayPal's webhooks (reference 7): what they say, how they are signed, and the call that verifies them.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{ApiError, auth};
use crate::{
    app::App,
    clock,
    dispute::{Status, Time, stamp},
    render,
    webhooks::{Message, Watched},
    world::World,
};

const ALGORITHM: &str = "SHA256withRSA";

pub(crate) fn watch(world: &mut World, account: usize, now: Time) -> Vec<Watched> {
    world
        .look(now)
        .iter()
        .filter(|dispute| dispute.account == account)
        .map(|dispute| Watched {
            id: dispute.id.clone(),
            mark: stamp(dispute.updated),
            state: dispute.status.word().to_owned(),
            due: dispute.seller_due,
        })
        .collect()
}

pub(crate) fn event(
    app: &App,
    world: &mut World,
    account: usize,
    row: &Watched,
    before: Option<&Watched>,
    now: Time,
) -> Option<Message> {
    let base = app.base("paypal");
    let dispute = world.find(&row.id, now)?;
    let resolved = Status::Resolved.word();
    let (kind, words) = match before {
        None => ("CREATED", "A new dispute opened"),
        Some(before) if row.state == resolved && before.state != resolved => {
            ("RESOLVED", "A dispute was resolved")
        }
        Some(_) => ("UPDATED", "A dispute was updated"),
    };
    // Reduced: what lists show, and the outcome only with the event of resolving.
    let mut resource = render::summary(dispute, &base, now);
    if let (Some(fields), Some(outcome)) = (resource.as_object_mut(), &dispute.outcome) {
        fields.remove("outcome");
        if kind == "RESOLVED" {
            fields.insert("dispute_outcome".into(), json!({"outcome_code": outcome.code}));
        }
    }
    let id = format!("WH-{}", app.webhooks.id(app.seed).to_uppercase());
    let body = json!({
        "id": id,
        "create_time": stamp(now),
        "resource_type": "dispute",
        "event_type": format!("CUSTOMER.DISPUTE.{kind}"),
        "event_version": "1.0",
        "resource_version": "1.0",
        "summary": words,
        "resource": resource,
        "links": [
            render::link(&format!("{base}/v1/notifications/webhooks-events/{id}"), "self", "GET"),
            render::link(&format!("{base}/v1/notifications/webhooks-events/{id}/resend"), "resend", "POST"),
        ],
    });
    signed(app, account, &base, &body)
}

fn signed(app: &App, account: usize, base: &str, body: &Value) -> Option<Message> {
    let body = body.to_string();
    let id = app.webhooks.id(app.seed);
    // Receivers judge the age by their own clock, so a moved clock of the simulator must not show here.
    let time = clock::wall().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let signer = &app.webhooks.signer;
    let signature = signer.sign(&id, &time, &app.accounts[account].webhook_id, body.as_bytes())?;
    Some(Message {
        headers: vec![
            ("paypal-transmission-id", id),
            ("paypal-transmission-time", time),
            ("paypal-transmission-sig", signature),
            ("paypal-cert-url", certificate_url(base, &signer.certificate_id)),
            ("paypal-auth-algo", ALGORITHM.to_owned()),
        ],
        body: body.into(),
    })
}

fn certificate_url(base: &str, id: &str) -> String {
    format!("{base}/v1/notifications/certs/{id}")
}

/// The certificate that signs, with its authority; public.
pub(crate) async fn certificate(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let signer = &app.webhooks.signer;
    if id != signer.certificate_id {
        return Err(ApiError::not_found());
    }
    let kind = [(header::CONTENT_TYPE, "application/x-pem-file")];
    Ok((kind, signer.chain.clone()).into_response())
}

#[derive(Deserialize)]
struct Claim<'a> {
    auth_algo: String,
    cert_url: String,
    transmission_id: String,
    transmission_sig: String,
    transmission_time: String,
    webhook_id: String,
    /// As it came: writing it anew would change the bytes that were signed.
    #[serde(borrow)]
    webhook_event: &'a RawValue,
}

/// Whether a message is the simulator's own and meant for the caller.
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let account = auth::caller(&app, &headers)?.merchant()?;
    let claim: Claim<'_> =
        serde_json::from_slice(&body).map_err(|_| ApiError::malformed("A field is missing."))?;
    let signer = &app.webhooks.signer;
    let expected = signer.sign(
        &claim.transmission_id,
        &claim.transmission_time,
        &app.accounts[account].webhook_id,
        claim.webhook_event.get().as_bytes(),
    );
    let genuine = claim.auth_algo == ALGORITHM
        && claim.webhook_id == app.accounts[account].webhook_id
        && claim
            .cert_url
            .ends_with(&certificate_url("/paypal", &signer.certificate_id))
        && expected.as_deref() == Some(claim.transmission_sig.as_str());
    let status = if genuine { "SUCCESS" } else { "FAILURE" };
    Ok(Json(json!({"verification_status": status})))
}
