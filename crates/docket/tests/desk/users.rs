//! `docket user` and `docket audit`: who can log in, and what was done.

use serde_json::Value;

use crate::support::Desk;

fn user(desk: &Desk, email: &str) -> Value {
    let all = desk.call(&["user", "list", "--json"]).json();
    let all = all.as_array().unwrap().clone();
    all.into_iter().find(|p| p["email"] == email).unwrap()
}

#[tokio::test]
async fn process_people_are_added_let_go_and_written_down() {
    let desk = Desk::new(1);
    desk.call(&["client", "add", "Nordlicht", "--by", "ada"]).good();
    let add = [
        "user",
        "add",
        "Mia Berg",
        "--email",
        "mia@example.com",
        "--role",
        "specialist",
        "--by",
        "ada",
    ];
    let link = desk.call(&add).good();
    let link = link.trim();
    let token = link.strip_prefix("http://127.0.0.1:8080/password/").unwrap();
    assert_eq!(token.len(), 64, "{link}");
    let ida = [
        "user",
        "add",
        "Ida",
        "--email",
        "ida@example.com",
        "--role",
        "client",
    ];
    desk.call(&ida).refused(&["--client"]);
    desk.call(&[&ida[..], &["--client", "nordlicht"]].concat()).good();
    desk.call(&add).refused(&["somebody's already"]);
    let mia = user(&desk, "mia@example.com");
    assert_eq!(
        (mia["role"].as_str(), mia["has_password"].as_bool()),
        (Some("specialist"), Some(false))
    );
    assert!(user(&desk, "ida@example.com")["client"].is_string());

    assert_eq!((&mia["language"], &mia["zone"]), (&"en".into(), &"UTC".into()));
    let reads = ["user", "locale", "mia berg", "--language", "nl", "--zone"];
    let nowhere = desk.call(&[&reads[..], &["Europe/Nowhere"]].concat());
    assert!(nowhere.err.contains("is no zone"), "{}", nowhere.err);
    desk.call(&[&reads[..], &["Europe/Amsterdam"]].concat()).good();
    desk.call(&["user", "locale", "mia berg", "--language", "de"])
        .good();
    let mia = user(&desk, "mia@example.com");
    assert_eq!(
        (&mia["language"], &mia["zone"]),
        (&"de".into(), &"Europe/Amsterdam".into())
    );

    desk.call(&["user", "role", "mia berg", "--role", "lead"]).good();
    assert_eq!(user(&desk, "mia@example.com")["role"], "lead");
    desk.call(&["user", "disable", "mia berg"]).good();
    assert!(user(&desk, "mia@example.com")["disabled_at"].is_string());
    desk.call(&["user", "enable", "mia@example.com"]).good();
    assert!(user(&desk, "mia@example.com")["disabled_at"].is_null());
    let again = desk
        .call(&["user", "reset", "mia@example.com", "--codes-off"])
        .good();
    assert_ne!(again.trim(), link);
    desk.call(&["user", "reset", "nobody@example.com"])
        .refused(&["docket user list"]);

    let log = desk.call(&["audit", "list", "--json"]).json();
    let told: Vec<String> = log
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|r| {
            assert_eq!(r["detail"]["from"], "command line");
            let on = r["detail"]["on"].as_str().unwrap_or("-");
            format!(
                "{} {on} {}",
                r["kind"].as_str().unwrap(),
                r["outcome"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "client_add Nordlicht ended",
            "user_add Mia Berg ended",
            "user_add Ida refused",
            "user_add Ida ended",
            "user_add Mia Berg refused",
            "user_locale mia berg ended",
            "user_locale mia berg ended",
            "user_role mia berg ended",
            "user_disable mia berg ended",
            "user_enable mia@example.com ended",
            "user_reset mia@example.com ended",
            "user_reset nobody@example.com refused",
        ]
    );
    assert_eq!(log[11]["actor"], "ada");
    let one = desk
        .call(&["audit", "list", "--kind", "user_disable", "--json"])
        .json();
    assert_eq!(one.as_array().unwrap().len(), 1);
    let doctor = desk.call(&["doctor"]);
    assert!(
        doctor.out.contains("the audit log is complete and unaltered"),
        "{}",
        doctor.out
    );
}

#[tokio::test]
async fn process_pages_beyond_this_machine_need_tls() {
    let mut desk = Desk::new(1);
    desk.set("WEB__LISTEN", "0.0.0.0:0");
    desk.call(&["web"]).refused(&["web.behind_tls"]);
    desk.set("WEB__BEHIND_TLS", "true");
    desk.call(&["web"]).refused(&["web.public_url"]);
    desk.set("WEB__PUBLIC_URL", "https://desk.example.com");
    let add = [
        "user",
        "add",
        "Mia",
        "--email",
        "mia@example.com",
        "--role",
        "lead",
    ];
    let link = desk.call(&add).good();
    assert!(link.starts_with("https://desk.example.com/password/"), "{link}");
}
