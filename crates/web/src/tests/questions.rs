//! Questions to clients as both sides see them, and what missed deadlines are put down to.

use axum::http::StatusCode;
use chrono::Duration;
use docket_app::{Ask, ClientScope};
use docket_core::id::{CaseId, IncidentId};
use docket_core::incident::{Cause, Incident};
use docket_core::person::Access;
use docket_core::request::RequestState;
use docket_store::testing::TestDb;
use docket_store::{UnitOfWork, on_both};
use serde_json::json;

use super::desk::{TestDesk, between};
use super::work::toy;
use crate::samples::make::Dispute;

pub async fn asked(test: &TestDesk, case: CaseId, question: &str) -> String {
    let ask = Ask {
        case,
        question: question.to_owned(),
        due: None,
        to: None,
        actor: "dana".to_owned(),
    };
    let asked = test.desk.ask_client(ClientScope::Agency, ask).await.unwrap();
    asked.request.id.to_string()
}

async fn a_question_is_worded_asked_seen_and_withdrawn(db: TestDb) {
    let mut test = TestDesk::on(db).await;
    let matrix = json!({ "version": 1, "rule": [{
        "reason": "not_received", "kind": "delivery_proof", "need": "required", "weight": 100, "why": "a signature",
    }] });
    let settings = docket_app::Settings {
        matrix: serde_json::from_value(matrix).unwrap(),
        ..(*test.desk.settings).clone()
    };
    test.desk.settings = std::sync::Arc::new(settings);
    let nord = toy(&test).await;
    let lacking = Dispute {
        platform: docket_toy::DRIVER.platform,
        ..Dispute::ours("PP-D-1")
    };
    let case = test.cases(&nord, &[lacking]).await[0];
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let form = test.get_as(&mia, "/questions/ask?case=PP-D-1").await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    let worded = between(&form.body, "<textarea", "</textarea>").unwrap();
    assert!(
        worded.contains("- delivery proof: a signature"),
        "made of what the case lacks: {worded}"
    );
    let due = between(&form.body, "name=\"due\" type=\"datetime-local\" value=\"", "\"").unwrap();

    let wrong = test
        .post_as(
            &mia,
            "/questions/ask",
            &[
                ("case", "PP-D-1"),
                ("question", "Which <carrier>?"),
                ("due", "2020-01-01T00:00"),
            ],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("Which &#60;carrier&#62;?"),
        "typed text stays: {}",
        wrong.body
    );
    let fields = [("case", "PP-D-1"), ("question", "Which carrier?"), ("due", due)];
    let done = test.post_as(&mia, "/questions/ask", &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let link = between(&done.body, "<pre><code>", "</code>").unwrap();
    assert!(link.starts_with("/ask/"), "{link}");

    let request = test
        .desk
        .info_requests(ClientScope::Agency, Some(case), None, 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(request.asked_by, "Mia Berg");
    let list = test.page("/questions").await;
    assert!(list.contains("Which carrier?") && !list.contains(">late<"));
    test.clock
        .advance(request.due_at - test.desk.env.now() + Duration::minutes(1));
    // The sessions of before are over by then.
    let jon = test.person("Jon Vik", Access::Specialist).await;
    assert!(test.get_as(&jon, "/questions").await.body.contains(">late<"));
    let own = format!("/questions/{}", request.id);
    let remind = test.post_as(&jon, &format!("{own}/remind"), &[]).await;
    assert_eq!(
        remind.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it was not mailed"
    );
    let withdrawn = test.post_as(&jon, &format!("{own}/withdraw"), &[]).await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER, "{}", withdrawn.body);
    let (after, _) = test
        .desk
        .info_request(ClientScope::Agency, request.id)
        .await
        .unwrap();
    assert_eq!(after.state, RequestState::Withdrawn);
    let again = test.post_as(&jon, &format!("{own}/withdraw"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        test.get_as(&jon, "/questions")
            .await
            .body
            .contains("None is open")
    );
    assert!(
        test.get_as(&jon, "/questions?state=withdrawn")
            .await
            .body
            .contains("Which carrier?")
    );
}

async fn a_clients_person_answers_its_own_questions_only(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let case = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await[0];
    let other = test.cases(&south, &[Dispute::ours("PP-D-2")]).await[0];
    let (own, foreign) = (
        asked(&test, case, "For Nordlicht?").await,
        asked(&test, other, "For Southwind?").await,
    );
    let ida = test.person("Ida", Access::Client(nord.0.id)).await;
    let list = test.get_as(&ida, "/questions").await.body;
    assert!(list.contains("For Nordlicht?") && !list.contains("For Southwind?") && !list.contains("dana"));
    let led = test.post_as(&ida, &format!("/questions/{own}/answer"), &[]).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.body);
    let page = test.get(led.headers["location"].to_str().unwrap()).await;
    assert!(page.body.contains("For Nordlicht?"));
    let refused = test
        .post_as(&ida, &format!("/questions/{foreign}/answer"), &[])
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// A deadline of a case passed, and nobody has said why.
pub async fn missed(test: &TestDesk, id: CaseId) -> IncidentId {
    let case = test.desk.case(ClientScope::Agency, id).await.unwrap().case;
    let now = test.desk.env.now();
    let incident = Incident {
        id: IncidentId::new(&test.desk.env),
        client: case.client,
        case: id,
        round: case.round.id,
        deadline: now,
        raised_at: now,
        cause: Cause::Unknown,
        why: "nothing in the logs".to_owned(),
        decided_at: None,
        decided_by: None,
        responded_at: None,
    };
    let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
    assert!(unit.raise_incident(&incident).await.unwrap());
    unit.commit().await.unwrap();
    incident.id
}

async fn a_lead_says_what_a_miss_is_put_down_to(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let id = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await[0];
    let incident = missed(&test, id).await;
    let (lea, mia) = (
        test.person("Lea", Access::Lead).await,
        test.person("Mia", Access::Specialist).await,
    );
    let url = format!("/incidents/{incident}/cause");
    let seen = test.get_as(&mia, "/incidents").await.body;
    assert!(seen.contains("nobody has said yet") && !seen.contains("Say what it was"));
    let fields = [("cause", "client"), ("note", "no answer to two questions")];
    assert_eq!(
        test.post_as(&mia, &url, &fields).await.status,
        StatusCode::FORBIDDEN
    );
    let empty = test
        .post_as(&lea, &url, &[("cause", "client"), ("note", " ")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = test.post_as(&lea, &url, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = test.get_as(&mia, "/incidents").await.body;
    assert!(
        page.contains("no answer to two questions") && page.contains("Lea said so"),
        "{page}"
    );
}

on_both!(
    a_question_is_worded_asked_seen_and_withdrawn,
    a_clients_person_answers_its_own_questions_only,
    a_lead_says_what_a_miss_is_put_down_to,
);
