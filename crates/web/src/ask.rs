//! The page of one question to a client, for whoever has its token: the public part of the case, the question, what was
//! answered so far, and a plain form. Nothing else of the desk can be reached from it.
//!
//! There is no cookie that a browser would send along, so a form of a stranger cannot act in a client's name without
//! knowing the token; still, a post that the browser itself calls foreign is refused.

mod form;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use chrono::{DateTime, Utc};
use docket_app::{AskPage, Desk, Error, NewAnswer};
use docket_core::request::RequestState;
use docket_core::words::Reason;

use self::form::Refused;
use crate::assets;
use crate::show::Stamp;
use crate::urls;

/// The page and its form, for its place in the router.
pub fn page() -> MethodRouter<Desk> {
    // The form reads its body itself, with limits of its own.
    get(show)
        .post(answer)
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// What a client sees.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub struct AskView {
    platform: String,
    orders: String,
    amount: String,
    reason: &'static str,
    question: String,
    due: Stamp,
    until: Stamp,
    answers: Vec<Given>,
    /// Why no answer can be given any more.
    closed: Option<&'static str>,
    problems: Vec<String>,
    answer: String,
    action_plan: String,
    action: String,
}

#[derive(Debug)]
struct Given {
    at: Stamp,
    answer: String,
    action_plan: String,
    files: Vec<(String, String)>,
}

/// A page without any case: what is wrong, and what to do.
#[derive(Debug, Template)]
#[template(path = "ask_message.html")]
pub struct AskMessage {
    pub heading: &'static str,
    pub text: String,
}

impl AskView {
    pub fn of(
        page: &AskPage,
        token: &str,
        (typed, problems): (&NewAnswer, Vec<String>),
        now: DateTime<Utc>,
    ) -> Self {
        let request = &page.request;
        Self {
            platform: page.platform.clone(),
            orders: page.order_refs.join(", "),
            amount: page.amount.to_string(),
            reason: reason(page.reason),
            question: request.question.clone(),
            due: Stamp::of(request.due_at, now),
            until: Stamp::of(request.expires_at, now),
            answers: page
                .answers
                .iter()
                .map(|a| Given {
                    at: Stamp::of(a.received_at, now),
                    answer: a.answer.clone(),
                    action_plan: a.action_plan.clone(),
                    files: a.files.iter().map(|f| (f.name.clone(), size(f.size))).collect(),
                })
                .collect(),
            closed: closed(page, now),
            problems,
            answer: typed.answer.clone(),
            action_plan: typed.action_plan.clone(),
            action: urls::ask(token),
        }
    }

    fn styles(&self) -> &'static str {
        assets::styles_url()
    }

    fn icon(&self) -> &'static str {
        assets::icon_url()
    }
}

impl AskMessage {
    fn styles(&self) -> &'static str {
        assets::styles_url()
    }

    fn icon(&self) -> &'static str {
        assets::icon_url()
    }
}

fn closed(page: &AskPage, now: DateTime<Utc>) -> Option<&'static str> {
    match page.request.state {
        RequestState::Withdrawn => Some("This question was withdrawn: no answer is needed any more."),
        RequestState::Open | RequestState::Answered if page.request.takes_answers(now) => None,
        RequestState::Open | RequestState::Answered | RequestState::Lapsed => {
            Some("The time for this question is over: an answer can no longer be used.")
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000.. => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// What the buyer says, in plain words.
const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotReceived => "The buyer says that the order did not arrive.",
        Reason::NotAsDescribed => "The buyer says that the order is not what was described.",
        Reason::Unauthorised => "The account holder says that somebody else paid with the account.",
        Reason::Unrecognised => "The account holder does not recognise the payment.",
        Reason::CreditNotProcessed => "The buyer says that a refund is due and did not come.",
        Reason::DuplicateOrPaidOtherwise => {
            "The buyer says that the order was paid twice, or in another way."
        }
        Reason::IncorrectAmount => "The buyer says that the amount is wrong.",
        Reason::SubscriptionCancelled => "The buyer says that the subscription was cancelled before.",
        Reason::ProcessingOrCompliance => "The bank says that the payment was not processed by the rules.",
        Reason::RiskStop => "The payment looks risky: it has to be said whether the goods are on their way.",
        Reason::Other => "The buyer disputes the payment for another reason.",
    }
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
    let text = "Check that the whole address was copied, or ask your contact at the agency for a new one."
        .to_owned();
    html(
        StatusCode::NOT_FOUND,
        &AskMessage {
            heading: "There is no such page",
            text,
        },
    )
}

fn failed(error: &Error) -> Response {
    tracing::error!(%error, "a page for a client failed");
    let text =
        "Nothing was kept. Try again in a few minutes; what you typed may have to be typed again.".to_owned();
    html(
        StatusCode::INTERNAL_SERVER_ERROR,
        &AskMessage {
            heading: "Something failed here",
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

async fn show(State(desk): State<Desk>, token: Token) -> Response {
    let Ok(Path(token)) = token else {
        return missing();
    };
    let page = match find(&desk, &token).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    let now = desk.env.now();
    let view = AskView::of(&page, &token, (&NewAnswer::default(), Vec::new()), now);
    let gone = view.closed.is_some() && page.answers.is_empty();
    html(if gone { StatusCode::GONE } else { StatusCode::OK }, &view)
}

async fn answer(State(desk): State<Desk>, token: Token, request: Request) -> Response {
    let Ok(Path(token)) = token else {
        return missing();
    };
    if foreign(request.headers()) {
        form::let_finish(request.into_body());
        let text =
            "This form was sent from another site. Open the page’s own address and answer there.".to_owned();
        return html(
            StatusCode::FORBIDDEN,
            &AskMessage {
                heading: "Not accepted",
                text,
            },
        );
    }
    let page = match find(&desk, &token).await {
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
            &AskView::of(&page, &token, (&NewAnswer::default(), Vec::new()), now),
        );
    }
    let (typed, refused) = form::read(&desk, request).await;
    if let Some(refused) = refused {
        return again(&page, &token, &typed, refused, now);
    }
    match desk.take_answer(&token, &typed).await {
        Ok(()) => Redirect::to(&urls::ask(&token)).into_response(),
        Err(Error::Invalid(why)) => again(&page, &token, &typed, Refused::bad(vec![why]), now),
        Err(error) => failed(&error),
    }
}

/// The form once more, with what was typed and what is wrong with it.
fn again(page: &AskPage, token: &str, typed: &NewAnswer, refused: Refused, now: DateTime<Utc>) -> Response {
    html(
        refused.status,
        &AskView::of(page, token, (typed, refused.problems), now),
    )
}

/// Whether the browser says that the form stood on another site. Pages here send no referrer, so the origin of an honest
/// form is `null` or missing in browsers that do not say it the newer way.
fn foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN.as_str()) {
        None | Some("null") => false,
        Some(origin) => {
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            text(header::HOST.as_str()) != Some(host)
        }
    }
}
