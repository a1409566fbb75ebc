//! The one binary: command line, configuration, wiring.

mod clock;
mod cmd;
mod config;
mod output;
mod platforms;
mod text;
mod wiring;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::cmd::audit::Written;
use crate::config::{Config, LogFormat};
use crate::wiring::House;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Docket: the case desk for payment disputes.
#[derive(Parser)]
#[command(name = "docket", version, propagate_version = true)]
struct Cli {
    /// A configuration file (TOML); config/default.toml documents every key
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A working desk with invented clients on a built-in simulator; needs no network
    Demo(cmd::demo::Args),
    /// Pages and jobs in one process
    Run,
    /// Pages only
    Web,
    /// Jobs only; several may share one PostgreSQL
    Worker(cmd::serve::WorkerArgs),
    /// Bring the database to this version
    Migrate,
    /// Test this installation and say what to do
    Doctor,
    /// The configuration
    #[command(subcommand)]
    Config(cmd::admin::ConfigCommand),
    /// Encrypt all stored credentials with the key in force
    RotateKey,
    /// People who log in
    #[command(subcommand)]
    User(cmd::user::Command),
    /// Tokens with which programs act for people at /api/v1
    #[command(subcommand)]
    Token(cmd::token::Command),
    /// Others who are told of what happens to cases
    #[command(subcommand)]
    Hook(cmd::hook::Command),
    /// Who did what, when and from where
    #[command(subcommand)]
    Audit(cmd::audit::Command),
    /// Clients
    #[command(subcommand)]
    Client(cmd::client::Command),
    /// Connections to platforms
    #[command(subcommand)]
    Connection(cmd::connection::Command),
    /// Sync now, in the foreground
    Sync(cmd::sync::Args),
    /// Find a case, question, order, client or person by whatever is known of it
    Search(cmd::search::Args),
    /// Cases
    #[command(subcommand)]
    Case(cmd::case::Command),
    /// Evidence of a case, and the checklist of what it needs
    #[command(subcommand)]
    Evidence(Box<cmd::evidence::Command>),
    /// Facts from a client's files, and which order belongs to which case
    #[command(subcommand)]
    Import(cmd::import::Command),
    /// Answer a dispute
    Respond(Box<cmd::respond::Args>),
    /// Write a response, let a second person check it, send it
    #[command(subcommand)]
    Draft(cmd::draft::Command),
    /// What a client wants done, or never done, with cases of a kind
    #[command(subcommand)]
    Rule(cmd::rule::Command),
    /// Ask a client about a case, and read the answers
    #[command(subcommand)]
    Info(cmd::info::Command),
    /// What people were told: rungs of the deadline ladder, answers of clients
    #[command(subcommand)]
    Notice(cmd::notice::Command),
    /// Missed deadlines and their causes
    #[command(subcommand)]
    Incident(cmd::incident::Command),
    /// What was promised to clients about time: calendars, contracts, exclusions
    #[command(subcommand)]
    Sla(cmd::sla::Command),
    /// What platforms sent that waits for a person
    #[command(subcommand)]
    Webhook(cmd::webhook::Command),
    /// Background jobs
    #[command(subcommand)]
    Job(cmd::job::Command),
    /// What disputes cost
    #[command(subcommand)]
    Fee(cmd::fee::Command),
    /// What accounts sold, which their claims are held against
    #[command(subcommand)]
    Sales(cmd::sales::Command),
    /// Rates of exchange
    #[command(subcommand)]
    Rate(cmd::rate::Command),
    /// Reports of each month for a client: made, approved, sent, kept
    #[command(subcommand)]
    Pack(cmd::pack::Command),
    /// Reports
    #[command(subcommand)]
    Report(cmd::report::Command),
    /// Read one raw platform payload and print the canonical snapshot; nothing is stored
    Inspect(cmd::inspect::Args),
    /// Print what programs can ask at /api/v1, as an OpenAPI document
    Openapi,
    /// The fake platforms alone, for training and tests
    Simulate(cmd::simulate::Args),
}

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let receives = matches!(cli.command, Command::Info(cmd::info::Command::Receive));
    // As a task, so that it shares a thread with what it waits for: `block_on` polls on a thread of its own, and every
    // dispute of a sync would have to wake it.
    let ended = runtime.block_on(runtime.spawn(dispatch(cli, cmd::audit::written(&matches))));
    match ended.unwrap_or_else(|error| Err(error.into())) {
        Ok(code) => code,
        // Somebody closed the pipe (`docket case list | head`): nothing is wrong.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            if receives {
                cmd::info::mail_exit(&error)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

async fn dispatch(cli: Cli, written: Option<Written>) -> Result<ExitCode> {
    match cli.command {
        Command::Inspect(args) => return cmd::inspect::run(&args),
        Command::Simulate(args) => return cmd::simulate::run(args).await,
        Command::Openapi => {
            output::json(&docket_web::openapi())?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Import(cmd::import::Command::Columns { kind, json }) => {
            return cmd::import::columns(kind, json);
        }
        Command::Demo(args) => return cmd::demo::run(args, cli.config.as_deref()).await,
        _ => {}
    }
    let config = Config::load(cli.config.as_deref())?;
    start_log(&config)?;
    match cli.command {
        Command::Config(command) => cmd::admin::config(&command, &config),
        Command::Migrate => cmd::admin::migrate(&config).await,
        Command::Doctor => cmd::doctor::run(config).await,
        command => {
            let house = House::open(config).await?;
            let desk = house.desk.clone();
            cmd::audit::down(&desk, written, with_house(command, house)).await
        }
    }
}

async fn with_house(command: Command, house: House) -> Result<ExitCode> {
    match command {
        Command::Run => cmd::serve::run(house).await,
        Command::Web => cmd::serve::web(house).await,
        Command::Worker(args) => cmd::serve::worker(house, &args).await,
        Command::RotateKey => cmd::admin::rotate_key(&house.desk).await,
        Command::User(command) => cmd::user::run(command, &house).await,
        Command::Token(command) => cmd::token::run(command, &house.desk).await,
        Command::Hook(command) => cmd::hook::run(command, &house.desk).await,
        Command::Audit(command) => cmd::audit::run(&command, &house.desk).await,
        Command::Client(command) => cmd::client::run(command, &house.desk).await,
        Command::Connection(command) => cmd::connection::run(command, &house.desk).await,
        Command::Sync(args) => cmd::sync::run(args, &house.desk).await,
        Command::Search(args) => cmd::search::run(args, &house.desk).await,
        Command::Case(command) => cmd::case::run(command, &house.desk).await,
        Command::Evidence(command) => cmd::evidence::run(*command, &house.desk).await,
        Command::Import(command) => cmd::import::run(command, &house.desk).await,
        Command::Respond(args) => cmd::respond::run(*args, &house.desk).await,
        Command::Draft(command) => cmd::draft::run(command, &house.desk).await,
        Command::Rule(command) => cmd::rule::run(command, &house.desk).await,
        Command::Info(command) => cmd::info::run(command, &house.desk).await,
        Command::Notice(command) => cmd::notice::run(command, &house.desk).await,
        Command::Incident(command) => cmd::incident::run(command, &house.desk).await,
        Command::Sla(command) => cmd::sla::run(command, &house.desk).await,
        Command::Webhook(command) => cmd::webhook::run(command, &house.desk).await,
        Command::Job(command) => cmd::job::run(command, &house.desk).await,
        Command::Fee(command) => cmd::fee::run(command, &house.desk).await,
        Command::Sales(command) => cmd::sales::run(command, &house.desk).await,
        Command::Rate(command) => cmd::rate::run(command, &house.desk).await,
        Command::Pack(command) => cmd::pack::run(command, &house.desk).await,
        Command::Report(command) => cmd::report::run(command, &house.desk).await,
        Command::Demo(_)
        | Command::Inspect(_)
        | Command::Simulate(_)
        | Command::Openapi
        | Command::Config(_)
        | Command::Migrate
        | Command::Doctor => Ok(ExitCode::SUCCESS),
    }
}

fn start_log(config: &Config) -> Result<()> {
    // A damaged PDF is refused with its reason; how its reader stumbled helps nobody.
    let filter = EnvFilter::try_new(format!("lopdf=off,{}", config.log.level))
        .map_err(|e| anyhow::anyhow!("configuration: log.level `{}`: {e}", config.log.level))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
