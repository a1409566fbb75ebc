//! What the page shows.

use askama::Template;
use chrono::{DateTime, Utc};
use docket_app::{AskPage, NewAnswer};
use docket_core::request::RequestState;
use docket_core::words::Reason;

use crate::assets;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// What a client sees.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub struct AskView {
    platform: String,
    orders: String,
    amount: String,
    reason: String,
    question: String,
    due: Stamp,
    until: Stamp,
    answers: Vec<Given>,
    /// Why no answer can be given any more.
    pub closed: Option<String>,
    problems: Vec<String>,
    answer: String,
    action_plan: String,
    action: String,
    /// Where somebody who is logged in came from.
    back: Option<&'static str>,
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
    pub heading: String,
    pub text: String,
}

impl AskView {
    pub fn of(
        page: &AskPage,
        token: &str,
        (typed, problems): (&NewAnswer, Vec<String>),
        (back, now): (Option<&'static str>, DateTime<Utc>),
    ) -> Self {
        let request = &page.request;
        Self {
            platform: page.platform.clone(),
            orders: page.order_refs.join(", "),
            amount: show::money(page.amount),
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
            back,
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

pub fn closed(page: &AskPage, now: DateTime<Utc>) -> Option<String> {
    let id = match page.request.state {
        RequestState::Withdrawn => "ask-withdrawn",
        RequestState::Open | RequestState::Answered if page.request.takes_answers(now) => return None,
        RequestState::Open | RequestState::Answered | RequestState::Lapsed => "ask-over",
    };
    Some(t(id).plain())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => t("ask-bytes").with("n", bytes).plain(),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000.. => show::digits(&format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)),
    }
}

/// What the buyer says, in plain words.
fn reason(reason: Reason) -> String {
    t(match reason {
        Reason::NotReceived => "ask-reason-not-received",
        Reason::NotAsDescribed => "ask-reason-not-as-described",
        Reason::Unauthorised => "ask-reason-unauthorised",
        Reason::Unrecognised => "ask-reason-unrecognised",
        Reason::CreditNotProcessed => "ask-reason-credit",
        Reason::DuplicateOrPaidOtherwise => "ask-reason-duplicate",
        Reason::IncorrectAmount => "ask-reason-amount",
        Reason::SubscriptionCancelled => "ask-reason-subscription",
        Reason::ProcessingOrCompliance => "ask-reason-compliance",
        Reason::RiskStop => "ask-reason-risk",
        Reason::Other => "ask-reason-other",
    })
    .plain()
}
