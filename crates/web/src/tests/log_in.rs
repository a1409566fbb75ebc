//! Coming in and going out by the pages.

use axum::http::{Request, StatusCode};
use docket_app::NewPerson;
use docket_core::person::{Access, Role};

use super::desk::{Answer, TestDesk, between, form, form_to, unescape};
use crate::doors::Site;

const PASSWORD: &str = "pale river lamp";

async fn person(test: &TestDesk) {
    let new = NewPerson {
        name: "Mia".to_owned(),
        email: "mia@example.com".to_owned(),
        role: Role::Specialist,
        client: None,
    };
    let mia = test.desk.add_person(&new).await.unwrap();
    let token = test.desk.password_link(mia.id).await.unwrap();
    let fields = [("password", PASSWORD), ("repeated", PASSWORD)];
    let set = test.post(&format!("/password/{token}"), &fields).await;
    assert_eq!(
        (set.status, &set.headers["location"]),
        (StatusCode::SEE_OTHER, &"/log-in".parse().unwrap())
    );
}

/// The token that an answer gives to the browser.
fn token(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    between(cookie, "docket=", ";").unwrap().to_owned()
}

async fn log_in(test: &TestDesk, fields: &[(&str, &str)]) -> Answer {
    let own = [("email", "mia@example.com"), ("password", PASSWORD)];
    let fields: Vec<(&str, &str)> = own.into_iter().chain(fields.iter().copied()).collect();
    test.post("/log-in", &fields).await
}

async fn queue_with(test: &TestDesk, token: &str) -> StatusCode {
    let request = Request::get("/queue").header("host", "localhost");
    let cookie = format!("{}={token}", test.site.cookie());
    test.send(request.header("cookie", cookie)).await.status
}

#[tokio::test]
async fn a_person_comes_in_goes_where_they_wanted_and_out() {
    let test = TestDesk::new().await;
    person(&test).await;
    let wanted = test
        .send(Request::get("/queue?turn=ours").header("host", "localhost"))
        .await;
    let way = wanted.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(way, "/log-in?next=%2Fqueue%3Fturn%3Dours");
    let page = test.send(Request::get(&way).header("host", "localhost")).await;
    let next = unescape(between(&page.body, "name=\"next\" value=\"", "\"").unwrap());
    assert_eq!(next, "/queue?turn=ours");
    let came = log_in(&test, &[("next", &next)]).await;
    assert_eq!(
        (came.status, came.headers["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, next.as_str())
    );
    let cookie = came.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"),
        "{cookie}"
    );
    let token = token(&came);
    assert_eq!(token.len(), 64, "256 bits");
    assert_eq!(queue_with(&test, &token).await, StatusCode::OK);
    let key = crate::doors::FormKey::of(&token);
    let out = form_to("/log-out").header("cookie", format!("docket={token}"));
    let out = test.send_with(out, form(&[("form_key", key.text())])).await;
    assert_eq!(
        out.headers["set-cookie"].to_str().unwrap(),
        "docket=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    );
    assert_eq!(queue_with(&test, &token).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let test = TestDesk::new().await;
    person(&test).await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/log-out",
        "javascript:alert(1)",
    ] {
        let came = log_in(&test, &[("next", next)]).await;
        assert_eq!(came.headers["location"], "/", "{next}");
        let shown = test
            .send(Request::get(format!("/log-in?next={next}").as_str()).header("host", "localhost"))
            .await;
        assert!(
            !shown.body.contains("evil") && !shown.body.contains("alert"),
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_taken_on() {
    let test = TestDesk::new().await;
    person(&test).await;
    // One that nobody has, and one of somebody who hopes that the next person works in it.
    let planted = test.person("Eve", Access::Specialist).await;
    for cookie in ["f".repeat(64), planted.token.clone()] {
        let request = form_to("/log-in").header("cookie", format!("docket={cookie}"));
        let fields = [("email", "mia@example.com"), ("password", PASSWORD)];
        let came = test.send_with(request, form(&fields)).await;
        assert_eq!(came.status, StatusCode::SEE_OTHER);
        assert_ne!(token(&came), cookie);
        assert_eq!(queue_with(&test, &cookie).await, StatusCode::SEE_OTHER, "over");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_answered_alike_and_too_much_of_it_slowly() {
    let test = TestDesk::new().await;
    person(&test).await;
    let try_in = async |email: &str, password: &str| {
        test.post("/log-in", &[("email", email), ("password", password)])
            .await
    };
    let known = try_in("mia@example.com", "wrong").await;
    let unknown = try_in("nobody@example.com", PASSWORD).await;
    assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(known.status, unknown.status);
    assert_eq!(
        known.body.replace("mia@", "nobody@"),
        unknown.body,
        "word for word"
    );
    assert!(!known.headers.contains_key("set-cookie") && !known.body.contains("wrong"));
    for _ in 0..9 {
        try_in("mia@example.com", "wrong").await;
    }
    let slow = try_in("mia@example.com", PASSWORD).await;
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(slow.headers["retry-after"], "900");
    assert!(
        slow.body.contains("tried too often") && slow.body.contains("in 15 min"),
        "{}",
        slow.body
    );
}

#[tokio::test]
async fn the_first_admin_comes_in_by_the_link() {
    let test = TestDesk::empty().await;
    let page = test
        .send(Request::get("/log-in").header("host", "localhost"))
        .await;
    assert!(page.body.contains("Nobody can log in yet"));
    let link = test.desk.first_admin_link().await.unwrap().unwrap();
    let path = crate::password_path(&link);
    let page = test.send(Request::get(&path).header("host", "localhost")).await;
    assert!(page.body.contains("The first admin"), "{}", page.body);
    let make = async |name: &str, password: &str, repeated: &str| {
        let fields = [
            ("name", name),
            ("email", "ada@example.com"),
            ("password", password),
            ("repeated", repeated),
        ];
        test.post(&path, &fields).await
    };
    for (name, password, repeated, says) in [
        ("Ada", PASSWORD, "another river lamp", "differ"),
        ("Ada", "short", "short", "needs 12"),
        ("", PASSWORD, PASSWORD, "a name has"),
    ] {
        let answer = make(name, password, repeated).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(
            answer.body.contains(says) && answer.body.contains("ada@example.com"),
            "{}",
            answer.body
        );
        assert!(!answer.body.contains(PASSWORD));
    }
    assert_eq!(
        make("Ada", PASSWORD, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
    let again = make("Eve", PASSWORD, PASSWORD).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let people = test.desk.people().await.unwrap();
    assert_eq!((people.len(), people[0].access), (1, Access::Admin));
}

#[tokio::test]
async fn over_tls_the_cookie_is_for_this_host_alone_and_only_its_name_answers() {
    let mut test = TestDesk::new().await;
    test.site = Site::behind_tls("desk.example", vec!["127.0.0.1".parse().unwrap()]);
    person(&test).await;
    let request = Request::post("/log-in")
        .header("host", "desk.example")
        .header("origin", "https://desk.example")
        .header("content-type", "application/x-www-form-urlencoded");
    let fields = [("email", "mia@example.com"), ("password", PASSWORD)];
    let came = test.send_with(request, form(&fields)).await;
    let cookie = came.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-docket=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert_eq!(came.headers["strict-transport-security"], "max-age=31536000");
    let with = async |host: &str, name: &str| {
        let request = Request::get("/queue").header("host", host);
        test.send(request.header("cookie", format!("{name}={}", token(&came))))
            .await
            .status
    };
    assert_eq!(with("desk.example", "__Host-docket").await, StatusCode::OK);
    assert_eq!(
        with("desk.example", "docket").await,
        StatusCode::SEE_OTHER,
        "a cookie of another host"
    );
    assert_eq!(
        with("evil.example", "__Host-docket").await,
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test]
async fn devices_are_listed_and_ended_by_their_owner_only() {
    let test = TestDesk::new().await;
    person(&test).await;
    let (here, there) = (token(&log_in(&test, &[]).await), token(&log_in(&test, &[]).await));
    let page = async |token: &str| {
        let request = Request::get("/account").header("host", "localhost");
        test.send(request.header("cookie", format!("docket={token}")))
            .await
    };
    let account = page(&here).await.body;
    assert_eq!(account.matches("this one").count(), 1);
    let end = between(&account, "action=\"/account/devices/", "\"").unwrap();
    let url = format!("/account/devices/{end}");
    assert_eq!(
        test.post_as(&test.admin, &url, &[]).await.status,
        StatusCode::NOT_FOUND,
        "not theirs"
    );
    assert_eq!(page(&there).await.status, StatusCode::OK);
    let key = crate::doors::FormKey::of(&here);
    let ended = form_to(&url).header("cookie", format!("docket={here}"));
    let ended = test.send_with(ended, form(&[("form_key", key.text())])).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    assert_eq!(
        (page(&here).await.status, page(&there).await.status),
        (StatusCode::OK, StatusCode::SEE_OTHER)
    );
    // A new password ends what is left elsewhere.
    let third = token(&log_in(&test, &[]).await);
    let fields = [
        ("present", PASSWORD),
        ("password", "nine green kettles"),
        ("repeated", "nine green kettles"),
        ("form_key", key.text()),
    ];
    let change = form_to("/account/password").header("cookie", format!("docket={here}"));
    assert_eq!(
        test.send_with(change, form(&fields)).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        (page(&here).await.status, page(&third).await.status),
        (StatusCode::OK, StatusCode::SEE_OTHER)
    );
}
