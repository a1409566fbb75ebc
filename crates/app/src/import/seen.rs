//! What a file has said so far: a line may repeat another, and must not contradict it. About sixty bytes for each line.

use std::collections::HashMap;

use docket_core::chain::digest;
use docket_store::NewFact;

use super::source::RowError;

/// Facts of one file, by what they speak of.
#[derive(Default)]
pub(super) struct Seen(HashMap<u128, (u64, u64)>);

/// What a file said of the same thing before.
pub(super) enum Before {
    Nothing,
    TheSame,
}

fn short(text: &str) -> u128 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(text)[..16]);
    u128::from_le_bytes(bytes)
}

impl Seen {
    /// Whether the file said this before.
    ///
    /// # Errors
    /// When it said another thing of the same.
    pub fn note(&mut self, fact: &NewFact, line: u64) -> Result<Before, RowError> {
        let kind = fact.fact.kind();
        let key = short(&format!("{kind}\u{0}{}\u{0}{}", fact.order, fact.item));
        let content = u64::try_from(short(&fact.fact.to_json()) & u128::from(u64::MAX)).unwrap_or(0);
        match self.0.get(&key) {
            None => {
                self.0.insert(key, (content, line));
                Ok(Before::Nothing)
            }
            Some((known, _)) if *known == content => Ok(Before::TheSame),
            Some((_, other)) => {
                let says = format!(
                    "it says another thing of the same {kind} than line {other}; keep one, or tell them apart by an id"
                );
                Err(RowError::new(line, None, says))
            }
        }
    }

    /// Whether this order occurs for the first time.
    pub fn first_of(&mut self, order: &str) -> bool {
        self.0.insert(short(&format!("of\u{0}{order}")), (0, 0)).is_none()
    }
}
