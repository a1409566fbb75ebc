//! Shopify's refusals (reference 8), as the caller's next step. Texts of bodies are not repeated: they may hold anything.

use std::time::Duration;

use docket_connector::Error;
use docket_connector::http::{Answer, Intent};
use http::HeaderMap;
use serde::Deserialize;

/// After a lock or a security refusal: hours, not minutes (reference 8).
const LONG: Duration = Duration::from_secs(2 * 60 * 60);

/// What Shopify's support asks for.
pub(crate) fn reference(headers: &HeaderMap, _body: &[u8]) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    Some(id.to_owned()).filter(|id| id.len() <= 128)
}

fn auth(message: impl Into<String>, reference: Option<String>) -> Error {
    Error::Auth {
        message: message.into(),
        reference,
    }
}

/// An answer whose status is no success.
pub(crate) fn refusal(answer: &Answer, intent: Intent) -> Error {
    let reference = reference(&answer.headers, &answer.body);
    match answer.status.as_u16() {
        401 => auth(
            "Shopify does not accept the access token (401): authorise again with `docket connection authorize`, or store \
             a new token",
            reference,
        ),
        402 => auth(
            "the shop is frozen because a Shopify bill is unpaid (402): the merchant must pay it, then resume the connection",
            reference,
        ),
        403 => forbidden(&answer.body, reference),
        404 => Error::contract(
            "Shopify knows no such address (404): compare `shop` and `api_version` of the credentials; this does not mean \
             that there is no dispute",
        ),
        423 => later("the shop is locked (423)"),
        430 => later("Shopify's security check refused the call (430)"),
        300..=399 => Error::contract(
            "Shopify redirects to another host, which no token may follow: compare `shop` with the admin's address",
        ),
        400..=499 if intent == Intent::Write => Error::Rejected {
            code: format!("HTTP_{}", answer.status.as_u16()),
            message: "Shopify does not take the call in this form: report it".to_owned(),
            reference,
        },
        other => {
            let what = format!("Shopify answered {other}, which is not documented for this call");
            match intent {
                Intent::Read => Error::Contract { what },
                Intent::Write => Error::OutcomeUnknown { why: what, reference },
            }
        }
    }
}

fn later(what: &str) -> Error {
    Error::Retry {
        after: Some(LONG),
        why: format!("{what}: look at the shop's admin if it stays so"),
    }
}

/// Reference 8: a scope that was not granted, or a permanent token of a public app.
fn forbidden(body: &[u8], reference: Option<String>) -> Error {
    let text = String::from_utf8_lossy(body);
    if text.contains("on-expiring access token") {
        return auth(
            "Shopify no longer accepts permanent tokens of this app (403): authorise again with `docket connection authorize`",
            reference,
        );
    }
    auth(missing(scope_in(&text).as_deref()), reference)
}

/// Names the scope that is missing.
pub(crate) fn missing(scope: Option<&str>) -> String {
    const ADD: &str = "a scope is not granted: add it to the app (dispute scopes need Shopify's approval) and let the merchant \
                       authorise again";
    match scope {
        Some(scope) => format!("{ADD} (`{scope}`)"),
        None => "a scope is not granted: run `docket connection check` to see which, add it to the app and let the merchant \
                 authorise again"
            .to_owned(),
    }
}

/// The first word in a text that is a scope.
pub(crate) fn scope_in(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_lowercase() || c == '_'))
        .find(|word| (word.starts_with("read_") || word.starts_with("write_")) && word.len() <= 80)
        .map(str::to_owned)
}

/// One entry of `errors` in a GraphQL answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fault {
    message: Option<String>,
    path: Option<Vec<serde_json::Value>>,
    extensions: Extensions,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extensions {
    code: Option<String>,
    required_access: Option<String>,
}

impl Fault {
    /// The code, if it is a word.
    pub(crate) fn code(&self) -> Option<&str> {
        let code = self.extensions.code.as_deref()?;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        Some(code).filter(|code| code.len() <= 60 && code.bytes().all(word))
    }

    /// Where it happened: names of fields and places in lists, nothing else.
    pub(crate) fn place(&self) -> String {
        let steps = self.path.iter().flatten().map(|step| match step {
            serde_json::Value::String(name) => name
                .chars()
                .filter(|c| c.is_ascii_alphanumeric())
                .take(60)
                .collect(),
            serde_json::Value::Number(place) => place.to_string(),
            _ => "?".to_owned(),
        });
        steps.collect::<Vec<_>>().join(".")
    }

    /// The scope that it misses, if that is what it says.
    pub(crate) fn scope(&self) -> Option<String> {
        let access = self.extensions.required_access.as_deref();
        access
            .and_then(scope_in)
            .or_else(|| scope_in(self.message.as_deref()?))
    }

    /// Whether a permission or an approval is missing.
    pub(crate) fn denied(&self) -> bool {
        self.code() == Some("ACCESS_DENIED") || self.not_approved()
    }

    /// Whether the refusal is of the order's address.
    pub(crate) fn of_address(&self) -> bool {
        let named = |text: &str| text.contains("shippingAddress") || text.contains("MailingAddress");
        self.denied() && (named(&self.place()) || self.message.as_deref().is_some_and(named))
    }

    /// Protected customer data without Shopify's approval (reference 1 and 8).
    fn not_approved(&self) -> bool {
        self.message
            .as_deref()
            .is_some_and(|message| message.contains("not approved"))
    }

    /// What to do, where the fault took away what was asked for. `intent` tells what a broken call means.
    pub(crate) fn error(&self, intent: Intent, reference: Option<String>) -> Error {
        let place = self.place();
        match self.code() {
            _ if self.not_approved() => auth(
                "Shopify has not approved this app for protected customer data: request access in the app's settings",
                reference,
            ),
            Some("ACCESS_DENIED") => auth(missing(self.scope().as_deref()), reference),
            Some("SHOP_INACTIVE") => auth(
                "the shop is not active: the merchant must open it again, then resume the connection",
                reference,
            ),
            Some("MAX_COST_EXCEEDED") => Error::contract("a query costs more than Shopify allows: report it"),
            Some(code @ ("INTERNAL_SERVER_ERROR" | "TIMEOUT")) => {
                let why = format!("Shopify failed inside ({code})");
                match intent {
                    Intent::Read => Error::retry(why),
                    Intent::Write => Error::OutcomeUnknown { why, reference },
                }
            }
            code => {
                let code = code.unwrap_or("no code");
                let what = format!("Shopify refuses a query with `{code}` at `{place}`");
                match intent {
                    Intent::Read => Error::Contract { what },
                    // Validation comes before anything is done; any other fault in a mutation leaves it open.
                    Intent::Write if self.path.is_none() => Error::Contract { what },
                    Intent::Write => Error::OutcomeUnknown { why: what, reference },
                }
            }
        }
    }
}
