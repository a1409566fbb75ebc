//! Long runs that prove a promise: what happens at random comes from a seed, and the seed is printed.

mod submit;
mod sync;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use rand::Rng;

use crate::database::{Engine, Server};
use crate::{desk, machine};

#[derive(Subcommand)]
pub enum Task {
    /// Exactly once: workers are killed and connections cut while prepared responses are sent
    Submit(Options),
    /// Nothing lost: a sync under 429, 500, resets, cut bodies and expiring tokens ends with remote = local
    Sync(Options),
}

#[derive(clap::Args)]
pub struct Options {
    /// A short run
    #[arg(long)]
    quick: bool,
    /// Repeats the random choices of an earlier run
    #[arg(long)]
    seed: Option<u64>,
    /// Only this engine
    #[arg(long)]
    engine: Option<Engine>,
}

pub fn run(task: &Task) -> Result<ExitCode> {
    let server = Server::from_environment();
    desk::remove_leftovers()?;
    machine::print(&server)?;
    let (Task::Submit(options) | Task::Sync(options)) = task;
    let engines = server.engines(options.engine)?;
    let mut violations = Vec::new();
    if options.engine.is_none() && engines.len() < 2 {
        violations.push("nothing was proved on PostgreSQL: it was not there".to_owned());
    }
    let seed = options
        .seed
        .unwrap_or_else(|| u64::from(rand::rng().random::<u32>()));
    println!("seed {seed} (repeat with --seed {seed})");
    violations.extend(match task {
        Task::Submit(_) => submit::run(&server, &engines, &submit::Plan::new(options.quick, seed))?,
        Task::Sync(_) => sync::run(&server, &engines, &sync::Plan::new(options.quick, seed))?,
    });
    for violation in &violations {
        println!("VIOLATION  {violation}");
    }
    if violations.is_empty() {
        println!("held: no violation");
    }
    Ok(if violations.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The first few of many, so that a broken run does not print thousands of lines.
fn some(list: &[String]) -> String {
    const SHOWN: usize = 3;
    let more = if list.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", list[..list.len().min(SHOWN)].join(", "))
}
