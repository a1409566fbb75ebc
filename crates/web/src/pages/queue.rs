//! The queue: what must be done next, over all clients.

mod filters;
mod groups;
mod tools;
pub mod views;

use std::collections::HashMap;

use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use docket_app::figures::lists;
use docket_app::{Client, ClientScope, Desk, Overview, QueuePage, StoredCase, Workload};
use docket_core::id::ClientId;
use docket_core::words::{Turn, WorkState};
use futures::stream::{self, StreamExt};

use self::filters::{Chip, Filters};
pub use self::tools::mine;
use self::tools::{Bulk, View};
use crate::doors::{Door, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::paper::sheet;
use crate::pages::{Frame, Section, client_choices, clients, scope};
use crate::query::{Pairs, QueueQuery};
use crate::show::{self, Due, Freshness, Rung, Stamp};
use crate::texts::t;
use crate::urls;

/// Cases of one read of a file.
const CSV_ROWS: usize = 500;
const CSV_PAGE: i64 = 500;
/// Rows of one page: with the longest words of any language it stays below 100 kB.
pub const PAGE: i64 = 36;

/// The page.
#[derive(Debug, Template)]
#[template(path = "queue.html")]
pub struct QueueView {
    frame: Frame,
    /// Whether the agency looks at it.
    staff: bool,
    key: FormKey,
    /// This page, to come back to.
    here: String,
    figures: Vec<Figure>,
    /// Said where a connection is not fresh.
    stale: Option<String>,
    connections: &'static str,
    filters: Filters,
    chips: Vec<Chip>,
    matching: i64,
    /// All that match as a file.
    csv: String,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    empty: Empty,
    views: Vec<View>,
    bulk: Option<Bulk>,
    /// Leads to the next case of who works on cases.
    next_case: Option<&'static str>,
}

/// A figure of the overview, with the list that it counts.
#[derive(Debug)]
struct Figure {
    /// Its name where changes show by themselves; none where it is of one client out of several.
    name: Option<&'static str>,
    label: String,
    value: i64,
    url: String,
    current: bool,
}

/// What to do where the list is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Empty {
    NoConnection,
    /// For a client's person, who can do nothing about it.
    NothingOfTheirs,
    NothingOpen,
    NoMatch,
}

/// A case.
#[derive(Debug)]
struct Row {
    /// The group that begins with it.
    group: Option<String>,
    id: String,
    /// Differs once anything of the case is changed.
    version: i64,
    url: String,
    dispute: String,
    client: String,
    platform: String,
    reason: String,
    stage: String,
    round: Option<i64>,
    turn: String,
    /// None for a client's person.
    work: Option<String>,
    /// A draft is being written.
    written: bool,
    /// It waits for a second person.
    reviewed: bool,
    amount: String,
    due: Option<Due>,
    rung: Option<Rung>,
    /// Where no deadline runs: why.
    waiting: String,
    closed: Option<Stamp>,
    outcome: Option<String>,
    attention: Vec<String>,
    assignee: Option<String>,
    /// Takes it, where it is nobody's and the person works on cases.
    take: Option<String>,
}

impl Row {
    fn of(viewer: &Viewer, stored: &StoredCase, client: Option<&Client>, now: DateTime<Utc>) -> Self {
        let case = &stored.case;
        let due = Due::running(case, now);
        // How a case is worked on is no matter of a client's person.
        let staff = viewer.is_staff();
        Self {
            group: None,
            id: case.id.to_string(),
            version: case.version,
            url: urls::case(case.id),
            dispute: case.dispute.to_string(),
            client: client.map_or_else(|| case.client.to_string(), |c| c.name.clone()),
            platform: case.platform.title().to_owned(),
            reason: show::title(case.facts.reason),
            stage: show::words(case.facts.stage),
            round: Some(case.round.number).filter(|n| *n > 1),
            turn: show::title(show::turn(case.facts.turn)),
            work: staff.then(|| show::words(case.work_state)),
            written: matches!(case.work_state, WorkState::Drafting | WorkState::InReview),
            reviewed: case.work_state == WorkState::InReview,
            amount: show::money(case.facts.amount),
            rung: due.as_ref().filter(|_| staff).and_then(|_| Rung::of(case, now)),
            due,
            waiting: t(waiting(case.facts.turn)).plain(),
            closed: case.closed_at.map(|at| Stamp::of(at, now)),
            outcome: case.outcome.map(show::words),
            attention: case.attention.iter().filter(|_| staff).map(show::words).collect(),
            take: (case.assignee.is_none() && case.closed_at.is_none() && viewer.may(Door::Assign))
                .then(|| urls::assign(case.id)),
            assignee: case.assignee.clone().filter(|_| staff),
        }
    }
}

const fn waiting(turn: Turn) -> &'static str {
    match turn {
        Turn::Ours => "queue-waits-ours",
        Turn::Buyer => "queue-waits-buyer",
        Turn::Platform => "queue-waits-platform",
        Turn::Nobody => "queue-waits-nobody",
    }
}

impl QueueView {
    pub fn of(
        viewer: &Viewer,
        page: &QueuePage,
        query: &QueueQuery,
        all: &[Client],
        now: DateTime<Utc>,
    ) -> Self {
        let wanted = query
            .client
            .as_deref()
            .and_then(|id| all.iter().find(|c| c.id.to_string() == id));
        let names: HashMap<ClientId, &Client> = all.iter().map(|c| (c.id, c)).collect();
        let first_page = QueueQuery {
            after: None,
            ..query.clone()
        };
        let next = page.next.map(|after| QueueQuery {
            after: Some(after),
            ..query.clone()
        });
        Self {
            frame: Frame::of(viewer, t("nav-queue"), Section::Queue).dated(now),
            staff: viewer.is_staff(),
            key: viewer.key.clone(),
            here: urls::queue(query),
            figures: figures(viewer, page.overview, &first_page),
            stale: stale(page, now),
            connections: urls::CONNECTIONS,
            filters: Filters::of(
                viewer,
                &first_page,
                client_choices(viewer, all, wanted),
                &page.connections,
            ),
            chips: filters::chips(&first_page, wanted.filter(|_| viewer.is_staff())),
            matching: page.matching,
            csv: urls::with(urls::QUEUE_CSV, &first_page.pairs()),
            rows: rows(viewer, page, &names, now),
            next: next.as_ref().map(urls::queue),
            first: query.after.map(|_| urls::queue(&first_page)),
            empty: empty(viewer, page, &first_page),
            views: tools::views(viewer, &[], &first_page),
            bulk: None,
            next_case: viewer.may(Door::NextCase).then_some(urls::NEXT_CASE),
        }
    }

    /// What the first column is; a client's person sees deadlines, not our steps before them.
    fn first_column(&self) -> String {
        t(if self.staff {
            "queue-next-action"
        } else {
            "deadline"
        })
        .plain()
    }

    fn turn_column(&self) -> String {
        t(if self.staff {
            "queue-turn-work"
        } else {
            "filter-turn"
        })
        .plain()
    }

    /// With the views that the person keeps, and what can be done with many cases at once.
    pub fn with_tools(
        mut self,
        viewer: &Viewer,
        (kept, load): (&[(String, String)], &Workload),
        (page, query): (&QueuePage, &QueueQuery),
    ) -> Self {
        let first = QueueQuery {
            after: None,
            ..query.clone()
        };
        self.views = tools::views(viewer, kept, &first);
        self.bulk =
            Bulk::of(viewer, load, page.cases.iter().map(|c| c.case.id)).filter(|b| !b.shown.is_empty());
        self
    }
}

/// The cases, each group with a heading before its first one.
fn rows(
    viewer: &Viewer,
    page: &QueuePage,
    names: &HashMap<ClientId, &Client>,
    now: DateTime<Utc>,
) -> Vec<Row> {
    let mut before = None;
    let row = |stored: &StoredCase| {
        let group = groups::of(stored, now);
        let begins = before.replace(group) != Some(group);
        Row {
            // The groups go by our next step, which is no matter of a client's person.
            group: (begins && viewer.is_staff()).then(|| t(group).plain()),
            ..Row::of(viewer, stored, names.get(&stored.case.client).copied(), now)
        }
    };
    page.cases.iter().map(row).collect()
}

/// The overview is of the chosen client, or of all; the other filters do not narrow it.
fn figures(viewer: &Viewer, overview: Overview, query: &QueueQuery) -> Vec<Figure> {
    let base = QueueQuery {
        client: query.client.clone(),
        ..QueueQuery::default()
    };
    let open = QueueQuery {
        open: true,
        ..base.clone()
    };
    let ours = QueueQuery {
        turn: Some(Turn::Ours),
        ..open.clone()
    };
    let due = QueueQuery {
        due: Some(48),
        ..ours.clone()
    };
    let attention = QueueQuery {
        attention: Some(None),
        ..base
    };
    [
        ("open", "queue-open", overview.open, open),
        ("ours", "queue-our-turn", overview.ours, ours),
        ("due_soon", "queue-due-soon", overview.due_soon, due),
        ("attention", "queue-attention", overview.attention, attention),
    ]
    .into_iter()
    .filter(|(name, ..)| viewer.is_staff() || *name != "attention")
    .map(|(name, label, value, view)| Figure {
        name: Some(name).filter(|_| query.client.is_none()),
        label: t(label).plain(),
        value,
        url: urls::queue(&view),
        current: view == *query,
    })
    .collect()
}

fn stale(page: &QueuePage, now: DateTime<Utc>) -> Option<String> {
    let all = page.connections.len();
    let stale = page
        .connections
        .iter()
        .filter(|c| !Freshness::of(c, now).is_fresh())
        .count();
    match (stale, all) {
        (0, _) => None,
        (1, 1) => Some(t("queue-stale-one").plain()),
        _ => Some(t("queue-stale-some").with("n", stale).with("all", all).plain()),
    }
}

fn empty(viewer: &Viewer, page: &QueuePage, query: &QueueQuery) -> Empty {
    let base = QueueQuery {
        client: query.client.clone(),
        open: query.open,
        ..QueueQuery::default()
    };
    let unfiltered = *query == base;
    if !viewer.is_staff() && (unfiltered || page.connections.is_empty()) {
        Empty::NothingOfTheirs
    } else if page.connections.is_empty() {
        Empty::NoConnection
    } else if unfiltered {
        Empty::NothingOpen
    } else {
        Empty::NoMatch
    }
}

/// What is asked for, of which clients; nobody asks for what their pages do not show.
async fn asked(
    desk: &Desk,
    viewer: &Viewer,
    pairs: &Pairs,
) -> Result<(QueueQuery, Vec<Client>, ClientScope), PageError> {
    let mut query = QueueQuery::parse(pairs).map_err(PageError::BadRequest)?;
    if !viewer.is_staff() && query.is_inner() {
        // What a page does not show cannot be found out by asking for it either.
        return Err(PageError::BadRequest(vec![t("queue-inner").plain()]));
    }
    let (all, client) = clients(desk, viewer, query.client.as_deref()).await?;
    // Links carry the id: it stays when a name does not.
    query.client = client.as_ref().map(|c| c.id.to_string());
    let scope = scope(viewer, client.as_ref());
    Ok((query, all, scope))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let (query, all, scope) = asked(&desk, &viewer, &pairs).await?;
    let now = desk.env.now();
    let page = desk
        .queue_page(scope, &query.filter(now), query.after, PAGE)
        .await?;
    let kept = desk.saved_views(viewer.person.id).await?;
    let load = if viewer.may(Door::PlanBulk) {
        desk.workload(viewer.scope()).await?
    } else {
        Workload::default()
    };
    let view = QueueView::of(&viewer, &page, &query, &all, now);
    html(&view.with_tools(&viewer, (&kept, &load), (&page, &query)))
}

/// Every case that the page counts, read and told page by page.
pub async fn csv(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (query, all, scope) = asked(&desk, &viewer, &pairs).await?;
    let (filter, staff) = (query.filter(desk.env.now()), viewer.is_staff());
    // The first page tells whether it can be read at all; what fails later breaks off, and is seen to.
    let first = desk.cases(scope, &filter, None, CSV_PAGE).await?;
    let told = stream::try_unfold(Some(first), move |page| {
        let (desk, filter, all) = (desk.clone(), filter.clone(), all.clone());
        async move {
            let Some(page) = page else { return Ok(None) };
            let names: HashMap<ClientId, &Client> = all.iter().map(|c| (c.id, c)).collect();
            let text = lists::cases(&page, &names, staff);
            let next = match page.last() {
                Some(last) if page.len() == CSV_ROWS => Some(
                    desk.cases(scope, &filter, Some(last.position()), CSV_PAGE)
                        .await?,
                ),
                Some(_) | None => None,
            };
            Ok::<_, docket_app::Error>(Some((text, next)))
        }
    });
    let head = stream::once(async move { Ok(lists::cases_head(staff)) });
    Ok(sheet("cases", Body::from_stream(head.chain(told))))
}
