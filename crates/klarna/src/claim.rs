//! What Klarna asks for.

use docket_connector::http::read_json;
use docket_connector::{Claim, Error};
use docket_core::evidence::{Asked, EvidenceKind};

use crate::wire::{Dispute, Text};

/// Reads it off a dispute's body: Klarna's question is free text (reference 4), and open until evidence was handed in. The
/// customer's own words do not come with it.
///
/// # Errors
/// `Contract` when this is no dispute.
pub(crate) fn claim(raw: &[u8]) -> Result<Claim, Error> {
    let dispute: Dispute = read_json(raw, "dispute")?;
    let context = dispute
        .state_context
        .as_ref()
        .and_then(|context| context.representment.as_ref());
    let representments = [context, dispute.representment.as_ref()];
    let open = representments
        .into_iter()
        .flatten()
        .filter(|representment| representment.partner_evidence.is_none());
    let questions = open.filter_map(|representment| {
        representment
            .request
            .as_ref()?
            .additional_information
            .as_ref()
            .and_then(Text::filled)
    });
    Ok(Claim {
        words: Vec::new(),
        asked: questions.take(1).flat_map(asked).collect(),
    })
}

/// What a question speaks of, in the languages in which Klarna writes to merchants: any of the words names the kind. The
/// question is free text, so this reads only what it says in plain words.
const SPEAKS_OF: &[(EvidenceKind, &[&str])] = &[
    (
        EvidenceKind::DeliveryProof,
        &[
            "proof of delivery",
            "who received the goods",
            "bewijs van levering",
            "leveringsbewijs",
            "leveransbevis",
            "zustellnachweis",
            "liefernachweis",
        ],
    ),
    (
        EvidenceKind::Tracking,
        &[
            "tracking",
            "shipping details",
            "track and trace",
            "kollinummer",
            "spårningsnummer",
            "sendungsnummer",
            "sendungsverfolgung",
        ],
    ),
    (
        EvidenceKind::RemedyOffered,
        &[
            "solution you have offered",
            "solution you offered",
            "aangeboden oplossing",
            "lösning ni har erbjudit",
            "angebotene lösung",
        ],
    ),
    (
        EvidenceKind::ReturnState,
        &[
            "return was received",
            "return arrived",
            "retour is ontvangen",
            "returen har kommit",
            "rücksendung eingegangen",
        ],
    ),
    (
        EvidenceKind::RefundProof,
        &[
            "refund was made",
            "proof of refund",
            "bewijs van terugbetaling",
            "återbetalningen gjordes",
            "erstattungsnachweis",
        ],
    ),
    (
        EvidenceKind::StopConfirmation,
        &[
            "stop the shipment",
            "stop de zending",
            "stoppa leveransen",
            "lieferung stoppen",
        ],
    ),
    (
        EvidenceKind::ItemisedOrder,
        &["the invoice", "de factuur", "fakturan", "die rechnung"],
    ),
];

/// One entry for each kind that the question speaks of, each with the whole question; where it speaks of none that is
/// known, it is answered in words.
fn asked(question: &str) -> Vec<Asked> {
    let lower = question.to_lowercase();
    let named =
        |(kind, words): &(EvidenceKind, &[&str])| words.iter().any(|w| lower.contains(w)).then_some(*kind);
    let asked = |kind| Asked {
        words: question.to_owned(),
        kind,
        sent_as: None,
    };
    let kinds: Vec<EvidenceKind> = SPEAKS_OF.iter().filter_map(named).collect();
    if kinds.is_empty() {
        return vec![asked(None)];
    }
    kinds.into_iter().map(|kind| asked(Some(kind))).collect()
}

/// Klarna has no kinds (reference 4): the word only stands in our own records.
pub(crate) const fn word(kind: EvidenceKind) -> &'static str {
    kind.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_question_is_open_until_it_was_answered() {
        let mut body = json!({"state_context": {"representment": {"state": "EVIDENCE_REQUESTED",
            "request": {"requested_at": "2027-01-04T09:12:30.000Z", "additional_information": "Where is the parcel?"}}}});
        let asked = |body: &serde_json::Value| claim(body.to_string().as_bytes()).unwrap().asked;
        assert_eq!(
            asked(&body),
            [Asked {
                words: "Where is the parcel?".to_owned(),
                kind: None,
                sent_as: None,
            }]
        );
        body["state_context"]["representment"]["partner_evidence"] =
            json!({"created_at": "2027-01-05T09:12:30.000Z"});
        assert_eq!(asked(&body), []);
        assert_eq!(asked(&json!({})), []);
    }

    #[test]
    fn a_question_asks_for_the_kinds_that_it_speaks_of() {
        let kinds = |question: &str| {
            super::asked(question)
                .into_iter()
                .map(|a| a.kind)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            kinds("Please send a PROOF OF DELIVERY as a file, and the tracking number."),
            [Some(EvidenceKind::DeliveryProof), Some(EvidenceKind::Tracking)]
        );
        assert_eq!(
            kinds("Bitte senden Sie uns einen Zustellnachweis."),
            [Some(EvidenceKind::DeliveryProof)]
        );
        assert_eq!(
            kinds("Which solution have you given? Tell us whether a return was received."),
            [Some(EvidenceKind::ReturnState)]
        );
        assert_eq!(kinds("Please explain this order."), [None]);
    }
}
