//! Clients and connections: master data.

use docket_connector::credentials::{endpoint, is_loopback};
use docket_connector::{Enrol, Finding};
use docket_core::id::{ClientId, ConnectionId};
use docket_core::words::Platform;
use docket_store::{Client, ClientScope, Connection, NewConnection, UnitOfWork};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::Desk;
use crate::error::{Error, Result};

impl Desk {
    /// Adds a client.
    ///
    /// # Errors
    /// When the name is empty or taken.
    pub async fn add_client(&self, name: &str, safety_net: bool, actor: &str) -> Result<Client> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::Invalid("a client needs a name".into()));
        }
        if name.parse::<ClientId>().is_ok() {
            return Err(Error::Invalid(
                "a client's name must not look like an id; choose another name".into(),
            ));
        }
        let client = Client {
            id: ClientId::new(&self.env),
            name: name.to_owned(),
            safety_net,
            created_at: self.env.now(),
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.add_client(actor, &client).await?;
        unit.commit().await?;
        Ok(client)
    }

    /// Allows or forbids that a prepared response, or the packet of the evidence that is there, goes out by itself six hours
    /// before the deadline.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_safety_net(&self, id: ClientId, allowed: bool, actor: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_safety_net(actor, id, allowed, self.env.now()).await?;
        unit.commit().await?;
        Ok(())
    }

    /// The clients in scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients(&self, scope: ClientScope) -> Result<Vec<Client>> {
        Ok(self.db.clients(scope).await?)
    }

    /// A page of the clients in scope, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients_after(
        &self,
        scope: ClientScope,
        after: Option<ClientId>,
        limit: i64,
    ) -> Result<Vec<Client>> {
        Ok(self.db.clients_after(scope, after, limit).await?)
    }

    /// A client by name or id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find_client(&self, text: &str) -> Result<Client> {
        let found = match text.parse::<ClientId>() {
            Ok(id) => self.db.clients(ClientScope::One(id)).await?.into_iter().next(),
            Err(_) => self.db.client_named(text).await?,
        };
        found.ok_or_else(|| {
            Error::NotFound(format!("there is no client `{text}`; see `docket client list`").into())
        })
    }

    /// Adds a connection; its credentials are checked for form, not yet against the platform.
    ///
    /// # Errors
    /// When base URL or credentials are not usable.
    pub async fn add_connection(
        &self,
        client: &Client,
        platform: Platform,
        base_url: &str,
        credentials: SecretString,
        actor: &str,
    ) -> Result<ConnectionId> {
        self.connectors.try_build(platform, base_url, &credentials)?;
        let id = ConnectionId::new(&self.env);
        let added = NewConnection {
            id,
            client: client.id,
            platform,
            base_url: base_url.to_owned(),
            credentials,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.add_connection(actor, &added, &self.keys, &self.env).await?;
        unit.commit().await?;
        Ok(id)
    }

    /// The connections in scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connections(&self, scope: ClientScope) -> Result<Vec<Connection>> {
        Ok(self.db.connections(scope).await?)
    }

    /// A page of the connections in scope, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connections_after(
        &self,
        scope: ClientScope,
        after: Option<ConnectionId>,
        limit: i64,
    ) -> Result<Vec<Connection>> {
        Ok(self.db.connections_after(scope, after, limit).await?)
    }

    /// Asks the platform what the account permits and keeps the answer.
    ///
    /// # Errors
    /// When the platform cannot be reached.
    pub async fn check_connection(&self, id: ConnectionId) -> Result<Vec<Finding>> {
        let (connection, connector) = self.connector(id).await?;
        let findings = connector.probe().await?;
        self.keep_findings(&connection, &findings).await?;
        Ok(findings)
    }

    /// Pauses a connection with a reason, or resumes it with none.
    ///
    /// # Errors
    /// When there is none.
    pub async fn pause_connection(&self, id: ConnectionId, why: Option<&str>, actor: &str) -> Result<()> {
        self.known_connection(ClientScope::Agency, id).await?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.pause(actor, id, why, self.env.now()).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Replaces a connection's credentials (after the merchant authorised anew, say) and resumes it.
    ///
    /// # Errors
    /// When they are not usable, or there is no such connection.
    pub async fn replace_credentials(
        &self,
        id: ConnectionId,
        credentials: SecretString,
        actor: &str,
    ) -> Result<()> {
        let connection = self.known_connection(ClientScope::Agency, id).await?;
        self.connectors
            .try_build(connection.platform, &connection.base_url, &credentials)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.renew_credentials(Some(actor), id, &credentials, &self.keys, &self.env)
            .await?;
        if connection.health.paused_why.is_some() {
            unit.pause(actor, id, None, self.env.now()).await?;
        }
        unit.commit().await?;
        Ok(())
    }

    /// Subscribes this desk, known to the world as `public_url`, to a connection's dispute events. Gives the door's
    /// address and what stands now.
    ///
    /// # Errors
    /// When the platform refuses, or the address is not https.
    pub async fn subscribe(
        &self,
        id: ConnectionId,
        public_url: &Url,
        actor: &str,
    ) -> Result<(Url, Vec<Finding>)> {
        if public_url.scheme() != "https" && !is_loopback(public_url) {
            return Err(Error::Invalid(
                "platforms send events to https addresses only; give the desk's public https address".into(),
            ));
        }
        let (connection, connector) = self.connector(id).await?;
        let door = endpoint(
            public_url,
            &["webhooks", connection.platform.as_str(), &id.to_string()],
        );
        let subscribed = connector.subscribe(&door).await?;
        if !subscribed.keys.is_empty() {
            let secret = self.db.credentials(id, &self.keys).await?;
            let known = |e: serde_json::Error| {
                Error::Invalid(format!("the stored credentials are no JSON: {e}").into())
            };
            let mut json: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(secret.expose_secret()).map_err(known)?;
            let before = json.clone();
            for (key, value) in subscribed.keys {
                json.insert(key.to_owned(), value.into());
            }
            if json != before {
                let secret = serde_json::Value::Object(json).to_string().into();
                self.replace_credentials(id, secret, actor).await?;
            }
        }
        Ok((door, subscribed.findings))
    }

    /// The step that enrols a connection's account at its platform, where there is one.
    ///
    /// # Errors
    /// When there is no such connection.
    pub async fn enrolment(&self, id: ConnectionId) -> Result<Option<Enrol>> {
        let connection = self.known_connection(ClientScope::Agency, id).await?;
        Ok(self.connectors.driver(connection.platform)?.enrol)
    }

    /// Enrols a connection's account. The history says who ordered it, before it is done.
    ///
    /// # Errors
    /// When the platform has no enrolment or refuses.
    pub async fn enrol(&self, id: ConnectionId, actor: &str) -> Result<String> {
        let connection = self.known_connection(ClientScope::Agency, id).await?;
        let step = self
            .connectors
            .driver(connection.platform)?
            .enrol
            .ok_or_else(|| {
                Error::Invalid(format!("{} has no enrolment", connection.platform.title()).into())
            })?;
        let base = Url::parse(&connection.base_url).map_err(|e| Error::Invalid(e.to_string().into()))?;
        let secret = self.db.credentials(id, &self.keys).await?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.note_enrolment(actor, id, self.env.now()).await?;
        unit.commit().await?;
        Ok((step.run)(base, &secret, self.connectors.shared()).await?)
    }

    /// Tells a connection its platform's new address.
    ///
    /// # Errors
    /// When there is none.
    pub async fn move_connection(&self, id: ConnectionId, base_url: &str, actor: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.move_connection(actor, id, base_url, self.env.now()).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Encrypts every connection's credentials, and people's secrets, with the key in force; gives how many were changed.
    ///
    /// # Errors
    /// When an old key is not configured.
    pub async fn rotate_key(&self) -> Result<usize> {
        let mut changed = 0;
        for connection in self.db.connections(ClientScope::Agency).await? {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            changed += usize::from(unit.reseal(connection.id, &self.keys, &self.env).await?);
            unit.commit().await?;
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        changed += unit.reseal_factors(&self.keys, &self.env).await?;
        changed += unit.reseal_hooks(&self.keys, &self.env).await?;
        unit.commit().await?;
        Ok(changed)
    }
}
