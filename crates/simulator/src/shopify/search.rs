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

/// One condition. A value that cannot be read matches nothing.
#[derive(Debug)]
pub(crate) struct Term {
    pub field: &'static str,
    relation: Relation,
    value: String,
}

impl Term {
    pub(crate) fn number(&self, found: u64) -> bool {
        self.value
            .parse()
            .is_ok_and(|wanted| self.compare(&found, &wanted))
    }

    pub(crate) fn time(&self, found: Time) -> bool {
        instant(&self.value).is_some_and(|wanted| self.compare(&found, &wanted))
    }

    pub(crate) fn word(&self, found: &str) -> bool {
        self.value.eq_ignore_ascii_case(found)
    }

    pub(crate) fn status(&self, found: Status) -> bool {
        Status::parse(&self.value) == Some(found)
    }

    fn compare<T: Ord>(&self, found: &T, wanted: &T) -> bool {
        match self.relation {
            Relation::Is => found == wanted,
            Relation::Above => found > wanted,
            Relation::AtLeast => found >= wanted,
            Relation::Below => found < wanted,
            Relation::AtMost => found <= wanted,
        }
    }
}

/// Alternatives of terms that must all hold.
#[derive(Debug)]
pub(crate) struct Search {
    any_of: Vec<Vec<Term>>,
    /// Fields that the list does not know: ignored, and told in `extensions.search`.
    pub warnings: Vec<Value>,
}

impl Search {
    /// `known` are the fields of the list.
    pub(crate) fn parse(query: Option<&str>, known: &[&'static str]) -> Self {
        let mut search = Self {
            any_of: vec![Vec::new()],
            warnings: Vec::new(),
        };
        for word in query.unwrap_or_default().split_whitespace() {
            match word {
                "AND" => {}
                "OR" => search.any_of.push(Vec::new()),
                _ => search.term(word, known),
            }
        }
        search
    }

    fn term(&mut self, word: &str, known: &[&'static str]) {
        let (field, rest) = word.split_once(':').unwrap_or(("default", word));
        let Some(field) = known.iter().find(|name| **name == field).copied() else {
            self.warnings.push(json!({
                "field": field, "message": "Invalid search field for this query.", "code": "invalid_field",
            }));
            return;
        };
        let (relation, value) = relation(rest);
        if let Some(terms) = self.any_of.last_mut() {
            let value = value.to_owned();
            terms.push(Term {
                field,
                relation,
                value,
            });
        }
    }

    pub(crate) fn fits(&self, holds: impl Fn(&Term) -> bool) -> bool {
        self.any_of.iter().any(|terms| terms.iter().all(&holds))
    }
}

/// Fields of the list of disputes.
pub(crate) const DISPUTES: [&str; 3] = ["id", "initiated_at", "status"];

pub(crate) fn dispute(term: &Term, dispute: &Dispute) -> bool {
    match term.field {
        "id" => term.number(dispute.id),
        "initiated_at" => term.time(dispute.initiated),
        _ => term.status(dispute.status),
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
        let query = "status:needs_response updated_at:>=2026-01-01";
        let search = Search::parse(Some(query), &DISPUTES);
        assert_eq!(search.warnings.len(), 1);
        assert!(search.fits(|term| term.status(Status::NeedsResponse)));
        assert!(!search.fits(|term| term.status(Status::Won)));
    }

    #[test]
    fn alternatives_and_ranges_are_read() {
        let search = Search::parse(Some("id:>=12 id:<20 OR id:3"), &DISPUTES);
        let found: Vec<u64> = (0..30)
            .filter(|id| search.fits(|term| term.number(*id)))
            .collect();
        assert_eq!(found, [3, 12, 13, 14, 15, 16, 17, 18, 19]);
        assert_eq!(relation("'2026-01-01'"), (Relation::Is, "2026-01-01"));
        assert!(instant("2026-11-01").unwrap() < instant("2026-11-01T00:00:01Z").unwrap());
        assert!(!Search::parse(Some("id:many"), &DISPUTES).fits(|term| term.number(1)));
    }
}
