//! One question to a client: what was asked, what was answered, and what the client's files show.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Desk, Error, NewAnswer, QuestionView as Question};
use docket_core::evidence::EvidenceKind;
use docket_core::id::RequestId;
use docket_core::request::RequestState;
use docket_core::response::FileRef;

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section};
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "question.html")]
pub struct QuestionPage {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    /// An address of the client's page that was just made; shown this once.
    link: Option<String>,
    question: String,
    state: String,
    late: bool,
    dispute: String,
    case: String,
    asked: Stamp,
    by: String,
    to: Option<String>,
    due: Stamp,
    until: Stamp,
    answers: Vec<Answer>,
    pieces: Vec<Piece>,
    kinds: Vec<Choice>,
    /// What the person may do now.
    ask: Option<String>,
    remind: Option<String>,
    new_link: Option<String>,
    withdraw: Option<String>,
    confirm: Option<String>,
    record: Option<Record>,
}

/// The form for what a client answered by mail.
#[derive(Debug)]
struct Record {
    url: String,
    answer: String,
    plan: String,
}

#[derive(Debug)]
struct Answer {
    at: Stamp,
    answer: String,
    plan: String,
    /// Each with where it is looked at.
    files: Vec<(String, String)>,
}

/// A file of which nobody has said what it shows.
#[derive(Debug)]
struct Piece {
    id: String,
    /// Its name with where it is looked at; none for a text.
    file: Option<(String, String)>,
    place: String,
}

impl QuestionPage {
    pub fn of(viewer: &Viewer, view: &Question, now: DateTime<Utc>) -> Self {
        let request = &view.request;
        let works = viewer.may(Door::WithdrawQuestion);
        let open = request.state == RequestState::Open;
        let shown = |file: &FileRef| (file.name.clone(), urls::case_file(request.case, &file.sha256));
        let piece = |piece: &docket_app::StoredEvidence| Piece {
            id: piece.id.to_string(),
            file: piece.item.file.as_ref().map(shown),
            place: piece.item.from.place.clone(),
        };
        let answer = |a: &docket_core::request::InfoAnswer| Answer {
            at: Stamp::of(a.received_at, now),
            answer: a.answer.clone(),
            plan: a.action_plan.clone(),
            files: a.files.iter().map(shown).collect(),
        };
        Self {
            frame: Frame::of(viewer, t("question-title"), Section::Questions).dated(now),
            key: viewer.key.clone(),
            problem: None,
            link: None,
            question: request.question.clone(),
            state: show::words(request.state),
            late: open && request.due_at <= now,
            dispute: view.stored.case.dispute.to_string(),
            case: urls::case(request.case),
            asked: Stamp::of(request.asked_at, now),
            by: request.asked_by.clone(),
            to: request.recipient.clone(),
            due: Stamp::of(request.due_at, now),
            until: Stamp::of(request.expires_at, now),
            answers: view.answers.iter().map(answer).collect(),
            pieces: view.unconfirmed.iter().map(piece).collect(),
            kinds: EvidenceKind::ALL
                .iter()
                .map(|kind| Choice::new(kind.to_string(), show::title(kind), false))
                .collect(),
            ask: works.then(|| urls::ask_question(request.case)),
            remind: (works && open && request.recipient.is_some()).then(|| urls::remind_question(request.id)),
            new_link: (works && request.takes_answers(now)).then(|| urls::question_link(request.id)),
            withdraw: (works && open).then(|| urls::withdraw_question(request.id)),
            confirm: works.then(|| urls::confirm_answer(request.id)),
            record: (works && request.takes_answers(now)).then(|| Record {
                url: urls::record_answer(request.id),
                answer: String::new(),
                plan: String::new(),
            }),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }

    pub fn linked(mut self, link: String) -> Self {
        self.link = Some(link);
        self
    }
}

fn id_of(Path(id): &Path<String>) -> Result<RequestId, PageError> {
    let missing = |_| PageError::NotFound(t("question-missing").plain());
    id.parse().map_err(missing)
}

async fn view(desk: &Desk, viewer: &Viewer, id: RequestId) -> Result<QuestionPage, PageError> {
    let found = desk.question(viewer.scope(), id).await;
    let found = found.map_err(|error| match error {
        Error::NotFound(_) => PageError::NotFound(t("question-missing").plain()),
        other => other.into(),
    })?;
    Ok(QuestionPage::of(viewer, &found, desk.env.now()))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, id: Path<String>) -> PageResult {
    html(&view(&desk, &viewer, id_of(&id)?).await?)
}

/// The page once more: as it is now where the work was done, with the reason where it was not.
async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    id: RequestId,
    done: Result<(), Error>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&urls::question(id)).into_response()),
        Err(Error::Store(error)) if !error.is_transient() => Err(Error::Store(error).into()),
        Err(error) => {
            let page = view(desk, viewer, id).await?.with(say::error(&error));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

pub async fn remind(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let done = desk.remind_client(viewer.scope(), id, viewer.name()).await;
    answer(&desk, &viewer, id, done).await
}

pub async fn withdraw(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let done = desk.withdraw_request(viewer.scope(), id, viewer.name()).await;
    answer(&desk, &viewer, id, done.map(|_| ())).await
}

/// Keeps what a client answered by mail; what was typed stays where it is not taken.
pub async fn record(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let new = NewAnswer {
        answer: fields.get("answer").to_owned(),
        action_plan: fields.get("plan").to_owned(),
        files: Vec::new(),
        from: viewer.from.clone(),
    };
    let problems = crate::ask::problems(&new);
    if !problems.is_empty() {
        let mut page = view(&desk, &viewer, id).await?.with(problems.join(" "));
        if let Some(record) = &mut page.record {
            (record.answer, record.plan) = (new.answer, new.action_plan);
        }
        return again(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let done = desk.record_answer(viewer.scope(), id, &new, viewer.name()).await;
    answer(&desk, &viewer, id, done).await
}

/// A further address of the client's page, shown this once.
pub async fn link(State(desk): State<Desk>, viewer: Viewer, id: Path<String>) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    match desk.info_link(viewer.scope(), id).await {
        Ok(link) => again(StatusCode::OK, &view(&desk, &viewer, id).await?.linked(link)),
        Err(error) => answer(&desk, &viewer, id, Err(error)).await,
    }
}

/// A file of the client becomes evidence: somebody says what it shows.
pub async fn confirm(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let done = match (fields.get("piece").parse(), fields.get("kind").parse()) {
        (Ok(piece), Ok(kind)) => {
            let (request, _) = desk.info_request(viewer.scope(), id).await?;
            desk.confirm_evidence(viewer.scope(), request.case, (piece, kind), viewer.name())
                .await
        }
        _ => Err(Error::Invalid(t("question-choose").into())),
    };
    answer(&desk, &viewer, id, done).await
}

/// Leads a client's own person to the page where they answer.
pub async fn to_answer(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    // Whether it is their own decides the scope of the read, before any address is made.
    let missing = |_| PageError::NotFound(t("question-missing").plain());
    let (request, _) = desk.info_request(viewer.scope(), id).await.map_err(missing)?;
    if !request.takes_answers(desk.env.now()) {
        return Err(PageError::NotFound(t("question-closed").plain()));
    }
    let token = desk.answer_token(viewer.scope(), id, viewer.person.id).await?;
    Ok(Redirect::to(&urls::ask(&token)).into_response())
}
