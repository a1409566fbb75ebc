//! Webhooks: believed only when Klarna's HMAC over the raw body holds (reference 11).

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use docket_connector::{About, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use ring::hmac;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::auth::WebhookKey;
use crate::wire::Text;

/// Header names are compared without regard to case: the two spellings of the key's (`…-Id`, `…-ID`) are one.
const SIGNATURE: &str = "klarna-signature";
const KEY_ID: &str = "klarna-signing-key-id";
/// Events of disputes begin like this.
const DISPUTES: &str = "payment.dispute.";

/// Verifies locally. Order is not promised and repeats happen: the event only says which dispute to read.
pub(crate) fn verify(key: Option<&WebhookKey>, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused> {
    let key = key.ok_or(WebhookRefused::NotConfigured("webhook_key"))?;
    let header = |name: &'static str| {
        let mut found = webhook.headers.iter();
        let found = found.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    };
    if let Some(id) = &key.id {
        let named = header(KEY_ID).ok_or(WebhookRefused::Header(KEY_ID))?;
        if named != id {
            return Err(WebhookRefused::NotGenuine(
                "it is signed with another key than `webhook_key_id` names: store the key that Klarna uses"
                    .to_owned(),
            ));
        }
    }
    let signature = header(SIGNATURE).ok_or(WebhookRefused::Header(SIGNATURE))?;
    let secret = hmac::Key::new(hmac::HMAC_SHA256, key.secret.expose_secret().as_bytes());
    // In constant time for each reading; which one fits tells nothing about the key.
    let genuine = readings(signature)
        .iter()
        .any(|signature| hmac::verify(&secret, webhook.body, signature).is_ok());
    if !genuine {
        return Err(WebhookRefused::NotGenuine(
            "the signature does not fit the body and the stored key".to_owned(),
        ));
    }
    nudge(webhook.body)
}

/// Whether the signature comes as hex or as base64 is not documented: 64 characters are hex, 43 or 44 base64.
fn readings(signature: &str) -> Vec<Vec<u8>> {
    let signature = signature.strip_prefix("sha256=").unwrap_or(signature);
    let engines = [
        BASE64_STANDARD,
        BASE64_STANDARD_NO_PAD,
        BASE64_URL_SAFE,
        BASE64_URL_SAFE_NO_PAD,
    ];
    let base64 = engines.iter().filter_map(|engine| engine.decode(signature).ok());
    hex::decode(signature).into_iter().chain(base64).collect()
}

/// The dispute that an event speaks of (reference 11). Its types are any-of in the spec: only ids are read.
fn nudge(body: &[u8]) -> Result<Nudge, WebhookRefused> {
    #[derive(Deserialize)]
    struct Event {
        event_id: Option<Text>,
        event_type: Option<Text>,
        metadata: Option<Metadata>,
        payload: Option<Payload>,
    }
    #[derive(Deserialize)]
    struct Metadata {
        event_id: Option<Text>,
        event_type: Option<Text>,
    }
    #[derive(Deserialize)]
    struct Payload {
        payment_dispute_id: Option<Text>,
    }
    let refuse = |why: &str| WebhookRefused::Body(why.to_owned());
    let event: Event = serde_json::from_slice(body).map_err(|_| refuse("it is no JSON event"))?;
    let (id, kind) = match event.metadata {
        Some(metadata) => (metadata.event_id, metadata.event_type),
        None => (None, None),
    };
    let kind = event.event_type.or(kind);
    let kind = kind.ok_or_else(|| refuse("it has no `event_type`"))?.0;
    let id = event.event_id.or(id).filter(|id| id.filled().is_some());
    let id = id.ok_or_else(|| refuse("it has no `event_id`"))?.0;
    if !kind.starts_with(DISPUTES) {
        return Ok(Nudge {
            event: id,
            topic: kind,
            about: About::Nothing,
        });
    }
    let dispute = event.payload.and_then(|payload| payload.payment_dispute_id);
    let dispute = dispute.filter(|id| id.filled().is_some());
    let dispute = dispute.ok_or_else(|| refuse("it has no `payload.payment_dispute_id`"))?;
    Ok(Nudge {
        event: id,
        topic: kind,
        about: About::Dispute(DisputeRef(dispute.0)),
    })
}
