//! Addresses, credentials, and the header by which partners act for merchants.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::{Host, Url};

/// Why a connection to PayPal cannot be set up. No text repeats a value of the credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The base address cannot be used.
    #[error("base address `{url}`: {why}")]
    Address {
        /// The address, without user and password.
        url: String,
        /// What to do.
        why: &'static str,
    },
    /// Not JSON.
    #[error(
        "the credentials are not a JSON object (line {line}, column {column}); \
         write {{\"client_id\": \"…\", \"client_secret\": \"…\"}}"
    )]
    NotJson {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// A key that is not known: mostly a misspelt one.
    #[error(
        "the credentials have an unknown key `{0}`; known: client_id, client_secret, payer_id, webhook_id"
    )]
    UnknownKey(String),
    /// A key that is needed.
    #[error("the credentials lack `{0}`: copy it from the app's page in PayPal's developer dashboard")]
    Missing(&'static str),
    /// A key whose value cannot be used.
    #[error("`{0}` in the credentials must be a text that is not empty, without blanks and line breaks")]
    NotText(&'static str),
}

/// What the credentials hold.
pub(crate) struct Given {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) payer_id: Option<String>,
    pub(crate) webhook_id: Option<String>,
}

const KEYS: [&str; 4] = ["client_id", "client_secret", "payer_id", "webhook_id"];

impl Given {
    pub(crate) fn read(credentials: &SecretString) -> Result<Self, CredentialsError> {
        let mut given: BTreeMap<String, Value> =
            serde_json::from_str(credentials.expose_secret()).map_err(|error| CredentialsError::NotJson {
                line: error.line(),
                column: error.column(),
            })?;
        if let Some(key) = given.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(CredentialsError::UnknownKey(key.clone()));
        }
        let mut take = |key: &'static str| match given.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let text = text.trim().to_owned();
                let usable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
                if usable {
                    Ok(Some(text))
                } else {
                    Err(CredentialsError::NotText(key))
                }
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(CredentialsError::NotText(key))
            }
        };
        Ok(Self {
            client_id: take("client_id")?.ok_or(CredentialsError::Missing("client_id"))?,
            client_secret: take("client_secret")?
                .ok_or(CredentialsError::Missing("client_secret"))?
                .into(),
            payer_id: take("payer_id")?,
            webhook_id: take("webhook_id")?,
        })
    }
}

/// Whether a URL stays on this machine, where plain http and own certificates are acceptable.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Checks the base address and brings it to one form.
pub(crate) fn base(mut url: Url) -> Result<Url, CredentialsError> {
    let _ = url.set_password(None);
    let _ = url.set_username("");
    let refuse = |why| {
        Err(CredentialsError::Address {
            url: url.to_string(),
            why,
        })
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return refuse("tokens and buyers' data may travel by https only; write https://"),
        _ => {
            return refuse(
                "write https://api-m.paypal.com, or https://api-m.sandbox.paypal.com for the sandbox",
            );
        }
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it must end with a host or a path, without `?` and `#`");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// An address below the base, with each segment encoded.
pub(crate) fn endpoint(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// `PayPal-Auth-Assertion` (reference 1): an unsigned JWT with the app as issuer and the merchant as subject of the
/// call; it ends with a dot, for the signature that is not there.
pub(crate) fn assertion(client_id: &str, payer_id: &str) -> HeaderValue {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!(
        "{}.{}.",
        part(json!({"alg": "none"})),
        part(json!({"iss": client_id, "payer_id": payer_id}))
    );
    // Base64url and dots are always a legal header; an empty one would be refused by PayPal, not misunderstood.
    let mut value = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}
