//! The same digits on the page, in CSV, in JSON and on paper: every number of the JSON is looked for in the other three, in its
//! row and place.

use askama::Template;
use chrono::Duration;
use docket_app::figures::{factors, sla, win_rate};
use docket_app::{AccountHealth, Changed, FactorsReport, GroupBy, Period, WinRateReport, WinRateWish, board};
use docket_core::case::Answer;
use docket_core::factor::{FactorKind, NOT_PASSED, PASSED, Subject};
use docket_core::id::ConnectionId;
use docket_core::money::Money;
use docket_core::sla::Contract;
use docket_core::stats::{Bundle, FactorReport, FactorTally, Fees, Ledger, Model, Patterns, Sums};
use docket_core::words::{Language, Outcome, Platform, Reason, readable};
use serde_json::{Value, json};

use super::desk::TestDesk;
use crate::pages::factors::FactorsPage;
use crate::pages::win_rate::WinRatePage;
use crate::samples::factors::patterns;
use crate::samples::make::{Dispute, now};
use crate::samples::people::viewer;
use crate::show;

/// Words and numbers with single spaces between them.
fn flat(text: &str) -> String {
    text.replace('\u{a0}', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A page as it is read, without its tags.
fn page_text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push(' ');
        text.push_str(part.split_once('>').map_or(part, |(_, inside)| inside));
    }
    flat(&text.replace("&#38;", "&").replace("&#39;", "'"))
}

fn paper_text(pdf: &[u8]) -> String {
    let paper = docket_documents::examine("report.pdf", pdf).unwrap();
    assert!(paper.pages <= board::PAGES, "{} pages", paper.pages);
    flat(&paper.text.join("\n"))
}

/// The rows of a CSV by the names of its head.
fn rows(csv: &str) -> Vec<Value> {
    let mut reader = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = reader.next().unwrap();
    reader
        .map(|cells| {
            let pairs = head
                .iter()
                .zip(cells)
                .map(|(name, cell)| ((*name).to_owned(), json!(cell)));
            Value::Object(pairs.collect())
        })
        .collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[track_caller]
fn has(text: &str, said: &str, form: &str) {
    assert!(text.contains(said), "{form} lacks `{said}`: {text}");
}

/// `35 of 50; 56.2 to 80.9 %`, and whether few.
fn detail(rate: &Value) -> String {
    format!(
        "{} of {}; {} to {} %",
        rate["hits"], rate["n"], rate["low"], rate["high"]
    )
}

/// A rate as page and paper show it.
fn shown(rate: &Value, nothing: &str) -> (String, String) {
    if rate["n"] == 0 {
        return (nothing.to_owned(), nothing.to_owned());
    }
    if rate["percent"].is_null() {
        let counts = format!("{} of {}", rate["hits"], rate["n"]);
        return (counts.clone(), counts);
    }
    let weak = rate["weak"] == true;
    let (few, mark) = if weak {
        ("; few cases", " few cases")
    } else {
        ("", "")
    };
    let percent = &rate["percent"];
    (
        format!("{percent} %{mark} {}", detail(rate)),
        format!("{percent} % ({}{few})", detail(rate)),
    )
}

fn bundle(key: &str, reason: Reason, outcome: Option<Outcome>, cases: u64, currency: &str) -> Bundle {
    let contested = outcome.is_some_and(|o| !matches!(o, Outcome::LostNoResponse | Outcome::Accepted));
    let mut sums = Sums::default();
    (0..cases).for_each(|n| sums.add(12_950 + 10 * i64::try_from(n).unwrap(), outcome, Some(6_000)));
    let currency = currency.parse().unwrap();
    Bundle {
        key: key.to_owned(),
        platform: Platform::PAYPAL,
        reason,
        currency,
        outcome,
        contested,
        answer: if contested { Answer::InTime } else { Answer::Missed },
        cases,
        sums,
        fees: vec![(
            currency,
            Fees {
                platform: 1_400,
                agency: 510,
            },
        )],
        fee_unknown: 0,
    }
}

fn ledger(months: &[&str]) -> Ledger {
    let mut bundles = Vec::new();
    for (place, month) in (0_u64..).zip(months) {
        for (reason, outcome, cases, currency) in [
            (Reason::NotReceived, Some(Outcome::Won), 31 + place, "EUR"),
            (Reason::NotReceived, Some(Outcome::Lost), 11, "EUR"),
            (Reason::NotAsDescribed, Some(Outcome::Partial), 3, "SEK"),
            (Reason::NotAsDescribed, Some(Outcome::Won), 2 + place, "SEK"),
            (Reason::NotAsDescribed, Some(Outcome::LostNoResponse), 4, "EUR"),
            (Reason::Unauthorised, Some(Outcome::Superseded), 5, "EUR"),
            (Reason::Unauthorised, Some(Outcome::Accepted), 6, "EUR"),
            (Reason::Unauthorised, None, 2, "EUR"),
        ] {
            bundles.push(bundle(month, reason, outcome, cases, currency));
        }
    }
    Ledger::of(&bundles)
}

/// One whose sales are told, and one whose are not.
fn accounts() -> Vec<AccountHealth> {
    let day = |text: &str| text.parse().unwrap();
    let one = |platform, currency: &str, sold: Option<(i64, i64)>| {
        let currency = currency.parse().unwrap();
        AccountHealth {
            connection: ConnectionId(Default::default()),
            platform,
            days: (day("2026-08-01"), day("2026-11-01")),
            claims: 37,
            claimed: Money::new(481_500, currency),
            sold: sold.map(|(sales, minor)| (sales, Money::new(minor, currency))),
        }
    };
    vec![
        one(Platform::PAYPAL, "EUR", Some((2_911, 31_415_900))),
        one(Platform::KLARNA, "SEK", None),
    ]
}

pub const MONTHS: [&str; 3] = ["2026-08", "2026-09", "2026-10"];

pub fn win_rates(by: GroupBy, keys: [&str; 3]) -> WinRateReport {
    let period = Period::of(None, None, now()).unwrap();
    let ledger = ledger(&keys);
    let before = ledger.change(&self::ledger(&["2025-10"])).unwrap();
    WinRateReport {
        wish: WinRateWish {
            client: None,
            period,
            by,
            closed: false,
            currency: None,
        },
        ledger,
        change: Changed::Since(period.before().unwrap(), before),
        log: Vec::new(),
        health: accounts(),
        as_of: now(),
    }
}

const COUNTS: [&str; 10] = [
    "received",
    "open",
    "contested",
    "won",
    "won_protected",
    "partial",
    "lost",
    "lost_no_response",
    "protected_unanswered",
    "unknown",
];
/// In the order of the page's columns, `unknown` behind the cases without a contest.
const ON_PAGE: [&str; 9] = [
    "received",
    "open",
    "contested",
    "won",
    "won_protected",
    "partial",
    "lost",
    "lost_no_response",
    "protected_unanswered",
];

#[test]
fn win_rates_have_the_same_digits_on_page_paper_csv_and_json() {
    for (by, keys) in [
        (GroupBy::Month, MONTHS),
        (GroupBy::Country, ["DE", "several", "unknown"]),
        (GroupBy::Product, ["LAMP-1", "several", "unknown"]),
    ] {
        same_digits(win_rates(by, keys));
    }
}

fn same_digits(report: WinRateReport) {
    let json = win_rate::all(&report);
    let csv = rows(&win_rate::csv(&report));
    let page = page_text(
        &WinRatePage::of(&viewer(), &report, &[], (None, None))
            .render()
            .unwrap(),
    );
    let pdf = board::win_rate(&report, Language::English).unwrap();
    assert_eq!(
        pdf,
        board::win_rate(&report, Language::English).unwrap(),
        "the same bytes"
    );
    let paper = paper_text(&pdf);
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 3);
    for (group, on_page, on_paper, in_csv) in groups
        .iter()
        .map(|g| (g, cell(&g["key"]), cell(&g["key"]), cell(&g["key"])))
        .chain([(
            &json["total"],
            "All".to_owned(),
            "Total".to_owned(),
            "total".to_owned(),
        )])
    {
        let row = csv
            .iter()
            .find(|r| r["group"] == in_csv.as_str() && r["currency"] == "")
            .unwrap();
        for name in COUNTS {
            assert_eq!(row[name], cell(&group[name]), "{name}");
        }
        let mut says = (vec![on_page.clone()], vec![on_paper.clone()]);
        for (name, nothing) in [
            ("win_rate", "none decided"),
            ("coverage", "none contestable"),
            ("on_time", "no deadline known"),
        ] {
            for part in ["hits", "n", "percent", "low", "high"] {
                assert_eq!(row[format!("{name}_{part}")], cell(&group[name][part]), "{name}");
            }
            let (on_page, on_paper) = shown(&group[name], nothing);
            says.0.push(on_page);
            says.1.push(on_paper);
            if name == "win_rate" {
                let mix = &group["at_fixed_mix"];
                let (main, detail) = (
                    format!("{} %", mix["percent"]),
                    format!("{} to {} %", mix["low"], mix["high"]),
                );
                let known = !mix.is_null();
                says.0.push(if known {
                    format!("{main} n {}; {detail}", mix["n"])
                } else {
                    "is the mix".to_owned()
                });
                says.1.push(if known {
                    format!("{main} ({detail})")
                } else {
                    "is the mix".to_owned()
                });
            }
        }
        let counts = |names: &[&str]| {
            names
                .iter()
                .map(|n| group[*n].to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        has(
            &page,
            &format!("{} {}", says.0.join(" "), counts(&ON_PAGE)),
            "the page",
        );
        has(&paper, &says.1.join(" "), "the paper");
        // On paper they stand in two tables.
        let (first, second) = COUNTS.split_at(7);
        for some in [first, second] {
            has(&paper, &format!("{on_paper} {}", counts(some)), "the paper");
        }
        for one in group["amounts"].as_array().unwrap() {
            amounts(one, &csv, (&in_csv, &page, &paper));
        }
    }
    for (place, step) in json["total"]["funnel"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .skip(1)
    {
        let name = ["Received", "Contestable", "Contested", "Decided", "Won"][place];
        let (on_page, on_paper) = shown(&step["of_before"], "none");
        has(&page, &format!("{name} {} {on_page}", step["cases"]), "the page");
        has(
            &paper,
            &format!("{name} {}; of the step before {on_paper}", step["cases"]),
            "the paper",
        );
        let row = csv
            .iter()
            .find(|r| r["group"] == "total" && r["currency"] == "")
            .unwrap();
        assert_eq!(row[cell(&step["figure"])], cell(&step["cases"]));
    }
    for stratum in json["strata"].as_array().unwrap() {
        let (on_page, on_paper) = shown(&stratum["win_rate"], "none decided");
        let reason = cell(&stratum["reason"]);
        has(&page, &format!("{} {on_page}", show::title(&reason)), "the page");
        has(&paper, &format!("{} {on_paper}", readable(&reason)), "the paper");
        let of = |row: &&Value| {
            row["group"] == "stratum"
                && row["stratum_platform"] == stratum["platform"]
                && row["stratum_reason"] == stratum["reason"]
        };
        let row = csv.iter().find(of).unwrap();
        for part in ["hits", "n", "percent", "low", "high"] {
            assert_eq!(
                row[format!("win_rate_{part}")],
                cell(&stratum["win_rate"][part]),
                "{part}"
            );
        }
    }
    for account in json["account_health"].as_array().unwrap() {
        let told = csv
            .iter()
            .find(|r| r["group"] == "account" && r["currency"] == account["currency"]);
        let row = told.unwrap();
        for name in [
            "claims",
            "sales",
            "percent_by_amount",
            "percent_by_count",
            "above_limit",
        ] {
            assert_eq!(row[format!("account_{name}")], cell(&account[name]), "{name}");
        }
        let claimed: Money = serde_json::from_value(account["claimed"].clone()).unwrap();
        let said = |claimed: &str, sold: &str, limit: &str| match &account["percent_by_amount"] {
            Value::Null => format!(
                "{} {claimed} not told not told no ratio no ratio",
                account["claims"]
            ),
            percent => format!(
                "{} {claimed} {} {sold} {percent} %; {limit} {} %",
                account["claims"], account["sales"], account["percent_by_count"]
            ),
        };
        let on_paper = flat(&docket_documents::letter::money(Language::English, claimed));
        has(
            &page,
            &said(&on_paper, "314,159.00 EUR", "above PayPal's limit"),
            "the page",
        );
        has(
            &paper,
            &said(&on_paper, "314,159.00 EUR", "above PayPal's limit"),
            "the paper",
        );
    }
    let change = &json["change"];
    for part in ["total", "mix", "rates"] {
        let said = format!(
            "{} points ({} to {})",
            change[part]["points"], change[part]["low"], change[part]["high"]
        );
        has(&page, &said, "the page");
        has(&paper, &said, "the paper");
    }
}

fn amounts(one: &Value, csv: &[Value], (group, page, paper): (&str, &str, &str)) {
    let row = csv
        .iter()
        .find(|r| r["group"] == group && r["currency"] == one["currency"])
        .unwrap();
    let money = |value: &Value| serde_json::from_value::<Money>(value.clone()).unwrap();
    let on_paper = |value: &Value| flat(&docket_documents::letter::money(Language::English, money(value)));
    for name in ["win_rate", "net_recovery", "retained"] {
        let rate = &one[name];
        assert_eq!(
            row[format!("amount_{name}_part_minor")],
            cell(&rate["part"]["minor"])
        );
        assert_eq!(row[format!("amount_{name}_cases")], cell(&rate["cases"]));
        let interval = format!("n {}; {} to {} %", rate["cases"], rate["low"], rate["high"]);
        let counted = format!("n {}", rate["cases"]);
        let rest = if rate["percent"].is_null() {
            &counted
        } else {
            &interval
        };
        has(
            page,
            &format!("{} of {}", on_paper(&rate["part"]), on_paper(&rate["whole"])),
            "the page",
        );
        has(page, rest, "the page");
        let of = format!(
            "{} of {}; {rest}",
            on_paper(&rate["part"]),
            on_paper(&rate["whole"])
        );
        has(paper, &of, "the paper");
        for part in ["percent", "low", "high"] {
            assert_eq!(row[format!("amount_{name}_{part}")], cell(&rate[part]));
        }
    }
    for (field, value) in [
        ("platform_fees", &one["fees"]["platform"]),
        ("agency_fees", &one["fees"]["agency"]),
        ("net_benefit", &one["net_benefit"]),
    ] {
        assert_eq!(row[format!("{field}_minor")], cell(&value["minor"]));
        has(page, &on_paper(value), "the page");
        has(paper, &on_paper(value), "the paper");
    }
}

fn factor_report() -> FactorsReport {
    let mut tallies = Vec::new();
    for (level, reason, won, lost) in [
        ("on_time", Reason::NotReceived, 80, 20),
        ("late", Reason::NotReceived, 30, 45),
        ("on_time", Reason::NotAsDescribed, 25, 15),
        ("late", Reason::NotAsDescribed, 6, 14),
        ("unknown", Reason::NotReceived, 4, 3),
    ] {
        for (outcome, cases) in [(Outcome::Won, won), (Outcome::Lost, lost)] {
            let passed = if level == "late" { NOT_PASSED } else { PASSED };
            for factor in [
                Some((FactorKind::DeliveryTiming.into(), level.to_owned())),
                Some((
                    FactorKind::EvidenceBand.into(),
                    if level == "on_time" { "complete" } else { "unknown" }.to_owned(),
                )),
                Some((
                    FactorKind::AdjudicationGroup.into(),
                    if level == "unknown" {
                        "not_told"
                    } else {
                        "settings"
                    }
                    .to_owned(),
                )),
                Some((
                    Subject::item(Platform::PAYPAL, "settings.tracking_pushed"),
                    passed.to_owned(),
                )),
                None,
            ] {
                tallies.push(FactorTally {
                    factor,
                    platform: Platform::PAYPAL,
                    reason,
                    currency: "EUR".parse().unwrap(),
                    outcome: Some(outcome),
                    contested: true,
                    cases,
                    amount: i64::try_from(cases).unwrap() * 123_457,
                });
            }
        }
    }
    FactorsReport {
        client: None,
        period: Period::of(None, None, now()).unwrap(),
        report: FactorReport::of(&tallies),
        model: Model::of(&Patterns::of(&patterns(6)), "2026-05-01".parse().unwrap()),
        mature_to: None,
        as_of: now(),
    }
}

#[test]
fn factors_have_the_same_digits_on_page_paper_csv_and_json() {
    let report = factor_report();
    let csv = rows(&factors::csv(&report));
    let page = page_text(&FactorsPage::of(&viewer(), &report, &[], None).render().unwrap());
    let paper = paper_text(&board::factors(&report, Language::English).unwrap());
    let mut compared = 0;
    for table in &report.report.factors {
        for level in &table.levels {
            let json = factors::level(level);
            let row = csv.iter().find(|r| {
                r["row"] == "level"
                    && r["factor"] == table.subject.to_string()
                    && r["level"] == level.name.as_str()
            });
            let row = row.unwrap();
            let beside = &json["beside"];
            for (name, path) in [
                ("won", "/win_rate/hits"),
                ("decided", "/win_rate/n"),
                ("percent", "/win_rate/percent"),
                ("low", "/win_rate/low"),
                ("difference", "/beside/difference/points"),
                ("difference_high", "/beside/difference/high"),
                ("odds_ratio", "/beside/odds_ratio/ratio"),
                ("odds_high", "/beside/odds_ratio/high"),
                ("p", "/beside/p"),
            ] {
                assert_eq!(
                    row[name],
                    cell(json.pointer(path).unwrap_or(&Value::Null)),
                    "{name}"
                );
            }
            let name = readable(&level.name);
            let (on_page, on_paper) = shown(&json["win_rate"], "none decided");
            let figures = if beside["state"] == "compared" {
                compared += 1;
                let (d, odds) = (&beside["difference"], &beside["odds_ratio"]);
                format!(
                    " {} points ({} to {}) {} ({} to {}) {}",
                    d["points"], d["low"], d["high"], odds["ratio"], odds["low"], odds["high"], beside["p"]
                )
            } else {
                String::new()
            };
            if !page.contains("Nothing was recorded") || beside["state"] == "compared" {
                has(&page, &format!("{name} {on_page}{figures}"), "the page");
            }
            has(&paper, &format!("{name} {on_paper}{figures}"), "the paper");
        }
    }
    assert!(compared >= 1);
    assert_eq!(report.report.after.len(), 2);
    for table in &report.report.after {
        for level in &table.levels {
            let json = factors::after(level);
            let row = csv.iter().find(|r| {
                r["row"] == "after_opening"
                    && r["factor"] == table.subject.to_string()
                    && r["level"] == level.name.as_str()
            });
            let row = row.unwrap();
            let rate = &json["win_rate"];
            for (name, part) in [
                ("won", "hits"),
                ("decided", "n"),
                ("percent", "percent"),
                ("low", "low"),
                ("high", "high"),
            ] {
                assert_eq!(row[name], cell(&rate[part]), "{name}");
            }
            let words = board::report_words(Language::English);
            let name = words.word(factors::level_words(&table.subject), &level.name);
            let (on_page, on_paper) = shown(rate, "none decided");
            has(&page, &format!("{name} {on_page}"), "the page");
            has(&paper, &format!("{name} {on_paper}"), "the paper");
        }
    }
    let model = factors::model(&report.model);
    let effect = &model["effects"][0];
    let (odds, points) = (&effect["odds_ratio"], &effect["effect"]);
    let said = format!(
        "on time {} {} ({} to {}) {} points ({} to {})",
        effect["n"],
        odds["ratio"],
        odds["low"],
        odds["high"],
        points["points"],
        points["low"],
        points["high"]
    );
    let held = &model["held_out"];
    let brier = format!(
        "Brier score {} beside {} of",
        held["brier"], held["brier_one_chance"]
    );
    let group = &held["calibration"][0];
    let calibrated = format!(
        "{} % {}",
        group["expected"],
        shown(&group["win_rate"], "none decided").1
    );
    for (text, form) in [(&page, "the page"), (&paper, "the paper")] {
        has(text, &said, form);
        has(text, &brier, form);
        has(text, &calibrated, form);
    }
    let row = csv
        .iter()
        .find(|r| r["row"] == "model" && r["level"] == "late")
        .unwrap();
    assert_eq!(
        (&row["odds_ratio"], &row["difference"]),
        (&json!(cell(&odds["ratio"])), &json!(cell(&points["points"])))
    );
    let row = csv.iter().find(|r| r["row"] == "held_out").unwrap();
    assert_eq!(row["brier"], cell(&held["brier"]));
    let first = &report.report.first.list;
    assert_eq!(first.len(), 2, "late parcels, and the setting");
    let money = |amount: Money| flat(&docket_documents::letter::money(Language::English, amount));
    for fix in first {
        let says =
            |[associated, low, high, lost]: [String; 4]| format!("{associated} ({low} to {high}) {lost}");
        let amounts = [fix.associated, fix.at_least, fix.at_most, fix.lost];
        has(&paper, &says(amounts.map(money)), "the paper");
        has(&page, &says(amounts.map(money)), "the page");
        let of_fix = |r: &&Value| r["row"] == "fix_first" && r["factor"] == fix.subject.to_string();
        let row = csv.iter().find(of_fix).unwrap();
        assert_eq!(row["associated_minor"], fix.associated.minor.to_string());
    }
    let setting = first.iter().find(|fix| fix.subject.entry().is_none()).unwrap();
    assert_eq!(setting.subject.to_string(), "paypal.settings.tracking_pushed");
    has(&paper, "Setting \"tracking pushed\" at PayPal", "the paper");
}

#[tokio::test]
async fn promises_have_the_same_digits_on_page_paper_csv_and_json() {
    let test = TestDesk::new().await;
    let client = test.client("Nordlicht").await;
    let cases: Vec<Dispute> = (0..13).map(|n| Dispute::ours(format!("PP-S-{n}"))).collect();
    test.cases(&client, &cases).await;
    let contract: Contract = serde_json::from_value(json!({
        "name": "Support", "zone": "UTC", "valid_from": "2020-01-01",
        "target": [{ "name": "first response", "metric": "first_response", "within": "4h" }],
    }))
    .unwrap();
    test.desk
        .add_sla_contract(client.0.id, contract, "ada", false)
        .await
        .unwrap();
    test.clock.advance(Duration::hours(5));
    let lead = test.person("Lead", docket_core::person::Access::Lead).await;
    let period = Period::of(None, None, test.desk.env.now()).unwrap();
    let json = sla::report(client.0.clone(), period, &test.desk).await.unwrap();
    let csv = rows(&sla::csv(std::slice::from_ref(&json)));
    let page = page_text(&test.get_as(&lead, "/reports/sla?client=Nordlicht").await.body);
    let paper = paper_text(&board::sla(&json, Language::English).unwrap());
    let target = &json["contracts"][0]["targets"][0];
    for view in ["raw", "adjusted"] {
        let counts = &target[view];
        let row = csv
            .iter()
            .find(|r| r["view"] == view && r["month"] == "")
            .unwrap();
        for name in [
            "met",
            "n",
            "breached",
            "percent",
            "low",
            "high",
            "mean_minutes",
            "percentile_minutes",
        ] {
            assert_eq!(row[name], cell(&counts[name]), "{name}");
        }
        let numbers = format!("{view} {} {} {}", counts["n"], counts["met"], counts["breached"]);
        let interval = format!("{} to {} %", counts["low"], counts["high"]);
        let of = format!("{} % ({} of {}", counts["percent"], counts["met"], counts["n"]);
        has(&page, &format!("{numbers} {of}"), "the page");
        has(&page, &interval, "the page");
        let mean = format!(
            "{} ({} to {}) {}",
            counts["mean_minutes"], counts["mean_low"], counts["mean_high"], counts["percentile_minutes"]
        );
        has(
            &paper,
            &format!(
                "{numbers} {of}; {interval}; few cases) {mean} {}",
                cell(&counts["verdict"])
            ),
            "the paper",
        );
        let month = &target["months"][0];
        let row = csv
            .iter()
            .find(|r| r["view"] == view && r["month"] == month["month"])
            .unwrap();
        assert_eq!(
            (&row["met"], &row["n"]),
            (
                &json!(cell(&month[view]["hits"])),
                &json!(cell(&month[view]["n"]))
            )
        );
    }
    assert_eq!(target["raw"]["n"], 13);
    // What was beyond the limit is named, with what it is put down to and what the contract says of its clock.
    let breaches = target["breaches"].as_array().unwrap();
    assert_eq!(breaches.len(), 13);
    for breach in breaches {
        has(&paper, breach["dispute"].as_str().unwrap(), "the paper");
    }
    has(&paper, "Put down to", "the paper");
    has(&paper, "4:00 5:00 5:00 not recorded", "the paper");
    has(&paper, "Working time of the calendar", "the paper");
}

#[test]
fn paper_speaks_four_languages_with_the_same_digits() {
    let report = win_rates(GroupBy::Month, MONTHS);
    let json = win_rate::all(&report);
    let total = &json["total"]["win_rate"];
    for (language, title, of) in [
        (Language::Dutch, "Winstpercentages", "van"),
        (Language::Swedish, "Vinstandelar", "av"),
        (Language::German, "Gewinnquoten", "von"),
    ] {
        let paper = paper_text(&board::win_rate(&report, language).unwrap());
        has(&paper, title, language.as_str());
        let percent = format!("{} %", total["percent"]).replace('.', ",");
        has(
            &paper,
            &format!("{percent} ({} {of} {}", total["hits"], total["n"]),
            language.as_str(),
        );
        assert!(
            !paper.contains("none decided") && !paper.contains("Win rate"),
            "{paper}"
        );
        let paper = paper_text(&board::factors(&factor_report(), language).unwrap());
        assert!(
            !paper.contains("not recorded") && !paper.contains("beyond chance"),
            "{paper}"
        );
    }
}
