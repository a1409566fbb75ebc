use serde_json::json;

use super::*;
use crate::response::EvidenceItem;

fn edition(value: Value) -> Edition {
    serde_json::from_value(value).unwrap()
}

fn fields(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_draft_may_be_incomplete_and_says_what_is_missing() {
    let begun = Content::new(
        ActionKind::Accept,
        fields(json!({ "note": "lost", "reason": null })),
    );
    assert_eq!(
        serde_json::to_value(&begun).unwrap(),
        json!({ "action": "accept", "note": "lost" })
    );
    let why = begun.response().unwrap_err().to_string();
    assert!(
        why.contains("missing field `kind`") && why.contains("docket draft save"),
        "{why}"
    );
    let wrong = Content::new(
        ActionKind::Accept,
        fields(json!({ "note": "lost", "kind": "gift" })),
    );
    assert!(wrong.response().unwrap_err().to_string().contains("gift"));
    let empty = Content::new(ActionKind::Contest, fields(json!({ "evidence": [] })));
    assert!(empty.response().is_err(), "a contest without evidence is none");
}

#[test]
fn a_complete_draft_is_the_response() {
    let response = Response::Contest {
        evidence: vec![EvidenceItem {
            kind: "other".to_owned(),
            note: Some("it came".to_owned()),
            ..EvidenceItem::default()
        }],
        return_address: None,
        proposed_refund: None,
    };
    let content = Content::of(&response);
    assert_eq!(content.response().unwrap(), response);
    // The same content has one form, whatever way it came in.
    let typed = Content::new(
        ActionKind::Contest,
        fields(json!({ "evidence": [{ "kind": "other", "note": "it came" }] })),
    );
    assert_eq!(typed, content);
    let kept: Content = serde_json::from_str(&serde_json::to_string(&content).unwrap()).unwrap();
    assert_eq!(kept, content);
}

#[test]
fn changes_of_different_fields_go_together() {
    let base = edition(json!({ "action": "accept", "note": "lost", "kind": "refund" }));
    let yours = edition(json!({ "action": "accept", "note": "lost in Lyon", "kind": "refund" }));
    let theirs = edition(
        json!({ "action": "accept", "note": "lost", "kind": "refund", "reason": "did_not_ship", "send_at": "2026-11-24T18:00:00Z" }),
    );
    let merge = merge(Some(&base), &yours, &theirs);
    assert_eq!(merge.only_yours, ["note"]);
    assert_eq!(merge.only_theirs, ["reason", "send_at"]);
    assert!(merge.both.is_empty());
    assert_eq!(
        serde_json::to_value(merge.merged.unwrap()).unwrap(),
        json!({ "action": "accept", "note": "lost in Lyon", "kind": "refund", "reason": "did_not_ship", "send_at": "2026-11-24T18:00:00Z" })
    );
}

#[test]
fn a_field_that_was_emptied_stays_empty_in_the_merge() {
    let base = edition(json!({ "action": "accept", "note": "a", "reason": "r" }));
    let yours = edition(json!({ "action": "accept", "note": "a" }));
    let theirs = edition(json!({ "action": "accept", "note": "b", "reason": "r" }));
    let merged = merge(Some(&base), &yours, &theirs).merged.unwrap();
    assert_eq!(merged.content.fields().get("reason"), None);
    assert_eq!(merged.content.fields()["note"], "b");
}

#[test]
fn what_both_changed_is_for_people() {
    let base = edition(json!({ "action": "message", "text": "a" }));
    let yours = edition(json!({ "action": "message", "text": "b" }));
    let theirs = edition(json!({ "action": "message", "text": "c" }));
    let found = merge(Some(&base), &yours, &theirs);
    assert_eq!((found.both, found.merged), (vec!["text".to_owned()], None));
    // The same change by both is none that differs.
    assert!(merge(Some(&base), &yours, &yours).both.is_empty());
    // Without a common start, everything that differs is of both.
    assert_eq!(merge(None, &yours, &theirs).both, ["text"]);
}

#[test]
fn another_action_is_never_mixed_with_somebodys_fields() {
    let base = edition(json!({ "action": "accept", "note": "a" }));
    let yours = edition(json!({ "action": "offer", "note": "a" }));
    let theirs = edition(json!({ "action": "accept", "note": "b" }));
    for found in [
        merge(Some(&base), &yours, &theirs),
        merge(Some(&base), &theirs, &yours),
    ] {
        assert!(found.both.is_empty());
        assert_eq!(found.merged, None);
    }
}

#[test]
fn everyone_who_wrote_is_a_writer_once() {
    let by = |number, by: &str| Version {
        number,
        edition: edition(json!({ "action": "message", "text": "a" })),
        by: by.to_owned(),
        at: DateTime::UNIX_EPOCH,
    };
    let all = [by(1, "Ada"), by(2, "bob"), by(3, " ada ")];
    assert_eq!(writers(&all), ["Ada", "bob"]);
}
