//! Figures of reports, in the words that they have on paper.

use docket_app::board::report_words;
use docket_app::figures::factors::level_words;
use docket_core::factor::Subject;
use docket_core::stats::{Rate, Shown};
use serde_json::Value;

use super::digits;
use crate::locale;
use crate::texts::t;

/// A text of the reports.
pub fn said(key: &str) -> String {
    report_words(locale::present().language).plain(key).to_owned()
}

/// The same with its places filled.
pub fn said_with(key: &str, places: &[(&str, String)]) -> String {
    report_words(locale::present().language).say(key, places)
}

/// A number as JSON shows it.
pub fn number(value: &Value) -> String {
    digits(&value.to_string())
}

/// `70.0 %`.
pub fn percent(percent: f64) -> String {
    format!("{} %", digits(&format!("{percent:.1}")))
}

/// `56.2 to 80.9 %`.
pub fn interval(low: f64, high: f64) -> String {
    let of = |percent: f64| digits(&format!("{percent:.1}"));
    said_with("interval", &[("low", of(low)), ("high", of(high))])
}

/// `35 of 50`.
pub fn of(hits: impl ToString, n: impl ToString) -> String {
    said_with("of", &[("hits", hits.to_string()), ("n", n.to_string())])
}

/// `-24.4 points (-36.9 to -10.7)`.
pub fn points(points: &str, low: &str, high: &str) -> String {
    said_with(
        "points",
        &[
            ("points", digits(points)),
            ("low", digits(low)),
            ("high", digits(high)),
        ],
    )
}

/// `1.5 to 2.5`.
pub fn range(low: String, high: String) -> String {
    said_with("range", &[("low", low), ("high", high)])
}

/// A rate with its n and interval, or the counts alone where they are few.
pub fn rate(rate: Rate) -> String {
    match rate.shown() {
        Shown::Nothing => said("none_decided"),
        Shown::Counts { hits, n } => of(hits, n),
        Shown::Percent {
            hits,
            n,
            percent: found,
            interval: within,
            weak,
        } => {
            let within = interval(within.low, within.high);
            let few = if weak {
                format!("; {}", said("few_cases"))
            } else {
                String::new()
            };
            t("rep-rate")
                .with("percent", percent(found))
                .with("of", of(hits, n))
                .with("interval", format!("{within}{few}"))
                .plain()
        }
    }
}

/// A factor of the report, or an item of a settings checklist, as the beginning of a line.
pub fn factor(subject: &Subject) -> String {
    match subject {
        Subject::Kind(kind) if subject.after_opening().is_some() => said(&format!("factor.{kind}")),
        Subject::Kind(kind) => super::title(kind),
        Subject::Setting(platform, _) => {
            let places = [
                ("what", subject.what()),
                ("platform", platform.title().to_owned()),
            ];
            said_with("setting_at", &places)
        }
    }
}

/// A level of a factor.
pub fn level(subject: &Subject, level: &str) -> String {
    match subject.after_opening() {
        Some(_) => report_words(locale::present().language).word(level_words(subject), level),
        None => super::words(level),
    }
}

/// What to do about it.
pub fn factor_advice(subject: &Subject) -> String {
    match subject {
        Subject::Kind(kind) => said(&format!("advice.{kind}")),
        Subject::Setting(..) => said("setting_advice"),
    }
}
