//! `docket client`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::fields::client as fields;
use docket_app::{ClientScope, Desk};
use docket_core::money::{Currency, Money};
use serde_json::json;

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// Add a client; prints its id
    Add {
        name: String,
        /// The client allows that a prepared response, or the packet of what evidence there is, goes out by itself six hours
        /// before the deadline
        #[arg(long)]
        safety_net: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// List clients
    List {
        #[arg(long)]
        json: bool,
    },
    /// Show one client with its connections
    Show {
        /// Name or id
        client: String,
        #[arg(long)]
        json: bool,
    },
    /// Allow or forbid the safety net
    SafetyNet {
        /// Name or id
        client: String,
        #[arg(value_parser = ["on", "off"])]
        allowed: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Above this amount every response needs a second person; what moves money always does
    Limit {
        /// Name or id
        client: String,
        /// The dispute's currency, such as EUR; each has a limit of its own
        currency: Currency,
        /// The amount, such as 250.00; `off` lifts the limit, and one person is enough again
        amount: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Add { name, safety_net, by } => {
            let client = desk.add_client(&name, safety_net, &super::actor(by)).await?;
            line(client.id)?;
            eprintln!(
                "next: docket connection add --client \"{name}\" --platform paypal --base-url URL --credentials FILE"
            );
        }
        Command::List { json } => {
            let clients = desk.clients(ClientScope::Agency).await?;
            if json {
                output::json(&clients.iter().map(fields).collect::<Vec<_>>())?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&["ID", "NAME", "SAFETY NET", "SINCE"]);
            for c in &clients {
                let net = if c.safety_net { "on" } else { "off" };
                table.row(vec![
                    c.id.to_string(),
                    c.name.clone(),
                    net.to_owned(),
                    absolute(c.created_at),
                ]);
            }
            if table.is_empty() {
                eprintln!("no clients yet; add one: docket client add NAME");
            } else {
                table.print()?;
            }
        }
        Command::Show { client, json } => {
            let client = desk.find_client(&client).await?;
            let connections = desk.connections(ClientScope::One(client.id)).await?;
            if json {
                let mut value = fields(&client);
                value["limits"] = json!(desk.limits(client.id).await?);
                value["connections"] = connections.iter().map(super::connection::fields).collect();
                output::json(&value)?;
            } else {
                line(format!("{}  {}", client.name, client.id))?;
                line(format!(
                    "safety net: {}",
                    if client.safety_net { "on" } else { "off" }
                ))?;
                for limit in desk.limits(client.id).await? {
                    line(format!("above {limit}: every response needs a second person"))?;
                }
                super::connection::table(&connections, desk.env.now())?;
            }
        }
        Command::SafetyNet { client, allowed, by } => {
            let client = desk.find_client(&client).await?;
            desk.set_safety_net(client.id, allowed == "on", &super::actor(by))
                .await?;
            line(format!("safety net of {}: {allowed}", client.name))?;
        }
        Command::Limit {
            client,
            currency,
            amount,
            by,
        } => {
            let client = desk.find_client(&client).await?;
            let limit = match amount.as_str() {
                "off" => None,
                amount => Some(Money::parse(amount, currency)?),
            };
            desk.set_limit(client.id, currency, limit, &super::actor(by))
                .await?;
            let said = limit.map_or_else(|| "none".to_owned(), |l| l.to_string());
            line(format!("limit of {} in {currency}: {said}", client.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
