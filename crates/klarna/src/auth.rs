//! What the credentials file says: the key, and what differs from connection to connection (reference 1 and 2).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use docket_connector::credentials::{self, CredentialsError};
use docket_connector::http::sha256;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::generation::Generation;
use crate::region::{self, Region};

/// How a query names several values. Klarna does not say (reference 3); without a style each value is asked for alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrays {
    /// One call for each value.
    Never,
    /// `state=A&state=B`
    Repeated,
    /// `state=A,B`
    Comma,
}

/// The key that webhooks are signed with.
#[derive(Clone)]
pub(crate) struct WebhookKey {
    pub(crate) id: Option<String>,
    pub(crate) secret: SecretString,
}

/// What the credentials hold.
pub(crate) struct Given {
    pub(crate) authorization: HeaderValue,
    /// Tells accounts apart, and holds no secret.
    pub(crate) account: String,
    pub(crate) merchant_id: Option<String>,
    pub(crate) region: Option<Region>,
    pub(crate) generation: Generation,
    pub(crate) arrays: Arrays,
    pub(crate) extra: Option<(HeaderName, HeaderValue)>,
    pub(crate) webhook: Option<WebhookKey>,
}

const KEYS: [&str; 10] = [
    "username",
    "password",
    "api_key",
    "merchant_id",
    "region",
    "generation",
    "array_style",
    "extra_header",
    "webhook_key_id",
    "webhook_key",
];
const EXPECTED: &str = r#"{"username": "…", "password": "…"} or {"api_key": "…"}"#;
const COPY: &str =
    "copy user name and password, or the API key, from the merchant portal, Settings, Klarna API Keys";

fn unusable<T>(why: impl Into<Sentence>) -> Result<T, CredentialsError> {
    Err(CredentialsError::Unusable(why.into()))
}

impl Given {
    pub(crate) fn read(credentials: &SecretString, base: &Url) -> Result<Self, CredentialsError> {
        let mut given = credentials::Given::read(credentials, &KEYS, EXPECTED)?;
        let username = given.take("username")?;
        let key: Option<SecretString> = given.take("api_key")?.map(Into::into);
        let password: Option<SecretString> = given.take("password")?.map(Into::into);
        let merchant_id = given
            .take("merchant_id")?
            .or_else(|| merchant(username.as_deref()?));
        if let Some(secret) = key.as_ref().or(password.as_ref()) {
            fits_host(secret.expose_secret(), base)?;
        }
        let (authorization, account) = basic(username.as_deref(), password.as_ref(), key.as_ref())?;
        let account = merchant_id.clone().unwrap_or(account);
        Ok(Self {
            authorization,
            account,
            merchant_id,
            region: region::chosen(given.take("region")?.as_deref(), base)?,
            generation: generation(given.take("generation")?.as_deref())?,
            arrays: arrays(given.take("array_style")?.as_deref())?,
            extra: given
                .take_line("extra_header")?
                .as_deref()
                .map(extra)
                .transpose()?,
            webhook: webhook(given.take("webhook_key_id")?, given.take("webhook_key")?)?,
        })
    }
}

/// `Basic` with user and secret in base64, or with an API key as it stands (reference 2).
fn basic(
    username: Option<&str>,
    password: Option<&SecretString>,
    key: Option<&SecretString>,
) -> Result<(HeaderValue, String), CredentialsError> {
    let (text, account) = match (username, password, key) {
        (Some(_), Some(_), Some(_)) | (None, Some(_), Some(_)) => {
            return unusable("`password` and `api_key` are both given: leave out the one that is not used");
        }
        (Some(user), Some(secret), None) | (Some(user), None, Some(secret)) => {
            let pair = BASE64_STANDARD.encode(format!("{user}:{}", secret.expose_secret()));
            (pair, user.to_owned())
        }
        (None, None, Some(key)) => {
            let key = key.expose_secret();
            // A mark of the key, from which it cannot be found.
            let mark = hex::encode(&sha256(key.as_bytes())[..8]);
            (key.to_owned(), format!("key {mark}"))
        }
        (Some(_), None, None) => {
            return Err(CredentialsError::Missing {
                key: "password",
                todo: COPY,
            });
        }
        (None, Some(_), None) => {
            return Err(CredentialsError::Missing {
                key: "username",
                todo: COPY,
            });
        }
        (None, None, None) => {
            return Err(CredentialsError::Missing {
                key: "username",
                todo: COPY,
            });
        }
    };
    let mut value =
        HeaderValue::from_str(&format!("Basic {text}")).map_err(|_| CredentialsError::NotText("api_key"))?;
    value.set_sensitive(true);
    Ok((value, account))
}

/// Older user names are the merchant's id and a random ending (reference 2): `K0123456_1a2b`.
fn merchant(username: &str) -> Option<String> {
    let front = username
        .split('_')
        .next()
        .filter(|front| front.len() < username.len())?;
    let digits = front.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = front.len() - digits.len();
    let looks = (1..=2).contains(&letters) && digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    looks.then(|| front.to_owned())
}

/// Keys name their environment: `klarna_<live|test>_api_<random>` (reference 2).
fn fits_host(secret: &str, base: &Url) -> Result<(), CredentialsError> {
    if secret.starts_with("klarna_live_client_") || secret.starts_with("klarna_test_client_") {
        return unusable(
            "this is a client identifier for browsers, no API key: create one under Settings, Klarna API Keys",
        );
    }
    let playground = match base.host_str() {
        Some(host) if region::is_klarnas(host) => host.ends_with(".playground.klarna.com"),
        Some(_) | None => return Ok(()),
    };
    if playground && secret.starts_with("klarna_live_api_") {
        return unusable(
            "the key is for live, and the base address is the playground's: use the live address",
        );
    }
    if !playground && secret.starts_with("klarna_test_api_") {
        return unusable(
            "the key is for the playground, and the base address is live: use the playground's address",
        );
    }
    Ok(())
}

fn generation(word: Option<&str>) -> Result<Generation, CredentialsError> {
    match word {
        None | Some("v4") => Ok(Generation::V4),
        Some("v3") => Ok(Generation::V3),
        Some(_) => {
            unusable("`generation` must be v4, or v3 for an account that is not on v4 yet (read only)")
        }
    }
}

fn arrays(word: Option<&str>) -> Result<Arrays, CredentialsError> {
    match word {
        None => Ok(Arrays::Never),
        Some("repeated") => Ok(Arrays::Repeated),
        Some("comma") => Ok(Arrays::Comma),
        Some(_) => unusable("`array_style` must be repeated (state=A&state=B) or comma (state=A,B)"),
    }
}

/// `Name: value`, for accounts whose calls need one more header (reference 2: `x-klarna-basic-mid`).
fn extra(line: &str) -> Result<(HeaderName, HeaderValue), CredentialsError> {
    const OURS: [&str; 6] = [
        "authorization",
        "host",
        "content-type",
        "content-length",
        "accept",
        "connection",
    ];
    let parts = line.split_once(':').and_then(|(name, value)| {
        let name: HeaderName = name.trim().parse().ok()?;
        let mut value = HeaderValue::from_str(value.trim())
            .ok()
            .filter(|value| !value.is_empty())?;
        value.set_sensitive(true);
        Some((name, value))
    });
    match parts {
        Some((name, _)) if OURS.contains(&name.as_str()) => unusable(sentence!(
            "`extra_header` must not be `{name}`: Docket sets that itself",
            name = name.as_str()
        )),
        Some(header) => Ok(header),
        None => unusable("`extra_header` must be one header, written `Name: value`"),
    }
}

fn webhook(id: Option<String>, secret: Option<String>) -> Result<Option<WebhookKey>, CredentialsError> {
    match (id, secret) {
        (id, Some(secret)) => Ok(Some(WebhookKey {
            id,
            secret: secret.into(),
        })),
        (Some(_), None) => Err(CredentialsError::Missing {
            key: "webhook_key",
            todo: "copy the signing key; Klarna shows it once, so create a new one where it is lost",
        }),
        (None, None) => Ok(None),
    }
}
