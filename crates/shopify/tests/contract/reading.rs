//! Reading one, glancing at many; throttling, partial data, refusals.

use crate::support::{ID, NODE, answer, asked, data, denied, dispute, node, row, shop, variables_of, when};
use docket_connector::{Connector, Error};
use docket_core::id::DisputeRef;
use serde_json::{Value, json};
use wiremock::matchers::body_string_contains;
use wiremock::{MockServer, ResponseTemplate};

const GID: &str = "gid://shopify/ShopifyPaymentsDispute/9007199254741993";

#[tokio::test]
async fn a_dispute_is_read_with_its_body_as_it_came() {
    let server = MockServer::start().await;
    let body = format!(r#"{{"data":{{"dispute":{NODE}}},"extensions":{{"cost":{{"actualQueryCost":9}}}}}}"#);
    when(&server, "Dispute(", answer(&json!({})).set_body_string(body)).await;
    let shop = shop(&server);
    let read = shop.read(&dispute()).await.unwrap();
    assert_eq!(
        read.raw,
        NODE.trim().as_bytes(),
        "the node, without the changing cost beside it"
    );
    assert!(!read.dated);
    assert_eq!(read.snapshot.dispute.as_str(), ID);
    assert_eq!(
        read.snapshot.facts.updated_at.to_rfc3339(),
        "2026-10-25T00:00:00+00:00"
    );
    assert_eq!(read.hash, shop.read(&dispute()).await.unwrap().hash);
    assert_eq!(
        variables_of(&server, "Dispute(").await[0],
        json!({"id": GID, "withOrder": true})
    );
}

#[tokio::test]
async fn a_glance_gives_the_same_mark_as_the_reading() {
    let server = MockServer::start().await;
    when(&server, "Dispute(", data(&json!({"dispute": node(&json!({}))}))).await;
    let number = ID.parse().unwrap();
    when(
        &server,
        "DisputesGlance",
        data(&json!({"nodes": [row(number, "NEEDS_RESPONSE"), null, {}]})),
    )
    .await;
    let shop = shop(&server);
    let asked: Vec<DisputeRef> = [ID, "5", "6", "not a number"]
        .map(|id| DisputeRef(id.to_owned()))
        .to_vec();
    let seen = shop.glance(&asked).await.unwrap();
    assert_eq!(seen.len(), 1, "what Shopify does not show is left out");
    assert_eq!(seen[0].mark, shop.read(&dispute()).await.unwrap().mark);
    let ids = &variables_of(&server, "DisputesGlance").await[0]["ids"];
    assert_eq!(ids.as_array().unwrap().len(), 3);
    assert_eq!(shop.glances(), Some(100));
}

#[tokio::test]
async fn what_could_not_be_shown_does_not_pass_for_vanished() {
    let server = MockServer::start().await;
    let fault =
        json!({"message": "oops", "path": ["nodes", 0], "extensions": {"code": "INTERNAL_SERVER_ERROR"}});
    when(
        &server,
        "DisputesGlance",
        answer(&json!({"data": {"nodes": [null]}, "errors": [fault]})),
    )
    .await;
    assert!(matches!(
        shop(&server).glance(&[dispute()]).await,
        Err(Error::Retry { .. })
    ));
    let server = MockServer::start().await;
    let fault = denied("read_shopify_payments_disputes", &["nodes"]);
    when(
        &server,
        "DisputesGlance",
        answer(&json!({"data": {"nodes": [null]}, "errors": [fault]})),
    )
    .await;
    assert!(matches!(
        shop(&server).glance(&[dispute()]).await,
        Err(Error::Auth { .. })
    ));
}

#[tokio::test]
async fn an_order_that_may_not_be_seen_does_not_hide_the_dispute() {
    // Beside the data, or instead of it.
    for partial in [true, false] {
        let server = MockServer::start().await;
        let fault = json!({"message": "This app is not approved to access the Order object.", "path": ["dispute", "order"]});
        let body = if partial {
            json!({"dispute": node(&json!({"order": null}))})
        } else {
            Value::Null
        };
        asked("Dispute(")
            .and(body_string_contains(r#""withOrder":true"#))
            .respond_with(answer(&json!({"data": body, "errors": [fault]})))
            .expect(1)
            .mount(&server)
            .await;
        asked("Dispute(")
            .and(body_string_contains(r#""withOrder":false"#))
            .respond_with(data(&json!({"dispute": node(&json!({"order": null}))})))
            .expect(u64::from(!partial))
            .mount(&server)
            .await;
        let read = shop(&server).read(&dispute()).await.unwrap();
        assert!(read.snapshot.facts.order_refs.is_empty());
    }
}

#[tokio::test]
async fn evidence_of_which_a_part_failed_is_read_again_later() {
    let server = MockServer::start().await;
    let path = ["dispute", "disputeEvidence", "uncategorizedFile"];
    let fault = json!({"message": "oops", "path": path, "extensions": {"code": "INTERNAL_SERVER_ERROR"}});
    let body = json!({"data": {"dispute": node(&json!({}))}, "errors": [fault]});
    when(&server, "Dispute(", answer(&body)).await;
    assert!(matches!(
        shop(&server).read(&dispute()).await,
        Err(Error::Retry { .. })
    ));
}

#[tokio::test]
async fn no_dispute_is_not_found_and_another_one_is_a_broken_contract() {
    let server = MockServer::start().await;
    when(&server, "Dispute(", data(&json!({"dispute": null}))).await;
    let read = shop(&server).read(&dispute()).await;
    assert!(matches!(read, Err(Error::NotFound { .. })), "{read:?}");
    let server = MockServer::start().await;
    let other = "gid://shopify/ShopifyPaymentsDispute/5";
    when(
        &server,
        "Dispute(",
        data(&json!({"dispute": node(&json!({"id": other}))})),
    )
    .await;
    let read = shop(&server).read(&dispute()).await;
    assert!(matches!(read, Err(Error::Contract { .. })), "{read:?}");
    for id in [
        "",
        "gid://shopify/ShopifyPaymentsDispute/5",
        "5/../6",
        "99999999999999999999999",
    ] {
        let read = shop(&server).read(&DisputeRef(id.to_owned())).await;
        assert!(matches!(read, Err(Error::NotFound { .. })), "{id}");
    }
}

fn throttled() -> Value {
    json!({
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {
            "requestedQueryCost": 520, "actualQueryCost": null,
            "throttleStatus": {"maximumAvailable": 1000.0, "currentlyAvailable": 20, "restoreRate": 50.0}
        }}
    })
}

#[tokio::test]
async fn throttling_names_the_pause() {
    let server = MockServer::start().await;
    when(&server, "Dispute(", answer(&throttled())).await;
    let error = shop(&server).read(&dispute()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Retry { after: Some(pause), .. } if pause.as_secs() == 10),
        "{error}"
    );
}

#[tokio::test]
async fn the_platforms_own_figures_slow_the_next_call_down() {
    let server = MockServer::start().await;
    let cost = json!({
        "requestedQueryCost": 12, "actualQueryCost": 8,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 4, "restoreRate": 20.0}
    });
    let body = json!({"data": {"dispute": node(&json!({}))}, "extensions": {"cost": cost}});
    when(&server, "Dispute(", answer(&body)).await;
    let shop = shop(&server);
    let begun = std::time::Instant::now();
    shop.read(&dispute()).await.unwrap();
    shop.read(&dispute()).await.unwrap();
    // 14 points are set aside for a reading, 4 are there, and 20 come in a second.
    assert!(begun.elapsed().as_millis() >= 450, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn each_status_leads_to_its_next_step() {
    let scope = json!({"errors": "[API] This action requires merchant approval for read_orders scope."});
    let permanent = json!({"errors": "Non-expiring access tokens are no longer accepted for the Admin API."});
    let rows = [
        (
            401,
            json!({"errors": "[API] Invalid API key"}),
            "auth",
            "docket connection authorize",
        ),
        (402, json!({}), "auth", "frozen"),
        (403, scope, "auth", "authorise again (`read_orders`)"),
        (403, permanent, "auth", "no longer accepts permanent tokens"),
        (403, json!({}), "auth", "docket connection check"),
        (
            404,
            json!({"errors": "Not Found"}),
            "contract",
            "does not mean that there is no dispute",
        ),
        (301, json!({}), "contract", "redirects"),
        (400, json!({}), "contract", "400"),
        (423, json!({}), "long", "locked"),
        (430, json!({}), "long", "security"),
        (429, json!({}), "retry", "429"),
        (500, json!({}), "retry", "500"),
    ];
    for (status, body, kind, says) in rows {
        let server = MockServer::start().await;
        when(
            &server,
            "Dispute(",
            ResponseTemplate::new(status).set_body_json(body),
        )
        .await;
        let error = shop(&server).read(&dispute()).await.unwrap_err();
        let found = match &error {
            Error::Auth { .. } => "auth",
            Error::Contract { .. } => "contract",
            Error::Retry {
                after: Some(pause), ..
            } if pause.as_secs() >= 3600 => "long",
            Error::Retry { .. } => "retry",
            _ => "other",
        };
        assert_eq!(found, kind, "{status}: {error}");
        assert!(error.to_string().contains(says), "{status}: {error}");
    }
}

#[tokio::test]
async fn each_fault_in_an_answer_leads_to_its_next_step() {
    let rows = [
        ("SHOP_INACTIVE", "auth"),
        ("INTERNAL_SERVER_ERROR", "retry"),
        ("MAX_COST_EXCEEDED", "contract"),
        ("undefinedField", "contract"),
    ];
    for (code, kind) in rows {
        let server = MockServer::start().await;
        let fault = json!({"message": "about ann@buyer.example", "extensions": {"code": code}});
        when(
            &server,
            "Dispute(",
            answer(&json!({"data": null, "errors": [fault]})),
        )
        .await;
        let error = shop(&server).read(&dispute()).await.unwrap_err();
        let found = match &error {
            Error::Auth { .. } => "auth",
            Error::Contract { .. } => "contract",
            Error::Retry { .. } => "retry",
            _ => "other",
        };
        assert_eq!(found, kind, "{code}: {error}");
        assert!(!error.to_string().contains("ann@"), "{error}");
    }
}
