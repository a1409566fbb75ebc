//! One connector for each connection, built on first use and kept while its credentials and address stay the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use docket_connector::http::Shared;
use docket_connector::{Connector, Driver, Error as PlatformError, Vault};
use docket_core::env::Env;
use docket_core::id::ConnectionId;
use docket_core::sentence;
use docket_core::words::Platform;
use docket_store::{ClientScope, Connection, Db, Keyring, UnitOfWork};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::Desk;
use crate::error::{Error, Result};

/// How long the right to renew credentials is held at most.
const RENEWAL: chrono::Duration = chrono::Duration::minutes(1);

/// The platforms, and the connectors in use.
pub struct Connectors {
    drivers: &'static [&'static Driver],
    shared: Shared,
    kept: Mutex<HashMap<ConnectionId, Kept>>,
}

struct Kept {
    secret: SecretString,
    base_url: String,
    connector: Arc<dyn Connector>,
}

impl Connectors {
    /// With the platforms that this program speaks with.
    pub fn new(drivers: &'static [&'static Driver], shared: Shared) -> Self {
        Self {
            drivers,
            shared,
            kept: Mutex::new(HashMap::new()),
        }
    }

    /// What all connectors share.
    pub const fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The platforms that this program speaks with, in its own order.
    pub fn platforms(&self) -> impl Iterator<Item = Platform> {
        self.drivers.iter().map(|driver| driver.platform)
    }

    /// A platform's driver.
    ///
    /// # Errors
    /// When this program does not speak with it.
    pub fn driver(&self, platform: Platform) -> Result<&'static Driver> {
        let known = || {
            let words: Vec<String> = self.platforms().map(|p| p.to_string()).collect();
            words.join(", ")
        };
        let found = self.drivers.iter().find(|driver| driver.platform == platform);
        found.copied().ok_or_else(|| {
            Error::Invalid(sentence!(
                "this program does not speak with `{platform}`; choose one of: {known}",
                platform = platform.as_str(),
                known = known()
            ))
        })
    }

    /// Builds a connector without keeping it, to check credentials before they are stored.
    ///
    /// # Errors
    /// When base URL or credentials are not usable.
    pub fn try_build(
        &self,
        platform: Platform,
        base_url: &str,
        secret: &SecretString,
    ) -> Result<Arc<dyn Connector>> {
        self.build(platform, base_url, secret, Arc::new(Unstored(secret.clone())))
    }

    fn build(
        &self,
        platform: Platform,
        base_url: &str,
        secret: &SecretString,
        vault: Arc<dyn Vault>,
    ) -> Result<Arc<dyn Connector>> {
        let driver = self.driver(platform)?;
        let url = Url::parse(base_url).map_err(|e| {
            Error::Invalid(sentence!(
                "base address `{url}`: {why}",
                url = base_url,
                why = e.to_string()
            ))
        })?;
        (driver.connect)(url, secret, &self.shared, vault).map_err(|why| Error::Invalid(why.sentence()))
    }

    fn of(
        &self,
        connection: &Connection,
        secret: SecretString,
        vault: Arc<dyn Vault>,
    ) -> Result<Arc<dyn Connector>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&connection.id)
            && known.secret.expose_secret() == secret.expose_secret()
            && known.base_url == connection.base_url
        {
            return Ok(known.connector.clone());
        }
        let connector = self.build(connection.platform, &connection.base_url, &secret, vault)?;
        let base_url = connection.base_url.clone();
        kept.insert(
            connection.id,
            Kept {
                secret,
                base_url,
                connector: connector.clone(),
            },
        );
        Ok(connector)
    }

    /// Whether the platform of a connection in use knows more about orders than its disputes say.
    pub(crate) fn knows_orders(&self, connection: ConnectionId) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&connection).is_some_and(|k| k.connector.knows_orders())
    }
}

impl Desk {
    /// A connection and the way to its platform.
    ///
    /// # Errors
    /// When it does not exist or its credentials cannot be used.
    pub async fn connector(&self, id: ConnectionId) -> Result<(Connection, Arc<dyn Connector>)> {
        let connection = self.db.connection(ClientScope::Agency, id).await?;
        let connection = connection.ok_or_else(|| {
            Error::NotFound(sentence!(
                "there is no connection {id}; see `docket connection list`",
                id = id.to_string()
            ))
        })?;
        let connector = self.connector_of(&connection).await?;
        Ok((connection, connector))
    }

    /// The way to a connection's platform.
    pub(crate) async fn connector_of(&self, connection: &Connection) -> Result<Arc<dyn Connector>> {
        let id = connection.id;
        let secret = self.db.credentials(id, &self.keys).await?;
        let vault = Arc::new(Stored {
            id,
            db: self.db.clone(),
            keys: self.keys.clone(),
            env: self.env.clone(),
        });
        self.connectors.of(connection, secret, vault)
    }
}

/// Credentials that are only being tried.
struct Unstored(SecretString);

#[async_trait]
impl Vault for Unstored {
    async fn current(&self) -> Result<SecretString, PlatformError> {
        Ok(self.0.clone())
    }

    async fn claim(&self) -> Result<bool, PlatformError> {
        Err(PlatformError::Unsupported(
            "these credentials are not stored, so they cannot be renewed".to_owned(),
        ))
    }

    async fn store(&self, _: SecretString) -> Result<(), PlatformError> {
        Ok(())
    }

    async fn release(&self) -> Result<(), PlatformError> {
        Ok(())
    }
}

/// The credentials of a connection in the database.
struct Stored {
    id: ConnectionId,
    db: Db,
    keys: Keyring,
    env: Env,
}

fn ours(error: &docket_store::Error) -> PlatformError {
    PlatformError::retry(format!("the credentials could not be renewed: {error}"))
}

#[async_trait]
impl Vault for Stored {
    async fn current(&self) -> Result<SecretString, PlatformError> {
        self.db
            .credentials(self.id, &self.keys)
            .await
            .map_err(|e| ours(&e))
    }

    async fn claim(&self) -> Result<bool, PlatformError> {
        let now = self.env.now();
        let claimed: Result<bool, docket_store::Error> = async {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            let claimed = unit.claim_renewal(self.id, now + RENEWAL, now).await?;
            unit.commit().await?;
            Ok(claimed)
        }
        .await;
        claimed.map_err(|e| ours(&e))
    }

    async fn store(&self, renewed: SecretString) -> Result<(), PlatformError> {
        let stored: Result<(), docket_store::Error> = async {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.renew_credentials(None, self.id, &renewed, &self.keys, &self.env)
                .await?;
            unit.commit().await
        }
        .await;
        stored.map_err(|e| ours(&e))
    }

    async fn release(&self) -> Result<(), PlatformError> {
        let released: Result<(), docket_store::Error> = async {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.release_renewal(self.id).await?;
            unit.commit().await
        }
        .await;
        released.map_err(|e| ours(&e))
    }
}
