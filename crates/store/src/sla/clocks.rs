//! What clocks are computed from: a page of rounds by when they began, and the history of their cases. Two statements a page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use docket_core::id::{CaseId, ClientId, IncidentId, RoundId};
use docket_core::incident::Cause;
use docket_core::money::Money;
use docket_core::sla::{CaseLog, LogEntry, RoundFacts, Span};
use uuid::Uuid;

use crate::{Db, Error, Result, on_db};

// One client's rounds always: its id and the time are the index, and a range of ids would not be.
const ROUNDS: &str = "SELECT r.id, r.case_id, r.client_id, r.number, r.stage, r.reason, r.opened_at, r.closed_at, r.deadline, \
    r.responded_at, c.dispute, c.platform, c.amount_minor, c.currency, \
    (SELECT i.id FROM incidents i WHERE i.round_id = r.id ORDER BY i.deadline DESC LIMIT 1) AS incident, \
    (SELECT i.cause FROM incidents i WHERE i.round_id = r.id ORDER BY i.deadline DESC LIMIT 1) AS cause \
    FROM rounds r JOIN cases c ON c.id = r.case_id WHERE r.client_id = $1 AND r.opened_at >= $2 AND r.opened_at < $3 \
    AND (r.opened_at, r.id) > ($4, $5) ORDER BY r.opened_at, r.id LIMIT $6";

// A case's lines come as one row: on SQLite each row costs a change of threads, which took longer than everything else. The
// kinds are LogEntry::KINDS, which a test holds against this text; most readings change no turn and say nothing to a clock.
macro_rules! logs {
    ($lines:literal) => {
        concat!(
            "SELECT h.subject, ",
            $lines,
            " AS lines FROM (SELECT DISTINCT case_id FROM rounds WHERE client_id = $1 AND (opened_at, id) >= ($2, $3) \
             AND (opened_at, id) <= ($4, $5)) AS page JOIN history h ON h.subject = page.case_id WHERE h.client_id = $1 \
             AND h.kind IN ('opened', 'observed', 'round_opened', 'closed', 'deadline_set', 'deadline_resumed', 'draft_saved', \
             'response_prepared', 'response_cancelled', 'client_asked', 'client_answered', 'request_ended') \
             AND (h.kind <> 'observed' OR h.detail LIKE '%\"turn\"%') GROUP BY h.subject"
        )
    };
}
const LOGS_SQLITE: &str = logs!("json_group_array(json_array(h.number, h.at, h.kind, json(h.detail)))");
const LOGS_POSTGRES: &str =
    logs!("CAST(json_agg(json_build_array(h.number, h.at, h.kind, CAST(h.detail AS json))) AS text)");

#[cfg(feature = "testing")]
pub(super) const STATEMENTS: &[&str] = &[ROUNDS];
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[(&str, &str)] = &[(LOGS_SQLITE, LOGS_POSTGRES)];

/// A round with what its clocks need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaRound {
    /// The round.
    pub facts: RoundFacts,
    /// The newest missed deadline of the round, with what it is put down to.
    pub incident: Option<(IncidentId, Cause)>,
}

/// A place among rounds, for the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundPosition {
    /// When the last round began.
    pub opened_at: DateTime<Utc>,
    /// Its id.
    pub id: RoundId,
}

impl SlaRound {
    /// Where it stands.
    pub const fn position(&self) -> RoundPosition {
        RoundPosition {
            opened_at: self.facts.opened_at,
            id: self.facts.id,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    case_id: Uuid,
    client_id: Uuid,
    number: i64,
    stage: String,
    reason: String,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    responded_at: Option<DateTime<Utc>>,
    dispute: String,
    platform: String,
    amount_minor: i64,
    currency: String,
    incident: Option<Uuid>,
    cause: Option<String>,
}

impl Row {
    fn round(self) -> Result<SlaRound> {
        let rounds = |e| Error::damaged("rounds", e);
        let currency = self.currency.parse().map_err(|e| Error::damaged("cases", e))?;
        let cause = self.cause.map(|c| c.parse()).transpose();
        let facts = RoundFacts {
            id: RoundId(self.id),
            case: CaseId(self.case_id),
            client: ClientId(self.client_id),
            dispute: self.dispute,
            platform: self.platform.parse().map_err(|e| Error::damaged("cases", e))?,
            number: self.number,
            stage: self.stage.parse().map_err(rounds)?,
            reason: self.reason.parse().map_err(rounds)?,
            amount: Money::new(self.amount_minor, currency),
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            deadline: self.deadline,
            responded_at: self.responded_at,
        };
        let cause: Option<Cause> = cause.map_err(|e| Error::damaged("incidents", e))?;
        Ok(SlaRound {
            facts,
            incident: self.incident.map(IncidentId).zip(cause),
        })
    }
}

/// Number, instant, kind, detail.
type Line = (i64, DateTime<Utc>, String, Option<serde_json::Value>);

fn log(text: &str) -> Result<CaseLog> {
    let lines: Vec<Line> = serde_json::from_str(text).map_err(|e| Error::damaged("history", e))?;
    let read = |(number, at, kind, detail): &Line| LogEntry::read(*number, *at, kind, detail.as_ref());
    Ok(CaseLog::of(lines.iter().filter_map(read).collect()))
}

impl Db {
    /// A page of a client's rounds that began within a stretch of time, by when they did. Never another client's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_rounds(
        &self,
        client: ClientId,
        within: Span,
        after: Option<RoundPosition>,
        limit: i64,
    ) -> Result<Vec<SlaRound>> {
        let (opened_at, id) = after.map_or((within.from, Uuid::nil()), |a| (a.opened_at, a.id.0));
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(ROUNDS).bind(client.0).bind(within.from).bind(within.to)
            .bind(opened_at).bind(id).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::round).collect()
    }

    /// What the histories of a page's cases say to clocks; the page is a client's, from its first round to its last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_logs(
        &self,
        client: ClientId,
        (first, last): (RoundPosition, RoundPosition),
    ) -> Result<HashMap<CaseId, CaseLog>> {
        let text = match self {
            Self::Sqlite { .. } => LOGS_SQLITE,
            Self::Postgres(_) => LOGS_POSTGRES,
        };
        let rows: Vec<(Uuid, String)> = on_db!(self, c => sqlx::query_as(text).bind(client.0).bind(first.opened_at)
            .bind(first.id.0).bind(last.opened_at).bind(last.id.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(case, lines)| Ok((CaseId(case), log(&lines)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_reads_every_kind_that_says_something_to_a_clock() {
        let listed = LOGS_SQLITE.split_once("AND h.kind IN (").unwrap().1;
        let listed = listed.split_once(')').unwrap().0;
        let listed: Vec<&str> = listed.split(", ").map(|k| k.trim_matches('\'')).collect();
        assert_eq!(listed, LogEntry::KINDS);
    }
}
