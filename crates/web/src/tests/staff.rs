//! People, rules and clients as pages: who may change what, and that nobody is shut out by mistake.

use axum::http::StatusCode;
use docket_app::ClientScope;
use docket_core::person::{Access, Role};
use docket_core::rule::RuleState;
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::{TestDesk, between, unescape};
use crate::samples::make::Dispute;

async fn an_admin_adds_changes_and_lets_go_but_never_themselves(db: TestDb) {
    let test = TestDesk::on(db).await;
    test.client("Nordlicht").await;
    let fields = [
        ("name", "Mia Berg"),
        ("email", "mia@example.com"),
        ("role", "specialist"),
        ("client", ""),
    ];
    let added = test.post_as(&test.admin, "/people", &fields).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    let link = between(&added.body, "http://127.0.0.1:8080", "<").unwrap();
    assert!(test.get(link).await.body.contains("Mia Berg"), "{link}");
    let again = test.post_as(&test.admin, "/people", &fields).await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the name is taken"
    );
    assert!(
        again.body.contains("somebody’s already; choose another"),
        "{}",
        again.body
    );

    let mia = test.desk.find_person("mia@example.com").await.unwrap();
    let url = |what: &str| format!("/people/{}/{what}", mia.id);
    let post = async |what: &str, fields: &[(&str, &str)]| {
        test.post_as(&test.admin, &url(what), fields).await.status
    };
    assert_eq!(
        post("skills", &[("skills", "toy, de, nordlicht")]).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        post("skills", &[("skills", "basketry")]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = test.page("/people").await;
    assert!(page.contains("toy, de, Nordlicht"), "{page}");
    assert_eq!(
        post("role", &[("role", "lead"), ("client", "")]).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(post("disable", &[]).await, StatusCode::SEE_OTHER);
    let mia = test.desk.find_person("mia@example.com").await.unwrap();
    assert_eq!((mia.access.role(), mia.disabled_at.is_some()), (Role::Lead, true));
    assert_eq!(post("enable", &[]).await, StatusCode::SEE_OTHER);
    assert_eq!(post("reset", &[]).await, StatusCode::OK);
    let own = test.admin.person.id;
    for (what, fields) in [
        ("disable", &[][..]),
        ("role", &[("role", "auditor"), ("client", "")][..]),
    ] {
        let refused = test
            .post_as(&test.admin, &format!("/people/{own}/{what}"), fields)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
    }
    assert_eq!(test.get("/people").await.status, StatusCode::OK);
}

async fn a_rule_acts_after_two_people_and_a_look(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    test.cases(&nord, &[Dispute::ours("PP-D-1")]).await;
    let (lea, mia) = (
        test.person("Lea", Access::Lead).await,
        test.person("Mia", Access::Specialist).await,
    );
    let id = nord.0.id.to_string();
    let fields = [
        ("client", id.as_str()),
        ("kind", "auto_accept_below"),
        ("below", "200.00"),
        ("currency", "EUR"),
        ("name", "small"),
    ];
    assert_eq!(
        test.post_as(&mia, "/rules", &fields).await.status,
        StatusCode::FORBIDDEN
    );
    let made = test.post_as(&lea, "/rules", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let rule = test.desk.find_rule(ClientScope::Agency, "small").await.unwrap();
    let url = |what: &str| format!("/rules/{}/{what}", rule.id);
    let untried = test.post_as(&test.admin, &url("activate"), &[]).await;
    assert_eq!(untried.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody looked");
    let dry = test.post_as(&mia, &url("try"), &[]).await;
    assert!(
        dry.body.contains("1 open case,") && dry.body.contains("129.50 EUR"),
        "{}",
        dry.body
    );
    let own = test.post_as(&lea, &url("activate"), &[]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "her own");
    assert_eq!(
        test.post_as(&test.admin, &url("activate"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = test.page("/rules").await;
    assert!(
        page.contains(">acts<") && page.contains("accept below 200.00 EUR") && page.contains("Nordlicht"),
        "{page}"
    );
    assert_eq!(
        test.post_as(&lea, &url("retire"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let after = test
        .desk
        .db
        .rule(ClientScope::Agency, rule.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.state, RuleState::Retired);
}

async fn every_count_of_the_clients_is_the_length_of_its_list(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    test.cases(
        &nord,
        &[
            Dispute::ours("PP-D-1"),
            Dispute::ended("PP-D-2", docket_core::words::Outcome::Won, true),
        ],
    )
    .await;
    let soon = Dispute {
        deadline: Some(crate::samples::make::platform_deadline(
            crate::samples::make::now() + chrono::Duration::hours(20),
        )),
        ..Dispute::ours("PP-D-3")
    };
    test.cases(&south, &[soon, Dispute::ours("PP-D-4")]).await;
    let page = test.page("/clients").await;
    let mut counts = Vec::new();
    for link in page.split("<a class=\"count\"").skip(1) {
        let url = unescape(between(link, "href=\"", "\"").unwrap());
        let number: u64 = between(link, ">", "<").unwrap().parse().unwrap();
        assert_eq!(test.length(&url).await, number, "{url}");
        counts.push(number);
    }
    assert_eq!(counts, [1, 0, 2, 1], "open and due, of each client");
    assert!(page.contains("1 of 1"), "{page}");
}

on_both!(
    an_admin_adds_changes_and_lets_go_but_never_themselves,
    a_rule_acts_after_two_people_and_a_look,
    every_count_of_the_clients_is_the_length_of_its_list,
);
