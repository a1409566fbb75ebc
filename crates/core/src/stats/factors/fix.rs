//! What to fix first: levels that stand out, by the amount that is associated with them.

use super::{Beside, FactorTable, SEVERAL};
use crate::factor::Subject;
use crate::money::Money;
use crate::stats::{Estimate, Rate};

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// The factor, with the setting or habit to change.
    pub subject: Subject,
    /// The level whose cases are won less often.
    pub level: String,
    /// Won of decided at that level.
    pub rate: Rate,
    /// The comparison with the reference level.
    pub found: Estimate,
    /// Disputed amount of the level's lost cases in this currency.
    pub lost: Money,
    /// That of its decided cases in strata that the reference has, too.
    pub decided: Money,
    /// The latter times the adjusted difference.
    pub associated: Money,
    /// With the interval's end that is nearer to no difference.
    pub at_least: Money,
    /// With the other end.
    pub at_most: Money,
}

/// The list, and what is not on it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FirstThings {
    /// By currency, the largest associated amount first.
    pub list: Vec<Fix>,
    /// Levels that were won less often than their reference, but not beyond chance.
    pub unproven: usize,
}

impl FirstThings {
    pub(super) fn of(factors: &[FactorTable]) -> Self {
        let mut things = Self::default();
        for table in factors {
            for level in table.levels.iter().filter(|level| level.name != SEVERAL) {
                let Beside::Compared {
                    found, stands_out, ..
                } = level.beside
                else {
                    continue;
                };
                if found.difference().value >= 0.0 {
                    continue;
                }
                if !stands_out {
                    things.unproven += 1;
                    continue;
                }
                let lines = level.compared.iter().filter(|decided| decided.minor > 0);
                let lost = |of: &Money| {
                    let same = level.lost.iter().find(|lost| lost.currency == of.currency);
                    same.copied().unwrap_or(Money::new(0, of.currency))
                };
                // A difference of shares is one of decided cases, not of those that were lost.
                things.list.extend(lines.map(|decided| Fix {
                    subject: table.subject.clone(),
                    level: level.name.clone(),
                    rate: level.rate,
                    found,
                    lost: lost(decided),
                    decided: *decided,
                    associated: part(*decided, found.difference().value),
                    at_least: part(*decided, found.difference().interval.high),
                    at_most: part(*decided, found.difference().interval.low),
                }));
            }
        }
        things
            .list
            .sort_by_key(|fix| (fix.lost.currency, std::cmp::Reverse(fix.associated.minor)));
        things
    }
}

/// So many points of an amount, rounded to the minor unit.
fn part(amount: Money, points: f64) -> Money {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "amounts stay far below 2^53 minor units, and a part is smaller than its whole"
    )]
    let minor = (amount.minor as f64 * points.abs() / 100.0).round() as i64;
    Money::new(minor, amount.currency)
}
