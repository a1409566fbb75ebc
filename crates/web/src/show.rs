//! How instants, deadlines and words are shown.

mod due;
mod freshness;

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use docket_core::words::Turn;

pub use self::due::{Due, Rung, precision_sentence, source_sentence};
pub use self::freshness::Freshness;

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

/// `2026-11-24 06:59 UTC`.
pub fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `in 2 d 22 h`, `3 min ago`.
fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let away = at - now;
    if away >= Duration::minutes(1) {
        format!("in {}", span(away))
    } else if away > -Duration::minutes(1) {
        "now".to_owned()
    } else {
        format!("{} ago", span(-away))
    }
}

/// Two units at most: what is smaller decides nothing.
pub fn span(length: Duration) -> String {
    let (days, hours, minutes) = (
        length.num_days(),
        length.num_hours() % 24,
        length.num_minutes() % 60,
    );
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) if minutes > 0 => format!("{hours} h {minutes} min"),
        (0, _) => format!("{hours} h"),
        (1..=13, 1..) => format!("{days} d {hours} h"),
        _ => format!("{days} d"),
    }
}

/// A canonical word as text: `not_as_described` becomes `not as described`.
pub fn words(word: impl fmt::Display) -> String {
    docket_core::words::readable(word)
}

/// The same, as the beginning of a line.
pub fn title(word: impl fmt::Display) -> String {
    let text = words(word);
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
pub const fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Ours => "our turn",
        Turn::Buyer => "buyer’s turn",
        Turn::Platform => "platform’s turn",
        Turn::Nobody => "nobody’s turn",
    }
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
