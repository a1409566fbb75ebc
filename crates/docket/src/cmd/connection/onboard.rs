//! Steps of connecting an account that change something at the platform or in its credentials: authorising, renewing
//! credentials, subscribing to events, enrolling.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use docket_app::Desk;
use docket_connector::http::Shared;
use docket_core::env::Env;
use docket_core::id::ConnectionId;
use docket_core::words::Platform;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use super::read_secret;
use crate::output::line;

#[derive(clap::Args)]
pub struct Authorize {
    /// Name or id; with it a new connection is added
    #[arg(long, required_unless_present = "connection")]
    client: Option<String>,
    /// Authorise this connection anew instead
    #[arg(long, conflicts_with = "client")]
    connection: Option<ConnectionId>,
    #[arg(long)]
    platform: Platform,
    #[arg(long)]
    base_url: String,
    /// A JSON file with the app's credentials
    #[arg(long, value_name = "FILE")]
    credentials: PathBuf,
    /// Where the merchant is sent back to; must be registered with the app. A loopback address is listened on, else the
    /// address is to be pasted here
    #[arg(long, default_value = "http://127.0.0.1:9321/authorized")]
    redirect: Url,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn authorize(args: Authorize, desk: &Desk) -> Result<ExitCode> {
    let driver = desk.connectors.driver(args.platform)?;
    let Some(flow) = driver.authorise else {
        bail!(
            "{} has no authorization to run here; use `docket connection add --credentials FILE`",
            args.platform.title()
        );
    };
    let base: Url = args.base_url.parse().context("the base URL is no address")?;
    let secret = read_secret(&args.credentials)?;
    let state = random_state(&desk.env);
    let page = (flow.page)(&base, &secret, &args.redirect, &state).map_err(anyhow::Error::msg)?;
    line(format!("open this page as the merchant and agree:\n  {page}"))?;
    let returned = returned(&args.redirect).await?;
    let shared: &Shared = desk.connectors.shared();
    let granted = (flow.exchange)(&base, &secret, &returned, &state, shared).await?;
    let actor = super::super::actor(args.by);
    let id = match (args.connection, args.client) {
        (Some(id), _) => {
            desk.replace_credentials(id, granted, &actor).await?;
            id
        }
        (None, Some(client)) => {
            let client = desk.find_client(&client).await?;
            desk.add_connection(&client, args.platform, &args.base_url, granted, &actor)
                .await?
        }
        (None, None) => bail!("name the client, or the connection that is authorised anew"),
    };
    line(id)?;
    eprintln!("next: docket connection check {id}");
    Ok(ExitCode::SUCCESS)
}

fn random_state(env: &Env) -> String {
    let mut bytes = [0u8; 24];
    env.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Waits for the merchant to come back, or asks for the address where they landed.
async fn returned(redirect: &Url) -> Result<Url> {
    if docket_connector::credentials::is_loopback(redirect) {
        let port = redirect.port_or_known_default().unwrap_or(80);
        let host = redirect
            .host_str()
            .unwrap_or("127.0.0.1")
            .trim_matches(['[', ']'])
            .to_owned();
        let listener = TcpListener::bind((host.as_str(), port))
            .await
            .with_context(|| format!("cannot listen on {redirect}; choose another --redirect"))?;
        eprintln!("waiting on {redirect} …");
        return arrival(&listener, redirect).await;
    }
    eprintln!("paste the address where the merchant landed:");
    let mut text = String::new();
    std::io::stdin()
        .read_line(&mut text)
        .context("cannot read the address")?;
    text.trim().parse().context("this is no address")
}

/// A connection that says nothing for so long is dropped.
const SILENCE: Duration = Duration::from_secs(2);

/// The address of the first request to the redirect's path. Browsers also ask for icons; those get nothing.
async fn arrival(listener: &TcpListener, redirect: &Url) -> Result<Url> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let mut head = Vec::new();
        let mut buffer = [0u8; 4096];
        while !head.windows(2).any(|pair| pair == b"\r\n") && head.len() < 16_384 {
            // Browsers open connections ahead and say nothing on them: those must not keep the merchant's out.
            match tokio::time::timeout(SILENCE, stream.read(&mut buffer)).await {
                Ok(Ok(read)) if read > 0 => head.extend_from_slice(&buffer[..read]),
                Ok(_) | Err(_) => break,
            }
        }
        let first = String::from_utf8_lossy(&head);
        let target = first.split_whitespace().nth(1).unwrap_or_default();
        let Ok(url) = redirect.join(target) else { continue };
        let fits = url.path() == redirect.path() && url.query().is_some();
        let (status, says) = if fits {
            (
                "200 OK",
                "Thank you. You can close this page; the command line says what follows.",
            )
        } else {
            ("404 Not Found", "Nothing is here.")
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{says}",
            says.len()
        );
        // A browser that left has still brought the answer.
        let _ = stream.write_all(answer.as_bytes()).await;
        if fits {
            return Ok(url);
        }
    }
}

#[derive(clap::Args)]
pub struct Credentials {
    connection: ConnectionId,
    /// A JSON file, as for `docket connection add`
    #[arg(long, value_name = "FILE")]
    credentials: PathBuf,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn credentials(args: Credentials, desk: &Desk) -> Result<ExitCode> {
    let secret = read_secret(&args.credentials)?;
    desk.replace_credentials(args.connection, secret, &super::super::actor(args.by))
        .await?;
    line(format!("{} has new credentials and is active", args.connection))?;
    eprintln!("next: docket connection check {}", args.connection);
    Ok(ExitCode::SUCCESS)
}

#[derive(clap::Args)]
pub struct Webhooks {
    connection: ConnectionId,
    /// The public https address of this desk, up to the host or a path (`https://desk.example`); the door's path is added
    #[arg(long, value_name = "URL")]
    public_url: Url,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn webhooks(args: Webhooks, desk: &Desk) -> Result<ExitCode> {
    let (door, findings) = desk
        .subscribe(args.connection, &args.public_url, &super::super::actor(args.by))
        .await?;
    line(format!("the door for this connection: {door}"))?;
    super::print_findings(&findings)
}

#[derive(clap::Args)]
pub struct Enroll {
    connection: ConnectionId,
    /// Do it; without this the command only says what would happen
    #[arg(long)]
    yes: bool,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn enroll(args: Enroll, desk: &Desk) -> Result<ExitCode> {
    let Some(step) = desk.enrolment(args.connection).await? else {
        bail!("this connection's platform has no enrolment");
    };
    line(step.warning)?;
    if !args.yes {
        eprintln!("nothing was done; repeat with --yes");
        return Ok(ExitCode::FAILURE);
    }
    let said = desk.enrol(args.connection, &super::super::actor(args.by)).await?;
    line(said)?;
    Ok(ExitCode::SUCCESS)
}
