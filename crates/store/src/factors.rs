//! Factors: what one reading says of them lies in one row, and the view `factors` shows each once, as first recorded.
//!
//! A dispute carries about eight. As rows of their own they were two thirds of all that an import writes.

use chrono::{DateTime, SecondsFormat, Utc};
use docket_core::factor::Factor;
use docket_core::id::{CaseId, ClientId};
use sha2::{Digest, Sha256};

use crate::bulk::write_rows;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db};

const OF: &str = "SELECT kind, source, value, as_of, recorded_at FROM factors \
    WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 ORDER BY kind, source, recorded_at";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[OF];

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
}

/// What one reading says of a case's factors.
pub(crate) struct FactorSet {
    case: CaseId,
    client: ClientId,
    /// SHA-256 of all but the instants: a reading that says the same again adds nothing.
    content: [u8; 32],
    /// An array of `[kind, source, value, as_of]`.
    factors: String,
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
}

impl UnitOfWork {
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
