//! Every GraphQL document that is sent, with its variables and a rough estimate of its cost (reference 7: an object
//! costs 1, a list by its length, a mutation 10). A test checks all of them against Shopify's schema.

use serde_json::{Value, json};

/// A document with what it costs at most: a fixed part, and a part for each row that its variables ask for.
#[derive(Debug)]
pub(crate) struct Document {
    pub text: &'static str,
    fixed: f64,
    per_row: f64,
}

macro_rules! documents {
    ($($name:ident = $fixed:literal + $per_row:literal, $($file:literal)+;)+) => {
        $(pub(crate) const $name: Document = Document {
            text: concat!($(include_str!(concat!("documents/", $file, ".graphql"))),+),
            fixed: $fixed,
            per_row: $per_row,
        };)+

        /// All of them, by name.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &Document)] = &[$((stringify!($name), &$name)),+];
    };
}
documents! {
    PAGE = 2.0 + 4.0, "disputes_page" "row";
    GLANCE = 0.0 + 4.0, "disputes_glance" "row";
    DISPUTE = 14.0 + 0.0, "dispute";
    ORDER = 378.0 + 0.0, "order" "lines";
    LINES = 2.0 + 3.0, "lines_page" "lines";
    RETURNS = 250.0 + 0.0, "returns";
    LEDGER = 3.0 + 2.0, "ledger";
    POLICIES = 12.0 + 0.0, "policies";
    EVIDENCE_UPDATE = 12.0 + 0.0, "evidence_update";
    ACCESS = 30.0 + 0.0, "access";
    ACCOUNT = 1.0 + 0.0, "account";
    DESCRIPTOR = 2.0 + 0.0, "descriptor";
    SHOP = 1.0 + 0.0, "shop";
    PROTECTED = 2.0 + 2.0, "protect";
    WEBHOOKS = 2.0 + 1.0, "webhooks";
    SUBSCRIBE = 12.0 + 0.0, "webhook_create";
}

impl Document {
    /// What it may cost with these variables. Shopify's answer corrects it.
    pub(crate) fn cost(&self, variables: &Value) -> f64 {
        let first = variables["first"].as_u64();
        let ids = || variables["ids"].as_array().map(|ids| ids.len() as u64);
        let rows = first.or_else(ids).unwrap_or_default();
        // A page has hundreds of rows at most.
        self.fixed + self.per_row * rows as f64
    }
}

/// What the dearest call costs at most: a glance at [`crate::calls::GLANCE`] disputes.
pub(crate) const DEAREST: f64 = 400.0;

/// Variables of [`PAGE`].
pub(crate) fn page(first: u32, after: Option<&str>, filter: Option<&str>) -> Value {
    json!({"first": first, "after": after, "filter": filter})
}

/// Variables of [`GLANCE`].
pub(crate) fn glance(ids: &[String]) -> Value {
    json!({"ids": ids})
}

/// Variables of [`DISPUTE`].
pub(crate) fn dispute(id: &str, with_order: bool) -> Value {
    json!({"id": id, "withOrder": with_order})
}

/// Variables of [`ORDER`]. An app without approval for addresses asks without them (reference 8).
pub(crate) fn order(id: &str, with_address: bool) -> Value {
    json!({"id": id, "withAddress": with_address})
}

/// Variables of [`LINES`].
pub(crate) fn lines(id: &str, first: u32, after: Option<&str>) -> Value {
    json!({"id": id, "first": first, "after": after})
}

/// Variables of [`RETURNS`].
pub(crate) fn returns(id: &str) -> Value {
    json!({"id": id})
}

/// Variables of [`LEDGER`].
pub(crate) fn ledger(first: u32, after: Option<&str>, filter: &str) -> Value {
    json!({"first": first, "after": after, "filter": filter})
}

/// Variables of [`EVIDENCE_UPDATE`].
pub(crate) fn evidence_update(evidence: &str, input: Value) -> Value {
    json!({"evidenceId": evidence, "input": input})
}

/// Variables of [`PROTECTED`].
pub(crate) fn first(first: u32) -> Value {
    json!({"first": first})
}

/// Variables of [`WEBHOOKS`].
pub(crate) fn webhooks(first: u32, topics: &[&str]) -> Value {
    json!({"first": first, "topics": topics})
}

/// Variables of [`SUBSCRIBE`].
pub(crate) fn subscribe(topic: &str, uri: &str) -> Value {
    json!({"topic": topic, "sub": {"uri": uri, "format": "JSON"}})
}

#[cfg(test)]
mod tests;
