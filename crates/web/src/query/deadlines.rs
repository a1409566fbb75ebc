//! The parameters of the deadline wall.

use super::Pairs;
use super::values::{read, unknown_parameter};

/// Which deadlines the wall shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadlinesQuery {
    /// Name or id.
    pub client: Option<String>,
    /// Whose; `nobody` for nobody's.
    pub assignee: Option<String>,
}

impl DeadlinesQuery {
    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self::default();
        let wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "assignee" => query.assignee = Some(value.to_owned()),
                _ => return Err(unknown_parameter("client, assignee")),
            }
            Ok(())
        });
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("client", self.client.clone()),
            ("assignee", self.assignee.clone()),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }
}
