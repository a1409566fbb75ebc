//! Factors: what one reading says of them lies in one row, and the view `factors` shows each once, as first recorded.
//!
//! A dispute carries about eight. As rows of their own they were two thirds of all that an import writes.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use docket_core::factor::Factor;
use docket_core::id::{CaseId, ClientId};
use sha2::{Digest, Sha256};

use crate::bulk::write_rows;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db, on_tx};

const OF: &str = "SELECT kind, source, value, as_of, recorded_at, known FROM factors \
    WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 ORDER BY kind, source, recorded_at";

const DERIVED: &str = "INSERT INTO dossier_factors (case_id, client_id, content, recorded_at, factors) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id) DO UPDATE SET content = excluded.content, \
    recorded_at = excluded.recorded_at, factors = excluded.factors WHERE dossier_factors.content <> excluded.content";
const NO_MORE: &str = "DELETE FROM dossier_factors WHERE case_id = $1";
const SKUS: &str = "SELECT sku FROM case_skus WHERE case_id = $1";
const NO_SKUS: &str = "DELETE FROM case_skus WHERE case_id = $1";
const COMPLAINTS: &str = "SELECT count(DISTINCT c.id) FROM case_skus o JOIN case_skus s ON s.sku = o.sku \
    AND s.client_id = o.client_id AND s.case_id <> o.case_id JOIN cases c ON c.id = s.case_id \
    WHERE o.case_id = $3 AND o.client_id BETWEEN $1 AND $2 AND c.reason = 'not_as_described' \
    AND c.opened_at >= $4 AND c.opened_at < $5";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[OF, DERIVED, NO_MORE, SKUS, NO_SKUS, COMPLAINTS];

/// A recorded factor.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FactorRow {
    /// What it is.
    pub kind: String,
    /// The field it was read from.
    pub source: String,
    /// Its value.
    pub value: String,
    /// The instant that it speaks of.
    pub as_of: DateTime<Utc>,
    /// When we recorded it.
    pub recorded_at: DateTime<Utc>,
    /// `opening` for what speaks of an instant up to the dispute's opening, else `later`.
    pub known: String,
}

/// What one reading says of a case's factors.
pub(crate) struct FactorSet {
    pub(crate) case: CaseId,
    pub(crate) client: ClientId,
    /// SHA-256 of all but the instants: a reading that says the same again adds nothing.
    content: [u8; 32],
    /// An array of `[kind, source, value, as_of]`.
    pub(crate) factors: String,
}

impl FactorSet {
    /// None where there are no factors. Of two that differ in their instant only, the first counts.
    pub(crate) fn of(case: CaseId, client: ClientId, factors: &[Factor]) -> Option<Self> {
        let mut hash = Sha256::new();
        let mut rows: Vec<(&str, &str, &str, String)> = Vec::with_capacity(factors.len());
        for factor in factors {
            let (kind, source, value) = (
                factor.kind.as_str(),
                factor.source.as_str(),
                factor.value.as_str(),
            );
            // A handful: looking at all of them is cheaper than hashing each.
            if rows.iter().any(|r| (r.0, r.1, r.2) == (kind, source, value)) {
                continue;
            }
            for text in [kind, source, value] {
                hash.update(text);
                // No byte of any text in UTF-8, so that no two lists of texts hash the same bytes.
                hash.update([0xff]);
            }
            // The form in which sqlx writes instants to SQLite, where they are compared as text.
            let as_of = factor.as_of.to_rfc3339_opts(SecondsFormat::AutoSi, false);
            rows.push((kind, source, value, as_of));
        }
        if rows.is_empty() {
            return None;
        }
        Some(Self {
            case,
            client,
            content: hash.finalize().into(),
            // Plain texts always serialise.
            factors: serde_json::to_string(&rows).unwrap_or_else(|_| "[]".to_owned()),
        })
    }
}

impl Db {
    /// The factors recorded against a case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factors(&self, scope: ClientScope, case: CaseId) -> Result<Vec<FactorRow>> {
        let (low, high) = scope.range();
        Ok(on_db!(self, c => sqlx::query_as(OF).bind(low).bind(high).bind(case.0).fetch_all(c).await)?)
    }

    /// How many disputes of the same client said `not_as_described` of the same goods within a span of time, without this
    /// case; zero where nobody knows what goods it is about. Counted when asked for: a case whose goods become known
    /// late counts for all after it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sku_complaints(
        &self,
        client: ClientId,
        case: CaseId,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<i64> {
        let (low, high) = ClientScope::One(client).range();
        let (count,): (i64,) = on_db!(self, c => sqlx::query_as(COMPLAINTS).bind(low).bind(high).bind(case.0)
            .bind(from).bind(to).fetch_one(c).await)?;
        Ok(count)
    }
}

impl UnitOfWork {
    /// Replaces what follows from a case's dossier: its factors, and which goods it is about.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_dossier_factors(
        &mut self,
        (case, client): (CaseId, ClientId),
        factors: &[Factor],
        skus: &BTreeSet<String>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let held: Vec<(String,)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(SKUS).bind(case.0).fetch_all(&mut *c).await)?;
        let held: BTreeSet<String> = held.into_iter().map(|(sku,)| sku).collect();
        if held != *skus {
            // Before any row of the case is written: whoever works it off goes in the same order.
            self.goods_changed((case, client)).await?;
            self.replace_skus((case, client), skus).await?;
        }
        match FactorSet::of(case, client, factors) {
            Some(set) => on_tx!(&mut self.tx, c => sqlx::query(DERIVED).bind(case.0).bind(client.0)
                .bind(&set.content[..]).bind(now).bind(&set.factors).execute(&mut *c).await.map(|_| ()))?,
            None => {
                on_tx!(&mut self.tx, c => sqlx::query(NO_MORE).bind(case.0).execute(&mut *c).await.map(|_| ()))?
            }
        }
        self.renew_levels(case).await
    }

    async fn replace_skus(
        &mut self,
        (case, client): (CaseId, ClientId),
        skus: &BTreeSet<String>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(NO_SKUS).bind(case.0).execute(&mut *c).await.map(|_| ()))?;
        let skus: Vec<&String> = skus.iter().collect();
        write_rows!(
            &mut self.tx,
            "INSERT INTO case_skus (sku, client_id, case_id)",
            "ON CONFLICT (sku, client_id, case_id) DO NOTHING",
            &skus,
            |row| [row.as_str(), client.0, case.0]
        );
        Ok(())
    }

    /// Records what the desk itself did in a case, beside what platforms and dossiers say.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_factors(
        &mut self,
        (case, client): (CaseId, ClientId),
        factors: &[Factor],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(set) = FactorSet::of(case, client, factors) else {
            return Ok(());
        };
        self.write_factors(&[set], now).await?;
        self.renew_levels(case).await
    }

    /// Records factors; one that is recorded already stays as it was first seen.
    pub(crate) async fn write_factors(&mut self, sets: &[FactorSet], now: DateTime<Utc>) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO factor_sets (case_id, content, client_id, recorded_at, factors)",
            "ON CONFLICT (case_id, content) DO NOTHING",
            sets,
            |row| [
                row.case.0,
                &row.content[..],
                row.client.0,
                now,
                row.factors.as_str()
            ]
        );
        Ok(())
    }
}
