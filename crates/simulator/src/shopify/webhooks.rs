//! Webhook subscriptions of the app, and what a delivery says (reference 6).

use std::sync::Arc;

use apollo_compiler::resolvers::{FieldError, ResolveInfo, ResolvedValue};
use serde_json::{Value, json};
use url::Url;

use super::{
    access::coded,
    call::{Call, Resolved, argument},
    dispute::{gid, parse_gid},
    pages::{Pages, Row},
    rest,
    schema::Version,
    shop::{Shop, Subscription},
    storefront, view,
};
use crate::{app::App, dispute::Time, platform::Platform, webhooks, world::World};

/// A merchant's disputes as REST and the messages show them.
pub(crate) fn documents(app: &App, world: &mut World, account: usize, now: Time) -> Vec<Value> {
    super::settle(world, app, now);
    let zone = view::zone(account);
    let rows = world.shopify.of(account);
    rows.map(|dispute| rest::document(dispute, zone)).collect()
}

/// Sends events to where the app has subscribed, from now on. One receiver for each shop is enough here.
pub(crate) fn follow(app: &Arc<App>, account: usize, before: Option<&Url>, after: Option<Url>) {
    let place = (Platform::Shopify, account);
    match after {
        Some(url) if app.bench.is_none() && before != Some(&url) => webhooks::register(app, place, url),
        None if before.is_some() => app.webhooks.forget(place),
        _ => {}
    }
}

/// Subscriptions outlive a restart.
pub(crate) fn follow_again(app: &Arc<App>) {
    for account in 0..app.accounts.len() {
        let after = app.world().shopify.shop(account).receiver();
        follow(app, account, None, after);
    }
}

const KIND: &str = "WebhookSubscription";

fn shown(row: &Subscription) -> Value {
    json!({
        "id": gid(KIND, row.id), "legacyResourceId": row.id.to_string(), "topic": row.topic, "uri": row.uri,
        "format": row.format, "includeFields": row.include_fields, "filter": row.filter.as_deref().unwrap_or_default(),
        "name": row.name, "createdAt": view::time(row.created), "updatedAt": view::time(row.created),
        "apiVersion": storefront::version(Version::LATEST),
    })
}

pub(crate) fn list<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let topics = argument(info.arguments(), "topics");
    let topics = topics.as_array();
    let uri = argument(info.arguments(), "uri");
    let window = call.window(info)?;
    let mut world = call.world.borrow_mut();
    let rows = world
        .shopify
        .shop(call.account)
        .subscriptions
        .iter()
        .filter(|row| {
            topics.is_none_or(|topics| topics.iter().any(|topic| topic == row.topic.as_str()))
                && uri.as_str().is_none_or(|uri| uri == row.uri)
        });
    let page = window.cut(rows.map(|row| (row.id, Row::Owned(shown(row)))));
    Ok(ResolvedValue::object(Pages::new(
        call,
        "WebhookSubscriptionConnection",
        page,
    )))
}

pub(crate) fn create(call: &Call<'_>, info: &ResolveInfo<'_>) -> Result<Value, FieldError> {
    let topic = argument(info.arguments(), "topic");
    let topic = topic.as_str().unwrap_or_default();
    let input = argument(info.arguments(), "webhookSubscription");
    if topic.starts_with("DISPUTES_") && !call.shop.may("read_shopify_payments_disputes") {
        let required = "`read_shopify_payments_disputes` access scope.";
        return Err(coded(
            "ACCESS_DENIED",
            Some(required),
            &format!("Access denied for topic {topic}."),
        ));
    }
    let mut world = call.world.borrow_mut();
    let uri = input["uri"].as_str().or(input["callbackUrl"].as_str());
    let uri = uri.unwrap_or_default();
    if let Some(message) = refusal(call, world.shopify.shop(call.account), topic, uri) {
        let errors = json!([{"field": ["webhookSubscription", "uri"], "message": message}]);
        return Ok(json!({"webhookSubscription": null, "userErrors": errors}));
    }
    let row = Subscription {
        id: world.shopify.number(),
        topic: topic.to_owned(),
        uri: uri.to_owned(),
        format: input["format"].as_str().unwrap_or("JSON").to_owned(),
        include_fields: serde_json::from_value(input["includeFields"].clone()).unwrap_or_default(),
        filter: input["filter"].as_str().map(str::to_owned),
        name: input["name"].as_str().map(str::to_owned),
        created: call.now,
    };
    let shown = shown(&row);
    world.shopify.shop(call.account).subscriptions.push(row);
    world.dirty = true;
    call.app.save(&mut world);
    Ok(json!({"webhookSubscription": shown, "userErrors": []}))
}

/// Why a subscription is not made.
fn refusal(call: &Call<'_>, shop: &Shop, topic: &str, uri: &str) -> Option<&'static str> {
    // A real shop wants https; the receivers of a simulation are on this machine.
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    if topic.starts_with("DISPUTES_") && !call.shop.protected_data {
        return Some(
            "This app is not approved to subscribe to webhook topics containing protected customer data.",
        );
    }
    if uri.is_empty() {
        return Some("Address can't be blank");
    }
    if !uri.starts_with("https://") && !local.iter().any(|start| uri.starts_with(start)) {
        return Some("Address protocol http:// is not supported");
    }
    let mut rows = shop.subscriptions.iter();
    let taken = rows.any(|row| row.topic == topic && row.uri == uri);
    taken.then_some("Address for this topic has already been taken")
}

pub(crate) fn delete(call: &Call<'_>, info: &ResolveInfo<'_>) -> Value {
    let id = argument(info.arguments(), "id");
    let id = id.as_str().unwrap_or_default();
    let number = parse_gid(id)
        .filter(|(kind, _)| *kind == KIND)
        .map(|(_, number)| number);
    let mut world = call.world.borrow_mut();
    let rows = &mut world.shopify.shop(call.account).subscriptions;
    let before = rows.len();
    rows.retain(|row| Some(row.id) != number);
    if rows.len() == before {
        let errors = json!([{"field": ["id"], "message": "Webhook subscription does not exist"}]);
        return json!({"deletedWebhookSubscriptionId": null, "userErrors": errors});
    }
    world.dirty = true;
    call.app.save(&mut world);
    json!({"deletedWebhookSubscriptionId": id, "userErrors": []})
}
