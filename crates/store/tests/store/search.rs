//! What is known of a case leads to it, before and after its references were filled in.

use docket_core::id::CaseId;
use docket_store::testing::TestDb;
use docket_store::{ClientScope, FoundBy, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

async fn by(desk: &Desk, typed: &str) -> Vec<(CaseId, FoundBy)> {
    desk.db.cases_found(AGENCY, typed).await.unwrap()
}

async fn a_reference_leads_to_its_case_from_the_first_moment_on(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut seen = snapshot("PP-R-ABC-1");
    seen.facts.order_refs = vec!["#T-1".to_owned(), "INV 7".to_owned()];
    let stored = desk.open(&seen).await;
    desk.open(&snapshot("PP-R-ABC-2")).await;
    let own = (stored.case.id, FoundBy::Reference);
    for typed in ["t-1", " #T-1 "] {
        assert!(
            by(&desk, typed).await.contains(&own),
            "{typed}, not filled in yet"
        );
    }
    assert_eq!(
        by(&desk, "pp-r-abc-1").await,
        [(stored.case.id, FoundBy::Dispute)]
    );
    assert_eq!(by(&desk, "PP-R-ABC").await, [], "parts lead nowhere");
    assert!(!desk.db.fill_case_refs(desk.env.now()).await.unwrap(), "too new");

    desk.clock.advance(chrono::Duration::minutes(3));
    assert!(desk.db.fill_case_refs(desk.env.now()).await.unwrap());
    assert!(!desk.db.fill_case_refs(desk.env.now()).await.unwrap(), "all done");
    assert_eq!(desk.count("case_refs").await, 3);
    assert_eq!(by(&desk, "INV 7").await, [own]);

    seen.facts.order_refs = vec!["T-9".to_owned()];
    let change = desk.observe(&stored, &seen, "later");
    desk.save(&[change]).await.unwrap();
    assert_eq!(by(&desk, "T-9").await, [own], "what changes is written at once");
    assert_eq!(by(&desk, "INV 7").await, []);
}

async fn a_parcel_and_a_receipt_lead_to_their_case(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = desk.open(&snapshot("PP-1")).await;
    let owner = (stored.case.id, stored.case.client);
    let mut unit = desk.unit().await;
    unit.keep_parcels(owner, ["OLD-1"]).await.unwrap();
    unit.keep_parcels(owner, ["1Z999", "1z999", "00340"])
        .await
        .unwrap();
    unit.commit().await.unwrap();
    assert_eq!(by(&desk, "1Z999").await, [(stored.case.id, FoundBy::Parcel)]);
    assert_eq!(by(&desk, "OLD-1").await, [], "the dossier says otherwise now");
    let mut sent = desk.submission(&stored.case);
    sent.platform_reference = Some("RCPT-5".to_owned());
    desk.add_submission(&sent).await.unwrap();
    desk.sql("UPDATE submissions SET platform_reference = 'RCPT-5'")
        .await
        .unwrap();
    assert_eq!(by(&desk, "rcpt-5").await, [(stored.case.id, FoundBy::Receipt)]);
}

async fn a_buyer_leads_to_cases_and_orders_and_a_corrected_one_to_none(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = desk.open(&snapshot("PP-1")).await;
    let client = stored.case.client;
    let order = |buyer: &str| {
        let mut fact = crate::facts::order("1001", &[]);
        if let docket_core::dossier::Fact::Order(order) = &mut fact.fact {
            order.buyer = vec![buyer.to_owned()];
        }
        fact
    };
    let mut unit = desk.unit().await;
    unit.keep_buyers(&[(stored.case.id, client, "p1".to_owned())])
        .await
        .unwrap();
    unit.keep_buyers(&[(stored.case.id, client, "p1".to_owned())])
        .await
        .unwrap();
    let now = desk.env.now();
    unit.tell(client, &[order("p2")], "Mia", now).await.unwrap();
    unit.commit().await.unwrap();
    let bought = async |print: &str| desk.db.bought_by(AGENCY, &[print.to_owned()]).await.unwrap();
    assert_eq!(bought("p1").await, (vec![stored.case.id], Vec::new()));
    assert_eq!(
        bought("p2").await,
        (Vec::new(), vec![(client, "1001".to_owned())])
    );
    let mut unit = desk.unit().await;
    unit.tell(client, &[order("p3")], "Mia", now).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(bought("p2").await, (Vec::new(), Vec::new()));
    assert_eq!(bought("p3").await.1.len(), 1);
}

on_both!(
    a_buyer_leads_to_cases_and_orders_and_a_corrected_one_to_none,
    a_reference_leads_to_its_case_from_the_first_moment_on,
    a_parcel_and_a_receipt_lead_to_their_case,
);
