//! What a figure was measured on.

use std::fs;
use std::thread::available_parallelism;

use anyhow::Result;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::database::Server;

/// Prints cores, processor, memory, engine versions, and a warning when others use the machine.
pub fn print(server: &Server) -> Result<()> {
    let cores = available_parallelism().map_or(1, usize::from);
    println!(
        "machine: {cores} cores, {}, {:.1} GB memory",
        processor(),
        memory_gb()
    );
    println!(
        "engines: SQLite {}, {}",
        sqlite_version()?,
        postgres_version(server)?
    );
    let load = load();
    if load > cores as f64 {
        println!(
            "WARNING: the load average is {load:.1} on {cores} cores: others use this machine, and figures are worse than true"
        );
    }
    println!();
    Ok(())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn processor() -> String {
    field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown processor".to_owned())
}

fn memory_gb() -> f64 {
    let total = field(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let kilobytes = total
        .split(' ')
        .next()
        .and_then(|number| number.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1e6
}

/// Over the last minute.
fn load() -> f64 {
    let text = read("/proc/loadavg");
    text.split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0.0)
}

fn sqlite_version() -> Result<String> {
    crate::block_on(async {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
        Ok(sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&mut connection)
            .await?)
    })
}

fn postgres_version(server: &Server) -> Result<String> {
    let Some(url) = server.url() else {
        return Ok("no PostgreSQL".to_owned());
    };
    crate::block_on(async {
        let mut connection = PgConnection::connect(url).await?;
        let version: String = sqlx::query_scalar("SHOW server_version")
            .fetch_one(&mut connection)
            .await?;
        let fsync: String = sqlx::query_scalar("SHOW fsync")
            .fetch_one(&mut connection)
            .await?;
        Ok(format!("PostgreSQL {version} (fsync {fsync})"))
    })
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_found_by_their_name() {
        let text = "processor\t: 0\nmodel name\t: Some CPU\n";
        assert_eq!(field(text, "model name").as_deref(), Some("Some CPU"));
        assert_eq!(field(text, "MemTotal"), None);
    }
}
