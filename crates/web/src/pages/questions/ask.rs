//! Asking a client about a case: the wording begins with what the case lacks.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use docket_app::{Ask, AskWish, Desk, Error};
use docket_core::id::CaseId;

use crate::doors::{Fields, FormKey, Viewer};
use crate::error::{PageError, again, html};
use crate::locale;
use crate::pages::{Frame, Section};
use crate::query::Pairs;
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "ask_client.html")]
pub struct AskClientView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    dispute: String,
    platform: String,
    amount: String,
    reason: String,
    case: String,
    case_id: String,
    deadline: Option<Stamp>,
    question: String,
    /// As the field has it.
    due: String,
    due_shown: Stamp,
    to: String,
}

/// A question that was just asked, with the address that is shown this once.
#[derive(Debug, Template)]
#[template(path = "asked_client.html")]
pub struct AskedView {
    frame: Frame,
    dispute: String,
    case: String,
    question: String,
    page: String,
    mailed: Option<String>,
    due: Stamp,
    url: String,
}

/// What was typed, to be shown once more.
#[derive(Debug, Default)]
pub struct Typed {
    pub question: String,
    pub due: String,
    pub to: String,
}

impl AskClientView {
    pub fn of(viewer: &Viewer, wish: &AskWish, now: DateTime<Utc>) -> Self {
        let case = &wish.stored.case;
        Self {
            frame: Frame::of(viewer, t("ask-client-title"), Section::Questions).dated(now),
            key: viewer.key.clone(),
            problem: None,
            dispute: case.dispute.to_string(),
            platform: case.platform.title().to_owned(),
            amount: show::money(case.facts.amount),
            reason: show::words(case.facts.reason),
            case: urls::case(case.id),
            case_id: case.id.to_string(),
            deadline: case.round.deadline.map(|d| Stamp::of(d.at, now)),
            question: wish.question.clone(),
            due: locale::typed(wish.due),
            due_shown: Stamp::of(wish.due, now),
            to: String::new(),
        }
    }

    /// The same with what somebody typed, and what is wrong with it.
    pub fn again(mut self, typed: Typed, problem: String) -> Self {
        (self.question, self.due, self.to) = (typed.question, typed.due, typed.to);
        self.problem = Some(problem);
        self
    }
}

impl AskedView {
    pub fn of(viewer: &Viewer, wish: &AskWish, asked: &docket_app::Asked, now: DateTime<Utc>) -> Self {
        let request = &asked.request;
        Self {
            frame: Frame::of(viewer, t("asked-title"), Section::Questions).dated(now),
            dispute: wish.stored.case.dispute.to_string(),
            case: urls::case(request.case),
            question: request.question.clone(),
            page: asked.page.clone(),
            mailed: request.recipient.clone(),
            due: Stamp::of(request.due_at, now),
            url: urls::question(request.id),
        }
    }
}

async fn case_of(desk: &Desk, viewer: &Viewer, text: &str) -> Result<CaseId, PageError> {
    if text.trim().is_empty() {
        return Err(PageError::BadRequest(vec![t("refuse-which-case").plain()]));
    }
    Ok(desk.find_case(viewer.scope(), text.trim()).await?)
}

pub async fn page(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let named = pairs
        .iter()
        .find(|(name, _)| name == "case")
        .map_or("", |(_, value)| value);
    let case = case_of(&desk, &viewer, named).await?;
    let wish = desk.ask_wish(viewer.scope(), case).await?;
    Ok(html(&AskClientView::of(&viewer, &wish, desk.env.now()))?.into_response())
}

/// The due time that somebody typed; none where it was left as it was proposed: then it stays the rule's and moves with the
/// deadline.
pub fn due_of(text: &str, proposed: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Error> {
    if text.is_empty() || text == locale::typed(proposed) {
        return Ok(None);
    }
    let at = locale::of_field(text).map(Some);
    at.ok_or_else(|| Error::Invalid(t("ask-client-due-wrong").into()))
}

pub async fn post(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let case = case_of(&desk, &viewer, fields.get("case")).await?;
    let wish = desk.ask_wish(viewer.scope(), case).await?;
    let due = fields.get("due").trim();
    let to = Some(fields.get("to").trim()).filter(|to| !to.is_empty());
    let asked = match due_of(due, wish.due) {
        Ok(due) => {
            let ask = Ask {
                case,
                question: fields.get("question").to_owned(),
                due,
                to: to.map(str::to_owned),
                actor: viewer.name().to_owned(),
            };
            desk.ask_client(viewer.scope(), ask).await
        }
        Err(error) => Err(error),
    };
    let now = desk.env.now();
    match asked {
        Ok(asked) => again(StatusCode::OK, &AskedView::of(&viewer, &wish, &asked, now)),
        Err(Error::Store(error)) if !error.is_transient() => Err(Error::Store(error).into()),
        Err(error) => {
            let typed = Typed {
                question: fields.get("question").to_owned(),
                due: due.to_owned(),
                to: fields.get("to").to_owned(),
            };
            let page = AskClientView::of(&viewer, &wish, now).again(typed, say::error(&error));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}
