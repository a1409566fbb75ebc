//! The floors: the least that any program has to do with the same bodies, each as a process of its own.

mod fetch;
mod insert;
mod packet;

use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;

use crate::database::Engine;
use crate::platform::Platform;

#[derive(Subcommand)]
pub enum Task {
    /// Fetches the listing and every dispute that it does not show in full, and drops the bodies
    Fetch {
        #[arg(long)]
        platform: Platform,
        #[arg(long)]
        base: String,
        /// Who asks
        #[arg(long)]
        user: String,
        #[arg(long)]
        secret: String,
        /// How many there are
        #[arg(long)]
        disputes: u64,
        #[arg(long)]
        concurrency: usize,
        /// Writes ids and bodies into this file instead, for `insert`
        #[arg(long)]
        keep: Option<PathBuf>,
    },
    /// Inserts the kept bodies into one table
    Insert {
        #[arg(long)]
        database: String,
        #[arg(long)]
        bodies: PathBuf,
    },
    /// Fills a database for `bench report`, or runs a bare statement on it, and prints the seconds
    Report {
        #[arg(long)]
        database: String,
        #[arg(long)]
        engine: Engine,
        /// So many cases
        #[arg(long)]
        fill: Option<u64>,
        #[arg(long)]
        sql: Option<String>,
    },
    /// Makes packets, or what they are compared with, and prints what each took
    Packet {
        what: packet::What,
        #[arg(long)]
        packets: u32,
    },
}

pub use packet::{Made, What};

pub fn run(task: Task) -> Result<ExitCode> {
    if let Task::Packet { what, packets } = task {
        packet::make(what, packets)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Task::Report {
        database,
        engine,
        fill,
        sql,
    } = task
    {
        super::report::alone(&database, engine, fill, sql)?;
        return Ok(ExitCode::SUCCESS);
    }
    // As many threads as the program that is compared with them has.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start a runtime")?;
    runtime.block_on(async {
        match task {
            Task::Fetch {
                platform,
                base,
                user,
                secret,
                disputes,
                concurrency,
                keep,
            } => {
                let access = fetch::Access {
                    platform,
                    base,
                    user,
                    secret,
                };
                fetch::fetch(access, disputes, concurrency, keep.as_deref()).await
            }
            Task::Insert { database, bodies } => insert::insert(&database, &bodies).await,
            Task::Packet { .. } | Task::Report { .. } => unreachable!("done above"),
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Two lengths, id, body.
fn put(file: &mut impl Write, id: &str, body: &[u8]) -> Result<()> {
    for part in [id.as_bytes(), body] {
        file.write_all(&u32::try_from(part.len())?.to_le_bytes())?;
        file.write_all(part)?;
    }
    Ok(())
}

fn take(file: &mut impl Read) -> Result<Option<(String, Vec<u8>)>> {
    let Some(id) = part(file)? else { return Ok(None) };
    let body = part(file)?.context("the bodies' file ends in the middle")?;
    Ok(Some((String::from_utf8(id)?, body)))
}

fn part(file: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match file.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(length))?];
    file.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_bodies_come_back() {
        let mut file = Vec::new();
        put(&mut file, "PP-1", b"{}").unwrap();
        put(&mut file, "PP-2", b"").unwrap();
        let mut file = file.as_slice();
        assert_eq!(
            take(&mut file).unwrap(),
            Some(("PP-1".to_owned(), b"{}".to_vec()))
        );
        assert_eq!(take(&mut file).unwrap(), Some(("PP-2".to_owned(), Vec::new())));
        assert_eq!(take(&mut file).unwrap(), None);
    }
}
