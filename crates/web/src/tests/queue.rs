//! The groups of the queue, its views of our own work, and where people begin.

use chrono::Duration;
use docket_core::person::Access;
use docket_core::words::{Outcome, Turn};

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
