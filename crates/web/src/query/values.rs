//! Single values of parameters, each with what would be right where it is wrong.

use std::any::Any;
use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, NaiveDate, SecondsFormat, Utc};
use docket_app::CasePosition;
use docket_core::id::CaseId;
use docket_core::words::UnknownWord;

use super::Pairs;
use crate::error::PageError;
use crate::show::quoted;
use crate::texts::t;

/// The furthest look ahead of the deadline filter.
const MOST_HOURS: i64 = 24 * 365;
/// Years that every database can hold.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// Hands every filled parameter to `take`; a form sends its empty fields too, and they mean nothing.
pub fn read(pairs: &Pairs, mut take: impl FnMut(&str, &str) -> Result<(), String>) -> Vec<String> {
    pairs
        .iter()
        .map(|(name, value)| (name, value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| take(name, value).err().map(|why| format!("{name}: {why}")))
        .collect()
}

pub fn text(value: impl Display) -> String {
    value.to_string()
}

/// What is wrong with a value, in the reader's language.
pub fn wrong(key: &'static str, value: &str) -> String {
    t(key).with("value", value).plain()
}

pub fn word<T: FromStr<Err: Display + 'static>>(value: &str) -> Result<T, String> {
    let why = |error: T::Err| match (&error as &dyn Any).downcast_ref::<UnknownWord>() {
        Some(unknown) => t("query-word")
            .with("value", &unknown.word)
            .with("known", &unknown.known)
            .plain(),
        None => quoted(&error.to_string()),
    };
    value.parse().map_err(why)
}

pub fn or_word<T: FromStr<Err: Display + 'static>>(value: &str, special: &str) -> Result<Option<T>, String> {
    if value == special {
        return Ok(None);
    }
    word(value).map(Some).map_err(|why| format!("{why}, {special}"))
}

pub fn id<T: FromStr>(value: &str) -> Result<T, String> {
    value.parse().map_err(|_| wrong("query-id", value))
}

pub fn day(value: &str) -> Result<NaiveDate, String> {
    let day = value.parse().ok();
    day.filter(|day: &NaiveDate| YEARS.contains(&day.year()))
        .ok_or_else(|| wrong("query-day", value))
}

/// As addresses write instants: whole seconds of UTC.
pub fn machine(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub fn instant(value: &str) -> Result<DateTime<Utc>, String> {
    let at = value.parse().ok();
    at.filter(|at: &DateTime<Utc>| YEARS.contains(&at.year()))
        .ok_or_else(|| wrong("query-instant", value))
}

/// An interval of whole hours as ISO 8601 writes it, `2026-11-24T06:00Z/PT1H`; none where it has another length or begins
/// within a minute.
pub fn interval(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<String> {
    let hours = (to - from).num_hours();
    let whole = hours > 0 && to - from == Duration::hours(hours) && from.timestamp() % 60 == 0;
    whole.then(|| format!("{}/PT{hours}H", from.format("%Y-%m-%dT%H:%MZ")))
}

pub fn span(value: &str) -> Result<(DateTime<Utc>, DateTime<Utc>), String> {
    let parts = value.split_once("/PT").and_then(|(from, length)| {
        let from = instant(&from.replace('Z', ":00Z")).ok()?;
        Some((from, from + Duration::hours(hours(&length.to_lowercase()).ok()?)))
    });
    parts.ok_or_else(|| wrong("query-interval", value))
}

/// Days of UTC from one up to, and without, another, as ISO 8601 writes an interval: `2026-01-01/2026-02-01`.
pub fn days(value: &str) -> Result<(NaiveDate, NaiveDate), String> {
    let parts = value.split_once('/').map(|(from, to)| (day(from), day(to)));
    match parts {
        Some((Ok(from), Ok(to))) => Ok((from, to)),
        _ => Err(wrong("query-days", value)),
    }
}

pub fn yes_or_no(value: &str) -> Result<bool, String> {
    match value {
        "1" => Ok(true),
        "0" => Ok(false),
        other => Err(wrong("query-yes-no", other)),
    }
}

pub fn minor(value: &str) -> Result<i64, String> {
    value.parse().map_err(|_| wrong("query-minor", value))
}

pub fn hours(value: &str) -> Result<i64, String> {
    let wrong = || wrong("query-hours", value);
    let (number, factor) = match (value.strip_suffix('h'), value.strip_suffix('d')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 24),
        (None, None) => return Err(wrong()),
    };
    let number: i64 = number.parse().map_err(|_| wrong())?;
    number
        .checked_mul(factor)
        .filter(|h| (1..=MOST_HOURS).contains(h))
        .ok_or_else(wrong)
}

pub fn position(value: &str) -> Result<CasePosition, String> {
    let parts = value.split_once('.').and_then(|(micros, id)| {
        let sort_at =
            DateTime::from_timestamp_micros(micros.parse().ok()?).filter(|at| YEARS.contains(&at.year()))?;
        Some(CasePosition {
            sort_at,
            id: id.parse::<CaseId>().ok()?,
        })
    });
    parts.ok_or_else(|| wrong("query-place", value))
}

/// Where a list goes on, by the parameter of that name; none at its first page.
pub fn place<T: FromStr>(pairs: &Pairs, name: &str) -> Result<Option<T>, PageError> {
    let value = pairs
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value);
    let read = |value: &String| {
        let wrong = || PageError::BadRequest(vec![format!("{name}: {}", wrong("query-place", value))]);
        value.parse().map_err(|_| wrong())
    };
    value.map(read).transpose()
}

pub fn unknown_parameter(known: &str) -> String {
    t("query-filter").with("known", known).plain()
}
