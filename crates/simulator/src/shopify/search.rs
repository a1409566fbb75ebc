//! The `query` argument of lists: terms that must all hold, alternatives parted by OR (reference 2).

use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

use super::dispute::{Dispute, Status};
use crate::dispute::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Is,
    Above,
    AtLeast,
    Below,
    AtMost,
}

#[derive(Debug)]
enum Term {
    Id(Relation, u64),
    Initiated(Relation, Time),
    Status(Status),
    /// A value that cannot be: matches nothing.
    Never,
}

/// Alternatives of terms that must all hold.
#[derive(Debug)]
pub(crate) struct Search {
    any_of: Vec<Vec<Term>>,
    /// Fields that this list does not know: ignored, and told in `extensions.search`.
    pub warnings: Vec<Value>,
}

impl Search {
    pub(crate) fn disputes(query: Option<&str>) -> Self {
        let mut search = Self {
            any_of: vec![Vec::new()],
            warnings: Vec::new(),
        };
        for word in query.unwrap_or_default().split_whitespace() {
            match word {
                "AND" => {}
                "OR" => search.any_of.push(Vec::new()),
                _ => search.term(word),
            }
        }
        search
    }

    fn term(&mut self, word: &str) {
        let (field, rest) = word.split_once(':').unwrap_or(("default", word));
        let (relation, value) = relation(rest);
        let term = match field {
            "id" => value.parse().map_or(Term::Never, |id| Term::Id(relation, id)),
            "initiated_at" => instant(value).map_or(Term::Never, |at| Term::Initiated(relation, at)),
            "status" => Status::parse(value).map_or(Term::Never, Term::Status),
            _ => {
                self.warnings.push(json!({
                    "field": field, "message": "Invalid search field for this query.", "code": "invalid_field",
                }));
                return;
            }
        };
        if let Some(terms) = self.any_of.last_mut() {
            terms.push(term);
        }
    }

    pub(crate) fn fits(&self, dispute: &Dispute) -> bool {
        self.any_of
            .iter()
            .any(|terms| terms.iter().all(|term| holds(term, dispute)))
    }
}

fn holds(term: &Term, dispute: &Dispute) -> bool {
    match term {
        Term::Id(relation, id) => compare(*relation, &dispute.id, id),
        Term::Initiated(relation, at) => compare(*relation, &dispute.initiated, at),
        Term::Status(status) => dispute.status == *status,
        Term::Never => false,
    }
}

fn compare<T: Ord>(relation: Relation, found: &T, wanted: &T) -> bool {
    match relation {
        Relation::Is => found == wanted,
        Relation::Above => found > wanted,
        Relation::AtLeast => found >= wanted,
        Relation::Below => found < wanted,
        Relation::AtMost => found <= wanted,
    }
}

fn relation(text: &str) -> (Relation, &str) {
    let marks = [
        (">=", Relation::AtLeast),
        ("<=", Relation::AtMost),
        (">", Relation::Above),
        ("<", Relation::Below),
    ];
    let found = marks
        .into_iter()
        .find_map(|(mark, relation)| Some((relation, text.strip_prefix(mark)?)));
    let (relation, value) = found.unwrap_or((Relation::Is, text));
    (relation, value.trim_matches(['\'', '"']))
}

/// An instant, or the beginning of a day.
pub(crate) fn instant(text: &str) -> Option<Time> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_told_and_ignored() {
        let search = Search::disputes(Some("status:needs_response updated_at:>=2026-01-01"));
        assert_eq!(search.warnings.len(), 1);
        assert_eq!(search.any_of[0].len(), 1);
    }

    #[test]
    fn ranges_read_their_marks() {
        assert_eq!(relation(">=12"), (Relation::AtLeast, "12"));
        assert_eq!(relation("'2026-01-01'"), (Relation::Is, "2026-01-01"));
        assert!(instant("2026-11-01").unwrap() < instant("2026-11-01T00:00:01Z").unwrap());
    }
}
