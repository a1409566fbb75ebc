//! Looks for words outside the lists that have their own attention (reason, stage, status, outcome).

use docket_core::attention::Attention;

use super::{Notes, details};
use crate::wire::{Dispute, OpenWord, Text};

macro_rules! unknown {
    ($word:expr) => {
        $word.as_ref().is_some_and(|word| word.is_unknown())
    };
}

/// Raises one flag for any word that is not documented.
pub(super) fn look(dispute: &Dispute, notes: &mut Notes) {
    let details = dispute.dispute_details.as_ref();
    let words = details.is_some_and(|details| unknown!(details.created_by))
        || unknown!(dispute.previous_state)
        || in_configuration(dispute)
        || in_instances(dispute)
        || dispute
            .process_exceptions
            .iter()
            .flatten()
            .any(|exception| unknown!(exception.exception_type) || unknown!(exception.reason));
    if words || in_codes(dispute) {
        notes.insert(Attention::UnknownWord);
    }
}

fn in_configuration(dispute: &Dispute) -> bool {
    dispute.configuration.as_ref().is_some_and(|configuration| {
        let options = configuration.options.as_ref();
        unknown!(configuration.base_framework) || options.is_some_and(|options| unknown!(options.hold_policy))
    })
}

fn in_instances(dispute: &Dispute) -> bool {
    dispute
        .first_instance()
        .is_some_and(|instance| unknown!(instance.state))
        || dispute
            .arbitration
            .as_ref()
            .is_some_and(|arbitration| unknown!(arbitration.preliminary_outcome))
}

/// A code that is not among the documented ones keeps its text (reference 16); the outcome never depends on it alone.
fn in_codes(dispute: &Dispute) -> bool {
    let preliminary = dispute
        .arbitration
        .as_ref()
        .and_then(|arbitration| arbitration.preliminary_outcome_detailed.as_ref())
        .and_then(Text::filled);
    let codes = [dispute.decided_because(), preliminary];
    codes
        .into_iter()
        .flatten()
        .any(|code| details::Detail::of(code).is_none())
}
