//! Choosing a password by a link that works once; the first such link makes the first admin.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use docket_app::{Desk, Error, PasswordRefused, PasswordSet};
use docket_core::person::PASSWORD_MIN;

use crate::assets;
use crate::doors::{Caller, Fields};
use crate::error::{PageError, again};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "password.html")]
pub struct PasswordView {
    action: String,
    /// Whose; none for the first admin, who tells.
    whose: Option<String>,
    name: String,
    email: String,
    problem: Option<String>,
    shortest: usize,
}

/// A link that works no more.
#[derive(Debug, Template)]
#[template(path = "password_gone.html")]
pub struct PasswordGone;

impl PasswordView {
    pub fn of(opened: &PasswordSet, token: &str) -> Self {
        let (whose, email) = match opened {
            PasswordSet::Of(person) => (Some(person.name.clone()), person.email.clone()),
            PasswordSet::FirstAdmin => (None, String::new()),
        };
        Self {
            action: urls::password(token),
            whose,
            name: String::new(),
            email,
            problem: None,
            shortest: PASSWORD_MIN,
        }
    }

    pub fn with(mut self, problem: String, name: &str, email: &str) -> Self {
        if self.whose.is_none() {
            (self.name, self.email) = (name.to_owned(), email.to_owned());
        }
        self.problem = Some(problem);
        self
    }

    fn styles(&self) -> &'static str {
        assets::styles_url()
    }

    fn icon(&self) -> &'static str {
        assets::icon_url()
    }
}

impl PasswordGone {
    fn styles(&self) -> &'static str {
        assets::styles_url()
    }

    fn icon(&self) -> &'static str {
        assets::icon_url()
    }
}

type Token = Result<Path<String>, PathRejection>;

async fn opened(desk: &Desk, token: Token) -> Result<Result<(String, PasswordSet), Response>, PageError> {
    let gone = || again(StatusCode::NOT_FOUND, &PasswordGone);
    let Ok(Path(token)) = token else {
        return Ok(Err(gone()?));
    };
    Ok(match desk.password_page(&token).await? {
        Some(opened) => Ok((token, opened)),
        None => Err(gone()?),
    })
}

pub async fn page(State(desk): State<Desk>, token: Token) -> Result<Response, PageError> {
    match opened(&desk, token).await? {
        Ok((token, opened)) => again(StatusCode::OK, &PasswordView::of(&opened, &token)),
        Err(gone) => Ok(gone),
    }
}

pub async fn post(
    State(desk): State<Desk>,
    token: Token,
    caller: Caller,
    fields: Fields,
) -> Result<Response, PageError> {
    let (token, opened) = match opened(&desk, token).await? {
        Ok(opened) => opened,
        Err(gone) => return Ok(gone),
    };
    let (name, email) = (fields.get("name"), fields.get("email"));
    let problem = |text: String| {
        let page = PasswordView::of(&opened, &token).with(text, name, email);
        again(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    if fields.get("password") != fields.get("repeated") {
        return problem(t("password-differ").plain());
    }
    let password = fields.get("password").to_owned().into();
    let set = desk
        .use_password_link(&token, (name, email), &password, &caller.from)
        .await;
    match set {
        Ok(_) => Ok(Redirect::to(urls::LOG_IN).into_response()),
        Err(PasswordRefused::Problem(text)) => problem(text),
        Err(PasswordRefused::Other(Error::Invalid(text))) => problem(format!("{text}.")),
        Err(PasswordRefused::Other(Error::NotFound(_))) => again(StatusCode::NOT_FOUND, &PasswordGone),
        Err(PasswordRefused::Other(error)) => Err(error.into()),
        Err(refused @ (PasswordRefused::NotYours | PasswordRefused::TooOften(_))) => {
            problem(refused.to_string())
        }
    }
}
