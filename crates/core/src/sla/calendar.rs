//! When people work: hours for each day of the week in one zone, and holidays.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::contract::Wrong;
use super::span::{Span, union};
use crate::words::words;

/// The name of the calendar that everybody has: every hour of every day.
pub const ALWAYS: &str = "always";

/// Working hours from one time of the day up to another, such as `09:00-17:30`; `24:00` is the day's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hours {
    from: NaiveTime,
    /// None: to the end of the day.
    to: Option<NaiveTime>,
}

impl FromStr for Hours {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is no working time; write it like 09:00-17:30 (24:00 is the day's end; hours past midnight stand on \
                 the next day)"
            )
        };
        let time = |t: &str| NaiveTime::parse_from_str(t.trim(), "%H:%M").map_err(|_| wrong());
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let from = time(from)?;
        let to = match to.trim() {
            "24:00" => None,
            to => Some(time(to)?),
        };
        if to.is_some_and(|to| to <= from) {
            return Err(wrong());
        }
        Ok(Self { from, to })
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = self
            .to
            .map_or_else(|| "24:00".to_owned(), |to| to.format("%H:%M").to_string());
        write!(f, "{}-{to}", self.from.format("%H:%M"))
    }
}

impl Serialize for Hours {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

words! {
    /// A day of the week.
    Day, "day of the week" {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

/// A calendar of a client in one version, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Its name, by which contracts speak of it.
    pub name: String,
    /// The zone of its hours, such as `Europe/Amsterdam`.
    pub zone: Tz,
    /// The first day of this version, in its zone.
    pub valid_from: NaiveDate,
    /// Hours of each day of the week; a day that is left out is free.
    hours: BTreeMap<Day, Vec<Hours>>,
    /// Days without work, whatever day of the week they are.
    #[serde(default)]
    pub holidays: BTreeSet<NaiveDate>,
}

/// A calendar as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarVersion {
    /// What it says.
    #[serde(flatten)]
    pub calendar: Calendar,
    /// Counts up from 1 for each name.
    pub version: i64,
    /// From when on it holds.
    pub starts_at: DateTime<Utc>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

impl Calendar {
    /// Says what is wrong with it.
    ///
    /// # Errors
    /// When a name is empty or taken, or no hour is worked.
    pub fn check(&self) -> Result<(), Wrong> {
        if self.name.trim().is_empty() || self.name != self.name.trim() {
            return Err(Wrong(
                "a calendar needs a name without blanks around it".to_owned(),
            ));
        }
        if self.name == ALWAYS {
            return Err(Wrong(format!(
                "`{ALWAYS}` is every hour of every day and needs no file; choose another name"
            )));
        }
        if self.hours.values().all(Vec::is_empty) {
            return Err(Wrong(
                "the calendar has no working hours; give some below [hours], such as mon = [\"09:00-17:00\"]"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// The first instant of this version.
    pub fn starts_at(&self) -> DateTime<Utc> {
        start_of_day(self.zone, self.valid_from)
    }

    /// Hours of the week's days that are worked, from Monday on, such as `09:00-17:30`.
    pub fn week(&self) -> impl Iterator<Item = (Day, String)> + '_ {
        let worked = self.hours.iter().filter(|(_, hours)| !hours.is_empty());
        worked.map(|(day, hours)| {
            let hours: Vec<String> = hours.iter().map(ToString::to_string).collect();
            (*day, hours.join(", "))
        })
    }

    /// Working time of one day in its zone, in order.
    pub fn day(&self, day: NaiveDate) -> Vec<Span> {
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        let hours = self.hours.get(&Day::from(day.weekday()));
        let span = |h: &Hours| {
            let to = match h.to {
                Some(to) => instant(self.zone, day, to, true),
                None => start_of_day(self.zone, day + Days::new(1)),
            };
            Span::new(instant(self.zone, day, h.from, false), to)
        };
        // Where the clock goes back, an hour may belong to two of the day's windows; it is worked once.
        union(hours.into_iter().flatten().filter_map(span).collect())
    }

    /// The day in its zone on which an instant lies.
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}

/// The first instant of a day in a zone; not always midnight, and in some zones some days have none.
pub(crate) fn start_of_day(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    instant(zone, day, NaiveTime::MIN, false)
}

/// A time that the clock shows twice is its first showing, or its last for the end of a window; one that it skips is the
/// instant at which it skips.
fn instant(zone: Tz, day: NaiveDate, time: NaiveTime, last: bool) -> DateTime<Utc> {
    let local = day.and_time(time);
    let found = zone.from_local_datetime(&local);
    if let Some(at) = if last { found.latest() } else { found.earliest() } {
        return at.with_timezone(&Utc);
    }
    // Skipped: with the offset of before the gap, the naive time lies as far behind the gap as it lies inside it.
    let offset_before = zone.offset_from_utc_datetime(&(local - chrono::Duration::hours(30)));
    let behind = local - chrono::Offset::fix(&offset_before);
    first_after_gap(zone, behind)
}

/// The instant at which the offset last changed before `behind`, found by halving.
fn first_after_gap(zone: Tz, behind: chrono::NaiveDateTime) -> DateTime<Utc> {
    use chrono::Offset;
    let offset = |at: chrono::NaiveDateTime| zone.offset_from_utc_datetime(&at).fix();
    let (mut before, mut after) = (behind - chrono::Duration::hours(30), behind);
    let now = offset(after);
    while (after - before).num_seconds() > 1 {
        let middle = before + (after - before) / 2;
        // Whole seconds: changes of the clock are at whole ones.
        let middle = chrono::SubsecRound::trunc_subsecs(middle, 0);
        let middle = if middle <= before {
            before + chrono::Duration::seconds(1)
        } else {
            middle
        };
        if offset(middle) == now {
            after = middle;
        } else {
            before = middle;
        }
    }
    after.and_utc()
}
