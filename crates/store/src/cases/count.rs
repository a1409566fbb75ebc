//! How many cases a list has.

use super::CaseFilter;
use crate::bulk::bind_all;
use crate::{ClientScope, Db, Result, on_db};

/// Every case has its round: where cases are counted, it is looked up only if the filter asks for it.
fn joined(where_: &str) -> &'static str {
    if where_.contains(" r.") {
        "JOIN rounds r ON r.id = c.round_id"
    } else {
        ""
    }
}

impl Db {
    /// How many cases match.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_cases(&self, scope: ClientScope, filter: &CaseFilter) -> Result<i64> {
        let (where_, binds) = filter.sql(scope);
        let sql = format!("SELECT count(*) FROM cases c {} {where_}", joined(&where_));
        let (count,): (i64,) = on_db!(self, c => {
            bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), &binds).fetch_one(c).await
        })?;
        Ok(count)
    }

    /// Differs once a case that matches is another one than before, was changed, or matches no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark(&self, scope: ClientScope, filter: &CaseFilter) -> Result<(i64, i64)> {
        let (where_, binds) = filter.sql(scope);
        let sql = format!(
            "SELECT count(*), CAST(coalesce(sum(c.version), 0) AS BIGINT) FROM cases c {} {where_}",
            joined(&where_)
        );
        Ok(on_db!(self, c => {
            bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), &binds).fetch_one(c).await
        })?)
    }

    /// How many cases match, and how many of them wait for us: both in one walk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_with_ours(&self, scope: ClientScope, filter: &CaseFilter) -> Result<(i64, i64)> {
        let (where_, binds) = filter.sql(scope);
        let sql = format!(
            "SELECT count(*), count(*) FILTER (WHERE c.turn = 'ours') FROM cases c {} {where_}",
            joined(&where_)
        );
        Ok(on_db!(self, c => {
            bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), &binds).fetch_one(c).await
        })?)
    }
}
