//! Questions to clients.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use docket_app::{Ask, Desk, NewAnswer, fields};
use docket_core::id::{CaseId, RequestId};
use docket_core::request::InfoRequest;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::evidence::Upload;
use super::input::{Id, Instant, Json, Parameters};
use super::{Answer, Problem, json as answer, ok, page, without, words};
use crate::ask::FILES;
use crate::doors::Agent;

/// Which questions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of one case; these come all at once.
    #[param(schema_with = words::id)]
    case: Option<CaseId>,
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
    let after: Option<RequestId> = page::place(filter.cursor.as_deref())?;
    let found = desk
        .info_requests(agent.scope(), filter.case, after, limit + 1)
        .await;
    let mut found = found?;
    // Those of one case come all at once.
    let more = filter.case.is_none() && page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|r| page::cursor(&r.id));
    page::page(
        &uri,
        found.iter().map(|request| told(&agent, request)).collect(),
        next,
    )
}

/// A question as somebody may read it: a client's person is not shown who asked, and to whom it was mailed.
fn told(agent: &Agent, request: &InfoRequest) -> Value {
    let mut value = fields::request(request);
    if agent.person.access.client().is_some() {
        without(&mut value, &|name, _| ["recipient", "asked_by"].contains(&name));
    }
    value
}

pub async fn one(State(desk): State<Desk>, agent: Agent, Id(id): Id<RequestId>) -> Answer {
    let (request, answers) = desk.info_request(agent.scope(), id).await?;
    let mut value = told(&agent, &request);
    value["answers"] = json!(answers);
    ok(&value)
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What we need to know.
    #[schema(min_length = 1, max_length = 5000)]
    question: String,
    /// When the answer is due; absent means by the rule.
    #[schema(value_type = Option<String>, format = DateTime)]
    due: Option<Instant>,
    /// A mail address; without it, pass `page` on yourself.
    to: Option<String>,
}

pub async fn ask(
    State(desk): State<Desk>,
    agent: Agent,
    Id(case): Id<CaseId>,
    Json(wish): Json<Question>,
) -> Answer {
    let ask = Ask {
        case,
        question: wish.question,
        due: wish.due.map(|at| at.0),
        to: wish.to,
        actor: agent.name().to_owned(),
    };
    let asked = desk.ask_client(agent.scope(), ask).await?;
    let mut value = fields::request(&asked.request);
    // Shown this once: only the hash of its token is kept.
    value["page"] = json!(asked.page);
    answer(StatusCode::CREATED, &value)
}

pub async fn withdraw(State(desk): State<Desk>, agent: Agent, Id(id): Id<RequestId>) -> Answer {
    let request = desk.withdraw_request(agent.scope(), id, agent.name()).await?;
    ok(&fields::request(&request))
}

/// Reminds the client by mail.
pub async fn remind(State(desk): State<Desk>, agent: Agent, Id(id): Id<RequestId>) -> Answer {
    desk.remind_client(agent.scope(), id, agent.name()).await?;
    let (request, _) = desk.info_request(agent.scope(), id).await?;
    ok(&told(&agent, &request))
}

/// A further address of the client's page, told this once.
pub async fn link(State(desk): State<Desk>, agent: Agent, Id(id): Id<RequestId>) -> Answer {
    let page = desk.info_link(agent.scope(), id).await?;
    answer(StatusCode::CREATED, &json!({ "page": page }))
}

/// An answer to a question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAnswer)]
pub struct Given {
    #[schema(min_length = 1, max_length = 20000)]
    answer: String,
    /// What the client will do, and by when.
    #[schema(min_length = 1, max_length = 20000)]
    action_plan: String,
    /// What goes with it. Each becomes evidence of the case once a specialist has said what it shows.
    #[schema(max_items = 20)]
    files: Option<Vec<Upload>>,
}

/// Keeps an answer: a client's own person gives it, anybody else enters what the client said by mail or telephone.
pub async fn give(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<RequestId>,
    Json(given): Json<Given>,
) -> Answer {
    let mut new = NewAnswer {
        answer: given.answer,
        action_plan: given.action_plan,
        files: Vec::new(),
        from: agent.from.clone(),
    };
    if let Some(problem) = new.problems().first() {
        return Err(Problem::invalid(problem.to_string()));
    }
    // Whether it is there for whoever answers decides the scope of the read.
    desk.info_request(agent.scope(), id).await?;
    let files = given.files.unwrap_or_default();
    if files.len() > FILES {
        return Err(Problem::wrong(format!("files: {FILES} at most")));
    }
    for (place, upload) in files.into_iter().enumerate() {
        let (name, content) = upload.read(&format!("files[{place}]"))?;
        new.files.push(desk.take_file(&name, content, None).await?);
    }
    if agent.person.access.client().is_some() {
        let token = desk.answer_token(agent.scope(), id, agent.person.id).await?;
        desk.take_answer(&token, &new).await?;
    } else {
        desk.record_answer(agent.scope(), id, &new, agent.name()).await?;
    }
    let (request, answers) = desk.info_request(agent.scope(), id).await?;
    let mut value = told(&agent, &request);
    value["answers"] = json!(answers);
    answer(StatusCode::CREATED, &value)
}
