//! What became of drafts: responses that wait to be sent, are on their way or were sent.

use axum::extract::State;
use docket_app::Desk;
use docket_core::id::CaseId;

use super::input::Id;
use super::{Answer, nothing};
use crate::doors::Agent;

/// Takes back what was not sent yet. What a worker has begun to send is never taken back: that is answered 409.
pub async fn cancel(State(desk): State<Desk>, agent: Agent, Id(case): Id<CaseId>) -> Answer {
    desk.cancel_response(agent.scope(), case, agent.name()).await?;
    nothing()
}
