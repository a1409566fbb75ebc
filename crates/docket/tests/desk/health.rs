//! What was claimed of what accounts sold stands beside the win rate, and is no part of it.

use docket_core::words::{Outcome, Reason};
use serde_json::{Value, json};

use crate::factors::{cell, fill, owner, row, rows};
use crate::support::{Desk, Engine, Said, database};

/// The period's end lies in March, so that December to February are the three whole months before it.
const PERIOD: [&str; 4] = ["--from", "2026-01-01", "--to", "2026-03-10"];

fn report(desk: &Desk, more: &[&str]) -> Said {
    let of = ["report", "win-rate", "--client", "Acme"];
    desk.call(&[&of[..], &PERIOD, more].concat())
}

async fn claims_are_held_against_sales(engine: Engine) {
    let Some((test, url)) = database(engine).await else {
        return;
    };
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    let acme = owner(&desk, "Acme", 0);
    let cases = [
        row(Reason::NotReceived, "EUR", "late", Outcome::Lost, 5),
        row(Reason::NotAsDescribed, "EUR", "late", Outcome::Won, 3),
        // No claim that PayPal counts.
        row(Reason::Unauthorised, "EUR", "late", Outcome::Lost, 9),
        row(Reason::NotReceived, "SEK", "late", Outcome::Won, 1),
    ];
    fill(&test.db, acme, &cases).await;
    let connection = acme.1.to_string();
    let set = |month: &str, amount: &str, sales: &str| {
        let of = [
            "sales",
            "set",
            "--connection",
            &connection,
            "--currency",
            "EUR",
            "--by",
            "ada",
        ];
        desk.call(&[&of[..], &["--month", month, "--amount", amount, "--sales", sales]].concat())
    };
    let account = |json: &Value, currency: &str| {
        let mut all = json["account_health"].as_array().unwrap().iter();
        all.find(|one| one["currency"] == currency).unwrap().clone()
    };
    set("2025-12-05", "-1", "60").refused(&["below 0"]);
    set("2999-01-01", "1.00", "1").refused(&["not over yet"]);
    set("2025-12-05", "9000.00", "60").good();
    set("2026-01-31", "4000.00", "40").good();
    let told = report(&desk, &["--format", "json"]).json();
    let before = told["total"]["win_rate"].clone();
    let euros = account(&told, "EUR");
    assert_eq!(
        (&euros["claims"], &euros["percent_by_amount"]),
        (&json!(8), &Value::Null),
        "February is missing"
    );
    assert!(report(&desk, &[]).good().contains("docket sales set"));

    set("2026-02-01", "5000.00", "50").good();
    // Told again, the last one counts.
    set("2026-02-28", "3000.00", "30").good();
    let told = report(&desk, &["--format", "json"]).json();
    let euros = account(&told, "EUR");
    // 8 claims of 25.00 each, of 16,000.00 in 130 payments.
    assert_eq!(
        (&euros["claims"], &euros["claimed"]["minor"]),
        (&json!(8), &json!(8 * 25_00))
    );
    assert_eq!(
        (&euros["sales"], &euros["sold"]["minor"]),
        (&json!(130), &json!(1_600_000))
    );
    assert_eq!(
        (
            &euros["percent_by_amount"],
            &euros["percent_by_count"],
            &euros["above_limit"]
        ),
        (&json!(1.25), &json!(6.15), &json!(false))
    );
    assert_eq!(account(&told, "SEK")["percent_by_amount"], Value::Null);
    assert_eq!(told["total"]["win_rate"], before, "never mixed in");
    let csv = rows(&report(&desk, &["--format", "csv"]).good());
    let of_account =
        |row: &&Vec<(String, String)>| cell(row, "group") == "account" && cell(row, "currency") == "EUR";
    let line = csv.iter().find(of_account).unwrap();
    assert_eq!(
        (
            cell(line, "account_percent_by_amount"),
            cell(line, "account_claims")
        ),
        ("1.25", "8")
    );
    let text = report(&desk, &[]).good();
    assert!(
        text.contains("1.25 %; not above PayPal's limit") && text.contains("winning lowers no ratio"),
        "{text}"
    );
    let listed = desk.call(&["sales", "list", "--json"]).json();
    assert_eq!(
        listed.as_array().unwrap().len(),
        4,
        "nothing that was told is lost"
    );
    // Each account has limits of its own: the whole portfolio has none.
    let all = [&["report", "win-rate"][..], &PERIOD, &["--format", "json"]].concat();
    assert_eq!(desk.call(&all).json()["account_health"], json!([]));
}

#[tokio::test]
async fn claims_are_held_against_sales_on_sqlite() {
    claims_are_held_against_sales(Engine::Sqlite).await;
}

#[tokio::test]
async fn claims_are_held_against_sales_on_postgres() {
    claims_are_held_against_sales(Engine::Postgres).await;
}
