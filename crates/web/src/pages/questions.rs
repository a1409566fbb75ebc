//! Questions to clients: what is open and what is late, and how fast clients answer. A client's person sees its own.

pub mod ask;
pub mod one;

use askama::Template;
use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, StoredCase};
use docket_core::request::{InfoRequest, RequestState};
use docket_core::stats::AnswerTimes;

use crate::doors::{Door, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::{Choice, Frame, Section, client_choices, clients, scope};
use crate::query::{Pairs, QuestionsQuery};
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: i64 = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "questions.html")]
pub struct QuestionsView {
    frame: Frame,
    key: FormKey,
    staff: bool,
    clients: Vec<Choice>,
    state: RequestState,
    /// Each state as a link: its name, the address, whether it is the one shown.
    states: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    /// Whether the person may ask.
    asks: bool,
    times: Option<Times>,
}

#[derive(Debug)]
struct Row {
    question: String,
    due: Stamp,
    late: bool,
    asked: Stamp,
    by: String,
    to: Option<String>,
    dispute: String,
    case: String,
    client: String,
    /// The page of the question, for the agency.
    url: Option<String>,
    /// Where its client answers, for the client's own person.
    answer: Option<String>,
}

/// How fast clients answer, in words.
#[derive(Debug)]
pub struct Times {
    pub asked: u64,
    pub answered: u64,
    pub open: u64,
    pub lapsed: u64,
    pub withdrawn: u64,
    pub median: String,
    pub within: String,
    pub silent: String,
}

impl Times {
    fn of(times: &AnswerTimes) -> Self {
        Self {
            asked: times.asked,
            answered: times.answered,
            open: times.open,
            lapsed: times.lapsed,
            withdrawn: times.withdrawn,
            median: times
                .median
                .map_or_else(|| t("questions-median-unknown").plain(), show::span),
            within: share(times.within_24h),
            silent: share(times.unanswered_at_48h),
        }
    }
}

fn share(rate: docket_core::stats::Rate) -> String {
    t("of").with("hits", rate.hits()).with("n", rate.n()).plain()
}

impl QuestionsView {
    pub fn of(
        viewer: &Viewer,
        found: &[(InfoRequest, StoredCase)],
        query: &QuestionsQuery,
        (all, times): (&[Client], Option<&AnswerTimes>),
        now: DateTime<Utc>,
    ) -> Self {
        let name = |id| {
            all.iter()
                .find(|c| c.id == id)
                .map_or_else(String::new, |c| c.name.clone())
        };
        let wanted = query.client.as_deref();
        let chosen = wanted.and_then(|id| all.iter().find(|c| c.id.to_string() == id));
        let row = |(request, stored): &(InfoRequest, StoredCase)| Row {
            question: request.question.clone(),
            due: Stamp::of(request.due_at, now),
            late: request.state == RequestState::Open && request.due_at <= now,
            asked: Stamp::of(request.asked_at, now),
            by: request.asked_by.clone(),
            to: request.recipient.clone(),
            dispute: stored.case.dispute.to_string(),
            case: urls::case(stored.case.id),
            client: name(request.client),
            url: viewer.may(Door::Question).then(|| urls::question(request.id)),
            answer: (viewer.may(Door::AnswerQuestion) && request.takes_answers(now))
                .then(|| urls::answer_question(request.id)),
        };
        let state = |state: &RequestState| {
            let view = QuestionsQuery {
                state: *state,
                after: None,
                ..query.clone()
            };
            (show::title(state), urls::questions(&view), *state == query.state)
        };
        let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= PAGE;
        let next = found.last().filter(|_| full).map(|(last, _)| QuestionsQuery {
            after: Some((last.due_at, last.id)),
            ..query.clone()
        });
        Self {
            frame: Frame::of(viewer, t("questions-to-clients"), Section::Questions).dated(now),
            key: viewer.key.clone(),
            staff: viewer.is_staff(),
            clients: client_choices(viewer, all, chosen),
            state: query.state,
            states: RequestState::ALL.iter().map(state).collect(),
            rows: found.iter().map(row).collect(),
            next: next.as_ref().map(urls::questions),
            asks: viewer.may(Door::AskQuestion),
            times: times.map(Times::of),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let mut query = QuestionsQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (all, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    query.client = client.as_ref().map(|c| c.id.to_string());
    let scope = scope(&viewer, client.as_ref());
    let found = desk.questions(scope, query.state, query.after, PAGE).await?;
    let times = if viewer.is_staff() {
        Some(desk.answer_times_in(scope).await?)
    } else {
        None
    };
    html(&QuestionsView::of(
        &viewer,
        &found,
        &query,
        (&all, times.as_ref()),
        desk.env.now(),
    ))
}
