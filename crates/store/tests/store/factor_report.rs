//! The factor report counts what the win-rate report counts, by what was known when each dispute opened.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use docket_core::evidence::Band;
use docket_core::factor::catalogue::{CATALOGUE, Entry, NOT_RECORDED, SEVERAL};
use docket_core::factor::levels::recorded;
use docket_core::factor::{AFTER_OPENING, Factor, FactorKind, Subject};
use docket_core::id::DisputeRef;
use docket_core::stats::{FactorReport, FactorTable, Ledger, Rate};
use docket_core::words::{Outcome, Platform, Reason, Turn};
use docket_store::testing::TestDb;
use docket_store::{Change, ClientScope, Days, Db, Error, GroupBy, StoredCase, on_both, on_db};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

pub fn days() -> Days {
    let day = |at: DateTime<Utc>| at.date_naive();
    Days::opened(day(start() - Duration::days(1)), day(start() + Duration::days(1)))
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
        .find(|table| table.subject == kind.into())
        .unwrap()
}

fn level(report: &FactorReport, kind: FactorKind, name: &str) -> Rate {
    let mut levels = table(report, kind).levels.iter();
    levels
        .find(|level| level.name == name)
        .map_or(Rate::default(), |level| level.rate)
}

async fn report(desk: &Desk, scope: ClientScope) -> FactorReport {
    FactorReport::of(&desk.db.factor_tallies(scope, days()).await.unwrap().tallies)
}

/// Every outcome, several platforms, reasons and currencies, and a factor that three quarters of the cases have.
pub fn portfolio(desk: &Desk) -> Vec<Change> {
    let platforms = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];
    (0..240_usize)
        .map(|n| {
            let outcome = (!n.is_multiple_of(5)).then(|| Outcome::ALL[n % Outcome::ALL.len()]);
            let word = ["on_time", "late", "unknown"][n % 3];
            let known = factor(FactorKind::DeliveryTiming, word, "docket:delivery", start());
            let sku = factor(
                FactorKind::ProductSku,
                ["RUG", "LAMP"][n % 2],
                "orders.csv",
                start(),
            );
            let later = start() + Duration::hours(9);
            let decided = factor(
                FactorKind::AdjudicationGroup,
                ["delivery", "evidence"][n % 2],
                "paypal:adjudications[0].reason",
                later,
            );
            let mut change = closed(
                desk,
                n,
                outcome,
                if n % 4 == 0 {
                    Vec::new()
                } else {
                    vec![known, sku, decided]
                },
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
    let counting = crate::tallies::counting(GroupBy::Reason);
    let bundles = desk.db.tallies(AGENCY, days(), &counting).await.unwrap().bundles;
    assert_eq!(report.total, Ledger::of(&bundles).total.group);
    assert!(report.total.rate().n() > 50);
    for table in &report.factors {
        let all = table
            .levels
            .iter()
            .fold(Rate::default(), |sum, level| sum + level.rate);
        assert_eq!(all, report.total.rate(), "{}", table.subject);
        for level in &table.levels {
            let list = desk
                .db
                .factor_cases(AGENCY, days(), &table.subject, |case| case.level == level.name)
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
    let after: Vec<_> = report.after.iter().map(|table| &table.subject).collect();
    assert_eq!(after, AFTER_OPENING.map(Subject::from).iter().collect::<Vec<_>>());
    for table in &report.after {
        let mut all = Rate::default();
        for level in &table.levels {
            let list = desk
                .db
                .factor_cases(AGENCY, days(), &table.subject, |case| case.level == level.name)
                .await
                .unwrap();
            let number = |n: usize| u64::try_from(n).unwrap();
            let won = list.iter().filter(|case| case.won).count();
            assert_eq!(
                Rate::new(number(won), number(list.len())),
                level.rate,
                "{}",
                level.name
            );
            all = all + level.rate;
        }
        assert_eq!(all, report.total.rate(), "{}", table.subject);
    }
    let names = |place: usize| {
        let levels = report.after[place].levels.iter();
        levels.map(|level| level.name.as_str()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(0), BTreeSet::from(["not_answered", "unknown"]));
    assert_eq!(names(1), BTreeSet::from(["delivery", "evidence", "not_told"]));
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
            .factor_cases(AGENCY, days(), &entry.kind.into(), |_| true)
            .await
            .unwrap();
        assert!(list.is_empty());
    }
    assert!(Entry::of(FactorKind::OrderedAt).is_none());
}

type Levels = BTreeMap<(String, String), String>;

/// What stands in the narrow rows, by dispute and factor.
async fn stored(db: &Db) -> Levels {
    let text = "SELECT c.dispute, r.levels, r.country, r.product FROM report_cases r JOIN cases c ON c.id = r.case_id";
    let rows: Vec<(String, String, String, String)> =
        on_db!(db, c => sqlx::query_as(text).fetch_all(c).await).unwrap();
    let each = rows.iter().flat_map(|(dispute, levels, country, product)| {
        let levels = recorded(levels).map(|(at, level)| (CATALOGUE[at].kind, level));
        let others = [
            (FactorKind::ShippingCountry, country.as_str()),
            (FactorKind::ProductSku, product.as_str()),
        ];
        let told = levels.chain(others.into_iter().filter(|(_, value)| !value.is_empty()));
        told.map(|(kind, level)| ((dispute.clone(), kind.to_string()), level.to_owned()))
    });
    each.collect()
}

/// The same by the definition, from the records themselves.
async fn defined(db: &Db) -> Levels {
    let text = "SELECT c.dispute, f.kind, min(f.value), max(f.value) FROM factors f JOIN cases c ON c.id = f.case_id \
        WHERE f.known = 'opening' GROUP BY c.dispute, f.kind";
    let rows: Vec<(String, String, String, String)> =
        on_db!(db, c => sqlx::query_as(text).fetch_all(c).await).unwrap();
    let each = rows.into_iter().filter_map(|(dispute, kind, low, high)| {
        let known: FactorKind = kind.parse().unwrap();
        let plain = matches!(known, FactorKind::ShippingCountry | FactorKind::ProductSku);
        let entry = Entry::of(known);
        let level = if low == high {
            entry.map_or_else(|| plain.then(|| low.clone()), |entry| Some(entry.level(&low)))?
        } else {
            (entry.is_some() || plain).then(|| SEVERAL.to_owned())?
        };
        Some(((dispute, kind), level))
    });
    each.collect()
}

/// Further readings with other records, a corrected opening, and facts from the client's files.
async fn changed(desk: &Desk) {
    let kinds = [
        FactorKind::Carrier,
        FactorKind::HandlingHours,
        FactorKind::TrackingKnown,
    ];
    let days = |n: i64| start() + Duration::days(n);
    for number in 0..24_usize {
        let mut seen = waiting(&format!("PP-{number}"));
        let record = |n: usize, value: &str| {
            let source = ["a", "b"][n % 2];
            factor(
                kinds[n % 3],
                value,
                source,
                days(i64::try_from(n % 5).unwrap() - 3),
            )
        };
        seen.factors = vec![record(number, "12"), record(number + 1, "true")];
        let mut held: StoredCase = desk.open(&seen).await;
        for reading in 1..4_usize {
            seen.factors = vec![record(number * reading, "50"), record(number + reading, "12")];
            if reading == 3 {
                seen.facts.opened_at = days(-2);
            }
            let change = desk.observe(&held, &seen, &format!("{number} {reading}"));
            desk.save(&[change]).await.unwrap();
            held = desk.load(held.case.id).await;
        }
        if number % 3 == 0 {
            let mut unit = desk.unit().await;
            let owner = (held.case.id, held.case.client);
            let told = [
                factor(kinds[0], "GLS", "facts", days(-2)),
                factor(kinds[1], "3", "facts", days(9)),
                factor(FactorKind::ShippingCountry, "SE", "facts", days(-4)),
                factor(FactorKind::ProductSku, "RUG", "facts", days(-4)),
                factor(FactorKind::ProductSku, "LAMP", "facts", days([-4, 9][number % 2])),
            ];
            unit.keep_dossier_factors(owner, &told, &BTreeSet::new(), desk.env.now())
                .await
                .unwrap();
            unit.commit().await.unwrap();
        }
    }
}

async fn levels_are_what_the_records_say_was_known_at_the_opening(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)[100..]).await.unwrap();
    changed(&desk).await;
    let (stored, defined) = (stored(&desk.db).await, defined(&desk.db).await);
    assert_eq!(stored, defined);
    let told = |kind: FactorKind, level: &str| {
        let mut of_kind = stored.iter().filter(|((_, other), _)| *other == kind.to_string());
        of_kind.any(|(_, stored)| stored == level)
    };
    assert!(told(FactorKind::ProductSku, SEVERAL) && told(FactorKind::ProductSku, "RUG"));
    assert!(told(FactorKind::ShippingCountry, "SE"));
    assert!(stored.len() > 140 && stored.values().any(|level| level == SEVERAL));
    assert_eq!(desk.count("report_cases").await, desk.count("cases").await);
}

async fn rows_of_cases_of_before_are_filled_up_wherever_it_was_broken_off(test: TestDb) {
    let desk = Desk::new(test).await;
    let changes: Vec<Change> = (0..3)
        .flat_map(|_| portfolio(&desk))
        .enumerate()
        .map(|(n, mut change)| {
            change.transition.case.dispute = DisputeRef(format!("PP-{n}"));
            change
        })
        .collect();
    desk.save(&changes).await.unwrap();
    let case = desk.load(changes[7].transition.case.id).await.case;
    let mut unit = desk.unit().await;
    unit.keep_band(case.id, Band::ALL[0]).await.unwrap();
    unit.commit().await.unwrap();
    let all = async || -> Vec<(uuid::Uuid, String, String, String, String, String, i64)> {
        let text = "SELECT case_id, opened_on, outcome, levels, evidence, product, amount_minor FROM report_cases ORDER BY case_id";
        on_db!(&desk.db, c => sqlx::query_as(text).fetch_all(c).await).unwrap()
    };
    let before = all().await;
    assert!(
        before.len() > 500
            && before
                .iter()
                .any(|row| row.4 == Band::ALL[0].as_str() && row.5 == "LAMP"),
        "more than a step"
    );

    desk.sql("DELETE FROM report_cases").await.unwrap();
    desk.sql("UPDATE derived SET version = 0").await.unwrap();
    let missing = desk.db.require_migrated().await;
    assert!(matches!(missing, Err(Error::Schema(why)) if why.contains("docket migrate")));
    desk.db.migrate().await.unwrap();
    assert_eq!(all().await, before);

    // Broken off after the first step.
    let reached = before[499].0;
    let reached = match &desk.db {
        Db::Sqlite { .. } => format!("x'{}'", reached.simple()),
        Db::Postgres(_) => format!("'{reached}'"),
    };
    desk.sql("DELETE FROM report_cases").await.unwrap();
    desk.sql(&format!("UPDATE derived SET version = 0, reached = {reached}"))
        .await
        .unwrap();
    desk.db.migrate().await.unwrap();
    assert_eq!(all().await, before[500..]);
    desk.db.require_migrated().await.unwrap();
}

on_both!(
    levels_are_what_the_records_say_was_known_at_the_opening,
    rows_of_cases_of_before_are_filled_up_wherever_it_was_broken_off,
    the_figures_are_those_of_the_win_rate_report_and_of_their_lists,
    what_became_known_later_explains_nothing,
    a_case_counts_once_for_a_factor_whatever_its_sources_say,
    nothing_decided_is_no_figure
);
