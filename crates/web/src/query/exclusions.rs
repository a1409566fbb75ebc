//! The parameters of the register of exclusions.

use docket_core::id::ExclusionId;
use docket_core::sla::ExclusionState;

use super::Pairs;
use super::values::{id, read, text, unknown_parameter, word};

/// Which events of the register the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExclusionsQuery {
    /// Name or id of a client that they hit.
    pub client: Option<String>,
    /// In this state; in any where none is named.
    pub state: Option<ExclusionState>,
    /// Told before this one.
    pub before: Option<ExclusionId>,
}

impl ExclusionsQuery {
    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self::default();
        let wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "state" => query.state = Some(word(value)?),
                "before" => query.before = Some(id(value)?),
                _ => return Err(unknown_parameter("client, state, before")),
            }
            Ok(())
        });
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("client", self.client.clone()),
            ("state", self.state.map(text)),
            ("before", self.before.map(text)),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }
}
