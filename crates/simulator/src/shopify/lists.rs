//! The lists of the graph: disputes, orders and the ledger.

use std::collections::BTreeMap;

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};
use serde_json::{Value, json};

use super::{
    call::{Call, Resolved, argument},
    dispute::{Dispute, LedgerRow, Order, gid},
    nodes::OrderNode,
    pages::{Pages, Row},
    search::{self, Search, Term},
    view,
};
use crate::money::Money;

const ORDERS: [&str; 4] = ["id", "chargeback_status", "created_at", "processed_at"];
const LEDGER: [&str; 4] = ["id", "processed_at", "transaction_type", "currency"];

/// Reads the filter, and tells which of its fields the list does not know.
fn filter(call: &Call<'_>, info: &ResolveInfo<'_>, known: &[&'static str]) -> Search {
    let query = argument(info.arguments(), "query");
    let search = Search::parse(query.as_str(), known);
    if !search.warnings.is_empty() {
        let told = json!({"path": [info.field_name()], "query": query, "warnings": search.warnings});
        call.warnings.borrow_mut().push(told);
    }
    search
}

/// By growing id; real lists have no sort key, and their order is not documented (open question 2).
pub(crate) fn disputes<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let filter = filter(call, info, &search::DISPUTES);
    let window = call.window(info)?;
    let world = call.world.borrow();
    let rows = world
        .shopify
        .between(call.account, window.bounds())
        .filter(|dispute| filter.fits(|term| search::dispute(term, dispute)));
    let page = window.cut(rows.map(|dispute| (dispute.id, Row::Dispute(dispute.clone()))));
    Ok(ResolvedValue::object(Pages::new(
        call,
        "ShopifyPaymentsDisputeConnection",
        page,
    )))
}

/// Orders here are those that have a dispute. Every sort key but the id is taken as the time of the order.
pub(crate) fn orders<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let filter = filter(call, info, &ORDERS);
    let by_id = argument(info.arguments(), "sortKey") == "ID";
    let window = call.window(info)?;
    let world = call.world.borrow();
    let mut rows = BTreeMap::new();
    for dispute in world.shopify.of(call.account) {
        let seen = OrderNode::new(call, dispute.clone()).is_some();
        let Some(order) = dispute.order.as_ref().filter(|_| seen) else {
            continue;
        };
        if filter.fits(|term| order_fits(term, order, dispute)) {
            let time = u64::try_from(order.placed.timestamp()).unwrap_or_default();
            let key = if by_id {
                order.id
            } else {
                time * 1_000_000 + order.id % 1_000_000
            };
            rows.insert(key, dispute.clone());
        }
    }
    let page = window.cut(rows.into_iter().map(|(key, dispute)| (key, Row::Order(dispute))));
    Ok(ResolvedValue::object(Pages::new(call, "OrderConnection", page)))
}

fn order_fits(term: &Term, order: &Order, dispute: &Dispute) -> bool {
    match term.field {
        "id" => term.number(order.id),
        "chargeback_status" => term.status(dispute.status),
        _ => term.time(order.placed),
    }
}

/// The ledger in the order of booking, which is where the money truth stands (reference 5).
pub(crate) fn ledger<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let filter = filter(call, info, &LEDGER);
    let window = call.window(info)?;
    let world = call.world.borrow();
    let mut rows = Vec::new();
    for dispute in world.shopify.of(call.account) {
        for (row, number) in dispute.ledger.iter().zip(dispute.id + 5_000_000_000_000..) {
            rows.push((row.at, number, row, dispute));
        }
    }
    rows.sort_by_key(|(at, number, ..)| (*at, *number));
    let keyed = rows
        .into_iter()
        .enumerate()
        .filter(|(_, (_, number, row, dispute))| {
            filter.fits(|term| match term.field {
                "id" => term.number(*number),
                "processed_at" => term.time(row.at),
                "transaction_type" => term.word(&row.word),
                _ => term.word(&dispute.amount.currency),
            })
        });
    let page = window.cut(keyed.map(|(place, (_, number, row, dispute))| {
        (place as u64 + 1, Row::Owned(ledger_row(number, row, dispute)))
    }));
    Ok(ResolvedValue::object(Pages::new(
        call,
        "ShopifyPaymentsBalanceTransactionConnection",
        page,
    )))
}

fn ledger_row(number: u64, row: &LedgerRow, dispute: &Dispute) -> Value {
    let charge = row.word == "CHARGE";
    let order = dispute.order.as_ref();
    let source = if charge {
        order.map_or(0, |order| order.id)
    } else {
        dispute.id
    };
    let money = |minor| view::money(&Money::new(minor, &dispute.amount.currency));
    json!({
        "id": gid("ShopifyPaymentsBalanceTransaction", number), "type": row.word, "test": false,
        "sourceType": if charge { "CHARGE" } else { "DISPUTE" }, "sourceId": source.to_string(),
        "transactionDate": view::time(row.at), "adjustmentReason": null,
        "amount": money(row.amount), "fee": money(row.fee), "net": money(row.amount - row.fee),
        "associatedOrder": order.map(|order| json!({"id": gid("Order", order.id), "name": format!("#{}", order.number)})),
    })
}
