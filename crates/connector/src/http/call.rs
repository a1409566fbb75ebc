//! Sending one call, once, and saying what is known when it fails.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use reqwest::multipart::Form;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use tracing::Instrument;
use tracing::field::Empty;
use url::Url;

use super::answer::{Answer, cause, retry_after};
use super::pace::REFUSALS;
use super::{BODY_CAP, Http};
use crate::Error;
use crate::token::Carried;

/// The pause after the first 401 of credentials that do not expire; the next ones grow by as much.
const BETWEEN_REFUSALS: Duration = Duration::from_millis(150);

/// Whether a call changes something at the platform: decides what a broken answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// May be repeated at will.
    Read,
    /// Must not be repeated unless it is certain that nothing was handled.
    Write,
}

impl Intent {
    /// The request may have reached the platform and no usable answer came.
    fn lost(self, why: String, reference: Option<String>) -> Error {
        match self {
            Self::Read => Error::Retry { after: None, why },
            Self::Write => Error::OutcomeUnknown { why, reference },
        }
    }
}

/// What a call carries.
#[derive(Debug)]
pub enum Payload {
    /// Nothing.
    Empty,
    /// A JSON body; its content type is set.
    Json(Bytes),
    /// Any body; the caller sets its content type.
    Raw(Bytes),
    /// Parts, and how many bytes they have together, which decides how long the upload may take.
    Multipart(Form, u64),
}

impl Payload {
    fn size(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Json(body) | Self::Raw(body) => u64::try_from(body.len()).unwrap_or(u64::MAX),
            Self::Multipart(_, size) => *size,
        }
    }
}

impl Payload {
    /// The same once more; none for parts, which are read once.
    fn again(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Json(body) => Some(Self::Json(body.clone())),
            Self::Raw(body) => Some(Self::Raw(body.clone())),
            Self::Multipart(..) => None,
        }
    }
}

/// One call.
#[derive(Debug)]
pub struct Call {
    /// The verb.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The address as a template without ids, for logs: `GET /v1/customer/disputes/{id}` has `/v1/customer/disputes/{id}`.
    pub route: &'static str,
    /// Whether it changes something.
    pub intent: Intent,
    /// Further headers.
    pub headers: HeaderMap,
    /// The body.
    pub payload: Payload,
}

impl Call {
    /// A read without a body.
    pub fn get(url: Url, route: &'static str) -> Self {
        Self {
            method: Method::GET,
            url,
            route,
            intent: Intent::Read,
            headers: HeaderMap::new(),
            payload: Payload::Empty,
        }
    }

    /// A write.
    pub fn post(url: Url, route: &'static str, payload: Payload) -> Self {
        Self {
            method: Method::POST,
            url,
            route,
            intent: Intent::Write,
            headers: HeaderMap::new(),
            payload,
        }
    }

    fn again(&self) -> Option<Self> {
        Some(Self {
            method: self.method.clone(),
            url: self.url.clone(),
            route: self.route,
            intent: self.intent,
            headers: self.headers.clone(),
            payload: self.payload.again()?,
        })
    }

    /// Adds the token, marked so that it is never printed.
    ///
    /// # Errors
    /// When the token holds characters that no header may have.
    pub fn carrying(mut self, token: &SecretString, carried: Carried) -> Result<Self, Error> {
        let unfit = |_| Error::contract("the access token holds characters that no header may have");
        let (name, text) = match carried {
            Carried::Bearer => (AUTHORIZATION, format!("Bearer {}", token.expose_secret())),
            Carried::Header(name) => (HeaderName::from_static(name), token.expose_secret().to_owned()),
        };
        let mut value = HeaderValue::from_str(&text).map_err(unfit)?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }
}

impl Http {
    /// Sends a call once.
    ///
    /// A complete answer comes back whatever its status, except 429 (the account pauses), 408 and 5xx, which are
    /// errors already: for a write of unknown outcome, since the platform may have handled it before it failed.
    ///
    /// # Errors
    /// `Retry` when nothing was handled, or for a read; `OutcomeUnknown` for a write that may have been handled.
    pub async fn send(&self, call: Call) -> Result<Answer, Error> {
        let span = tracing::debug_span!(
            "platform call", platform = self.platform, method = %call.method, route = call.route,
            status = Empty, duration_ms = Empty
        );
        let started = Instant::now();
        let result = self.exchange(call).instrument(span.clone()).await;
        if let Ok(answer) = &result {
            span.record("status", answer.status.as_u16());
        }
        span.record(
            "duration_ms",
            u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        );
        span.in_scope(|| match &result {
            Ok(_) => tracing::debug!("answered"),
            Err(error) => tracing::debug!(%error, "failed"),
        });
        result
    }

    /// Sends a call whose credentials do not expire. One 401 alone may be a slip of the platform, and a connection is not to
    /// stop for it until a person comes: a read goes out again, until it was refused five times in a row; then the 401 comes
    /// back as an answer. Writes and files are sent once.
    ///
    /// # Errors
    /// As for [`Http::send`].
    pub async fn insist(&self, call: Call) -> Result<Answer, Error> {
        let mut call = call;
        let mut refusals = 0;
        loop {
            let again = (call.intent == Intent::Read).then(|| call.again()).flatten();
            let answer = self.send(call).await?;
            refusals += 1;
            call = match again {
                Some(again) if answer.status == StatusCode::UNAUTHORIZED && refusals < REFUSALS => again,
                Some(_) | None => return Ok(answer),
            };
            tokio::time::sleep(BETWEEN_REFUSALS * refusals).await;
        }
    }

    async fn exchange(&self, call: Call) -> Result<Answer, Error> {
        self.pace.check(self.env().now())?;
        let patience = self.shared.0.settings.read_timeout;
        // Uploads have to pass through the client's line first: 50 kB/s is the slowest that we wait for.
        let uploading = Duration::from_secs(call.payload.size() / 50_000);
        let intent = call.intent;
        let request = self
            .shared
            .0
            .client
            .request(call.method, call.url)
            .headers(call.headers);
        let request = match call.payload {
            Payload::Empty => request,
            Payload::Json(body) => request.header(CONTENT_TYPE, "application/json").body(body),
            Payload::Raw(body) => request.body(body),
            Payload::Multipart(form, _) => request.multipart(form),
        };
        let response = match timeout(patience + uploading, request.send()).await {
            Err(_) => {
                return Err(intent.lost(
                    format!("no answer within {} s", (patience + uploading).as_secs()),
                    None,
                ));
            }
            Ok(Err(error)) => return Err(failed(&error, intent)),
            Ok(Ok(response)) => response,
        };
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::TOO_MANY_REQUESTS {
            let now = self.env().now();
            let pause = self
                .pace
                .blocked(now, retry_after(&headers, now), self.shared.0.settings.pause);
            return Err(Error::Retry {
                after: Some(pause),
                why: "too many calls (429)".to_owned(),
            });
        }
        self.pace.fine();
        let reference = || (self.reference)(&headers, b"");
        let body = match timeout(patience * 4, read_body(response, patience)).await {
            Ok(Ok(body)) => body,
            Ok(Err(Cut::TooLong)) => {
                let what = format!("an answer of more than {} MiB", BODY_CAP >> 20);
                return Err(match intent {
                    Intent::Read => Error::Contract { what },
                    Intent::Write => Error::OutcomeUnknown {
                        why: what,
                        reference: reference(),
                    },
                });
            }
            Ok(Err(Cut::Off)) | Err(_) => {
                return Err(intent.lost(format!("the answer ({}) broke off", status.as_u16()), reference()));
            }
        };
        if status == StatusCode::REQUEST_TIMEOUT || status.is_server_error() {
            let why = format!("the platform answered {}", status.as_u16());
            return Err(match intent {
                Intent::Read => Error::Retry {
                    after: retry_after(&headers, self.env().now()),
                    why,
                },
                Intent::Write => Error::OutcomeUnknown {
                    why,
                    reference: (self.reference)(&headers, &body),
                },
            });
        }
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

/// Why a body could not be read.
enum Cut {
    Off,
    TooLong,
}

/// So many bytes are set aside on an answer's word alone.
const NAMED_CAP: usize = 64 * 1024;

async fn read_body(mut response: reqwest::Response, patience: Duration) -> Result<Bytes, Cut> {
    // The whole at once where the answer names its length; a length that is not true costs nothing but growing.
    let named = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    let mut body = BytesMut::with_capacity(named.unwrap_or(0).min(NAMED_CAP));
    while let Some(chunk) = timeout(patience, response.chunk())
        .await
        .map_err(|_| Cut::Off)?
        .map_err(|_| Cut::Off)?
    {
        if body.len() + chunk.len() > BODY_CAP {
            return Err(Cut::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// No answer came. Where no connection stood, nothing was written, so even a write may be repeated.
fn failed(error: &reqwest::Error, intent: Intent) -> Error {
    if error.is_builder() {
        return Error::contract(format!("the call could not be built: {}", cause(error)));
    }
    if error.is_connect() {
        return Error::retry(format!("no connection: {}", cause(error)));
    }
    let what = if error.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    };
    intent.lost(format!("{what}: {}", cause(error)), None)
}
