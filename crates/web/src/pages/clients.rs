//! The clients: how their connections are doing, what is open and at risk, and what was won.

pub mod calendars;
pub mod contracts;
pub mod one;

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use docket_app::{Client, ClientsReport, Connection, Desk};
use docket_core::id::ClientId;
use docket_core::stats::Group;
use docket_core::words::Turn;

use crate::doors::Viewer;
use crate::error::{PageResult, html};
use crate::pages::win_rate::cells::RateCell;
use crate::pages::{Frame, Section, page_after};
use crate::query::{Pairs, QueueQuery, ReportQuery, place};
use crate::show::{self, Freshness, Stamp};
use crate::texts::t;
use crate::urls;

/// Clients of one page.
const PAGE: usize = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "clients.html")]
pub struct ClientsView {
    frame: Frame,
    /// The days of the win rate: the first, and the first that is out.
    from: String,
    to: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    name: String,
    url: String,
    net: bool,
    open: (i64, String),
    at_risk: (i64, String),
    connections: Vec<Account>,
    oldest: Option<Stamp>,
    rate: RateCell,
    immature: bool,
    report: String,
    unmatched: String,
}

/// A connection of a client.
#[derive(Debug)]
struct Account {
    platform: String,
    url: String,
    freshness: Freshness,
}

impl ClientsView {
    pub fn of(viewer: &Viewer, report: &ClientsReport, after: Option<ClientId>, now: DateTime<Utc>) -> Self {
        let (page, next) = page_after(&report.clients, after.as_ref(), PAGE, |c| c.id);
        let period = report.period;
        Self {
            frame: Frame::of(viewer, t("nav-clients"), Section::Clients).dated(now),
            from: show::day(period.from.date_naive()),
            to: show::day(period.to.date_naive()),
            rows: rows(page, report, now),
            next: next.map(urls::clients),
        }
    }
}

/// One for each of these clients of the report.
fn rows(clients: &[Client], report: &ClientsReport, now: DateTime<Utc>) -> Vec<Row> {
    let mut accounts: HashMap<ClientId, Vec<&Connection>> = HashMap::new();
    for connection in &report.connections {
        accounts.entry(connection.client).or_default().push(connection);
    }
    let row = |client: &Client| {
        let own = accounts.get(&client.id).map(Vec::as_slice).unwrap_or_default();
        let group = report.rates.get(&client.id);
        Row::of(client, (own, report), group, now)
    };
    clients.iter().map(row).collect()
}

impl Row {
    fn of(
        client: &Client,
        (own, report): (&[&Connection], &ClientsReport),
        group: Option<&Group>,
        now: DateTime<Utc>,
    ) -> Self {
        let open = QueueQuery {
            client: Some(client.id.to_string()),
            open: true,
            ..QueueQuery::default()
        };
        let at_risk = QueueQuery {
            turn: Some(Turn::Ours),
            due_to: Some(report.risk_before),
            ..open.clone()
        };
        let account = |connection: &&Connection| Account {
            platform: connection.platform.title().to_owned(),
            url: urls::connection(connection.id),
            freshness: Freshness::of(connection, now),
        };
        let count = |of: &HashMap<ClientId, i64>| of.get(&client.id).copied().unwrap_or(0);
        // The connection that is furthest behind says how old the picture is; one that never synced has none.
        let oldest = own.iter().map(|c| c.health.synced_at).min().flatten();
        Self {
            name: client.name.clone(),
            url: urls::client(client.id),
            net: client.safety_net,
            open: (count(&report.open), urls::queue(&open)),
            at_risk: (count(&report.at_risk), urls::queue(&at_risk)),
            connections: own.iter().map(account).collect(),
            oldest: oldest.map(|at| Stamp::of(at, now)),
            rate: RateCell::of(group.map(Group::rate).unwrap_or_default(), "none_decided"),
            immature: group.is_some_and(Group::immature),
            report: urls::win_rate(&ReportQuery::of(client.id)),
            unmatched: urls::unmatched(Some(client.id), None),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let after = place(&pairs, "after")?;
    let report = desk.clients_report(viewer.scope()).await?;
    html(&ClientsView::of(&viewer, &report, after, desk.env.now()))
}
