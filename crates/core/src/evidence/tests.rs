//! Checklists: what the matrix, the platform, the facts and the pieces of evidence say together.

use chrono::TimeZone;
use serde_json::json;

use super::*;
use crate::dossier::{Dossier, Known, Movement, Order, Scan, Shipment};
use crate::money::Money;

mod due;
mod proofs;
mod recorded;

fn at(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, 12, 0, 0).unwrap()
}

fn from(by: &str) -> Provenance {
    Provenance {
        by: by.to_owned(),
        at: at(20),
        place: "here".to_owned(),
    }
}

fn known<T>(fact: T) -> Known<T> {
    Known {
        fact,
        from: from("shopify"),
    }
}

fn matrix() -> Matrix {
    serde_json::from_value(json!({"version": 3, "rule": [
        {"reason": "not_received", "goods": ["physical"], "kind": "delivery_proof", "need": "required", "weight": 100, "why": "document"},
        {"reason": "not_received", "platforms": ["klarna"], "goods": ["physical"], "kind": "delivery_proof", "need": "required",
         "weight": 100, "shape": "file", "why": "document as a file"},
        {"reason": "not_received", "goods": ["physical"], "kind": "tracking", "need": "useful", "weight": 50, "why": "number"},
        {"reason": "not_received", "goods": ["physical"], "kind": "dispatch_in_time", "need": "useful", "weight": 50, "why": "in time"},
        {"reason": "not_received", "goods": ["physical"], "kind": "label_only", "need": "forbidden", "why": "it shows the opposite"},
        {"reason": "not_received", "goods": ["digital", "service"], "kind": "access_log", "need": "required", "weight": 100, "why": "log"},
    ]}))
    .unwrap()
}

fn item(kind: EvidenceKind, text: Option<&str>, file: bool) -> Item {
    Item {
        unconfirmed: false,
        seen: None,
        kind,
        title: None,
        text: text.map(str::to_owned),
        tracking: None,
        refund_id: None,
        file: file.then(|| FileRef {
            name: "proof.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 10,
            sha256: "00".to_owned(),
        }),
        from: from("anna"),
    }
}

fn shipped() -> Dossier {
    Dossier {
        orders: vec![known(Order {
            number: "#1001".to_owned(),
            refs: Vec::new(),
            placed_at: at(1),
            promised_by: Some(at(6)),
            total: None,
            shipping: None,
            goods: None,
            cancelled_at: None,
            ship_to: None,
            ship_country: None,
            addresses_match: None,
            buyer: Vec::new(),
        })],
        shipments: vec![known(Shipment {
            carrier: Some("Hanseat Express".to_owned()),
            number: Some("HE00417722".to_owned()),
            url: None,
            shipped_at: Some(at(3)),
            delivered_at: Some(at(5)),
            received_by: None,
        })],
        ..Dossier::default()
    }
}

struct Case {
    platform: Platform,
    goods: Option<Goods>,
    asked: Vec<Asked>,
    dossier: Dossier,
    items: Vec<(Item, Option<String>)>,
    skipped: Vec<NotApplicable>,
    disputed: Money,
}

fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

impl Case {
    fn new(platform: Platform) -> Self {
        Self {
            platform,
            goods: None,
            asked: Vec::new(),
            dossier: Dossier::default(),
            items: Vec::new(),
            skipped: Vec::new(),
            disputed: eur(5_000),
        }
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            platform: self.platform,
            reason: Reason::NotReceived,
            goods: self.goods,
            asked: &self.asked,
            dossier: &self.dossier,
            items: &self.items,
            skipped: &self.skipped,
            card_checks: &[],
            refs: &[],
            opened_at: at(20),
            now: at(24),
            disputed: self.disputed,
        }
    }

    fn list(&self) -> Checklist {
        checklist(&matrix(), self.situation())
    }

    fn row(&self, kind: EvidenceKind) -> Row {
        self.list().rows.into_iter().find(|row| row.kind == kind).unwrap()
    }
}

#[test]
fn an_empty_case_lacks_everything_and_says_what() {
    let list = Case::new(Platform::PAYPAL).list();
    let rows: Vec<_> = list.rows.iter().map(|row| (row.kind, row.standing)).collect();
    assert_eq!(
        rows,
        [
            (EvidenceKind::DeliveryProof, Standing::Missing),
            (EvidenceKind::Tracking, Standing::Missing),
            (EvidenceKind::DispatchInTime, Standing::Missing),
            (EvidenceKind::LabelOnly, Standing::Missing),
        ]
    );
    assert_eq!((list.completeness, list.matrix, list.goods_assumed), (0, 3, true));
    assert!(!list.decisive());
}

#[test]
fn facts_fill_lines_with_their_content_and_source() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    let tracking = case.row(EvidenceKind::Tracking);
    assert_eq!(tracking.standing, Standing::Present);
    assert_eq!(tracking.having[0].what, "Hanseat Express HE00417722");
    assert_eq!(tracking.having[0].from.by, "shopify");
    assert_eq!(case.row(EvidenceKind::DispatchInTime).standing, Standing::Present);
    // What a carrier reports leads to its document and is not the document.
    let proof = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(proof.standing, Standing::Weak, "{proof:?}");
    assert_eq!(case.list().completeness, 75);
}

#[test]
fn of_several_pieces_each_is_judged_by_itself() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    let mut label = item(EvidenceKind::DeliveryProof, None, true);
    let proof = label.clone();
    if let Some(file) = &mut label.file {
        "label.pdf".clone_into(&mut file.name);
    }
    let whole = "HE00417722 delivered 2026-11-05, signed by Sandelin".to_owned();
    case.items = vec![(label, Some("HE00417722 label".to_owned())), (proof, Some(whole))];
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Present);
    let good: Vec<bool> = row.having.iter().map(|having| having.good).collect();
    assert_eq!(good[..2], [false, true], "{row:?}");
    let notes: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("label.pdf: it does not show")),
        "{notes:?}"
    );
    assert!(
        !notes.iter().any(|note| note.starts_with("proof.pdf")),
        "{notes:?}"
    );
}

#[test]
fn a_label_alone_is_no_tracking() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    case.dossier.shipments[0].fact.delivered_at = None;
    let scan = |movement| {
        known(Scan {
            number: Some("HE00417722".to_owned()),
            movement,
            at: at(3),
            place: None,
        })
    };
    case.dossier.scans = vec![scan(Movement::LabelCreated)];
    assert_eq!(case.row(EvidenceKind::Tracking).standing, Standing::Weak);
    case.dossier.scans.push(scan(Movement::InTransit));
    assert_eq!(case.row(EvidenceKind::Tracking).standing, Standing::Present);
}

#[test]
fn a_document_counts_by_what_it_shows() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    let document = item(EvidenceKind::DeliveryProof, None, true);
    let whole = "HE00417722 delivered 2026-11-05, signed by Sandelin".to_owned();
    case.items = vec![(document.clone(), Some(whole))];
    assert_eq!(case.row(EvidenceKind::DeliveryProof).standing, Standing::Present);
    assert_eq!(case.list().completeness, 100);
    assert!(case.list().decisive());
    case.items = vec![(document.clone(), Some("HE00417722 in transit".to_owned()))];
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Weak);
    assert!(
        row.notes
            .iter()
            .any(|note| *note == "it does not show: status, date, recipient"),
        "{row:?}"
    );
    case.items = vec![(document, None)];
    assert_eq!(
        case.row(EvidenceKind::DeliveryProof).standing,
        Standing::Weak,
        "unread is not believed"
    );
}

#[test]
fn klarna_takes_the_proof_only_as_a_file() {
    let mut case = Case::new(Platform::KLARNA);
    let text = "HE00417722 delivered 2026-11-05, signed by Sandelin";
    case.dossier = shipped();
    case.items = vec![(item(EvidenceKind::DeliveryProof, Some(text), false), None)];
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Weak);
    assert!(row.notes[0].to_string().contains("only as a file"), "{row:?}");
}

#[test]
fn goods_choose_other_lines() {
    let mut case = Case::new(Platform::PAYPAL);
    case.goods = Some(Goods::Digital);
    let list = case.list();
    assert_eq!(list.rows.len(), 1);
    assert_eq!(
        (list.rows[0].kind, list.goods_assumed),
        (EvidenceKind::AccessLog, false)
    );
}

#[test]
fn what_paypal_asks_for_instead_of_a_refund_is_not_asked_on_top() {
    let asked = |words: &str, kind| Asked {
        words: words.to_owned(),
        kind: Some(kind),
        sent_as: None,
    };
    let refund = asked("PROOF_OF_REFUND", EvidenceKind::RefundProof);
    let needs = |platform: Platform, asked: &[&Asked]| {
        let mut case = Case::new(platform);
        case.asked = asked.iter().map(|asked| (*asked).clone()).collect();
        let list = case.list();
        let of = |kind| {
            let rows: Vec<_> = list.rows.iter().filter(|row| row.kind == kind).collect();
            assert!(rows.len() < 2, "{rows:?}");
            rows.first().map(|row| row.need)
        };
        (of(EvidenceKind::RefundProof), of(EvidenceKind::DeliveryProof))
    };
    let delivery = asked("PROOF_OF_DELIVERY", EvidenceKind::DeliveryProof);
    let both = [&refund, &delivery, &refund];
    assert_eq!(
        needs(Platform::PAYPAL, &both),
        (Some(Need::Useful), Some(Need::Required))
    );
    assert_eq!(
        needs(Platform::KLARNA, &both),
        (Some(Need::Required), Some(Need::Required))
    );
    assert_eq!(
        needs(Platform::PAYPAL, &[&refund]),
        (Some(Need::Required), Some(Need::Required))
    );
    // Money that went back ends it only where all of it did.
    let after_refund = |minor: i64| {
        let mut case = Case::new(Platform::PAYPAL);
        case.asked = vec![refund.clone(), delivery.clone()];
        case.disputed = eur(1_000);
        case.dossier.refunds.push(known(crate::dossier::Refund {
            id: Some("RF1".to_owned()),
            amount: eur(minor),
            at: at(10),
        }));
        case.row(EvidenceKind::DeliveryProof).need
    };
    assert_eq!(
        (after_refund(999), after_refund(1_000)),
        (Need::Required, Need::Useful)
    );
}

#[test]
fn what_the_platform_asks_for_comes_first_and_is_required() {
    let mut case = Case::new(Platform::PAYPAL);
    case.asked = vec![
        Asked {
            words: "PROOF_OF_REFUND".to_owned(),
            kind: Some(EvidenceKind::RefundProof),
            sent_as: None,
        },
        Asked {
            words: "Why was the parcel sent back?".to_owned(),
            kind: None,
            sent_as: None,
        },
        Asked {
            words: "tracking, please".to_owned(),
            kind: Some(EvidenceKind::Tracking),
            sent_as: None,
        },
    ];
    let list = case.list();
    let firsts: Vec<_> = list.rows[..3]
        .iter()
        .map(|row| (row.kind, row.need, row.asked))
        .collect();
    assert_eq!(
        firsts,
        [
            // Beside other evidence it is the other way to end it.
            (EvidenceKind::RefundProof, Need::Useful, true),
            (EvidenceKind::ClaimAnswer, Need::Required, true),
            (EvidenceKind::Tracking, Need::Required, true),
        ]
    );
    assert_eq!(
        list.rows
            .iter()
            .filter(|row| row.kind == EvidenceKind::Tracking)
            .count(),
        1
    );
    assert_eq!(list.rows[1].why, "Why was the parcel sent back?");
}

#[test]
fn what_does_not_apply_is_left_out_of_the_sum() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    case.skipped = vec![NotApplicable {
        kind: EvidenceKind::DeliveryProof,
        why: "handed over in the shop".to_owned(),
        by: "anna".to_owned(),
        at: at(21),
    }];
    // The carrier's report is there, so that the line stands as it is.
    assert_eq!(case.row(EvidenceKind::DeliveryProof).standing, Standing::Weak);
    case.dossier.shipments[0].fact.delivered_at = None;
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::NotApplicable);
    assert_eq!(row.notes, ["does not apply: handed over in the shop (anna)"]);
    assert_eq!(case.list().completeness, 100);
}

#[test]
fn a_label_that_never_moved_is_a_warning_and_harms_as_evidence() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier.scans = vec![known(Scan {
        number: None,
        movement: Movement::LabelCreated,
        at: at(3),
        place: None,
    })];
    case.items = vec![(item(EvidenceKind::LabelOnly, None, true), None)];
    let warnings = case.list().warnings;
    assert!(
        warnings[0]
            .to_string()
            .contains("harms here: it shows the opposite"),
        "{warnings:?}"
    );
    assert!(
        warnings[1]
            .to_string()
            .contains("no scan shows that the parcel moved"),
        "{warnings:?}"
    );
}

#[test]
fn a_number_in_an_unusual_form_is_weak() {
    let mut case = Case::new(Platform::PAYPAL);
    let mut tracking = item(EvidenceKind::Tracking, None, false);
    tracking.tracking = Some(Tracking {
        carrier: "UPS".to_owned(),
        number: "1Z5R89390357567128".to_owned(),
        url: None,
    });
    case.items = vec![(tracking, None)];
    let row = case.row(EvidenceKind::Tracking);
    assert_eq!(row.standing, Standing::Weak);
    assert!(
        row.notes[0]
            .to_string()
            .contains("does not look like a number of UPS"),
        "{row:?}"
    );
}

#[test]
fn a_broken_matrix_says_what_is_wrong() {
    let broken: Matrix = serde_json::from_value(json!({"version": 0, "rule": [
        {"reason": "not_received", "kind": "tracking", "need": "useful", "weight": 101, "why": "number"},
        {"reason": "not_received", "goods": ["digital"], "kind": "tracking", "need": "useful", "weight": 1, "why": "again"},
        {"reason": "other", "kind": "claim_answer", "need": "required", "why": " "},
    ]}))
    .unwrap();
    let problems = broken.problems().join("\n");
    for expected in [
        "`version` is 0",
        "rule 1 (not_received, tracking): weight 101 is above 100",
        "rule 2 (not_received, tracking): there is another line for digital goods at every platform",
        "rule 3 (other, claim_answer): a required kind needs a weight above 0",
        "rule 3 (other, claim_answer): `why` is empty",
        "nothing is said of physical goods disputed as unauthorised",
    ] {
        assert!(problems.contains(expected), "{expected}\n{problems}");
    }
    assert!(!problems.contains("goods disputed as not_received"), "{problems}");
}
