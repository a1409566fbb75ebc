//! Sentences that people read, as data: what is said, and the amounts, instants and words in it. Its English is the one source:
//! terminal, log and programs read it so; pages find the text of another language by it and fill the places as their reader writes.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::money::Money;
use crate::packaging::Size;
use crate::words::readable;

/// A sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    english: Cow<'static, str>,
    parts: Vec<(Cow<'static, str>, Part)>,
}

/// What stands in a place of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A name, an id, somebody's own words.
    Text(String),
    /// A number.
    Number(u64),
    /// A share of 100.
    Percent(Percent),
    /// An amount.
    Money(Money),
    /// A number of bytes.
    Size(Size),
    /// An instant.
    At(DateTime<Utc>),
    /// A day.
    Day(NaiveDate),
    /// A canonical word.
    Word(Cow<'static, str>),
    /// Another sentence.
    Sentence(Sentence),
    /// Several, one after the other.
    List(Vec<Part>),
}

/// A share of 100 in tenths: `86.9 %`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent {
    tenths: u32,
}

impl Percent {
    /// Of parts per million.
    pub const fn of(parts: u32) -> Self {
        Self {
            tenths: (parts + 500) / 1_000,
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} %", self.tenths / 10, self.tenths % 10)
    }
}

/// A sentence of its English, whose places `{name}` are filled with what is named: `sentence!("{n} files of {size}", n, size = x)`.
/// A test holds that every one has a text in each language of the pages.
#[macro_export]
macro_rules! sentence {
    (@part $name:ident) => { $name };
    (@part $name:ident $value:expr) => { $value };
    ($english:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        // A place without a part, or a part without a place, does not build.
        _ = format_args!($english $(, $name = "")*);
        $crate::sentence::Sentence::from($english)$(.with(stringify!($name), $crate::sentence!(@part $name $($value)?)))*
    }};
}

impl Sentence {
    /// With something in a place.
    #[must_use]
    pub fn with(mut self, place: &'static str, part: impl Into<Part>) -> Self {
        self.parts.push((place.into(), part.into()));
        self
    }

    /// With another sentence behind it.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        Self::from("{first} {then}")
            .with("first", self)
            .with("then", next)
    }

    /// With another one behind a semicolon.
    #[must_use]
    pub fn also(self, next: Self) -> Self {
        Self::from("{first}; {then}")
            .with("first", self)
            .with("then", next)
    }

    /// Its English, with its places unfilled.
    pub fn english(&self) -> &str {
        &self.english
    }

    /// What stands in its places.
    pub fn parts(&self) -> &[(Cow<'static, str>, Part)] {
        &self.parts
    }

    /// As it is kept, so that who reads it later may read another language: its English alone where it has no places.
    pub fn kept(&self) -> Value {
        if self.parts.is_empty() {
            return json!(self.english);
        }
        let parts = self
            .parts
            .iter()
            .map(|(place, part)| (place.to_string(), part.kept()));
        json!({ "say": self.english, "with": parts.collect::<Map<_, _>>() })
    }

    /// One that was kept; none where it is something else.
    pub fn found(kept: &Value) -> Option<Self> {
        let (english, parts) = match kept {
            Value::String(english) => (english, Vec::new()),
            Value::Object(fields) => {
                let parts = fields.get("with")?.as_object()?.iter();
                let parts = parts.map(|(place, part)| Some((place.clone().into(), Part::found(part)?)));
                let Value::String(english) = fields.get("say")? else {
                    return None;
                };
                (english, parts.collect::<Option<_>>()?)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
        };
        Some(Self {
            english: english.clone().into(),
            parts,
        })
    }

    /// In English, each part shown as the reader writes it.
    pub fn filled(&self, shown: impl Fn(&Part) -> String) -> String {
        let mut text = String::new();
        let mut rest = self.english.as_ref();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let place = after.split_once('}');
            let part = place.and_then(|(name, _)| self.parts.iter().find(|(known, _)| *known == name));
            if let (Some((_, after)), Some((_, part))) = (place, part) {
                text.push_str(&shown(part));
                rest = after;
            } else {
                // Somebody's own words may hold anything.
                text.push('{');
                rest = after;
            }
        }
        text.push_str(rest);
        text
    }
}

/// What texts of pages are named by: letters and digits of the English, with one dash for all between.
pub fn name(english: &str) -> String {
    let words = english.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

impl Part {
    /// Numbers, texts, instants, words and sentences as they are; the rest as English writes it.
    fn kept(&self) -> Value {
        match self {
            Self::Number(n) => json!(n),
            Self::Sentence(said) => json!({ "sentence": said.kept() }),
            Self::At(at) => json!({ "at": at }),
            Self::Word(word) => json!({ "word": word }),
            Self::List(parts) => parts.iter().map(Self::kept).collect(),
            Self::Text(_) | Self::Percent(_) | Self::Money(_) | Self::Size(_) | Self::Day(_) => {
                json!(self.to_string())
            }
        }
    }

    fn found(kept: &Value) -> Option<Self> {
        Some(match kept {
            Value::String(text) => Self::Text(text.clone()),
            Value::Number(n) => Self::Number(n.as_u64()?),
            Value::Object(fields) => match fields.iter().next()? {
                (kind, at) if kind == "at" => Self::At(DateTime::deserialize(at).ok()?),
                (kind, word) if kind == "word" => Self::Word(word.as_str()?.to_owned().into()),
                (kind, said) if kind == "sentence" => Self::Sentence(Sentence::found(said)?),
                _ => return None,
            },
            Value::Array(parts) => Self::List(parts.iter().map(Self::found).collect::<Option<_>>()?),
            Value::Null | Value::Bool(_) => return None,
        })
    }
}

/// A sentence that is written down as it is kept, not as its English alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Kept(pub Sentence);

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.kept().serialize(s)
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.filled(ToString::to_string))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(n) => n.fmt(f),
            Self::Percent(share) => share.fmt(f),
            Self::Money(amount) => amount.fmt(f),
            Self::Size(size) => size.fmt(f),
            Self::At(at) => write!(f, "{}", at.format("%Y-%m-%d %H:%M UTC")),
            Self::Day(day) => day.fmt(f),
            Self::Word(word) => f.write_str(&readable(word)),
            Self::Sentence(sentence) => sentence.fmt(f),
            Self::List(parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                f.write_str(&parts.join(", "))
            }
        }
    }
}

impl Serialize for Sentence {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// As it was kept, or plain English.
impl<'de> Deserialize<'de> for Sentence {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let kept = Value::deserialize(d)?;
        Self::found(&kept).ok_or_else(|| serde::de::Error::custom("no sentence"))
    }
}

impl PartialEq<&str> for Sentence {
    fn eq(&self, other: &&str) -> bool {
        self.to_string() == **other
    }
}

impl From<&'static str> for Sentence {
    fn from(english: &'static str) -> Self {
        Self {
            english: english.into(),
            parts: Vec::new(),
        }
    }
}

/// Words as they are: of a platform, of a file, or of the reader's language already.
impl From<String> for Sentence {
    fn from(words: String) -> Self {
        Self {
            english: words.into(),
            parts: Vec::new(),
        }
    }
}

macro_rules! parts {
    ($($kind:ty: |$value:ident| $as:expr;)+) => {
        $(impl From<$kind> for Part {
            fn from($value: $kind) -> Self {
                $as
            }
        })+
    };
}

parts! {
    &str: |text| Self::Text(text.to_owned());
    String: |text| Self::Text(text);
    &String: |text| Self::Text(text.clone());
    u8: |n| Self::Number(n.into());
    u32: |n| Self::Number(n.into());
    u64: |n| Self::Number(n);
    usize: |n| Self::Number(u64::try_from(n).unwrap_or(u64::MAX));
    i64: |n| u64::try_from(n).map_or_else(|_| Self::Text(n.to_string()), Self::Number);
    Percent: |share| Self::Percent(share);
    Money: |amount| Self::Money(amount);
    Size: |size| Self::Size(size);
    DateTime<Utc>: |at| Self::At(at);
    NaiveDate: |day| Self::Day(day);
    Sentence: |sentence| Self::Sentence(sentence);
}

impl<P: Into<Self>> FromIterator<P> for Part {
    fn from_iter<I: IntoIterator<Item = P>>(parts: I) -> Self {
        Self::List(parts.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_fills_the_places() {
        let amount = Money::new(1_250, "EUR".parse().unwrap());
        let kind = crate::words::ActionKind::SupportingInfo;
        let said = sentence!(
            "{kind} of {amount} by {who}: {kind}",
            kind,
            amount,
            who = "{amount}"
        );
        assert_eq!(said, "supporting info of 12.50 EUR by {amount}: supporting info");
        assert_eq!(Sentence::from("{ as it is }".to_owned()), "{ as it is }");
        let list: Part = [1_u8, 2].into_iter().collect();
        assert_eq!(sentence!("{list}", list), "1, 2");
    }

    #[test]
    fn a_share_has_one_decimal() {
        assert_eq!(Percent::of(868_950).to_string(), "86.9 %");
        assert_eq!(Percent::of(500_000).to_string(), "50.0 %");
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let what = sentence!("{n} disputes", n = 3_u8);
        let list: Part = ["a", "{b}"].into_iter().collect();
        let at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let word = crate::words::ActionKind::SupportingInfo;
        let said = sentence!("{what} of {word} at {at}: {names}", what, word, at, names = list);
        let again = Sentence::found(&said.kept()).unwrap();
        assert_eq!(again.to_string(), said.to_string());
        for (place, part) in said.parts() {
            assert!(
                again.parts().contains(&(place.clone(), part.clone())),
                "{place}: {part:?}"
            );
        }
        let plain = sentence!("nothing in it");
        assert_eq!(plain.kept(), "nothing in it");
        assert_eq!(Sentence::found(&plain.kept()), Some(plain));
        assert_eq!(Sentence::found(&json!({ "say": "{n}" })), None);
        // What programs read is its English.
        assert_eq!(
            serde_json::to_value(said).unwrap(),
            "3 disputes of supporting info at 2026-11-18 11:06 UTC: a, {b}"
        );
    }

    #[test]
    fn it_is_named_by_its_english() {
        assert_eq!(name("“{amount}” is 24 hours — late."), "amount-is-24-hours-late");
    }
}
