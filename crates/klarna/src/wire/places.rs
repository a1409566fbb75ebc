//! Where the parts of a dispute stand: at its top, in `state_context`, or in the history (reference 4). Bodies and events
//! put them in different places.

use super::{ArbitrationRequest, Context, Dispute, OutcomeWord, PartnerEvidence, Representment, Text, Time};

impl Dispute {
    /// Parts that stand either at the top or in `state_context`.
    pub fn context(&self) -> Option<&Context> {
        self.state_context.as_ref()
    }

    /// The first instance: as the state has it now, else as history has it.
    pub fn first_instance(&self) -> Option<&Representment> {
        let now = self.context().and_then(|context| context.representment.as_ref());
        now.or(self.representment.as_ref())
    }

    /// The answer to Klarna's request, wherever it stands.
    pub fn answered(&self) -> Option<&PartnerEvidence> {
        let history = self
            .representment
            .as_ref()
            .and_then(|r| r.partner_evidence.as_ref());
        let in_request = self
            .context()
            .and_then(|context| context.representment.as_ref())
            .and_then(|r| r.partner_evidence.as_ref());
        let now = self
            .context()
            .and_then(|context| context.partner_evidence.as_ref());
        now.or(history).or(in_request).or(self.partner_evidence.as_ref())
    }

    /// The appeal, wherever it stands.
    pub fn appealed(&self) -> Option<&ArbitrationRequest> {
        let history = self
            .arbitration
            .as_ref()
            .and_then(|arbitration| arbitration.arbitration_request.as_ref());
        let now = self
            .context()
            .and_then(|context| context.arbitration_request.as_ref());
        history.or(now).or(self.arbitration_request.as_ref())
    }

    /// The result's word.
    pub fn decided(&self) -> Option<&OutcomeWord> {
        let now = self
            .context()
            .and_then(|context| context.dispute_outcome.as_ref());
        now.or(self.dispute_outcome.as_ref())
    }

    /// The result's code.
    pub fn decided_because(&self) -> Option<&str> {
        let now = self
            .context()
            .and_then(|context| context.dispute_outcome_detailed.as_ref());
        now.or(self.dispute_outcome_detailed.as_ref())
            .and_then(Text::filled)
    }

    /// When the result came.
    pub fn closed(&self) -> Option<Time> {
        self.context()
            .and_then(|context| context.closed_at)
            .or(self.closed_at)
    }
}
