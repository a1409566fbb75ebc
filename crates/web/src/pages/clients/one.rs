//! One client: how it stands, its working calendars, what was promised to it about time, and what of that does not count.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::{Path, State};
use chrono::{DateTime, NaiveDate, Utc};
use docket_app::{ClientView, Desk};
use docket_core::id::ClientId;
use docket_core::sla::{CalendarVersion, ContractVersion, Day, Exclusion, ExclusionState, Target};

use super::Row;
use crate::doors::Viewer;
use crate::error::{PageError, PageResult, html};
use crate::pages::{Frame, Section};
use crate::say::say;
use crate::show::{self, Stamp, minute};
use crate::texts::t;
use crate::urls;

/// Days without work that the page names.
const HOLIDAYS: usize = 12;

/// The page.
#[derive(Debug, Template)]
#[template(path = "client.html")]
pub struct ClientPage {
    frame: Frame,
    row: Row,
    since: Stamp,
    /// Other pages about it: what they are, and where.
    links: Vec<(String, String)>,
    calendars: Vec<Calendar>,
    promises: Vec<Promises>,
    exclusions: Vec<Excluded>,
    /// Where contracts and calendars get further versions, and where an exclusion is told of and decided.
    contracts: String,
    work_calendars: String,
    register: String,
}

/// A version of a working calendar.
#[derive(Debug)]
pub(super) struct Calendar {
    pub heading: String,
    pub holds: String,
    pub state: (String, &'static str),
    pub week: Vec<(String, String)>,
    pub holidays: String,
}

/// A version of the contract.
#[derive(Debug)]
struct Promises {
    heading: String,
    holds: String,
    state: (String, &'static str),
    targets: Vec<(String, String)>,
}

#[derive(Debug)]
struct Excluded {
    from: String,
    to: String,
    cause: String,
    platforms: String,
    evidence: String,
    state: (String, &'static str),
    told: String,
    decided: Option<String>,
}

/// Where a version stands: it holds from `starts_at` until the next one of its kind begins.
pub(super) fn state(
    starts_at: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> (String, &'static str) {
    let (word, class) = match next {
        _ if starts_at > now => ("client-later", "calm"),
        Some(next) if next <= now => ("client-ended", "calm"),
        Some(_) | None => ("client-in-force", "good"),
    };
    (t(word).plain(), class)
}

pub(super) fn holds(from: NaiveDate, zone: chrono_tz::Tz, (by, at): (&str, DateTime<Utc>)) -> String {
    t("client-holds")
        .with("from", show::day(from))
        .with("zone", zone.name())
        .with("by", by)
        .with("at", minute(at))
        .plain()
}

fn weekday(day: Day) -> String {
    t(match day {
        Day::Mon => "weekday-mon",
        Day::Tue => "weekday-tue",
        Day::Wed => "weekday-wed",
        Day::Thu => "weekday-thu",
        Day::Fri => "weekday-fri",
        Day::Sat => "weekday-sat",
        Day::Sun => "weekday-sun",
    })
    .plain()
}

pub(super) fn heading(name: &str, version: i64) -> String {
    t("sla-version")
        .with("name", name)
        .with("version", version)
        .plain()
}

impl Calendar {
    pub fn of(kept: &CalendarVersion, next: Option<&CalendarVersion>, now: DateTime<Utc>) -> Self {
        let calendar = &kept.calendar;
        let today = calendar.day_of(now);
        let mut coming = calendar.holidays.range(today..);
        let days: Vec<String> = coming
            .by_ref()
            .take(HOLIDAYS)
            .map(|day| show::day(*day))
            .collect();
        let holidays = match (days.is_empty(), coming.count()) {
            (true, _) => t("client-no-holidays"),
            (false, 0) => t("client-holidays").with("days", days.join(", ")),
            (false, more) => t("client-holidays-more")
                .with("days", days.join(", "))
                .with("n", more),
        };
        Self {
            heading: heading(&calendar.name, kept.version),
            holds: holds(
                calendar.valid_from,
                calendar.zone,
                (&kept.recorded_by, kept.recorded_at),
            ),
            state: state(kept.starts_at, next.map(|n| n.starts_at), now),
            week: calendar
                .week()
                .map(|(day, hours)| (weekday(day), hours))
                .collect(),
            holidays: holidays.plain(),
        }
    }
}

impl Promises {
    fn of(kept: &ContractVersion, next: Option<&ContractVersion>, now: DateTime<Utc>) -> Self {
        let contract = &kept.contract;
        let target = |target: &Target| (target.name.clone(), say(&contract.terms(target)));
        Self {
            heading: heading(&contract.name, kept.version),
            holds: holds(
                contract.valid_from,
                contract.zone,
                (&kept.recorded_by, kept.recorded_at),
            ),
            state: state(kept.starts_at, next.map(|n| n.starts_at), now),
            targets: contract.targets.iter().map(target).collect(),
        }
    }
}

impl Excluded {
    fn of(exclusion: &Exclusion) -> Self {
        let platforms: Vec<&str> = exclusion.platforms.iter().map(|p| p.title()).collect();
        let decided = exclusion.decided_by.as_ref().zip(exclusion.decided_at);
        Self {
            from: minute(exclusion.span.from),
            to: minute(exclusion.span.to),
            cause: show::words(exclusion.cause),
            platforms: match platforms.is_empty() {
                true => t("client-all-platforms").plain(),
                false => platforms.join(", "),
            },
            evidence: exclusion.evidence.clone(),
            state: (
                show::words(exclusion.state),
                match exclusion.state {
                    ExclusionState::Approved => "good",
                    ExclusionState::Proposed => "warn",
                    ExclusionState::Rejected => "calm",
                },
            ),
            told: t("client-told").with("by", &exclusion.proposed_by).plain(),
            decided: decided.map(|(by, at)| {
                let said = t("client-decided").with("by", by).with("at", minute(at));
                match &exclusion.note {
                    Some(note) => format!("{}: {note}", said.plain()),
                    None => said.plain(),
                }
            }),
        }
    }
}

impl ClientPage {
    /// None where the report has no client.
    pub fn of(viewer: &Viewer, view: &ClientView, now: DateTime<Utc>) -> Option<Self> {
        let client = view.report.clients.first()?;
        let row = super::rows(&view.report.clients, &view.report, now).pop()?;
        let of = |path| urls::with(path, &[("client", client.id.to_string())]);
        let links = [
            ("nav-win-rate", urls::WIN_RATE),
            ("nav-factors", urls::FACTORS),
            ("nav-sla", urls::SLA),
            ("nav-questions", urls::QUESTIONS),
            ("nav-unmatched", urls::UNMATCHED),
        ];
        let mut calendars: Vec<&CalendarVersion> = view.calendars.iter().collect();
        calendars.sort_by_key(|kept| (&kept.calendar.name, Reverse(kept.version)));
        let next_of = |kept: &CalendarVersion| {
            let same =
                |c: &&CalendarVersion| c.calendar.name == kept.calendar.name && c.version == kept.version + 1;
            view.calendars.iter().find(same)
        };
        Some(Self {
            frame: Frame::of(viewer, client.name.clone(), Section::Clients).dated(now),
            since: Stamp::of(client.created_at, now),
            row,
            links: links.map(|(name, path)| (t(name).plain(), of(path))).into(),
            calendars: calendars
                .into_iter()
                .map(|kept| Calendar::of(kept, next_of(kept), now))
                .collect(),
            promises: view
                .contracts
                .iter()
                .enumerate()
                .rev()
                .map(|(at, kept)| Promises::of(kept, view.contracts.get(at + 1), now))
                .collect(),
            exclusions: view.exclusions.iter().rev().map(Excluded::of).collect(),
            contracts: urls::contracts(client.id),
            work_calendars: urls::work_calendars(Some(client.id), None),
            register: of(urls::EXCLUSIONS),
        })
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<String>) -> PageResult {
    let missing = || PageError::NotFound(t("client-missing").plain());
    let id: ClientId = id.parse().map_err(|_| missing())?;
    let all = desk.clients(viewer.scope()).await?;
    let client = all
        .into_iter()
        .find(|client| client.id == id)
        .ok_or_else(missing)?;
    let view = desk.client_view(&client).await?;
    html(&ClientPage::of(&viewer, &view, desk.env.now()).ok_or_else(missing)?)
}
