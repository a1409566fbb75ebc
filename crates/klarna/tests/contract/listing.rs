//! Listing by windows, states and pages.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use docket_connector::{Connector, Cursor, Error, Listing, Page};
use futures::TryStreamExt;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{BASIC, CREDENTIALS, LIST, at, dispute, klarna};

/// A list over made-up disputes, as strict as the reference: start included, end excluded, a cursor that is an item.
struct Disputes {
    /// Created, updated, state.
    rows: Vec<(DateTime<Utc>, DateTime<Utc>, &'static str)>,
    /// The most that a page holds, whatever is asked.
    most: usize,
}

impl Respond for Disputes {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let pairs: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        let query: HashMap<&str, &str> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let known = [
            "size",
            "starting_after",
            "state",
            "created_at_start",
            "created_at_end",
            "updated_at_start",
            "updated_at_end",
        ];
        assert!(query.keys().all(|key| known.contains(key)), "{query:?}");
        assert_eq!(request.headers["authorization"], BASIC);
        let states: Vec<&str> = pairs
            .iter()
            .filter(|(key, _)| key == "state")
            .flat_map(|(_, value)| value.split(','))
            .collect();
        let bound = |name: &str| query.get(name).map(|text| at(text));
        let within = |name: &str, time: DateTime<Utc>| {
            bound(&format!("{name}_start")).is_none_or(|start| time >= start)
                && bound(&format!("{name}_end")).is_none_or(|end| time < end)
        };
        let after: usize = query
            .get("starting_after")
            .map_or(0, |item| item.parse().unwrap());
        let size = query["size"].parse::<usize>().unwrap().min(self.most);
        let found: Vec<(usize, Value)> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, (created, updated, state))| {
                within("created_at", *created)
                    && within("updated_at", *updated)
                    && (states.is_empty() || states.contains(state))
            })
            .map(|(index, (created, updated, state))| (index + 1, row(index, *created, *updated, state)))
            .filter(|(item, _)| *item > after)
            .collect();
        let page: Vec<&Value> = found.iter().take(size).map(|(_, row)| row).collect();
        let last = found.get(size.saturating_sub(1)).filter(|_| found.len() > size);
        let pagination = json!({"count": page.len(), "last_item": last.map(|(item, _)| item.to_string())});
        ResponseTemplate::new(200).set_body_json(json!({"disputes": page, "pagination": pagination}))
    }
}

fn row(index: usize, created: DateTime<Utc>, updated: DateTime<Utc>, state: &str) -> Value {
    let mut row = dispute(state);
    row["payment_dispute_id"] = json!(format!("krn:d:{index}"));
    row["created_at"] = json!(created.to_rfc3339());
    row["updated_at"] = json!(updated.to_rfc3339());
    row
}

async fn listing(rows: Vec<(DateTime<Utc>, DateTime<Utc>, &'static str)>) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path(LIST))
        .respond_with(Disputes { rows, most: 60 })
        .mount(&server)
        .await;
    server
}

fn until() -> DateTime<Utc> {
    at("2027-01-15T08:00:00Z")
}

async fn walk(server: &MockServer, credentials: &str, what: Listing) -> Result<Vec<Page>, Error> {
    klarna(server, credentials)
        .changes(what, until())
        .try_collect()
        .await
}

fn since(to: &str) -> Listing {
    Listing::Since(Cursor(json!({"to": to})))
}

fn distinct(pages: &[Page]) -> usize {
    let ids: HashSet<_> = pages.iter().flat_map(|p| &p.items).map(|i| &i.dispute).collect();
    ids.len()
}

async fn queries(server: &MockServer) -> Vec<HashMap<String, String>> {
    let calls = server.received_requests().await.unwrap();
    calls
        .iter()
        .map(|call| call.url.query_pairs().into_owned().collect())
        .collect()
}

#[tokio::test]
async fn an_incremental_run_is_one_window_with_an_overlap() {
    let rows = (0..150).map(|n| {
        (
            until() - Duration::days(30),
            until() - Duration::seconds(n + 1),
            "INITIATED",
        )
    });
    let server = listing(rows.collect()).await;
    let pages = walk(&server, CREDENTIALS, since("2027-01-15T07:59:00Z"))
        .await
        .unwrap();
    assert_eq!((pages.len(), distinct(&pages)), (3, 150));
    let checkpoints: Vec<_> = pages.iter().map(|page| page.checkpoint.clone()).collect();
    assert_eq!(
        checkpoints,
        [None, None, Some(Cursor(json!({"to": "2027-01-15T08:00:00Z"})))]
    );
    let queries = queries(&server).await;
    assert_eq!(queries[0]["updated_at_start"], "2027-01-15T07:49:00.000Z");
    assert_eq!(queries[0]["updated_at_end"], "2027-01-15T08:00:00.000Z");
    assert_eq!(
        (queries[0]["size"].as_str(), queries[1]["starting_after"].as_str()),
        ("100", "60")
    );
}

#[tokio::test]
async fn rows_are_readings_and_carry_their_mark() {
    let server = listing(vec![(
        until() - Duration::days(3),
        until() - Duration::hours(1),
        "INITIATED",
    )])
    .await;
    let pages = walk(&server, CREDENTIALS, Listing::First).await.unwrap();
    let listed = pages.iter().flat_map(|page| &page.items).next().unwrap();
    let observed = listed.observed.as_ref().unwrap();
    assert_eq!(listed.mark, observed.mark);
    assert_eq!(
        listed.mark,
        "2027-01-15T07:00:00.000000Z INITIATED/EVIDENCE_REQUESTED 2027-01-25T22:59:59.000000Z"
    );
    assert!(observed.dated);
    assert_eq!(observed.hash, docket_connector::http::sha256(&observed.raw));
    let body: Value = serde_json::from_slice(&observed.raw).unwrap();
    assert_eq!(body["payment_dispute_id"], listed.dispute.as_str());
}

#[tokio::test]
async fn a_first_import_reaches_400_days_back_in_resumable_windows() {
    let rows: Vec<_> = (0..2_000)
        .map(|n| {
            let created = until() - Duration::minutes(n * 290);
            (created, created + Duration::hours(1), "CLOSED")
        })
        .collect();
    let reached = rows
        .iter()
        .filter(|row| row.0 >= until() - Duration::days(400) && row.0 < until())
        .count();
    let server = listing(rows).await;
    let pages = walk(&server, CREDENTIALS, Listing::First).await.unwrap();
    assert_eq!(distinct(&pages), reached);
    let checkpoints: Vec<_> = pages
        .iter()
        .filter_map(|page| page.checkpoint.as_ref())
        .map(|cursor| at(cursor.0["to"].as_str().unwrap()))
        .collect();
    assert!(
        checkpoints.is_sorted() && checkpoints.len() > 3,
        "{checkpoints:?}"
    );
    assert_eq!(checkpoints.last(), Some(&until()));
    assert_eq!(
        queries(&server).await[0]["created_at_start"],
        "2025-12-11T08:00:00.000Z"
    );

    // Stopped at some checkpoint: what is left comes by `updated_at`.
    let stopped = checkpoints[1];
    let rest = walk(&server, CREDENTIALS, since(&stopped.to_rfc3339()))
        .await
        .unwrap();
    let mut done: HashSet<_> = rest
        .iter()
        .flat_map(|page| &page.items)
        .map(|i| i.dispute.clone())
        .collect();
    for page in pages.iter().take_while(|page| {
        page.checkpoint
            .as_ref()
            .is_none_or(|c| at(c.0["to"].as_str().unwrap()) <= stopped)
    }) {
        done.extend(page.items.iter().map(|item| item.dispute.clone()));
    }
    assert_eq!(done.len(), reached);
}

#[tokio::test]
async fn an_empty_account_takes_few_calls() {
    let server = listing(Vec::new()).await;
    let pages = walk(&server, CREDENTIALS, Listing::First).await.unwrap();
    assert!(pages.len() <= 6, "{}", pages.len());
    assert_eq!(
        pages.last().unwrap().checkpoint,
        Some(Cursor(json!({"to": "2027-01-15T08:00:00Z"})))
    );
    let pages = walk(&server, CREDENTIALS, since("2027-01-15T07:59:00Z"))
        .await
        .unwrap();
    assert_eq!(pages.len(), 1);
}

#[tokio::test]
async fn a_sweep_asks_for_each_open_state() {
    let old = until() - Duration::days(900);
    let states = [
        "ARBITRATION",
        "CLOSED",
        "PRE_ARBITRATION",
        "REPRESENTMENT",
        "INITIATED",
    ];
    let rows: Vec<_> = states.iter().map(|state| (old, old, *state)).collect();
    let server = listing(rows.clone()).await;
    let pages = walk(&server, CREDENTIALS, Listing::Open).await.unwrap();
    assert_eq!(distinct(&pages), 4);
    assert!(pages.iter().all(|page| page.checkpoint.is_none()));
    let asked: Vec<String> = queries(&server)
        .await
        .iter()
        .map(|query| query["state"].clone())
        .collect();
    assert_eq!(
        asked,
        ["INITIATED", "REPRESENTMENT", "PRE_ARBITRATION", "ARBITRATION"]
    );

    for (style, query) in [
        (
            "repeated",
            "state=INITIATED&state=REPRESENTMENT&state=PRE_ARBITRATION&state=ARBITRATION",
        ),
        (
            "comma",
            "state=INITIATED%2CREPRESENTMENT%2CPRE_ARBITRATION%2CARBITRATION",
        ),
    ] {
        let server = listing(rows.clone()).await;
        let credentials = CREDENTIALS.replace('{', &format!(r#"{{"array_style": "{style}", "#));
        let pages = walk(&server, &credentials, Listing::Open).await.unwrap();
        assert_eq!((pages.len(), distinct(&pages)), (1, 4), "{style}");
        let calls = server.received_requests().await.unwrap();
        assert!(calls[0].url.query().unwrap().contains(query), "{}", calls[0].url);
    }
}

async fn answering(body: Value) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn a_row_that_cannot_be_mapped_costs_no_other() {
    let mut broken = dispute("INITIATED");
    broken["payment_dispute_id"] = json!("krn:broken");
    broken["dispute_details"]["currency"] = json!("???");
    let server = answering(
        json!({"disputes": [broken, dispute("INITIATED")], "pagination": {"count": 2, "last_item": null}}),
    )
    .await;
    let pages = walk(&server, CREDENTIALS, since("2027-01-15T07:59:00Z"))
        .await
        .unwrap();
    let seen: Vec<_> = pages[0]
        .items
        .iter()
        .map(|i| (i.dispute.as_str(), i.observed.is_some()))
        .collect();
    assert_eq!(seen, [("krn:broken", false), (crate::support::ID, true)]);
    assert_eq!(
        pages[0].items[0].mark.len(),
        64,
        "a hash, so that a mended row is seen"
    );
}

#[tokio::test]
async fn what_would_lose_disputes_stops_the_listing() {
    let mut nameless = dispute("INITIATED");
    nameless["payment_dispute_id"] = Value::Null;
    for (body, says) in [
        (
            json!({"disputes": [nameless], "pagination": {"count": 1}}),
            "`payment_dispute_id`",
        ),
        (json!({"items": []}), "`disputes` and `pagination`"),
        (
            json!({"disputes": [dispute("INITIATED")], "pagination": {"count": 1, "last_item": "same"}}),
            "same item again",
        ),
    ] {
        let server = answering(body).await;
        let error = walk(&server, CREDENTIALS, Listing::First).await.unwrap_err();
        assert!(
            matches!(&error, Error::Contract { what } if what.contains(says)),
            "{error}"
        );
    }
    let server = answering(json!({})).await;
    let foreign = Listing::Since(Cursor(json!({"after": "x"})));
    let error = walk(&server, CREDENTIALS, foreign).await.unwrap_err();
    assert!(
        matches!(&error, Error::Contract { what } if what.contains("sync in full")),
        "{error}"
    );
}

#[tokio::test]
async fn v3_lists_everything_and_lets_marks_tell() {
    let body = json!({"payment_dispute_id": "d", "state": "MERCHANT_EVIDENCE_PENDING", "reason": "PRODUCTS_FAULTY",
        "disputed_amount": {"amount": 1, "currency": "EUR"}, "updated_at": "2026-10-06T10:00:00Z"});
    let server = MockServer::start().await;
    Mock::given(path("/klarna/disputes/v3/disputes"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"disputes": [body], "pagination": {"count": 1}})),
        )
        .mount(&server)
        .await;
    let credentials = CREDENTIALS.replace('{', r#"{"generation": "v3", "#);
    for (what, checkpoint) in [
        (Listing::First, true),
        (since("2027-01-01T00:00:00Z"), true),
        (Listing::Open, false),
    ] {
        let pages = walk(&server, &credentials, what).await.unwrap();
        assert_eq!((pages.len(), distinct(&pages)), (1, 1));
        assert_eq!(pages[0].checkpoint.is_some(), checkpoint);
    }
}

#[tokio::test]
async fn a_page_size_that_klarna_refuses_becomes_smaller() {
    let server = MockServer::start().await;
    let refusal = json!({"error_id": "e", "error_code": "VALIDATION_ERROR",
        "validation_errors": [{"parameter": "size", "reason": "must be less than or equal to 50"}]});
    Mock::given(query_param("size", "100"))
        .respond_with(ResponseTemplate::new(400).set_body_json(&refusal))
        .expect(1)
        .mount(&server)
        .await;
    let rows = json!({"disputes": [dispute("INITIATED")], "pagination": {"count": 1}});
    Mock::given(query_param("size", "20"))
        .respond_with(ResponseTemplate::new(200).set_body_json(rows))
        .expect(4)
        .mount(&server)
        .await;
    let pages = walk(&server, CREDENTIALS, Listing::Open).await.unwrap();
    assert_eq!(pages.len(), 4, "asked for once in each state, and refused once");
    let stubborn = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(400).set_body_json(&refusal))
        .expect(2)
        .mount(&stubborn)
        .await;
    let error = walk(&stubborn, CREDENTIALS, Listing::Open).await.unwrap_err();
    assert!(matches!(error, Error::Rejected { .. }), "{error}");
}
