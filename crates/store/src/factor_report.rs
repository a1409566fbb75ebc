//! Counting for the factor report: the database groups, core computes.

use chrono::{DateTime, Utc};
use docket_core::factor::FactorKind;
use docket_core::factor::catalogue::{CATALOGUE, Entry, NOT_RECORDED, SEVERAL};
use docket_core::id::{CaseId, ClientId};
use docket_core::money::Money;
use docket_core::stats::{FactorTally, Rate, Tally};
use futures::TryStreamExt;
use uuid::Uuid;

use crate::{ClientScope, Db, Error, Result, on_db};

/// A case's word on a factor, as known when its dispute opened; none where its sources name several. A case counts once.
const KNOWN: &str = "SELECT f.case_id, f.kind, CASE WHEN min(f.value) = max(f.value) THEN min(f.value) END AS value \
    FROM factors f WHERE f.client_id BETWEEN $1 AND $2 AND f.known = 'opening'";
const COHORT: &str = "c.client_id BETWEEN $1 AND $2 AND c.opened_at >= $3 AND c.opened_at < $4";
const CASES: &str = "SELECT c.id, c.client_id, c.dispute, c.platform, c.reason, c.currency, c.amount_minor, c.outcome, \
    c.contested, k.kind, k.value";

/// A case behind a figure of the factor report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorCase {
    /// The case.
    pub id: CaseId,
    /// Its client.
    pub client: ClientId,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// The disputed amount.
    pub amount: Money,
    /// The platform's word.
    pub platform: String,
    /// Canonical reason.
    pub reason: String,
    /// Canonical outcome.
    pub outcome: String,
    /// Whether it counts as won.
    pub won: bool,
    /// The level of the factor.
    pub level: String,
}

type TallyRow = (
    Option<String>,
    Option<String>,
    String,
    String,
    String,
    Option<String>,
    bool,
    i64,
    i64,
);

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: Uuid,
    client_id: Uuid,
    dispute: String,
    platform: String,
    reason: String,
    currency: String,
    amount_minor: i64,
    outcome: String,
    contested: bool,
    kind: Option<String>,
    value: Option<String>,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("cases", e)
}

/// One statement: every case of the cohort once for the whole, and once for each factor that was known of it.
fn tallies_text() -> String {
    let kinds: Vec<String> = CATALOGUE
        .iter()
        .map(|entry| format!("'{}'", entry.kind))
        .collect();
    let groups = "platform, reason, currency, outcome, contested";
    format!(
        "WITH cohort AS (SELECT c.id, c.amount_minor, {groups} FROM cases c WHERE {COHORT}), \
         known AS ({KNOWN} AND f.kind IN ({}) GROUP BY f.case_id, f.kind) \
         SELECT NULL AS kind, NULL AS value, {groups}, count(*), CAST(sum(amount_minor) AS BIGINT) FROM cohort \
         GROUP BY {groups} \
         UNION ALL SELECT k.kind, k.value, {groups}, count(*), CAST(sum(amount_minor) AS BIGINT) FROM known k \
         JOIN cohort c ON c.id = k.case_id WHERE outcome IS NOT NULL GROUP BY k.kind, k.value, {groups}",
        kinds.join(", ")
    )
}

fn cases_text() -> String {
    format!(
        "{CASES} FROM cases c LEFT JOIN ({KNOWN} AND f.kind = $5 GROUP BY f.case_id, f.kind) k ON k.case_id = c.id \
         WHERE {COHORT} AND c.outcome IS NOT NULL ORDER BY c.opened_at, c.id"
    )
}

fn tally(
    (kind, value, platform, reason, currency, outcome, contested, cases, amount): TallyRow,
) -> Result<FactorTally> {
    let kind: Option<FactorKind> = kind.map(|kind| kind.parse()).transpose().map_err(damaged)?;
    Ok(FactorTally {
        factor: kind.map(|kind| (kind, value)),
        platform: platform.parse().map_err(damaged)?,
        reason: reason.parse().map_err(damaged)?,
        currency: currency.parse().map_err(damaged)?,
        outcome: outcome.map(|o| o.parse()).transpose().map_err(damaged)?,
        contested,
        cases: u64::try_from(cases).unwrap_or(0),
        amount,
    })
}

impl CaseRow {
    /// None for a case that the win rate does not count.
    fn counted(self, entry: &Entry) -> Result<Option<FactorCase>> {
        let one = Tally {
            key: String::new(),
            outcome: Some(self.outcome.parse().map_err(damaged)?),
            contested: self.contested,
            cases: 1,
        };
        let rate = one.rate();
        if rate == Rate::default() {
            return Ok(None);
        }
        let level = match (self.kind, self.value) {
            (None, _) => NOT_RECORDED.to_owned(),
            (Some(_), None) => SEVERAL.to_owned(),
            (Some(_), Some(value)) => entry.level(&value),
        };
        Ok(Some(FactorCase {
            id: CaseId(self.id),
            client: ClientId(self.client_id),
            dispute: self.dispute,
            amount: Money::new(self.amount_minor, self.currency.parse().map_err(damaged)?),
            platform: self.platform,
            reason: self.reason,
            outcome: self.outcome,
            won: rate.hits() > 0,
            level,
        }))
    }
}

impl Db {
    /// Counts cases opened in `from..to` for the factor report. Memory grows with groups, not with cases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_tallies(
        &self,
        scope: ClientScope,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<FactorTally>> {
        let (low, high) = scope.range();
        // The text holds only our own words.
        let text = sqlx::AssertSqlSafe(tallies_text());
        let rows: Vec<TallyRow> = on_db!(self, c => sqlx::query_as(text).bind(low).bind(high).bind(from).bind(to)
            .fetch_all(c).await)?;
        rows.into_iter().map(tally).collect()
    }

    /// The decided cases behind a factor's levels, those that `keep` wants, by opening.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_cases(
        &self,
        scope: ClientScope,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        entry: &Entry,
        keep: impl Fn(&FactorCase) -> bool,
    ) -> Result<Vec<FactorCase>> {
        let (low, high) = scope.range();
        let mut found = Vec::new();
        // The text holds only our own words.
        let text = sqlx::AssertSqlSafe(cases_text());
        on_db!(self, c => {
            let mut rows = sqlx::query_as::<_, CaseRow>(text).bind(low).bind(high).bind(from).bind(to)
                .bind(entry.kind.as_str()).fetch(c);
            while let Some(row) = rows.try_next().await? {
                found.extend(row.counted(entry)?.filter(&keep));
            }
        });
        Ok(found)
    }
}
