//! Tokens of programs, and what their requests were answered.

use chrono::Duration;
use docket_core::id::{PersonId, TokenId};
use docket_core::person::{Access, Person};
use docket_core::token::{ApiToken, Scope};
use docket_store::testing::TestDb;
use docket_store::{KeptAnswer, on_both};

use crate::support::*;

async fn person(desk: &Desk, name: &str) -> Person {
    let person = Person {
        id: PersonId::new(&desk.env),
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        access: Access::Lead,
        has_password: false,
        second_factor: false,
        disabled_at: None,
        created_at: desk.env.now(),
    };
    let mut unit = desk.unit().await;
    unit.add_person(&person).await.unwrap();
    unit.commit().await.unwrap();
    person
}

async fn token(desk: &Desk, person: PersonId, hash: u8) -> ApiToken {
    let token = ApiToken {
        id: TokenId::new(&desk.env),
        person,
        name: "nightly export".to_owned(),
        scopes: vec![Scope::CasesRead, Scope::ReportsRead],
        created_at: desk.env.now(),
        expires_at: desk.env.now() + Duration::days(30),
        used_at: None,
        revoked_at: None,
    };
    let mut unit = desk.unit().await;
    unit.add_api_token(&[hash; 32], &token).await.unwrap();
    unit.commit().await.unwrap();
    token
}

async fn a_token_is_its_persons_and_ends_by_time_by_hand_and_with_them(test: TestDb) {
    let desk = Desk::new(test).await;
    let (mia, jon) = (person(&desk, "Mia").await, person(&desk, "Jon").await);
    let first = token(&desk, mia.id, 1).await;
    let second = token(&desk, mia.id, 2).await;
    let theirs = token(&desk, jon.id, 3).await;
    let now = desk.env.now();
    let held = async |hash: u8, at| desk.db.token_holder(&[hash; 32], at).await.unwrap();
    let (who, found) = held(1, now).await.unwrap();
    assert_eq!((who.name.as_str(), &found), ("Mia", &first));
    assert!(held(9, now).await.is_none(), "never made");
    assert!(held(1, first.expires_at).await.is_none(), "over");
    let mut unit = desk.unit().await;
    unit.touch_token(first.id, now).await.unwrap();
    assert!(
        !unit.revoke_token(theirs.id, Some(mia.id), now).await.unwrap(),
        "another's"
    );
    assert!(unit.revoke_token(first.id, Some(mia.id), now).await.unwrap());
    assert!(!unit.revoke_token(first.id, None, now).await.unwrap(), "once");
    unit.commit().await.unwrap();
    assert!(held(1, now).await.is_none() && held(2, now).await.is_some());
    let own = desk.db.tokens(Some(mia.id)).await.unwrap();
    assert_eq!(own.len(), 2);
    let revoked = own.iter().find(|t| t.id == first.id).unwrap();
    assert_eq!((revoked.used_at, revoked.revoked_at), (Some(now), Some(now)));
    assert_eq!(desk.db.tokens(None).await.unwrap().len(), 3);
    let mut unit = desk.unit().await;
    unit.set_disabled(jon.id, Some(now)).await.unwrap();
    unit.revoke_tokens(mia.id, now).await.unwrap();
    unit.commit().await.unwrap();
    assert!(held(2, now).await.is_none() && held(3, now).await.is_none());
    assert_eq!(second.scopes, own[0].scopes);
}

async fn a_key_is_one_request_of_one_token(test: TestDb) {
    let desk = Desk::new(test).await;
    let mia = person(&desk, "Mia").await;
    let (one, two) = (token(&desk, mia.id, 1).await.id, token(&desk, mia.id, 2).await.id);
    let now = desk.env.now();
    let mut unit = desk.unit().await;
    assert!(unit.begin_request(one, "k", &[7; 32], now).await.unwrap());
    assert!(!unit.begin_request(one, "k", &[8; 32], now).await.unwrap());
    assert!(unit.begin_request(two, "k", &[8; 32], now).await.unwrap());
    unit.commit().await.unwrap();
    let kept = desk.db.kept_request(one, "k").await.unwrap().unwrap();
    assert_eq!((kept.fingerprint, kept.answer), ([7; 32], None));
    let answer = |status| KeptAnswer {
        status,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        body: b"{}".to_vec(),
    };
    let mut unit = desk.unit().await;
    unit.keep_answer(one, "k", &answer(201)).await.unwrap();
    unit.keep_answer(one, "k", &answer(500)).await.unwrap();
    unit.commit().await.unwrap();
    let kept = desk.db.kept_request(one, "k").await.unwrap().unwrap();
    assert_eq!(kept.answer, Some(answer(201)), "the first answer stays");
    let mut unit = desk.unit().await;
    assert_eq!(unit.forget_requests(now).await.unwrap(), 2);
    unit.commit().await.unwrap();
    assert_eq!(desk.db.kept_request(one, "k").await.unwrap(), None);
}

on_both!(
    a_token_is_its_persons_and_ends_by_time_by_hand_and_with_them,
    a_key_is_one_request_of_one_token,
);
