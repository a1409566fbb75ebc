//! The settings checklist of `domain.md` E2 and reference 14. No API tells these: a person says how it stands.

use docket_connector::Finding;

/// Key, what it is and why it matters, how to verify it.
const ROWS: [(&str, &str, &str); 14] = [
    (
        "roles",
        "the agency is invited to the store in the merchant portal with the rights to view and answer disputes",
        "portal, Settings, Users: look at the agency's user and its permissions",
    ),
    (
        "notifications",
        "the dispute notifications reach the agency; Klarna sends no mail for a new dispute, only one reminder three days \
         before the deadline",
        "portal, notification settings: look at the address, or ask for the last reminder mail",
    ),
    (
        "capture_at_shipment",
        "orders are captured when they are shipped, not before: otherwise the protection program may not apply",
        "portal, an order of last week: compare the capture with the shipment; look whether automatic capture is off",
    ),
    (
        "shipping_info",
        "carrier and tracking number go along with each capture: they count even when nobody answers",
        "portal, a captured order: look for its shipping details",
    ),
    (
        "order_lines",
        "order lines carry product pictures and addresses, so that the customer recognises the purchase",
        "open a test purchase in Klarna's app, or ask the shop's developer",
    ),
    (
        "returns",
        "customers can return by themselves, to a domestic address, without a return fee",
        "read the shop's return page, and ask the client",
    ),
    (
        "return_registered",
        "a return is registered on arrival, and the customer gets a confirmation by mail",
        "ask the client for the last confirmation mail",
    ),
    (
        "contact",
        "the shop answers customers within two business days",
        "ask the client for its figures, or write a test mail",
    ),
    (
        "proof_of_delivery",
        "proof of delivery comes as a file with date, status, full address and recipient; a tracking link alone is refused",
        "ask the client for the proof of a delivered order",
    ),
    (
        "auto_accept",
        "no threshold lets small disputes be lost without defence, or it is wanted",
        "ask the client and Klarna: disputes closed as REPRESENTMENT_AUTOMATICALLY_REJECTED show that one is set",
    ),
    (
        "disputes_app",
        "the account is signed up for the Disputes app, and Klarna enabled it for disputes by API",
        "portal, Apps: look for Disputes; otherwise ask the Klarna contact",
    ),
    (
        "framework_date",
        "it is known since when the account is on v4: older disputes keep their old rules and their own webhooks",
        "portal: the folders Disputes Flow 2020 and 2026, or ask Klarna",
    ),
    (
        "one_answerer",
        "nobody else answers the same disputes in the portal: there is one answer for each",
        "ask the client who else has access",
    ),
    (
        "direct_account",
        "the client has its own Klarna account; where a payment service provider runs it, that one handles the disputes",
        "ask the client who pays the Klarna settlements out",
    ),
];

pub(super) fn settings() -> impl Iterator<Item = Finding> {
    ROWS.iter()
        .map(|(item, says, todo)| Finding::setting(item, None, *says, Some(*todo)))
}
