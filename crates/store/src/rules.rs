//! Rules of clients, what they touch, and the history of contests that a recommendation rests on.

use chrono::{DateTime, Utc};
use docket_core::evidence::Band;
use docket_core::id::{CaseId, ClientId, RuleId};
use docket_core::money::Money;
use docket_core::recommend::Portfolio;
use docket_core::rule::{Hit, HitKind, Rule, RuleState, Touched};
use docket_core::stats::{Decided, History};
use docket_core::words::{Platform, Reason};
use serde_json::json;
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT id, client_id, name, version, kind, platform, reason, below_minor, currency, state, created_by, created_at, \
             tried_at, activated_by, activated_at, retired_at FROM client_rules ", $($rest),+
        )
    };
}
const ADD: &str = "INSERT INTO client_rules (id, client_id, name, version, kind, platform, reason, below_minor, currency, \
    state, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'dry_run', $10, $11)";
const NEWEST: &str = "SELECT coalesce(max(version), 0) FROM client_rules WHERE client_id = $1 AND name = $2";
const BY_ID: &str = select!("WHERE client_id BETWEEN $1 AND $2 AND id = $3");
const LIST: &str =
    select!("WHERE client_id BETWEEN $1 AND $2 AND state <> $3 ORDER BY client_id, name, version");
const AFTER: &str =
    select!("WHERE client_id BETWEEN $1 AND $2 AND state <> $3 AND id > $4 ORDER BY id LIMIT $5");
const TRIED: &str = "UPDATE client_rules SET tried_at = $2 WHERE id = $1";
const RETIRE: &str =
    "UPDATE client_rules SET state = 'retired', retired_at = $2 WHERE id = $1 AND state <> 'retired'";
const RETIRE_OTHERS: &str = "UPDATE client_rules SET state = 'retired', retired_at = $3 \
    WHERE client_id = $1 AND name = $2 AND state = 'active'";
const ACTIVATE: &str = "UPDATE client_rules SET state = 'active', activated_by = $2, activated_at = $3 \
    WHERE id = $1 AND state = 'dry_run' AND tried_at IS NOT NULL AND created_by <> $2";
const HIT: &str = "INSERT INTO rule_hits (rule_id, case_id, kind, client_id, at, note) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (rule_id, case_id, kind) DO NOTHING";
const NOTE_HIT: &str = "UPDATE rule_hits SET note = $4 WHERE rule_id = $1 AND case_id = $2 AND kind = $3";
const OVERRIDDEN: &str = "SELECT rule_id FROM rule_hits WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 AND kind = 'overridden'";
const HITS: &str = "SELECT case_id, kind, at, note FROM rule_hits WHERE client_id BETWEEN $1 AND $2 AND rule_id = $3 \
    ORDER BY at, case_id, kind";

// What a rule speaks of: the client, and what the rule names of platform, reason and amount.
macro_rules! touched {
    ($($rest:literal),+) => {
        concat!(
            "SELECT c.id, c.dispute, c.platform, c.amount_minor, c.currency, c.outcome, c.opened_at FROM client_rules r JOIN cases c \
             ON c.client_id = r.client_id AND c.platform = coalesce(r.platform, c.platform) \
             AND c.reason = coalesce(r.reason, c.reason) \
             AND (r.below_minor IS NULL OR (c.currency = r.currency AND c.amount_minor < r.below_minor)) \
             WHERE r.client_id BETWEEN $1 AND $2 AND r.id = $3 ", $($rest),+
        )
    };
}
/// Waits for us, and nobody has begun to answer it.
const NOW: &str = touched!(
    "AND c.closed_at IS NULL AND c.turn = 'ours' AND c.pending IS NULL AND NOT c.contested AND NOT c.conceded \
     AND c.work_state IN ('new', 'triage') AND (r.kind <> 'auto_accept_below' OR c.allowed_actions LIKE '%\"accept\"%') ORDER BY c.id"
);
const BEFORE: &str = touched!("AND c.closed_at IS NOT NULL AND c.opened_at >= $4 ORDER BY c.opened_at, c.id");
const TODO: &str = touched!(
    "AND c.closed_at IS NULL AND c.turn = 'ours' AND c.pending IS NULL AND NOT c.contested AND NOT c.conceded \
     AND c.work_state IN ('new', 'triage') AND (r.kind <> 'auto_accept_below' OR c.allowed_actions LIKE '%\"accept\"%') AND NOT EXISTS (SELECT 1 FROM rule_hits h WHERE h.rule_id = r.id \
     AND h.case_id = c.id AND h.kind = $4) ORDER BY c.id LIMIT $5"
);

const OWN: &str = "SELECT count(*), count(CASE WHEN outcome IN ('won', 'won_protected') THEN 1 END), \
    count(CASE WHEN evidence = $5 THEN 1 END), count(CASE WHEN evidence = $5 AND outcome IN ('won', 'won_protected') THEN 1 END) \
    FROM cases WHERE client_id BETWEEN $1 AND $2 AND platform = $3 AND reason = $4 AND contested \
    AND outcome IN ('won', 'won_protected', 'partial', 'lost')";
// Counted by client and band first, in the order of the index `cases_contested`, so that nothing is sorted and clients are told
// apart among a few hundred sums, not among all cases.
const OTHERS: &str = "SELECT CAST(coalesce(sum(n), 0) AS BIGINT), CAST(coalesce(sum(won), 0) AS BIGINT), \
    CAST(coalesce(sum(CASE WHEN evidence = $4 THEN n END), 0) AS BIGINT), \
    CAST(coalesce(sum(CASE WHEN evidence = $4 THEN won END), 0) AS BIGINT), \
    count(DISTINCT client_id), count(DISTINCT CASE WHEN evidence = $4 THEN client_id END), \
    count(DISTINCT CASE WHEN coalesce(evidence, '') <> $4 THEN client_id END) \
    FROM (SELECT client_id, evidence, count(*) AS n, count(CASE WHEN outcome IN ('won', 'won_protected') THEN 1 END) AS won \
    FROM cases WHERE client_id <> $1 AND platform = $2 AND reason = $3 AND contested \
    AND outcome IN ('won', 'won_protected', 'partial', 'lost') GROUP BY client_id, evidence) AS kinds";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    ADD,
    NEWEST,
    BY_ID,
    LIST,
    AFTER,
    TRIED,
    RETIRE,
    RETIRE_OTHERS,
    ACTIVATE,
    HIT,
    NOTE_HIT,
    HITS,
    OVERRIDDEN,
    NOW,
    BEFORE,
    TODO,
    OWN,
    OTHERS,
];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    name: String,
    version: i64,
    kind: String,
    platform: Option<String>,
    reason: Option<String>,
    below_minor: Option<i64>,
    currency: Option<String>,
    state: String,
    created_by: String,
    created_at: DateTime<Utc>,
    tried_at: Option<DateTime<Utc>>,
    activated_by: Option<String>,
    activated_at: Option<DateTime<Utc>>,
    retired_at: Option<DateTime<Utc>>,
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::damaged("client_rules", error)
}

impl Row {
    fn rule(self) -> Result<Rule> {
        let currency = self
            .currency
            .map(|code| code.parse())
            .transpose()
            .map_err(damaged)?;
        Ok(Rule {
            id: RuleId(self.id),
            client: ClientId(self.client_id),
            name: self.name,
            version: self.version,
            kind: self.kind.parse().map_err(damaged)?,
            platform: self.platform.map(|p| p.parse()).transpose().map_err(damaged)?,
            reason: self.reason.map(|r| r.parse()).transpose().map_err(damaged)?,
            below: self
                .below_minor
                .zip(currency)
                .map(|(minor, currency)| Money::new(minor, currency)),
            state: self.state.parse().map_err(damaged)?,
            created_by: self.created_by,
            created_at: self.created_at,
            tried_at: self.tried_at,
            activated_by: self.activated_by,
            activated_at: self.activated_at,
            retired_at: self.retired_at,
        })
    }
}

type TouchedRow = (Uuid, String, String, i64, String, Option<String>, DateTime<Utc>);

fn touched((id, dispute, platform, minor, currency, outcome, opened_at): TouchedRow) -> Result<Touched> {
    Ok(Touched {
        case: CaseId(id),
        dispute,
        platform: platform.parse().map_err(|e| Error::damaged("cases", e))?,
        amount: Money::new(minor, currency.parse().map_err(|e| Error::damaged("cases", e))?),
        outcome: outcome
            .map(|o| o.parse())
            .transpose()
            .map_err(|e| Error::damaged("cases", e))?,
        opened_at,
    })
}

impl Db {
    /// Rules in scope, by client, name and version; retired ones only if asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules(&self, scope: ClientScope, retired: bool) -> Result<Vec<Rule>> {
        let (low, high) = scope.range();
        let without = if retired { "" } else { RuleState::Retired.as_str() };
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).bind(without).fetch_all(c).await)?;
        rows.into_iter().map(Row::rule).collect()
    }

    /// A page of the rules in scope, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules_after(
        &self,
        scope: ClientScope,
        retired: bool,
        after: Option<RuleId>,
        limit: i64,
    ) -> Result<Vec<Rule>> {
        let (low, high) = scope.range();
        let without = if retired { "" } else { RuleState::Retired.as_str() };
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(AFTER)
            .bind(low).bind(high).bind(without).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::rule).collect()
    }

    /// One rule.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule(&self, scope: ClientScope, id: RuleId) -> Result<Option<Rule>> {
        let (low, high) = scope.range();
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(BY_ID).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(Row::rule).transpose()
    }

    /// Open cases that a rule speaks of and that nobody has begun to answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_touches(&self, scope: ClientScope, id: RuleId) -> Result<Vec<Touched>> {
        let (low, high) = scope.range();
        let rows: Vec<TouchedRow> =
            on_db!(self, c => sqlx::query_as(NOW).bind(low).bind(high).bind(id.0).fetch_all(c).await)?;
        rows.into_iter().map(touched).collect()
    }

    /// Closed cases opened since an instant that a rule speaks of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_touched(
        &self,
        scope: ClientScope,
        id: RuleId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Touched>> {
        let (low, high) = scope.range();
        let rows: Vec<TouchedRow> = on_db!(self, c => sqlx::query_as(BEFORE).bind(low).bind(high).bind(id.0).bind(since)
            .fetch_all(c).await)?;
        rows.into_iter().map(touched).collect()
    }

    /// Open cases that a rule speaks of and has not taken up (or noted) yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_todo(
        &self,
        scope: ClientScope,
        id: RuleId,
        kind: HitKind,
        limit: i64,
    ) -> Result<Vec<Touched>> {
        let (low, high) = scope.range();
        let rows: Vec<TouchedRow> = on_db!(self, c => sqlx::query_as(TODO).bind(low).bind(high).bind(id.0)
            .bind(kind.as_str()).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(touched).collect()
    }

    /// What a rule noted and did, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_hits(&self, scope: ClientScope, id: RuleId) -> Result<Vec<Hit>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, String, DateTime<Utc>, String)> =
            on_db!(self, c => sqlx::query_as(HITS).bind(low).bind(high).bind(id.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(case, kind, at, note)| {
                Ok(Hit {
                    case: CaseId(case),
                    kind: kind.parse().map_err(damaged)?,
                    at,
                    note,
                })
            })
            .collect()
    }

    /// Decided contests in scope at a platform with a reason, as the win rate counts them, and those of them whose evidence was
    /// of this band; a miss was no contest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decided(
        &self,
        scope: ClientScope,
        (platform, reason): (Platform, Reason),
        band: Band,
    ) -> Result<History> {
        let (low, high) = scope.range();
        let counted: Counted = on_db!(self, c => sqlx::query_as(OWN).bind(low).bind(high)
            .bind(platform.as_str()).bind(reason.as_str()).bind(band.as_str()).fetch_one(c).await)?;
        Ok(history(counted))
    }

    /// The same of all clients but one, summed up. The only read that crosses clients: it gives seven numbers and no row, and
    /// [`Portfolio::shown`] keeps them back where a client could be recognised in them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn portfolio(
        &self,
        without: ClientId,
        (platform, reason): (Platform, Reason),
        band: Band,
    ) -> Result<Portfolio> {
        let (n, won, alike, alike_won, clients, alike_clients, other_clients): (
            i64,
            i64,
            i64,
            i64,
            i64,
            i64,
            i64,
        ) = on_db!(self, c => sqlx::query_as(OTHERS).bind(without.0)
                .bind(platform.as_str()).bind(reason.as_str()).bind(band.as_str()).fetch_one(c).await)?;
        Ok(Portfolio {
            decided: history((n, won, alike, alike_won)),
            clients: count(clients),
            alike_clients: count(alike_clients),
            other_clients: count(other_clients),
        })
    }
}

/// All, of those won; alike, of those won.
type Counted = (i64, i64, i64, i64);

fn history((n, won, alike, alike_won): Counted) -> History {
    let decided = |won, n| Decided {
        won: count(won),
        n: count(n),
    };
    History {
        all: decided(won, n),
        alike: decided(alike_won, alike),
    }
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

impl Db {
    /// Rules that somebody overrode for a case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules_overridden(&self, scope: ClientScope, case: CaseId) -> Result<Vec<RuleId>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid,)> = on_db!(self, c => sqlx::query_as(OVERRIDDEN).bind(low).bind(high).bind(case.0)
            .fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id,)| RuleId(id)).collect())
    }
}

impl UnitOfWork {
    /// Adds a rule as the next version of its name, in its dry run; gives the version.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed the client at the same time.
    pub async fn add_rule(&mut self, rule: &Rule) -> Result<i64> {
        let (newest,): (i64,) = on_tx!(&mut self.tx, c => sqlx::query_as(NEWEST).bind(rule.client.0).bind(&rule.name)
            .fetch_one(&mut *c).await)?;
        let version = newest + 1;
        on_tx!(&mut self.tx, c => sqlx::query(ADD).bind(rule.id.0).bind(rule.client.0).bind(&rule.name).bind(version)
            .bind(rule.kind.as_str()).bind(rule.platform.as_ref().map(|p| p.as_str())).bind(rule.reason.map(|r| r.as_str()))
            .bind(rule.below.map(|b| b.minor)).bind(rule.below.as_ref().map(|b| b.currency.code()))
            .bind(&rule.created_by).bind(rule.created_at).execute(&mut *c).await.map(|_| ()))?;
        let detail = json!({ "rule": rule.id, "name": rule.name, "version": version, "kind": rule.kind,
            "platform": rule.platform, "reason": rule.reason, "below": rule.below });
        let (by, at) = (rule.created_by.as_str(), rule.created_at);
        self.note_client(rule.client, (by, at), "rule_added", detail)
            .await?;
        Ok(version)
    }

    /// Keeps when a rule's dry run was looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_tried(&mut self, id: RuleId, now: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(TRIED).bind(id.0).bind(now).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Lets a rule act; the version that acted before is retired.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it may not, or somebody else was first.
    pub async fn activate_rule(&mut self, rule: &Rule, by: &str, now: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(RETIRE_OTHERS).bind(rule.client.0).bind(&rule.name).bind(now)
            .execute(&mut *c).await.map(|_| ()))?;
        let done = on_tx!(&mut self.tx, c => sqlx::query(ACTIVATE).bind(rule.id.0).bind(by).bind(now)
            .execute(&mut *c).await?.rows_affected());
        self.changed(done, rule, (by, now), "rule_activated").await
    }

    /// Ends a rule.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended already.
    pub async fn retire_rule(&mut self, rule: &Rule, by: &str, now: DateTime<Utc>) -> Result<()> {
        let done = on_tx!(&mut self.tx, c => sqlx::query(RETIRE).bind(rule.id.0).bind(now)
            .execute(&mut *c).await?.rows_affected());
        self.changed(done, rule, (by, now), "rule_retired").await
    }

    async fn changed(
        &mut self,
        rows: u64,
        rule: &Rule,
        who: (&str, DateTime<Utc>),
        kind: &'static str,
    ) -> Result<()> {
        if rows != 1 {
            return Err(Error::Conflict("a rule".to_owned()));
        }
        let detail = json!({ "rule": rule.id, "name": rule.name, "version": rule.version });
        self.note_client(rule.client, who, kind, detail).await
    }

    /// Notes that a rule touches a case, or takes it up: once for each version, whoever asks. Whether it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_hit(&mut self, rule: &Rule, hit: &Hit) -> Result<bool> {
        let made = on_tx!(&mut self.tx, c => sqlx::query(HIT).bind(rule.id.0).bind(hit.case.0).bind(hit.kind.as_str())
            .bind(rule.client.0).bind(hit.at).bind(&hit.note).execute(&mut *c).await?.rows_affected());
        Ok(made == 1)
    }

    /// What came of a case that a rule took up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_rule_hit(&mut self, rule: RuleId, case: CaseId, note: &str) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(NOTE_HIT).bind(rule.0).bind(case.0).bind(HitKind::Acted.as_str()).bind(note)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
