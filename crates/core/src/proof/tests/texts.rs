//! What counts as the same text, and whose it is.

use super::*;

#[test]
fn the_same_text_from_before_proves_nothing() {
    let old = vec![seen(ActionKind::Message, "hello")];
    let before = shown(Turn::Ours, Stage::Inquiry, None, old.clone());
    assert_eq!(word(&message("hello"), &before, &before), "absent");
    let both = shown(Turn::Ours, Stage::Inquiry, None, [old.clone(), old].concat());
    assert_eq!(word(&message("hello"), &before, &both), "proven");
}

#[test]
fn two_equal_parts_need_two_answers() {
    let response = contest(vec![item("sent"), item("sent")]);
    let one = vec![seen(ActionKind::Contest, "sent")];
    assert_eq!(
        verdict(&response, Turn::Platform, Stage::Inquiry, None, one.clone()),
        "unclear"
    );
    let two = [one.clone(), one].concat();
    assert_eq!(
        verdict(&response, Turn::Platform, Stage::Inquiry, None, two),
        "proven"
    );
}

#[test]
fn one_answer_never_stands_for_two_parts_that_differ_by_a_file() {
    let plain = item("sent");
    let with_file = EvidenceItem {
        files: vec![file("slip.png")],
        ..item("sent")
    };
    let mut answer = seen(ActionKind::Contest, "sent");
    answer.files = vec!["slip.png".to_owned()];
    for parts in [vec![plain.clone(), with_file.clone()], vec![with_file, plain]] {
        let response = contest(parts);
        let shown = |answers| verdict(&response, Turn::Platform, Stage::Inquiry, None, answers);
        assert_eq!(shown(vec![answer.clone()]), "unclear");
        assert_eq!(
            shown(vec![answer.clone(), seen(ActionKind::Contest, "sent")]),
            "proven"
        );
    }
}

#[test]
fn an_old_answer_whose_files_show_up_later_is_still_the_old_one() {
    let before = shown(
        Turn::Ours,
        Stage::Inquiry,
        None,
        vec![seen(ActionKind::Message, "hello")],
    );
    let mut answer = seen(ActionKind::Message, "hello");
    answer.files = vec!["slip.png".to_owned()];
    let now = shown(Turn::Ours, Stage::Inquiry, None, vec![answer]);
    assert_eq!(word(&message("hello"), &before, &now), "absent");
}

#[test]
fn a_part_of_the_evidence_is_no_proof() {
    let parcel = Tracking {
        carrier: "DHL".to_owned(),
        number: "JD01".to_owned(),
        url: None,
    };
    let response = contest(vec![
        item("one"),
        EvidenceItem {
            tracking: vec![parcel],
            ..item("two")
        },
    ]);
    let mut second = seen(ActionKind::Contest, "two");
    let first = seen(ActionKind::Contest, "one");
    let shown = |answers| verdict(&response, Turn::Platform, Stage::Inquiry, None, answers);
    assert_eq!(shown(vec![first.clone()]), "unclear");
    assert_eq!(
        shown(vec![first.clone(), second.clone()]),
        "unclear",
        "the tracking number is missing"
    );
    second.references = vec!["JD01".to_owned()];
    assert_eq!(shown(vec![first, second]), "proven");
}

#[test]
fn white_space_does_not_matter_and_case_does() {
    let response = message("  Dear buyer,\r\n\twe\u{a0}sent it. ");
    let shown = |text: &str| {
        verdict(
            &response,
            Turn::Ours,
            Stage::Inquiry,
            None,
            vec![seen(ActionKind::Message, text)],
        )
    };
    assert_eq!(shown("Dear buyer, we sent it."), "proven");
    assert_eq!(shown("dear buyer, we sent it."), "unclear");
}

#[test]
fn a_new_answer_in_other_words_is_never_answered_by_sending_again() {
    let escaped = vec![seen(ActionKind::Message, "Tom &amp; Co")];
    assert_eq!(
        verdict(&message("Tom & Co"), Turn::Ours, Stage::Inquiry, None, escaped),
        "unclear"
    );
}

#[test]
fn an_answer_elsewhere_is_one_that_is_new_and_not_ours() {
    let before = Baseline::of(&shown(Turn::Ours, Stage::Inquiry, None, Vec::new()));
    let ours = verbatim(&contest(vec![item("sent")]));
    let answer = |text: &str, hours: Option<i64>, action| SeenAnswer {
        at: hours.map(at),
        ..seen(action, text)
    };
    let elsewhere = |answer| {
        answered_elsewhere(
            &before,
            &shown(Turn::Ours, Stage::Inquiry, None, vec![answer]),
            &ours,
        )
    };
    assert!(elsewhere(answer("by phone", Some(2), ActionKind::Contest)));
    assert!(elsewhere(answer("by phone", Some(2), ActionKind::Offer)));
    assert!(!elsewhere(answer("sent", Some(2), ActionKind::Contest)), "ours");
    assert!(
        !elsewhere(answer("by phone", Some(1), ActionKind::Contest)),
        "old"
    );
    assert!(!elsewhere(answer("hello", Some(2), ActionKind::Message)), "talk");
}
