//! Answers, and reading them without repeating what they hold.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Error;

/// A complete answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, unzipped.
    pub body: Bytes,
}

impl Answer {
    /// Whether the body is a page of HTML or XML: something on the way answered, not the platform, whatever the status
    /// says.
    pub fn is_page(&self) -> bool {
        begins_a_page(&self.body)
    }
}

/// As [`Answer::is_page`], of a body alone.
pub(crate) fn begins_a_page(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// SHA-256, the identity of a body.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The pause that an answer names, in seconds or as a date (RFC 9110, 10.2.3).
pub fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some((at.with_timezone(&Utc) - now).to_std().unwrap_or_default())
}

/// Reads JSON. The error names the place by path, line and column, and never what stands there.
///
/// # Errors
/// `Retry` for a body that ends too early, since it was cut on its way; `Contract` for anything else.
pub fn read_json<'a, T: Deserialize<'a>>(body: &'a [u8], what: &str) -> Result<T, Error> {
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if error.is_eof() {
        return Err(Error::retry(format!("{what}: the body ends too early")));
    }
    if begins_a_page(body) {
        return Err(Error::contract(format!(
            "{what}: a page of HTML or XML instead of JSON"
        )));
    }
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_syntax() {
        return Err(Error::contract(format!("{what}: no JSON at {place}")));
    }
    // The slow way only now, when it is known that there is an error to locate.
    let deserializer = &mut serde_json::Deserializer::from_slice(body);
    let path = serde_path_to_error::deserialize::<_, T>(deserializer)
        .err()
        .map(|error| error.path().to_string());
    let path = path.unwrap_or_else(|| "?".to_owned());
    Err(Error::contract(format!(
        "{what}: field `{path}` has another form than documented ({place})"
    )))
}

/// The innermost cause of a client error: what the network said, without the address.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut innermost: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(next) = innermost.and_then(std::error::Error::source) {
        innermost = Some(next);
    }
    innermost.map_or_else(|| "no more is known".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its form matters")]
    struct Form {
        buyers: Vec<Buyer>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its form matters")]
    struct Buyer {
        age: u8,
    }

    #[test]
    fn an_error_names_the_place_and_not_the_content() {
        let error =
            read_json::<Form>(br#"{"buyers":[{"age":1},{"age":"ann@example.com"}]}"#, "buyers").unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`buyers[1].age`") && text.contains("line 1") && !text.contains("ann@"),
            "{text}"
        );
        assert!(matches!(
            read_json::<Form>(br#"{"buyers":[{"ag"#, "x"),
            Err(Error::Retry { .. })
        ));
        assert!(matches!(read_json::<Form>(b"", "x"), Err(Error::Retry { .. })));
        assert!(
            matches!(read_json::<Form>(b" <html>", "x"), Err(Error::Contract { what }) if what.contains("HTML"))
        );
        assert!(matches!(
            read_json::<Form>(b"{]", "x"),
            Err(Error::Contract { .. })
        ));
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let now = DateTime::parse_from_rfc3339("2026-03-01T10:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(read("12"), Some(Duration::from_secs(12)));
        assert_eq!(
            read("Sun, 01 Mar 2026 10:01:00 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(read("Sun, 01 Mar 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
    }
}
