//! What waits for a person to say where it belongs: orders of no case, and cases with a word or form that is not known here.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error, UnknownCode, Unmatched, Why};
use docket_core::attention::Attention;

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section, client_choices, clients, scope};
use crate::query::{Pairs, QueueQuery};
use crate::say;
use crate::show;
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: i64 = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "unmatched.html")]
pub struct UnmatchedView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    clients: Vec<Choice>,
    /// The chosen client: its id and name. Orders are shown of one client.
    client: Option<(String, String)>,
    orders: Vec<Order>,
    next: Option<String>,
    joins: bool,
    /// Words of platforms that are not known here, and forms that changed; then everything else.
    unknown: Vec<Flag>,
    /// What platforms wrote that is not known here, what most cases have first.
    codes: Vec<Code>,
    /// There are more of them.
    more_codes: bool,
    others: Vec<Flag>,
}

#[derive(Debug)]
struct Order {
    order: String,
    refs: String,
    /// The case that several orders fit.
    several: Option<String>,
}

/// A flag with the cases that carry it.
#[derive(Debug)]
struct Flag {
    name: String,
    cases: i64,
    advice: String,
    url: String,
}

/// A platform's own word that is not known here.
#[derive(Debug)]
struct Code {
    flag: String,
    /// None where the platform told none.
    code: Option<String>,
    platform: String,
    client: String,
    cases: i64,
    url: String,
}

/// Words that are listed.
const CODES: usize = 50;

impl Code {
    fn of(unknown: &UnknownCode, cases: i64, clients: &[Client]) -> Self {
        let list = QueueQuery {
            client: Some(unknown.client.to_string()),
            platform: Some(unknown.platform),
            attention: Some(Some(unknown.flag)),
            ..QueueQuery::default()
        };
        let client = clients.iter().find(|client| client.id == unknown.client);
        Self {
            flag: show::title(unknown.flag),
            code: unknown.code.clone(),
            platform: unknown.platform.title().to_owned(),
            client: client.map_or_else(String::new, |client| client.name.clone()),
            cases,
            url: urls::queue(&list),
        }
    }

    /// All of them, what most cases have first.
    fn all(waiting: &Waiting<'_>) -> Vec<Self> {
        let mut rows: Vec<(&UnknownCode, i64)> = waiting.codes.iter().map(|(code, n)| (code, *n)).collect();
        rows.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
        let rows = rows.into_iter().take(CODES);
        rows.map(|(code, cases)| Self::of(code, cases, waiting.clients))
            .collect()
    }
}

const fn is_unknown(flag: Attention) -> bool {
    matches!(
        flag,
        Attention::UnknownReason
            | Attention::UnknownStage
            | Attention::UnknownStatus
            | Attention::UnknownOutcome
            | Attention::UnknownWord
            | Attention::ContractChange
            | Attention::Vanished
    )
}

/// What the page shows.
#[derive(Debug)]
pub struct Waiting<'a> {
    pub clients: &'a [Client],
    pub client: Option<&'a Client>,
    pub orders: &'a [Unmatched],
    pub flags: &'a BTreeMap<Attention, i64>,
    pub codes: &'a BTreeMap<UnknownCode, i64>,
}

impl UnmatchedView {
    pub fn of(viewer: &Viewer, waiting: &Waiting<'_>, now: DateTime<Utc>) -> Self {
        let order = |one: &Unmatched| Order {
            order: one.order.clone(),
            refs: one.refs.iter().cloned().collect::<Vec<_>>().join(", "),
            several: match one.why {
                Why::NoCase => None,
                Why::Several(case) => Some(urls::case(case)),
            },
        };
        let client = waiting.client;
        let flag = |(flag, cases): (&Attention, &i64)| {
            let list = QueueQuery {
                client: client.map(|c| c.id.to_string()),
                attention: Some(Some(*flag)),
                ..QueueQuery::default()
            };
            Flag {
                name: show::title(flag),
                cases: *cases,
                advice: show::advice(*flag),
                url: urls::queue(&list),
            }
        };
        let of = |unknown: bool| {
            waiting
                .flags
                .iter()
                .filter(move |(flag, _)| is_unknown(**flag) == unknown)
        };
        let full = i64::try_from(waiting.orders.len()).unwrap_or(i64::MAX) >= PAGE;
        Self {
            frame: Frame::of(viewer, t("unmatched-title"), Section::Unmatched).dated(now),
            key: viewer.key.clone(),
            problem: None,
            clients: client_choices(viewer, waiting.clients, client),
            client: client.map(|c| (c.id.to_string(), c.name.clone())),
            orders: waiting.orders.iter().map(order).collect(),
            next: waiting
                .orders
                .last()
                .filter(|last| full && last.why == Why::NoCase)
                .and_then(|last| client.map(|c| urls::unmatched(Some(c.id), Some(&last.order)))),
            joins: viewer.may(Door::JoinOrder),
            unknown: of(true).map(flag).collect(),
            codes: Code::all(waiting),
            more_codes: waiting.codes.len() > CODES,
            others: of(false).map(flag).collect(),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    named: Option<&str>,
    after: &str,
) -> Result<UnmatchedView, PageError> {
    let (all, client) = clients(desk, viewer, named).await?;
    let orders = match &client {
        Some(client) => desk.unmatched(client.id, after, PAGE).await?,
        None => Vec::new(),
    };
    let own = scope(viewer, client.as_ref());
    let flags = desk.flag_counts(own).await?;
    let codes = desk.unknown_codes(own).await?;
    let waiting = Waiting {
        clients: &all,
        client: client.as_ref(),
        orders: &orders,
        flags: &flags,
        codes: &codes,
    };
    Ok(UnmatchedView::of(viewer, &waiting, desk.env.now()))
}

fn named<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.trim());
    found.filter(|value| !value.is_empty())
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let after = named(&pairs, "after").unwrap_or_default();
    html(&view(&desk, &viewer, named(&pairs, "client"), after).await?)
}

/// Somebody says that an order belongs to a case, or does not.
pub async fn join(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let wanted = Some(fields.get("client")).filter(|c| !c.is_empty());
    let (_, client) = clients(&desk, &viewer, wanted).await?;
    let client = client.ok_or_else(|| PageError::BadRequest(vec![t("refuse-client").plain()]))?;
    let done = match fields.get("say") {
        "joined" => say(&desk, &viewer, &client, &fields, true).await,
        "apart" => say(&desk, &viewer, &client, &fields, false).await,
        _ => Err(Error::Invalid(t("unmatched-say").into())),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&urls::unmatched(Some(client.id), None)).into_response()),
        Err(Error::Store(error)) if !error.is_transient() => Err(Error::Store(error).into()),
        Err(error) => {
            let page = view(&desk, &viewer, wanted, "").await?.with(say::error(&error));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn say(
    desk: &Desk,
    viewer: &Viewer,
    client: &Client,
    fields: &Fields,
    joined: bool,
) -> Result<(), Error> {
    let own = scope(viewer, Some(client));
    let case = desk.find_case(own, fields.get("case").trim()).await?;
    // The orders that are the case's no more stand in its history.
    desk.join_order(client.id, fields.get("order").trim(), case, joined, viewer.name())
        .await
        .map(|_| ())
}
