use serde_json::json;

use super::*;
use crate::process::Usage;

fn entry(dispute: &str) -> Entry {
    Entry {
        platform: Platform::Klarna,
        dispute_id: dispute.to_owned(),
        action: "represent".to_owned(),
        in_time: true,
        note: Some(note(dispute)),
    }
}

fn judged(journal: &[Entry]) -> Vec<String> {
    let confirmed = json!({ "id": "s", "state": "confirmed", "attempts": 1 });
    let submissions = [confirmed.clone(), confirmed];
    Proof::of(Platform::Klarna, &["A", "B"], journal.iter(), submissions.iter()).violations()
}

#[test]
fn one_answer_each_is_no_violation() {
    assert!(judged(&[entry("A"), entry("B")]).is_empty());
}

#[test]
fn uploads_may_be_repeated() {
    let upload = Entry {
        action: "upload".to_owned(),
        note: None,
        ..entry("A")
    };
    let journal = [upload.clone(), upload.clone(), entry("A"), entry("B")];
    assert!(judged(&journal).is_empty());
    assert!(judged(&[upload, entry("B")])[0].contains("never"));
}

#[test]
fn each_way_to_break_the_promise_is_seen() {
    let late = Entry {
        in_time: false,
        ..entry("B")
    };
    let silent = Entry {
        note: None,
        ..entry("B")
    };
    let conceded = Entry {
        action: "accept-loss".to_owned(),
        ..entry("B")
    };
    let seen = |second: Entry, word: &str| {
        let found = judged(&[entry("A"), second]);
        assert!(found.iter().any(|f| f.contains(word)), "{word}: {found:?}");
    };
    seen(entry("A"), "twice");
    seen(entry("A"), "never");
    seen(late, "deadline");
    seen(silent, "another way");
    seen(conceded, "another way");
    seen(entry("C"), "another way");
}

#[test]
fn a_doctor_without_a_complete_history_is_heard() {
    let ended = |code, out: &str| Ended {
        code,
        out: out.to_owned(),
        err: String::new(),
        usage: Usage::default(),
    };
    let well = "ok    history is complete and unaltered";
    assert_eq!(sick(&ended(Some(0), well)), None);
    assert!(sick(&ended(Some(1), well)).is_some());
    assert!(sick(&ended(Some(0), "ok")).is_some());
}
