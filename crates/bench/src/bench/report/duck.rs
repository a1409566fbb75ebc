//! The same aggregates by DuckDB, where its program is there: a column store, to see how far a row store is from one.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use docket_store::{Db, on_db};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Row};
use tempfile::TempDir;

use super::RUNS;
use super::seed::FACTORS;
use crate::desk::{self, Desk};
use crate::process;

/// Its database with the same rows, in a folder of its own; none without the program.
pub struct Duck(Option<(TempDir, PathBuf)>);

const COLUMNS: &str =
    "opened_on, platform, reason, stage, currency, amount_minor, outcome, contested, evidence";

impl Duck {
    pub fn of(desk: &Desk) -> Result<Self> {
        let there = Command::new("duckdb").arg("--version").output();
        if !there.is_ok_and(|output| output.status.success()) {
            return Ok(Self(None));
        }
        let folder = desk::folder()?;
        let file = folder.path().join("rows.duckdb");
        let levels: Vec<&str> = FACTORS.iter().map(|(name, ..)| *name).collect();
        let narrow = format!(
            "platform, reason, currency, outcome, contested, amount_minor, {}",
            levels.join(", ")
        );
        for (table, columns) in [("report_cases", COLUMNS), ("bare_levels", narrow.as_str())] {
            let rows = folder.path().join(format!("{table}.csv"));
            crate::block_on(write(desk, table, columns, &rows))?;
            let sql = format!(
                "CREATE TABLE {table} AS SELECT * FROM read_csv('{}', header = true, all_varchar = true); \
                 ALTER TABLE {table} ALTER amount_minor TYPE BIGINT",
                rows.display()
            );
            process::run_well(Command::new("duckdb").arg(&file).arg("-c").arg(sql))?;
            fs::remove_file(&rows).context("cannot remove the rows' file")?;
        }
        Ok(Self(Some((folder, file))))
    }

    pub const fn missing(&self) -> bool {
        self.0.is_none()
    }

    /// The whole program, as ours is measured.
    pub fn seconds(&self, sql: &str) -> Result<Option<f64>> {
        let Some((_, file)) = &self.0 else { return Ok(None) };
        let mut fastest = f64::INFINITY;
        for _ in 0..RUNS {
            let mut command = Command::new("duckdb");
            command.args(["-csv", "-readonly"]).arg(file).arg("-c").arg(sql);
            fastest = fastest.min(process::run_well(&mut command)?.usage.seconds);
        }
        Ok(Some(fastest))
    }
}

async fn write(desk: &Desk, table: &str, columns: &str, path: &PathBuf) -> Result<()> {
    let db = Db::connect(desk.url()).await?;
    let mut file = std::io::BufWriter::new(fs::File::create(path).context("cannot make a file of rows")?);
    writeln!(file, "{}", columns.replace(' ', ""))?;
    // Our words have neither commas nor quotes.
    let sql = format!("SELECT concat_ws(',', {columns}) FROM {table}");
    on_db!(&db, c => {
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(c);
        while let Some(row) = rows.try_next().await? {
            writeln!(file, "{}", row.try_get::<String, _>(0)?)?;
        }
    });
    file.flush().context("cannot write a file of rows")?;
    db.close().await;
    Ok(())
}
