//! Every figure equals the list that stands behind it.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use docket_core::case::Answer;
use docket_core::exchange::ExchangeRate;
use docket_core::factor::{Factor, FactorKind};
use docket_core::fee::{FeeKind, FeeRule};
use docket_core::id::CaseId;
use docket_core::money::{Currency, Money};
use docket_core::recommend::Fee;
use docket_core::stats::{Bundle, Fees, Figure, Ledger};
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn};
use docket_store::testing::TestDb;
use docket_store::{
    AmountBand, CaseFilter, Change, ClientScope, Counted, Counting, DayRate, Days, Db, GroupBy, ReportCase,
    StoredFee, on_both,
};

use crate::support::*;

const PLATFORMS: [Platform; 3] = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];

const AGENCY: ClientScope = ClientScope::Agency;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn portfolio(desk: &Desk) -> Vec<Change> {
    (0..120usize)
        .map(|n| {
            let mut seen = waiting(&format!("PP-{n}"));
            seen.facts.opened_at =
                instant("2026-01-31T12:00:00Z") + Duration::hours(i64::try_from(n).unwrap());
            seen.facts.reason = Reason::ALL[n % Reason::ALL.len()];
            seen.facts.stage = Stage::ALL[n % Stage::ALL.len()];
            seen.platform = PLATFORMS[n % PLATFORMS.len()];
            seen.facts.amount.minor = i64::try_from(n * n * n).unwrap();
            seen.facts.amount.currency = ["EUR", "JPY", "KWD"][n % 3].parse().unwrap();
            if n % 4 != 0 {
                seen.facts.turn = Turn::Nobody;
                seen.outcome = Some(Outcome::ALL[n % Outcome::ALL.len()]);
            }
            seen.factors = bought(n, seen.facts.opened_at);
            let mut change = desk.opening(&seen);
            change.transition.case.contested = n % 2 == 0;
            change.transition.case.assignee =
                [None, Some("ada".to_owned()), Some("ben\\".to_owned())][n % 3].clone();
            change
        })
        .collect()
}

/// Goods and country of an order: one, two, none, or only later.
fn bought(n: usize, opened_at: DateTime<Utc>) -> Vec<Factor> {
    let told = |kind, value: &str, hours| Factor {
        kind,
        value: value.to_owned(),
        source: format!("orders.csv:{value}"),
        as_of: opened_at + Duration::hours(hours),
    };
    let (goods, country) = (FactorKind::ProductSku, FactorKind::ShippingCountry);
    let decision = FactorKind::AdjudicationGroup;
    match n % 5 {
        0 => vec![
            told(goods, "LAMP\\1\t'", -9),
            told(country, "DE", -9),
            // Decided twice: the newest counts.
            told(decision, "delivery", 700),
            told(decision, "evidence", 600),
        ],
        1 => vec![
            told(goods, "RUG", -9),
            told(goods, "LAMP", -9),
            told(country, "SE", -9),
        ],
        2 => vec![
            told(goods, "RUG", 9),
            told(country, "NL", 9),
            told(decision, "product", 600),
        ],
        3 => vec![
            told(goods, "RUG", 0),
            told(country, "DE", 0),
            told(country, "SE", 0),
        ],
        _ => Vec::new(),
    }
}

pub fn counting(by: GroupBy) -> Counting {
    Counting {
        by,
        as_of: instant("2030-01-01T00:00:00Z"),
        currency: None,
        defaults: Vec::new(),
    }
}

async fn tallied(db: &Db, counting: &Counting, days: Days) -> Counted {
    db.tallies(AGENCY, days, counting).await.unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every day.
fn always() -> Days {
    Days::opened(day("2020-01-01"), day("2030-01-01"))
}

/// The list behind a group of a report.
fn behind(by: GroupBy, key: &str) -> CaseFilter {
    let mut filter = CaseFilter::default();
    match by {
        GroupBy::Month => {
            let first = instant(&format!("{key}-01T00:00:00Z"));
            filter.opened_from = Some(first);
            filter.opened_to = Some(
                first
                    .date_naive()
                    .checked_add_months(chrono::Months::new(1))
                    .unwrap()
                    .and_hms_opt(0, 0, 0)
                    .unwrap()
                    .and_utc(),
            );
        }
        GroupBy::Reason => filter.reason = Some(key.parse().unwrap()),
        GroupBy::Platform => filter.platform = Some(key.parse().unwrap()),
        GroupBy::Stage => filter.stage = Some(key.parse().unwrap()),
        GroupBy::Currency => filter.currency = Some(key.parse().unwrap()),
        GroupBy::Evidence => filter.evidence = Some(key.parse().unwrap()),
        GroupBy::Specialist => {
            filter.assignee = Some(if key == "nobody" {
                String::new()
            } else {
                key.to_owned()
            })
        }
        GroupBy::Country => filter.country = Some(if key == "unknown" { "" } else { key }.to_owned()),
        GroupBy::Product => filter.product = Some(if key == "unknown" { "" } else { key }.to_owned()),
        GroupBy::Decision => filter.decision = Some(if key == "not_told" { "" } else { key }.to_owned()),
        // One client has them all.
        GroupBy::Client => {}
        GroupBy::Amount => {
            let (currency, band) = AmountBand::read(key).unwrap();
            let unit = 10_i64.pow(currency.exponent());
            filter.currency = Some(currency);
            filter.amount_from = Some(band.from * unit);
            filter.amount_below = band.below.map(|below| below * unit);
        }
    }
    filter
}

async fn every_count_is_the_length_of_its_list(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    for &by in GroupBy::ALL {
        let tallies = tallied(&desk.db, &counting(by), always()).await.bundles;
        assert_eq!(
            tallies.iter().map(|t| t.cases).sum::<u64>(),
            120,
            "{}",
            by.as_str()
        );
        let keys: BTreeSet<&str> = tallies.iter().map(|t| t.key.as_str()).collect();
        match by {
            GroupBy::Country => assert_eq!(keys, BTreeSet::from(["DE", "SE", "several", "unknown"])),
            GroupBy::Product => {
                assert_eq!(keys, BTreeSet::from(["LAMP\\1 '", "RUG", "several", "unknown"]));
            }
            GroupBy::Decision => assert_eq!(keys, BTreeSet::from(["delivery", "not_told", "product"])),
            _ => {}
        }
        for tally in tallies {
            let filter = CaseFilter {
                outcome: Some(tally.outcome.map_or("open", |o| o.as_str()).to_owned()),
                contested: Some(tally.contested),
                ..behind(by, &tally.key)
            };
            let list = desk.db.cases(AGENCY, &filter, None, 1_000).await.unwrap();
            // A bundle is one stratum and currency, and one kind of answer, of such a list.
            let own = list.iter().map(|s| &s.case).filter(|case| {
                (
                    case.platform,
                    case.facts.reason,
                    case.facts.amount.currency,
                    case.answer().0,
                ) == (tally.platform, tally.reason, tally.currency, tally.answer)
            });
            let amounts: Vec<i64> = own.map(|case| case.facts.amount.minor).collect();
            assert_eq!(u64::try_from(amounts.len()).unwrap(), tally.cases, "{tally:?}");
            assert_eq!(i128::from(amounts.iter().sum::<i64>()), tally.sums.amount);
        }
    }
}

async fn a_month_begins_at_midnight_utc_whatever_the_servers_zone(test: TestDb) {
    let mut desk = Desk::new(test).await;
    if let Db::Postgres(_) = desk.db {
        let name = desk.test.url.rsplit('/').next().unwrap().to_owned();
        desk.sql(&format!(
            "ALTER DATABASE {name} SET timezone TO 'America/Los_Angeles'"
        ))
        .await
        .unwrap();
        desk.db = Db::connect(&desk.test.url).await.unwrap();
    }
    let instants = [
        "2026-01-31T23:59:59.999999Z",
        "2026-02-01T00:00:00Z",
        "2026-02-28T23:59:59Z",
        "2026-03-01T00:00:00.000001Z",
        "2026-12-31T23:59:59.999Z",
        "2027-01-01T00:00:00Z",
    ];
    for (n, at) in instants.iter().enumerate() {
        let mut seen = waiting(&format!("PP-{n}"));
        seen.facts.opened_at = instant(at);
        desk.open(&seen).await;
    }
    let count = async |from: &str, to: &str| {
        let days = Days::opened(day(from), day(to));
        let tallies = tallied(&desk.db, &counting(GroupBy::Month), days).await.bundles;
        tallies.into_iter().map(|t| (t.key, t.cases)).collect::<Vec<_>>()
    };
    let keys = |list: &[(&str, u64)]| {
        list.iter()
            .map(|(k, n)| ((*k).to_owned(), *n))
            .collect::<Vec<_>>()
    };
    let all = [
        ("2026-01", 1),
        ("2026-02", 2),
        ("2026-03", 1),
        ("2026-12", 1),
        ("2027-01", 1),
    ];
    assert_eq!(count("2026-01-01", "2028-01-01").await, keys(&all));
    // The end is not part of the time asked for, the beginning is.
    assert_eq!(count("2026-02-01", "2026-03-01").await, keys(&[("2026-02", 2)]));
    assert_eq!(count("2026-02-01", "2026-02-28").await, keys(&[("2026-02", 1)]));
    assert_eq!(count("2026-02-02", "2026-02-28").await, keys(&[]));
}

async fn every_figure_lists_the_cases_that_it_counts(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    for &by in GroupBy::ALL {
        let counting = counting(by);
        let bundles = tallied(&desk.db, &counting, always()).await.bundles;
        for &figure in Figure::ALL {
            let counted = bundles
                .iter()
                .filter(|b| figure.counts(b.outcome, b.contested, b.answer));
            let (mut cases, mut sum) = (0, 0);
            for bundle in counted {
                cases += bundle.cases;
                sum += bundle.sums.amount;
            }
            let (list, _) = desk
                .db
                .tallied_cases(AGENCY, always(), &counting, (figure, None))
                .await
                .unwrap();
            assert_eq!(u64::try_from(list.len()).unwrap(), cases, "{figure}");
            let filter = CaseFilter {
                figure: Some((figure, counting.as_of)),
                ..CaseFilter::default()
            };
            let queue = desk.db.cases(AGENCY, &filter, None, 10_000).await.unwrap();
            assert_eq!(queue.len(), list.len(), "{figure} in the queue");
            assert_eq!(
                list.iter()
                    .map(|case| i128::from(case.amount.minor))
                    .sum::<i128>(),
                sum,
                "{figure}"
            );
        }
        let key = &bundles.last().unwrap().key;
        let of_key = bundles
            .iter()
            .filter(|b| b.key == *key && Figure::Received.counts(b.outcome, b.contested, b.answer))
            .map(|b| b.cases)
            .sum::<u64>();
        let (list, _) = desk
            .db
            .tallied_cases(AGENCY, always(), &counting, (Figure::Received, Some(key)))
            .await
            .unwrap();
        assert_eq!(u64::try_from(list.len()).unwrap(), of_key, "{key}");
        assert!(
            list.iter()
                .all(|case| case.key == *key && case.dispute.starts_with("PP-"))
        );
    }
    let closed = Days {
        closed: true,
        ..always()
    };
    let bundles = tallied(&desk.db, &counting(GroupBy::Month), closed).await.bundles;
    assert_eq!(
        bundles.iter().map(|b| b.cases).sum::<u64>(),
        90,
        "the open ones are not among them"
    );
}

/// PostgreSQL adds up by itself where nothing goes by single cases; fees do.
async fn sums_are_the_same_whoever_adds_them_up(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    desk.sql("UPDATE report_cases SET kept_minor = amount_minor / 2 WHERE amount_minor > 1000")
        .await
        .unwrap();
    let nothing = Money::new(0, "EUR".parse().unwrap());
    let fee = Fee {
        platform: Platform::PAYPAL,
        won: nothing,
        lost: nothing,
        accepted: nothing,
    };
    for &by in GroupBy::ALL {
        let plain = tallied(&desk.db, &counting(by), always()).await.bundles;
        let one_by_one = Counting {
            defaults: vec![fee.clone()],
            ..counting(by)
        };
        let one_by_one = tallied(&desk.db, &one_by_one, always()).await.bundles;
        let sums = |bundles: &[Bundle]| {
            let mut all: Vec<String> = bundles
                .iter()
                .map(|b| {
                    let kind = (
                        &b.key,
                        b.platform,
                        b.reason,
                        b.currency,
                        b.outcome,
                        b.contested,
                        b.answer,
                    );
                    let sums = b.sums;
                    format!(
                        "{kind:?} {} {} {} {} {}",
                        b.cases, sums.amount, sums.kept, sums.kept_unknown, sums.squares
                    )
                })
                .collect();
            all.sort();
            all
        };
        assert_eq!(sums(&plain), sums(&one_by_one), "{}", by.as_str());
        assert!(plain.iter().any(|b| b.sums.kept > 0) && plain.iter().any(|b| b.sums.kept_unknown > 0));
    }
}

async fn an_answer_is_missed_once_its_deadline_has_passed(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.open(&snapshot("PP-1")).await;
    let at = async |days| {
        let counting = Counting {
            as_of: start() + Duration::days(days),
            ..counting(GroupBy::Month)
        };
        tallied(
            &desk.db,
            &counting,
            Days::opened(day("2020-01-01"), day("2040-01-01")),
        )
        .await
        .bundles[0]
            .answer
    };
    assert_eq!((at(9).await, at(11).await), (Answer::Due, Answer::Missed));
}

async fn a_win_after_a_partial_defence_is_a_partial_win(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut seen = waiting("PP-1");
    seen.facts.amount = Money::new(10_000, "EUR".parse().unwrap());
    let days = Days::opened(day("2020-01-01"), day("2100-01-01"));
    let counted = async || {
        let bundles = tallied(&desk.db, &counting(GroupBy::Platform), days)
            .await
            .bundles;
        assert_eq!(bundles.len(), 1);
        (bundles[0].outcome, bundles[0].sums.kept)
    };
    let told = |case: CaseId| {
        let part = Factor {
            kind: FactorKind::ProposedRefund,
            value: "12.50 EUR".to_owned(),
            source: "docket:response x".to_owned(),
            as_of: start(),
        };
        let desk = &desk;
        async move {
            let mut unit = desk.unit().await;
            unit.keep_factors((case, desk.client), &[part], start())
                .await
                .unwrap();
            unit.commit().await.unwrap();
        }
    };
    // Known before the decision, and known after it: the same.
    let mut change = desk.opening(&seen);
    change.transition.case.contested = true;
    let case = change.transition.case.id;
    desk.save(&[change]).await.unwrap();
    told(case).await;
    assert_eq!(counted().await.0, None);
    let stored = desk.db.case(AGENCY, case).await.unwrap().unwrap();
    seen.outcome = Some(Outcome::Won);
    seen.facts.turn = Turn::Nobody;
    seen.facts.updated_at += Duration::seconds(1);
    let won = desk.observe(&stored, &seen, "{}");
    desk.save(&[won]).await.unwrap();
    assert_eq!(counted().await, (Some(Outcome::Partial), 8_750));
    desk.sql("DELETE FROM factor_sets").await.unwrap();
    desk.sql("UPDATE report_cases SET outcome = 'won', kept_minor = NULL")
        .await
        .unwrap();
    told(case).await;
    assert_eq!(counted().await, (Some(Outcome::Partial), 8_750));
}

async fn fees_go_by_connection_and_day_and_amounts_by_the_rate_of_the_opening(test: TestDb) {
    let desk = Desk::new(test).await;
    let (euros, yen) = ("EUR".parse().unwrap(), "JPY".parse().unwrap());
    let opened = ["2026-03-01", "2026-03-02", "2026-03-02"];
    let won: Vec<Change> = opened
        .iter()
        .enumerate()
        .map(|(n, on)| {
            let mut seen = waiting(&format!("PP-{n}"));
            seen.facts.opened_at = instant(&format!("{on}T10:00:00Z"));
            seen.facts.amount = Money::new(10_000, if n == 2 { yen } else { euros });
            seen.facts.turn = Turn::Nobody;
            seen.outcome = Some(Outcome::Won);
            desk.opening(&seen)
        })
        .collect();
    desk.save(&won).await.unwrap();
    let days = Days::opened(day("2026-03-01"), day("2026-04-01"));
    let none = tallied(&desk.db, &counting(GroupBy::Platform), days)
        .await
        .bundles;
    assert_eq!(
        none.iter().map(|b| b.fee_unknown).sum::<u64>(),
        3,
        "nobody says what a dispute costs"
    );

    let fee = |kind, from, minor, set| StoredFee {
        rule: FeeRule {
            client: desk.client,
            connection: desk.connection,
            kind,
            valid_from: day(from),
            amount: Money::new(minor, euros),
            back_on_win: false,
            share_ppm: 0,
        },
        set_by: "ada".to_owned(),
        set_at: start() + Duration::seconds(set),
    };
    let mut unit = desk.unit().await;
    for (from, minor, set) in [
        ("2026-01-01", 20_00, 1),
        ("2026-03-02", 25_00, 1),
        ("2026-03-02", 30_00, 2),
    ] {
        unit.set_fee(&fee(FeeKind::Platform, from, minor, set))
            .await
            .unwrap();
    }
    let rate = |on, rate| DayRate {
        day: day(on),
        base: yen,
        quote: euros,
        rate: ExchangeRate::parse(rate).unwrap(),
    };
    let rates = [rate("2026-03-02", "0.006"), rate("2026-03-01", "0.5")];
    unit.keep_rates(&rates, "ada", start()).await.unwrap();
    assert_eq!(unit.different_rate(&rates).await.unwrap(), None);
    let other = rate("2026-03-02", "0.007");
    assert_eq!(
        unit.different_rate(&[other]).await.unwrap(),
        Some((other, rates[0].rate))
    );
    unit.commit().await.unwrap();

    let sums = |counted: &Counted| {
        let platform = counted
            .bundles
            .iter()
            .flat_map(|b| &b.fees)
            .map(|(_, fees)| fees.platform)
            .sum::<i64>();
        let amount = counted.bundles.iter().map(|b| b.sums.amount).sum::<i128>();
        (
            platform,
            amount,
            counted.bundles.iter().map(|b| b.fee_unknown).sum::<u64>(),
        )
    };
    let half = tallied(&desk.db, &counting(GroupBy::Platform), days).await;
    assert_eq!(sums(&half).2, 3, "nobody says what the agency charges");
    let mut unit = desk.unit().await;
    unit.set_fee(&fee(FeeKind::Agency, "2026-01-01", 0, 3))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let own = tallied(&desk.db, &counting(GroupBy::Platform), days).await;
    assert_eq!(sums(&own), (20_00 + 30_00 + 30_00, 30_000, 0));
    let in_euros = Counting {
        currency: Some(euros),
        ..counting(GroupBy::Platform)
    };
    let converted = tallied(&desk.db, &in_euros, days).await;
    assert_eq!(sums(&converted), (80_00, 10_000 + 10_000 + 60_00, 0));
    assert!(converted.missing.is_empty() && converted.bundles.iter().all(|b| b.currency == euros));
    let in_yen = Counting {
        currency: Some(yen),
        ..counting(GroupBy::Platform)
    };
    let missing = tallied(&desk.db, &in_yen, days).await.missing;
    assert_eq!(
        missing.into_iter().collect::<Vec<_>>(),
        [("2026-03-01".to_owned(), euros), ("2026-03-02".to_owned(), euros)]
    );
}

/// Every figure in money can be traced: what is listed of each case adds up to it, in each currency, with and without a reporting
/// currency, fees of superseded cases and in other currencies included.
async fn the_cases_of_a_report_add_up_to_its_amounts(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    let euros: Currency = "EUR".parse().unwrap();
    let mut unit = desk.unit().await;
    for (kind, minor) in [(FeeKind::Platform, 15_00), (FeeKind::Agency, 3_50)] {
        let rule = FeeRule {
            client: desk.client,
            connection: desk.connection,
            kind,
            valid_from: day("2026-01-01"),
            amount: Money::new(minor, euros),
            back_on_win: true,
            share_ppm: 0,
        };
        let (set_by, set_at) = ("ada".to_owned(), start());
        unit.set_fee(&StoredFee { rule, set_by, set_at }).await.unwrap();
    }
    let rate = |base: &str, rate| DayRate {
        day: day("2026-01-31"),
        base: base.parse().unwrap(),
        quote: euros,
        rate: ExchangeRate::parse(rate).unwrap(),
    };
    let rates = [rate("JPY", "0.00613"), rate("KWD", "2.987")];
    unit.keep_rates(&rates, "ada", start()).await.unwrap();
    unit.commit().await.unwrap();
    for currency in [None, Some(euros)] {
        let counting = Counting {
            currency,
            ..counting(GroupBy::Currency)
        };
        let counted = tallied(&desk.db, &counting, always()).await;
        assert!(counted.missing.is_empty());
        let total = Ledger::of(&counted.bundles).total;
        let mut listed = Vec::new();
        for figure in [Figure::Received, Figure::Superseded] {
            let (list, missing) = desk
                .db
                .tallied_cases(AGENCY, always(), &counting, (figure, None))
                .await
                .unwrap();
            assert!(missing.is_empty());
            listed.extend(list);
        }
        assert_eq!(total.amounts.len(), if currency.is_some() { 1 } else { 3 });
        for amounts in &total.amounts {
            let own = listed
                .iter()
                .filter(|case| case.money.amount.currency == amounts.currency);
            let sum = |of: &dyn Fn(&ReportCase) -> i64| own.clone().map(of).sum::<i64>();
            let charged = |currency: Currency| {
                let fees = own.clone().flat_map(|case| &case.money.fees);
                fees.filter(|(charged, _)| *charged == currency).fold(
                    Fees::default(),
                    |mut all, (_, fees)| {
                        all.add(*fees);
                        all
                    },
                )
            };
            assert_eq!(sum(&ReportCase::counted), amounts.recovered.whole());
            assert_eq!(sum(&ReportCase::by_contest), amounts.recovered.part());
            assert_eq!(sum(&ReportCase::retained), amounts.retained.part());
            assert_eq!(Some(charged(amounts.currency)), amounts.fees);
            for (elsewhere, fees) in amounts.fees_elsewhere() {
                assert_eq!(charged(*elsewhere), *fees, "of {}", amounts.currency);
            }
            let decided = own
                .clone()
                .filter(|case| Figure::Decided.counts(case.outcome, case.contested, case.answer));
            assert_eq!(decided.map(ReportCase::counted).sum::<i64>(), amounts.won.whole());
            assert!(amounts.retained.part() > 0 && amounts.fees.is_some());
        }
        let free = total
            .amounts
            .iter()
            .all(|amounts| amounts.fees == Some(Fees::default()));
        assert!(!free, "something was charged");
    }
}

async fn a_day_without_a_rate_goes_by_the_last_bank_day_of_a_week(test: TestDb) {
    let desk = Desk::new(test).await;
    let (euros, kroner) = ("EUR".parse().unwrap(), "DKK".parse().unwrap());
    // A Saturday, a Sunday and a Monday.
    let opened = ["2026-03-07", "2026-03-08", "2026-03-09"];
    let cases: Vec<Change> = opened
        .iter()
        .map(|on| {
            let mut seen = waiting(&format!("PP-{on}"));
            seen.facts.opened_at = instant(&format!("{on}T10:00:00Z"));
            seen.facts.amount = Money::new(10_000, kroner);
            desk.opening(&seen)
        })
        .collect();
    desk.save(&cases).await.unwrap();
    let in_euros = Counting {
        currency: Some(euros),
        ..counting(GroupBy::Platform)
    };
    // The Friday's rate is of before the period.
    let days = Days::opened(day("2026-03-07"), day("2026-03-10"));
    let counted = || tallied(&desk.db, &in_euros, days);
    let keep = async |on: &str, rate: &str| {
        let rate = DayRate {
            day: day(on),
            base: kroner,
            quote: euros,
            rate: ExchangeRate::parse(rate).unwrap(),
        };
        let mut unit = desk.unit().await;
        unit.keep_rates(&[rate], "ada", start()).await.unwrap();
        unit.commit().await.unwrap();
    };
    let missing = |counted: Counted| counted.missing.into_iter().map(|(on, _)| on).collect::<Vec<_>>();
    let sum = |counted: &Counted| counted.bundles.iter().map(|b| b.sums.amount).sum::<i128>();

    // Seven days before the Saturday, and more before the others.
    keep("2026-02-28", "0.5").await;
    assert_eq!(missing(counted().await), opened[1..]);
    keep("2026-03-06", "0.1").await;
    let weekend = counted().await;
    assert_eq!(sum(&weekend), 3 * 10_00);
    assert_eq!(missing(weekend), [""; 0]);
    // The day's own goes first, and none of after the opening counts.
    keep("2026-03-09", "0.2").await;
    assert_eq!(sum(&counted().await), 10_00 + 10_00 + 20_00);
}

on_both!(
    a_win_after_a_partial_defence_is_a_partial_win,
    every_count_is_the_length_of_its_list,
    every_figure_lists_the_cases_that_it_counts,
    sums_are_the_same_whoever_adds_them_up,
    an_answer_is_missed_once_its_deadline_has_passed,
    fees_go_by_connection_and_day_and_amounts_by_the_rate_of_the_opening,
    a_day_without_a_rate_goes_by_the_last_bank_day_of_a_week,
    the_cases_of_a_report_add_up_to_its_amounts,
    a_month_begins_at_midnight_utc_whatever_the_servers_zone
);
