//! Access tokens: one per set of credentials, fetched once by however many callers wait for it.

mod issued;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use http::StatusCode;
use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, Client, ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError,
    StandardRevocableToken, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::Error;
use crate::http::{Answer, Call, Http, Intent, Payload, begins_a_page, sha256};
use issued::Issued;

/// How long a token is used that names no lifetime.
const UNNAMED_LIFE: Duration = Duration::from_secs(300);

/// Where the client's id and secret stand in the call for a token (RFC 6749, 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretIn {
    /// In the header, as HTTP Basic.
    Header,
    /// In the form (Shopify).
    Body,
}

/// How calls carry the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// In a header of the platform's own (Shopify).
    Header(&'static str),
}

/// What a client-credentials token is asked with (RFC 6749, 4.4).
#[derive(Clone)]
pub struct ClientCredentials {
    /// Where tokens are issued.
    pub token_url: Url,
    /// The app's public id.
    pub client_id: String,
    /// The app's secret.
    pub secret: SecretString,
    /// Where both stand in the call for a token.
    pub secret_in: SecretIn,
    /// How calls carry the token.
    pub carried: Carried,
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("token_url", &self.token_url.as_str())
            .finish_non_exhaustive()
    }
}

/// A token in force.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token itself.
    pub access: SecretString,
    /// What it permits, as the platform says; empty where it says nothing.
    pub scopes: Vec<String>,
    /// Counts the tokens of these credentials, so that many refusals of one token replace it once.
    pub generation: u64,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    token_url: String,
    client_id: String,
    secret: [u8; 32],
}

/// The cache.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<Key, Arc<Slot>>>);

#[derive(Default)]
struct Slot {
    /// Held while a token is fetched, so that everybody else waits for that one.
    state: tokio::sync::Mutex<State>,
    /// Fetches ended so far: tells those who waited through a failed fetch from those who came later.
    fetches: AtomicU64,
}

#[derive(Default)]
struct State {
    generation: u64,
    current: Option<(Token, DateTime<Utc>)>,
    failed: Option<Error>,
}

impl Tokens {
    fn slot(&self, credentials: &ClientCredentials) -> Arc<Slot> {
        let key = Key {
            token_url: credentials.token_url.to_string(),
            client_id: credentials.client_id.clone(),
            secret: sha256(credentials.secret.expose_secret().as_bytes()),
        };
        Arc::clone(
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(key)
                .or_default(),
        )
    }
}

impl Http {
    /// The token in force; fetched where there is none, or where nine tenths of its life are over.
    ///
    /// # Errors
    /// `Auth` when the platform refuses the credentials; else as for any read.
    pub async fn token(&self, credentials: &ClientCredentials) -> Result<Token, Error> {
        let slot = self.shared().tokens().slot(credentials);
        let seen = slot.fetches.load(Ordering::SeqCst);
        let mut state = slot.state.lock().await;
        let now = self.env().now();
        if let Some((token, _)) = state.current.as_ref().filter(|(_, refresh_at)| now < *refresh_at) {
            return Ok(token.clone());
        }
        // Whoever waited while a fetch failed shares its failure instead of asking the same again.
        if slot.fetches.load(Ordering::SeqCst) != seen
            && let Some(error) = &state.failed
        {
            return Err(error.clone());
        }
        let fetched = fetch(self.clone(), credentials.clone()).await;
        slot.fetches.fetch_add(1, Ordering::SeqCst);
        match fetched {
            Ok((access, scopes, life)) => {
                state.generation += 1;
                let token = Token {
                    access,
                    scopes,
                    generation: state.generation,
                };
                let kept = TimeDelta::from_std(life * 9 / 10).unwrap_or(TimeDelta::hours(1));
                state.current = Some((token.clone(), now + kept));
                state.failed = None;
                Ok(token)
            }
            Err(error) => {
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Drops a token that the platform refused, unless it was replaced meanwhile.
    pub async fn forget(&self, credentials: &ClientCredentials, token: &Token) {
        let slot = self.shared().tokens().slot(credentials);
        let mut state = slot.state.lock().await;
        if state.generation == token.generation {
            state.current = None;
        }
    }

    /// Sends a call with a token. A 401 means that nothing was handled, so the call goes out once more with a fresh
    /// token, writes included. A second 401 is `Retry`, until it came five times in a row; then it comes back as an answer. `make` builds the call anew for each attempt.
    ///
    /// # Errors
    /// As for [`Http::token`] and [`Http::send`].
    pub async fn authorised<F>(&self, credentials: &ClientCredentials, make: F) -> Result<Answer, Error>
    where
        F: Fn() -> Result<Call, Error> + Send + Sync,
    {
        let token = self.token(credentials).await?;
        let answer = self
            .send(make()?.carrying(&token.access, credentials.carried)?)
            .await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            self.token_accepted();
            return Ok(answer);
        }
        self.forget(credentials, &token).await;
        let token = self.token(credentials).await?;
        let answer = self
            .send(make()?.carrying(&token.access, credentials.carried)?)
            .await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            self.token_accepted();
        } else if !self.token_refused(token.generation) {
            return Err(Error::retry("the platform refused a fresh token (401)"));
        }
        Ok(answer)
    }

    /// Asking for a token changes nothing at the platform, so it fails like a read.
    async fn token_call(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let (parts, body) = request.into_parts();
        let url =
            Url::parse(&parts.uri.to_string()).map_err(|_| Error::contract("the token address is no URL"))?;
        let mut headers = parts.headers;
        for value in headers.values_mut() {
            value.set_sensitive(true);
        }
        let answer = self
            .send(Call {
                method: parts.method,
                url,
                route: "token",
                intent: Intent::Read,
                headers,
                payload: Payload::Raw(body.into()),
            })
            .await?;
        // A refusal without the documented error object (Shopify: a page of HTML) is one all the same.
        let spoken = answer.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let denied = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        if denied || (answer.status.is_client_error() && !spoken) {
            return Err(refused(&format!("{}", answer.status.as_u16())));
        }
        // Headers are left out: the library would call a right answer with a careless content type unknown.
        let mut response = http::Response::new(answer.body.to_vec());
        *response.status_mut() = answer.status;
        Ok(response)
    }
}

/// What a fetch yields: the token, its permissions, its life.
type Fetched = Result<(SecretString, Vec<String>, Duration), Error>;

/// The library's client, with an answer that forgives what platforms leave out.
type TokenClient = Client<
    BasicErrorResponse,
    Issued,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// Owns what it uses, because the library's future is bound to the client that it is handed.
fn fetch(http: Http, credentials: ClientCredentials) -> BoxFuture<'static, Fetched> {
    Box::pin(async move {
        let client = TokenClient::new(ClientId::new(credentials.client_id))
            .set_client_secret(ClientSecret::new(credentials.secret.expose_secret().to_owned()))
            .set_auth_type(match credentials.secret_in {
                SecretIn::Header => AuthType::BasicAuth,
                SecretIn::Body => AuthType::RequestBody,
            })
            .set_token_uri(TokenUrl::from_url(credentials.token_url));
        let through_us = move |request| {
            let http = http.clone();
            async move { http.token_call(request).await }
        };
        let answer = client
            .exchange_client_credentials()
            .request_async(&through_us)
            .await
            .map_err(explain)?;
        let scopes = answer
            .scopes()
            .into_iter()
            .flatten()
            .map(|scope| scope.as_str().to_owned())
            .collect();
        let access = SecretString::from(answer.access_token().secret().to_owned());
        Ok((access, scopes, answer.expires_in().unwrap_or(UNNAMED_LIFE)))
    })
}

fn refused(code: &str) -> Error {
    Error::Auth {
        message: format!(
            "the platform refuses client id and secret ({code}): compare both with the platform's developer pages, \
             mind that sandbox and live have different ones, and store them again"
        ),
        reference: None,
    }
}

fn explain(error: RequestTokenError<Error, BasicErrorResponse>) -> Error {
    match error {
        RequestTokenError::ServerResponse(response) => refused(response.error().as_ref()),
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(error, _) if error.inner().is_eof() => {
            Error::retry("the token answer ends too early")
        }
        RequestTokenError::Parse(_, body) if begins_a_page(&body) => {
            Error::contract("the token answer: a page of HTML or XML instead of JSON")
        }
        RequestTokenError::Parse(error, _) => Error::contract(format!(
            "the token answer has another form than documented at `{}`",
            error.path()
        )),
        RequestTokenError::Other(_) => Error::retry("the token answer is empty"),
    }
}
