//! What the buyer says and gave, beside what answers it; and which of our evidence is there.

use chrono::{DateTime, Utc};
use docket_app::{BuyerFile, Said};
use docket_core::evidence::{Checklist, Need, Standing};
use docket_core::id::CaseId;

use super::evidence::mark;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The buyer's side.
#[derive(Debug, Default)]
pub struct Claimed {
    /// What the buyer says.
    pub words: Vec<Words>,
    /// What the buyer gave to the platform, each with where it is shown.
    pub files: Vec<(String, String)>,
}

/// Words of the buyer.
#[derive(Debug)]
pub struct Words {
    pub at: Option<Stamp>,
    pub text: String,
}

impl Claimed {
    pub fn of(case: CaseId, words: &[Said], files: &[BuyerFile], now: DateTime<Utc>) -> Self {
        let said = |said: &Said| Words {
            at: said.at.map(|at| Stamp::of(at, now)),
            text: said.text.clone(),
        };
        let file = |file: &BuyerFile| {
            let name = file.description.clone().unwrap_or_else(|| file.id.clone());
            (name, urls::buyer_file(case, &file.id))
        };
        Self {
            words: words.iter().map(said).collect(),
            files: files.iter().map(file).collect(),
        }
    }
}

/// Our side in short: what the case needs, and what of it is there.
#[derive(Debug)]
pub struct Ours {
    pub completeness: u8,
    /// Each kind with its mark.
    pub kinds: Vec<(String, String, &'static str)>,
    /// Where it is brought.
    pub url: String,
}

impl Ours {
    pub fn of(case: CaseId, list: &Checklist) -> Self {
        let counts = |need: Need, standing: Standing| match need {
            Need::Required | Need::Useful => standing != Standing::NotApplicable,
            _ => matches!(standing, Standing::Present | Standing::Weak),
        };
        let rows = list.rows.iter().filter(|row| counts(row.need, row.standing));
        Self {
            completeness: list.completeness,
            kinds: rows
                .map(|row| {
                    let (word, class) = mark(row);
                    (show::title(row.kind), t(word).plain(), class)
                })
                .collect(),
            url: urls::of(case, urls::CASE_EVIDENCE),
        }
    }
}
