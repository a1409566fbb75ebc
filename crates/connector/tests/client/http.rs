//! What a broken answer means, for reads and for writes.

use std::time::Duration;

use crate::support::{Clock, account, raw};
use docket_connector::Error;
use docket_connector::http::{Call, Payload, read_json};
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn read(url: &Url) -> Call {
    Call::get(url.clone(), "/thing")
}

fn write(url: &Url) -> Call {
    Call::post(url.clone(), "/thing", Payload::Json(r#"{"a":1}"#.into()))
}

async fn answering(template: ResponseTemplate) -> (MockServer, Url) {
    let server = MockServer::start().await;
    Mock::given(path("/thing"))
        .respond_with(template)
        .mount(&server)
        .await;
    let url = format!("{}/thing", server.uri()).parse().unwrap();
    (server, url)
}

#[tokio::test]
async fn without_a_connection_even_a_write_may_be_repeated() {
    let http = account(&Clock::default());
    let nobody: Url = "http://127.0.0.1:1/".parse().unwrap();
    for call in [read(&nobody), write(&nobody)] {
        let error = http.send(call).await.unwrap_err();
        assert!(
            matches!(&error, Error::Retry { why, .. } if why.contains("no connection")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_write_without_a_whole_answer_is_of_unknown_outcome() {
    let broken: [(&str, Option<&'static [u8]>); 4] = [
        ("silence", None),
        ("reset", Some(b"")),
        (
            "truncated",
            Some(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"links\":"),
        ),
        ("half a head", Some(b"HTTP/1.1 200 OK\r\nContent-Le")),
    ];
    for (what, bytes) in broken {
        let url = raw(bytes).await;
        let http = account(&Clock::default());
        let error = http.send(read(&url)).await.unwrap_err();
        assert!(matches!(error, Error::Retry { .. }), "{what}: {error}");
        let error = http.send(write(&url)).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{what}: {error}");
    }
}

#[tokio::test]
async fn a_server_error_leaves_a_write_unknown_and_keeps_the_reference() {
    for status in [408, 500, 502, 503, 504] {
        let template = ResponseTemplate::new(status)
            .insert_header("x-reference", "ref-1")
            .insert_header("retry-after", "9");
        let (_server, url) = answering(template).await;
        let http = account(&Clock::default());
        let error = http.send(read(&url)).await.unwrap_err();
        assert!(
            matches!(error, Error::Retry { after: Some(after), .. } if after == Duration::from_secs(9)),
            "{error}"
        );
        let error = http.send(write(&url)).await.unwrap_err();
        assert!(
            matches!(&error, Error::OutcomeUnknown { reference: Some(r), .. } if r == "ref-1"),
            "{status}: {error}"
        );
    }
}

#[tokio::test]
async fn other_answers_come_back_whole_and_no_redirect_is_followed() {
    for status in [200, 204, 301, 307, 400, 401, 403, 404, 409, 422] {
        let template = ResponseTemplate::new(status).insert_header("location", "http://127.0.0.1:1/");
        let (_server, url) = answering(template).await;
        let answer = account(&Clock::default()).send(write(&url)).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
    }
}

#[tokio::test]
async fn one_401_of_lasting_credentials_is_a_slip_and_five_in_a_row_are_an_answer() {
    let server = MockServer::start().await;
    let answering = |verb: &str, status: u16, times: u64| {
        Mock::given(method(verb))
            .respond_with(ResponseTemplate::new(status))
            .up_to_n_times(times)
            .expect(times)
    };
    answering("GET", 401, 4).mount(&server).await;
    answering("GET", 200, 1).mount(&server).await;
    answering("GET", 401, 5).mount(&server).await;
    answering("POST", 401, 1).mount(&server).await;
    let url: Url = server.uri().parse().unwrap();
    let http = account(&Clock::default());
    for status in [200, 401] {
        let answer = http.insist(Call::get(url.clone(), "/")).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
    }
    // Nothing is known to be harmless about a write, so it is the caller's to repeat.
    let answer = http.insist(write(&url)).await.unwrap();
    assert_eq!(answer.status.as_u16(), 401);
}

#[tokio::test]
async fn after_a_429_the_whole_account_waits_as_long_as_it_was_asked_to() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(429).insert_header("retry-after", "12");
    Mock::given(method("POST"))
        .respond_with(slow)
        .up_to_n_times(1)
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&server)
        .await;
    let url: Url = server.uri().parse().unwrap();
    let clock = Clock::default();
    let http = account(&clock);
    let twin = http.shared().account("test", "account", |_, _| None);
    let stranger = http.shared().account("test", "another account", |_, _| None);

    let error = http.send(write(&url)).await.unwrap_err();
    assert!(
        matches!(error, Error::Retry { after: Some(after), .. } if after.as_secs() == 12),
        "{error}"
    );
    clock.forward(5);
    for handle in [&http, &twin] {
        let error = handle.send(read(&url)).await.unwrap_err();
        assert!(
            matches!(error, Error::Retry { after: Some(after), .. } if after.as_secs() == 7),
            "{error}"
        );
    }
    // One account's pause holds nobody else.
    assert!(stranger.send(read(&url)).await.is_ok());
    server.reset().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&server)
        .await;
    clock.forward(8);
    assert!(twin.send(read(&url)).await.is_ok());
}

#[tokio::test]
async fn a_429_without_a_wish_pauses_half_a_minute_and_then_longer() {
    let (_server, url) = answering(ResponseTemplate::new(429)).await;
    let clock = Clock::default();
    let http = account(&clock);
    for seconds in [30, 60, 120] {
        let error = http.send(read(&url)).await.unwrap_err();
        assert!(
            matches!(error, Error::Retry { after: Some(after), .. } if after.as_secs() == seconds),
            "{error}"
        );
        clock.forward(121);
    }
}

#[tokio::test]
async fn an_endless_body_is_not_read_to_its_end() {
    let (_server, url) = answering(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 33 << 20])).await;
    let http = account(&Clock::default());
    assert!(matches!(http.send(read(&url)).await, Err(Error::Contract { what }) if what.contains("32 MiB")));
    assert!(matches!(
        http.send(write(&url)).await,
        Err(Error::OutcomeUnknown { .. })
    ));
}

#[tokio::test]
async fn a_page_of_html_instead_of_json_is_a_broken_contract() {
    let (_server, url) = answering(ResponseTemplate::new(200).set_body_string("<html>busy</html>")).await;
    let answer = account(&Clock::default()).send(read(&url)).await.unwrap();
    let error = read_json::<Vec<u8>>(&answer.body, "thing").unwrap_err();
    assert!(
        matches!(&error, Error::Contract { what } if !what.contains("busy")),
        "{error}"
    );
}
