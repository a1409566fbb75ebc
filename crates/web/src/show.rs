//! How instants, deadlines and words are shown.

mod due;
mod figures;
mod freshness;

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Utc};
use docket_app::board;
use docket_core::attention::Attention;
use docket_core::money::Money;
use docket_core::packaging::Size;
use docket_core::words::{Language, Turn};

pub use self::due::{Due, Rung, precision_sentence, source_sentence};
pub use self::figures::{
    factor, factor_advice, interval, level, number, of, percent, points, range, rate, said, said_with,
};
pub use self::freshness::Freshness;
use crate::locale;
use crate::texts::{find, t};

/// An instant: absolute with its zone, and relative to when the page was made.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<span class="when"><time datetime="{{ machine }}">{{ text }}</time>&#160;· <span class="rel">{{ relative }}</span></span>"#,
    ext = "html"
)]
pub struct Stamp {
    machine: String,
    text: String,
    relative: String,
}

// Its only markup is its own template's, and that escapes.
impl HtmlSafe for Stamp {}

impl Stamp {
    pub fn of(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            machine: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            text: minute(at),
            relative: relative(at, now),
        }
    }
}

impl Stamp {
    /// The instant alone.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// `2026-11-24 07:59 CET`, by the reader's clock and habits.
pub fn minute(at: DateTime<Utc>) -> String {
    let locale = locale::present();
    let there = at.with_timezone(&locale.zone);
    let zone = there.format("%Z").to_string();
    let zone = match (locale.language, zone.as_str()) {
        (Language::German, "CET") => "MEZ",
        (Language::German, "CEST") => "MESZ",
        (_, other) => other,
    };
    format!("{} {} {zone}", day(there.date_naive()), there.format("%H:%M"))
}

/// A day, in figures.
pub fn day(on: NaiveDate) -> String {
    let form = match locale::present().language {
        Language::English | Language::Swedish => "%Y-%m-%d",
        Language::Dutch => "%d-%m-%Y",
        Language::German => "%d.%m.%Y",
    };
    on.format(form).to_string()
}

/// An amount with its currency's code, as the reader's language groups its digits.
pub fn money(amount: Money) -> String {
    board::money(locale::present().language, amount)
}

/// A number as it was rounded, with the decimal sign of the language.
pub fn digits(number: &str) -> String {
    match locale::present().language {
        Language::English => number.to_owned(),
        Language::Dutch | Language::Swedish | Language::German => number.replace('.', ","),
    }
}

/// A count, its thousands apart as the language writes them.
pub fn count(n: u64) -> String {
    let apart = match locale::present().language {
        Language::English => ",",
        Language::Dutch | Language::German => ".",
        Language::Swedish => "\u{a0}",
    };
    let plain = n.to_string();
    let groups: Vec<&str> = plain
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|digits| std::str::from_utf8(digits).ok())
        .collect();
    groups.join(apart)
}

/// A number of bytes.
pub fn size(bytes: u64) -> String {
    digits(&Size(bytes).to_string())
}

/// Who did something: a person by name, or what does things by itself.
pub fn actor(who: &str) -> String {
    find(&format!("actor-{}", who.replace(' ', "-"))).unwrap_or_else(|| who.to_owned())
}

/// `in 2 d 22 h`, `3 min ago`.
fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let away = at - now;
    if away >= Duration::minutes(1) {
        t("when-in").with("span", span(away)).plain()
    } else if away > -Duration::minutes(1) {
        t("when-now").plain()
    } else {
        t("when-ago").with("span", span(-away)).plain()
    }
}

/// Two units at most: what is smaller decides nothing.
pub fn span(length: Duration) -> String {
    let (days, hours, minutes) = (
        length.num_days(),
        length.num_hours() % 24,
        length.num_minutes() % 60,
    );
    let some = |unit: &str, n: i64| t(unit).with("n", n).plain();
    match (days, hours) {
        (0, 0) => some("span-minutes", minutes),
        (0, _) if minutes > 0 => format!("{} {}", some("span-hours", hours), some("span-minutes", minutes)),
        (0, _) => some("span-hours", hours),
        (1..=13, 1..) => format!("{} {}", some("span-days", days), some("span-hours", hours)),
        _ => some("span-days", days),
    }
}

/// A canonical word as text: `not_as_described` becomes `not as described`. What is no word of ours, as names of carriers are
/// none, is read as it is.
pub fn words(word: impl fmt::Display) -> String {
    let word = word.to_string();
    find(&format!("word-{word}")).unwrap_or_else(|| docket_core::words::readable(word))
}

/// The same, as the beginning of a line.
pub fn title(word: impl fmt::Display) -> String {
    let text = words(word);
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What to do about a flag.
pub fn advice(flag: Attention) -> String {
    t(&format!("advice-{flag}")).plain()
}

/// A text of the command line for a page: what stands between backticks there is quoted here.
pub fn quoted(text: &str) -> String {
    let mut parts = text.split('`');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        shown.push(if number % 2 == 0 { '“' } else { '”' });
        shown.push_str(part);
    }
    shown
}

/// Whose move it is.
pub fn turn(turn: Turn) -> String {
    t(match turn {
        Turn::Ours => "turn-ours",
        Turn::Buyer => "turn-buyer",
        Turn::Platform => "turn-platform",
        Turn::Nobody => "turn-nobody",
    })
    .plain()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_absolute_and_relative() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let shown = |minutes: i64| relative(now + Duration::minutes(minutes), now);
        assert_eq!(shown(70 * 60), "in 2 d 22 h");
        assert_eq!(shown(48 * 60), "in 2 d");
        assert_eq!(shown(5 * 60 + 12), "in 5 h 12 min");
        assert_eq!(shown(9), "in 9 min");
        assert_eq!(shown(0), "now");
        assert_eq!(shown(-190), "3 h 10 min ago");
        assert_eq!(shown(120), "in 2 h");
        assert_eq!(shown(30 * 24 * 60 + 60), "in 30 d");
        assert!(
            Stamp::of(now, now)
                .to_string()
                .contains(r#"<time datetime="2026-11-18T11:06:40Z">2026-11-18 11:06 UTC"#)
        );
    }

    #[test]
    fn backticks_become_quotation_marks() {
        assert_eq!(quoted("calendar `office`; never"), "calendar “office”; never");
        assert_eq!(quoted("none"), "none");
    }

    #[test]
    fn words_read_as_text() {
        assert_eq!(title("not_as_described"), "Not as described");
        assert_eq!(title(""), "");
    }
}
