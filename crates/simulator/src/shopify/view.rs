//! How values look: money, times, addresses, files; the shop and its app.

use chrono::{FixedOffset, SecondsFormat};
use serde_json::{Value, json};

use super::{
    call::Call,
    dispute::{Dispute, FULFILLMENT, UPLOAD, Upload, gid},
};
use crate::{dispute::Time, money::Money, plant};

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
