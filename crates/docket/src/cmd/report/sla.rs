//! `docket report sla`.

mod lines;
mod text;

use std::process::ExitCode;

use anyhow::{Result, bail};
use chrono::NaiveDate;
use docket_app::board;
use docket_app::figures::sla as figures;
use docket_app::{Client, ClientScope, Desk, Period};

use super::{Format, Paper};
use crate::output;

#[derive(clap::Args)]
pub struct Args {
    /// Name or id; every client with a contract if absent
    #[arg(long)]
    client: Option<String>,
    /// First day on which rounds began, UTC; a year back if absent
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Day after the last one; tomorrow if absent
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Every clock behind the figures instead of the report
    #[arg(long)]
    cases: bool,
    /// With --cases: only the clocks of this target, as the contract names it
    #[arg(long, value_name = "NAME", requires = "cases")]
    target: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    paper: Paper,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    let period = Period::of(args.from, args.to, desk.env.now())?;
    let clients = clients(args.client.as_deref(), desk).await?;
    if args.cases {
        lines::print(clients, period, args.target.as_deref(), args.format, desk).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let single = args.client.is_some();
    let mut all = Vec::new();
    for client in clients {
        all.push(figures::report(client, period, desk).await?);
    }
    match args.format {
        Format::Json if single => output::json(&all[0])?,
        Format::Json => output::json(&all)?,
        Format::Csv => output::text(&figures::csv(&all))?,
        Format::Pdf if single => args.paper.write(&board::sla(&all[0], args.paper.language)?)?,
        Format::Pdf => bail!("a PDF is of one client; name it with `--client NAME`"),
        Format::Text => text::print(&all)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn clients(wanted: Option<&str>, desk: &Desk) -> Result<Vec<Client>> {
    if let Some(text) = wanted {
        return Ok(vec![desk.find_client(text).await?]);
    }
    let contracts = desk.sla_contracts(ClientScope::Agency).await?;
    let mut all = desk.clients(ClientScope::Agency).await?;
    all.retain(|client| contracts.iter().any(|(owner, _)| *owner == client.id));
    Ok(all)
}
