//! Uploads through REST, attached through the mutation.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::*;

fn pdf(bytes: usize) -> Vec<u8> {
    let mut data = b"%PDF-1.7\n".to_vec();
    data.resize(bytes - 6, b' ');
    data.extend_from_slice(b"\n%%EOF");
    data
}

fn file(document_type: &str, mimetype: &str, data: &[u8]) -> Value {
    json!({"dispute_file_upload": {
        "document_type": document_type, "filename": "proof.pdf", "mimetype": mimetype, "data": STANDARD.encode(data),
    }})
}

async fn upload(shop: &Shop, own: &Waiting, body: &Value) -> Answer {
    let path = format!("disputes/{}/dispute_file_uploads.json", own.number);
    read(shop.rest(Method::POST, &path).json(body)).await
}

fn gid(answer: &Value) -> String {
    format!(
        "gid://shopify/ShopifyPaymentsDisputeFileUpload/{}",
        answer["dispute_file_upload"]["id"]
    )
}

#[tokio::test]
async fn an_upload_is_attached_replaced_and_destroyed() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let body = file("shipping_documentation_file", "application/pdf", &pdf(2_000));
    let (status, first) = upload(&shop, &own, &body).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(first["dispute_file_upload"]["file_size"], 2_000);
    let (_, second) = upload(&shop, &own, &body).await;
    for answer in [&first, &second] {
        let input = json!({"shippingDocumentationFile": {"id": gid(answer)}});
        let payload = shop.update(&own.evidence, input).await;
        assert_eq!(
            payload["disputeEvidence"]["shippingDocumentationFile"]["id"],
            gid(answer).as_str()
        );
    }
    let row = shop.dispute(&own.id).await;
    assert_eq!(
        row["disputeEvidence"]["disputeFileUploads"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let input = json!({"shippingDocumentationFile": {"id": gid(&second), "destroy": true}});
    shop.update(&own.evidence, input).await;
    let row = shop.dispute(&own.id).await;
    assert!(row["disputeEvidence"]["shippingDocumentationFile"].is_null());
    let path = format!(
        "disputes/{}/dispute_file_uploads/{}.json",
        own.number, first["dispute_file_upload"]["id"]
    );
    assert_eq!(read(shop.rest(Method::DELETE, &path)).await.0, 200);
    assert_eq!(read(shop.rest(Method::DELETE, &path)).await.0, 404);
    assert_eq!(
        shop.dispute(&own.id).await["disputeEvidence"]["disputeFileUploads"],
        json!([])
    );
}

#[tokio::test]
async fn files_must_be_what_they_say_and_fit() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let good = pdf(1_000);
    for (wrong, field) in [
        (
            file("SHIPPING_DOCUMENTATION_FILE", "application/pdf", &good),
            "document_type",
        ),
        (file("uncategorized_file", "image/png", &good), "mimetype"),
        (
            file("uncategorized_file", "application/pdf", b"%PDF-1.7 cut off"),
            "mimetype",
        ),
        (file("uncategorized_file", "text/plain", b"hello"), "mimetype"),
        (
            file("uncategorized_file", "application/pdf", &pdf(3_997_807)),
            "file_size",
        ),
    ] {
        let (status, body) = upload(&shop, &own, &wrong).await;
        assert_eq!(status, 422, "{body}");
        assert!(body["errors"][field].is_array(), "{body}");
    }
    assert_eq!(
        upload(
            &shop,
            &own,
            &file("uncategorized_file", "application/pdf", &pdf(3_000_000))
        )
        .await
        .0,
        201
    );
    let (status, body) = upload(
        &shop,
        &own,
        &file("refund_policy_file", "application/pdf", &pdf(1_000_000)),
    )
    .await;
    assert_eq!(status, 422);
    assert!(
        body["errors"]["file_size"][0]
            .as_str()
            .unwrap()
            .contains("997806 bytes are left")
    );
    assert_eq!(upload(&shop, &own, &json!({"file": 1})).await.0, 400);
    let path = format!("disputes/{}/dispute_file_uploads.json", own.number);
    assert_eq!(
        read(shop.rest(Method::GET, &path)).await.0,
        405,
        "there is no list"
    );
}
