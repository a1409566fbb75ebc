//! The settings checklist: what the platform tells by itself, and what a person says, kept as history.

use chrono::{DateTime, Utc};
use docket_connector::{Finding, Topic};
use docket_core::id::ConnectionId;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_store::{ClientScope, Connection, Setting, UnitOfWork};
use serde::Serialize;
use serde_json::Value;

use crate::Desk;
use crate::error::{Error, Result};

/// An item of the checklist with what is known of it now.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistItem {
    /// Its stable key.
    pub item: String,
    /// What it is, in plain words.
    pub says: Sentence,
    /// How to find out, or what to do.
    pub todo: Option<Sentence>,
    /// What holds now; none where nobody has said.
    pub now: Option<Setting>,
}

/// What a person says about an item.
#[derive(Debug, Clone)]
pub struct NewSetting {
    /// The item's key.
    pub item: String,
    /// Yes, no, or not known any more.
    pub value: Option<bool>,
    /// From when on it holds; none means from now.
    pub since: Option<DateTime<Utc>>,
    /// How it was verified.
    pub note: Option<String>,
    /// Who says so.
    pub actor: String,
}

const fn word(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

impl Desk {
    /// Keeps what a check found: the findings as they are, and settings that changed as history.
    pub(crate) async fn keep_findings(&self, connection: &Connection, findings: &[Finding]) -> Result<()> {
        let now = self.env.now();
        let scope = ClientScope::One(connection.client);
        let known = self.db.settings_at(scope, connection.id, now).await?;
        let told = |finding: &&Finding| finding.topic == Topic::Setting && finding.ok.is_some();
        let news = findings.iter().filter(told).filter(|finding| {
            let held = known.iter().find(|s| s.item == finding.key);
            held.is_none_or(|s| s.value != word(finding.ok))
        });
        let rows: Vec<_> = news
            .map(|finding| {
                let setting = Setting {
                    item: finding.key.clone(),
                    value: word(finding.ok).to_owned(),
                    source: "platform".to_owned(),
                    note: Some(Setting::told(&finding.says)),
                    valid_from: now,
                    recorded_at: now,
                    recorded_by: "check".to_owned(),
                };
                (self.env.uuid(), setting)
            })
            .collect();
        let json: Value = findings.iter().map(Finding::kept).collect();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_findings(connection.id, &json, now).await?;
        unit.record_settings((connection.id, connection.client), &rows)
            .await?;
        unit.commit().await?;
        Ok(())
    }

    /// A connection's checklist, as its last check found it and people completed it.
    ///
    /// # Errors
    /// When the connection does not exist or was never checked.
    pub async fn checklist(&self, scope: ClientScope, id: ConnectionId) -> Result<Vec<ChecklistItem>> {
        let connection = self.known_connection(scope, id).await?;
        let found = connection.health.findings.clone().ok_or_else(|| {
            Error::Invalid(sentence!(
                "this connection was never checked; run `docket connection check {id}`",
                id = id.to_string()
            ))
        })?;
        let found: Vec<Finding> =
            serde_json::from_value(found).map_err(|e| Error::Invalid(e.to_string().into()))?;
        let held = self.db.settings_at(scope, id, self.env.now()).await?;
        Ok(found
            .into_iter()
            .filter(|finding| finding.topic == Topic::Setting)
            .map(|finding| ChecklistItem {
                now: held.iter().find(|s| s.item == finding.key).cloned(),
                item: finding.key,
                says: finding.says,
                todo: finding.todo,
            })
            .collect())
    }

    /// How the checklists of the connections in scope are answered: connection, `yes`/`no`/`unknown`, items.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_answers(&self, scope: ClientScope) -> Result<Vec<(ConnectionId, String, i64)>> {
        Ok(self.db.settings_answers(scope, self.env.now()).await?)
    }

    /// Everything that was ever recorded about a connection's settings.
    ///
    /// # Errors
    /// When the connection does not exist.
    pub async fn settings_history(&self, scope: ClientScope, id: ConnectionId) -> Result<Vec<Setting>> {
        self.known_connection(scope, id).await?;
        Ok(self.db.settings_history(scope, id).await?)
    }

    /// Records what a person says about an item.
    ///
    /// # Errors
    /// When the item is not on the checklist, or it would hold from the future on.
    pub async fn record_setting(&self, scope: ClientScope, id: ConnectionId, new: NewSetting) -> Result<()> {
        let items = self.checklist(scope, id).await?;
        if !items.iter().any(|i| i.item == new.item) {
            let known: Vec<_> = items.into_iter().map(|i| i.item).collect();
            return Err(Error::Invalid(sentence!(
                "`{item}` is not on this connection's checklist; choose one of: {known}",
                item = &new.item,
                known = known.join(", ")
            )));
        }
        let now = self.env.now();
        if new.since.is_some_and(|since| since > now) {
            return Err(Error::Invalid(sentence!(
                "a setting cannot hold from the future on; record it when it holds"
            )));
        }
        let connection = self.known_connection(scope, id).await?;
        let setting = Setting {
            item: new.item,
            value: word(new.value).to_owned(),
            source: "person".to_owned(),
            note: new.note,
            valid_from: new.since.unwrap_or(now),
            recorded_at: now,
            recorded_by: new.actor,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.record_settings((id, connection.client), &[(self.env.uuid(), setting)])
            .await?;
        unit.commit().await?;
        Ok(())
    }

    /// A connection in scope.
    ///
    /// # Errors
    /// When there is none.
    pub async fn known_connection(&self, scope: ClientScope, id: ConnectionId) -> Result<Connection> {
        let found = self.db.connection(scope, id).await?;
        found.ok_or_else(|| {
            Error::NotFound(sentence!(
                "there is no connection {id}; see `docket connection list`",
                id = id.to_string()
            ))
        })
    }
}
