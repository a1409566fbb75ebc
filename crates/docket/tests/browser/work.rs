//! Cases, from the queue to what the platform proves.

use docket_browser::{Browser, keys};
use serde_json::json;

use crate::house::{House, PICTURE};

#[tokio::test]
async fn browser_five_keys_lead_from_the_queue_to_confirmed() {
    let Some(house) = House::open(2).await else { return };
    house.complete(&house.disputes[0]).await;
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    // The queue begins at its most urgent case.
    let first = house.case(0);
    browser
        .until(
            "the first row has the focus",
            &format!("document.activeElement.getAttribute('href') === '{first}'"),
        )
        .await;
    browser.picture("queue").await;
    browser.keys(keys::ENTER).await;
    browser
        .until("the case", &format!("location.pathname === '{first}'"))
        .await;
    browser.says("What the platform allows now").await;
    browser.picture("decide").await;
    browser.keys("c").await;
    browser
        .until(
            "the evidence",
            &format!("location.pathname === '{first}/evidence'"),
        )
        .await;
    browser.picture("evidence").await;
    browser.keys("p").await;
    browser.says("Exactly what goes out").await;
    browser.picture("preview").await;
    browser.keys(keys::CONTROL_ENTER).await;
    browser.says("One response only").await;
    browser
        .until(
            "the sending button has the focus",
            "document.activeElement?.value === 'now'",
        )
        .await;
    browser.picture("confirm").await;
    // The platform takes its time from here on, so that each step can be seen.
    house.desk.post("faults", &json!({ "delay_ms": 1200 })).await;
    browser.keys(keys::ENTER).await;
    browser.says("Receipt").await;
    browser.run("document.receiptPage = true").await;
    browser.says("Contest: sent unconfirmed").await;
    browser.says("sent unconfirmed").await;
    browser.picture("unconfirmed").await;
    browser.says("Contest: confirmed").await;
    browser.picture("confirmed").await;
    assert_eq!(
        browser.run("return document.receiptPage").await,
        true,
        "it appeared by itself, without a new page"
    );
    house.desk.post("faults", &json!({})).await;
    let journal = house.desk.get("journal").await;
    let ours = journal
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["dispute_id"] == house.disputes[0].as_str());
    assert_eq!(ours.count(), 1, "{journal}");
    let next = house.case(1);
    browser.keys(keys::ENTER).await;
    browser
        .until("the next case", &format!("location.pathname === '{next}'"))
        .await;
    browser.close().await;
}

#[tokio::test]
async fn browser_the_queue_is_worked_by_keys_and_shows_what_changes() {
    let Some(house) = House::open(3).await else { return };
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    let on = |case: &str| format!("document.activeElement.getAttribute('href') === '{case}'");
    browser.until("the first row", &on(&house.case(0))).await;
    browser.keys("j").await;
    browser.until("the second row", &on(&house.case(1))).await;
    browser.keys("j").await;
    browser.keys("j").await;
    browser.until("the last row", &on(&house.case(2))).await;
    browser.keys("k").await;
    browser.until("the second row again", &on(&house.case(1))).await;
    browser.keys("i").await;
    browser
        .until(
            "it is taken",
            "document.querySelectorAll('tr.case')[1]?.innerText.includes('Mia Berg')",
        )
        .await;
    browser.until("the focus stayed", &on(&house.case(1))).await;
    browser.keys("?").await;
    browser.until("the help", "document.querySelector('#help')?.open && document.querySelector('#help').innerText.includes('next gap')").await;
    browser.picture("help").await;
    browser.keys(keys::ESCAPE).await;
    browser
        .until("no help", "!document.querySelector('#help').open")
        .await;
    // A case that comes in shows in the figures without a new page.
    browser
        .until(
            "3 open",
            "document.querySelector('[data-count=open]').innerText === '3'",
        )
        .await;
    browser.run("document.same = true").await;
    house.desk.plant(0, 1, 5 * 86_400).await;
    house.desk.call(&["sync"]).good();
    browser
        .until(
            "4 open",
            "document.same && document.querySelector('[data-count=open]').innerText === '4'",
        )
        .await;
    browser.keys(keys::CONTROL_K).await;
    browser
        .until("the palette", "document.activeElement?.id === 'palette-find'")
        .await;
    browser.keys(&house.disputes[2]).await;
    browser
        .until("one case", "document.querySelectorAll('.found a').length === 1")
        .await;
    browser.picture("palette").await;
    browser.keys(keys::ENTER).await;
    browser
        .until("the case", &format!("location.pathname === '{}'", house.case(2)))
        .await;
    browser.keys("g").await;
    browser.keys("r").await;
    browser
        .until("the reports", "location.pathname.startsWith('/reports')")
        .await;
    browser.close().await;
}

async fn write(browser: &Browser, text: &str) {
    browser.fill("#statement", text).await;
}

/// Pastes a picture, as the browser tells it.
async fn paste(browser: &Browser, picture: &[u8]) {
    let bytes = serde_json::to_string(picture).unwrap();
    let script = format!(
        "const clipboard = new DataTransfer();\
         clipboard.items.add(new File([new Uint8Array({bytes})], 'shot.png', {{ type: 'image/png' }}));\
         document.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: clipboard, bubbles: true, cancelable: true }}));"
    );
    browser.run(&script).await;
}

#[tokio::test]
async fn browser_two_people_write_at_the_same_time_and_nothing_is_lost() {
    let Some(house) = House::open(1).await else { return };
    house.person("Mia Berg", "specialist").await;
    house.person("Jon Vik", "specialist").await;
    let statement = format!("{}/statement", house.case(0));
    let (mia, jon) = (house.browser("Mia Berg").await, house.browser("Jon Vik").await);
    mia.go(&statement).await;
    write(&mia, "Sent on Monday\n\nDelivered on Tuesday").await;
    mia.run("document.querySelector('#with').value = 'text'").await;
    mia.click("form[action$='/draft/save'] button").await;
    mia.says("Change the statement").await;
    jon.go(&statement).await;
    // Mia's words are kept as she writes.
    write(&mia, "Sent on Monday by DHL\n\nDelivered on Tuesday").await;
    mia.until(
        "kept by itself",
        "document.querySelector('[data-saved]')?.innerText.startsWith('saved')",
    )
    .await;
    mia.until(
        "the next version",
        "document.querySelector('[name=based_on]').value === '2'",
    )
    .await;
    assert!(mia.text().await.contains("characters are left"));
    write(&jon, "Sent on Monday\n\nDelivered on Tuesday and signed for").await;
    jon.says("Two people wrote at the same time").await;
    jon.picture("clash").await;
    for told in [
        "What both began with",
        "Yours",
        "Mia Berg, version 2",
        "Both together",
        "Sent on Monday by DHL\n\nDelivered on Tuesday and signed for",
    ] {
        jon.says(told).await;
    }
    assert!(jon.faults().await.is_empty(), "{:?}", jon.faults().await);
    jon.click("section[aria-labelledby=clash] form button").await;
    jon.says("Change the statement").await;
    jon.until("both", "document.querySelector('#statement').value === 'Sent on Monday by DHL\\n\\nDelivered on Tuesday and signed for'").await;
    // Who is logged out meanwhile is told, and what they wrote is shown to be copied.
    house.desk.call(&["user", "disable", "Mia Berg"]).good();
    write(&mia, "Sent on Monday by DHL, and insured for the whole amount").await;
    mia.until(
        "not saved",
        "document.querySelector('[data-saved]')?.innerText.startsWith('not saved: you are logged out')",
    )
    .await;
    mia.click("form[data-autosave] button").await;
    mia.says("Your session has ended").await;
    mia.until(
        "what was written",
        "document.querySelector('textarea').value.includes('insured for the whole amount')",
    )
    .await;
    mia.picture("session-ended").await;
    mia.close().await;
    jon.close().await;
}

#[tokio::test]
async fn browser_evidence_is_uploaded_pasted_and_made_into_a_new_packet() {
    let Some(house) = House::open(1).await else { return };
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    let case = house.case(0);
    browser.go(&format!("{case}/evidence")).await;
    browser.keys("e").await;
    browser
        .until(
            "the first gap",
            "document.activeElement?.hasAttribute('data-gap')",
        )
        .await;
    browser.keys("w").await;
    browser
        .until("why it does not apply", "document.activeElement?.name === 'why'")
        .await;
    browser.keys(keys::ESCAPE).await;
    browser
        .until("out of the field", "document.activeElement === document.body")
        .await;
    browser.keys("u").await;
    browser
        .until("the form", "document.activeElement?.id === 'kind'")
        .await;
    browser.fill("#title", "The label").await;
    browser
        .fill("#file", &house.desk.file("label.png", PICTURE))
        .await;
    browser.click("form[data-paste] button").await;
    browser
        .until(
            "it is there",
            "document.querySelectorAll('.piece img.thumb').length === 1",
        )
        .await;
    browser
        .until(
            "it can be seen",
            "document.querySelector('.piece img.thumb').naturalWidth === 1",
        )
        .await;
    browser.go(&case).await;
    browser.keys("c").await;
    browser
        .until(
            "the evidence",
            &format!("location.pathname === '{case}/evidence'"),
        )
        .await;
    // Pasted wherever one is on the case.
    browser.keys("p").await;
    browser.says("Exactly what goes out").await;
    paste(&browser, PICTURE).await;
    browser
        .until(
            "both are there",
            "document.querySelectorAll('.piece img.thumb').length === 2",
        )
        .await;
    browser.keys("p").await;
    browser.says("The packet is older than the evidence").await;
    browser.picture("outdated").await;
    browser.click("form input[value=packet] ~ button").await;
    browser.until("a new packet", "document.body.innerText.includes('version 2') && !document.body.innerText.includes('older than')").await;
    // Whoever is writing stays with what they write.
    browser.go(&format!("{case}/statement")).await;
    write(&browser, "It was delivered on Tuesday").await;
    paste(&browser, PICTURE).await;
    browser.says("This page stays, because you are writing").await;
    browser
        .until(
            "what was written",
            "document.querySelector('#statement').value === 'It was delivered on Tuesday'",
        )
        .await;
    browser.close().await;
}

#[tokio::test]
async fn browser_what_is_held_is_taken_back_with_a_key() {
    let Some(house) = House::open(1).await else { return };
    house.complete(&house.disputes[0]).await;
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    let case = house.case(0);
    browser.go(&case).await;
    browser.keys("c").await;
    browser
        .until(
            "the evidence",
            &format!("location.pathname === '{case}/evidence'"),
        )
        .await;
    browser.keys("p").await;
    browser.says("Exactly what goes out").await;
    browser.keys(keys::CONTROL_ENTER).await;
    browser.says("Hold until 24 h before").await;
    browser.click("button[value=hold]").await;
    browser.says("It waits for its time").await;
    browser.picture("held").await;
    browser.keys("z").await;
    browser.says("It was taken back; nothing was sent").await;
    house.desk.work();
    assert_eq!(house.desk.get("journal").await, json!([]));
    browser.close().await;
}
