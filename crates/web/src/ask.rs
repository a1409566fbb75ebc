//! The page of one question to a client, for whoever has its token: the public part of the case, the question, what was
//! answered so far, and a plain form. Nothing else of the desk can be reached from it.
//!
//! There is no cookie that a browser would send along, so a form of a stranger cannot act in a client's name without
//! knowing the token; still, a post that the browser itself calls foreign is refused.

mod form;
mod view;

use askama::Template;
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use docket_app::{AskPage, Desk, Error, NewAnswer};
use docket_core::person::Locale;

use self::form::Refused;
pub use self::form::{FILES, problems};
use self::view::closed;
pub use self::view::{AskMessage, AskView};
use crate::doors::Caller;
use crate::guard::foreign;
use crate::locale;
use crate::say::say;
use crate::texts::t;
use crate::urls;

/// The page and its form, for its place in the router.
pub fn page() -> MethodRouter<Desk> {
    // The form reads its body itself, with limits of its own.
    get(show)
        .post(answer)
        .layer(axum::extract::DefaultBodyLimit::disable())
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page for a client failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The same for a token that was never made and for one that is no token at all: no hint for who guesses.
fn missing() -> Response {
    let text = t("ask-missing-why").plain();
    html(
        StatusCode::NOT_FOUND,
        &AskMessage {
            heading: t("ask-missing").plain(),
            text,
        },
    )
}

fn failed(error: &Error) -> Response {
    tracing::error!(%error, "a page for a client failed");
    let text = t("ask-failed-why").plain();
    html(
        StatusCode::INTERNAL_SERVER_ERROR,
        &AskMessage {
            heading: t("error-failed").plain(),
            text,
        },
    )
}

async fn find(desk: &Desk, token: &str) -> Result<AskPage, Response> {
    match desk.ask_page(token).await {
        Ok(Some(page)) => Ok(page),
        Ok(None) => Err(missing()),
        Err(error) => Err(failed(&error)),
    }
}

type Token = Result<Path<String>, PathRejection>;

/// Somebody of the client who is logged in reads in their own language and time zone, and finds the way back; all others as
/// their browser asks. That they are logged in opens nothing: the token alone does.
async fn reader(desk: &Desk, caller: Option<&Caller>) -> (Locale, Option<&'static str>) {
    let token = caller.and_then(|caller| caller.token.as_deref());
    let known = match token {
        Some(token) => desk.session(token).await.ok().flatten(),
        None => None,
    };
    match known {
        Some((person, _)) => (person.locale, Some(urls::QUESTIONS)),
        None => (locale::present(), None),
    }
}

async fn show(State(desk): State<Desk>, caller: Option<Extension<Caller>>, token: Token) -> Response {
    let (locale, back) = reader(&desk, caller.as_deref()).await;
    locale::around(locale, shown(&desk, token, back)).await
}

async fn shown(desk: &Desk, token: Token, back: Option<&'static str>) -> Response {
    let Ok(Path(token)) = token else {
        return missing();
    };
    let page = match find(desk, &token).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    let now = desk.env.now();
    let view = AskView::of(&page, &token, (&NewAnswer::default(), Vec::new()), (back, now));
    let gone = view.closed.is_some() && page.answers.is_empty();
    html(if gone { StatusCode::GONE } else { StatusCode::OK }, &view)
}

async fn answer(
    State(desk): State<Desk>,
    caller: Option<Extension<Caller>>,
    token: Token,
    request: Request,
) -> Response {
    let (locale, back) = reader(&desk, caller.as_deref()).await;
    let from = caller.map(|caller| caller.from.clone()).unwrap_or_default();
    locale::around(locale, answered(&desk, (token, back, from), request)).await
}

async fn answered(
    desk: &Desk,
    (token, back, from): (Token, Option<&'static str>, String),
    request: Request,
) -> Response {
    let Ok(Path(token)) = token else {
        return missing();
    };
    if foreign(request.headers()) {
        form::let_finish(request.into_body());
        let text = t("ask-foreign-why").plain();
        return html(
            StatusCode::FORBIDDEN,
            &AskMessage {
                heading: t("error-not-accepted").plain(),
                text,
            },
        );
    }
    let page = match find(desk, &token).await {
        Ok(page) => page,
        Err(response) => {
            form::let_finish(request.into_body());
            return response;
        }
    };
    let now = desk.env.now();
    if closed(&page, now).is_some() {
        form::let_finish(request.into_body());
        return html(
            StatusCode::GONE,
            &AskView::of(&page, &token, (&NewAnswer::default(), Vec::new()), (back, now)),
        );
    }
    let (mut typed, refused) = form::read(desk, request).await;
    typed.from = from;
    // The form once more, with what was typed and what is wrong with it.
    let again = |refused: Refused| {
        let view = AskView::of(&page, &token, (&typed, refused.problems), (back, now));
        html(refused.status, &view)
    };
    if let Some(refused) = refused {
        return again(refused);
    }
    match desk.take_answer(&token, &typed).await {
        Ok(()) => Redirect::to(&urls::ask(&token)).into_response(),
        Err(Error::Invalid(why)) => again(Refused::bad(vec![say(&why)])),
        Err(error) => failed(&error),
    }
}
