//! The factor report counts what the win-rate report counts, by what was known when each dispute opened.

use chrono::{DateTime, Duration, Utc};
use docket_core::factor::catalogue::{CATALOGUE, Entry, NOT_RECORDED, SEVERAL};
use docket_core::factor::{Factor, FactorKind};
use docket_core::stats::{FactorReport, FactorTable, Rate, WinRate};
use docket_core::words::{Outcome, Platform, Reason, Turn};
use docket_store::testing::TestDb;
use docket_store::{Change, ClientScope, GroupBy, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

fn span() -> (DateTime<Utc>, DateTime<Utc>) {
    (start() - Duration::days(1), start() + Duration::days(1))
}

fn factor(kind: FactorKind, value: &str, source: &str, as_of: DateTime<Utc>) -> Factor {
    Factor {
        kind,
        value: value.to_owned(),
        source: source.to_owned(),
        as_of,
    }
}

fn closed(desk: &Desk, number: usize, outcome: Option<Outcome>, factors: Vec<Factor>) -> Change {
    let mut seen = waiting(&format!("PP-{number}"));
    seen.factors = factors;
    seen.outcome = outcome;
    if outcome.is_some() {
        seen.facts.turn = Turn::Nobody;
    }
    let mut change = desk.opening(&seen);
    change.transition.case.contested = number.is_multiple_of(2);
    change
}

fn table(report: &FactorReport, kind: FactorKind) -> &FactorTable {
    report
        .factors
        .iter()
        .find(|table| table.entry.kind == kind)
        .unwrap()
}

fn level(report: &FactorReport, kind: FactorKind, name: &str) -> Rate {
    let mut levels = table(report, kind).levels.iter();
    levels
        .find(|level| level.name == name)
        .map_or(Rate::default(), |level| level.rate)
}

async fn report(desk: &Desk, scope: ClientScope) -> FactorReport {
    FactorReport::of(&desk.db.factor_tallies(scope, span()).await.unwrap())
}

/// Every outcome, several platforms, reasons and currencies, and a factor that three quarters of the cases have.
fn portfolio(desk: &Desk) -> Vec<Change> {
    let platforms = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];
    (0..240_usize)
        .map(|n| {
            let outcome = (!n.is_multiple_of(5)).then(|| Outcome::ALL[n % Outcome::ALL.len()]);
            let word = ["on_time", "late", "unknown"][n % 3];
            let known = factor(FactorKind::DeliveryTiming, word, "docket:delivery", start());
            let mut change = closed(
                desk,
                n,
                outcome,
                if n % 4 == 0 { Vec::new() } else { vec![known] },
            );
            let facts = &mut change.transition.case.facts;
            facts.reason = Reason::ALL[n % Reason::ALL.len()];
            facts.amount.currency = ["EUR", "JPY", "KWD"][n % 3].parse().unwrap();
            change.transition.case.platform = platforms[n % 3];
            change
        })
        .collect()
}

async fn the_figures_are_those_of_the_win_rate_report_and_of_their_lists(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    let report = report(&desk, AGENCY).await;
    let (from, to) = span();
    let tallies = desk.db.tallies(AGENCY, GroupBy::Reason, from, to).await.unwrap();
    assert_eq!(report.total, WinRate::of(&tallies).total);
    assert!(report.total.rate().n() > 50);
    for table in &report.factors {
        let all = table
            .levels
            .iter()
            .fold(Rate::default(), |sum, level| sum + level.rate);
        assert_eq!(all, report.total.rate(), "{}", table.entry.kind);
        for level in &table.levels {
            let list = desk
                .db
                .factor_cases(AGENCY, span(), table.entry, |case| case.level == level.name)
                .await
                .unwrap();
            let won = list.iter().filter(|case| case.won).count();
            let number = |n: usize| u64::try_from(n).unwrap();
            assert_eq!(
                Rate::new(number(won), number(list.len())),
                level.rate,
                "{}",
                level.name
            );
            for lost in &level.lost {
                let cases = list
                    .iter()
                    .filter(|c| !c.won && c.amount.currency == lost.currency);
                assert_eq!(cases.map(|c| c.amount.minor).sum::<i64>(), lost.minor);
            }
        }
    }
    assert!(level(&report, FactorKind::DeliveryTiming, NOT_RECORDED).n() > 10);
}

async fn what_became_known_later_explains_nothing(test: TestDb) {
    let desk = Desk::new(test).await;
    let after = start() + Duration::seconds(1);
    let kind = FactorKind::TrackingKnown;
    desk.save(&[
        closed(
            &desk,
            0,
            Some(Outcome::Won),
            vec![factor(kind, "true", "a", start())],
        ),
        closed(
            &desk,
            2,
            Some(Outcome::Lost),
            vec![factor(kind, "false", "a", after)],
        ),
    ])
    .await
    .unwrap();
    let report = report(&desk, AGENCY).await;
    assert_eq!(level(&report, kind, "true"), Rate::new(1, 1));
    assert_eq!(level(&report, kind, "false"), Rate::default());
    assert_eq!(level(&report, kind, NOT_RECORDED), Rate::new(0, 1));
}

async fn a_case_counts_once_for_a_factor_whatever_its_sources_say(test: TestDb) {
    let desk = Desk::new(test).await;
    let carrier = |name, source| factor(FactorKind::Carrier, name, source, start());
    let hours = |hours, source| factor(FactorKind::HandlingHours, hours, source, start());
    desk.save(&[
        closed(
            &desk,
            0,
            Some(Outcome::Won),
            vec![carrier("DHL", "a"), carrier("DHL", "b"), hours("30", "a")],
        ),
        closed(
            &desk,
            2,
            Some(Outcome::Won),
            vec![carrier("DHL", "a"), carrier("GLS", "b"), hours("3", "a")],
        ),
        closed(
            &desk,
            4,
            Some(Outcome::Lost),
            vec![carrier("dhl", "a"), hours("40", "a")],
        ),
    ])
    .await
    .unwrap();
    let report = report(&desk, AGENCY).await;
    assert_eq!(level(&report, FactorKind::Carrier, "dhl"), Rate::new(1, 2));
    assert_eq!(level(&report, FactorKind::Carrier, SEVERAL), Rate::new(1, 1));
    assert_eq!(
        level(&report, FactorKind::HandlingHours, "25_to_72h"),
        Rate::new(1, 2)
    );
    assert_eq!(
        level(&report, FactorKind::HandlingHours, "up_to_24h"),
        Rate::new(1, 1)
    );
}

async fn nothing_decided_is_no_figure(test: TestDb) {
    let desk = Desk::new(test).await;
    assert_eq!(report(&desk, AGENCY).await, FactorReport::of(&[]));
    desk.save(&[closed(&desk, 0, None, Vec::new())]).await.unwrap();
    let report = report(&desk, AGENCY).await;
    assert_eq!((report.total.received, report.total.rate()), (1, Rate::default()));
    assert!(report.factors.iter().all(|table| table.levels.is_empty()));
    for entry in CATALOGUE {
        let list = desk
            .db
            .factor_cases(AGENCY, span(), entry, |_| true)
            .await
            .unwrap();
        assert!(list.is_empty());
    }
    assert!(Entry::of(FactorKind::OrderedAt).is_none());
}

on_both!(
    the_figures_are_those_of_the_win_rate_report_and_of_their_lists,
    what_became_known_later_explains_nothing,
    a_case_counts_once_for_a_factor_whatever_its_sources_say,
    nothing_decided_is_no_figure
);
