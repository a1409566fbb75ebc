//! What belongs to the desk and to no single case: plans for many, rules, clients, connections, what people are told, the audit log.

use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};

use super::super::parts::{id, known, list, maybe, number, object, open, plain, text, time, truth, with};
use super::super::words;

pub fn notice() -> ObjectBuilder {
    object([
        ("id", id()),
        ("client", id()),
        ("case", id()),
        ("kind", text()),
        ("audience", text()),
        ("text", text()),
        ("raised_at", time()),
        ("seen_at", maybe(time())),
        ("seen_by", maybe(text())),
    ])
}

pub fn client() -> ObjectBuilder {
    object([
        ("id", id()),
        ("name", text()),
        ("safety_net", truth()),
        ("created_at", time()),
    ])
}

pub fn connection() -> ObjectBuilder {
    object([
        ("id", id()),
        ("client", id()),
        ("client_name", text()),
        ("platform", text()),
        ("base_url", text()),
        (
            "state",
            plain(Type::String).enum_values(Some(["active", "paused"])).into(),
        ),
        ("paused_why", maybe(text())),
        ("synced_at", maybe(time())),
        ("swept_at", maybe(time())),
        ("sync_error", maybe(text())),
        ("checked_at", maybe(time())),
        ("created_at", time()),
    ])
    .additional_properties(Some(AdditionalProperties::FreeForm(true)))
}

pub fn unmatched() -> ObjectBuilder {
    object([
        ("order", text()),
        ("refs", list(text())),
        ("case", maybe(id())),
        (
            "why",
            plain(Type::String)
                .enum_values(Some(["several_orders_fit", "no_case"]))
                .into(),
        ),
    ])
}

/// Orders whose facts were the case's until then are no longer.
pub fn joined() -> ObjectBuilder {
    object([
        ("case", id()),
        ("order", text()),
        ("joined", truth()),
        ("no_longer", list(text())),
    ])
}

pub fn audit_row() -> ObjectBuilder {
    object([
        ("number", number()),
        ("at", time()),
        ("person", maybe(id())),
        ("actor", text()),
        ("kind", text()),
        ("detail", maybe(open())),
        ("outcome", maybe(text())),
    ])
}

pub fn hook() -> ObjectBuilder {
    let object = object([
        ("id", id()),
        ("client", maybe(id())),
        ("url", text()),
        ("created_by", text()),
        ("created_at", time()),
        ("stopped_at", maybe(time())),
    ]);
    with(object, [("secret", text())])
}

pub fn delivery() -> ObjectBuilder {
    object([
        ("id", id()),
        ("hook", id()),
        ("client", id()),
        ("case", id()),
        ("created_at", time()),
        ("state", text()),
        ("attempts", number()),
        ("tried_at", maybe(time())),
        ("status", maybe(number())),
        ("error", maybe(text())),
    ])
}

pub fn incident() -> ObjectBuilder {
    object([
        ("id", id()),
        ("client", id()),
        ("case", id()),
        ("round", id()),
        ("deadline", time()),
        ("raised_at", time()),
        ("cause", words::cause().into()),
        ("why", text()),
        ("decided_at", maybe(time())),
        ("decided_by", maybe(text())),
        ("responded_at", maybe(time())),
    ])
}

/// What will happen differs with the step; `what` names it.
pub fn plan() -> ObjectBuilder {
    let states = ["planned", "under_way", "ended"];
    object([
        ("id", id()),
        ("made_at", time()),
        ("begun_at", maybe(time())),
        ("state", plain(Type::String).enum_values(Some(states)).into()),
        ("step", open()),
        ("lines", list(line().into())),
    ])
}

fn line() -> ObjectBuilder {
    let done = object([("ok", truth()), ("said", text()), ("asked", maybe(id()))]);
    let will = object([("what", text())]).additional_properties(Some(AdditionalProperties::FreeForm(true)));
    object([
        ("case", id()),
        ("platform_dispute_id", text()),
        ("client", id()),
        ("client_name", maybe(text())),
        ("will", will.into()),
        ("done", maybe(done.into())),
    ])
}

pub fn rule() -> ObjectBuilder {
    object([
        ("id", id()),
        ("client", id()),
        ("name", text()),
        ("version", number()),
        ("kind", words::rule_kind().into()),
        ("platform", maybe(text())),
        ("reason", maybe(words::reason().into())),
        ("below", maybe(known("Money"))),
        ("state", words::rule_state().into()),
        ("created_by", text()),
        ("created_at", time()),
        ("tried_at", maybe(time())),
        ("activated_by", maybe(text())),
        ("activated_at", maybe(time())),
        ("retired_at", maybe(time())),
    ])
}

/// Amounts are sums by currency.
pub fn tried_rule() -> ObjectBuilder {
    let touched = || {
        object([
            ("case", id()),
            ("dispute", text()),
            ("amount", known("Money")),
            ("outcome", maybe(text())),
            ("opened_at", time()),
        ])
    };
    object([
        ("rule", known("Rule")),
        ("now", list(touched().into())),
        ("before", list(touched().into())),
        ("amount_now", list(known("Money"))),
        ("amount_before", list(known("Money"))),
        ("won_before", number()),
        ("amount_won_before", list(known("Money"))),
    ])
}
