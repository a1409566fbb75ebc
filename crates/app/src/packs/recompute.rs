//! A past pack computed anew: the same figures, or which cases changed.

use std::collections::BTreeMap;

use docket_core::id::PackId;
use docket_core::pack::Pack;
use docket_core::stats::Figure;
use docket_store::ClientScope;
use serde::Serialize;

use super::build::{CASES, Plan, cases};
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
    /// Cases of which reports count something else now.
    pub changed: Vec<CaseChange>,
}

/// A case of which reports count something else now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    /// Its id.
    pub case: String,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// What was counted; none where it was not there.
    pub before: Option<String>,
    /// What is counted now; none where it is gone from the period.
    pub after: Option<String>,
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
        let owner = owner.ok_or_else(|| Error::NotFound("the pack's client is gone".to_owned()))?;
        let plan = Plan::of(owner, pack.month);
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for made in self.pack_reports(&plan, pack.language).await? {
            let name = format!("{}-{}.csv", made.name, pack.month.format("%Y-%m"));
            // A report that the pack does not have: there was no contract then.
            let kept = match pack.files.iter().find(|file| file.name == name) {
                Some(file) => Some(self.files.get(&file.sha256).await?),
                None => None,
            };
            if kept.is_some_and(|kept| kept == made.csv.as_bytes()) {
                same.push(name);
            } else {
                different.push(name);
            }
        }
        let (_, kept) = self.pack_file(scope, id, CASES).await?;
        let now = cases(&self.win_rate_cases(&plan.wish, Figure::Received, None).await?);
        let changed = changes(&String::from_utf8_lossy(&kept), &now);
        Ok(Recomputed {
            pack,
            same,
            different,
            changed,
        })
    }
}

/// Lines by the case's id: the platform's, and the rest.
fn lines(text: &str) -> BTreeMap<&str, (&str, &str)> {
    let lines = text.lines().skip(1);
    lines
        .filter_map(|line| {
            let (id, rest) = line.split_once(',')?;
            let (dispute, rest) = rest.split_once(',')?;
            Some((id, (dispute, rest)))
        })
        .collect()
}

fn changes(before: &str, after: &str) -> Vec<CaseChange> {
    let (before, after) = (lines(before), lines(after));
    let ids: std::collections::BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let change = |id: &str| {
        let (old, new) = (before.get(id), after.get(id));
        (old != new).then(|| CaseChange {
            case: id.to_owned(),
            dispute: old
                .or(new)
                .map(|(dispute, _)| (*dispute).to_owned())
                .unwrap_or_default(),
            before: old.map(|(_, rest)| (*rest).to_owned()),
            after: new.map(|(_, rest)| (*rest).to_owned()),
        })
    };
    ids.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_named_with_both_sides() {
        let head = "id,dispute,rest\n";
        let before = format!("{head}a,PP-1,open\nb,PP-2,won\nc,PP-3,lost\n");
        let after = format!("{head}a,PP-1,won\nb,PP-2,won\nd,PP-4,open\n");
        let found: Vec<(String, Option<String>, Option<String>)> = changes(&before, &after)
            .into_iter()
            .map(|c| (c.dispute, c.before, c.after))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                ("PP-1".to_owned(), some("open"), some("won")),
                ("PP-3".to_owned(), some("lost"), None),
                ("PP-4".to_owned(), None, some("open")),
            ]
        );
        assert_eq!(changes(&before, &before), []);
    }
}
