//! The pages.

pub mod account;
pub mod audit;
pub mod bulk;
pub mod case;
pub mod clients;
pub mod connections;
pub mod deadlines;
pub mod exclusions;
pub mod factors;
pub mod handover;
pub mod help;
pub mod hooks;
pub mod incidents;
pub mod log_in;
pub mod notices;
pub mod packs;
pub mod palette;
pub mod paper;
pub mod password;
pub mod people;
pub mod questions;
pub mod queue;
pub mod rules;
pub mod search;
pub mod sla;
pub mod unmatched;
pub mod win_rate;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use chrono::{DateTime, Utc};
use docket_app::{Client, ClientScope, Desk};

use crate::assets;
use crate::doors::{Door, Theme, Viewer};
use crate::error::PageError;
use crate::show::Stamp;
use crate::texts::t;
use crate::urls;

/// A part of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Queue,
    Deadlines,
    Questions,
    Handover,
    Incidents,
    Clients,
    Rules,
    Unmatched,
    WinRate,
    Factors,
    Sla,
    Packs,
    Exclusions,
    Calendars,
    Connections,
    Sync,
    Notices,
    People,
    Audit,
    Account,
    None,
}

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Frame {
    pub title: String,
    pub section: Section,
    /// When the page was made; none where it shows no data.
    pub as_of: Option<Stamp>,
    /// Who looks at it; none where that is not known.
    pub viewer: Option<Viewer>,
}

impl Frame {
    /// Around a page of somebody.
    pub fn of(viewer: &Viewer, title: impl Into<String>, section: Section) -> Self {
        Self {
            title: title.into(),
            section,
            as_of: None,
            viewer: Some(viewer.clone()),
        }
    }

    /// Around a page of nobody.
    pub fn bare(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            section: Section::None,
            as_of: None,
            viewer: None,
        }
    }

    /// With the instant that its data is of.
    pub fn dated(mut self, now: DateTime<Utc>) -> Self {
        self.as_of = Some(Stamp::of(now, now));
        self
    }

    /// The pages that the person may see: address, the text of the name, the section.
    pub fn entries(&self) -> impl Iterator<Item = (String, &'static str, Section)> {
        // A client's own person reads what was sent; the agency works on it.
        let packs = match self.viewer.as_ref().is_some_and(Viewer::is_staff) {
            true => "nav-packs",
            false => "nav-packs-own",
        };
        let all = [
            (Door::Queue, urls::open_cases(), "nav-queue", Section::Queue),
            (
                Door::Deadlines,
                urls::DEADLINES.to_owned(),
                "nav-deadlines",
                Section::Deadlines,
            ),
            (
                Door::Questions,
                urls::QUESTIONS.to_owned(),
                "nav-questions",
                Section::Questions,
            ),
            (
                Door::Handover,
                urls::HANDOVER.to_owned(),
                "nav-handover",
                Section::Handover,
            ),
            (
                Door::Clients,
                urls::CLIENTS.to_owned(),
                "nav-clients",
                Section::Clients,
            ),
            (
                Door::WinRate,
                urls::WIN_RATE.to_owned(),
                "nav-win-rate",
                Section::WinRate,
            ),
            (
                Door::Factors,
                urls::FACTORS.to_owned(),
                "nav-factors",
                Section::Factors,
            ),
            (Door::Sla, urls::SLA.to_owned(), "nav-sla", Section::Sla),
            (Door::Packs, urls::PACKS.to_owned(), packs, Section::Packs),
            (
                Door::Exclusions,
                urls::EXCLUSIONS.to_owned(),
                "nav-exclusions",
                Section::Exclusions,
            ),
            (
                Door::WorkCalendars,
                urls::WORK_CALENDARS.to_owned(),
                "nav-calendars",
                Section::Calendars,
            ),
            (
                Door::Connections,
                urls::CONNECTIONS.to_owned(),
                "nav-connections",
                Section::Connections,
            ),
            (Door::Sync, urls::SYNC.to_owned(), "nav-sync", Section::Sync),
            (
                Door::Notices,
                urls::notices(None),
                "nav-notices",
                Section::Notices,
            ),
            (
                Door::Unmatched,
                urls::UNMATCHED.to_owned(),
                "nav-unmatched",
                Section::Unmatched,
            ),
            (
                Door::Incidents,
                urls::INCIDENTS.to_owned(),
                "nav-missed",
                Section::Incidents,
            ),
            (Door::Rules, urls::RULES.to_owned(), "nav-rules", Section::Rules),
            (
                Door::People,
                urls::PEOPLE.to_owned(),
                "nav-people",
                Section::People,
            ),
            (Door::Audit, urls::AUDIT.to_owned(), "nav-audit", Section::Audit),
        ];
        let may = |door: Door| self.viewer.as_ref().is_some_and(|v| v.may(door));
        all.into_iter()
            .filter(move |(door, ..)| may(*door))
            .map(|(_, url, name, section)| (url, name, section))
    }

    /// The navigation: address, name, whether it is the page's own section.
    pub fn navigation(&self) -> impl Iterator<Item = (String, String, bool)> {
        let entry =
            |(url, name, section): (String, &str, Section)| (url, t(name).plain(), self.section == section);
        self.entries().map(entry)
    }

    /// Whether this is the page of the person themselves.
    pub fn is_account(&self) -> bool {
        self.section == Section::Account
    }

    /// The look that was chosen, where it is not the system's.
    pub fn theme(&self) -> Option<&'static str> {
        let theme = self.viewer.as_ref()?.theme;
        Some(theme.word()).filter(|_| theme != Theme::System)
    }

    /// What the form did that led here.
    pub fn done(&self) -> Option<String> {
        let done = self.viewer.as_ref()?.done?;
        Some(t(done).plain())
    }

    pub fn styles(&self) -> &'static str {
        assets::styles_url()
    }

    /// What makes the page quicker to work with; none where nobody is logged in.
    pub fn scripts(&self) -> &'static [String] {
        match self.viewer {
            Some(_) => assets::script_urls(),
            None => &[],
        }
    }

    /// The help on the keys.
    pub fn keys(&self) -> impl Iterator<Item = (String, String)> {
        self.viewer.iter().flat_map(assets::keys)
    }

    pub fn icon(&self) -> &'static str {
        assets::icon_url()
    }
}

/// A choice of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            chosen,
        }
    }
}

/// The beginning is the queue: of somebody's own cases, or where they have none, of all that are open.
pub async fn home(State(desk): State<Desk>, viewer: Viewer) -> Result<Redirect, PageError> {
    let own = viewer.may(Door::NextCase) && desk.has_cases(viewer.scope(), viewer.name()).await?;
    let queue = if own {
        urls::queue(&queue::mine(&viewer))
    } else {
        urls::open_cases()
    };
    Ok(Redirect::to(&queue))
}

/// For machines: whether pages and database are up.
pub async fn health(State(desk): State<Desk>) -> (StatusCode, &'static str) {
    match desk.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer; see the log\n",
            )
        }
    }
}

/// So many names stand in the answer to a name that nobody has.
const NAMED: usize = 20;

/// The clients that somebody may see, and the one that an address names: for a client's person always their own.
async fn clients(
    desk: &Desk,
    viewer: &Viewer,
    wanted: Option<&str>,
) -> Result<(Vec<Client>, Option<Client>), PageError> {
    let all = desk.clients(viewer.scope()).await?;
    let Some(wanted) = wanted else {
        if viewer.is_staff() {
            return Ok((all, None));
        }
        // Without its client there is nothing that such a person may see; none would mean all.
        let own = all.first().cloned();
        let own = own.ok_or_else(|| PageError::NotFound(t("nothing-to-show").plain()))?;
        return Ok((all, Some(own)));
    };
    let name = wanted.to_lowercase();
    let fits = |c: &&Client| c.id.to_string() == wanted || c.name.to_lowercase() == name;
    // Looked for among those only: whoever is not there and whoever must not be seen are the same.
    if let Some(client) = all.iter().find(fits).cloned() {
        return Ok((all, Some(client)));
    }
    let known: Vec<&str> = all.iter().take(NAMED).map(|c| c.name.as_str()).collect();
    let more = if all.len() > NAMED { ", …" } else { "" };
    let known = format!("{}{more}", known.join(", "));
    let none = t("refuse-no-client").with("wanted", wanted).with("known", known);
    Err(PageError::BadRequest(vec![none.plain()]))
}

/// The scope of a page's reads: the viewer's, or within it the client that was chosen.
fn scope(viewer: &Viewer, client: Option<&Client>) -> ClientScope {
    client.map_or_else(|| viewer.scope(), |c| ClientScope::One(c.id))
}

/// More clients than these are not all offered: whoever wants one types its name. A page of them stays small.
pub const CHOICES: usize = 200;

/// The clients as choices; for the agency the first one means all.
fn client_choices(viewer: &Viewer, all: &[Client], chosen: Option<&Client>) -> Vec<Choice> {
    let every = Choice::new("", t("all-clients"), chosen.is_none());
    let each = all
        .iter()
        .map(|c| Choice::new(c.id.to_string(), &c.name, chosen.is_some_and(|w| w.id == c.id)));
    viewer
        .is_staff()
        .then_some(every)
        .into_iter()
        .chain(each)
        .collect()
}

/// The page of a list that begins after the row with this id, and the id after which the next page begins. A row that is gone
/// by now leads back to the first page.
fn page_after<'a, T, K: PartialEq>(
    rows: &'a [T],
    after: Option<&K>,
    size: usize,
    id: impl Fn(&T) -> K,
) -> (&'a [T], Option<K>) {
    let seen = after.and_then(|after| rows.iter().position(|row| id(row) == *after));
    let from = seen.map_or(0, |last| last + 1);
    let to = rows.len().min(from + size);
    let page = &rows[from..to];
    let next = page.last().filter(|_| to < rows.len()).map(&id);
    (page, next)
}
