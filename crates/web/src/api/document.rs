//! The OpenAPI document: made of the table of doors and of the types that handlers read.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::Response;
use docket_core::token::Scope;
use serde_json::json;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, RefOr, Required,
    ResponseBuilder, ResponsesBuilder,
};
use utoipa::{IntoParams, ToSchema};

use super::table::about;
use super::{Answer, ok, parts, problem, shapes, words};
use crate::doors::{Door, Method, Who};

/// What a door is for, as the document says it.
pub struct About {
    summary: &'static str,
    query: Vec<Parameter>,
    body: Option<Body>,
    gives: Gives,
    /// Which scopes it needs beside that of its door, and for what.
    also: Option<&'static str>,
    /// Whether it is an edit that says what it started from.
    pub edits: bool,
}

struct Body {
    name: Cow<'static, str>,
    parts: Vec<(String, RefOr<Schema>)>,
}

enum Gives {
    Nothing,
    One(StatusCode, &'static str),
    OneOrAll(&'static str),
    Page(&'static str),
    File,
    Open,
}

impl About {
    const fn new(summary: &'static str, gives: Gives) -> Self {
        Self {
            summary,
            query: Vec::new(),
            body: None,
            gives,
            also: None,
            edits: false,
        }
    }

    /// It gives one thing.
    pub const fn one(summary: &'static str, shape: &'static str) -> Self {
        Self::new(summary, Gives::One(StatusCode::OK, shape))
    }

    /// It gives what was made, or what will be done.
    pub const fn made(summary: &'static str, status: StatusCode, shape: &'static str) -> Self {
        Self::new(summary, Gives::One(status, shape))
    }

    /// It gives one thing where that is named, else all.
    pub const fn one_or_all(summary: &'static str, shape: &'static str) -> Self {
        Self::new(summary, Gives::OneOrAll(shape))
    }

    /// It gives a page of a list.
    pub const fn page(summary: &'static str, shape: &'static str) -> Self {
        Self::new(summary, Gives::Page(shape))
    }

    /// It gives nothing but that it was done.
    pub const fn nothing(summary: &'static str) -> Self {
        Self::new(summary, Gives::Nothing)
    }

    /// It gives a file.
    pub const fn file(summary: &'static str) -> Self {
        Self::new(summary, Gives::File)
    }

    /// It gives an object that is not told here.
    pub const fn open(summary: &'static str) -> Self {
        Self::new(summary, Gives::Open)
    }

    /// It reads these parameters.
    pub fn query<Q: IntoParams>(mut self) -> Self {
        self.query = Q::into_params(|| Some(ParameterIn::Query));
        self
    }

    /// It reads this body.
    pub fn body<B: ToSchema>(mut self) -> Self {
        let mut parts = vec![(B::name().into_owned(), B::schema())];
        B::schemas(&mut parts);
        self.body = Some(Body {
            name: B::name(),
            parts,
        });
        self
    }

    /// For what it says it may need further scopes.
    pub const fn also(mut self, needs: &'static str) -> Self {
        self.also = Some(needs);
        self
    }

    /// It is an edit that says what it started from.
    pub const fn edits(mut self) -> Self {
        self.edits = true;
        self
    }
}

/// The document.
pub fn document() -> serde_json::Value {
    let mut document = serde_json::to_value(made()).unwrap_or_default();
    document["webhooks"] = webhooks();
    document
}

/// What is sent to the addresses that are told of what happens to cases.
fn webhooks() -> serde_json::Value {
    let shape = json!({ "$ref": "#/components/schemas/Event" });
    let header = |name: &str, what: &str| json!({ "name": name, "in": "header", "required": true, "description": what, "schema": { "type": "string" } });
    json!({ "case.changed": { "post": {
        "summary": "A case changed",
        "description": "Signed as Standard Webhooks say; sent again, under the same id, until it is taken.",
        "parameters": [
            header("webhook-id", "The event's id: the same each time that it is sent."),
            header("webhook-timestamp", "When it was sent, in seconds of Unix time."),
            header("webhook-signature", "HMAC-SHA256 of id, timestamp and body, with the hook's secret."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": shape } } },
        "responses": { "2XX": { "description": "Taken." } },
    } } })
}

pub async fn get() -> Answer {
    let document: Response = ok(&document())?;
    Ok(document)
}

fn made() -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new()
        .security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    for (name, shape) in shapes::all() {
        components = components.schema(name, shape);
    }
    components = components.schema_from::<shapes::Me>();
    for door in Door::ALL {
        let Some(about) = about(*door) else { continue };
        if let Some(body) = &about.body {
            for (name, part) in &body.parts {
                components = components.schema(name.clone(), part.clone());
            }
        }
        let entry = door.entry();
        let method = match entry.method {
            Method::Get | Method::Any => HttpMethod::Get,
            Method::Post => HttpMethod::Post,
            Method::Put => HttpMethod::Put,
            Method::Delete => HttpMethod::Delete,
        };
        let item = utoipa::openapi::PathItem::new(method, operation(*door, about));
        paths = paths.path(entry.path, item);
    }
    let info = InfoBuilder::new()
        .title("Docket")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Programs act for a person, with a token and never further than that person may go. Lists come in pages: `next` \
             and the header `Link` lead on. Errors are problems (RFC 9457). A POST with an `Idempotency-Key` is done once.",
        ));
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn operation(door: Door, about: About) -> OperationBuilder {
    let entry = door.entry();
    let name = door.name();
    let statuses = refusals(door, &about);
    let mut operation = OperationBuilder::new()
        .operation_id(Some(name.strip_prefix("api_").unwrap_or(&name)))
        .summary(Some(about.summary));
    for parameter in path_parameters(entry.path)
        .chain(about.query)
        .chain(headers(door, about.edits))
    {
        operation = operation.parameter(parameter);
    }
    if matches!(entry.who, Who::Programs(..)) {
        let scope = entry.who.scope().map(Scope::as_str);
        let mut needs = scope.map_or_else(
            || "Any token.".to_owned(),
            |scope| format!("Needs a token with the scope `{scope}`."),
        );
        if let Some(also) = about.also {
            needs.push(' ');
            needs.push_str(also);
        }
        operation = operation
            .description(Some(needs))
            .security(SecurityRequirement::new::<_, [&str; 0], &str>("token", []));
    }
    let body = about.body.as_ref().map(|body| {
        let content = Content::new(Some(parts::known(&body.name)));
        RequestBodyBuilder::new()
            .content("application/json", content)
            .required(Some(Required::True))
            .build()
    });
    let responses = responses(&about.gives, &statuses);
    operation.request_body(body).responses(responses)
}

/// The parts of an address between braces.
fn path_parameters(path: &str) -> impl Iterator<Item = Parameter> {
    let names = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| {
        let shape = match name {
            "kind" => words::evidence_kind(),
            "flag" => words::flag(),
            "sha256" => words::sha256(),
            "name" => words::name(),
            _ => words::id(),
        };
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(shape))
            .build()
    })
}

fn headers(door: Door, edits: bool) -> Vec<Parameter> {
    let header = |name: &str, needed: bool, what: &str| {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[!-~]{1,200}$"));
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(if needed { Required::True } else { Required::False })
            .description(Some(what))
            .schema(Some(text))
            .build()
    };
    let mut all = Vec::new();
    if door.entry().method == Method::Post {
        let what = "A fresh key for each thing that is to be done. Sent again with the same one, it is not done again, and the first answer comes back.";
        all.push(header("Idempotency-Key", false, what));
    }
    let first = door == Door::ApiSaveDraft;
    if edits {
        all.push(header("If-Match", !first, "The ETag of what was read."));
    }
    if first {
        all.push(header("If-None-Match", false, "`*`: this is the first draft."));
    }
    all
}

/// How else it may be answered.
fn refusals(door: Door, about: &About) -> Vec<StatusCode> {
    let entry = door.entry();
    let writes = entry.method != Method::Get;
    let mut all = vec![StatusCode::INTERNAL_SERVER_ERROR];
    let mut also = |when: bool, statuses: &[StatusCode]| {
        if when {
            all.extend_from_slice(statuses);
        }
    };
    also(
        matches!(entry.who, Who::Programs(..)),
        &[
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::MISDIRECTED_REQUEST,
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ],
    );
    also(entry.path.contains('{'), &[StatusCode::NOT_FOUND]);
    also(
        !about.query.is_empty() || writes,
        &[StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY],
    );
    also(writes, &[StatusCode::CONFLICT, StatusCode::PAYLOAD_TOO_LARGE]);
    also(about.body.is_some(), &[StatusCode::UNSUPPORTED_MEDIA_TYPE]);
    also(
        about.edits,
        &[StatusCode::PRECONDITION_FAILED, StatusCode::PRECONDITION_REQUIRED],
    );
    all
}

fn responses(gives: &Gives, refusals: &[StatusCode]) -> utoipa::openapi::Responses {
    let json = |shape: RefOr<Schema>| Content::new(Some(shape));
    let (status, content) = match gives {
        Gives::Nothing => (StatusCode::NO_CONTENT, None),
        Gives::One(status, shape) => (*status, Some(json(parts::known(shape)))),
        Gives::OneOrAll(shape) => (StatusCode::OK, Some(json(parts::one_or_all(shape)))),
        Gives::Page(shape) => (StatusCode::OK, Some(json(parts::page_of(shape)))),
        Gives::Open | Gives::File => (StatusCode::OK, Some(json(parts::open()))),
    };
    let mut done = ResponseBuilder::new().description("Done.");
    if let Some(content) = content {
        done = match gives {
            Gives::File => done.content("*/*", Content::new(Some(parts::bytes()))),
            _ => done.content("application/json", content),
        };
    }
    let mut all = ResponsesBuilder::new().response(status.as_str(), done);
    for status in refusals {
        let what = status.canonical_reason().unwrap_or_default();
        let problem = ResponseBuilder::new()
            .description(what)
            .content(problem::MEDIA, Content::new(Some(parts::known("Problem"))));
        all = all.response(status.as_str(), problem);
    }
    all.build()
}
