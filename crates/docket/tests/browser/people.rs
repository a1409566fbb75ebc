//! Logging in, codes of an app, a client's answer, and the way without scripts.

use docket_browser::{Browser, keys};

use crate::house::{House, PASSWORD, email, log_in};

#[tokio::test]
async fn browser_people_log_in_with_password_and_code() {
    let Some(house) = House::open(0).await else { return };
    house.person("Mia Berg", "specialist").await;
    let browser = Browser::open(&house.pages).await.unwrap();
    browser.go("/log-in").await;
    assert!(browser.faults().await.is_empty(), "{:?}", browser.faults().await);
    browser.fill("#email", &email("Mia Berg")).await;
    browser.fill("#password", "wrong").await;
    browser.keys(keys::ENTER).await;
    browser
        .until("a refusal", "document.querySelector('[role=alert]')")
        .await;
    log_in(&browser, "Mia Berg").await;
    browser.until("the queue", "location.pathname === '/queue'").await;
    browser.go("/account").await;
    browser.click("form[action='/account/codes/begin'] button").await;
    browser.says("Secret").await;
    let secret = browser
        .run("return document.querySelector('#codes ~ dl code, [aria-labelledby=codes] code').innerText")
        .await;
    let secret = totp_rs::Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    // The browser's clock is as good as a phone's.
    let now = browser
        .run("return Math.floor(Date.now() / 1000)")
        .await
        .as_u64()
        .unwrap();
    let code = app.generate(now).to_string();
    browser.fill("#code", &code).await;
    browser.keys(keys::ENTER).await;
    browser.says("recovery codes").await;
    let recovery = browser
        .run("return document.querySelector('.codes code').innerText")
        .await;
    browser.click("form[action='/log-out'] button").await;
    browser
        .until("the log-in", "location.pathname === '/log-in'")
        .await;
    browser.fill("#email", &email("Mia Berg")).await;
    browser.fill("#password", PASSWORD).await;
    browser.keys(keys::ENTER).await;
    browser
        .until(
            "no entry without a code",
            "location.pathname === '/log-in' && document.querySelector('[role=alert]')",
        )
        .await;
    browser.fill("#password", PASSWORD).await;
    // The code of the app's next half minute: the first one was used up when codes were set up.
    browser.fill("#code", &app.generate(now + 30).to_string()).await;
    browser.keys(keys::ENTER).await;
    browser.until("the queue", "location.pathname === '/queue'").await;
    browser.click("form[action='/log-out'] button").await;
    browser
        .until("the log-in", "location.pathname === '/log-in'")
        .await;
    browser.fill("#email", &email("Mia Berg")).await;
    browser.fill("#password", PASSWORD).await;
    browser.fill("#code", recovery.as_str().unwrap()).await;
    browser.keys(keys::ENTER).await;
    browser.until("the queue", "location.pathname === '/queue'").await;
    browser.close().await;
}

#[tokio::test]
async fn browser_a_client_answers_a_question_that_was_asked_from_the_case() {
    let Some(house) = House::open(1).await else { return };
    house.person("Mia Berg", "specialist").await;
    let browser = house.browser("Mia Berg").await;
    browser.go(&house.case(0)).await;
    browser.keys("q").await;
    browser
        .until("the question", "document.activeElement?.id === 'question'")
        .await;
    let question = browser.run("return document.activeElement.value").await;
    let question = question.as_str().unwrap();
    assert!(question.contains("we still need"), "{question}");
    assert!(!question.contains('_'), "a code of the platform: {question}");
    browser.picture("ask").await;
    browser.click("form[action$='/ask'] button").await;
    browser.says("Pass the address of its page on").await;
    let text = browser
        .run("return document.querySelector('.notice.good').innerText")
        .await;
    let (_, token) = text.as_str().unwrap().rsplit_once("/ask/").unwrap();
    let client = Browser::open(&house.pages).await.unwrap();
    client.go(&format!("/ask/{}", token.trim())).await;
    assert!(client.faults().await.is_empty(), "{:?}", client.faults().await);
    client.fill("#answer", "DHL took it on Monday").await;
    client.fill("#action_plan", "Nothing more to do").await;
    client.click("main form button").await;
    client.says("Received").await;
    // What the desk looks at changes by itself.
    browser
        .until(
            "the case goes on",
            "document.querySelector('#state').innerText.includes('drafting')",
        )
        .await;
    client.close().await;
    browser.close().await;
}

#[tokio::test]
async fn browser_the_way_to_the_receipt_works_without_scripts() {
    let Some(house) = House::open(1).await else { return };
    house.complete(&house.disputes[0]).await;
    house.person("Mia Berg", "specialist").await;
    let browser = Browser::open(&house.pages).await.unwrap();
    browser.without_scripts().await;
    log_in(&browser, "Mia Berg").await;
    browser.says("What must be done next").await;
    browser.click("tr.case th a").await;
    browser.says("What the platform allows now").await;
    browser.click(".choice form button").await;
    browser.says("What this case needs").await;
    browser.click(".tabs a[data-key=p]").await;
    browser.says("Exactly what goes out").await;
    browser.click("a[data-key=Ctrl-Enter]").await;
    browser.says("One response only").await;
    browser.click("button[value=now]").await;
    browser.says("Receipt").await;
    house.desk.work();
    browser.go(&format!("{}/preview", house.case(0))).await;
    browser.says("Contest: confirmed").await;
    browser.close().await;
}
