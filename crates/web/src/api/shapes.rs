//! What answers look like, as the document says it. Answers are the JSON of `docket_app::fields`, one for the command line
//! and for programs; a test holds them against these shapes.

mod desk;
mod work;

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, PersonId, TokenId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};

use super::parts::{Part, id, known, list, maybe, number, object, open, plain, text, time, truth, with};
use super::words;

/// For whom a token acts, and what it opens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[schema(schema_with = words::id)]
    pub person: PersonId,
    pub name: String,
    pub role: String,
    /// The client that a client's person belongs to.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub client: Option<ClientId>,
    #[schema(schema_with = words::id)]
    pub token: TokenId,
    pub token_name: String,
    pub scopes: Vec<String>,
    pub expires_at: DateTime<Utc>,
}

fn case() -> ObjectBuilder {
    let object = object([
        ("id", id()),
        ("client", id()),
        ("connection", id()),
        ("platform", text()),
        ("platform_dispute_id", text()),
        ("amount", known("Money")),
        ("stage", words::stage().into()),
        ("turn", words::turn().into()),
        ("deadline", maybe(time())),
        ("deadline_source", maybe(text())),
        ("reason", words::reason().into()),
        ("outcome", maybe(text())),
        ("opened_at", time()),
        ("updated_at", time()),
        ("platform_stage", maybe(text())),
        ("platform_status", maybe(text())),
        ("platform_reason", maybe(text())),
        ("round", number()),
        ("contested", truth()),
    ]);
    // What a client's person is not shown.
    with(
        object,
        [
            ("allowed_actions", list(words::action().into())),
            ("attention", list(text())),
            ("work_state", words::work_state().into()),
            ("next_action_at", maybe(time())),
            ("assignee", maybe(text())),
            ("version", number()),
        ],
    )
}

fn whole_case() -> ObjectBuilder {
    let mut object = case();
    for (name, part) in [
        ("client_name", text()),
        ("observed_at", time()),
        ("rounds", list(known("Round"))),
    ] {
        object = object.property(name, part).required(name);
    }
    with(
        object,
        [
            ("order_refs", list(text())),
            ("draft", maybe(known("Draft"))),
            ("responses", list(known("Submission"))),
            ("dossier", open()),
            ("requests", list(known("Request"))),
            ("factors", list(open())),
            ("advice", maybe(open())),
            ("settings", list(open())),
        ],
    )
}

fn found_case() -> ObjectBuilder {
    let by = list(text());
    case().property("found_by", by).required("found_by")
}

fn found() -> ObjectBuilder {
    let object = object([("term", text()), ("cases", list(known("FoundCase")))]);
    // What a client's person is not shown, and what needs another scope.
    with(
        object,
        [
            ("requests", list(known("Request"))),
            ("orders", list(text())),
            ("incidents", list(known("Incident"))),
            ("clients", list(known("Client"))),
            ("connections", list(known("Connection"))),
        ],
    )
}

fn draft() -> ObjectBuilder {
    let object = object([
        ("id", id()),
        ("case", id()),
        ("client", id()),
        ("state", text()),
        ("current", truth()),
        ("version", number()),
        ("action", words::action().into()),
        ("content", open()),
        ("send_at", maybe(time())),
        ("author", text()),
        ("created_at", time()),
        ("updated_by", text()),
        ("updated_at", time()),
        ("writers", list(text())),
        ("complete", truth()),
        ("missing", maybe(text())),
        ("consequence", maybe(text())),
        ("returned", maybe(text())),
        ("submission", maybe(id())),
        ("submission_state", maybe(text())),
        ("next", text()),
    ]);
    let version = self::object([
        ("version", number()),
        ("edition", open()),
        ("by", text()),
        ("at", time()),
    ]);
    with(object, [("versions", list(version.into()))])
}

fn request() -> ObjectBuilder {
    let object = object([
        ("id", id()),
        ("client", id()),
        ("case", id()),
        ("question", text()),
        ("asked_at", time()),
        ("due_at", time()),
        ("expires_at", time()),
        ("deadline", maybe(time())),
        ("state", text()),
        ("ended_at", maybe(time())),
    ]);
    // The page's address is told once, by the answer to the asking.
    with(
        object,
        [
            // A client's person is not told who asked, and to whom it was mailed.
            ("asked_by", text()),
            ("recipient", maybe(text())),
            ("answers", list(open())),
            ("page", text()),
        ],
    )
}

fn report(name: &str) -> ObjectBuilder {
    let kind = plain(Type::String).enum_values(Some([name]));
    object([
        ("report", kind.into()),
        ("client", maybe(id())),
        ("client_name", maybe(text())),
        ("from", time()),
        ("to", time()),
        ("as_of", time()),
    ])
    .additional_properties(Some(AdditionalProperties::FreeForm(true)))
}

/// Every shape by its name.
pub fn all() -> Vec<(&'static str, Part)> {
    let problem = object([
        ("type", text()),
        ("title", text()),
        ("status", number()),
        ("detail", text()),
    ]);
    vec![
        (
            "Problem",
            problem
                .additional_properties(Some(AdditionalProperties::FreeForm(true)))
                .into(),
        ),
        (
            "Money",
            object([("minor", number()), ("currency", words::currency().into())]).into(),
        ),
        ("Case", case().into()),
        ("WholeCase", whole_case().into()),
        ("Round", round().into()),
        ("HistoryRow", history_row().into()),
        ("Draft", draft().into()),
        ("DraftRow", draft_row().into()),
        ("Submission", submission().into()),
        ("Evidence", evidence().into()),
        ("Checklist", checklist().into()),
        ("Plan", desk::plan().into()),
        ("Rule", desk::rule().into()),
        ("TriedRule", desk::tried_rule().into()),
        ("Request", request().into()),
        ("Notice", desk::notice().into()),
        ("FoundCase", found_case().into()),
        ("Found", found().into()),
        ("Incident", desk::incident().into()),
        ("Client", desk::client().into()),
        ("Connection", desk::connection().into()),
        ("Unmatched", desk::unmatched().into()),
        ("Joined", desk::joined().into()),
        ("AuditRow", desk::audit_row().into()),
        ("Hook", desk::hook().into()),
        ("Delivery", desk::delivery().into()),
        ("WholeConnection", work::whole_connection().into()),
        ("Job", work::job().into()),
        ("Started", work::started().into()),
        ("Deadlines", work::deadlines().into()),
        ("Preview", work::preview().into()),
        ("NextCase", work::next_case().into()),
        ("RequestLink", work::request_link().into()),
        ("Handover", work::handover().into()),
        ("SignedHandover", work::signed_handover().into()),
        ("View", work::view().into()),
        ("Person", work::person().into()),
        ("Pack", work::pack().into()),
        ("Event", work::event().into()),
        ("WinRateReport", report("win_rate").into()),
        ("FactorReport", report("factors").into()),
        ("SlaReport", report("sla").into()),
    ]
}

fn round() -> ObjectBuilder {
    object([
        ("number", number()),
        ("stage", words::stage().into()),
        ("channel", maybe(text())),
        ("reason", words::reason().into()),
        ("opened_at", time()),
        ("closed_at", maybe(time())),
        ("deadline", maybe(open())),
        ("responded_at", maybe(time())),
        ("outcome", maybe(text())),
    ])
}

fn history_row() -> ObjectBuilder {
    object([
        ("number", number()),
        ("at", time()),
        ("actor", text()),
        ("kind", text()),
        ("detail", maybe(open())),
    ])
}

fn draft_row() -> ObjectBuilder {
    object([
        ("id", id()),
        ("case", id()),
        ("client", id()),
        ("platform_dispute_id", text()),
        ("action", words::action().into()),
        ("state", text()),
        ("version", number()),
        ("author", text()),
        ("updated_by", text()),
        ("updated_at", time()),
        ("send_at", maybe(time())),
        ("deadline", maybe(time())),
    ])
}

fn submission() -> ObjectBuilder {
    object([
        ("id", id()),
        ("case", id()),
        ("client", id()),
        ("action", words::action().into()),
        ("state", text()),
        ("send_at", time()),
        ("attempts", number()),
        ("attempted_at", maybe(time())),
        ("platform_reference", maybe(text())),
        ("confirmed_at", maybe(time())),
        ("error", maybe(text())),
        ("created_by", text()),
        ("created_at", time()),
    ])
}

fn evidence() -> ObjectBuilder {
    object([("id", id()), ("added_at", time())])
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
}

fn checklist() -> ObjectBuilder {
    object([
        ("case", id()),
        ("platform_dispute_id", text()),
        ("completeness", number()),
        ("decisive", truth()),
        ("rows", list(open())),
        ("unconfirmed", list(open())),
        ("claim", list(open())),
    ])
    .additional_properties(Some(AdditionalProperties::FreeForm(true)))
}
