//! The check before sending agrees with what the platform does.

use docket_core::response::Response;

use crate::house::House;
use crate::platforms::Side;
use crate::samples::{File, contest, file, pdf, send};

fn text(length: usize) -> String {
    "Delivered. "
        .chars()
        .cycle()
        .take(length - 1)
        .chain(['.'])
        .collect()
}

pub async fn what_passes_is_taken(side: &'static Side) {
    let house = House::open(side).await;
    let limits = &side.limits;
    let (media, extension, start) = limits.media;
    let picture = file(&format!("photo.{extension}"), media, start, 900);
    let good: [(&str, Option<String>, Vec<File>); 3] = [
        ("the longest note", Some(text(limits.note)), vec![pdf(300)]),
        ("the largest file", Some(text(40)), vec![pdf(limits.file)]),
        ("a picture without a note", None, vec![picture]),
    ];
    let disputes = house.plant(good.len()).await;
    for ((what, note, files), dispute) in good.iter().zip(&disputes) {
        let facts = house.read(dispute).await.snapshot.facts;
        let response = contest(note.as_deref(), files);
        assert_eq!(house.connector.check(&facts, &response), [], "{what}");
        let sent = send(house.connector.as_ref(), dispute, &response, files).await;
        assert!(sent.is_ok(), "{what}: {sent:?}");
        assert_eq!(house.taken(dispute).await, 1, "{what}");
    }
}

pub async fn what_would_be_refused_is_refused_before(side: &'static Side) {
    let house = House::open(side).await;
    let limits = &side.limits;
    let (media, extension, start) = limits.not_media;
    let strange = file(&format!("scan.{extension}"), media, start, 900);
    let large = pdf(limits.file_too_large);
    let mut bad: Vec<(&str, Option<String>, Vec<File>)> = vec![
        ("a note too long", Some(text(limits.note + 1)), vec![pdf(300)]),
        ("a file too large", Some(text(40)), vec![large]),
        ("a file of another type", Some(text(40)), vec![strange]),
        ("nothing in it", None, Vec::new()),
    ];
    if limits.needs_file {
        bad.push(("no file", Some(text(40)), Vec::new()));
    }
    for (what, note, files) in &bad {
        let dispute = house.plant(1).await.remove(0);
        let facts = house.read(&dispute).await.snapshot.facts;
        let response = contest(note.as_deref(), files);
        let problems = house.connector.check(&facts, &response);
        assert!(!problems.is_empty(), "{what}");
        assert!(
            problems.iter().all(|p| !p.todo.to_string().is_empty()),
            "{problems:?}"
        );
        // Sent all the same, it is refused, and the one shot is not spent.
        let sent = send(house.connector.as_ref(), &dispute, &response, files).await;
        if sent.is_ok() {
            assert!(
                tolerated(side, &response),
                "{what} was taken: the check is too strict"
            );
            continue;
        }
        assert_eq!(house.taken(&dispute).await, 0, "{what}: {sent:?}");
        assert!(
            house
                .read(&dispute)
                .await
                .snapshot
                .facts
                .allowed_actions
                .contains(&response.action())
        );
    }
    // In a state that does not ask for it.
    let dispute = house.plant(1).await.remove(0);
    house.decide(&dispute).await;
    let facts = house.read(&dispute).await.snapshot.facts;
    let files = [pdf(300)];
    let response = contest(Some("too late"), &files);
    assert!(!house.connector.check(&facts, &response).is_empty());
    assert!(
        send(house.connector.as_ref(), &dispute, &response, &files)
            .await
            .is_err()
    );
    assert_eq!(house.taken(&dispute).await, 0);
}

/// A call without anything in it is taken by Shopify, which then sends nothing on the merchant's behalf.
fn tolerated(side: &Side, response: &Response) -> bool {
    side.word() == "shopify" && response.files().is_empty()
}
