//! Calendars, contracts and case histories in few words.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::id::{CaseId, ClientId, RoundId};
use crate::money::Money;
use crate::sla::*;
use crate::words::{Platform, Reason, Stage};

pub fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn minutes(n: i64) -> Duration {
    Duration::minutes(n)
}

/// Office hours in Amsterdam, Monday to Friday 09:00 to 17:00, without Christmas.
pub fn office() -> Value {
    let hours = ["09:00-17:00"];
    json!({
        "name": "office", "zone": "Europe/Amsterdam", "valid_from": "2026-01-01", "holidays": ["2026-12-25"],
        "hours": { "mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours },
    })
}

pub fn version(number: i64, calendar: Value) -> CalendarVersion {
    let calendar: Calendar = serde_json::from_value(calendar).unwrap();
    calendar.check().unwrap();
    CalendarVersion {
        starts_at: calendar.starts_at(),
        calendar,
        version: number,
        recorded_by: "ada".to_owned(),
        recorded_at: at("2026-01-01T00:00"),
    }
}

pub fn year() -> Span {
    Span::new(at("2026-01-01T00:00"), at("2027-01-01T00:00")).unwrap()
}

pub fn table(versions: &[CalendarVersion]) -> Timetable {
    Timetable::of(versions, year())
}

pub fn span(from: &str, to: &str) -> Span {
    Span::new(at(from), at(to)).unwrap()
}

/// A round that we saw on a Monday, with eleven days to answer.
pub fn round() -> RoundFacts {
    RoundFacts {
        id: RoundId(uuid::Uuid::from_u128(2)),
        case: CaseId(uuid::Uuid::from_u128(1)),
        client: ClientId(uuid::Uuid::from_u128(3)),
        dispute: "PP-1".to_owned(),
        platform: Platform::PAYPAL,
        number: 1,
        stage: Stage::Chargeback,
        reason: Reason::NotReceived,
        amount: Money::new(50_00, "EUR".parse().unwrap()),
        opened_at: at("2026-11-02T08:00"),
        closed_at: None,
        deadline: Some(at("2026-11-13T12:00")),
        responded_at: None,
    }
}

/// A history, as the store would hold it.
pub fn log(lines: &[(&str, &str, Value)]) -> CaseLog {
    let read = |(i, (when, kind, detail)): (usize, &(&str, &str, Value))| {
        LogEntry::read(i64::try_from(i).unwrap(), at(when), kind, Some(detail))
    };
    CaseLog::of(lines.iter().enumerate().filter_map(read).collect())
}

pub fn contract(target: Value) -> Contract {
    let contract: Contract = serde_json::from_value(json!({
        "name": "Support", "zone": "Europe/Amsterdam", "valid_from": "2026-01-01", "calendar": "office",
        "pauses": ["waiting_on_client"], "target": [target],
    }))
    .unwrap();
    contract.check(&["office".to_owned()].into()).unwrap();
    contract
}

pub fn target(metric: &str, within: &str) -> Value {
    let limit = if metric == "before_deadline" {
        "before"
    } else {
        "within"
    };
    json!({ "name": "one", "metric": metric, limit: within })
}
