//! The list of disputes with its filters, windows and pages.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Json,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{ApiError, auth, base, vocabulary::STATES};
use crate::{
    app::App,
    dispute::{Dispute, Time},
    render,
};

const HORIZON_DAYS: i64 = 180;
const MOST: usize = 50;

/// What a list call asks for, checked.
#[derive(Debug)]
pub(crate) struct Query {
    pub page: usize,
    pub page_size: usize,
    pub updated: (Time, Time),
    pub created: (Option<Time>, Option<Time>),
    transaction: Option<String>,
    states: Option<Vec<String>>,
    pairs: Vec<(String, String)>,
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?;
    let account = caller.merchant()?;
    let (base, now) = (base(&headers), app.clock.now());
    let query = Query::parse(&query.unwrap_or_default(), now)?;
    if let Some(bench) = &app.bench {
        return Ok(crate::bench::answer(bench.list(&query, account, &base)));
    }
    let mut world = app.world();
    let mut found: Vec<&Dispute> = world
        .look(now)
        .iter()
        .filter(|dispute| dispute.account == account && query.takes(dispute, now))
        .collect();
    found.sort_by(|one, other| {
        other
            .created
            .cmp(&one.created)
            .then_with(|| other.id.cmp(&one.id))
    });
    let skip = (query.page - 1) * query.page_size;
    let more = found.len() > skip + query.page_size;
    let page = found.into_iter().skip(skip).take(query.page_size);
    let items: Vec<Value> = page.map(|dispute| render::summary(dispute, &base, now)).collect();
    drop(world);
    Ok(Json(json!({"items": items, "links": query.links(&base, more)})).into_response())
}

impl Query {
    pub(crate) fn parse(raw: &str, now: Time) -> Result<Self, ApiError> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(raw.as_bytes())
            .map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value)))
            .collect();
        let get = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        if get("next_page_token").is_some() {
            return Err(refuse(
                "INVALID_PAGE_TOKEN",
                "next_page_token",
                "Follow the next link instead.",
            ));
        }
        let time = |name: &str| get(name).map(|text| instant(name, text)).transpose();
        let horizon = now - Duration::days(HORIZON_DAYS);
        let (after, before) = (time("update_time_after")?, time("update_time_before")?);
        window("update_time_after", after, horizon, now)?;
        ordered("update_time_after", after, before)?;
        if before.is_some_and(|before| before < horizon) {
            return Err(range("update_time_before"));
        }
        let (created_after, created_before) = (time("create_time_after")?, time("create_time_before")?);
        window("create_time_after", created_after, horizon, now)?;
        ordered("create_time_after", created_after, created_before)?;
        let start = time("start_time")?;
        window("start_time", start, horizon, now)?;
        let transaction = get("disputed_transaction_id").map(transaction_id).transpose()?;
        if start.is_some() && transaction.is_some() {
            return Err(refuse(
                "MUTUALLY_EXCLUSIVE_PARAMETERS",
                "start_time",
                "start_time and disputed_transaction_id exclude each other.",
            ));
        }
        Ok(Self {
            page: number(get("page"), 1).ok_or_else(|| {
                refuse(
                    "INVALID_PAGE_NUMBER",
                    "page",
                    "The page must be between 1 and 50.",
                )
            })?,
            page_size: number(get("page_size"), 10).ok_or_else(|| {
                refuse(
                    "INVALID_PAGE_SIZE",
                    "page_size",
                    "The page size must be between 1 and 50.",
                )
            })?,
            updated: (after.unwrap_or(horizon), before.unwrap_or(now)),
            created: (created_after.max(start), created_before),
            transaction,
            states: get("dispute_state").map(states).transpose()?,
            pairs,
        })
    }

    fn takes(&self, dispute: &Dispute, now: Time) -> bool {
        let (after, before) = self.updated;
        let (created_after, created_before) = self.created;
        (after..=before).contains(&dispute.updated)
            && created_after.is_none_or(|after| dispute.created >= after)
            && created_before.is_none_or(|before| dispute.created <= before)
            && self.wants_state(render::state(dispute, now))
            && self.transaction.as_deref().is_none_or(|id| {
                dispute
                    .transactions
                    .iter()
                    .any(|row| row["seller_transaction_id"] == id)
            })
    }

    pub(crate) fn wants_state(&self, state: &str) -> bool {
        self.states
            .as_ref()
            .is_none_or(|states| states.iter().any(|wanted| wanted == state))
    }

    /// `self` and `first`, and `next` only while there are more rows and pages left.
    pub(crate) fn links(&self, base: &str, more: bool) -> Value {
        let mut links = vec![
            render::link(&self.href(base, self.page), "self", "GET"),
            render::link(&self.href(base, 1), "first", "GET"),
        ];
        if more && self.page < MOST {
            links.push(render::link(&self.href(base, self.page + 1), "next", "GET"));
        }
        Value::from(links)
    }

    fn href(&self, base: &str, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(
            self.pairs
                .iter()
                .filter(|(name, _)| name != "page" && name != "page_size"),
        );
        query.append_pair("page_size", &self.page_size.to_string());
        query.append_pair("page", &page.to_string());
        format!("{base}{}?{}", render::DISPUTES, query.finish())
    }
}

fn number(text: Option<&str>, default: usize) -> Option<usize> {
    match text {
        None => Some(default),
        Some(text) => text.parse().ok().filter(|number| (1..=MOST).contains(number)),
    }
}

/// RFC 3339 with seconds, 20 to 64 characters. A `+` that was not encoded arrives as a blank and is refused here.
fn instant(name: &str, text: &str) -> Result<Time, ApiError> {
    let shape = (20..=64).contains(&text.len()) && text.as_bytes()[10] == b'T';
    DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|_| shape)
        .map(|at| at.with_timezone(&Utc))
        .ok_or_else(|| {
            refuse(
                &format!("INVALID_{}_FORMAT", family(name)),
                name,
                "The time is not RFC 3339.",
            )
        })
}

fn window(name: &str, at: Option<Time>, horizon: Time, now: Time) -> Result<(), ApiError> {
    if at.is_some_and(|at| at < horizon || at > now) {
        Err(range(name))
    } else {
        Ok(())
    }
}

fn ordered(name: &str, after: Option<Time>, before: Option<Time>) -> Result<(), ApiError> {
    if after.zip(before).is_some_and(|(after, before)| after > before) {
        Err(range(name))
    } else {
        Ok(())
    }
}

fn range(name: &str) -> ApiError {
    let issue = format!("INVALID_{}_RANGE", family(name));
    refuse(
        &issue,
        name,
        "The time must lie within the last 180 days, and after must not follow before.",
    )
}

/// `update_time_after` → `UPDATE_TIME`
fn family(name: &str) -> String {
    name.trim_end_matches("_after")
        .trim_end_matches("_before")
        .to_uppercase()
}

fn transaction_id(id: &str) -> Result<String, ApiError> {
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if (1..=255).contains(&id.len()) && id.chars().all(fits) {
        return Ok(id.to_owned());
    }
    Err(refuse(
        "INVALID_TRANSACTION_ID",
        "disputed_transaction_id",
        "The transaction id is not well-formed.",
    ))
}

fn states(text: &str) -> Result<Vec<String>, ApiError> {
    let states: Vec<String> = text.split(',').map(str::to_owned).collect();
    if states.iter().all(|state| STATES.contains(&state.as_str())) {
        return Ok(states);
    }
    Err(refuse(
        "INVALID_DISPUTE_STATE",
        "dispute_state",
        "A dispute state is not known.",
    ))
}

fn refuse(issue: &str, field: &str, description: &str) -> ApiError {
    ApiError::issue(issue, field, "query", description)
}
