//! The win-rate report: the same figures in every format, the cases behind them, and the right words where there are none.

use docket_core::words::{Outcome, Reason};
use docket_store::Db;
use serde_json::{Value, json};

use crate::factors::{Row, cell, fill, owner, row, rows, text_of};
use crate::support::{Desk, Engine, Said, database};

const PERIOD: [&str; 4] = ["--from", "2026-01-01", "--to", "2026-03-01"];

const PORTFOLIO: &[Row] = &[
    row(Reason::NotReceived, "EUR", "on_time", Outcome::Won, 40),
    row(Reason::NotReceived, "EUR", "on_time", Outcome::Lost, 12),
    row(Reason::NotAsDescribed, "EUR", "late", Outcome::Won, 9),
    row(Reason::NotAsDescribed, "EUR", "late", Outcome::Partial, 5),
    row(Reason::NotAsDescribed, "EUR", "late", Outcome::LostNoResponse, 6),
    row(Reason::NotReceived, "SEK", "late", Outcome::Won, 3),
    row(Reason::NotReceived, "SEK", "late", Outcome::Lost, 2),
    row(Reason::NotReceived, "EUR", "late", Outcome::Accepted, 7),
    row(Reason::NotReceived, "EUR", "late", Outcome::Withdrawn, 4),
];

fn report(desk: &Desk, client: &str, more: &[&str]) -> Said {
    desk.call(&[&["report", "win-rate", "--client", client][..], &PERIOD, more].concat())
}

fn local(desk: &Desk) -> String {
    format!("sqlite://{}", desk.folder.path().join("data/docket.db").display())
}

/// Every figure of JSON stands in the CSV's row of the same group, and in the text.
fn same_figures(json: &Value, csv: &str, text: &str) {
    let rows = rows(csv);
    for stratum in json["strata"].as_array().unwrap() {
        let of = |row: &&Vec<(String, String)>| {
            cell(row, "group") == "stratum"
                && cell(row, "stratum_platform") == text_of(&stratum["platform"])
                && cell(row, "stratum_reason") == text_of(&stratum["reason"])
        };
        let row = rows.iter().find(of).unwrap();
        let rate = &stratum["win_rate"];
        for part in ["hits", "n", "percent", "low", "high"] {
            assert_eq!(cell(row, &format!("win_rate_{part}")), text_of(&rate[part]));
        }
        let told = format!("({} of {}", rate["hits"], rate["n"]);
        assert!(rate["percent"].is_null() || text.contains(&told), "{told}");
    }
    let lines = json["groups"].as_array().unwrap().iter().chain([&json["total"]]);
    for group in lines {
        let key = if group["key"] == "" {
            "total".to_owned()
        } else {
            text_of(&group["key"])
        };
        let row = |currency: &str| {
            let mut found = rows.iter();
            found
                .find(|r| r[0].1 == key && cell(r, "currency") == currency)
                .unwrap()
        };
        let counts = row("");
        for name in ["received", "open", "won", "lost", "lost_no_response", "partial"] {
            assert_eq!(cell(counts, name), text_of(&group[name]), "{name} of {key}");
        }
        for rate in ["win_rate", "coverage", "on_time"] {
            for part in ["hits", "n", "percent", "low", "high"] {
                assert_eq!(
                    cell(counts, &format!("{rate}_{part}")),
                    text_of(&group[rate][part]),
                    "{rate} of {key}"
                );
            }
            if !group[rate]["percent"].is_null() {
                let shown = format!(
                    "{} % ({} of {}; {} to {} %",
                    group[rate]["percent"],
                    group[rate]["hits"],
                    group[rate]["n"],
                    group[rate]["low"],
                    group[rate]["high"]
                );
                assert!(text.contains(&shown), "{shown} is missing in: {text}");
            }
        }
        for amounts in group["amounts"].as_array().unwrap() {
            let row = row(amounts["currency"].as_str().unwrap());
            for name in ["win_rate", "net_recovery", "retained"] {
                let rate = &amounts[name];
                assert_eq!(
                    cell(row, &format!("amount_{name}_part_minor")),
                    text_of(&rate["part"]["minor"])
                );
                assert_eq!(
                    cell(row, &format!("amount_{name}_percent")),
                    text_of(&rate["percent"])
                );
                if !rate["percent"].is_null() {
                    let shown = format!("n {}; {} to {} %", rate["cases"], rate["low"], rate["high"]);
                    assert!(text.contains(&shown), "{shown} is missing in: {text}");
                }
            }
            assert_eq!(
                cell(row, "net_benefit_minor"),
                text_of(&amounts["net_benefit"]["minor"])
            );
        }
    }
}

async fn every_format_shows_the_same_figures_and_their_cases(engine: Engine) {
    let mut desk = Desk::new(0);
    let Some((test, url)) = database(engine).await else {
        return;
    };
    desk.set("DATABASE__URL", &url);
    let acme = owner(&desk, "Acme", 0);
    owner(&desk, "Beta", 1);
    fill(&test.db, acme, PORTFOLIO).await;
    for by in [
        "month",
        "reason",
        "platform",
        "stage",
        "currency",
        "evidence",
        "amount",
        "specialist",
        "client",
    ] {
        let by = ["--by", by];
        let json = report(&desk, "Acme", &[&by[..], &["--format", "json"]].concat()).json();
        let csv = report(&desk, "Acme", &[&by[..], &["--format", "csv"]].concat()).good();
        same_figures(&json, &csv, &report(&desk, "Acme", &by).good());
        assert_eq!(json["total"]["win_rate"]["hits"], json!(52), "{by:?}");
        assert_eq!(json["total"]["win_rate"]["n"], json!(77), "{by:?}");
    }

    // Fees: not known, then by rule.
    let json = report(&desk, "Acme", &["--format", "json"]).json();
    let euros = |json: &Value| json["total"]["amounts"][0].clone();
    assert_eq!(
        (&euros(&json)["net_benefit"], &euros(&json)["fees_unknown"]),
        (&Value::Null, &json!(83))
    );
    let connection = acme.1.to_string();
    let fee = |more: &[&str]| {
        let own = [
            "fee",
            "set",
            "--connection",
            &connection,
            "--currency",
            "EUR",
            "--from",
            "2026-01-01",
        ];
        desk.call(&[&own[..], more].concat())
    };
    fee(&["--kind", "platform", "--amount", "14.00"]).good();
    fee(&["--kind", "agency", "--amount", "1.00", "--share", "10"]).good();
    fee(&["--kind", "platform", "--amount", "14.00", "--share", "10"]).refused(&["agency"]);
    fee(&["--kind", "agency", "--amount", "-1"]).refused(&["below 0"]);
    assert_eq!(
        desk.call(&["fee", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(
        desk.call(&["fee", "list", "--client", "Beta"])
            .good()
            .contains("no fee is set")
    );
    let json = report(&desk, "Acme", &["--format", "json"]).json();
    // 83 cases of 25.00; 49 won; 4 withdrawn. PayPal's fee is not charged on a win; the agency takes a share of 49 wins.
    assert_eq!(euros(&json)["retained"]["part"]["minor"], json!(53 * 25_00));
    assert_eq!(
        euros(&json)["fees"]["platform"]["minor"],
        json!((83 - 49) * 14_00)
    );
    assert_eq!(
        euros(&json)["fees"]["agency"]["minor"],
        json!(83 * 100 + 49 * 2_50)
    );
    assert_eq!(euros(&json)["fees_elsewhere"], json!([]));
    // Five cases in crowns, two of them lost, are charged in euros: nothing is taken off crowns, and no euro off other cases. A
    // share of the three wins in crowns is no sum in euros that anybody knows.
    let crowns = &json["total"]["amounts"][1];
    assert_eq!(
        (&crowns["fees"], &crowns["net_benefit"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&crowns["fees_unknown"], &crowns["fees_elsewhere"]),
        (&json!(3), &json!([]))
    );

    // One currency by the rate of the opening, or the day that is missing.
    let in_euros = ["--currency", "EUR", "--format", "json"];
    report(&desk, "Acme", &in_euros).refused(&["SEK on 2026-02-03", "docket rate import"]);
    let file = desk.file("rates.csv", b"day,base,quote,rate\n2026-02-03,SEK,EUR,0.08\n");
    assert!(desk.call(&["rate", "import", &file]).good().contains("1 rate"));
    let other = desk.file("other.csv", b"day,base,quote,rate\n2026-02-03,SEK,EUR,0.09\n");
    desk.call(&["rate", "import", &other])
        .refused(&["SEK to EUR of 2026-02-03", "--replace"]);
    let converted = report(&desk, "Acme", &in_euros).json();
    let all = converted["total"]["amounts"].as_array().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["fees_unknown"], json!(3));
    assert_eq!(all[0]["retained"]["whole"]["minor"], json!(83 * 25_00 + 5 * 2_00));

    // The list behind a figure has its count and its sum.
    let list = |figure: &str, more: &[&str]| {
        let own = ["--cases", figure, "--by", "currency", "--format", "json"];
        report(&desk, "Acme", &[&own[..], more].concat())
            .json()
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(
        (
            list("decided", &[]).len(),
            list("decided=SEK", &[]).len(),
            list("counted_won=EUR", &[]).len()
        ),
        (77, 5, 49)
    );
    let lost = list("lost_no_response=EUR", &[]);
    assert_eq!(
        lost.iter()
            .map(|case| case["amount"]["minor"].as_i64().unwrap())
            .sum::<i64>(),
        6 * 25_00
    );
    report(&desk, "Acme", &["--cases", "won", "--format", "csv"]).good();
    let text = report(&desk, "Acme", &["--cases", "accepted"]).good();
    assert!(text.contains("7 case(s), 175.00 EUR"), "{text}");
    report(&desk, "Acme", &["--cases", "lucky"]).refused(&["lucky", "counted_won"]);

    // A group that the report does not have is refused; one in which nothing is counted is not.
    let by_currency = |wanted: &str| report(&desk, "Acme", &["--by", "currency", "--cases", wanted]);
    by_currency("won=zzz").refused(&["no group `zzz`", "EUR, SEK"]);
    let text = by_currency("withdrawn=SEK").good();
    assert!(text.contains("0 case(s)"), "{text}");
    report(&desk, "Beta", &["--cases", "won=2026-02"]).refused(&["no case is in this period", "--from"]);

    // Another client has none of it, and says so.
    for more in [&[][..], &["--cohort", "closed"]] {
        let beta = report(&desk, "Beta", more).good();
        assert!(beta.contains("in this period") && !beta.contains("NaN"), "{beta}");
    }
    assert_eq!(
        report(&desk, "Beta", &["--format", "json"]).json()["total"]["received"],
        json!(0)
    );
}

#[tokio::test]
async fn win_rates_are_the_same_in_every_format_on_sqlite() {
    every_format_shows_the_same_figures_and_their_cases(Engine::Sqlite).await;
}

#[tokio::test]
async fn win_rates_are_the_same_in_every_format_on_postgres() {
    every_format_shows_the_same_figures_and_their_cases(Engine::Postgres).await;
}

#[tokio::test]
async fn a_rate_of_one_case_of_all_or_of_none_is_said_as_what_it_is() {
    for (name, outcome, times, said) in [
        ("One", Outcome::Won, 1, "1 of 1"),
        ("Winner", Outcome::Won, 40, "100.0 % (40 of 40; 91.2 to 100.0 %)"),
        ("Loser", Outcome::Lost, 40, "0.0 % (0 of 40; 0.0 to 8.8 %)"),
        ("Undecided", Outcome::Withdrawn, 40, "none decided"),
    ] {
        let desk = Desk::new(0);
        let client = owner(&desk, name, 0);
        let db = Db::connect(&local(&desk)).await.unwrap();
        fill(
            &db,
            client,
            &[row(Reason::NotReceived, "JPY", "late", outcome, times)],
        )
        .await;
        db.close().await;
        let text = report(&desk, name, &[]).good();
        assert!(
            text.contains(said) && !text.contains("NaN") && !text.contains("inf"),
            "{text}"
        );
        assert!(times > 1 || !text.contains("100.0 %"), "{text}");
    }
}
