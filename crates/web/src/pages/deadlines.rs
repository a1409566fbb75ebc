//! The deadline wall: what is due when, nobody's first, and each person's calendar to subscribe to.

mod wall;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, DeadlineWall, Desk};

use self::wall::{Figure, Heat, Load, Week};
use crate::doors::{FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::locale;
use crate::pages::{Choice, Frame, Section, client_choices, clients, scope};
use crate::query::{DeadlinesQuery, NOBODY, Pairs};
use crate::show::Stamp;
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "deadlines.html")]
pub struct DeadlinesView {
    frame: Frame,
    key: FormKey,
    clients: Vec<Choice>,
    assignee: String,
    figures: Vec<Figure>,
    weeks: Vec<Week>,
    /// Nobody's cases by hour; none where everything has somebody.
    nobodys: Option<Heat>,
    all: Option<Heat>,
    loads: Vec<Load>,
    calendar: CalendarState,
}

/// Whether the person has a calendar's address.
#[derive(Debug)]
pub enum CalendarState {
    None,
    Since(Stamp),
    /// It was just made; shown this once.
    Made(String),
}

impl DeadlinesView {
    pub fn of(
        viewer: &Viewer,
        wall: &DeadlineWall,
        query: &DeadlinesQuery,
        all: &[Client],
        calendar: CalendarState,
    ) -> Self {
        let wanted = query.client.as_deref();
        let client = wanted.and_then(|id| all.iter().find(|c| c.id.to_string() == id));
        let book = wall::Book::of(wall, query);
        Self {
            frame: Frame::of(viewer, t("nav-deadlines"), Section::Deadlines).dated(wall.from),
            key: viewer.key.clone(),
            clients: client_choices(viewer, all, client),
            assignee: query.assignee.clone().unwrap_or_default(),
            figures: book.figures(),
            weeks: book.weeks(),
            nobodys: book.heat(Some(NOBODY)),
            all: book.heat(query.assignee.as_deref()),
            loads: book.loads(),
            calendar,
        }
    }
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    mut query: DeadlinesQuery,
    made: Option<String>,
) -> Result<DeadlinesView, PageError> {
    let (all, client) = clients(desk, viewer, query.client.as_deref()).await?;
    // Links carry the id: it stays when a name does not.
    query.client = client.as_ref().map(|c| c.id.to_string());
    let wall = desk
        .deadline_wall(scope(viewer, client.as_ref()), locale::present().zone)
        .await?;
    let calendar = match made {
        Some(address) => CalendarState::Made(address),
        None => state(desk.calendar_since(viewer.person.id).await?, wall.from),
    };
    Ok(DeadlinesView::of(viewer, &wall, &query, &all, calendar))
}

fn state(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> CalendarState {
    since.map_or(CalendarState::None, |at| CalendarState::Since(Stamp::of(at, now)))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let query = DeadlinesQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    html(&view(&desk, &viewer, query, None).await?)
}

/// Makes a new address and shows it this once.
pub async fn make_calendar(
    State(desk): State<Desk>,
    viewer: Viewer,
    headers: HeaderMap,
) -> Result<Html<String>, PageError> {
    let mut address = desk.make_calendar(viewer.person.id).await?;
    // Without a public address the name of this request leads back here: the gate let no other through.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if let Some(host) = host.filter(|_| address.starts_with('/')) {
        address = format!("http://{host}{address}");
    }
    html(&view(&desk, &viewer, DeadlinesQuery::default(), Some(address)).await?)
}

/// Takes the address away.
pub async fn calendar_off(State(desk): State<Desk>, viewer: Viewer) -> Result<Response, PageError> {
    desk.drop_calendar(viewer.person.id).await?;
    Ok(Redirect::to(urls::DEADLINES).into_response())
}
