//! How values look: money, times, addresses, files; the shop and its app.

use chrono::{FixedOffset, SecondsFormat};
use serde_json::{Value, json};

use super::{
    dispute::{Dispute, FULFILLMENT, UPLOAD, Upload, gid},
    objects::Call,
    schema::{VERSIONS, Version},
};
use crate::{account::Account, dispute::Time, money::Money, plant};

/// A shop in the world.
pub(crate) struct Place {
    /// Stands for `https://{shop}`, without a slash at the end.
    pub base: String,
    pub zone: Zone,
}

/// A time zone with its offset. The offset stays the same all year, where the real zone may have summer time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone {
    pub name: &'static str,
    pub short: &'static str,
    pub hours: i32,
}

/// Zone of a merchant, by the country of its trade.
pub(crate) fn zone(account: usize) -> Zone {
    let (name, short, hours) = match plant::trade(account).country {
        "DE" => ("Europe/Berlin", "CET", 1),
        "US" => ("America/Phoenix", "MST", -7),
        "CA" => ("America/Regina", "CST", -6),
        "JP" => ("Asia/Tokyo", "JST", 9),
        "KW" => ("Asia/Kuwait", "+03", 3),
        "AU" => ("Australia/Brisbane", "AEST", 10),
        "MX" => ("America/Mexico_City", "CST", -6),
        _ => ("Europe/London", "GMT", 0),
    };
    Zone { name, short, hours }
}

impl Zone {
    fn offset(self) -> Option<FixedOffset> {
        FixedOffset::east_opt(self.hours * 3_600)
    }

    /// RFC 3339 with the shop's offset, as REST writes it.
    pub(crate) fn time(self, at: Time) -> String {
        match self.offset() {
            Some(offset) => at
                .with_timezone(&offset)
                .to_rfc3339_opts(SecondsFormat::Secs, false),
            None => time(at),
        }
    }

    fn day(self, at: Time) -> String {
        match self.offset() {
            Some(offset) => at.with_timezone(&offset).date_naive().to_string(),
            None => at.date_naive().to_string(),
        }
    }
}

/// An instant as GraphQL writes it.
pub(crate) fn time(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One of the three times that were days in older versions.
pub(crate) fn dispute_time(call: &Call<'_>, at: Time) -> String {
    if call.version.shows_days() {
        call.place.zone.day(at)
    } else {
        time(at)
    }
}

/// Decimals as GraphQL writes them: without zeros at the end, but never without a fraction.
pub(crate) fn decimal(money: &Money) -> String {
    let text = money.value();
    match text.split_once('.') {
        None => format!("{text}.0"),
        Some((whole, rest)) => match rest.trim_end_matches('0') {
            "" => format!("{whole}.0"),
            rest => format!("{whole}.{rest}"),
        },
    }
}

pub(crate) fn money(money: &Money) -> Value {
    json!({"amount": decimal(money), "currencyCode": money.currency})
}

/// The same amount for shop and buyer.
pub(crate) fn both(amount: &Money) -> Value {
    json!({"shopMoney": money(amount), "presentmentMoney": money(amount)})
}

pub(crate) fn upload(upload: &Upload, base: &str) -> Value {
    json!({
        "id": gid(UPLOAD, upload.id),
        "disputeEvidenceType": upload.document_type.to_ascii_uppercase(),
        "fileSize": upload.bytes, "fileType": upload.mimetype, "originalFileName": upload.filename,
        "url": format!("{base}/files/{}?expires=604800", upload.id),
    })
}

fn facts(dispute: &Dispute) -> &Value {
    static NONE: Value = Value::Null;
    dispute.order.as_ref().map_or(&NONE, |order| &order.facts)
}

/// What was saved, or what Shopify takes from the order.
pub(crate) fn address(dispute: &Dispute, name: &str) -> Option<Value> {
    let saved = dispute
        .evidence
        .shipping_address
        .as_ref()
        .filter(|_| name == "shippingAddress");
    saved.cloned().or_else(|| {
        facts(dispute)
            .get(name)
            .filter(|value| value.is_object())
            .cloned()
    })
}

/// A text of the evidence: what was saved, or what Shopify takes from the order.
pub(crate) fn text(dispute: &Dispute, name: &str) -> Option<String> {
    if let Some(saved) = dispute.evidence.texts.get(name) {
        return Some(saved.clone());
    }
    let place = match name {
        "customerFirstName" => "/billingAddress/firstName",
        "customerLastName" => "/billingAddress/lastName",
        "customerEmailAddress" => "/email",
        "customerPurchaseIp" => "/clientIp",
        "productDescription" => "/lineItems/0/name",
        _ => return None,
    };
    facts(dispute).pointer(place)?.as_str().map(str::to_owned)
}

/// Shipments of the evidence: from the order, then what REST appended.
pub(crate) fn shipments(dispute: &Dispute) -> Vec<Value> {
    let fulfillments = facts(dispute)["fulfillments"].as_array();
    let own = fulfillments
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(place, row)| {
            let number = dispute.evidence_id + 100 + place as u64;
            json!({
                "id": gid(FULFILLMENT, number),
                "shippingCarrier": row["trackingInfo"][0]["company"],
                "shippingTrackingNumber": row["trackingInfo"][0]["number"],
                "shippingDate": row["createdAt"].as_str().and_then(|at| at.get(..10)),
            })
        });
    own.chain(dispute.evidence.fulfillments.iter().cloned()).collect()
}

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
            "shopifyPlus": plan == super::shop::Plan::Plus,
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
            account % 3 != 2,
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
            json!({
                "id": gid("ShopPolicy", 70_000_000_000 + (account * 10 + place) as u64), "type": kind, "title": title,
                "body": format!("<p>{words}</p><p>{}</p>", owner.name),
                "createdAt": "2023-02-01T09:00:00Z", "updatedAt": "2025-08-11T12:00:00Z",
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
