//! Rules of clients: proposed by one person, looked at on paper, let loose by another.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use docket_app::{Desk, NewRule, fields};
use docket_core::id::{ClientId, RuleId};
use docket_core::rule::{Rule, RuleKind};
use docket_core::words::{Platform, Reason};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cases::scope;
use super::content::Amount;
use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, json as answer, ok, page, words};
use crate::doors::Agent;

/// Which rules.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of one client.
    #[param(schema_with = words::id)]
    client: Option<ClientId>,
    /// Those that are over, too.
    retired: Option<bool>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

pub async fn list(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let after: Option<RuleId> = page::place(filter.cursor.as_deref())?;
    let scope = scope(&desk, &agent, filter.client).await?;
    let retired = filter.retired.unwrap_or(false);
    let mut found = desk.rules_after(scope, retired, after, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|one| page::cursor(&one.id));
    page::page(&uri, found.iter().map(fields::rule).collect(), next)
}

/// What a client wants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRule)]
pub struct Wish {
    /// Whose.
    #[schema(schema_with = words::id)]
    client: ClientId,
    /// Its name; one that exists gets another version, and what acts goes on until that is activated. Without it, one is made
    /// of what the rule says.
    name: Option<String>,
    /// What it says.
    #[schema(schema_with = words::rule_kind)]
    kind: RuleKind,
    /// Only at this platform.
    #[schema(schema_with = words::platform)]
    platform: Option<Platform>,
    /// Only for this reason.
    #[schema(schema_with = words::reason)]
    reason: Option<Reason>,
    /// Below this amount, for `auto_accept_below`; other currencies are never compared.
    below: Option<Amount>,
}

/// Proposes a rule, which only notes what it would touch.
pub async fn add(State(desk): State<Desk>, agent: Agent, Json(wish): Json<Wish>) -> Answer {
    let all = desk.clients(agent.scope()).await?;
    if all.iter().all(|c| c.id != wish.client) {
        let missing = format!("client: there is no client {}", wish.client);
        return Err(Problem::invalid(missing));
    }
    if wish.kind == RuleKind::NeverContest && wish.below.is_some() {
        return Err(Problem::invalid(
            "below: leave it out; `never_contest` speaks of every amount",
        ));
    }
    let new = NewRule {
        client: wish.client,
        name: wish.name,
        kind: wish.kind,
        platform: wish.platform,
        reason: wish.reason,
        below: wish.below.map(Into::into),
        by: agent.name().to_owned(),
    };
    let rule = desk.add_rule(new).await?;
    answer(StatusCode::CREATED, &fields::rule(&rule))
}

/// Rules are found by name as well; an address has the id.
async fn of(desk: &Desk, agent: &Agent, id: RuleId) -> Result<Rule, Problem> {
    Ok(desk.find_rule(agent.scope(), &id.to_string()).await?)
}

async fn shown(desk: &Desk, agent: &Agent, id: RuleId) -> Answer {
    ok(&fields::rule(&of(desk, agent, id).await?))
}

/// Looks at what a rule would do; it is kept that somebody looked.
pub async fn try_it(State(desk): State<Desk>, agent: Agent, Id(id): Id<RuleId>) -> Answer {
    let rule = of(&desk, &agent, id).await?;
    ok(&fields::tried(&desk.try_rule(rule).await?))
}

/// Lets a rule act: another person than its author, after a look at its dry run.
pub async fn activate(State(desk): State<Desk>, agent: Agent, Id(id): Id<RuleId>) -> Answer {
    let rule = of(&desk, &agent, id).await?;
    desk.activate_rule(&rule, agent.name()).await?;
    shown(&desk, &agent, id).await
}

pub async fn retire(State(desk): State<Desk>, agent: Agent, Id(id): Id<RuleId>) -> Answer {
    let rule = of(&desk, &agent, id).await?;
    desk.retire_rule(&rule, agent.name()).await?;
    shown(&desk, &agent, id).await
}
