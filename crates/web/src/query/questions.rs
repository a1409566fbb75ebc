//! The parameters of the list of questions to clients.

use chrono::{DateTime, Utc};
use docket_core::id::RequestId;
use docket_core::request::RequestState;

use super::Pairs;
use super::values::{read, unknown_parameter, word, wrong};

/// Which questions the list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionsQuery {
    /// Name or id.
    pub client: Option<String>,
    /// In this state.
    pub state: RequestState,
    /// After the last one seen: when it was due, and its id.
    pub after: Option<(DateTime<Utc>, RequestId)>,
}

impl Default for QuestionsQuery {
    fn default() -> Self {
        Self {
            client: None,
            state: RequestState::Open,
            after: None,
        }
    }
}

impl QuestionsQuery {
    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self::default();
        let wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "state" => query.state = word(value)?,
                "after" => query.after = Some(place(value)?),
                _ => return Err(unknown_parameter("client, state, after")),
            }
            Ok(())
        });
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let state = (self.state != RequestState::Open).then(|| self.state.to_string());
        let after = self
            .after
            .map(|(at, id)| format!("{}.{id}", at.timestamp_micros()));
        let parts = [
            ("client", self.client.clone()),
            ("state", state),
            ("after", after),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }
}

fn place(value: &str) -> Result<(DateTime<Utc>, RequestId), String> {
    let parts = value.split_once('.').and_then(|(micros, id)| {
        let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some((at, id.parse().ok()?))
    });
    parts.ok_or_else(|| wrong("query-place", value))
}
