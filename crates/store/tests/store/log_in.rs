//! People, their sessions, links and codes, and the log of what they do.

use chrono::Duration;
use docket_core::id::{ClientId, PersonId, SessionId};
use docket_core::person::{Access, Person, Session};
use docket_store::testing::{TestDb, count};
use docket_store::{AuditEntry, AuditFilter, Db, Error, Keyring, SessionsSince, UnitOfWork, on_both};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::*;

fn person(desk: &Desk, name: &str, access: Access) -> Person {
    Person {
        id: PersonId::new(&desk.env),
        name: name.to_owned(),
        email: format!("{}@Example.com", name.replace(' ', ".")),
        access,
        has_password: false,
        locale: docket_core::person::Locale::default(),
        second_factor: false,
        disabled_at: None,
        created_at: desk.env.now(),
    }
}

async fn add(desk: &Desk, person: &Person) {
    let mut unit = desk.unit().await;
    unit.add_person(person).await.unwrap();
    unit.commit().await.unwrap();
}

async fn log_in(desk: &Desk, person: PersonId, hash: u8) -> Session {
    let session = Session {
        id: SessionId::new(&desk.env),
        person,
        created_at: desk.env.now(),
        seen_at: desk.env.now(),
        address: "192.0.2.7".to_owned(),
        agent: "Browser".to_owned(),
    };
    let mut unit = desk.unit().await;
    unit.add_session(&[hash; 32], &session).await.unwrap();
    unit.commit().await.unwrap();
    session
}

fn since(desk: &Desk) -> SessionsSince {
    SessionsSince {
        seen: desk.env.now() - Duration::hours(1),
        created: desk.env.now() - Duration::hours(8),
    }
}

async fn known(desk: &Desk, hash: u8) -> bool {
    desk.db.session(&[hash; 32], since(desk)).await.unwrap().is_some()
}

async fn people_are_told_apart_by_name_and_address(test: TestDb) {
    let desk = Desk::new(test).await;
    assert!(!desk.db.has_people().await.unwrap());
    let mia = person(&desk, "Mia Berg", Access::Lead);
    let theirs = person(&desk, "Ida", Access::Client(desk.client));
    add(&desk, &mia).await;
    add(&desk, &theirs).await;
    assert!(desk.db.has_people().await.unwrap());
    assert_eq!(desk.db.people().await.unwrap(), [theirs.clone(), mia.clone()]);
    for (name, email) in [
        ("mia  BERG", "other@example.com"),
        ("Somebody", "MIA.berg@example.COM "),
    ] {
        let twin = Person {
            name: name.to_owned(),
            email: email.to_owned(),
            ..person(&desk, "x", Access::Admin)
        };
        let mut unit = desk.unit().await;
        let refused = unit.add_person(&twin).await;
        assert!(matches!(refused, Err(Error::Taken(_))), "{name}: {refused:?}");
    }
    // A client's person without a client, and one of a client that is not there.
    let nowhere = person(&desk, "Nowhere", Access::Client(ClientId::new(&desk.env)));
    let mut unit = desk.unit().await;
    assert!(unit.add_person(&nowhere).await.is_err());
    drop(unit);
    let account = desk
        .db
        .account_by_email(" mia.berg@example.com", &keys())
        .await
        .unwrap();
    let account = account.unwrap();
    assert_eq!((account.person, account.password.is_none()), (mia, true));
}

async fn a_session_ends_by_time_by_hand_and_with_its_person(test: TestDb) {
    let desk = Desk::new(test).await;
    let (mia, jon) = (
        person(&desk, "Mia", Access::Admin),
        person(&desk, "Jon", Access::Lead),
    );
    add(&desk, &mia).await;
    add(&desk, &jon).await;
    let first = log_in(&desk, mia.id, 1).await;
    let second = log_in(&desk, mia.id, 2).await;
    log_in(&desk, jon.id, 3).await;
    let (who, session) = desk.db.session(&[1; 32], since(&desk)).await.unwrap().unwrap();
    assert_eq!(
        (who.id, who.access, session),
        (mia.id, Access::Admin, first.clone())
    );
    assert!(!known(&desk, 9).await);

    let mut unit = desk.unit().await;
    assert!(!unit.end_session(first.id, jon.id).await.unwrap(), "not theirs");
    assert!(unit.end_session(first.id, mia.id).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!((known(&desk, 1).await, known(&desk, 2).await), (false, true));

    // Used, it lasts; unused, it ends; used all the time, it ends too.
    for _ in 0..9 {
        desk.clock.advance(Duration::minutes(50));
        let mut unit = desk.unit().await;
        unit.touch_session(second.id, desk.env.now()).await.unwrap();
        unit.commit().await.unwrap();
        assert!(known(&desk, 2).await);
    }
    assert!(!known(&desk, 3).await);
    desk.clock.advance(Duration::minutes(50));
    assert!(!known(&desk, 2).await);
    assert_eq!(desk.db.sessions_of(mia.id, since(&desk)).await.unwrap(), []);
    let mut unit = desk.unit().await;
    unit.sweep_log_ins(since(&desk), desk.env.now()).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(count(&desk.db, "SELECT count(*) FROM sessions").await, 0);

    log_in(&desk, mia.id, 4).await;
    let kept = log_in(&desk, mia.id, 5).await;
    log_in(&desk, jon.id, 6).await;
    let mut unit = desk.unit().await;
    assert_eq!(unit.end_sessions(mia.id, Some(kept.id)).await.unwrap(), 1);
    unit.set_disabled(jon.id, Some(desk.env.now())).await.unwrap();
    unit.commit().await.unwrap();
    let left = (
        known(&desk, 4).await,
        known(&desk, 5).await,
        known(&desk, 6).await,
    );
    assert_eq!(left, (false, true, false));
}

async fn a_link_works_once_and_takes_its_like_along(test: TestDb) {
    let desk = Desk::new(test).await;
    let (mia, jon) = (
        person(&desk, "Mia", Access::Admin),
        person(&desk, "Jon", Access::Lead),
    );
    add(&desk, &mia).await;
    add(&desk, &jon).await;
    let later = desk.env.now() + Duration::hours(1);
    let mut unit = desk.unit().await;
    for (hash, person) in [
        (1, None),
        (2, None),
        (3, Some(mia.id)),
        (4, Some(mia.id)),
        (5, Some(jon.id)),
    ] {
        unit.add_password_link(&[hash; 32], person, later).await.unwrap();
    }
    unit.commit().await.unwrap();
    let open = async |hash: u8| desk.db.password_link(&[hash; 32], desk.env.now()).await.unwrap();
    assert_eq!(
        (open(2).await, open(3).await, open(9).await),
        (Some(None), Some(Some(mia.id)), None)
    );
    let take = async |hash: u8| {
        let mut unit = desk.unit().await;
        let taken = unit
            .take_password_link(&[hash; 32], desk.env.now())
            .await
            .unwrap();
        unit.commit().await.unwrap();
        taken
    };
    assert_eq!(take(1).await, Some(None));
    assert_eq!((take(1).await, take(2).await), (None, None));
    assert_eq!((take(3).await, take(4).await), (Some(Some(mia.id)), None));
    desk.clock.advance(Duration::hours(1));
    assert_eq!((open(5).await, take(5).await), (None, None), "it ran out");
}

async fn of_two_that_use_a_link_at_once_one_does(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut unit = desk.unit().await;
    let later = desk.env.now() + Duration::hours(1);
    for hash in [1, 2] {
        unit.add_password_link(&[hash; 32], None, later).await.unwrap();
    }
    unit.commit().await.unwrap();
    let take = async |hash: u8| {
        let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
        let taken = unit
            .take_password_link(&[hash; 32], desk.env.now())
            .await
            .unwrap();
        unit.commit().await.unwrap();
        taken.is_some()
    };
    let (first, second) = tokio::join!(take(1), take(2));
    assert!(first != second, "{first} {second}");
}

async fn tries_are_counted_one_by_one_and_forgotten_in_time(test: TestDb) {
    let desk = Desk::new(test).await;
    let window = Duration::minutes(15);
    let count_one = async |key: u8| {
        let now = desk.env.now();
        let mut unit = desk.unit().await;
        let tries = unit.count_try(&[key; 32], now, now - window).await.unwrap();
        unit.commit().await.unwrap();
        tries
    };
    let all = futures::future::join_all((0..20).map(|_| count_one(1))).await;
    let mut counts: Vec<i64> = all.iter().map(|t| t.count).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=20).collect::<Vec<i64>>());
    assert_eq!(count_one(2).await.count, 1);
    let mut unit = desk.unit().await;
    unit.forgive_tries(&[2; 32], &[1; 32]).await.unwrap();
    unit.commit().await.unwrap();
    let next = count_one(1).await;
    assert_eq!(
        (next.count, next.since, count_one(2).await.count),
        (20, start(), 1)
    );
    desk.clock.advance(window);
    let fresh = count_one(1).await;
    assert_eq!((fresh.count, fresh.since), (1, desk.env.now()));
}

async fn a_code_counts_once_and_its_secret_is_sealed(test: TestDb) {
    let desk = Desk::new(test).await;
    let mia = person(&desk, "Mia", Access::Admin);
    add(&desk, &mia).await;
    let mut unit = desk.unit().await;
    assert!(
        unit.set_factor(mia.id, &"SECRETBASE32".into(), &keys(), &desk.env)
            .await
            .unwrap()
    );
    assert!(
        unit.set_factor(mia.id, &"ANOTHERBASE32".into(), &keys(), &desk.env)
            .await
            .unwrap()
    );
    unit.commit().await.unwrap();
    let account = desk.db.account(mia.id, &keys()).await.unwrap().unwrap();
    assert!(!account.person.second_factor, "not before a code was given");
    let use_step = async |step: i64| {
        let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
        let used = unit.use_step(mia.id, step, desk.env.now()).await.unwrap();
        unit.commit().await.unwrap();
        used
    };
    let (first, second) = tokio::join!(use_step(50), use_step(50));
    assert!(first != second, "{first} {second}");
    assert_eq!((use_step(49).await, use_step(51).await), (false, true));
    let mut unit = desk.unit().await;
    let again = unit
        .set_factor(mia.id, &"THIRD".into(), &keys(), &desk.env)
        .await
        .unwrap();
    assert!(!again, "a confirmed one stays");
    drop(unit);

    let both = Keyring::new(&[key('b'), key('a')]).unwrap();
    let mut unit = desk.unit().await;
    assert_eq!(unit.reseal_factors(&both, &desk.env).await.unwrap(), 1);
    assert_eq!(unit.reseal_factors(&both, &desk.env).await.unwrap(), 0);
    unit.commit().await.unwrap();
    assert!(
        desk.db.account(mia.id, &keys()).await.is_err(),
        "the old key is not enough"
    );
    let new = Keyring::new(&[key('b')]).unwrap();
    let account = desk.db.account(mia.id, &new).await.unwrap().unwrap();
    let factor = account.factor.unwrap();
    assert!(account.person.second_factor);
    assert_eq!(
        (factor.secret.expose_secret(), factor.last_step),
        ("ANOTHERBASE32", 51)
    );
}

async fn note(desk: &Desk, kind: &str) -> i64 {
    let entry = AuditEntry {
        person: None,
        actor: "mia",
        kind,
        detail: json!({ "from": "192.0.2.7" }),
        outcome: None,
    };
    let mut unit = desk.unit().await;
    let number = unit.audit(&entry, desk.env.now()).await.unwrap();
    unit.commit().await.unwrap();
    number
}

async fn the_log_is_one_chain_that_only_grows(test: TestDb) {
    let desk = Desk::new(test).await;
    assert_eq!(desk.db.verify_audit().await.unwrap(), None);
    let numbers = futures::future::join_all((0..8).map(|_| note(&desk, "note"))).await;
    assert_eq!(numbers.iter().sum::<i64>(), 36, "{numbers:?}");
    let last = note(&desk, "log_in").await;
    let mut unit = desk.unit().await;
    unit.audit_outcome(last, "done").await.unwrap();
    assert!(
        unit.audit_outcome(last, "refused").await.is_err(),
        "an outcome stays"
    );
    unit.commit().await.unwrap();
    let rows = desk.db.audit(None, &AuditFilter::default(), 3).await.unwrap();
    let seen: Vec<i64> = rows.iter().map(|r| r.number).collect();
    assert_eq!((seen, rows[0].outcome.as_deref()), (vec![9, 8, 7], Some("done")));
    assert_eq!(
        desk.db
            .audit(Some(7), &AuditFilter::default(), 100)
            .await
            .unwrap()
            .len(),
        6
    );
    assert_eq!(
        desk.db
            .audit(None, &AuditFilter::of_kind("log_in"), 100)
            .await
            .unwrap()
            .len(),
        1
    );
    for attempt in [
        "DELETE FROM audit",
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET detail = '{}'",
        "UPDATE audit SET outcome = 'undone' WHERE number = 9",
    ] {
        let error = desk.sql(attempt).await.expect_err(attempt).to_string();
        assert!(error.contains("append-only"), "{attempt}: {error}");
    }
    desk.sql("UPDATE audit SET detail = NULL WHERE number = 4")
        .await
        .unwrap();
    assert_eq!(
        desk.db.verify_audit().await.unwrap(),
        None,
        "an erased detail breaks nothing"
    );
}

async fn what_is_done_to_the_log_behind_its_back_shows(test: TestDb) {
    let desk = Desk::new(test).await;
    for _ in 0..5 {
        note(&desk, "note").await;
    }
    let table = if matches!(desk.db, Db::Postgres(_)) {
        " ON audit"
    } else {
        ""
    };
    for trigger in ["audit_append_only", "audit_fixed"] {
        desk.sql(&format!("DROP TRIGGER {trigger}{table}")).await.unwrap();
    }
    desk.sql("UPDATE audit SET actor = 'nobody' WHERE number = 3")
        .await
        .unwrap();
    assert_eq!(desk.db.verify_audit().await.unwrap(), Some(3));
    desk.sql("UPDATE audit SET actor = 'mia' WHERE number = 3")
        .await
        .unwrap();
    assert_eq!(desk.db.verify_audit().await.unwrap(), None);
    desk.sql("DELETE FROM audit WHERE number = 5").await.unwrap();
    assert_eq!(
        desk.db.verify_audit().await.unwrap(),
        Some(5),
        "the newest row is missing"
    );
    desk.sql("DELETE FROM audit WHERE number = 2").await.unwrap();
    assert_eq!(desk.db.verify_audit().await.unwrap(), Some(2));
}

on_both!(
    people_are_told_apart_by_name_and_address,
    a_session_ends_by_time_by_hand_and_with_its_person,
    a_link_works_once_and_takes_its_like_along,
    of_two_that_use_a_link_at_once_one_does,
    tries_are_counted_one_by_one_and_forgotten_in_time,
    a_code_counts_once_and_its_secret_is_sealed,
    the_log_is_one_chain_that_only_grows,
    what_is_done_to_the_log_behind_its_back_shows,
);
