//! The roots of the graph: what can be asked, and the payments account.

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::Value;

use super::{
    access::coded,
    bulk,
    call::{Call, Resolved, argument},
    dispute::{DISPUTE, EVIDENCE, UPLOAD, parse_gid},
    lists,
    nodes::{DisputeNode, EvidenceNode, OrderNode},
    objects::{Bag, field},
    storefront, view, webhooks,
};

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
            "disputes" => lists::disputes(call, info)?,
            "dispute" => one(call, info, Some(DISPUTE))?,
            "disputeEvidence" => one(call, info, Some(EVIDENCE))?,
            "order" => one(call, info, Some("Order"))?,
            "node" => one(call, info, None)?,
            "nodes" => nodes(call, info)?,
            "orders" => lists::orders(call, info)?,
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
            "disputes" => lists::disputes(self.call, info),
            "balanceTransactions" => lists::ledger(self.call, info),
            _ => field(self.call, &self.value, info),
        }
    }
}
