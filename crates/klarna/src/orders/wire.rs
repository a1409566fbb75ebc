//! The part of an order that is read and kept (reference 12). `customer`, the billing address, names, e-mail and phone of
//! the shipping address, free texts of the shop (`merchant_data`, `description`) and locations are not named here, so they
//! are gone once it is read. Where the goods went is kept: a proof of delivery is compared with it.

use serde::{Deserialize, Serialize, Serializer};

use crate::wire::{Minor, Text, Time};

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Minor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.at().serialize(serializer)
    }
}

macro_rules! kept {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize, Serialize)]
        pub(super) struct $name {
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub(super) $field: Option<$type>),+
        }
    };
}

kept! {
    /// The order.
    Order {
        order_id: Text,
        klarna_reference: Text,
        merchant_reference1: Text,
        merchant_reference2: Text,
        status: Text,
        fraud_status: Text,
        created_at: Time,
        expires_at: Time,
        purchase_country: Text,
        purchase_currency: Text,
        locale: Text,
        order_amount: Minor,
        original_order_amount: Minor,
        captured_amount: Minor,
        refunded_amount: Minor,
        remaining_authorized_amount: Minor,
        initial_payment_method: Method,
        order_lines: Vec<Line>,
        captures: Vec<Capture>,
        shipping_info: Vec<Shipping>,
        selected_shipping_option: ShippingOption,
        refunds: Vec<Refund>,
        shipping_address: Address,
    }
}
kept! {
    /// Where it went; whose door it is does not matter here.
    Address {
        street_address: Text,
        street_address2: Text,
        postal_code: Text,
        city: Text,
        country: Text,
    }
}
kept! {
    /// How the customer pays.
    Method { r#type: Text, number_of_installments: Minor }
}
kept! {
    /// A line of the order.
    Line {
        r#type: Text,
        reference: Text,
        name: Text,
        quantity: Minor,
        unit_price: Minor,
        total_amount: Minor,
        total_discount_amount: Minor,
        product_url: Text,
        image_url: Text,
    }
}
kept! {
    /// What was charged, mostly when it was shipped.
    Capture {
        capture_id: Text,
        klarna_reference: Text,
        reference: Text,
        captured_amount: Minor,
        captured_at: Time,
        refunded_amount: Minor,
        order_lines: Vec<Line>,
        shipping_info: Vec<Shipping>,
    }
}
kept! {
    /// A parcel, there and back.
    Shipping {
        shipping_company: Text,
        shipping_method: Text,
        tracking_number: Text,
        tracking_uri: Text,
        return_shipping_company: Text,
        return_tracking_number: Text,
        return_tracking_uri: Text,
    }
}
kept! {
    /// What the customer chose at the checkout.
    ShippingOption { carrier: Text, method: Text, r#type: Text, price: Minor }
}
kept! {
    /// What went back.
    Refund { refund_id: Text, refunded_amount: Minor, refunded_at: Time, reference: Text }
}

/// What is kept of an order: the order, and whether both of its addresses are the same place.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Kept<O> {
    #[serde(flatten)]
    pub(super) order: O,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) addresses_match: Option<bool>,
}

/// The billing address, read to be compared and never kept.
#[derive(Deserialize)]
pub(super) struct Billed {
    billing_address: Option<BillingAddress>,
}

#[derive(Deserialize)]
struct BillingAddress {
    given_name: Option<Text>,
    family_name: Option<Text>,
    email: Option<Text>,
    #[serde(flatten)]
    place: Address,
}

impl Address {
    fn plain(&self) -> String {
        let fields = [
            &self.street_address,
            &self.street_address2,
            &self.postal_code,
            &self.city,
            &self.country,
        ];
        let text: String = fields.into_iter().flatten().map(|text| text.0.as_str()).collect();
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    }

    /// The country that it went to.
    pub(super) fn country(&self) -> Option<String> {
        let country = self.country.as_ref()?.filled()?;
        let letters = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters.then(|| country.to_ascii_uppercase())
    }

    /// Street and town as one line, as they stand on a carrier's document.
    pub(super) fn line(&self) -> Option<String> {
        let [street, more, code, city] = [
            &self.street_address,
            &self.street_address2,
            &self.postal_code,
            &self.city,
        ]
        .map(|text| text.as_ref().and_then(Text::filled));
        docket_connector::address_line([street, more], [code, city])
    }
}

impl Billed {
    /// Whether it is the place that the goods went to; none where one is not told.
    pub(super) fn is(&self, shipping: Option<&Address>) -> Option<bool> {
        let (billing, shipping) = (self.billing_address.as_ref()?.place.plain(), shipping?.plain());
        (!billing.is_empty() && !shipping.is_empty()).then(|| billing == shipping)
    }

    /// Name and mail address of whoever was billed, as far as they are told.
    pub(super) fn buyer(&self) -> Vec<String> {
        let Some(billed) = &self.billing_address else {
            return Vec::new();
        };
        let text = |text: &Option<Text>| text.as_ref().and_then(Text::filled).map(str::to_owned);
        let name: Vec<String> = [text(&billed.given_name), text(&billed.family_name)]
            .into_iter()
            .flatten()
            .collect();
        let name = Some(name.join(" ")).filter(|name| !name.is_empty());
        name.into_iter().chain(text(&billed.email)).collect()
    }
}
