//! How many cases carry which flag.

use std::collections::BTreeMap;

use docket_core::attention::Attention;

use crate::{ClientScope, Db, Error, Result, on_db};

// The condition stands in the text as it does in the index, so that only flagged cases are read.
const COUNTS: &str = "SELECT attention, count(*) FROM cases WHERE attention <> '[]' AND client_id BETWEEN $1 AND $2 \
    GROUP BY attention";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[COUNTS];

impl Db {
    /// How many cases in scope carry each flag; a case with several counts for each.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn flag_counts(&self, scope: ClientScope) -> Result<BTreeMap<Attention, i64>> {
        let (low, high) = scope.range();
        let rows: Vec<(String, i64)> =
            on_db!(self, c => sqlx::query_as(COUNTS).bind(low).bind(high).fetch_all(c).await)?;
        let mut counts = BTreeMap::new();
        for (flags, cases) in rows {
            let flags: Vec<Attention> =
                serde_json::from_str(&flags).map_err(|e| Error::damaged("cases", e))?;
            for flag in flags {
                *counts.entry(flag).or_default() += cases;
            }
        }
        Ok(counts)
    }
}
