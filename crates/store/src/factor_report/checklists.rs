//! How the settings checklists of connections stood on the day on which a dispute was opened: worked out from their history
//! when a report is asked, so that nothing of it is stored with cases.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use docket_core::factor::answers::first_day;
use docket_core::factor::catalogue::{Entry, UNKNOWN};
use docket_core::factor::{FactorKind, NOT_PASSED, PASSED, Subject};
use docket_core::words::Platform;
use uuid::Uuid;

use crate::report_read::day_text;
use crate::{Db, Error, Result, on_db};

// Of several statements about one item that hold from the same instant on, the one that was recorded last wins.
const HISTORY: &str = "SELECT s.connection_id, c.platform, s.item, s.value, s.valid_from FROM settings s \
    JOIN connections c ON c.id = s.connection_id WHERE s.client_id BETWEEN $1 AND $2 \
    ORDER BY s.connection_id, s.valid_from, s.recorded_at, s.id";

#[cfg(feature = "testing")]
pub(super) const STATEMENTS: &[&str] = &[HISTORY];

type Row = (Uuid, String, String, String, DateTime<Utc>);

/// The level of each item, and of all together.
pub(super) type Checklist = Vec<(Subject, String)>;

/// Grows with connections and with how often their settings changed.
#[derive(Debug, Default)]
pub(super) struct Checklists {
    /// By connection, as rows name it: from which day on which checklist holds, the oldest first.
    since: HashMap<String, Vec<(String, usize)>>,
    /// Each different one once.
    all: Vec<Checklist>,
}

fn level(value: &str) -> &'static str {
    match value {
        "yes" => PASSED,
        "no" => NOT_PASSED,
        _ => UNKNOWN,
    }
}

/// Of the items that anybody knows, those that stand as they should, as a level.
fn score(items: &BTreeMap<String, String>) -> Option<(Subject, String)> {
    let of = |value: &str| items.values().filter(|held| *held == value).count();
    let (yes, no) = (of("yes"), of("no"));
    let percent = (yes * 100).checked_div(yes + no)?;
    let kind = FactorKind::SettingsScore;
    Some((kind.into(), Entry::of(kind)?.level(&percent.to_string())))
}

impl Checklists {
    /// `name` is how rows name a connection.
    fn of(rows: &[Row], name: impl Fn(Uuid) -> String) -> Result<Self> {
        let mut found = Self::default();
        let mut numbers: HashMap<Checklist, usize> = HashMap::new();
        for held in rows.chunk_by(|a, b| a.0 == b.0) {
            let Some((connection, platform, ..)) = held.first() else {
                continue;
            };
            let platform: Platform = platform.parse().map_err(|e| Error::damaged("connections", e))?;
            let mut items: BTreeMap<String, String> = BTreeMap::new();
            let mut since: Vec<(String, usize)> = Vec::new();
            for of_day in held.chunk_by(|a, b| first_day(a.4) == first_day(b.4)) {
                items.extend(of_day.iter().map(|row| (row.2.clone(), row.3.clone())));
                let Some(day) = of_day.first().and_then(|row| first_day(row.4)) else {
                    continue;
                };
                let each = items
                    .iter()
                    .map(|(item, value)| (Subject::item(platform, item), level(value).to_owned()));
                let checklist: Checklist = each.chain(score(&items)).collect();
                let next = numbers.len();
                let number = *numbers.entry(checklist.clone()).or_insert(next);
                if number == next {
                    found.all.push(checklist);
                }
                since.push((day_text(day), number));
            }
            found.since.insert(name(*connection), since);
        }
        Ok(found)
    }

    /// Whether anything is known of any connection.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The number of the checklist of a connection on a day.
    pub(super) fn at(&self, connection: &str, day: &str) -> Option<usize> {
        let since = self.since.get(connection)?;
        let held = since.partition_point(|(from, _)| from.as_str() <= day);
        since.get(held.checked_sub(1)?).map(|(_, number)| *number)
    }

    /// A checklist by its number.
    pub(super) fn get(&self, number: usize) -> &[(Subject, String)] {
        self.all.get(number).map_or(&[], Vec::as_slice)
    }
}

impl Db {
    /// The checklists of a scope's connections.
    pub(super) async fn checklists(&self, (low, high): (Uuid, Uuid)) -> Result<Checklists> {
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(HISTORY).bind(low).bind(high).fetch_all(c).await)?;
        Checklists::of(&rows, |id| self.named_in_lines(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(connection: u128, item: &str, value: &str, from: &str) -> Row {
        let from = from.parse().unwrap();
        (
            Uuid::from_u128(connection),
            "paypal".to_owned(),
            item.to_owned(),
            value.to_owned(),
            from,
        )
    }

    fn read(checklists: &Checklists, connection: u128, day: &str) -> Vec<String> {
        let number = checklists.at(&Uuid::from_u128(connection).to_string(), day);
        let checklist = number.map_or(&[][..], |number| checklists.get(number));
        checklist
            .iter()
            .map(|(subject, level)| format!("{subject}={level}"))
            .collect()
    }

    #[test]
    fn an_item_counts_as_it_stood_at_the_beginning_of_the_day() {
        let rows = [
            row(1, "settings.a", "yes", "2026-03-01T00:00:00Z"),
            row(1, "settings.b", "no", "2026-03-01T09:00:00Z"),
            row(1, "settings.a", "no", "2026-03-05T12:00:00Z"),
            row(1, "settings.b", "unknown", "2026-03-05T12:00:00Z"),
            row(1, "settings.b", "yes", "2026-03-05T12:00:00Z"),
            row(2, "settings.a", "yes", "2026-03-02T00:00:00Z"),
        ];
        let found = Checklists::of(&rows, |id| id.to_string()).unwrap();
        let none: [&str; 0] = [];
        assert_eq!(read(&found, 1, "2026-02-28"), none);
        assert_eq!(
            read(&found, 1, "2026-03-01"),
            ["paypal.settings.a=passed", "settings_score=all_passed"]
        );
        let both = [
            "paypal.settings.a=passed",
            "paypal.settings.b=not_passed",
            "settings_score=50_to_79",
        ];
        assert_eq!(read(&found, 1, "2026-03-02"), both);
        assert_eq!(read(&found, 1, "2026-03-05"), both, "it changed within the day");
        assert_eq!(
            read(&found, 1, "2026-03-06"),
            [
                "paypal.settings.a=not_passed",
                "paypal.settings.b=passed",
                "settings_score=50_to_79"
            ]
        );
        assert_eq!(read(&found, 3, "2026-03-06"), none);
        // Equal checklists are one.
        assert_eq!(found.at(&Uuid::from_u128(2).to_string(), "2026-03-02"), Some(0));
        assert_eq!(found.all.len(), 3);
    }
}
