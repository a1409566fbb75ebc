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

#[cfg(test)]
mod tests {
    use docket_core::case::Answer;
    use docket_core::stats::{Bundle, Ledger, Sums};
    use docket_core::words::{Outcome, Platform, Reason};

    use super::*;
    use crate::{Changed, Period, WinRateWish};

    /// Groups with so many cases each.
    fn report(by: GroupBy, groups: impl Iterator<Item = (String, u64)>) -> WinRateReport {
        let bundle = |(key, cases)| Bundle {
            key,
            platform: Platform::PAYPAL,
            reason: Reason::NotReceived,
            currency: "EUR".parse().unwrap(),
            outcome: Some(Outcome::Won),
            contested: true,
            answer: Answer::InTime,
            cases,
            sums: Sums::default(),
            fees: Vec::new(),
            fee_unknown: 0,
        };
        let bundles: Vec<Bundle> = groups.map(bundle).collect();
        let now = chrono::DateTime::UNIX_EPOCH + chrono::Duration::days(20_000);
        WinRateReport {
            wish: WinRateWish {
                client: None,
                period: Period::of(None, None, now).unwrap(),
                by,
                closed: false,
                currency: None,
            },
            ledger: Ledger::of(&bundles),
            change: Changed::NoneBefore,
            log: Vec::new(),
            health: Vec::new(),
            as_of: now,
        }
    }

    fn keys(report: &WinRateReport) -> Vec<&str> {
        groups(report)
            .iter()
            .map(|line| line.group.key.as_str())
            .collect()
    }

    #[test]
    fn of_many_groups_those_with_most_cases_are_shown_in_their_order_and_the_newest_months() {
        let products = (0..200).map(|n| (format!("product {n:03}"), u64::from(n % 2 == 0) * 100 + n));
        let products = report(GroupBy::Product, products);
        let shown = keys(&products);
        assert_eq!(shown.len(), GROUPS);
        assert!(shown.is_sorted(), "{shown:?}");
        assert_eq!(
            shown.first(),
            Some(&"product 090"),
            "even ones have a hundred more"
        );
        assert_eq!(
            products.ledger.total.group.received,
            (0..200).sum::<u64>() + 100 * 100
        );
        let months = (0..80).map(|n| (format!("{}-{:02}", 2019 + n / 12, 1 + n % 12), 80 - n));
        let months = report(GroupBy::Month, months);
        let shown = keys(&months);
        assert_eq!((shown.len(), shown.last()), (GROUPS, Some(&"2025-08")));
        let few = report(GroupBy::Product, [("one".to_owned(), 1)].into_iter());
        assert_eq!(keys(&few), ["one"]);
    }
}
