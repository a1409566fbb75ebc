//! Databases to measure on: a fresh one per run, on either engine, as durable as in production.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// `cargo xtask` starts a server with fsync on and names it here.
const URL_VARIABLE: &str = "DOCKET_BENCH_PG_URL";

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// The PostgreSQL server of this run, if there is one.
pub struct Server(Option<String>);

impl Server {
    pub fn from_environment() -> Self {
        Self(std::env::var(URL_VARIABLE).ok())
    }

    pub fn url(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The engines to run on: those asked for, or both. Without a server PostgreSQL is left out, and that is said.
    pub fn engines(&self, only: Option<Engine>) -> Result<Vec<Engine>> {
        if self.0.is_none() && only == Some(Engine::Postgres) {
            bail!("{URL_VARIABLE} names no PostgreSQL server; start this through `cargo xtask`");
        }
        if self.0.is_none() && only.is_none() {
            println!(
                "NOT RUN: everything on PostgreSQL; `cargo xtask` starts a server and names it in {URL_VARIABLE}"
            );
            return Ok(vec![Engine::Sqlite]);
        }
        Ok(only.map_or_else(|| vec![Engine::Sqlite, Engine::Postgres], |engine| vec![engine]))
    }

    /// An empty database; the SQLite file lies in the folder.
    pub fn database(&self, engine: Engine, folder: &Path) -> Result<Database> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "bench_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        match engine {
            Engine::Sqlite => Ok(Database {
                url: format!("sqlite://{}", folder.join(format!("{name}.db")).display()),
                made_on: None,
            }),
            Engine::Postgres => {
                let server = self.url().context("there is no PostgreSQL server")?;
                execute(server, format!("CREATE DATABASE {name}"))?;
                let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
                Ok(Database {
                    url: format!("{base}/{name}"),
                    made_on: Some((server.to_owned(), name)),
                })
            }
        }
    }
}

/// A database of one run; a PostgreSQL one is dropped with it, so that many runs do not fill the disk.
pub struct Database {
    url: String,
    made_on: Option<(String, String)>,
}

impl Database {
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.made_on {
            // The whole server vanishes after the run anyway.
            let _ = execute(server, format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn execute(server: &str, statement: String) -> Result<()> {
    crate::block_on(async {
        let mut connection = PgConnection::connect(server)
            .await
            .context("PostgreSQL does not answer")?;
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await?;
        Ok(())
    })
}
