//! `docket connection`.

mod onboard;
mod settings;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::Subcommand;
pub use docket_app::fields::connection as fields;
use docket_app::{ClientScope, Connection, Desk};
use docket_connector::{Finding, Topic};
use docket_core::id::ConnectionId;
use docket_core::words::Platform;
use secrecy::SecretString;

use crate::output::{self, Table, line};
use crate::text::relative;

#[derive(Subcommand)]
pub enum Command {
    /// Connect an account; prints the connection's id
    Add {
        /// Name or id
        #[arg(long)]
        client: String,
        #[arg(long)]
        platform: Platform,
        /// Where the platform answers: `https://api-m.paypal.com`, `https://api.klarna.com`, `https://SHOP.myshopify.com`; may
        /// carry a path
        #[arg(long)]
        base_url: String,
        /// A JSON file. PayPal: client_id, client_secret, optional payer_id (partner mode), optional webhook_id. Klarna:
        /// username and password, or api_key; optional merchant_id, region. Shopify: shop and one of access_token,
        /// client_id + client_secret, or these with refresh_token
        #[arg(long, value_name = "FILE")]
        credentials: PathBuf,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Have the merchant authorise an app in the browser, and connect with what it grants
    Authorize(onboard::Authorize),
    /// Replace the credentials of a connection and resume it
    Credentials(onboard::Credentials),
    /// Subscribe this desk to the account's dispute events, and repair a subscription
    Webhooks(onboard::Webhooks),
    /// Enrol the account in the platform's disputes API; changes its terms there
    Enroll(onboard::Enroll),
    /// The settings checklist: what the platform tells, what people say, since when
    Settings(settings::Args),
    /// Ask the platform what the account permits and how it is set up
    Check {
        connection: ConnectionId,
        #[arg(long)]
        json: bool,
    },
    /// List connections
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Stop syncing and sending on a connection
    Pause {
        connection: ConnectionId,
        /// Why, for whoever finds it paused
        #[arg(long, default_value = "paused by hand")]
        why: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Go on
    Resume {
        connection: ConnectionId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub fn table(connections: &[Connection], now: DateTime<Utc>) -> Result<()> {
    let mut table = Table::new(&["ID", "CLIENT", "PLATFORM", "STATE", "SYNCED", "LAST ERROR"]);
    for c in connections {
        let state = c
            .health
            .paused_why
            .as_ref()
            .map_or("active".to_owned(), |why| format!("paused: {why}"));
        let synced = c
            .health
            .synced_at
            .map_or("never".to_owned(), |at| relative(at, now));
        let error = c.health.sync_error.clone().unwrap_or_default();
        table.row(vec![
            c.id.to_string(),
            c.client_name.clone(),
            c.platform.to_string(),
            state,
            synced,
            error,
        ]);
    }
    if table.is_empty() {
        eprintln!("no connections yet; see `docket connection add --help`");
        return Ok(());
    }
    table.print()
}

pub(super) fn read_secret(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the credentials file {}", file.display()))?;
    Ok(text.into())
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Add {
            client,
            platform,
            base_url,
            credentials,
            by,
        } => {
            let client = desk.find_client(&client).await?;
            let secret = read_secret(&credentials)?;
            let id = desk
                .add_connection(&client, platform, &base_url, secret, &super::actor(by))
                .await?;
            line(id)?;
            eprintln!("next: docket connection check {id}");
        }
        Command::Authorize(args) => return onboard::authorize(args, desk).await,
        Command::Credentials(args) => return onboard::credentials(args, desk).await,
        Command::Webhooks(args) => return onboard::webhooks(args, desk).await,
        Command::Enroll(args) => return onboard::enroll(args, desk).await,
        Command::Settings(args) => return settings::run(args, desk).await,
        Command::Check { connection, json } => return check(connection, json, desk).await,
        Command::List { client, json } => {
            let connections = desk
                .connections(super::scope(desk, client.as_deref()).await?)
                .await?;
            if json {
                output::json(&connections.iter().map(fields).collect::<Vec<_>>())?;
            } else {
                table(&connections, desk.env.now())?;
            }
        }
        Command::Pause { connection, why, by } => {
            desk.pause_connection(connection, Some(&why), &super::actor(by))
                .await?;
            line(format!(
                "{connection} is paused: no sync, nothing is sent; deadlines go on running"
            ))?;
        }
        Command::Resume { connection, by } => {
            desk.pause_connection(connection, None, &super::actor(by)).await?;
            line(format!("{connection} is active"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn check(connection: ConnectionId, json: bool, desk: &Desk) -> Result<ExitCode> {
    let findings = desk.check_connection(connection).await?;
    let access: Vec<Finding> = findings
        .iter()
        .filter(|f| f.topic == Topic::Access)
        .cloned()
        .collect();
    let bad = access.iter().any(|f| f.ok == Some(false));
    let code = if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    if json {
        output::json(&findings)?;
        return Ok(code);
    }
    print_findings(&access)?;
    let items = desk.checklist(ClientScope::Agency, connection).await?;
    if !items.is_empty() {
        line("settings that move outcomes:")?;
        settings::show(&items, connection)?;
    }
    Ok(code)
}

/// Prints findings; fails where one is a plain no.
fn print_findings(findings: &[Finding]) -> Result<ExitCode> {
    for finding in findings {
        let mark = match finding.ok {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "?",
        };
        line(format!("{mark:<4}{}", finding.says))?;
        if let Some(todo) = finding.todo.as_ref().filter(|_| finding.ok != Some(true)) {
            line(format!("      → {todo}"))?;
        }
    }
    let bad = findings.iter().any(|f| f.ok == Some(false));
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
