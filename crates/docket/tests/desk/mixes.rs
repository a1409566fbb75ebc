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

/// What waits for us comes by its next action, on whatever platform. The days are far enough that each case stands on the
/// first step before its deadline.
#[tokio::test]
async fn the_queue_goes_by_the_next_action_across_platforms() {
    let desk = Desk::with(0, &["--platforms", "varied"]);
    let mut days = (0..).map(|n| 8 + n * 7 % 13);
    let mut expected = Vec::new();
    for (index, account) in desk.accounts.iter().enumerate() {
        for platform in account["platforms"].as_array().unwrap() {
            let platform = platform.as_str().unwrap();
            desk.join(platform, account["name"].as_str().unwrap(), index);
            let day: i64 = days.next().unwrap();
            let wish = json!({"due_in_seconds": day * 86_400});
            let dispute = desk.plant_on(platform, index, 1, &wish).await.remove(0);
            expected.push((day, platform, dispute));
        }
    }
    expected.sort();
    desk.call(&["sync"]).good();
    let queue = desk.cases(&["--open"]);
    let ids: Vec<&str> = queue
        .iter()
        .map(|case| case["platform_dispute_id"].as_str().unwrap())
        .collect();
    let wanted: Vec<&str> = expected.iter().map(|(_, _, dispute)| dispute.as_str()).collect();
    assert_eq!(ids, wanted);
    let next: Vec<DateTime<Utc>> = queue.iter().map(|case| time(&case["next_action_at"])).collect();
    assert!(next.is_sorted(), "{next:?}");
    for case in &queue {
        assert!(time(&case["next_action_at"]) < time(&case["deadline"]), "{case}");
        assert_eq!(case["turn"], "ours");
    }
    let platforms: Vec<&str> = expected.iter().map(|(_, platform, _)| *platform).collect();
    let changes = platforms.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(
        changes > 4,
        "the platforms stand mixed in one order: {platforms:?}"
    );
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
