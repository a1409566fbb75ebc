//! Every statement is prepared on both freshly migrated engines: syntax, tables and columns are right.

use docket_store::testing::TestDb;
use docket_store::{Db, on_both};
use sqlx::{AssertSqlSafe, Executor};

async fn every_statement_is_understood(test: TestDb) {
    match &test.db {
        Db::Sqlite { read, .. } => {
            let own = docket_store::pairs().into_iter().map(|(sqlite, _)| sqlite);
            for sql in docket_store::statements().into_iter().chain(own) {
                read.describe(AssertSqlSafe(sql).into_sql_str())
                    .await
                    .unwrap_or_else(|e| panic!("{sql}\n{e}"));
            }
        }
        Db::Postgres(pool) => {
            let own = docket_store::pairs().into_iter().map(|(_, postgres)| postgres);
            for sql in docket_store::statements().into_iter().chain(own) {
                pool.describe(AssertSqlSafe(sql).into_sql_str())
                    .await
                    .unwrap_or_else(|e| panic!("{sql}\n{e}"));
            }
        }
    }
}

use sqlx::SqlSafeStr;

on_both!(every_statement_is_understood);
