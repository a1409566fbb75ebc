//! What was promised to a client about time, version by version, and the form that adds the next one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Days, NaiveDate, Utc};
use docket_app::{CONTRACT_EXAMPLE, Client, Desk, Error, read_terms, write_terms};
use docket_core::id::ClientId;
use docket_core::sla::{Contract, ContractVersion, Statistic, Target};

use super::one::{heading, holds, state};
use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Frame, Section, scope};
use crate::say::{self, say};
use crate::show;
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "contracts.html")]
pub struct ContractsView {
    frame: Frame,
    key: FormKey,
    client: (String, String),
    /// Where its calendars are.
    calendars: String,
    versions: Vec<Version>,
    form: Option<Form>,
}

/// The form with one text.
#[derive(Debug)]
pub(super) struct Form {
    pub url: String,
    pub text: String,
    pub problem: Option<String>,
    /// Whether it was looked at and nothing is wrong with it.
    pub right: bool,
}

/// A version of the contract.
#[derive(Debug)]
struct Version {
    heading: String,
    holds: String,
    state: (String, &'static str),
    targets: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    metric: String,
    limit: String,
    statistic: String,
    share: String,
    pauses: String,
    calendar: String,
    only: String,
}

/// What somebody typed, and what became of it.
#[derive(Debug, Default)]
pub struct Tried {
    pub text: Option<String>,
    pub problem: Option<String>,
    pub right: bool,
}

impl Row {
    fn of(contract: &Contract, target: &Target) -> Self {
        let pauses: Vec<String> = contract.pauses_of(target).iter().map(show::words).collect();
        Self {
            name: target.name.clone(),
            metric: show::title(target.metric),
            limit: say(&target.says()),
            statistic: match target.statistic {
                Statistic::Each => t("contracts-each").plain(),
                Statistic::Average => t("contracts-average").plain(),
                Statistic::Percentile(n) => t("contracts-percentile").with("n", i64::from(n)).plain(),
            },
            share: match contract.share_of(target) {
                Some(share) => format!("{share} %"),
                None => t("contracts-no-share").plain(),
            },
            pauses: match pauses.is_empty() {
                true => t("contracts-never").plain(),
                false => pauses.join(", "),
            },
            calendar: contract.calendar_of(target).to_owned(),
            only: match target.only.says() {
                Some(only) => say(&only),
                None => t("contracts-all-cases").plain(),
            },
        }
    }
}

/// Of versions in order, the one that is in force: the last that has begun; before that, the first.
pub(super) fn in_force<T>(
    versions: &[T],
    starts_at: impl Fn(&T) -> DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<&T> {
    let begun = versions.iter().rev().find(|version| starts_at(version) <= now);
    begun.or(versions.first())
}

/// The first day on which a further version may begin: it begins after the newest one, and not in the past.
pub(super) fn next_day(today: NaiveDate, newest: Option<NaiveDate>) -> NaiveDate {
    let last = newest.map_or(today, |newest| newest.max(today));
    last.checked_add_days(Days::new(1)).unwrap_or(last)
}

/// What the form holds before anybody typed: what is in force, from the next day on that it could be another.
fn prefilled(versions: &[ContractVersion], now: DateTime<Utc>) -> String {
    let Some(kept) = in_force(versions, |kept| kept.starts_at, now) else {
        return CONTRACT_EXAMPLE.to_owned();
    };
    let mut contract = kept.contract.clone();
    let today = now.with_timezone(&contract.zone).date_naive();
    contract.valid_from = next_day(today, versions.last().map(|last| last.contract.valid_from));
    write_terms(&contract).unwrap_or_default()
}

impl ContractsView {
    pub fn of(
        viewer: &Viewer,
        client: &Client,
        versions: &[ContractVersion],
        tried: Tried,
        now: DateTime<Utc>,
    ) -> Self {
        let version = |(at, kept): (usize, &ContractVersion)| {
            let contract = &kept.contract;
            let next = versions.get(at + 1).map(|next| next.starts_at);
            Version {
                heading: heading(&contract.name, kept.version),
                holds: holds(
                    contract.valid_from,
                    contract.zone,
                    (&kept.recorded_by, kept.recorded_at),
                ),
                state: state(kept.starts_at, next, now),
                targets: contract
                    .targets
                    .iter()
                    .map(|target| Row::of(contract, target))
                    .collect(),
            }
        };
        let form = || Form {
            url: urls::contracts(client.id),
            text: tried.text.unwrap_or_else(|| prefilled(versions, now)),
            problem: tried.problem,
            right: tried.right,
        };
        let title = t("contracts-title").with("client", &client.name);
        Self {
            frame: Frame::of(viewer, title, Section::Clients).dated(now),
            key: viewer.key.clone(),
            client: (client.name.clone(), urls::client(client.id)),
            calendars: urls::work_calendars(Some(client.id), None),
            versions: versions.iter().enumerate().rev().map(version).collect(),
            form: viewer.may(Door::AddContract).then(form),
        }
    }
}

async fn client_of(desk: &Desk, viewer: &Viewer, id: &str) -> Result<Client, PageError> {
    let missing = || PageError::NotFound(t("client-missing").plain());
    let id: ClientId = id.parse().map_err(|_| missing())?;
    let all = desk.clients(viewer.scope()).await?;
    all.into_iter().find(|client| client.id == id).ok_or_else(missing)
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    client: &Client,
    tried: Tried,
) -> Result<ContractsView, PageError> {
    let kept = desk.sla_contracts(scope(viewer, Some(client))).await?;
    let versions: Vec<ContractVersion> = kept.into_iter().map(|(_, kept)| kept).collect();
    Ok(ContractsView::of(
        viewer,
        client,
        &versions,
        tried,
        desk.env.now(),
    ))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<String>) -> PageResult {
    let client = client_of(&desk, &viewer, &id).await?;
    html(&view(&desk, &viewer, &client, Tried::default()).await?)
}

/// A text of a form: whether it is JSON shows by its first letter.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Says what became of what was typed; none where a version was added.
pub(super) fn tried<T>(text: &str, check: bool, done: Result<T, Error>) -> Result<Option<Tried>, PageError> {
    let problem = match done {
        Ok(_) if !check => return Ok(None),
        Ok(_) => None,
        Err(error) if error.is_ours() => return Err(error.into()),
        Err(error) => Some(say::error(&error)),
    };
    Ok(Some(Tried {
        text: Some(text.to_owned()),
        right: problem.is_none(),
        problem,
    }))
}

/// What a form that was looked at, or refused, answers.
pub(super) const fn status(tried: &Tried) -> StatusCode {
    match tried.right {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Adds the next version, or only looks at it.
pub async fn add(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let client = client_of(&desk, &viewer, &id).await?;
    let (text, check) = (fields.get("text"), fields.get("do") == "check");
    let done = match read_terms::<Contract>(text, is_json(text)) {
        Ok(contract) => {
            desk.add_sla_contract(client.id, contract, viewer.name(), check)
                .await
        }
        Err(error) => Err(error),
    };
    match tried(text, check, done)? {
        None => Ok(Redirect::to(&urls::contracts(client.id)).into_response()),
        Some(tried) => {
            let status = status(&tried);
            again(status, &view(&desk, &viewer, &client, tried).await?)
        }
    }
}
