//! What changed at a client while cases were decided: settings, contracts and rules, for the axis of a trend.

use chrono::{DateTime, NaiveDate, Utc};
use docket_core::rule::Rule;
use docket_core::words::{Language, Platform, readable};
use docket_documents::board::report_words;
use docket_store::{Client, ClientScope, Setting};
use serde::Serialize;

use super::say::Say;
use crate::error::Result;
use crate::{Desk, Period};

/// Changes that a chart can name.
pub const NAMED: usize = 26;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// A setting of the client at a platform.
    Setting,
    /// A version of its contract came into force.
    Contract,
    /// A rule began to act.
    RuleActive,
    /// A rule ended.
    RuleRetired,
    /// A platform changed how it works, for all its merchants.
    Policy,
}

/// What a platform changed for all its merchants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// Since which day.
    pub on: NaiveDate,
    /// Which platform.
    pub platform: Platform,
    /// What, in words: English, or one text for all.
    pub what: String,
    /// The same in other languages.
    pub others: Vec<(Language, String)>,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// Since which day, UTC.
    pub on: NaiveDate,
    /// What kind.
    pub kind: LogKind,
    /// The setting, contract or rule, or what the platform changed.
    pub what: String,
    /// Where, for settings and changes of platforms.
    pub platform: Option<Platform>,
    /// What holds since then, for settings.
    pub value: Option<String>,
    /// What the platform changed, in other languages: programs read `what`.
    #[serde(skip)]
    pub others: Vec<(Language, String)>,
}

impl LogKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Setting => "log.setting",
            Self::Contract => "log.contract",
            Self::RuleActive => "log.rule_active",
            Self::RuleRetired => "log.rule_retired",
            Self::Policy => "log.policy",
        }
    }
}

impl LogEntry {
    /// The month on whose line it stands, where a chart shows that one.
    pub fn month(&self) -> String {
        self.on.format("%Y-%m").to_string()
    }

    /// In words, without its day.
    pub fn says(&self, language: Language) -> String {
        let words = report_words(language);
        let value = self.value.as_deref().unwrap_or_default();
        let own = self.others.iter().find(|(other, _)| *other == language);
        let places = [
            ("what", own.map_or(&self.what, |(_, text)| text).clone()),
            (
                "platform",
                self.platform.map(|p| p.title().to_owned()).unwrap_or_default(),
            ),
            ("value", words.word("value", value)),
        ];
        words.say(self.kind.key(), &places)
    }

    pub(super) fn line(&self, say: Say, letter: &str) -> String {
        format!(
            "{letter} · {}: {}",
            say.0.day(self.on),
            self.says(say.0.language())
        )
    }
}

/// Letters for the newest changes, in the order of their days.
pub fn marks(log: &[LogEntry], most: usize) -> Vec<(String, &LogEntry)> {
    let newest = &log[log.len().saturating_sub(most.min(NAMED))..];
    let letters = ('a'..='z').map(String::from);
    letters.zip(newest).collect()
}

/// The letters at each month that a chart shows, the oldest first. What changed in a month that the chart leaves out stands at
/// the next one that it shows, or at the last where none follows: no letter is lost. Those of one month follow each other.
pub fn letters(marks: &[(String, &LogEntry)], shown: &[&str]) -> Vec<String> {
    let mut letters: Vec<Vec<&str>> = vec![Vec::new(); shown.len()];
    for (letter, entry) in marks {
        let month = entry.month();
        let next = shown.iter().position(|shown| *shown >= month.as_str());
        if let Some(place) = next.or(shown.len().checked_sub(1)) {
            letters[place].push(letter.as_str());
        }
    }
    let together = |letters: Vec<&str>| match letters[..] {
        [first, _, _, .., last] => format!("{first}–{last}"),
        _ => letters.join(" "),
    };
    letters.into_iter().map(together).collect()
}

impl Desk {
    /// What changed in a period, the oldest first: at a client and at its platforms, or at any platform.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_log(&self, client: Option<&Client>, period: Period) -> Result<Vec<LogEntry>> {
        let mut log = match client {
            Some(client) => self.client_log(client, period).await?,
            None => self.policy_log(period, |_| true),
        };
        log.sort_by(|a, b| (a.on, &a.what).cmp(&(b.on, &b.what)));
        Ok(log)
    }

    fn policy_log(&self, period: Period, of: impl Fn(Platform) -> bool) -> Vec<LogEntry> {
        let days = period.from.date_naive()..period.to.date_naive();
        let changes = self.settings.policy_changes.iter();
        let changes = changes.filter(|change| of(change.platform) && days.contains(&change.on));
        let entry = |change: &PolicyChange| LogEntry {
            on: change.on,
            kind: LogKind::Policy,
            what: change.what.clone(),
            platform: Some(change.platform),
            value: None,
            others: change.others.clone(),
        };
        changes.map(entry).collect()
    }

    async fn client_log(&self, client: &Client, period: Period) -> Result<Vec<LogEntry>> {
        let own = ClientScope::One(client.id);
        let within = |at: DateTime<Utc>| (period.from..period.to).contains(&at);
        let connections = self.db.connections(own).await?;
        let mut log = self.policy_log(period, |platform| {
            connections
                .iter()
                .any(|connection| connection.platform == platform)
        });
        for connection in connections {
            let history = self.db.settings_history(own, connection.id).await?;
            let changes = changes(&history).filter(|setting| within(setting.valid_from));
            log.extend(changes.map(|setting| LogEntry {
                on: setting.valid_from.date_naive(),
                kind: LogKind::Setting,
                what: readable(&setting.item),
                platform: Some(connection.platform),
                value: Some(setting.value.clone()),
                others: Vec::new(),
            }));
        }
        let plain = |kind, on: NaiveDate, what| LogEntry {
            on,
            kind,
            what,
            platform: None,
            value: None,
            others: Vec::new(),
        };
        let contracts = self.db.sla_contracts(own).await?.into_iter().map(|(_, c)| c);
        // The day that the contract names, which began where the client is: in UTC it may be the day before.
        let days = period.from.date_naive()..period.to.date_naive();
        log.extend(
            contracts
                .filter(|c| days.contains(&c.contract.valid_from))
                .map(|c| {
                    let what = format!("{} v{}", c.contract.name, c.version);
                    plain(LogKind::Contract, c.contract.valid_from, what)
                }),
        );
        for rule in self.db.rules(own, true).await? {
            let when = |kind, at: Option<DateTime<Utc>>, rule: &Rule| {
                at.filter(|at| within(*at))
                    .map(|at| plain(kind, at.date_naive(), rule.label()))
            };
            log.extend(when(LogKind::RuleActive, rule.activated_at, &rule));
            log.extend(when(
                LogKind::RuleRetired,
                rule.retired_at.filter(|_| rule.activated_at.is_some()),
                &rule,
            ));
        }
        Ok(log)
    }
}

/// Of what was ever said about settings: what says another thing than what was said before, and what a person dates back. The
/// rest only tells how it always was. The history stands by item and instant.
fn changes(history: &[Setting]) -> impl Iterator<Item = &Setting> {
    history.iter().enumerate().filter_map(|(place, setting)| {
        let before = place.checked_sub(1).map(|before| &history[before]);
        let before = before.filter(|before| before.item == setting.item);
        let changed = match before {
            Some(before) => before.value != setting.value,
            None => setting.valid_from < setting.recorded_at && setting.source == "person",
        };
        changed.then_some(setting)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(item: &str, value: &str, day: u32, said: u32) -> Setting {
        let at = |day| format!("2026-03-{day:02}T00:00:00Z").parse().unwrap();
        Setting {
            item: item.to_owned(),
            value: value.to_owned(),
            source: "person".to_owned(),
            note: None,
            valid_from: at(day),
            recorded_at: at(said),
            recorded_by: "ada".to_owned(),
        }
    }

    #[test]
    fn a_letter_of_a_month_that_is_not_drawn_stands_at_the_next_one_or_the_last() {
        let entry = |month: u32| LogEntry {
            on: NaiveDate::from_ymd_opt(2026, month, 17).unwrap(),
            kind: LogKind::Setting,
            what: String::new(),
            platform: None,
            value: None,
            others: Vec::new(),
        };
        let log: Vec<LogEntry> = [1, 3, 4, 6, 7].into_iter().map(entry).collect();
        let marks = marks(&log, NAMED);
        let at = |shown: &[&str]| letters(&marks, shown);
        assert_eq!(at(&["2026-02", "2026-03", "2026-05"]), ["a", "b", "c d e"]);
        assert_eq!(at(&["2026-01", "2026-05", "2026-07"]), ["a", "b c", "d e"]);
        assert_eq!(at(&["2025-12", "2027-01"]), ["", "a–e"]);
        assert_eq!(at(&[]), [""; 0]);
    }

    #[test]
    fn only_what_became_different_is_a_change() {
        let history = [
            setting("a", "no", 1, 1),
            setting("a", "no", 5, 5),
            setting("a", "yes", 9, 9),
            setting("b", "yes", 2, 2),
            setting("c", "yes", 3, 20),
        ];
        let found: Vec<(&str, u32)> = changes(&history)
            .map(|s| (s.item.as_str(), chrono::Datelike::day(&s.valid_from)))
            .collect();
        assert_eq!(found, [("a", 9), ("c", 3)]);
    }
}
