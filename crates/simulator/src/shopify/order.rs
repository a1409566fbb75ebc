//! The order behind a dispute: payment, parcel and risk, in the shape of the graph (reference 2).

use std::sync::Arc;

use chrono::Duration;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use super::{
    dispute::{Order, gid},
    parcel::{Parcel, fulfillments},
    view::{both, time},
};
use crate::{
    account::Account,
    dispute::Time,
    money::Money,
    trades::{BUYERS, Trade},
};

/// What happened before the dispute.
pub(crate) struct Facts {
    placed: Time,
    parcel: Parcel,
    protected: bool,
    refunded: bool,
    trade: &'static Trade,
    /// Place in what the merchant sells.
    product: usize,
}

impl Facts {
    pub(crate) fn draw(rng: &mut StdRng, trade: &'static Trade, initiated: Time) -> Self {
        let placed = initiated - Duration::minutes(rng.random_range(8 * 1_440..45 * 1_440));
        let parcel = match rng.random_range(0..100) {
            _ if trade.item_type != "PRODUCT" => Parcel::None,
            0..8 => Parcel::Untracked,
            8..14 => Parcel::OnTheWay,
            _ if rng.random_bool(trade.late) => Parcel::Late,
            _ => Parcel::Delivered,
        };
        Self {
            placed,
            parcel,
            protected: trade.country == "US" && rng.random_bool(0.3),
            refunded: rng.random_bool(0.05),
            trade,
            product: rng.random_range(0..trade.products.len()),
        }
    }

    /// Chance to win before the evidence: the merchant's own, moved by the parcel and the reason.
    pub(crate) fn strength(&self, trade: &Trade, reason: &str) -> f64 {
        let parcel = match self.parcel {
            Parcel::Delivered => 0.10,
            Parcel::None => 0.0,
            Parcel::Late => -0.15,
            Parcel::OnTheWay => -0.25,
            Parcel::Untracked => -0.30,
        };
        let reason = match reason {
            "PRODUCT_NOT_RECEIVED" => parcel * 1.2,
            "PRODUCT_UNACCEPTABLE" => parcel * 0.3 - 0.12,
            "FRAUDULENT" => parcel * 0.5 - 0.08,
            _ => parcel * 0.5,
        };
        (trade.win + reason).clamp(0.05, 0.95)
    }

    pub(crate) fn order(
        &self,
        rng: &mut StdRng,
        id: u64,
        amount: &Money,
        reason: &str,
        owner: &Account,
    ) -> Order {
        let buyer = BUYERS.choose(rng).copied().unwrap_or("Mira Holt");
        let (first, last) = buyer.split_once(' ').unwrap_or((buyer, ""));
        let matches = rng.random_bool(0.85);
        let house = rng.random_range(2..180);
        let address = |place: u64, street: &str| {
            json!({
                "id": format!("gid://shopify/MailingAddress/{}?model_name=Address", id + place),
                "firstName": first, "lastName": last, "name": buyer, "address1": format!("{street} {house}"),
                "address2": null, "company": null, "city": "Exampleville", "province": null, "provinceCode": null,
                "zip": format!("{:05}", 10_000 + house * 37), "country": self.trade.country,
                "countryCodeV2": self.trade.country, "phone": null,
            })
        };
        let shipping = address(1, if matches { "Harbour Street" } else { "Mill Lane" });
        let mut facts = self.head(amount);
        let more = json!({
            "billingAddress": address(2, "Harbour Street"), "shippingAddress": shipping,
            "billingAddressMatchesShippingAddress": matches,
            "clientIp": format!("198.51.100.{}", rng.random_range(1..250)),
            "email": format!("{}@buyer.example", first.to_lowercase()),
            "confirmationNumber": format!("C{id}"),
            "customer": {
                "id": gid("Customer", id + 40), "legacyResourceId": (id + 40).to_string(), "displayName": buyer,
                "firstName": first, "lastName": last, "numberOfOrders": rng.random_range(1..9).to_string(),
                "createdAt": time(self.placed - Duration::days(200)),
            },
            "transactions": self.transactions(rng, id, amount, reason),
            "fulfillments": fulfillments(self.parcel, self.placed, rng, id),
            "risk": risk(rng, matches),
            "refunds": self.refunds(id, amount),
            "lineItems": self.items(id, amount),
            "returnStatus": if self.sends_back(id, reason) { "IN_PROGRESS" } else { "NO_RETURN" },
            "returns": self.returns(id, amount, reason),
            "events": self.timeline(id, owner),
        });
        merge(&mut facts, more);
        Order {
            id,
            number: 1_000 + id % 100_000,
            placed: super::machine::whole(self.placed),
            facts: Arc::new(facts),
        }
    }

    fn head(&self, amount: &Money) -> Value {
        let refunded = amount.with_minor(if self.refunded { amount.minor / 4 } else { 0 });
        let ships = self.parcel != Parcel::None;
        let protect = json!({"status": "ACTIVE", "eligibility": {"status": "ELIGIBLE"}});
        json!({
            "createdAt": time(self.placed), "processedAt": time(self.placed), "updatedAt": time(self.placed + Duration::days(4)),
            "cancelledAt": null, "cancelReason": null, "closed": false, "closedAt": null, "confirmed": true, "test": false,
            "currencyCode": amount.currency, "presentmentCurrencyCode": amount.currency, "customerLocale": "en",
            "discountCodes": [], "tags": [], "note": null, "phone": null, "sourceName": "web",
            "displayFinancialStatus": if self.refunded { "PARTIALLY_REFUNDED" } else { "PAID" },
            "displayFulfillmentStatus": if ships { "FULFILLED" } else { "FULFILLMENT_NOT_REQUIRED" },
            "paymentGatewayNames": ["shopify_payments"], "fullyPaid": true, "unpaid": false,
            "refundable": true, "requiresShipping": ships,
            "totalPriceSet": both(amount), "currentTotalPriceSet": both(amount), "totalReceivedSet": both(amount),
            "totalRefundedSet": both(&refunded), "totalShippingPriceSet": both(&amount.with_minor(0)),
            "shippingLine": ships.then(|| json!({"title": "Standard", "code": "STANDARD", "carrierIdentifier": null, "custom": false, "id": null, "source": "shopify"})),
            "shopifyProtect": self.protected.then_some(protect),
        })
    }

    fn transactions(&self, rng: &mut StdRng, id: u64, amount: &Money, reason: &str) -> Value {
        let doubtful = reason == "FRAUDULENT" && rng.random_bool(0.4);
        let company = ["Visa", "Mastercard", "American Express"]
            .choose(rng)
            .copied()
            .unwrap_or("Visa");
        let wallet = ["APPLE_PAY", "GOOGLE_PAY", "SHOPIFY_PAY"]
            .choose(rng)
            .filter(|_| rng.random_bool(0.3));
        let details = json!({
            "__typename": "CardPaymentDetails", "company": company, "bin": "400000", "number": "•••• •••• •••• 4242",
            "avsResultCode": if doubtful { "N" } else { "Y" }, "cvvResultCode": "M", "expirationMonth": 8,
            "expirationYear": 2029, "name": null, "paymentMethodName": "card", "wallet": wallet,
        });
        json!([{
            "id": gid("OrderTransaction", id + 60), "kind": "SALE", "status": "SUCCESS", "gateway": "shopify_payments",
            "formattedGateway": "Shopify Payments", "paymentId": format!("P{id}.1"), "test": false,
            "createdAt": time(self.placed), "processedAt": time(self.placed), "amountSet": both(amount), "paymentDetails": details,
        }])
    }

    /// Mostly one line. Every sixteenth order has more of them than a first page of ten.
    fn items(&self, id: u64, amount: &Money) -> Value {
        let count = if id % 16 == 3 { 12 } else { 1 };
        let each = amount.minor / count;
        let line = |place: i64| {
            let rest = if place == 0 {
                amount.minor - each * count
            } else {
                0
            };
            self.item(id + place.unsigned_abs() * 1_000, &amount.with_minor(each + rest))
        };
        (0..count).map(line).collect()
    }

    fn item(&self, id: u64, price: &Money) -> Value {
        let (name, _) = self.trade.products[self.product];
        // The merchant's initials and the place in its list: stable, so that figures by product mean something.
        let initials: String = self
            .trade
            .merchant
            .chars()
            .filter(char::is_ascii_uppercase)
            .collect();
        json!({
            "__typename": "LineItem", "id": gid("LineItem", id + 50), "name": name, "title": name, "quantity": 1,
            "sku": format!("{initials}-{}", 100 + self.product), "requiresShipping": self.parcel != Parcel::None,
            "isGiftCard": false, "originalTotalSet": both(price), "discountedTotalSet": both(price),
        })
    }

    /// Every third parcel of which the buyer says that it is not what was sold, or not paid back, was announced as a return.
    fn sends_back(&self, id: u64, reason: &str) -> bool {
        matches!(reason, "PRODUCT_UNACCEPTABLE" | "CREDIT_NOT_PROCESSED")
            && matches!(self.parcel, Parcel::Delivered | Parcel::Late)
            && id % 3 == 1
    }

    fn returns(&self, id: u64, amount: &Money, reason: &str) -> Value {
        if !self.sends_back(id, reason) {
            return json!([]);
        }
        let why = match reason {
            "PRODUCT_UNACCEPTABLE" => "NOT_AS_DESCRIBED",
            _ => "UNWANTED",
        };
        let asked = self.placed + Duration::days(7);
        json!([{
            "__typename": "Return", "id": gid("Return", id + 80), "name": format!("#{}-R1", 1_000 + id % 100_000),
            "status": "OPEN", "createdAt": time(asked), "requestApprovedAt": time(asked), "closedAt": null, "totalQuantity": 1,
            "returnLineItems": [{
                "__typename": "ReturnLineItem", "id": gid("ReturnLineItem", id + 81), "quantity": 1, "processedQuantity": 0,
                "returnReason": why, "customerNote": null,
                "fulfillmentLineItem": {
                    "__typename": "FulfillmentLineItem", "id": gid("FulfillmentLineItem", id + 82), "quantity": 1,
                    "lineItem": self.item(id, amount),
                },
            }],
        }])
    }

    fn refunds(&self, id: u64, amount: &Money) -> Value {
        if !self.refunded {
            return json!([]);
        }
        let at = time(self.placed + Duration::days(6));
        json!([{
            "id": gid("Refund", id + 70), "legacyResourceId": (id + 70).to_string(), "createdAt": at, "processedAt": at,
            "updatedAt": at, "note": null, "totalRefundedSet": both(&amount.with_minor(amount.minor / 4)),
        }])
    }

    fn timeline(&self, id: u64, owner: &Account) -> Value {
        let row = |place: u64, action: &str, message: String, at: Time| {
            json!({
                "__typename": "BasicEvent", "id": gid("BasicEvent", id + place), "action": action, "message": message,
                "createdAt": time(at), "appTitle": null, "author": owner.name, "attributeToApp": false,
                "attributeToUser": false, "criticalAlert": false,
            })
        };
        json!([
            row(
                90,
                "placed",
                "The customer placed this order on the online store.".to_owned(),
                self.placed
            ),
            row(
                91,
                "mail_sent",
                "The order confirmation was sent by e-mail.".to_owned(),
                self.placed + Duration::minutes(2)
            ),
        ])
    }
}

fn risk(rng: &mut StdRng, matches: bool) -> Value {
    let high = !matches && rng.random_bool(0.4);
    let level = if high { "HIGH" } else { "LOW" };
    let facts = json!([
        {"description": "Card verification value is correct", "sentiment": "POSITIVE"},
        {"description": if matches { "Billing address matches" } else { "Shipping address differs" }, "sentiment": if matches { "POSITIVE" } else { "NEGATIVE" }},
    ]);
    json!({
        "recommendation": if high { "INVESTIGATE" } else { "ACCEPT" },
        "assessments": [{"riskLevel": level, "provider": null, "facts": facts}],
    })
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}
