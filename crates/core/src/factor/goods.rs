//! How often goods were complained of before a day, beside the client's other goods (`domain.md` E1).
//!
//! A rate is disputes that say `not_as_described` of the goods, in units of them sold, both of the 90 days before the day on
//! which a dispute was opened: what came on that day or later, the dispute itself included, is not in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::catalogue::UNKNOWN;

/// Days before the opening that are looked at.
pub const DAYS: u64 = 90;

/// Nobody complained of the goods.
pub const NO_COMPLAINT: &str = "no_complaint";
/// Complained of, and no more often than of the client's goods of the middle.
pub const UP_TO_MEDIAN: &str = "up_to_median";
/// More often.
pub const ABOVE_MEDIAN: &str = "above_median";

/// The days that count for a dispute opened on one: from the first up to and without that one.
pub fn days_before(opened: NaiveDate) -> (NaiveDate, NaiveDate) {
    (
        opened.checked_sub_days(Days::new(DAYS)).unwrap_or(NaiveDate::MIN),
        opened,
    )
}

/// The same as instants, UTC.
pub fn span_before(opened_at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let (from, to) = days_before(opened_at.date_naive());
    (
        from.and_time(NaiveTime::MIN).and_utc(),
        to.and_time(NaiveTime::MIN).and_utc(),
    )
}

/// Complaints in units sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplaintRate {
    /// Disputes.
    pub complaints: i64,
    /// Units.
    pub units: i64,
}

impl ComplaintRate {
    /// Whether it is more than another; both have units.
    fn exceeds(self, other: Self) -> bool {
        self.cross(other) > other.cross(self)
    }

    fn cross(self, other: Self) -> i128 {
        i128::from(self.complaints) * i128::from(other.units)
    }

    /// Beside the median of the client's goods.
    pub fn band(self, median: Option<Self>) -> &'static str {
        match median {
            _ if self.units <= 0 => UNKNOWN,
            _ if self.complaints <= 0 => NO_COMPLAINT,
            Some(median) if self.exceeds(median) => ABOVE_MEDIAN,
            Some(_) | None => UP_TO_MEDIAN,
        }
    }
}

/// What one client's goods were complained of and sold, by day.
#[derive(Debug, Clone, Default)]
pub struct GoodsHistory {
    /// By article: the days of complaints, each with the number of its case.
    complaints: BTreeMap<String, Vec<(NaiveDate, usize)>>,
    /// By article: units up to and with each day on which any were sold.
    sold: BTreeMap<String, Vec<(NaiveDate, i64)>>,
}

/// What lies in some days of rows that are sorted by theirs.
fn within<T>(rows: &[(NaiveDate, T)], (from, to): (NaiveDate, NaiveDate)) -> &[(NaiveDate, T)] {
    let begin = rows.partition_point(|(day, _)| *day < from);
    let end = rows.partition_point(|(day, _)| *day < to);
    rows.get(begin..end).unwrap_or_default()
}

impl GoodsHistory {
    /// `complaints` are article, day and number of the case; `sales` are article, day and units.
    pub fn of(
        complaints: impl IntoIterator<Item = (String, NaiveDate, usize)>,
        sales: impl IntoIterator<Item = (String, NaiveDate, i64)>,
    ) -> Self {
        let mut found = Self::default();
        for (sku, day, case) in complaints {
            found.complaints.entry(sku).or_default().push((day, case));
        }
        for (sku, day, units) in sales {
            found.sold.entry(sku).or_default().push((day, units));
        }
        for days in found.complaints.values_mut() {
            days.sort_unstable();
        }
        for days in found.sold.values_mut() {
            days.sort_unstable();
            let mut sum = 0_i64;
            for (_, units) in days {
                sum = sum.saturating_add(*units);
                *units = sum;
            }
        }
        found
    }

    fn units(&self, sku: &str, (from, to): (NaiveDate, NaiveDate)) -> i64 {
        let Some(days) = self.sold.get(sku) else {
            return 0;
        };
        let before = |day: NaiveDate| {
            let end = days.partition_point(|(sold, _)| *sold < day);
            end.checked_sub(1).map_or(0, |last| days[last].1)
        };
        before(to).saturating_sub(before(from))
    }

    /// Of these goods together: a case that is about several of them counts once.
    pub fn rate<'a>(&self, skus: impl IntoIterator<Item = &'a str>, opened: NaiveDate) -> ComplaintRate {
        let days = days_before(opened);
        let mut cases: BTreeSet<usize> = BTreeSet::new();
        let mut units = 0_i64;
        for sku in skus {
            let complained = self.complaints.get(sku).map(Vec::as_slice).unwrap_or_default();
            cases.extend(within(complained, days).iter().map(|(_, case)| case));
            units = units.saturating_add(self.units(sku, days));
        }
        ComplaintRate {
            complaints: i64::try_from(cases.len()).unwrap_or(i64::MAX),
            units,
        }
    }

    /// The median rate of the client's goods that were complained of and sold in the days before this one; of an even number
    /// the lower one of the two in the middle.
    pub fn median(&self, opened: NaiveDate) -> Option<ComplaintRate> {
        let rates = self
            .complaints
            .keys()
            .map(|sku| self.rate([sku.as_str()], opened));
        let mut rates: Vec<ComplaintRate> = rates.filter(|r| r.complaints > 0 && r.units > 0).collect();
        rates.sort_by(|a, b| a.cross(*b).cmp(&b.cross(*a)));
        rates.get(rates.len().checked_sub(1)? / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rate(complaints: i64, units: i64) -> ComplaintRate {
        ComplaintRate { complaints, units }
    }

    fn history() -> GoodsHistory {
        let complaint = |sku: &str, on: &str, case| (sku.to_owned(), day(on), case);
        let sale = |sku: &str, on: &str, units| (sku.to_owned(), day(on), units);
        GoodsHistory::of(
            [
                complaint("RUG", "2026-03-02", 2),
                complaint("RUG", "2026-03-01", 1),
                complaint("LAMP", "2026-03-02", 2),
                complaint("VASE", "2026-03-01", 3),
                complaint("GIFT", "2026-03-01", 4),
            ],
            [
                sale("RUG", "2026-02-20", 60),
                sale("RUG", "2026-02-01", 40),
                sale("RUG", "2026-03-03", 900),
                sale("LAMP", "2026-02-01", 200),
                sale("VASE", "2026-02-01", 100),
                sale("DESK", "2026-02-01", 7),
            ],
        )
    }

    #[test]
    fn only_what_came_before_the_day_counts_and_only_for_ninety_days() {
        let known = history();
        let of = |sku: &str, on: &str| known.rate([sku], day(on));
        assert_eq!(of("RUG", "2026-03-01"), rate(0, 100));
        assert_eq!(of("RUG", "2026-03-02"), rate(1, 100));
        assert_eq!(of("RUG", "2026-03-03"), rate(2, 100));
        assert_eq!(of("RUG", "2026-03-04"), rate(2, 1_000));
        assert_eq!(
            of("RUG", "2026-05-03"),
            rate(2, 960),
            "the first sale is 91 days old"
        );
        assert_eq!(
            of("RUG", "2026-05-31"),
            rate(1, 900),
            "and so is the first complaint later"
        );
        assert_eq!(of("DESK", "2026-03-04"), rate(0, 7));
        assert_eq!(of("SOFA", "2026-03-04"), rate(0, 0));
    }

    #[test]
    fn a_case_about_several_goods_counts_once() {
        let both = history().rate(["RUG", "LAMP"], day("2026-03-03"));
        assert_eq!(both, rate(2, 300));
    }

    #[test]
    fn the_median_is_of_goods_that_were_complained_of_and_sold() {
        let known = history();
        // Of LAMP 1 in 200, VASE 1 in 100 and RUG 2 in 100; nobody told how many GIFT were sold.
        let median = known.median(day("2026-03-03"));
        assert_eq!(median, Some(rate(1, 100)));
        assert_eq!(known.median(day("2026-03-01")), None);
        let band = |sku: &str| known.rate([sku], day("2026-03-03")).band(median);
        assert_eq!(band("LAMP"), UP_TO_MEDIAN);
        assert_eq!(band("VASE"), UP_TO_MEDIAN);
        assert_eq!(band("RUG"), ABOVE_MEDIAN);
        assert_eq!(band("DESK"), NO_COMPLAINT);
        assert_eq!(band("GIFT"), UNKNOWN);
        // Two rates: the lower one is the median, so that the higher one lies above it.
        assert_eq!(known.median(day("2026-03-02")), Some(rate(1, 100)));
    }

    #[test]
    fn spans_end_when_the_day_of_the_opening_begins() {
        let (from, to) = span_before("2026-03-31T17:00:00Z".parse().unwrap());
        assert_eq!(from.to_rfc3339(), "2025-12-31T00:00:00+00:00");
        assert_eq!(to.to_rfc3339(), "2026-03-31T00:00:00+00:00");
    }
}
