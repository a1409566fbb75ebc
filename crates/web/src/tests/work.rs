//! What people do with a case by its buttons: under their own name, and never unseen by the other.

use axum::http::StatusCode;
use docket_app::{AuditFilter, Client, ClientScope, Looked, SaveDraft, Saved};
use docket_core::draft::{Content, Edition};
use docket_core::id::{CaseId, ConnectionId};
use docket_core::person::Access;
use docket_core::words::{ActionKind, WorkState};
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::json;

use super::desk::{Answer, LoggedIn, TestDesk, between, unescape};
use crate::samples::make::Dispute;

struct Work {
    test: TestDesk,
    case: CaseId,
    jon: LoggedIn,
    mia: LoggedIn,
}

impl Work {
    async fn new(db: TestDb) -> Self {
        let test = TestDesk::on(db).await;
        let account = toy(&test).await;
        let case = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
        let (jon, mia) = (
            test.person("Jon Vik", Access::Specialist).await,
            test.person("Mia Berg", Access::Specialist).await,
        );
        Self { test, case, jon, mia }
    }

    async fn save(&self, who: &LoggedIn, note: &str) {
        let evidence = json!([{ "kind": "other", "note": note }]);
        let fields = json!({ "evidence": evidence });
        let wish = SaveDraft {
            case: self.case,
            edition: Edition {
                content: Content::new(ActionKind::Contest, fields.as_object().unwrap().clone()),
                send_at: None,
            },
            based_on: None,
            actor: who.person.name.clone(),
        };
        let saved = self
            .test
            .desk
            .save_draft(ClientScope::Agency, &wish)
            .await
            .unwrap();
        assert!(matches!(saved, Saved::Kept(_)));
    }

    async fn in_review(&self, note: &str) {
        self.save(&self.jon, note).await;
        let asked = self
            .test
            .desk
            .ask_review(ClientScope::Agency, (self.case, Looked::Newest), "Jon Vik")
            .await;
        asked.unwrap();
    }

    fn url(&self, rest: &str) -> String {
        format!("/cases/{}{rest}", self.case)
    }

    async fn page(&self, who: &LoggedIn) -> String {
        self.test.get_as(who, &self.url("")).await.body
    }

    async fn part(&self, who: &LoggedIn, part: &str) -> String {
        let answer = self.test.get_as(who, &self.url(part)).await;
        assert_eq!(answer.status, StatusCode::OK, "{part}: {}", answer.body);
        answer.body
    }

    async fn press(&self, who: &LoggedIn, what: &str, fields: &[(&str, &str)]) -> Answer {
        self.test.post_as(who, &self.url(what), fields).await
    }

    async fn state(&self) -> WorkState {
        let stored = self.test.desk.case(ClientScope::Agency, self.case).await;
        stored.unwrap().case.work_state
    }

    async fn holder(&self) -> Option<String> {
        let stored = self.test.desk.case(ClientScope::Agency, self.case).await;
        stored.unwrap().case.assignee
    }
}

pub async fn toy(test: &TestDesk) -> (Client, ConnectionId) {
    let client = test.desk.add_client("Nordlicht", false, "test").await.unwrap();
    let platform = docket_toy::DRIVER.platform;
    let word = r#"{"word": "open-sesame"}"#.to_owned().into();
    let id = test
        .desk
        .add_connection(&client, platform, "http://127.0.0.1:9", word, "test")
        .await
        .unwrap();
    (client, id)
}

async fn a_second_person_reads_and_approves_under_their_own_name(db: TestDb) {
    let work = Work::new(db).await;
    work.in_review("DHL delivered on Monday").await;
    let own = work.part(&work.jon, "/preview").await;
    assert!(
        own.contains("It waits for a second person") && !own.contains("Approve version"),
        "{own}"
    );
    let refused = work.press(&work.jon, "/draft/approve", &[("version", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("Not done:") && refused.body.contains("Jon Vik"),
        "{}",
        refused.body
    );
    let page = work.part(&work.mia, "/preview").await;
    assert!(page.contains("Approve version 1") && page.contains("DHL delivered on Monday"));
    // Whatever name the form brings along: it is the session's that counts.
    let fields = [("version", "1"), ("by", "Ada"), ("actor", "Ada")];
    let done = work.press(&work.mia, "/draft/approve", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(work.state().await, WorkState::ReadyToSend);
    let page = work.part(&work.mia, "/preview").await;
    assert!(page.contains("Mia Berg") && !page.contains("Approve version"));
    let rows = work
        .test
        .desk
        .audit_rows(None, &AuditFilter::of_kind("approve_draft"), 9)
        .await
        .unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| (r.actor.as_str(), r.outcome.as_deref()))
        .collect();
    assert_eq!(told, [("Mia Berg", Some("done")), ("Jon Vik", Some("refused"))]);
}

async fn what_was_changed_meanwhile_is_not_approved_unread(db: TestDb) {
    let work = Work::new(db).await;
    work.in_review("DHL delivered on Monday").await;
    let page = work.part(&work.mia, "/preview").await;
    let version = between(&page, "name=\"version\" value=\"", "\"")
        .unwrap()
        .to_owned();
    work.save(&work.jon, "DHL delivered on Tuesday").await;
    work.test
        .desk
        .ask_review(ClientScope::Agency, (work.case, Looked::Newest), "Jon Vik")
        .await
        .unwrap();
    let refused = work
        .press(&work.mia, "/draft/approve", &[("version", &version)])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("version 2 is in review now") && refused.body.contains("Tuesday"));
    assert_eq!(work.state().await, WorkState::InReview);
    for wrong in ["", "x", "-1", "99"] {
        let refused = work
            .press(&work.mia, "/draft/approve", &[("version", wrong)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

async fn a_draft_is_given_back_with_what_is_to_be_changed(db: TestDb) {
    let work = Work::new(db).await;
    work.in_review("DHL").await;
    let empty = work
        .press(&work.mia, "/draft/return", &[("version", "1"), ("note", " \n")])
        .await;
    assert!(
        empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.body.contains("say what is to be changed")
    );
    let done = work
        .press(
            &work.mia,
            "/draft/return",
            &[("version", "1"), ("note", "Name the <day>")],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = work.part(&work.jon, "/preview").await;
    assert!(
        page.contains("Given back:") && page.contains("Name the &#60;day&#62;"),
        "{page}"
    );
    assert_eq!(work.state().await, WorkState::Drafting);
    let again = work.press(&work.mia, "/draft/approve", &[("version", "1")]).await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nothing is in review"
    );
}

async fn a_case_is_taken_from_the_queue_and_by_one_only(db: TestDb) {
    let work = Work::new(db).await;
    let queue = work.test.get_as(&work.mia, "/queue?turn=ours").await.body;
    let take = unescape(between(&queue, "form=\"take\" formaction=\"/cases/", "\"").unwrap());
    assert_eq!(take, format!("{}/assign", work.case));
    let back = unescape(between(&queue, "name=\"back\" value=\"", "\"").unwrap());
    let done = work
        .press(&work.mia, "/assign", &[("to", "me"), ("back", &back)])
        .await;
    assert_eq!(
        (done.status, &done.headers["location"]),
        (StatusCode::SEE_OTHER, &back.parse().unwrap())
    );
    assert_eq!(work.holder().await.as_deref(), Some("Mia Berg"));
    // Jon looks at a page of before.
    let late = work
        .press(&work.jon, "/assign", &[("to", "me"), ("back", "//evil.example")])
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        late.body.contains("meanwhile the case went to Mia Berg"),
        "{}",
        late.body
    );
    // Now he has seen it, and takes it over all the same.
    let over = work
        .press(
            &work.jon,
            "/assign",
            &[("to", "me"), ("seen", "Mia Berg"), ("back", "//evil.example")],
        )
        .await;
    assert_eq!(over.headers["location"].to_str().unwrap(), work.url(""));
    assert_eq!(work.holder().await.as_deref(), Some("Jon Vik"));
    assert!(work.page(&work.jon).await.contains("Give it up"));
    work.press(&work.jon, "/assign", &[("to", "nobody"), ("seen", "Jon Vik")])
        .await;
    assert_eq!(work.holder().await, None);
    let history = work.part(&work.mia, "/history").await;
    assert!(
        history.contains("Mia Berg") && history.contains("Jon Vik"),
        "who did it stands there"
    );
}

async fn a_contest_is_written_checked_and_never_overwritten_unseen(db: TestDb) {
    let work = Work::new(db).await;
    let page = work.part(&work.jon, "/statement").await;
    assert!(page.contains("Write a contest") && page.contains("name=\"based_on\" value=\"0\""));
    // No evidence is there: the packet cannot be made, and what was typed is not lost.
    let typed = "DHL delivered\non <Monday>";
    let fields = [
        ("based_on", "0"),
        ("with", "packet"),
        ("language", "en"),
        ("statement", typed),
    ];
    let refused = work.press(&work.jon, "/draft/save", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("no piece of evidence")
            && refused.body.contains("DHL delivered\non &#60;Monday&#62;")
    );
    let nothing = work
        .press(&work.jon, "/draft/save", &[("based_on", "0"), ("with", "text")])
        .await;
    assert!(nothing.body.contains("write a statement"), "{}", nothing.body);
    let alone = [("based_on", "0"), ("with", "text"), ("statement", typed)];
    let saved = work.press(&work.jon, "/draft/save", &alone).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    // Both look at version 1; Mia saves first.
    let change = async |who: &LoggedIn, version: &str, text: &str| {
        work.press(who, "/draft/save", &[("based_on", version), ("statement", text)])
            .await
    };
    assert_eq!(
        change(&work.mia, "1", "It was signed for").await.status,
        StatusCode::SEE_OTHER
    );
    let late = change(&work.jon, "1", "It was Tuesday").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    for shown in [
        "Mia Berg saved version 2 meanwhile",
        "It was signed for",
        "It was Tuesday",
        "name=\"based_on\" value=\"2\"",
    ] {
        assert!(late.body.contains(shown), "{shown}");
    }
    assert_eq!(
        change(&work.jon, "2", "Signed for on Tuesday").await.status,
        StatusCode::SEE_OTHER
    );
    let draft = work
        .test
        .desk
        .draft(ClientScope::Agency, work.case)
        .await
        .unwrap();
    assert_eq!(draft.draft.version, 3);
    assert_eq!(
        draft.response.as_ref().ok().and_then(docket_app::statement_of),
        Some("Signed for on Tuesday")
    );

    let page = work.part(&work.jon, "/preview").await;
    assert!(page.contains("Ask a second person to check version 3"));
    assert_eq!(
        work.press(&work.jon, "/draft/review", &[("version", "3")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(work.state().await, WorkState::InReview);
    // Both wrote on it; a third one approves.
    for writer in [&work.jon, &work.mia] {
        let own = work.press(writer, "/draft/approve", &[("version", "3")]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let ada = work.test.admin.clone();
    assert_eq!(
        work.press(&ada, "/draft/approve", &[("version", "3")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(work.state().await, WorkState::ReadyToSend);
    assert!(
        !work
            .part(&work.jon, "/statement")
            .await
            .contains("Change the statement"),
        "it is under way"
    );
}

on_both!(
    a_contest_is_written_checked_and_never_overwritten_unseen,
    a_second_person_reads_and_approves_under_their_own_name,
    what_was_changed_meanwhile_is_not_approved_unread,
    a_draft_is_given_back_with_what_is_to_be_changed,
    a_case_is_taken_from_the_queue_and_by_one_only,
    a_notice_is_seen_once_under_the_name_of_the_session,
);

async fn a_notice_is_seen_once_under_the_name_of_the_session(db: TestDb) {
    let work = Work::new(db).await;
    // A deadline that comes near raises the first rung's notice.
    work.test.clock.advance(chrono::Duration::hours(1));
    work.test.desk.tick().await.unwrap();
    let page = work.test.get_as(&work.mia, "/notices").await.body;
    let seen = format!(
        "/notices/{}",
        between(&page, "action=\"/notices/", "\"").expect("a notice")
    );
    let marked = work.test.post_as(&work.mia, &seen, &[]).await;
    assert_eq!(
        (marked.status, marked.headers["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/notices")
    );
    work.test.post_as(&work.jon, &seen, &[]).await;
    let all = work
        .test
        .desk
        .notices(ClientScope::Agency, true, None, 10)
        .await
        .unwrap();
    assert_eq!(all[0].seen_by.as_deref(), Some("Mia Berg"), "who was first stays");
    assert!(!work.test.get_as(&work.jon, "/notices").await.body.contains(&seen));
}

#[tokio::test]
async fn who_only_reads_has_no_buttons() {
    let work = Work::new(docket_store::testing::sqlite().await).await;
    work.in_review("DHL").await;
    let sam = work.test.person("Sam", Access::Auditor).await;
    for part in ["", "/evidence", "/statement", "/preview", "/history"] {
        let page = work.part(&sam, part).await;
        let forms = page.matches("<form ").count() - page.matches("role=\"search\"").count();
        assert_eq!(forms, 1, "{part}: the log-out alone: {page}");
    }
    let page = work.part(&sam, "/preview").await;
    for button in ["Approve version", "Give it back", "Take it", "/assign"] {
        assert!(!page.contains(button), "{button}");
    }
    assert!(page.contains("Exactly what goes out"));
    assert!(!work.test.get_as(&sam, "/queue").await.body.contains("/assign"));
}
