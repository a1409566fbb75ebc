//! What comes in: path, parameters and bodies, each with advice where they are wrong.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use super::{Problem, too_large};

/// PostgreSQL keeps no such character, so nobody may send one.
const NUL: &str = "A text holds the character NUL, which means nothing here.";
/// Years that every database can hold.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// A day, in years that every database can hold.
#[derive(Debug, Clone, Copy)]
pub struct Day(pub NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let day = NaiveDate::deserialize(from)?;
        let wrong = || D::Error::custom("a day is written like 2026-11-24");
        YEARS.contains(&day.year()).then_some(Self(day)).ok_or_else(wrong)
    }
}

/// An instant, in years that every database can hold.
#[derive(Debug, Clone, Copy)]
pub struct Instant(pub DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let at = DateTime::<Utc>::deserialize(from)?;
        let wrong = || D::Error::custom("an instant is written like 2026-11-24T18:00:00Z");
        YEARS.contains(&at.year()).then_some(Self(at)).ok_or_else(wrong)
    }
}

/// A part of the path that is an id: whatever is none names nothing that there is.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<T, S> FromRequestParts<S> for Id<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        let Path(id) = found.map_err(|_| Problem::not_found("There is nothing at this address."))?;
        Ok(Self(id))
    }
}

/// The parameters of an address.
#[derive(Debug)]
pub struct Parameters<T>(pub T);

impl<T, S> FromRequestParts<S> for Parameters<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|q| q.contains("%00")) {
            return Err(Problem::wrong(NUL));
        }
        let read = Query::<T>::try_from_uri(&parts.uri);
        let Query(parameters) = read.map_err(|e| Problem::wrong(e.body_text()))?;
        Ok(Self(parameters))
    }
}

/// A body of JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
        let media = kind.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(
                Problem::wrong_media("Send JSON, with `Content-Type: application/json`.")
                    .header(header::ACCEPT, "application/json"),
            );
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                Problem::wrong("The body broke off.")
            }
        })?;
        if body.windows(6).any(|six| six == br"\u0000") {
            return Err(Problem::wrong(NUL));
        }
        let mut text = serde_json::Deserializer::from_slice(&body);
        let read = serde_path_to_error::deserialize(&mut text).map_err(|e| unreadable(&e));
        let read = read?;
        text.end()
            .map_err(|_| Problem::wrong("Something stands behind the end of the JSON."))?;
        Ok(Self(read))
    }
}

/// Names the field, and says what would be right; a syntax error is the whole body's.
fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (path, inner) = (error.path().to_string(), error.inner());
    if inner.is_data() && path != "." {
        Problem::wrong(format!("{path}: {inner}"))
    } else {
        Problem::wrong(format!("The body is no JSON of this form: {inner}"))
    }
}
