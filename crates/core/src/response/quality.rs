//! The agency's own part in an answer (`domain.md` E1): kept visible, so that a report never blames the client for it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::evidence::{Band, Checklist, EvidenceKind, Standing};
use crate::factor::{Factor, FactorKind};
use crate::response::Submission;
use crate::words::Language;

/// How good a response was when it was queued. What nobody could tell is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// How complete the evidence is that goes with it.
    pub band: Option<Band>,
    /// Weight of what the case's checklist has, in percent.
    pub completeness: Option<u8>,
    /// How the proof of delivery stands, where the checklist wants one.
    pub delivery_proof: Option<Standing>,
    /// The version of the table that the checklist was made by.
    pub matrix: Option<u32>,
    /// The language of the packet that it carries.
    pub language: Option<Language>,
    /// Who approved it as a second person.
    pub reviewer: Option<String>,
}

impl Quality {
    /// What a checklist tells beside the band.
    #[must_use]
    pub fn by(self, list: &Checklist) -> Self {
        let mut rows = list.rows.iter();
        let proof = rows.find(|row| row.kind == EvidenceKind::DeliveryProof);
        Self {
            completeness: Some(list.completeness),
            delivery_proof: proof.map(|row| row.standing),
            matrix: Some(list.matrix),
            ..self
        }
    }
}

impl Submission {
    /// What is recorded of a response that the platform has: how good it was, how much time was left before the
    /// `deadline` of its round, and what it gave back by itself. It speaks of the instant of the last call.
    pub fn factors(&self, deadline: Option<DateTime<Utc>>) -> Vec<Factor> {
        let as_of = self.attempted_at.unwrap_or(self.created_at);
        let mut factors = Vec::new();
        let mut add = |kind, value: Option<String>| {
            factors.extend(value.map(|value| Factor {
                kind,
                value,
                source: format!("docket:response {}", self.id),
                as_of,
            }));
        };
        let quality = self.quality.clone().unwrap_or_default();
        let hours = deadline.map(|at| (at - as_of).num_hours().to_string());
        add(FactorKind::HoursLeftAtSubmission, hours);
        add(
            FactorKind::EvidenceBand,
            quality.band.map(|band| band.to_string()),
        );
        let share = quality.completeness.map(|percent| percent.to_string());
        add(FactorKind::EvidenceCompleteness, share);
        let proof = quality.delivery_proof.map(|standing| standing.to_string());
        add(FactorKind::DeliveryProofStanding, proof);
        add(
            FactorKind::EvidenceMatrix,
            quality.matrix.map(|version| version.to_string()),
        );
        let language = quality.language.map(|language| language.to_string());
        add(FactorKind::PacketLanguage, language);
        add(FactorKind::Reviewer, quality.reviewer);
        let part = self.response.proposed_refund();
        add(FactorKind::ProposedRefund, part.map(|part| part.to_string()));
        factors
    }
}
