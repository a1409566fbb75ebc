//! The texts of all languages fit each other, the templates and the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use docket_core::person::Locale;
use docket_core::words::readable;

use super::*;

/// Text of a template is looked for only where all of its screens are translated; these wait.
const LATER: &[&str] = &[];
/// Names, and what is the same in every language.
const NAMES: &[&str] = &["DE", "Docket", "EUR", "SHA", "https", "id", "paypal"];
/// Beginnings of names that are put together: of canonical words, scopes of tokens, rungs of the ladder, advice on flags, and what
/// histories and the audit log hold.
const MADE: &[&str] = &[
    "word-",
    "scope-",
    "rung-",
    "advice-",
    "event-",
    "detail-",
    "why-",
    "source-",
    "actor-",
    "door-",
    "help-nav-",
];
/// Attributes that people read or hear.
const READ: &[&str] = &["aria-label", "placeholder", "title", "alt", "data-label", "label"];

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// The texts of a language by name.
fn messages(language: Language) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for file in FILES[language as usize] {
        assert!(
            FluentResource::try_new((*file).to_owned()).is_ok(),
            "{language}: {file}"
        );
        let mut last = None;
        for line in file.lines() {
            match line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                Some((id, text)) => {
                    let before = all.insert(id.to_owned(), text.to_owned());
                    assert!(before.is_none(), "{language}: {id} twice");
                    last = Some(id.to_owned());
                }
                None => all
                    .get_mut(last.as_ref().expect("begins with a text"))
                    .unwrap()
                    .push_str(line),
            }
        }
    }
    all
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect()
}

#[test]
fn every_language_has_the_same_texts_with_the_same_places() {
    let english = messages(Language::English);
    for language in Language::ALL {
        let texts = messages(*language);
        let (own, theirs): (Vec<_>, Vec<_>) = (english.keys().collect(), texts.keys().collect());
        assert_eq!(own, theirs, "{language}");
        for (id, text) in &texts {
            assert_eq!(places(text), places(&english[id]), "{language}: {id}");
        }
    }
}

#[test]
fn texts_hold_simple_markup_only_and_it_is_the_same_in_each_language() {
    let allowed = ["code", "/code", "strong", "/strong", "a href=\"{ $url }\"", "/a"];
    let english = messages(Language::English);
    for language in Language::ALL {
        for (id, text) in messages(*language) {
            let own = tags(&text);
            assert!(
                own.iter().all(|tag| allowed.contains(&tag.as_str())),
                "{language}: {id}"
            );
            assert_eq!(own, tags(&english[&id]), "{language}: {id}");
            let quotes = text.matches('"').count();
            assert_eq!(quotes, text.matches("href=").count() * 2, "{language}: {id}");
            assert!(!text.contains('&'), "{language}: {id}");
        }
    }
}

fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = text
        .split('<')
        .skip(1)
        .map(|rest| rest.split_once('>').expect("closed").0.to_owned())
        .collect();
    tags.sort();
    tags
}

/// The names that code and templates ask for, and all that they quote.
fn asked() -> (BTreeSet<String>, String) {
    let mut paths = Vec::new();
    files(&home().join("src"), &mut paths);
    files(&home().join("templates"), &mut paths);
    let all: String = paths
        .iter()
        .filter(|path| !path.ends_with("texts/tests.rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let asked = all
        .split("t(\"")
        .zip(all.split("t(\"").skip(1))
        .filter(|(before, _)| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(id, _)| id.to_owned())
        .collect();
    (asked, all)
}

#[test]
fn every_text_that_is_asked_for_is_there_and_every_one_there_is_asked_for() {
    let texts = messages(Language::English);
    let (asked, all) = asked();
    assert!(asked.len() > 100, "{asked:?}");
    for id in &asked {
        assert!(texts.contains_key(id), "no text {id}");
    }
    for id in texts.keys() {
        let made = MADE.iter().any(|beginning| id.starts_with(beginning));
        assert!(made || all.contains(&format!("\"{id}\"")), "nobody asks for {id}");
    }
}

/// What a person reads of a template, without expressions, tags and commands.
fn read_of(template: &str) -> String {
    let mut text = template.to_owned();
    for (open, close) in [
        ("{#", "#}"),
        ("{{", "}}"),
        ("{%", "%}"),
        ("<pre>", "</pre>"),
        ("<code>", "</code>"),
    ] {
        while let Some(start) = text.find(open) {
            let end = text[start..].find(close).expect("closed") + start + close.len();
            text.replace_range(start..end, " ");
        }
    }
    let mut read = String::new();
    for part in text.split('<') {
        let (tag, after) = part.split_once('>').unwrap_or(("", part));
        for attribute in READ {
            let heard = tag
                .split_once(&format!(" {attribute}=\""))
                .and_then(|(_, value)| value.split_once('"'));
            read.push_str(heard.map_or("", |(value, _)| value));
            read.push(' ');
        }
        read.push_str(after);
        read.push(' ');
    }
    read
}

#[test]
fn templates_say_nothing_in_one_language_only() {
    let mut paths = Vec::new();
    files(&home().join("templates"), &mut paths);
    let mut untranslated = BTreeMap::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let read = read_of(&fs::read_to_string(&path).unwrap());
        let left: Vec<String> = read
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| word.chars().count() > 1 && !NAMES.contains(word))
            .map(str::to_owned)
            .collect();
        if !left.is_empty() {
            untranslated.insert(name, left);
        }
    }
    let names: Vec<&str> = untranslated.keys().map(String::as_str).collect();
    assert_eq!(names, LATER, "{untranslated:?}");
}

#[test]
fn scripts_say_nothing_of_their_own() {
    let mut paths = Vec::new();
    files(&home().join("assets/js"), &mut paths);
    assert!(paths.len() >= 3);
    for path in paths {
        let script = fs::read_to_string(&path).unwrap();
        for says in ["textContent: ", "textContent = ", "replaceChildren(", "say("] {
            for rest in script.split(says).skip(1) {
                assert!(!rest.starts_with(['"', '`']), "{}: {rest:.60}", path.display());
            }
        }
        for word in script.split("WORDS.").skip(1) {
            let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap();
            let dashed: String = word[..end]
                .chars()
                .map(|c| {
                    if c.is_uppercase() {
                        format!("-{}", c.to_lowercase())
                    } else {
                        c.to_string()
                    }
                })
                .collect();
            let template = fs::read_to_string(home().join("templates/script_words.html")).unwrap();
            assert!(template.contains(&format!(" data-{dashed}=")), "no word {dashed}");
        }
    }
}

#[test]
fn what_people_read_of_a_template_is_found() {
    let read =
        read_of(r#"<p class="a" aria-label="Heard">{% if x %}{{ y }} Seen <code>run</code>{% endif %}</p>"#);
    assert_eq!(read.split_whitespace().collect::<Vec<_>>(), ["Heard", "Seen"]);
}

#[test]
fn canonical_words_are_there_and_english_reads_them_as_they_are() {
    use docket_core::words::{ActionKind, Outcome, Reason, Stage, WorkState};
    let english = messages(Language::English);
    let words = english
        .iter()
        .filter_map(|(id, text)| Some((id.strip_prefix("word-")?, text)));
    for (word, text) in words {
        assert_eq!(*text, readable(word));
    }
    for flag in docket_core::attention::Attention::ALL {
        assert_eq!(english[&format!("advice-{flag}")], flag.advice());
    }
    macro_rules! there {
        ($($kind:ty),+) => { $(for word in <$kind>::ALL {
            assert!(english.contains_key(&format!("word-{word}")), "{word}");
        })+ };
    }
    there!(
        ActionKind,
        Outcome,
        Reason,
        Stage,
        WorkState,
        docket_core::attention::Attention,
        docket_core::draft::DraftState,
        docket_core::evidence::Band,
        docket_core::evidence::EvidenceKind,
        docket_core::evidence::Need,
        docket_core::evidence::Standing,
        docket_core::factor::FactorKind,
        docket_core::incident::Cause,
        docket_core::notice::Audience,
        docket_core::notice::NoticeKind,
        docket_core::pack::PackState,
        docket_core::person::Role,
        docket_core::person::SkillKind,
        docket_core::recommend::Advice,
        docket_core::request::RequestState,
        docket_core::response::SubmissionState,
        docket_core::rule::RuleKind,
        docket_core::rule::RuleState,
        docket_core::stats::Figure
    );
    for by in docket_app::GroupBy::ALL {
        let word = by.as_str();
        assert!(english.contains_key(&format!("word-{word}")), "{word}");
    }
}

#[test]
fn places_are_filled_in_the_language_and_escaped_where_shown() {
    let german = Locale {
        language: Language::German,
        ..Locale::default()
    };
    let shown = |n: i64| locale::within(german, || t("queue-caption").with("n", n).plain());
    assert_eq!(shown(1), "1 Fall, die nächste Handlung zuerst");
    assert_eq!(shown(2), "2 Fälle, die nächste Handlung zuerst");
    let text = t("password-whose").with("name", "<b>").with("email", "a&b");
    assert!(text.plain().starts_with("For <b>, who logs in as a&b."));
    assert!(
        text.to_string()
            .starts_with("For &#60;b&#62;, who logs in as a&#38;b.")
    );
}
