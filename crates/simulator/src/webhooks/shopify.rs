//! Shopify's messages (its reference 6): the dispute as REST shows it, and the privacy topics.

use serde_json::{Value, json};

use super::{Message, Watched, signing::hmac_base64};
use crate::{app::App, clock, dispute::Time, shopify, world::World};

/// What Shopify calls the version of its messages.
const VERSION: &str = "2026-10";

/// The privacy topics that every listed app must take.
pub(crate) const PRIVACY: [&str; 3] = ["customers/data_request", "customers/redact", "shop/redact"];

pub(crate) fn watch(app: &App, world: &mut World, account: usize, now: Time) -> Vec<Watched> {
    shopify::documents(app, world, account, now)
        .into_iter()
        .map(|document| Watched {
            id: document["id"].to_string(),
            state: document["status"].as_str().unwrap_or_default().to_owned(),
            // The document is the message, and it has no update time: any difference is a change.
            mark: document.to_string(),
            due: None,
        })
        .collect()
}

pub(crate) fn event(
    app: &App,
    world: &mut World,
    account: usize,
    row: &Watched,
    before: Option<&Watched>,
) -> Option<Message> {
    let mut document: Value = serde_json::from_str(&row.mark).ok()?;
    let topic = match before {
        Some(_) => "disputes/update",
        None => {
            // Seen on real ones: the first message does not know the date yet.
            document["evidence_due_by"] = Value::Null;
            "disputes/create"
        }
    };
    let wanted = world.shopify.shop(account).wants(topic);
    wanted.then(|| message(app, account, topic, &document))
}

/// A message that the control door asks for.
pub(crate) fn privacy(app: &App, account: usize, topic: &str) -> Message {
    let owner = &app.accounts[account];
    let mut body = json!({"shop_id": 54_000_000 + account, "shop_domain": owner.shopify.shop});
    if topic != "shop/redact" {
        body["customer"] = json!({
            "id": 7_100_000_001_u64, "email": "somebody@mail.example", "phone": "+10000000000",
        });
    }
    match topic {
        "customers/data_request" => {
            body["orders_requested"] = json!([5_800_000_000_001_u64]);
            body["data_request"] = json!({"id": 9_999});
        }
        "customers/redact" => body["orders_to_redact"] = json!([5_800_000_000_001_u64]),
        _ => {}
    }
    message(app, account, topic, &body)
}

fn message(app: &App, account: usize, topic: &str, body: &Value) -> Message {
    let owner = &app.accounts[account].shopify;
    let body = body.to_string();
    let id = || app.webhooks.id(app.seed);
    Message {
        headers: vec![
            ("x-shopify-topic", topic.to_owned()),
            ("x-shopify-shop-domain", owner.shop.clone()),
            (
                "x-shopify-hmac-sha256",
                hmac_base64(&owner.client_secret, body.as_bytes()),
            ),
            ("x-shopify-api-version", VERSION.to_owned()),
            ("x-shopify-webhook-id", id()),
            ("x-shopify-event-id", id()),
            ("x-shopify-triggered-at", crate::dispute::stamp(clock::wall())),
        ],
        body: body.into(),
    }
}
