//! Search: whatever is known of a case leads to it, for programs too.

use axum::extract::State;
use docket_app::{Desk, Found, fields};
use docket_core::token::Scope;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::cases::INNER;
use super::input::Parameters;
use super::{Answer, ok, without};
use crate::doors::Agent;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Term {
    /// The whole of what is known: an order, a transaction, a tracking number, any id, a client's name.
    #[param(min_length = 1, max_length = 255)]
    q: String,
}

pub async fn find(State(desk): State<Desk>, agent: Agent, Parameters(term): Parameters<Term>) -> Answer {
    let found = desk.search(agent.scope(), &term.q).await?;
    ok(&told(&agent, &found))
}

/// Cases for everybody who may read them. What else was found is the agency's, as on the page, and of that what has a list of
/// its own behind another scope only with that scope. People have no list here, so they are not told.
fn told(agent: &Agent, found: &Found) -> Value {
    let mut cases: Value = found.cases.iter().map(fields::found_case).collect();
    if !agent.is_staff() {
        without(&mut cases, &|name, _| INNER.contains(&name));
        return json!({ "term": found.term, "cases": cases });
    }
    let mut value = json!({ "term": found.term, "cases": cases });
    value["requests"] = found.requests.iter().map(fields::request).collect();
    if agent.token.opens(Scope::DeskRead) {
        value["orders"] = json!(found.orders);
        value["incidents"] = found.incidents.iter().map(fields::incident).collect();
        value["clients"] = found.named.iter().map(fields::client).collect();
        value["connections"] = found.connections.iter().map(fields::connection).collect();
    }
    value
}
