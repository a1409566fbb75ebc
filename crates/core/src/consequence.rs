//! What a response does once it is sent, in words for the person who decides: what happens, and that nothing brings it
//! back. One sentence or a few for every action on every platform.

use crate::money::Money;
use crate::response::{AcceptKind, OfferKind, Response, ReturnState};
use crate::sentence;
use crate::sentence::Sentence;
use crate::words::{Platform, Stage};

/// What sending this does.
pub fn consequence(response: &Response, disputed: Money, platform: Platform, stage: Stage) -> Sentence {
    match response {
        Response::Contest {
            evidence,
            proposed_refund,
            ..
        } => {
            let told = contest(evidence.len(), platform, stage);
            match proposed_refund {
                Some(part) => told.and(partial(*part, disputed)),
                None => told,
            }
        }
        Response::Accept { kind, amount, .. } => {
            accept(*kind, amount.unwrap_or(disputed), disputed, platform)
        }
        Response::Offer { kind, amount, .. } => offer(*kind, amount.unwrap_or(disputed), disputed),
        Response::Message { .. } => sentence!("The buyer receives this message. It cannot be taken back."),
        Response::Escalate { .. } => sentence!(
            "The inquiry becomes a claim: talking to the buyer ends and the platform decides. It cannot be undone."
        ),
        Response::Appeal { .. } if platform == Platform::KLARNA => sentence!(
            "The decision goes to arbitration, which binds: it is the last word. Klarna may take no new evidence there, so that the \
             text must stand by itself. It cannot be taken back."
        ),
        Response::Appeal { .. } => sentence!(
            "The decision is appealed with new evidence; an appeal that repeats earlier evidence is itself a reason to lose. \
             It cannot be taken back."
        ),
        Response::SupportingInfo { .. } => {
            sentence!("The platform receives these facts for its review. They cannot be taken back.")
        }
        Response::AcknowledgeReturn {
            kind: ReturnState::ItemReceived,
            ..
        } => sentence!(
            "This confirms the return and concedes the full amount of {disputed}: it is refunded to the buyer. It cannot be undone.",
            disputed
        ),
        Response::AcknowledgeReturn {
            kind:
                ReturnState::ItemNotReceived
                | ReturnState::Damaged
                | ReturnState::EmptyPackageOrDifferent
                | ReturnState::MissingItems,
            ..
        } => sentence!("The return is contested and the platform decides. It cannot be taken back."),
    }
}

fn contest(pieces: usize, platform: Platform, stage: Stage) -> Sentence {
    let platform = platform.title();
    let told = if pieces == 1 {
        sentence!(
            "1 piece of evidence goes to {platform}. Usually this is the only response: nothing can be added or taken back.",
            platform
        )
    } else {
        sentence!(
            "{pieces} pieces of evidence go to {platform}. Usually this is the only response: nothing can be added or taken back.",
            pieces,
            platform
        )
    };
    match stage {
        Stage::Inquiry => told.and(sentence!(
            "If the buyer is not convinced, the inquiry may still become a chargeback."
        )),
        Stage::PreArbitration | Stage::Arbitration => told.and(sentence!(
            "Evidence was weighed before: what only repeats it convinces nobody."
        )),
        Stage::Chargeback | Stage::Unknown => told,
    }
}

fn partial(part: Money, disputed: Money) -> Sentence {
    sentence!(
        "It proposes a refund of {part} of {disputed}: that part is given up whatever is decided, a win counts as partial, and \
         it cannot be undone.",
        part,
        disputed
    )
}

fn accept(kind: AcceptKind, amount: Money, disputed: Money, platform: Platform) -> Sentence {
    match kind {
        // What Klarna calls `accept-loss`: the merchant is debited, no refund is made.
        AcceptKind::Refund if platform == Platform::KLARNA => sentence!(
            "This concedes the full amount of {disputed} and cannot be undone: Klarna closes the dispute as an accepted loss. \
             Do not refund the order beside it, or the buyer is paid twice.",
            disputed
        ),
        AcceptKind::Refund if platform == Platform::SHOPIFY => sentence!(
            "This concedes the full amount of {disputed} and cannot be undone: what the buyer's bank took stays with the buyer \
             and the dispute ends as accepted.",
            disputed
        ),
        AcceptKind::Refund => sentence!(
            "This concedes the full amount of {disputed} and cannot be undone: it is refunded to the buyer at once and the \
             case is closed in the buyer's favour.",
            disputed
        ),
        AcceptKind::PartialRefund => sentence!(
            "A partial refund of {amount} of {disputed} is proposed; at or above the buyer's request it is paid at once and the \
             case is closed in the buyer's favour. It cannot be undone.",
            amount,
            disputed
        ),
        AcceptKind::RefundWithReturn | AcceptKind::RefundWithReturnLabel => sentence!(
            "This concedes the full amount of {disputed} and cannot be undone: it is refunded to the buyer when the goods are \
             returned, and the case ends in the buyer's favour.",
            disputed
        ),
    }
}

fn offer(kind: OfferKind, amount: Money, disputed: Money) -> Sentence {
    match kind {
        OfferKind::Refund => sentence!(
            "{amount} of {disputed} is offered to the buyer. An offer of the full amount is paid at once and closes the case; it \
             cannot be undone.",
            amount,
            disputed
        ),
        OfferKind::RefundWithReturn => sentence!(
            "{amount} of {disputed} is offered to the buyer against the return of the goods. An offer of the full amount is paid \
             at once and closes the case; it cannot be undone.",
            amount,
            disputed
        ),
        OfferKind::RefundWithReplacement => sentence!(
            "{amount} of {disputed} is offered to the buyer with a replacement. An offer of the full amount is paid at once and \
             closes the case; it cannot be undone.",
            amount,
            disputed
        ),
        OfferKind::ReplacementWithoutRefund => sentence!(
            "A replacement is offered to the buyer; if the buyer accepts, the case is closed. The offer cannot be taken back."
        ),
    }
}

#[cfg(test)]
mod tests;
