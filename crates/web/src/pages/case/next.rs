//! What is to be done next with a case, and what its actions mean.

use docket_core::case::Case;
use docket_core::response::SubmissionState;
use docket_core::words::{ActionKind, Turn, WorkState};

/// What is to be done, in a sentence or two.
pub fn sentence(case: &Case) -> String {
    let flags = match case.attention.len() {
        0 => "",
        1 => "First look at its flag in Decide. ",
        _ => "First look at its flags in Decide. ",
    };
    format!("{flags}{}", by_state(case))
}

fn by_state(case: &Case) -> &'static str {
    match case.work_state {
        WorkState::ReadyToSend => {
            "A response is prepared; the worker sends it at its time. Nothing to do unless it must be stopped."
        }
        WorkState::Sending => {
            "A response is being sent. Wait until the platform shows it; send nothing else."
        }
        WorkState::SentUnconfirmed => {
            "A response was sent, the platform does not show it yet. Wait for the reading that settles it; send nothing else."
        }
        WorkState::Held => {
            "The platform keeps our response and sends it by itself at the deadline. To send it now, press submit on the platform’s own page."
        }
        WorkState::WaitingOnClient => "The client owes an answer. Remind them before the next step is due.",
        WorkState::InReview => {
            "A draft waits for a second person, who reads and approves it in Preview and send; it is then sent at its time."
        }
        WorkState::New
        | WorkState::Triage
        | WorkState::Drafting
        | WorkState::AwaitingDecision
        | WorkState::Closed => by_turn(case),
    }
}

fn by_turn(case: &Case) -> &'static str {
    match case.facts.turn {
        Turn::Ours if case.facts.allowed_actions.is_empty() => {
            "It is our turn, but the platform offers no action here. Answer on the platform’s own pages."
        }
        Turn::Ours => "It is our turn. Decide, then answer before the deadline.",
        Turn::Buyer => "It is the buyer’s turn. Nothing is due from us; a message may still settle it.",
        Turn::Platform => "The platform is deciding. Nothing is due from us.",
        Turn::Nobody if case.facts.allowed_actions.contains(&ActionKind::Appeal) => {
            "The case is closed. The platform still takes an appeal with new evidence."
        }
        Turn::Nobody => "The case is closed. Nothing is left to do.",
    }
}

/// What a contest does.
pub const CONTEST: &str =
    "Answer the platform’s request with evidence. Usually there is only one such answer.";

/// The class of a response's state.
pub const fn class(state: SubmissionState) -> &'static str {
    match state {
        SubmissionState::Confirmed => "good",
        SubmissionState::Prepared | SubmissionState::Sending | SubmissionState::Cancelled => "calm",
        SubmissionState::SentUnconfirmed | SubmissionState::Held => "warn",
        SubmissionState::Refused | SubmissionState::NeedsPerson => "bad",
    }
}
