//! The words of reports, `key = text`, one a line; `{name}` in a text is a place for something. One file for each language;
//! a test holds them to the same keys and places.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use docket_core::money::Money;
use docket_core::words::{Language, readable};

use crate::letter::{day, money};

/// The files, in the order of [`Language::ALL`].
pub(super) const FILES: [&str; 4] = [
    include_str!("../../../../config/reports/en.txt"),
    include_str!("../../../../config/reports/nl.txt"),
    include_str!("../../../../config/reports/sv.txt"),
    include_str!("../../../../config/reports/de.txt"),
];

static WORDS: LazyLock<[ReportWords; 4]> = LazyLock::new(|| {
    let of = |language: Language| ReportWords {
        language,
        texts: parse(FILES[language as usize]).collect(),
    };
    [
        of(Language::English),
        of(Language::Dutch),
        of(Language::Swedish),
        of(Language::German),
    ]
});

/// The lines of a file that say something.
pub(super) fn parse(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let told = file
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    told.filter_map(|line| line.split_once('='))
        .map(|(key, text)| (key.trim(), text.trim()))
}

/// The words of one language.
#[derive(Debug)]
pub struct ReportWords {
    language: Language,
    texts: BTreeMap<&'static str, &'static str>,
}

/// The words of a language.
pub fn report_words(language: Language) -> &'static ReportWords {
    // One for each language, in their order.
    &WORDS[language as usize]
}

impl ReportWords {
    /// Which language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// A text without places. A test looks for every key that is asked for; one that is not there stands for itself.
    pub fn plain<'a>(&self, key: &'a str) -> &'a str {
        self.texts.get(key).copied().unwrap_or(key)
    }

    /// A text with its places filled.
    pub fn say(&self, key: &str, places: &[(&str, String)]) -> String {
        let mut text = self.plain(key);
        let mut out = String::new();
        while let Some((before, rest)) = text.split_once('{') {
            let Some((name, after)) = rest.split_once('}') else {
                break;
            };
            out.push_str(before);
            let filled = places.iter().find(|(place, _)| *place == name);
            out.push_str(filled.map_or("", |(_, value)| value));
            text = after;
        }
        out.push_str(text);
        out
    }

    /// A canonical word of a group, such as `outcome` and `won`; one that has no text, as names of carriers have none, is read
    /// as it is.
    pub fn word(&self, group: &str, word: &str) -> String {
        self.texts
            .get(format!("{group}.{word}").as_str())
            .map_or_else(|| readable(word), |text| (*text).to_owned())
    }

    /// A number as it was rounded, with the language's decimal sign.
    pub fn digits(&self, number: &str) -> String {
        match self.language {
            Language::English => number.to_owned(),
            Language::Dutch | Language::Swedish | Language::German => number.replace('.', ","),
        }
    }

    /// A day.
    pub fn day(&self, on: NaiveDate) -> String {
        day(self.language, on)
    }

    /// An instant in UTC.
    pub fn minute(&self, at: DateTime<Utc>) -> String {
        format!("{}, {} UTC", self.day(at.date_naive()), at.format("%H:%M"))
    }

    /// An amount.
    pub fn money(&self, amount: Money) -> String {
        money(self.language, amount)
    }
}
