//! What several platforms need of the store: settings as history, webhooks once, orders beside, one renewal at a time.

use chrono::Duration;
use docket_core::factor::{Factor, FactorKind};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, NewWebhook, Setting, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

async fn of_several_answers_the_one_in_force_counts(test: TestDb) {
    let desk = Desk::new(test).await;
    let day = |n: i64| start() + Duration::days(n);
    // Item, answer, from when on it holds, when it was recorded.
    let rows = [
        ("returns", "no", 0, 0),
        ("returns", "yes", 10, 20),
        // Recorded later about an earlier time: it never hides what holds from a later time on.
        ("returns", "unknown", 5, 30),
        // Two statements about the same instant: the one recorded last.
        ("notices", "yes", 3, 3),
        ("notices", "no", 3, 4),
    ];
    let mut unit = desk.unit().await;
    for (item, value, from, recorded) in rows {
        let setting = Setting {
            item: item.to_owned(),
            value: value.to_owned(),
            source: "person".to_owned(),
            note: None,
            valid_from: day(from),
            recorded_at: day(recorded),
            recorded_by: "ada".to_owned(),
        };
        let of = (desk.connection, desk.client);
        unit.record_settings(of, &[(desk.env.uuid(), setting)])
            .await
            .unwrap();
    }
    unit.commit().await.unwrap();
    for (at, expected) in [
        (-1, vec![]),
        (0, vec!["returns=no"]),
        (4, vec!["notices=no", "returns=no"]),
        (7, vec!["notices=no", "returns=unknown"]),
        (40, vec!["notices=no", "returns=yes"]),
    ] {
        let held = desk
            .db
            .settings_at(AGENCY, desk.connection, day(at))
            .await
            .unwrap();
        let held: Vec<_> = held.iter().map(|s| format!("{}={}", s.item, s.value)).collect();
        assert_eq!(held, expected, "day {at}");
    }
    let answers = desk.db.settings_answers(AGENCY, day(40)).await.unwrap();
    let answers: Vec<_> = answers.iter().map(|(_, value, n)| (value.as_str(), *n)).collect();
    assert_eq!(answers, [("no", 1), ("yes", 1)]);
    let all = desk.db.settings_history(AGENCY, desk.connection).await.unwrap();
    assert_eq!(all.len(), rows.len(), "nothing is overwritten");
}

async fn an_event_is_kept_once_and_forgotten_when_nobody_needs_it(test: TestDb) {
    let desk = Desk::new(test).await;
    let webhook = |event, open, at| NewWebhook {
        connection: desk.connection,
        client: desk.client,
        event,
        topic: "topic",
        open,
        body: b"{}",
        received_at: at,
    };
    let old = start() - Duration::days(60);
    let mut unit = desk.unit().await;
    assert!(unit.keep_webhook(&webhook("a", false, old)).await.unwrap());
    assert!(
        !unit.keep_webhook(&webhook("a", false, start())).await.unwrap(),
        "a repeat"
    );
    assert!(unit.keep_webhook(&webhook("b", true, old)).await.unwrap());
    assert!(unit.keep_webhook(&webhook("c", false, start())).await.unwrap());
    assert_eq!(
        unit.forget_webhooks(start() - Duration::days(30)).await.unwrap(),
        1
    );
    unit.commit().await.unwrap();
    let open = desk.db.open_webhooks(AGENCY, 10).await.unwrap();
    assert_eq!(
        open.iter().map(|w| w.event.as_str()).collect::<Vec<_>>(),
        ["b"],
        "it waits for a person"
    );
    let mut unit = desk.unit().await;
    assert!(unit.close_webhook(desk.connection, "b").await.unwrap());
    assert!(!unit.close_webhook(desk.connection, "b").await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(desk.count("webhooks").await, 2);
}

async fn credentials_are_renewed_by_one_at_a_time(test: TestDb) {
    let desk = Desk::new(test).await;
    let (id, now) = (desk.connection, start());
    let claim = async |at| {
        let mut unit = desk.unit().await;
        let claimed = unit
            .claim_renewal(id, at + Duration::minutes(1), at)
            .await
            .unwrap();
        unit.commit().await.unwrap();
        claimed
    };
    assert!(claim(now).await);
    assert!(!claim(now + Duration::seconds(59)).await, "somebody is at it");
    assert!(
        claim(now + Duration::seconds(61)).await,
        "whoever was at it is gone"
    );
    let mut unit = desk.unit().await;
    let renewed = "second".to_owned().into();
    unit.renew_credentials(None, id, &renewed, &keys(), &desk.env)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let stored = desk.db.credentials(id, &keys()).await.unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&stored), "second");
    assert!(
        claim(now + Duration::seconds(62)).await,
        "storing gave the claim back"
    );
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
}

async fn an_order_is_wished_for_once_and_kept_once_per_content(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("K-1")).await.case;
    let wish = [(desk.connection, case.id, desk.client)];
    let mut unit = desk.unit().await;
    unit.wish_orders(&wish).await.unwrap();
    unit.wish_orders(&wish).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(
        desk.db.order_wishes(desk.connection, None, 10).await.unwrap(),
        [case.id]
    );
    let factor = Factor {
        kind: FactorKind::ShippedAt,
        source: "klarna:order.captures[0].captured_at".to_owned(),
        value: "2026-11-01T00:00:00Z".to_owned(),
        as_of: start(),
    };
    for (hash, body) in [([1; 32], b"{1}"), ([2; 32], b"{2}"), ([1; 32], b"{1}")] {
        let mut unit = desk.unit().await;
        let now = start() + Duration::seconds(desk.count("orders").await);
        unit.keep_order(
            (case.id, desk.client),
            (&hash, body),
            std::slice::from_ref(&factor),
            now,
        )
        .await
        .unwrap();
        unit.order_done(desk.connection, case.id).await.unwrap();
        unit.commit().await.unwrap();
    }
    assert_eq!(desk.count("orders").await, 2);
    assert_eq!(
        desk.db.order_body(AGENCY, case.id).await.unwrap().unwrap().1,
        b"{1}",
        "newest again"
    );
    assert_eq!(desk.db.order_wishes(desk.connection, None, 10).await.unwrap(), []);
    let known = desk.db.factors(AGENCY, case.id).await.unwrap();
    assert_eq!(known.iter().filter(|f| f.kind == "shipped_at").count(), 1);
}

async fn closed_cases_are_found_by_when_they_ended(test: TestDb) {
    let desk = Desk::new(test).await;
    for (name, days) in [("old", 130), ("late", 3), ("open", 0)] {
        let mut change = desk.opening(&snapshot(name));
        change.transition.case.closed_at = (days > 0).then(|| start() - Duration::days(days));
        desk.save(&[change]).await.unwrap();
    }
    let since = start() - Duration::days(120);
    let found = desk
        .db
        .closed_after(desk.connection, since, None, 10)
        .await
        .unwrap();
    assert_eq!(found.iter().map(|k| k.dispute().0).collect::<Vec<_>>(), ["late"]);
    let next = desk
        .db
        .closed_after(desk.connection, since, Some(found[0].case()), 10)
        .await
        .unwrap();
    assert!(next.is_empty());
}

on_both!(
    of_several_answers_the_one_in_force_counts,
    an_event_is_kept_once_and_forgotten_when_nobody_needs_it,
    credentials_are_renewed_by_one_at_a_time,
    an_order_is_wished_for_once_and_kept_once_per_content,
    closed_cases_are_found_by_when_they_ended,
);
