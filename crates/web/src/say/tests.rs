//! Every sentence of the house has a text in each language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use chrono_tz::Tz;
use docket_core::consequence::consequence;
use docket_core::money::Money;
use docket_core::person::Locale;
use docket_core::response::{OfferKind, Response};
use docket_core::words::{Platform, Stage};

use super::*;
use crate::locale::within;

fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        // Tests make sentences of their own.
        if path.is_dir() && name != "tests" && name != "target" {
            sources(&path, into);
        } else if name.ends_with(".rs") && name != "tests.rs" && !path.ends_with("core/src/sentence.rs") {
            into.push(path);
        }
    }
}

/// The literal that a source goes on with.
fn literal(rest: &str) -> Option<String> {
    let rest = rest.trim_start().strip_prefix('"')?;
    let mut text = String::new();
    let mut letters = rest.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' => return Some(text),
            '\\' => match letters.next()? {
                '\n' => while letters.next_if(|c| c.is_whitespace()).is_some() {},
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

/// The English of every sentence: of the code, of what connectors say as it stands there, and of the built-in matrix of evidence.
fn english() -> BTreeSet<String> {
    let mut paths = Vec::new();
    for room in [
        "core",
        "connector",
        "app",
        "documents",
        "paypal",
        "klarna",
        "shopify",
    ] {
        sources(&house().join("crates").join(room).join("src"), &mut paths);
    }
    let mut all = BTreeSet::new();
    for path in paths {
        let source = fs::read_to_string(&path).unwrap();
        for rest in source.split("sentence!(").skip(1) {
            let found = literal(rest);
            all.insert(found.unwrap_or_else(|| panic!("{}: no literal", path.display())));
        }
    }
    all.extend(of_connectors());
    all.extend(of_files());
    let matrix = fs::read_to_string(house().join("config/evidence.toml")).unwrap();
    let whys = matrix.split("\nwhy = ").skip(1).filter_map(literal);
    all.extend(whys);
    all
}

/// What a file is that is not used, and what a PDF does or asks for that is not.
fn of_files() -> BTreeSet<String> {
    let rooms = [
        ("examine/kind.rs", 1),
        ("examine/pdf/quiet.rs", 1),
        ("packet/drawn/scales.rs", 3),
    ];
    let mut all = BTreeSet::new();
    for (file, words) in rooms {
        let path = house().join("crates/documents/src").join(file);
        let found = prose(&fs::read_to_string(path).unwrap(), words);
        assert!(!found.is_empty(), "{file}");
        all.extend(found);
    }
    all
}

/// What a connector finds wrong with a response, why it leaves an action to a person, its checklist of settings, what a check of an
/// account finds, and what it says of refusals and credentials. Where refusals put something together, that is English still.
fn of_connectors() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for room in ["paypal", "klarna", "shopify"] {
        let (root, mut paths) = (house().join("crates").join(room).join("src"), Vec::new());
        sources(&root, &mut paths);
        for path in paths {
            let source = fs::read_to_string(&path).unwrap();
            // Within the crate: the folders above it are no concern of this test.
            let name = path.strip_prefix(&root).unwrap().to_string_lossy();
            if name.contains("check.rs") || name.contains("check/") {
                let added = source.split(".add(").skip(1);
                all.extend(
                    added
                        .flat_map(arguments)
                        .filter_map(|argument| literal(&argument)),
                );
            }
            let told = [
                "errors.rs",
                "act.rs",
                "act/upload.rs",
                "upload.rs",
                "auth.rs",
                "region.rs",
                "probe.rs",
                "settings.rs",
            ];
            if told.contains(&&*name) || name.starts_with("probe/") {
                all.extend(prose(&source, 3));
            }
            // Why an action is possible on the platform's own pages only.
            for before in ["ManualOnly(", "MANUAL_V3: &str = "] {
                all.extend(source.split(before).skip(1).filter_map(literal));
            }
            if name.contains("settings.rs") || name.contains("checklist.rs") {
                // A row of a checklist: its key, what it is, how it is verified.
                let rows = source.split("\n    (\n").skip(1);
                let says = rows.flat_map(|row| arguments(row).into_iter().skip(1));
                all.extend(says.filter_map(|said| literal(&said)));
            }
        }
    }
    assert!(all.len() > 100, "{}", all.len());
    all
}

/// The literals of a source with that many blanks or more, but for what is put together.
fn prose(source: &str, blanks: usize) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#["))
        .collect();
    // What stands between the marks of a raw literal shows a file.
    let code: Vec<String> = code
        .join("\n")
        .split("r#\"")
        .enumerate()
        .map(|(n, part)| {
            if n == 0 {
                part.to_owned()
            } else {
                part.split_once("\"#").unwrap().1.to_owned()
            }
        })
        .collect();
    let code = code.concat();
    let (mut all, mut rest) = (Vec::new(), code.as_str());
    while let Some(at) = rest.find('"') {
        let (before, from) = rest.split_at(at);
        if before.ends_with('\'') {
            rest = &from[1..];
            continue;
        }
        let text = literal(from).unwrap();
        let bytes = before.ends_with('b');
        let built = before.trim_end().ends_with("format!(");
        if !bytes && !built && text.matches(' ').count() >= blanks && !text.contains('<') {
            all.push(text);
        }
        rest = &from[written(from)..];
    }
    all
}

/// The bytes of the literal that a source goes on with.
fn written(from: &str) -> usize {
    let mut escaped = false;
    let end = from.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map(|(at, _)| at + 1).unwrap()
}

/// The arguments of a call that begins before `rest`.
fn arguments(rest: &str) -> Vec<String> {
    let (mut all, mut depth, mut quoted, mut escaped) = (vec![String::new()], 0_i32, false, false);
    for c in rest.chars() {
        match c {
            _ if escaped => {}
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        if depth < 0 {
            break;
        }
        all.last_mut().unwrap().push(c);
    }
    all
}

fn places(text: &str) -> BTreeSet<&str> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside
        .map(|(place, _)| place.trim().trim_start_matches('$'))
        .collect()
}

#[test]
fn every_sentence_has_a_text_in_each_language_and_every_text_a_sentence() {
    let english = english();
    assert!(english.len() > 250, "{}", english.len());
    let by_name: BTreeMap<String, &String> = english
        .iter()
        .map(|text| (format!("say-{}", name(text)), text))
        .collect();
    assert_eq!(by_name.len(), english.len(), "two sentences have one name");
    for language in ["nl", "sv", "de"] {
        let file = house().join(format!("config/pages/{language}/sentences.ftl"));
        let file = fs::read_to_string(file).unwrap();
        let texts: BTreeMap<&str, &str> = file
            .lines()
            .map(|line| line.split_once(" = ").expect("one line each"))
            .collect();
        assert_eq!(texts.len(), file.lines().count(), "{language}: one twice");
        for (name, english) in &by_name {
            let text = texts.get(name.as_str());
            let text = text.unwrap_or_else(|| panic!("{language}: no text {name} for `{english}`"));
            assert!(
                places(text).is_subset(&places(english)),
                "{language}: {name} has a place of its own"
            );
            assert!(
                !text.contains(['`', '<', '&']),
                "{language}: {name} is no plain text"
            );
        }
        for name in texts.keys() {
            assert!(by_name.contains_key(*name), "{language}: nobody says {name}");
        }
    }
}

#[test]
fn nothing_that_decides_is_lost_in_a_language() {
    let matters = [
        "disputed", "amount", "due", "part", "until", "at", "why", "lacking",
    ];
    for language in ["nl", "sv", "de"] {
        let file =
            fs::read_to_string(house().join(format!("config/pages/{language}/sentences.ftl"))).unwrap();
        let texts: BTreeMap<&str, &str> = file.lines().filter_map(|line| line.split_once(" = ")).collect();
        for english in english() {
            let text = texts[format!("say-{}", name(&english)).as_str()];
            let lost: Vec<&str> = places(&english)
                .into_iter()
                .filter(|place| matters.contains(place) && !places(text).contains(place))
                .collect();
            assert!(lost.is_empty(), "{language}: {english}: {lost:?}");
        }
    }
}

fn in_language(language: Language) -> Locale {
    Locale {
        language,
        zone: Tz::Europe__Berlin,
    }
}

#[test]
fn amounts_and_instants_are_the_readers() {
    let money = |minor| Money::new(minor, "EUR".parse().unwrap());
    let offer = Response::Offer {
        kind: OfferKind::Refund,
        note: String::new(),
        amount: Some(money(123_450)),
        return_address: None,
        invoice_id: None,
    };
    let told = consequence(&offer, money(250_000), Platform::PAYPAL, Stage::Inquiry);
    let german = within(in_language(Language::German), || say(&told));
    assert!(german.starts_with("1.234,50"), "{german}");
    assert!(german.contains("wird dem Käufer angeboten"), "{german}");
    let english = within(in_language(Language::English), || say(&told));
    assert!(
        english.starts_with("1,234.50\u{a0}EUR of 2,500.00\u{a0}EUR is offered"),
        "{english}"
    );

    let at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    let late = docket_core::case::Refusal::DeadlinePassed { at }.sentence();
    let german = within(in_language(Language::German), || say(&late));
    assert!(
        german.starts_with("die Frist lief am 18.11.2026 12:06 MEZ ab"),
        "{german}"
    );
    let english = within(in_language(Language::English), || say(&late));
    assert!(english.contains("2026-11-18 12:06 CET"), "{english}");
}

#[test]
fn what_was_kept_as_english_is_said_in_the_readers_language() {
    let german = |text: &str| within(in_language(Language::German), || kept(text));
    let denied = PlatformError::Auth {
        message: "the shop is locked (423)".to_owned(),
        reference: None,
    };
    assert_eq!(
        german(&denied.to_string()),
        "Die Plattform erlaubt es dieser Anbindung nicht: der Shop ist gesperrt (423)"
    );
    let refused = PlatformError::Rejected {
        code: "MISSING_REFUND_ID".to_owned(),
        message: "proof of refund needs the refund's PayPal id".to_owned(),
        reference: Some("ab12".to_owned()),
    };
    let said = german(&refused.to_string());
    assert!(
        said.ends_with("Nachweis der Erstattung braucht deren PayPal-Id (MISSING_REFUND_ID, reference ab12)"),
        "{said}"
    );
    let said = german("proof of refund needs the refund's PayPal id (MISSING_REFUND_ID)");
    assert_eq!(
        said,
        "Nachweis der Erstattung braucht deren PayPal-Id (MISSING_REFUND_ID)"
    );
    let later = PlatformError::Retry {
        after: Some(std::time::Duration::from_secs(30)),
        why: "a gateway on the way refused the call (403)".to_owned(),
    };
    let said = german(&later.to_string());
    assert!(
        said.ends_with("ein Gateway auf dem Weg lehnte den Aufruf ab (403)"),
        "{said}"
    );
    assert_eq!(german("words of `others`"), "words of “others”");
    let english = within(in_language(Language::English), || kept(&denied.to_string()));
    assert_eq!(english, denied.to_string());
}

#[test]
fn a_mail_is_said_in_the_language_of_who_reads_it() {
    let due = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    let asks = docket_core::sentence!(
        "Please answer by {due} ({distance}) on this page:",
        due,
        distance = docket_core::sentence!("in {days} d {hours} h", days = 2_u8, hours = 4_u8)
    );
    assert_eq!(
        said(in_language(Language::German), &asks),
        "Bitte antworten Sie bis 18.11.2026 12:06 MEZ (in 2 T 4 Std.) auf dieser Seite:"
    );
    assert_eq!(said(Locale::default(), &asks), asks.to_string());
}

#[test]
fn words_of_others_stay_as_they_are_and_parts_are_translated() {
    let german = |said: &Sentence| within(in_language(Language::German), || say(said));
    assert_eq!(
        german(&"INVALID_STATE {x}".to_owned().into()),
        "INVALID_STATE {x}"
    );
    let both = Sentence::from("the platform offers no contest now").also("said by `them`".to_owned().into());
    assert_eq!(
        german(&both),
        "die Plattform bietet jetzt keine Anfechtung an; said by “them”"
    );
}
