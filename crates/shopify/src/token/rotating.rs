//! Expiring offline tokens with a rotating refresh token (reference 1).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use docket_connector::http::Http;
use docket_connector::{Error, Vault};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use super::issue::{issue, reauthorise};
use crate::auth::{App, Expiring, Given, Keys};

/// A token is renewed so long before it ends.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// How often, and how far apart, it is looked whether another process has renewed.
const LOOKS: u32 = 80;
const BETWEEN: Duration = Duration::from_millis(250);

/// A token that ends after an hour, with a refresh token that is replaced with it. Both live in the vault, because
/// several processes may use one connection.
pub(crate) struct Rotating {
    token_url: Url,
    pair: Mutex<Expiring>,
    vault: Arc<dyn Vault>,
}

fn same(a: Option<&SecretString>, b: Option<&SecretString>) -> bool {
    a.map(ExposeSecret::expose_secret) == b.map(ExposeSecret::expose_secret)
}

impl Rotating {
    pub(super) fn new(token_url: Url, pair: Expiring, vault: Arc<dyn Vault>) -> Self {
        Self {
            token_url,
            pair: Mutex::new(pair),
            vault,
        }
    }

    fn held(&self) -> Expiring {
        self.pair.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, pair: Expiring) {
        *self.pair.lock().unwrap_or_else(PoisonError::into_inner) = pair;
    }

    /// The token in force; renewed where its end is near.
    pub(super) async fn access(&self, http: &Http) -> Result<SecretString, Error> {
        let held = self.held();
        let now = http.env().now();
        if let Some(access) = usable(&held, None, now) {
            return Ok(access);
        }
        let renewed = self.renew(http, None).await;
        // Renewing begins some minutes early, so that a token endpoint that is down for a moment stops nothing.
        let alive = held.expires_at.is_some_and(|at| at > now);
        match (renewed, held.access) {
            (Err(Error::Retry { .. }), Some(access)) if alive => Ok(access),
            (renewed, _) => renewed,
        }
    }

    /// A token other than `refused`, renewed by us or by somebody else. One task of the process at a time.
    pub(super) async fn renew(
        &self,
        http: &Http,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, Error> {
        let lock = http.shared().lock(&format!("shopify token {}", self.token_url));
        let _one_at_a_time = lock.lock().await;
        let now = || http.env().now();
        if let Some(access) = usable(&self.held(), refused, now()) {
            return Ok(access);
        }
        for _ in 0..LOOKS {
            if let Some(access) = self.look(refused, now()).await? {
                return Ok(access);
            }
            if self.vault.claim().await? {
                return self.renew_claimed(http, refused).await;
            }
            tokio::time::sleep(BETWEEN).await;
        }
        Err(Error::retry(
            "another process is renewing the shop's token and has not finished",
        ))
    }

    /// Takes over what the vault holds, if it can be used.
    async fn look(
        &self,
        refused: Option<&SecretString>,
        now: DateTime<Utc>,
    ) -> Result<Option<SecretString>, Error> {
        let (_, pair) = self.stored().await?;
        let access = usable(&pair, refused, now);
        self.hold(pair);
        Ok(access)
    }

    async fn stored(&self) -> Result<(App, Expiring), Error> {
        let current = self.vault.current().await?;
        match Given::read(&current).map(|given| given.keys) {
            Ok(Some(Keys::Expiring(app, pair))) => Ok((app, pair)),
            Ok(_) | Err(_) => Err(reauthorise(
                "the stored credentials hold no refresh token any more",
            )),
        }
    }

    /// With the claim: looks once more, since somebody may have renewed just before, then asks Shopify.
    async fn renew_claimed(
        &self,
        http: &Http,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, Error> {
        let renewed = self.ask_and_store(http, refused).await;
        match renewed {
            Ok((access, true)) => Ok(access),
            Ok((access, false)) => {
                self.vault.release().await?;
                Ok(access)
            }
            Err(error) => {
                // The claim ends by itself after a minute; the first error is the one to tell.
                let _ = self.vault.release().await;
                Err(error)
            }
        }
    }

    /// True where new credentials were stored, which gives the claim back.
    async fn ask_and_store(
        &self,
        http: &Http,
        refused: Option<&SecretString>,
    ) -> Result<(SecretString, bool), Error> {
        if let Some(access) = self.look(refused, http.env().now()).await? {
            return Ok((access, false));
        }
        let (app, pair) = self.stored().await?;
        let body = json!({
            "client_id": app.id,
            "client_secret": app.secret.expose_secret(),
            "grant_type": "refresh_token",
            "refresh_token": pair.refresh.expose_secret(),
        });
        let asked_at = http.env().now();
        let issued = issue(http, &self.token_url, body).await?;
        let renewed = issued.credentials(&self.vault.current().await?, asked_at)?;
        // The old refresh token stays valid until the new access token is used (reference 1), so the new pair is used only
        // once it is stored: losing it before costs nothing.
        self.vault.store(renewed.clone()).await?;
        let (_, pair) = match Given::read(&renewed).map(|given| given.keys) {
            Ok(Some(Keys::Expiring(app, pair))) => (app, pair),
            Ok(_) | Err(_) => {
                return Err(Error::contract(
                    "token answer: no refresh token came with the new token",
                ));
            }
        };
        self.hold(pair.clone());
        match pair.access {
            Some(access) if !same(Some(&access), refused) => Ok((access, true)),
            Some(_) | None => Err(Error::retry("Shopify issued the refused token again")),
        }
    }
}

/// The token of a pair, unless it is the refused one or near its end.
fn usable(pair: &Expiring, refused: Option<&SecretString>, now: DateTime<Utc>) -> Option<SecretString> {
    let access = pair.access.as_ref()?;
    let ends = pair.expires_at.is_some_and(|at| at <= now + EARLY);
    let is_refused = refused.is_some() && same(Some(access), refused);
    (!ends && !is_refused).then(|| access.clone())
}
