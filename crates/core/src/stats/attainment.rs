//! How well a promise about time was kept: counts with their interval, and a verdict that says no more than they do.

use std::collections::BTreeMap;

use chrono::Duration;

use super::rate::{COUNTS_ONLY_BELOW, Interval, Rate, Z, to_f64, wilson};
use crate::sla::Fate;

/// What can be said about a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No clock was decided.
    Nothing,
    /// Fewer than ten were.
    TooFew,
    /// More than a tenth still runs, and may yet turn it: those that end early are not like the others.
    Immature,
    /// The whole interval reaches the target.
    Met,
    /// The figure reaches the target, the interval does not.
    NotProven,
    /// The figure does not reach the target.
    NotMet,
}

impl Verdict {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing to measure",
            Self::TooFew => "too few to say",
            Self::Immature => "too many still run to say",
            Self::Met => "met",
            Self::NotProven => "met as a point, not proven",
            Self::NotMet => "not met",
        }
    }

    fn of(n: u64, reaches: bool, proven: bool) -> Self {
        match (n, reaches, proven) {
            (0, ..) => Self::Nothing,
            (n, ..) if n < COUNTS_ONLY_BELOW => Self::TooFew,
            (_, true, true) => Self::Met,
            (_, true, false) => Self::NotProven,
            (_, false, _) => Self::NotMet,
        }
    }
}

/// A mean with its 95 % interval, in minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// The mean.
    pub minutes: f64,
    /// Its interval by Student's t.
    pub interval: Interval,
}

/// The clocks of one target, counted. Memory does not grow with them, only with how many lengths in minutes there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attainment {
    met: u64,
    breached: u64,
    open: u64,
    released: u64,
    /// Breached and not done: how long they took in the end is not known, so that means and percentiles are at least so long.
    unfinished: u64,
    seconds: i128,
    squares: i128,
    minutes: BTreeMap<i64, u64>,
}

impl Attainment {
    /// Counts a clock. `done` is false where it ran or fell away beyond its limit.
    pub fn add(&mut self, fate: Fate, elapsed: Duration, done: bool) {
        match fate {
            Fate::Met => self.met += 1,
            Fate::Breached => self.breached += 1,
            Fate::Open => self.open += 1,
            Fate::Released => self.released += 1,
        }
        if !matches!(fate, Fate::Met | Fate::Breached) {
            return;
        }
        self.unfinished += u64::from(!done);
        let seconds = i128::from(elapsed.num_seconds());
        self.seconds += seconds;
        self.squares += seconds * seconds;
        // Begun minutes count whole, so that a percentile is never shown shorter than it is.
        let minutes = elapsed.num_seconds().div_euclid(60) + i64::from(elapsed.num_seconds() % 60 != 0);
        *self.minutes.entry(minutes).or_default() += 1;
    }

    /// Within the limit, of those that are decided.
    pub fn rate(&self) -> Rate {
        Rate::new(self.met, self.met + self.breached)
    }

    /// Beyond the limit.
    pub const fn breached(&self) -> u64 {
        self.breached
    }

    /// Still running within the limit; counted neither way.
    pub const fn open(&self) -> u64 {
        self.open
    }

    /// Fell away within the limit; counted neither way.
    pub const fn released(&self) -> u64 {
        self.released
    }

    /// Breached, and not done: means and percentiles are at least what they say.
    pub const fn unfinished(&self) -> u64 {
        self.unfinished
    }

    /// The length that this share of the decided clocks, in percent, does not exceed, in whole minutes; none below ten.
    pub fn percentile(&self, percent: u8) -> Option<i64> {
        let n = self.rate().n();
        if n < COUNTS_ONLY_BELOW {
            return None;
        }
        // The nearest rank: the smallest length that at least so many reach.
        let rank = (u128::from(n) * u128::from(percent)).div_ceil(100);
        let mut seen = 0_u128;
        self.minutes.iter().find_map(|(minutes, count)| {
            seen += u128::from(*count);
            (seen >= rank).then_some(*minutes)
        })
    }

    /// The mean of the decided clocks; none below ten.
    pub fn mean(&self) -> Option<Mean> {
        let n = self.rate().n();
        if n < COUNTS_ONLY_BELOW {
            return None;
        }
        let count = i128::from(n);
        // n·Σx² − (Σx)², exact before it becomes a float.
        let spread = count * self.squares - self.seconds * self.seconds;
        let (n, sum) = (to_f64(n), float(self.seconds));
        let mean = sum / n;
        let deviation = (float(spread.max(0)) / (n * (n - 1.0))).sqrt();
        let half = student(n - 1.0) * deviation / n.sqrt();
        Some(Mean {
            minutes: mean / 60.0,
            interval: Interval {
                low: (mean - half).max(0.0) / 60.0,
                high: (mean + half) / 60.0,
            },
        })
    }

    /// Whether more than a tenth of the clocks still runs, as with cohorts of the win rate.
    pub fn immature(&self) -> bool {
        self.open * 10 > self.rate().n() + self.open
    }

    /// Whether at least `percent` of the clocks were within the limit. Where many still run it is said only where that holds
    /// however they end.
    pub fn share_verdict(&self, percent: u8) -> Verdict {
        let verdict = |met: u64, n: u64| {
            let reaches = u128::from(met) * 100 >= u128::from(n) * u128::from(percent);
            let low = wilson(met, n).map_or(0.0, |i| i.low);
            Verdict::of(n, reaches, low * 100.0 >= f64::from(percent))
        };
        let n = self.rate().n();
        let now = verdict(self.met, n);
        if !self.immature() || n < COUNTS_ONLY_BELOW {
            return now;
        }
        let (worst, best) = (
            verdict(self.met, n + self.open),
            verdict(self.met + self.open, n + self.open),
        );
        if best == Verdict::NotMet || worst != Verdict::NotMet {
            worst
        } else {
            Verdict::Immature
        }
    }

    /// Whether the mean is within the limit. Where something is unfinished its mean is only a lower bound, which proves nothing.
    pub fn mean_verdict(&self, limit: Duration) -> Verdict {
        let n = self.rate().n();
        let limit = i128::from(limit.num_seconds());
        let reaches = self.seconds <= limit * i128::from(n);
        let high = self.mean().map_or(f64::INFINITY, |m| m.interval.high * 60.0);
        // Those that still run have run for less than the limit so far, and nobody knows how long they will.
        if self.immature() && n >= COUNTS_ONLY_BELOW {
            return Verdict::Immature;
        }
        Verdict::of(n, reaches, self.unfinished == 0 && high <= float(limit))
    }
}

fn float(n: i128) -> f64 {
    // Sums of seconds stay far below 2^53; squares lose digits that no printed figure has.
    #[expect(clippy::cast_precision_loss, reason = "far more digits than are printed")]
    let float = n as f64;
    float
}

/// The 97.5 % quantile of Student's t, by Cornish and Fisher's expansion: to 0.001 from nine degrees on, which is where it is used.
fn student(degrees: f64) -> f64 {
    let z = Z;
    let (z3, z5, z7, z9) = (z.powi(3), z.powi(5), z.powi(7), z.powi(9));
    z + (z3 + z) / (4.0 * degrees)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * degrees.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * degrees.powi(3))
        + (79.0 * z9 + 776.0 * z7 + 1482.0 * z5 - 1920.0 * z3 - 945.0 * z) / (92_160.0 * degrees.powi(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(met: u64, breached: u64) -> Attainment {
        let mut all = Attainment::default();
        (0..met).for_each(|_| all.add(Fate::Met, Duration::minutes(30), true));
        (0..breached).for_each(|_| all.add(Fate::Breached, Duration::minutes(90), true));
        all
    }

    #[test]
    fn verdicts_say_no_more_than_the_interval() {
        let cases = [
            (0, 0, Verdict::Nothing),
            (9, 0, Verdict::TooFew),
            (0, 9, Verdict::TooFew),
            // `domain.md` E3: 45 of 50 and 180 of 200 are 90 % as a point, from 78.6 and 85.1 % on.
            (45, 5, Verdict::NotProven),
            (180, 20, Verdict::NotProven),
            (44, 6, Verdict::NotMet),
            (100, 0, Verdict::Met),
            (950, 50, Verdict::Met),
        ];
        for (met, breached, verdict) in cases {
            assert_eq!(
                of(met, breached).share_verdict(90),
                verdict,
                "{met} of {}",
                met + breached
            );
        }
    }

    #[test]
    fn of_what_mostly_still_runs_no_more_is_said_than_holds_however_it_ends() {
        let running = |met, breached, open: u64| {
            let mut all = of(met, breached);
            (0..open).for_each(|_| all.add(Fate::Open, Duration::minutes(5), false));
            all
        };
        let cases = [
            // Forty answered early, and four times as many still run.
            (40, 0, 160, Verdict::Immature),
            (180, 20, 30, Verdict::Immature),
            // However they end.
            (100, 50, 20, Verdict::NotMet),
            // A tenth may run.
            (900, 20, 100, Verdict::Met),
            (5, 0, 100, Verdict::TooFew),
        ];
        for (met, breached, open, verdict) in cases {
            let said = running(met, breached, open).share_verdict(90);
            assert_eq!(said, verdict, "{met}, {breached} and {open}");
        }
        let lower = running(4_000, 0, 500).share_verdict(80);
        assert_eq!(lower, Verdict::Met, "even if all of them end too late");
        assert_eq!(
            running(40, 0, 160).mean_verdict(Duration::hours(9)),
            Verdict::Immature
        );
        assert_eq!(running(100, 0, 11).mean_verdict(Duration::hours(9)), Verdict::Met);
    }

    #[test]
    fn student_matches_the_tables() {
        for (degrees, table) in [
            (9.0, 2.262_157),
            (10.0, 2.228_139),
            (20.0, 2.085_963),
            (30.0, 2.042_272),
            (100.0, 1.983_972),
        ] {
            assert!(
                (student(degrees) - table).abs() < 1e-3,
                "{degrees}: {}",
                student(degrees)
            );
        }
    }

    #[test]
    fn a_mean_has_its_interval_and_is_proven_only_by_it() {
        // 10, 20 … 100 minutes: mean 55, deviation 30.2765 (by hand), half-width 2.262157 · 30.2765 / √10 = 21.658.
        let mut all = Attainment::default();
        (1..=10).for_each(|i| all.add(Fate::Met, Duration::minutes(10 * i), true));
        let mean = all.mean().unwrap();
        assert!((mean.minutes - 55.0).abs() < 1e-9);
        assert!((mean.interval.low - 33.342).abs() < 0.02, "{mean:?}");
        assert!((mean.interval.high - 76.658).abs() < 0.02, "{mean:?}");
        assert_eq!(all.mean_verdict(Duration::minutes(77)), Verdict::Met);
        assert_eq!(all.mean_verdict(Duration::minutes(60)), Verdict::NotProven);
        assert_eq!(all.mean_verdict(Duration::minutes(54)), Verdict::NotMet);
        all.add(Fate::Breached, Duration::minutes(10), false);
        assert_eq!(
            all.mean_verdict(Duration::hours(90)),
            Verdict::NotProven,
            "one still runs"
        );
        assert_eq!(of(9, 0).mean(), None);
    }

    #[test]
    fn a_percentile_is_the_nearest_rank_in_begun_minutes() {
        let mut all = Attainment::default();
        (1..=20).for_each(|i| all.add(Fate::Met, Duration::seconds(60 * i - 30), true));
        assert_eq!(all.percentile(50), Some(10));
        assert_eq!(all.percentile(90), Some(18));
        assert_eq!(all.percentile(99), Some(20));
        assert_eq!(of(9, 0).percentile(50), None);
    }

    #[test]
    fn what_is_open_or_fell_away_counts_neither_way() {
        let mut all = of(10, 0);
        all.add(Fate::Open, Duration::hours(9), false);
        all.add(Fate::Released, Duration::hours(9), false);
        assert_eq!(
            (all.rate().n(), all.open(), all.released(), all.unfinished()),
            (10, 1, 1, 0)
        );
        assert_eq!(all.percentile(99), Some(30));
    }
}
