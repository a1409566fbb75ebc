use std::collections::{BTreeMap, BTreeSet};

use docket_core::factor::catalogue::CATALOGUE;
use docket_core::stats;
use docket_core::words::{Outcome, Reason, Stage};

use super::words::{FILES, parse};
use super::*;

fn texts(file: &'static str) -> BTreeMap<&'static str, &'static str> {
    let mut all = BTreeMap::new();
    for (key, text) in parse(file) {
        assert!(
            !text.is_empty() && all.insert(key, text).is_none(),
            "{key} is there once"
        );
    }
    all
}

/// The places of a text.
fn places(text: &str) -> BTreeSet<&str> {
    let inside = text.split('{').skip(1);
    inside.map(|rest| rest.split_once('}').unwrap().0).collect()
}

#[test]
fn every_language_has_every_key_with_the_same_places() {
    let english = texts(FILES[0]);
    assert_eq!(FILES.len(), Language::ALL.len());
    for (language, file) in Language::ALL.iter().zip(FILES) {
        assert!(
            file.lines()
                .all(|l| l.trim().is_empty() || l.starts_with('#') || l.contains('='))
        );
        let own = texts(file);
        let keys = |all: &BTreeMap<&'static str, _>| all.keys().copied().collect::<BTreeSet<_>>();
        assert_eq!(keys(&own), keys(&english), "{language}");
        for (key, text) in &own {
            assert_eq!(places(text), places(english[key]), "{language}: {key}");
        }
    }
}

#[test]
fn long_texts_are_translated_and_the_english_ones_are_those_of_the_other_formats() {
    let english = texts(FILES[0]);
    for (key, said) in [
        ("definition", stats::DEFINITION),
        ("money_definition", stats::MONEY_DEFINITION),
        ("no_uplift", stats::NO_UPLIFT),
        ("factor_definition", stats::FACTOR_DEFINITION),
        ("disclaimer", stats::DISCLAIMER),
        ("amount_definition", stats::AMOUNT_DEFINITION),
        ("model_definition", stats::MODEL_DEFINITION),
        ("sla_reading", docket_core::sla::READING),
    ] {
        assert_eq!(english[key], said);
    }
    for entry in CATALOGUE {
        assert_eq!(english[format!("advice.{}", entry.kind).as_str()], entry.advice);
    }
    for (language, file) in Language::ALL.iter().zip(FILES).skip(1) {
        for (key, text) in texts(file) {
            let long = text.chars().count() > 25;
            assert!(!long || english[key] != text, "{language}: {key} is English");
        }
    }
}

#[test]
fn every_word_of_the_reports_has_a_text() {
    let words = report_words(Language::English);
    let mut keys: Vec<String> = Vec::new();
    keys.extend(Outcome::ALL.iter().map(|w| format!("outcome.{w}")));
    keys.extend(Reason::ALL.iter().map(|w| format!("reason.{w}")));
    keys.extend(Stage::ALL.iter().map(|w| format!("stage.{w}")));
    keys.extend(
        docket_core::evidence::Band::ALL
            .iter()
            .map(|w| format!("evidence.{w}")),
    );
    keys.extend(
        docket_core::sla::Metric::ALL
            .iter()
            .map(|w| format!("metric.{w}")),
    );
    keys.extend(
        docket_core::sla::ExclusionCause::ALL
            .iter()
            .map(|w| format!("cause.{w}")),
    );
    keys.extend(CATALOGUE.iter().map(|entry| format!("factor.{}", entry.kind)));
    for entry in CATALOGUE {
        keys.extend(entry.reference.map(|level| format!("level.{level}")));
    }
    for key in keys {
        assert!(words.has(&key), "{key}");
    }
}

#[test]
fn places_are_filled_and_numbers_follow_the_language() {
    let german = report_words(Language::German);
    let of = german.say("of", &[("hits", "7".to_owned()), ("n", "9".to_owned())]);
    assert_eq!(of, "7 von 9");
    assert_eq!(german.digits("70.5"), "70,5");
    assert_eq!(german.word("level", "dhl_express"), "dhl express");
    assert_eq!(report_words(Language::Dutch).word("level", "late"), "te laat");
}

fn sample(language: Language) -> Board {
    let mark = |label: &str, hollow| Mark {
        label: label.to_owned(),
        low: 0.2,
        at: 0.5,
        high: 1.4,
        hollow,
        text: "50.0 % (35 of 70; 38.6 to 61.4 %)".to_owned(),
    };
    let column = |head: &str, right| Column {
        head: head.to_owned(),
        share: 1.0,
        right,
    };
    let row = |n: usize| vec![format!("Gruppe {n}"), format!("{n}")];
    Board {
        title: "Gewinnquoten".to_owned(),
        about: vec!["Kunde: Søn & Co".to_owned()],
        language,
        id: "docket-test".to_owned(),
        at: "2026-11-24T10:00:00Z".parse().unwrap(),
        footer: "Søn & Co".to_owned(),
        blocks: vec![
            Block::Heading("Überschrift".to_owned()),
            Block::Keys(vec![Key {
                label: "Quote".to_owned(),
                main: "70,0 %".to_owned(),
                detail: "35 von 50".to_owned(),
            }]),
            Block::Plot(Plot {
                axis: vec![(0.0, "0 %".to_owned()), (1.0, "100 %".to_owned())],
                rule: Some(0.9),
                marks: vec![mark("2026-09", true), mark("2026-10 a b", false)],
                caption: "So liest man es".to_owned(),
            }),
            Block::Bars(Bars {
                rows: vec![("Eingang".to_owned(), 1.0, "70".to_owned())],
                caption: String::new(),
            }),
            Block::Table(Table {
                columns: vec![column("Name", false), column("Zahl", true)],
                rows: (0..90).map(row).collect(),
                total: true,
            }),
        ],
    }
}

#[test]
fn the_same_report_is_the_same_file_with_its_text_in_it() {
    let one = board(&sample(Language::German)).unwrap();
    assert_eq!(one, board(&sample(Language::German)).unwrap());
    let examined = crate::examine("report.pdf", &one.pdf).unwrap();
    assert_eq!((examined.pages, one.pages), (2, 2));
    let text = examined.text.join("\n");
    for said in [
        "Gewinnquoten",
        "Søn & Co",
        "70,0 %",
        "2026-10 a b",
        "Gruppe 89",
        "Seite 2 von 2",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // The head of a table stands on each page that it reaches.
    assert_eq!(text.matches("Zahl").count(), 2);
}
