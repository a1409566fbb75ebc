//! Credentials and addresses: which shop, and which of the credential kinds of reference 1.

use std::fmt;

use chrono::{DateTime, Utc};
use docket_connector::credentials::{self, CredentialsError, endpoint, is_loopback};
use docket_core::sentence;
use secrecy::SecretString;
use url::Url;

/// The version that this connector is written for (reference 1, "Versions").
pub(crate) const VERSION: &str = "2026-10";

const KEYS: [&str; 10] = [
    "shop",
    "access_token",
    "client_id",
    "client_secret",
    "refresh_token",
    "expires_at",
    "refresh_expires_at",
    "webhook_secret",
    "api_version",
    "scopes",
];
const EXPECTED: &str =
    r#"{"shop": "…", "access_token": "…"} or {"shop": "…", "client_id": "…", "client_secret": "…"}"#;

/// The app's own id and secret.
#[derive(Clone)]
pub(crate) struct App {
    pub id: String,
    pub secret: SecretString,
}

/// An access token with what is known of its end.
#[derive(Clone)]
pub(crate) struct Expiring {
    pub access: Option<SecretString>,
    pub expires_at: Option<DateTime<Utc>>,
    pub refresh: SecretString,
}

/// How calls are permitted (reference 1).
#[derive(Clone)]
pub(crate) enum Keys {
    /// A static token of an admin-made app, or a permanent offline token.
    Fixed(SecretString),
    /// An offline token of an hour with a refresh token that is replaced each time.
    Expiring(App, Expiring),
    /// The merchant's own app.
    ClientCredentials(App),
}

/// What the credentials hold.
#[derive(Clone)]
pub(crate) struct Given {
    /// `{shop}.myshopify.com`
    pub domain: String,
    pub app: Option<App>,
    pub keys: Option<Keys>,
    pub webhook_secret: Option<SecretString>,
    pub version: String,
    pub scopes: Option<String>,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

fn unusable(why: &'static str) -> CredentialsError {
    CredentialsError::Unusable(why.into())
}

impl Given {
    pub(crate) fn read(credentials: &SecretString) -> Result<Self, CredentialsError> {
        let mut given = credentials::Given::read(credentials, &KEYS, EXPECTED)?;
        let shop = given.need(
            "shop",
            "write the part before `.myshopify.com` of the shop's admin address",
        )?;
        let access = given.take("access_token")?;
        let app = match (given.take("client_id")?, given.take("client_secret")?) {
            (Some(id), Some(secret)) => Some(App {
                id,
                secret: secret.into(),
            }),
            (Some(_), None) => {
                return Err(CredentialsError::Missing {
                    key: "client_secret",
                    todo: "copy it from the app's settings in Shopify's Dev Dashboard",
                });
            }
            (None, Some(_)) => {
                return Err(CredentialsError::Missing {
                    key: "client_id",
                    todo: "copy it from the app's settings in Shopify's Dev Dashboard",
                });
            }
            (None, None) => None,
        };
        let expires_at = moment(given.take("expires_at")?)?;
        let refresh = given.take("refresh_token")?;
        let keys = keys(access, app.clone(), refresh, expires_at)?;
        Ok(Self {
            domain: domain(&shop)?,
            app,
            keys,
            webhook_secret: given.take("webhook_secret")?.map(SecretString::from),
            version: version(given.take("api_version")?)?,
            scopes: given.take("scopes")?,
        })
    }

    /// What verifies signatures of webhooks: the app's secret, or one of its own (reference 6).
    pub(crate) fn signing(&self) -> Option<SecretString> {
        let app = self.app.as_ref().map(|app| app.secret.clone());
        self.webhook_secret.clone().or(app)
    }
}

fn keys(
    access: Option<String>,
    app: Option<App>,
    refresh: Option<String>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<Option<Keys>, CredentialsError> {
    let access = access.map(SecretString::from);
    match (refresh, access, app) {
        (Some(refresh), access, Some(app)) => Ok(Some(Keys::Expiring(
            app,
            Expiring {
                access,
                expires_at,
                refresh: refresh.into(),
            },
        ))),
        (Some(_), _, None) => Err(unusable(
            "`refresh_token` works only together with the app's `client_id` and `client_secret`: add both",
        )),
        (None, Some(access), _) => Ok(Some(Keys::Fixed(access))),
        (None, None, Some(app)) => Ok(Some(Keys::ClientCredentials(app))),
        (None, None, None) => Ok(None),
    }
}

fn moment(text: Option<String>) -> Result<Option<DateTime<Utc>>, CredentialsError> {
    text.map(|text| {
        DateTime::parse_from_rfc3339(&text)
            .map(|at| at.with_timezone(&Utc))
            .map_err(|_| unusable("`expires_at` must be a time like 2026-12-01T10:00:00Z"))
    })
    .transpose()
}

fn version(text: Option<String>) -> Result<String, CredentialsError> {
    let text = text.unwrap_or_else(|| VERSION.to_owned());
    let fits = text.len() == 7
        && text.bytes().enumerate().all(|(at, byte)| {
            if at == 4 {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    if fits {
        Ok(text)
    } else {
        Err(unusable("`api_version` must be a version like 2026-10"))
    }
}

/// The shop's own host. Names follow `^[a-zA-Z0-9][a-zA-Z0-9-_]*\.myshopify\.com$` (reference 1).
pub(crate) fn domain(shop: &str) -> Result<String, CredentialsError> {
    let shop = shop.to_ascii_lowercase();
    let name = shop.strip_suffix(".myshopify.com").unwrap_or(&shop);
    let first = name
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    if first
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    {
        Ok(format!("{name}.myshopify.com"))
    } else {
        Err(unusable(
            "`shop` must be the name before `.myshopify.com`, with letters, digits, `-` and `_`: see the admin's address",
        ))
    }
}

/// Checks that the base address is the shop's own host, so that a token goes nowhere else (reference 8); test servers on
/// this machine may stand anywhere, with a path in front.
///
/// # Errors
/// When it is another host, not https, or has a path.
pub(crate) fn base(url: Url, domain: &str) -> Result<Url, CredentialsError> {
    let usual = format!("https://{domain}");
    let base = credentials::base(url, &usual)?;
    let own = base.host_str() == Some(domain) && base.port().is_none() && matches!(base.path(), "" | "/");
    if own || is_loopback(&base) {
        return Ok(base);
    }
    Err(CredentialsError::Address {
        url: base.to_string(),
        why: sentence!("the credentials are for another host; write {usual}", usual),
    })
}

/// Where tokens are issued, whatever the flow (reference 1).
pub(crate) fn token_address(base: &Url) -> Url {
    endpoint(base, &["admin", "oauth", "access_token"])
}
