//! Saving and sending evidence, for the mutation and for REST alike (reference 2, 3 and 4).

use serde_json::Value;

use super::{
    call::Call,
    dispute::{Dispute, Evidence, Status},
    machine,
};

/// All files of a dispute together, in bytes: the number that the API's message names (reference 4).
pub(crate) const TOTAL_BYTES: usize = 3_997_806;
/// Characters of one text and of all; nothing is documented, these are a card processor's limits (reference 4).
const TEXT: usize = 20_000;
const TEXTS: usize = 150_000;

/// What a call wants to change.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// By GraphQL field; `None` empties it.
    pub texts: Vec<(String, Option<String>)>,
    pub shipping_address: Option<Value>,
    pub slots: Vec<Slot>,
    /// Only REST has these.
    pub fulfillments: Vec<Value>,
    pub submit: bool,
}

#[derive(Debug)]
pub(crate) struct Slot {
    pub field: String,
    /// `None` where the text was no upload's id at all.
    pub upload: Option<u64>,
    pub destroy: bool,
}

/// A user error.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub code: &'static str,
    pub field: Vec<String>,
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, field: &[&str], message: &str) -> Self {
        Self {
            code,
            field: field.iter().map(|&part| part.to_owned()).collect(),
            message: message.to_owned(),
        }
    }
}

/// Checks everything, then saves, sends if asked, and writes the journal.
pub(crate) fn update(call: &Call<'_>, evidence_id: u64, change: Change) -> Result<(), Refusal> {
    let mut world = call.world.borrow_mut();
    let Some(dispute) = world.shopify.by_evidence(call.account, evidence_id).cloned() else {
        return Err(not_found());
    };
    open(&dispute, call)?;
    let sends = change.submit && !call.shop.submit_is_noop;
    if sends && dispute.status != Status::NeedsResponse {
        let message =
            "Evidence cannot be submitted before the bank has asked for it: wait for the due date to appear";
        return Err(Refusal::new("INVALID", &["input", "submitEvidence"], message));
    }
    let evidence = applied(&dispute.evidence, &change)?;
    let note = told(&change, sends);
    let action = if sends { "submit_evidence" } else { "save_evidence" };
    let entry = machine::entry(
        &dispute,
        &call.app.accounts,
        "merchant",
        action,
        Some(note),
        call.now,
    );
    world.shopify.change(dispute.id, |dispute| {
        dispute.evidence = Evidence {
            saved: Some(call.now),
            ..evidence
        };
        if sends {
            let weight = machine::weight(dispute);
            machine::answer(dispute, true, weight, call.now);
        }
    });
    world.journal.push(entry);
    world.dirty = true;
    call.app.save(&mut world);
    Ok(())
}

pub(crate) fn not_found() -> Refusal {
    let message = "Dispute evidence does not exist: use the id of the evidence, not the one of the dispute";
    Refusal::new("DISPUTE_EVIDENCE_NOT_FOUND", &["id"], message)
}

/// Whether the evidence can still be changed.
pub(crate) fn open(dispute: &Dispute, call: &Call<'_>) -> Result<(), Refusal> {
    if dispute.status.is_final() {
        let message = "Evidence was already accepted: the dispute is closed";
        return Err(Refusal::new("EVIDENCE_ALREADY_ACCEPTED", &["id"], message));
    }
    if dispute.due.is_some_and(|due| due <= call.now) {
        let message = "The due date has passed: evidence can no longer be changed";
        return Err(Refusal::new("EVIDENCE_PAST_DUE_DATE", &["id"], message));
    }
    if dispute.answered() {
        let message = "Evidence was already accepted: it can no longer be changed";
        return Err(Refusal::new("EVIDENCE_ALREADY_ACCEPTED", &["id"], message));
    }
    Ok(())
}

fn applied(old: &Evidence, change: &Change) -> Result<Evidence, Refusal> {
    let mut evidence = old.clone();
    for (field, text) in &change.texts {
        match text {
            None => evidence.texts.remove(field),
            Some(text) => evidence.texts.insert(field.clone(), checked(field, text)?),
        };
    }
    let letters: usize = evidence.texts.values().map(|text| text.chars().count()).sum();
    if letters > TEXTS {
        let message = "All texts together are too long: shorten them";
        return Err(Refusal::new("TOO_LARGE", &["input"], message));
    }
    if let Some(address) = &change.shipping_address {
        evidence.shipping_address = Some(address.clone());
    }
    for slot in &change.slots {
        fill(&mut evidence, slot)?;
    }
    let attached = evidence.slots.values().filter_map(|id| evidence.upload(*id));
    if attached.map(|upload| upload.bytes).sum::<usize>() > TOTAL_BYTES {
        let message = "All files together exceed the limit: attach smaller ones";
        return Err(Refusal::new("FILES_SIZE_EXCEEDED_LIMIT", &["input"], message));
    }
    evidence.fulfillments.extend(change.fulfillments.iter().cloned());
    Ok(evidence)
}

fn checked(field: &str, text: &str) -> Result<String, Refusal> {
    if text.chars().count() > TEXT {
        return Err(Refusal::new(
            "TOO_LARGE",
            &["input", field],
            "The text is too long: shorten it",
        ));
    }
    if field == "customerEmailAddress" && !text.contains('@') {
        let message = "Customer email address is invalid: give a full address";
        return Err(Refusal::new("INVALID", &["input", field], message));
    }
    Ok(text.to_owned())
}

fn fill(evidence: &mut Evidence, slot: &Slot) -> Result<(), Refusal> {
    let known = slot.upload.filter(|id| evidence.upload(*id).is_some());
    let Some(id) = known else {
        let message = "File does not exist: upload it to this dispute first";
        return Err(Refusal::new("FILE_NOT_FOUND", &["input", &slot.field], message));
    };
    if slot.destroy {
        evidence.uploads.retain(|upload| upload.id != id);
        evidence.slots.retain(|_, attached| *attached != id);
    } else {
        evidence.slots.insert(slot.field.clone(), id);
    }
    Ok(())
}

/// Names of what changed, without a word of it.
fn told(change: &Change, sends: bool) -> String {
    let mut names: Vec<&str> = change.texts.iter().map(|(field, _)| field.as_str()).collect();
    names.extend(change.slots.iter().map(|slot| slot.field.as_str()));
    if change.shipping_address.is_some() {
        names.push("shippingAddress");
    }
    if !change.fulfillments.is_empty() {
        names.push("fulfillments");
    }
    if change.submit && !sends {
        names.push("submitEvidence without effect");
    }
    names.join(", ")
}
