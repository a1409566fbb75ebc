//! The SLA page through the real router: the same figures as the command, each breach with its case, one client only.

use chrono::Duration;
use docket_core::person::Access;
use docket_core::sla::Contract;
use serde_json::json;

use super::desk::TestDesk;
use super::markup::tags;
use crate::samples::make::Dispute;

fn contract() -> Contract {
    serde_json::from_value(json!({
        "name": "Support", "zone": "UTC", "valid_from": "2020-01-01",
        "target": [{ "name": "first response", "metric": "first_response", "within": "4h" }],
    }))
    .unwrap()
}

#[tokio::test]
async fn the_page_shows_promises_breaches_and_their_cases() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let cases = test.cases(&first, &[Dispute::ours("of-first")]).await;
    test.cases(&second, &[Dispute::ours("of-second")]).await;
    let page = test.page("/reports/sla").await;
    assert!(page.contains("No client is chosen"), "{page}");
    let page = test.page("/reports/sla?client=Nordlicht").await;
    assert!(page.contains("docket sla contract add") && page.contains("1 round(s) began while no contract"));
    for client in [&first, &second] {
        test.desk
            .add_sla_contract(client.0.id, contract(), "ada", false)
            .await
            .unwrap();
    }
    // Sessions end meanwhile.
    test.clock.advance(Duration::hours(3));
    let lead = test.person("Lead", Access::Lead).await;
    let page = test.get_as(&lead, "/reports/sla?client=Nordlicht").await.body;
    tags(&page, "sla");
    assert!(page.contains("1 still open that could breach") && page.contains("nothing to measure"));
    test.clock.advance(Duration::hours(2));
    let lead = test.person("Later", Access::Lead).await;
    let page = test.get_as(&lead, "/reports/sla?client=Nordlicht").await.body;
    for shown in [
        "Support, version 1",
        "first response within 4h in 90 % of cases",
        "0 of 1",
        "too few to say",
        "of-first",
        &format!("href=\"/cases/{}\"", cases[0]),
        "not recorded",
        "docket report sla --client",
    ] {
        assert!(page.contains(shown), "`{shown}` is missing in {page}");
    }
    assert!(!page.contains("of-second"), "another client");
    for wrong in [
        "/reports/sla?client=Nobody",
        "/reports/sla?from=2026-02-01&to=2026-01-01",
    ] {
        assert_eq!(test.get_as(&lead, wrong).await.status, 400, "{wrong}");
    }
}
