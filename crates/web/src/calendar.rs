//! A person's deadlines as a calendar to subscribe to. It says which dispute is due when and nothing about buyers: calendars
//! are kept by whoever offers them, and shared.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use docket_app::{Desk, StoredCase};
use docket_core::person::Locale;
use icalendar::{Calendar, Component, Event, EventLike};

use crate::locale;
use crate::show;
use crate::urls;

/// How often calendars should look again.
const AGAIN: Duration = Duration::minutes(15);

/// The file, for whoever has the token. A token that was never made and one that was taken away look the same.
pub async fn file(State(desk): State<Desk>, Path(token): Path<String>) -> Response {
    let base = desk
        .settings
        .public_url
        .as_ref()
        .map(|url| url.as_str().trim_end_matches('/').to_owned());
    match desk.calendar(&token).await {
        Ok(Some((person, cases))) => {
            // Programs read it, in English and UTC, whatever their language.
            let text = locale::within(Locale::default(), || {
                calendar(&person.name, &cases, base.as_deref())
            });
            ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response()
        }
        Ok(None) => (
            StatusCode::NOT_FOUND,
            "There is no such calendar. Make a new address on the page Deadlines.\n",
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "a calendar could not be made");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The calendar could not be made; try again.\n",
            )
                .into_response()
        }
    }
}

/// The calendar of a person's cases.
pub fn calendar(name: &str, cases: &[StoredCase], base: Option<&str>) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&format!("Docket: deadlines of {name}"));
    calendar.ttl(&AGAIN);
    for event in cases.iter().filter_map(|case| event(case, base)) {
        calendar.push(event);
    }
    calendar.done().to_string()
}

/// A case's deadline. It belongs to the round, which keeps its name when the deadline moves; the case's own version counts
/// the changes, so that a calendar takes the newest one.
fn event(stored: &StoredCase, base: Option<&str>) -> Option<Event> {
    let case = &stored.case;
    let deadline = case.round.deadline?;
    let mut event = Event::new();
    event
        .uid(&format!("round-{}@docket", case.round.id))
        .sequence(u32::try_from(case.version).unwrap_or(u32::MAX))
        .timestamp(stored.observed_at)
        .last_modified(stored.observed_at)
        .starts(deadline.at)
        .summary(&format!("{} {}: answer due", case.platform.title(), case.dispute))
        .description(&format!(
            "{}, {}. Deadline {}, {}.",
            show::title(case.facts.stage),
            case.facts.amount,
            show::minute(deadline.at),
            show::source_sentence(deadline.source)
        ));
    if let Some(base) = base {
        event.url(&format!("{base}{}", urls::case(case.id)));
    }
    Some(event.done())
}
