//! Listing by windows, and reading.

use std::collections::HashMap;

use crate::support::{CREDENTIALS, paypal, server};
use chrono::{DateTime, Duration, Utc};
use docket_connector::{Connector, Cursor, Error, Listing, Page};
use docket_core::id::DisputeRef;
use futures::TryStreamExt;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const LIST: &str = "/paypal/v1/customer/disputes";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A list over made-up changes, as strict as the reference: 50 pages of at most 50 rows, a `next` link but on page 50.
struct Changes {
    times: Vec<DateTime<Utc>>,
    uri: String,
    /// Whether page 50 links further.
    link_beyond: bool,
}

impl Respond for Changes {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let query: HashMap<String, String> = request.url.query_pairs().into_owned().collect();
        let bound = |name: &str| query.get(name).map(|text| at(text));
        let (after, before) = (bound("update_time_after").unwrap(), bound("update_time_before"));
        let size: usize = query["page_size"].parse().unwrap();
        let page: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
        assert!((1..=50).contains(&page) && size == 50);
        let within = |time: &&DateTime<Utc>| **time >= after && before.is_none_or(|before| **time <= before);
        let found: Vec<_> = self
            .times
            .iter()
            .enumerate()
            .filter(|(_, time)| within(time))
            .collect();
        let rows: Vec<Value> = found.iter().skip((page - 1) * size).take(size)
            .map(|(index, time)| json!({"dispute_id": format!("PP-D-{index}"), "update_time": time.to_rfc3339()}))
            .collect();
        let mut links = vec![json!({"rel": "self", "href": "x"})];
        if found.len() > page * size && (page < 50 || self.link_beyond) {
            let mut next = request.url.clone();
            let kept: Vec<_> = query.iter().filter(|(name, _)| *name != "page").collect();
            next.query_pairs_mut()
                .clear()
                .extend_pairs(kept)
                .append_pair("page", &(page + 1).to_string());
            links.push(
                json!({"rel": "next", "href": format!("{}{LIST}?{}", self.uri, next.query().unwrap())}),
            );
        }
        ResponseTemplate::new(200).set_body_json(json!({"items": rows, "links": links}))
    }
}

async fn listing(times: Vec<DateTime<Utc>>, link_beyond: bool) -> MockServer {
    let server = server().await;
    let changes = Changes {
        times,
        uri: server.uri(),
        link_beyond,
    };
    Mock::given(method("GET"))
        .and(path(LIST))
        .respond_with(changes)
        .mount(&server)
        .await;
    server
}

async fn walk(server: &MockServer, since: Option<&str>, until: DateTime<Utc>) -> Result<Vec<Page>, Error> {
    let what = since.map_or(Listing::First, |to| Listing::Since(Cursor(json!({"to": to}))));
    paypal(server, CREDENTIALS)
        .changes(what, until)
        .try_collect()
        .await
}

async fn list_calls(server: &MockServer) -> usize {
    let calls = server.received_requests().await.unwrap();
    calls.iter().filter(|call| call.url.path() == LIST).count()
}

fn distinct(pages: &[Page]) -> usize {
    let ids: std::collections::HashSet<_> = pages
        .iter()
        .flat_map(|p| &p.items)
        .map(|i| i.dispute.clone())
        .collect();
    ids.len()
}

#[tokio::test]
async fn an_incremental_run_is_one_window_with_an_overlap() {
    let until = at("2027-01-15T08:00:00Z");
    let times = (0..120).map(|n| until - Duration::seconds(n * 10)).collect();
    let server = listing(times, true).await;
    let pages = walk(&server, Some("2027-01-15T07:45:00Z"), until).await.unwrap();
    assert_eq!((pages.len(), distinct(&pages)), (3, 120));
    let checkpoints: Vec<_> = pages.iter().map(|page| page.checkpoint.clone()).collect();
    assert_eq!(
        checkpoints,
        [None, None, Some(Cursor(json!({"to": "2027-01-15T08:00:00Z"})))]
    );
    let first = &server.received_requests().await.unwrap()[1];
    let query: HashMap<_, _> = first.url.query_pairs().into_owned().collect();
    assert_eq!(query["update_time_after"], "2027-01-15T07:30:00.000Z");
    assert!(
        !query.contains_key("update_time_before"),
        "the last window is open at its end"
    );
}

#[tokio::test]
async fn an_unchanged_list_is_one_call_and_still_a_checkpoint() {
    let server = listing(Vec::new(), true).await;
    let pages = walk(&server, Some("2027-01-15T07:59:00Z"), at("2027-01-15T08:00:00Z"))
        .await
        .unwrap();
    assert_eq!((pages.len(), list_calls(&server).await), (1, 1));
    assert!(pages[0].items.is_empty() && pages[0].checkpoint.is_some());
}

#[tokio::test]
async fn a_first_import_of_nothing_takes_few_calls() {
    let server = listing(Vec::new(), true).await;
    let pages = walk(&server, None, at("2027-01-15T08:00:00Z")).await.unwrap();
    assert!(list_calls(&server).await <= 6);
    assert_eq!(
        pages.last().unwrap().checkpoint,
        Some(Cursor(json!({"to": "2027-01-15T08:00:00Z"})))
    );
}

#[tokio::test]
async fn a_first_import_lists_everything_whatever_its_density() {
    let until = at("2027-01-15T08:00:00Z");
    for link_beyond in [true, false] {
        let quiet = (0..300).map(|n| until - Duration::hours(n * 14));
        // A sale: 6,000 disputes within a day, far more than one query shows.
        let sale = (0..6_000).map(|n| until - Duration::days(30) - Duration::seconds(n * 14));
        let times: Vec<_> = quiet.chain(sale).collect();
        let count = times.len();
        let server = listing(times, link_beyond).await;
        let pages = walk(&server, None, until).await.unwrap();
        assert_eq!(distinct(&pages), count, "{link_beyond}");
        let calls = list_calls(&server).await;
        assert!(calls < 450, "{calls} calls for {count} disputes");
        let checkpoints: Vec<_> = pages.iter().filter_map(|p| p.checkpoint.as_ref()).collect();
        let times: Vec<_> = checkpoints
            .iter()
            .map(|c| at(c.0["to"].as_str().unwrap()))
            .collect();
        assert!(times.is_sorted(), "oldest first");
    }
}

#[tokio::test]
async fn a_run_after_an_outage_goes_on_in_steps() {
    let until = at("2027-01-15T08:00:00Z");
    let times: Vec<_> = (0..4_000).map(|n| until - Duration::minutes(n * 30)).collect();
    let server = listing(times, true).await;
    let pages = walk(&server, Some("2026-11-01T00:00:00Z"), until).await.unwrap();
    assert_eq!(distinct(&pages), 3_617);
}

#[tokio::test]
async fn more_within_a_second_than_can_be_shown_is_an_error_that_says_so() {
    let until = at("2027-01-15T08:00:00Z");
    let server = listing(vec![until - Duration::minutes(1); 2_600], true).await;
    let error = walk(&server, Some("2027-01-15T07:59:00Z"), until)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Contract { what } if what.contains("2500 disputes changed within one second")),
        "{error}"
    );
}

#[tokio::test]
async fn a_next_link_that_leads_elsewhere_is_not_followed() {
    let bad = [
        "https://evil.example/v1/customer/disputes?page=2".to_owned(),
        "http://127.0.0.1:1/paypal/v1/customer/disputes?page=2".to_owned(),
        "/v1/customer/disputes?page=2".to_owned(),
        "/paypal/v1/oauth2/token".to_owned(),
    ];
    for href in bad {
        let server = server().await;
        let body = json!({"items": [], "links": [{"rel": "next", "href": href}]});
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET"))
            .respond_with(answer)
            .expect(1)
            .mount(&server)
            .await;
        let error = walk(&server, Some("2027-01-15T07:59:00Z"), at("2027-01-15T08:00:00Z"))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, Error::Contract { what } if what.contains("not followed")),
            "{href}: {error}"
        );
    }
}

#[tokio::test]
async fn a_row_without_an_id_stops_the_listing() {
    let server = server().await;
    let body = json!({"items": [{"update_time": "2027-01-15T07:59:00Z"}], "links": []});
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    let error = walk(&server, None, at("2027-01-15T08:00:00Z")).await.unwrap_err();
    assert!(
        matches!(&error, Error::Contract { what } if what.contains("`dispute_id`")),
        "{error}"
    );
}

#[tokio::test]
async fn reading_keeps_the_body_byte_for_byte() {
    let server = server().await;
    let raw = include_bytes!("../../fixtures/claim.json");
    Mock::given(path(format!("{LIST}/PP-R-QXT-10077431")))
        .and(header("authorization", "Bearer A21"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(raw.as_slice(), "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    let paypal = paypal(&server, CREDENTIALS);
    let observed = paypal
        .read(&DisputeRef("PP-R-QXT-10077431".to_owned()))
        .await
        .unwrap();
    assert_eq!(observed.raw, raw);
    assert_eq!(observed.hash, docket_connector::http::sha256(raw));
    assert_eq!(observed.snapshot.dispute.as_str(), "PP-R-QXT-10077431");
}

#[tokio::test]
async fn reading_fails_by_the_callers_next_step() {
    type Row = (u16, &'static str, fn(&Error) -> bool);
    let rows: [Row; 8] = [
        (
            404,
            r#"{"name": "RESOURCE_NOT_FOUND", "message": "x", "debug_id": "d"}"#,
            |e| matches!(e, Error::NotFound { .. }),
        ),
        (
            403,
            r#"{"name": "NOT_AUTHORIZED", "message": "x", "debug_id": "d"}"#,
            |e| matches!(e, Error::Auth { reference: Some(r), .. } if r == "d"),
        ),
        (403, "<html>", |e| matches!(e, Error::Retry { .. })),
        (401, r#"{"name": "AUTHENTICATION_FAILURE"}"#, |e| {
            matches!(e, Error::Retry { .. })
        }),
        (500, "", |e| matches!(e, Error::Retry { .. })),
        (200, "<html>", |e| matches!(e, Error::Contract { .. })),
        (200, r#"{"dispute_id": "PP-D"#, |e| {
            matches!(e, Error::Retry { .. })
        }),
        (302, "", |e| matches!(e, Error::Contract { .. })),
    ];
    for (status, body, fits) in rows {
        let server = server().await;
        let answer = ResponseTemplate::new(status).set_body_string(body);
        Mock::given(method("GET"))
            .respond_with(answer)
            .mount(&server)
            .await;
        let error = paypal(&server, CREDENTIALS)
            .read(&DisputeRef("PP-D-1".to_owned()))
            .await
            .unwrap_err();
        assert!(fits(&error), "{status} {body}: {error:?}");
    }
    let server = server().await;
    for id in ["", "../oauth2", "a/b", "ä"] {
        let error = paypal(&server, CREDENTIALS)
            .read(&DisputeRef(id.to_owned()))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{id}");
    }
    let empty: Vec<Request> = server.received_requests().await.unwrap();
    assert!(empty.is_empty(), "nothing was asked for an id that cannot be one");
}
