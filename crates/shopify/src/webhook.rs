//! Webhooks (reference 6): verified with the app's secret, and only a hint; the dispute is read.

use docket_connector::{About, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use serde::Deserialize;

use crate::wire::Digits;
use crate::{Shopify, signature};

/// The topics that the desk subscribes to, and their names in GraphQL.
pub(crate) const TOPICS: [(&str, &str); 2] = [
    ("disputes/create", "DISPUTES_CREATE"),
    ("disputes/update", "DISPUTES_UPDATE"),
];

/// Compliance topics: personal data is asked for or to be erased.
const PRIVACY: [&str; 3] = ["customers/data_request", "customers/redact", "shop/redact"];

fn header<'a>(webhook: &Webhook<'a>, name: &'static str) -> Result<&'a str, WebhookRefused> {
    optional(webhook, name).ok_or(WebhookRefused::Header(name))
}

fn optional<'a>(webhook: &Webhook<'a>, name: &str) -> Option<&'a str> {
    let (_, value) = webhook.headers.iter().find(|(known, _)| known == name)?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

impl Shopify {
    pub(crate) fn verify(&self, webhook: &Webhook<'_>) -> Result<Nudge, WebhookRefused> {
        let secret = self
            .signing
            .as_ref()
            .ok_or(WebhookRefused::NotConfigured("webhook_secret"))?;
        let signed = header(webhook, "x-shopify-hmac-sha256")?;
        if !signature::webhook(secret, webhook.body, signed) {
            return Err(WebhookRefused::NotGenuine(
                "the signature does not fit body and secret; webhooks made on the shop's Notifications page have another \
                 secret than the app's"
                    .to_owned(),
            ));
        }
        if !header(webhook, "x-shopify-shop-domain")?.eq_ignore_ascii_case(&self.domain) {
            return Err(WebhookRefused::NotGenuine(
                "it speaks of another shop than this connection's".to_owned(),
            ));
        }
        let topic = header(webhook, "x-shopify-topic")?;
        // The same event may come over several subscriptions; a delivery has an id of its own.
        let event = optional(webhook, "x-shopify-event-id")
            .or_else(|| optional(webhook, "x-shopify-webhook-id"))
            .ok_or(WebhookRefused::Header("x-shopify-event-id"))?;
        Ok(Nudge {
            event: event.to_owned(),
            topic: topic.to_owned(),
            about: about(topic, webhook.body)?,
        })
    }
}

fn about(topic: &str, body: &[u8]) -> Result<About, WebhookRefused> {
    #[derive(Deserialize)]
    struct Dispute {
        id: Digits,
    }
    if PRIVACY.contains(&topic) {
        return Ok(About::Privacy);
    }
    if !TOPICS.iter().any(|(known, _)| *known == topic) {
        return Ok(About::Nothing);
    }
    let dispute: Dispute = serde_json::from_slice(body)
        .map_err(|_| WebhookRefused::Body("it has no `id` of a dispute".to_owned()))?;
    Ok(About::Dispute(DisputeRef(dispute.id.0)))
}
