//! Access tokens, by credential kind (reference 1).

mod issue;
mod rotating;

use std::sync::Arc;

use docket_connector::http::{Answer, Call, Http};
use docket_connector::token::{Carried, ClientCredentials, SecretIn};
use docket_connector::{Error, Vault};
use http::StatusCode;
use secrecy::SecretString;
use url::Url;

use crate::auth::{Keys, token_address};

pub(crate) use issue::issue;
use rotating::Rotating;

/// The header that carries the token (reference 1).
pub(crate) const CARRIED: Carried = Carried::Header("x-shopify-access-token");

/// Where the token of a call comes from.
pub(crate) enum Tokens {
    Fixed(SecretString),
    ClientCredentials(ClientCredentials),
    Rotating(Rotating),
}

impl Tokens {
    pub(crate) fn new(keys: Keys, base: &Url, vault: Arc<dyn Vault>) -> Self {
        match keys {
            Keys::Fixed(access) => Self::Fixed(access),
            Keys::ClientCredentials(app) => Self::ClientCredentials(ClientCredentials {
                token_url: token_address(base),
                client_id: app.id,
                secret: app.secret,
                secret_in: SecretIn::Body,
                carried: CARRIED,
            }),
            Keys::Expiring(_, pair) => Self::Rotating(Rotating::new(token_address(base), pair, vault)),
        }
    }

    /// Sends a call with a token. A 401 handles nothing: where a fresh token can be had, the call goes out once more.
    pub(crate) async fn authorised<F>(&self, http: &Http, make: F) -> Result<Answer, Error>
    where
        F: Fn() -> Result<Call, Error> + Send + Sync,
    {
        match self {
            Self::Fixed(access) => http.insist(make()?.carrying(access, CARRIED)?).await,
            Self::ClientCredentials(credentials) => http.authorised(credentials, make).await.map_err(advise),
            Self::Rotating(rotating) => {
                let access = rotating.access(http).await?;
                let answer = http.send(make()?.carrying(&access, CARRIED)?).await?;
                if answer.status != StatusCode::UNAUTHORIZED {
                    return Ok(answer);
                }
                let access = rotating.renew(http, Some(&access)).await?;
                http.send(make()?.carrying(&access, CARRIED)?).await
            }
        }
    }

    /// What the next client-credentials token may do is decided when it is issued: after a refusal, ask for a new one.
    pub(crate) async fn renew_scopes(&self, http: &Http) {
        if let Self::ClientCredentials(credentials) = self
            && let Ok(token) = http.token(credentials).await
        {
            http.forget(credentials, &token).await;
        }
    }
}

/// Client credentials work on shops of the app's own organisation that have it installed (reference 1).
fn advise(error: Error) -> Error {
    match error {
        Error::Auth { message, reference } => Error::Auth {
            message: format!(
                "{message}; for Shopify, the app must be installed on this shop, and both must belong to one organisation"
            ),
            reference,
        },
        other @ (Error::Retry { .. }
        | Error::OutcomeUnknown { .. }
        | Error::Rejected { .. }
        | Error::NotFound { .. }
        | Error::Contract { .. }
        | Error::Unsupported(_)) => other,
    }
}
