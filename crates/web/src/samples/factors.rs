//! Samples of the factor report: nothing decided, few cases, and levels that stand out, with hostile names.

use docket_app::{FactorCase, FactorsReport, Period};
use docket_core::factor::FactorKind;
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::stats::{FactorReport, FactorTally, Model, Pattern, Rate};
use docket_core::words::{Outcome, Platform, Reason};

use super::make::{NASTY, now};
use super::people::{clients_own, viewer};
use super::{Samples, house};
use crate::pages::factors::FactorsPage;

/// Decided cases of a level, and of the whole.
fn tallies(kind: FactorKind, level: &str, won: u64, lost: u64) -> Vec<FactorTally> {
    let one = |factor, outcome, cases: u64| FactorTally {
        factor,
        platform: Platform::PAYPAL,
        reason: Reason::NotReceived,
        currency: "EUR".parse().unwrap(),
        outcome: Some(outcome),
        contested: true,
        cases,
        amount: i64::try_from(cases).unwrap() * 25_00,
    };
    let mut all = Vec::new();
    for factor in [Some((kind.into(), level.to_owned())), None] {
        all.push(one(factor.clone(), Outcome::Won, won));
        all.push(one(factor, Outcome::Lost, lost));
    }
    all
}

/// Late parcels lose, over some months.
pub fn patterns(months: u32) -> Vec<Pattern> {
    let one = |month, timing: &str, won| Pattern {
        newest: month > 4,
        platform: Platform::PAYPAL,
        reason: Reason::NotReceived,
        amount: "EUR 2_50_to_200".to_owned(),
        settings: String::new(),
        levels: vec![timing.to_owned()],
        rate: Rate::new(won, 60),
    };
    (1..=months)
        .flat_map(|month| [one(month, "on_time", 44), one(month, "late", 21)])
        .collect()
}

impl Samples for FactorsPage {
    fn samples() -> Vec<Self> {
        let client = house().client;
        let all = std::slice::from_ref(&client);
        let timing = FactorKind::DeliveryTiming;
        let mut full = tallies(timing, "on_time", 80, 20);
        full.extend(tallies(timing, "late", 30, 70));
        full.extend(tallies(timing, "unknown", 4, 5));
        full.extend(tallies(FactorKind::Carrier, NASTY, 12, 3));
        full.extend(tallies(FactorKind::Carrier, "dhl", 30, 30));
        // Of the same cases as the tallies above: the whole is not counted again.
        for (level, won, lost) in [(NASTY, 100, 90), ("complete", 40, 30), ("partial", 6, 3)] {
            let of_level = tallies(FactorKind::EvidenceBand, level, won, lost).into_iter();
            full.extend(of_level.filter(|tally| tally.factor.is_some()));
        }
        let few = tallies(timing, "on_time", 3, 2);
        let report = |tallies: &[FactorTally], own: bool| FactorsReport {
            client: own.then(|| client.clone()),
            period: Period::of(None, None, now()).unwrap(),
            report: FactorReport::of(tallies),
            model: Model::of(
                &docket_core::stats::Patterns::of(&patterns(if own { 6 } else { 0 })),
                "2026-05-01".parse().unwrap(),
            ),
            mature_to: None,
            as_of: now(),
        };
        let case = FactorCase {
            id: CaseId(Default::default()),
            client: client.id,
            dispute: NASTY.to_owned(),
            amount: Money::new(25_00, "EUR".parse().unwrap()),
            platform: "paypal".to_owned(),
            reason: "not_received".to_owned(),
            outcome: "lost".to_owned(),
            won: false,
            level: NASTY.to_owned(),
        };
        // Every third case is open still.
        let mut immature = full.clone();
        immature.push(FactorTally {
            factor: None,
            outcome: None,
            contested: false,
            cases: 60,
            ..full[0].clone()
        });
        let immature = FactorsReport {
            mature_to: "2026-05-01".parse().ok(),
            ..report(&immature, true)
        };
        let many = vec![case; 230];
        let late = timing.into();
        vec![
            Self::of(&viewer(), &report(&[], false), &[], None),
            Self::of(&viewer(), &report(&few, true), all, Some((&late, NASTY, &[]))),
            Self::of(&viewer(), &report(&full, false), all, Some((&late, NASTY, &many))),
            Self::of(&clients_own(client.id), &report(&full, true), all, None),
            Self::of(&viewer(), &immature, all, None),
        ]
    }
}
