//! Listings: everything, once, in pages that can be resumed.

use std::collections::BTreeSet;

use docket_connector::{Listed, Listing};
use docket_core::words::Turn;

use crate::house::{House, MINE};
use crate::platforms::Side;

/// More than two pages of any platform.
const MANY: usize = 130;

fn named(items: &[Listed]) -> Vec<String> {
    let mut ids: Vec<String> = items.iter().map(|item| item.dispute.0.clone()).collect();
    ids.sort();
    ids
}

pub async fn the_first_listing_names_every_dispute_once(side: &'static Side) {
    let house = House::open(side).await;
    house.plant(MANY).await;
    let pages = house.pages(Listing::First, usize::MAX).await;
    let full = pages.iter().filter(|page| !page.items.is_empty()).count();
    assert!(full > 1, "{full} page");
    let items: Vec<Listed> = pages.iter().flat_map(|page| page.items.clone()).collect();
    assert_eq!(named(&items), house.ids(MINE).await);
    let last = pages.last().unwrap();
    assert!(last.checkpoint.is_some(), "the end of a listing can be stored");
    assert!(pages.iter().all(|page| page.alarm.is_none()));
}

pub async fn an_interrupted_listing_loses_nothing(side: &'static Side) {
    let house = House::open(side).await;
    house.plant(MANY).await;
    let all: BTreeSet<String> = house.ids(MINE).await.into_iter().collect();
    let length = house.pages(Listing::First, usize::MAX).await.len();
    for most in 1..=length {
        let mut seen = BTreeSet::new();
        let mut checkpoint = None;
        for page in house.pages(Listing::First, most).await {
            seen.extend(named(&page.items));
            if page.checkpoint.is_some() {
                checkpoint = page.checkpoint;
                // What came so far is stored with the checkpoint; what comes after it is lost with the process.
                continue;
            }
        }
        let what = checkpoint.map_or(Listing::First, Listing::Since);
        seen.extend(named(&house.list(what).await.0));
        assert_eq!(seen, all, "dropped after {most} of {length} pages");
    }
}

pub async fn open_disputes_are_listed_whatever_came_before(side: &'static Side) {
    let house = House::with(side, 90).await;
    house.plant(3).await;
    let open: Vec<String> = house
        .remote(MINE)
        .await
        .iter()
        .map(|body| house.inspect(body))
        .filter(|shown| shown.facts.turn != Turn::Nobody)
        .map(|shown| shown.dispute.0)
        .collect();
    let (items, _) = house.list(Listing::Open).await;
    let listed: BTreeSet<String> = named(&items).into_iter().collect();
    let missing: Vec<&String> = open.iter().filter(|id| !listed.contains(*id)).collect();
    assert!(
        missing.is_empty() && open.len() >= 3,
        "{missing:?} of {}",
        open.len()
    );
}
