//! Files: types, names, sizes, and when they are taken.

use super::*;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

#[tokio::test]
async fn types_are_held_to_their_content() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({})).await;
    let taken = [
        pdf("a.pdf", 1_000),
        content("a.jpg", "image/jpeg", &[0xFF, 0xD8, 0xFF, 0xE0], 1_000),
        content("a.png", "image/png", b"\x89PNG\r\n\x1a\n", 1_000),
        content("a.docx", DOCX, b"PK\x03\x04", 1_000),
    ];
    for part in taken {
        let (status, body) = shop.send(&id, Form::new().part("file", part)).await;
        assert_eq!(status, 201, "{body}");
    }
    let refused = [
        (
            content("a.pdf", "application/pdf", b"<html>", 1_000),
            "VALIDATION_ERROR",
        ),
        (
            content("a.gif", "image/gif", b"GIF89a", 1_000),
            "INVALID_CONTENT_TYPE",
        ),
        (pdf("a.pdf", 7_000_001), "VALIDATION_ERROR"),
        (
            Part::bytes(Vec::new()).mime_str("application/pdf").unwrap(),
            "VALIDATION_ERROR",
        ),
        (Part::bytes(b"%PDF-1.7".to_vec()), "INVALID_CONTENT_TYPE"),
    ];
    for (part, expected) in refused {
        let (status, body) = shop.send(&id, Form::new().part("file", part)).await;
        assert_eq!((status.as_u16(), code(&body)), (400, expected));
    }
    let (status, body) = shop.post(&id, "attachments", json!({})).await;
    assert_eq!((status.as_u16(), code(&body)), (400, "INVALID_CONTENT_TYPE"));
    let journal = shop.desk.control("/klarna/journal").await;
    assert_eq!(journal.as_array().unwrap().len(), 4, "only what was taken");
}

#[tokio::test]
async fn a_name_of_its_own_has_the_files_extension() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({})).await;
    let named = |name: &str| {
        Form::new()
            .text("filename", name.to_owned())
            .part("file", pdf("x", 1_000))
    };
    for good in ["cover letter.pdf", "Übergabe.PDF"] {
        assert_eq!(shop.send(&id, named(good)).await.0, 201, "{good}");
    }
    let long = format!("{}.pdf", "x".repeat(1_001));
    for bad in ["cover.docx", "cover", ".pdf", "", long.as_str()] {
        let (status, body) = shop.send(&id, named(bad)).await;
        assert_eq!((status.as_u16(), parameter(&body)), (400, "filename"), "{bad}");
    }
    let without = Form::new().text("filename", "a.pdf");
    let (status, body) = shop.send(&id, without).await;
    assert_eq!((status.as_u16(), parameter(&body)), (400, "file"));
    let more = Form::new()
        .part("file", pdf("a.pdf", 10))
        .text("description", "surplus");
    assert_eq!(shop.send(&id, more).await.0, 400);
}

#[tokio::test]
async fn after_evidence_no_file_is_taken() {
    let shop = Shop::open().await;
    let id = shop.represented("All in the file.").await;
    let form = || Form::new().part("file", pdf("late.pdf", 1_000));
    let (status, body) = shop.send(&id, form()).await;
    assert_eq!((status.as_u16(), code(&body)), (409, "RESOURCE_CONFLICT"));
    let lost = shop.plant(json!({"status": "PRE_ARBITRATION"})).await;
    assert_eq!(shop.send(&lost, form()).await.0, 409);
    shop.settings(json!({"upload_before_appeal": true})).await;
    assert_eq!(
        shop.send(&lost, form()).await.0,
        201,
        "nobody has verified which of the two is true"
    );
    let foreign = Shop { account: 1, ..shop };
    assert_eq!(foreign.send(&lost, form()).await.0, 404);
}

#[tokio::test]
async fn files_of_both_sides_come_back() {
    let shop = Shop::open().await;
    let id = shop
        .plant(json!({"reason": "PRODUCTS_DEFECTIVE_OR_NOT_AS_DESCRIBED"}))
        .await;
    let dispute = shop.show(&id).await;
    let theirs = dispute["customer_evidences"][0].clone();
    let own = shop.upload(&id).await;
    let get = async |file: &str| {
        let path = format!("{}/attachments/{}/download", one(&id), file.replace(':', "%3A"));
        shop.call(Method::GET, &path).send().await.unwrap()
    };
    let answer = get(theirs["payment_dispute_customer_evidence_id"].as_str().unwrap()).await;
    assert_eq!(answer.status(), 200);
    let media_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(theirs["attachment"]["mime_type"], media_type.as_str());
    assert!(answer.headers().contains_key("content-disposition"));
    let start: &[u8] = match media_type.as_str() {
        "image/png" => b"\x89PNG",
        _ => b"%PDF-",
    };
    assert!(answer.bytes().await.unwrap().starts_with(start));
    let answer = get(&own).await;
    assert_eq!(answer.bytes().await.unwrap().len(), 2_000);
    assert_eq!(get("nobody").await.status(), 404);
}
