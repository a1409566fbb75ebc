//! `docket import`: facts from a client's files, and which order belongs to which case.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{ClientScope, Desk, ImportKind, ImportProgress, ImportReport, ImportRequest, Shop, Why};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{self, JsonArray, Table, line};

/// Orders asked for at once.
const PAGE: i64 = 500;
/// Orders shown to people; programs get all.
const SHOWN: usize = 100;

#[derive(Subcommand)]
pub enum Command {
    /// Orders and their lines; `docket import columns orders` says what a file holds
    Orders(FileArgs),
    /// Parcels and their scans
    Shipments(FileArgs),
    /// What buyer and merchant wrote
    Messages(FileArgs),
    /// Goods that came back
    Returns(FileArgs),
    /// Money that went back
    Refunds(FileArgs),
    /// Policies; the one in force on the day of the order counts
    Policies(FileArgs),
    /// The columns of a file: orders, shipments, messages, returns, refunds or policies
    Columns {
        kind: ImportKind,
        #[arg(long)]
        json: bool,
    },
    /// Orders that belong to no case yet
    Unmatched {
        /// Name or id
        #[arg(long)]
        client: String,
        #[arg(long)]
        json: bool,
    },
    /// Say that an order belongs to a case; its facts are then the case's, and no other order's
    Join(JoinArgs),
    /// Say that an order does not belong to a case
    Unjoin(JoinArgs),
}

#[derive(clap::Args)]
pub struct FileArgs {
    /// CSV with a header row (comma or semicolon, UTF-8), or JSON lines (.jsonl)
    file: PathBuf,
    /// Name or id
    #[arg(long)]
    client: String,
    /// The shop that the file is of, for a client with several whose orders have the same numbers
    #[arg(long, value_name = "NAME")]
    shop: Option<Shop>,
    /// Check the file and say what it would do; nothing is stored
    #[arg(long)]
    dry_run: bool,
    /// Who brings the file
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct JoinArgs {
    /// The order's number, or another reference that the files go by
    order: String,
    /// Our id or the platform's
    case: String,
    /// Name or id
    #[arg(long)]
    client: String,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Orders(args) => file(ImportKind::Orders, args, desk).await,
        Command::Shipments(args) => file(ImportKind::Shipments, args, desk).await,
        Command::Messages(args) => file(ImportKind::Messages, args, desk).await,
        Command::Returns(args) => file(ImportKind::Returns, args, desk).await,
        Command::Refunds(args) => file(ImportKind::Refunds, args, desk).await,
        Command::Policies(args) => file(ImportKind::Policies, args, desk).await,
        Command::Columns { kind, json } => columns(kind, json),
        Command::Unmatched { client, json } => unmatched(&client, json, desk).await,
        Command::Join(args) => join(args, true, desk).await,
        Command::Unjoin(args) => join(args, false, desk).await,
    }
}

/// Prints what a file may hold; needs no database.
pub fn columns(kind: ImportKind, as_json: bool) -> Result<ExitCode> {
    if as_json {
        output::json(&kind.columns())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["COLUMN", "NEEDED", "HOLDS"]);
    for column in kind.columns() {
        let needed = if column.required { "yes" } else { "" };
        table.row(vec![
            column.name.to_owned(),
            needed.to_owned(),
            column.says.to_owned(),
        ]);
    }
    table.print()?;
    Ok(ExitCode::SUCCESS)
}

async fn file(kind: ImportKind, args: FileArgs, desk: &Desk) -> Result<ExitCode> {
    let client = desk.find_client(&args.client).await?;
    let request = ImportRequest {
        kind,
        path: args.file,
        shop: args.shop,
        dry_run: args.dry_run,
        by: super::actor(args.by),
    };
    let progress = ImportProgress::default();
    let bar = show(&progress);
    let done = desk.import(client.id, request, &progress).await;
    drop(progress);
    bar.await?;
    let report = done?;
    if args.json {
        output::json(&report)?;
    } else {
        tell(&report)?;
    }
    Ok(if report.errors_total > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A line on stderr that says how far it is, where stderr is a terminal.
fn show(progress: &ImportProgress) -> tokio::task::JoinHandle<()> {
    let mut seen = progress.subscribe();
    tokio::spawn(async move {
        let style = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]");
        let bar =
            ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        while seen.changed().await.is_ok() {
            let (checked, stored) = *seen.borrow_and_update();
            bar.set_message(format!("{checked} lines checked, {stored} taken"));
            bar.tick();
        }
        bar.finish_and_clear();
    })
}

fn tell(report: &ImportReport) -> Result<()> {
    if report.errors_total > 0 {
        for error in &report.errors {
            let column = error
                .column
                .as_ref()
                .map_or(String::new(), |column| format!(", {column}"));
            eprintln!("line {}{column}: {}", error.line, error.says);
        }
        let shown = report.errors.len();
        let listed = if u64::try_from(shown).is_ok_and(|n| n < report.errors_total) {
            format!("; the first {shown} are listed")
        } else {
            String::new()
        };
        eprintln!(
            "error: {} error(s) in {} line(s){listed}; nothing was stored: correct the file and import it again",
            report.errors_total, report.lines
        );
        return Ok(());
    }
    let would = if report.dry_run {
        "would be (nothing was stored): "
    } else {
        ""
    };
    line(format!(
        "{would}{} new, {} changed, {} unchanged fact(s) in {} line(s)",
        report.new, report.changed, report.unchanged, report.lines
    ))?;
    if report.orders > 0 {
        line(format!(
            "{} order(s), {} of them named by no case yet",
            report.orders, report.unmatched
        ))?;
    }
    Ok(())
}

async fn unmatched(client: &str, as_json: bool, desk: &Desk) -> Result<ExitCode> {
    let client = desk.find_client(client).await?;
    let mut array = if as_json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&["ORDER", "REFERENCES", "WAITS BECAUSE"]);
    let (mut after, mut found) = (String::new(), 0);
    loop {
        let page = desk.unmatched(client.id, &after, PAGE).await?;
        for one in &page {
            found += 1;
            let case = match one.why {
                Why::NoCase => None,
                Why::Several(case) => Some(case),
            };
            match &mut array {
                Some(array) => array.push(&docket_app::fields::unmatched(one))?,
                None => {
                    let why = case.map_or("no case names it".to_owned(), |case| {
                        format!("several orders fit case {case}; join one")
                    });
                    let refs: Vec<&str> = one.refs.iter().map(String::as_str).collect();
                    table.row(vec![one.order.clone(), refs.join(", "), why]);
                }
            }
        }
        let full = i64::try_from(page.len()).unwrap_or(PAGE) == PAGE;
        let next = page
            .iter()
            .rev()
            .find(|one| one.why == Why::NoCase)
            .map(|one| one.order.clone());
        match next.filter(|_| full && (as_json || found < SHOWN)) {
            Some(next) => after = next,
            None => {
                if full && !as_json {
                    eprintln!("only the first {found} are shown; --json gives all");
                }
                break;
            }
        }
    }
    match array {
        Some(array) => array.end()?,
        None if found == 0 => eprintln!("no order waits"),
        None => table.print()?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn join(args: JoinArgs, joined: bool, desk: &Desk) -> Result<ExitCode> {
    let client = desk.find_client(&args.client).await?;
    let case = desk.find_case(ClientScope::One(client.id), &args.case).await?;
    let displaced = desk
        .join_order(client.id, &args.order, case, joined, &super::actor(args.by))
        .await?;
    let said = if joined { "belongs to" } else { "is taken off" };
    line(format!("order {} {said} case {case}", args.order))?;
    for order in displaced {
        line(format!(
            "order {order} fitted by its reference and does not belong to the case any more: `docket import join {order} {case} --client \"{}\"` \
             takes it in as well",
            client.name
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
