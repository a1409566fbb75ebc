//! Deadlines ahead, for the wall and for the calendars that people subscribe to.

use chrono::{DateTime, Days, Duration, DurationRound, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use docket_core::chain::digest;
use docket_core::id::PersonId;
use docket_core::person::Person;
use docket_core::words::Turn;
use docket_store::{CaseFilter, ClientScope, DeadlineHour, StoredCase, UnitOfWork};

use crate::Desk;
use crate::error::Result;
use crate::people::secret_text;

/// How far the wall looks ahead: to the end of the 13th day after today.
const AHEAD: Days = Days::new(14);
/// Cases of one statement, when a calendar is put together.
const PAGE: i64 = 200;
/// Cases of a calendar at most; nobody has more on their hands.
const MOST: usize = 2_000;

/// What is due when.
#[derive(Debug, Clone)]
pub struct DeadlineWall {
    /// From this instant on; what lies before it has passed.
    pub from: DateTime<Utc>,
    /// Up to before this one.
    pub to: DateTime<Utc>,
    /// Open cases that wait for us, by the hour of their deadline and by person.
    pub hours: Vec<DeadlineHour>,
    /// Open cases that wait for us with a deadline that passed.
    pub passed: i64,
}

/// When a day begins in a time zone. Deadlines are counted by the hours of UTC, so where midnight lies within one of them, the
/// day begins with it.
pub fn day_start(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // Where the clock skips midnight, the day begins an hour later.
    let first = [0, 1].into_iter().find_map(|hours| {
        zone.from_local_datetime(&(midnight + Duration::hours(hours)))
            .earliest()
    });
    let first = first.map_or_else(|| midnight.and_utc(), |at| at.to_utc());
    first.duration_trunc(Duration::hours(1)).unwrap_or(first)
}

/// The day of an instant in a time zone, by the same rule.
pub fn day_at(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let day = at.with_timezone(&zone).date_naive();
    let next = day + Days::new(1);
    if at >= day_start(next, zone) { next } else { day }
}

impl Desk {
    /// The deadlines of the coming two weeks, by the days of a time zone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deadline_wall(&self, scope: ClientScope, zone: Tz) -> Result<DeadlineWall> {
        // Whole seconds, as addresses write instants: a figure and the list behind it cut at the same one.
        let from = whole_second(self.env.now());
        let to = day_start(day_at(from, zone) + AHEAD, zone);
        let passed = CaseFilter {
            open_only: true,
            turn: Some(Turn::Ours),
            due_before: Some(from),
            ..CaseFilter::default()
        };
        Ok(DeadlineWall {
            from,
            to,
            hours: self.db.deadline_hours(scope, (from, to)).await?,
            passed: self.db.count_cases(scope, &passed).await?,
        })
    }

    /// A new address of a person's calendar; the one of before shows nothing any more. Shown once. Only its path where no
    /// public address is configured.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_calendar(&self, person: PersonId) -> Result<String> {
        let token = secret_text(self);
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_calendar(person, &digest(&token), self.env.now()).await?;
        unit.commit().await?;
        let path = format!("/calendar/{token}/deadlines.ics");
        Ok(match &self.settings.public_url {
            Some(base) => format!("{}{path}", base.as_str().trim_end_matches('/')),
            None => path,
        })
    }

    /// Takes a person's address away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_calendar(&self, person: PersonId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.drop_calendar(person).await?;
        Ok(unit.commit().await?)
    }

    /// Since when a person has an address; none where they have none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn calendar_since(&self, person: PersonId) -> Result<Option<DateTime<Utc>>> {
        Ok(self.db.calendar_since(person).await?)
    }

    /// The person whose calendar a secret opens, and their open cases that wait for us, the next action first. None for a
    /// secret that was never made, was taken away, or belongs to somebody who may not log in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn calendar(&self, token: &str) -> Result<Option<(Person, Vec<StoredCase>)>> {
        let Some(person) = self.db.calendar_person(&digest(token)).await? else {
            return Ok(None);
        };
        let own = CaseFilter {
            open_only: true,
            turn: Some(Turn::Ours),
            assignee: Some(person.name.clone()),
            ..CaseFilter::default()
        };
        let mut cases: Vec<StoredCase> = Vec::new();
        while cases.len() < MOST {
            let after = cases.last().map(StoredCase::position);
            let page = self.db.cases(person.access.into(), &own, after, PAGE).await?;
            let full = i64::try_from(page.len()).unwrap_or(i64::MAX) >= PAGE;
            cases.extend(page);
            if !full {
                break;
            }
        }
        Ok(Some((person, cases)))
    }
}

fn whole_second(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}
