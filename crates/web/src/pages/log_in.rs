//! Coming in and going out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use docket_app::{Desk, LogIn, LogInAnswer};

use crate::assets;
use crate::doors::{Caller, Fields, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::query::Pairs;
use crate::show::Stamp;
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "log_in.html")]
pub struct LogInView {
    action: &'static str,
    /// Nobody was added yet.
    nobody: bool,
    problem: Option<String>,
    /// When it may be tried again.
    wait: Option<Stamp>,
    /// What was typed.
    email: String,
    next: Option<String>,
}

impl LogInView {
    pub fn new(nobody: bool, email: &str, next: &str) -> Self {
        Self {
            action: urls::LOG_IN,
            nobody,
            problem: None,
            wait: None,
            email: email.to_owned(),
            next: urls::own_page(next),
        }
    }

    /// The same words whatever did not fit.
    pub fn refused(mut self) -> Self {
        self.problem = Some(t("log-in-refused").plain());
        self
    }

    pub fn wait(mut self, until: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        self.problem = Some(t("log-in-too-often").plain());
        self.wait = Some(Stamp::of(until, now));
        self
    }

    fn styles(&self) -> &'static str {
        assets::styles_url()
    }

    fn icon(&self) -> &'static str {
        assets::icon_url()
    }
}

pub async fn page(State(desk): State<Desk>, Query(pairs): Query<Pairs>) -> PageResult {
    let next = pairs.iter().find(|(name, _)| name == "next");
    let next = next.map_or("", |(_, value)| value.as_str());
    html(&LogInView::new(!desk.has_people().await?, "", next))
}

pub async fn post(State(desk): State<Desk>, caller: Caller, fields: Fields) -> Result<Response, PageError> {
    let typed = LogIn {
        email: fields.get("email"),
        password: fields.get("password").to_owned().into(),
        code: fields.get("code"),
        from: &caller.from,
        agent: &caller.agent,
    };
    let view = || LogInView::new(false, fields.get("email"), fields.get("next"));
    let now = desk.env.now();
    let came = match desk.log_in(&typed).await? {
        LogInAnswer::In(came) => came,
        LogInAnswer::Refused => return again(StatusCode::UNPROCESSABLE_ENTITY, &view().refused()),
        LogInAnswer::TooOften(until) => {
            let seconds = (until - now).num_seconds().max(1).to_string();
            let page = html(&view().wait(until, now))?;
            return Ok((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)], page).into_response());
        }
    };
    // Whatever session the browser held is over: the new one shares nothing with it.
    if let Some((person, old)) = session_of(&desk, &caller).await? {
        desk.end_session(old, person).await?;
    }
    let longest = desk.settings.sessions.longest.as_secs();
    let cookie = caller.site.set_cookie(&came.token, longest);
    let next = urls::own_page(fields.get("next")).unwrap_or_else(|| urls::HOME.to_owned());
    Ok((StatusCode::SEE_OTHER, [(LOCATION, next), (SET_COOKIE, cookie)]).into_response())
}

async fn session_of(
    desk: &Desk,
    caller: &Caller,
) -> Result<Option<(docket_core::id::PersonId, docket_core::id::SessionId)>, PageError> {
    let Some(token) = &caller.token else {
        return Ok(None);
    };
    let found = desk.session(token).await?;
    Ok(found.map(|(person, session)| (person.id, session.id)))
}

pub async fn out(State(desk): State<Desk>, viewer: Viewer, caller: Caller) -> Result<Response, PageError> {
    desk.end_session(viewer.session.id, viewer.person.id).await?;
    let cookie = caller.site.set_cookie("", 0);
    let headers: [(HeaderName, String); 2] = [(LOCATION, urls::LOG_IN.to_owned()), (SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
