//! Facts from files, and which order belongs to which case.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::dossier::refs::Said;
use docket_core::dossier::{Fact, Line, Order, Refund, Shipment};
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::{CaseId, ClientId, ConnectionId};
use docket_core::money::Money;
use docket_store::testing::TestDb;
use docket_store::{ClientScope, NewFact, Told, Why, on_both};

use crate::support::*;

pub fn order(number: &str, refs: &[&str]) -> NewFact {
    let fact = Fact::Order(Order {
        number: number.to_owned(),
        refs: refs.iter().map(|r| (*r).to_owned()).collect(),
        placed_at: start(),
        promised_by: None,
        total: None,
        shipping: None,
        goods: None,
        cancelled_at: None,
        ship_to: None,
        ship_country: None,
        addresses_match: None,
        buyer: Vec::new(),
    });
    new(number, "", fact)
}

fn new(order: &str, item: &str, fact: Fact) -> NewFact {
    NewFact {
        order: order.to_owned(),
        item: item.to_owned(),
        fact,
        place: "orders.csv:2".to_owned(),
    }
}

fn parcel(order: &str, number: &str, carrier: &str) -> NewFact {
    let fact = Fact::Shipment(Shipment {
        carrier: Some(carrier.to_owned()),
        number: Some(number.to_owned()),
        url: None,
        shipped_at: None,
        delivered_at: None,
        received_by: None,
    });
    new(order, number, fact)
}

pub async fn tell(desk: &Desk, client: ClientId, facts: &[NewFact]) -> Told {
    let mut unit = desk.unit().await;
    let told = unit.tell(client, facts, "ada", desk.env.now()).await.unwrap();
    unit.commit().await.unwrap();
    told
}

fn counts(new: u64, changed: u64, unchanged: u64) -> Told {
    Told {
        new,
        changed,
        unchanged,
    }
}

async fn open(desk: &Desk, dispute: &str, refs: &[&str]) -> CaseId {
    let mut seen = snapshot(dispute);
    seen.facts.order_refs = refs.iter().map(|r| (*r).to_owned()).collect();
    desk.open(&seen).await.case.id
}

async fn keys(desk: &Desk, case: CaseId) -> Vec<String> {
    let stored = desk.load(case).await;
    desk.db.joined_orders(&stored.case).await.unwrap().keys
}

async fn say(desk: &Desk, case: CaseId, order: &str, joined: bool) {
    let mut unit = desk.unit().await;
    let said = Said {
        order: order.to_owned(),
        joined,
    };
    unit.say_join((case, desk.client), &said, "ada", desk.env.now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
}

async fn each_version_is_kept_once_and_the_newest_counts(test: TestDb) {
    let desk = Desk::new(test).await;
    let first = [order("1001", &["T-1"]), parcel("1001", "JD1", "DHL")];
    assert_eq!(
        desk.db.would_tell(desk.client, &first).await.unwrap(),
        counts(2, 0, 0)
    );
    assert_eq!(desk.count("facts").await, 0);
    assert_eq!(tell(&desk, desk.client, &first).await, counts(2, 0, 0));
    assert_eq!(tell(&desk, desk.client, &first).await, counts(0, 0, 2));
    let second = [parcel("1001", "JD1", "GLS")];
    assert_eq!(tell(&desk, desk.client, &second).await, counts(0, 1, 0));
    // Going back is a correction too.
    assert_eq!(tell(&desk, desk.client, &first).await, counts(0, 1, 1));
    assert_eq!(desk.count("facts").await, 4);
    let scope = ClientScope::One(desk.client);
    let told = desk.db.told(scope, &["1001".to_owned()]).await.unwrap();
    let facts: Vec<&Fact> = told.iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts, [&first[0].fact, &first[1].fact]);
    assert_eq!(
        (told[0].1.by.as_str(), told[0].1.place.as_str()),
        ("ada", "orders.csv:2")
    );
}

async fn orders_and_cases_find_each_other_in_both_orders_of_arrival(test: TestDb) {
    let desk = Desk::new(test).await;
    let early = open(&desk, "PP-1", &["T-1"]).await;
    assert!(keys(&desk, early).await.is_empty());
    tell(
        &desk,
        desk.client,
        &[order("1001", &["t-1"]), order("1002", &["T-2"])],
    )
    .await;
    let late = open(&desk, "PP-2", &[" #1002 "]).await;
    assert_eq!(keys(&desk, early).await, ["1001"]);
    assert_eq!(keys(&desk, late).await, ["1002"]);
    // Parcels go by the transaction, the order by its number, and the case names the number only.
    tell(&desk, desk.client, &[parcel("t-2", "JD2", "DHL")]).await;
    assert_eq!(keys(&desk, late).await, ["1002", "t-2"]);
    let asked = BTreeMap::from([
        ("t-2".to_owned(), BTreeSet::new()),
        ("1003".to_owned(), BTreeSet::from(["t-1".to_owned()])),
    ]);
    let cases = desk.db.cases_of_orders(desk.client, &asked).await.unwrap();
    assert_eq!(cases["t-2"], BTreeSet::from([late]));
    assert_eq!(cases["1003"], BTreeSet::from([early]));
}

async fn a_corrected_reference_leads_to_the_order_no_more(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = open(&desk, "PP-1", &["T-1"]).await;
    tell(&desk, desk.client, &[order("1001", &["T-1"])]).await;
    tell(&desk, desk.client, &[order("1001", &["T-9"])]).await;
    assert!(keys(&desk, case).await.is_empty());
    // The platform names another reference now.
    let before = desk.load(case).await;
    let mut seen = snapshot("PP-1");
    seen.facts.order_refs = vec!["T-9".to_owned()];
    seen.facts.updated_at += chrono::Duration::hours(1);
    desk.save(&[desk.observe(&before, &seen, "later")]).await.unwrap();
    assert_eq!(keys(&desk, case).await, ["1001"]);
    assert_eq!(desk.count("case_refs").await, 1);
}

async fn two_orders_that_fit_wait_until_a_person_says(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = open(&desk, "PP-1", &["T-1", "INV-1"]).await;
    tell(
        &desk,
        desk.client,
        &[order("1001", &["T-1"]), order("1002", &["INV-1"])],
    )
    .await;
    tell(&desk, desk.client, &[order("1003", &[])]).await;
    assert!(keys(&desk, case).await.is_empty());
    let scope = ClientScope::One(desk.client);
    let why = async |after: &str| {
        let waiting = desk.db.unmatched(scope, after, 10).await.unwrap();
        waiting.into_iter().map(|w| (w.order, w.why)).collect::<Vec<_>>()
    };
    let both = |order: &str| (order.to_owned(), Why::Several(case));
    let waits = ("1003".to_owned(), Why::NoCase);
    assert_eq!(why("").await, [both("1001"), both("1002"), waits.clone()]);
    say(&desk, case, "1002", true).await;
    assert_eq!(keys(&desk, case).await, ["1002"]);
    assert_eq!(why("").await, std::slice::from_ref(&waits));
    // Taken off again, only one is left that fits.
    say(&desk, case, "1002", false).await;
    assert_eq!(keys(&desk, case).await, ["1001"]);
    assert_eq!(why("1003").await, []);
}

async fn facts_never_reach_another_clients_case(test: TestDb) {
    let desk = Desk::new(test).await;
    let (other, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(other, "Other").await;
    desk.add_connection(connection, other).await;
    let mine = open(&desk, "PP-1", &["T-1"]).await;
    let refund = Fact::Refund(Refund {
        id: None,
        amount: Money::new(100, "EUR".parse().unwrap()),
        at: start(),
    });
    tell(&desk, other, &[order("1001", &["T-1"]), new("t-1", "r", refund)]).await;
    assert!(keys(&desk, mine).await.is_empty());
    let asked = BTreeMap::from([("1001".to_owned(), BTreeSet::from(["t-1".to_owned()]))]);
    let cases = desk.db.cases_of_orders(other, &asked).await.unwrap();
    assert!(cases["1001"].is_empty());
    assert!(!desk.db.knows_order(desk.client, "1001").await.unwrap());
}

async fn case_refs(desk: &Desk) -> Vec<String> {
    let rows: Vec<(String,)> =
        docket_store::on_db!(&desk.db, c => sqlx::query_as("SELECT ref FROM case_refs ORDER BY ref")
        .fetch_all(c).await)
        .unwrap();
    rows.into_iter().map(|(r,)| r).collect()
}

/// References of a client's cases are kept from its first fact on, those of earlier cases in the same form as those of later
/// ones; other clients' cases write none.
async fn a_first_fact_leads_to_the_cases_that_are_there(test: TestDb) {
    let desk = Desk::new(test).await;
    let (other, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(other, "Other").await;
    desk.add_connection(connection, other).await;
    let refs = [" #1001 ", "INV-Ä7", "#", "# t-9"];
    let early = open(&desk, "PP-1", &refs).await;
    assert_eq!(case_refs(&desk).await, [""; 0]);
    tell(&desk, other, &[order("1001", &[])]).await;
    assert_eq!(case_refs(&desk).await, [""; 0]);
    tell(&desk, desk.client, &[order("1001", &[])]).await;
    let filled = case_refs(&desk).await;
    assert_eq!(filled, ["1001", "inv-Ä7", "t-9"]);
    assert_eq!(keys(&desk, early).await, ["1001"]);
    open(&desk, "PP-2", &refs).await;
    let both: Vec<String> = filled.iter().flat_map(|r| [r.clone(), r.clone()]).collect();
    assert_eq!(case_refs(&desk).await, both);
}

/// A first import and a sync that run at the same time miss nothing, whichever is first.
async fn a_first_fact_and_a_case_at_the_same_time_find_each_other(test: TestDb) {
    let mut desk = Desk::new(test).await;
    for round in 0..20 {
        desk.client = ClientId::new(&desk.env);
        desk.connection = ConnectionId::new(&desk.env);
        desk.add_client(desk.client, &format!("Client {round}")).await;
        desk.add_connection(desk.connection, desk.client).await;
        let known = open(&desk, &format!("PP-A{round}"), &["T-0"]).await;
        let before = desk.load(known).await;
        let mut seen = snapshot(&format!("PP-A{round}"));
        seen.facts.order_refs = vec!["T-1".to_owned()];
        seen.facts.updated_at += chrono::Duration::hours(1);
        let moved = [desk.observe(&before, &seen, "later")];
        let facts = [order("1001", &["T-1"]), order("1002", &["T-2"])];
        let new = format!("PP-B{round}");
        let (_, new, ()) = tokio::join!(
            tell(&desk, desk.client, &facts),
            open(&desk, &new, &["T-2"]),
            async { desk.save(&moved).await.unwrap() }
        );
        for (case, key) in [(known, "1001"), (new, "1002")] {
            let asked = BTreeMap::from([(key.to_owned(), BTreeSet::new())]);
            let found = desk.db.cases_of_orders(desk.client, &asked).await.unwrap();
            assert_eq!(found[key], BTreeSet::from([case]), "round {round}");
        }
    }
}

async fn factors_of_a_dossier_are_replaced_and_cut_at_the_opening(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = open(&desk, "PP-1", &["T-1"]).await;
    let other = open(&desk, "PP-2", &["T-2"]).await;
    let factor = |value: &str, hours: i64| Factor {
        kind: FactorKind::DeliveryTiming,
        source: "docket:test".to_owned(),
        value: value.to_owned(),
        as_of: start() + chrono::Duration::hours(hours),
    };
    let keep = async |id: CaseId, factors: &[Factor], skus: &[&str]| {
        let mut unit = desk.unit().await;
        let skus = skus.iter().map(|s| (*s).to_owned()).collect();
        unit.keep_dossier_factors((id, desk.client), factors, &skus, desk.env.now())
            .await
            .unwrap();
        unit.commit().await.unwrap();
    };
    let told = async || {
        let rows = desk
            .db
            .factors(ClientScope::One(desk.client), case)
            .await
            .unwrap();
        rows.into_iter()
            .map(|row| (row.value, row.known))
            .collect::<Vec<_>>()
    };
    keep(case, &[factor("late", 5), factor("undelivered", 0)], &["LAMP"]).await;
    let pair = |value: &str, known: &str| (value.to_owned(), known.to_owned());
    let mut both = told().await;
    both.sort();
    assert_eq!(both, [pair("late", "later"), pair("undelivered", "opening")]);
    keep(case, &[factor("on_time", 0)], &["LAMP"]).await;
    assert_eq!(told().await, [pair("on_time", "opening")]);
    keep(case, &[], &[]).await;
    assert_eq!(told().await, []);
    // The other case says `not_received`: no complaint of the goods.
    keep(case, &[], &["LAMP"]).await;
    keep(other, &[], &["LAMP"]).await;
    let span = (
        start() - chrono::Duration::days(90),
        start() + chrono::Duration::days(1),
    );
    assert_eq!(desk.db.sku_complaints(desk.client, case, span).await.unwrap(), 0);
    desk.sql("UPDATE cases SET reason = 'not_as_described'")
        .await
        .unwrap();
    assert_eq!(desk.db.sku_complaints(desk.client, case, span).await.unwrap(), 1);
    let stranger = ClientId::new(&desk.env);
    assert_eq!(desk.db.sku_complaints(stranger, case, span).await.unwrap(), 0);
    // Up to the opening, and not with what was opened at the same instant or later.
    let before = (start() - chrono::Duration::days(90), start());
    assert_eq!(
        desk.db.sku_complaints(desk.client, case, before).await.unwrap(),
        0
    );
}

pub fn line(order: &str, item: &str, sku: &str, quantity: u64) -> NewFact {
    let fact = Fact::Line(Line {
        sku: Some(sku.to_owned()),
        title: None,
        description: None,
        quantity,
        amount: None,
    });
    new(order, item, fact)
}

async fn units_sold_follow_orders_and_their_corrections(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = open(&desk, "PP-1", &["T-1"]).await;
    let skus = BTreeSet::from(["LAMP".to_owned()]);
    let mut unit = desk.unit().await;
    unit.keep_dossier_factors((case, desk.client), &[], &skus, desk.env.now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let span = (
        start() - chrono::Duration::days(90),
        start() + chrono::Duration::days(1),
    );
    let sold = async |client| desk.db.units_sold(client, case, span).await.unwrap();
    // A line counts once somebody tells when its order was placed.
    tell(
        &desk,
        desk.client,
        &[line("1001", "a", "LAMP", 3), line("1001", "b", "SHADE", 9)],
    )
    .await;
    assert_eq!(sold(desk.client).await, 0);
    tell(&desk, desk.client, &[order("1001", &[])]).await;
    assert_eq!(sold(desk.client).await, 3);
    tell(
        &desk,
        desk.client,
        &[order("1002", &[]), line("1002", "a", "LAMP", 4)],
    )
    .await;
    assert_eq!(sold(desk.client).await, 7);
    // A correction replaces, and telling the same again adds nothing.
    for _ in 0..2 {
        tell(&desk, desk.client, &[line("1001", "a", "LAMP", 1)]).await;
        assert_eq!(sold(desk.client).await, 5);
    }
    let late = (start() + chrono::Duration::seconds(1), span.1);
    assert_eq!(desk.db.units_sold(desk.client, case, late).await.unwrap(), 0);
    let stranger = ClientId::new(&desk.env);
    assert_eq!(sold(stranger).await, 0);
}

on_both!(
    units_sold_follow_orders_and_their_corrections,
    factors_of_a_dossier_are_replaced_and_cut_at_the_opening,
    each_version_is_kept_once_and_the_newest_counts,
    orders_and_cases_find_each_other_in_both_orders_of_arrival,
    a_corrected_reference_leads_to_the_order_no_more,
    two_orders_that_fit_wait_until_a_person_says,
    facts_never_reach_another_clients_case,
    a_first_fact_leads_to_the_cases_that_are_there,
    a_first_fact_and_a_case_at_the_same_time_find_each_other,
);
