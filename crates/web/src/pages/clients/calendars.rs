//! Working calendars of the clients: hours, days without work, which contracts go by them, and the form for the next version.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{CALENDAR_EXAMPLE, Client, Desk, Error, read_terms, write_terms};
use docket_core::id::ClientId;
use docket_core::sla::{Calendar as Terms, CalendarVersion, ContractVersion};

use super::contracts::{Form, Tried, in_force, is_json, next_day, status, tried};
use super::one::{Calendar, heading};
use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section, client_choices, clients, scope};
use crate::query::{Pairs, place};
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: usize = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "calendars.html")]
pub struct CalendarsView {
    frame: Frame,
    key: FormKey,
    clients: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
    /// Whether the form was asked for, or was answered.
    open: bool,
    form: Option<Form>,
    /// Whose calendar the form adds.
    owners: Vec<Choice>,
}

#[derive(Debug)]
struct Row {
    calendar: Calendar,
    client: String,
    /// Where its client's contracts are.
    contracts: String,
    used: String,
    /// Where the form holds it, for who may add the next version.
    further: Option<String>,
}

/// What the page shows.
#[derive(Debug)]
pub struct Kept<'a> {
    pub clients: &'a [Client],
    pub client: Option<&'a Client>,
    pub calendars: &'a [(ClientId, CalendarVersion)],
    pub contracts: &'a [(ClientId, ContractVersion)],
}

/// What the address asks for beside the client.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The calendar that the form holds.
    pub calendar: Option<String>,
    /// The part of the list, from 1 on.
    pub part: usize,
}

impl Kept<'_> {
    fn same<'a>(
        &'a self,
        owner: ClientId,
        name: &'a str,
    ) -> impl DoubleEndedIterator<Item = &'a CalendarVersion> {
        let of = move |(client, kept): &&'a (ClientId, CalendarVersion)| {
            *client == owner && kept.calendar.name == name
        };
        self.calendars.iter().filter(of).map(|(_, kept)| kept)
    }

    /// The contracts in force or to come whose clocks go by a calendar.
    fn used(&self, owner: ClientId, name: &str, now: DateTime<Utc>) -> String {
        let own: Vec<&ContractVersion> = self
            .contracts
            .iter()
            .filter(|(c, _)| *c == owner)
            .map(|(_, c)| c)
            .collect();
        let lasts = |at: usize| own.get(at + 1).is_none_or(|next| next.starts_at > now);
        let uses = |kept: &ContractVersion| {
            let contract = &kept.contract;
            contract
                .targets
                .iter()
                .any(|target| contract.calendar_of(target) == name)
        };
        let found = own
            .iter()
            .enumerate()
            .filter(|(at, kept)| lasts(*at) && uses(kept));
        let names: BTreeSet<String> = found
            .map(|(_, kept)| heading(&kept.contract.name, kept.version))
            .collect();
        match names.is_empty() {
            true => t("calendars-unused").plain(),
            false => names.into_iter().collect::<Vec<_>>().join("; "),
        }
    }

    /// What the form holds before anybody typed.
    fn prefilled(&self, name: Option<&str>, now: DateTime<Utc>) -> String {
        let owner = self.client.map(|client| client.id);
        let kept: Vec<&CalendarVersion> = match owner.zip(name) {
            Some((owner, name)) => self.same(owner, name).collect(),
            None => Vec::new(),
        };
        let Some(held) = in_force(&kept, |kept| kept.starts_at, now) else {
            return CALENDAR_EXAMPLE.to_owned();
        };
        let mut calendar = held.calendar.clone();
        calendar.valid_from = next_day(
            calendar.day_of(now),
            kept.last().map(|last| last.calendar.valid_from),
        );
        write_terms(&calendar).unwrap_or_default()
    }
}

impl CalendarsView {
    pub fn of(
        viewer: &Viewer,
        kept: &Kept<'_>,
        wanted: &Wanted,
        tried: Option<Tried>,
        now: DateTime<Utc>,
    ) -> Self {
        let places: HashMap<ClientId, usize> = kept
            .clients
            .iter()
            .enumerate()
            .map(|(at, client)| (client.id, at))
            .collect();
        let mut sorted: Vec<&(ClientId, CalendarVersion)> = kept.calendars.iter().collect();
        sorted.sort_by_key(|one| {
            let version = &one.1;
            (
                places.get(&one.0),
                &version.calendar.name,
                Reverse(version.version),
            )
        });
        let adds = viewer.may(Door::AddWorkCalendar) && !kept.clients.is_empty();
        let row = |(owner, one): &(ClientId, CalendarVersion)| {
            let name = one.calendar.name.as_str();
            let next = kept
                .same(*owner, name)
                .find(|other| other.version == one.version + 1);
            let client = kept.clients.iter().find(|client| client.id == *owner);
            Row {
                calendar: Calendar::of(one, next, now),
                client: client.map_or_else(String::new, |client| client.name.clone()),
                contracts: urls::contracts(*owner),
                used: kept.used(*owner, name, now),
                further: (adds && next.is_none()).then(|| urls::work_calendars(Some(*owner), Some(name))),
            }
        };
        let skipped = wanted.part.saturating_sub(1).saturating_mul(PAGE);
        let more = sorted.len() > skipped.saturating_add(PAGE);
        let next = more.then(|| {
            let client = kept.client.map(|client| ("client", client.id.to_string()));
            let part = ("part", (wanted.part.max(1) + 1).to_string());
            urls::with(
                urls::WORK_CALENDARS,
                &client.into_iter().chain([part]).collect::<Vec<_>>(),
            )
        });
        let open = tried.is_some() || wanted.calendar.is_some();
        let tried = tried.unwrap_or_default();
        let form = || Form {
            url: urls::WORK_CALENDARS.to_owned(),
            text: tried
                .text
                .unwrap_or_else(|| kept.prefilled(wanted.calendar.as_deref(), now)),
            problem: tried.problem,
            right: tried.right,
        };
        let mut owners = client_choices(viewer, kept.clients, kept.client);
        if let Some(every) = owners.first_mut().filter(|first| first.value.is_empty()) {
            every.label = t("calendars-choose-client").plain();
        }
        Self {
            frame: Frame::of(viewer, t("calendars-title"), Section::Calendars).dated(now),
            key: viewer.key.clone(),
            clients: client_choices(viewer, kept.clients, kept.client),
            rows: sorted.into_iter().skip(skipped).take(PAGE).map(row).collect(),
            next,
            open,
            form: adds.then(form),
            owners,
        }
    }
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    named: Option<&str>,
    (wanted, tried): (&Wanted, Option<Tried>),
) -> Result<CalendarsView, PageError> {
    let (all, client) = clients(desk, viewer, named).await?;
    let own = scope(viewer, client.as_ref());
    let (calendars, contracts) = (desk.sla_calendars(own).await?, desk.sla_contracts(own).await?);
    let kept = Kept {
        clients: &all,
        client: client.as_ref(),
        calendars: &calendars,
        contracts: &contracts,
    };
    Ok(CalendarsView::of(viewer, &kept, wanted, tried, desk.env.now()))
}

fn named(pairs: &Pairs, name: &str) -> Option<String> {
    let found = pairs.iter().find(|(known, _)| known == name);
    found
        .map(|(_, value)| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let wanted = Wanted {
        calendar: named(&pairs, "calendar"),
        part: place(&pairs, "part")?.unwrap_or(1),
    };
    html(
        &view(
            &desk,
            &viewer,
            named(&pairs, "client").as_deref(),
            (&wanted, None),
        )
        .await?,
    )
}

/// Adds a calendar or the next version of one, or only looks at it.
pub async fn add(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let (text, check) = (fields.get("text"), fields.get("do") == "check");
    let wanted = fields.get("client").trim().to_lowercase();
    let all = desk.clients(viewer.scope()).await?;
    let mine = |client: &&Client| client.id.to_string() == wanted || client.name.to_lowercase() == wanted;
    let owner = all.iter().find(mine).map(|client| client.id);
    let done = match (owner, read_terms::<Terms>(text, is_json(text))) {
        (None, _) => Err(Error::Invalid(t("choose-client").into())),
        (Some(_), Err(error)) => Err(error),
        (Some(owner), Ok(calendar)) => desk.add_sla_calendar(owner, calendar, viewer.name(), check).await,
    };
    match tried(text, check, done)? {
        None => Ok(Redirect::to(&urls::work_calendars(owner, None)).into_response()),
        Some(tried) => {
            let status = status(&tried);
            let named = owner.map(|id| id.to_string());
            let page = view(
                &desk,
                &viewer,
                named.as_deref(),
                (&Wanted::default(), Some(tried)),
            )
            .await?;
            again(status, &page)
        }
    }
}
