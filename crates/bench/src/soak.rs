//! Long runs that prove a promise: what happens at random comes from a seed, and the seed is printed.

mod submit;
mod sync;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use rand::Rng;

use crate::database::{Engine, Server};
use crate::platform::Platform;
use crate::{desk, machine};

#[derive(Subcommand)]
pub enum Task {
    /// Exactly once: workers are killed and connections cut while prepared responses are sent
    Submit(Options),
    /// Nothing lost: a sync under 429, 500, resets, cut bodies and expiring tokens ends with remote = local, then polling
    /// without webhooks, and webhooks that come twice and out of order, keep it so
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
    /// Which platforms the merchants are on
    #[arg(long, default_value = "all")]
    platforms: Mix,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Mix {
    Paypal,
    Klarna,
    Shopify,
    All,
}

impl Mix {
    const fn platforms(self) -> &'static [Platform] {
        match self {
            Self::Paypal => &[Platform::Paypal],
            Self::Klarna => &[Platform::Klarna],
            Self::Shopify => &[Platform::Shopify],
            Self::All => &Platform::ALL,
        }
    }

    /// As `docket simulate --platforms` takes it.
    const fn word(self) -> &'static str {
        match self {
            Self::Paypal => "paypal",
            Self::Klarna => "klarna",
            Self::Shopify => "shopify",
            Self::All => "all",
        }
    }
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
        Task::Submit(_) => {
            let plan = submit::Plan::new(options.quick, options.platforms, seed);
            submit::run(&server, &engines, &plan)?
        }
        Task::Sync(_) => {
            let plan = sync::Plan::new(options.quick, options.platforms, seed);
            sync::run(&server, &engines, &plan)?
        }
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

/// `total` in as equal parts as whole numbers allow.
fn shares(total: usize, parts: usize) -> Vec<usize> {
    (0..parts)
        .map(|part| total / parts + usize::from(part < total % parts))
        .collect()
}

/// The first few of many, so that a broken run does not print thousands of lines.
fn some(list: &[String]) -> String {
    const SHOWN: usize = 3;
    let more = if list.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", list[..list.len().min(SHOWN)].join(", "))
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_add_up_to_the_whole() {
        assert_eq!(shares(300, 18).iter().sum::<usize>(), 300);
        assert_eq!(shares(5, 3), [2, 2, 1]);
        assert!(shares(5, 0).is_empty());
    }
}
