//! The words of the domain, as the document lists them.

use docket_app::GroupBy;
use docket_core::attention::Attention;
use docket_core::evidence::EvidenceKind;
use docket_core::incident::Cause;
use docket_core::response::{AcceptKind, OfferKind, ReturnState};
use docket_core::rule::{RuleKind, RuleState};
use docket_core::words::{ActionKind, Language, Outcome, Reason, Stage, Turn, WorkState};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};

fn any_of(words: impl IntoIterator<Item = &'static str>) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .build()
}

macro_rules! listed {
    ($($name:ident: $kind:ty;)+) => {$(
        pub fn $name() -> Object {
            any_of(<$kind>::ALL.iter().map(|word| word.as_str()))
        }
    )+};
}

listed! {
    action: ActionKind;
    language: Language;
    turn: Turn;
    stage: Stage;
    reason: Reason;
    work_state: WorkState;
    evidence_kind: EvidenceKind;
    flag: Attention;
    cause: Cause;
    rule_kind: RuleKind;
    rule_state: RuleState;
}

/// The kinds of an acceptance, an offer and a return.
pub fn kind() -> Object {
    let accept = AcceptKind::ALL.iter().map(|w| w.as_str());
    let offer = OfferKind::ALL.iter().map(|w| w.as_str());
    let mut all: Vec<_> = accept.chain(offer).collect();
    all.extend(ReturnState::ALL.iter().map(|w| w.as_str()));
    all.sort_unstable();
    all.dedup();
    any_of(all)
}

pub fn outcome() -> Object {
    any_of(Outcome::ALL.iter().map(|w| w.as_str()).chain(["open"]))
}

pub fn attention() -> Object {
    any_of(Attention::ALL.iter().map(|w| w.as_str()).chain(["any"]))
}

pub fn group() -> Object {
    any_of(GroupBy::ALL.iter().map(|w| w.as_str()))
}

pub fn cohort() -> Object {
    any_of(["opened", "closed"])
}

/// `paypal`, `klarna`, `shopify`, or a further one.
pub fn platform() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[a-z0-9_]{1,15}$"))
        .build()
}

/// An id of ours.
pub fn id() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .build()
}

pub fn day() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .build()
}

pub fn instant() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .build()
}

/// Of ISO 4217.
pub fn currency() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[A-Z]{3}$"))
        .build()
}

/// Of a file's content, in hexadecimal.
pub fn sha256() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[0-9a-f]{64}$"))
        .build()
}

/// The name of a file.
pub fn name() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}
