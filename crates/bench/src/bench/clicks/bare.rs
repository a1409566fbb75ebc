//! What a page cannot do without, as bare statements: the least that any desk would ask of the same database.

use anyhow::Result;
use docket_store::{Db, on_db};
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use super::Screen;
use super::people::{Clicks, Visit, all};
use super::seed::Seeded;

const LIST: &str =
    "SELECT c.*, r.* FROM cases c JOIN rounds r ON r.id = c.round_id WHERE c.closed_at IS NULL";
const COUNT: &str = "SELECT count(*) FROM cases c WHERE c.closed_at IS NULL";
const DUE: &str = "SELECT count(*) FROM cases c JOIN rounds r ON r.id = c.round_id WHERE c.closed_at IS NULL";

impl Seeded {
    fn statements(&self, screen: Screen, turn: usize) -> Vec<String> {
        let case = self.literal(&self.open[turn % self.open.len()]);
        let figures = || {
            vec![
                format!("{COUNT} AND c.turn = 'ours'"),
                format!(
                    "{DUE} AND c.turn = 'ours' AND c.sort_at < '{0}' AND r.deadline < '{0}'",
                    self.soon
                ),
                "SELECT count(*) FROM cases WHERE attention <> '[]'".to_owned(),
                "SELECT * FROM clients".to_owned(),
                "SELECT * FROM connections".to_owned(),
            ]
        };
        let list = |narrower: &str| format!("{LIST} {narrower} ORDER BY c.sort_at, c.id LIMIT 41");
        let own = |table: &str| format!("SELECT * FROM {table} WHERE case_id = {case}");
        let one = |more: &[&str]| {
            let row = format!(
                "SELECT c.*, r.* FROM cases c JOIN rounds r ON r.id = c.round_id WHERE c.id = {case}"
            );
            let tables = ["rounds", "snapshots"].iter().chain(more).map(|table| own(table));
            std::iter::once(row).chain(tables).collect()
        };
        match screen {
            Screen::Queue => [figures(), vec![COUNT.to_owned(), list("")]].concat(),
            Screen::Filtered => {
                let narrower = "AND c.turn = 'ours' AND c.platform = 'paypal'";
                [figures(), vec![format!("{COUNT} {narrower}"), list(narrower)]].concat()
            }
            Screen::SecondPage => {
                let after = format!(
                    "AND (c.sort_at, c.id) > ('{}', {})",
                    self.last.0,
                    self.literal(&self.last.1)
                );
                [figures(), vec![COUNT.to_owned(), list(&after)]].concat()
            }
            Screen::Case => {
                let history = "SELECT platform, count(*) FROM cases WHERE contested AND platform = 'paypal' \
                               AND reason = 'not_received' GROUP BY platform";
                [
                    one(&["factors", "submissions", "drafts", "evidence"]),
                    vec![history.to_owned()],
                ]
                .concat()
            }
            Screen::Evidence => one(&["evidence", "drafts"]),
            Screen::History => one(&["submissions", "info_requests"]),
            Screen::Deadlines => vec![
                format!(
                    "SELECT substr(CAST(r.deadline AS TEXT), 1, 13), count(*) FROM cases c JOIN rounds r ON r.id = c.round_id \
                         WHERE c.closed_at IS NULL AND c.sort_at < '{}' GROUP BY 1",
                    self.wall
                ),
                list("AND c.turn = 'ours'"),
            ],
            Screen::Search => {
                let reference = format!("inv-2026-{}", turn * 7919 % self.stored + 1);
                vec![format!(
                    "SELECT c.*, r.* FROM case_refs f JOIN cases c ON c.id = f.case_id JOIN rounds r ON r.id = c.round_id \
                     WHERE f.ref = '{reference}' LIMIT 50"
                )]
            }
            Screen::Questions => vec!["SELECT * FROM info_requests ORDER BY id DESC LIMIT 50".to_owned()],
            Screen::Connections => vec!["SELECT * FROM connections ORDER BY id LIMIT 50".to_owned()],
        }
    }
}

pub async fn click(db: &Db, people: usize, seeded: &Seeded, visit: Visit) -> Result<Clicks> {
    let (db, seeded) = (db.clone(), seeded.clone());
    all(people, visit, move |_, screen, turn| {
        let (db, statements) = (db.clone(), seeded.statements(screen, turn));
        async move {
            for sql in statements {
                on_db!(&db, c => {
                    let mut rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(c);
                    while rows.try_next().await?.is_some() {}
                });
            }
            Ok(0)
        }
    })
    .await
}
