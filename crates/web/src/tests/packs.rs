//! Packs on the pages: made once when the month is over where the client is, let go by a lead only, each file as it was made.

use axum::http::StatusCode;
use chrono::Duration;
use docket_app::{ClientScope, PackWish};
use docket_core::pack::{Pack, PackState};
use docket_core::person::Access;
use docket_core::words::{Language, Outcome};
use docket_store::testing::TestDb;
use docket_store::{UnitOfWork, on_both};

use super::desk::TestDesk;
use crate::samples::make::Dispute;

const ALL: ClientScope = ClientScope::Agency;

fn wish(zone: &str) -> PackWish {
    PackWish {
        zone: zone.parse().unwrap(),
        language: Language::Swedish,
        recipients: vec!["board@example.com".to_owned()],
    }
}

async fn jobs(test: &TestDesk, kind: &str) -> usize {
    let counts = docket_queue::admin::counts(&test.desk.db, ALL).await.unwrap();
    let of_kind = counts.iter().filter(|count| count.kind == kind);
    of_kind.map(|count| usize::try_from(count.jobs).unwrap()).sum()
}

async fn a_month_that_is_over_is_queued_once(db: TestDb) {
    let test = TestDesk::on(db).await;
    let client = test.client("Nordlicht").await.0;
    let set = test
        .desk
        .subscribe_packs(&client, wish("Pacific/Auckland"), "ada")
        .await
        .unwrap();
    // Midnight there is eleven in the morning here, but the figures count the month of UTC: it has to be over too.
    assert_eq!(set.next_at.to_rfc3339(), "2026-12-01T00:00:00+00:00");
    test.desk.tick().await.unwrap();
    assert_eq!(jobs(&test, "build_pack").await, 0);
    test.clock.advance(set.next_at - test.desk.env.now());
    test.desk.tick().await.unwrap();
    test.desk.tick().await.unwrap();
    assert_eq!(jobs(&test, "build_pack").await, 1);
    let next = test.desk.pack_subscriptions(ALL).await.unwrap()[0].next_at;
    assert_eq!(next.to_rfc3339(), "2027-01-01T00:00:00+00:00");
    test.desk.end_packs(&client).await.unwrap();
    test.clock.advance(Duration::days(60));
    test.desk.tick().await.unwrap();
    assert_eq!(
        jobs(&test, "build_pack").await,
        1,
        "an ended subscription makes nothing"
    );
}

async fn a_lead_lets_a_pack_go_and_nobody_else(db: TestDb) {
    let test = TestDesk::on(db).await;
    let owner = test.client("Nordlicht").await;
    test.cases(&owner, &[Dispute::ended("won", Outcome::Won, true)])
        .await;
    test.desk
        .subscribe_packs(&owner.0, wish("UTC"), "ada")
        .await
        .unwrap();
    let pack = test
        .desk
        .make_pack(&owner.0, "2026-10-20".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(pack.state, PackState::Waiting);
    let page = test.page("/packs").await;
    assert!(
        page.contains("Nordlicht, 2026-10") && page.contains("Approve and send"),
        "{page}"
    );
    for file in &pack.files {
        let got = test.get(&format!("/packs/{}/files/{}", pack.id, file.name)).await;
        assert_eq!(got.status, StatusCode::OK);
        assert_eq!(got.headers["content-type"], file.media_type.as_str());
        let content = test.desk.pack_file(ALL, pack.id, &file.name).await.unwrap().1;
        assert_eq!(u64::try_from(content.len()).unwrap(), file.size);
    }
    let missing = test.get(&format!("/packs/{}/files/secret.txt", pack.id)).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let url = format!("/packs/{}/approve", pack.id);
    let mia = test.person("Mia", Access::Specialist).await;
    assert_eq!(test.post_as(&mia, &url, &[]).await.status, StatusCode::FORBIDDEN);
    let lea = test.person("Lea", Access::Lead).await;
    assert_eq!(test.post_as(&lea, &url, &[]).await.status, StatusCode::SEE_OTHER);
    let now = test.desk.pack(ALL, pack.id).await.unwrap();
    assert_eq!(
        (now.state, now.decided_by.as_deref()),
        (PackState::Approved, Some("Lea"))
    );
    assert_eq!(jobs(&test, "send_pack").await, 1);
    // Decided is decided.
    let reject = format!("/packs/{}/reject", pack.id);
    assert_eq!(
        test.post_as(&lea, &reject, &[]).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(jobs(&test, "send_pack").await, 1);
    assert!(!test.page("/packs").await.contains("Approve and send"));
}

/// What was rejected is made anew, as often as it takes; what waits or went is not.
async fn a_rejected_pack_is_made_anew_and_both_stay(db: TestDb) {
    let test = TestDesk::on(db).await;
    let owner = test.client("Nordlicht").await;
    test.cases(&owner, &[Dispute::ended("won", Outcome::Won, true)])
        .await;
    test.desk
        .subscribe_packs(&owner.0, wish("UTC"), "ada")
        .await
        .unwrap();
    let month = "2026-10-20".parse().unwrap();
    let first = test.desk.make_pack(&owner.0, month).await.unwrap();
    let lea = test.person("Lea", Access::Lead).await;
    let url = |pack: &Pack, what: &str| format!("/packs/{}/{what}", pack.id);
    let early = test.post_as(&lea, &url(&first, "anew"), &[]).await;
    assert_eq!(early.status, StatusCode::BAD_REQUEST);
    let mute = test.post_as(&lea, &url(&first, "reject"), &[("note", " ")]).await;
    assert!(
        mute.status == StatusCode::BAD_REQUEST && mute.body.contains("say why"),
        "{}",
        mute.body
    );
    test.post_as(&lea, &url(&first, "reject"), &[("note", "wrong address")])
        .await;
    let page = test.page("/packs").await;
    assert!(
        page.contains("wrong address") && page.contains("Make anew"),
        "{page}"
    );
    test.clock.advance(Duration::minutes(1));
    let made = test.post_as(&lea, &url(&first, "anew"), &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let packs = test.desk.packs(ALL).await.unwrap();
    let states: Vec<PackState> = packs.iter().map(|pack| pack.state).collect();
    assert_eq!(states, [PackState::Waiting, PackState::Rejected]);
    assert!(!test.page("/packs").await.contains("Make anew"), "it was");
    let twice = test.desk.make_pack(&owner.0, month).await.unwrap();
    assert_eq!(twice.id, packs[0].id, "one that waits is not made again");
    test.post_as(&lea, &url(&packs[0], "approve"), &[]).await;
    assert_eq!(jobs(&test, "send_pack").await, 1);
    assert_eq!(test.desk.packs(ALL).await.unwrap().len(), 2);
}

/// What a report was made of changed: the cases are named, with both sides.
async fn computed_anew_it_says_what_changed(db: TestDb) {
    let test = TestDesk::on(db).await;
    let owner = test.client("Nordlicht").await;
    let october = |id: &str, outcome| Dispute {
        opened_at: "2026-10-10T08:00:00Z".parse().unwrap(),
        ..Dispute::ended(id, outcome, true)
    };
    test.cases(
        &owner,
        &[october("one", Outcome::Won), october("two", Outcome::Lost)],
    )
    .await;
    test.desk
        .subscribe_packs(&owner.0, wish("UTC"), "ada")
        .await
        .unwrap();
    let day = "2026-10-20".parse().unwrap();
    let pack = test.desk.make_pack(&owner.0, day).await.unwrap();
    test.clock.advance(Duration::days(40));
    let same = test.desk.recompute_pack(ALL, pack.id).await.unwrap();
    assert_eq!(
        (same.same.len(), &same.different[..], &same.changed[..]),
        (2, &[][..], &[][..])
    );
    test.cases(&owner, &[october("three", Outcome::Won)]).await;
    let other = test.desk.recompute_pack(ALL, pack.id).await.unwrap();
    assert_eq!(other.different, ["win-rates-2026-10.csv", "factors-2026-10.csv"]);
    let [change] = &other.changed[..] else {
        panic!("{:?}", other.changed)
    };
    assert_eq!(
        (change.dispute.as_str(), &change.difference.before),
        ("three", &None)
    );
    assert!(change.difference.after.as_ref().unwrap().contains("won"));
    // What was made stays what it was.
    let kept = test.desk.make_pack(&owner.0, day).await.unwrap();
    assert_eq!(kept, pack);
}

/// A client's own person gets what was in the mail: nothing that waits, nothing that is kept to recompute by, nothing of others.
async fn a_client_gets_its_own_sent_packs_and_no_more(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (owner, other) = (test.client("Nordlicht").await, test.client("Southwind").await);
    test.cases(&owner, &[Dispute::ended("won", Outcome::Won, true)])
        .await;
    let mut packs = Vec::new();
    for client in [&owner.0, &other.0] {
        test.desk
            .subscribe_packs(client, wish("UTC"), "ada")
            .await
            .unwrap();
        let month = "2026-10-20".parse().unwrap();
        packs.push(test.desk.make_pack(client, month).await.unwrap());
    }
    let [own, foreign] = &packs[..] else {
        panic!("one of each")
    };
    let ida = test.person("Ida", Access::Client(owner.0.id)).await;
    let url = |pack: &Pack, name: &str| format!("/packs/{}/files/{name}", pack.id);
    let mailed = &own.files.iter().find(|file| file.mailed).unwrap().name;
    let kept = &own.files.iter().find(|file| !file.mailed).unwrap().name;
    let get = async |url: &str| test.get_as(&ida, url).await;
    let waits = get("/packs").await;
    assert_eq!(waits.status, StatusCode::OK);
    assert!(
        waits.body.contains("No report was sent yet") && !waits.body.contains(mailed),
        "{}",
        waits.body
    );
    assert_eq!(
        get(&url(own, mailed)).await.status,
        StatusCode::NOT_FOUND,
        "it waits"
    );
    for pack in &packs {
        test.desk.decide_pack(ALL, pack.id, None, "Ada").await.unwrap();
        let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
        let now = Some(test.desk.env.now());
        for (from, to) in [
            (PackState::Approved, PackState::Sending),
            (PackState::Sending, PackState::Sent),
        ] {
            assert!(unit.pack_became(pack.id, (from, to), now, None).await.unwrap());
        }
        unit.commit().await.unwrap();
    }
    let sent = get("/packs").await.body;
    assert!(
        sent.contains("Nordlicht, 2026-10") && sent.contains(&url(own, mailed)),
        "{sent}"
    );
    assert!(
        !sent.contains(kept.as_str())
            && !sent.contains("Southwind")
            && !sent.contains("<td>board@example.com"),
        "{sent}"
    );
    let file = get(&url(own, mailed)).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(
        get(&url(own, kept)).await.status,
        StatusCode::NOT_FOUND,
        "not mailed"
    );
    assert_eq!(
        get(&url(foreign, mailed)).await.status,
        StatusCode::NOT_FOUND,
        "another’s"
    );
    // The agency sees every file as before.
    assert_eq!(test.get(&url(own, kept)).await.status, StatusCode::OK);
}

on_both!(
    a_client_gets_its_own_sent_packs_and_no_more,
    a_month_that_is_over_is_queued_once,
    a_lead_lets_a_pack_go_and_nobody_else,
    a_rejected_pack_is_made_anew_and_both_stay,
    computed_anew_it_says_what_changed,
);
