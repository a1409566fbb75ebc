//! A response that waits for its time, while the platform moves the deadline.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::answering::Platform;
use crate::support::Desk;

const HOUR: i64 = 3600;

struct Held {
    desk: Desk,
    dispute: String,
}

impl Held {
    /// A Klarna dispute that is due in so many hours.
    async fn due_in(hours: u64) -> Self {
        let desk = Desk::everywhere(0);
        desk.client("Acme", 0);
        Platform::Klarna.connect(&desk, "Acme", 0);
        let dispute = Platform::Klarna.plant(&desk, 0, 1, hours * 3600).await.remove(0);
        desk.call(&["sync"]).good();
        Self { desk, dispute }
    }

    fn instant(text: &Value) -> DateTime<Utc> {
        text.as_str().unwrap().parse().unwrap()
    }

    fn deadline(&self) -> DateTime<Utc> {
        Self::instant(&self.desk.case(&self.dispute)["deadline"])
    }

    fn contest_at(&self, at: DateTime<Utc>) {
        let mut args = Platform::Klarna.contest(&self.desk, &self.dispute);
        args.extend(["--at".to_owned(), at.to_rfc3339()]);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.desk.call(&args).good();
    }

    fn response(&self) -> Value {
        self.desk.call(&["respond", "list", "--json"]).json()[0].clone()
    }

    fn send_at(&self) -> DateTime<Utc> {
        Self::instant(&self.response()["send_at"])
    }

    /// The platform gives more time, or takes some away.
    async fn moved_by(&self, hours: i64) {
        let place = format!("klarna/disputes/{}/extend", self.dispute);
        self.desk.post(&place, &json!({ "seconds": hours * HOUR })).await;
        self.desk.call(&["sync", "--full"]).good();
    }
}

#[tokio::test]
async fn what_is_held_until_a_day_before_goes_with_the_deadline_both_ways() {
    let held = Held::due_in(100).await;
    let first = held.deadline();
    held.contest_at(first - Duration::hours(24));
    for (by, after) in [(48, 48), (-60, -12)] {
        held.moved_by(by).await;
        let deadline = first + Duration::hours(after);
        assert_eq!(held.deadline(), deadline);
        assert_eq!(
            held.send_at(),
            deadline - Duration::hours(24),
            "moved by {by} hours"
        );
    }
    // So near that a day before is over: it goes at once, and once.
    held.moved_by(-70).await;
    held.desk.work();
    let response = held.response();
    assert_eq!(response["state"], "confirmed", "{response}");
}

#[tokio::test]
async fn a_time_that_a_person_chose_stays_unless_the_deadline_comes_before_it() {
    let held = Held::due_in(100).await;
    let first = held.deadline();
    let chosen = first - Duration::hours(10);
    held.contest_at(chosen);
    held.moved_by(48).await;
    assert_eq!(held.send_at(), chosen);
    held.moved_by(-68).await;
    assert_eq!(
        held.send_at(),
        first - Duration::hours(21),
        "an hour before the new one"
    );
}

#[tokio::test]
async fn a_review_that_outlasts_its_time_still_ends_before_the_deadline() {
    let held = Held::due_in(100).await;
    let first = held.deadline();
    let amount = held.desk.case(&held.dispute)["amount"].clone();
    let currency = amount["currency"].as_str().unwrap();
    held.desk.call(&["client", "limit", "Acme", currency, "0"]).good();
    held.contest_at(first - Duration::hours(10));
    assert_eq!(held.response(), Value::Null, "it waits for a second person");
    held.moved_by(-20).await;
    let approve = ["draft", "approve", &held.dispute, "--version", "1", "--by", "bob"];
    held.desk.call(&approve).good();
    assert_eq!(held.send_at(), first - Duration::hours(21));
}

#[tokio::test]
async fn a_draft_that_waits_until_a_day_before_goes_with_the_deadline() {
    let held = Held::due_in(100).await;
    let first = held.deadline();
    let amount = held.desk.case(&held.dispute)["amount"].clone();
    let currency = amount["currency"].as_str().unwrap();
    held.desk.call(&["client", "limit", "Acme", currency, "0"]).good();
    held.contest_at(first - Duration::hours(24));
    held.moved_by(48).await;
    let approve = ["draft", "approve", &held.dispute, "--version", "1", "--by", "bob"];
    held.desk.call(&approve).good();
    assert_eq!(held.send_at(), first + Duration::hours(24));
}

/// Whatever the case waits for meanwhile, the client is told of the new time.
#[tokio::test]
async fn an_open_question_moves_with_the_deadline_while_a_response_waits() {
    let held = Held::due_in(100).await;
    let (desk, dispute) = (&held.desk, held.dispute.as_str());
    desk.call(&["info", "ask", dispute, "--question", "Which carrier took it?"])
        .good();
    held.contest_at(held.deadline() - Duration::hours(24));
    assert_ne!(desk.case(dispute)["work_state"], "waiting_on_client");
    let due = || {
        let list = desk.call(&["info", "list", "--case", dispute, "--json"]).json();
        Held::instant(&list[0]["due_at"])
    };
    let before = due();
    held.moved_by(-40).await;
    assert!(due() < before && due() < held.deadline(), "{before} {}", due());
}
