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
    let asked = questions.take(1).map(|question| Asked {
        words: question.to_owned(),
        kind: None,
    });
    Ok(Claim {
        words: Vec::new(),
        asked: asked.collect(),
    })
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
                kind: None
            }]
        );
        body["state_context"]["representment"]["partner_evidence"] =
            json!({"created_at": "2027-01-05T09:12:30.000Z"});
        assert_eq!(asked(&body), []);
        assert_eq!(asked(&json!({})), []);
    }
}
