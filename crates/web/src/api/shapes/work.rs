//! What people at the desk work with beside single cases.

use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder};

use super::super::parts::{id, known, list, maybe, number, object, open, text, time, truth, with};
use super::super::words;
use super::desk;

pub fn whole_connection() -> ObjectBuilder {
    let mut connection = desk::connection();
    for (name, part) in [
        ("open_cases", number()),
        ("compared", maybe(open())),
        ("failed_syncs", number()),
        ("runs", list(open())),
        ("jobs", list(known("Job"))),
    ] {
        connection = connection.property(name, part).required(name);
    }
    // None before the first check of the account.
    connection.property("checklist", maybe(list(open())))
}

pub fn job() -> ObjectBuilder {
    object([
        ("id", id()),
        ("kind", text()),
        ("key", text()),
        ("client", maybe(id())),
        ("case", maybe(id())),
        ("state", text()),
        ("run_at", time()),
        ("attempts", number()),
        ("last_error", maybe(text())),
        ("created_at", time()),
    ])
}

pub fn started() -> ObjectBuilder {
    object([("id", id()), ("state", text())])
}

pub fn deadlines() -> ObjectBuilder {
    let hour = object([("hour", time()), ("assignee", maybe(text())), ("cases", number())]);
    object([
        ("from", time()),
        ("to", time()),
        ("passed", number()),
        ("hours", list(hour.into())),
    ])
}

pub fn preview() -> ObjectBuilder {
    object([
        ("draft", known("Draft")),
        ("problems", list(open())),
        ("used", list(open())),
        ("files", list(open())),
        ("lacking", list(words::evidence_kind().into())),
        ("warnings", list(text())),
        ("matrix", number()),
        ("outdated_since", maybe(time())),
    ])
}

pub fn next_case() -> ObjectBuilder {
    object([("case", maybe(id()))])
}

pub fn request_link() -> ObjectBuilder {
    object([("page", text())])
}

pub fn handover() -> ObjectBuilder {
    let case = || {
        object([
            ("case", id()),
            ("platform_dispute_id", text()),
            ("client_name", text()),
            ("assignee", maybe(text())),
            ("deadline", maybe(time())),
            ("note", text()),
        ])
    };
    let more = object([("drafts", number()), ("waiting", number()), ("due", number())]);
    object([
        ("drafts", list(case().into())),
        ("waiting", list(case().into())),
        ("due", list(case().into())),
        ("more", more.into()),
    ])
}

pub fn signed_handover() -> ObjectBuilder {
    let mut list = handover();
    for (name, part) in [("id", id()), ("by", text()), ("at", time()), ("note", text())] {
        list = list.property(name, part).required(name);
    }
    list
}

pub fn view() -> ObjectBuilder {
    object([("name", text()), ("query", text())])
}

pub fn person() -> ObjectBuilder {
    object([
        ("id", id()),
        ("name", text()),
        ("email", text()),
        ("role", text()),
        ("client", maybe(id())),
        ("has_password", truth()),
        ("second_factor", truth()),
        ("disabled_at", maybe(time())),
        ("created_at", time()),
    ])
}

pub fn pack() -> ObjectBuilder {
    let object = object([
        ("id", id()),
        ("client", id()),
        ("month", words::day().into()),
        ("language", words::language().into()),
        ("state", text()),
        ("files", list(open())),
        ("made_at", time()),
        ("sent_at", maybe(time())),
    ]);
    // What a client's person is not shown.
    with(
        object,
        [
            ("recipients", list(text())),
            ("decided_by", maybe(text())),
            ("decided_at", maybe(time())),
            ("note", maybe(text())),
        ],
    )
}

/// What is sent to addresses that are told of what happens to cases.
pub fn event() -> ObjectBuilder {
    let data = object([
        ("case", id()),
        ("client", id()),
        ("version", number()),
        ("changes", list(text())),
        ("turn", words::turn().into()),
        ("work_state", words::work_state().into()),
        ("outcome", maybe(text())),
    ])
    .additional_properties(Some(AdditionalProperties::FreeForm(true)));
    object([
        ("id", id()),
        ("type", text()),
        ("timestamp", time()),
        ("data", data.into()),
    ])
}
