//! `bench packet`: packets of ten exhibits beside the least that their photos and papers cost.

use std::process::Command;

use anyhow::{Context, Result};

use super::Aims;
use super::floor::{Made, What};
use crate::process::{Usage, run_well};
use crate::table::{Table, number};

const AIM_SECONDS: f64 = 2.0;
const AIM_MB: f64 = 300.0;

/// Seconds in order, with the last one's size, and what the process cost.
struct Measured {
    seconds: Vec<f64>,
    last: Made,
    usage: Usage,
}

impl Measured {
    /// The smallest time that so many of a hundred stay within.
    fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.seconds.len() * percent).div_ceil(100).max(1);
        self.seconds.get(rank - 1).copied().unwrap_or(f64::NAN)
    }
}

pub fn run(packets: u32, aims: &mut Aims) -> Result<()> {
    println!(
        "{packets} packets of each kind, one at a time in a process of its own: a letter, five photos of 12 megapixels, \
         three papers of five pages, two texts"
    );
    let mut table = Table::new(
        1,
        &[
            "", "median s", "p95 s", "× floor", "pages", "pages/s", "MB", "peak MB",
        ],
    );
    let floor = measured(What::Open, packets)?;
    let least = floor.percentile(50);
    row(
        &mut table,
        "floor: photos decoded, papers parsed and written, once",
        &floor,
        least,
    );
    for (what, name) in [
        (What::Whole, "packet, pictures at their best"),
        (What::TenMegabytes, "packet that fits 10 MB"),
        (What::TwoMegabytes, "packet that fits 2 MB, PDF/A"),
    ] {
        let found = measured(what, packets)?;
        row(&mut table, name, &found, least);
        let (p95, peak) = (found.percentile(95), found.usage.peak_mb);
        aims.add(
            format!("{name}: p95 below {AIM_SECONDS} s"),
            format!("{p95:.2} s"),
            p95 < AIM_SECONDS,
        );
        aims.add(
            format!("{name}: less than {AIM_MB} MB at its peak"),
            format!("{peak:.0} MB"),
            peak < AIM_MB,
        );
    }
    table.print();
    Ok(())
}

fn row(table: &mut Table, name: &str, found: &Measured, least: f64) {
    let median = found.percentile(50);
    let pages = found.last.pages;
    table.row(vec![
        name.to_owned(),
        number(Some(median), 3),
        number(Some(found.percentile(95)), 3),
        number(Some(median / least), 2),
        pages.to_string(),
        number((pages > 0).then(|| pages as f64 / median), 1),
        number(Some(found.last.bytes as f64 / 1e6), 2),
        number(Some(found.usage.peak_mb), 0),
    ]);
}

fn measured(what: What, packets: u32) -> Result<Measured> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let mut command = Command::new(own);
    command.args(["floor", "packet", &what.word(), "--packets", &packets.to_string()]);
    let ended = run_well(&mut command)?;
    let made: Result<Vec<Made>, _> = ended.out.lines().map(serde_json::from_str).collect();
    let mut made = made.context("a packet's process printed something else")?;
    let mut seconds: Vec<f64> = made.iter().map(|made| made.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    Ok(Measured {
        seconds,
        last: made.pop().context("no packet was made")?,
        usage: ended.usage,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut found = Measured {
            seconds: (1..=20).map(f64::from).collect(),
            last: Made {
                seconds: 1.0,
                pages: 1,
                bytes: 1,
            },
            usage: Usage::default(),
        };
        assert_eq!((found.percentile(50), found.percentile(95)), (10.0, 19.0));
        found.seconds.truncate(1);
        assert_eq!((found.percentile(50), found.percentile(95)), (1.0, 1.0));
    }
}
