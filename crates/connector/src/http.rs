//! The one HTTP client: time limits, pacing per account, and errors that say whether anything was handled.
//!
//! Errors and logs carry no token, no body text and no query: bodies hold personal data of buyers.

mod answer;
mod budget;
mod call;
mod pace;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use docket_core::env::Env;
use http::HeaderMap;

use crate::Error;
use crate::token::Tokens;
use pace::Pace;

pub(crate) use answer::begins_a_page;
pub use answer::{Answer, read_json, retry_after, sha256};
pub use budget::Budget;
pub use call::{Call, Intent, Payload};

/// The largest body that is read, in bytes.
pub const BODY_CAP: usize = 32 * 1024 * 1024;

/// Documents kept at most, see [`Shared::remember`].
const DOCUMENTS: usize = 64;

/// How the client behaves; the same for all platforms.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// Until the answer begins, and between two parts of it. A whole answer may take four times as long; an upload
    /// has the time on top that its bytes take at 50 kB/s.
    pub read_timeout: Duration,
    /// How long an account pauses after a 429 that names no time; it doubles with each further one.
    pub pause: Duration,
    /// What we call ourselves.
    pub user_agent: String,
    /// Whose webhook certificates count.
    pub certificates: Certificates,
}

/// Whose webhook certificates count beside the platforms' own, so that a test server can stand in for a platform.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    /// Further hosts that certificates may be fetched from, without port.
    pub hosts: Vec<String>,
    /// Further roots that they may chain to, as PEM.
    pub roots: Vec<u8>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            // As long as PayPal's own sample waits.
            pause: Duration::from_secs(30),
            user_agent: concat!("docket/", env!("CARGO_PKG_VERSION")).to_owned(),
            certificates: Certificates::default(),
        }
    }
}

/// What all connectors of a process share: the client with its pool, time, tokens and pacing. Cloning is cheap.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    settings: HttpSettings,
    env: Env,
    tokens: Tokens,
    paces: Mutex<HashMap<String, Arc<Pace>>>,
    budgets: Mutex<HashMap<String, Arc<Budget>>>,
    locks: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    documents: Mutex<HashMap<String, Bytes>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Builds the client; once per process. Installs ring as the process's TLS provider unless one is installed.
    ///
    /// # Errors
    /// When TLS cannot be set up: on Linux mostly because no root certificates are installed.
    pub fn new(env: Env, settings: HttpSettings) -> Result<Self, Error> {
        // An error only says that one is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .connect_timeout(settings.connect_timeout)
            // A redirect could carry a token or a response to a host that nobody configured.
            .redirect(reqwest::redirect::Policy::none())
            .gzip(true)
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(16)
            .build()
            .map_err(|error| {
                Error::Unsupported(format!(
                    "the HTTPS client cannot be built ({}); are root certificates (ca-certificates) installed?",
                    answer::cause(&error)
                ))
            })?;
        Ok(Self(Arc::new(Inner {
            client,
            settings,
            env,
            tokens: Tokens::default(),
            paces: Mutex::default(),
            budgets: Mutex::default(),
            locks: Mutex::default(),
            documents: Mutex::default(),
        })))
    }

    /// Time and randomness of this process.
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// A handle for one account. Handles with the same key wait together when the platform asks for a pause.
    /// The key must hold no secret; `reference` finds the platform's reference in an answer.
    pub fn account(&self, platform: &'static str, key: &str, reference: ReferenceOf) -> Http {
        let mut paces = self.0.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = Arc::clone(paces.entry(format!("{platform} {key}")).or_default());
        Http {
            shared: self.clone(),
            pace,
            platform,
            reference,
        }
    }

    /// The bucket of one account, as it is made when it is first asked for. All connectors with the same key share it,
    /// and one that is built anew finds it as it was left.
    pub fn budget(&self, key: &str, made: impl FnOnce() -> Budget) -> Arc<Budget> {
        let mut budgets = self.0.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(budgets.entry(key.to_owned()).or_insert_with(|| Arc::new(made())))
    }

    /// The lock of one account, for what only one task of the process may do at a time, such as renewing a token.
    pub fn lock(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.locks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(key.to_owned()).or_default())
    }

    /// Whose webhook certificates count beside the platforms' own: configuration.
    pub fn certificates(&self) -> &Certificates {
        &self.0.settings.certificates
    }

    /// A public document that was fetched and checked before, such as the certificate of a webhook's signer.
    pub fn remembered(&self, url: &str) -> Option<Bytes> {
        self.0
            .documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(url)
            .cloned()
    }

    /// Keeps a public document by its address. Only for what was checked: whatever stands here is used again.
    pub fn remember(&self, url: &str, document: Bytes) {
        let mut documents = self.0.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if documents.len() >= DOCUMENTS {
            documents.clear();
        }
        documents.insert(url.to_owned(), document);
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }
}

/// Finds the platform's reference (PayPal: the debug id) in an answer's headers or body.
pub type ReferenceOf = fn(&HeaderMap, &[u8]) -> Option<String>;

/// One account's way to its platform.
#[derive(Clone)]
pub struct Http {
    shared: Shared,
    pace: Arc<Pace>,
    platform: &'static str,
    reference: ReferenceOf,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}

impl Http {
    /// What the process shares.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Time and randomness of this process.
    pub fn env(&self) -> &Env {
        self.shared.env()
    }

    pub(crate) fn token_accepted(&self) {
        self.pace.accepted();
    }

    pub(crate) fn token_refused(&self, token: u64) -> bool {
        self.pace.refused(token)
    }
}
