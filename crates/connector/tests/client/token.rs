//! One token however many ask, renewed in time, and once after any number of refusals.

use crate::support::{Clock, account, raw};
use docket_connector::Error;
use docket_connector::http::{Call, Http, Payload};
use docket_connector::token::{Carried, ClientCredentials, SecretIn};
use futures::future::join_all;
use serde_json::json;
use url::Url;
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn credentials(server: &Url) -> ClientCredentials {
    let token_url = server.join("/v1/oauth2/token").unwrap();
    ClientCredentials {
        token_url,
        client_id: "app".to_owned(),
        secret: "secret".into(),
        secret_in: SecretIn::Header,
        carried: Carried::Bearer,
    }
}

fn token(name: &str, expires_in: u64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "scope": "https://example.com/one https://example.com/two", "access_token": name,
        "token_type": "Bearer", "app_id": "APP-1", "expires_in": expires_in, "nonce": "n"
    }))
}

async fn issue(server: &MockServer, name: &str, times: u64) {
    Mock::given(method("POST"))
        .and(path("/v1/oauth2/token"))
        .and(header("authorization", "Basic YXBwOnNlY3JldA=="))
        .and(body_string_contains("grant_type=client_credentials"))
        .respond_with(token(name, 1_000))
        .up_to_n_times(times)
        .expect(times)
        .mount(server)
        .await;
}

async fn started() -> (MockServer, Url, Clock, Http) {
    let server = MockServer::start().await;
    let url = server.uri().parse().unwrap();
    let clock = Clock::default();
    let http = account(&clock);
    (server, url, clock, http)
}

#[tokio::test]
async fn twenty_callers_fetch_one_token() {
    let (server, url, _clock, http) = started().await;
    issue(&server, "first", 1).await;
    let credentials = credentials(&url);
    let tokens = join_all((0..20).map(|_| http.token(&credentials))).await;
    for token in tokens {
        let token = token.unwrap();
        assert_eq!((token.generation, token.scopes.len()), (1, 2));
        assert!(
            !format!("{token:?}").contains("first"),
            "a token must not print itself"
        );
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let (server, url, clock, http) = started().await;
    issue(&server, "first", 1).await;
    issue(&server, "second", 1).await;
    let credentials = credentials(&url);
    assert_eq!(http.token(&credentials).await.unwrap().generation, 1);
    clock.forward(899);
    assert_eq!(http.token(&credentials).await.unwrap().generation, 1);
    clock.forward(1);
    assert_eq!(http.token(&credentials).await.unwrap().generation, 2);
}

#[tokio::test]
async fn many_refusals_of_one_token_replace_it_once_and_writes_go_out_again() {
    let (server, url, _clock, http) = started().await;
    issue(&server, "first", 1).await;
    issue(&server, "second", 1).await;
    let given = |name: &str, status: u16| {
        Mock::given(path("/thing"))
            .and(header("authorization", format!("Bearer {name}").as_str()))
            .respond_with(ResponseTemplate::new(status))
            .expect(20)
    };
    given("first", 401).mount(&server).await;
    given("second", 200).mount(&server).await;
    let (credentials, thing) = (credentials(&url), url.join("/thing").unwrap());
    let make = || Ok(Call::post(thing.clone(), "/thing", Payload::Json("{}".into())));
    for answer in join_all((0..20).map(|_| http.authorised(&credentials, make))).await {
        assert_eq!(answer.unwrap().status.as_u16(), 200);
    }
}

#[tokio::test]
async fn fresh_tokens_refused_now_and_then_are_tried_again_and_always_come_back_as_an_answer() {
    let (server, url, _clock, http) = started().await;
    issue(&server, "token", 6).await;
    Mock::given(path("/thing"))
        .respond_with(ResponseTemplate::new(401))
        .expect(10)
        .mount(&server)
        .await;
    let thing = url.join("/thing").unwrap();
    let credentials = credentials(&url);
    let call = || http.authorised(&credentials, || Ok(Call::get(thing.clone(), "/thing")));
    for _ in 0..4 {
        assert!(matches!(call().await, Err(Error::Retry { .. })));
    }
    assert_eq!(call().await.unwrap().status.as_u16(), 401);
}

#[tokio::test]
async fn a_wrong_secret_says_what_to_do_and_is_tried_once_for_all_who_wait() {
    for status in [400, 401, 403] {
        let (server, url, _clock, http) = started().await;
        let body = json!({"error": "invalid_client", "error_description": "Client Authentication failed"});
        Mock::given(path("/v1/oauth2/token"))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .expect(1)
            .mount(&server)
            .await;
        let credentials = credentials(&url);
        for result in join_all((0..20).map(|_| http.token(&credentials))).await {
            let error = result.unwrap_err();
            let text = error.to_string();
            assert!(matches!(error, Error::Auth { .. }), "{text}");
            assert!(
                text.contains("client id and secret") && text.contains("sandbox"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_fetched_now_is_tried_again_later() {
    for (status, body) in [(500, ""), (503, "<html>"), (200, r#"{"access_tok"#), (200, "")] {
        let (server, url, _clock, http) = started().await;
        let template = ResponseTemplate::new(status).set_body_string(body);
        Mock::given(path("/v1/oauth2/token"))
            .respond_with(template)
            .mount(&server)
            .await;
        let error = http.token(&credentials(&url)).await.unwrap_err();
        assert!(matches!(error, Error::Retry { .. }), "{status} {body}: {error}");
    }
    let http = account(&Clock::default());
    let broken = raw(Some(
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"access_token\":\"x",
    ))
    .await;
    assert!(matches!(
        http.token(&credentials(&broken)).await,
        Err(Error::Retry { .. })
    ));
}

#[tokio::test]
async fn html_or_another_form_instead_of_a_token_is_a_broken_contract() {
    for body in ["<html>ann@example.com</html>", r#"{"access_token": 7}"#] {
        let (server, url, _clock, http) = started().await;
        let template = ResponseTemplate::new(200).set_body_string(body);
        Mock::given(path("/v1/oauth2/token"))
            .respond_with(template)
            .mount(&server)
            .await;
        let error = http.token(&credentials(&url)).await.unwrap_err();
        assert!(
            matches!(&error, Error::Contract { what } if !what.contains("ann@")),
            "{body}: {error}"
        );
    }
}

#[tokio::test]
async fn the_secret_may_stand_in_the_form_and_the_token_in_a_header_of_its_own() {
    let (server, url, _clock, http) = started().await;
    let issued = json!({"access_token": "own", "scope": "read_one,write_two", "expires_in": 86_399});
    Mock::given(path("/v1/oauth2/token"))
        .and(body_string_contains("client_id=app"))
        .and(body_string_contains("client_secret=secret"))
        .respond_with(ResponseTemplate::new(200).set_body_json(issued))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path("/thing"))
        .and(header("x-own-token", "own"))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&server)
        .await;
    let credentials = ClientCredentials {
        secret_in: SecretIn::Body,
        carried: Carried::Header("x-own-token"),
        ..credentials(&url)
    };
    assert_eq!(
        http.token(&credentials).await.unwrap().scopes,
        ["read_one", "write_two"]
    );
    let thing = url.join("/thing").unwrap();
    let make = || Ok(Call::get(thing.clone(), "/thing"));
    assert!(
        http.authorised(&credentials, make)
            .await
            .unwrap()
            .status
            .is_success()
    );
    let asked = &server.received_requests().await.unwrap()[0];
    assert!(!asked.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_page_instead_of_the_error_object_is_a_refusal() {
    let (server, url, _clock, http) = started().await;
    let page = ResponseTemplate::new(400).set_body_string("<html>not installed</html>");
    Mock::given(path("/v1/oauth2/token"))
        .respond_with(page)
        .mount(&server)
        .await;
    let error = http.token(&credentials(&url)).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. }), "{error}");
}
