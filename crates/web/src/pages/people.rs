//! Who can log in. Adding, letting go and new passwords are commands on the desk's own computer.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk};
use docket_core::id::ClientId;
use docket_core::person::Person;

use crate::doors::Viewer;
use crate::error::{PageResult, html};
use crate::pages::{Frame, Section};
use crate::show::{self, Stamp};

/// The page.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeopleView {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    email: String,
    role: String,
    client: Option<String>,
    since: Stamp,
    state: (&'static str, &'static str),
    codes: bool,
}

impl Row {
    fn of(person: &Person, clients: &HashMap<ClientId, String>, now: DateTime<Utc>) -> Self {
        let state = match (person.disabled_at, person.has_password) {
            (Some(_), _) => ("disabled", "bad"),
            (None, false) => ("no password yet", "warn"),
            (None, true) => ("can log in", "good"),
        };
        let client = person.access.client();
        Self {
            name: person.name.clone(),
            email: person.email.clone(),
            role: show::words(person.access.role()),
            client: client.map(|id| clients.get(&id).cloned().unwrap_or_else(|| id.to_string())),
            since: Stamp::of(person.created_at, now),
            state,
            codes: person.second_factor,
        }
    }
}

impl PeopleView {
    pub fn of(viewer: &Viewer, people: &[Person], clients: &[Client], now: DateTime<Utc>) -> Self {
        let names = clients.iter().map(|c| (c.id, c.name.clone())).collect();
        Self {
            frame: Frame::of(viewer, "People", Section::People).dated(now),
            rows: people.iter().map(|p| Row::of(p, &names, now)).collect(),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer) -> PageResult {
    let people = desk.people().await?;
    let clients = desk.clients(viewer.scope()).await?;
    html(&PeopleView::of(&viewer, &people, &clients, desk.env.now()))
}
