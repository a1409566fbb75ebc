//! The queue by keys alone: peek, assign, put aside, many at once; and what opens over a page.

use docket_browser::{Browser, keys};

use crate::house::House;

fn on(case: &str) -> String {
    format!("document.activeElement?.getAttribute('href') === '{case}'")
}

#[tokio::test]
async fn browser_a_case_is_peeked_at_assigned_and_put_aside_by_keys() {
    let Some(house) = House::open(3).await else { return };
    house.person("Mia Berg", "specialist").await;
    house.person("Jon Vik", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    browser.until("the first row", &on(&house.case(0))).await;
    let peeks = |number: usize| {
        let dispute = house.disputes[number].clone();
        format!(
            "document.querySelector('#peek')?.open && document.querySelector('#peek h2').innerText === '{dispute}' \
             && document.querySelector('#peek').innerText.includes('What the buyer says')"
        )
    };
    browser.keys(" ").await;
    browser.until("the first case", &peeks(0)).await;
    assert_eq!(browser.path().await, "/queue");
    browser.picture("peek").await;
    assert!(browser.faults().await.is_empty(), "{:?}", browser.faults().await);
    browser.keys("j").await;
    browser.until("the second case", &peeks(1)).await;
    browser.keys(keys::ESCAPE).await;
    browser
        .until("no peek", "!document.querySelector('#peek').open")
        .await;
    browser.until("the second row", &on(&house.case(1))).await;

    browser.keys("a").await;
    browser
        .until("whom to give it to", "document.activeElement?.id === 'to'")
        .await;
    browser.keys("Jon").await;
    browser.keys(keys::TAB).await;
    browser.keys(keys::ENTER).await;
    browser
        .until("the plan", "location.pathname.startsWith('/bulk/')")
        .await;
    browser.says("Jon Vik").await;
    browser.says(&house.disputes[1]).await;
    assert!(
        !browser.text().await.contains(&house.disputes[0]),
        "only one was meant"
    );
    browser.picture("plan").await;
    assert!(browser.faults().await.is_empty(), "{:?}", browser.faults().await);
    confirm(&browser).await;
    assert_eq!(house.desk.case(&house.disputes[1])["assignee"], "Jon Vik");

    browser.go("/queue").await;
    browser.until("the row of before", &on(&house.case(1))).await;
    browser.keys("k").await;
    browser.until("the first row", &on(&house.case(0))).await;
    browser.keys("s").await;
    browser
        .until("until when", "document.activeElement?.id === 'until'")
        .await;
    browser.keys(keys::TAB).await;
    browser.keys(keys::ENTER).await;
    browser
        .until("the plan", "location.pathname.startsWith('/bulk/')")
        .await;
    browser.says("is put aside until").await;
    confirm(&browser).await;

    // From the case itself, wherever one is on it.
    browser.go(&format!("{}/evidence", house.case(2))).await;
    browser.keys("a").await;
    browser
        .until(
            "whom to give it to",
            "document.activeElement?.id === 'to' && location.pathname.split('/').length === 3",
        )
        .await;
    browser.picture("hold").await;
    browser.close().await;
}

/// Presses the one button of a plan, and waits for what came of it.
async fn confirm(browser: &Browser) {
    browser.click("form[action$='/confirm'] button").await;
    browser
        .until(
            "it is done",
            "!document.querySelector(\"form[action$='/confirm']\")",
        )
        .await;
}

#[tokio::test]
async fn browser_many_cases_are_given_out_after_their_plan_was_seen() {
    let Some(house) = House::open(3).await else { return };
    house.person("Mia Berg", "specialist").await;
    house.person("Jon Vik", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    browser.until("the first row", &on(&house.case(0))).await;
    browser.keys("x").await;
    browser.keys("j").await;
    browser.keys("x").await;
    browser
        .until(
            "two are selected",
            "document.querySelectorAll('input[name=case]:checked').length === 2",
        )
        .await;
    browser.keys("b").await;
    browser
        .until("what to do with them", "document.activeElement?.id === 'to'")
        .await;
    browser.keys("Jon").await;
    browser.keys(keys::TAB).await;
    browser.keys(keys::ENTER).await;
    browser
        .until("the plan", "location.pathname.startsWith('/bulk/')")
        .await;
    for dispute in &house.disputes[..2] {
        browser.says(dispute).await;
        assert!(
            house.desk.case(dispute)["assignee"].is_null(),
            "a plan changes nothing"
        );
    }
    confirm(&browser).await;
    for (dispute, holder) in house.disputes.iter().zip(["Jon Vik", "Jon Vik", ""]) {
        assert_eq!(
            house.desk.case(dispute)["assignee"].as_str().unwrap_or_default(),
            holder
        );
    }
    browser.close().await;
}

#[tokio::test]
async fn browser_what_opens_over_a_page_is_accessible_in_both_themes_and_enlarged() {
    let Some(house) = House::open(1).await else { return };
    house.complete(&house.disputes[0]).await;
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    let mut faults = Vec::new();
    for (theme, percent) in [("light", 100), ("dark", 100), ("light", 200)] {
        browser.system_theme(theme).await;
        browser.zoom(percent).await;
        for (name, key, open) in [
            ("help", "?", "document.querySelector('#help')?.open"),
            (
                "palette",
                keys::CONTROL_K,
                "document.querySelector('#palette')?.open && document.querySelector('.found a')",
            ),
            (
                "peek",
                " ",
                "document.querySelector('#peek')?.open && document.querySelector('#peek h3')",
            ),
        ] {
            browser.go("/queue").await;
            browser.until("the first row", &on(&house.case(0))).await;
            browser.keys(key).await;
            browser.until(name, open).await;
            browser.picture(&format!("dialog-{name}-{theme}-{percent}")).await;
            let found = browser.faults().await;
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{name}, {theme}, {percent} %: {fault}")),
            );
        }
    }
    browser.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn browser_the_palette_leads_to_cases_of_any_age_and_to_the_search() {
    let Some(house) = House::open(1).await else { return };
    house.person("Mia Berg", "specialist").await;
    // Closed, and so none of the most urgent ones.
    let closed = house.desk.plant(0, 1, 86_400).await.remove(0);
    house.desk.decide("paypal", &closed, true).await;
    house.desk.call(&["sync", "--full"]).good();
    let browser = house.browser("Mia Berg").await;
    browser.keys(keys::CONTROL_K).await;
    browser
        .until("the palette", "document.activeElement?.id === 'palette-find'")
        .await;
    browser.keys(&closed).await;
    browser
        .until(
            "the closed case",
            &format!("document.querySelector('.found a')?.innerText.includes('{closed}')"),
        )
        .await;
    browser
        .until(
            "the search",
            &format!("[...document.querySelectorAll('.found button')].some((b) => b.innerText.includes('Search for “{closed}”'))"),
        )
        .await;
    browser.keys(keys::ENTER).await;
    browser
        .until("the case", "location.pathname.startsWith('/cases/')")
        .await;
    browser.says(&closed).await;
    browser.close().await;
}

/// Whether the row of a case says so.
fn row_says(case: &str, text: &str) -> String {
    format!(
        "document.querySelector('tr.case a[href=\"{case}\"]')?.closest('tr').innerText.includes('{text}')"
    )
}

#[tokio::test]
async fn browser_a_list_shows_what_a_colleague_does_but_never_under_somebodys_hands() {
    let Some(house) = House::open(3).await else { return };
    house.person("Mia Berg", "specialist").await;
    house.person("Jon Vik", "specialist").await;
    let mia = house.browser("Mia Berg").await;
    mia.until("the first row", &on(&house.case(0))).await;
    let jon = house.browser("Jon Vik").await;
    mia.run("window.same = true").await;
    // The stream has told its beginning.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;

    jon.until("his first row", &on(&house.case(0))).await;
    jon.keys("i").await;
    jon.until("he has it", &row_says(&house.case(0), "Jon Vik")).await;
    jon.says("Assignment saved.").await;
    mia.until("she sees it", &row_says(&house.case(0), "Jon Vik"))
        .await;
    mia.says("Cases changed: 1. The list is up to date.").await;
    mia.until("where she was", &on(&house.case(0))).await;

    mia.keys("x").await;
    jon.until("the row of before", &on(&house.case(0))).await;
    jon.keys("j").await;
    jon.keys("i").await;
    jon.until("he has this too", &row_says(&house.case(1), "Jon Vik"))
        .await;
    mia.says("Show them").await;
    assert_eq!(
        mia.run("return Boolean(window.same)").await,
        true,
        "the page stayed"
    );
    assert_eq!(
        mia.run("return document.querySelectorAll('input[name=case]:checked').length")
            .await,
        1,
        "what was selected stays selected"
    );
    mia.click("#changed a").await;
    mia.until("the list anew", &row_says(&house.case(1), "Jon Vik"))
        .await;
    jon.close().await;
    mia.close().await;
}

#[tokio::test]
async fn browser_keys_go_through_the_list_from_a_case_and_say_what_is_not_offered() {
    let Some(house) = House::open(3).await else { return };
    house.person("Mia Berg", "specialist").await;
    house.person("Ida Holm", "client").await;
    let browser = house.browser("Mia Berg").await;
    browser.until("the first row", &on(&house.case(0))).await;
    browser.keys(keys::ENTER).await;
    let at = |number: usize| format!("location.pathname === '{}'", house.case(number));
    browser.until("the first case", &at(0)).await;
    browser.keys("j").await;
    browser.until("the second case", &at(1)).await;
    browser.keys("k").await;
    browser.until("the first case again", &at(0)).await;
    browser.keys("k").await;
    browser.says("There are no further cases in the list.").await;
    browser.keys("z").await;
    browser
        .says("Not offered here now: z, take back what was not sent.")
        .await;

    // What a form did is said, and is where the reader begins.
    browser.keys("i").await;
    browser
        .until(
            "the focus is at what was done",
            "document.activeElement?.id === 'done' && document.activeElement.innerText === 'Assignment saved.'",
        )
        .await;
    assert!(browser.faults().await.is_empty(), "{:?}", browser.faults().await);
    browser.go(&house.case(0)).await;
    browser.says(&house.disputes[0]).await;
    assert!(!browser.text().await.contains("Assignment saved."), "once");
    browser.close().await;

    let browser = house.browser("Ida Holm").await;
    browser.keys("?").await;
    browser
        .until("the keys", "document.querySelector('#help')?.open")
        .await;
    let help = browser
        .run("return document.querySelector('#help').innerText")
        .await;
    assert!(!help.as_str().unwrap().contains("contest"), "{help}");
    assert!(!help.as_str().unwrap().contains("take the case"), "{help}");
    browser.close().await;
}
