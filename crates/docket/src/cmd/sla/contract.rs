//! `docket sla contract`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Subcommand;
use docket_app::{ClientScope, Desk};
use docket_core::id::ClientId;
use docket_core::sla::{Contract, ContractVersion};
use serde_json::{Value, json};

use super::file;
use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// Add a client's contract, or its next version, which holds from its `valid_from` on; old periods keep theirs
    Add {
        /// Name or id
        #[arg(long)]
        client: String,
        /// TOML or JSON; config/sla/contract.toml shows every key
        file: PathBuf,
        /// Only say what it would be
        #[arg(long)]
        dry_run: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// What a contract promises
    Show {
        /// Name or id
        #[arg(long)]
        client: String,
        /// The number of its version; the newest if absent
        #[arg(long, value_name = "VERSION")]
        number: Option<i64>,
        #[arg(long)]
        json: bool,
    },
    /// Contracts, every version
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<()> {
    match command {
        Command::Add {
            client,
            file,
            dry_run,
            by,
            json,
        } => {
            let client = desk.find_client(&client).await?.id;
            let contract: Contract = file::read(&file)?;
            let by = crate::cmd::actor(by);
            let new = desk.add_sla_contract(client, contract, &by, dry_run).await?;
            if json {
                return output::json(&new);
            }
            line(if dry_run {
                "nothing is kept; it would be:"
            } else {
                "added:"
            })?;
            show(&new)
        }
        Command::Show { client, number, json } => {
            let client = desk.find_client(&client).await?;
            let all = desk.sla_contracts(ClientScope::One(client.id)).await?;
            let mut all = all.into_iter().map(|(_, c)| c).rev();
            let found = all.find(|c| number.is_none_or(|n| n == c.version));
            let Some(found) = found else {
                bail!(
                    "{} has no such contract; see docket sla contract list, or add one: docket sla contract add",
                    client.name
                );
            };
            if json { output::json(&found) } else { show(&found) }
        }
        Command::List { client, json } => {
            let scope = crate::cmd::scope(desk, client.as_deref()).await?;
            list(&desk.sla_contracts(scope).await?, json)
        }
    }
}

fn list(all: &[(ClientId, ContractVersion)], as_json: bool) -> Result<()> {
    if as_json {
        let rows = all.iter().map(|(client, c)| {
            let mut row = serde_json::to_value(c)?;
            row["client"] = json!(client);
            Ok(row)
        });
        return output::json(&rows.collect::<Result<Vec<Value>>>()?);
    }
    let mut table = Table::new(&[
        "CONTRACT", "VERSION", "FROM", "TARGETS", "CLIENT", "RECORDED", "BY",
    ]);
    for (client, c) in all {
        table.row(vec![
            c.contract.name.clone(),
            c.version.to_string(),
            c.contract.valid_from.to_string(),
            c.contract.targets.len().to_string(),
            client.to_string(),
            absolute(c.recorded_at),
            c.recorded_by.clone(),
        ]);
    }
    if table.is_empty() {
        eprintln!("no contract yet; add one: docket sla contract add --client NAME FILE");
        return Ok(());
    }
    table.print()
}

/// Which contract it is.
pub fn head(kept: &ContractVersion) -> String {
    format!(
        "contract `{}` version {}, from {} on ({}), recorded by {} at {}",
        kept.contract.name,
        kept.version,
        kept.contract.valid_from,
        kept.contract.zone,
        kept.recorded_by,
        absolute(kept.recorded_at)
    )
}

fn show(kept: &ContractVersion) -> Result<()> {
    line(head(kept))?;
    for target in &kept.contract.targets {
        line(format!("  {}: {}", target.name, kept.contract.terms(target)))?;
        line(format!("      {}", target.metric.definition()))?;
    }
    Ok(())
}
