//! The pages.

pub mod case;
pub mod connections;
pub mod queue;
pub mod sla;
pub mod win_rate;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use docket_app::{Client, ClientScope, Desk};

use crate::assets;
use crate::error::PageError;
use crate::show::Stamp;
use crate::urls;

/// A part of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Queue,
    WinRate,
    Sla,
    Connections,
    None,
}

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Frame {
    pub title: String,
    pub section: Section,
    /// When the page was made; none where it shows no data.
    pub as_of: Option<Stamp>,
}

impl Frame {
    /// The navigation: address, name, whether it is the page's own section.
    pub fn navigation(&self) -> [(String, &'static str, bool); 4] {
        let own = |section| self.section == section;
        [
            (urls::open_cases(), "Queue", own(Section::Queue)),
            (urls::WIN_RATE.to_owned(), "Win rate", own(Section::WinRate)),
            (urls::SLA.to_owned(), "SLA", own(Section::Sla)),
            (
                urls::CONNECTIONS.to_owned(),
                "Connections",
                own(Section::Connections),
            ),
        ]
    }

    pub fn styles(&self) -> &'static str {
        assets::styles_url()
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

/// The beginning is the queue of what is open.
pub async fn home() -> Redirect {
    Redirect::to(&urls::open_cases())
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

/// All clients, and the one that an address names.
async fn clients(desk: &Desk, wanted: Option<&str>) -> Result<(Vec<Client>, Option<Client>), PageError> {
    let all = desk.clients(ClientScope::Agency).await?;
    let Some(wanted) = wanted else {
        return Ok((all, None));
    };
    match desk.find_client(wanted).await {
        Ok(client) => Ok((all, Some(client))),
        Err(docket_app::Error::NotFound(_)) => {
            let known = all.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
            Err(PageError::BadRequest(vec![format!(
                "client: there is no client `{wanted}`; known: {known}"
            )]))
        }
        Err(error) => Err(error.into()),
    }
}

fn scope(client: Option<&Client>) -> ClientScope {
    client.map_or(ClientScope::Agency, |c| ClientScope::One(c.id))
}

/// The clients as choices, the first one meaning all.
fn client_choices(all: &[Client], chosen: Option<&Client>) -> Vec<Choice> {
    let every = Choice::new("", "All clients", chosen.is_none());
    let each = all
        .iter()
        .map(|c| Choice::new(c.id.to_string(), &c.name, chosen.is_some_and(|w| w.id == c.id)));
    std::iter::once(every).chain(each).collect()
}
