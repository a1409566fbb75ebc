//! Klarna's webhooks (reference 11): what they say and how they are signed.

use serde_json::{Map, Value, json};

use super::{
    dispute::{Dispute, Framework},
    render,
};
use crate::{
    account::Account,
    app::App,
    dispute::{Time, stamp},
    webhooks::{Message, Watched, hmac_hex},
    world::World,
};

/// Disputes of the old framework tell nothing: they go to subscriptions of older versions only (reference 1).
pub(crate) fn watch(world: &mut World, account: usize, now: Time) -> Vec<Watched> {
    world.look_klarna(now);
    world
        .klarna
        .disputes()
        .iter()
        .filter(|dispute| dispute.account == account && dispute.framework == Framework::New)
        .map(|dispute| Watched {
            id: dispute.id.clone(),
            mark: stamp(dispute.updated),
            state: dispute.state.word().to_owned(),
            due: Some(dispute.due),
        })
        .collect()
}

pub(crate) fn event(
    app: &App,
    world: &mut World,
    account: usize,
    row: &Watched,
    before: Option<&Watched>,
    now: Time,
) -> Option<Message> {
    let owner = &app.accounts[account];
    let dispute = world.klarna_mut(&row.id, now)?;
    let mut payload = payload(dispute, owner);
    let kind = match before {
        Some(before) if before.state == row.state && before.due == row.due => "updated".to_owned(),
        Some(before) if before.state == row.state => {
            let field = |due: Option<Time>| json!({"evidence_response_deadline_at": due.map(stamp)});
            payload.insert("updated_fields".into(), field(row.due));
            payload.insert("previous_fields".into(), field(before.due));
            "updated.representment-deadline-extended".to_owned()
        }
        Some(_) | None => {
            let word = row.state.to_lowercase().replace('_', "-");
            format!("state-change.{word}")
        }
    };
    Some(message(
        app,
        owner,
        &format!("payment.dispute.{kind}"),
        &payload,
        now,
    ))
}

/// Ids and the state, and what belongs to the state.
fn payload(dispute: &Dispute, owner: &Account) -> Map<String, Value> {
    const SHOWN: [&str; 15] = [
        "payment_dispute_id",
        "order_id",
        "payment_transaction_id",
        "payment_account_id",
        "payment_account_reference",
        "purchase_reference",
        "merchant_reference2",
        "capture_id",
        "payment_capture_id",
        "state",
        "previous_state",
        "updated_at",
        "created_at",
        "arbitration",
        "configuration",
    ];
    let full = render::full(dispute, owner);
    let mut payload: Map<String, Value> = SHOWN
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), full.get(*name)?.clone())))
        .collect();
    if dispute.previous.is_none() {
        for name in ["dispute_reason", "dispute_details"] {
            payload.insert(name.to_owned(), full[name].clone());
        }
    }
    // What stands in the state's context comes without it here.
    if let Some(context) = full["state_context"].as_object() {
        payload.extend(context.clone());
    }
    if let Some(request) = full["arbitration"].get("arbitration_request") {
        payload.insert("arbitration_request".to_owned(), request.clone());
    }
    payload
}

fn message(app: &App, owner: &Account, kind: &str, payload: &Map<String, Value>, now: Time) -> Message {
    let id = app.webhooks.id(app.seed);
    let account = format!("krn:partner:eu1:test:account:{}", owner.klarna.merchant_id);
    let body = json!({
        "event_type": kind,
        "event_id": id,
        "occurred_at": stamp(now),
        "metadata": {
            "event_id": id,
            "event_type": kind,
            "event_version": "v4",
            "occurred_at": stamp(now),
            "subject_account_id": account,
            "recipient_account_id": account,
            "webhook_id": format!("krn:network:eu1:test:notification:webhook:{}", owner.klarna.merchant_id),
            "merchant_id": owner.klarna.merchant_id,
            "live": false,
        },
        "payload": payload,
    })
    .to_string();
    Message {
        headers: vec![
            ("klarna-signing-key-id", owner.klarna.webhook_key_id.clone()),
            (
                "klarna-signature",
                hmac_hex(&owner.klarna.webhook_key, body.as_bytes()),
            ),
        ],
        body: body.into(),
    }
}
