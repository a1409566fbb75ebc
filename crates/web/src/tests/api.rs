//! The doors of programs: with every token as everybody, and what each answers.

mod bulk;
mod change;
mod day;
mod desk;
mod edits;
mod incidents;
mod lists;
mod replay;
mod responses;
mod rules;
mod search;
mod shapes;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::Duration;
use docket_app::NewToken;
use docket_core::person::{Access, Person, Role};
use docket_core::token::{ApiToken, Scope};
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::Value;

use super::desk::{Answer, TestDesk};
use super::doors::address;
use super::work::toy;
use crate::doors::{Door, Method, Pass, Who};
use crate::samples::make::Dispute;

/// The head of a request to a door.
pub fn request(door: Door, url: &str) -> axum::http::request::Builder {
    let request = match door.entry().method {
        Method::Get | Method::Any => Request::get(url),
        Method::Post => Request::post(url),
        Method::Put => Request::put(url),
        Method::Delete => Request::delete(url),
    };
    request.header("host", "127.0.0.1:8080")
}

/// A token of a person.
pub async fn token(test: &TestDesk, person: &Person, scopes: &[Scope]) -> (ApiToken, String) {
    let new = NewToken {
        person: person.id,
        name: "test".to_owned(),
        scopes: scopes.to_vec(),
        expires_at: test.desk.env.now() + Duration::days(1),
    };
    test.desk.add_token(&new).await.unwrap()
}

/// Somebody with a token that opens everything.
pub async fn program(test: &TestDesk, name: &str, access: Access) -> String {
    let person = test.person(name, access).await.person;
    token(test, &person, Scope::ALL).await.1
}

pub async fn ask(
    test: &TestDesk,
    secret: &str,
    (method, url): (&str, &str),
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header("host", "127.0.0.1:8080")
        .header("authorization", format!("Bearer {secret}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map_or_else(Body::empty, |value| Body::from(value.to_string()));
    test.send_with(request, body).await
}

pub fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.body))
}

/// The last part of a problem's type.
pub fn problem(answer: &Answer) -> String {
    let media = answer.headers.get("content-type").unwrap();
    assert_eq!(media, "application/problem+json", "{}", answer.body);
    let body = json(answer);
    assert_eq!(body["status"], answer.status.as_u16());
    assert!(body["detail"].as_str().is_some_and(|d| !d.is_empty()), "{body}");
    let kind = body["type"].as_str().unwrap().rsplit(':').next();
    kind.unwrap().to_owned()
}

fn of_programs() -> impl Iterator<Item = (Door, Option<Scope>)> {
    Door::ALL.iter().filter_map(|door| match door.entry().who {
        Who::Programs(scope, _) => Some((*door, scope)),
        Who::Anyone | Who::Visitors | Who::People(_) => None,
    })
}

/// What an empty request gets from whoever may go through.
fn reached(door: Door) -> u16 {
    match door {
        Door::ApiNote | Door::ApiAddEvidence | Door::ApiSkip | Door::ApiAddHook | Door::ApiAsk => 415,
        Door::ApiSync
        | Door::ApiPlanBulk
        | Door::ApiAddRule
        | Door::ApiJoinOrder
        | Door::ApiIncidentCause
        | Door::ApiConfirmPiece
        | Door::ApiAnswer
        | Door::ApiPauseConnection
        | Door::ApiRecordSetting
        | Door::ApiSignHandover
        | Door::ApiKeepView
        | Door::ApiRejectPack => 415,
        // What an edit was made of is asked before what it says.
        Door::ApiAssign
        | Door::ApiSaveDraft
        | Door::ApiReturnDraft
        | Door::ApiSendDraft
        | Door::ApiDiscardDraft
        | Door::ApiReviewDraft
        | Door::ApiApproveDraft => 428,
        // Nothing is looked for.
        Door::ApiSearch | Door::ApiDropView => 400,
        // Nothing is prepared, and the case carries no flag.
        Door::ApiCancelResponse | Door::ApiClearFlag => 409,
        Door::ApiDraft
        | Door::ApiBulkPlan
        | Door::ApiBulkConfirm
        | Door::ApiTryRule
        | Door::ApiActivateRule
        | Door::ApiRetireRule
        | Door::ApiRequest
        | Door::ApiWithdraw
        | Door::ApiNoticeSeen
        | Door::ApiStopHook
        | Door::ApiUnmatched
        | Door::ApiPiece
        | Door::ApiCaseFile
        | Door::ApiPreview
        | Door::ApiRemind
        | Door::ApiRequestLink
        | Door::ApiConnection
        | Door::ApiCheckConnection
        | Door::ApiResumeConnection
        | Door::ApiRetryJob
        | Door::ApiDeliverAgain
        | Door::ApiSignedHandover
        | Door::ApiPackFile
        | Door::ApiApprovePack
        | Door::ApiPackAnew => 404,
        Door::ApiUnskip | Door::ApiWake => 204,
        _ => 200,
    }
}

async fn every_door_opens_to_tokens_as_far_as_scope_and_role_reach(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let own = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
    let client = &account.0;
    let mut walked = 0;
    for role in Role::ALL {
        let access = Access::of(*role, (*role == Role::Client).then_some(client.id)).unwrap();
        let person = test.person(&format!("Some {role}"), access).await.person;
        for (door, scope) in of_programs() {
            let url = address(door, own, &test);
            let knock = async |secret: &str| {
                let request = request(door, &url).header("authorization", format!("Bearer {secret}"));
                test.send(request).await
            };
            let own_scope: Vec<Scope> = scope.into_iter().collect();
            let scopes = if own_scope.is_empty() {
                &[Scope::NoticesRead]
            } else {
                &own_scope[..]
            };
            let (kept, secret) = token(&test, &person, scopes).await;
            let answer = knock(&secret).await;
            let expected = match door.pass(*role) {
                Pass::Yes | Pass::Own => reached(door),
                Pass::No => 403,
            };
            assert_eq!(answer.status, expected, "{door:?} as {role}: {}", answer.body);
            assert!(answer.headers.contains_key("ratelimit-remaining"), "{door:?}");
            if door.pass(*role) == Pass::No {
                assert_eq!(problem(&answer), "not-for-role", "{door:?}");
            }
            if let Some(scope) = scope {
                let others: Vec<Scope> = Scope::ALL.iter().copied().filter(|s| *s != scope).collect();
                let (_, narrow) = token(&test, &person, &others).await;
                let answer = knock(&narrow).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{door:?}");
                assert_eq!(problem(&answer), "not-for-scope", "{door:?}");
                let challenge = answer.headers["www-authenticate"].to_str().unwrap();
                assert!(challenge.contains("insufficient_scope") && challenge.contains(scope.as_str()));
            }
            assert!(test.desk.revoke_token(kept.id, Some(person.id)).await.unwrap());
            let answer = knock(&secret).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{door:?} taken back");
            assert_eq!(problem(&answer), "bad-token");
            walked += 1;
        }
    }
    assert!(walked > 150);
}

async fn a_token_ends_with_its_time_and_with_its_person(db: TestDb) {
    let test = TestDesk::on(db).await;
    let mia = test.person("Mia", Access::Lead).await.person;
    let (_, secret) = token(&test, &mia, Scope::ALL).await;
    let me = async |secret: &str| ask(&test, secret, ("GET", "/api/v1/me"), &[], None).await;
    let answer = me(&secret).await;
    assert_eq!(
        (answer.status, &json(&answer)["name"]),
        (StatusCode::OK, &"Mia".into())
    );
    assert!(test.desk.tokens(Some(mia.id)).await.unwrap()[0].used_at.is_some());
    test.desk.disable_person(mia.id).await.unwrap();
    assert_eq!(me(&secret).await.status, StatusCode::UNAUTHORIZED);
    // Whoever is let in again makes others: those of before stay dead.
    test.desk.enable_person(mia.id).await.unwrap();
    assert_eq!(me(&secret).await.status, StatusCode::UNAUTHORIZED);
    let (_, secret) = token(&test, &mia, &[Scope::CasesRead]).await;
    assert_eq!(me(&secret).await.status, StatusCode::OK);
    // What the role does not reach any more the token does not reach either, at once.
    let cases = async || {
        ask(&test, &secret, ("GET", "/api/v1/audit"), &[], None)
            .await
            .status
    };
    assert_eq!(cases().await, StatusCode::FORBIDDEN);
    test.clock.advance(Duration::days(1));
    assert_eq!(me(&secret).await.status, StatusCode::UNAUTHORIZED);
}

async fn only_one_bearer_header_is_a_token(db: TestDb) {
    let test = TestDesk::on(db).await;
    let secret = program(&test, "Mia", Access::Lead).await;
    let get = || Request::get("/api/v1/me").header("host", "127.0.0.1:8080");
    let ok = test
        .send(get().header("authorization", format!("bearer {secret}")))
        .await;
    assert_eq!(ok.status, StatusCode::OK);
    for wrong in [
        get(),
        get().header("authorization", secret.clone()),
        get().header("authorization", format!("Basic {secret}")),
        get().header("cookie", format!("docket={secret}")),
        get()
            .header("authorization", format!("Bearer {secret}"))
            .header("authorization", format!("Bearer {secret}")),
        Request::get(format!("/api/v1/me?access_token={secret}")).header("host", "127.0.0.1:8080"),
    ] {
        let answer = test.send(wrong).await;
        assert_eq!(problem(&answer), "no-token");
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert_eq!(challenge, "Bearer realm=\"docket\"");
    }
    let foreign = Request::get("/api/v1/me").header("host", "evil.example");
    let answer = test
        .send(foreign.header("authorization", format!("Bearer {secret}")))
        .await;
    assert_eq!(problem(&answer), "foreign-host");
}

async fn whatever_is_not_there_is_a_problem_too(db: TestDb) {
    let test = TestDesk::on(db).await;
    let secret = program(&test, "Mia", Access::Lead).await;
    for (method, url, kind) in [
        ("GET", "/api/v1/nothing", "not-found"),
        ("GET", "/api", "not-found"),
        ("DELETE", "/api/v1/cases", "wrong-method"),
        ("GET", "/api/v1/cases/x", "not-found"),
        ("GET", "/api/v1/cases?limit=0", "wrong-request"),
        ("GET", "/api/v1/cases?nonsense=1", "wrong-request"),
        ("GET", "/api/v1/cases?cursor=x", "wrong-request"),
        ("GET", "/api/v1/cases?assignee=%00", "wrong-request"),
        ("GET", "/api/v1/cases?opened_from=%2B99999-01-01", "wrong-request"),
        (
            "GET",
            "/api/v1/reports/win-rate?from=2026-02-01&to=2026-01-01",
            "wrong-request",
        ),
    ] {
        let answer = ask(&test, &secret, (method, url), &[], None).await;
        assert_eq!(problem(&answer), kind, "{method} {url}");
        if kind == "wrong-method" {
            assert_eq!(answer.headers["allow"], "GET,HEAD");
        }
    }
}

on_both!(
    every_door_opens_to_tokens_as_far_as_scope_and_role_reach,
    a_token_ends_with_its_time_and_with_its_person,
    only_one_bearer_header_is_a_token,
    whatever_is_not_there_is_a_problem_too,
);

#[tokio::test]
async fn a_token_that_asks_too_often_waits() {
    let mut test = TestDesk::new().await;
    test.site = test.site.clone().limited(3.try_into().unwrap());
    let (mia, jon) = (
        program(&test, "Mia", Access::Lead).await,
        program(&test, "Jon", Access::Lead).await,
    );
    let me = async |secret: &str| ask(&test, secret, ("GET", "/api/v1/me"), &[], None).await;
    for left in ["2", "1", "0"] {
        let answer = me(&mia).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            (
                &answer.headers["ratelimit-limit"],
                &answer.headers["ratelimit-remaining"]
            ),
            (&"3".parse().unwrap(), &left.parse().unwrap())
        );
    }
    let answer = me(&mia).await;
    assert_eq!(problem(&answer), "too-often");
    assert_eq!(answer.headers["retry-after"], "20");
    assert_eq!(me(&jon).await.status, StatusCode::OK, "each token for itself");
    test.clock.advance(Duration::seconds(20));
    assert_eq!(me(&mia).await.status, StatusCode::OK);
    assert_eq!(me(&mia).await.status, StatusCode::TOO_MANY_REQUESTS);
}
