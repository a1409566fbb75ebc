//! Each kind of response: proven, absent or unclear.

use super::*;

#[test]
fn what_carries_text_is_proven_by_its_text_whatever_else_happened() {
    let rows = [
        (contest(vec![item("sent")]), ActionKind::Contest, "sent"),
        (
            Response::Appeal {
                evidence: vec![item("sent")],
            },
            ActionKind::Contest,
            "sent",
        ),
        (
            Response::Appeal {
                evidence: vec![item("sent")],
            },
            ActionKind::Appeal,
            "sent",
        ),
        (message("hello"), ActionKind::Message, "hello"),
        (offer("half?"), ActionKind::Offer, "half?"),
        (
            Response::SupportingInfo {
                note: "more".to_owned(),
                files: Vec::new(),
            },
            ActionKind::SupportingInfo,
            "more",
        ),
    ];
    for (response, action, text) in rows {
        let name = response.action();
        for &turn in Turn::ALL {
            let answers = vec![seen(action, text)];
            assert_eq!(
                verdict(&response, turn, Stage::Chargeback, None, answers),
                "proven",
                "{name} {turn}"
            );
        }
        assert_eq!(
            verdict(&response, Turn::Ours, Stage::Inquiry, None, Vec::new()),
            "absent",
            "{name}"
        );
        assert_eq!(
            verdict(&response, Turn::Platform, Stage::Inquiry, None, Vec::new()),
            "unclear",
            "{name} moved"
        );
        let other = vec![seen(ActionKind::AcknowledgeReturn, text)];
        assert_eq!(
            verdict(&response, Turn::Ours, Stage::Inquiry, None, other),
            "absent",
            "{name}: another kind"
        );
    }
}

#[test]
fn what_carries_no_text_is_proven_by_how_the_dispute_moved() {
    let back = Response::AcknowledgeReturn {
        kind: ReturnState::ItemReceived,
        note: None,
        evidence: Vec::new(),
    };
    let escalate = Response::Escalate { note: String::new() };
    let (ours, buyer, platform, nobody) = (Turn::Ours, Turn::Buyer, Turn::Platform, Turn::Nobody);
    let (inquiry, claim) = (Stage::Inquiry, Stage::Chargeback);
    let rows = [
        // turn, stage, outcome: accept, acknowledge, offer, escalate
        (ours, inquiry, None, ["absent", "absent", "absent", "absent"]),
        (buyer, inquiry, None, ["proven", "proven", "unclear", "unclear"]),
        (
            platform,
            inquiry,
            None,
            ["proven", "proven", "unclear", "unclear"],
        ),
        // The buyer escalated: nothing was accepted, and the claim still waits for us.
        (ours, claim, None, ["unclear", "unclear", "unclear", "proven"]),
        (platform, claim, None, ["unclear", "unclear", "unclear", "proven"]),
        (
            ours,
            Stage::Unknown,
            None,
            ["unclear", "unclear", "unclear", "unclear"],
        ),
        // An offer that was accepted at once.
        (
            nobody,
            inquiry,
            Some(Outcome::Settled),
            ["proven", "proven", "proven", "unclear"],
        ),
        (
            nobody,
            inquiry,
            Some(Outcome::Accepted),
            ["proven", "proven", "proven", "unclear"],
        ),
        (
            nobody,
            inquiry,
            Some(Outcome::Lost),
            ["proven", "proven", "unclear", "unclear"],
        ),
        (
            nobody,
            inquiry,
            Some(Outcome::LostNoResponse),
            ["unclear", "unclear", "unclear", "unclear"],
        ),
        (
            nobody,
            inquiry,
            Some(Outcome::Withdrawn),
            ["unclear", "unclear", "unclear", "unclear"],
        ),
        (
            nobody,
            inquiry,
            Some(Outcome::Lapsed),
            ["unclear", "unclear", "unclear", "unclear"],
        ),
        (
            nobody,
            claim,
            Some(Outcome::Won),
            ["unclear", "unclear", "unclear", "proven"],
        ),
    ];
    for (turn, stage, outcome, expected) in rows {
        let found = [accept(), back.clone(), offer("half?"), escalate.clone()]
            .map(|response| verdict(&response, turn, stage, outcome, Vec::new()));
        assert_eq!(found, expected, "{turn} {stage} {outcome:?}");
    }
}

#[test]
fn a_stage_that_was_unknown_before_proves_no_escalation() {
    let before = shown(Turn::Ours, Stage::Unknown, None, Vec::new());
    let now = shown(Turn::Ours, Stage::Chargeback, None, Vec::new());
    assert_eq!(
        word(&Response::Escalate { note: String::new() }, &before, &now),
        "unclear"
    );
}
