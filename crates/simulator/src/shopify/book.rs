//! All that Shopify remembers: disputes by id, and each shop with its app.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{dispute::Dispute, machine, shop::Shop};
use crate::{account::Account, dispute::Time, persist::cached, world::JournalEntry};

/// One row of the state file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Row {
    Dispute(Box<Dispute>),
    Shop(usize, Box<Shop>),
}

/// What a change of a dispute leaves behind.
pub(crate) type Entries = Vec<JournalEntry>;

#[derive(Debug, Default)]
pub(crate) struct Book {
    disputes: Vec<Arc<Dispute>>,
    by_id: HashMap<u64, usize>,
    by_evidence: HashMap<u64, usize>,
    /// Place by account and id, so that a list needs no sorting.
    by_account: BTreeMap<(usize, u64), usize>,
    shops: BTreeMap<usize, Shop>,
    /// Nothing happens by itself before this.
    wakes: Option<Time>,
    /// Shares touched so far in static mode.
    pub touches: usize,
    pub bulks: Vec<super::bulk::Run>,
    /// Given out last; uploads, orders and subscriptions count here.
    last: u64,
}

impl Book {
    /// JSON of each row of the state file.
    pub(crate) fn lines(&self) -> io::Result<Vec<String>> {
        let mut lines = Vec::with_capacity(self.disputes.len() + self.shops.len());
        for (account, shop) in &self.shops {
            lines.push(serde_json::to_string(&Row::Shop(
                *account,
                Box::new(shop.clone()),
            ))?);
        }
        for dispute in &self.disputes {
            lines.push(format!(
                "{{\"dispute\":{}}}",
                cached(&dispute.line, dispute.as_ref())?
            ));
        }
        Ok(lines)
    }

    /// Takes back a row of the state file.
    pub(crate) fn take(&mut self, row: Row) {
        match row {
            Row::Dispute(dispute) => self.add(*dispute),
            Row::Shop(account, shop) => {
                let given = shop.subscriptions.iter().map(|row| row.id);
                self.last = given.fold(self.last, u64::max);
                self.shops.insert(account, *shop);
            }
        }
    }

    pub(crate) fn add(&mut self, dispute: Dispute) {
        let place = self.disputes.len();
        self.by_id.insert(dispute.id, place);
        self.by_evidence.insert(dispute.evidence_id, place);
        self.by_account.insert((dispute.account, dispute.id), place);
        self.wakes = earlier(self.wakes, dispute.wakes());
        let uploads = dispute.evidence.uploads.iter().map(|upload| upload.id);
        self.last = uploads
            .chain(dispute.order.iter().map(|order| order.id))
            .fold(self.last, u64::max);
        self.disputes.push(Arc::new(dispute));
    }

    /// A number that nothing else has.
    pub(crate) fn number(&mut self) -> u64 {
        const FIRST: u64 = 5_800_000_000_000;
        self.last = self.last.max(FIRST) + 1;
        self.last
    }

    /// An id for a dispute of this instant, greater than those of all that began before: ids of real ones grow too.
    pub(crate) fn dispute_id(&self, initiated: Time) -> u64 {
        let seconds = u64::try_from(initiated.timestamp()).unwrap_or_default();
        let mut id = 10_000_000_000_000_000 + seconds * 1_000 + 7;
        while self.by_id.contains_key(&id) {
            id += 1;
        }
        id
    }

    pub(crate) fn all(&self) -> &[Arc<Dispute>] {
        &self.disputes
    }

    /// A merchant's disputes by growing id.
    pub(crate) fn of(&self, account: usize) -> impl DoubleEndedIterator<Item = &Arc<Dispute>> {
        self.between(account, (None, None))
    }

    /// Those whose ids lie between two, so that a late page of a long list costs no more than the first.
    pub(crate) fn between(
        &self,
        account: usize,
        (low, high): (Option<u64>, Option<u64>),
    ) -> impl DoubleEndedIterator<Item = &Arc<Dispute>> {
        let low = low.unwrap_or(0);
        // A cursor from elsewhere must not turn the range around.
        let high = high.unwrap_or(u64::MAX).max(low);
        self.by_account
            .range((account, low)..=(account, high))
            .map(|(_, place)| &self.disputes[*place])
    }

    pub(crate) fn find(&self, account: usize, id: u64) -> Option<&Arc<Dispute>> {
        self.get(&self.by_id, account, id)
    }

    pub(crate) fn by_evidence(&self, account: usize, id: u64) -> Option<&Arc<Dispute>> {
        self.get(&self.by_evidence, account, id)
    }

    fn get(&self, index: &HashMap<u64, usize>, account: usize, id: u64) -> Option<&Arc<Dispute>> {
        let dispute = &self.disputes[*index.get(&id)?];
        (dispute.account == account).then_some(dispute)
    }

    pub(crate) fn owner(&self, id: u64) -> Option<usize> {
        Some(self.disputes[*self.by_id.get(&id)?].account)
    }

    /// Changes one dispute; readers that hold the old one keep it.
    pub(crate) fn change<T>(&mut self, id: u64, what: impl FnOnce(&mut Dispute) -> T) -> Option<T> {
        let dispute = Arc::make_mut(&mut self.disputes[*self.by_id.get(&id)?]);
        let result = what(dispute);
        dispute.line = std::sync::OnceLock::new();
        self.wakes = earlier(self.wakes, dispute.wakes());
        Some(result)
    }

    /// Lets happen what time has brought: banks' requests and Shopify's own sending on the due date.
    pub(crate) fn settle(&mut self, accounts: &[Account], now: Time) -> Entries {
        if self.wakes.is_none_or(|at| at > now) {
            return Entries::new();
        }
        let mut entries = Entries::new();
        for dispute in &mut self.disputes {
            if dispute.wakes().is_some_and(|at| at <= now) {
                let dispute = Arc::make_mut(dispute);
                machine::settle(dispute, accounts, now, &mut entries);
                dispute.line = std::sync::OnceLock::new();
            }
        }
        let next = self.disputes.iter().filter_map(|dispute| dispute.wakes());
        self.wakes = next.min();
        entries
    }

    pub(crate) fn shop(&mut self, account: usize) -> &mut Shop {
        self.shops.entry(account).or_insert_with(|| Shop::new(account))
    }
}

fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    [one, other].into_iter().flatten().min()
}
