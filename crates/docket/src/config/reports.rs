//! `[reports]`: what stands beside figures.

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use docket_app::board::PolicyChange;
use docket_core::words::{Language, Platform};
use serde::Deserialize;

/// Longest text beside a chart.
const LONGEST: usize = 160;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    policy_changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    on: String,
    platform: String,
    what: What,
}

/// One text for all languages, or one for each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum What {
    One(String),
    Each(Texts),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    en: String,
    nl: Option<String>,
    sv: Option<String>,
    de: Option<String>,
}

impl What {
    /// The English, and the texts of other languages.
    fn texts(&self) -> (&str, Vec<(Language, &str)>) {
        match self {
            Self::One(text) => (text, Vec::new()),
            Self::Each(texts) => {
                let others = [
                    (Language::Dutch, &texts.nl),
                    (Language::Swedish, &texts.sv),
                    (Language::German, &texts.de),
                ];
                let there = others.into_iter();
                let there = there.filter_map(|(language, text)| Some((language, text.as_deref()?)));
                (&texts.en, there.collect())
            }
        }
    }
}

impl Reports {
    /// What platforms changed, and when.
    ///
    /// # Errors
    /// When a platform or a day is none, or a text is empty or too long.
    pub fn policy_changes(&self) -> Result<Vec<PolicyChange>> {
        let change = |change: &Change| {
            let place = format!(
                "configuration: reports.policy_changes of {} on {}",
                change.platform, change.on
            );
            let (english, others) = change.what.texts();
            let text = |text: &str| {
                let text = text.trim();
                if text.is_empty() || text.chars().count() > LONGEST {
                    bail!("{place}: say in 1 to {LONGEST} characters what changed");
                }
                Ok(text.to_owned())
            };
            let others = others.into_iter();
            let others = others.map(|(language, said)| Ok((language, text(said)?)));
            let (what, others) = (text(english)?, others.collect::<Result<_>>()?);
            Ok(PolicyChange {
                on: change
                    .on
                    .parse::<NaiveDate>()
                    .context(format!("{place}: write the day like 2026-11-01"))?,
                platform: change.platform.parse::<Platform>().context(place)?,
                what,
                others,
            })
        };
        self.policy_changes.iter().map(change).collect()
    }
}
