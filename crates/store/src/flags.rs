//! How many cases carry which flag.

use std::collections::BTreeMap;

use docket_core::attention::Attention;
use docket_core::id::ClientId;
use docket_core::words::Platform;
use uuid::Uuid;

use crate::{ClientScope, Db, Error, Result, on_db};

// The condition stands in the text as it does in the index, so that only flagged cases are read.
const COUNTS: &str = "SELECT attention, count(*) FROM cases WHERE attention <> '[]' AND client_id BETWEEN $1 AND $2 \
    GROUP BY attention";

const CODES: &str = "SELECT client_id, platform, attention, platform_reason, platform_stage, platform_status, count(*) \
    FROM cases WHERE attention <> '[]' AND client_id BETWEEN $1 AND $2 \
    GROUP BY client_id, platform, attention, platform_reason, platform_stage, platform_status";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[COUNTS, CODES];

type CodeRow = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
);

/// A platform's own word that is not known here, at a client's cases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownCode {
    /// What it should have said.
    pub flag: Attention,
    /// Where.
    pub platform: Platform,
    /// Whose cases.
    pub client: ClientId,
    /// The word; none where the platform told none.
    pub code: Option<String>,
}

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

    /// The reasons, stages and states of platforms that are not known here, each with how many cases in scope have it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unknown_codes(&self, scope: ClientScope) -> Result<BTreeMap<UnknownCode, i64>> {
        let (low, high) = scope.range();
        let rows: Vec<CodeRow> =
            on_db!(self, c => sqlx::query_as(CODES).bind(low).bind(high).fetch_all(c).await)?;
        let mut counts = BTreeMap::new();
        for (client, platform, flags, reason, stage, status, cases) in rows {
            let flags: Vec<Attention> =
                serde_json::from_str(&flags).map_err(|e| Error::damaged("cases", e))?;
            let platform: Platform = platform.parse().map_err(|e| Error::damaged("cases", e))?;
            for flag in flags {
                let code = match flag {
                    Attention::UnknownReason => &reason,
                    Attention::UnknownStage => &stage,
                    Attention::UnknownStatus => &status,
                    _ => continue,
                };
                let code = UnknownCode {
                    flag,
                    platform,
                    client: ClientId(client),
                    code: code.clone(),
                };
                *counts.entry(code).or_default() += cases;
            }
        }
        Ok(counts)
    }
}
