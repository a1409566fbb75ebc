//! What goes over the wire, and what a refusal means.

use crate::support::{CREDENTIALS, paypal, server};
use bytes::Bytes;
use docket_connector::{Connector, Error, Outgoing};
use docket_core::id::DisputeRef;
use docket_core::response::{
    AcceptKind, Address, EvidenceItem, FileRef, OfferKind, Response, ReturnState, Tracking,
};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn file(name: &str, media_type: &str, content: &'static [u8]) -> (FileRef, Bytes) {
    let size = content.len().try_into().unwrap();
    let sha256 = docket_connector::http::sha256(content)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    (
        FileRef {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            size,
            sha256,
        },
        Bytes::from_static(content),
    )
}

fn contest(files: &[(FileRef, Bytes)]) -> Response {
    Response::Contest {
        evidence: vec![EvidenceItem {
            kind: "proof_of_fulfillment".to_owned(),
            note: Some("Delivered on 14 January.".to_owned()),
            tracking: vec![
                Tracking {
                    carrier: "DE_DHL_PARCEL".to_owned(),
                    number: "0034".to_owned(),
                    url: None,
                },
                Tracking {
                    carrier: "Hansen & Søn".to_owned(),
                    number: "77".to_owned(),
                    url: Some("https://hs.example/77".to_owned()),
                },
            ],
            files: files.iter().map(|(file, _)| file.clone()).collect(),
            ..EvidenceItem::default()
        }],
        return_address: None,
        proposed_refund: None,
    }
}

async fn send(
    server: &MockServer,
    response: &Response,
    files: &[(FileRef, Bytes)],
) -> Result<Option<String>, Error> {
    let paypal = paypal(server, CREDENTIALS);
    let outgoing = Outgoing {
        response,
        files,
        attempt: "attempt-1",
    };
    paypal
        .act(&DisputeRef("PP-D-1".to_owned()), outgoing)
        .await
        .map(|receipt| receipt.reference)
}

async fn taking(action: &str) -> MockServer {
    let server = server().await;
    let links = json!({"links": [{"rel": "self", "href": "x"}]});
    Mock::given(method("POST"))
        .and(path(format!("/paypal/v1/customer/disputes/PP-D-1/{action}")))
        .and(header("authorization", "Bearer A21"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(links)
                .insert_header("paypal-debug-id", "dbg1"),
        )
        .expect(1)
        .mount(&server)
        .await;
    server
}

/// The body and content type of the one action that was sent.
async fn sent(server: &MockServer) -> (String, String) {
    let calls = server.received_requests().await.unwrap();
    let call = calls
        .iter()
        .find(|call| call.url.path().contains("/disputes/"))
        .unwrap();
    let kind = call.headers["content-type"].to_str().unwrap().to_owned();
    (String::from_utf8_lossy(&call.body).into_owned(), kind)
}

#[tokio::test]
async fn evidence_goes_as_parts_with_their_types_and_names() {
    let server = taking("provide-evidence").await;
    let files = [
        file("proof of delivery.pdf", "application/pdf", b"%PDF"),
        file("photo.png", "image/png", b"\x89PNG"),
    ];
    let reference = send(&server, &contest(&files), &files).await.unwrap();
    assert_eq!(reference.as_deref(), Some("dbg1"));
    let (body, kind) = sent(&server).await;
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    assert_eq!(parts.len(), 5, "three parts, a beginning and an end: {body}");
    let (head, json_text) = parts[1].split_once("\r\n\r\n").unwrap();
    assert_eq!(
        head,
        "\r\nContent-Disposition: form-data; name=\"input\"\r\nContent-Type: application/json"
    );
    let input: Value = serde_json::from_str(json_text).unwrap();
    let expected = json!({"evidences": [{
        "evidence_type": "PROOF_OF_FULFILLMENT",
        "evidence_info": {"tracking_info": [
            {"carrier_name": "DE_DHL_PARCEL", "tracking_number": "0034"},
            {"carrier_name": "OTHER", "carrier_name_other": "Hansen & Søn", "tracking_number": "77", "tracking_url": "https://hs.example/77"}
        ]},
        "documents": [{"name": "proof of delivery.pdf"}, {"name": "photo.png"}],
        "notes": "Delivered on 14 January."
    }]});
    assert_eq!(input, expected);
    let first = "\r\nContent-Disposition: form-data; name=\"file1\"; filename=\"proof of delivery.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF";
    assert!(parts[2].starts_with(first), "{}", parts[2]);
    assert!(
        parts[3].contains("name=\"file2\"; filename=\"photo.png\"\r\nContent-Type: image/png"),
        "{}",
        parts[3]
    );
}

#[tokio::test]
async fn each_action_has_its_address_and_body() {
    let home = Address {
        line_1: Some("Kai 4".to_owned()),
        city: Some("Kiel".to_owned()),
        country: "de".to_owned(),
        ..Address::default()
    };
    let money =
        |text: &str, code: &str| docket_core::money::Money::parse(text, code.parse().unwrap()).unwrap();
    let accept = |kind, amount, return_address, shipment| Response::Accept {
        kind,
        note: "ok".to_owned(),
        reason: Some("lost_in_mail".to_owned()),
        amount,
        return_address,
        invoice_id: Some("I-1".to_owned()),
        shipment,
        files: vec![],
    };
    let place = json!({"address_line_1": "Kai 4", "admin_area_2": "Kiel", "country_code": "DE"});
    let label = vec![Tracking {
        carrier: "DPD_DE".to_owned(),
        number: "5".to_owned(),
        url: None,
    }];
    let rows = [
        (
            accept(AcceptKind::Refund, None, None, vec![]),
            "accept-claim",
            json!({"note": "ok", "accept_claim_type": "REFUND", "accept_claim_reason": "LOST_IN_MAIL", "invoice_id": "I-1"}),
        ),
        (
            accept(AcceptKind::PartialRefund, Some(money("900", "HUF")), None, vec![]),
            "accept-claim",
            json!({"note": "ok", "accept_claim_type": "PARTIAL_REFUND", "accept_claim_reason": "LOST_IN_MAIL", "invoice_id": "I-1",
                "refund_amount": {"currency_code": "HUF", "value": "900"}}),
        ),
        (
            accept(AcceptKind::RefundWithReturnLabel, None, Some(home.clone()), label),
            "accept-claim",
            json!({"note": "ok", "accept_claim_type": "REFUND_WITH_RETURN_SHIPMENT_LABEL", "accept_claim_reason": "LOST_IN_MAIL",
                "invoice_id": "I-1", "return_shipping_address": place,
                "return_shipment_info": [{"tracking_info": {"carrier_name": "DPD_DE", "tracking_number": "5"}}]}),
        ),
        (
            Response::Offer {
                kind: OfferKind::RefundWithReturn,
                note: "please".to_owned(),
                amount: Some(money("12.5", "EUR")),
                return_address: Some(home),
                invoice_id: None,
            },
            "make-offer",
            json!({"note": "please", "offer_type": "REFUND_WITH_RETURN", "return_shipping_address": place,
                "offer_amount": {"currency_code": "EUR", "value": "12.50"}}),
        ),
        (
            Response::Message {
                text: "hello".to_owned(),
                files: vec![],
            },
            "send-message",
            json!({"message": "hello"}),
        ),
        (
            Response::Escalate {
                note: "no answer".to_owned(),
            },
            "escalate",
            json!({"note": "no answer"}),
        ),
        (
            Response::SupportingInfo {
                note: "more".to_owned(),
                files: vec![],
            },
            "provide-supporting-info",
            json!({"notes": "more"}),
        ),
        (
            Response::AcknowledgeReturn {
                kind: ReturnState::ItemReceived,
                note: None,
                evidence: vec![],
            },
            "acknowledge-return-item",
            json!({"acknowledgement_type": "ITEM_RECEIVED"}),
        ),
    ];
    for (response, action, expected) in rows {
        let server = taking(action).await;
        send(&server, &response, &[]).await.unwrap();
        let (body, kind) = sent(&server).await;
        assert_eq!(kind, "application/json", "{action}");
        assert_eq!(
            serde_json::from_str::<Value>(&body).unwrap(),
            expected,
            "{action}"
        );
        against_the_specification(action, &expected);
    }
}

/// Where PayPal's OpenAPI file is at hand, bodies that it describes are held against it.
fn against_the_specification(action: &str, body: &Value) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/specs/paypal/customer_disputes_v1.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    let schema = match action {
        "make-offer" => "make_offer",
        "escalate" => "escalate",
        _ => return,
    };
    let mut file: Value = serde_json::from_str(&text).unwrap();
    file["$ref"] = format!("#/components/schemas/{schema}").into();
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .build(&file)
        .unwrap();
    let errors: Vec<String> = validator
        .iter_errors(body)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{action}: {errors:?}");
}

#[tokio::test]
async fn messages_with_files_go_as_parts() {
    let files = [file("a.jpg", "image/jpeg", b"\xff\xd8")];
    let named = vec![files[0].0.clone()];
    let server = taking("send-message").await;
    send(
        &server,
        &Response::Message {
            text: "look".to_owned(),
            files: named,
        },
        &files,
    )
    .await
    .unwrap();
    let (body, kind) = sent(&server).await;
    assert!(
        kind.starts_with("multipart/form-data")
            && body.contains("name=\"input\"")
            && body.contains("name=\"file1\"")
    );
}

#[tokio::test]
async fn files_that_do_not_match_are_not_sent() {
    let server = server().await;
    let files = [
        file("a.pdf", "application/pdf", b"%PDF"),
        file("b\".pdf", "application/pdf", b"%PDF"),
    ];
    let missing = send(&server, &contest(&files[..1]), &[]).await.unwrap_err();
    let quoted = send(&server, &contest(&files), &files).await.unwrap_err();
    for error in [missing, quoted] {
        assert!(
            matches!(&error, Error::Rejected { code, .. } if code == "NOT_SENT"),
            "{error}"
        );
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_401_is_sent_once_more_and_nothing_else_is() {
    let server = server().await;
    let action = || path("/paypal/v1/customer/disputes/PP-D-1/provide-evidence");
    Mock::given(action())
        .respond_with(ResponseTemplate::new(401))
        .up_to_n_times(1)
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(action())
        .respond_with(ResponseTemplate::new(202))
        .expect(1)
        .mount(&server)
        .await;
    assert_eq!(send(&server, &contest(&[]), &[]).await.unwrap(), None);
    let calls = server.received_requests().await.unwrap();
    assert_eq!(
        calls
            .iter()
            .filter(|call| call.url.path().ends_with("/token"))
            .count(),
        2
    );
}

#[tokio::test]
async fn each_refusal_names_the_next_step() {
    let detail = |issue: &str| {
        json!({"name": "VALIDATION_ERROR", "message": "x", "debug_id": "d1",
        "details": [{"issue": issue, "field": "/note", "value": "ann@example.com", "location": "body"}]})
        .to_string()
    };
    let named =
        |name: &str| json!({"name": name, "message": "ann@example.com", "debug_id": "d1"}).to_string();
    let rejected = [
        (
            400,
            detail("MISSING_TRACKING_INFO"),
            "MISSING_TRACKING_INFO",
            "carrier and tracking number",
        ),
        (
            400,
            detail("MISSING_RETURN_SHIPPING_ADDRESS"),
            "MISSING_RETURN_SHIPPING_ADDRESS",
            "must not be given",
        ),
        (422, detail("INSUFFICIENT_FUNDS"), "INSUFFICIENT_FUNDS", "balance"),
        (
            422,
            named("ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE"),
            "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE",
            "allowed actions",
        ),
        (
            409,
            named("RESOURCE_CONFLICT"),
            "RESOURCE_CONFLICT",
            "read it again",
        ),
        (
            415,
            named("UNSUPPORTED_MEDIA_TYPE"),
            "UNSUPPORTED_MEDIA_TYPE",
            "upload",
        ),
        (400, detail("BRAND_NEW_ISSUE"), "BRAND_NEW_ISSUE", "reference"),
        (400, "<html>".to_owned(), "HTTP_400", "HTTP_400"),
    ];
    for (status, body, code, says) in rejected {
        let error = refused(status, &body).await;
        let Error::Rejected {
            code: given, message, ..
        } = &error
        else {
            panic!("{status} {body}: {error}")
        };
        assert_eq!(given, code);
        assert!(
            message.contains(says) && !format!("{error:?}").contains("ann@"),
            "{error:?}"
        );
    }
    assert!(
        matches!(refused(403, &named("NOT_AUTHORIZED")).await, Error::Auth { message, .. } if message.contains("UPDATE_SELLER_DISPUTE"))
    );
    assert!(matches!(
        refused(401, &named("AUTHENTICATION_FAILURE")).await,
        Error::Retry { .. }
    ));
    assert!(matches!(
        refused(404, &named("RESOURCE_NOT_FOUND")).await,
        Error::NotFound { .. }
    ));
    assert!(matches!(
        refused(429, &named("RATE_LIMIT_REACHED")).await,
        Error::Retry { after: Some(_), .. }
    ));
    for status in [302, 408, 500, 503] {
        let error = refused(status, &named("INTERNAL_SERVICE_ERROR")).await;
        assert!(
            matches!(&error, Error::OutcomeUnknown { reference: Some(r), .. } if r == "d1"),
            "{status}: {error:?}"
        );
    }
}

async fn refused(status: u16, body: &str) -> Error {
    let server = server().await;
    let answer = ResponseTemplate::new(status).set_body_string(body);
    Mock::given(path("/paypal/v1/customer/disputes/PP-D-1/escalate"))
        .respond_with(answer)
        .mount(&server)
        .await;
    send(&server, &Response::Escalate { note: "x".to_owned() }, &[])
        .await
        .unwrap_err()
}
