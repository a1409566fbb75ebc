//! Measurements: what is compared, and the aims that `--check` holds.

mod clicks;
pub mod floor;
mod freshness;
mod packet;
mod queue;
mod report;
mod sla;
mod sync;
mod truth;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::database::{Engine, Server};
use crate::platform::Platform;
use crate::{desk, machine};

#[derive(Subcommand)]
pub enum Task {
    /// First sync, unchanged sync and a sync after 1 % changed, beside a bare fetch and a bare insert of the same bodies
    Sync {
        #[command(flatten)]
        common: Common,
        /// On this platform
        #[arg(long, default_value = "paypal")]
        platform: Platform,
        /// On each platform, one after the other
        #[arg(long, conflicts_with = "platform")]
        all: bool,
        /// Disputes of about 5,000 bytes; 20,000 unless given, 2,000 with --quick
        #[arg(long, value_name = "N")]
        disputes: Option<u64>,
        /// Disputes of the sync whose memory is compared; 0 leaves it out, as --quick does
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        memory_disputes: u64,
        /// Disputes of the six accounts whose pace is measured under the platform's own limits; 1,200 unless given, 300 with
        /// --quick; 0 leaves it out
        #[arg(long, value_name = "N")]
        paced_disputes: Option<u64>,
    },
    /// People clicking through the pages of a large desk, beside the bare statements of the same pages
    Desk {
        #[command(flatten)]
        common: Common,
        /// Cases stored; 1,000,000 unless given, 40,000 with --quick
        #[arg(long, value_name = "N")]
        stored: Option<u64>,
        /// Of them open; 50,000 unless given, 2,000 with --quick
        #[arg(long, value_name = "N")]
        open: Option<u64>,
        /// People at once; 50 unless given, 10 with --quick
        #[arg(long, value_name = "N")]
        people: Option<usize>,
        /// How long they click, in seconds; 60 unless given, 10 with --quick
        #[arg(long, value_name = "N")]
        seconds: Option<u64>,
    },
    /// How old the last sync of each connection is while one account is broken and one is slow, beside a run without trouble
    Freshness {
        #[command(flatten)]
        common: Common,
        /// Seconds of each measurement; 90 unless given, 30 with --quick
        #[arg(long, value_name = "N")]
        seconds: Option<u64>,
    },
    /// Enqueueing and draining jobs that do nothing, beside the bare statements for the same rows
    Queue {
        #[command(flatten)]
        common: Common,
        /// Jobs; 20,000 unless given, 2,000 with --quick
        #[arg(long, value_name = "N")]
        jobs: Option<usize>,
    },
    /// Packets of ten exhibits, beside merely opening the same photos and papers once
    Packet {
        /// Exit with 1 when an aim is missed
        #[arg(long)]
        check: bool,
        /// A small size: few packets, so that p95 is the slowest one
        #[arg(long)]
        quick: bool,
        /// Packets of each kind; 20 unless given, 5 with --quick
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        packets: Option<u32>,
    },
    /// An SLA report over two years of one large client, beside merely reading the same rows
    Sla {
        #[command(flatten)]
        common: Common,
        /// Rounds; 150,000 unless given, 15,000 with --quick
        #[arg(long, value_name = "N")]
        rounds: Option<usize>,
    },
    /// Win-rate and factor reports over 24 months, beside the bare SQL aggregate and DuckDB on the same rows
    Report {
        #[command(flatten)]
        common: Common,
        /// Cases; 1,500,000 unless given, 60,000 with --quick, where start-up weighs too much for the aims of speed
        #[arg(long, value_name = "N")]
        cases: Option<u64>,
    },
    /// Portfolios with planted effects through the factor report: whether intervals and alarms keep their levels
    Truth {
        /// Exit with 1 when an aim is missed
        #[arg(long)]
        check: bool,
        /// A small size: shares of few portfolios are further from the truth
        #[arg(long)]
        quick: bool,
        /// Portfolios of each kind; 2,000 unless given, 200 with --quick
        #[arg(long, value_name = "N")]
        portfolios: Option<u64>,
    },
}

#[derive(clap::Args)]
pub struct Common {
    /// Exit with 1 when an aim is missed
    #[arg(long)]
    check: bool,
    /// A small size: start-up weighs more than in the figures that the aims mean
    #[arg(long)]
    quick: bool,
    /// Only this engine
    #[arg(long)]
    engine: Option<Engine>,
}

impl Common {
    fn size<T>(&self, given: Option<T>, full: T, quick: T) -> T {
        given.unwrap_or(if self.quick { quick } else { full })
    }
}

pub fn run(task: &Task) -> Result<ExitCode> {
    let server = Server::from_environment();
    desk::remove_leftovers()?;
    machine::print(&server)?;
    let mut aims = Aims::default();
    let common = match task {
        Task::Sync { common, .. }
        | Task::Desk { common, .. }
        | Task::Freshness { common, .. }
        | Task::Queue { common, .. }
        | Task::Sla { common, .. }
        | Task::Report { common, .. } => common,
        // What needs no database.
        Task::Packet {
            check,
            quick,
            packets,
        } => {
            packet::run(packets.unwrap_or(if *quick { 5 } else { 20 }), &mut aims)?;
            return Ok(aims.told(*check));
        }
        Task::Truth {
            check,
            quick,
            portfolios,
        } => {
            truth::run(portfolios.unwrap_or(if *quick { 200 } else { 2_000 }), &mut aims);
            return Ok(aims.told(*check));
        }
    };
    let engines = server.engines(common.engine)?;
    if common.engine.is_none() && engines.len() < 2 {
        aims.add(
            "both engines are measured",
            "PostgreSQL was not there".to_owned(),
            false,
        );
    }
    match task {
        Task::Sync {
            common,
            platform,
            all,
            disputes,
            memory_disputes,
            paced_disputes,
        } => {
            let one = [*platform];
            let platforms = if *all { &Platform::ALL[..] } else { &one };
            for platform in platforms {
                let sizes = sync::Sizes {
                    platform: *platform,
                    disputes: common.size(*disputes, 20_000, 2_000),
                    memory: if common.quick { 0 } else { *memory_disputes },
                    paced: common.size(*paced_disputes, 1_200, 300),
                };
                sync::run(&server, &engines, &sizes, &mut aims)?;
            }
        }
        Task::Desk {
            common,
            stored,
            open,
            people,
            seconds,
        } => {
            let sizes = clicks::Sizes {
                stored: common.size(*stored, 1_000_000, 40_000),
                open: common.size(*open, 50_000, 2_000),
                people: common.size(*people, 50, 10),
                seconds: common.size(*seconds, 60, 10),
            };
            clicks::run(&server, &engines, sizes, &mut aims)?;
        }
        Task::Freshness { common, seconds } => {
            let seconds = common.size(*seconds, 90, 30);
            freshness::run(&server, &engines, seconds, &mut aims)?;
        }
        Task::Queue { common, jobs } => {
            queue::run(&server, &engines, common.size(*jobs, 20_000, 2_000))?;
        }
        Task::Sla { common, rounds } => {
            let rounds = common.size(*rounds, 150_000, 15_000);
            sla::run(&server, &engines, rounds, &mut aims)?;
        }
        Task::Report { common, cases } => {
            let cases = common.size(*cases, 1_500_000, 60_000);
            report::run(&server, &engines, cases, !common.quick, &mut aims)?;
        }
        Task::Packet { .. } | Task::Truth { .. } => unreachable!("measured above"),
    }
    Ok(aims.told(common.check))
}

/// What was aimed at, and whether it was met.
#[derive(Default)]
struct Aims(Vec<Aim>);

struct Aim {
    says: String,
    found: String,
    met: bool,
}

impl Aims {
    fn add(&mut self, says: impl Into<String>, found: String, met: bool) {
        self.0.push(Aim {
            says: says.into(),
            found,
            met,
        });
    }

    /// Prints them; the code to end with.
    fn told(&self, check: bool) -> ExitCode {
        self.print();
        if check && self.missed() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }

    fn missed(&self) -> bool {
        self.0.iter().any(|aim| !aim.met)
    }

    fn print(&self) {
        if self.0.is_empty() {
            return;
        }
        println!("\naims");
        for aim in &self.0 {
            println!(
                "{}  {}: {}",
                if aim.met { "met   " } else { "MISSED" },
                aim.says,
                aim.found
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Aims;

    #[test]
    fn one_missed_aim_is_enough() {
        let mut aims = Aims::default();
        aims.add("fast", "1 s".to_owned(), true);
        assert!(!aims.missed());
        aims.add("small", "1 GB".to_owned(), false);
        assert!(aims.missed());
    }
}
