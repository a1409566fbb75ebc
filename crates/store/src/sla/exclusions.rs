//! The register of exclusions, and the log of syncs that outages are read from.

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, ConnectionId, ExclusionId};
use docket_core::sla::{Exclusion, ExclusionState, Run, Span};
use futures::TryStreamExt;
use serde_json::json;
use uuid::Uuid;

use super::{body, text};
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const TABLE: &str = "sla_exclusions";
const LIST: &str = "SELECT id, client_id, cause, platforms, starts_at, ends_at, evidence, from_log, state, proposed_by, \
    proposed_at, decided_by, decided_at, note FROM sla_exclusions WHERE client_id BETWEEN $1 AND $2 \
    ORDER BY starts_at, id, client_id";
// The events that a page shows, each with every client in scope that it hit: who decides sees all of it. Ids go by time.
const EVENTS: &str = "SELECT id, client_id, cause, platforms, starts_at, ends_at, evidence, from_log, state, proposed_by, \
    proposed_at, decided_by, decided_at, note FROM sla_exclusions WHERE client_id BETWEEN $1 AND $2 AND id IN (SELECT id \
    FROM sla_exclusions WHERE client_id BETWEEN $1 AND $2 AND client_id BETWEEN $3 AND $4 AND id < $5 \
    AND ($6 = '' OR state = $6) GROUP BY id ORDER BY id DESC LIMIT $7) ORDER BY id DESC, client_id";
const ADD: &str = "INSERT INTO sla_exclusions (id, client_id, cause, platforms, starts_at, ends_at, evidence, from_log, state, \
    proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10)";
// Whoever told of it decides nothing, whatever the code does. What was approved can still be rejected.
const DECIDE: &str = "UPDATE sla_exclusions SET state = $2, decided_by = $3, decided_at = $4, note = $5 \
    WHERE id = $1 AND (state = 'proposed' OR state = 'approved' AND $2 = 'rejected') AND proposed_by <> $3 RETURNING client_id";
const RUNS: &str = "SELECT s.connection_id, s.client_id, c.platform, s.started_at, s.ended_at, s.error FROM sync_runs s \
    JOIN connections c ON c.id = s.connection_id WHERE s.client_id BETWEEN $1 AND $2 AND s.started_at >= $3 \
    AND s.started_at < $4 ORDER BY s.connection_id, s.started_at, s.id";

#[cfg(feature = "testing")]
pub(super) const STATEMENTS: &[&str] = &[LIST, EVENTS, ADD, DECIDE, RUNS];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    cause: String,
    platforms: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    evidence: String,
    from_log: bool,
    state: String,
    proposed_by: String,
    proposed_at: DateTime<Utc>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    note: Option<String>,
}

impl Row {
    fn exclusion(self) -> Result<Exclusion> {
        let damaged = |e| Error::damaged(TABLE, e);
        Ok(Exclusion {
            id: ExclusionId(self.id),
            client: ClientId(self.client_id),
            cause: self.cause.parse().map_err(damaged)?,
            platforms: body(TABLE, &self.platforms)?,
            span: Span {
                from: self.starts_at,
                to: self.ends_at,
            },
            evidence: self.evidence,
            from_log: self.from_log,
            state: self.state.parse().map_err(damaged)?,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            note: self.note,
        })
    }
}

type RunRow = (Uuid, Uuid, String, DateTime<Utc>, DateTime<Utc>, Option<String>);

fn run((connection, client, platform, started_at, ended_at, error): RunRow) -> Result<Run> {
    Ok(Run {
        connection: ConnectionId(connection),
        client: ClientId(client),
        platform: platform.parse().map_err(|e| Error::damaged("connections", e))?,
        started_at,
        ended_at,
        error,
    })
}

impl Db {
    /// The register of the clients in scope, by the beginning.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_exclusions(&self, scope: ClientScope) -> Result<Vec<Exclusion>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).fetch_all(c).await)?;
        rows.into_iter().map(Row::exclusion).collect()
    }

    /// Events of the register before one of them, the one told last first; rows of an event stand together. Those that hit a
    /// client where one is named, with whomever else in scope they hit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_events(
        &self,
        scope: ClientScope,
        (client, state): (Option<ClientId>, Option<ExclusionState>),
        before: Option<ExclusionId>,
        limit: i64,
    ) -> Result<Vec<Exclusion>> {
        let (low, high) = scope.range();
        let (first, last) = client.map_or((low, high), |id| (id.0, id.0));
        let before = before.map_or(Uuid::max(), |id| id.0);
        let state = state.map_or("", |state| state.as_str());
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(EVENTS).bind(low).bind(high).bind(first).bind(last).bind(before)
            .bind(state).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::exclusion).collect()
    }

    /// The log of syncs that began in a stretch of time, by connection and beginning, one at a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_runs(&self, scope: ClientScope, within: Span, mut see: impl FnMut(Run)) -> Result<()> {
        let (low, high) = scope.range();
        on_db!(self, c => {
            let mut rows = sqlx::query_as::<_, RunRow>(RUNS).bind(low).bind(high).bind(within.from).bind(within.to).fetch(c);
            while let Some(row) = rows.try_next().await? {
                see(run(row)?);
            }
        });
        Ok(())
    }
}

impl UnitOfWork {
    /// Adds an exclusion to the register, as a proposal.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed the client at the same time.
    pub async fn add_exclusion(&mut self, new: &Exclusion) -> Result<()> {
        let platforms = text(TABLE, &new.platforms)?;
        on_tx!(&mut self.tx, c => sqlx::query(ADD).bind(new.id.0).bind(new.client.0).bind(new.cause.as_str()).bind(&platforms)
            .bind(new.span.from).bind(new.span.to).bind(&new.evidence).bind(new.from_log).bind(&new.proposed_by)
            .bind(new.proposed_at).execute(&mut *c).await.map(|_| ()))?;
        let detail = json!({
            "exclusion": new.id, "cause": new.cause, "platforms": new.platforms, "from": new.span.from, "to": new.span.to,
            "evidence": new.evidence, "from_log": new.from_log,
        });
        self.note_client(
            new.client,
            (&new.proposed_by, new.proposed_at),
            "sla_exclusion_proposed",
            detail,
        )
        .await
    }

    /// A second person decides about an exclusion, for every client that it hit.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is decided already, or its teller asks.
    pub async fn decide_exclusion(
        &mut self,
        id: ExclusionId,
        (state, note): (ExclusionState, Option<&str>),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut hit: Vec<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(DECIDE).bind(id.0).bind(state.as_str()).bind(by)
            .bind(now).bind(note).fetch_all(&mut *c).await)?;
        if hit.is_empty() {
            return Err(Error::Conflict("an exclusion".to_owned()));
        }
        // In one order, so that two who decide at once do not wait for each other for ever.
        hit.sort_unstable();
        for (client,) in hit {
            let detail = json!({ "exclusion": id, "state": state, "note": note });
            self.note_client(ClientId(client), (by, now), "sla_exclusion_decided", detail)
                .await?;
        }
        Ok(())
    }
}
