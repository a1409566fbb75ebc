//! What went wrong, for programs (RFC 9457). None shows internals; those go to the log.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use docket_app::Error;
use serde_json::{Map, Value, json};

/// Why a request was not done.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    /// The last part of its type.
    kind: &'static str,
    title: &'static str,
    detail: String,
    more: Map<String, Value>,
    headers: Vec<(HeaderName, String)>,
}

/// The media type of problems.
pub const MEDIA: &str = "application/problem+json";
/// What the type of every problem begins with.
pub const KINDS: &str = "urn:docket:problem:";

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $status:ident, $kind:literal, $title:literal;)+) => {
        impl Problem {$(
            $(#[$doc])*
            pub fn $name(detail: impl Into<String>) -> Self {
                Self::new(StatusCode::$status, $kind, $title, detail.into())
            }
        )+}
    };
}

problems! {
    wrong: BAD_REQUEST, "wrong-request", "The request is wrong";
    no_token: UNAUTHORIZED, "no-token", "A token is needed";
    bad_token: UNAUTHORIZED, "bad-token", "The token opens nothing";
    not_for_scope: FORBIDDEN, "not-for-scope", "The token does not reach this far";
    not_for_role: FORBIDDEN, "not-for-role", "The person's role does not reach this far";
    not_found: NOT_FOUND, "not-found", "There is no such thing";
    wrong_method: METHOD_NOT_ALLOWED, "wrong-method", "This address takes no request of this kind";
    refused: CONFLICT, "refused", "It is not allowed now";
    changed: CONFLICT, "changed-meanwhile", "Somebody else was first";
    in_progress: CONFLICT, "in-progress", "The first request with this key is not answered yet";
    stale: PRECONDITION_FAILED, "stale", "It was changed meanwhile";
    too_large: PAYLOAD_TOO_LARGE, "too-large", "The body is too large";
    wrong_media: UNSUPPORTED_MEDIA_TYPE, "wrong-media-type", "The body is of another kind";
    foreign_host: MISDIRECTED_REQUEST, "foreign-host", "The request names another host";
    invalid: UNPROCESSABLE_ENTITY, "invalid", "It cannot be done like this";
    key_reused: UNPROCESSABLE_ENTITY, "key-reused", "The key was used for another request";
    no_precondition: PRECONDITION_REQUIRED, "no-precondition", "If-Match is missing";
    too_often: TOO_MANY_REQUESTS, "too-often", "Too many requests";
    /// The reason is in the log.
    internal: INTERNAL_SERVER_ERROR, "internal", "Something failed here";
    later: SERVICE_UNAVAILABLE, "later", "It cannot be done now";
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: String) -> Self {
        Self {
            status,
            kind,
            title,
            detail,
            more: Map::new(),
            headers: Vec::new(),
        }
    }

    /// With a further member.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// With a header.
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// How a token is shown, as every 401 must say (RFC 6750).
    pub fn challenge(self, parts: &[(&str, &str)]) -> Self {
        let mut text = "Bearer realm=\"docket\"".to_owned();
        for (name, value) in parts {
            text.push_str(&format!(", {name}=\"{value}\""));
        }
        self.header(header::WWW_AUTHENTICATE, text)
    }

    fn failed(error: &Error) -> Self {
        tracing::error!(%error, "a request of a program failed");
        Self::internal("The reason is in the log of this program. Try again in a moment.")
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Self::not_found(what.to_string()),
            Error::Invalid(what) => Self::invalid(what.to_string()),
            Error::Stale(what) => Self::stale(what.to_string()),
            Error::Refused(why) => Self::refused(why.to_string()),
            Error::Problems(problems) => Self::invalid("The platform would refuse the response.")
                .with("problems", problems.iter().map(ToString::to_string).collect()),
            Error::Store(docket_app::StoreError::Conflict(_)) => {
                Self::changed("Somebody else changed it at the same time. Read it again and repeat.")
                    .header(header::RETRY_AFTER, "1")
            }
            Error::Store(docket_app::StoreError::Taken(what)) => Self::refused(what),
            error if error.is_transient() => {
                tracing::warn!(%error, "a request of a program could not be done now");
                Self::later("Nothing was changed. Try again in a moment.").header(header::RETRY_AFTER, "5")
            }
            error @ (Error::Platform(_) | Error::Mail(_) | Error::Hook(_) | Error::Store(_)) => {
                Self::failed(&error)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = self.more;
        body.insert("type".to_owned(), json!(format!("{KINDS}{}", self.kind)));
        body.insert("title".to_owned(), json!(self.title));
        body.insert("status".to_owned(), json!(self.status.as_u16()));
        body.insert("detail".to_owned(), json!(self.detail));
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA))];
        let mut response = (self.status, kind, Value::Object(body).to_string()).into_response();
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
