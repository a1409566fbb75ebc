//! Clients, connections, orders that wait, the audit log.

use docket_core::incident::Incident;
use docket_core::sentence::Sentence;
use docket_store::{AuditRow, Client, Connection, Unmatched, Why};
use serde_json::{Value, json};

/// A client.
pub fn client(client: &Client) -> Value {
    json!({ "id": client.id, "name": client.name, "safety_net": client.safety_net, "created_at": client.created_at })
}

/// A connection with its health; never its credentials.
pub fn connection(c: &Connection) -> Value {
    json!({
        "id": c.id, "client": c.client, "client_name": c.client_name, "platform": c.platform, "base_url": c.base_url,
        "state": if c.health.paused_why.is_some() { "paused" } else { "active" },
        "paused_why": c.health.paused_why, "synced_at": c.health.synced_at, "swept_at": c.health.swept_at,
        "sync_error": c.health.sync_error, "alarm": c.health.alarm, "checked_at": c.health.checked_at,
        "findings": c.health.findings.as_ref().map(findings),
        "next_sync_at": c.health.next_sync_at, "created_at": c.created_at,
    })
}

/// Findings as programs read them: their texts in English.
fn findings(kept: &Value) -> Value {
    let mut findings = kept.clone();
    for finding in findings.as_array_mut().into_iter().flatten() {
        for key in ["says", "todo"] {
            if let Some(text) = finding.get_mut(key)
                && let Some(said) = Sentence::found(text)
            {
                *text = json!(said);
            }
        }
    }
    findings
}

/// An order that belongs to no case yet.
pub fn unmatched(one: &Unmatched) -> Value {
    let case = match one.why {
        Why::NoCase => None,
        Why::Several(case) => Some(case),
    };
    json!({
        "order": one.order, "refs": one.refs, "case": case,
        "why": if case.is_some() { "several_orders_fit" } else { "no_case" },
    })
}

/// A missed deadline, with what it is put down to.
pub fn incident(incident: &Incident) -> Value {
    json!(incident)
}

/// A row of the audit log.
pub fn audit(row: &AuditRow) -> Value {
    json!({
        "number": row.number, "at": row.at, "person": row.person, "actor": row.actor, "kind": row.kind,
        "detail": row.detail, "outcome": row.outcome,
    })
}
