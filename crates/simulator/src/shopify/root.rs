//! The roots of the graph: what can be asked, and the payments account.

use std::collections::BTreeMap;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::{Value, json};

use super::{
    access::coded,
    bulk,
    call::{Call, Resolved, argument},
    dispute::{DISPUTE, Dispute, EVIDENCE, Status, UPLOAD, gid, parse_gid},
    nodes::{DisputeNode, EvidenceNode, OrderNode},
    objects::{Bag, field},
    pages::{Pages, Row},
    search::Search,
    storefront, view, webhooks,
};
use crate::money::Money;

pub(crate) struct Root<'a>(pub &'a Call<'a>);

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &str {
        "QueryRoot"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let call = self.0;
        call.guard("QueryRoot", info)?;
        let owner = &call.app.accounts[call.account];
        let bag = |type_name: &str, value| ResolvedValue::object(Bag::owned(call, type_name, value));
        Ok(match info.field_name() {
            "disputes" => disputes(call, info)?,
            "dispute" => one(call, info, Some(DISPUTE))?,
            "disputeEvidence" => one(call, info, Some(EVIDENCE))?,
            "order" => one(call, info, Some("Order"))?,
            "node" => one(call, info, None)?,
            "nodes" => nodes(call, info)?,
            "orders" => orders(call, info)?,
            "shop" => bag("Shop", storefront::shop(call, owner)),
            "currentAppInstallation" => bag("AppInstallation", storefront::installation(call, owner)),
            "shopifyPaymentsAccount" => {
                let value = storefront::payments_account(call, owner);
                call.count();
                ResolvedValue::object(PaymentsAccount { call, value })
            }
            "publicApiVersions" => {
                let rows = storefront::versions()
                    .into_iter()
                    .map(|row| bag("ApiVersion", row));
                ResolvedValue::list(rows.collect::<Vec<_>>())
            }
            "webhookSubscriptions" => webhooks::list(call, info)?,
            "bulkOperation" => bulk::read(call, info),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

fn disputes<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let query = argument(info.arguments(), "query");
    let search = Search::disputes(query.as_str());
    if !search.warnings.is_empty() {
        let told = json!({"path": [info.field_name()], "query": query, "warnings": search.warnings});
        call.warnings.borrow_mut().push(told);
    }
    let window = call.window(info)?;
    let world = call.world.borrow();
    let rows = world
        .shopify
        .of(call.account)
        .filter(|dispute| search.fits(dispute));
    let page = window.cut(rows.map(|dispute| (dispute.id, Row::Dispute(dispute.clone()))));
    Ok(ResolvedValue::object(Pages::new(
        call,
        "ShopifyPaymentsDisputeConnection",
        page,
    )))
}

/// Orders here are those that have a dispute; the filter knows `chargeback_status` (reference 2).
fn orders<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let query = argument(info.arguments(), "query");
    let words = query.as_str().unwrap_or_default().split_whitespace();
    let wanted: Vec<Option<Status>> = words
        .filter_map(|word| word.strip_prefix("chargeback_status:"))
        .map(Status::parse)
        .collect();
    let fits = |dispute: &Dispute| wanted.iter().all(|status| *status == Some(dispute.status));
    let window = call.window(info)?;
    let world = call.world.borrow();
    let mut rows = BTreeMap::new();
    for dispute in world.shopify.of(call.account).filter(|dispute| fits(dispute)) {
        if let Some(order) = dispute
            .order
            .as_ref()
            .filter(|_| OrderNode::new(call, dispute.clone()).is_some())
        {
            rows.insert(order.id, dispute.clone());
        }
    }
    let page = window.cut(rows.into_iter().map(|(id, dispute)| (id, Row::Order(dispute))));
    Ok(ResolvedValue::object(Pages::new(call, "OrderConnection", page)))
}

fn one<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>, kind: Option<&str>) -> Resolved<'a> {
    let id = argument(info.arguments(), "id");
    by_id(call, id.as_str().unwrap_or_default(), kind)
}

fn nodes<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let ids = argument(info.arguments(), "ids");
    let ids = ids.as_array().map(Vec::as_slice).unwrap_or_default();
    if ids.len() > 250 {
        return Err(coded(
            "BAD_REQUEST",
            None,
            "nodes takes at most 250 ids: ask in several calls",
        ));
    }
    let rows = ids
        .iter()
        .map(|id| by_id(call, id.as_str().unwrap_or_default(), None));
    Ok(ResolvedValue::list(rows.collect::<Result<Vec<_>, _>>()?))
}

/// The object behind a global id; null where this shop has none, an error where the id is none.
fn by_id<'a>(call: &'a Call<'a>, id: &str, wanted: Option<&str>) -> Resolved<'a> {
    let Some((kind, number)) = parse_gid(id) else {
        return Err(coded("INVALID_ID", None, &format!("Invalid global id '{id}'")));
    };
    if wanted.is_some_and(|wanted| wanted != kind) {
        return Ok(ResolvedValue::null());
    }
    // `nodes` has the type of the interface, so the scope is asked for here.
    super::access::check(&call.shop, "QueryRoot", "node", kind)?;
    let world = call.world.borrow();
    let book = &world.shopify;
    Ok(match kind {
        DISPUTE => {
            let found = book.find(call.account, number).cloned();
            ResolvedValue::nullable_object(found.map(|dispute| DisputeNode::new(call, dispute)))
        }
        EVIDENCE => {
            let found = book.by_evidence(call.account, number).cloned();
            ResolvedValue::nullable_object(found.map(|dispute| EvidenceNode::new(call, dispute)))
        }
        "Order" => {
            let mut all = book.of(call.account);
            let found = all.find(|dispute| dispute.order.as_ref().is_some_and(|order| order.id == number));
            ResolvedValue::nullable_object(found.and_then(|dispute| OrderNode::new(call, dispute.clone())))
        }
        UPLOAD => {
            let mut all = book.of(call.account);
            let found = all.find_map(|dispute| dispute.evidence.upload(number).cloned());
            let value = found.map(|upload| view::upload(&upload, &call.place.base));
            ResolvedValue::nullable_object(value.map(|value| Bag::owned(call, UPLOAD, value)))
        }
        _ => ResolvedValue::null(),
    })
}

struct PaymentsAccount<'a> {
    call: &'a Call<'a>,
    value: Value,
}

impl ObjectValue for PaymentsAccount<'_> {
    fn type_name(&self) -> &str {
        "ShopifyPaymentsAccount"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.call.guard(self.type_name(), info)?;
        match info.field_name() {
            "disputes" => disputes(self.call, info),
            "balanceTransactions" => ledger(self.call, info),
            _ => field(self.call, &self.value, info),
        }
    }
}

/// The ledger in the order of booking, which is where the money truth stands (reference 5).
fn ledger<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> Result<ResolvedValue<'a>, FieldError> {
    let window = call.window(info)?;
    let world = call.world.borrow();
    let mut rows: Vec<(_, Value)> = Vec::new();
    for dispute in world.shopify.of(call.account) {
        for (place, row) in dispute.ledger.iter().enumerate() {
            let number = dispute.id + 5_000_000_000_000 + place as u64;
            let amount = dispute.amount.with_minor(row.amount);
            let charge = row.word == "CHARGE";
            let order = dispute.order.as_ref();
            let source = if charge {
                order.map_or(0, |order| order.id)
            } else {
                dispute.id
            };
            let value = json!({
                "id": gid("ShopifyPaymentsBalanceTransaction", number), "type": row.word, "test": false,
                "sourceType": if charge { "CHARGE" } else { "DISPUTE" }, "sourceId": source.to_string(),
                "transactionDate": view::time(row.at), "adjustmentReason": null,
                "amount": view::money(&amount), "fee": view::money(&dispute.amount.with_minor(row.fee)),
                "net": view::money(&Money::new(row.amount - row.fee, &dispute.amount.currency)),
                "associatedOrder": order.map(|order| json!({"id": gid("Order", order.id), "name": format!("#{}", order.number)})),
            });
            rows.push(((row.at, number), value));
        }
    }
    rows.sort_by_key(|(key, _)| *key);
    let keyed = rows.into_iter().enumerate();
    let page = window.cut(keyed.map(|(place, (_, value))| (place as u64 + 1, Row::Owned(value))));
    Ok(ResolvedValue::object(Pages::new(
        call,
        "ShopifyPaymentsBalanceTransactionConnection",
        page,
    )))
}
