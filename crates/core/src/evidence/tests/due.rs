//! What is owed, and what a person saw on a picture.

use super::*;
use crate::dossier::{Line, Refund, Return};
use crate::factor::FactorKind;

/// An order of two lines (30.00 and 20.00) with 5.00 for shipping.
fn sold(cancelled: bool, back: &[&str], refunded: i64) -> Case {
    let from = || Provenance {
        by: "client".to_owned(),
        at: at(1),
        place: "orders.csv:2".to_owned(),
    };
    let mut case = Case::new(Platform::PAYPAL);
    let order = Order {
        number: "1001".to_owned(),
        refs: Vec::new(),
        placed_at: at(1),
        promised_by: None,
        total: Some(eur(5_500)),
        shipping: Some(eur(500)),
        goods: None,
        cancelled_at: cancelled.then(|| at(2)),
        ship_to: None,
        ship_country: None,
        addresses_match: None,
        buyer: Vec::new(),
    };
    case.dossier.orders.push(Known {
        fact: order,
        from: from(),
    });
    for (sku, amount) in [("lamp", 3_000), ("shade", 2_000)] {
        let fact = Line {
            sku: Some(sku.to_owned()),
            title: None,
            description: None,
            quantity: 1,
            amount: Some(eur(amount)),
        };
        case.dossier.lines.push(Known { fact, from: from() });
    }
    for sku in back {
        let fact = Return {
            sku: Some((*sku).to_owned()),
            quantity: None,
            received_at: Some(at(9)),
            asked_at: None,
            reason: None,
            state: None,
        };
        case.dossier.returns.push(Known { fact, from: from() });
    }
    if refunded > 0 {
        let fact = Refund {
            id: None,
            amount: eur(refunded),
            at: at(10),
        };
        case.dossier.refunds.push(Known { fact, from: from() });
    }
    case
}

#[test]
fn what_is_disputed_is_held_against_what_is_due() {
    let says = |mut case: Case, disputed: i64| {
        case.disputed = eur(disputed);
        case.list()
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    // 30.00 with its share of the shipping, 3.00.
    let exact = says(sold(false, &["lamp"], 0), 3_300);
    assert!(
        exact.contains("by the returns that arrived 33.00 EUR is still to be refunded"),
        "{exact}"
    );
    assert!(exact.ends_with("exactly what is disputed"), "{exact}");
    let more = says(sold(false, &["lamp"], 0), 5_500);
    assert!(
        more.contains("55.00 EUR is disputed, 22.00 EUR more than that"),
        "{more}"
    );
    let less = says(sold(false, &["lamp"], 300), 1_000);
    assert!(
        less.contains("30.00 EUR is still") && less.contains("only 10.00 EUR is disputed"),
        "{less}"
    );
    let all = says(sold(true, &[], 0), 5_500);
    assert!(
        all.contains("by the order's cancellation 55.00 EUR is still to be refunded"),
        "{all}"
    );
    let done = says(sold(true, &[], 5_500), 5_500);
    assert!(
        done.contains("nothing is due any more: 55.00 EUR was refunded of 55.00 EUR"),
        "{done}"
    );
    assert_eq!(says(sold(false, &[], 0), 5_500), "");
}

/// Two sources that tell of one purchase do not double it.
#[test]
fn what_two_sources_tell_is_owed_once() {
    let due =
        |case: &Case| expected(&case.dossier).map(|sum| (sum.owed.minor, sum.refunded.minor, sum.due.minor));
    let again = |known: Provenance| Provenance {
        by: "klarna".to_owned(),
        ..known
    };
    let mut case = sold(false, &["lamp"], 500);
    assert_eq!(due(&case), Some((3_300, 500, 2_800)));
    let mut told = case.dossier.clone();
    for known in &mut told.lines {
        known.from = again(known.from.clone());
        known.fact.title = Some("Lamp".to_owned());
    }
    for known in &mut told.returns {
        known.from = again(known.from.clone());
    }
    for known in &mut told.refunds {
        known.from = again(known.from.clone());
    }
    case.dossier.lines.extend(told.lines);
    case.dossier.returns.extend(told.returns);
    case.dossier.refunds.extend(told.refunds);
    assert_eq!(due(&case), Some((3_300, 500, 2_800)));
    // Of a line of two, one came back.
    let mut half = sold(false, &["lamp"], 0);
    half.dossier.lines[0].fact.quantity = 2;
    half.dossier.returns[0].fact.quantity = Some(1);
    assert_eq!(due(&half), Some((1_500 + 150, 0, 1_650)));
    // Of two orders nobody can tell which lines are whose.
    let mut second = half.dossier.orders[0].clone();
    second.fact.number = "1002".to_owned();
    half.dossier.orders.push(second);
    assert_eq!(due(&half), None);
}

#[test]
fn what_went_back_already_is_said_though_nothing_is_due() {
    let list = sold(false, &[], 700).list();
    assert!(
        list.warnings
            .iter()
            .any(|told| told.to_string().starts_with("7.00 EUR was refunded already")),
        "{:?}",
        list.warnings
    );
}

#[test]
fn a_photo_proves_what_a_person_saw_on_it() {
    let mut case = Case::new(Platform::PAYPAL);
    let mut photo = item(EvidenceKind::DeliveryProof, None, true);
    case.items.push((photo.clone(), None));
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Weak);
    assert!(row.notes[0].to_string().contains("look at it"), "{:?}", row.notes);
    let saw = |shows: &[Shows]| Seen {
        shows: shows.to_vec(),
        by: "mia".to_owned(),
        at: at(12),
    };
    photo.seen = Some(saw(&[Shows::Status, Shows::Date]));
    case.items[0].0 = photo.clone();
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(
        (row.standing, row.notes[0].to_string().as_str()),
        (Standing::Weak, "it does not show: recipient, parcel")
    );
    photo.seen = Some(saw(Shows::ALL));
    case.items[0].0 = photo;
    let row = case.row(EvidenceKind::DeliveryProof);
    assert_eq!(row.standing, Standing::Present);
    assert!(
        row.having[0].what.to_string().contains("seen by mia"),
        "{:?}",
        row.having
    );
    // What can be read is judged by what it says.
    case.items[0].1 = Some("a receipt for a lamp".to_owned());
    assert_eq!(case.row(EvidenceKind::DeliveryProof).standing, Standing::Weak);
}

/// A discount or a tax of the whole order is shared by its lines.
#[test]
fn what_is_owed_goes_by_what_was_paid() {
    let due = |total: i64| {
        let mut case = sold(false, &["lamp"], 0);
        case.dossier.orders[0].fact.total = Some(eur(total));
        expected(&case.dossier).map(|sum| (sum.goods.minor, sum.shipping.minor, sum.owed.minor))
    };
    assert_eq!(
        due(5_500),
        Some((3_000, 300, 3_300)),
        "50.00 of goods, 5.00 of shipping"
    );
    assert_eq!(due(5_000), Some((2_700, 300, 3_000)), "a voucher of 5.00");
    assert_eq!(due(6_500), Some((3_600, 300, 3_900)), "20 % tax on top");
    assert_eq!(due(9_000), Some((3_000, 300, 3_300)), "lines are missing");
    assert_eq!(
        due(400),
        Some((3_000, 300, 400)),
        "a total that cannot be: never more than it"
    );
}

/// Part of the money ends no claim, as long as more is disputed than went back.
#[test]
fn a_part_that_was_refunded_is_no_proof_that_all_was() {
    let rule = r#"{"version": 1, "rule": [{"reason": "credit_not_processed", "kind": "refund_proof", "need": "required", "weight": 100, "why": "that it was refunded"},
        {"reason": "credit_not_processed", "kind": "card_checks", "need": "useful", "weight": 10, "why": "codes"}]}"#;
    let matrix: Matrix = serde_json::from_str(rule).unwrap();
    let row = |case: &Case, checks: &[CardCheck], kind| {
        let list = checklist(
            &matrix,
            Situation {
                reason: Reason::CreditNotProcessed,
                card_checks: checks,
                ..case.situation()
            },
        );
        list.rows.into_iter().find(|row| row.kind == kind).unwrap()
    };
    let refund = |refunded| {
        let mut case = sold(false, &[], refunded);
        case.disputed = eur(5_500);
        row(&case, &[], EvidenceKind::RefundProof)
    };
    let part = refund(100);
    assert_eq!(part.standing, Standing::Weak, "{part:?}");
    assert!(
        part.notes
            .iter()
            .any(|note| *note == "only 1.00 EUR of the disputed 55.00 EUR was refunded")
    );
    assert_eq!(refund(5_500).standing, Standing::Present);
    // What is due by the records went back: no more is owed, whatever is disputed.
    let mut settled = sold(false, &["lamp"], 3_300);
    settled.disputed = eur(5_500);
    assert_eq!(
        row(&settled, &[], EvidenceKind::RefundProof).standing,
        Standing::Present
    );

    let check = |what, code: &str| CardCheck {
        what,
        code: code.to_owned(),
        from: from("shopify"),
    };
    let of_card = |checks: &[CardCheck]| row(&Case::new(Platform::SHOPIFY), checks, EvidenceKind::CardChecks);
    assert_eq!(of_card(&[]).standing, Standing::Missing);
    assert_eq!(
        of_card(&[check(FactorKind::AvsResult, "Y")]).standing,
        Standing::Present
    );
    assert_eq!(
        of_card(&[check(FactorKind::CvvResult, "M")]).standing,
        Standing::Present
    );
    assert_eq!(
        of_card(&[check(FactorKind::CvvResult, "D")]).standing,
        Standing::Missing
    );
    let none = of_card(&[check(FactorKind::CvvResult, "N")]);
    assert_eq!(none.standing, Standing::Missing);
    assert!(none.notes[0].to_string().contains("no whole match"), "{none:?}");
}
