//! Screens as they are served: in both themes, at 200 %, nothing serious for axe, none wider than the window.

use crate::house::House;

#[tokio::test]
async fn browser_every_screen_is_accessible_in_both_themes_and_enlarged() {
    let Some(house) = House::open(2).await else { return };
    house.complete(&house.disputes[0]).await;
    house.person("Lea Lund", "admin").await;
    let browser = house.browser("Lea Lund").await;
    let case = house.case(0);
    browser.go(&case).await;
    browser.click(".choice form button").await;
    browser.says("What this case needs").await;
    let pages = [
        "/queue",
        "/queue?turn=ours",
        "/reports/win-rate",
        "/reports/factors",
        "/reports/sla",
        "/packs",
        "/deadlines",
        "/questions",
        "/handover",
        "/incidents",
        "/unmatched",
        "/search",
        "/search?q=nothing-like-this",
        "/clients",
        "/rules",
        "/sync",
        "/hooks",
        "/connections",
        "/notices",
        "/people",
        "/audit",
        "/account",
        "/nowhere",
    ]
    .map(str::to_owned);
    let parts = [
        "",
        "/evidence",
        "/statement",
        "/preview",
        "/preview?confirm=1",
        "/history",
    ]
    .map(|part| format!("{case}{part}"));
    let mut faults = Vec::new();
    for (theme, percent) in [("light", 100), ("dark", 100), ("light", 200)] {
        browser.system_theme(theme).await;
        browser.zoom(percent).await;
        for page in pages.iter().chain(&parts) {
            browser.go(page).await;
            let name = format!(
                "{}-{theme}-{percent}",
                page.replace(&case, "case").replace(['/', '?', '='], "_")
            );
            browser.picture(&name).await;
            let found = browser.faults().await;
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{page}, {theme}, {percent} %: {fault}")),
            );
        }
    }
    // What a person chose beats what the system says.
    browser.zoom(100).await;
    browser.system_theme("light").await;
    browser.go("/account").await;
    browser
        .run("document.querySelector('#theme').value = 'dark'")
        .await;
    browser.click("form[action='/account/theme'] button").await;
    browser.until("dark", "matchMedia('(prefers-color-scheme: light)').matches && getComputedStyle(document.body).backgroundColor === 'rgb(18, 22, 28)'").await;
    browser.close().await;
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
