//! What a case comes to: its amount and what was kept of it, in the reporting currency where there is one, and its fees.

use std::collections::HashMap;

use chrono::NaiveDate;
use docket_core::fee::{Charged, FeeKind, FeeRule, free_of_charge, in_force};
use docket_core::money::{Currency, Money};
use docket_core::recommend::Fee;
use docket_core::stats::{Fees, Kept};
use docket_core::words::{Outcome, Platform, Stage};
use uuid::Uuid;

use super::MissingRates;
use crate::fees::Rates;
use crate::report_read::day_text;

/// What money of a case goes by.
pub(super) struct Case {
    pub connection: Uuid,
    pub opened_on: NaiveDate,
    pub platform: Platform,
    pub stage: Stage,
    pub outcome: Option<Outcome>,
    pub contested: bool,
    pub amount: Money,
    /// What a partial win kept of it, where that is known.
    pub kept: Option<i64>,
}

/// What a case comes to in the currency that is shown: the reporting currency, or without one its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMoney {
    /// Disputed.
    pub amount: Money,
    /// What a partial win kept of it, where that is known, in minor units.
    pub kept: Option<i64>,
    /// Its fees, by the currency that they are shown in.
    pub fees: Vec<(Currency, Fees)>,
    /// Whether a fee is not known, the platform's or the agency's.
    pub fee_unknown: bool,
}

/// What is charged, and at which rates.
pub(super) struct Charges<'a> {
    rules: HashMap<Uuid, Vec<FeeRule>>,
    defaults: &'a [Fee],
    rates: Option<(Currency, Rates)>,
    missing: MissingRates,
}

impl<'a> Charges<'a> {
    pub(super) fn new(
        rules: HashMap<Uuid, Vec<FeeRule>>,
        defaults: &'a [Fee],
        rates: Option<(Currency, Rates)>,
    ) -> Self {
        Self {
            rules,
            defaults,
            rates,
            missing: MissingRates::new(),
        }
    }

    /// Whether a case's day, stage and connection matter: without fees and rates they do not.
    pub(super) fn matter(&self) -> bool {
        self.rates.is_some() || !self.rules.is_empty() || !self.defaults.is_empty()
    }

    /// The reporting currency, and the days of which a rate was missing.
    pub(super) fn done(self) -> (Option<Currency>, MissingRates) {
        (self.rates.map(|(currency, _)| currency), self.missing)
    }

    pub(super) fn of(&mut self, case: &Case) -> CaseMoney {
        let (own, fee_unknown) = self.fees(case);
        let (currency, day) = (case.amount.currency, case.opened_on);
        let minor = self.converted(case.amount, day);
        let kept = case
            .kept
            .map(|kept| self.converted(Money::new(kept, currency), day));
        let reporting = self.rates.as_ref().map(|(reporting, _)| *reporting);
        let mut fees = Vec::with_capacity(own.len());
        for (charged, fee) in own {
            let mut shown = |minor| self.converted(Money::new(minor, charged), day);
            let fee = Fees {
                platform: shown(fee.platform),
                agency: shown(fee.agency),
            };
            fees.push((reporting.unwrap_or(charged), fee));
        }
        CaseMoney {
            amount: Money::new(minor, reporting.unwrap_or(currency)),
            kept,
            fees,
            fee_unknown,
        }
    }

    /// Minor units of the reporting currency, where there is one.
    fn converted(&mut self, amount: Money, day: NaiveDate) -> i64 {
        let Some((reporting, rates)) = &self.rates else {
            return amount.minor;
        };
        if amount.currency == *reporting {
            return amount.minor;
        }
        match rates.at(amount.currency, day) {
            Some(rate) => rate.of(amount.minor, amount.currency, *reporting).minor,
            None => {
                self.missing.insert((day_text(day), amount.currency));
                0
            }
        }
    }

    /// What a case costs, and whether a part of that is not known: what its platform charges, or what the agency does. Who
    /// charges nothing says so with a rule of 0.
    fn fees(&self, of: &Case) -> (Vec<(Currency, Fees)>, bool) {
        let retained = Kept::of(of.outcome, of.contested).by_contest(of.amount.minor, of.kept);
        let (opened_on, platform) = (of.opened_on, of.platform);
        let case = Charged {
            stage: of.stage,
            outcome: of.outcome,
            retained: Money::new(retained, of.amount.currency),
        };
        let rules = self
            .rules
            .get(&of.connection)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let of = |kind: FeeKind| {
            let rule = in_force(rules.iter(), kind, opened_on);
            rule.map(|rule| (rule.amount.currency, rule.fees(case)))
        };
        let agency = in_force(rules.iter(), FeeKind::Agency, opened_on);
        // A share of what was kept in another currency comes to nobody knows what.
        let unknown = agency.is_none_or(|rule| {
            rule.share_ppm > 0 && case.retained.minor > 0 && case.retained.currency != rule.amount.currency
        });
        let mut fees: Vec<(Currency, Fees)> = of(FeeKind::Agency).into_iter().collect();
        match of(FeeKind::Platform) {
            Some(fee) => fees.push(fee),
            None if free_of_charge(case) => {}
            None => {
                let currency = case.retained.currency;
                let mut defaults = self.defaults.iter();
                let Some(default) =
                    defaults.find(|fee| fee.platform == platform && fee.won.currency == currency)
                else {
                    return (fees, true);
                };
                let platform = match case.outcome {
                    Some(Outcome::Won | Outcome::WonProtected) => default.won,
                    Some(Outcome::Accepted | Outcome::Settled) => default.accepted,
                    // What is still open, or ended otherwise, is charged until the platform gives it back.
                    Some(
                        Outcome::Partial
                        | Outcome::Lost
                        | Outcome::LostNoResponse
                        | Outcome::Withdrawn
                        | Outcome::Lapsed
                        | Outcome::Prevented
                        | Outcome::NotContestable
                        | Outcome::Superseded
                        | Outcome::Unknown,
                    )
                    | None => default.lost,
                };
                fees.push((
                    currency,
                    Fees {
                        platform: platform.minor,
                        agency: 0,
                    },
                ));
            }
        }
        (fees, unknown)
    }
}
