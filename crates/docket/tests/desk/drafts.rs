//! Drafts, review and four eyes, through the real binary against the simulator.

use serde_json::{Value, json};

use crate::support::{Desk, Engine, Said, database, on_both_engines};

const ACCEPT: [&str; 6] = [
    "accept",
    "--type",
    "refund",
    "--note",
    "we lost the parcel",
    "--yes",
];

/// A desk with one dispute that waits for us.
async fn one(engine: Engine, seconds: u64) -> Option<(Desk, Option<docket_store::testing::TestDb>, String)> {
    let mut desk = Desk::new(0);
    let (kept, url) = database(engine).await?;
    desk.set("DATABASE__URL", &url);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, seconds).await.remove(0);
    desk.call(&["sync"]).good();
    Some((desk, Some(kept), dispute))
}

async fn embedded(seconds: u64) -> (Desk, String) {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, seconds).await.remove(0);
    desk.call(&["sync"]).good();
    (desk, dispute)
}

impl Desk {
    fn save(&self, dispute: &str, note: &str, more: &[&str]) -> Said {
        let words = [
            "draft",
            "save",
            dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            note,
        ];
        self.call(&[&words[..], more].concat())
    }

    fn draft(&self, dispute: &str) -> Value {
        self.call(&["draft", "show", dispute, "--json"]).json()
    }

    fn approve(&self, dispute: &str, by: &str) -> Said {
        self.call(&["draft", "approve", dispute, "--by", by])
    }

    async fn journal(&self) -> usize {
        self.get("paypal/journal").await.as_array().unwrap().len()
    }

    /// How often people were told this.
    fn told(&self, kind: &str) -> usize {
        let all = self.call(&["notice", "list", "--json"]).json();
        let all = all.as_array().unwrap().iter();
        all.filter(|notice| notice["kind"] == kind).count()
    }

    fn responses(&self) -> Vec<Value> {
        let all = self.call(&["respond", "list", "--json"]).json();
        all.as_array().unwrap().clone()
    }

    fn in_state(&self, state: &str) -> usize {
        let all = self.call(&["case", "list", "--state", state, "--json"]).json();
        all.as_array().unwrap().len()
    }

    fn history(&self, dispute: &str) -> Vec<(String, String)> {
        let text = |h: &Value, key: &str| h[key].as_str().unwrap().to_owned();
        let case = self.case(dispute);
        let all = case["history"].as_array().unwrap().clone();
        all.iter().map(|h| (text(h, "kind"), text(h, "actor"))).collect()
    }
}

fn has(history: &[(String, String)], kind: &str, actor: &str) -> bool {
    history
        .iter()
        .any(|(k, a)| (k.as_str(), a.as_str()) == (kind, actor))
}

async fn from_draft_to_proof(engine: Engine) {
    let Some((desk, _kept, dispute)) = one(engine, 86_400 * 5).await else {
        return;
    };
    let proof = desk.file("proof.pdf", &crate::platforms::pdf());
    desk.save(&dispute, "it came", &["--by", "ada", "--file", &proof])
        .good();
    let limits = desk.draft(&dispute)["limits"].clone();
    let texts = limits
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["what"] == "characters of one text");
    assert_eq!(
        (&texts.unwrap()["used"], &texts.unwrap()["most"]),
        (&json!(7), &json!(2000)),
        "{limits}"
    );
    assert_eq!((desk.in_state("drafting"), desk.in_state("in_review")), (1, 0));
    desk.approve(&dispute, "bob")
        .refused(&["not in review", "docket draft review"]);
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    assert_eq!((desk.in_state("drafting"), desk.in_state("in_review")), (0, 1));
    assert_eq!(desk.told("review_asked"), 1, "who could check it is told");
    // Whoever wrote it is no second person, however the name is spelled.
    for name in ["ada", " ADA "] {
        desk.approve(&dispute, name)
            .refused(&["nobody approves what they wrote"]);
    }
    desk.call(&["draft", "return", &dispute, "--note", " ", "--by", "bob"])
        .refused(&["--note"]);
    desk.call(&["draft", "return", &dispute, "--note", "say when", "--by", "bob"])
        .good();
    assert_eq!(desk.draft(&dispute)["returned"], "say when");
    desk.save(&dispute, "it came on Monday", &["--by", "ada", "--file", &proof])
        .good();
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    desk.call(&["draft", "approve", &dispute, "--version", "1", "--by", "bob"])
        .refused(&["version 2 is in review"]);
    desk.work();
    assert_eq!(desk.journal().await, 0, "nothing goes out before the approval");
    desk.call(&["draft", "approve", &dispute, "--version", "2", "--by", "bob"])
        .good();
    assert_eq!(desk.draft(&dispute)["state"], "approved");
    desk.work();
    assert_eq!(desk.responses()[0]["state"], "confirmed");
    assert_eq!(desk.journal().await, 1);
    let over = desk.draft(&dispute);
    assert_eq!(
        (&over["current"], &over["submission_state"], &over["version"]),
        (&json!(false), &json!("confirmed"), &json!(2)),
        "{over}"
    );
    let history = desk.history(&dispute);
    for (kind, actor) in [
        ("draft_saved", "ada"),
        ("review_asked", "ada"),
        ("draft_returned", "bob"),
        ("draft_approved", "bob"),
        ("response_prepared", "bob"),
        ("confirmed", "worker"),
    ] {
        assert!(has(&history, kind, actor), "{kind} by {actor} in {history:?}");
    }
}

async fn money_never_moves_by_one_person(engine: Engine) {
    let Some((desk, _kept, dispute)) = one(engine, 86_400 * 5).await else {
        return;
    };
    let accept = [&["respond", &dispute], &ACCEPT[..]].concat();
    let said = desk.call(&[&accept[..], &["--wait", "--json"]].concat());
    assert!(said.err.contains("waits for a second person"), "{}", said.err);
    let waiting = said.json();
    assert_eq!(
        (&waiting["state"], &waiting["four_eyes"]),
        (&json!("in_review"), &json!({ "why": "money" })),
        "{waiting}"
    );
    assert!(
        waiting["consequence"]
            .as_str()
            .unwrap()
            .contains("cannot be undone")
    );
    // Asking for the same again changes nothing.
    desk.call(&accept).good();
    assert_eq!(desk.draft(&dispute)["version"], 1);
    desk.call(&["draft", "send", &dispute, "--yes"])
        .refused(&["a second person must approve this"]);
    desk.approve(&dispute, "tester")
        .refused(&["nobody approves what they wrote"]);
    desk.work();
    assert!(desk.responses().is_empty());
    assert_eq!(desk.journal().await, 0, "nothing reached the platform");
    desk.approve(&dispute, "lena").good();
    desk.work();
    assert_eq!(desk.responses()[0]["state"], "confirmed");
    assert_eq!(desk.case(&dispute)["outcome"], "accepted");
}

async fn a_change_after_the_approval_takes_it_away(engine: Engine) {
    let Some((desk, _kept, dispute)) = one(engine, 86_400 * 5).await else {
        return;
    };
    let later = ["--by", "ada", "--at", "20h"];
    desk.save(&dispute, "first", &later).good();
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    desk.approve(&dispute, "bob").good();
    desk.work();
    assert_eq!(desk.case(&dispute)["work_state"], "ready_to_send");
    assert_eq!(desk.responses()[0]["state"], "prepared", "its time has not come");
    desk.save(&dispute, "second", &["--by", "ada"]).good();
    assert_eq!(desk.case(&dispute)["work_state"], "drafting");
    let held = desk.draft(&dispute);
    assert_eq!(
        (&held["state"], &held["submission"], &held["version"]),
        (&json!("draft"), &Value::Null, &json!(2))
    );
    desk.work();
    assert_eq!(desk.responses()[0]["state"], "cancelled");
    assert_eq!(desk.journal().await, 0);
    // Taken back by hand, it can be approved anew as it is.
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    desk.approve(&dispute, "bob").good();
    desk.call(&["respond", "cancel", &dispute]).good();
    assert_eq!(desk.draft(&dispute)["state"], "draft");
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    desk.approve(&dispute, "bob").good();
    desk.work();
    assert_eq!(desk.journal().await, 1, "sent once");
}

on_both_engines!(
    from_draft_to_proof: from_draft_to_proof_on_sqlite, from_draft_to_proof_on_postgres;
    money_never_moves_by_one_person: money_never_moves_by_one_person_on_sqlite, money_never_moves_by_one_person_on_postgres;
    a_change_after_the_approval_takes_it_away: a_change_takes_the_approval_away_on_sqlite, a_change_takes_the_approval_away_on_postgres;
);

#[tokio::test]
async fn two_who_write_at_the_same_time_see_who_changed_what() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    desk.save(&dispute, "it came", &["--by", "ada"]).good();
    desk.save(
        &dispute,
        "it came",
        &["--by", "bob", "--version", "1", "--at", "20h"],
    )
    .good();
    // Ada has not seen Bob's version.
    let late = desk.save(&dispute, "it came on Monday", &["--by", "ada", "--json"]);
    assert_eq!(late.code, 1);
    assert!(
        late.err.contains("bob saved version 2 since version 1"),
        "{}",
        late.err
    );
    let view: Value = serde_json::from_str(&late.out).unwrap();
    assert_eq!(
        (
            &view["state"],
            &view["their_by"],
            &view["base_version"],
            &view["their_version"]
        ),
        (&json!("conflict"), &json!("bob"), &json!(1), &json!(2))
    );
    assert_eq!(
        (&view["only_yours"], &view["only_theirs"], &view["both"]),
        (&json!(["evidence"]), &json!(["send_at"]), &json!([]))
    );
    assert_eq!(desk.draft(&dispute)["content"]["evidence"][0]["note"], "it came");
    // The proposal is saved as it stands.
    let merged = desk.file("merged.json", view["merged"].to_string().as_bytes());
    let words = ["draft", "save", &dispute, "contest", "--response", &merged];
    desk.call(
        &[
            &words[..],
            &["--version", "2", "--at", "20h", "--by", "ada", "--json"],
        ]
        .concat(),
    )
    .good();
    let kept = desk.draft(&dispute);
    assert_eq!(kept["content"]["evidence"][0]["note"], "it came on Monday");
    assert_eq!(
        (&kept["version"], &kept["writers"]),
        (&json!(3), &json!(["ada", "bob"]))
    );
    assert_eq!(kept["versions"].as_array().unwrap().len(), 3);
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    desk.approve(&dispute, "bob")
        .refused(&["nobody approves what they wrote"]);
    desk.approve(&dispute, "carla").good();
}

#[tokio::test]
async fn process_of_many_who_save_from_the_same_version_one_wins() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    desk.save(&dispute, "it came", &["--by", "ada"]).good();
    let all: Vec<_> = (0..4)
        .map(|n| {
            let (note, by) = (format!("by {n}"), format!("writer {n}"));
            let words = [
                "draft",
                "save",
                &dispute,
                "contest",
                "--evidence",
                "other",
                "--note",
                &note,
            ];
            let mut command = desk.command(&[&words[..], &["--version", "1", "--by", &by]].concat());
            command
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            command.spawn().unwrap()
        })
        .collect();
    let won = all
        .into_iter()
        .filter_map(|mut child| child.wait().unwrap().success().then_some(()))
        .count();
    assert_eq!(won, 1);
    assert_eq!(desk.draft(&dispute)["version"], 2);
}

#[tokio::test]
async fn an_unfinished_draft_is_kept_and_says_what_it_lacks() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    let words = ["draft", "save", &dispute, "accept", "--note", "maybe", "--json"];
    let begun = desk.call(&words).json();
    assert_eq!(
        (&begun["complete"], &begun["state"]),
        (&json!(false), &json!("draft"))
    );
    assert!(begun["missing"].as_str().unwrap().contains("kind"), "{begun}");
    desk.call(&["draft", "review", &dispute])
        .refused(&["not complete", "kind"]);
    desk.call(&["draft", "discard", &dispute]).good();
    desk.call(&["draft", "show", &dispute])
        .refused(&["docket draft save"]);
    assert_eq!(desk.case(&dispute)["work_state"], "triage");
    // Below any limit a contest may go without a second person, as with `docket respond`.
    desk.save(&dispute, "it came", &[]).good();
    desk.call(&["draft", "send", &dispute]).good();
    desk.work();
    assert_eq!(desk.responses()[0]["state"], "confirmed");
}

#[tokio::test]
async fn process_of_two_who_approve_at_the_same_time_one_does() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    desk.save(&dispute, "it came", &["--by", "ada"]).good();
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    let listed = desk.call(&["draft", "list", "--client", "Acme", "--json"]).json();
    assert_eq!(
        (&listed[0]["platform_dispute_id"], &listed[0]["state"]),
        (&json!(dispute), &json!("in_review"))
    );
    let all: Vec<_> = ["bob", "carla", "dana"]
        .iter()
        .map(|by| {
            let mut command = desk.command(&["draft", "approve", &dispute, "--by", by]);
            command
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            command.spawn().unwrap()
        })
        .collect();
    let approved = all
        .into_iter()
        .filter_map(|mut child| child.wait().unwrap().success().then_some(()))
        .count();
    assert_eq!(approved, 1);
    desk.work();
    assert_eq!((desk.responses().len(), desk.journal().await), (1, 1));
    assert_eq!(desk.call(&["draft", "list", "--json"]).json(), json!([]));
}

#[tokio::test]
async fn whoever_answers_beside_anothers_draft_is_told_of_it() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    desk.save(&dispute, "it came", &["--by", "ada"]).good();
    let accept = [&["respond", &dispute], &ACCEPT[..], &["--by", "bob"]].concat();
    desk.call(&accept)
        .refused(&["ada works on another draft", "docket draft show", "--version 1"]);
    let kept = desk.draft(&dispute);
    assert_eq!(
        (&kept["action"], &kept["version"]),
        (&json!("contest"), &json!(1))
    );
}

#[tokio::test]
async fn a_draft_whose_response_was_refused_is_written_on_and_sent_again() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let disputes = desk.plant(0, 12, 86_400 * 5).await;
    desk.call(&["sync"]).good();
    // Goods that were shipped need carrier and number; whether something was shipped only PayPal knows.
    let fulfilled = |dispute: &str, more: &[&str]| {
        let words = [
            "draft",
            "save",
            dispute,
            "contest",
            "--evidence",
            "proof_of_fulfillment",
            "--note",
            "sent",
        ];
        desk.call(&[&words[..], &["--by", "ada"], more].concat()).good();
        desk.call(&["draft", "review", dispute, "--by", "ada"]).good();
        desk.approve(dispute, "bob").good();
    };
    for dispute in &disputes {
        fulfilled(dispute, &[]);
    }
    desk.work();
    let refused: Vec<&String> = disputes
        .iter()
        .filter(|d| desk.draft(d)["submission_state"] == "refused")
        .collect();
    let dispute = refused.first().expect("PayPal refuses some of them");
    let held = desk.draft(dispute);
    assert_eq!(
        (&held["state"], &held["current"]),
        (&json!("draft"), &json!(true)),
        "{held}"
    );
    assert_eq!(desk.case(dispute)["work_state"], "drafting");
    desk.approve(dispute, "bob").refused(&["not in review"]);
    fulfilled(dispute, &["--carrier", "DHL", "--tracking", "JD014600003"]);
    desk.work();
    let over = desk.draft(dispute);
    assert_eq!(
        (&over["submission_state"], &over["version"]),
        (&json!("confirmed"), &json!(2)),
        "{over}"
    );
}

/// A limit of nothing in the dispute's own currency.
fn lower_the_limit(desk: &Desk, dispute: &str) {
    let case = desk.case(dispute);
    let currency = case["amount"]["currency"].as_str().unwrap();
    desk.call(&["client", "limit", "Acme", currency, "0"]).good();
}

#[tokio::test]
async fn above_the_clients_limit_a_contest_needs_two_as_well() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    lower_the_limit(&desk, &dispute);
    desk.contest(&dispute, "it came");
    let waiting = desk.draft(&dispute);
    assert_eq!(
        (&waiting["state"], &waiting["four_eyes"]["why"]),
        (&json!("in_review"), &json!("above_limit"))
    );
    desk.work();
    assert!(desk.responses().is_empty());
    desk.approve(&dispute, "lena").good();
    desk.work();
    assert_eq!(desk.responses()[0]["state"], "confirmed");
    let shown = desk.call(&["client", "show", "Acme", "--json"]).json();
    assert_eq!(shown["limits"][0]["minor"], 0, "{shown}");
}

#[tokio::test]
async fn the_safety_net_never_waits_for_an_approval_and_never_moves_money() {
    let (desk, dispute) = embedded(5 * 3600).await;
    let conceded = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    for dispute in [&dispute, &conceded] {
        lower_the_limit(&desk, dispute);
    }
    // Put up for review before the last hours: here the client allows the net only afterwards.
    desk.contest(&dispute, "it came");
    assert_eq!(desk.draft(&dispute)["state"], "in_review");
    desk.call(&[&["respond", &conceded], &ACCEPT[..]].concat()).good();
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    desk.work();
    let sent = desk.responses();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(
        (&sent[0]["state"], &sent[0]["action"]),
        (&json!("confirmed"), &json!("contest"))
    );
    assert!(has(&desk.history(&dispute), "allowed_by_client_rule", "ladder"));
    // The money waits for a person, and the lead is told so.
    assert_eq!(desk.draft(&conceded)["state"], "in_review");
    let notices = desk.call(&["notice", "list", "--all", "--json"]).json();
    let told: Vec<(&str, &str)> = notices
        .as_array()
        .unwrap()
        .iter()
        .map(|n| (n["kind"].as_str().unwrap(), n["text"].as_str().unwrap()))
        .collect();
    assert!(told.iter().any(|(kind, _)| *kind == "safety_net"), "{told:?}");
    assert!(
        told.iter()
            .any(|(kind, text)| *kind == "lead_called" && text.contains("waits for review")),
        "{told:?}"
    );
}

#[tokio::test]
async fn behind_the_last_rung_what_is_put_up_for_review_goes_at_once() {
    let (desk, first) = embedded(5 * 3600).await;
    let second = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    lower_the_limit(&desk, &first);
    lower_the_limit(&desk, &second);
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    // The ladder's last rung before the deadline passes with nothing there to send; it does not come by again.
    desk.work();
    desk.contest(&first, "it came");
    desk.save(&second, "it came", &["--by", "ada"]).good();
    desk.call(&["draft", "review", &second, "--by", "ada"]).good();
    desk.work();
    let sent = desk.responses();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|s| s["state"] == "confirmed"), "{sent:?}");
    for (dispute, by) in [(&first, "tester"), (&second, "ada")] {
        assert!(has(&desk.history(dispute), "allowed_by_client_rule", by));
    }
    // Money still waits.
    let third = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    desk.call(&[&["respond", &third], &ACCEPT[..]].concat()).good();
    desk.work();
    assert_eq!(desk.responses().len(), 2);
}

#[tokio::test]
async fn without_the_clients_leave_a_contest_above_the_limit_waits_for_a_person() {
    let (desk, dispute) = embedded(23 * 3600).await;
    lower_the_limit(&desk, &dispute);
    desk.contest(&dispute, "it came");
    desk.work();
    assert!(desk.responses().is_empty());
    let notices = desk.call(&["notice", "list", "--all", "--json"]).json();
    let kinds: Vec<&Value> = notices.as_array().unwrap().iter().map(|n| &n["kind"]).collect();
    assert_eq!(kinds, ["review_asked", "ladder_24h"], "{notices}");
    let text = notices[1]["text"].as_str().unwrap();
    assert!(text.contains("a draft waits for review"), "{text}");
}

#[tokio::test]
async fn another_response_that_is_taken_back_leaves_the_review_where_it_was() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    let case = desk.case(&dispute);
    let allowed = case["allowed_actions"].as_array().unwrap();
    assert!(allowed.contains(&json!("contest")), "{case}");
    desk.save(&dispute, "it came", &["--by", "ada"]).good();
    desk.call(&["draft", "review", &dispute, "--by", "ada"]).good();
    // Another response of the case is prepared and taken back: the review goes on.
    let words = [
        "respond",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        "other words",
    ];
    desk.call(&[&words[..], &["--at", "20h"]].concat()).good();
    desk.save(&dispute, "changed", &["--by", "ada"])
        .refused(&["already ready to send", "docket respond cancel"]);
    desk.call(&["respond", "cancel", &dispute]).good();
    assert_eq!(desk.case(&dispute)["work_state"], "in_review");
    desk.approve(&dispute, "bob").good();
    desk.work();
    assert_eq!(desk.journal().await, 1);
}

/// `mia` on the command line and Mia Berg on the pages may be one person.
#[tokio::test]
async fn who_writes_what_needs_two_is_somebody() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    desk.lead("Mia Berg");
    desk.lead("Lena Holm");
    let accept = |by: &str| {
        let words = ["respond", &dispute];
        desk.call(&[&words[..], &ACCEPT[..], &["--by", by]].concat())
    };
    accept("mia").refused(&["mia is nobody here", "--by NAME"]);
    assert_eq!(desk.in_state("in_review"), 0);
    desk.call(&["draft", "discard", &dispute]).good();
    accept("Mia Berg").good();
    desk.approve(&dispute, "mia").refused(&["mia is nobody here"]);
    desk.approve(&dispute, "mia berg").refused(&["wrote"]);
    desk.approve(&dispute, "Lena Holm").good();
    desk.work();
    assert_eq!(desk.responses()[0]["state"], "confirmed");
}

/// What waited for the client goes on where it stood: in review.
#[tokio::test]
async fn a_question_that_ends_leaves_the_review_where_it_was() {
    let (desk, dispute) = embedded(86_400 * 5).await;
    desk.save(&dispute, "it came", &[]).good();
    desk.call(&["draft", "review", &dispute]).good();
    let ask = || {
        let said = desk
            .call(&["info", "ask", &dispute, "--question", "Which carrier?", "--json"])
            .json();
        said["id"].as_str().unwrap().to_owned()
    };
    let question = ask();
    assert_eq!(
        (desk.in_state("waiting_on_client"), desk.in_state("in_review")),
        (1, 0)
    );
    desk.call(&[
        "info",
        "answer",
        &question,
        "--answer",
        "DHL",
        "--plan",
        "the scan today",
    ])
    .good();
    assert_eq!((desk.in_state("drafting"), desk.in_state("in_review")), (0, 1));
    let question = ask();
    desk.call(&["info", "withdraw", &question]).good();
    assert_eq!((desk.in_state("drafting"), desk.in_state("in_review")), (0, 1));
    desk.approve(&dispute, "lena").good();
}
