//! Nothing is lost, whatever the order of the list, and whatever is created while it is read.

use docket_connector::Cursor;
use serde_json::json;

use super::{Pass, Place};

#[derive(Debug, Clone, Copy)]
enum Order {
    Newest,
    Oldest,
    /// By something that has nothing to do with the number.
    Amount,
}

/// A shop whose list is in some order. The cursor is the sort key of the last row, as Shopify's are.
struct Shop {
    order: Order,
    ids: Vec<u64>,
}

impl Shop {
    fn key(&self, id: u64) -> u64 {
        match self.order {
            Order::Newest => u64::MAX - id,
            Order::Oldest => id,
            Order::Amount => (id.wrapping_mul(2_654_435_761) % 1_000) * 1_000_000 + id,
        }
    }

    fn page(&self, since: u64, after: Option<&str>, rows: usize) -> (Vec<u64>, Option<String>) {
        let after = after.map(|text| text.parse::<u64>().unwrap());
        let mut left: Vec<u64> = self.ids.iter().copied().filter(|id| *id >= since).collect();
        left.sort_by_key(|id| self.key(*id));
        left.retain(|id| after.is_none_or(|after| self.key(*id) > after));
        let more = left.len() > rows;
        left.truncate(rows);
        let next = left.last().filter(|_| more).map(|id| self.key(*id).to_string());
        (left, next)
    }
}

/// Walks to the end; before each page, `arrive` new ones come in. Stores and reads each checkpoint back on the way, as a
/// process that is killed after every page would.
fn walk(shop: &mut Shop, cursor: Option<Cursor>, mut arrivals: usize) -> (Vec<u64>, Cursor, usize) {
    let mut place = cursor
        .map(|cursor| Place::read(&cursor).unwrap())
        .unwrap_or_default();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let since = place.id.as_deref().map_or(0, |id| id.parse().unwrap());
        let after = place.pass.as_ref().map(|pass| pass.after.clone());
        let (rows, next) = shop.page(since, after.as_deref(), 5);
        seen.extend(&rows);
        pages += 1;
        let cursor = place.after(&rows, next).cursor().unwrap();
        place = Place::read(&cursor).unwrap();
        if arrivals > 0 {
            arrivals -= 1;
            let highest = shop.ids.iter().max().copied().unwrap_or(100);
            shop.ids.push(highest + 3);
        }
        if place.pass.is_none() {
            return (seen, cursor, pages);
        }
    }
}

#[test]
fn a_first_pass_and_the_next_listing_deliver_everything() {
    for order in [Order::Newest, Order::Oldest, Order::Amount] {
        for size in [0u64, 1, 4, 5, 6, 23, 60] {
            for arrivals in [0, 1, 7] {
                let ids = (0..size).map(|n| 9_007_199_254_740_993 + n * 3).collect();
                let mut shop = Shop { order, ids };
                let (mut seen, cursor, _) = walk(&mut shop, None, arrivals);
                let (more, cursor, _) = walk(&mut shop, Some(cursor), 2);
                seen.extend(more);
                let (more, _, _) = walk(&mut shop, Some(cursor), 0);
                seen.extend(more);
                let lost: Vec<&u64> = shop.ids.iter().filter(|id| !seen.contains(id)).collect();
                assert!(
                    lost.is_empty(),
                    "{order:?}, {size} rows, {arrivals} arrivals: lost {lost:?}"
                );
            }
        }
    }
}

#[test]
fn a_quiet_shop_costs_one_page_however_many_disputes_it_has() {
    for order in [Order::Newest, Order::Oldest] {
        let ids = (1..=200).collect();
        let mut shop = Shop { order, ids };
        let (_, cursor, _) = walk(&mut shop, None, 0);
        let (seen, _, pages) = walk(&mut shop, Some(cursor), 0);
        assert_eq!((seen, pages), (vec![200], 1), "{order:?}");
    }
}

#[test]
fn the_checkpoint_has_one_form_and_others_are_refused() {
    let place = Place::default().after(&[7, 9_007_199_254_740_993], None);
    assert_eq!(place.cursor().unwrap().0, json!({"id": "9007199254740993"}));
    let under_way = Place::default().after(&[9, 7], Some("next".to_owned()));
    let pass = Pass {
        after: "next".to_owned(),
        floor: "9".to_owned(),
        rising: false,
    };
    assert_eq!(under_way.pass, Some(pass));
    for broken in [
        json!({"id": "x"}),
        json!({"id": 7}),
        json!([]),
        json!({"pass": {"after": "a"}}),
    ] {
        let error = Place::read(&Cursor(broken)).unwrap_err().to_string();
        assert!(error.contains("--full"), "{error}");
    }
}
