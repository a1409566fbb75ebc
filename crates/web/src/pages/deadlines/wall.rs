//! The counts of the wall, laid out: by day, by hour, by person. Each leads to the cases that it counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Timelike, Utc};
use docket_app::{DeadlineHour, DeadlineWall};
use docket_core::words::Turn;

use crate::query::{DeadlinesQuery, NOBODY, QueueQuery};
use crate::urls;

/// A number with the list behind it.
#[derive(Debug)]
pub struct Figure {
    pub label: String,
    pub value: i64,
    pub url: String,
}

/// A week of the calendar, from Monday on.
pub type Week = Vec<Day>;

/// A day of the calendar.
#[derive(Debug)]
pub struct Day {
    pub name: String,
    pub today: bool,
    /// None for a day that the wall does not reach.
    pub due: Option<Figure>,
    /// Of those, nobody's; none where there are none.
    pub nobodys: Option<Figure>,
}

/// Days by hour.
#[derive(Debug)]
pub struct Heat {
    pub rows: Vec<HeatRow>,
    pub total: i64,
}

/// A day by hour.
#[derive(Debug)]
pub struct HeatRow {
    pub day: String,
    pub total: Figure,
    /// Of the hours with any; the class that shades them stands with the figure.
    pub hours: Vec<Option<(Figure, &'static str)>>,
}

/// What lies with one person.
#[derive(Debug)]
pub struct Load {
    pub who: String,
    pub today: Figure,
    pub tomorrow: Figure,
    pub all: Figure,
}

impl Load {
    /// Its figures, in the table's order.
    pub const fn figures(&self) -> [&Figure; 3] {
        [&self.today, &self.tomorrow, &self.all]
    }
}

impl Heat {
    /// The hours above the columns.
    pub fn hours(&self) -> impl Iterator<Item = String> {
        (0..24).map(|hour| format!("{hour:02}"))
    }
}

/// The counts, and the view that they are of.
pub struct Book<'a> {
    wall: &'a DeadlineWall,
    query: &'a DeadlinesQuery,
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn is_of(hour: &DeadlineHour, who: Option<&str>) -> bool {
    match who {
        None => true,
        Some(NOBODY) => hour.assignee.is_none(),
        Some(name) => hour.assignee.as_deref() == Some(name),
    }
}

fn shade(cases: i64, most: i64) -> &'static str {
    match (4 * cases).checked_div(most.max(1)).unwrap_or(0) {
        0 | 1 => "heat-1",
        2 => "heat-2",
        3 => "heat-3",
        _ => "heat-4",
    }
}

impl<'a> Book<'a> {
    pub const fn of(wall: &'a DeadlineWall, query: &'a DeadlinesQuery) -> Self {
        Self { wall, query }
    }

    fn whose(&self) -> Option<&str> {
        self.query.assignee.as_deref()
    }

    /// The cases of somebody with a deadline in a span, cut to what the wall shows.
    fn figure(&self, label: String, (from, to): (DateTime<Utc>, DateTime<Utc>), who: Option<&str>) -> Figure {
        let (from, to) = (from.max(self.wall.from), to.min(self.wall.to));
        let inside = |hour: &&DeadlineHour| hour.hour + Duration::hours(1) > from && hour.hour < to;
        let mine = self.wall.hours.iter().filter(inside).filter(|h| is_of(h, who));
        let list = QueueQuery {
            due_from: Some(from),
            due_to: Some(to),
            ..self.list(who)
        };
        Figure {
            label,
            value: mine.map(|h| h.cases).sum(),
            url: urls::queue(&list),
        }
    }

    fn list(&self, who: Option<&str>) -> QueueQuery {
        QueueQuery {
            client: self.query.client.clone(),
            turn: Some(Turn::Ours),
            open: true,
            assignee: who.map(str::to_owned),
            ..QueueQuery::default()
        }
    }

    fn day(&self, offset: i64) -> (DateTime<Utc>, DateTime<Utc>) {
        let start = start_of(self.wall.from.date_naive()) + Duration::days(offset);
        (start, start + Duration::days(1))
    }

    const fn all(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.wall.from, self.wall.to)
    }

    pub fn figures(&self) -> Vec<Figure> {
        let passed = QueueQuery {
            due_to: Some(self.wall.from),
            ..self.list(None)
        };
        let passed = Figure {
            label: "Passed, unanswered".to_owned(),
            value: self.wall.passed,
            url: urls::queue(&passed),
        };
        let span = |label: &str, span, who| self.figure(label.to_owned(), span, who);
        let mut figures = vec![span("Nobody’s", self.all(), Some(NOBODY))];
        figures.push(span("Rest of today", self.day(0), self.whose()));
        figures.push(span("Tomorrow", self.day(1), self.whose()));
        figures.push(span("In these two weeks", self.all(), self.whose()));
        // The passed ones are counted for everybody: beside one person's figures they would mislead.
        if self.whose().is_none() {
            figures.insert(0, passed);
        }
        figures
    }

    pub fn weeks(&self) -> Vec<Week> {
        let (first, end) = (self.wall.from.date_naive(), self.wall.to.date_naive());
        let monday = first - Duration::days(i64::from(first.weekday().num_days_from_monday()));
        let weeks = ((end - monday).num_days() + 6) / 7;
        let week = |week: i64| {
            let days = (0..7).map(|day| monday + Duration::days(7 * week + day));
            days.map(|date| self.of_day(date, first, end)).collect()
        };
        (0..weeks).map(week).collect()
    }

    fn of_day(&self, date: NaiveDate, first: NaiveDate, end: NaiveDate) -> Day {
        let span = (start_of(date), start_of(date) + Duration::days(1));
        let name = date.format("%-d %b").to_string();
        let reached = date >= first && date < end;
        let nobodys = self.figure(format!("{name}, nobody’s"), span, Some(NOBODY));
        Day {
            today: date == first,
            due: reached.then(|| self.figure(format!("{name}, due"), span, self.whose())),
            nobodys: Some(nobodys).filter(|f| reached && f.value > 0 && self.whose().is_none()),
            name,
        }
    }

    /// By hour; none where nothing is due.
    pub fn heat(&self, who: Option<&str>) -> Option<Heat> {
        let mut counts: BTreeMap<NaiveDate, [i64; 24]> = BTreeMap::new();
        for hour in self.wall.hours.iter().filter(|h| is_of(h, who)) {
            let day = counts.entry(hour.hour.date_naive()).or_default();
            if let Some(cell) = usize::try_from(hour.hour.hour())
                .ok()
                .and_then(|h| day.get_mut(h))
            {
                *cell += hour.cases;
            }
        }
        let most = counts.values().flatten().copied().max()?;
        let row = |(date, hours): (&NaiveDate, &[i64; 24])| {
            let start = start_of(*date);
            let name = date.format("%a %-d %b").to_string();
            let cell = |(place, cases): (usize, &i64)| {
                let from = start + Duration::hours(i64::try_from(place).unwrap_or(0));
                let label = format!("due {name} from {place:02}:00 UTC, for one hour");
                (*cases > 0).then(|| {
                    let figure = self.figure(label, (from, from + Duration::hours(1)), who);
                    (figure, shade(*cases, most))
                })
            };
            HeatRow {
                total: self.figure(format!("due {name}"), (start, start + Duration::days(1)), who),
                day: name.clone(),
                hours: hours.iter().enumerate().map(cell).collect(),
            }
        };
        Some(Heat {
            rows: counts.iter().map(row).collect(),
            total: counts.values().flatten().sum(),
        })
    }

    /// By person, nobody first, then by what is due.
    pub fn loads(&self) -> Vec<Load> {
        let people: BTreeSet<Option<&str>> = self.wall.hours.iter().map(|h| h.assignee.as_deref()).collect();
        let mut loads: Vec<Load> = people.into_iter().map(|who| self.load(who)).collect();
        loads.sort_by_key(|load| (load.who != "nobody", -load.all.value));
        loads
    }

    fn load(&self, who: Option<&str>) -> Load {
        let name = who.unwrap_or(NOBODY);
        let of = |what: &str, span| self.figure(format!("{name}, {what}"), span, Some(name));
        Load {
            who: name.to_owned(),
            today: of("rest of today", self.day(0)),
            tomorrow: of("tomorrow", self.day(1)),
            all: of("two weeks", self.all()),
        }
    }
}
