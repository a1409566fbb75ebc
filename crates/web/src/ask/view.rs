//! What the page shows.

use askama::Template;
use chrono::{DateTime, Utc};
use docket_app::{AskPage, NewAnswer};
use docket_core::request::RequestState;
use docket_core::words::Reason;

use crate::assets;
use crate::show::Stamp;
use crate::urls;

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
    pub closed: Option<&'static str>,
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

pub fn closed(page: &AskPage, now: DateTime<Utc>) -> Option<&'static str> {
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
