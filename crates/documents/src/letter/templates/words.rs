//! The words around a letter's text: `key = text`, one a line, the text with facts of its own.

use std::collections::BTreeMap;

use docket_core::evidence::EvidenceKind;
use docket_core::words::{Language, Reason};
use minijinja::Value;

use super::BadTemplate;
use super::line::{engine, told};

/// Every key, with the facts that its text may speak of.
const KEYS: &[(&str, &[&str])] = &[
    ("title", &["dispute"]),
    ("title.appeal", &["dispute"]),
    ("to", &[]),
    ("merchant", &[]),
    ("dispute", &[]),
    ("reason", &[]),
    ("amount", &[]),
    ("opened", &[]),
    ("order", &[]),
    ("policy", &["title", "since"]),
    ("records", &["merchant"]),
    ("date", &[]),
    ("timeline", &[]),
    ("timeline_note", &[]),
    ("when", &[]),
    ("what", &[]),
    ("source", &[]),
    ("exhibits", &[]),
    ("exhibit", &["number"]),
    ("page", &[]),
    ("exhibit_page", &["number", "page", "pages"]),
    ("footer", &["dispute", "page", "pages"]),
    ("cover", &["file", "count"]),
    ("event.ordered", &["number"]),
    ("event.cancelled", &["number"]),
    ("event.promised", &[]),
    ("event.shipped", &["number", "carrier"]),
    ("event.delivered", &["number", "carrier", "received_by"]),
    ("event.refunded", &["amount", "id"]),
    ("event.return_asked", &["reason"]),
    ("event.return_received", &[]),
    ("event.buyer_wrote", &[]),
    ("event.merchant_wrote", &[]),
    ("event.opened", &[]),
    ("scan.label_created", &["number", "place"]),
    ("scan.in_transit", &["number", "place"]),
    ("scan.attempted", &["number", "place"]),
    ("scan.ready_for_pickup", &["number", "place"]),
    ("scan.delivered", &["number", "place"]),
    ("scan.returning", &["number", "place"]),
    ("scan.failed", &["number", "place"]),
];

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Words {
    language: Language,
    texts: BTreeMap<String, String>,
}

impl Words {
    pub(super) fn parse(language: Language, file: &str, text: &str) -> Result<Self, BadTemplate> {
        let mut texts = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |why: String| BadTemplate {
                file: file.to_owned(),
                line: number,
                why,
            };
            let (key, text) = line
                .split_once('=')
                .ok_or_else(|| bad("write it as `key = text`".to_owned()))?;
            let (key, text) = (key.trim(), text.trim());
            let facts = facts_of(key).ok_or_else(|| bad(format!("there is no word `{key}`")))?;
            let all = facts.iter().map(|fact| (*fact, Value::from("x")));
            let none = facts.iter().map(|fact| (*fact, Value::from(())));
            for facts in [Value::from_pairs(all), Value::from_pairs(none)] {
                engine()
                    .render_named_str(key, text, facts)
                    .map_err(|error| bad(told(&error)))?;
            }
            texts.insert(key.to_owned(), text.to_owned());
        }
        let reasons = Reason::ALL.iter().map(|reason| format!("reason.{reason}"));
        let kinds = EvidenceKind::ALL.iter().map(|kind| format!("evidence.{kind}"));
        let keys = KEYS.iter().map(|(key, _)| (*key).to_owned());
        if let Some(missing) = keys
            .chain(reasons)
            .chain(kinds)
            .find(|key| !texts.contains_key(key))
        {
            return Err(BadTemplate {
                file: file.to_owned(),
                line: 0,
                why: format!("the word `{missing}` is missing; add `{missing} = …`"),
            });
        }
        Ok(Self { language, texts })
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A text with its facts; those of [`KEYS`], none where they are not known.
    pub(crate) fn say<const N: usize>(&self, key: &str, facts: [(&str, Value); N]) -> String {
        let text = self.texts.get(key).map_or("", String::as_str);
        // Every text was rendered when it was loaded, with these facts.
        engine()
            .render_named_str(key, text, Value::from_pairs(facts))
            .unwrap_or_default()
    }

    /// A text that speaks of no facts.
    pub(crate) fn plain(&self, key: &str) -> String {
        self.say(key, [])
    }

    /// What a kind of evidence is called.
    pub(crate) fn evidence(&self, kind: EvidenceKind) -> String {
        self.plain(&format!("evidence.{kind}"))
    }

    /// What a reason is called.
    pub(crate) fn reason(&self, reason: Reason) -> String {
        self.plain(&format!("reason.{reason}"))
    }
}

fn facts_of(key: &str) -> Option<&'static [&'static str]> {
    let known = match key.split_once('.') {
        Some(("reason", word)) => word.parse::<Reason>().is_ok(),
        Some(("evidence", word)) => word.parse::<EvidenceKind>().is_ok(),
        _ => false,
    };
    if known {
        return Some(&[]);
    }
    KEYS.iter()
        .find(|(known, _)| *known == key)
        .map(|(_, facts)| *facts)
}
