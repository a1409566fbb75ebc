//! Portfolios of cases with effects that are known because they were planted.

use std::collections::BTreeMap;

use docket_core::factor::{FactorKind, NOT_PASSED, PASSED, Subject};
use docket_core::stats::FactorTally;
use docket_core::words::{Outcome, Platform, Reason};
use rand::Rng as _;
use rand::rngs::StdRng;

const CARRIERS: usize = 8;

/// A stratum: hard ones have more late parcels, so that a raw comparison sees an effect where none is.
pub(super) struct Part {
    pub platform: Platform,
    pub reason: Reason,
    /// Share won at the reference level.
    pub won: f64,
    /// Share of late parcels.
    late: f64,
    /// Share of all cases.
    pub weight: f64,
}

const fn part(platform: Platform, reason: Reason, won: f64, late: f64, weight: f64) -> Part {
    Part {
        platform,
        reason,
        won,
        late,
        weight,
    }
}

pub(super) const PARTS: [Part; 6] = [
    part(Platform::PAYPAL, Reason::NotReceived, 0.80, 0.15, 0.25),
    part(Platform::PAYPAL, Reason::NotAsDescribed, 0.45, 0.55, 0.20),
    part(Platform::KLARNA, Reason::NotReceived, 0.65, 0.25, 0.20),
    part(Platform::KLARNA, Reason::CreditNotProcessed, 0.40, 0.60, 0.10),
    part(Platform::SHOPIFY, Reason::NotReceived, 0.70, 0.20, 0.10),
    part(Platform::SHOPIFY, Reason::Unauthorised, 0.30, 0.50, 0.15),
];

/// What is planted.
#[derive(Clone, Copy)]
pub(super) enum Planted {
    Nothing,
    /// Being late multiplies the odds.
    Odds(f64),
    /// Being late takes off so much of the share.
    Share(f64),
    /// A setting that is missing does.
    Setting(f64),
}

impl Planted {
    fn won(self, share: f64, late: bool, missing: bool) -> f64 {
        match self {
            Self::Odds(ratio) if late => {
                let odds = share / (1.0 - share) * ratio;
                odds / (1.0 + odds)
            }
            Self::Share(less) if late => share - less,
            Self::Setting(less) if missing => share - less,
            Self::Nothing | Self::Odds(_) | Self::Share(_) | Self::Setting(_) => share,
        }
    }
}

/// The item of a checklist that is planted; hard strata miss it more often, too.
pub(super) fn item() -> Subject {
    Subject::item(Platform::PAYPAL, "settings.tracking_to_platform")
}

/// Of which part, with which factor, and whether won.
type Kind = (usize, Option<(Subject, String)>, bool);

pub(super) fn portfolio(rng: &mut StdRng, planted: Planted, size: f64) -> Vec<FactorTally> {
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for (number, part) in PARTS.iter().enumerate() {
        for _ in 0..whole(part.weight * size) {
            let late = rng.random_bool(part.late);
            let set_up = (part.platform == Platform::PAYPAL).then(|| !rng.random_bool(part.late));
            let won = rng.random_bool(planted.won(part.won, late, set_up == Some(false)));
            let timing = if late { "late" } else { "on_time" };
            let carrier = format!("carrier_{}", rng.random_range(0..CARRIERS));
            let setting = set_up.map(|yes| (item(), if yes { PASSED } else { NOT_PASSED }.to_owned()));
            let known = [
                None,
                Some((FactorKind::DeliveryTiming.into(), timing.to_owned())),
                Some((FactorKind::Carrier.into(), carrier)),
            ];
            for factor in known.into_iter().chain(setting.map(Some)) {
                *counts.entry((number, factor, won)).or_default() += 1;
            }
        }
    }
    let currency = "EUR".parse().expect("a currency");
    let tally = |((number, factor, won), cases): (Kind, u64)| FactorTally {
        factor,
        platform: PARTS[number].platform,
        reason: PARTS[number].reason,
        currency,
        outcome: Some(if won { Outcome::Won } else { Outcome::Lost }),
        contested: true,
        cases,
        amount: 0,
    };
    counts.into_iter().map(tally).collect()
}

pub(super) fn whole(number: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of cases, small and never negative"
    )]
    let whole = number.round() as u64;
    whole
}
