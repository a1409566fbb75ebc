//! Subscriptions to webhooks. Shopify deletes one after eight failures in a row, so they are looked after again and again
//! (reference 6).

use docket_connector::{Error, Finding};
use docket_core::sentence;
use serde::Deserialize;
use url::Url;

use crate::Shopify;
use crate::documents;
use crate::webhook::TOPICS;

#[derive(Deserialize)]
struct Subscription {
    topic: String,
    uri: Option<String>,
}

impl Shopify {
    /// Makes sure that Shopify sends its dispute events to `callback`: looks at the subscriptions that stand and registers
    /// the missing ones. One finding for each topic, saying what was done.
    ///
    /// # Errors
    /// `Auth` where the app may not subscribe: dispute events count as protected customer data (reference 6). `Rejected`
    /// where Shopify does not take the address. Else as for any call.
    pub(crate) async fn subscribe_to_events(&self, callback: &Url) -> Result<Vec<Finding>, Error> {
        let standing = self.subscriptions().await?;
        let mut findings = Vec::new();
        for (topic, name) in TOPICS {
            let there = standing
                .iter()
                .any(|one| one.topic == name && one.uri.as_deref().is_some_and(|uri| same(uri, callback)));
            if !there {
                self.register(name, callback).await?;
            }
            let says = if there {
                sentence!("`{topic}` is sent to this address already", topic)
            } else {
                sentence!("`{topic}` is sent to this address from now on", topic)
            };
            let key = format!("webhook.{}", name.to_ascii_lowercase());
            findings.push(Finding::access(&key, Some(true), says, None));
        }
        Ok(findings)
    }

    async fn subscriptions(&self) -> Result<Vec<Subscription>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Data {
            webhook_subscriptions: Option<Connection>,
        }
        #[derive(Deserialize)]
        struct Connection {
            nodes: Vec<Subscription>,
        }
        let variables = documents::webhooks(100, &TOPICS.map(|(_, name)| name));
        let reply = self.query(&documents::WEBHOOKS, variables).await?;
        reply
            .data::<Data>("webhook subscriptions")?
            .and_then(|data| data.webhook_subscriptions)
            .map(|connection| connection.nodes)
            .ok_or_else(|| reply.lacking("webhook subscriptions"))
    }

    async fn register(&self, topic: &str, callback: &Url) -> Result<(), Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Data {
            webhook_subscription_create: Option<Payload>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Payload {
            user_errors: Vec<serde::de::IgnoredAny>,
        }
        let variables = documents::subscribe(topic, callback.as_str());
        let reply = self.mutate(&documents::SUBSCRIBE, variables).await?;
        let payload = reply
            .data::<Data>("webhook subscription")?
            .and_then(|data| data.webhook_subscription_create)
            .ok_or_else(|| reply.lacking("webhook subscription"))?;
        if payload.user_errors.is_empty() {
            return Ok(());
        }
        Err(Error::Rejected {
            code: "WEBHOOK_REFUSED".to_owned(),
            message: "Shopify does not take this address for webhooks: it must be https and reachable from outside, and the \
                      app needs approval for protected customer data"
                .to_owned(),
            reference: reply.reference,
        })
    }

    /// Whether both topics have a subscription at all, whatever its address.
    pub(crate) async fn subscribed(&self) -> Result<bool, Error> {
        let standing = self.subscriptions().await?;
        Ok(TOPICS
            .iter()
            .all(|(_, name)| standing.iter().any(|one| one.topic == *name)))
    }
}

/// Whether two addresses are one, apart from a slash at the end.
fn same(uri: &str, callback: &Url) -> bool {
    uri.trim_end_matches('/') == callback.as_str().trim_end_matches('/')
}
