//! In which language and time zone a page is read: a person's own, and before the log-in what the browser asks for. It goes
//! with the request, so that no view carries it: who makes a text asks for the present one.

use std::future::Future;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use docket_core::person::Locale;
use docket_core::words::Language;
use fluent_langneg::accepted_languages;

tokio::task_local! {
    static PRESENT: Locale;
}

/// The one of this request; English and UTC outside of any.
pub fn present() -> Locale {
    PRESENT.try_with(|locale| *locale).unwrap_or_default()
}

/// The language of this request, as `<html lang>` names it.
pub fn language() -> &'static str {
    present().language.as_str()
}

/// The name of the time zone of this request.
pub fn zone() -> &'static str {
    present().zone.name()
}

/// The names of all time zones.
pub fn zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// Does something in a language and time zone.
pub async fn around<F: Future>(locale: Locale, what: F) -> F::Output {
    PRESENT.scope(locale, what).await
}

/// The same for what does not wait.
pub fn within<T>(locale: Locale, what: impl FnOnce() -> T) -> T {
    PRESENT.sync_scope(locale, what)
}

/// The first language that a browser asks for and we have. A browser does not tell its time zone.
pub fn of_browser(headers: &HeaderMap) -> Locale {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let known = accepted_languages::parse(asked.unwrap_or_default())
        .into_iter()
        .find_map(|one| one.language.as_str().parse().ok());
    Locale {
        language: known.unwrap_or(Language::English),
        zone: Tz::UTC,
    }
}

/// Answers every request in the language of its browser, until it is known who asks.
pub async fn browsers(request: Request, next: Next) -> Response {
    around(of_browser(request.headers()), next.run(request)).await
}

/// A language's name in itself.
pub const fn name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Dutch => "Nederlands",
        Language::Swedish => "Svenska",
        Language::German => "Deutsch",
    }
}

/// The languages: word, name, and whether it is that of this request.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    let present = present().language;
    Language::ALL
        .iter()
        .map(move |language| (language.as_str(), name(*language), *language == present))
}

/// An instant on the clock of the present zone, as forms take it.
pub fn typed(at: DateTime<Utc>) -> String {
    at.with_timezone(&present().zone)
        .format("%Y-%m-%dT%H:%M")
        .to_string()
}

/// The instant of a form's field, as browsers send such; none where it is no time, or one that the clock leaves out.
pub fn of_field(text: &str) -> Option<DateTime<Utc>> {
    let mut formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].into_iter();
    instant(formats.find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?)
}

/// The instant of what was typed by the clock of the present zone. An hour that happens twice is the first one; one that the
/// change of the clock leaves out is none.
pub fn instant(typed: NaiveDateTime) -> Option<DateTime<Utc>> {
    let at = present().zone.from_local_datetime(&typed).earliest()?;
    Some(at.to_utc())
}

/// The day of an instant in the present zone.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&present().zone).date_naive()
}

/// The first instant of a day in the present zone. Where the change of the clock leaves midnight out, the day begins after it.
pub fn begin(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let begins = (0..=3).find_map(|hours| instant(midnight + Duration::hours(hours)));
    begins.unwrap_or_else(|| midnight.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(header: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert("accept-language", header.parse().unwrap());
        of_browser(&headers).language
    }

    #[test]
    fn the_browser_gets_the_first_of_its_languages_that_there_is() {
        assert_eq!(asked("de-AT,de;q=0.9,en;q=0.8"), Language::German);
        assert_eq!(asked("fi, sv;q=0.8, en;q=0.5"), Language::Swedish);
        assert_eq!(asked("nl"), Language::Dutch);
        assert_eq!(asked("fi"), Language::English);
        assert_eq!(asked("*, ;q=nonsense"), Language::English);
        assert_eq!(of_browser(&HeaderMap::new()), Locale::default());
    }

    #[test]
    fn outside_of_any_request_it_is_english_and_utc() {
        assert_eq!(present(), Locale::default());
        let dutch = Locale {
            language: Language::Dutch,
            zone: Tz::Europe__Amsterdam,
        };
        assert_eq!(within(dutch, language), "nl");
        assert_eq!(language(), "en");
    }

    #[test]
    fn what_is_typed_is_by_the_clock_of_the_zone() {
        let berlin = Locale {
            language: Language::German,
            zone: Tz::Europe__Berlin,
        };
        let read = |text: &str| {
            let typed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap();
            within(berlin, || instant(typed)).map(|at| at.to_rfc3339())
        };
        assert_eq!(
            read("2026-11-24T07:59").as_deref(),
            Some("2026-11-24T06:59:00+00:00")
        );
        assert_eq!(
            read("2026-10-25T02:30").as_deref(),
            Some("2026-10-25T00:30:00+00:00")
        );
        assert_eq!(read("2026-03-29T02:30"), None);
        let at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        assert_eq!(within(berlin, || typed(at)), "2026-11-18T12:06");
    }

    #[test]
    fn a_day_begins_where_its_reader_is() {
        let begins = |zone: Tz, day: &str| {
            let locale = Locale {
                language: Language::English,
                zone,
            };
            within(locale, || begin(day.parse().unwrap())).to_rfc3339()
        };
        assert_eq!(begins(Tz::UTC, "2026-11-24"), "2026-11-24T00:00:00+00:00");
        assert_eq!(
            begins(Tz::Europe__Berlin, "2026-11-24"),
            "2026-11-23T23:00:00+00:00"
        );
        // The clock goes from 0:00 to 1:00 there.
        assert_eq!(
            begins(Tz::America__Santiago, "2026-09-06"),
            "2026-09-06T04:00:00+00:00"
        );
    }
}
