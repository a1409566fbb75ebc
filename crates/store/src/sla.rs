//! What was promised to clients about time: calendars, contracts, the register of exclusions, and what clocks are read from.

mod clocks;
mod exclusions;

use chrono::{DateTime, Utc};
use docket_core::id::ClientId;
use docket_core::sla::{CalendarVersion, ContractVersion};
use serde_json::json;
use uuid::Uuid;

#[cfg(feature = "testing")]
pub(crate) use clocks::PAIRS;
pub use clocks::{RoundPosition, SlaRound};

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const CALENDARS: &str = "SELECT client_id, version, starts_at, body, recorded_by, recorded_at FROM sla_calendars \
    WHERE client_id BETWEEN $1 AND $2 ORDER BY client_id, name, version";
const CONTRACTS: &str = "SELECT client_id, version, starts_at, body, recorded_by, recorded_at FROM sla_contracts \
    WHERE client_id BETWEEN $1 AND $2 ORDER BY client_id, version";
const ADD_CALENDAR: &str = "INSERT INTO sla_calendars (client_id, name, version, starts_at, body, recorded_by, recorded_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ADD_CONTRACT: &str = "INSERT INTO sla_contracts (client_id, version, starts_at, body, recorded_by, recorded_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";

#[cfg(feature = "testing")]
pub(crate) fn statements() -> Vec<&'static str> {
    [
        &[CALENDARS, CONTRACTS, ADD_CALENDAR, ADD_CONTRACT],
        clocks::STATEMENTS,
        exclusions::STATEMENTS,
    ]
    .concat()
}

type Row = (Uuid, i64, DateTime<Utc>, String, String, DateTime<Utc>);

fn body<T: serde::de::DeserializeOwned>(table: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::damaged(table, e))
}

fn text(table: &'static str, value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::damaged(table, e))
}

impl Db {
    /// Every version of the calendars of the clients in scope, by name and version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_calendars(&self, scope: ClientScope) -> Result<Vec<(ClientId, CalendarVersion)>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(CALENDARS).bind(low).bind(high).fetch_all(c).await)?;
        let one = |(client, version, starts_at, text, recorded_by, recorded_at): Row| {
            let kept = CalendarVersion {
                calendar: body("sla_calendars", &text)?,
                version,
                starts_at,
                recorded_by,
                recorded_at,
            };
            Ok((ClientId(client), kept))
        };
        rows.into_iter().map(one).collect()
    }

    /// Every version of the contracts of the clients in scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_contracts(&self, scope: ClientScope) -> Result<Vec<(ClientId, ContractVersion)>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(CONTRACTS).bind(low).bind(high).fetch_all(c).await)?;
        let one = |(client, version, starts_at, text, recorded_by, recorded_at): Row| {
            let kept = ContractVersion {
                contract: body("sla_contracts", &text)?,
                version,
                starts_at,
                recorded_by,
                recorded_at,
            };
            Ok((ClientId(client), kept))
        };
        rows.into_iter().map(one).collect()
    }
}

impl UnitOfWork {
    /// Adds a version of a calendar.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else added the same version, or changed the client, at the same time.
    pub async fn add_sla_calendar(&mut self, client: ClientId, new: &CalendarVersion) -> Result<()> {
        let (name, body) = (&new.calendar.name, text("sla_calendars", &new.calendar)?);
        on_tx!(&mut self.tx, c => sqlx::query(ADD_CALENDAR).bind(client.0).bind(name).bind(new.version).bind(new.starts_at)
            .bind(&body).bind(&new.recorded_by).bind(new.recorded_at).execute(&mut *c).await.map(|_| ()))?;
        let detail = json!({ "version": new.version, "starts_at": new.starts_at, "says": new.calendar });
        self.note_client(
            client,
            (&new.recorded_by, new.recorded_at),
            "sla_calendar_added",
            detail,
        )
        .await
    }

    /// Adds a version of the contract.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else added the same version, or changed the client, at the same time.
    pub async fn add_sla_contract(&mut self, client: ClientId, new: &ContractVersion) -> Result<()> {
        let body = text("sla_contracts", &new.contract)?;
        on_tx!(&mut self.tx, c => sqlx::query(ADD_CONTRACT).bind(client.0).bind(new.version).bind(new.starts_at).bind(&body)
            .bind(&new.recorded_by).bind(new.recorded_at).execute(&mut *c).await.map(|_| ()))?;
        let detail = json!({ "version": new.version, "starts_at": new.starts_at, "says": new.contract });
        self.note_client(
            client,
            (&new.recorded_by, new.recorded_at),
            "sla_contract_added",
            detail,
        )
        .await
    }
}
