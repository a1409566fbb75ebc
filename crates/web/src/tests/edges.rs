//! The edges of reports: nothing, one case, all won, all lost, several currencies, a year without a decision. Right words, no
//! share of one, nothing that is no number, and no chart that misleads, in every format and language.

use askama::Template;
use docket_app::board::{LogEntry, LogKind};
use docket_app::figures::{factors, win_rate};
use docket_app::{Changed, Client, FactorsReport, GroupBy, Period, WinRateReport, WinRateWish, board};
use docket_core::case::Answer;
use docket_core::factor::FactorKind;
use docket_core::id::ClientId;
use docket_core::stats::{Bundle, FactorReport, FactorTally, Ledger, Model, Sums};
use docket_core::words::{Language, Outcome, Platform, Reason};

use super::desk::read;
use crate::pages::factors::FactorsPage;
use crate::pages::win_rate::WinRatePage;
use crate::samples::make::now;
use crate::samples::people::viewer;

/// Cases of a month: currency, outcome, how many.
type Cases<'a> = (&'a str, &'a str, Option<Outcome>, u64);

fn report(cases: &[Cases<'_>]) -> WinRateReport {
    let bundle = |(month, currency, outcome, cases): &Cases<'_>| {
        let mut sums = Sums::default();
        (0..*cases).for_each(|_| sums.add(5_000, *outcome, None));
        Bundle {
            key: (*month).to_owned(),
            platform: Platform::PAYPAL,
            reason: Reason::NotReceived,
            currency: currency.parse().unwrap(),
            outcome: *outcome,
            contested: outcome.is_some(),
            answer: Answer::NotDue,
            cases: *cases,
            sums,
            fees: Vec::new(),
            fee_unknown: *cases,
        }
    };
    let bundles: Vec<Bundle> = cases.iter().map(bundle).collect();
    WinRateReport {
        wish: WinRateWish {
            client: None,
            period: Period::of(None, None, now()).unwrap(),
            by: GroupBy::Month,
            closed: false,
            currency: None,
        },
        ledger: Ledger::of(&bundles),
        change: Changed::NoneBefore,
        log: Vec::new(),
        health: Vec::new(),
        as_of: now(),
    }
}

fn factor_report(cases: &[Cases<'_>]) -> FactorsReport {
    let tally = |(month, currency, outcome, cases): &Cases<'_>| {
        // Half of the months are late.
        let level = if month.ends_with('1') { "late" } else { "on_time" };
        [Some((FactorKind::DeliveryTiming.into(), level.to_owned())), None].map(|factor| FactorTally {
            factor,
            platform: Platform::PAYPAL,
            reason: Reason::NotReceived,
            currency: currency.parse().unwrap(),
            outcome: *outcome,
            contested: outcome.is_some(),
            cases: *cases,
            amount: i64::try_from(*cases).unwrap() * 5_000,
        })
    };
    let tallies: Vec<FactorTally> = cases.iter().flat_map(tally).collect();
    FactorsReport {
        client: None,
        period: Period::of(None, None, now()).unwrap(),
        report: FactorReport::of(&tallies),
        model: Model::of(&docket_core::stats::Patterns::default(), now().date_naive()),
        mature_to: None,
        as_of: now(),
    }
}

fn paper(pdf: &[u8]) -> String {
    let read = docket_documents::examine("report.pdf", pdf).unwrap();
    assert!(read.pages <= board::PAGES);
    read.text
        .join(" ")
        .replace('\u{a0}', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What each format says, the paper in each language.
fn formats(cases: &[Cases<'_>]) -> Vec<String> {
    let (report, factor_report) = (report(cases), factor_report(cases));
    let mut all = vec![
        read(
            &WinRatePage::of(&viewer(), &report, &[], (None, None))
                .render()
                .unwrap(),
        ),
        FactorsPage::of(&viewer(), &factor_report, &[], None)
            .render()
            .unwrap(),
        win_rate::all(&report).to_string(),
        win_rate::csv(&report),
        factors::csv(&factor_report),
        factors::model(&factor_report.model).to_string(),
    ];
    for language in Language::ALL {
        all.push(paper(&board::win_rate(&report, *language).unwrap()));
        all.push(paper(&board::factors(&factor_report, *language).unwrap()));
    }
    for text in &all {
        for wrong in ["NaN", "inf,", ":inf", "Infinity", "-0.0 "] {
            assert!(!text.contains(wrong), "{wrong}: {text}");
        }
    }
    all
}

#[test]
fn nothing_says_so() {
    let said = formats(&[]);
    assert!(said[0].contains("No case was opened in this period") && !said[0].contains("<svg"));
    assert!(said[1].contains("Nothing is decided in this period") && !said[1].contains("<svg"));
    for (place, words) in [
        (6, "No case was opened in this period."),
        (7, "Nothing is decided in this period"),
        (8, "In deze periode is geen zaak geopend."),
        (10, "Inget ärende öppnades under perioden."),
        (12, "In diesem Zeitraum wurde kein Fall eröffnet."),
    ] {
        assert!(said[place].contains(words), "{}", said[place]);
    }
    assert!(!said[6].contains(" 0 %"), "no axis without figures");
}

#[test]
fn one_case_is_a_count_and_no_share() {
    let said = formats(&[("2026-10", "EUR", Some(Outcome::Won), 1)]);
    for text in &said {
        assert!(!text.contains("100.0") && !text.contains("100,0"), "{text}");
    }
    assert!(said[6].contains("1 of 1") && said[0].contains("1 of 1"));
    assert!(
        !said[0].contains("Win rate by month with"),
        "no chart of one count"
    );
}

#[test]
fn all_won_and_all_lost_have_intervals_that_do_not_end_at_themselves() {
    for (outcome, percent, interval) in [
        (Outcome::Won, "100.0 %", "91.2 to 100.0 %"),
        (Outcome::Lost, "0.0 %", "0.0 to 8.8 %"),
    ] {
        let said = formats(&[
            ("2026-10", "EUR", Some(outcome), 20),
            ("2026-11", "EUR", Some(outcome), 20),
        ]);
        for text in [&said[0], &said[6]] {
            assert!(text.contains(percent) && text.contains(interval), "{text}");
        }
        // Levels that won or lost alike have no finite odds ratio and stand out in nothing.
        assert!(
            said[1].contains("none: one side won or lost throughout"),
            "{}",
            said[1]
        );
        assert!(said[7].contains("No level is won less often than its reference beyond chance."));
    }
}

#[test]
fn currencies_are_never_added_up() {
    let said = formats(&[
        ("2026-10", "EUR", Some(Outcome::Won), 12),
        ("2026-10", "JPY", Some(Outcome::Lost), 12),
        ("2026-10", "KWD", Some(Outcome::Won), 12),
    ]);
    for (place, euro, yen, dinar) in [
        (0, "600.00 EUR", "60,000 JPY", "60.000 KWD"),
        (6, "600.00 EUR", "60,000 JPY", "60.000 KWD"),
        (12, "600,00 EUR", "60.000 JPY", "60,000 KWD"),
    ] {
        for amount in [euro, yen, dinar] {
            assert!(said[place].contains(amount), "{amount}: {}", said[place]);
        }
    }
    // The large figures hold none of three currencies.
    assert!(!said[6].contains("Retained 600.00"), "{}", said[6]);
}

#[test]
fn a_year_without_decisions_has_no_rate_and_no_chart() {
    let months: Vec<String> = (1..=12).map(|month| format!("2026-{month:02}")).collect();
    let mut cases: Vec<Cases<'_>> = months
        .iter()
        .map(|month| (month.as_str(), "EUR", None, 40))
        .collect();
    cases.push(("2026-06", "EUR", Some(Outcome::Withdrawn), 5));
    let said = formats(&cases);
    assert!(said[0].contains("none decided") && !said[0].contains("Win rate by month with"));
    assert!(said[1].contains("Nothing is decided in this period"));
    assert!(said[6].contains("none decided") && said[6].contains("More than 10 % of the cases"));
    assert!(!said[6].contains("Win rate by month"), "no trend: {}", said[6]);
    assert!(said[12].contains("keiner entschieden"));
}

#[test]
fn a_change_in_a_month_that_is_not_drawn_stands_at_the_next_one() {
    let mut report = report(&[
        ("2026-05", "EUR", Some(Outcome::Won), 30),
        ("2026-06", "EUR", Some(Outcome::Won), 3),
        ("2026-07", "EUR", Some(Outcome::Lost), 30),
    ]);
    report.log = vec![LogEntry {
        on: "2026-06-17".parse().unwrap(),
        kind: LogKind::Contract,
        what: "Support v2".to_owned(),
        platform: None,
        value: None,
        others: Vec::new(),
    }];
    let page = WinRatePage::of(&viewer(), &report, &[], (None, None));
    let page = page.render().unwrap();
    assert!(page.contains(">2026-07 a</text>"), "{page}");
    let paper = paper(&board::win_rate(&report, Language::English).unwrap());
    assert!(paper.contains("2026-07 a"), "{paper}");
}

#[test]
fn amounts_in_one_currency_say_by_which_rates() {
    let mut report = report(&[("2026-05", "EUR", Some(Outcome::Won), 30)]);
    let says = "or of the last bank day before it (at most 7 days)";
    for currency in [None, Some("EUR".parse().unwrap())] {
        report.wish.currency = currency;
        let page = WinRatePage::of(&viewer(), &report, &[], (None, None));
        assert_eq!(page.render().unwrap().contains(says), currency.is_some());
        let paper = paper(&board::win_rate(&report, Language::English).unwrap());
        assert_eq!(paper.contains(says), currency.is_some());
    }
}

/// A page is no larger, in bytes.
const LARGEST: usize = 100_000;

/// Of as many groups as are shown, each with every outcome and in a dozen currencies, page and links stay small: amounts of
/// groups stand in the currency with most cases, those of the whole in each.
#[test]
fn a_full_page_stays_small_and_its_currencies_can_be_chosen() {
    let products: Vec<String> = (0..40).map(|n| format!("LAMP-{n:04}-OAK-NATURAL")).collect();
    let currencies = [
        "EUR", "SEK", "USD", "GBP", "DKK", "NOK", "PLN", "CZK", "HUF", "CHF", "RON", "JPY",
    ];
    let mut cases: Vec<Cases<'_>> = Vec::new();
    for (product, place) in products.iter().zip(0_u64..) {
        for outcome in Outcome::ALL.iter().map(|outcome| Some(*outcome)).chain([None]) {
            cases.push((product, "EUR", outcome, 11 + place));
        }
        cases.extend(currencies.map(|currency| (product.as_str(), currency, Some(Outcome::Won), 1)));
    }
    let mut report = report(&cases);
    report.wish.by = GroupBy::Product;
    let client = Client {
        id: "0199a6c2-7a00-7000-8000-000000000007".parse().unwrap(),
        name: "Nordlicht".to_owned(),
        safety_net: false,
        created_at: now(),
    };
    report.wish.client = Some(client.clone());
    let clients = [client];
    let rendered = |amounts: Option<&str>| {
        let amounts = amounts.map(|currency| currency.parse().unwrap());
        WinRatePage::of(&viewer(), &report, &clients, (amounts, Some(2)))
            .render()
            .unwrap()
    };
    let page = rendered(None);
    assert!(page.len() <= LARGEST, "{} bytes", page.len());
    let lines = |page: &str, currency: &str| page.matches(&format!(">{currency}</a></td>")).count();
    assert_eq!((lines(&page, "EUR"), lines(&page, "SEK")), (14, 1));
    assert!(page.contains("amounts=SEK"), "{page}");
    let swedish = rendered(Some("SEK"));
    assert_eq!((lines(&swedish, "EUR"), lines(&swedish, "SEK")), (1, 14));
    let none = rendered(Some("ISK"));
    assert_eq!(
        lines(&none, "EUR"),
        14,
        "in what no case has, there is nothing to show"
    );
}

/// Of ten thousand groups each format shows the largest and says where the others are; the total counts all, and CSV and JSON
/// hold all.
#[test]
fn ten_thousand_clients_are_counted_and_the_largest_shown() {
    let names: Vec<String> = (0..10_000).map(|n| format!("Client {n:05}")).collect();
    let size = |place: usize| if place % 200 == 7 { 3 } else { 1 };
    let cases: Vec<Cases<'_>> = names
        .iter()
        .enumerate()
        .map(|(place, name)| (name.as_str(), "EUR", Some(Outcome::Won), size(place)))
        .collect();
    let all: u64 = cases.iter().map(|case| case.3).sum();
    let mut report = report(&cases);
    report.wish.by = GroupBy::Client;
    let clients: Vec<Client> = names
        .iter()
        .map(|name| Client {
            id: ClientId(Default::default()),
            name: name.clone(),
            safety_net: false,
            created_at: now(),
        })
        .collect();
    let page = WinRatePage::of(&viewer(), &report, &clients, (None, None))
        .render()
        .unwrap();
    let paper = paper(&board::win_rate(&report, Language::English).unwrap());
    assert!(page.len() <= LARGEST, "{} bytes", page.len());
    assert!(page.contains("The 60 groups with most cases of 10000 stand here; all of them stand in the CSV"));
    assert!(
        paper.contains("groups with most cases of 10000 stand here"),
        "{paper}"
    );
    // Each of the fifty largest stands in one of the parts, and the whole in each.
    let part = |part| {
        WinRatePage::of(&viewer(), &report, &[], (None, Some(part)))
            .render()
            .unwrap()
    };
    let parts: String = (1..=5).map(part).collect();
    for (place, name) in names.iter().enumerate().filter(|(place, _)| size(*place) == 3) {
        assert!(parts.contains(&format!("<th scope=\"row\">{name}")), "{place}");
    }
    assert!(page.contains(&format!(">{all}<")), "the total counts all");
    assert_eq!(
        win_rate::csv(&report)
            .lines()
            .filter(|line| line.contains("Client "))
            .count(),
        20_000
    );
    assert_eq!(win_rate::all(&report)["groups"].as_array().unwrap().len(), 10_000);
    // Of so many clients one is typed, not chosen from a list.
    assert!(
        !page.contains("<option value=\"\"")
            && page.contains("<input id=\"client\" name=\"client\" value=\"\"")
    );
}

#[test]
fn of_thousands_of_levels_those_with_most_cases_are_shown() {
    let tally = |level: String, cases: u64| FactorTally {
        factor: (!level.is_empty()).then(|| (FactorKind::Carrier.into(), level)),
        platform: Platform::PAYPAL,
        reason: Reason::NotReceived,
        currency: "EUR".parse().unwrap(),
        outcome: Some(Outcome::Won),
        contested: true,
        cases,
        amount: 5_000,
    };
    let mut tallies: Vec<FactorTally> = (0..3_000).map(|n| tally(format!("carrier_{n}"), 1)).collect();
    tallies.push(tally("dhl".to_owned(), 9));
    tallies.push(tally(String::new(), 3_109));
    let mut report = factor_report(&[]);
    report.report = FactorReport::of(&tallies);
    let page = FactorsPage::of(&viewer(), &report, &[], None).render().unwrap();
    assert!(
        page.contains("41 of 3002 lines stand here; all of them stand in the CSV"),
        "{page}"
    );
    assert!(page.contains("dhl") && page.contains("100 of 100"), "{page}");
    assert_eq!(
        factors::csv(&report)
            .lines()
            .filter(|line| line.contains("carrier_"))
            .count()
            % 3_000,
        0
    );
}
