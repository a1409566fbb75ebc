//! Scopes and protected customer data: what a field answers when the app may not see it (reference 1 and 8).

use apollo_compiler::resolvers::FieldError;
use serde_json::{Value, json};

use super::shop::Shop;

/// Parts a coded message on its way through the executor, whose errors are bare texts.
const MARK: char = '\u{1f}';
/// What the executor puts before the message of a resolver.
const PREFIX: &str = "resolver error: ";

const ORDERS: &[&str] = &["read_orders"];
const DISPUTES: &[&str] = &["read_shopify_payments_disputes"];
const EVIDENCE: &[&str] = &["read_shopify_payments_dispute_evidences"];

/// Scopes of a type, any of which is enough.
fn scopes(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "ShopifyPaymentsDispute"
        | "ShopifyPaymentsDisputeConnection"
        | "ShopifyPaymentsDisputeReasonDetails" => DISPUTES,
        "ShopifyPaymentsDisputeEvidence"
        | "ShopifyPaymentsDisputeFileUpload"
        | "ShopifyPaymentsDisputeFulfillment" => EVIDENCE,
        "Order"
        | "OrderConnection"
        | "OrderDisputeSummary"
        | "OrderTransaction"
        | "OrderRiskSummary"
        | "OrderRiskAssessment"
        | "RiskFact"
        | "CardPaymentDetails"
        | "PaymentDetails"
        | "Refund"
        | "Fulfillment"
        | "FulfillmentEvent"
        | "FulfillmentEventConnection"
        | "FulfillmentTrackingInfo"
        | "ShopifyProtectOrderSummary" => ORDERS,
        "Return" | "ReturnConnection" | "ReturnLineItemType" | "ReturnLineItemTypeConnection" => {
            &["read_returns", "read_marketplace_returns"]
        }
        "Customer" => &["read_customers"],
        "ShopPolicy" => &["read_legal_policies"],
        "ShopifyPaymentsAccount" => &["read_shopify_payments", "read_shopify_payments_accounts"],
        "ShopifyPaymentsChargeStatementDescriptor" => &["read_shopify_payments"],
        "DisputeEvidenceUpdatePayload" => &["write_shopify_payments_dispute_evidences"],
        _ => &[],
    }
}

/// Fields of a dispute's evidence that are marked as protected customer data.
const PROTECTED: [&str; 6] = [
    "customerFirstName",
    "customerLastName",
    "customerEmailAddress",
    "customerPurchaseIp",
    "billingAddress",
    "shippingAddress",
];

pub(crate) fn coded(code: &str, required: Option<&str>, message: &str) -> FieldError {
    FieldError {
        message: format!("{code}{MARK}{}{MARK}{message}", required.unwrap_or_default()),
    }
}

/// Whether the app may see a field of `parent` whose type is `type_name`.
pub(crate) fn check(shop: &Shop, parent: &str, field: &str, type_name: &str) -> Result<(), FieldError> {
    let wanted = scopes(type_name);
    if !wanted.is_empty() && !wanted.iter().any(|scope| shop.may(scope)) {
        let required = format!("`{}` access scope.", wanted.join("` or `"));
        let message = format!("Access denied for {field} field. Required access: {required}");
        return Err(coded("ACCESS_DENIED", Some(&required), &message));
    }
    let ask = "See the page on protected customer data for how to ask for approval.";
    if shop.protected_data {
        if parent == "Order" && type_name == "MailingAddress" && !shop.protected_addresses {
            let message = format!("This app is not approved to use the {field} field. {ask}");
            return Err(coded("ACCESS_DENIED", None, &message));
        }
        return Ok(());
    }
    match type_name {
        "Order" | "OrderConnection" | "Customer" => {
            let object = type_name.trim_end_matches("Connection");
            let message = format!("This app is not approved to access the {object} object. {ask}");
            Err(coded("ACCESS_DENIED", None, &message))
        }
        _ if parent == "ShopifyPaymentsDisputeEvidence" && PROTECTED.contains(&field) => {
            let message = format!("This app is not approved to use the {field} field. {ask}");
            Err(coded("ACCESS_DENIED", None, &message))
        }
        _ => Ok(()),
    }
}

/// Turns the executor's error into Shopify's form.
pub(crate) fn decoded(mut error: Value) -> Value {
    let Some(message) = error["message"].as_str() else {
        return error;
    };
    let message = message.strip_prefix(PREFIX).unwrap_or(message).to_owned();
    let mut parts = message.splitn(3, MARK);
    let (Some(code), Some(required), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
        error["message"] = message.into();
        return error;
    };
    error["message"] = text.into();
    error["extensions"] =
        json!({"code": code, "documentation": "https://shopify.dev/api/usage/access-scopes"});
    if !required.is_empty() {
        error["extensions"]["requiredAccess"] = required.into();
    }
    error
}
