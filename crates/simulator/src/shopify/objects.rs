//! What the executor walks through: the context of a call, plain data, and pages.

use std::{
    cell::{Cell, Ref, RefCell, RefMut},
    sync::Arc,
};

use apollo_compiler::{
    resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue},
    response::JsonMap,
    schema::ExtendedType,
};
use serde_json::{Value, json};

use super::{
    access,
    dispute::Dispute,
    nodes::{DisputeNode, OrderNode},
    paging::{Page, Window, cursor},
    schema::Version,
    shop::Shop,
    view::Place,
};
use crate::{app::App, dispute::Time, world::World};

/// The world for one call. A trait, because a cell around a mutable reference would tie every lifetime to one.
pub(crate) trait Held {
    fn borrow(&self) -> Ref<'_, World>;
    fn borrow_mut(&self) -> RefMut<'_, World>;
}

impl Held for RefCell<&mut World> {
    fn borrow(&self) -> Ref<'_, World> {
        Ref::map(Self::borrow(self), |world| &**world)
    }

    fn borrow_mut(&self) -> RefMut<'_, World> {
        RefMut::map(Self::borrow_mut(self), |world| &mut **world)
    }
}

/// One call: who asks, when, and what it has touched so far.
pub(crate) struct Call<'w> {
    pub app: &'w App,
    pub world: &'w (dyn Held + 'w),
    pub account: usize,
    pub place: Place,
    /// As it was when the call came in.
    pub shop: Shop,
    pub version: Version,
    pub now: Time,
    /// Objects that were really read, which is what the call costs in the end.
    pub objects: Cell<u32>,
    pub warnings: RefCell<Vec<Value>>,
    /// Lists without a size give everything (bulk operations).
    pub unbounded: Cell<bool>,
}

pub(crate) type Resolved<'a> = Result<ResolvedValue<'a>, FieldError>;

impl Call<'_> {
    /// Refuses what the app may not see.
    pub(crate) fn guard(&self, parent: &str, info: &ResolveInfo<'_>) -> Result<(), FieldError> {
        let type_name = info.field_definition().ty.inner_named_type();
        access::check(&self.shop, parent, info.field_name(), type_name)
    }

    pub(crate) fn count(&self) {
        self.objects.set(self.objects.get().saturating_add(1));
    }

    pub(crate) fn window(&self, info: &ResolveInfo<'_>) -> Result<Window, FieldError> {
        let mut window = Window::read(info.arguments())?;
        if self.unbounded.get() {
            window.unbounded();
        }
        Ok(window)
    }
}

/// An argument as plain JSON; null where it is absent.
pub(crate) fn argument(arguments: &JsonMap, name: &str) -> Value {
    let value = arguments.get(name).map(serde_json::to_value);
    value.and_then(Result::ok).unwrap_or_default()
}

/// A leaf value in the executor's form.
pub(crate) fn leaf<'a>(value: impl Into<Value>) -> ResolvedValue<'a> {
    match value.into() {
        Value::Array(items) => ResolvedValue::list(items.into_iter().map(leaf).collect::<Vec<_>>()),
        value => ResolvedValue::leaf(value),
    }
}

/// Owned by this object, or inside another one.
pub(crate) enum Data<'a> {
    Owned(Box<Value>),
    Part(&'a Value),
}

/// An object that is nothing but its fields.
pub(crate) struct Bag<'a> {
    call: &'a Call<'a>,
    type_name: String,
    data: Data<'a>,
}

impl<'a> Bag<'a> {
    pub(crate) fn owned(call: &'a Call<'a>, type_name: &str, value: Value) -> Self {
        call.count();
        Self {
            call,
            type_name: type_name.to_owned(),
            data: Data::Owned(Box::new(value)),
        }
    }

    fn part(call: &'a Call<'a>, type_name: &str, value: &'a Value) -> Self {
        call.count();
        // Interfaces and unions: the data says which object it is.
        let own = value.get("__typename").and_then(Value::as_str);
        Self {
            call,
            type_name: own.unwrap_or(type_name).to_owned(),
            data: Data::Part(value),
        }
    }
}

impl ObjectValue for Bag<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.call.guard(&self.type_name, info)?;
        let data = match &self.data {
            Data::Owned(value) => value.as_ref(),
            Data::Part(value) => value,
        };
        field(self.call, data, info)
    }
}

static NULL: Value = Value::Null;

/// A field of plain data: a leaf, an object, a list (cut by `first`) or a connection.
pub(crate) fn field<'a>(call: &'a Call<'a>, data: &'a Value, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
    let value = data.get(info.field_name()).unwrap_or(&NULL);
    let type_name = info.field_definition().ty.inner_named_type();
    let is_leaf = matches!(
        info.schema().types.get(type_name),
        Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_))
    );
    if is_leaf {
        return Ok(leaf(value.clone()));
    }
    if type_name.ends_with("Connection") {
        let rows = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let keyed = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (place as u64 + 1, Row::Part(row)));
        return Ok(ResolvedValue::object(Pages::new(
            call,
            type_name,
            call.window(info)?.cut(keyed),
        )));
    }
    Ok(match value {
        Value::Null => ResolvedValue::null(),
        Value::Array(rows) => {
            let first = info.arguments().get("first").and_then(|value| value.as_u64());
            let most = first
                .and_then(|first| usize::try_from(first).ok())
                .unwrap_or(usize::MAX);
            let bags = rows.iter().take(most).map(|row| Bag::part(call, type_name, row));
            ResolvedValue::list(bags.map(ResolvedValue::object).collect::<Vec<_>>())
        }
        value => ResolvedValue::object(Bag::part(call, type_name, value)),
    })
}

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

const EDGES: [(&str, &str); 7] = [
    ("ShopifyPaymentsDispute", "ShopifyPaymentsDisputeEdge"),
    (
        "ShopifyPaymentsBalanceTransaction",
        "ShopifyPaymentsBalanceTransactionEdge",
    ),
    ("Order", "OrderEdge"),
    ("LineItem", "LineItemEdge"),
    ("FulfillmentEvent", "FulfillmentEventEdge"),
    ("Event", "EventEdge"),
    ("WebhookSubscription", "WebhookSubscriptionEdge"),
];
