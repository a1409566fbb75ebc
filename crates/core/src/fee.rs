//! What disputes cost: fees of platforms and of the agency, by rules of each connection with dates (`domain.md` D4: a fee
//! rule per connection, not per platform name).

use chrono::NaiveDate;

use crate::id::{ClientId, ConnectionId};
use crate::money::Money;
use crate::recommend::Fee;
use crate::stats::Fees;
use crate::words::{Outcome, Platform, Stage, words};

words! {
    /// Who charges.
    FeeKind, "kind of fee" {
        /// The platform, for each dispute beyond the inquiry.
        Platform = "platform",
        /// The agency, for each case.
        Agency = "agency",
    }
}

/// A rule; of those of a connection and kind the one with the latest date up to the opening of the dispute counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeRule {
    /// Whose.
    pub client: ClientId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Who charges.
    pub kind: FeeKind,
    /// For disputes opened from this day on.
    pub valid_from: NaiveDate,
    /// For each case.
    pub amount: Money,
    /// Whether it is not charged, or comes back, when the case is won.
    pub back_on_win: bool,
    /// Of what a contest retained, in parts per million; the agency's only, and only in the rule's currency.
    pub share_ppm: i64,
}

/// Whether a platform's fee comes back on a win, where nobody says otherwise. PayPal's standard fee does, Klarna's (v4) does
/// not, Shopify's does in most countries.
pub fn back_on_win(platform: Platform) -> bool {
    platform != Platform::KLARNA
}

/// What the rules go by.
#[derive(Debug, Clone, Copy)]
pub struct Charged {
    /// How far the dispute went.
    pub stage: Stage,
    /// Its outcome.
    pub outcome: Option<Outcome>,
    /// What a contest retained.
    pub retained: Money,
}

impl FeeRule {
    /// What it comes to for a case.
    pub fn fees(&self, case: Charged) -> Fees {
        let mut fees = Fees::default();
        match self.kind {
            FeeKind::Platform if free_of_charge(case) => {}
            FeeKind::Platform if self.back_on_win && won(case.outcome) => {}
            FeeKind::Platform => fees.platform = self.amount.minor,
            FeeKind::Agency => {
                let share = if case.retained.currency == self.amount.currency {
                    i128::from(case.retained.minor) * i128::from(self.share_ppm) / 1_000_000
                } else {
                    0
                };
                fees.agency = self
                    .amount
                    .minor
                    .saturating_add(i64::try_from(share).unwrap_or(i64::MAX));
            }
        }
        fees
    }
}

impl FeeRule {
    /// What the platform charges by each way in which a dispute of that stage can end, as a recommendation weighs it.
    pub fn by_end(&self, platform: Platform, stage: Stage) -> Fee {
        let charged = |outcome| {
            let case = Charged {
                stage,
                outcome: Some(outcome),
                retained: Money::new(0, self.amount.currency),
            };
            Money::new(self.fees(case).platform, self.amount.currency)
        };
        Fee {
            platform,
            won: charged(Outcome::Won),
            lost: charged(Outcome::Lost),
            accepted: charged(Outcome::Accepted),
        }
    }
}

/// The rule that counts for a dispute opened on that day, of a connection's rules in the order of their dates and of when they were
/// set.
pub fn in_force<'a>(
    rules: impl DoubleEndedIterator<Item = &'a FeeRule>,
    kind: FeeKind,
    opened_on: NaiveDate,
) -> Option<&'a FeeRule> {
    let mut of_kind = rules.rev().filter(|rule| rule.kind == kind);
    of_kind.find(|rule| rule.valid_from <= opened_on)
}

/// No platform charges for talk, or for what was deflected before it became a dispute.
pub fn free_of_charge(case: Charged) -> bool {
    case.stage == Stage::Inquiry || case.outcome == Some(Outcome::Prevented)
}

fn won(outcome: Option<Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Won | Outcome::WonProtected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn euros(minor: i64) -> Money {
        Money::new(minor, "EUR".parse().unwrap())
    }

    fn rule(kind: FeeKind, back_on_win: bool, share_ppm: i64) -> FeeRule {
        FeeRule {
            client: ClientId(Uuid::nil()),
            connection: ConnectionId(Uuid::nil()),
            kind,
            valid_from: NaiveDate::MIN,
            amount: euros(20_00),
            back_on_win,
            share_ppm,
        }
    }

    fn case(stage: Stage, outcome: Outcome) -> Charged {
        Charged {
            stage,
            outcome: Some(outcome),
            retained: euros(10_000),
        }
    }

    #[test]
    fn a_platform_charges_beyond_the_inquiry_and_gives_back_where_its_rule_says_so() {
        let charged = |back, stage, outcome| {
            rule(FeeKind::Platform, back, 0)
                .fees(case(stage, outcome))
                .platform
        };
        assert_eq!(charged(true, Stage::Chargeback, Outcome::Won), 0);
        assert_eq!(charged(false, Stage::Chargeback, Outcome::Won), 20_00);
        assert_eq!(charged(true, Stage::Chargeback, Outcome::Lost), 20_00);
        assert_eq!(charged(false, Stage::Inquiry, Outcome::Settled), 0);
        assert_eq!(charged(false, Stage::Chargeback, Outcome::Prevented), 0);
    }

    #[test]
    fn the_newest_rule_up_to_the_opening_counts_and_of_one_day_the_one_set_last() {
        let from = |kind, day: &str, minor| FeeRule {
            valid_from: day.parse().unwrap(),
            amount: euros(minor),
            ..rule(kind, true, 0)
        };
        let rules = [
            from(FeeKind::Platform, "2026-01-01", 1),
            from(FeeKind::Platform, "2026-03-01", 2),
            from(FeeKind::Platform, "2026-03-01", 3),
            from(FeeKind::Agency, "2026-04-01", 4),
            from(FeeKind::Platform, "2026-05-01", 5),
        ];
        let charged = |day: &str| {
            let rule = in_force(rules.iter(), FeeKind::Platform, day.parse().unwrap());
            rule.map(|rule| rule.amount.minor)
        };
        let found = [
            "2025-12-31",
            "2026-02-28",
            "2026-03-01",
            "2026-04-30",
            "2026-05-01",
        ]
        .map(charged);
        assert_eq!(found, [None, Some(1), Some(3), Some(3), Some(5)]);
    }

    #[test]
    fn a_recommendation_weighs_what_each_end_costs() {
        let by_end = |back, stage| {
            let fee = rule(FeeKind::Platform, back, 0).by_end(Platform::PAYPAL, stage);
            [fee.won, fee.lost, fee.accepted].map(|money| money.minor)
        };
        assert_eq!(by_end(true, Stage::Chargeback), [0, 20_00, 20_00]);
        assert_eq!(by_end(false, Stage::Chargeback), [20_00, 20_00, 20_00]);
        assert_eq!(by_end(true, Stage::Inquiry), [0, 0, 0]);
    }

    #[test]
    fn an_agency_charges_each_case_and_a_share_in_the_rules_currency() {
        let rule = rule(FeeKind::Agency, false, 125_000);
        assert_eq!(
            rule.fees(case(Stage::Inquiry, Outcome::Won)).agency,
            20_00 + 12_50
        );
        let crowns = Charged {
            retained: Money::new(10_000, "SEK".parse().unwrap()),
            ..case(Stage::Inquiry, Outcome::Won)
        };
        assert_eq!(rule.fees(crowns).agency, 20_00);
    }
}
