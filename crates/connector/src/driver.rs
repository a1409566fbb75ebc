//! How a platform enters the house: one [`Driver`] for each connector crate, listed once by the binary.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_core::dossier::{Dossier, Provenance};
use docket_core::snapshot::Snapshot;
use docket_core::words::Platform;
use futures::future::BoxFuture;
use secrecy::SecretString;
use url::Url;

use crate::credentials::CredentialsError;
use crate::http::Shared;
use crate::{Connector, Error};

/// Connects to an account, or says what is wrong with address or credentials.
pub type Connect =
    fn(Url, &SecretString, &Shared, Arc<dyn Vault>) -> Result<Arc<dyn Connector>, CredentialsError>;

/// Exchanges what came back from the merchant's browser for credentials: base address, credentials file, returned
/// address, the state that was sent along.
pub type Exchange = for<'a> fn(
    &'a Url,
    &'a SecretString,
    &'a Url,
    &'a str,
    &'a Shared,
) -> BoxFuture<'a, Result<SecretString, Error>>;

/// A platform that Docket speaks with.
#[derive(Debug)]
pub struct Driver {
    /// Its word.
    pub platform: Platform,
    /// Connects to the account behind the credentials (the content of the credentials file) at the base address, or
    /// says what is wrong with them, without repeating a value.
    pub connect: Connect,
    /// Reads one raw payload of the platform: a dispute as its API lists or shows it, or a webhook.
    pub inspect: fn(&[u8], DateTime<Utc>) -> Result<Snapshot, Error>,
    /// What the platform's own bodies say of the purchase behind a dispute. What cannot be read is left out: a case is
    /// worked on without it. Computed anew each time, so that a better reading holds for what was read before too.
    pub dossier: fn(&Bodies<'_>) -> Dossier,
    /// Where its API answers, for help texts.
    pub base_url: &'static str,
    /// What the credentials file holds, for help texts.
    pub credentials: &'static str,
    /// The authorization-code flow, where the platform has one that a person runs at the command line.
    pub authorise: Option<Authorise>,
    /// A change of the account's terms at the platform that only a person may order (Klarna: enrolment in the disputes
    /// API).
    pub enrol: Option<Enrol>,
}

/// What is kept of a case's platform: the newest body of the dispute, and the newest of its order, each with the moment
/// when it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bodies<'a> {
    /// The dispute's body, byte for byte.
    pub dispute: Option<(DateTime<Utc>, &'a [u8])>,
    /// The order's, as [`crate::OrderFacts::raw`] gave it.
    pub order: Option<(DateTime<Utc>, &'a [u8])>,
}

/// A platform's word, at a moment: the provenance of each fact in a body, by its field.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Which platform.
    pub platform: Platform,
    /// When the body came.
    pub at: DateTime<Utc>,
}

impl Told {
    /// The provenance of a fact in this field.
    pub fn in_field(self, place: impl Into<String>) -> Provenance {
        Provenance {
            by: self.platform.to_string(),
            at: self.at,
            place: place.into(),
        }
    }
}

/// An address as one line, street before town, for comparing it with a carrier's document; none without a street, because a town
/// alone is no address.
pub fn address_line(street: [Option<&str>; 2], town: [Option<&str>; 2]) -> Option<String> {
    street[0]?;
    let town: Vec<&str> = town.into_iter().flatten().collect();
    let mut parts: Vec<String> = street.into_iter().flatten().map(str::to_owned).collect();
    if !town.is_empty() {
        parts.push(town.join(" "));
    }
    Some(parts.join(", "))
}

/// A step that changes the account's terms.
#[derive(Debug, Clone, Copy)]
pub struct Enrol {
    /// What it does, for whoever must confirm it.
    pub warning: &'static str,
    /// Does it, with base address and credentials file.
    pub run: for<'a> fn(Url, &'a SecretString, &'a Shared) -> BoxFuture<'a, Result<String, Error>>,
}

/// An authorization-code flow (RFC 6749, 4.1).
#[derive(Debug, Clone, Copy)]
pub struct Authorise {
    /// The page where the merchant agrees: from base address, credentials file, redirect address and a random state.
    pub page: fn(&Url, &SecretString, &Url, &str) -> Result<Url, String>,
    /// Checks the address that the merchant was sent back to (state, signature, shop) and exchanges its code for
    /// credentials, in the form of the credentials file.
    pub exchange: Exchange,
}

/// Where a connection's credentials are kept, for connectors whose credentials renew themselves (Shopify: a refresh
/// token is replaced with every access token). Several processes may use one connection.
#[async_trait]
pub trait Vault: Send + Sync {
    /// The credentials as stored now: another process may have renewed them.
    async fn current(&self) -> Result<SecretString, Error>;

    /// Claims the right to renew, for a minute. False while somebody else holds it: wait, then look at
    /// [`Vault::current`].
    async fn claim(&self) -> Result<bool, Error>;

    /// Stores renewed credentials in one transaction and gives the claim back.
    async fn store(&self, renewed: SecretString) -> Result<(), Error>;

    /// Gives the claim back without new credentials.
    async fn release(&self) -> Result<(), Error>;
}
