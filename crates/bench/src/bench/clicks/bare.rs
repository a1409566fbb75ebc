//! What a page cannot do without, as bare statements: the least that any desk would ask of the same database.

use anyhow::Result;
use docket_store::{Db, on_db};
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use super::people::{Clicks, Visit, all};
use super::screens::Screen;
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
            Screen::Statement | Screen::Preview => one(&["evidence", "drafts", "submissions"]),
            Screen::History => one(&["submissions", "info_requests"]),
            Screen::Deadlines => vec![
                format!(
                    "SELECT substr(CAST(r.deadline AS TEXT), 1, 13), count(*) FROM cases c JOIN rounds r ON r.id = c.round_id \
                         WHERE c.closed_at IS NULL AND c.sort_at < '{}' GROUP BY 1",
                    self.wall
                ),
                list("AND c.turn = 'ours'"),
            ],
            Screen::Search | Screen::Palette => {
                let reference = format!("inv-2026-{}", turn * 7919 % self.stored + 1);
                vec![format!(
                    "SELECT c.*, r.* FROM case_refs f JOIN cases c ON c.id = f.case_id JOIN rounds r ON r.id = c.round_id \
                     WHERE f.ref = '{reference}' LIMIT 50"
                )]
            }
            Screen::Questions => vec!["SELECT * FROM info_requests ORDER BY id DESC LIMIT 50".to_owned()],
            Screen::Question => {
                let id = self.literal(&self.questions[turn % self.questions.len()]);
                vec![
                    format!("SELECT * FROM info_requests WHERE id = {id}"),
                    format!("SELECT * FROM info_answers WHERE request_id = {id}"),
                ]
            }
            Screen::Handover => vec![
                "SELECT d.*, c.* FROM drafts d JOIN cases c ON c.id = d.case_id WHERE d.state IN ('draft', 'in_review') LIMIT 500"
                    .to_owned(),
                "SELECT r.*, c.* FROM info_requests r JOIN cases c ON c.id = r.case_id WHERE r.state = 'open' LIMIT 500".to_owned(),
                format!("{LIST} AND c.turn = 'ours' AND c.sort_at < '{}' ORDER BY c.sort_at, c.id LIMIT 200", self.soon),
            ],
            Screen::Clients => vec![
                "SELECT * FROM clients ORDER BY id LIMIT 50".to_owned(),
                "SELECT client_id, count(*) FROM cases WHERE closed_at IS NULL GROUP BY client_id".to_owned(),
            ],
            Screen::Client => {
                let id = self.literal(&self.owners[turn % self.owners.len()].0);
                vec![
                    format!("SELECT * FROM clients WHERE id = {id}"),
                    format!("SELECT * FROM connections WHERE client_id = {id}"),
                    format!("SELECT count(*) FROM cases WHERE client_id = {id} AND closed_at IS NULL"),
                ]
            }
            Screen::Connection => {
                let id = self.literal(&self.owners[turn % self.owners.len()].1);
                vec![
                    format!("SELECT * FROM connections WHERE id = {id}"),
                    format!("SELECT * FROM sync_runs WHERE connection_id = {id} ORDER BY id DESC LIMIT 20"),
                ]
            }
            Screen::Connections => vec!["SELECT * FROM connections ORDER BY id LIMIT 50".to_owned()],
            Screen::Sync => vec![
                "SELECT * FROM connections ORDER BY id LIMIT 50".to_owned(),
                "SELECT connection_id, count(*) FROM cases WHERE closed_at IS NULL GROUP BY connection_id".to_owned(),
            ],
            Screen::Unmatched => vec![
                "SELECT * FROM cases WHERE attention <> '[]' ORDER BY sort_at, id LIMIT 50".to_owned(),
                "SELECT * FROM order_refs LIMIT 50".to_owned(),
            ],
            Screen::Notices => vec!["SELECT * FROM notices WHERE seen_at IS NULL ORDER BY raised_at, id LIMIT 50".to_owned()],
            Screen::Incidents => vec!["SELECT * FROM incidents ORDER BY id DESC LIMIT 50".to_owned()],
            Screen::Rules => vec!["SELECT * FROM client_rules LIMIT 50".to_owned()],
            Screen::Packs => vec!["SELECT * FROM packs ORDER BY id DESC LIMIT 50".to_owned()],
            Screen::Hooks => vec!["SELECT * FROM event_hooks LIMIT 50".to_owned()],
            Screen::People => vec!["SELECT * FROM people ORDER BY id LIMIT 200".to_owned()],
            Screen::Audit => vec!["SELECT * FROM audit ORDER BY number DESC LIMIT 50".to_owned()],
            Screen::Account => vec!["SELECT * FROM sessions LIMIT 5".to_owned()],
            Screen::Help => vec!["SELECT * FROM people LIMIT 1".to_owned()],
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
