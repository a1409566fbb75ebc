use std::fs;

use docket_core::dossier::{Dossier, Known, Movement, Scan};
use proptest::prelude::*;

use super::*;
use crate::samples;

mod course;
mod said;

fn templates() -> Templates {
    Templates::load(None).unwrap()
}

fn text(letter: &Letter) -> String {
    let line = |block: &Block| match block {
        Block::Heading(text) => format!("\n## {text}\n"),
        Block::Paragraph(text) => format!("{text}\n"),
        Block::Quote(text) => format!("> {text}\n"),
    };
    letter.blocks.iter().map(line).collect()
}

/// One of each file of templates.
const REASONS: [Reason; 9] = [
    Reason::NotReceived,
    Reason::NotAsDescribed,
    Reason::Unauthorised,
    Reason::CreditNotProcessed,
    Reason::DuplicateOrPaidOtherwise,
    Reason::IncorrectAmount,
    Reason::SubscriptionCancelled,
    Reason::Other,
    Reason::RiskStop,
];

#[test]
fn every_letter_in_every_language() {
    let templates = templates();
    let exhibits = [
        "shipping_documentation",
        "refund_policy",
        "customer_communication",
    ];
    for language in Language::ALL {
        let mut all = String::new();
        for (reason, platform) in REASONS.iter().zip(
            [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY]
                .iter()
                .cycle(),
        ) {
            let mut claim = samples::claim(*reason);
            claim.platform = *platform;
            let letter = draft(&templates, *language, &claim, &samples::dossier(), &exhibits);
            all.push_str(&format!("# {platform}: {reason}\n{}\n", text(&letter)));
        }
        insta::assert_snapshot!(format!("letters_{language}"), all);
    }
}

#[test]
fn a_missing_fact_is_a_gap_and_never_a_word() {
    let claim = Claim {
        amount: None,
        opened_at: None,
        buyer_words: None,
        ..samples::claim(Reason::NotReceived)
    };
    let letter = draft(&templates(), Language::English, &claim, &Dossier::default(), &[]);
    assert_eq!(
        text(&letter).trim(),
        "Björk & Söner AB contests dispute PP-R-QZX-51234567.\n\n## Request\nWe ask PayPal to close this case in favour \
         of Björk & Söner AB. The timeline names the source of every fact; the exhibits follow it."
    );
    let gaps: Vec<String> = letter.gaps.iter().map(Gap::to_string).collect();
    assert!(
        gaps.contains(
            &"left out `The carrier reports delivery on {{ delivery.date }}.`: not known: delivery.date"
                .to_owned()
        ),
        "{gaps:#?}"
    );
    assert!(letter.timeline.is_empty());
}

#[test]
fn of_two_parcels_one_that_arrived_is_no_delivery() {
    let mut dossier = samples::dossier();
    let mut second = dossier.shipments[0].clone();
    second.fact.number = Some("RR2".to_owned());
    second.fact.delivered_at = None;
    dossier.shipments.push(second);
    let letter = draft(
        &templates(),
        Language::English,
        &samples::claim(Reason::NotReceived),
        &dossier,
        &[],
    );
    assert!(!text(&letter).contains("reports delivery"), "{}", text(&letter));
    assert!(!text(&letter).contains("does not hold"), "{}", text(&letter));
    assert!(letter.gaps.iter().any(|gap| gap.missing == ["delivery.date"]));
}

#[test]
fn a_parcel_that_went_back_was_not_delivered() {
    let mut dossier = samples::dossier();
    let mut back = dossier.scans[0].clone();
    back.fact.movement = Movement::Returning;
    back.fact.at = samples::at("2026-05-09T08:00:00Z");
    dossier.scans.push(back);
    let letter = draft(
        &templates(),
        Language::English,
        &samples::claim(Reason::NotReceived),
        &dossier,
        &[],
    );
    assert!(!text(&letter).contains("reports delivery"), "{}", text(&letter));
    assert!(letter.gaps.iter().any(|gap| gap.missing == ["delivery.date"]));
}

#[test]
fn where_sources_differ_nothing_is_said() {
    let mut dossier = samples::dossier();
    let mut other = dossier.orders[0].clone();
    other.fact.total = Some(
        "1".parse::<i64>()
            .map(|minor| Money::new(minor, "EUR".parse().unwrap()))
            .unwrap(),
    );
    dossier.orders.push(other);
    let letter = draft(
        &templates(),
        Language::English,
        &samples::claim(Reason::IncorrectAmount),
        &dossier,
        &[],
    );
    let gap = letter
        .gaps
        .iter()
        .find(|gap| gap.missing == ["order.total"])
        .unwrap();
    assert!(
        gap.sources_differ && !text(&letter).contains("came to"),
        "{}",
        text(&letter)
    );
}

#[test]
fn a_refund_told_by_two_sources_is_one_refund() {
    let mut dossier = samples::dossier();
    let mut again = dossier.refunds[0].clone();
    again.fact.id = None;
    dossier.refunds.push(again);
    let letter = draft(
        &templates(),
        Language::English,
        &samples::claim(Reason::CreditNotProcessed),
        &dossier,
        &[],
    );
    assert!(
        text(&letter).contains("1,299.00\u{a0}EUR was refunded"),
        "{}",
        text(&letter)
    );
}

#[test]
fn the_agencys_own_text_takes_the_place_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(
        "en/general.txt",
        "# ours\n> opening\nSee order {{ order.number }}.\n",
    );
    put("en/paypal/general.txt", "PayPal sees {{ order.number }}.\n");
    let templates = Templates::load(Some(folder.path())).unwrap();
    let said = |platform| {
        let claim = Claim {
            platform,
            ..samples::claim(Reason::Other)
        };
        text(&draft(
            &templates,
            Language::English,
            &claim,
            &samples::dossier(),
            &[],
        ))
    };
    assert_eq!(said(Platform::PAYPAL), "PayPal sees #1001.\n");
    assert!(said(Platform::KLARNA).ends_with("See order #1001.\n"));
}

#[test]
fn a_broken_template_is_told_with_file_and_line_when_it_is_loaded() {
    for (name, text, line, says) in [
        (
            "en/general.txt",
            "\nGood.\nThe {{ order.nmber }}.",
            3,
            "there is no fact `order.nmber`; `order` has: number",
        ),
        (
            "en/general.txt",
            "{{ weather.today }}",
            1,
            "there is no fact `weather.today`; facts are of: claim",
        ),
        ("en/general.txt", "{{ order.number", 1, "syntax error"),
        (
            "en/general.txt",
            "{{ order.number | shout }}",
            1,
            "unknown filter",
        ),
        (
            "en/general.txt",
            "[order.numbr] x",
            1,
            "there is no fact `order.numbr`",
        ),
        ("en/general.txt", "[order.number x", 1, "no `]` closes"),
        ("en/general.txt", "> closing", 1, "there is no `en/closing.txt`"),
        ("en/general.txt", "> general", 1, "to take lines from"),
        ("en/genral.txt", "x", 0, "takes the place of no template"),
        ("xx/general.txt", "x", 0, "takes the place of no template"),
        ("en/words.txt", "title = {{ dispute", 1, "syntax error"),
        ("en/words.txt", "titel = x", 1, "there is no word `titel`"),
        (
            "en/words.txt",
            "title = x",
            0,
            "the word `title.appeal` is missing",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        let error = Templates::load(Some(folder.path())).unwrap_err();
        assert_eq!((error.file.as_str(), error.line), (name, line), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let nowhere = Templates::load(Some(std::path::Path::new("/nowhere/at/all"))).unwrap_err();
    assert!(nowhere.to_string().contains("check the path"), "{nowhere}");
}

#[test]
fn the_timeline_is_in_order_and_names_its_sources() {
    let mut dossier = samples::dossier();
    let mut again = dossier.orders[0].clone();
    again.from.by = "orders.csv".to_owned();
    dossier.orders.push(again);
    let letter = draft(
        &templates(),
        Language::Swedish,
        &samples::claim(Reason::NotReceived),
        &dossier,
        &[],
    );
    assert!(letter.timeline.is_sorted_by_key(|event| event.at));
    assert_eq!(letter.timeline[0].what, "Order #1001 lagd");
    assert_eq!(letter.timeline[0].when, "2\u{a0}maj 2026, 09:30");
    assert_eq!(
        letter.timeline[0].source,
        "Shopify; Uppgifter från Björk & Söner AB"
    );
    assert!(letter.timeline.iter().all(|event| !event.source.is_empty()));
}

#[test]
fn a_reader_of_the_letter_sees_who_told_it_and_each_delivery_once() {
    let mut dossier = samples::dossier();
    let claim = samples::claim(Reason::NotReceived);
    dossier
        .scans
        .retain(|known| known.fact.movement != Movement::Delivered);
    let mut scan = dossier.scans[0].clone();
    scan.fact.movement = Movement::Delivered;
    scan.fact.number = dossier.shipments[0].fact.number.clone();
    scan.fact.at = dossier.shipments[0].fact.delivered_at.unwrap();
    scan.from.by = claim.platform.as_str().to_owned();
    scan.from.place = "order.fulfillments[0].events.nodes[3]".to_owned();
    dossier.scans.push(scan);
    let letter = draft(&templates(), Language::English, &claim, &dossier, &[]);
    let delivered: Vec<_> = letter
        .timeline
        .iter()
        .filter(|event| event.what.contains("delivered"))
        .collect();
    assert_eq!(delivered.len(), 1, "{delivered:#?}");
    assert!(delivered[0].source.ends_with("; PayPal"), "{delivered:#?}");
    assert!(!letter.timeline.iter().any(|event| event.source.contains("nodes")));
}

#[test]
fn every_reason_has_a_letter_that_says_something() {
    let templates = templates();
    for language in Language::ALL {
        for reason in Reason::ALL {
            let letter = draft(
                &templates,
                *language,
                &samples::claim(*reason),
                &samples::dossier(),
                &[],
            );
            assert!(
                text(&letter).contains("#1001"),
                "{language} {reason}: {}",
                text(&letter)
            );
        }
    }
}

#[test]
fn an_order_that_two_call_differently_is_one() {
    let mut dossier = samples::dossier();
    let mut again = dossier.orders[0].clone();
    again.fact.number = "1001".to_owned();
    again.fact.placed_at += chrono::Duration::seconds(12);
    again.from.by = "orders.csv".to_owned();
    dossier.orders.push(again);
    let claim = samples::claim(Reason::Other);
    let letter = draft(&templates(), Language::English, &claim, &dossier, &[]);
    assert!(
        text(&letter).contains("It concerns order #1001"),
        "{}",
        text(&letter)
    );
    let placed = letter
        .timeline
        .iter()
        .filter(|event| event.what.contains("placed"));
    assert_eq!(placed.count(), 1, "{:#?}", letter.timeline);
}

#[test]
fn a_platform_and_a_shop_that_share_a_transaction_tell_of_one_order() {
    let mut dossier = samples::dossier();
    dossier.orders[0].fact.refs = vec!["TX-9".to_owned()];
    let mut again = dossier.orders[0].clone();
    again.fact.number = "INV-77".to_owned();
    again.from.by = "paypal".to_owned();
    dossier.orders.push(again);
    let claim = samples::claim(Reason::Other);
    let letter = draft(&templates(), Language::English, &claim, &dossier, &[]);
    assert!(
        text(&letter).contains("It concerns order #1001"),
        "{}",
        text(&letter)
    );
    assert!(!text(&letter).contains("INV-77"));
    assert!(
        letter.timeline.iter().all(|event| !event.what.contains("INV-77")),
        "{:#?}",
        letter.timeline
    );
}

#[test]
fn a_label_alone_is_not_handed_over() {
    let mut dossier = samples::dossier();
    dossier.scans.clear();
    for known in &mut dossier.shipments {
        known.fact.delivered_at = None;
    }
    let claim = samples::claim(Reason::NotReceived);
    let handed = |dossier: &Dossier| {
        let letter = draft(&templates(), Language::English, &claim, dossier, &[]);
        text(&letter).contains("handed to the carrier")
    };
    assert!(handed(&dossier), "nobody says that it is a label alone");
    let scan = Scan {
        number: dossier.shipments[0].fact.number.clone(),
        movement: Movement::LabelCreated,
        at: dossier.orders[0].fact.placed_at,
        place: None,
    };
    let from = dossier.orders[0].from.clone();
    dossier.scans.push(Known { fact: scan, from });
    assert!(!handed(&dossier));
}

#[test]
fn every_kind_of_evidence_has_a_name_in_every_language() {
    let templates = templates();
    for kind in docket_core::evidence::EvidenceKind::ALL {
        let names: Vec<_> = Language::ALL
            .iter()
            .map(|language| templates.evidence(*language, *kind))
            .collect();
        assert!(names.iter().all(|name| !name.is_empty()), "{kind}: {names:?}");
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert!(different.len() > 2, "{kind} is not translated: {names:?}");
    }
    let since = "2025-03-01".parse().unwrap();
    assert_eq!(
        templates.policy(Language::German, "Rückgabe", since),
        "Rückgabe, in Kraft seit 1.\u{a0}März 2025"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is not known, nothing of it is said, and no sentence has a hole.
    #[test]
    fn no_sentence_without_its_fact(kept in proptest::collection::vec(any::<bool>(), 7), reason in 0usize..8, language in 0usize..4) {
        let mut dossier = samples::dossier();
        let mut absent = vec!["undefined", "none", "{{", "}}", "  ", " .", "\"\"", "()"];
        let mut drop = |index: usize, marks: &[&'static str]| {
            if !kept[index] {
                absent.extend(marks);
            }
            !kept[index]
        };
        if drop(0, &["#1001", "Größe-Allee"]) { dossier.orders.clear(); }
        if drop(1, &["Ålö", "Textile"]) { dossier.lines.clear(); }
        if drop(2, &["PostNord", "M. Exempel", "tracking.example"]) { dossier.shipments.clear(); }
        if drop(3, &["Malmö"]) { dossier.scans.clear(); }
        if drop(4, &["RF-77"]) { dossier.refunds.clear(); }
        if drop(5, &[]) { dossier.messages.clear(); }
        if drop(6, &["Returns 2025", "Terms 2025"]) { dossier.policies.clear(); }
        let letter = draft(&templates(), Language::ALL[language], &samples::claim(REASONS[reason]), &dossier, &[]);
        let mut said = text(&letter);
        said.extend(letter.timeline.iter().flat_map(|event| [event.what.as_str(), " "]));
        for word in absent {
            prop_assert!(!said.contains(word), "`{word}` in {said}");
        }
        for gap in &letter.gaps {
            prop_assert!(!gap.missing.is_empty());
        }
    }
}
