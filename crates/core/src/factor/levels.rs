//! A case's levels: one word for each factor of the catalogue, as known when its dispute opened (`domain.md` E1, E4).

use chrono::{DateTime, Utc};

use super::catalogue::{CATALOGUE, Entry, SEVERAL};
use super::{Factor, FactorKind};

/// Grows whenever a value becomes another level than before, or a row holds more, so that what is stored is computed again.
pub const LEVELS_VERSION: i64 = 4;

/// Between two levels of a case. No level contains it.
pub const BETWEEN: char = '|';

/// The levels of a case in the catalogue's order with [`BETWEEN`] between them. An empty one was not recorded; nothing
/// stands for those at the end. Of records of the same kind, source and value the first one counts, so they go in by the
/// instant at which they were recorded. What speaks of an instant after the opening is left out.
pub fn levels(known: &[Factor], opened_at: DateTime<Utc>) -> String {
    let mut text = String::new();
    let mut owed = 0;
    for entry in CATALOGUE {
        if let Some(level) = level(entry, known, opened_at) {
            text.extend(std::iter::repeat_n(BETWEEN, owed));
            text.push_str(&level);
            owed = 0;
        }
        owed += 1;
    }
    text
}

fn level(entry: &Entry, known: &[Factor], opened_at: DateTime<Utc>) -> Option<String> {
    let mut values = values(entry.kind, known, opened_at);
    let first = values.next()?;
    Some(if values.all(|other| other == first) {
        entry.level(first)
    } else {
        SEVERAL.to_owned()
    })
}

/// The values of a factor as known when the dispute opened.
fn values(kind: FactorKind, known: &[Factor], opened_at: DateTime<Utc>) -> impl Iterator<Item = &str> {
    let of_kind = move || {
        known
            .iter()
            .enumerate()
            .filter(move |(_, record)| record.kind == kind)
    };
    let repeated = move |at: usize, record: &Factor| {
        let mut before = of_kind().take_while(|(other, _)| *other < at);
        before.any(|(_, other)| (&other.source, &other.value) == (&record.source, &record.value))
    };
    of_kind()
        .filter(move |(at, record)| record.as_of <= opened_at && !repeated(*at, record))
        .map(|(_, record)| record.value.as_str())
}

/// Longest value that is kept as it is, in letters.
const LONGEST: usize = 60;

/// A value that has no levels, as it was known when the dispute opened: `several` where sources name more than one, nothing where
/// none tells it. Values are read as lines with tabs.
pub fn opening(known: &[Factor], kind: FactorKind, opened_at: DateTime<Utc>) -> String {
    let plain = |value: &str| {
        let text = value.replace(char::is_control, " ");
        text.trim().chars().take(LONGEST).collect::<String>()
    };
    let mut values = values(kind, known, opened_at)
        .map(plain)
        .filter(|value| !value.is_empty());
    match values.next() {
        Some(first) if values.all(|other| other == first) => first,
        Some(_) => SEVERAL.to_owned(),
        None => String::new(),
    }
}

/// The levels of a case by the factor's place in the catalogue; those that were recorded.
pub fn recorded(levels: &str) -> impl Iterator<Item = (usize, &str)> {
    let all = levels.split(BETWEEN).enumerate().take(CATALOGUE.len());
    all.filter(|(_, level)| !level.is_empty())
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::factor::FactorKind;
    use crate::factor::catalogue::{Levels, UNKNOWN};

    fn opened() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn known(kind: FactorKind, source: &str, value: &str, hours_after: i64) -> Factor {
        Factor {
            kind,
            source: source.to_owned(),
            value: value.to_owned(),
            as_of: opened() + Duration::hours(hours_after),
        }
    }

    fn read(levels: &str) -> Vec<(FactorKind, &str)> {
        recorded(levels)
            .map(|(at, level)| (CATALOGUE[at].kind, level))
            .collect()
    }

    #[test]
    fn each_factor_has_its_place() {
        let all = levels(
            &[
                known(FactorKind::Carrier, "a", "DHL Express", -1),
                known(FactorKind::DeliveryTiming, "a", "late", 0),
                known(FactorKind::HandlingHours, "a", "soon", -5),
            ],
            opened(),
        );
        assert_eq!(all, format!("late||{UNKNOWN}||||||||||||dhl_express"));
        let found = [
            (FactorKind::DeliveryTiming, "late"),
            (FactorKind::HandlingHours, UNKNOWN),
            (FactorKind::Carrier, "dhl_express"),
        ];
        assert_eq!(read(&all), found);
        assert_eq!((levels(&[], opened()).as_str(), read("")), ("", vec![]));
    }

    #[test]
    fn what_speaks_of_a_later_instant_is_no_level() {
        let kind = FactorKind::TrackingKnown;
        assert_eq!(levels(&[known(kind, "a", "true", 1)], opened()), "");
        // The first record of the same says when it was known.
        assert_eq!(
            levels(
                &[known(kind, "a", "true", 1), known(kind, "a", "true", -1)],
                opened()
            ),
            ""
        );
        assert_eq!(
            levels(
                &[known(kind, "a", "true", 1), known(kind, "b", "true", -1)],
                opened()
            ),
            "|true"
        );
    }

    #[test]
    fn sources_that_differ_are_several() {
        let kind = FactorKind::TrackingKnown;
        let two = |second| {
            levels(
                &[known(kind, "a", "true", 0), known(kind, "b", second, 0)],
                opened(),
            )
        };
        assert_eq!(
            (two("true").as_str(), two("false").as_str()),
            ("|true", "|several")
        );
    }

    #[test]
    fn goods_and_country_are_those_that_were_known_and_several_where_they_differ() {
        let kind = FactorKind::ProductSku;
        let of = |all: &[Factor]| opening(all, kind, opened());
        assert_eq!(of(&[]), "");
        assert_eq!(
            of(&[known(kind, "a", " LAMP\t1\n", -1), known(kind, "b", "LAMP 1", 0)]),
            "LAMP 1"
        );
        assert_eq!(
            of(&[known(kind, "a", "LAMP", -1), known(kind, "a", "RUG", -1)]),
            SEVERAL
        );
        assert_eq!(of(&[known(kind, "a", "LAMP", 1), known(kind, "b", " ", 0)]), "");
        assert_eq!(of(&[known(kind, "a", &"x".repeat(99), 0)]).len(), LONGEST);
        assert_eq!(of(&[known(FactorKind::ShippingCountry, "a", "DE", 0)]), "");
    }

    /// Whoever changes what a value's level is must raise [`LEVELS_VERSION`], or stored levels stay as they were.
    #[test]
    fn the_version_belongs_to_this_catalogue() {
        let bands = |entry: &Entry| match entry.levels {
            Levels::Words => "words".to_owned(),
            Levels::Bands(ends, beyond) => format!("{ends:?} {beyond}"),
        };
        let all: String = CATALOGUE
            .iter()
            .map(|entry| format!("{} {}\n", entry.kind, bands(entry)))
            .collect();
        let digest = crate::chain::digest(&all);
        let start: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((LEVELS_VERSION, start.as_str()), (4, "911cc0b5"));
    }
}
