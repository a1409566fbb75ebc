//! What is to be done next with a case, and what its actions mean.

use docket_core::case::Case;
use docket_core::response::SubmissionState;
use docket_core::words::{ActionKind, Reason, Turn, WorkState};

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

/// What an action does.
pub const fn meaning(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Contest => {
            "Answer the platform’s request with evidence. Usually there is only one such answer."
        }
        ActionKind::Accept => "Concede: the buyer is paid back. A second person must approve it.",
        ActionKind::Offer => {
            "Propose a settlement to the buyer; an offer of the full amount is paid at once. Where it offers money, a second person must approve it."
        }
        ActionKind::Message => "Write to the buyer.",
        ActionKind::Escalate => "Hand the inquiry to the platform, which then decides.",
        ActionKind::Appeal => "Contest the decision with new evidence.",
        ActionKind::SupportingInfo => "Volunteer facts while the platform reviews.",
        ActionKind::AcknowledgeReturn => "Say what came back from the buyer.",
    }
}

/// The evidence that suits the reason (`paypal.md` 4).
const fn contest(reason: Reason) -> &'static str {
    match reason {
        Reason::NotReceived | Reason::Unauthorised | Reason::Unrecognised | Reason::RiskStop => {
            "contest \\\n  --evidence proof_of_fulfillment --note TEXT \\\n  --carrier CARRIER --tracking NUMBER --file FILE"
        }
        Reason::CreditNotProcessed | Reason::DuplicateOrPaidOtherwise | Reason::IncorrectAmount => {
            "contest \\\n  --evidence proof_of_refund --note TEXT \\\n  --refund-id ID --file FILE"
        }
        Reason::NotAsDescribed
        | Reason::SubscriptionCancelled
        | Reason::ProcessingOrCompliance
        | Reason::Other => "contest \\\n  --evidence other --note TEXT --file FILE",
    }
}

/// What follows `docket respond CASE`: the action's word and the options that it usually needs.
pub const fn command(action: ActionKind, reason: Reason) -> &'static str {
    match action {
        ActionKind::Contest => contest(reason),
        ActionKind::Accept => "accept \\\n  --type refund --note TEXT",
        ActionKind::Offer => "offer \\\n  --type refund --amount AMOUNT --note TEXT",
        ActionKind::Message => "message \\\n  --note TEXT",
        ActionKind::Escalate => "escalate \\\n  --note TEXT",
        ActionKind::Appeal => "appeal \\\n  --evidence KIND --note TEXT --file FILE",
        ActionKind::SupportingInfo => "supporting-info \\\n  --note TEXT",
        ActionKind::AcknowledgeReturn => "acknowledge-return \\\n  --type item_received",
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
