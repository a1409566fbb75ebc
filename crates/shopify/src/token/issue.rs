//! The token endpoint (reference 1, "Endpoints").

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use docket_connector::Error;
use docket_connector::http::{Call, Http, Intent, Payload, read_json};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::errors;

pub(super) fn reauthorise(why: &str) -> Error {
    Error::Auth {
        message: format!("{why}: re-authorise with `docket connection authorize`"),
        reference: None,
    }
}

/// What the token endpoint answers (reference 1).
#[derive(Deserialize)]
pub(crate) struct Issued {
    access_token: SecretString,
    expires_in: Option<i64>,
    refresh_token: Option<SecretString>,
    refresh_token_expires_in: Option<i64>,
}

impl Issued {
    /// The credentials file with this token in it; every other key stays.
    pub(crate) fn credentials(
        &self,
        before: &SecretString,
        asked_at: DateTime<Utc>,
    ) -> Result<SecretString, Error> {
        let mut file: serde_json::Map<String, Value> = serde_json::from_str(before.expose_secret())
            .map_err(|_| Error::contract("the stored credentials are no JSON object"))?;
        let after = |seconds: Option<i64>| {
            let at = asked_at.checked_add_signed(TimeDelta::try_seconds(seconds?)?)?;
            Some(Value::from(at.to_rfc3339_opts(SecondsFormat::Secs, true)))
        };
        let secret = |secret: &SecretString| Value::from(secret.expose_secret());
        let changes = [
            ("access_token", Some(secret(&self.access_token))),
            ("expires_at", after(self.expires_in)),
            ("refresh_token", self.refresh_token.as_ref().map(secret)),
            ("refresh_expires_at", after(self.refresh_token_expires_in)),
        ];
        for (key, value) in changes {
            match value {
                Some(value) => file.insert(key.to_owned(), value),
                None => file.remove(key),
            };
        }
        Ok(Value::Object(file).to_string().into())
    }
}

/// One call to the token endpoint. It changes nothing that cannot be asked for again, so it fails like a read.
pub(crate) async fn issue(http: &Http, url: &Url, body: Value) -> Result<Issued, Error> {
    let mut call = Call::post(
        url.clone(),
        "/admin/oauth/access_token",
        Payload::Json(body.to_string().into()),
    );
    call.intent = Intent::Read;
    let answer = http.send(call).await?;
    match answer.status.as_u16() {
        200 => read_json(&answer.body, "token answer"),
        400 | 401 => Err(reauthorise(&format!(
            "Shopify refuses to issue a token ({})",
            code(&answer.body).unwrap_or_else(|| answer.status.as_u16().to_string())
        ))),
        _ => Err(errors::refusal(&answer, Intent::Read)),
    }
}

/// The error's word, such as `invalid_grant`; anything else is not repeated.
fn code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refused {
        error: String,
    }
    let error = serde_json::from_slice::<Refused>(body).ok()?.error;
    let word = error.len() <= 60
        && error
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    Some(error).filter(|_| word)
}
