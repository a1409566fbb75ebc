//! The deadline wall counts what its links show, and calendars say what is due and nothing else.

use axum::http::{Request, StatusCode};
use chrono::{Duration, Timelike};
use docket_app::ClientScope;
use docket_core::case::{self, Case};
use docket_core::id::{CaseId, RoundId};
use docket_core::person::Access;
use docket_core::snapshot::Observed;
use docket_store::testing::TestDb;
use docket_store::{Change, UnitOfWork, on_both};

use super::desk::{Answer, LoggedIn, TestDesk, between, unescape};
use crate::samples::make::{Dispute, now, platform_deadline};

fn due(id: &str, hours: i64) -> Dispute {
    Dispute {
        deadline: Some(platform_deadline(now() + Duration::hours(hours))),
        ..Dispute::ours(id)
    }
}

async fn give(test: &TestDesk, case: CaseId, to: &str) {
    let moved = test
        .desk
        .assign(ClientScope::Agency, case, (None, Some(to)), "Ada")
        .await;
    moved.unwrap();
}

/// Every link with a number in it, with that number.
fn counted(page: &str) -> Vec<(u64, String)> {
    let main = page.split_once("<main").unwrap().1;
    let links = main
        .split("<a ")
        .skip(1)
        .filter_map(|a| a.split_once("</a>"))
        .map(|(a, _)| a);
    let queue = links.filter(|a| a.contains("href=\"/queue?"));
    queue
        .filter_map(|a| {
            let text = a
                .rsplit('>')
                .find(|part| part.starts_with(|c: char| c.is_ascii_digit()))
                .or_else(|| between(a, "class=\"value\">", "<"))?;
            let number: String = text.chars().take_while(char::is_ascii_digit).collect();
            Some((number.parse().ok()?, unescape(between(a, "href=\"", "\"")?)))
        })
        .collect()
}

async fn every_number_is_the_length_of_the_list_behind_it(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let north = [
        due("gone", -2),
        due("soon", 0),
        due("evening", 14),
        due("tomorrow", 20),
        due("late", 13 * 24),
    ];
    let cases = test.cases(&nord, &north).await;
    test.cases(&south, &[due("theirs", 20), due("far-away", 15 * 24)])
        .await;
    for case in &cases[2..4] {
        give(&test, *case, "Mia Berg").await;
    }
    for url in [
        "/deadlines",
        "/deadlines?assignee=Mia+Berg",
        "/deadlines?client=Southwind",
        "/deadlines?assignee=nobody",
    ] {
        let page = test.page(url).await;
        let numbers = counted(&page);
        assert!(numbers.len() > 6, "{url}: {numbers:?}");
        for (number, list) in numbers {
            assert_eq!(test.length(&list).await, number, "{url} -> {list}");
        }
    }
    let page = test.page("/deadlines").await;
    assert!(page.contains("UTC") && !page.contains("far-away"));
    let figures: Vec<u64> = counted(&page).into_iter().take(5).map(|(n, _)| n).collect();
    assert_eq!(figures, [1, 3, 2, 2, 5], "passed, nobody's, today, tomorrow, all");
}

async fn calendar(test: &TestDesk, path: &str) -> Answer {
    test.send(Request::get(path).header("host", "127.0.0.1:8080"))
        .await
}

async fn subscribe(test: &TestDesk, who: &LoggedIn) -> String {
    let made = test.post_as(who, "/deadlines/calendar/make", &[]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let path = between(&made.body, "http://127.0.0.1:8080", "<").unwrap();
    path.to_owned()
}

/// Lines as they were before they were folded.
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    let found = lines.iter().find_map(|l| l.strip_prefix(&format!("{name}:")));
    found.unwrap_or_else(|| panic!("no {name} in {lines:?}"))
}

async fn move_deadline(test: &TestDesk, case: CaseId, dispute: &Dispute) -> Case {
    let before = test.desk.case(ClientScope::Agency, case).await.unwrap();
    let mut snapshot = dispute.snapshot();
    snapshot.facts.updated_at += Duration::hours(1);
    let at = test.desk.env.now();
    let transition = case::observe(&before.case, &snapshot, RoundId::new(&test.desk.env), at);
    let after = transition.case.clone();
    let observed = Observed {
        snapshot,
        raw: b"{ }".to_vec(),
        hash: [8; 32],
        mark: String::new(),
        dated: true,
        buyer: Vec::new(),
    };
    let change = Change {
        before: Some(before),
        transition,
        observed: Some(observed),
    };
    let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
    unit.save("test", at, &[change]).await.unwrap();
    unit.commit().await.unwrap();
    after
}

async fn a_calendar_follows_a_deadline_that_moves(db: TestDb) {
    let test = TestDesk::on(db).await;
    let client = test.client("Nordlicht").await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let cases = test.cases(&client, &[due("PP-D-1", 30), due("PP-D-2", 40)]).await;
    give(&test, cases[0], "Mia Berg").await;
    let path = subscribe(&test, &mia).await;
    let first = calendar(&test, &path).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.headers["content-type"], "text/calendar; charset=utf-8");
    assert!(!first.body.contains("PP-D-2"), "nobody's");
    let before = lines(&first.body);
    assert_eq!(before.iter().filter(|l| *l == "BEGIN:VEVENT").count(), 1);
    let at = now() + Duration::hours(30);
    assert_eq!(
        value(&before, "DTSTART"),
        at.with_nanosecond(0)
            .unwrap()
            .format("%Y%m%dT%H%M%SZ")
            .to_string()
    );
    assert_eq!(value(&before, "SUMMARY"), "PayPal PP-D-1: answer due");

    test.clock.advance(Duration::minutes(5));
    move_deadline(&test, cases[0], &due("PP-D-1", 54)).await;
    let after = lines(&calendar(&test, &path).await.body);
    assert_eq!(value(&after, "UID"), value(&before, "UID"));
    assert_ne!(value(&after, "DTSTART"), value(&before, "DTSTART"));
    let sequence = |of: &[String]| value(of, "SEQUENCE").parse::<u32>().unwrap();
    assert!(sequence(&after) > sequence(&before));
    assert!(value(&after, "LAST-MODIFIED") > value(&before, "LAST-MODIFIED"));
}

async fn an_address_ends_with_the_next_one_by_hand_and_with_its_person(db: TestDb) {
    let test = TestDesk::on(db).await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let jon = test.person("Jon Vik", Access::Specialist).await;
    let first = subscribe(&test, &mia).await;
    let second = subscribe(&test, &mia).await;
    let of_jon = subscribe(&test, &jon).await;
    let status = async |path: &str| calendar(&test, path).await.status;
    assert_eq!(status(&first).await, StatusCode::NOT_FOUND);
    assert_eq!(status(&second).await, StatusCode::OK);
    let page = test.get_as(&mia, "/deadlines").await.body;
    let token = between(&second, "/calendar/", "/").unwrap();
    assert!(page.contains("Your address was made") && !page.contains(token));
    let off = test.post_as(&mia, "/deadlines/calendar/off", &[]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&second).await, StatusCode::NOT_FOUND);
    assert_eq!(status(&of_jon).await, StatusCode::OK);
    test.desk.disable_person(jon.person.id).await.unwrap();
    assert_eq!(status(&of_jon).await, StatusCode::NOT_FOUND);
}

on_both!(
    every_number_is_the_length_of_the_list_behind_it,
    a_calendar_follows_a_deadline_that_moves,
    an_address_ends_with_the_next_one_by_hand_and_with_its_person,
);
