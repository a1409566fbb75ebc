//! What is believed of a proof, and what is not.

use super::*;
use crate::dossier::Refund;
use crate::evidence::found::Found;

#[test]
fn what_somebody_types_is_not_the_carriers_document() {
    let mut case = Case::new(Platform::PAYPAL);
    let text = "HE00417722 delivered 2026-11-05, signed by Sandelin";
    case.dossier = shipped();
    case.items = vec![(item(EvidenceKind::DeliveryProof, Some(text), false), None)];
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Weak);
    assert!(
        row.notes[0].to_string().contains("words alone: a file"),
        "{row:?}"
    );
}

#[test]
fn a_proof_is_of_this_order_and_of_the_past() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    let mut row = |day: &str, town: &str| {
        let text = format!("HE00417722 delivered {day}, signed by Sandelin\n{town}");
        case.items = vec![(item(EvidenceKind::DeliveryProof, None, true), Some(text))];
        case.row(EvidenceKind::DeliveryProof)
    };
    let old = row("2024-01-12", "");
    assert_eq!(old.standing, Standing::Weak);
    assert!(
        old.notes[0].to_string().contains("2024-01-12") && old.notes[0].to_string().contains("2026-11-01"),
        "{old:?}"
    );
    let future = row("2026-12-24", "");
    assert_eq!(future.standing, Standing::Weak);
    assert!(future.notes[0].to_string().contains("2026-12-24"), "{future:?}");
    assert_eq!(row("2026-11-05", "20095 Hamburg").standing, Standing::Present);
    // The goods went elsewhere as far as is known: said, and left to a person.
    case.dossier.orders[0].fact.ship_to = Some("Ahornweg 3, 22301 Hamburg".to_owned());
    let text = "HE00417722 delivered 2026-11-05, signed by Sandelin\n20095 Hamburg".to_owned();
    case.items = vec![(item(EvidenceKind::DeliveryProof, None, true), Some(text))];
    let elsewhere = case.row(EvidenceKind::DeliveryProof);
    assert!(
        elsewhere
            .notes
            .iter()
            .any(|note| note.to_string().contains("20095") && note.to_string().contains("22301")),
        "{elsewhere:?}"
    );
}

#[test]
fn a_proof_that_denies_the_delivery_says_so() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    let text =
        "HE00417722 2026-11-05\nRecipient: Sandelin\nStatus: not delivered, returned to sender".to_owned();
    case.items = vec![(item(EvidenceKind::DeliveryProof, None, true), Some(text))];
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Weak);
    assert!(
        row.notes
            .iter()
            .any(|note| note.to_string().contains("`not delivered`")),
        "{row:?}"
    );
}

#[test]
fn a_number_or_a_label_is_no_shipment() {
    let mut case = Case::new(Platform::PAYPAL);
    case.asked = vec![Asked {
        words: "PROOF_OF_SHIPMENT".to_owned(),
        kind: Some(EvidenceKind::ShipmentProof),
        sent_as: None,
    }];
    case.dossier = shipped();
    case.dossier.shipments[0].fact.delivered_at = None;
    let row = case.row(EvidenceKind::ShipmentProof);
    assert_eq!(row.standing, Standing::Weak);
    assert!(
        row.notes[0]
            .to_string()
            .contains("no scan shows that the parcel moved"),
        "{row:?}"
    );
    let mut typed = item(EvidenceKind::ShipmentProof, None, false);
    typed.tracking = Some(Tracking {
        carrier: "Hanseat Express".to_owned(),
        number: "HE00417722".to_owned(),
        url: None,
    });
    case.items = vec![(typed, None)];
    let scan = |movement| {
        known(Scan {
            number: Some("HE00417722".to_owned()),
            movement,
            at: at(3),
            place: None,
        })
    };
    case.dossier.scans = vec![scan(Movement::LabelCreated)];
    assert_eq!(case.row(EvidenceKind::ShipmentProof).standing, Standing::Weak);
    case.dossier.scans.push(scan(Movement::InTransit));
    assert_eq!(case.row(EvidenceKind::ShipmentProof).standing, Standing::Present);
    case.items.clear();
    assert_eq!(case.row(EvidenceKind::ShipmentProof).standing, Standing::Present);
    case.dossier.scans[1].fact.number = Some("HE00000000".to_owned());
    assert_eq!(
        case.row(EvidenceKind::ShipmentProof).standing,
        Standing::Weak,
        "another parcel moved"
    );
}

#[test]
fn a_refund_is_believed_where_it_is_recorded() {
    let mut case = Case::new(Platform::PAYPAL);
    let mut row = |dossier: &Dossier, text: Option<&str>, id: Option<&str>, file: bool| {
        let content = text.filter(|_| file).map(str::to_owned);
        let mut piece = item(EvidenceKind::RefundProof, text.filter(|_| !file), file);
        piece.refund_id = id.map(str::to_owned);
        case.dossier = dossier.clone();
        case.items = vec![(piece, content)];
        let mut found = Found::default();
        let rule = Rule {
            reason: Reason::NotReceived,
            platforms: Vec::new(),
            goods: Vec::new(),
            kind: EvidenceKind::RefundProof,
            need: Need::Required,
            weight: 100,
            shape: Shape::Any,
            why: String::new(),
        };
        let (item, content) = &case.items[0];
        found.item(&case.situation(), &rule, item, content.as_deref());
        found
    };
    let nothing = Dossier::default();
    for file in [false, true] {
        let found = row(&nothing, Some("Refund of 255.10 EUR made"), None, file);
        assert!(
            !found.good && found.notes[0].to_string().contains("no refund is recorded"),
            "{:?}",
            found.notes
        );
    }
    let recorded = Dossier {
        refunds: vec![known(Refund {
            id: Some("R-1".to_owned()),
            amount: eur(25_510),
            at: at(6),
        })],
        ..Dossier::default()
    };
    assert!(row(&recorded, Some("Refund of 255,10 EUR made"), None, true).good);
    assert!(row(&recorded, Some("Refund R-1 was paid"), None, true).good);
    assert!(row(&recorded, None, Some("R-1"), false).good);
    for (text, id, says) in [
        (Some("Refund of 300.00 EUR made"), None, "it shows 300.00 EUR"),
        (Some("Refund R-1: 300.00 EUR"), None, "it shows 300.00 EUR"),
        (
            Some("delivered, signed by Sandelin"),
            None,
            "neither the id nor the amount",
        ),
        (Some("255.10 EUR"), Some("R-2"), "no refund R-2 is recorded"),
    ] {
        let found = row(&recorded, text, id, false);
        assert!(
            !found.good && found.notes[0].to_string().contains(says),
            "{:?}",
            found.notes
        );
    }
}
