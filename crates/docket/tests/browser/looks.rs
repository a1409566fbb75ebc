//! Screens as they are served: in both themes, at 200 %, nothing serious for axe, none wider than the window, nothing that the
//! console complains of, and nothing that the keyboard does not reach.

use docket_browser::Browser;

use crate::house::{House, log_in};

/// Pages whose addresses are the same in every house.
const STAFF: [&str; 26] = [
    "/queue",
    "/queue?turn=ours",
    "/reports/win-rate",
    "/reports/factors",
    "/reports/sla",
    "/packs",
    "/exclusions",
    "/calendars",
    "/deadlines",
    "/questions",
    "/handover",
    "/help",
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
    NOWHERE,
];

/// Parts of a case.
const PARTS: [&str; 6] = [
    "",
    "/evidence",
    "/statement",
    "/preview",
    "/preview?confirm=1",
    "/history",
];

/// What a client's own person sees of its client.
const CLIENTS_OWN: [&str; 7] = [
    "/queue",
    "/questions",
    "/reports/win-rate",
    "/reports/factors",
    "/reports/sla",
    "/packs",
    "/account",
];

/// An address without a page.
const NOWHERE: &str = "/nowhere";

/// What is wrong with any of these pages.
async fn faults(browser: &Browser, pages: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    for (theme, percent) in [("light", 100), ("dark", 100), ("light", 200)] {
        browser.system_theme(theme).await;
        browser.zoom(percent).await;
        for page in pages {
            browser.go(page).await;
            let name = page.replace(['/', '?', '='], "_");
            browser.picture(&format!("{name}-{theme}-{percent}")).await;
            let mut complaints = browser.complaints().await;
            if page == NOWHERE {
                // A page that is not there is said to the console, so that this proves that it is heard.
                assert_eq!(complaints.len(), 1, "{complaints:?}");
                complaints.clear();
            }
            let found = browser.faults().await.into_iter().chain(complaints);
            faults.extend(found.map(|fault| format!("{page}, {theme}, {percent} %: {fault}")));
        }
    }
    browser.zoom(100).await;
    browser.system_theme("light").await;
    faults
}

/// The key that goes on to the next control.
const TAB: &str = "\u{e004}";
/// Every control of the page that the keyboard must reach; of choices that exclude one another the chosen one.
const CONTROLS: &str = "[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')].filter(e => \
    e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && (e.type !== 'radio' || e.checked) && e.checkVisibility({ visibilityProperty: true }))";

/// What the key Tab alone does not reach, because something before it holds the focus.
async fn trapped(browser: &Browser, page: &str) -> Vec<String> {
    browser.go(page).await;
    browser
        .run("window.reached = new Set(); document.addEventListener('focusin', e => window.reached.add(e.target)); return true")
        .await;
    let controls = browser.run(&format!("return {CONTROLS}.length")).await;
    // Fields of dates have several stops each.
    let presses = controls.as_u64().unwrap() * 2 + 20;
    browser.keys(&TAB.repeat(usize::try_from(presses).unwrap())).await;
    let left =
        format!("return {CONTROLS}.filter(e => !window.reached.has(e)).map(e => e.outerHTML.slice(0, 120))");
    let left = browser.run(&left).await;
    let left = left.as_array().unwrap().iter();
    left.map(|control| format!("{page}: the keyboard does not reach {control}"))
        .collect()
}

/// Where the first link of a page's content leads that begins so.
async fn first(browser: &Browser, page: &str, begin: &str) -> String {
    browser.go(page).await;
    let css = format!("document.querySelector('main a[href^=\"{begin}\"]')");
    browser.until(begin, &css).await;
    let found = browser.run(&format!("return {css}.getAttribute('href')")).await;
    found.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn browser_every_screen_is_accessible_in_both_themes_and_enlarged() {
    let Some(house) = House::open(2).await else { return };
    house.complete(&house.disputes[0]).await;
    house.person("Lea Lund", "admin").await;
    let browser = house.browser("Lea Lund").await;
    let (case, other) = (house.case(0), house.case(1));
    browser.go(&case).await;
    browser.click(".choice form button").await;
    browser.says("What this case needs").await;
    // A question of its own, and a list that was signed.
    browser.go(&other).await;
    browser.keys("q").await;
    browser
        .until("the question", "document.activeElement?.id === 'question'")
        .await;
    browser.click("form[action$='/ask'] button").await;
    browser.says("Pass the address of its page on").await;
    browser.go("/handover").await;
    browser.click("form[action='/handover'] button").await;
    browser
        .until(
            "the list that was signed",
            "location.pathname.startsWith('/handover/')",
        )
        .await;
    let (_, id) = other.rsplit_once('/').unwrap();
    let mut pages = vec![
        browser.path().await,
        first(&browser, "/questions", "/questions/").await,
        format!("/questions/ask?case={id}"),
        first(&browser, "/connections", "/connections/").await,
        first(&browser, "/clients", "/clients/").await,
        first(&browser, "/people", "/people/").await,
    ];
    pages.extend(STAFF.map(str::to_owned));
    pages.extend(PARTS.map(|part| format!("{case}{part}")));
    let mut found = faults(&browser, &pages).await;
    for page in &pages {
        found.extend(trapped(&browser, page).await);
    }
    // What a person chose beats what the system says.
    browser.go("/account").await;
    browser
        .run("document.querySelector('#theme').value = 'dark'")
        .await;
    browser.click("form[action='/account/theme'] button").await;
    browser.until("dark", "matchMedia('(prefers-color-scheme: light)').matches && getComputedStyle(document.body).backgroundColor === 'rgb(18, 22, 28)'").await;
    browser.close().await;
    // As its client sees it.
    let invited = house.invited("Ole Nord", "lead");
    house.person("Ida Holm", "client").await;
    let browser = Browser::open(&house.pages).await.unwrap();
    found.extend(faults(&browser, &["/log-in".to_owned(), invited]).await);
    log_in(&browser, "Ida Holm").await;
    browser.until("the queue", "location.pathname === '/queue'").await;
    let mut pages = Vec::from(CLIENTS_OWN.map(str::to_owned));
    pages.push(case);
    found.extend(faults(&browser, &pages).await);
    browser.close().await;
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// The type area of a sheet of A4, upright and across, in pixels.
const UPRIGHT: u32 = 718;
const ACROSS: u32 = 1047;
/// What reaches over the right edge of the sheet that the page asks for.
const BEYOND: &str = "const edge = getComputedStyle(document.querySelector('main')).page === 'wide' ? arguments[0] : 718; \
    return [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && !e.closest('.unseen') && e.getBoundingClientRect().right > edge + 1)\
      .map(e => `${e.outerHTML.slice(0, 100)} ends at ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 3)";
/// What a sheet of paper cannot press.
const PRESSED: &str = "[...document.querySelectorAll('header, form, button, input')].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 100))";

#[tokio::test]
async fn browser_what_is_printed_is_whole_and_no_wider_than_its_sheet() {
    let Some(house) = House::open(3).await else { return };
    house.person("Lea Lund", "admin").await;
    let browser = house.browser("Lea Lund").await;
    let mut found = Vec::new();
    for language in ["en", "de"] {
        browser.go("/account").await;
        browser
            .run(&format!(
                "document.querySelector('select[name=language]').value = '{language}'"
            ))
            .await;
        browser.click("form[action='/account/locale'] button").await;
        browser
            .until(
                "the language",
                &format!("document.documentElement.lang === '{language}'"),
            )
            .await;
        for page in [
            "/queue?open=1",
            "/deadlines",
            "/reports/win-rate",
            "/reports/factors",
            "/reports/sla",
        ] {
            browser.go(page).await;
            browser.paper(UPRIGHT).await;
            browser
                .picture(&format!("paper{}-{language}", page.replace(['/', '?', '='], "_")))
                .await;
            let beyond = browser
                .run(&BEYOND.replace("arguments[0]", &ACROSS.to_string()))
                .await;
            let beyond = beyond.as_array().unwrap().iter();
            found.extend(beyond.map(|part| format!("{page}, {language}: {part}")));
            let pressed = browser.run(&format!("return {PRESSED}")).await;
            assert_eq!(pressed, serde_json::json!([]), "{page}");
            let cards = "return [...document.querySelectorAll('table')].every(t => getComputedStyle(t).display === 'table')";
            assert_eq!(browser.run(cards).await, true, "{page}: tables stay tables");
            browser
                .cdp("Emulation.setEmulatedMedia", serde_json::json!({ "media": "" }))
                .await;
            browser.zoom(100).await;
        }
    }
    browser.close().await;
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}
