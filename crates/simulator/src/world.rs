//! Everything that the simulator remembers about disputes, and the journal of what was done to them.

use std::{collections::HashMap, sync::OnceLock};

use serde::{Deserialize, Serialize};

use crate::{
    dispute::{Dispute, Time},
    klarna, machine,
    platform::Platform,
    shopify,
};

/// One accepted write, as the journal door shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct JournalEntry {
    /// Files from before there were several say nothing and mean PayPal.
    #[serde(default)]
    pub platform: Platform,
    pub dispute_id: String,
    /// The account's PayPal client id (or the buyers' app), on every platform.
    pub client_id: String,
    /// Who called: `merchant`, `partner` or `buyer`.
    pub by: String,
    pub action: String,
    pub at: Time,
    /// The merchant's due date before the write.
    pub due_at: Option<Time>,
    pub in_time: bool,
    pub note: Option<String>,
    #[serde(skip)]
    pub line: OnceLock<String>,
}

impl JournalEntry {
    pub(crate) fn new(
        (platform, dispute_id): (Platform, &str),
        (by, client_id): (&str, &str),
        action: &str,
        due_at: Option<Time>,
        note: Option<String>,
        at: Time,
    ) -> Self {
        Self {
            platform,
            dispute_id: dispute_id.to_owned(),
            client_id: client_id.to_owned(),
            by: by.to_owned(),
            action: action.to_owned(),
            at,
            due_at,
            in_time: due_at.is_none_or(|due| at <= due),
            note,
            line: OnceLock::new(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct World {
    disputes: Vec<Dispute>,
    index: HashMap<String, usize>,
    pub klarna: klarna::Book,
    pub shopify: shopify::Book,
    pub journal: Vec<JournalEntry>,
    /// Counts ids given out and live events, so that a restart continues instead of repeating.
    pub sequence: u64,
    /// Something changed since the state file was written.
    pub dirty: bool,
}

impl World {
    pub(crate) fn add(&mut self, dispute: Dispute) {
        self.index.insert(dispute.id.clone(), self.disputes.len());
        self.disputes.push(dispute);
        self.dirty = true;
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.dirty = true;
        self.sequence
    }

    pub(crate) fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    /// Applies silence to every dispute first, because looking is what closes overdue cases.
    pub(crate) fn look(&mut self, now: Time) -> &[Dispute] {
        for dispute in &mut self.disputes {
            self.dirty |= machine::settle(dispute, now);
        }
        &self.disputes
    }

    pub(crate) fn find(&mut self, id: &str, now: Time) -> Option<&mut Dispute> {
        let dispute = self.disputes.get_mut(*self.index.get(id)?)?;
        self.dirty |= machine::settle(dispute, now);
        Some(dispute)
    }

    /// The same for Klarna's.
    pub(crate) fn look_klarna(&mut self, now: Time) {
        self.dirty |= self.klarna.look(now);
    }

    pub(crate) fn klarna_mut(&mut self, id: &str, now: Time) -> Option<&mut klarna::Dispute> {
        let (dispute, changed) = self.klarna.find(id, now)?;
        self.dirty |= changed;
        Some(dispute)
    }

    pub(crate) fn at(&mut self, position: usize) -> Option<&mut Dispute> {
        self.disputes.get_mut(position)
    }
}
