//! The planted past, state that outlives the process, and passing time.

use std::{collections::BTreeSet, time::Duration};

use super::*;

fn words<'a>(rows: &'a [Value], pointer: &str) -> BTreeSet<&'a str> {
    rows.iter()
        .filter_map(|row| row.pointer(pointer)?.as_str())
        .collect()
}

#[tokio::test]
async fn the_planted_past_is_mixed_and_complete() {
    let desk = Desk::open(Options {
        cases: 1_500,
        platforms: Mix::Klarna,
        ..options()
    })
    .await;
    let rows = desk.control("/klarna/disputes").await;
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 1_500);
    let open = rows.iter().filter(|row| row["state"] != "CLOSED").count() * 100 / rows.len();
    assert!((18..32).contains(&open), "{open} % open");
    for row in rows {
        for field in [
            "payment_dispute_id",
            "dispute_reason",
            "state",
            "order_id",
            "payment_transaction_id",
            "payment_account_id",
            "created_at",
            "updated_at",
        ] {
            assert!(row[field].is_string(), "{field} in {row}");
        }
        assert!(row["dispute_details"]["dispute_amount"].as_i64().unwrap() > 0);
    }
    assert_eq!(words(rows, "/state").len(), 5);
    assert_eq!(words(rows, "/configuration/base_framework").len(), 2);
    let reasons = words(rows, "/dispute_reason");
    assert!(
        reasons.len() == 9 && reasons.contains("RETURN_NOT_POSSIBLE"),
        "{reasons:?}"
    );
    let details = words(rows, "/state_context/dispute_outcome_detailed");
    assert!(details.len() > 15 && details.contains("DECIDED_UNDER_SEASONAL_RETURN_WINDOW"));
    assert!(
        details.iter().any(|word| word.starts_with('p')),
        "some in lower case"
    );
    let answers = words(rows, "/representment/state");
    assert!(answers.contains("REPRESENTMENT_AUTOMATICALLY_REJECTED"));
    let old_appeals = rows
        .iter()
        .filter(|row| row["configuration"]["base_framework"] == "FRAMEWORK_2020")
        .filter(|row| !row["arbitration"].is_null());
    assert_eq!(old_appeals.count(), 0);
    let hidden = rows.iter().filter(|row| {
        row["state"] == "INITIATED" && row.pointer("/state_context/representment/expires_at").is_none()
    });
    assert!(hidden.count() > 0, "some deadlines are not shown");
    let shortest = rows
        .iter()
        .filter(|row| row["created_at"].as_str().unwrap().len() == 16);
    assert!(
        shortest.count() > 0,
        "some instants come without seconds and zone"
    );
    let exceptions = words(rows, "/process_exceptions/0/exception_type");
    assert_eq!(exceptions.len(), 2);
}

#[tokio::test]
async fn disputes_lie_where_the_mix_says() {
    let desk = Desk::open(Options {
        cases: 400,
        platforms: Mix::Varied,
        ..options()
    })
    .await;
    let count = async |platform: &str, account: usize| {
        let id = &desk.sim.accounts()[account].client_id;
        let rows = desk
            .control(&format!("/{platform}/disputes?client_id={id}"))
            .await;
        rows.as_array().unwrap().len()
    };
    for (account, owner) in desk.sim.accounts().iter().enumerate() {
        for platform in ["paypal", "klarna"] {
            let some = count(platform, account).await > 0;
            assert_eq!(some, owner.platforms.contains(&platform), "{platform} {account}");
        }
    }
}

#[tokio::test]
async fn the_state_file_continues_klarna_too() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        state_file: Some(folder.path().join("state.jsonl")),
        ..all()
    };
    let shop = Shop {
        desk: Desk::open(options.clone()).await,
        account: 0,
    };
    shop.settings(json!({"auto_reject_below": 700})).await;
    let id = shop.represented("Kept?").await;
    let before = shop.show(&id).await;
    let documents = shop.desk.control("/klarna/disputes").await;
    let journal = shop.desk.control("/journal").await;
    shop.desk.sim.stop().await;

    let shop = Shop {
        desk: Desk::open(options.clone()).await,
        account: 0,
    };
    assert_eq!(shop.show(&id).await, before);
    assert_eq!(shop.desk.control("/klarna/disputes").await, documents);
    assert_eq!(shop.desk.control("/journal").await, journal);
    let small = shop.plant(json!({"amount": 699})).await;
    assert_eq!(shop.show(&small).await["state"], "CLOSED", "settings are kept");
    let known = documents.as_array().unwrap();
    assert!(
        known
            .iter()
            .all(|row| row["payment_dispute_id"] != small.as_str())
    );
    shop.desk.sim.stop().await;
    let other = Options {
        platforms: Mix::PayPal,
        ..options
    };
    assert!(docket_simulator::start(other).await.is_err());
}

#[tokio::test]
async fn live_mode_moves_klarna() {
    let desk = Desk::open(Options {
        live: true,
        platforms: Mix::Klarna,
        ..options()
    })
    .await;
    let before = desk.control("/klarna/disputes").await;
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let after = desk.control("/klarna/disputes").await;
        let count = |rows: &Value| rows.as_array().unwrap().len();
        let changed = after
            .as_array()
            .unwrap()
            .iter()
            .zip(before.as_array().unwrap())
            .any(|(one, other)| one["updated_at"] != other["updated_at"]);
        if count(&after) > count(&before) && changed {
            return;
        }
    }
    panic!("nothing arrived or changed in half a minute");
}

#[tokio::test]
async fn static_mode_lists_each_once_and_moves_what_is_touched() {
    let static_mode = Some(docket_simulator::StaticMode {
        disputes: 1_000,
        body_bytes: 5_000,
    });
    let shop = Shop {
        desk: Desk::open(Options {
            static_mode,
            platforms: Mix::Klarna,
            ..Options::default()
        })
        .await,
        account: 0,
    };
    let all = async |filter: &str| {
        let (mut rows, mut query) = (Vec::new(), format!("size=250{filter}"));
        loop {
            let (status, body) = shop.list(&query).await;
            assert_eq!(status, 200, "{body}");
            rows.extend(body["disputes"].as_array().unwrap().clone());
            match body["pagination"]["last_item"].as_str() {
                Some(last) => query = format!("size=250{filter}&starting_after={last}"),
                None => return rows,
            }
        }
    };
    let rows = all("").await;
    assert_eq!(
        (rows.len(), words(&rows, "/payment_dispute_id").len()),
        (1_000, 1_000)
    );
    assert!(rows.is_sorted_by(|one, other| one["created_at"].as_str() >= other["created_at"].as_str()));
    assert!(rows[0].to_string().len() > 4_000);
    assert_eq!(words(&rows, "/state").len(), 3);
    let open = all("&state=INITIATED").await;
    assert_eq!(open.len(), 125);
    let before = rows[0]["updated_at"].as_str().unwrap().to_owned();
    shop.advance(60).await;
    let (_, touched) = shop.desk.command("/static/touch?percent=1", json!(null)).await;
    assert_eq!(touched["touched"], 10);
    let moved = all(&format!("&updated_at_start={}", before.replace(".0", ".1"))).await;
    let moved: Vec<&Value> = moved
        .iter()
        .filter(|row| row["updated_at"].as_str() > Some(&before))
        .collect();
    assert_eq!(moved.len(), 10);
    let id = moved[0]["payment_dispute_id"].as_str().unwrap();
    let full = shop.show(id).await;
    assert_eq!(full, *moved[0]);
    assert!(full["dispute_details"]["dispute_amount"].is_u64());
}
