//! Looks for words outside the lists that have their own attention (reason, stage, status, outcome).

use docket_core::attention::Attention;

use super::Notes;
use crate::wire::{Dispute, OpenWord, Properties};

macro_rules! unknown {
    ($word:expr) => {
        $word.as_ref().is_some_and(|word| word.is_unknown())
    };
}

/// Raises one flag for any word that is not documented.
pub(super) fn look(dispute: &Dispute<'_>, notes: &mut Notes) {
    if unknown!(dispute.dispute_state)
        || unknown!(dispute.dispute_channel)
        || unknown!(dispute.outcome)
        || in_records(dispute)
        || in_money(dispute)
        || in_extensions(dispute)
    {
        notes.insert(Attention::UnknownWord);
    }
}

fn in_records(dispute: &Dispute<'_>) -> bool {
    let offers = dispute.offer.as_ref().and_then(|offer| offer.history.as_ref());
    dispute.evidences.iter().flatten().any(|row| unknown!(row.source))
        || dispute
            .supporting_info
            .iter()
            .flatten()
            .any(|row| unknown!(row.source))
        || dispute
            .messages
            .iter()
            .flatten()
            .any(|row| unknown!(row.posted_by))
        || offers
            .into_iter()
            .flatten()
            .any(|row| unknown!(row.actor) || unknown!(row.event_type))
}

fn in_money(dispute: &Dispute<'_>) -> bool {
    let mut movements = dispute
        .fund_movements
        .iter()
        .chain(&dispute.money_movements)
        .flatten();
    movements.any(|row| unknown!(row.party) || unknown!(row.r#type) || unknown!(row.reason))
        || dispute
            .adjudications
            .iter()
            .flatten()
            .any(|row| unknown!(row.r#type) || unknown!(row.dispute_life_cycle_stage))
}

fn in_extensions(dispute: &Dispute<'_>) -> bool {
    dispute.extensions.as_ref().is_some_and(|extensions| {
        let credit = extensions
            .billing_dispute_properties
            .as_ref()
            .and_then(|b| b.credit_not_processed.as_ref());
        unknown!(extensions.merchant_contacted_outcome)
            || extensions
                .merchandize_dispute_properties
                .as_ref()
                .is_some_and(in_properties)
            || credit.is_some_and(in_properties)
    })
}

fn in_properties(properties: &Properties) -> bool {
    let product = properties.product_details.as_ref();
    let service = properties.service_details.as_ref();
    product.is_some_and(|p| {
        unknown!(p.product_received) || p.sub_reasons.iter().flatten().any(|w| w.is_unknown())
    }) || service.is_some_and(|s| {
        unknown!(s.service_started) || s.sub_reasons.iter().flatten().any(|w| w.is_unknown())
    })
}
