//! Single values of parameters, each with what would be right where it is wrong.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, NaiveDate, SecondsFormat, Utc};
use docket_app::CasePosition;
use docket_core::id::CaseId;

use super::Pairs;

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

pub fn word<T: FromStr<Err: Display>>(value: &str) -> Result<T, String> {
    value.parse().map_err(text)
}

pub fn or_word<T: FromStr<Err: Display>>(value: &str, special: &str) -> Result<Option<T>, String> {
    if value == special {
        return Ok(None);
    }
    word(value).map(Some).map_err(|why| format!("{why}, {special}"))
}

pub fn id<T: FromStr>(value: &str, kind: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("`{value}` is not an id of a {kind}; follow a link of the {kind}s page"))
}

pub fn day(value: &str) -> Result<NaiveDate, String> {
    let wrong = || format!("`{value}` is not a day; write it like 2026-11-24");
    let day: NaiveDate = value.parse().map_err(|_| wrong())?;
    if YEARS.contains(&day.year()) {
        Ok(day)
    } else {
        Err(wrong())
    }
}

/// As addresses write instants: whole seconds of UTC.
pub fn machine(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub fn instant(value: &str) -> Result<DateTime<Utc>, String> {
    let wrong = || format!("`{value}` is not an instant; write it like 2026-11-24T06:00:00Z");
    let at: DateTime<Utc> = value.parse().map_err(|_| wrong())?;
    if YEARS.contains(&at.year()) {
        Ok(at)
    } else {
        Err(wrong())
    }
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
    parts.ok_or_else(|| format!("`{value}` is not an interval; write it like 2026-11-24T06:00Z/PT24H"))
}

pub fn yes_or_no(value: &str) -> Result<bool, String> {
    match value {
        "1" => Ok(true),
        "0" => Ok(false),
        other => Err(format!("`{other}` is neither 1 (yes) nor 0 (no)")),
    }
}

pub fn minor(value: &str) -> Result<i64, String> {
    let wrong = |_| format!("`{value}` is no number of minor units; write whole numbers like 5000 for 50.00");
    value.parse().map_err(wrong)
}

pub fn hours(value: &str) -> Result<i64, String> {
    let wrong = || format!("`{value}` is not a time ahead; write hours or days like 48h or 7d, at most 365d");
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
    parts.ok_or_else(|| format!("`{value}` is not a place in the list; begin at its first page"))
}

pub fn unknown_parameter(known: &str) -> String {
    format!("there is no such filter; known: {known}")
}
