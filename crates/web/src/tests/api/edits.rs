//! Edits say what they started from; nobody's words are overwritten unseen.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use docket_app::{AuditFilter, ClientScope};
use docket_core::id::CaseId;
use docket_core::person::Access;
use docket_core::words::WorkState;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::{Answer, TestDesk};
use super::super::work::toy;
use super::{ask, json as read, problem, program};
use crate::samples::make::Dispute;

/// A case, and two people who work on it.
pub struct Two {
    pub test: TestDesk,
    pub case: CaseId,
    pub mia: String,
    pub jon: String,
}

impl Two {
    pub async fn new(db: TestDb) -> Self {
        let test = TestDesk::on(db).await;
        let account = toy(&test).await;
        let case = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
        let (mia, jon) = (
            program(&test, "Mia", Access::Specialist).await,
            program(&test, "Jon", Access::Lead).await,
        );
        Self { test, case, mia, jon }
    }

    pub async fn ask(
        &self,
        who: &str,
        method: &str,
        rest: &str,
        tag: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let url = format!("/api/v1/cases/{}{rest}", self.case);
        let headers: Vec<(&str, &str)> = match tag {
            Some("first") => vec![("if-none-match", "*")],
            Some(tag) => vec![("if-match", tag)],
            None => Vec::new(),
        };
        ask(&self.test, who, (method, &url), &headers, body.as_ref()).await
    }

    pub async fn save(&self, who: &str, tag: Option<&str>, body: Value) -> Answer {
        self.ask(who, "PUT", "/draft", tag, Some(body)).await
    }

    pub async fn state(&self) -> WorkState {
        let stored = self.test.desk.case(ClientScope::Agency, self.case).await;
        stored.unwrap().case.work_state
    }
}

pub fn contest(note: &str) -> Value {
    json!({ "action": "contest", "evidence": [{ "kind": "other", "note": note }] })
}

pub fn tag(answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{}", answer.body);
    answer.headers["etag"].to_str().unwrap().to_owned()
}

async fn an_edit_without_its_beginning_or_with_an_old_one_changes_nothing(db: TestDb) {
    let two = Two::new(db).await;
    let answer = two.save(&two.mia, None, contest("one")).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(problem(&answer), "no-precondition");
    let first = tag(&two.save(&two.mia, Some("first"), contest("one")).await);
    let second = tag(&two.save(&two.jon, Some(&first), contest("two")).await);
    assert_ne!(first, second);
    let mut late = contest("one");
    late["send_at"] = json!("2026-11-22T09:00:00Z");
    let stale = two.save(&two.mia, Some(&first), late.clone()).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(problem(&stale), "stale");
    let conflict = &read(&stale)["conflict"];
    assert_eq!(conflict["their_by"], "Jon");
    assert_eq!(conflict["only_yours"], json!(["send_at"]));
    assert_eq!(conflict["only_theirs"], json!(["evidence"]));
    assert_eq!(conflict["base"]["evidence"][0]["note"], "one");
    assert_eq!(conflict["merged"]["evidence"][0]["note"], "two");
    assert_eq!(conflict["merged"]["send_at"], late["send_at"]);
    let shown = two.ask(&two.mia, "GET", "/draft", None, None).await;
    assert_eq!(
        (&read(&shown)["version"], tag(&shown)),
        (&json!(2), second.clone())
    );
    for (rest, method) in [
        ("/draft/review", "POST"),
        ("/draft/approve", "POST"),
        ("/draft", "DELETE"),
    ] {
        let answer = two.ask(&two.jon, method, rest, Some(&first), None).await;
        assert_eq!(problem(&answer), "stale", "{rest}");
        let answer = two.ask(&two.jon, method, rest, None, None).await;
        assert_eq!(problem(&answer), "no-precondition", "{rest}");
    }
    let known = [("if-none-match", second.as_str())];
    let url = format!("/api/v1/cases/{}/draft", two.case);
    let again = ask(&two.test, &two.mia, ("GET", &url), &known, None).await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
}

async fn a_second_person_approves_and_the_writer_does_not(db: TestDb) {
    let two = Two::new(db).await;
    let saved = tag(&two
        .save(&two.mia, Some("first"), contest("delivered on Monday"))
        .await);
    let review = two
        .ask(&two.mia, "POST", "/draft/review", Some(&saved), None)
        .await;
    let asked = tag(&review);
    assert_eq!(read(&review)["state"], "in_review");
    let own = two
        .ask(&two.mia, "POST", "/draft/approve", Some(&asked), None)
        .await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = json!({ "note": "say which carrier" });
    let back = two
        .ask(&two.jon, "POST", "/draft/return", Some(&asked), Some(back))
        .await;
    assert_eq!(read(&back)["returned"], "say which carrier");
    let again = two
        .ask(&two.mia, "POST", "/draft/review", Some(&tag(&back)), None)
        .await;
    let approved = two
        .ask(&two.jon, "POST", "/draft/approve", Some(&tag(&again)), None)
        .await;
    assert_eq!(approved.status, StatusCode::ACCEPTED, "{}", approved.body);
    assert_eq!(read(&approved)["state"], "prepared");
    assert_eq!(two.state().await, WorkState::ReadyToSend);
    let rows = two
        .test
        .desk
        .audit_rows(None, &AuditFilter::of_kind("api_approve_draft"), 10)
        .await
        .unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| (r.actor.as_str(), r.outcome.as_deref()))
        .collect();
    assert_eq!(told, [("Jon", Some("done")), ("Mia", Some("refused"))]);
}

async fn what_ends_a_case_wants_a_word_of_its_own(db: TestDb) {
    let two = Two::new(db).await;
    let wish = json!({ "action": "escalate", "note": "the buyer does not answer" });
    let saved = tag(&two.save(&two.mia, Some("first"), wish).await);
    for sure in [json!({}), json!({ "confirm": false })] {
        let answer = two
            .ask(&two.mia, "POST", "/draft/send", Some(&saved), Some(sure))
            .await;
        assert_eq!(problem(&answer), "invalid");
        assert!(read(&answer)["detail"].as_str().unwrap().contains("confirm"));
    }
    assert_ne!(two.state().await, WorkState::ReadyToSend);
}

async fn no_draft_names_a_file_that_is_not_of_its_case(db: TestDb) {
    let two = Two::new(db).await;
    let pixel = STANDARD.decode(PIXEL).unwrap();
    let stranger = two
        .test
        .desk
        .take_file("theirs.gif", pixel.into(), None)
        .await
        .unwrap();
    let with =
        |file: Value| json!({ "action": "contest", "evidence": [{ "kind": "other", "files": [file] }] });
    for file in [json!(stranger), json!("theirs.gif")] {
        let answer = two.save(&two.mia, Some("first"), with(file)).await;
        assert_eq!(problem(&answer), "invalid");
    }
    let piece = json!({
        "kind": "delivery_proof", "file": { "name": "own.gif", "base64": PIXEL },
    });
    let added = two.ask(&two.mia, "POST", "/evidence", None, Some(piece)).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let saved = two.save(&two.mia, Some("first"), with(json!("own.gif"))).await;
    let held = read(&saved)["content"]["evidence"][0]["files"][0].clone();
    assert_eq!(held["name"], "own.gif");
    let again = two.save(&two.mia, Some(&tag(&saved)), with(held)).await;
    assert!(again.status.is_success(), "{}", again.body);
}

async fn a_case_goes_from_hand_to_hand_only_as_it_was_seen(db: TestDb) {
    let two = Two::new(db).await;
    let seen = tag(&two.ask(&two.mia, "GET", "", None, None).await);
    let give = |to: Value| Some(json!({ "assignee": to }));
    let answer = two
        .ask(&two.mia, "PUT", "/assignee", None, give(json!("Mia")))
        .await;
    assert_eq!(problem(&answer), "no-precondition");
    let answer = two
        .ask(
            &two.mia,
            "PUT",
            "/assignee",
            Some(&seen),
            give(json!("Nobody Here")),
        )
        .await;
    assert_eq!(problem(&answer), "invalid");
    let answer = two
        .ask(&two.mia, "PUT", "/assignee", Some(&seen), give(json!("mia")))
        .await;
    assert_eq!(read(&answer)["assignee"], "Mia");
    let late = two
        .ask(&two.jon, "PUT", "/assignee", Some(&seen), give(json!("Jon")))
        .await;
    assert_eq!(problem(&late), "stale");
    let note = two
        .ask(
            &two.jon,
            "POST",
            "/notes",
            None,
            Some(json!({ "text": "called them" })),
        )
        .await;
    assert_eq!(note.status, StatusCode::OK, "{}", note.body);
}

/// Which of the two is first is chance; that only one of them is done is not.
async fn of_two_edits_at_the_same_time_one_is_done(db: TestDb) {
    let two = Two::new(db).await;
    for round in 0..12 {
        let first = tag(&two.save(&two.mia, Some("first"), contest("one")).await);
        let more = contest("what nobody has read");
        let (saved, gone) = tokio::join!(
            two.save(&two.jon, Some(&first), more),
            two.ask(&two.mia, "DELETE", "/draft", Some(&first), None),
        );
        assert!(
            !(saved.status.is_success() && gone.status.is_success()),
            "round {round}: a draft was given up that nobody had read"
        );
        if !gone.status.is_success() {
            let rest = two.ask(&two.mia, "DELETE", "/draft", Some("*"), None).await;
            assert_eq!(rest.status, StatusCode::NO_CONTENT, "{}", rest.body);
        }
        let first = tag(&two.save(&two.mia, Some("first"), contest("one")).await);
        // A review that is asked first may be overtaken by the next version; never the other way round.
        tokio::join!(
            two.save(&two.jon, Some(&first), contest("two")),
            two.ask(&two.mia, "POST", "/draft/review", Some(&first), None),
        );
        let left = read(&two.ask(&two.mia, "GET", "/draft", None, None).await);
        assert_ne!(
            (&left["version"], &left["state"]),
            (&json!(2), &json!("in_review")),
            "round {round}: a review was asked of what its writer had not read"
        );
        let rest = two.ask(&two.mia, "DELETE", "/draft", Some("*"), None).await;
        assert_eq!(rest.status, StatusCode::NO_CONTENT, "{}", rest.body);
    }
}

on_both!(
    of_two_edits_at_the_same_time_one_is_done,
    an_edit_without_its_beginning_or_with_an_old_one_changes_nothing,
    a_second_person_approves_and_the_writer_does_not,
    what_ends_a_case_wants_a_word_of_its_own,
    no_draft_names_a_file_that_is_not_of_its_case,
    a_case_goes_from_hand_to_hand_only_as_it_was_seen,
);

/// A picture of one pixel.
const PIXEL: &str = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==";
