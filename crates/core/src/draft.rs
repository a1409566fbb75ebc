//! A response that is being written: what it holds so far, and what two people changed at the same time.

mod merge;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use merge::{Merge, merge};

use crate::four_eyes::same_person;
use crate::id::{CaseId, ClientId, DraftId, RoundId, SubmissionId};
use crate::response::Response;
use crate::words::{ActionKind, words};

words! {
    /// Where a draft stands.
    DraftState, "draft state" {
        /// It is being written.
        Draft = "draft",
        /// A second person is asked to check it.
        InReview = "in_review",
        /// It became a response that is sent.
        Approved = "approved",
        /// It was given up.
        Discarded = "discarded",
    }
}

/// What a draft says so far: the form of a [`Response`], of which any field may still be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What it is to be.
    pub action: ActionKind,
    /// The fields that are filled; empty ones are left out, so that two texts of the same content are equal.
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// Why a draft cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the draft is not complete: {0}; complete it (docket draft save)")]
pub struct Incomplete(pub String);

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

impl Content {
    /// A content from what is known of each field, as [`Response`] names them.
    pub fn new(action: ActionKind, fields: Map<String, Value>) -> Self {
        let content = Self { action, fields };
        // A complete one takes the form that every response has, whatever way it came in.
        let mut content = match content.response() {
            Ok(response) => Self::written(&response).unwrap_or(content),
            Err(_) => content,
        };
        content.fields.retain(|_, value| !is_empty(value));
        content
    }

    /// The content of a complete response.
    pub fn of(response: &Response) -> Self {
        let action = response.action();
        let fields = Self::written(response).map(|c| c.fields).unwrap_or_default();
        Self::new(action, fields)
    }

    fn written(response: &Response) -> Option<Self> {
        serde_json::from_value(serde_json::to_value(response).ok()?).ok()
    }

    /// What is filled in, by the field's name in a [`Response`].
    pub const fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// The response, once nothing is missing.
    ///
    /// # Errors
    /// [`Incomplete`] names the first thing that is missing or wrong.
    pub fn response(&self) -> Result<Response, Incomplete> {
        let value = serde_json::to_value(self).map_err(|e| Incomplete(e.to_string()))?;
        serde_json::from_value(value).map_err(|e| Incomplete(e.to_string()))
    }
}

/// What is saved as one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The content.
    #[serde(flatten)]
    pub content: Content,
    /// When it is to be sent; none means as soon as it may.
    pub send_at: Option<DateTime<Utc>>,
}

/// A response that is being written for a round of a case. Every save is a version of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Whose case it is.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
    /// The round that it is written for.
    pub round: RoundId,
    /// Where it stands.
    pub state: DraftState,
    /// The newest version, from 1.
    pub version: i64,
    /// What it says.
    pub edition: Edition,
    /// Who began it.
    pub author: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who saved the newest version.
    pub updated_by: String,
    /// When.
    pub updated_at: DateTime<Utc>,
    /// Why the last review gave it back.
    pub returned: Option<String>,
    /// The response that it became.
    pub submission: Option<SubmissionId>,
}

/// An earlier or the newest state of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub number: i64,
    /// What it says.
    pub edition: Edition,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Everyone who wrote on a draft, in order, each once. None of them may approve it: what they wrote may stand in the
/// newest version, whoever saved that one.
pub fn writers(versions: &[Version]) -> Vec<String> {
    let mut writers: Vec<String> = Vec::new();
    for version in versions {
        if !writers.iter().any(|w| same_person(w, &version.by)) {
            writers.push(version.by.clone());
        }
    }
    writers
}

#[cfg(test)]
mod tests;
