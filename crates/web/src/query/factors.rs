//! What the factor report's page shows.

use chrono::NaiveDate;
use docket_core::factor::Subject;

use super::Pairs;
use super::values::{day, read, text, unknown_parameter, word};

/// Which factor report, and whether the cases behind a level of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactorQuery {
    /// Name or id.
    pub client: Option<String>,
    pub from: Option<NaiveDate>,
    /// The first day that is out.
    pub to: Option<NaiveDate>,
    /// The factor of which the cases are listed.
    pub factor: Option<Subject>,
    /// Those of this level only.
    pub level: Option<String>,
}

impl FactorQuery {
    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self::default();
        let wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "from" => query.from = Some(day(value)?),
                "to" => query.to = Some(day(value)?),
                "factor" => query.factor = Some(word(value)?),
                "level" => query.level = Some(value.to_owned()),
                _ => return Err(unknown_parameter("client, from, to, factor, level")),
            }
            Ok(())
        });
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("client", self.client.clone()),
            ("from", self.from.map(text)),
            ("to", self.to.map(text)),
            ("factor", self.factor.as_ref().map(text)),
            ("level", self.level.clone()),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }
}
