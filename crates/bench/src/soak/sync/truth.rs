//! What the platforms know, in the desk's words, beside what the desk knows.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::clock;
use crate::desk::{Connection, Desk};
use crate::platform::Platform;
use crate::simulator::Simulator;

/// What is compared: everything that a case says about its dispute, except what our own work adds (`attention`).
const FIELDS: [&str; 14] = [
    "platform",
    "amount",
    "stage",
    "turn",
    "deadline",
    "deadline_source",
    "reason",
    "outcome",
    "opened_at",
    UPDATED,
    "platform_stage",
    "platform_status",
    "platform_reason",
    "allowed_actions",
];
const UPDATED: &str = "updated_at";

pub type Key = (Platform, String);
pub type Truth = BTreeMap<Key, Value>;

/// Where the two sides disagree about a dispute.
#[derive(Debug)]
pub struct Difference {
    pub key: Key,
    what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (platform, id) = &self.key;
        write!(f, "{platform} {id} {}", self.what)
    }
}

/// How many are a platform's.
pub fn of(differences: &[Difference], platform: Platform) -> usize {
    differences.iter().filter(|d| d.key.0 == platform).count()
}

/// Every dispute at the platforms, as the connectors read its full document.
pub fn remote(simulator: &Simulator, connections: &[Connection]) -> Result<Truth> {
    let now = clock::system().now();
    let mut truth = Truth::new();
    for Connection {
        platform, account, ..
    } in connections
    {
        for document in simulator.disputes(*platform, account)? {
            let read = platform
                .inspection(&document, now)
                .with_context(|| format!("a document of {platform} cannot be read: {document}"))?;
            let id = read["platform_dispute_id"].as_str().unwrap_or_default();
            truth.insert((*platform, id.to_owned()), read);
        }
    }
    Ok(truth)
}

pub fn compare(remote: &Truth, desk: &Desk) -> Result<Vec<Difference>> {
    let difference = |key: &Key, what: &str| Difference {
        key: key.clone(),
        what: what.to_owned(),
    };
    let mut local = Truth::new();
    let mut found = Vec::new();
    for case in desk.json(&["case", "list", "--json"])? {
        let platform: Platform = serde_json::from_value(case["platform"].clone())?;
        let id = case["platform_dispute_id"].as_str().unwrap_or_default();
        let key = (platform, id.to_owned());
        if local.contains_key(&key) {
            found.push(difference(&key, "is here twice"));
        }
        local.insert(key, case);
    }
    for (key, there) in remote {
        match local.remove(key) {
            None => found.push(difference(key, "is missing")),
            Some(here) => found.extend(
                differing(key.0, there, &here)
                    .iter()
                    .map(|what| difference(key, what)),
            ),
        }
    }
    found.extend(local.keys().map(|key| difference(key, "is not at the platform")));
    Ok(found)
}

fn differing(platform: Platform, there: &Value, here: &Value) -> Vec<String> {
    let compared = FIELDS
        .iter()
        .filter(|field| platform.tells_changes() || **field != UPDATED);
    let differs = compared.filter(|field| there[**field] != here[**field]);
    differs
        .map(|field| format!("{field}: {} there, {} here", there[*field], here[*field]))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_counts() {
        let there =
            json!({ "turn": "ours", "amount": { "minor": 100, "currency": "EUR" }, "deadline": null });
        assert!(differing(Platform::Paypal, &there, &there).is_empty());
        let here =
            json!({ "turn": "buyer", "amount": { "minor": 101, "currency": "EUR" }, "deadline": null });
        assert_eq!(differing(Platform::Paypal, &there, &here).len(), 2);
    }

    #[test]
    fn the_time_of_change_counts_where_the_platform_tells_it() {
        let (there, here) = (json!({ "updated_at": "1" }), json!({ "updated_at": "2" }));
        let found = Platform::ALL.map(|platform| differing(platform, &there, &here).len());
        assert_eq!(found, [1, 1, 0]);
    }
}
