//! Tokens of programs, and what their requests were answered.

use chrono::Duration;
use docket_core::hook::{Delivery, DeliveryState, Hook};
use docket_core::id::{CaseId, ClientId, EventId, HookId, PersonId, TokenId};
use docket_core::person::{Access, Person};
use docket_core::token::{ApiToken, Scope};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, KeptAnswer, Keyring, UnitOfWork, on_both};
use secrecy::ExposeSecret;

use crate::support::*;

async fn person(desk: &Desk, name: &str) -> Person {
    let person = Person {
        id: PersonId::new(&desk.env),
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        access: Access::Lead,
        has_password: false,
        locale: docket_core::person::Locale::default(),
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

/// Somebody who is told of a client's cases, and an event that they are told.
pub async fn told(desk: &Desk, unit: &mut UnitOfWork, (client, case): (ClientId, CaseId)) -> Delivery {
    let hook = Hook {
        id: HookId::new(&desk.env),
        client: Some(client),
        url: "https://hooks.example/".to_owned(),
        created_by: "ada".to_owned(),
        created_at: desk.env.now(),
        stopped_at: None,
    };
    let secret = "whsec_AAAA".to_owned().into();
    unit.add_hook(&hook, &secret, &keys(), &desk.env).await.unwrap();
    let event = Delivery {
        id: EventId::new(&desk.env),
        hook: hook.id,
        client,
        case,
        body: "{}".to_owned(),
        created_at: desk.env.now(),
        state: DeliveryState::Waiting,
        attempts: 0,
        tried_at: None,
        status: None,
        error: None,
    };
    unit.add_delivery(&event).await.unwrap();
    event
}

async fn what_was_taken_stays_taken_and_what_was_given_up_can_be_tried_again(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-D-1")).await;
    let mut unit = desk.unit().await;
    let event = told(&desk, &mut unit, (desk.client, case.case.id)).await;
    unit.commit().await.unwrap();
    let way = desk.db.hook_way(event.hook, &keys()).await.unwrap().unwrap();
    assert!(way.live && way.secret.expose_secret() == "whsec_AAAA");
    let tried = |state, status| Delivery {
        state,
        status: Some(status),
        tried_at: Some(desk.env.now()),
        ..event.clone()
    };
    let state = async || {
        let found = desk
            .db
            .delivery(ClientScope::Agency, event.id)
            .await
            .unwrap()
            .unwrap();
        (found.state, found.attempts)
    };
    let mut unit = desk.unit().await;
    unit.tried_delivery(&tried(DeliveryState::Waiting, 500))
        .await
        .unwrap();
    unit.give_delivery_up(event.id, "away").await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(state().await, (DeliveryState::GivenUp, 1));
    let mut unit = desk.unit().await;
    assert!(unit.deliver_again(event.id).await.unwrap());
    assert!(!unit.deliver_again(event.id).await.unwrap());
    unit.tried_delivery(&tried(DeliveryState::Delivered, 204))
        .await
        .unwrap();
    unit.tried_delivery(&tried(DeliveryState::Waiting, 500))
        .await
        .unwrap();
    unit.give_delivery_up(event.id, "away").await.unwrap();
    assert!(unit.stop_hook(event.hook, desk.env.now()).await.unwrap());
    assert!(!unit.stop_hook(event.hook, desk.env.now()).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(state().await, (DeliveryState::Delivered, 2));
    assert!(!desk.db.hook_way(event.hook, &keys()).await.unwrap().unwrap().live);
    let both = Keyring::new(&[key('b'), key('a')]).unwrap();
    let mut unit = desk.unit().await;
    assert_eq!(unit.reseal_hooks(&both, &desk.env).await.unwrap(), 1);
    assert_eq!(unit.reseal_hooks(&both, &desk.env).await.unwrap(), 0);
    assert_eq!(unit.forget_deliveries(desk.env.now()).await.unwrap(), 1);
    unit.commit().await.unwrap();
}

on_both!(
    what_was_taken_stays_taken_and_what_was_given_up_can_be_tried_again,
    a_token_is_its_persons_and_ends_by_time_by_hand_and_with_them,
    a_key_is_one_request_of_one_token,
);
