//! The order as far as it is kept (reference 2, "Delivery and identity evidence on the order").

use serde::{Deserialize, Serialize};

use crate::wire::Digits;

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),+ $(,)? })+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub(super) struct $name { $(pub $field: Option<$type>),+ })+
    };
}
shapes! {
    Order {
        id: String,
        legacy_resource_id: Digits,
        name: String,
        test: bool,
        created_at: String,
        processed_at: String,
        cancelled_at: String,
        cancel_reason: String,
        display_financial_status: String,
        display_fulfillment_status: String,
        return_status: String,
        billing_address_matches_shipping_address: bool,
        payment_gateway_names: Vec<String>,
        total_price_set: MoneyBag,
        total_refunded_set: MoneyBag,
        total_shipping_price_set: MoneyBag,
        shipping_line: ShippingLine,
        shipping_address: Address,
        line_items: Lines,
        risk: Risk,
        shopify_protect: Protect,
        transactions: Vec<Transaction>,
        refunds: Vec<Refund>,
        returns: Nodes<Return>,
        fulfillments: Vec<Fulfillment>,
    }
    MoneyBag { shop_money: Money }
    Money { amount: String, currency_code: String }
    ShippingLine { title: String, code: String }
    /// Where it went; whose door it is does not matter here.
    Address { address1: String, address2: String, zip: String, city: String, country_code_v2: String }
    Lines { nodes: Vec<LineItem>, page_info: PageInfo }
    /// Kept without its cursor, which says nothing of the order.
    PageInfo { has_next_page: bool, end_cursor: String }
    LineItem {
        title: String,
        sku: String,
        quantity: u64,
        requires_shipping: bool,
        is_gift_card: bool,
        discounted_total_set: MoneyBag,
    }
    Risk { recommendation: String, assessments: Vec<Assessment> }
    Assessment { risk_level: String }
    Protect { status: String, eligibility: Eligibility }
    Eligibility { status: String }
    Transaction {
        kind: String,
        status: String,
        gateway: String,
        processed_at: String,
        amount_set: MoneyBag,
        payment_details: Card,
    }
    /// Check results and brand; never a number.
    Card { company: String, avs_result_code: String, cvv_result_code: String, wallet: String }
    Refund { id: String, created_at: String, processed_at: String, total_refunded_set: MoneyBag }
    Return {
        id: String,
        name: String,
        status: String,
        created_at: String,
        closed_at: String,
        return_line_items: Nodes<ReturnLine>,
    }
    /// The buyer's own note is left out.
    ReturnLine {
        quantity: u64,
        processed_quantity: u64,
        return_reason: String,
        fulfillment_line_item: FulfilledLine,
    }
    FulfilledLine { line_item: ReturnedItem }
    ReturnedItem { sku: String, title: String }
    Fulfillment {
        id: String,
        status: String,
        display_status: String,
        requires_shipping: bool,
        created_at: String,
        in_transit_at: String,
        estimated_delivery_at: String,
        delivered_at: String,
        tracking_info: Vec<Tracking>,
        events: Nodes<Event>,
    }
    Tracking { company: String, number: String, url: String }
    /// Where a parcel was is left out: it may be the buyer's door.
    Event { status: String, happened_at: String, estimated_delivery_at: String }
    Policy { r#type: String, title: String, body: String, created_at: String, updated_at: String, url: String }
}

impl Order {
    /// Whether Shopify holds a return. That it holds none does not mean that there was none (reference 2).
    pub(super) fn has_return(&self) -> bool {
        self.return_status
            .as_deref()
            .is_some_and(|word| word != "NO_RETURN")
    }

    /// Its lines, as far as they were read.
    pub(super) fn items(&self) -> impl Iterator<Item = &LineItem> {
        self.line_items
            .iter()
            .flat_map(|lines| lines.nodes.iter().flatten())
    }
}

impl Lines {
    /// Where the next page begins; none where this is all.
    pub(super) fn next(&self) -> Option<&str> {
        let info = self
            .page_info
            .as_ref()
            .filter(|info| info.has_next_page == Some(true))?;
        info.end_cursor.as_deref()
    }

    /// Whether there are more of them than were read.
    pub(super) fn cut(&self) -> bool {
        self.page_info.as_ref().and_then(|info| info.has_next_page) == Some(true)
    }
}

/// The nodes of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Nodes<T> {
    pub nodes: Vec<T>,
}
