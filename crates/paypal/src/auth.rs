//! Credentials, and the header by which partners act for merchants.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use docket_connector::credentials::{self, CredentialsError};
use http::HeaderValue;
use secrecy::SecretString;
use serde_json::{Value, json};

/// What the credentials hold.
pub(crate) struct Given {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) payer_id: Option<String>,
    pub(crate) webhook_id: Option<String>,
}

const KEYS: [&str; 4] = ["client_id", "client_secret", "payer_id", "webhook_id"];
const EXPECTED: &str = r#"{"client_id": "…", "client_secret": "…"}"#;
const COPY: &str = "copy it from the app's page in PayPal's developer dashboard";

impl Given {
    pub(crate) fn read(credentials: &SecretString) -> Result<Self, CredentialsError> {
        let mut given = credentials::Given::read(credentials, &KEYS, EXPECTED)?;
        Ok(Self {
            client_id: given.need("client_id", COPY)?,
            client_secret: given.need("client_secret", COPY)?.into(),
            payer_id: given.take("payer_id")?,
            webhook_id: given.take("webhook_id")?,
        })
    }
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
