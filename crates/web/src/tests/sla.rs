//! The SLA page through the real router: the same figures as the command, each breach with its case, one client only.

use chrono::Duration;
use docket_core::person::Access;
use docket_core::sla::Contract;
use serde_json::json;

use super::desk::{LoggedIn, TestDesk, between, unescape};
use super::markup::tags;
use crate::samples::make::Dispute;

fn contract() -> Contract {
    serde_json::from_value(json!({
        "name": "Support", "zone": "UTC", "valid_from": "2020-01-01",
        "target": [{ "name": "first response", "metric": "first_response", "within": "4h" }],
    }))
    .unwrap()
}

/// How many clocks the list behind a raw figure has; the figure says as many.
async fn listed(test: &TestDesk, who: &LoggedIn, page: &str, fate: &str) -> usize {
    let mark = format!("view=raw&#38;clocks={fate}");
    let (before, after) = page
        .split_once(&mark)
        .unwrap_or_else(|| panic!("{mark} is not in {page}"));
    let (_, url) = before.rsplit_once("href=\"").unwrap();
    let said: usize = between(after, ">", "<").unwrap().parse().unwrap();
    let url = format!("{}{}", unescape(url), unescape(&mark));
    let list = test.get_as(who, &url).await.body;
    tags(&list, "clocks");
    let list = between(&list, "<h2 id=\"clocks\">", "</section>").unwrap();
    assert!(list.contains(&format!("1 to {said} of {said}.")), "{list}");
    let rows = list.matches("<th scope=\"row\">").count();
    assert_eq!(rows, said);
    let link = between(list, "<a href=\"/reports/sla/csv", "\" download").unwrap();
    let file = test
        .get_as(who, &format!("/reports/sla/csv{}", unescape(link)))
        .await
        .body;
    assert_eq!(file.lines().count(), 1 + said, "{file}");
    assert!(file.starts_with("contract_version,target,case,"), "{file}");
    let beyond = test.get_as(who, &format!("{url}&after={said}")).await;
    assert!(beyond.body.contains("No clock."), "{}", beyond.body);
    rows
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
    assert!(
        page.contains(&format!("/clients/{}/contracts", first.0.id))
            && page.contains("1 round(s) began while no contract")
    );
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
    assert!(page.contains("nothing to measure"));
    assert_eq!(listed(&test, &lead, &page, "open").await, 1);
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
    assert_eq!(listed(&test, &lead, &page, "breached").await, 1);
    for wrong in [
        "/reports/sla?client=Nobody",
        "/reports/sla?from=2026-02-01&to=2026-01-01",
        "/reports/sla?clocks=met",
        "/reports/sla?version=1&target=x&clocks=lost",
    ] {
        assert_eq!(test.get_as(&lead, wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_client_has_a_page_with_its_calendars_promises_and_what_does_not_count() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Southwind").await);
    test.cases(&first, &[Dispute::ours("of-first")]).await;
    let address = format!("/clients/{}", first.0.id);
    let page = test.page("/clients").await;
    assert!(page.contains(&format!("href=\"{address}\"")), "{page}");
    let page = test.page(&address).await;
    for shown in [
        "1 open cases of Nordlicht",
        "/calendars?client=",
        "/exclusions?client=",
        "Nothing is promised",
        "None was told",
    ] {
        assert!(page.contains(shown), "`{shown}` is missing in {page}");
    }
    let calendar = |from: &str, hours: &str| {
        let says = json!({ "name": "office", "zone": "Europe/Berlin", "valid_from": from, "hours": { "mon": [hours] },
            "holidays": ["2030-12-24"] });
        serde_json::from_value::<docket_core::sla::Calendar>(says).unwrap()
    };
    for (from, hours) in [("2020-01-01", "09:00-17:00"), ("2031-01-01", "08:00-16:00")] {
        let add = test
            .desk
            .add_sla_calendar(first.0.id, calendar(from, hours), "ada", false);
        add.await.unwrap();
    }
    test.desk
        .add_sla_contract(first.0.id, contract(), "ada", false)
        .await
        .unwrap();
    let lead = test.person("Lead", Access::Lead).await;
    let page = test.get_as(&lead, &address).await.body;
    tags(&page, "client");
    for shown in [
        "office, version 1 <span class=\"badge good\">in force",
        "office, version 2 <span class=\"badge calm\">not yet",
        "Monday",
        "09:00-17:00",
        "2030-12-24",
        "Support, version 1",
        "first response within 4h in 90 % of cases",
    ] {
        assert!(page.contains(shown), "`{shown}` is missing in {page}");
    }
    let other = test
        .get_as(&lead, &format!("/clients/{}", second.0.id))
        .await
        .body;
    assert!(!other.contains("office"), "another client's");
    let own = test.person("Ida", Access::Client(first.0.id)).await;
    assert_eq!(test.get_as(&own, &address).await.status, 403);
}
