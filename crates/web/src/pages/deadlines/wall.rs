//! The counts of the wall, laid out: by day, by hour, by person. Each leads to the cases that it counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc, Weekday};
use docket_app::{DeadlineHour, DeadlineWall, day_at, day_start};
use docket_core::words::Turn;

use crate::locale;
use crate::query::{DeadlinesQuery, NOBODY, QueueQuery};
use crate::texts::t;
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
    nobodys: bool,
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

/// What lies between two instants, by the hour of the reader's day.
type Hours = BTreeMap<u32, (DateTime<Utc>, DateTime<Utc>)>;

/// The counts, and the view that they are of.
pub struct Book<'a> {
    wall: &'a DeadlineWall,
    query: &'a DeadlinesQuery,
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day_start(day, locale::present().zone)
}

fn today(wall: &DeadlineWall) -> NaiveDate {
    day_at(wall.from, locale::present().zone)
}

fn whole_day(day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    (start_of(day), start_of(day + Duration::days(1)))
}

/// `24 Nov`, in the reader's language.
fn name_of(day: NaiveDate) -> String {
    let (number, month) = (i64::from(day.day()), i64::from(day.month()));
    t("day-and-month")
        .with("day", number)
        .with("month", month)
        .plain()
}

/// `Tue 24 Nov`.
fn full_name_of(day: NaiveDate) -> String {
    let weekday = t(match day.weekday() {
        Weekday::Mon => "deadlines-mon",
        Weekday::Tue => "deadlines-tue",
        Weekday::Wed => "deadlines-wed",
        Weekday::Thu => "deadlines-thu",
        Weekday::Fri => "deadlines-fri",
        Weekday::Sat => "deadlines-sat",
        Weekday::Sun => "deadlines-sun",
    });
    format!("{} {}", weekday.plain(), name_of(day))
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
        whole_day(today(self.wall) + Duration::days(offset))
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
            label: t("deadlines-passed").plain(),
            value: self.wall.passed,
            url: urls::queue(&passed),
        };
        let span = |label: &str, span, who| self.figure(t(label).plain(), span, who);
        let mut figures = vec![span("deadlines-nobodys", self.all(), Some(NOBODY))];
        figures.push(span("deadlines-rest-today", self.day(0), self.whose()));
        figures.push(span("deadlines-tomorrow", self.day(1), self.whose()));
        figures.push(span("deadlines-these-weeks", self.all(), self.whose()));
        // The passed ones are counted for everybody: beside one person's figures they would mislead.
        if self.whose().is_none() {
            figures.insert(0, passed);
        }
        figures
    }

    pub fn weeks(&self) -> Vec<Week> {
        let (first, end) = (today(self.wall), day_at(self.wall.to, locale::present().zone));
        let monday = first - Duration::days(i64::from(first.weekday().num_days_from_monday()));
        let weeks = ((end - monday).num_days() + 6) / 7;
        let week = |week: i64| {
            let days = (0..7).map(|day| monday + Duration::days(7 * week + day));
            days.map(|date| self.of_day(date, first, end)).collect()
        };
        (0..weeks).map(week).collect()
    }

    fn of_day(&self, date: NaiveDate, first: NaiveDate, end: NaiveDate) -> Day {
        let span = whole_day(date);
        let name = name_of(date);
        let label = |id: &str| t(id).with("day", &name).plain();
        let reached = date >= first && date < end;
        let nobodys = self.figure(label("deadlines-label-nobodys"), span, Some(NOBODY));
        Day {
            today: date == first,
            due: reached.then(|| self.figure(label("deadlines-label-due"), span, self.whose())),
            nobodys: Some(nobodys).filter(|f| reached && f.value > 0 && self.whose().is_none()),
            name,
        }
    }

    /// By hour; none where nothing is due.
    pub fn heat(&self, who: Option<&str>) -> Option<Heat> {
        // By day and hour of the reader: the first and the last of the hours there, which are two when the clock goes back.
        let mut spans: BTreeMap<NaiveDate, Hours> = BTreeMap::new();
        let zone = locale::present().zone;
        for hour in self.wall.hours.iter().filter(|h| is_of(h, who)) {
            let day = day_at(hour.hour, zone);
            let span = (hour.hour, hour.hour + Duration::hours(1));
            let own = spans.entry(day).or_default();
            let place = own.entry(hour.hour.with_timezone(&zone).hour()).or_insert(span);
            *place = (place.0.min(span.0), place.1.max(span.1));
        }
        let row = |(date, hours): (&NaiveDate, &Hours)| {
            let name = full_name_of(*date);
            // The heads of its row and column say what it counts: hundreds of labels would double the page.
            let cell = |hour: u32| Some(self.figure(String::new(), *hours.get(&hour)?, who));
            let whole = t("deadlines-label-day").with("day", &name).plain();
            (
                name.clone(),
                self.figure(whole, whole_day(*date), who),
                (0..24).map(cell).collect::<Vec<_>>(),
            )
        };
        let rows: Vec<_> = spans.iter().map(row).collect();
        let cells = rows.iter().flat_map(|(.., hours)| hours).flatten();
        let most = cells.map(|figure| figure.value).max()?;
        let shaded = |figure: Figure| {
            let shade = shade(figure.value, most);
            (figure, shade)
        };
        Some(Heat {
            total: rows.iter().map(|(_, total, _)| total.value).sum(),
            rows: rows
                .into_iter()
                .map(|(day, total, hours)| HeatRow {
                    day,
                    total,
                    hours: hours.into_iter().map(|cell| cell.map(shaded)).collect(),
                })
                .collect(),
        })
    }

    /// By person, nobody first, then by what is due.
    pub fn loads(&self) -> Vec<Load> {
        let people: BTreeSet<Option<&str>> = self.wall.hours.iter().map(|h| h.assignee.as_deref()).collect();
        let mut loads: Vec<Load> = people.into_iter().map(|who| self.load(who)).collect();
        loads.sort_by_key(|load| (!load.nobodys, -load.all.value));
        loads
    }

    fn load(&self, who: Option<&str>) -> Load {
        let name = who.map_or_else(|| t("nobody").plain(), str::to_owned);
        let of = |what: &str, span| {
            let label = t("deadlines-whose").with("who", &name).with("what", t(what));
            self.figure(label.plain(), span, Some(who.unwrap_or(NOBODY)))
        };
        Load {
            nobodys: who.is_none(),
            today: of("deadlines-of-today", self.day(0)),
            tomorrow: of("deadlines-of-tomorrow", self.day(1)),
            all: of("deadlines-of-weeks", self.all()),
            who: name.clone(),
        }
    }
}
