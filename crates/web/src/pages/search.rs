//! Search: whatever is known of a case leads to it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Desk, Found, FoundBy, FoundCase, StoredCase};

use crate::doors::{Door, Viewer};
use crate::error::{PageError, html};
use crate::pages::case::state;
use crate::pages::{Frame, Section, palette};
use crate::query::{Pairs, QueueQuery};
use crate::show::{self, Due, Stamp};
use crate::texts::t;
use crate::urls;

/// So many cases that hold a part are shown.
const PARTS: usize = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "search.html")]
pub struct SearchView {
    frame: Frame,
    staff: bool,
    term: String,
    /// None before anything was looked for.
    found: Option<Results>,
}

#[derive(Debug)]
struct Results {
    cases: Vec<Row>,
    /// Whether they hold the term only as a part.
    parts: bool,
    others: Vec<Group>,
}

/// A case.
#[derive(Debug)]
struct Row {
    url: String,
    dispute: String,
    platform: String,
    client: String,
    amount: String,
    state: String,
    due: Option<Due>,
    opened: Stamp,
    why: Vec<String>,
}

/// Things of another kind.
#[derive(Debug)]
struct Group {
    id: &'static str,
    title: String,
    /// The address where there is a page, the text, and what stands beside it.
    items: Vec<(Option<String>, String, String)>,
}

impl Row {
    fn of(
        (stored, why): &(StoredCase, Vec<FoundCase>),
        found: &Found,
        staff: bool,
        now: DateTime<Utc>,
    ) -> Self {
        let case = &stored.case;
        Self {
            url: urls::case(case.id),
            dispute: case.dispute.to_string(),
            platform: case.platform.title().to_owned(),
            client: found
                .clients
                .get(&case.client)
                .map_or_else(String::new, |c| c.name.clone()),
            amount: show::money(case.facts.amount),
            state: state(case, staff),
            due: Due::running(case, now),
            opened: Stamp::of(case.facts.opened_at, now),
            why: why.iter().map(|w| t(found_by(*w)).plain()).collect(),
        }
    }
}

impl SearchView {
    pub fn of(viewer: &Viewer, term: &str, found: Option<&Found>, now: DateTime<Utc>) -> Self {
        let results = |found: &Found| Results {
            cases: found
                .cases
                .iter()
                .map(|case| Row::of(case, found, viewer.is_staff(), now))
                .collect(),
            parts: false,
            others: others(viewer, found),
        };
        Self {
            frame: Frame::of(viewer, t("frame-search"), Section::None).dated(now),
            staff: viewer.is_staff(),
            term: term.to_owned(),
            found: found.map(results),
        }
    }

    /// Where nothing has the term as a whole: urgent cases that hold it.
    pub fn or_parts(mut self, parts: &[StoredCase], found: &Found, now: DateTime<Utc>) -> Self {
        if let Some(results) = &mut self.found {
            let row = |stored: &StoredCase| {
                let mut row = Row::of(&(stored.clone(), Vec::new()), found, self.staff, now);
                row.why.push(t("search-by-part").plain());
                row
            };
            results.cases.extend(parts.iter().take(PARTS).map(row));
            results.parts = !parts.is_empty();
        }
        self
    }
}

const fn found_by(by: FoundCase) -> &'static str {
    match by {
        FoundCase::Id => "search-by-id",
        FoundCase::By(FoundBy::Dispute) => "search-by-dispute",
        FoundCase::By(FoundBy::Reference) => "search-by-reference",
        FoundCase::By(FoundBy::Parcel) => "search-by-parcel",
        FoundCase::By(FoundBy::Buyer) => "search-by-buyer",
        FoundCase::By(FoundBy::Receipt) => "search-by-receipt",
        FoundCase::Response => "search-by-response",
    }
}

/// What is no case, as far as the person has a page for it.
fn others(viewer: &Viewer, found: &Found) -> Vec<Group> {
    if !viewer.is_staff() {
        return Vec::new();
    }
    let case = |id| Some(urls::case(id));
    let client = |id: &_| found.clients.get(id).map_or_else(String::new, |c| c.name.clone());
    let requests = found
        .requests
        .iter()
        .map(|r| (case(r.case), r.question.clone(), show::words(r.state)));
    let incidents = found.incidents.iter().map(|i| {
        let missed = t("search-missed").with("at", show::minute(i.deadline)).plain();
        (
            case(i.case),
            missed,
            format!("{}, {}", client(&i.client), show::words(i.cause)),
        )
    });
    let clients = found.named.iter().map(|c| {
        let own = QueueQuery {
            client: Some(c.id.to_string()),
            open: true,
            ..QueueQuery::default()
        };
        (
            Some(urls::queue(&own)),
            c.name.clone(),
            t("search-its-cases").plain(),
        )
    });
    let connections = found.connections.iter().map(|c| {
        (
            Some(urls::CONNECTIONS.to_owned()),
            format!("{}, {}", c.client_name, c.platform.title()),
            c.id.to_string(),
        )
    });
    let people = found.people.iter().map(|p| {
        let page = viewer.may(Door::People).then(|| urls::PEOPLE.to_owned());
        (page, p.name.clone(), show::words(p.access.role()))
    });
    let orders = found
        .orders
        .iter()
        .map(|o| (None, o.clone(), t("search-order-of-file").plain()));
    let groups = [
        ("orders", "search-orders", orders.collect::<Vec<_>>()),
        ("requests", "questions-to-clients", requests.collect()),
        ("incidents", "search-missed-deadlines", incidents.collect()),
        ("clients", "nav-clients", clients.collect()),
        ("connections", "nav-connections", connections.collect()),
        ("people", "nav-people", people.collect()),
    ];
    groups
        .into_iter()
        .filter(|(.., items)| !items.is_empty())
        .map(|(id, title, items)| Group {
            id,
            title: t(title).plain(),
            items,
        })
        .collect()
}

/// An id that is one case's own leads straight to it.
fn only(found: &Found) -> Option<String> {
    let [(stored, why)] = found.cases.as_slice() else {
        return None;
    };
    let own = |w: &FoundCase| matches!(w, FoundCase::Id | FoundCase::By(FoundBy::Dispute));
    why.iter().any(own).then(|| urls::case(stored.case.id))
}

pub async fn page(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let term = pairs
        .iter()
        .find(|(name, _)| name == "q")
        .map_or("", |(_, value)| value.trim());
    let now = desk.env.now();
    if term.is_empty() {
        return Ok(html(&SearchView::of(&viewer, "", None, now))?.into_response());
    }
    let found = desk.search(viewer.scope(), term).await?;
    if let Some(case) = only(&found) {
        return Ok(Redirect::to(&case).into_response());
    }
    let parts = if found.cases.is_empty() && term.chars().count() >= palette::FEWEST {
        palette::urgent(&desk, &viewer, term).await?
    } else {
        Vec::new()
    };
    let view = SearchView::of(&viewer, term, Some(&found), now).or_parts(&parts, &found, now);
    Ok(html(&view)?.into_response())
}
