//! Six clients on different platforms in one queue.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::platforms::has;
use crate::support::Desk;

/// What a platform lets a merchant do at all.
fn possible(platform: &str) -> &'static [&'static str] {
    match platform {
        "klarna" => &["accept", "appeal", "contest"],
        "shopify" => &["contest"],
        _ => &[
            "accept",
            "acknowledge_return",
            "appeal",
            "contest",
            "escalate",
            "message",
            "offer",
            "supporting_info",
        ],
    }
}

#[tokio::test]
async fn six_clients_share_one_queue_and_keep_their_own_rules() {
    let desk = Desk::with(240, &["--platforms", "varied"]);
    let mut expected = 0;
    for (index, account) in desk.accounts.iter().enumerate() {
        for platform in account["platforms"].as_array().unwrap() {
            let platform = platform.as_str().unwrap();
            desk.join(platform, account["name"].as_str().unwrap(), index);
            let id = account["client_id"].as_str().unwrap();
            let remote = desk.get(&format!("{platform}/disputes?client_id={id}")).await;
            expected += remote.as_array().unwrap().len();
        }
    }
    let said = desk.call(&["sync", "--json"]).json();
    assert_eq!(
        (&said["new"], &said["failed"]),
        (&json!(expected), &json!(0)),
        "{said}"
    );
    assert_eq!(expected, 240);
    let connections = desk.call(&["connection", "list", "--json"]).json();
    assert_eq!(connections.as_array().unwrap().len(), 11);
    queue_is_in_order(&desk);
    rules_are_the_platforms(&desk);
    // One client's list holds nobody else's cases, whatever the platform.
    let mut sum = 0;
    for account in &desk.accounts {
        let name = account["name"].as_str().unwrap();
        let mine = desk.cases(&["--client", name]);
        let platforms: Vec<&Value> = account["platforms"].as_array().unwrap().iter().collect();
        assert!(
            mine.iter().all(|case| platforms.contains(&&case["platform"])),
            "{name}"
        );
        sum += mine.len();
    }
    assert_eq!(sum, 240);
}

/// The most urgent first: what waits for us by its deadline, on whatever platform; everything else behind it.
fn queue_is_in_order(desk: &Desk) {
    let queue = desk.cases(&["--open"]);
    let mine: Vec<bool> = queue
        .iter()
        .map(|case| case["turn"] == "ours" && case["deadline"].is_string())
        .collect();
    let waiting = mine.iter().filter(|mine| **mine).count();
    assert!(mine[..waiting].iter().all(|mine| *mine), "ours come first");
    let waiting = &queue[..waiting];
    let due: Vec<DateTime<Utc>> = waiting.iter().map(|case| time(&case["deadline"])).collect();
    assert!(due.is_sorted(), "{due:?}");
    for case in waiting.iter().filter(|case| case["next_action_at"].is_string()) {
        assert!(time(&case["next_action_at"]) <= time(&case["deadline"]), "{case}");
    }
    let mut platforms: Vec<&str> = waiting
        .iter()
        .map(|case| case["platform"].as_str().unwrap())
        .collect();
    let changes = platforms.windows(2).filter(|pair| pair[0] != pair[1]).count();
    platforms.sort_unstable();
    platforms.dedup();
    assert_eq!(platforms.len(), 3);
    assert!(changes > 2, "the platforms stand mixed in one order");
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

fn rules_are_the_platforms(desk: &Desk) {
    for case in desk.cases(&[]) {
        let platform = case["platform"].as_str().unwrap();
        let allowed = case["allowed_actions"].as_array().unwrap();
        for action in allowed {
            let action = action.as_str().unwrap();
            assert!(possible(platform).contains(&action), "{action} in {case}");
        }
        if case["turn"] == "ours" && case["deadline"].is_null() {
            assert!(
                has(&case["attention"], "no_deadline"),
                "our turn without a deadline is said: {case}"
            );
        }
        if case["outcome"].is_string() {
            assert!(
                case["turn"] == "nobody" && case["next_action_at"].is_null(),
                "{case}"
            );
        }
    }
    // What a platform does not know is refused with what it does.
    let shopify = desk.cases(&["--platform", "shopify", "--turn", "ours"]).remove(0);
    let id = shopify["platform_dispute_id"].as_str().unwrap();
    let accept = [
        "respond",
        id,
        "accept",
        "--type",
        "refund",
        "--note",
        "lost parcel",
        "--yes",
    ];
    desk.call(&accept).refused(&["admin"]);
    let message = ["respond", id, "message", "--note", "hello"];
    desk.call(&message).refused(&["message"]);
}
