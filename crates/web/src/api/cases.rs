//! Cases.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use chrono::NaiveTime;
use docket_app::{CaseFilter, ClientScope, Desk, StoredCase, fields};
use docket_core::case::Case;
use docket_core::id::{CaseId, ClientId, ConnectionId};
use docket_core::money::Currency;
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn, WorkState};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::input::{Day, Id, Instant, Parameters};
use super::{Answer, Problem, etag, page, without, words};
use crate::doors::Agent;

/// How a case is worked on: a client's person does not see it.
pub const INNER: [&str; 6] = [
    "allowed_actions",
    "assignee",
    "attention",
    "next_action_at",
    "version",
    "work_state",
];

/// Which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of one client.
    #[param(schema_with = words::id)]
    client: Option<ClientId>,
    /// Of one connection.
    #[param(schema_with = words::id)]
    connection: Option<ConnectionId>,
    /// `paypal`, `klarna` or `shopify`.
    #[param(schema_with = words::platform)]
    platform: Option<Platform>,
    /// Whose move it is.
    #[param(schema_with = words::turn)]
    turn: Option<Turn>,
    /// Where our own work stands.
    #[param(schema_with = words::work_state)]
    work_state: Option<WorkState>,
    /// With a deadline before this instant.
    #[param(schema_with = words::instant)]
    due_before: Option<Instant>,
    /// Given to this person; `nobody` for unassigned ones.
    assignee: Option<String>,
    /// With this flag that a person must look; `any` for whichever.
    #[param(schema_with = words::attention)]
    attention: Option<String>,
    /// Open ones only.
    open: Option<bool>,
    /// First day of opening, UTC.
    #[param(schema_with = words::day)]
    opened_from: Option<Day>,
    /// Day after the last one.
    #[param(schema_with = words::day)]
    opened_to: Option<Day>,
    /// First day of closing, UTC.
    #[param(schema_with = words::day)]
    closed_from: Option<Day>,
    /// Day after the last one.
    #[param(schema_with = words::day)]
    closed_to: Option<Day>,
    /// Of at least so many minor units.
    amount_from: Option<i64>,
    /// Of fewer than so many.
    amount_below: Option<i64>,
    /// With this outcome; `open` for those without one.
    #[param(schema_with = words::outcome)]
    outcome: Option<String>,
    /// The canonical reason.
    #[param(schema_with = words::reason)]
    reason: Option<Reason>,
    /// The stage that it reached.
    #[param(schema_with = words::stage)]
    stage: Option<Stage>,
    /// ISO 4217.
    #[param(schema_with = words::currency)]
    currency: Option<Currency>,
    /// Whether it was contested.
    contested: Option<bool>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The word of the assignee filter for cases of nobody.
const NOBODY: &str = "nobody";
/// The word of the attention filter for any flag.
const ANY: &str = "any";
/// The word of the outcome filter for cases without one.
const OPEN: &str = "open";

impl Filter {
    /// Whether it asks how cases are worked on.
    const fn is_inner(&self) -> bool {
        self.assignee.is_some() || self.attention.is_some() || self.work_state.is_some()
    }

    fn read(&self) -> Result<CaseFilter, Problem> {
        let start = |day: Day| day.0.and_time(NaiveTime::MIN).and_utc();
        let attention = match self.attention.as_deref() {
            None => None,
            Some(ANY) => Some(None),
            Some(word) => Some(Some(
                word.parse()
                    .map_err(|e| Problem::wrong(format!("attention: {e}, {ANY}")))?,
            )),
        };
        let outcome = match self.outcome.as_deref() {
            None => None,
            Some(OPEN) => Some(OPEN.to_owned()),
            Some(word) => {
                let known: Outcome = word
                    .parse()
                    .map_err(|e| Problem::wrong(format!("outcome: {e}, {OPEN}")))?;
                Some(known.to_string())
            }
        };
        let assignee = self.assignee.clone();
        Ok(CaseFilter {
            connection: self.connection,
            platform: self.platform,
            turn: self.turn,
            work_state: self.work_state,
            due_before: self.due_before.map(|at| at.0),
            assignee: assignee.map(|a| if a == NOBODY { String::new() } else { a }),
            attention,
            open_only: self.open.unwrap_or(false),
            opened_from: self.opened_from.map(start),
            opened_to: self.opened_to.map(start),
            closed_from: self.closed_from.map(start),
            closed_to: self.closed_to.map(start),
            amount_from: self.amount_from,
            amount_below: self.amount_below,
            outcome,
            reason: self.reason,
            stage: self.stage,
            currency: self.currency,
            contested: self.contested,
            ..CaseFilter::default()
        })
    }
}

/// The scope of a list: the agent's, or within it one client. Whoever is not there and whoever must not be seen are the same.
pub async fn scope(desk: &Desk, agent: &Agent, client: Option<ClientId>) -> Result<ClientScope, Problem> {
    let Some(wanted) = client else {
        return Ok(agent.scope());
    };
    let all = desk.clients(agent.scope()).await?;
    if all.iter().any(|c| c.id == wanted) {
        Ok(ClientScope::One(wanted))
    } else {
        Err(Problem::wrong(format!("client: there is no client {wanted}")))
    }
}

fn listed(agent: &Agent, case: &Case) -> Value {
    let mut value = json!(fields::Listed::of(case));
    if !agent.is_staff() {
        without(&mut value, &|name, _| INNER.contains(&name));
    }
    value
}

pub async fn list(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let place: Option<(i64, CaseId)> = page::place(filter.cursor.as_deref())?;
    let after = place.map(page::case_place).transpose()?;
    if !agent.is_staff() && filter.is_inner() {
        // What is not shown cannot be found out by asking for it either.
        return Err(Problem::wrong(
            "assignee, attention and work_state are not listed for a client's person",
        ));
    }
    let scope = scope(&desk, &agent, filter.client).await?;
    let mut cases = desk.cases(scope, &filter.read()?, after, limit + 1).await?;
    let more = page::more(&mut cases, limit);
    let last = cases.last().filter(|_| more).map(StoredCase::position);
    let next = last.map(|p| page::cursor(&(p.sort_at.timestamp_micros(), p.id)));
    let items = cases.iter().map(|c| listed(&agent, &c.case)).collect();
    page::page(&uri, items, next)
}

pub async fn one(State(desk): State<Desk>, agent: Agent, headers: HeaderMap, Id(id): Id<CaseId>) -> Answer {
    let view = desk.case_view(agent.scope(), id).await?;
    let record = desk.case_record(&view).await?;
    let version = view.stored.case.version.to_string();
    if !agent.is_staff() {
        let mut value = listed(&agent, &view.stored.case);
        value["client_name"] = json!(view.client.name);
        value["observed_at"] = json!(view.stored.observed_at);
        value["rounds"] = record.rounds.iter().map(fields::round).collect();
        return etag::tagged(&headers, &version, &value);
    }
    // What cannot be advised on is shown all the same.
    let advice = desk.advise(agent.scope(), id).await.ok();
    let mut value = fields::case((&view, &record), advice.as_ref());
    // It has pages of its own.
    if let Some(members) = value.as_object_mut() {
        members.remove("history");
    }
    etag::tagged(&headers, &version, &value)
}

/// Which rows of a list that has no filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Pages {
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

pub async fn history(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Id(id): Id<CaseId>,
    Parameters(pages): Parameters<Pages>,
) -> Answer {
    let limit = page::limit(pages.limit)?;
    let after: i64 = page::place(pages.cursor.as_deref())?.unwrap_or(0);
    let mut rows = desk.case_history(agent.scope(), id, after, limit + 1).await?;
    let more = page::more(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|row| page::cursor(&row.number));
    page::page(&uri, rows.iter().map(fields::history_row).collect(), next)
}
