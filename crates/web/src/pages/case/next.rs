//! What is to be done next with a case, and what its actions mean.

use docket_core::case::Case;
use docket_core::response::SubmissionState;
use docket_core::words::{ActionKind, Turn, WorkState};

use crate::texts::t;

/// What is to be done, in a sentence or two.
pub fn sentence(case: &Case) -> String {
    let next = t(by_state(case)).plain();
    let flags = match case.attention.len() {
        0 => return next,
        1 => t("case-flag"),
        _ => t("case-flags"),
    };
    format!("{} {next}", flags.plain())
}

fn by_state(case: &Case) -> &'static str {
    match case.work_state {
        WorkState::ReadyToSend => "case-next-ready",
        WorkState::Sending => "case-next-sending",
        WorkState::SentUnconfirmed => "case-next-unconfirmed",
        WorkState::Held => "case-next-held",
        WorkState::WaitingOnClient => "case-next-client",
        WorkState::InReview => "case-next-review",
        WorkState::New
        | WorkState::Triage
        | WorkState::Drafting
        | WorkState::AwaitingDecision
        | WorkState::Closed => by_turn(case),
    }
}

fn by_turn(case: &Case) -> &'static str {
    match case.facts.turn {
        Turn::Ours if case.facts.allowed_actions.is_empty() => "case-next-no-action",
        Turn::Ours => "case-next-ours",
        Turn::Buyer => "case-next-buyer",
        Turn::Platform => "case-next-platform",
        Turn::Nobody if case.facts.allowed_actions.contains(&ActionKind::Appeal) => "case-next-appeal",
        Turn::Nobody => "case-next-closed",
    }
}

/// The class of a response's state.
pub const fn class(state: SubmissionState) -> &'static str {
    match state {
        SubmissionState::Confirmed => "good",
        SubmissionState::Prepared | SubmissionState::Sending | SubmissionState::Cancelled => "calm",
        SubmissionState::SentUnconfirmed | SubmissionState::Held => "warn",
        SubmissionState::Refused | SubmissionState::NeedsPerson => "bad",
    }
}
