//! What became of drafts: responses that wait to be sent, are on their way or were sent.

use axum::extract::State;
use axum::http::Uri;
use docket_app::{Desk, fields};
use docket_core::id::CaseId;

use super::input::Id;
use super::{Answer, nothing, page};
use crate::doors::Agent;

/// The responses of a case, oldest first. A case has few, so they come all at once.
pub async fn list(State(desk): State<Desk>, agent: Agent, uri: Uri, Id(id): Id<CaseId>) -> Answer {
    // A case that is not there is told from one without a response.
    let case = desk.case(agent.scope(), id).await?.case.id;
    let all = desk
        .submissions(agent.scope(), Some(case), None, page::MOST)
        .await?;
    page::page(&uri, all.iter().map(fields::submission).collect(), None)
}

/// Takes back what was not sent yet. What a worker has begun to send is never taken back: that is answered 409.
pub async fn cancel(State(desk): State<Desk>, agent: Agent, Id(case): Id<CaseId>) -> Answer {
    desk.cancel_response(agent.scope(), case, agent.name()).await?;
    nothing()
}
