//! Actions on many cases at once: planned, looked at line by line, then carried out once. A plan is its person's own.

use axum::extract::State;
use axum::http::StatusCode;
use docket_app::{BulkWish, Desk, fields};
use docket_core::id::{CaseId, PlanId};
use docket_core::token::Scope;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::change::staff;
use super::input::{Id, Instant, Json};
use super::{Answer, Problem, json as answer, named, ok, words};
use crate::doors::Agent;

/// What a step needs beside the scope of its door: many at once reach no further than one by one.
pub const ALSO: &str = "To ask clients it needs `requests:write` too, and to accept by rule `drafts:send`: responses go out by it.";

/// What is to be done, and with which cases.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPlan)]
pub struct Wish {
    /// Which, in the order in which they are done.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 100)]
    cases: Vec<CaseId>,
    step: Step,
}

/// What is to be done with each.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = NewStep)]
enum Step {
    /// Give them to somebody.
    Assign {
        /// Name or mail address of somebody who works here; null takes them from whoever has them.
        #[serde(deserialize_with = "said")]
        #[schema(required)]
        to: Option<String>,
    },
    /// Give each that is nobody's to whom its skills and the workload suggest.
    AssignSuggested {},
    /// Ask each client for what its case lacks.
    Ask {
        /// Said before what is lacking.
        words: Option<String>,
        /// A mail address; without it, pass on the page of each question yourself.
        to: Option<String>,
    },
    /// Accept each by the rule of its client that speaks of it and acts.
    AcceptByRule {},
    /// Put them aside, at most until the next step before the deadline.
    PutAside {
        /// Until when.
        #[schema(schema_with = words::instant)]
        until: Instant,
    },
}

/// To be null it must be said: a member that was forgotten would take every case from whoever has it.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

impl Step {
    async fn read(self, desk: &Desk) -> Result<BulkWish, Problem> {
        Ok(match self {
            Self::Assign { to: None } => BulkWish::Assign { to: None },
            Self::Assign { to: Some(name) } => BulkWish::Assign {
                to: Some(staff(desk, &name).await?),
            },
            Self::AssignSuggested {} => BulkWish::AssignSuggested,
            Self::Ask { words, to } => BulkWish::Ask {
                words: words.unwrap_or_default(),
                to,
            },
            Self::AcceptByRule {} => BulkWish::AcceptByRule,
            Self::PutAside { until } => BulkWish::PutAside { until: until.0 },
        })
    }
}

/// The scope with which the same is done to a single case.
const fn needs(wish: &BulkWish) -> Scope {
    match wish {
        BulkWish::Assign { .. } | BulkWish::AssignSuggested | BulkWish::PutAside { .. } => Scope::CasesWrite,
        BulkWish::Ask { .. } => Scope::RequestsWrite,
        BulkWish::AcceptByRule => Scope::DraftsSend,
    }
}

/// Makes a plan; nothing happens yet.
pub async fn plan(State(desk): State<Desk>, agent: Agent, Json(wish): Json<Wish>) -> Answer {
    let Wish { cases, step } = wish;
    let wish = step.read(&desk).await?;
    agent.must_open(needs(&wish))?;
    let made = desk
        .plan_bulk(agent.scope(), agent.person.id, (wish, &cases))
        .await;
    let id = made.map_err(|error| named("cases", error))?;
    let plan = desk.bulk_plan(agent.scope(), agent.person.id, id).await?;
    answer(StatusCode::CREATED, &fields::plan(&plan))
}

pub async fn show(State(desk): State<Desk>, agent: Agent, Id(id): Id<PlanId>) -> Answer {
    let plan = desk.bulk_plan(agent.scope(), agent.person.id, id).await?;
    ok(&fields::plan(&plan))
}

/// Carries a plan out, once: whoever asks again gets what came of it.
pub async fn confirm(State(desk): State<Desk>, agent: Agent, Id(id): Id<PlanId>) -> Answer {
    let plan = desk.bulk_plan(agent.scope(), agent.person.id, id).await?;
    // The person may have made it on the pages, or with a token that reaches further.
    agent.must_open(needs(&plan.wish))?;
    let who = (agent.person.id, agent.name());
    let plan = desk.carry_out(agent.scope(), who, id).await?;
    ok(&fields::plan(&plan))
}
