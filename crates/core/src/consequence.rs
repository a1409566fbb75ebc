//! What a response does once it is sent, in words for the person who decides: what happens, and that nothing brings it
//! back. One sentence or a few for every action on every platform.

use crate::money::Money;
use crate::response::{AcceptKind, OfferKind, Response, ReturnState};
use crate::words::{Platform, Stage};

/// What sending this does.
pub fn consequence(response: &Response, disputed: Money, platform: Platform, stage: Stage) -> String {
    match response {
        Response::Contest {
            evidence,
            proposed_refund,
            ..
        } => {
            let told = contest(evidence.len(), platform, stage);
            match proposed_refund {
                Some(part) => format!("{told} {}", partial(*part, disputed)),
                None => told,
            }
        }
        Response::Accept { kind, amount, .. } => accept(*kind, amount.unwrap_or(disputed), disputed, platform),
        Response::Offer { kind, amount, .. } => offer(*kind, *amount, disputed),
        Response::Message { .. } => "The buyer receives this message. It cannot be taken back.".to_owned(),
        Response::Escalate { .. } => {
            "The inquiry becomes a claim: talking to the buyer ends and the platform decides. It cannot be undone."
                .to_owned()
        }
        Response::Appeal { .. } => {
            "The decision is appealed with new evidence; an appeal that repeats earlier evidence is itself a reason to lose. \
             It cannot be taken back."
                .to_owned()
        }
        Response::SupportingInfo { .. } => {
            "The platform receives these facts for its review. They cannot be taken back.".to_owned()
        }
        Response::AcknowledgeReturn {
            kind: ReturnState::ItemReceived,
            ..
        } => format!(
            "This confirms the return and concedes the full amount of {disputed}: it is refunded to the buyer. It cannot be undone."
        ),
        Response::AcknowledgeReturn {
            kind:
                ReturnState::ItemNotReceived
                | ReturnState::Damaged
                | ReturnState::EmptyPackageOrDifferent
                | ReturnState::MissingItems,
            ..
        } => "The return is contested and the platform decides. It cannot be taken back.".to_owned(),
    }
}

fn contest(pieces: usize, platform: Platform, stage: Stage) -> String {
    let pieces = if pieces == 1 {
        "1 piece of evidence goes".to_owned()
    } else {
        format!("{pieces} pieces of evidence go")
    };
    let then = match stage {
        Stage::Inquiry => " If the buyer is not convinced, the inquiry may still become a chargeback.",
        Stage::PreArbitration | Stage::Arbitration => {
            " Evidence was weighed before: what only repeats it convinces nobody."
        }
        Stage::Chargeback | Stage::Unknown => "",
    };
    format!(
        "{pieces} to {}. Usually this is the only response: nothing can be added or taken back.{then}",
        platform.title()
    )
}

fn partial(part: Money, disputed: Money) -> String {
    format!(
        "It proposes a refund of {part} of {disputed}: that part is given up whatever is decided, a win counts as partial, and \
         it cannot be undone."
    )
}

fn accept(kind: AcceptKind, amount: Money, disputed: Money, platform: Platform) -> String {
    match kind {
        // What Klarna calls `accept-loss`: the merchant is debited, no refund is made.
        AcceptKind::Refund if platform == Platform::KLARNA => format!(
            "This concedes the full amount of {disputed} and cannot be undone: Klarna closes the dispute as an accepted loss. \
             Do not refund the order beside it, or the buyer is paid twice."
        ),
        AcceptKind::Refund if platform == Platform::SHOPIFY => format!(
            "This concedes the full amount of {disputed} and cannot be undone: what the buyer's bank took stays with the buyer \
             and the dispute ends as accepted."
        ),
        AcceptKind::Refund => format!(
            "This concedes the full amount of {disputed} and cannot be undone: it is refunded to the buyer at once and the \
             case is closed in the buyer's favour."
        ),
        AcceptKind::PartialRefund => format!(
            "A partial refund of {amount} of {disputed} is proposed; at or above the buyer's request it is paid at once and the \
             case is closed in the buyer's favour. It cannot be undone."
        ),
        AcceptKind::RefundWithReturn | AcceptKind::RefundWithReturnLabel => format!(
            "This concedes the full amount of {disputed} and cannot be undone: it is refunded to the buyer when the goods are \
             returned, and the case ends in the buyer's favour."
        ),
    }
}

fn offer(kind: OfferKind, amount: Option<Money>, disputed: Money) -> String {
    let more = match kind {
        OfferKind::Refund => "",
        OfferKind::RefundWithReturn => " against the return of the goods",
        OfferKind::RefundWithReplacement => " with a replacement",
        OfferKind::ReplacementWithoutRefund => {
            return "A replacement is offered to the buyer; if the buyer accepts, the case is closed. The offer cannot be taken back."
                .to_owned();
        }
    };
    format!(
        "{} of {disputed} is offered to the buyer{more}. An offer of the full amount is paid at once and closes the case; it \
         cannot be undone.",
        amount.unwrap_or(disputed)
    )
}

#[cfg(test)]
mod tests;
