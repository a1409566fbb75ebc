//! Times and durations as people type and read them.

use anyhow::{Result, anyhow, bail};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// `48h`, `3d`, `90m`.
pub fn duration(text: &str) -> Result<Duration> {
    let wrong = || anyhow!("`{text}` is no duration; write it like 48h, 3d or 90m");
    let unit_at = text.char_indices().last().map_or(0, |(at, _)| at);
    let (number, unit) = text.split_at(unit_at);
    let n: i64 = number.parse().map_err(|_| wrong())?;
    let duration = match unit {
        "m" => Duration::try_minutes(n),
        "h" => Duration::try_hours(n),
        "d" => Duration::try_days(n),
        _ => None,
    };
    duration
        .filter(|d| *d > Duration::zero() && *d < Duration::days(36_500))
        .ok_or_else(wrong)
}

/// An instant: from now (`48h`), or absolute (`2026-11-24`, `2026-11-24 18:00`, RFC 3339), UTC where no zone stands.
pub fn instant(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    if let Ok(from_now) = duration(text) {
        return Ok(now + from_now);
    }
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Ok(exact.with_timezone(&Utc));
    }
    for format in ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"] {
        if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
            return Ok(local.and_utc());
        }
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    bail!("`{text}` is no time; write it like 48h, 2026-11-24 or \"2026-11-24 18:00\" (UTC)")
}

/// `2026-11-24 06:59 UTC`.
pub fn absolute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `in 2 d 4 h`, `3 h ago`.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let past = at < now;
    let span = if past { now - at } else { at - now };
    let (days, hours, minutes) = (span.num_days(), span.num_hours() % 24, span.num_minutes() % 60);
    let amount = match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, m) => format!("{m} min"),
        (0, h, m) if h < 6 => format!("{h} h {m} min"),
        (0, h, _) => format!("{h} h"),
        (d, h, _) if d < 7 => format!("{d} d {h} h"),
        (d, _, _) => format!("{d} d"),
    };
    if past {
        format!("{amount} ago")
    } else {
        format!("in {amount}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(instant("48h", now).unwrap(), now + Duration::hours(48));
        assert_eq!(
            instant("2026-11-24", now).unwrap().to_rfc3339(),
            "2026-11-24T00:00:00+00:00"
        );
        assert_eq!(
            instant("2026-11-24 18:00", now).unwrap().to_rfc3339(),
            "2026-11-24T18:00:00+00:00"
        );
        assert_eq!(
            instant("2026-11-24T18:00:00+01:00", now).unwrap().to_rfc3339(),
            "2026-11-24T17:00:00+00:00"
        );
        for wrong in ["", "h", "tomorrow", "-3h", "99999999999999d", "2026-13-01", "ü"] {
            assert!(instant(wrong, now).is_err(), "{wrong}");
        }
    }

    #[test]
    fn distances_are_short() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(relative(now + Duration::minutes(52 * 60 + 5), now), "in 2 d 4 h");
        assert_eq!(relative(now - Duration::minutes(200), now), "3 h 20 min ago");
        assert_eq!(relative(now, now), "in less than a minute");
    }
}
