//! What of long lists a page and a terminal show. CSV and JSON keep all, and totals count all.

use docket_core::factor::catalogue::{NOT_RECORDED, SEVERAL, UNKNOWN};
use docket_core::stats::{Beside, FactorTable, Level, Line};

use crate::{GroupBy, WinRateReport};

/// So many groups of a win-rate report.
pub const GROUPS: usize = 60;
/// So many levels of one factor, without those that say only that something is not known.
pub const LEVELS: usize = 40;
/// So many lines of what to fix first.
pub const FIXES: usize = 40;

/// So many of a list, those that count most, in their own order.
pub(crate) fn largest<T>(all: &[T], most: usize, counts: impl Fn(&T) -> u64) -> Vec<&T> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(counts(&all[*place])));
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|place| &all[place]).collect()
}

/// The groups that are shown: of months the newest, of others those with most cases.
pub fn groups(report: &WinRateReport) -> Vec<&Line> {
    let all = &report.ledger.groups;
    match report.wish.by {
        GroupBy::Month => all.iter().skip(all.len().saturating_sub(GROUPS)).collect(),
        _ => largest(all, GROUPS, |line| line.group.received),
    }
}

/// The words for what [`groups`] leaves out, in the files of report words.
pub const fn groups_left_out(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Month => "left_out_groups",
        _ => "left_out_small_groups",
    }
}

/// Whether a chart of these groups shows rates at the fixed mix: people and clients get other cases than others do, so that
/// side by side their own rates would rank them by what they were given.
pub const fn at_fixed_mix(by: GroupBy) -> bool {
    matches!(by, GroupBy::Specialist | GroupBy::Client)
}

/// The levels that are shown: the reference and those with most decided cases, whatever stands out, and those that say that
/// something is not known.
pub fn levels(table: &FactorTable) -> Vec<&Level> {
    let kept = |(place, level): &(usize, &Level)| {
        let unknown = [UNKNOWN, SEVERAL, NOT_RECORDED].contains(&level.name.as_str());
        let stands_out = matches!(level.beside, Beside::Compared { stands_out: true, .. });
        *place < LEVELS || unknown || stands_out
    };
    let all = table.levels.iter().enumerate();
    all.filter(kept).map(|(_, level)| level).collect()
}
