use super::*;

fn files() -> Vec<FileRef> {
    vec![FileRef {
        name: "ü.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: u64::MAX,
        sha256: "ab".to_owned(),
    }]
}

fn shipment() -> Vec<Tracking> {
    vec![Tracking {
        carrier: "DHL".to_owned(),
        number: "JD01".to_owned(),
        url: Some("https://example.com".to_owned()),
    }]
}

fn evidence() -> Vec<EvidenceItem> {
    let full = EvidenceItem {
        kind: "proof_of_fulfillment".to_owned(),
        note: Some("line\n\"two\"".to_owned()),
        tracking: shipment(),
        refund_ids: vec!["R1".to_owned()],
        files: files(),
        item_id: Some("1".to_owned()),
    };
    vec![
        full,
        EvidenceItem {
            kind: "other".to_owned(),
            ..EvidenceItem::default()
        },
    ]
}

fn address() -> Option<Address> {
    Some(Address {
        line_1: Some("Am Markt 1".to_owned()),
        country: "DE".to_owned(),
        ..Address::default()
    })
}

/// One of each kind with every field filled, and one with as little as possible.
fn every_response() -> Vec<Response> {
    let amount = |code: &str| Some(Money::new(1_234, code.parse().unwrap()));
    let text = || "text".to_owned();
    let mut all = vec![
        Response::Contest {
            evidence: evidence(),
            return_address: address(),
            proposed_refund: None,
        },
        Response::Contest {
            evidence: Vec::new(),
            return_address: None,
            proposed_refund: None,
        },
        Response::Message {
            text: text(),
            files: files(),
        },
        Response::Escalate { note: String::new() },
        Response::Appeal { evidence: evidence() },
        Response::SupportingInfo {
            note: text(),
            files: files(),
        },
    ];
    all.extend(AcceptKind::ALL.iter().map(|&kind| Response::Accept {
        kind,
        note: text(),
        reason: Some("did_not_ship_item".to_owned()),
        amount: amount("JPY"),
        return_address: address(),
        invoice_id: Some("I1".to_owned()),
        shipment: shipment(),
        files: files(),
    }));
    all.extend(OfferKind::ALL.iter().map(|&kind| Response::Offer {
        kind,
        note: text(),
        amount: amount("KWD"),
        return_address: address(),
        invoice_id: None,
    }));
    all.extend(ReturnState::ALL.iter().map(|&kind| Response::AcknowledgeReturn {
        kind,
        note: None,
        evidence: evidence(),
    }));
    all
}

#[test]
fn every_response_reads_back_from_its_json() {
    let all = every_response();
    for &action in ActionKind::ALL {
        assert!(all.iter().any(|r| r.action() == action), "no `{action}` is tried");
    }
    for response in all {
        let text = serde_json::to_string(&response).unwrap();
        assert_eq!(
            serde_json::from_str::<Response>(&text).unwrap(),
            response,
            "{text}"
        );
        let tag = serde_json::from_str::<serde_json::Value>(&text).unwrap()["action"].clone();
        assert_eq!(tag, response.action().as_str());
    }
}

#[test]
fn lists_may_be_left_out_and_an_unknown_action_is_refused() {
    let short = r#"{"action":"acknowledge_return","kind":"damaged"}"#;
    assert!(serde_json::from_str::<Response>(short).is_ok());
    assert!(
        serde_json::from_str::<Response>(r#"{"action":"contest"}"#).is_err(),
        "evidence is not optional"
    );
    assert!(serde_json::from_str::<Response>(r#"{"action":"shout","text":"!"}"#).is_err());
}

#[test]
fn every_file_of_a_response_is_listed_once() {
    for response in every_response() {
        let json = serde_json::to_string(&response).unwrap();
        assert_eq!(
            response.files().len(),
            json.matches("sha256").count(),
            "{}",
            response.action()
        );
    }
}
