//! One connector for each connection, built on first use and kept while its credentials and address stay the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use docket_connector::Connector;
use docket_core::id::ConnectionId;
use docket_core::words::Platform;
use docket_store::{ClientScope, Connection};
use secrecy::{ExposeSecret, SecretString};

use crate::Desk;
use crate::error::{Error, Result};

/// Builds a connector from base URL and credentials, or says what is wrong with them.
pub type Build =
    Box<dyn Fn(Platform, &str, &SecretString) -> Result<Arc<dyn Connector>, String> + Send + Sync>;

/// The connectors in use.
pub struct Connectors {
    build: Build,
    kept: Mutex<HashMap<ConnectionId, Kept>>,
}

struct Kept {
    secret: SecretString,
    base_url: String,
    connector: Arc<dyn Connector>,
}

impl Connectors {
    /// With the builder that knows the platforms.
    pub fn new(build: Build) -> Self {
        Self {
            build,
            kept: Mutex::new(HashMap::new()),
        }
    }

    /// Builds one without keeping it, to check credentials before they are stored.
    ///
    /// # Errors
    /// When base URL or credentials are not usable.
    pub fn try_build(
        &self,
        platform: Platform,
        base_url: &str,
        secret: &SecretString,
    ) -> Result<Arc<dyn Connector>> {
        (self.build)(platform, base_url, secret).map_err(Error::Invalid)
    }

    fn of(&self, connection: &Connection, secret: SecretString) -> Result<Arc<dyn Connector>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&connection.id)
            && known.secret.expose_secret() == secret.expose_secret()
            && known.base_url == connection.base_url
        {
            return Ok(known.connector.clone());
        }
        let connector = self.try_build(connection.platform, &connection.base_url, &secret)?;
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
}

impl Desk {
    /// A connection and the way to its platform.
    ///
    /// # Errors
    /// When it does not exist or its credentials cannot be used.
    pub async fn connector(&self, id: ConnectionId) -> Result<(Connection, Arc<dyn Connector>)> {
        let connection = self.db.connection(ClientScope::Agency, id).await?;
        let connection = connection.ok_or_else(|| Error::NotFound(format!("there is no connection {id}")))?;
        let secret = self.db.credentials(id, &self.keys).await?;
        let connector = self.connectors.of(&connection, secret)?;
        Ok((connection, connector))
    }
}
