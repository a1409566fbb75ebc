//! The groups of the queue, its views of our own work, and where people begin.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::Duration;
use docket_core::person::Access;
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn};
use docket_store::testing::TestDb;

use super::desk::{TestDesk, between};
use crate::samples::make::{Dispute, now, platform_deadline};

/// Groups and cases in the order of the page.
fn listed(page: &str) -> Vec<String> {
    page.split("<tr class=\"")
        .skip(1)
        .map(|row| {
            let heading = row.starts_with("group");
            let (from, mark) = if heading {
                ("colspan=\"8\">", "# ")
            } else {
                ("<a href=\"/cases/", "")
            };
            let text = between(row, from, "</").unwrap();
            format!("{mark}{}", text.rsplit('>').next().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn the_queue_is_grouped_by_when_to_act() {
    let test = TestDesk::new().await;
    let client = test.client("Nordlicht").await;
    // It is nine o'clock; the first step is due 72 hours before the deadline.
    let ours = |id: &str, hours| Dispute {
        deadline: Some(platform_deadline(now() + Duration::hours(hours))),
        ..Dispute::ours(id)
    };
    let waiting = Dispute {
        turn: Turn::Buyer,
        deadline: None,
        ..Dispute::ours("buyers")
    };
    let disputes = [
        ours("past", 20),
        ours("tonight", 72 + 14),
        ours("after-midnight", 72 + 16),
        ours("within-the-week", 72 + 6 * 24),
        ours("far", 72 + 20 * 24),
        waiting,
        Dispute::ended("over", Outcome::Won, true),
    ];
    test.cases(&client, &disputes).await;
    let open = listed(&test.page("/queue?open=1").await);
    assert_eq!(
        open,
        [
            "# Act now",
            "past",
            "# Today",
            "tonight",
            "# Tomorrow",
            "after-midnight",
            "# This week",
            "within-the-week",
            "# Later",
            "far",
            "# No clock runs",
            "buyers",
        ]
    );
    let all = listed(&test.page("/queue").await);
    assert_eq!(
        all.iter().filter(|row| row.starts_with("# ")).count(),
        7,
        "{all:?}"
    );
    let drafts = test.page("/queue?open=1&state=drafting").await;
    assert_eq!(listed(&drafts), [""; 0], "nobody writes");
    let new = test.length("/queue?open=1&state=new").await;
    assert_eq!(
        new, 5,
        "where the buyer has the move, our work waits for the decision"
    );
}

#[tokio::test]
async fn who_has_cases_begins_with_them() {
    let test = TestDesk::new().await;
    let client = test.client("Nordlicht").await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let cases = test.cases(&client, &[Dispute::ours("hers")]).await;
    let begins = async || {
        let answer = test.get_as(&mia, "/").await;
        answer.headers["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(begins().await, "/queue?open=1", "none is hers");
    let take = format!("/cases/{}/assign", cases[0]);
    test.post_as(&mia, &take, &[("to", "me"), ("back", "/queue")])
        .await;
    let own = begins().await;
    assert!(own.contains("assignee=Mia+Berg"), "{own}");
    assert_eq!(listed(&test.get_as(&mia, &own).await.body).len(), 2);
}

async fn a_list_is_a_file_with_every_case_that_the_page_counts(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("=Nordlicht").await, test.client("Southwind").await);
    let disputes: Vec<Dispute> = (0..1_003).map(|n| Dispute::ours(format!("PP-D-{n}"))).collect();
    test.cases(&nord, &disputes).await;
    test.cases(&south, &[Dispute::ours("S-1")]).await;
    let page = test.page("/queue?open=1").await;
    assert!(
        page.contains("1004 cases") && page.contains("/queue/csv?open=1"),
        "{page}"
    );
    let file = test.get("/queue/csv?open=1").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 1_005);
    assert!(lines[0].starts_with("id,client,client_name,platform") && lines[0].ends_with("attention"));
    let named = lines[1..].iter().map(|line| line.split(',').nth(4).unwrap());
    assert_eq!(named.collect::<BTreeSet<&str>>().len(), 1_004, "each once");
    assert!(
        lines[1..].iter().all(|line| !line.contains(",=Nordlicht")),
        "no name is a formula"
    );
    let ida = test.person("Ida", Access::Client(south.0.id)).await;
    let own = test.get_as(&ida, "/queue/csv").await.body;
    assert!(
        own.contains("S-1") && !own.contains("PP-D-") && !own.contains("assignee"),
        "{own}"
    );
    let inner = test.get_as(&ida, "/queue/csv?state=drafting").await;
    assert_eq!(inner.status, StatusCode::BAD_REQUEST);
}

/// What the health of an account counts leads to exactly those cases.
async fn the_claims_of_an_accounts_health_are_a_list(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let day = |text: &str| format!("{text}T12:00:00Z").parse().unwrap();
    let counted = Dispute {
        opened_at: day("2026-10-30"),
        ..Dispute::ours("counts")
    };
    let other = |id: &str, change: fn(Dispute) -> Dispute| {
        change(Dispute {
            id: id.to_owned(),
            ..counted.clone()
        })
    };
    let all = [
        counted.clone(),
        other("duplicate", |d| Dispute {
            reason: Reason::DuplicateOrPaidOtherwise,
            ..d
        }),
        other("inquiry", |d| Dispute {
            stage: Stage::Inquiry,
            ..d
        }),
        other("later", |d| Dispute {
            opened_at: now() - Duration::days(3),
            ..d
        }),
    ];
    test.cases(&nord, &all).await;
    let elsewhere = other("elsewhere", |d| Dispute {
        platform: Platform::KLARNA,
        reason: Reason::DuplicateOrPaidOtherwise,
        ..d
    });
    let south = test.client("Southwind").await;
    test.cases(&south, &[elsewhere]).await;
    let report = test
        .page(&format!("/reports/win-rate?client={}", nord.0.id))
        .await;
    let link = between(&report, "<a class=\"count\" href=\"/queue?connection=", "\"").unwrap();
    let url = format!("/queue?connection={}", super::desk::unescape(link));
    assert!(url.contains("claims=1") && url.contains("opened="), "{url}");
    let list = test.page(&url).await;
    assert!(list.contains("claims of account health"), "{list}");
    assert_eq!(
        listed(&list).len(),
        2,
        "a heading and one case: {:?}",
        listed(&list)
    );
    assert!(list.contains("counts") && !list.contains("duplicate</a>"));
    // Elsewhere every dispute beyond the inquiry counts.
    assert!(test.page("/queue?claims=1").await.contains("elsewhere"));
}

docket_store::on_both!(
    a_list_is_a_file_with_every_case_that_the_page_counts,
    the_claims_of_an_accounts_health_are_a_list,
);
