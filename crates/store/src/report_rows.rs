//! What reports are counted from: one narrow row for each case, in the commit that writes the case or its factors, and
//! filled up for databases of before.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use docket_core::case::Case;
use docket_core::factor::levels::{LEVELS_VERSION, levels, opening};
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::CaseId;
use docket_core::money::{Currency, Money};
use docket_core::words::Outcome;
use uuid::Uuid;

use crate::bulk::write_rows;
use crate::unit::{Change, UnitOfWork};
use crate::{Db, Error, Result, Tx, on_db, on_tx};

const OPENED: &str = "SELECT opened_at, currency, amount_minor FROM cases WHERE id = $1";
const RENEW: &str = "UPDATE report_cases SET levels = $2, kept_minor = $3, country = $5, product = $6, decision = $7, \
    outcome = CASE WHEN $4 = 1 AND outcome = 'won' THEN 'partial' ELSE outcome END WHERE case_id = $1";
const VERSION: &str = "SELECT version FROM derived WHERE name = 'report_cases'";
/// Locks the row on both engines, so that one process at a time fills up.
const LOCK: &str =
    "UPDATE derived SET version = version WHERE name = 'report_cases' RETURNING version, reached";
const REACHED: &str = "UPDATE derived SET reached = $1 WHERE name = 'report_cases'";
const DONE: &str = "UPDATE derived SET version = $1, reached = NULL WHERE name = 'report_cases'";
const BANDS: &str = "UPDATE report_cases SET evidence = coalesce((SELECT c.evidence FROM cases c \
    WHERE c.id = report_cases.case_id), '') WHERE case_id > $1 AND case_id <= $2";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[OPENED, RENEW, VERSION, LOCK, REACHED, DONE, BANDS];

/// Cases of one step of filling up.
const STEP: i64 = 500;

/// What follows from a case's factors.
#[derive(Debug, Clone, Default)]
struct Derived {
    levels: String,
    country: String,
    product: String,
    /// What the platform's newest reason for its decision speaks of. It comes after the opening: no factor explains by it.
    decision: String,
    kept: Option<i64>,
    /// A contest gave a part of the amount back by itself, so that winning it is a partial win (`domain.md` D4).
    in_part: bool,
}

impl Derived {
    /// The factors go in by the instant at which they were recorded.
    fn of(factors: &[Factor], opened_at: DateTime<Utc>, disputed: Money) -> Self {
        let last = |kind| {
            let found = factors.iter().rev().find(|f| f.kind == kind);
            found.and_then(|factor| amount(&factor.value, disputed.currency.code()))
        };
        let proposed = last(FactorKind::ProposedRefund);
        let decided = factors.iter().filter(|f| f.kind == FactorKind::AdjudicationGroup);
        let decided = decided.max_by_key(|factor| factor.as_of);
        Self {
            decision: decided.map_or_else(String::new, |factor| factor.value.clone()),
            levels: levels(factors, opened_at),
            country: opening(factors, FactorKind::ShippingCountry, opened_at),
            product: opening(factors, FactorKind::ProductSku, opened_at),
            // What the platform booked counts before what was proposed to it.
            kept: last(FactorKind::ReturnedAmount).or(proposed.map(|part| disputed.minor - part)),
            in_part: proposed.is_some(),
        }
    }

    /// What reports count a case's outcome as.
    fn outcome(&self, outcome: Option<Outcome>) -> Option<Outcome> {
        match outcome {
            Some(Outcome::Won) if self.in_part => Some(Outcome::Partial),
            other => other,
        }
    }
}

/// Minor units of `15.00 EUR`; none in another currency than the case's.
fn amount(text: &str, currency: &str) -> Option<i64> {
    let (value, code) = text.split_once(' ')?;
    let known: Currency = code.parse().ok()?;
    (code == currency)
        .then(|| Money::parse(value, known).ok())?
        .map(|money| money.minor)
}

struct Row<'a> {
    case: &'a Case,
    derived: Derived,
    opened_on: String,
    closed_on: String,
    answer: &'static str,
    due_at: Option<DateTime<Utc>>,
    assignee: String,
}

fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

impl<'a> Row<'a> {
    fn of(case: &'a Case, derived: Derived) -> Self {
        let (answer, due) = case.answer();
        Self {
            case,
            derived,
            opened_on: day(case.facts.opened_at),
            closed_on: case.closed_at.map(day).unwrap_or_default(),
            answer: answer.as_str(),
            due_at: due,
            // Rows are read as lines with tabs.
            assignee: case
                .assignee
                .as_deref()
                .unwrap_or_default()
                .replace(char::is_control, " "),
        }
    }
}

/// A set's factors: `[kind, source, value, as_of]`.
fn parsed(text: &str) -> Result<Vec<Factor>> {
    let damaged = |e: &dyn std::fmt::Display| Error::damaged("factor_sets", e);
    let rows: Vec<(String, String, String, DateTime<Utc>)> =
        serde_json::from_str(text).map_err(|e| damaged(&e))?;
    let factor = |(kind, source, value, as_of): (String, String, String, DateTime<Utc>)| {
        let kind = kind.parse().map_err(|e| damaged(&e))?;
        Ok(Factor {
            kind,
            value,
            source,
            as_of,
        })
    };
    rows.into_iter().map(factor).collect()
}

/// Everything recorded of these cases, each case's by the instant at which it was recorded.
async fn recorded(tx: &mut Tx, cases: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Factor>>> {
    if cases.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = |list: &str| {
        format!(
            "SELECT case_id, recorded_at, factors FROM factor_sets WHERE case_id {list} \
             UNION ALL SELECT case_id, recorded_at, factors FROM dossier_factors WHERE case_id {list} \
             UNION ALL SELECT case_id, recorded_at, factors FROM goods_factors WHERE case_id {list}"
        )
    };
    let mut rows: Vec<(Uuid, DateTime<Utc>, String)> = Vec::new();
    match tx {
        Tx::Sqlite(tx) => {
            for chunk in crate::bulk::chunks(cases) {
                let places: Vec<String> = (1..=chunk.len()).map(|at| format!("?{at}")).collect();
                let sql = text(&format!("IN ({})", places.join(", ")));
                // The text holds only our own words and placeholders.
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
                for id in chunk {
                    query = query.bind(*id);
                }
                rows.extend(query.fetch_all(&mut **tx).await?);
            }
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(text("= ANY($1)")));
            rows = query.bind(cases).fetch_all(&mut **tx).await?;
        }
    }
    let mut all: BTreeMap<Uuid, Vec<(DateTime<Utc>, Factor)>> = BTreeMap::new();
    for (case, at, factors) in rows {
        let known = all.entry(case).or_default();
        known.extend(parsed(&factors)?.into_iter().map(|factor| (at, factor)));
    }
    let ordered = all.into_iter().map(|(case, mut known)| {
        known.sort_by_key(|(at, factor)| (*at, factor.as_of));
        (case, known.into_iter().map(|(_, factor)| factor).collect())
    });
    Ok(ordered.collect())
}

async fn write(tx: &mut Tx, rows: &[Row<'_>]) -> Result<()> {
    write_rows!(
        tx,
        "INSERT INTO report_cases (case_id, client_id, connection_id, opened_on, closed_on, platform, reason, stage, currency, \
         amount_minor, outcome, contested, answer, due_at, assignee, kept_minor, levels, country, product, decision)",
        "ON CONFLICT (case_id) DO UPDATE SET opened_on = excluded.opened_on, closed_on = excluded.closed_on, \
         platform = excluded.platform, reason = excluded.reason, stage = excluded.stage, currency = excluded.currency, \
         amount_minor = excluded.amount_minor, outcome = excluded.outcome, contested = excluded.contested, \
         answer = excluded.answer, due_at = excluded.due_at, assignee = excluded.assignee, \
         kept_minor = excluded.kept_minor, levels = excluded.levels, country = excluded.country, \
         product = excluded.product, decision = excluded.decision",
        rows,
        |row| [
            row.case.id.0,
            row.case.client.0,
            row.case.connection.0,
            row.opened_on.as_str(),
            row.closed_on.as_str(),
            row.case.platform.as_str(),
            row.case.facts.reason.as_str(),
            row.case.facts.stage.as_str(),
            row.case.facts.amount.currency.code().to_owned(),
            row.case.facts.amount.minor,
            row.derived
                .outcome(row.case.outcome)
                .map_or("", |outcome| outcome.as_str()),
            row.case.contested,
            row.answer,
            row.due_at,
            row.assignee.as_str(),
            row.derived.kept,
            row.derived.levels.as_str(),
            row.derived.country.as_str(),
            row.derived.product.as_str(),
            row.derived.decision.as_str()
        ]
    );
    Ok(())
}

impl UnitOfWork {
    /// After the factors, which it reads where a case had some before.
    pub(crate) async fn write_report_rows(&mut self, changes: &[Change]) -> Result<()> {
        let held = changes.iter().filter(|change| change.before.is_some());
        let held: Vec<Uuid> = held.map(|change| change.transition.case.id.0).collect();
        let known = recorded(&mut self.tx, &held).await?;
        let none = Vec::new();
        let rows = changes.iter().map(|change| {
            let case = &change.transition.case;
            let first = change
                .observed
                .as_ref()
                .map_or(&none, |seen| &seen.snapshot.factors);
            let factors = if change.before.is_none() {
                first
            } else {
                known.get(&case.id.0).unwrap_or(&none)
            };
            Row::of(
                case,
                Derived::of(factors, case.facts.opened_at, case.facts.amount),
            )
        });
        write(&mut self.tx, &rows.collect::<Vec<_>>()).await?;
        self.complaints_changed(changes).await
    }

    /// Writes a case's levels anew, after its factors changed.
    pub(crate) async fn renew_levels(&mut self, case: CaseId) -> Result<()> {
        let opened: Option<(DateTime<Utc>, String, i64)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(OPENED).bind(case.0).fetch_optional(&mut *c).await)?;
        let Some((opened_at, currency, minor)) = opened else {
            return Ok(());
        };
        let currency = currency.parse().map_err(|e| Error::damaged("cases", &e))?;
        let known = recorded(&mut self.tx, &[case.0])
            .await?
            .remove(&case.0)
            .unwrap_or_default();
        let derived = Derived::of(&known, opened_at, Money::new(minor, currency));
        on_tx!(&mut self.tx, c => sqlx::query(RENEW).bind(case.0).bind(&derived.levels).bind(derived.kept)
            .bind(i64::from(derived.in_part)).bind(&derived.country).bind(&derived.product)
            .bind(&derived.decision).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Db {
    /// Writes the rows of cases of before, a step at a time; what was broken off goes on where it was.
    pub(crate) async fn fill_report_rows(&self) -> Result<()> {
        while !self.fill_step().await? {}
        Ok(())
    }

    async fn fill_step(&self) -> Result<bool> {
        let mut tx = self.begin().await?;
        let (version, reached): (i64, Option<Uuid>) =
            on_tx!(&mut tx, c => sqlx::query_as(LOCK).fetch_one(&mut *c).await)?;
        if version == LEVELS_VERSION {
            return Ok(true);
        }
        let after = reached.unwrap_or(Uuid::nil());
        let cases = crate::cases::after_in_tx(&mut tx, after, STEP).await?;
        let Some(last) = cases.last().map(|case| case.id.0) else {
            on_tx!(&mut tx, c => sqlx::query(DONE).bind(LEVELS_VERSION).execute(&mut *c).await.map(|_| ()))?;
            tx.commit().await?;
            return Ok(true);
        };
        let ids: Vec<Uuid> = cases.iter().map(|case| case.id.0).collect();
        let mut known = recorded(&mut tx, &ids).await?;
        let rows = cases.iter().map(|case| {
            let factors = known.remove(&case.id.0).unwrap_or_default();
            Row::of(
                case,
                Derived::of(&factors, case.facts.opened_at, case.facts.amount),
            )
        });
        let rows: Vec<Row<'_>> = rows.collect();
        write(&mut tx, &rows).await?;
        on_tx!(&mut tx, c => sqlx::query(BANDS).bind(after).bind(last).execute(&mut *c).await.map(|_| ()))?;
        on_tx!(&mut tx, c => sqlx::query(REACHED).bind(last).execute(&mut *c).await.map(|_| ()))?;
        tx.commit().await?;
        Ok(false)
    }

    /// Fails while rows of cases of before are missing: a report over part of the cases would mislead.
    pub(crate) async fn require_report_rows(&self) -> Result<()> {
        let (version,): (i64,) = on_db!(self, c => sqlx::query_as(VERSION).fetch_one(c).await)?;
        if version == LEVELS_VERSION {
            return Ok(());
        }
        Err(Error::Schema(
            "the rows that reports are counted from are not filled up; run `docket migrate`".to_owned(),
        ))
    }
}
