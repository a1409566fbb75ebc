//! All that Klarna remembers: disputes, and how each account is set up.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::OnceLock,
};

use axum::body::Bytes;
use serde::{Deserialize, Serialize};

use super::{dispute::Dispute, machine};
use crate::{dispute::Time, persist::cached};

/// Uploaded files are kept in memory only, and the oldest go when they become too many.
const KEPT_BYTES: usize = 64_000_000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Rights {
    #[default]
    Full,
    Read,
    None,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ArrayStyle {
    #[default]
    Repeated,
    Comma,
}

/// How an account is set up at Klarna; the control door changes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub rights: Rights,
    pub array_style: ArrayStyle,
    /// Disputes below this many minor units are lost without defence (reference 14).
    pub auto_reject_below: i64,
    /// Whether files are still taken before an appeal: unverified (reference 5), so both can be tried.
    pub upload_before_appeal: bool,
    /// Requests a second in place of Klarna's own figures.
    pub requests_per_second: Option<usize>,
    pub enrolled: bool,
}

/// A row of the state file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Row {
    Settings(SettingsRow),
    Dispute(Box<Dispute>),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SettingsRow {
    settings_of: usize,
    settings: Settings,
    #[serde(skip)]
    line: OnceLock<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    disputes: Vec<Dispute>,
    index: HashMap<String, usize>,
    orders: HashMap<String, usize>,
    settings: HashMap<usize, SettingsRow>,
    files: VecDeque<(String, Bytes)>,
}

impl Book {
    pub(crate) fn add(&mut self, dispute: Dispute) {
        self.index.insert(dispute.id.clone(), self.disputes.len());
        self.orders.insert(dispute.order_id.clone(), self.disputes.len());
        self.disputes.push(dispute);
    }

    /// JSON of each row of the state file.
    pub(crate) fn lines(&self) -> io::Result<Vec<&str>> {
        let settings = self.settings.values().map(|row| cached(&row.line, row));
        let disputes = self.disputes.iter().map(|dispute| cached(&dispute.line, dispute));
        settings.chain(disputes).collect()
    }

    /// Takes back a row of the state file.
    pub(crate) fn take(&mut self, row: Row) {
        match row {
            Row::Settings(row) => drop(self.settings.insert(row.settings_of, row)),
            Row::Dispute(dispute) => self.add(*dispute),
        }
    }

    pub(crate) fn settings(&self, account: usize) -> Settings {
        self.settings
            .get(&account)
            .map(|row| row.settings.clone())
            .unwrap_or_default()
    }

    pub(crate) fn set(&mut self, account: usize, settings: Settings) {
        let row = SettingsRow {
            settings_of: account,
            settings,
            line: OnceLock::new(),
        };
        self.settings.insert(account, row);
    }

    pub(crate) fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    /// Lets time have its effect on every dispute first; says whether it had any.
    pub(crate) fn look(&mut self, now: Time) -> bool {
        let mut changed = false;
        for dispute in &mut self.disputes {
            changed |= machine::settle(dispute, now);
        }
        changed
    }

    /// One dispute after time has had its effect, and whether it had any.
    pub(crate) fn find(&mut self, id: &str, now: Time) -> Option<(&mut Dispute, bool)> {
        let dispute = self.disputes.get_mut(*self.index.get(id)?)?;
        let changed = machine::settle(dispute, now);
        Some((dispute, changed))
    }

    pub(crate) fn at(&mut self, position: usize) -> Option<&mut Dispute> {
        self.disputes.get_mut(position)
    }

    pub(crate) fn by_order(&self, order_id: &str) -> Option<&Dispute> {
        self.disputes.get(*self.orders.get(order_id)?)
    }

    pub(crate) fn keep_file(&mut self, id: String, bytes: Bytes) {
        self.files.push_back((id, bytes));
        let mut total: usize = self.files.iter().map(|(_, bytes)| bytes.len()).sum();
        while total > KEPT_BYTES {
            let Some((_, oldest)) = self.files.pop_front() else {
                return;
            };
            total -= oldest.len();
        }
    }

    pub(crate) fn file(&self, id: &str) -> Option<Bytes> {
        self.files
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, bytes)| bytes.clone())
    }
}
