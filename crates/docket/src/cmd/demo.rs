//! `docket demo`: a working desk on invented clients, without network and without set-up.

mod log_ins;
mod people;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use docket_app::Desk;
use docket_app::jobs::ORDERS;
use docket_connector::credentials::endpoint;
use docket_core::id::{ClientId, ConnectionId};
use docket_core::words::Platform;
use docket_queue::admin::{self, State};
use docket_simulator::{Account, Mix, Options, Running};
use serde_json::{Value, json};
use url::Url;

use crate::config::Config;
use crate::output::line;
use crate::wiring::{House, stop_signal};

/// The demo's disputes change every few seconds, so its connections are synced as often.
const DEMO_CONFIG: &str = "[sync]\nevery_seconds = 10\nsweep_every_seconds = 1800\n[worker]\ntick_seconds = 2\n[log]\nlevel = \"warn,docket_app=error\"\n";

/// The specialists begin then, whatever is read.
const ORDERS_WITHIN_SECONDS: u32 = 30;

#[derive(clap::Args)]
pub struct Args {
    /// Port of the pages
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Disputes to begin with
    #[arg(long, default_value_t = 600)]
    cases: usize,
    /// Another seed gives other merchants and disputes; takes effect with a new folder
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Where the demo keeps its state; starting again there continues
    #[arg(long, value_name = "DIR", default_value = "docket-data/demo")]
    data: PathBuf,
}

pub async fn run(args: Args, file: Option<&Path>) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("cannot make the folder {}", args.data.display()))?;
    let config = Config::for_demo(DEMO_CONFIG, file, &args.data)?;
    crate::start_log(&config)?;
    let stop = stop_signal()?;
    let listener = super::serve::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, args.port))).await?;
    let simulator = docket_simulator::start(Options {
        seed: args.seed,
        cases: args.cases,
        live: true,
        platforms: Mix::Varied,
        state_file: Some(args.data.join("simulator.json")),
        ..Options::default()
    })
    .await?;
    let house = House::open(config.trusting(simulator.paypal_root())).await?;
    let pages = format!("http://{}", listener.local_addr()?);
    connect(&house.desk, &simulator, &pages.parse()?).await?;
    let new = people::promise(&house.desk).await?;
    line(format!("Docket demo: {pages}"))?;
    line("  six invented clients with PayPal, Klarna and Shopify accounts on the built-in simulator")?;
    line(format!(
        "  ({}, {}, {})",
        simulator.paypal_url(),
        simulator.klarna_url(),
        simulator.shopify_url()
    ))?;
    log_ins::add(&house.desk).await?;
    log_ins::say()?;
    line(format!(
        "  data in {}; Ctrl-C stops, starting again continues",
        args.data.display()
    ))?;
    line("  in a second terminal:")?;
    line(format!("    export DOCKET__DATA_DIR={}", args.data.display()))?;
    line("    docket case list --turn ours --due-before 48h     (or: cargo run --release -- case list …)")?;
    line(
        "    docket evidence check DISPUTE                     what a case needs and has; DISPUTE as the queue shows it",
    )?;
    line("    docket report sla                                 whether the clients' contracts are kept")?;
    let first = tokio::spawn(first_sync(house.desk.clone(), args.cases, new));
    let checks = tokio::spawn(check_all(house.desk.clone()));
    let code = super::serve::both(house, listener, stop).await;
    first.abort();
    checks.abort();
    simulator.stop().await;
    if code.is_ok() {
        line("stopped; everything is kept")?;
    }
    code
}

/// An account's way to one platform of the simulator.
struct Way {
    platform: Platform,
    base_url: String,
    credentials: Value,
}

fn ways(account: &Account, simulator: &Running) -> Vec<Way> {
    let way = |platform, base_url, credentials| Way {
        platform,
        base_url,
        credentials,
    };
    let (klarna, shopify) = (&account.klarna, &account.shopify);
    let shop = shopify.shop.trim_end_matches(".myshopify.com");
    let all = [
        way(
            Platform::PAYPAL,
            simulator.paypal_url(),
            json!({ "client_id": account.client_id, "client_secret": account.client_secret, "webhook_id": account.webhook_id }),
        ),
        way(
            Platform::KLARNA,
            simulator.klarna_url(),
            json!({
                "username": klarna.username, "password": klarna.password, "merchant_id": klarna.merchant_id,
                "webhook_key_id": klarna.webhook_key_id, "webhook_key": klarna.webhook_key,
            }),
        ),
        way(
            Platform::SHOPIFY,
            format!("{}/{shop}", simulator.shopify_url()),
            json!({ "shop": shopify.shop, "access_token": shopify.access_token, "webhook_secret": shopify.client_secret }),
        ),
    ];
    let on = |way: &Way| account.platforms.contains(&way.platform.as_str());
    all.into_iter().filter(on).collect()
}

/// Adds clients and connections on the first start; tells the connections the simulator's address, and the simulator the
/// door of each connection, on every start.
async fn connect(desk: &Desk, simulator: &Running, pages: &Url) -> Result<()> {
    let known = desk.connections(docket_app::ClientScope::Agency).await?;
    for account in simulator.accounts() {
        for way in ways(account, simulator) {
            let there = known
                .iter()
                .find(|c| c.client_name == account.name && c.platform == way.platform);
            let id = match there {
                Some(connection) => {
                    desk.move_connection(connection.id, &way.base_url, "demo").await?;
                    connection.id
                }
                None => add(desk, &account.name, &way).await?,
            };
            let door = endpoint(pages, &["webhooks", way.platform.as_str(), &id.to_string()]);
            simulator.announce(&account.client_id, way.platform.as_str(), door);
        }
    }
    Ok(())
}

async fn add(desk: &Desk, name: &str, way: &Way) -> Result<ConnectionId> {
    let client = match desk.find_client(name).await {
        Ok(client) => client,
        Err(_) => desk.add_client(name, true, "demo").await?,
    };
    let credentials = way.credentials.to_string().into();
    Ok(desk
        .add_connection(&client, way.platform, &way.base_url, credentials, "demo")
        .await?)
}

/// Asks each platform once what the accounts permit and how they are set up, so that the pages have it.
async fn check_all(desk: Desk) {
    let connections = desk.connections(docket_app::ClientScope::Agency).await;
    for connection in connections.unwrap_or_default() {
        if let Err(error) = desk.check_connection(connection.id).await {
            tracing::warn!(connection = %connection.id, %error, "the account could not be checked");
        }
    }
}

async fn orders_are_read(desk: &Desk) -> bool {
    let counts = admin::counts(&desk.db, docket_app::ClientScope::Agency).await;
    let unread = |count: &admin::Count| count.kind == ORDERS && count.state != State::Dead;
    counts.is_ok_and(|counts| !counts.iter().any(unread))
}

/// Says when the first import is through, so that nobody looks at an empty page and wonders; for clients that are new, the
/// specialists then begin.
async fn first_sync(desk: Desk, expected: usize, new: Vec<ClientId>) {
    let expected = i64::try_from(expected).unwrap_or(i64::MAX);
    loop {
        let all = desk
            .db
            .count_cases(
                docket_app::ClientScope::Agency,
                &docket_app::CaseFilter::default(),
            )
            .await;
        if let Ok(n) = all
            && n >= expected
        {
            println!("  {n} cases are in; new disputes keep arriving and old ones are decided");
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    // What the specialists hand in is made of the orders' facts.
    for _ in 0..ORDERS_WITHIN_SECONDS {
        if orders_are_read(&desk).await {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    for client in new {
        if let Err(error) = people::begin(&desk, client).await {
            tracing::warn!(%client, %error, "the demo's specialists could not begin");
        }
    }
}
