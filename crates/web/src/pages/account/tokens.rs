//! Tokens of a person's own programs: made, shown once, taken back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use docket_app::{Desk, Error, NewToken};
use docket_core::id::TokenId;
use docket_core::token::{ApiToken, Scope};

use super::{done, problem, view};
use crate::doors::{self, Fields, Viewer};
use crate::error::{PageError, again};
use crate::say::say;
use crate::show::Stamp;
use crate::texts::t;
use crate::urls;

/// How long a token may be chosen to live, in days.
const LIVES: [i64; 3] = [30, 90, 365];

/// The tokens as the page shows them.
#[derive(Debug, Default)]
pub struct Tokens {
    pub rows: Vec<Row>,
    /// Each scope, and what it opens.
    pub scopes: Vec<(&'static str, String)>,
    pub lives: Vec<i64>,
    /// The secret of one that was just made.
    pub secret: Option<String>,
}

#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub scopes: String,
    pub until: Stamp,
    pub used: Option<Stamp>,
    /// Takes it back; none for one that is over.
    pub revoke: Option<String>,
    pub revoked: bool,
}

impl Tokens {
    pub fn of(viewer: &Viewer, tokens: &[ApiToken], now: DateTime<Utc>) -> Self {
        let row = |t: &ApiToken| Row {
            name: t.name.clone(),
            scopes: docket_core::token::scopes_text(&t.scopes),
            until: Stamp::of(t.expires_at, now),
            used: t.used_at.map(|at| Stamp::of(at, now)),
            revoke: t.is_live(now).then(|| urls::revoke_token(t.id)),
            revoked: t.revoked_at.is_some(),
        };
        Self {
            rows: tokens.iter().map(row).collect(),
            scopes: offered(viewer)
                .map(|s| {
                    (
                        s.as_str(),
                        t(&format!("scope-{}", s.as_str().replace(':', "-"))).plain(),
                    )
                })
                .collect(),
            lives: LIVES.to_vec(),
            secret: None,
        }
    }
}

/// What a token of this person could open at all.
fn offered(viewer: &Viewer) -> impl Iterator<Item = Scope> {
    let role = viewer.person.access.role();
    Scope::ALL
        .iter()
        .copied()
        .filter(move |s| doors::reaches(role, *s))
}

pub async fn make(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let scopes: Vec<Scope> = offered(&viewer)
        .filter(|s| fields.all("scope").any(|word| word == s.as_str()))
        .collect();
    let days = fields.get("days").parse().ok().filter(|d| LIVES.contains(d));
    let Some(days) = days else {
        return problem(&desk, &viewer, t("account-token-choose").plain()).await;
    };
    let new = NewToken {
        person: viewer.person.id,
        name: fields.get("name").to_owned(),
        scopes,
        expires_at: desk.env.now() + Duration::days(days),
    };
    match desk.add_token(&new).await {
        // Shown in the answer itself, because it can be shown once only.
        Ok((_, secret)) => {
            let mut page = view(&desk, &viewer).await?;
            page.tokens.secret = Some(secret);
            again(StatusCode::OK, &page)
        }
        Err(Error::Invalid(text)) => problem(&desk, &viewer, say(&text)).await,
        Err(error) => Err(error.into()),
    }
}

pub async fn revoke(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(t("account-token-missing").plain());
    let id: TokenId = id.parse().map_err(|_| missing())?;
    if desk.revoke_token(id, Some(viewer.person.id)).await? {
        Ok(done())
    } else {
        Err(missing())
    }
}
