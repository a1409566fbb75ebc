//! The table of win rates by reason and platform.

use std::collections::BTreeSet;

use docket_core::stats::{Figure, Ledger, Rate, Shown};
use docket_core::words::{Platform, Reason};

use super::cells::RateCell;
use super::links::Cohort;
use crate::show;

/// The table.
#[derive(Debug, Default)]
pub struct Heat {
    pub platforms: Vec<String>,
    pub rows: Vec<(String, Vec<HeatCell>)>,
}

/// One platform's cases of one reason; none where nothing was decided.
#[derive(Debug)]
pub struct HeatCell {
    pub rate: Option<RateCell>,
    /// The shade, from 0 to 4; the figure says the same.
    pub shade: &'static str,
    pub url: Option<String>,
}

impl Heat {
    pub fn of(ledger: &Ledger, cohort: &Cohort) -> Self {
        let strata: Vec<((Platform, Reason), Rate)> = ledger.strata().collect();
        let platforms: BTreeSet<Platform> = strata.iter().map(|((platform, _), _)| *platform).collect();
        let reasons: BTreeSet<Reason> = strata.iter().map(|((_, reason), _)| *reason).collect();
        let cell = |platform: Platform, reason: Reason| {
            let mut found = strata.iter().filter(|(key, _)| *key == (platform, reason));
            let rate = found.next().map(|(_, rate)| *rate);
            HeatCell {
                rate: rate.map(|rate| RateCell::of(rate, "none_decided")),
                // Shades invite to compare, which an immature report may not be.
                shade: rate.filter(|_| !ledger.total.group.immature()).map_or("", shade),
                url: rate.and_then(|_| {
                    cohort.link(&|q| {
                        q.platform = Some(platform);
                        q.reason = Some(reason);
                        q.figure = Some(Figure::Decided);
                    })
                }),
            }
        };
        let row = |reason: &Reason| {
            let cells = platforms
                .iter()
                .map(|platform| cell(*platform, *reason))
                .collect();
            (show::title(reason), cells)
        };
        Self {
            rows: reasons.iter().map(row).collect(),
            platforms: platforms
                .iter()
                .map(|platform| platform.title().to_owned())
                .collect(),
        }
    }
}

/// Only what may be shown as a percentage, of enough cases, has a shade.
fn shade(rate: Rate) -> &'static str {
    match rate.shown() {
        Shown::Percent {
            percent, weak: false, ..
        } => match percent {
            ..20.0 => "heat-0",
            20.0..40.0 => "heat-1",
            40.0..60.0 => "heat-2",
            60.0..80.0 => "heat-3",
            _ => "heat-4",
        },
        Shown::Percent { .. } | Shown::Counts { .. } | Shown::Nothing => "",
    }
}
