//! Two people wrote on the same version: field by field, who changed what.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Edition;

/// What two people made of the same version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Merge {
    /// What both started from; none where each began anew.
    pub base: Option<Edition>,
    /// What was to be saved.
    pub yours: Edition,
    /// What somebody else saved meanwhile.
    pub theirs: Edition,
    /// Fields that only you changed.
    pub only_yours: Vec<String>,
    /// Fields that only they changed.
    pub only_theirs: Vec<String>,
    /// Fields that both changed, each to something else.
    pub both: Vec<String>,
    /// Both changes together, where they touch different fields of the same action.
    pub merged: Option<Edition>,
}

const ACTION: &str = "action";

fn fields(edition: &Edition) -> Map<String, Value> {
    match serde_json::to_value(edition) {
        Ok(Value::Object(mut fields)) => {
            fields.retain(|_, value| !value.is_null());
            fields
        }
        Ok(_) | Err(_) => Map::new(),
    }
}

/// Compares what two people made of `base`.
pub fn merge(base: Option<&Edition>, yours: &Edition, theirs: &Edition) -> Merge {
    let start = base.map(fields).unwrap_or_default();
    let (mine, other) = (fields(yours), fields(theirs));
    let names: BTreeSet<&String> = start.keys().chain(mine.keys()).chain(other.keys()).collect();
    let (mut only_yours, mut only_theirs, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let (was, is, theirs) = (start.get(name), mine.get(name), other.get(name));
        match (is != was, theirs != was) {
            (true, true) if is != theirs => both.push(name.clone()),
            (true, false) => only_yours.push(name.clone()),
            (false, true) => only_theirs.push(name.clone()),
            // Nobody changed it, or both to the same.
            (true, true) | (false, false) => {}
        }
    }
    // The fields of one action mean something else in another: a change of the action goes with nobody's other change.
    let action = |changed: &[String]| changed.iter().any(|name| name == ACTION);
    let mixes =
        (action(&only_yours) && !only_theirs.is_empty()) || (action(&only_theirs) && !only_yours.is_empty());
    let merged = (both.is_empty() && !mixes).then(|| {
        let mut together = other;
        for name in &only_yours {
            match mine.get(name) {
                Some(value) => together.insert(name.clone(), value.clone()),
                None => together.remove(name),
            };
        }
        serde_json::from_value(Value::Object(together)).ok()
    });
    Merge {
        base: base.cloned(),
        yours: yours.clone(),
        theirs: theirs.clone(),
        only_yours,
        only_theirs,
        both,
        merged: merged.flatten(),
    }
}
