//! What is seldom done: each by its form on the case, guarded as the rest.

use docket_browser::Browser;
use serde_json::{Value, json};

use crate::house::House;
use crate::platforms::{has, pdf};
use crate::support::Desk;

/// An open case with nothing begun that allows this.
fn allowing(cases: &[Value], action: &str) -> Value {
    let fits = |case: &&Value| has(&case["allowed_actions"], action);
    let found = cases.iter().find(fits);
    found.unwrap_or_else(|| panic!("no case allows {action}")).clone()
}

fn page(case: &Value) -> String {
    format!("/cases/{}", case["id"].as_str().unwrap())
}

/// Writes what a form asks for and keeps it; then what exactly goes out is shown.
async fn keep(browser: &Browser, case: &Value, (action, field): (&str, &str), says: &str) {
    browser.go(&page(case)).await;
    let form = open(browser, action).await;
    browser
        .fill(
            field,
            "The parcel was delivered on Monday, see the carrier's page.",
        )
        .await;
    browser.picture(&format!("rare-{action}")).await;
    browser.click(&format!("{form} p.actions button")).await;
    browser.says("Exactly what goes out").await;
    browser.says(says).await;
}

/// Opens what is folded, as a person does; the form needs no script.
async fn open(browser: &Browser, action: &str) -> String {
    let form = format!("form:has(input[value={action}])");
    let script = format!("document.querySelector('{form}').closest('details').open = true");
    browser.run(&script).await;
    form
}

/// The platform has it.
async fn confirmed(house: &House, browser: &Browser, case: &Value, action: &str) {
    browser.says("Receipt").await;
    let dispute = case["platform_dispute_id"].as_str().unwrap();
    house.desk.work();
    let sent = house
        .desk
        .call(&["respond", "list", "--case", dispute, "--json"])
        .json();
    let newest = sent.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&newest["action"], &newest["state"]),
        (&json!(action), &json!("confirmed")),
        "{sent}"
    );
}

async fn send(browser: &Browser) {
    browser.click("a[data-key='Ctrl-Enter']").await;
    browser.says("One response only").await;
    browser.click("button[value=now]").await;
}

#[tokio::test]
async fn browser_seldom_actions_of_paypal_are_written_and_sent_from_the_case() {
    if std::env::var_os("DOCKET_TEST_CHROMEDRIVER").is_none() {
        return eprintln!("SKIPPED: no browser here");
    }
    let desk = Desk::with(240, &[]);
    desk.client("Nordlicht", 0);
    // Whose buyer sent goods back.
    desk.client("Sommer", 1);
    let house = House::of(desk, Vec::new());
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    let cases = house.desk.cases(&[]);
    for (action, field, says) in [
        (
            "escalate",
            "#escalate-note",
            "talking to the buyer ends and the platform decides",
        ),
        (
            "supporting_info",
            "#supporting-note",
            "The platform receives these facts for its review",
        ),
    ] {
        let case = allowing(&cases, action);
        keep(&browser, &case, (action, field), says).await;
        send(&browser).await;
        confirmed(&house, &browser, &case, action).await;
    }
    // An appeal carries the packet of what is new.
    let file = house.desk.file("proof.pdf", &pdf());
    let bring = |case: &Value, kind: &str| {
        let dispute = case["platform_dispute_id"].as_str().unwrap();
        house
            .desk
            .call(&["evidence", "add", dispute, kind, "--file", &file])
            .good();
    };
    let case = allowing(&cases, "appeal");
    bring(&case, "delivery_proof");
    let says = "The decision is appealed with new evidence";
    keep(&browser, &case, ("appeal", "#appeal-note"), says).await;
    send(&browser).await;
    confirmed(&house, &browser, &case, "appeal").await;
    // What came back damaged is proved by a file of the evidence.
    let case = allowing(&cases, "acknowledge_return");
    bring(&case, "return_state");
    browser.go(&page(&case)).await;
    open(&browser, "acknowledge_return").await;
    browser
        .run("document.querySelector('#returned-kind').value = 'damaged'")
        .await;
    browser.click("#returned-file-1").await;
    browser.fill("#returned-note", "The screen is broken.").await;
    browser.picture("rare-return").await;
    browser
        .click("form:has(input[value=acknowledge_return]) p.actions button")
        .await;
    browser.says("Exactly what goes out").await;
    browser
        .says("The return is contested and the platform decides")
        .await;
    send(&browser).await;
    confirmed(&house, &browser, &case, "acknowledge_return").await;
    browser.close().await;
}

#[tokio::test]
async fn browser_a_contest_at_klarna_may_give_a_part_back_and_waits_for_two() {
    if std::env::var_os("DOCKET_TEST_CHROMEDRIVER").is_none() {
        return eprintln!("SKIPPED: no browser here");
    }
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Nordlicht", 0);
    desk.join("paypal", "Nordlicht", 0);
    let wish = json!({"reason": "INCORRECT_AMOUNT", "amount": 10_000});
    let dispute = desk.plant_on("klarna", 0, 1, &wish).await.remove(0);
    let elsewhere = desk.plant_on("paypal", 0, 1, &json!({})).await.remove(0);
    let house = House::of(desk, vec![dispute, elsewhere]);
    let file = house.desk.file("invoice.pdf", &pdf());
    let add = [
        "evidence",
        "add",
        &house.disputes[0],
        "itemised_order",
        "--file",
        &file,
    ];
    house.desk.call(&add).good();
    house.person("Mia Berg", "specialist").await;
    house.person("Jon Vik", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    browser.go(&house.case(1)).await;
    browser.says("Contest with the packet").await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('#part').length")
            .await,
        0,
        "PayPal takes no part"
    );
    browser.go(&house.case(0)).await;
    browser.says("Not here: Offer, Message, Escalate").await;
    browser.picture("partial").await;
    browser.fill("#part", "1.25").await;
    browser.click("button[data-key=c]").await;
    browser.says("What this case needs").await;
    browser.go(&format!("{}/preview", house.case(0))).await;
    browser.says("It proposes a refund of").await;
    // A packet made anew keeps what is offered.
    let statement = format!("{}/statement", house.case(0));
    browser.go(&statement).await;
    browser
        .run("document.querySelector('#with').value = 'packet'")
        .await;
    browser.click("form[action$='/draft/save'] button").await;
    browser.says("Change the statement").await;
    browser.go(&format!("{}/preview?confirm=1", house.case(0))).await;
    browser.says("It proposes a refund of").await;
    browser.click("button[value=now]").await;
    browser.says("waits for a second person").await;
    let jon = house.browser("Jon Vik").await;
    jon.go(&format!("{}/preview", house.case(0))).await;
    jon.click("form[action$='/draft/approve'] button").await;
    jon.says("Receipt").await;
    house.desk.work();
    let sent = house
        .desk
        .call(&["respond", "list", "--case", &house.disputes[0], "--json"])
        .json();
    assert_eq!(sent[0]["state"], "confirmed", "{sent}");
    browser.close().await;
    jon.close().await;
}
