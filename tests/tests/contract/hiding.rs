//! No error and no kept fact holds a credential or a buyer's name.

use docket_connector::{Error, Listing};
use docket_core::id::DisputeRef;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::house::{House, MINE};
use crate::platforms::Side;
use crate::samples::{plain, send};

/// Fields in which the platforms show who the buyer is.
const PERSONAL: [&str; 10] = [
    "customerFirstName",
    "customerLastName",
    "customerEmailAddress",
    "customerPurchaseIp",
    "clientIp",
    "given_name",
    "family_name",
    "email",
    "phone",
    "street_address",
];

fn gather(value: &Value, inside: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let personal = PERSONAL.contains(&key.as_str()) || (inside && key == "name");
                match value.as_str() {
                    Some(text) if personal && text.len() > 3 => found.push(text.to_owned()),
                    _ => gather(value, inside || key == "buyer", found),
                }
            }
        }
        Value::Array(rows) => rows.iter().for_each(|row| gather(row, inside, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Who the buyers are, by all that the platform shows.
async fn buyers(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    gather(&Value::Array(house.remote(MINE).await), false, &mut found);
    found.sort();
    found.dedup();
    found
}

async fn errors(house: &House, dispute: &DisputeRef, credentials: &Value) -> Vec<Error> {
    let connector = house.connect(credentials);
    let response = plain(house.side.limits.needs_file);
    let mut errors = Vec::new();
    let mut pages = connector.changes(Listing::First, house.now());
    errors.extend(pages.next().await.and_then(Result::err));
    errors.extend(connector.read(dispute).await.err());
    errors.extend(connector.probe().await.err());
    errors.extend(send(connector.as_ref(), dispute, &response, &[]).await.err());
    errors
}

pub async fn errors_hold_neither_secrets_nor_names(side: &'static Side) {
    let house = House::open(side).await;
    let dispute = house.plant(1).await.remove(0);
    let mut said = Vec::new();
    let faults = [
        "rate_limited",
        "server_error",
        "reset_before",
        "truncated",
        "token_expired",
        "garbage",
    ];
    for fault in faults {
        house.faults(&json!({ fault: 1.0 })).await;
        said.extend(errors(&house, &dispute, &house.credentials()).await);
    }
    house.faults(&json!({})).await;
    let mut wrong = house.credentials();
    wrong[side.key] = json!("0000-wrong-0000");
    said.extend(errors(&house, &dispute, &wrong).await);
    house.decide(&dispute).await;
    said.extend(errors(&house, &dispute, &house.credentials()).await);
    assert!(said.len() > 15, "{}", said.len());
    let mut secrets = buyers(&house).await;
    let keys = [house.credentials(), wrong];
    let public = ["region", "shop", "merchant_id"];
    for keys in &keys {
        let fields = keys.as_object().unwrap().iter();
        let fields = fields.filter(|(key, _)| !public.contains(&key.as_str()));
        secrets.extend(fields.map(|(_, value)| value.as_str().unwrap().to_owned()));
    }
    for error in said {
        let text = format!("{error} {error:?}");
        let leaked: Vec<_> = secrets
            .iter()
            .filter(|secret| text.contains(secret.as_str()))
            .collect();
        assert!(leaked.is_empty(), "{text}");
    }
}

pub async fn facts_about_orders_hold_no_names(side: &'static Side) {
    let house = House::with(side, 60).await;
    house.plant(4).await;
    let buyers = buyers(&house).await;
    let mut found = 0;
    for body in house.remote(MINE).await {
        let shown = house.inspect(&body);
        let order = house.connector.order(&shown.dispute, &shown.facts).await.unwrap();
        let Some(order) = order else { continue };
        found += 1;
        let text = String::from_utf8(order.raw).unwrap();
        let leaked: Vec<_> = buyers
            .iter()
            .filter(|name| text.contains(name.as_str()))
            .collect();
        assert!(leaked.is_empty(), "{leaked:?} in {text}");
        assert!(
            !text.contains("given_name") && !text.contains("date_of_birth"),
            "{text}"
        );
    }
    assert_eq!(house.connector.knows_orders(), found > 0);
}
