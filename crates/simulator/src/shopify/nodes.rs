//! Dispute, evidence and order as objects of the graph.

use std::sync::Arc;

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use chrono::Duration;
use serde_json::{Value, json};

use super::{
    call::{Call, Resolved, leaf},
    dispute::{DISPUTE, Dispute, EVIDENCE, Order, SLOTS, UPLOAD, gid},
    objects::{Bag, field},
    view,
};

pub(crate) struct DisputeNode<'a> {
    call: &'a Call<'a>,
    dispute: Arc<Dispute>,
}

impl<'a> DisputeNode<'a> {
    pub(crate) fn new(call: &'a Call<'a>, dispute: Arc<Dispute>) -> Self {
        call.count();
        Self { call, dispute }
    }
}

impl ObjectValue for DisputeNode<'_> {
    fn type_name(&self) -> &str {
        DISPUTE
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (call, dispute) = (self.call, &self.dispute);
        call.guard(DISPUTE, info)?;
        let time = |at: Option<_>| leaf(at.map(|at| view::dispute_time(call, at)));
        Ok(match info.field_name() {
            "id" => leaf(gid(DISPUTE, dispute.id)),
            "legacyResourceId" => leaf(dispute.id.to_string()),
            "type" => leaf(dispute.kind.word()),
            "status" => leaf(dispute.status.word()),
            "initiatedAt" => leaf(view::time(dispute.initiated)),
            "evidenceDueBy" => time(dispute.due),
            "evidenceSentOn" => time(dispute.sent),
            "finalizedOn" => time(dispute.finalized),
            "amount" => ResolvedValue::object(Bag::owned(call, "MoneyV2", view::money(&dispute.amount))),
            "reasonDetails" => {
                let details = json!({"reason": dispute.reason, "networkReasonCode": dispute.network_code});
                ResolvedValue::object(Bag::owned(call, "ShopifyPaymentsDisputeReasonDetails", details))
            }
            "disputeEvidence" => ResolvedValue::object(EvidenceNode::new(call, dispute.clone())),
            "order" => ResolvedValue::nullable_object(OrderNode::new(call, dispute.clone())),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

pub(crate) struct EvidenceNode<'a> {
    call: &'a Call<'a>,
    dispute: Arc<Dispute>,
}

impl<'a> EvidenceNode<'a> {
    pub(crate) fn new(call: &'a Call<'a>, dispute: Arc<Dispute>) -> Self {
        call.count();
        Self { call, dispute }
    }

    fn bag(&self, type_name: &str, value: Option<Value>) -> ResolvedValue<'_> {
        ResolvedValue::nullable_object(value.map(|value| Bag::owned(self.call, type_name, value)))
    }

    fn bags(&self, type_name: &str, values: Vec<Value>) -> ResolvedValue<'_> {
        let bags = values
            .into_iter()
            .map(|value| ResolvedValue::object(Bag::owned(self.call, type_name, value)));
        ResolvedValue::list(bags.collect::<Vec<_>>())
    }
}

impl ObjectValue for EvidenceNode<'_> {
    fn type_name(&self) -> &str {
        EVIDENCE
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.call.guard(EVIDENCE, info)?;
        let (dispute, evidence) = (&self.dispute, &self.dispute.evidence);
        let base = &self.call.place.base;
        let name = info.field_name();
        if SLOTS.iter().any(|(slot, _)| *slot == name) {
            let upload = evidence.slots.get(name).and_then(|id| evidence.upload(*id));
            return Ok(self.bag(UPLOAD, upload.map(|upload| view::upload(upload, base))));
        }
        Ok(match name {
            "id" => leaf(gid(EVIDENCE, dispute.evidence_id)),
            "submitted" => leaf(evidence.submitted),
            "dispute" => ResolvedValue::object(DisputeNode::new(self.call, dispute.clone())),
            "billingAddress" | "shippingAddress" => self.bag("MailingAddress", view::address(dispute, name)),
            "disputeFileUploads" => {
                let uploads = evidence.uploads.iter();
                self.bags(UPLOAD, uploads.map(|upload| view::upload(upload, base)).collect())
            }
            "fulfillments" => self.bags("ShopifyPaymentsDisputeFulfillment", view::shipments(dispute)),
            _ => leaf(view::text(dispute, name)),
        })
    }
}

pub(crate) struct OrderNode<'a> {
    call: &'a Call<'a>,
    dispute: Arc<Dispute>,
    order: Order,
}

impl<'a> OrderNode<'a> {
    /// `None` where the dispute has no order, or one that is older than the app may see (reference 9).
    pub(crate) fn new(call: &'a Call<'a>, dispute: Arc<Dispute>) -> Option<Self> {
        let order = dispute.order.clone()?;
        if !call.shop.may("read_all_orders") && order.placed < call.now - Duration::days(60) {
            return None;
        }
        call.count();
        Some(Self { call, dispute, order })
    }
}

impl ObjectValue for OrderNode<'_> {
    fn type_name(&self) -> &str {
        "Order"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.call.guard("Order", info)?;
        Ok(match info.field_name() {
            "id" => leaf(gid("Order", self.order.id)),
            "legacyResourceId" => leaf(self.order.id.to_string()),
            "name" => leaf(format!("#{}", self.order.number)),
            "disputes" => {
                let summary = json!({
                    "id": gid("OrderDisputeSummary", self.dispute.id),
                    "initiatedAs": self.dispute.kind.word(), "status": self.dispute.status.word(),
                });
                let bag = Bag::owned(self.call, "OrderDisputeSummary", summary);
                ResolvedValue::list([ResolvedValue::object(bag)])
            }
            _ => return field(self.call, &self.order.facts, info),
        })
    }
}
