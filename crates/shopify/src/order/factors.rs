//! Contributing factors (`domain.md` E1), each with the field that it was read from.

use chrono::{DateTime, SecondsFormat, Utc};
use docket_core::factor::{Factor, FactorKind};
use docket_core::money::Currency;

use super::ledger::{self, Line};
use super::shape::{Fulfillment, Order, Policy};

struct Records {
    found: Vec<Factor>,
    now: DateTime<Utc>,
}

/// An instant in one form, if the text is one.
fn instant(text: Option<&String>) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text?).ok()?.with_timezone(&Utc))
}

impl Records {
    fn add(&mut self, kind: FactorKind, value: impl ToString, path: &str, at: Option<DateTime<Utc>>) {
        let value = value.to_string();
        if !value.is_empty() {
            self.found.push(Factor {
                kind,
                value,
                source: format!("shopify:{path}"),
                as_of: at.unwrap_or(self.now),
            });
        }
    }

    fn text(&mut self, kind: FactorKind, value: Option<&String>, path: &str) {
        if let Some(value) = value {
            self.add(kind, value, path, None);
        }
    }

    /// A moment speaks of itself; one that lies ahead speaks of now.
    fn moment(&mut self, kind: FactorKind, text: Option<&String>, path: &str) {
        if let Some(at) = instant(text) {
            let value = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            self.add(kind, value, path, Some(at.min(self.now)));
        }
    }
}

/// All factors.
pub(super) fn factors(
    order: &Order,
    policies: &[Policy],
    lines: &[Line],
    currency: Currency,
    now: DateTime<Utc>,
) -> Vec<Factor> {
    let mut records = Records {
        found: Vec::new(),
        now,
    };
    let placed = [
        (order.processed_at.as_ref(), "order.processedAt"),
        (order.created_at.as_ref(), "order.createdAt"),
    ];
    let placed = placed.into_iter().find(|(text, _)| instant(*text).is_some());
    if let Some((text, path)) = placed {
        records.moment(FactorKind::OrderedAt, text, path);
    }
    delivery(&mut records, order);
    goods(&mut records, order, placed.and_then(|(text, _)| instant(text)));
    payment(&mut records, order);
    refunds(&mut records, order);
    protection(&mut records, order);
    published(&mut records, policies);
    money(&mut records, lines, currency);
    records.found
}

fn delivery(records: &mut Records, order: &Order) {
    let fulfillments = order.fulfillments.as_deref().unwrap_or_default();
    let live = fulfillments.iter().enumerate();
    let live =
        live.filter(|(_, one)| !matches!(one.status.as_deref(), Some("CANCELLED" | "ERROR" | "FAILURE")));
    let mut tracked = false;
    let mut any = false;
    for (index, one) in live {
        any = true;
        tracked |= parcel(records, one, &format!("order.fulfillments[{index}]"));
    }
    // Without a shipment there is nothing to track, which is another thing than a shipment without tracking.
    if any {
        records.add(
            FactorKind::TrackingKnown,
            tracked,
            "order.fulfillments[].trackingInfo",
            None,
        );
    }
}

/// Records one fulfilment and says whether it has a tracking number.
fn parcel(records: &mut Records, one: &Fulfillment, path: &str) -> bool {
    let promised = format!("{path}.estimatedDeliveryAt");
    records.moment(
        FactorKind::DeliveryPromisedBy,
        one.estimated_delivery_at.as_ref(),
        &promised,
    );
    let shipped = [
        (one.in_transit_at.as_ref(), "inTransitAt"),
        (one.created_at.as_ref(), "createdAt"),
    ];
    if let Some((text, field)) = shipped.into_iter().find(|(text, _)| instant(*text).is_some()) {
        records.moment(FactorKind::ShippedAt, text, &format!("{path}.{field}"));
    }
    // `FULFILLED` alone is no proof of delivery (reference 2): only the carrier's own moment is.
    let delivered = format!("{path}.deliveredAt");
    records.moment(FactorKind::DeliveredAt, one.delivered_at.as_ref(), &delivered);
    let status = format!("{path}.displayStatus");
    records.text(FactorKind::DeliveryStatus, one.display_status.as_ref(), &status);
    let mut tracked = false;
    for (index, tracking) in one.tracking_info.iter().flatten().enumerate() {
        let company = format!("{path}.trackingInfo[{index}].company");
        records.text(FactorKind::Carrier, tracking.company.as_ref(), &company);
        tracked |= tracking
            .number
            .as_ref()
            .is_some_and(|number| !number.trim().is_empty());
    }
    tracked
}

/// What was bought was known when it was.
fn goods(records: &mut Records, order: &Order, placed_at: Option<DateTime<Utc>>) {
    for (index, item) in order.items().enumerate() {
        let path = format!("order.lineItems.nodes[{index}].sku");
        if let Some(sku) = &item.sku {
            records.add(FactorKind::ProductSku, sku, &path, placed_at);
        }
    }
    let country = order
        .shipping_address
        .as_ref()
        .and_then(|address| address.country_code_v2.as_ref());
    if let Some(country) = country {
        let path = "order.shippingAddress.countryCodeV2";
        records.add(FactorKind::ShippingCountry, country, path, placed_at);
    }
    records.text(
        FactorKind::ReturnStatus,
        order.return_status.as_ref(),
        "order.returnStatus",
    );
}

fn payment(records: &mut Records, order: &Order) {
    if let Some(matches) = order.billing_address_matches_shipping_address {
        let path = "order.billingAddressMatchesShippingAddress";
        records.add(FactorKind::AddressesMatch, matches, path, None);
    }
    let assessments = order
        .risk
        .iter()
        .flat_map(|risk| risk.assessments.iter().flatten());
    for (index, assessment) in assessments.enumerate() {
        let path = format!("order.risk.assessments[{index}].riskLevel");
        records.text(FactorKind::RiskLevel, assessment.risk_level.as_ref(), &path);
    }
    let taken = order.transactions.iter().flatten().enumerate();
    let taken = taken.filter(|(_, one)| matches!(one.kind.as_deref(), Some("SALE" | "AUTHORIZATION")));
    for (index, one) in taken {
        let Some(card) = &one.payment_details else {
            continue;
        };
        let path = format!("order.transactions[{index}].paymentDetails");
        records.text(
            FactorKind::AvsResult,
            card.avs_result_code.as_ref(),
            &format!("{path}.avsResultCode"),
        );
        records.text(
            FactorKind::CvvResult,
            card.cvv_result_code.as_ref(),
            &format!("{path}.cvvResultCode"),
        );
    }
}

fn refunds(records: &mut Records, order: &Order) {
    let total = order
        .total_refunded_set
        .as_ref()
        .and_then(|set| set.shop_money.as_ref());
    if let Some(total) = total.and_then(ledger::money).filter(|total| total.minor > 0) {
        let path = "order.totalRefundedSet.shopMoney";
        records.add(FactorKind::RefundedAmount, total, path, None);
    }
    for (index, refund) in order.refunds.iter().flatten().enumerate() {
        let at = refund.processed_at.as_ref().or(refund.created_at.as_ref());
        let path = format!("order.refunds[{index}].processedAt");
        records.moment(FactorKind::RefundedAt, at, &path);
    }
}

/// Shopify Protect (reference 5): what is protected is Shopify's case, not ours.
fn protection(records: &mut Records, order: &Order) {
    let Some(protect) = &order.shopify_protect else {
        return;
    };
    let word = protect
        .eligibility
        .as_ref()
        .and_then(|eligibility| eligibility.status.as_deref());
    let eligible = match word {
        Some("ELIGIBLE") => Some(true),
        Some("NOT_ELIGIBLE") => Some(false),
        // Pending is neither.
        Some(_) | None => None,
    };
    if let Some(eligible) = eligible {
        let path = "order.shopifyProtect.eligibility.status";
        records.add(FactorKind::SellerProtectionEligible, eligible, path, None);
    }
    let path = "order.shopifyProtect.status";
    if let Some(status) = &protect.status {
        // These two are said after the chargeback only, and must not explain its outcome.
        let kind = match status.as_str() {
            "PROTECTED" | "NOT_PROTECTED" => FactorKind::AdjudicationReason,
            _ => FactorKind::SellerProtectionType,
        };
        records.add(kind, format!("SHOPIFY_PROTECT_{status}"), path, None);
    }
}

fn published(records: &mut Records, policies: &[Policy]) {
    for (index, policy) in policies.iter().enumerate() {
        let kind = match policy.r#type.as_deref() {
            Some("REFUND_POLICY") => FactorKind::RefundPolicyChangedAt,
            Some("SHIPPING_POLICY") => FactorKind::ShippingPolicyChangedAt,
            Some(_) | None => continue,
        };
        let path = format!("shop.shopPolicies[{index}].updatedAt");
        records.moment(kind, policy.updated_at.as_ref(), &path);
    }
}

fn money(records: &mut Records, lines: &[Line], currency: Currency) {
    let (fee, returned) = ledger::totals(lines, currency);
    let path = "shopifyPaymentsAccount.balanceTransactions";
    if let Some(fee) = fee {
        records.add(FactorKind::DisputeFee, fee, path, None);
    }
    if let Some(returned) = returned {
        records.add(FactorKind::ReturnedAmount, returned, path, None);
    }
}
