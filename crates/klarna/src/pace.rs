//! The rate that Klarna's answers name (reference 2): `X-Ratelimit-Limit: 40, 40;w=1` (the limit now, then each limit with
//! its window in seconds) and `X-Ratelimit-Remaining`. The figures are approximate; what is unreadable changes nothing.

use docket_connector::http::Budget;
use http::HeaderMap;

/// What is left, and the narrowest limit: how much of it in how many seconds.
fn figures(headers: &HeaderMap) -> Option<(u32, Option<(u32, u32)>)> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let left = text("x-ratelimit-remaining")?.trim().parse().ok()?;
    let limits = text("x-ratelimit-limit").unwrap_or_default().split(',');
    let windows = limits.filter_map(|policy| {
        let (size, window) = policy.split_once(';')?;
        let seconds: u32 = window.trim().strip_prefix("w=")?.parse().ok()?;
        Some((size.trim().parse::<u32>().ok()?, seconds.max(1)))
    });
    // Compared as size per second, without dividing.
    let narrowest = windows.min_by(|(size, seconds), (other, longer)| {
        (u64::from(*size) * u64::from(*longer)).cmp(&(u64::from(*other) * u64::from(*seconds)))
    });
    Some((left, narrowest))
}

/// Size and refill per second of a bucket that asks for no more than `limit` in any window of so many seconds: what is in
/// it may go at once, and what flows in during the window comes on top.
pub(crate) fn bucket(limit: f64, seconds: f64) -> (f64, f64) {
    (limit * 0.3, limit * 0.7 / seconds)
}

/// Keeps an account's bucket in step with an answer.
pub(crate) fn follow(budget: &Budget, headers: &HeaderMap) {
    if let Some((left, window)) = figures(headers) {
        let bucket = window.map(|(limit, seconds)| bucket(f64::from(limit), f64::from(seconds)));
        budget.correct(
            f64::from(left),
            bucket.map(|(size, _)| size),
            bucket.map(|(_, rate)| rate),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_keeps_below_its_limit_in_every_window() {
        for (limit, seconds) in [(200.0, 1.0), (600.0, 60.0), (4.0, 1.0)] {
            let (size, rate) = bucket(limit, seconds);
            assert!(size + rate * seconds <= limit + 1e-9, "{limit} in {seconds} s");
        }
    }

    #[test]
    fn limits_are_read_as_documented() {
        let read = |limit: &str, left: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ratelimit-limit", limit.parse().unwrap());
            headers.insert("x-ratelimit-remaining", left.parse().unwrap());
            figures(&headers)
        };
        assert_eq!(read("40, 40;w=1", "39"), Some((39, Some((40, 1)))));
        assert_eq!(read("40, 40;w=1, 600;w=60", " 7 "), Some((7, Some((600, 60)))));
        assert_eq!(read("40", "39"), Some((39, None)));
        assert_eq!(read("200, 200;w=0", "199"), Some((199, Some((200, 1)))));
        assert_eq!(read("many;w=1, 4;w=x", "3"), Some((3, None)));
        for left in ["", "0.5", "-1", "many"] {
            assert_eq!(read("40, 40;w=1", left), None, "{left}");
        }
        assert_eq!(figures(&HeaderMap::new()), None);
    }
}
