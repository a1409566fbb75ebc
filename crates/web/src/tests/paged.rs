//! Lists of clients, connections, people and packs: in pages that stay small however many there are, each row on one of them.

use std::collections::BTreeMap;

use chrono::Duration;
use docket_core::id::PackId;
use docket_core::pack::{Pack, PackFile, PackState};
use docket_core::person::Access;
use docket_core::words::Language;
use docket_store::UnitOfWork;
use docket_store::testing::TestDb;

use super::desk::{TestDesk, between, unescape};
use crate::samples::make::{Dispute, now, platform_deadline};

/// A page is no larger, in bytes.
const LARGEST: usize = 100_000;
/// More clients than a page of them shows, and than a form offers.
const CLIENTS: usize = 210;

/// How often each link that begins so stands on the pages of a list, and how many pages there are.
async fn walk(test: &TestDesk, url: &str, begins: &str) -> (BTreeMap<String, usize>, usize) {
    let (mut links, mut pages, mut next) = (BTreeMap::new(), 0, Some(url.to_owned()));
    while let Some(url) = next {
        let page = test.page(&url).await;
        assert!(page.len() <= LARGEST, "{url} has {} bytes", page.len());
        let begin = format!("href=\"{begins}");
        for rest in page.split(&begin).skip(1) {
            let rest = rest.split('"').next().unwrap();
            *links.entry(rest.to_owned()).or_default() += 1;
        }
        pages += 1;
        next = between(&page, "rel=\"next\" href=\"", "\"").map(unescape);
    }
    (links, pages)
}

fn ids(of: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    of.into_iter().map(|id| (id, 1)).collect()
}

async fn long_lists_come_in_small_pages_and_every_row_is_on_one(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (mut clients, mut connections) = (Vec::new(), Vec::new());
    for number in 0..CLIENTS {
        // Names that the order of ids does not follow.
        let name = format!("{:03} Nordlicht Leuchten Handels GmbH", number * 37 % 1_000);
        let (client, connection) = test.client(&name).await;
        clients.push(client);
        connections.push(connection.to_string());
    }
    for number in 0..60 {
        test.person(&format!("Person {number}"), Access::Specialist).await;
    }
    let people = test.desk.people().await.unwrap();
    // Of each client one that was rejected and the one that was made anew.
    let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
    let mut packs = Vec::new();
    for client in &clients[..60] {
        for (state, age) in [(PackState::Rejected, 2), (PackState::Waiting, 1)] {
            let file = |n: usize| PackFile {
                name: format!("win-rates-2026-09-{n}.pdf"),
                media_type: "application/pdf".to_owned(),
                sha256: "00".repeat(32),
                size: 9,
                mailed: true,
            };
            let pack = Pack {
                id: PackId::new(&test.desk.env),
                client: client.id,
                month: "2026-09-01".parse().unwrap(),
                language: Language::German,
                recipients: vec!["board@nordlicht.example".to_owned()],
                state,
                files: (0..6).map(file).collect(),
                made_at: test.desk.env.now() - Duration::hours(age),
                decided_by: None,
                decided_at: None,
                sent_at: None,
                note: None,
            };
            assert!(unit.add_pack(&pack).await.unwrap());
            if state == PackState::Rejected {
                let (decided, now) = ((PackState::Rejected, Some("wrong month")), test.desk.env.now());
                assert!(unit.decide_pack(pack.id, decided, "Lea", now).await.unwrap());
            }
            packs.push(pack.id.to_string());
        }
    }
    unit.commit().await.unwrap();

    // More than a hand-over list holds: what does not stand on it is counted.
    let owner = (clients[0].clone(), connections[0].parse().unwrap());
    let due = |n: usize| Dispute {
        deadline: Some(platform_deadline(
            now() + Duration::hours(1) + Duration::minutes(i64::try_from(n).unwrap()),
        )),
        ..Dispute::ours(format!("PP-D-{n:03}"))
    };
    let cases = test.cases(&owner, &(0..210).map(due).collect::<Vec<_>>()).await;
    let (found, pages) = walk(&test, "/handover?of=all", "/cases/").await;
    let first = cases[..200].iter().map(ToString::to_string);
    assert_eq!((found, pages), (ids(first), 4));
    let page = test.page("/handover?of=all&page=2").await;
    assert!(page.contains("210 cases; the first 200; 10 more"), "{page}");

    let (found, pages) = walk(&test, "/clients", "/clients/").await;
    assert_eq!((found, pages), (ids(clients.iter().map(|c| c.id.to_string())), 5));
    let (found, pages) = walk(&test, "/sync", "/connections/").await;
    assert_eq!((found, pages), (ids(connections), 9));
    let (found, pages) = walk(&test, "/people", "/people/").await;
    assert_eq!((found, pages), (ids(people.iter().map(|p| p.id.to_string())), 2));
    let (found, pages) = walk(&test, "/packs", "/packs/").await;
    let each = |id: String| (0..6).map(move |n| format!("{id}/files/win-rates-2026-09-{n}.pdf"));
    assert_eq!((found, pages), (ids(packs.into_iter().flat_map(each)), 3));
    // The rejected one of a month is never offered to be made anew beside the one that was, not even where a page ends between.
    let mut next = Some("/packs".to_owned());
    while let Some(url) = next {
        let page = test.page(&url).await;
        assert!(!page.contains("/anew"), "{url}");
        next = between(&page, "rel=\"next\" href=\"", "\"").map(unescape);
    }
    for url in [
        "/queue",
        "/reports/win-rate",
        "/unmatched",
        "/exclusions",
        "/calendars",
        "/questions",
    ] {
        let page = test.page(url).await;
        assert!(page.len() <= LARGEST, "{url} has {} bytes", page.len());
    }
}

docket_store::on_both! {
    long_lists_come_in_small_pages_and_every_row_is_on_one,
}
