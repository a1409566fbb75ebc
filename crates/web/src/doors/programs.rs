//! What stands in the doors of programs: the host's name, the token, how often it asks, the role of its person, its scope,
//! the key of the request, and the audit log.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use docket_app::{ClientScope, Origin};
use docket_core::person::{Person, Role};
use docket_core::token::{ApiToken, Scope};

use super::gate::Gate;
use super::{Door, Method, Pass, Who, from_of};
use crate::api::{self, Problem, replay};

/// For whom a program acts. Only the gate makes one, after it let it through.
#[derive(Debug, Clone)]
pub struct Agent {
    pub person: Person,
    pub token: ApiToken,
    /// The network address of this request.
    pub from: String,
}

impl Agent {
    /// Whose data it may see. The only scope that its reads have.
    pub fn scope(&self) -> ClientScope {
        self.person.access.into()
    }

    /// Whether its person is of the agency.
    pub fn is_staff(&self) -> bool {
        self.person.access.client().is_none()
    }

    /// The name that histories get.
    pub fn name(&self) -> &str {
        &self.person.name
    }

    /// Asks for a scope that a request needs for what it says, beside the one of its door.
    ///
    /// # Errors
    /// When the token does not open it.
    pub fn must_open(&self, scope: Scope) -> Result<(), Problem> {
        if self.token.opens(scope) {
            return Ok(());
        }
        let challenge = [("error", "insufficient_scope"), ("scope", scope.as_str())];
        let why = format!("This needs a token with the scope `{scope}`.");
        Err(Problem::not_for_scope(why).challenge(&challenge))
    }

    fn origin(&self) -> Origin {
        Origin {
            person: Some(self.person.id),
            name: self.person.name.clone(),
            from: format!("{}, token {}", self.from, self.token.id),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Agent {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // A handler behind a door without tokens that asks who acts: a mistake of ours.
        let agent = parts.extensions.get::<Self>().cloned();
        agent.ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Whether a token of somebody in this role can reach anything with a scope.
pub fn reaches(role: Role, scope: Scope) -> bool {
    let mut doors = Door::ALL.iter();
    doors.any(|door| door.entry().who.scope() == Some(scope) && door.pass(role) != Pass::No)
}

/// Lets a program through its door, or answers why not.
pub async fn pass(gate: Gate, request: Request, next: Next) -> Response {
    if !gate.site.is_own(&request) {
        let own = "This address answers only under its own name: the one in `web.public_url`, or on this computer 127.0.0.1 or localhost.";
        return Problem::foreign_host(own).into_response();
    }
    let secret = bearer(request.headers()).map(str::to_owned);
    let from = from_of(&gate.site, &request);
    let agent = match agent(&gate, secret, from).await {
        Ok(agent) => agent,
        Err(problem) => return problem.into_response(),
    };
    let standing = gate.site.limits(&gate.desk.env).count(agent.token.id);
    let mut response = match standing.wait {
        Some(seconds) => too_often(seconds).into_response(),
        None => let_in(gate, agent, request, next).await,
    };
    standing.tell(response.headers_mut());
    response
}

fn too_often(seconds: u64) -> Problem {
    Problem::too_often(format!(
        "This token asks more often than it may. Go on in {seconds} s."
    ))
    .header(header::RETRY_AFTER, seconds.to_string())
}

/// Nothing but a header is looked at: an address with a token in it would stand in logs.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).into_iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        return None;
    };
    let (kind, token) = value.to_str().ok()?.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn agent(gate: &Gate, secret: Option<String>, from: String) -> Result<Agent, Problem> {
    let Some(secret) = secret else {
        let how = "Send a token as `Authorization: Bearer TOKEN`. Your account page or `docket token add` makes one.";
        return Err(Problem::no_token(how).challenge(&[]));
    };
    let found = gate.desk.token_holder(&secret).await?;
    let (person, token) = found.ok_or_else(|| {
        let why =
            "It was never made, was taken back or is over, or its person is not let in any more. Make another.";
        Problem::bad_token(why).challenge(&[("error", "invalid_token")])
    })?;
    Ok(Agent { person, token, from })
}

/// The scope is told first: it is what the token's person can change.
fn refusal(gate: &Gate, agent: &Agent) -> Option<Problem> {
    let Who::Programs(scope, _) = gate.door.entry().who else {
        return None;
    };
    if let Some(Err(problem)) = scope.map(|scope| agent.must_open(scope)) {
        return Some(problem);
    }
    if gate.door.pass(agent.person.access.role()) == Pass::No {
        let why = "What the token's person may not do, it may not do either.";
        return Some(Problem::not_for_role(why));
    }
    None
}

async fn let_in(gate: Gate, agent: Agent, mut request: Request, next: Next) -> Response {
    if let Some(problem) = refusal(&gate, &agent) {
        return problem.into_response();
    }
    if let Err(problem) = api::says_basis(gate.door, request.headers()) {
        return problem.into_response();
    }
    request.extensions_mut().insert(agent.clone());
    if gate.door.entry().method == Method::Get {
        return next.run(request).await;
    }
    // Apart, so that what was begun ends, whether or not the program still listens.
    let work = tokio::spawn(async move {
        let desk = gate.desk.clone();
        let token = agent.token.id;
        replay::once(&desk, token, request, |request| {
            audited(gate, agent, request, next)
        })
        .await
    });
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a request of a program broke off");
        Problem::internal("The reason is in the log of this program.").into_response()
    })
}

/// Nothing is changed that was not written down before; how it ended is written down after.
async fn audited(gate: Gate, agent: Agent, request: Request, next: Next) -> Response {
    let on = request.uri().path().to_owned();
    match super::gate::written(&gate, &agent.origin(), &on, request, next).await {
        Ok(response) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}
