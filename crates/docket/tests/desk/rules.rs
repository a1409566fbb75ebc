//! What is recommended, and what a client's rule does: never unseen, never by one person alone, never twice.

use docket_core::money::Money;
use serde_json::{Value, json};

use crate::support::{Desk, Engine, database};

/// Four days: far enough for a grace.
const FAR: u64 = 100 * 3600;

fn amount(case: &Value) -> Money {
    serde_json::from_value(case["amount"].clone()).unwrap()
}

/// Adds a rule that takes up this case's amount and nothing above; gives its id.
fn accept_up_to(desk: &Desk, case: &Value) -> String {
    let money = amount(case);
    let above = Money::new(money.minor + 1, money.currency);
    let (text, code) = (above.decimal(), money.currency.code().to_owned());
    let words = ["rule", "add", "--client", "Acme", "--name", "small"];
    let said = desk.call(&[&words[..], &["auto-accept-below", &text, &code]].concat());
    said.good().trim().to_owned()
}

/// A desk whose rule has prepared the acceptance of a dispute.
async fn prepared_by_a_rule() -> (Desk, String, String) {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, FAR).await.remove(0);
    desk.call(&["sync"]).good();
    let rule = accept_up_to(&desk, &desk.case(&dispute));
    desk.call(&["rule", "try", &rule]).good();
    desk.call(&["rule", "activate", &rule, "--by", "lena"]).good();
    desk.work();
    assert_eq!(desk.case(&dispute)["responses"][0]["state"], "prepared");
    (desk, dispute, rule)
}

async fn a_rule_accepts_once_after_a_dry_run_and_a_second_person(engine: Engine) {
    let Some((_database, url)) = database(engine).await else {
        return;
    };
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    desk.set("RULES__GRACE_SECONDS", "0");
    desk.client("Acme", 0);
    let ids = desk.plant(0, 2, FAR).await;
    desk.call(&["sync"]).good();
    let mut cases: Vec<Value> = ids.iter().map(|id| desk.case(id)).collect();
    cases.sort_by_key(|case| amount(case).minor);
    let own = |n: usize| cases[n]["id"].as_str().unwrap().to_owned();
    let (small, large) = (own(0), own(1));
    let rule = accept_up_to(&desk, &cases[0]);

    desk.work();
    assert_eq!(
        desk.case(&small)["responses"],
        json!([]),
        "a dry run touches nothing"
    );
    let hits = desk.call(&["rule", "hits", &rule, "--json"]).json();
    assert_eq!(
        (hits.as_array().unwrap().len(), &hits[0]["kind"]),
        (1, &json!("noted")),
        "{hits}"
    );
    let activate = |by: &str| desk.call(&["rule", "activate", &rule, "--by", by]);
    activate("Tester ").refused(&["another person"]);
    activate("lena").refused(&["docket rule try"]);
    let dry = desk.call(&["rule", "try", &rule, "--json"]).json();
    assert_eq!(dry["now"][0]["case"], json!(small));
    assert_eq!(dry["now"].as_array().unwrap().len(), 1);
    desk.call(&["rule", "try", "small"]).good();
    activate("lena").good();
    activate("lena").refused(&["acts already"]);

    desk.work();
    desk.call(&["sync", "--full"]).good();
    desk.work();
    let responses = desk.case(&small)["responses"].clone();
    assert_eq!(responses.as_array().unwrap().len(), 1, "{responses}");
    assert_eq!(responses[0]["state"], "confirmed", "{responses}");
    assert_eq!(responses[0]["created_by"], "rule:small v1");
    assert_eq!(desk.case(&large)["responses"], json!([]));
    let listed = desk.call(&["rule", "list", "--client", "Acme", "--json"]).json();
    assert_eq!(listed[0]["activated_by"], "lena");
}

#[tokio::test]
async fn a_rule_accepts_once_after_a_dry_run_and_a_second_person_on_sqlite() {
    a_rule_accepts_once_after_a_dry_run_and_a_second_person(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_rule_accepts_once_after_a_dry_run_and_a_second_person_on_postgres() {
    a_rule_accepts_once_after_a_dry_run_and_a_second_person(Engine::Postgres).await;
}

#[tokio::test]
async fn what_a_rule_prepared_is_cancelled_in_its_grace_and_does_not_come_back() {
    let (desk, dispute, rule) = prepared_by_a_rule().await;
    desk.call(&["respond", "cancel", &dispute]).good();
    desk.work();
    let responses = desk.case(&dispute)["responses"].clone();
    assert_eq!(
        (responses.as_array().unwrap().len(), &responses[0]["state"]),
        (1, &json!("cancelled"))
    );
    // Too near its deadline to be stopped in time: a person decides.
    let near = desk.plant(0, 1, 20 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    desk.call(&["rule", "retire", &rule]).good();
    let other = accept_up_to(&desk, &desk.case(&near));
    desk.call(&["rule", "try", &other]).good();
    desk.call(&["rule", "activate", &other, "--by", "lena"]).good();
    desk.work();
    assert_eq!(desk.case(&near)["responses"], json!([]));
    let hits = desk.call(&["rule", "hits", &other, "--json"]).json();
    assert!(hits.to_string().contains("too near the deadline"), "{hits}");
}

#[tokio::test]
async fn a_case_is_advised_on_and_a_rule_against_contests_is_heeded_or_overridden_in_writing() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, FAR).await.remove(0);
    desk.call(&["sync"]).good();
    let case = desk.case(&dispute);
    let advice = desk.call(&["case", "advise", &dispute, "--json"]).json();
    assert_eq!(advice, case["advice"]);
    assert!(advice["reasons"].as_array().unwrap().len() >= 3, "{advice}");
    for worth in advice["worth"].as_array().unwrap() {
        let minor = |key: &str| worth[key]["minor"].as_i64().unwrap();
        assert!(
            minor("low") <= minor("expected") && minor("expected") <= minor("high"),
            "{advice}"
        );
    }
    assert!(
        desk.call(&["case", "advise", &dispute])
            .good()
            .contains("95 % interval")
    );

    // What a connection's own rule says of fees is what is weighed.
    let connection = desk.call(&["connection", "list", "--json"]).json()[0]["id"].clone();
    let currency = case["amount"]["currency"].as_str().unwrap();
    let fee = [
        "fee",
        "set",
        "--kind",
        "platform",
        "--amount",
        "16.00",
        "--from",
        "2020-01-01",
    ];
    let whose = [
        "--connection",
        connection.as_str().unwrap(),
        "--currency",
        currency,
    ];
    desk.call(&[&fee[..], &whose].concat()).good();
    let advice = desk.call(&["case", "advise", &dispute, "--json"]).json();
    // Talk costs nothing.
    let lost = if case["stage"] == "inquiry" {
        "0.00"
    } else {
        "16.00"
    };
    let told = format!("for a contest won, {lost} {currency} for one lost");
    assert!(advice["reasons"].to_string().contains(&told), "{advice}");

    let reason = case["reason"].as_str().unwrap();
    let add = [
        "rule",
        "add",
        "--client",
        "Acme",
        "--name",
        "peace",
        "never-contest",
    ];
    desk.call(&add).refused(&["--reason"]);
    desk.call(&[&add[..], &["--reason", reason]].concat()).good();
    desk.call(&["rule", "try", "peace"]).good();
    desk.call(&["rule", "activate", "peace", "--by", "lena"]).good();
    let advice = desk.call(&["case", "advise", &dispute, "--json"]).json();
    assert_ne!(advice["advice"], "contest");
    assert!(
        advice["reasons"][0].as_str().unwrap().contains("peace v1"),
        "{advice}"
    );
    let contest = [
        "respond",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        "no",
    ];
    desk.call(&contest).refused(&["peace v1", "--override-rule"]);
    assert_eq!(desk.case(&dispute)["responses"], json!([]));
    desk.call(&[&contest[..], &["--override-rule", "the client asked for it"]].concat())
        .good();
    let history = desk.case(&dispute)["history"].to_string();
    assert!(history.contains("the client asked for it"), "{history}");
}

/// Without the rule nobody wants what it prepared.
#[tokio::test]
async fn a_rule_that_ends_takes_back_what_it_prepared() {
    let (desk, dispute, rule) = prepared_by_a_rule().await;
    desk.call(&["rule", "retire", &rule]).good();
    let case = desk.case(&dispute);
    assert_eq!(case["responses"][0]["state"], "cancelled", "{case}");
    let hits = desk.call(&["rule", "hits", &rule, "--json"]).json();
    assert!(hits.to_string().contains("taken back"), "{hits}");
    desk.work();
    assert_eq!(desk.case(&dispute)["responses"].as_array().unwrap().len(), 1);
}

/// A dry run counts only what the rule could have done.
#[tokio::test]
async fn a_dry_run_leaves_out_platforms_at_which_nothing_can_be_accepted() {
    let desk = Desk::everywhere(40);
    desk.join("shopify", "Acme", 0);
    desk.join("paypal", "Acme", 0);
    desk.call(&["sync"]).good();
    let closed = desk.call(&["case", "list", "--state", "closed", "--json"]).json();
    let past = |platform: &str| {
        let all = closed.as_array().unwrap().iter();
        all.filter(|case| case["platform"] == platform && case["amount"]["currency"] == "EUR")
            .count()
    };
    assert!(past("shopify") > 0 && past("paypal") > 0, "{closed}");
    let add = [
        "rule",
        "add",
        "--client",
        "Acme",
        "--name",
        "small",
        "auto-accept-below",
        "100000",
        "EUR",
    ];
    desk.call(&add).good();
    let dry = desk.call(&["rule", "try", "small", "--json"]).json();
    let before = dry["before"].as_array().unwrap();
    assert!(!before.is_empty());
    assert!(
        before.iter().all(|touched| touched["platform"] == "paypal"),
        "{dry}"
    );
}
