//! Reports: the very JSON that `docket report … --format json` prints.

use axum::extract::State;
use docket_app::{Client, Desk, GroupBy, Period, WinRateWish, figures};
use docket_core::id::ClientId;
use docket_core::money::Currency;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::input::{Day, Parameters};
use super::{Answer, Problem, ok, without, words};
use crate::doors::Agent;

/// Commands and notes of the desk: a client's person does not see them.
const INNER: [&str; 3] = ["cases", "why", "incident"];

/// Which win-rate report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WinRate {
    /// Of one client.
    #[param(schema_with = words::id)]
    client: Option<ClientId>,
    /// First day, UTC; a year back if absent.
    #[param(schema_with = words::day)]
    from: Option<Day>,
    /// Day after the last one; tomorrow if absent.
    #[param(schema_with = words::day)]
    to: Option<Day>,
    /// Grouped by; `month` if absent.
    #[param(schema_with = words::group)]
    by: Option<String>,
    /// The cases opened in the period, or those closed in it.
    #[param(schema_with = words::cohort)]
    cohort: Option<Cohort>,
    /// All amounts in this currency.
    #[param(schema_with = words::currency)]
    currency: Option<Currency>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Cohort {
    Opened,
    Closed,
}

/// Which other report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Of {
    /// Of one client.
    #[param(schema_with = words::id)]
    client: Option<ClientId>,
    /// First day, UTC; a year back if absent.
    #[param(schema_with = words::day)]
    from: Option<Day>,
    /// Day after the last one; tomorrow if absent.
    #[param(schema_with = words::day)]
    to: Option<Day>,
}

fn period(desk: &Desk, from: Option<Day>, to: Option<Day>) -> Result<Period, Problem> {
    let period = Period::of(from.map(|d| d.0), to.map(|d| d.0), desk.env.now());
    period.map_err(|_| Problem::wrong("The period is empty: `from` must lie before `to`."))
}

/// The client of a report; none means the whole portfolio, which only the agency sees.
async fn client(desk: &Desk, agent: &Agent, wanted: Option<ClientId>) -> Result<Option<Client>, Problem> {
    let all = desk.clients(agent.scope()).await?;
    let wanted = wanted.or_else(|| agent.person.access.client());
    let Some(wanted) = wanted else { return Ok(None) };
    let found = all.into_iter().find(|c| c.id == wanted);
    let missing = || Problem::wrong(format!("client: there is no client {wanted}"));
    found.map(Some).ok_or_else(missing)
}

fn told(agent: &Agent, mut report: Value) -> Answer {
    if !agent.is_staff() {
        // A number of that name is a figure, and stays.
        without(&mut report, &|name, value| {
            !value.is_number() && INNER.contains(&name)
        });
    }
    ok(&report)
}

pub async fn win_rate(
    State(desk): State<Desk>,
    agent: Agent,
    Parameters(query): Parameters<WinRate>,
) -> Answer {
    let by = query.by.as_deref().unwrap_or(GroupBy::Month.as_str()).parse();
    if !agent.is_staff() && by == Ok(GroupBy::Specialist) {
        return Err(Problem::wrong("by: who works on cases is a matter of the agency"));
    }
    let wish = WinRateWish {
        client: client(&desk, &agent, query.client).await?,
        period: period(&desk, query.from, query.to)?,
        by: by.map_err(|e| Problem::wrong(format!("by: {e}")))?,
        closed: query.cohort == Some(Cohort::Closed),
        currency: query.currency,
    };
    let report = desk.win_rate(wish).await?;
    told(&agent, figures::win_rate::all(&report))
}

pub async fn factors(State(desk): State<Desk>, agent: Agent, Parameters(query): Parameters<Of>) -> Answer {
    let client = client(&desk, &agent, query.client).await?;
    let report = desk
        .factor_report(client, period(&desk, query.from, query.to)?)
        .await?;
    told(&agent, figures::factors::all(&report, &desk).await?)
}

/// One report for a client that is named, else one for each that has a contract.
pub async fn sla(State(desk): State<Desk>, agent: Agent, Parameters(query): Parameters<Of>) -> Answer {
    let period = period(&desk, query.from, query.to)?;
    if let Some(client) = client(&desk, &agent, query.client).await? {
        let report = figures::sla::report(client, period, &desk).await?;
        return told(&agent, report);
    }
    let contracts = desk.sla_contracts(agent.scope()).await?;
    let mut all = Vec::new();
    for client in desk.clients(agent.scope()).await? {
        if contracts.iter().any(|(owner, _)| *owner == client.id) {
            all.push(figures::sla::report(client, period, &desk).await?);
        }
    }
    told(&agent, Value::Array(all))
}
