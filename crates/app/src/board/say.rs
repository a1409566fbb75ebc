//! Figures in the words of a language. They come as the JSON of the report has them, rounded once.

use chrono::{DateTime, Utc};
use docket_core::money::Money;
use docket_core::words::Platform;
use docket_documents::board::ReportWords;
use serde_json::Value;

use crate::Period;

/// The words of a report.
#[derive(Clone, Copy)]
pub(super) struct Say(pub(super) &'static ReportWords);

/// A share of the axis from a percentage.
pub(super) fn axis(percent: &Value) -> f32 {
    // Where a drawing stands needs no more digits.
    #[expect(clippy::cast_possible_truncation, reason = "a place on paper")]
    let share = (percent.as_f64().unwrap_or_default() / 100.0) as f32;
    share
}

/// The lines of an axis of percentages.
pub(super) fn percents() -> Vec<(f32, String)> {
    [0_u8, 25, 50, 75, 100]
        .map(|percent| (f32::from(percent) / 100.0, format!("{percent} %")))
        .into()
}

impl Say {
    pub(super) fn plain(self, key: &str) -> String {
        self.0.plain(key).to_owned()
    }

    /// A word at the beginning of a line.
    pub(super) fn head(self, key: &str) -> String {
        let mut letters = self.0.plain(key).chars();
        let first = letters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(letters).collect()
    }

    pub(super) fn with(self, key: &str, places: &[(&str, String)]) -> String {
        self.0.say(key, places)
    }

    /// A number as JSON shows it; nothing where there is none.
    pub(super) fn number(self, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            other => self.0.digits(&other.to_string()),
        }
    }

    /// `70.0 %`, `7 of 9`, or the words for nothing.
    pub(super) fn main(self, rate: &Value, nothing: &str) -> String {
        if rate["n"] == 0 {
            return self.plain(nothing);
        }
        match &rate["percent"] {
            Value::Null => self.of(rate),
            percent => format!("{} %", self.number(percent)),
        }
    }

    /// `35 of 50; 56.2 to 80.9 %; few cases`; nothing where there is no percentage.
    pub(super) fn detail(self, rate: &Value) -> String {
        if rate["percent"].is_null() {
            return String::new();
        }
        format!("{}; {}", self.of(rate), self.interval(rate))
    }

    /// Both in one.
    pub(super) fn rate(self, rate: &Value, nothing: &str) -> String {
        let (main, detail) = (self.main(rate, nothing), self.detail(rate));
        if detail.is_empty() {
            main
        } else {
            format!("{main} ({detail})")
        }
    }

    fn of(self, rate: &Value) -> String {
        self.with(
            "of",
            &[
                ("hits", self.number(&rate["hits"])),
                ("n", self.number(&rate["n"])),
            ],
        )
    }

    /// `56.2 to 80.9 %; few cases`.
    pub(super) fn interval(self, value: &Value) -> String {
        let (low, high) = (self.number(&value["low"]), self.number(&value["high"]));
        let interval = self.with("interval", &[("low", low), ("high", high)]);
        if value["weak"] == true {
            format!("{interval}; {}", self.plain("few_cases"))
        } else {
            interval
        }
    }

    /// `-24.4 points (-36.9 to -10.7)`.
    pub(super) fn points(self, value: &Value) -> String {
        let places = ["points", "low", "high"].map(|name| (name, self.number(&value[name])));
        self.with("points", &places)
    }

    /// An amount; the words for one that is not known.
    pub(super) fn money(self, value: &Value) -> String {
        match serde_json::from_value::<Money>(value.clone()) {
            Ok(amount) => self.0.money(amount),
            Err(_) => self.plain("not_known"),
        }
    }

    /// A share of amounts.
    pub(super) fn share(self, value: &Value) -> String {
        if value["cases"] == 0 {
            return self.plain("none");
        }
        let of = self.with(
            "of",
            &[
                ("hits", self.money(&value["part"])),
                ("n", self.money(&value["whole"])),
            ],
        );
        let of = format!("{of}; n {}", self.number(&value["cases"]));
        match &value["percent"] {
            Value::Null => of,
            percent => format!("{} % ({of}; {})", self.number(percent), self.interval(value)),
        }
    }

    /// A platform's own name.
    pub(super) fn platform(self, word: &str) -> String {
        word.parse::<Platform>()
            .map_or_else(|_| word.to_owned(), |platform| platform.title().to_owned())
    }

    /// The days of a period, the last one included.
    pub(super) fn days(self, key: &str, period: Period) -> String {
        self.with(key, &self.first_and_last(period))
    }

    /// The places of a period's days; both are in it.
    pub(super) fn first_and_last(self, period: Period) -> [(&'static str, String); 2] {
        let first = self.0.day(period.from.date_naive());
        [("from", first), ("to", self.0.day(period.last_day()))]
    }

    pub(super) fn as_of(self, at: DateTime<Utc>) -> String {
        self.with("as_of", &[("at", self.0.minute(at))])
    }
}

/// The elements of a list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The text of a field.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
