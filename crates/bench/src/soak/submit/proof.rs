//! What the simulator's journal and the desk's own list say about the responses.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::note;
use crate::process::Ended;
use crate::soak::some;

/// One accepted write at the simulator.
#[derive(Debug, Deserialize)]
pub struct Entry {
    dispute_id: String,
    in_time: bool,
    note: Option<String>,
}

#[derive(Default)]
pub struct Proof {
    pub responses: usize,
    pub once: usize,
    pub twice: Vec<String>,
    pub missing: Vec<String>,
    pub late: Vec<String>,
    /// Answers with other words than were prepared, or to disputes that nobody wanted answered.
    strange: Vec<String>,
    pub confirmed: usize,
    /// Responses that are not confirmed, with their state.
    unsettled: Vec<String>,
    /// Calls after a first one was proved absent.
    pub resends: u64,
    /// What `docket doctor` found, unless all is well.
    sick: Option<String>,
}

impl Proof {
    pub fn of(disputes: &[String], journal: &[Entry], submissions: &[Value], doctor: &Ended) -> Self {
        let mut proof = Self {
            responses: disputes.len(),
            ..Self::default()
        };
        let mut answers: BTreeMap<&str, Vec<&Entry>> = disputes
            .iter()
            .map(|dispute| (dispute.as_str(), Vec::new()))
            .collect();
        for entry in journal {
            match answers.get_mut(entry.dispute_id.as_str()) {
                Some(of_dispute) => of_dispute.push(entry),
                None => proof.strange.push(entry.dispute_id.clone()),
            }
        }
        for (dispute, entries) in answers {
            proof.judge(dispute, &entries);
        }
        for submission in submissions {
            match submission["state"].as_str() {
                Some("confirmed") => proof.confirmed += 1,
                other => proof
                    .unsettled
                    .push(format!("{} {}", submission["id"], other.unwrap_or("?"))),
            }
            proof.resends += submission["attempts"].as_u64().unwrap_or(0).saturating_sub(1);
        }
        let well = doctor.code == Some(0) && doctor.out.contains("history is complete");
        proof.sick = (!well).then(|| format!("{}{}", doctor.out, doctor.err));
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
            ("answered with other words than prepared", &self.strange),
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
        found.extend(self.sick.as_ref().map(|said| format!("docket doctor: {said}")));
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::process::Usage;

    fn entry(dispute: &str) -> Entry {
        Entry {
            dispute_id: dispute.to_owned(),
            in_time: true,
            note: Some(note(dispute)),
        }
    }

    fn judged(journal: &[Entry]) -> Vec<String> {
        let doctor = Ended {
            code: Some(0),
            out: "ok    history is complete and unaltered".to_owned(),
            err: String::new(),
            usage: Usage::default(),
        };
        let confirmed = json!({ "id": "s", "state": "confirmed", "attempts": 1 });
        let disputes = ["A".to_owned(), "B".to_owned()];
        Proof::of(&disputes, journal, &[confirmed.clone(), confirmed], &doctor).violations()
    }

    #[test]
    fn one_answer_each_is_no_violation() {
        assert!(judged(&[entry("A"), entry("B")]).is_empty());
    }

    #[test]
    fn each_way_to_break_the_promise_is_seen() {
        assert!(judged(&[entry("A"), entry("B"), entry("A")])[0].contains("twice"));
        assert!(judged(&[entry("A")])[0].contains("never"));
        assert!(
            judged(&[
                entry("A"),
                Entry {
                    in_time: false,
                    ..entry("B")
                }
            ])[0]
                .contains("deadline")
        );
        assert!(
            judged(&[
                entry("A"),
                Entry {
                    note: None,
                    ..entry("B")
                }
            ])[0]
                .contains("other words")
        );
        assert!(judged(&[entry("A"), entry("B"), entry("C")])[0].contains("other words"));
    }
}
