//! Subscriptions to dispute events: `/v1/notifications/webhooks` (reference 7).

use docket_connector::credentials::endpoint;
use docket_connector::http::{Call, Intent, Payload, read_json};
use docket_connector::{Error, Finding, Subscribed};
use docket_core::sentence;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{PayPal, errors};

/// All three, or changes are missed (reference 7).
const EVENTS: [&str; 3] = [
    "CUSTOMER.DISPUTE.CREATED",
    "CUSTOMER.DISPUTE.UPDATED",
    "CUSTOMER.DISPUTE.RESOLVED",
];
const ROUTE: &str = "/v1/notifications/webhooks";
const ROUTE_ONE: &str = "/v1/notifications/webhooks/{id}";

#[derive(Deserialize)]
struct Webhooks {
    #[serde(default)]
    webhooks: Vec<Webhook>,
}

#[derive(Deserialize)]
struct Webhook {
    id: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    event_types: Vec<EventType>,
}

#[derive(Deserialize)]
struct EventType {
    name: String,
}

impl Webhook {
    fn has(&self, event: &str) -> bool {
        self.event_types.iter().any(|t| t.name == event || t.name == "*")
    }
}

impl PayPal {
    fn notifications(&self, below: &[&str]) -> Url {
        let mut path = vec!["v1", "notifications", "webhooks"];
        path.extend(below);
        endpoint(&self.base, &path)
    }

    /// Makes the subscription of this address complete, and says which id verifies it.
    pub(crate) async fn subscribe_to_events(&self, callback: &Url) -> Result<Subscribed, Error> {
        let answer = self.get(&self.notifications(&[]), ROUTE).await?;
        let known: Webhooks = read_json(&answer.body, "webhooks")?;
        let mine = known.webhooks.into_iter().find(|w| w.url == callback.as_str());
        let subscribed = match mine {
            Some(webhook) if EVENTS.iter().all(|event| webhook.has(event)) => webhook,
            Some(webhook) => self.complete(&webhook.id).await?,
            None => self.register(callback).await?,
        };
        let findings = EVENTS.iter().map(|event| {
            Finding::access(
                &format!("webhook.{}", event.to_ascii_lowercase()),
                Some(subscribed.has(event)),
                sentence!(
                    "{event} is sent to {address}",
                    event = *event,
                    address = callback.as_str()
                ),
                Some("add the event to the webhook in PayPal's developer dashboard"),
            )
        });
        Ok(Subscribed {
            findings: findings.collect(),
            keys: vec![("webhook_id", subscribed.id.clone())],
        })
    }

    async fn register(&self, callback: &Url) -> Result<Webhook, Error> {
        let events: Vec<_> = EVENTS.iter().map(|name| json!({ "name": name })).collect();
        let body = json!({ "url": callback.as_str(), "event_types": events }).to_string();
        self.written(|| {
            let payload = Payload::Json(body.clone().into());
            Ok(self.dress(Call::post(self.notifications(&[]), ROUTE, payload)))
        })
        .await
    }

    async fn complete(&self, id: &str) -> Result<Webhook, Error> {
        let events: Vec<_> = EVENTS.iter().map(|name| json!({ "name": name })).collect();
        let change = json!([{ "op": "replace", "path": "/event_types", "value": events }]).to_string();
        self.written(|| {
            let payload = Payload::Json(change.clone().into());
            let mut call = Call::post(self.notifications(&[id]), ROUTE_ONE, payload);
            call.method = Method::PATCH;
            Ok(self.dress(call))
        })
        .await
    }

    /// Nothing of a dispute is written here: after an unknown end a person simply calls the command again.
    async fn written<F>(&self, make: F) -> Result<Webhook, Error>
    where
        F: Fn() -> Result<Call, Error> + Send + Sync,
    {
        let answer = self.http.authorised(&self.credentials, make).await?;
        match answer.status {
            StatusCode::OK | StatusCode::CREATED => read_json(&answer.body, "webhook"),
            _ => Err(errors::refusal(&answer, Intent::Write)),
        }
    }
}
