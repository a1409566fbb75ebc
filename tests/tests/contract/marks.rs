//! Marks: what did not change costs nothing, what changed is seen.

use docket_connector::{Listed, Listing};
use docket_core::id::DisputeRef;

use crate::house::House;
use crate::platforms::Side;

/// What the next sync would see of these disputes: rows of the listing, and glances where there are such.
async fn seen(house: &House, what: Listing, disputes: &[DisputeRef]) -> Vec<Listed> {
    let (mut items, _) = house.list(what).await;
    if let Some(most) = house.connector.glances() {
        for some in disputes.chunks(most) {
            items.extend(house.connector.glance(some).await.unwrap());
        }
    }
    items
}

pub async fn what_did_not_change_costs_no_reading(side: &'static Side) {
    let house = House::open(side).await;
    let planted = house.plant(5).await;
    let (_, cursor) = house.list(Listing::First).await;
    let before = house.count("show").await;
    let items = seen(&house, Listing::Since(cursor.unwrap()), &planted).await;
    // Glances are counted apart from lists by no platform; they are one call for all.
    let calls = house.count("show").await - before;
    let glances = u64::from(house.connector.glances().is_some());
    assert_eq!(calls, glances, "nothing was read");
    for dispute in &planted {
        assert!(
            items.iter().any(|item| item.dispute == *dispute),
            "{dispute} was left out"
        );
    }
    for item in &items {
        let read = house.read(&item.dispute).await;
        assert_eq!(read.mark, item.mark, "{}", item.dispute);
        assert_eq!(read.mark, house.read(&item.dispute).await.mark);
        if let Some(observed) = &item.observed {
            assert_eq!(
                observed.snapshot.inspection_json(),
                read.snapshot.inspection_json()
            );
        }
    }
}

pub async fn a_change_moves_the_mark(side: &'static Side) {
    let house = House::open(side).await;
    let planted = house.plant(2).await;
    let (_, cursor) = house.list(Listing::First).await;
    let (changed, kept) = (&planted[0], &planted[1]);
    let (before, same) = (house.read(changed).await, house.read(kept).await);
    house.decide(changed).await;
    let items = seen(&house, Listing::Since(cursor.unwrap()), &planted).await;
    let row = |dispute: &DisputeRef| items.iter().rfind(|item| item.dispute == *dispute).unwrap();
    assert_ne!(row(changed).mark, before.mark, "the listing shows the change");
    assert_eq!(row(changed).mark, house.read(changed).await.mark);
    assert_eq!(row(kept).mark, same.mark, "what did not change keeps its mark");
    let after = house.read(changed).await.snapshot;
    assert!(after.outcome.is_some() && before.snapshot.outcome.is_none());
}

trait InspectionJson {
    fn inspection_json(&self) -> serde_json::Value;
}

impl InspectionJson for docket_core::snapshot::Snapshot {
    fn inspection_json(&self) -> serde_json::Value {
        serde_json::to_value(self.inspection()).unwrap()
    }
}
