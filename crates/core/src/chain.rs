//! The hash chain that shows a removed or altered history row.
//!
//! Each subject (a case, a client, a connection) has its own chain, so that writing one case never waits for another.
//! The head is kept on the subject's row, so that cutting off the newest rows shows as well.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A link: SHA-256 over the previous link and the row.
pub type Link = [u8; 32];

/// What precedes the first row.
pub const GENESIS: Link = [0; 32];

/// The part of a history row that the chain protects.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// What it is about.
    pub subject: Uuid,
    /// Its number in the subject's chain, from 1.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: &'a str,
    /// What happened.
    pub kind: &'a str,
    /// [`digest`] of the details: the details themselves can be erased on a person's request, and the chain still holds.
    pub detail: [u8; 32],
}

/// SHA-256 of a text.
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The link of a row after `previous`.
pub fn link(previous: &Link, row: &Row<'_>) -> Link {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(row.subject.as_bytes());
    hash.update(row.number.to_be_bytes());
    // Lengths go in front of texts, so that no two different rows hash the same bytes.
    let at = row.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    for text in [at.as_str(), row.actor, row.kind] {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.update(row.detail);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(detail: &str) -> Row<'static> {
        let at = DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap();
        Row {
            subject: Uuid::nil(),
            number: 1,
            at,
            actor: "sync",
            kind: "opened",
            detail: digest(detail),
        }
    }

    #[test]
    fn any_change_shows() {
        let original = link(&GENESIS, &row("{}"));
        assert_ne!(original, link(&GENESIS, &row("{ }")));
        assert_ne!(original, link(&[1; 32], &row("{}")));
        assert_ne!(
            original,
            link(
                &GENESIS,
                &Row {
                    number: 2,
                    ..row("{}")
                }
            )
        );
        assert_ne!(
            original,
            link(
                &GENESIS,
                &Row {
                    actor: "syn",
                    kind: "copened",
                    ..row("{}")
                }
            )
        );
    }
}
