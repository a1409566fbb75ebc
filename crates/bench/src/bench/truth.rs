//! `bench truth`: portfolios with planted effects through the factor report. Intervals must cover the truth as often as they
//! say, and where nothing was planted alarms must be as rare as they say.

mod planted;

use docket_core::factor::{FactorKind, NOT_PASSED, Subject};
use docket_core::stats::{
    Beside, Compared, FactorReport, FactorTally, Interval, Rate, Standard, Stratum, compare, standardise,
};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::planted::{PARTS, Planted, item, portfolio, whole};
use super::Aims;
use crate::table::Table;

/// Every interval's level, and one minus the level of every alarm.
const STATED: f64 = 0.95;
/// Standard errors of a share over all portfolios that are put down to chance: one in 370 tables would miss.
const ERRORS: f64 = 3.0;
/// What one portfolio's report says.
struct Seen {
    late: Beside,
    /// Where the setting is missing.
    missing: Beside,
    /// The same two groups without strata.
    raw: Beside,
    /// The rate of what is on time, at the parts' own mix.
    standard: Standard,
    /// Carriers that stand out, and the setting; no carrier does anything.
    others: usize,
}

fn see(tallies: &[FactorTally]) -> Seen {
    let report = FactorReport::of(tallies);
    let levels = |subject: Subject| {
        let table = report.factors.iter().find(|table| table.subject == subject);
        table.map(|table| table.levels.as_slice()).unwrap_or_default()
    };
    let late = levels(FactorKind::DeliveryTiming.into())
        .iter()
        .find(|level| level.name == "late");
    let (late_cases, beside) = late.map_or((Vec::new(), Beside::NoReference), |level| {
        (level.strata.iter().map(|(_, both)| *both).collect(), level.beside)
    });
    let pooled = late_cases.iter().fold(Stratum::default(), |sum, s| Stratum {
        level: sum.level + s.level,
        reference: sum.reference + s.reference,
    });
    let on_time = levels(FactorKind::DeliveryTiming.into())
        .iter()
        .find(|level| level.name == "on_time");
    let mix: Vec<(Rate, u64)> = PARTS
        .iter()
        .map(|part| {
            let strata = on_time.map(|level| level.strata.as_slice()).unwrap_or_default();
            let own = strata
                .iter()
                .find(|(key, _)| *key == (part.platform, part.reason));
            (
                own.map_or(Rate::default(), |(_, both)| both.level),
                whole(part.weight * 100.0),
            )
        })
        .collect();
    let out = |beside: &Beside| matches!(beside, Beside::Compared { stands_out: true, .. });
    let missing = levels(item()).iter().find(|level| level.name == NOT_PASSED);
    Seen {
        late: beside,
        missing: missing.map_or(Beside::NoReference, |level| level.beside),
        raw: match compare(&[pooled]) {
            Compared::Estimated(found) => Beside::Compared {
                found,
                adjusted_p: None,
                stands_out: false,
            },
            Compared::TooFew { .. } => Beside::NoReference,
        },
        standard: standardise(&mix),
        others: levels(FactorKind::Carrier.into())
            .iter()
            .chain(levels(item()))
            .filter(|level| out(&level.beside))
            .count(),
    }
}

fn holds(interval: Interval, truth: f64) -> bool {
    interval.low <= truth && truth <= interval.high
}

fn odds_hold(beside: &Beside, truth: f64) -> Option<bool> {
    match beside {
        Beside::Compared { found, .. } => found.odds().map(|odds| holds(odds.interval, truth)),
        Beside::Reference | Beside::NoReference | Beside::NotCompared | Beside::TooFew { .. } => None,
    }
}

fn points_hold(beside: &Beside, truth: f64) -> Option<bool> {
    match beside {
        Beside::Compared { found, .. } => Some(holds(found.difference().interval, truth)),
        Beside::Reference | Beside::NoReference | Beside::NotCompared | Beside::TooFew { .. } => None,
    }
}

fn alarm(beside: &Beside) -> Option<bool> {
    match beside {
        Beside::Compared { stands_out, .. } => Some(*stands_out),
        Beside::Reference | Beside::NoReference | Beside::NotCompared | Beside::TooFew { .. } => None,
    }
}

fn standard_holds(standard: &Standard) -> Option<bool> {
    let truth: f64 = PARTS.iter().map(|part| part.weight * part.won * 100.0).sum();
    match standard {
        Standard::Percent { percent, .. } => Some(holds(percent.interval, truth)),
        Standard::Missing { .. } | Standard::TooFew { .. } => None,
    }
}

/// What a line of the table is held to.
#[derive(Clone, Copy, PartialEq)]
enum Aim {
    /// This share, within Monte Carlo error.
    Share(f64),
    /// At least this share: where a client has a handful of cases in each stratum, an interval may be wider than it must.
    AtLeast(f64),
    /// At most this share: a test that is careful may be rarer.
    AtMost(f64),
    /// Shown for comparison.
    None,
}

struct Line {
    says: &'static str,
    planted: &'static str,
    aim: Aim,
    hits: usize,
    of: usize,
}

impl Line {
    fn share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred portfolios")]
        let share = self.hits as f64 / self.of.max(1) as f64;
        share
    }

    /// How far chance may take a share.
    fn error(&self, share: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred portfolios")]
        let of = self.of.max(1) as f64;
        ERRORS * (share * (1.0 - share) / of).sqrt()
    }

    fn met(&self) -> bool {
        match self.aim {
            Aim::Share(share) => self.of > 0 && (self.share() - share).abs() <= self.error(share),
            Aim::AtLeast(share) => self.of > 0 && self.share() >= share - self.error(share),
            Aim::AtMost(share) => self.of > 0 && self.share() <= share + self.error(share),
            Aim::None => true,
        }
    }
}

fn line(
    says: &'static str,
    planted: &'static str,
    aim: Aim,
    seen: impl Iterator<Item = Option<bool>>,
) -> Line {
    let known: Vec<bool> = seen.flatten().collect();
    Line {
        says,
        planted,
        aim,
        hits: known.iter().filter(|hit| **hit).count(),
        of: known.len(),
    }
}

/// The table, for so many portfolios of each kind. The same seed gives the same table.
fn lines(portfolios: u64, seed: u64) -> Vec<Line> {
    let many = |planted: Planted, size: f64, kind: u64| -> Vec<Seen> {
        let one = |number| {
            let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003) ^ (kind << 32) ^ number);
            see(&portfolio(&mut rng, planted, size))
        };
        (0..portfolios).map(one).collect()
    };
    let (halved, dearer) = (
        many(Planted::Odds(0.5), 600.0, 1),
        many(Planted::Share(0.1), 600.0, 2),
    );
    let unset = many(Planted::Setting(0.1), 1_200.0, 5);
    let (none, few) = (many(Planted::Nothing, 600.0, 3), many(Planted::Nothing, 50.0, 4));
    let small = many(Planted::Share(0.1), 60.0, 6);
    let false_alarm = 1.0 - STATED;
    vec![
        line(
            "difference's interval holds -10 points, 60 cases",
            "late costs 10 points",
            Aim::AtLeast(STATED),
            small.iter().map(|s| points_hold(&s.late, -10.0)),
        ),
        line(
            "standardised rate's interval holds it, 50 cases",
            "nothing",
            Aim::AtLeast(STATED),
            few.iter().map(|s| standard_holds(&s.standard)),
        ),
        line(
            "odds ratio's interval holds 0.5",
            "late halves the odds",
            Aim::Share(STATED),
            halved.iter().map(|s| odds_hold(&s.late, 0.5)),
        ),
        line(
            "the raw odds ratio's interval does",
            "late halves the odds",
            Aim::None,
            halved.iter().map(|s| odds_hold(&s.raw, 0.5)),
        ),
        line(
            "the effect is found",
            "late halves the odds",
            Aim::None,
            halved.iter().map(|s| alarm(&s.late)),
        ),
        line(
            "difference's interval holds -10 points",
            "late costs 10 points",
            Aim::Share(STATED),
            dearer.iter().map(|s| points_hold(&s.late, -10.0)),
        ),
        line(
            "the effect is found",
            "late costs 10 points",
            Aim::None,
            dearer.iter().map(|s| alarm(&s.late)),
        ),
        line(
            "difference's interval holds -10 points",
            "a missing setting costs 10 points",
            Aim::Share(STATED),
            unset.iter().map(|s| points_hold(&s.missing, -10.0)),
        ),
        line(
            "the effect is found",
            "a missing setting costs 10 points",
            Aim::None,
            unset.iter().map(|s| alarm(&s.missing)),
        ),
        line(
            "odds ratio's interval holds 1",
            "nothing",
            Aim::Share(STATED),
            none.iter().map(|s| odds_hold(&s.late, 1.0)),
        ),
        line(
            "difference's interval holds 0",
            "nothing",
            Aim::Share(STATED),
            none.iter().map(|s| points_hold(&s.late, 0.0)),
        ),
        line(
            "the raw difference's interval does",
            "nothing",
            Aim::None,
            none.iter().map(|s| points_hold(&s.raw, 0.0)),
        ),
        line(
            "standardised rate's interval holds it",
            "nothing",
            Aim::Share(STATED),
            none.iter().map(|s| standard_holds(&s.standard)),
        ),
        line(
            "false alarm",
            "nothing",
            Aim::Share(false_alarm),
            none.iter().map(|s| alarm(&s.late)),
        ),
        line(
            "false alarm of any carrier or setting",
            "nothing",
            Aim::AtMost(false_alarm),
            none.iter().map(|s| Some(s.others > 0)),
        ),
        line(
            "false alarm, 50 cases",
            "nothing",
            Aim::AtMost(false_alarm),
            few.iter().map(|s| alarm(&s.late)),
        ),
    ]
}

pub fn run(portfolios: u64, aims: &mut Aims) {
    let mut table = Table::new(2, &["what", "planted", "portfolios", "stated", "found"]);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    for line in lines(portfolios, 1) {
        let stated = match line.aim {
            Aim::Share(share) => percent(share),
            Aim::AtLeast(share) => format!("at least {}", percent(share)),
            Aim::AtMost(share) => format!("at most {}", percent(share)),
            Aim::None => "-".to_owned(),
        };
        table.row(vec![
            line.says.to_owned(),
            line.planted.to_owned(),
            line.of.to_string(),
            stated.clone(),
            percent(line.share()),
        ]);
        if line.aim != Aim::None {
            aims.add(
                format!("{} ({}): {stated}", line.says, line.planted),
                percent(line.share()),
                line.met(),
            );
        }
    }
    table.print();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_and_alarms_keep_their_levels_over_200_portfolios() {
        let lines = lines(200, 1);
        for line in &lines {
            assert!(
                line.met(),
                "{} ({}): {} of {}",
                line.says,
                line.planted,
                line.hits,
                line.of
            );
        }
        // The confounder is real: without strata most intervals miss.
        for raw in lines.iter().filter(|line| line.says.starts_with("the raw")) {
            assert!(raw.share() < 0.7, "{}: {}", raw.says, raw.share());
        }
    }
}
