//! The safety net's last resort, through the real binary against the simulator.

use serde_json::{Value, json};

use crate::support::{Desk, Engine, database};

const HOUR: u64 = 3600;

/// A desk whose client allows the net, with a dispute that is so near to its deadline.
async fn near(engine: Engine, seconds: u64) -> Option<(Desk, docket_store::testing::TestDb, String)> {
    let mut desk = Desk::new(0);
    let (kept, url) = database(engine).await?;
    desk.set("DATABASE__URL", &url);
    desk.client("Acme", 0);
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    let dispute = desk.plant(0, 1, seconds).await.remove(0);
    desk.call(&["sync"]).good();
    Some((desk, kept, dispute))
}

fn bring(desk: &Desk, dispute: &str) {
    let text = "Delivered on 2 November to the buyer's own address, signed by the buyer.";
    desk.call(&["evidence", "add", dispute, "delivery_proof", "--text", text])
        .good();
}

fn told(desk: &Desk) -> Vec<String> {
    let notices = desk.call(&["notice", "list", "--all", "--json"]).json();
    let kinds = notices.as_array().unwrap().iter();
    kinds.map(|n| n["kind"].as_str().unwrap().to_owned()).collect()
}

fn sent(desk: &Desk, dispute: &str) -> Vec<Value> {
    let all = desk
        .call(&["respond", "list", "--case", dispute, "--json"])
        .json();
    all.as_array().unwrap().clone()
}

async fn the_packet_goes(engine: Engine) {
    let Some((desk, _kept, dispute)) = near(engine, 5 * HOUR).await else {
        return;
    };
    bring(&desk, &dispute);
    let idle = desk.plant(0, 1, 5 * HOUR).await.remove(0);
    desk.call(&["sync"]).good();
    desk.work();
    let answers = sent(&desk, &dispute);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(
        (&answers[0]["state"], &answers[0]["action"]),
        (&json!("confirmed"), &json!("contest"))
    );
    let history = desk.case(&dispute)["history"].clone();
    let by_rule = |h: &Value| h["kind"] == "allowed_by_client_rule" && h["actor"] == "ladder";
    assert!(history.as_array().unwrap().iter().any(by_rule), "{history}");
    // With nothing to show nothing is sent, and the lead was called for both.
    assert_eq!(sent(&desk, &idle), [Value::Null; 0]);
    let kinds = told(&desk);
    let count = |kind: &str| kinds.iter().filter(|k| *k == kind).count();
    assert_eq!((count("lead_called"), count("safety_net")), (2, 1), "{kinds:?}");
    // A second look sends nothing more.
    desk.work();
    assert_eq!(sent(&desk, &dispute).len(), 1);
    let journal = desk.get("paypal/journal").await;
    assert_eq!(journal.as_array().unwrap().len(), 1, "{journal}");
}

#[tokio::test]
async fn for_what_nobody_prepared_the_packet_goes_on_sqlite() {
    the_packet_goes(Engine::Sqlite).await;
}

#[tokio::test]
async fn for_what_nobody_prepared_the_packet_goes_on_postgres() {
    the_packet_goes(Engine::Postgres).await;
}

#[tokio::test]
async fn without_the_clients_leave_nothing_goes() {
    let (desk, _kept, dispute) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    desk.call(&["client", "safety-net", "Acme", "off"]).good();
    bring(&desk, &dispute);
    desk.work();
    assert_eq!(sent(&desk, &dispute), [Value::Null; 0]);
    assert_eq!(told(&desk), ["lead_called"]);
}

#[tokio::test]
async fn who_writes_has_until_an_hour_before_and_who_gives_in_is_not_overruled() {
    let (desk, _kept, written) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    let save = |dispute: &str, words: &[&str]| {
        desk.call(&[&["draft", "save", dispute], words].concat()).good();
    };
    let contest = ["contest", "--evidence", "other", "--note", "it came"];
    save(&written, &contest);
    bring(&desk, &written);
    let conceded = desk.plant(0, 1, 1800).await.remove(0);
    let late = desk.plant(0, 1, 1800).await.remove(0);
    desk.call(&["sync"]).good();
    save(&conceded, &["accept", "--type", "refund", "--note", "we lost it"]);
    bring(&desk, &conceded);
    save(&late, &contest);
    desk.work();
    assert_eq!(
        sent(&desk, &written),
        [Value::Null; 0],
        "five hours are left to its writer"
    );
    assert_eq!(sent(&desk, &conceded), [Value::Null; 0]);
    let case = desk.case(&conceded)["id"].clone();
    let notices = desk.call(&["notice", "list", "--all", "--json"]).json();
    let of_conceded = notices.as_array().unwrap().iter().filter(|n| n["case"] == case);
    assert_eq!(
        of_conceded.count(),
        2,
        "at the rung, and in the last hour: {notices}"
    );
    let answers = sent(&desk, &late);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0]["state"], "confirmed");
    assert_eq!(
        desk.call(&["draft", "show", &late, "--json"]).json()["state"],
        "approved"
    );
    let waiting = desk.call(&["job", "list", "--json"]).json();
    let nets = waiting
        .as_array()
        .unwrap()
        .iter()
        .filter(|j| j["kind"] == "safety_net");
    assert_eq!(nets.count(), 3, "each is watched until its deadline: {waiting}");
}

#[tokio::test]
async fn a_rule_that_never_contests_binds_the_net_and_whoever_approves() {
    let (desk, _kept, dispute) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    bring(&desk, &dispute);
    let reason = desk.case(&dispute)["reason"].as_str().unwrap().to_owned();
    let rule = [
        "rule",
        "add",
        "--client",
        "Acme",
        "--name",
        "peace",
        "never-contest",
        "--reason",
        &reason,
    ];
    desk.call(&rule).good();
    desk.call(&["rule", "try", "peace"]).good();
    desk.call(&["rule", "activate", "peace", "--by", "bob"]).good();
    desk.call(&[
        "draft",
        "save",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        "it came",
    ])
    .good();
    desk.call(&["draft", "send", &dispute])
        .refused(&["peace v1", "--override-rule"]);
    desk.call(&["draft", "discard", &dispute]).good();
    desk.work();
    assert_eq!(sent(&desk, &dispute), [Value::Null; 0]);
    assert_eq!(told(&desk), ["lead_called"]);
}

/// What somebody wrote against a preliminary loss goes at the last; what nobody wrote does not, for a fee may follow.
#[tokio::test]
async fn an_appeal_that_somebody_wrote_goes_and_no_other() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    let wish = json!({"status": "PRE_ARBITRATION", "due_in_seconds": 1800});
    let disputes = desk.plant_on("klarna", 0, 2, &wish).await;
    desk.call(&["sync"]).good();
    for dispute in &disputes {
        bring(&desk, dispute);
    }
    let why = [
        "--evidence",
        "other",
        "--note",
        "The proof of delivery was not looked at.",
    ];
    desk.call(&[&["draft", "save", &disputes[0], "appeal"], &why[..]].concat())
        .good();
    desk.work();
    let answers = sent(&desk, &disputes[0]);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(
        (&answers[0]["state"], &answers[0]["action"]),
        (&json!("confirmed"), &json!("appeal"))
    );
    assert_eq!(sent(&desk, &disputes[1]), [Value::Null; 0]);
    let lead = told(&desk).iter().filter(|kind| *kind == "lead_called").count();
    assert!(
        lead >= 2,
        "the lead is called for both, at the rung and at the last"
    );
}

/// A refusal with hours left is not the end: the lead is called at once, and the packet goes instead.
#[tokio::test]
async fn what_is_refused_in_the_last_hours_is_followed_by_the_packet() {
    let (desk, _kept, first) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    let mut disputes = desk.plant(0, 11, 5 * HOUR).await;
    disputes.push(first);
    desk.call(&["sync"]).good();
    // Goods that were shipped need carrier and number; whether something was shipped only PayPal knows.
    for dispute in &disputes {
        let contest = [
            "contest",
            "--evidence",
            "proof_of_fulfillment",
            "--note",
            "sent",
            "--at",
            "4h",
        ];
        desk.call(&[&["respond", dispute], &contest[..]].concat()).good();
        bring(&desk, dispute);
    }
    desk.work();
    let mut followed = 0;
    for dispute in &disputes {
        let states: Vec<String> = sent(&desk, dispute)
            .iter()
            .map(|answer| answer["state"].as_str().unwrap().to_owned())
            .collect();
        match states.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["confirmed"] => {}
            ["refused", "confirmed"] => followed += 1,
            _ => panic!("{dispute}: {states:?}"),
        }
    }
    assert!(followed > 0, "PayPal refuses some of them");
    let lead = told(&desk).iter().filter(|kind| *kind == "lead_called").count();
    assert_eq!(lead, followed, "the lead hears of each");
}

/// No clock sends money before the hour that people chose.
#[tokio::test]
async fn money_that_waits_for_its_hour_is_not_brought_forward() {
    let (desk, _kept, dispute) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    let accept = [
        "accept",
        "--type",
        "refund",
        "--note",
        "we lost it",
        "--yes",
        "--at",
        "4h",
    ];
    desk.call(&[&["respond", &dispute], &accept[..]].concat()).good();
    desk.call(&["draft", "approve", &dispute, "--version", "1", "--by", "bob"])
        .good();
    let planned = sent(&desk, &dispute)[0]["send_at"].clone();
    desk.work();
    let after = sent(&desk, &dispute)[0].clone();
    assert_eq!(
        (&after["state"], &after["send_at"]),
        (&json!("prepared"), &planned)
    );
    assert_eq!(told(&desk), ["review_asked", "lead_called"]);
}

/// What somebody wrote and the platform does not take keeps no answer from going out.
#[tokio::test]
async fn where_the_draft_cannot_go_the_packet_does() {
    let (desk, _kept, dispute) = near(Engine::Sqlite, 1800).await.unwrap();
    let long = "The parcel was delivered to the buyer. ".repeat(60);
    let save = [
        "draft",
        "save",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        &long,
    ];
    desk.call(&save).good();
    bring(&desk, &dispute);
    desk.work();
    let answers = sent(&desk, &dispute);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0]["state"], "confirmed");
}

/// What the worker put off comes due, and a response's time lies further back.
async fn later(kept: &docket_store::testing::TestDb) {
    for past in [
        "UPDATE jobs SET run_at = '2020-01-01T00:00:00+00:00' WHERE kind IN ('safety_net', 'submit_response') RETURNING 1",
        "UPDATE submissions SET send_at = '2020-01-01T00:00:00+00:00' WHERE state = 'prepared' RETURNING 1",
    ] {
        docket_store::testing::count(&kept.db, past).await;
    }
}

/// The lead who was called asks the client, and the client agrees.
#[tokio::test]
async fn leave_that_comes_in_the_last_hours_still_counts() {
    let (desk, kept, dispute) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    desk.call(&["client", "safety-net", "Acme", "off"]).good();
    bring(&desk, &dispute);
    desk.work();
    assert_eq!(told(&desk), ["lead_called"]);
    assert_eq!(sent(&desk, &dispute), [Value::Null; 0]);
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    let past = "UPDATE jobs SET run_at = '2020-01-01T00:00:00+00:00' WHERE kind = 'safety_net' RETURNING 1";
    docket_store::testing::count(&kept.db, past).await;
    desk.work();
    let answers = sent(&desk, &dispute);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0]["state"], "confirmed");
}

/// Who only talks has not decided against a contest.
#[tokio::test]
async fn a_draft_that_only_talks_does_not_hold_the_net_back() {
    let (desk, _kept, dispute) = near(Engine::Sqlite, 1800).await.unwrap();
    desk.call(&[
        "draft",
        "save",
        &dispute,
        "supporting-info",
        "--note",
        "more to come",
    ])
    .good();
    bring(&desk, &dispute);
    desk.work();
    let answers = sent(&desk, &dispute);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(
        (&answers[0]["state"], &answers[0]["action"]),
        (&json!("confirmed"), &json!("contest"))
    );
}

/// A response that is prepared is not yet at the platform.
#[tokio::test]
async fn a_response_that_does_not_get_through_calls_desk_and_lead_once() {
    let (desk, kept, dispute) = near(Engine::Sqlite, 5 * HOUR).await.unwrap();
    desk.contest(&dispute, "it came");
    let connection = desk.call(&["connection", "list", "--json"]).json()[0]["id"].clone();
    let connection = connection.as_str().unwrap();
    desk.call(&[
        "connection",
        "pause",
        connection,
        "--why",
        "the key was withdrawn",
    ])
    .good();
    desk.work();
    let stuck = |desk: &Desk| told(desk).iter().filter(|kind| *kind == "response_stuck").count();
    assert_eq!(stuck(&desk), 0, "its time has only just come");
    for _ in 0..2 {
        later(&kept).await;
        desk.work();
        assert_eq!(stuck(&desk), 1, "{:?}", told(&desk));
    }
    desk.call(&["connection", "resume", connection]).good();
    later(&kept).await;
    desk.work();
    assert_eq!(sent(&desk, &dispute)[0]["state"], "confirmed");
}
