//! What programs do as people do it on the pages: connections, questions with their answers, hand-overs, packs, views, events. And
//! that none of it is another client's.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use docket_app::{ClientScope, PackWish};
use docket_core::id::ConnectionId;
use docket_core::person::Access;
use docket_core::words::{Language, Outcome};
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::{Answer, TestDesk};
use super::super::questions::asked;
use super::super::work::toy;
use super::{ask, json as read, problem, program};
use crate::samples::make::Dispute;

async fn get(test: &TestDesk, who: &str, url: &str) -> Answer {
    ask(test, who, ("GET", url), &[], None).await
}

async fn post(test: &TestDesk, who: &str, url: &str, body: Option<&Value>) -> Answer {
    ask(test, who, ("POST", url), &[], body).await
}

async fn a_connection_is_looked_at_paused_and_resumed(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (_, connection) = test.client("Nordlicht").await;
    let lea = program(&test, "Lea", Access::Lead).await;
    let url = format!("/api/v1/connections/{connection}");
    let view = read(&get(&test, &lea, &url).await);
    assert_eq!(
        (&view["id"], &view["state"], &view["open_cases"]),
        (&json!(connection), &json!("active"), &json!(0))
    );
    let pause = format!("{url}/pause");
    let blank = ask(&test, &lea, ("PUT", &pause), &[], Some(&json!({ "why": " " }))).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let paused = ask(
        &test,
        &lea,
        ("PUT", &pause),
        &[],
        Some(&json!({ "why": "moved" })),
    )
    .await;
    assert_eq!(read(&paused)["paused_why"], "moved", "{}", paused.body);
    let resumed = read(&ask(&test, &lea, ("DELETE", &pause), &[], None).await);
    assert_eq!(resumed["state"], "active");
    let mia = program(&test, "Mia", Access::Specialist).await;
    let refused = ask(&test, &mia, ("DELETE", &pause), &[], None).await;
    assert_eq!(problem(&refused), "not-for-role");
    let unknown = format!("/api/v1/connections/{}", ConnectionId::new(&test.desk.env));
    assert_eq!(problem(&get(&test, &lea, &unknown).await), "not-found");
    let setting = json!({ "item": "no-such-item", "value": true });
    let wrong = post(&test, &lea, &format!("{url}/settings"), Some(&setting)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
}

async fn a_clients_program_reads_and_answers_its_own_questions_only(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let own = test.cases(&nord, &[Dispute::ours("N-1")]).await[0];
    let foreign = test.cases(&south, &[Dispute::ours("S-1")]).await[0];
    let (own, foreign) = (
        asked(&test, own, "Which carrier?").await,
        asked(&test, foreign, "Who signed?").await,
    );
    let ida = program(&test, "Ida", Access::Client(nord.0.id)).await;
    let list = get(&test, &ida, "/api/v1/requests").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body.contains("Which carrier?") && !list.body.contains("Who signed?"));
    assert!(
        !list.body.contains("recipient") && !list.body.contains("dana"),
        "{}",
        list.body
    );
    let given = json!({ "answer": "DHL took it.", "action_plan": "We ask them for the proof by Friday." });
    let url = |id: &str| format!("/api/v1/requests/{id}/answers");
    let refused = post(&test, &ida, &url(&foreign), Some(&given)).await;
    assert_eq!(problem(&refused), "not-found");
    let empty = json!({ "answer": "DHL took it.", "action_plan": " " });
    let refused = post(&test, &ida, &url(&own), Some(&empty)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let with = |content: &str| {
        let mut given = given.clone();
        given["files"] = json!([{ "name": "proof.pdf", "base64": content }]);
        given
    };
    let refused = post(&test, &ida, &url(&own), Some(&with("§"))).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    assert!(refused.body.contains("files[0].base64"), "{}", refused.body);
    let mut many = with("");
    many["files"] = vec![many["files"][0].clone(); crate::ask::FILES + 1].into();
    let refused = post(&test, &ida, &url(&own), Some(&many)).await;
    assert!(refused.body.contains("files: 20 at most"), "{}", refused.body);
    let program_file = STANDARD.encode(b"MZ no picture");
    let refused = post(&test, &ida, &url(&own), Some(&with(&program_file))).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.body
    );
    let unanswered = read(&get(&test, &ida, &format!("/api/v1/requests/{own}")).await);
    assert_eq!(
        unanswered["answers"],
        json!([]),
        "nothing of a refused answer is kept"
    );
    let proof = STANDARD.encode(docket_documents::samples::pdf(&[&["Handed over on Friday"]]));
    let kept = post(&test, &ida, &url(&own), Some(&with(&proof))).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
    let kept = read(&kept);
    assert_eq!(kept["answers"][0]["files"][0]["name"], "proof.pdf", "{kept}");
    assert_eq!(
        (&kept["state"], &kept["answers"][0]["answer"]),
        (&json!("answered"), &json!("DHL took it."))
    );
    // What the client said by telephone is entered by whoever heard it; the other client has no answer.
    let mia = program(&test, "Mia", Access::Specialist).await;
    let entered = read(&post(&test, &mia, &url(&foreign), Some(&given)).await);
    assert_eq!(entered["answers"].as_array().unwrap().len(), 1);
    let link = format!("/api/v1/requests/{foreign}/link");
    let page = read(&post(&test, &mia, &link, None).await);
    assert!(page["page"].as_str().unwrap().contains("/ask/"), "{page}");
    let reminded = post(&test, &mia, &format!("/api/v1/requests/{own}/remind"), None).await;
    assert_eq!(
        reminded.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it was not mailed"
    );
}

async fn the_day_goes_on_for_programs_too(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let due = Dispute {
        deadline: Some(crate::samples::make::platform_deadline(
            test.desk.env.now() + Duration::hours(20),
        )),
        ..Dispute::ours("T-1")
    };
    let case = test.cases(&account, &[due]).await[0];
    let mia = program(&test, "Mia", Access::Specialist).await;
    let wall = read(&get(&test, &mia, "/api/v1/deadlines?zone=Europe/Berlin").await);
    assert_eq!(
        (&wall["hours"][0]["cases"], &wall["hours"][0]["assignee"]),
        (&json!(1), &Value::Null),
        "{wall}"
    );
    let nowhere = get(&test, &mia, "/api/v1/deadlines?zone=Middle/Earth").await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    let next = read(&post(&test, &mia, "/api/v1/next-case", None).await);
    assert_eq!(next["case"], json!(case));
    let taken = read(&get(&test, &mia, &format!("/api/v1/cases/{case}")).await);
    assert_eq!(taken["assignee"], "Mia");
    let list = read(&get(&test, &mia, "/api/v1/handover").await);
    assert_eq!(list["due"][0]["platform_dispute_id"], "T-1", "{list}");
    let signed = post(
        &test,
        &mia,
        "/api/v1/handover",
        Some(&json!({ "note": "call DHL" })),
    )
    .await;
    assert_eq!(signed.status, StatusCode::CREATED, "{}", signed.body);
    let signed = read(&signed);
    let one = format!("/api/v1/handovers/{}", signed["id"].as_str().unwrap());
    assert_eq!(read(&get(&test, &mia, &one).await)["note"], "call DHL");
    let advice = get(&test, &mia, &format!("/api/v1/cases/{case}/advice")).await;
    assert_eq!(advice.status, StatusCode::OK, "{}", advice.body);
    // Views are the person's own.
    let view = json!({ "name": "soon", "query": "due=48h&turn=ours" });
    let kept = read(&post(&test, &mia, "/api/v1/views", Some(&view)).await);
    assert_eq!(kept["query"], "turn=ours&due=48h", "as the queue writes it");
    let wrong = json!({ "name": "soon", "query": "due=soon" });
    let refused = post(&test, &mia, "/api/v1/views", Some(&wrong)).await;
    assert!(refused.body.contains("48h"), "{}", refused.body);
    let jon = program(&test, "Jon", Access::Specialist).await;
    assert_eq!(read(&get(&test, &jon, "/api/v1/views").await)["items"], json!([]));
    let gone = ask(&test, &mia, ("DELETE", "/api/v1/views?name=soon"), &[], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(read(&get(&test, &mia, "/api/v1/views").await)["items"], json!([]));
    // People are read by admins and made on the pages only.
    assert_eq!(problem(&get(&test, &mia, "/api/v1/people").await), "not-for-role");
    let ada = program(&test, "Ida", Access::Admin).await;
    let people = get(&test, &ada, "/api/v1/people").await;
    assert!(
        people.body.contains("\"Mia\"") && !people.body.contains("password\":\""),
        "{}",
        people.body
    );
    let made = post(&test, &ada, "/api/v1/people", Some(&json!({ "name": "Eve" }))).await;
    assert_eq!(problem(&made), "wrong-method");
}

async fn a_piece_of_evidence_is_read_as_a_file_and_taken_back(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (account, south) = (toy(&test).await, test.client("Southwind").await);
    let case = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
    let foreign = test.cases(&south, &[Dispute::ours("S-1")]).await[0];
    let mia = program(&test, "Mia", Access::Specialist).await;
    let url = format!("/api/v1/cases/{case}");
    let piece = json!({ "kind": "delivery_proof", "file": { "name": "../who signed.txt", "base64": "c2lnbmVkIGJ5IHRoZSBidXllcg==" } });
    let added = read(&post(&test, &mia, &format!("{url}/evidence"), Some(&piece)).await);
    let sha = added["file"]["sha256"].as_str().unwrap();
    let file = get(&test, &mia, &format!("{url}/files/{sha}")).await;
    assert_eq!(
        (file.status, file.body.as_str()),
        (StatusCode::OK, "signed by the buyer")
    );
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment") && !disposition.contains('/'),
        "{disposition}"
    );
    // Of another case the same content is nothing.
    let other = get(&test, &mia, &format!("/api/v1/cases/{foreign}/files/{sha}")).await;
    assert_eq!(problem(&other), "not-found");
    let id = added["id"].as_str().unwrap();
    let wrong = ask(
        &test,
        &mia,
        ("DELETE", &format!("/api/v1/cases/{foreign}/evidence/{id}")),
        &[],
        None,
    )
    .await;
    assert!(wrong.status.is_client_error(), "{}", wrong.body);
    let gone = ask(
        &test,
        &mia,
        ("DELETE", &format!("{url}/evidence/{id}")),
        &[],
        None,
    )
    .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    let left = read(&get(&test, &mia, &format!("{url}/evidence")).await);
    assert_eq!(left["items"], json!([]));
    assert_eq!(
        problem(&get(&test, &mia, &format!("{url}/preview")).await),
        "not-found"
    );
    let draft = json!({ "action": "contest", "evidence": [{ "kind": "other", "note": "it came" }] });
    ask(
        &test,
        &mia,
        ("PUT", &format!("{url}/draft")),
        &[("if-none-match", "*")],
        Some(&draft),
    )
    .await;
    let preview = read(&get(&test, &mia, &format!("{url}/preview")).await);
    assert_eq!(preview["draft"]["version"], 1, "{preview}");
}

async fn a_pack_goes_by_a_leads_token_only(db: TestDb) {
    let test = TestDesk::on(db).await;
    let owner = test.client("Nordlicht").await;
    test.cases(&owner, &[Dispute::ended("won", Outcome::Won, true)])
        .await;
    let wish = PackWish {
        zone: "UTC".parse().unwrap(),
        language: Language::English,
        recipients: vec!["board@example.com".to_owned()],
    };
    test.desk.subscribe_packs(&owner.0, wish, "ada").await.unwrap();
    let pack = test
        .desk
        .make_pack(&owner.0, "2026-10-20".parse().unwrap())
        .await
        .unwrap();
    let (lea, mia) = (
        program(&test, "Lea", Access::Lead).await,
        program(&test, "Mia", Access::Specialist).await,
    );
    let list = read(&get(&test, &mia, "/api/v1/packs").await);
    assert_eq!(list["items"][0]["id"], json!(pack.id));
    let url = format!("/api/v1/packs/{}", pack.id);
    let file = get(&test, &mia, &format!("{url}/files/{}", pack.files[0].name)).await;
    assert_eq!(file.status, StatusCode::OK);
    // Nothing was sent yet, so that its client has nothing of it.
    let ida = program(&test, "Ida", Access::Client(owner.0.id)).await;
    assert_eq!(read(&get(&test, &ida, "/api/v1/packs").await)["items"], json!([]));
    let early = get(&test, &ida, &format!("{url}/files/{}", pack.files[0].name)).await;
    assert_eq!(problem(&early), "not-found");
    let none = get(&test, &mia, &format!("{url}/files/secret.txt")).await;
    assert_eq!(problem(&none), "not-found");
    assert_eq!(
        problem(&post(&test, &mia, &format!("{url}/approve"), None).await),
        "not-for-role"
    );
    let blank = post(
        &test,
        &lea,
        &format!("{url}/reject"),
        Some(&json!({ "note": "" })),
    )
    .await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rejected = post(
        &test,
        &lea,
        &format!("{url}/reject"),
        Some(&json!({ "note": "wrong month" })),
    )
    .await;
    assert_eq!(read(&rejected)["state"], "rejected", "{}", rejected.body);
    let anew = read(&post(&test, &lea, &format!("{url}/anew"), None).await);
    assert_eq!(anew["state"], "waiting", "{anew}");
    let approve = format!("/api/v1/packs/{}/approve", anew["id"].as_str().unwrap());
    let gone = post(&test, &lea, &approve, None).await;
    // Without a mail server nothing can go, and that is said.
    assert!(
        gone.status == StatusCode::OK || gone.body.contains("mail"),
        "{}",
        gone.body
    );
}

/// What is sent to those who are told has the shape that the document gives it.
#[tokio::test]
async fn an_event_looks_as_the_document_says() {
    let test = TestDesk::new().await;
    let account = toy(&test).await;
    let case = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
    let new = docket_app::NewHook {
        client: None,
        url: "https://hooks.example.com/docket".to_owned(),
        actor: "Ada".to_owned(),
    };
    let (hook, _) = test.desk.add_hook(&new).await.unwrap();
    let note = docket_core::case::Command::Note("called".to_owned());
    test.desk
        .command(ClientScope::Agency, case, note, "Ada")
        .await
        .unwrap();
    let told = test
        .desk
        .deliveries(ClientScope::Agency, hook.id, None, 10)
        .await
        .unwrap();
    let document = crate::openapi();
    let body = &document["webhooks"]["case.changed"]["post"]["requestBody"];
    let mut shape = body["content"]["application/json"]["schema"].clone();
    shape["components"] = document["components"].clone();
    let shape = jsonschema::validator_for(&shape).unwrap();
    let event: Value = serde_json::from_str(&told[0].body).unwrap();
    assert!(shape.is_valid(&event), "{event}");
    assert_eq!(event["data"]["changes"], json!(["note"]));
}

on_both!(
    a_connection_is_looked_at_paused_and_resumed,
    a_clients_program_reads_and_answers_its_own_questions_only,
    the_day_goes_on_for_programs_too,
    a_piece_of_evidence_is_read_as_a_file_and_taken_back,
    a_pack_goes_by_a_leads_token_only,
);
