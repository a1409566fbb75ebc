//! The fullest reports: paper has at most four pages whatever a client has, and says what is left out and where it stands.

use docket_app::board::{self, LogEntry, LogKind};
use docket_app::{Changed, FactorsReport, GroupBy, Period, WinRateReport, WinRateWish};
use docket_core::case::Answer;
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::stats::{Bundle, FactorReport, FactorTally, Fees, Ledger, Model, Patterns, Sums};
use docket_core::words::{Language, Outcome, Platform, Reason};
use serde_json::{Value, json};

use crate::samples::factors::patterns;
use crate::samples::make::now;

const PLATFORMS: [Platform; 3] = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];
const CURRENCIES: [&str; 12] = [
    "EUR", "SEK", "DKK", "NOK", "PLN", "CZK", "USD", "GBP", "JPY", "KWD", "CHF", "HUF",
];

/// The language with the shortest words, and the one with the longest.
const LONG: [Language; 2] = [Language::English, Language::German];

/// What paper says, with single spaces; it never has more pages than it may.
fn paper(pdf: &[u8]) -> String {
    let read = docket_documents::examine("report.pdf", pdf).unwrap();
    assert!(read.pages <= board::PAGES, "{} pages", read.pages);
    let text = read.text.join(" ").replace('\u{a0}', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every reason at every platform in every currency, in each of these groups.
fn bundles(keys: &[String]) -> Vec<Bundle> {
    let mut all = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        for (at, reason) in Reason::ALL.iter().enumerate() {
            let currency = CURRENCIES[(place + at) % CURRENCIES.len()].parse().unwrap();
            for (outcome, cases) in [(Outcome::Won, 31), (Outcome::Lost, 23), (Outcome::Settled, 7)] {
                let mut sums = Sums::default();
                (0..cases).for_each(|n| sums.add(1_234_567 + n, Some(outcome), None));
                all.push(Bundle {
                    key: key.clone(),
                    platform: PLATFORMS[(place + at) % PLATFORMS.len()],
                    reason: *reason,
                    currency,
                    outcome: Some(outcome),
                    contested: outcome != Outcome::Settled,
                    answer: Answer::InTime,
                    cases: u64::try_from(cases).unwrap(),
                    sums,
                    fees: vec![(
                        currency,
                        Fees {
                            platform: 123_456,
                            agency: 98_765,
                        },
                    )],
                    fee_unknown: 0,
                });
            }
        }
    }
    all
}

fn win_rates(by: GroupBy, keys: &[String]) -> WinRateReport {
    let period = Period::of(None, None, now()).unwrap();
    let ledger = Ledger::of(&bundles(keys));
    let change = ledger.change(&Ledger::of(&bundles(&keys[..1]))).unwrap();
    let entry = |day: u32| LogEntry {
        on: format!("2025-{:02}-{:02}", 1 + day / 28, 1 + day % 28)
            .parse()
            .unwrap(),
        kind: LogKind::Setting,
        what: format!("a setting of the shop that somebody named at some length, number {day}"),
        platform: Some(Platform::SHOPIFY),
        value: Some("yes".to_owned()),
        others: Vec::new(),
    };
    WinRateReport {
        wish: WinRateWish {
            client: None,
            period,
            by,
            closed: false,
            currency: None,
        },
        ledger,
        change: Changed::Since(period.before().unwrap(), change),
        log: (0..60).map(entry).collect(),
        health: Vec::new(),
        as_of: now(),
    }
}

#[test]
fn win_rates_of_many_months_and_clients_fit_and_say_what_is_left_out() {
    let months: Vec<String> = (0..60)
        .map(|n| format!("{}-{:02}", 2021 + n / 12, 1 + n % 12))
        .collect();
    let clients: Vec<String> = (0..300)
        .map(|n| format!("Gebrüder Mühlenbacher Versandhandelsgesellschaft Nummer {n}"))
        .collect();
    for language in LONG {
        paper(&board::win_rate(&win_rates(GroupBy::Month, &months), language).unwrap());
        paper(&board::win_rate(&win_rates(GroupBy::Client, &clients), language).unwrap());
    }
    let said = paper(&board::win_rate(&win_rates(GroupBy::Month, &months), Language::English).unwrap());
    for note in [
        "of 60 months stand here; all of them stand in the CSV",
        "of 60 changes stand here; all of them stand in the JSON",
        "currencies with most cases of 12 stand here; all of them stand in the CSV",
    ] {
        assert!(said.contains(note), "{note}: {said}");
    }
    assert!(
        said.contains("2025-12") && !said.contains("2021-01"),
        "the newest stay"
    );
    let said = paper(&board::win_rate(&win_rates(GroupBy::Client, &clients), Language::English).unwrap());
    assert!(
        said.contains("groups with most cases of 300 stand here"),
        "{said}"
    );
}

#[test]
fn factors_with_every_level_fit_and_say_what_is_left_out() {
    let mut tallies = Vec::new();
    let mut add = |factor, reason, won: u64, lost: u64| {
        for (outcome, cases) in [(Outcome::Won, won), (Outcome::Lost, lost)] {
            tallies.push(FactorTally {
                factor: Clone::clone(&factor),
                platform: Platform::PAYPAL,
                reason,
                currency: CURRENCIES[usize::try_from(won).unwrap() % 2].parse().unwrap(),
                outcome: Some(outcome),
                contested: true,
                cases,
                amount: i64::try_from(cases).unwrap() * 123_457,
            });
        }
    };
    for reason in [Reason::NotReceived, Reason::NotAsDescribed] {
        add(None, reason, 1_600, 1_600);
        for entry in CATALOGUE {
            let reference = entry.reference.unwrap_or("reference");
            add(Some((entry.kind.into(), reference.to_owned())), reason, 300, 50);
            for level in 0..8 {
                let name = format!("a_level_of_some_length_{level}");
                add(Some((entry.kind.into(), name)), reason, 40 + level, 120);
            }
        }
    }
    let report = FactorsReport {
        client: None,
        period: Period::of(None, None, now()).unwrap(),
        report: FactorReport::of(&tallies),
        model: Model::of(&Patterns::of(&patterns(6)), "2026-05-01".parse().unwrap()),
        mature_to: None,
        as_of: now(),
    };
    for language in LONG {
        paper(&board::factors(&report, language).unwrap());
    }
    let said = paper(&board::factors(&report, Language::English).unwrap());
    let all = report.report.first.list.len();
    assert!(
        all > 100
            && said.contains(&format!(
                "of {all} lines stand here; all of them stand in the CSV"
            )),
        "{all}: {said}"
    );
}

/// A contract of many versions, each with many promises and a year of months.
fn promises(versions: u64) -> Value {
    let counts = json!({
        "met": 45, "n": 50, "hits": 45, "breached": 5, "percent": 90.0, "low": 78.6, "high": 95.7, "weak": false, "open": 3,
        "released": 2, "unfinished": 1, "mean_minutes": 35.5, "mean_low": 30.1, "mean_high": 40.9, "percentile": 90,
        "percentile_minutes": 88, "verdict": "met as a point, not proven",
    });
    let month = |n: u64| json!({ "month": format!("2026-{n:02}"), "raw": counts, "adjusted": counts });
    let target = |n: u64| {
        json!({
            "target": format!("first response of complex cases, number {n}"), "metric": "first_response", "limit_minutes": 240,
            "target_percent": 90.0, "only_some": true, "raw": counts, "adjusted": counts,
            "months": (1..=12).map(month).collect::<Vec<_>>(),
        })
    };
    let contract = |version: u64| {
        json!({
            "name": "Support with a long name", "version": version, "starts_at": now(), "ends_at": now(), "rounds": 120,
            "targets": (0..8).map(target).collect::<Vec<_>>(),
        })
    };
    let exclusion = json!({
        "cause": "platform_outage", "from": now(), "to": now(), "proposed_by": "ada", "decided_by": "lea",
        "evidence": "https://status.example/incidents/a-long-address-of-a-long-night",
    });
    json!({
        "client": "c", "client_name": "Nordlicht", "from": now(), "to": now(), "as_of": now(),
        "contracts": (1..=versions).map(contract).collect::<Vec<_>>(), "without_contract": 4, "exclusions_undecided": 2,
        "exclusions": vec![exclusion; 80],
    })
}

#[test]
fn promises_of_many_contracts_fit_and_say_what_is_left_out() {
    for language in LONG {
        paper(&board::sla(&promises(12), language).unwrap());
    }
    let said = paper(&board::sla(&promises(12), Language::English).unwrap());
    assert!(said.contains("of 96 promises stand here"), "{said}");
}
