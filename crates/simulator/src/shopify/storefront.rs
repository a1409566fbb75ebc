//! The shop, its policies, its payments account and the app on it.

use serde_json::{Value, json};

use super::{
    call::Call,
    dispute::gid,
    schema::{VERSIONS, Version},
    shop::Plan,
    view::time,
};
use crate::{account::Account, plant};

pub(crate) fn shop(call: &Call<'_>, owner: &Account) -> Value {
    let (place, plan) = (&call.place, call.shop.plan);
    let hours = place.zone.hours;
    let currency = plant::trade(call.account).currencies[0];
    json!({
        "id": gid("Shop", 60_000_000_000 + call.account as u64), "name": owner.name,
        "contactEmail": owner.email, "email": owner.email, "currencyCode": currency,
        "createdAt": "2023-02-01T09:00:00Z", "ianaTimezone": place.zone.name,
        "timezoneAbbreviation": place.zone.short, "timezoneOffsetMinutes": hours * 60,
        "timezoneOffset": format!("{}{:02}00", if hours < 0 { '-' } else { '+' }, hours.abs()),
        "myshopifyDomain": owner.shopify.shop, "url": place.base,
        "plan": {
            "displayName": plan.name(), "publicDisplayName": plan.name(), "partnerDevelopment": false,
            "shopifyPlus": plan == Plan::Plus,
        },
        "shopPolicies": policies(call, owner),
    })
}

/// Every third merchant has no refund policy, and the second no shipping policy: settings that cost wins (reference 11).
fn policies(call: &Call<'_>, owner: &Account) -> Vec<Value> {
    let account = call.account;
    let all = [
        (
            "REFUND_POLICY",
            "Refund policy",
            account % 3 != 2 || call.shop.refund_policy.is_some(),
            "Goods may be sent back within 30 days of delivery; the money is returned within 14 days after they arrive.",
        ),
        (
            "SHIPPING_POLICY",
            "Shipping policy",
            account % 6 != 1,
            "We ship within two working days and send the tracking number by e-mail.",
        ),
        (
            "TERMS_OF_SERVICE",
            "Terms of service",
            true,
            "Orders are binding once we have confirmed them by e-mail.",
        ),
        (
            "CONTACT_INFORMATION",
            "Contact information",
            account % 6 != 4,
            "Write to our desk; we answer within one working day.",
        ),
    ];
    let present = all.into_iter().enumerate().filter(|(_, row)| row.2);
    present
        .map(|(place, (kind, title, _, words))| {
            let anew = call.shop.refund_policy.as_ref().filter(|_| kind == "REFUND_POLICY");
            let (words, since) = match anew {
                Some((words, at)) => (words.as_str(), time(*at)),
                None => (words, "2025-08-11T12:00:00Z".to_owned()),
            };
            json!({
                "id": gid("ShopPolicy", 70_000_000_000 + (account * 10 + place) as u64), "type": kind, "title": title,
                "body": format!("<p>{words}</p><p>{}</p>", owner.name),
                "createdAt": "2023-02-01T09:00:00Z", "updatedAt": since,
                "url": format!("{}/policies/{}", call.place.base, kind.to_ascii_lowercase().replace('_', "-")),
            })
        })
        .collect()
}

pub(crate) fn payments_account(call: &Call<'_>, owner: &Account) -> Value {
    let trade = plant::trade(call.account);
    let words: String = owner
        .name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == ' ')
        .collect();
    json!({
        "id": gid("ShopifyPaymentsAccount", 80_000_000_000 + call.account as u64),
        "activated": true, "onboardable": false, "country": trade.country, "defaultCurrency": trade.currencies[0],
        "chargeStatementDescriptors": {
            "__typename": "ShopifyPaymentsDefaultChargeStatementDescriptor",
            "default": words.to_uppercase(), "prefix": words.get(..4).unwrap_or("SHOP").to_uppercase(),
        },
    })
}

pub(crate) fn installation(call: &Call<'_>, owner: &Account) -> Value {
    let scopes = call.shop.scopes.iter();
    json!({
        "id": gid("AppInstallation", 90_000_000_000 + call.account as u64),
        "app": {"id": gid("App", 91_000_000_000), "apiKey": owner.shopify.client_id, "handle": "case-desk", "title": "Case desk"},
        "accessScopes": scopes.map(|handle| json!({"handle": handle, "description": handle.replace('_', " ")})).collect::<Vec<_>>(),
    })
}

pub(crate) fn version(version: Version) -> Value {
    json!({"handle": version.handle, "displayName": version.handle, "supported": true})
}

pub(crate) fn versions() -> Vec<Value> {
    VERSIONS
        .iter()
        .map(|handle| version(Version { handle }))
        .collect()
}
