//! Bad input that platforms and accounts bring: each gets a message that says what to do, pauses where a person is
//! needed, and loses nothing.

use serde_json::{Value, json};

use crate::platforms::ALL;
use crate::support::Desk;

/// The platform refuses: the connection pauses with a reason, what is known stays, and resuming goes on from there.
pub struct Pausing<'a> {
    desk: &'a Desk,
    pub connection: String,
    cases: usize,
}

impl<'a> Pausing<'a> {
    pub async fn on(desk: &'a Desk, platform: &str) -> Self {
        let connection = desk.join(platform, "Acme", 0);
        desk.call(&["sync"]).good();
        let cases = desk.cases(&[]).len();
        desk.plant_on(platform, 0, 2, &Value::Null).await;
        Self {
            desk,
            connection,
            cases,
        }
    }

    #[track_caller]
    pub fn pauses(&self, words: &[&str]) {
        let desk = self.desk;
        desk.call(&["sync"]).refused(words);
        let shown = desk.connection(&self.connection);
        assert_eq!(shown["state"], "paused", "{shown}");
        let why = shown["paused_why"].as_str().unwrap();
        assert!(words.iter().all(|word| why.contains(word)), "{why}");
        desk.call(&["sync", "--connection", &self.connection])
            .refused(&["paused", "docket connection resume"]);
        assert_eq!(desk.cases(&[]).len(), self.cases, "nothing is lost");
    }

    #[track_caller]
    pub fn goes_on(&self) {
        let said = self.desk.call(&["sync", "--json"]).json();
        assert_eq!((&said["new"], &said["failed"]), (&json!(2), &json!(0)), "{said}");
        assert_eq!(self.desk.connection(&self.connection)["state"], "active");
    }

    pub fn resume(&self) {
        self.desk.call(&["connection", "resume", &self.connection]).good();
    }
}

#[tokio::test]
async fn a_revoked_token_pauses_until_there_are_new_credentials() {
    let desk = Desk::everywhere(60);
    let pausing = Pausing::on(&desk, "shopify").await;
    desk.shop(0, &json!({"revoke_tokens": true})).await;
    pausing.pauses(&["token", "docket connection authorize"]);
    let checked = desk.call(&["connection", "check", &pausing.connection]);
    assert_eq!(checked.code, 1, "{}", checked.out);
    assert!(
        checked.out.contains("docket connection authorize"),
        "{}",
        checked.out
    );
    desk.shop(0, &json!({"revoke_tokens": false})).await;
    desk.replace_credentials(&pausing.connection, &desk.credentials("shopify", 0))
        .good();
    pausing.goes_on();
}

#[tokio::test]
async fn a_wrong_key_at_klarna_pauses_until_there_is_a_right_one() {
    let desk = Desk::everywhere(60);
    let mut wrong = desk.credentials("klarna", 0);
    wrong["password"] = json!("klarna_test_api_nothing");
    let connection = desk.join_with("klarna", "Acme", 0, &wrong);
    let checked = desk.call(&["connection", "check", &connection]);
    assert_eq!(checked.code, 1, "{}", checked.out);
    assert!(checked.out.contains("password or API key"), "{}", checked.out);
    desk.call(&["sync"]).refused(&["password or API key"]);
    assert_eq!(desk.connection(&connection)["state"], "paused");
    desk.replace_credentials(&connection, &json!({"username": "x"}))
        .refused(&["password"]);
    assert_eq!(
        desk.connection(&connection)["state"],
        "paused",
        "unusable ones change nothing"
    );
    desk.replace_credentials(&connection, &desk.credentials("klarna", 0))
        .good();
    desk.plant_on("klarna", 0, 6, &Value::Null).await;
    assert!(desk.call(&["sync", "--json"]).json()["new"].as_u64().unwrap() > 5);
    let all = format!(
        "{}{}",
        desk.call(&["connection", "list", "--json"]).out,
        desk.call(&["doctor"]).out
    );
    assert!(!all.contains("klarna_test_api"), "{all}");
}

#[tokio::test]
async fn a_frozen_shop_pauses_until_the_bill_is_paid() {
    let desk = Desk::everywhere(60);
    let pausing = Pausing::on(&desk, "shopify").await;
    desk.shop(0, &json!({"frozen": true})).await;
    pausing.pauses(&["frozen", "bill", "resume"]);
    desk.shop(0, &json!({"frozen": false})).await;
    pausing.resume();
    pausing.goes_on();
}

#[tokio::test]
async fn a_locked_shop_is_named_at_once_and_left_alone() {
    let desk = Desk::everywhere(60);
    let pausing = Pausing::on(&desk, "shopify").await;
    desk.shop(0, &json!({"locked": true})).await;
    let before = desk.get("counters").await["by_platform"]["shopify"]["requests"].clone();
    desk.call(&["sync"]).refused(&["locked", "admin"]);
    let after = desk.get("counters").await["by_platform"]["shopify"]["requests"].clone();
    let calls = after.as_u64().unwrap() - before.as_u64().unwrap();
    assert!(
        calls <= 2,
        "{calls} calls to a shop that asks to be left alone for hours"
    );
    let shown = desk.connection(&pausing.connection);
    assert_eq!(shown["state"], "active", "nobody has to do anything: {shown}");
    assert!(
        shown["sync_error"].as_str().unwrap().contains("locked"),
        "{shown}"
    );
    desk.shop(0, &json!({"locked": false})).await;
    pausing.goes_on();
}

#[tokio::test]
async fn a_region_that_does_not_fit_is_refused_before_it_is_kept() {
    let desk = Desk::everywhere(0);
    desk.call(&["client", "add", "Acme"]).good();
    let mut keys = desk.credentials("klarna", 0);
    let add = |keys: &Value, base: &str| desk.add("klarna", "Acme", base, keys);
    add(&keys, "https://api-na.klarna.com").refused(&["playground"]);
    add(&keys, "https://api-na.playground.klarna.com").refused(&[
        "region",
        "eu",
        "na",
        "https://api.playground.klarna.com",
    ]);
    keys["region"] = json!("mars");
    add(&keys, &desk.klarna).refused(&["region", "eu, na or oc"]);
    let wrong_shop = desk.credentials("shopify", 0);
    desk.add("shopify", "Acme", "https://another.myshopify.com", &wrong_shop)
        .refused(&["another host"]);
    desk.add("stripe", "Acme", &desk.klarna, &keys)
        .refused(&["stripe", "paypal, klarna, shopify"]);
    assert_eq!(desk.add("Stripe!", "Acme", &desk.klarna, &keys).code, 2);
    assert_eq!(desk.call(&["connection", "list", "--json"]).json(), json!([]));
}

#[tokio::test]
async fn a_lapsed_api_version_raises_an_alarm_and_goes_on() {
    let desk = Desk::everywhere(60);
    let mut old = desk.credentials("shopify", 0);
    old["api_version"] = json!("2025-10");
    let connection = desk.join_with("shopify", "Acme", 0, &old);
    desk.plant_on("shopify", 0, 6, &Value::Null).await;
    let said = desk.call(&["sync", "--json"]).json();
    assert_eq!(said["failed"], 0, "{said}");
    assert!(said["new"].as_u64().unwrap() > 5, "{said}");
    let alarm = desk.connection(&connection)["alarm"].clone();
    assert!(alarm.as_str().unwrap().contains("2025-10"), "{alarm}");
    let checked = desk.call(&["connection", "check", &connection]);
    assert_eq!(checked.code, 1);
    assert!(
        checked.out.contains("instead of 2025-10") && checked.out.contains("update Docket"),
        "{}",
        checked.out
    );
    desk.replace_credentials(&connection, &desk.credentials("shopify", 0))
        .good();
    desk.call(&["sync"]).good();
    assert_eq!(desk.connection(&connection)["alarm"], Value::Null, "it is over");
    old["api_version"] = json!("latest");
    desk.replace_credentials(&connection, &old)
        .refused(&["api_version", "2026-10"]);
}

#[tokio::test]
async fn a_page_of_html_is_named_and_pauses_nothing() {
    let desk = Desk::everywhere(30);
    for platform in ALL {
        let name = format!("Client of {platform}");
        let connection = desk.join(platform, &name, 0);
        desk.call(&["sync", "--connection", &connection]).good();
        desk.plant_on(platform, 0, 1, &Value::Null).await;
        desk.post("faults", &json!({"garbage": 1.0})).await;
        desk.call(&["sync", "--connection", &connection])
            .refused(&["HTML"]);
        let shown = desk.connection(&connection);
        assert_eq!(shown["state"], "active", "{shown}");
        assert!(shown["sync_error"].as_str().unwrap().contains("HTML"), "{shown}");
        desk.post("faults", &json!({})).await;
        let said = desk.call(&["sync", "--connection", &connection, "--json"]).json();
        assert_eq!(
            (&said["new"], &said["failed"]),
            (&json!(1), &json!(0)),
            "{platform}: {said}"
        );
        assert_eq!(desk.connection(&connection)["sync_error"], Value::Null);
    }
}

/// HTTP 200 with errors in it: what came is kept, what is missing is said.
#[tokio::test]
async fn answers_with_errors_in_them_keep_what_they_hold() {
    let desk = Desk::everywhere(60);
    let connection = desk.join("shopify", "Acme", 0);
    desk.plant_on("shopify", 0, 6, &Value::Null).await;
    desk.shop(0, &json!({"protected_data": false})).await;
    let said = desk.call(&["sync", "--json"]).json();
    assert_eq!(said["failed"], 0, "{said}");
    assert!(said["new"].as_u64().unwrap() > 5, "{said}");
    assert_eq!(desk.connection(&connection)["state"], "active");
    let remote = desk
        .get(&format!(
            "shopify/disputes?client_id={}",
            desk.accounts[0]["client_id"].as_str().unwrap()
        ))
        .await;
    let cases = desk.cases(&[]);
    assert_eq!(cases.len(), remote.as_array().unwrap().len());
    assert!(
        cases
            .iter()
            .all(|case| case["amount"]["minor"].as_i64().unwrap() > 0)
    );
}

/// Outages wait in the register of exclusions without anybody asking for them.
#[tokio::test]
async fn an_outage_that_ends_is_told_to_the_register_of_exclusions() {
    let desk = Desk::new(1);
    desk.client("Acme", 0);
    desk.call(&["sync"]).good();
    let queued = |desk: &Desk| {
        let jobs = desk.call(&["job", "list", "--json"]).json();
        let jobs = jobs.as_array().unwrap().iter();
        jobs.filter(|job| job["kind"] == "propose_exclusions").count()
    };
    desk.post("faults", &json!({"garbage": 1.0})).await;
    assert_ne!(desk.call(&["sync"]).code, 0);
    assert_eq!(queued(&desk), 0, "it goes on");
    desk.post("faults", &json!({})).await;
    desk.call(&["sync"]).good();
    assert_eq!(queued(&desk), 1);
    desk.call(&["sync"]).good();
    assert_eq!(queued(&desk), 1, "nothing new ended");
}
