//! Connections and their edges.

use std::sync::Arc;

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::{Value, json};

use super::{
    call::{Call, Resolved, leaf},
    dispute::Dispute,
    nodes::{DisputeNode, OrderNode},
    objects::Bag,
    paging::{Page, cursor},
};

/// A row of a connection.
pub(crate) enum Row<'a> {
    Dispute(Arc<Dispute>),
    Order(Arc<Dispute>),
    Owned(Value),
    Part(&'a Value),
}

/// A connection that was already cut to one page.
pub(crate) struct Pages<'a> {
    call: &'a Call<'a>,
    type_name: String,
    page: Page<Row<'a>>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(call: &'a Call<'a>, type_name: &str, page: Page<Row<'a>>) -> Self {
        Self {
            call,
            type_name: type_name.to_owned(),
            page,
        }
    }

    fn row_type(&self) -> &str {
        self.type_name.trim_end_matches("Connection")
    }

    fn node(&self, row: &'a Row<'a>) -> ResolvedValue<'a> {
        node(self.call, self.row_type(), row)
    }

    fn info(&self) -> Value {
        let ends = |row: Option<&(u64, Row<'_>)>| row.map(|(key, _)| cursor(*key));
        json!({
            "hasNextPage": self.page.has_next, "hasPreviousPage": self.page.has_previous,
            "startCursor": ends(self.page.rows.first()), "endCursor": ends(self.page.rows.last()),
        })
    }
}

fn node<'a>(call: &'a Call<'a>, row_type: &str, row: &'a Row<'a>) -> ResolvedValue<'a> {
    match row {
        Row::Dispute(dispute) => ResolvedValue::object(DisputeNode::new(call, dispute.clone())),
        Row::Order(dispute) => ResolvedValue::nullable_object(OrderNode::new(call, dispute.clone())),
        Row::Owned(value) => ResolvedValue::object(Bag::part(call, row_type, value)),
        Row::Part(value) => ResolvedValue::object(Bag::part(call, row_type, value)),
    }
}

impl ObjectValue for Pages<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let rows = self.page.rows.iter();
        Ok(match info.field_name() {
            "pageInfo" => ResolvedValue::object(Bag::owned(self.call, "PageInfo", self.info())),
            "nodes" => ResolvedValue::list(rows.map(|(_, row)| self.node(row)).collect::<Vec<_>>()),
            "edges" => {
                let edges = rows.map(|(key, row)| {
                    ResolvedValue::object(Edge {
                        pages: self,
                        key: *key,
                        row,
                    })
                });
                ResolvedValue::list(edges.collect::<Vec<_>>())
            }
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

struct Edge<'a> {
    pages: &'a Pages<'a>,
    key: u64,
    row: &'a Row<'a>,
}

impl ObjectValue for Edge<'_> {
    fn type_name(&self) -> &str {
        // All edges are named after their connection.
        EDGES
            .iter()
            .find(|(row, _)| *row == self.pages.row_type())
            .map_or("", |(_, edge)| edge)
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        Ok(match info.field_name() {
            "cursor" => leaf(cursor(self.key)),
            "node" => node(self.pages.call, self.pages.row_type(), self.row),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

const EDGES: [(&str, &str); 9] = [
    ("ShopifyPaymentsDispute", "ShopifyPaymentsDisputeEdge"),
    (
        "ShopifyPaymentsBalanceTransaction",
        "ShopifyPaymentsBalanceTransactionEdge",
    ),
    ("Order", "OrderEdge"),
    ("LineItem", "LineItemEdge"),
    ("Return", "ReturnEdge"),
    ("ReturnLineItemType", "ReturnLineItemTypeEdge"),
    ("FulfillmentEvent", "FulfillmentEventEdge"),
    ("Event", "EventEdge"),
    ("WebhookSubscription", "WebhookSubscriptionEdge"),
];
