//! `docket sales`: what accounts sold, which their claims are held against.

use std::process::ExitCode;

use anyhow::Result;
use chrono::NaiveDate;
use clap::Subcommand;
use docket_app::{ClientScope, Desk, MonthSales, NewSales};
use docket_core::id::ConnectionId;
use docket_core::money::{Currency, Money};
use serde_json::json;

use crate::output::{JsonArray, Table, line};

#[derive(Subcommand)]
pub enum Command {
    /// Tell what an account sold in a month, as the platform's own report says; told again, the last one counts
    Set {
        #[arg(long, value_name = "ID")]
        connection: ConnectionId,
        /// Any day of the month
        #[arg(long, value_name = "DATE")]
        month: NaiveDate,
        /// Such as 125000.00
        #[arg(long, allow_hyphen_values = true)]
        amount: String,
        #[arg(long, value_name = "CODE")]
        currency: Currency,
        /// Number of payments
        #[arg(long, value_name = "COUNT", allow_hyphen_values = true)]
        sales: i64,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Everything that was told
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Set {
            connection,
            month,
            amount,
            currency,
            sales,
            by,
        } => {
            let new = NewSales {
                connection,
                month,
                amount: Money::parse(&amount, currency)?,
                sales,
                actor: super::actor(by),
            };
            line(says(&desk.tell_sales(new).await?))?;
        }
        Command::List { client, json } => list(client.as_deref(), json, desk).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn says(told: &MonthSales) -> String {
    format!(
        "{}: {} in {} payment(s)",
        told.month.format("%Y-%m"),
        told.amount,
        told.sales
    )
}

async fn list(client: Option<&str>, as_json: bool, desk: &Desk) -> Result<()> {
    let scope = match client {
        Some(text) => ClientScope::One(desk.find_client(text).await?.id),
        None => ClientScope::Agency,
    };
    let all = desk.account_sales(scope).await?;
    if as_json {
        let mut array = JsonArray::begin()?;
        all.iter().try_for_each(|told| {
            array.push(&json!({
                "connection": told.connection, "client": told.client, "month": told.month, "amount": told.amount,
                "sales": told.sales, "told_by": told.told_by, "told_at": told.told_at,
            }))
        })?;
        return array.end();
    }
    let mut table = Table::new(&["CONNECTION", "SALES", "TOLD BY"]);
    for told in &all {
        table.row(vec![
            told.connection.to_string(),
            says(told),
            told.told_by.clone(),
        ]);
    }
    if table.is_empty() {
        return line(
            "nothing was told; docket sales set --connection ID --month DATE --amount A --currency C --sales COUNT",
        );
    }
    table.print()
}
