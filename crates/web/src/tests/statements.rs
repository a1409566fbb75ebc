//! Pages ask the database as often for many rows as for few: no statement per row.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use docket_app::{Ask, Client, ClientScope};
use docket_core::id::{CaseId, ConnectionId, IncidentId};
use docket_core::incident::{Cause, Incident};
use docket_core::person::{Access, Role};
use docket_core::words::Outcome;
use docket_store::testing::TestDb;
use docket_store::{UnitOfWork, on_both};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use super::desk::TestDesk;
use super::doors::address;
use crate::doors::{Door, Method, Pass, Who};
use crate::samples::make::Dispute;

/// Counts what sqlx says that it ran, in the whole process: each test has one of its own.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Clients with an account, cases, a question, a missed deadline and a person each.
async fn fill(test: &TestDesk, clients: std::ops::Range<usize>) -> Vec<(Client, ConnectionId, Vec<CaseId>)> {
    let mut all = Vec::new();
    for number in clients {
        let name = format!("Client {number:02}");
        let account = test.client(&name).await;
        let disputes = [
            Dispute::ours(format!("ours-{number}")),
            Dispute::ours(format!("asked-{number}")),
            Dispute::ended(format!("won-{number}"), Outcome::Won, true),
            Dispute::ended(format!("lost-{number}"), Outcome::Lost, true),
        ];
        let cases = test.cases(&account, &disputes).await;
        let ask = Ask {
            case: cases[1],
            question: "Which carrier?".to_owned(),
            due: None,
            to: None,
            actor: "dana".to_owned(),
        };
        test.desk.ask_client(ClientScope::Agency, ask).await.unwrap();
        let case = test.desk.case(ClientScope::Agency, cases[0]).await.unwrap().case;
        let incident = Incident {
            id: IncidentId::new(&test.desk.env),
            client: case.client,
            case: case.id,
            round: case.round.id,
            deadline: test.desk.env.now(),
            raised_at: test.desk.env.now(),
            cause: Cause::Unknown,
            why: "nothing in the logs".to_owned(),
            decided_at: None,
            decided_by: None,
            responded_at: None,
        };
        let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
        assert!(unit.raise_incident(&incident).await.unwrap());
        unit.commit().await.unwrap();
        test.person(&format!("Person {number:02}"), Access::Specialist)
            .await;
        all.push((account.0, account.1, cases));
    }
    all
}

/// Every page that staff may look at.
fn pages(test: &TestDesk, (client, connection, cases): &(Client, ConnectionId, Vec<CaseId>)) -> Vec<String> {
    let looked_at = |door: &&Door| {
        let entry = door.entry();
        let people = matches!(entry.who, Who::People(_)) && door.pass(Role::Admin) == Pass::Yes;
        // The stream never ends, and files of paper are drawn from the figures of the pages.
        let page = !matches!(
            door,
            Door::Live | Door::WinRatePdf | Door::FactorsPdf | Door::SlaPdf
        );
        people && page && entry.method == Method::Get
    };
    let doors = Door::ALL.iter().copied().filter(|door| looked_at(&door));
    let url = |door: Door| match door {
        Door::Client => format!("/clients/{}", client.id),
        Door::Connection => format!("/connections/{connection}"),
        Door::Sla => format!("/reports/sla?client={}", client.id),
        Door::SlaCsv => format!("/reports/sla/csv?client={}", client.id),
        Door::Unmatched => format!("/unmatched?client={}", client.id),
        Door::Search => "/search?q=ours".to_owned(),
        Door::Palette => format!("{}?q=ours", door.entry().path),
        Door::WordQuestion => format!("/questions/ask?case={}", cases[0]),
        _ => address(door, cases[0], test),
    };
    let more = ["/queue?turn=ours", "/queue?open=1", "/reports/win-rate?by=client"];
    doors.map(url).chain(more.map(str::to_owned)).collect()
}

async fn no_page_asks_once_for_each_row(db: TestDb) {
    let statements = Statements::default();
    let counting = tracing_subscriber::registry().with(statements.clone());
    tracing::subscriber::set_global_default(counting).expect("a process of its own");
    let test = TestDesk::on(db).await;
    let house = fill(&test, 0..2).await.remove(0);
    let pages = pages(&test, &house);
    let count = async || {
        let mut counts = BTreeMap::new();
        for page in &pages {
            // What is only looked up once in a while, such as who is logged in, is not counted.
            test.get(page).await;
            let before = statements.0.load(Ordering::SeqCst);
            let answer = test.get(page).await;
            let asked = statements.0.load(Ordering::SeqCst) - before;
            counts.insert(page.clone(), (answer.status.as_u16(), asked));
        }
        counts
    };
    let few = count().await;
    assert!(few["/queue"].1 > 0, "statements are not counted");
    fill(&test, 2..30).await;
    test.clock.advance(Duration::seconds(1));
    let many = count().await;
    let mut worse = Vec::new();
    for (page, (status, asked)) in &many {
        let (before, least) = few[page];
        assert_eq!(before, *status, "{page}");
        if *asked > least {
            worse.push(format!(
                "{page}: {least} statements for few rows, {asked} for many"
            ));
        }
    }
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

on_both!(no_page_asks_once_for_each_row);
