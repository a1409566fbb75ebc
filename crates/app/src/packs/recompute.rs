//! A past pack computed anew: the same figures, or which cases and what else changed.

use docket_core::id::PackId;
use docket_core::pack::Pack;
use docket_store::ClientScope;
use serde::Serialize;

use super::basis::{CASES, CASES_BEFORE, CLOCKS, Difference, INPUTS, differences, same_figures};
use super::build::Plan;
use crate::Desk;
use crate::error::{Error, Result};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// The pack.
    pub pack: Pack,
    /// Reports with the same figures, by the names of their files.
    pub same: Vec<String>,
    /// Reports whose figures are others now.
    pub different: Vec<String>,
    /// Cases of which reports count something else now, and clocks of cases that show something else.
    pub changed: Vec<CaseChange>,
    /// What else figures go by and is another now: fees, contracts, calendars, exclusions, settings.
    pub inputs: Vec<InputChange>,
    /// Of what the pack did not keep what it was: those of before kept less.
    pub not_kept: Vec<String>,
}

/// A case of which reports count something else now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    /// Its id.
    pub case: String,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// The clock that shows something else; none where it is the case itself.
    pub clock: Option<String>,
    /// What was counted of it, and what is now.
    #[serde(flatten)]
    pub difference: Difference,
}

/// Something that figures go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputChange {
    /// What it is.
    pub input: String,
    /// What it said, and what it says now.
    #[serde(flatten)]
    pub difference: Difference,
}

impl Desk {
    /// Computes a pack anew and holds it against what was kept.
    ///
    /// # Errors
    /// When there is no such pack, or a kept file is damaged.
    pub async fn recompute_pack(&self, scope: ClientScope, id: PackId) -> Result<Recomputed> {
        let pack = self.pack(scope, id).await?;
        let own = ClientScope::One(pack.client);
        let owner = self.db.clients(own).await?.into_iter().next();
        let owner = owner.ok_or_else(|| Error::NotFound("the pack's client is gone".into()))?;
        let plan = Plan::of(owner, pack.month);
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for made in self.pack_reports(&plan, pack.language).await? {
            let name = format!("{}-{}.csv", made.name, pack.month.format("%Y-%m"));
            // A report that the pack does not have: there was no contract then.
            let alike = match self.kept(&pack, &name).await? {
                Some(kept) => same_figures(&kept, &made.csv)?,
                None => false,
            };
            if alike {
                same.push(name);
            } else {
                different.push(name);
            }
        }
        let (mut changed, mut inputs, mut not_kept) = (Vec::new(), Vec::new(), Vec::new());
        for (name, now) in self.pack_basis(&plan).await?.files() {
            let Some(before) = self.kept(&pack, name).await? else {
                not_kept.push(name.to_owned());
                continue;
            };
            let keys = match name {
                CASES | CASES_BEFORE => 2,
                CLOCKS => 4,
                _ => 1,
            };
            for (key, difference) in differences(&before, &now, keys)? {
                let mut key = key.into_iter();
                let mut next = || key.next().unwrap_or_default();
                if name == INPUTS {
                    let input = next();
                    inputs.push(InputChange { input, difference });
                } else {
                    changed.push(CaseChange {
                        case: next(),
                        dispute: next(),
                        clock: key.next(),
                        difference,
                    });
                }
            }
        }
        Ok(Recomputed {
            pack,
            same,
            different,
            changed,
            inputs,
            not_kept,
        })
    }

    /// A file of a pack as text; none where the pack does not have it.
    async fn kept(&self, pack: &Pack, name: &str) -> Result<Option<String>> {
        let Some(file) = pack.files.iter().find(|file| file.name == name) else {
            return Ok(None);
        };
        let content = self.files.get(&file.sha256).await?;
        Ok(Some(String::from_utf8_lossy(&content).into_owned()))
    }
}
