//! What the simulator's journal and the desk's own list say about the responses of one platform.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::{Wanted, note};
use crate::desk::{Connection, Desk};
use crate::platform::Platform;
use crate::process::Ended;
use crate::simulator::Simulator;
use crate::soak::some;

/// One accepted write at the simulator.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    platform: Platform,
    dispute_id: String,
    action: String,
    in_time: bool,
    note: Option<String>,
}

impl Entry {
    /// Whether this write answered its dispute.
    pub fn answers(&self) -> bool {
        self.action == self.platform.decisive()
    }
}

#[derive(Default)]
pub struct Proof {
    pub responses: usize,
    pub once: usize,
    pub twice: Vec<String>,
    pub missing: Vec<String>,
    pub late: Vec<String>,
    /// Answers with other words than were prepared, or writes that nobody wanted.
    strange: Vec<String>,
    pub confirmed: usize,
    /// Responses that are not confirmed, with their state.
    unsettled: Vec<String>,
    /// Calls after a first one was proved absent.
    pub resends: u64,
}

/// The proof of each platform.
pub fn all(
    simulator: &Simulator,
    desk: &Desk,
    connections: &[Connection],
    wanted: &[Wanted],
) -> Result<BTreeMap<Platform, Proof>> {
    let mut journal: Vec<Entry> = simulator.journal()?;
    quote(simulator, connections, &mut journal)?;
    let mut cases = BTreeMap::new();
    for case in desk.json(&["case", "list", "--json"])? {
        cases.insert(case["id"].to_string(), case["platform"].clone());
    }
    let submissions = desk.json(&["respond", "list", "--json"])?;
    let mut proofs = BTreeMap::new();
    for platform in wanted.iter().map(|wanted| wanted.platform) {
        if proofs.contains_key(&platform) {
            continue;
        }
        let disputes = wanted.iter().filter(|wanted| wanted.platform == platform);
        let disputes: Vec<&str> = disputes.map(|wanted| wanted.dispute.as_str()).collect();
        let own = submissions
            .iter()
            .filter(|submission| cases.get(&submission["case"].to_string()) == Some(&platform.word().into()));
        let entries = journal.iter().filter(|entry| entry.platform == platform);
        proofs.insert(platform, Proof::of(platform, &disputes, entries, own));
    }
    Ok(proofs)
}

/// Shopify's journal names the fields that were sent: the text itself stands in the document.
fn quote(simulator: &Simulator, connections: &[Connection], journal: &mut [Entry]) -> Result<()> {
    let mut texts = BTreeMap::new();
    for connection in connections.iter().filter(|c| c.platform == Platform::Shopify) {
        for document in simulator.disputes(connection.platform, &connection.account)? {
            let id = &document["legacyResourceId"];
            let id = id.as_str().map_or_else(|| id.to_string(), ToOwned::to_owned);
            let text = &document["disputeEvidence"]["uncategorizedText"];
            texts.insert(id, text.as_str().map(ToOwned::to_owned));
        }
    }
    for entry in journal
        .iter_mut()
        .filter(|entry| entry.platform == Platform::Shopify)
    {
        entry.note = texts.get(&entry.dispute_id).cloned().flatten();
    }
    Ok(())
}

impl Proof {
    fn of<'a>(
        platform: Platform,
        disputes: &[&str],
        journal: impl Iterator<Item = &'a Entry>,
        submissions: impl Iterator<Item = &'a Value>,
    ) -> Self {
        let mut proof = Self {
            responses: disputes.len(),
            ..Self::default()
        };
        let mut answers: BTreeMap<&str, Vec<&Entry>> =
            disputes.iter().map(|dispute| (*dispute, Vec::new())).collect();
        for entry in journal {
            let prepares = platform.preparing().contains(&entry.action.as_str());
            match answers.get_mut(entry.dispute_id.as_str()) {
                Some(of_dispute) if entry.answers() => of_dispute.push(entry),
                Some(_) if prepares => {}
                _ => proof
                    .strange
                    .push(format!("{} {}", entry.action, entry.dispute_id)),
            }
        }
        for (dispute, entries) in answers {
            proof.judge(dispute, &entries);
        }
        for submission in submissions {
            match submission["state"].as_str() {
                Some("confirmed") => proof.confirmed += 1,
                other => proof.unsettled.push(format!(
                    "{} {} {}",
                    submission["id"],
                    other.unwrap_or("?"),
                    submission["error"]
                )),
            }
            proof.resends += submission["attempts"].as_u64().unwrap_or(0).saturating_sub(1);
        }
        proof
    }

    fn judge(&mut self, dispute: &str, entries: &[&Entry]) {
        match entries {
            [] => self.missing.push(dispute.to_owned()),
            [_] => self.once += 1,
            _ => self.twice.push(dispute.to_owned()),
        }
        if entries.iter().any(|entry| !entry.in_time) {
            self.late.push(dispute.to_owned());
        }
        if entries
            .iter()
            .any(|entry| entry.note.as_deref() != Some(note(dispute).as_str()))
        {
            self.strange.push(dispute.to_owned());
        }
    }

    pub fn violations(&self) -> Vec<String> {
        let lists = [
            ("answered twice or more", &self.twice),
            ("never answered", &self.missing),
            ("answered after the deadline", &self.late),
            ("written to in another way than prepared", &self.strange),
            ("not confirmed in the end", &self.unsettled),
        ];
        let broken = lists.iter().filter(|(_, list)| !list.is_empty());
        let mut found: Vec<String> = broken
            .map(|(what, list)| format!("{} {what}: {}", list.len(), some(list)))
            .collect();
        if self.confirmed + self.unsettled.len() != self.responses {
            found.push(format!(
                "{} responses were prepared, {} are listed",
                self.responses,
                self.confirmed + self.unsettled.len()
            ));
        }
        found
    }
}

/// What `docket doctor` found, unless all is well.
pub fn sick(doctor: &Ended) -> Option<String> {
    let well = doctor.code == Some(0) && doctor.out.contains("history is complete");
    (!well).then(|| format!("{}{}", doctor.out, doctor.err))
}

#[cfg(test)]
mod tests;
