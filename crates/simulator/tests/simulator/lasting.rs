//! State that outlives the process, live events, and the partner.

use std::{collections::BTreeSet, time::Duration};

use crate::support::*;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use docket_simulator::{Options, SimulatorError, start};
use serde_json::{Value, json};

#[tokio::test]
async fn the_state_file_continues_everything() {
    let folder = tempfile::tempdir().unwrap();
    let state_file = folder.path().join("paypal.jsonl");
    let options = Options {
        state_file: Some(state_file.clone()),
        ..options()
    };
    let desk = Desk::open(options.clone()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    desk.command("/clock", json!({"advance_seconds": 3_600})).await;
    let path = format!("/{}/send-message", id(&dispute));
    assert_eq!(desk.post(&token, &path, json!({"message": "Kept?"})).await.0, 200);
    // Copied while running: what an accepted action left on disk must be enough, as after a kill.
    let killed = folder.path().join("killed.jsonl");
    std::fs::copy(&state_file, &killed).unwrap();
    let secret = desk.sim.accounts()[0].client_secret.clone();
    desk.sim.stop().await;

    for file in [state_file, killed] {
        let desk = Desk::open(Options {
            state_file: Some(file),
            ..options.clone()
        })
        .await;
        assert_eq!(desk.sim.accounts()[0].client_secret, secret);
        assert_eq!(desk.journal().await.len(), 1);
        let token = desk.token(0).await;
        let (_, after) = desk.get(&token, &format!("/{}", id(&dispute))).await;
        assert_eq!(
            after["messages"].as_array().unwrap().last().unwrap()["content"],
            "Kept?"
        );
        assert_eq!(desk.control("/clock").await["offset_seconds"], 3_600);
        desk.sim.stop().await;
    }
    let other = Options {
        seed: 8,
        state_file: Some(folder.path().join("killed.jsonl")),
        ..options
    };
    assert!(matches!(start(other).await, Err(SimulatorError::Options(_))));
}

#[tokio::test]
async fn live_mode_moves_things() {
    let desk = Desk::open(Options {
        live: true,
        ..options()
    })
    .await;
    let count = |rows: &Value| rows.as_array().unwrap().len();
    let before = desk.control("/paypal/disputes").await;
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let after = desk.control("/paypal/disputes").await;
        if count(&after) > count(&before) {
            return;
        }
    }
    panic!("nothing arrived in half a minute");
}

#[tokio::test]
async fn in_live_mode_an_answer_is_decided_soon() {
    let desk = Desk::open(Options {
        live: true,
        ..options()
    })
    .await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_received).await;
    let path = path(&dispute, "provide-evidence");
    assert_eq!(desk.send(&token, &path, proof()).await.0, 200);
    desk.command("/clock", json!({"advance_seconds": 16})).await;
    let soon = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let (_, now) = desk.get(&token, &format!("/{}", id(&dispute))).await;
        if now["status"] == "RESOLVED" {
            return;
        }
        assert!(tokio::time::Instant::now() < soon, "{now}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn the_partner_acts_where_the_merchant_has_consented() {
    let desk = Desk::open(options()).await;
    let partner = desk.sim.partner();
    let token = desk.token_of(&partner.client_id, &partner.client_secret).await;
    let assertion = |head: Value, issuer: &str, account: usize| {
        let claims = json!({"iss": issuer, "payer_id": desk.sim.accounts()[account].merchant_id});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&head), part(&claims))
    };
    let none = json!({"alg": "none"});
    let list = |assertion: String| {
        read(
            desk.call(reqwest::Method::GET, &token, "")
                .header("PayPal-Auth-Assertion", assertion),
        )
    };
    assert_eq!(desk.get(&token, "").await.0, 403);
    assert_eq!(list(assertion(none.clone(), &partner.client_id, 1)).await.0, 200);
    assert_eq!(list(assertion(none.clone(), "somebody else", 1)).await.0, 401);
    assert_eq!(
        list(assertion(json!({"alg": "HS256"}), &partner.client_id, 1))
            .await
            .0,
        401
    );
    assert_eq!(
        list(format!("{}x", assertion(none.clone(), &partner.client_id, 1)))
            .await
            .0,
        401
    );
    assert_eq!(
        list(assertion(none.clone(), &partner.client_id, 5)).await.0,
        403,
        "no consent at all"
    );

    for (account, expected) in [(1, 200), (4, 403)] {
        let dispute = desk.waiting(account, stage("INQUIRY")).await;
        let path = format!("/{}/send-message", id(&dispute));
        let call = desk
            .call(reqwest::Method::POST, &token, &path)
            .header(
                "PayPal-Auth-Assertion",
                assertion(none.clone(), &partner.client_id, account),
            )
            .json(&json!({"message": "From the partner."}));
        let (status, body) = read(call).await;
        assert_eq!(status.as_u16(), expected);
        if expected == 403 {
            assert_eq!(body["name"], "NOT_AUTHORIZED");
        }
    }
    let journal = desk.journal().await;
    assert_eq!((journal.len(), &journal[0]["by"]), (1, &"partner".into()));
    assert_eq!(journal[0]["client_id"], desk.sim.accounts()[1].client_id.as_str());
}

#[tokio::test]
async fn the_planted_past_is_mixed() {
    let desk = Desk::open(Options {
        cases: 1_500,
        ..options()
    })
    .await;
    let rows = desk.control("/paypal/disputes").await;
    let rows = rows.as_array().unwrap();
    let share = |fits: &dyn Fn(&&Value) -> bool| rows.iter().filter(fits).count() * 100 / rows.len();
    assert_eq!(rows.len(), 1_500);
    assert!((20..30).contains(&share(&|row| row["status"] != "RESOLVED")));
    assert!((9..16).contains(&share(&|row| row["status"] == "WAITING_FOR_SELLER_RESPONSE")));
    let words = |field: &str| {
        let found = rows.iter().filter_map(|row| row.pointer(field)?.as_str());
        found.collect::<BTreeSet<_>>()
    };
    let currencies = words("/dispute_amount/currency_code");
    assert!(currencies.len() >= 12 && currencies.contains("JPY") && currencies.contains("KWD"));
    assert_eq!(words("/dispute_channel").len(), 3);
    assert!(words("/reason").contains("GIFT_CARD_MISUSE"));
    assert!(words("/adjudications/0/reason").len() >= 10);
    assert_eq!(words("/dispute_life_cycle_stage").len(), 4);

    let wins = |account: usize| {
        let merchant = &desk.sim.accounts()[account].merchant_id;
        let of = |code: &str| {
            let own =
                |row: &&Value| row["disputed_transactions"][0]["seller"]["merchant_id"] == merchant.as_str();
            rows.iter()
                .filter(own)
                .filter(|row| row["dispute_outcome"]["outcome_code"] == code)
                .count()
        };
        let won = of("RESOLVED_SELLER_FAVOUR") + of("RESOLVED_WITH_PAYOUT");
        (won * 100)
            .checked_div(won + of("RESOLVED_BUYER_FAVOUR"))
            .unwrap()
    };
    assert!(wins(0) > 55 && wins(2) < 40, "{} {}", wins(0), wins(2));
    let owned = desk
        .control(&format!(
            "/paypal/disputes?client_id={}",
            desk.sim.accounts()[0].client_id
        ))
        .await;
    assert!((35..45).contains(&(owned.as_array().unwrap().len() * 100 / rows.len())));
}
