//! The settings checklist of a PayPal account (`domain.md` E2, reference 6). PayPal has no API that shows them, except
//! what this connection itself knows; a person verifies the rest.

use docket_connector::Finding;

use crate::PayPal;

/// Key, what it is, and how it is verified.
const ASKED: &[(&str, &str, &str)] = &[
    (
        "inquiry_stage",
        "inquiries come before claims (the account has not opted out)",
        "look whether new disputes begin as inquiries; without them there is no time to talk to the buyer",
    ),
    (
        "notifications",
        "PayPal's dispute e-mails reach the agency",
        "ask the client to forward a notice, or look at Account settings > Notifications",
    ),
    (
        "tracking_pushed",
        "tracking numbers are sent to PayPal for every shipment",
        "open some transactions and see whether tracking is on file",
    ),
    (
        "ship_to_transaction_address",
        "parcels go only to the address of the transaction",
        "ask the client how changed addresses are handled: another address loses seller protection",
    ),
    (
        "confirmed_addresses",
        "payments with unconfirmed addresses are blocked or looked at",
        "look at Account settings > Website payments > Block payments",
    ),
    (
        "signature_above_threshold",
        "orders above the protection threshold are delivered against signature",
        "ask the client for the carrier service used above the threshold (750 USD in the US)",
    ),
    (
        "seller_protection",
        "most payments are eligible for seller protection",
        "look at the contributing factors in the history of some cases, and at the account's reports",
    ),
    (
        "statement_name",
        "the name on card statements is recognisable",
        "look at Account settings > Payment preferences: the name should be that of the shop",
    ),
    (
        "return_address",
        "a return address is stored in the profile",
        "look at Resolution Centre > Return address: offers with a return need it",
    ),
    (
        "return_policy",
        "a return and partial-refund policy is published",
        "ask the client for the page and since when it has been published",
    ),
    (
        "invoice_id",
        "the shop passes its order number as invoice id",
        "open a dispute here: its references should contain the shop's order number",
    ),
    (
        "funding",
        "balance or backup funding covers refunds",
        "ask the client: refunds and offers fail without funds",
    ),
    (
        "automation_off",
        "no automatic refunds or answers run in the Resolution Centre",
        "look at Resolution Centre > Settings: automation answers before a person does",
    ),
    (
        "dispute_rate",
        "the dispute rate is below 1.5 %",
        "look at Resolution Centre > Dispute rate: above it the higher fee applies",
    ),
    (
        "user_rights",
        "the agency's user has the rights for the Resolution Centre",
        "log in and open a dispute there: some actions are possible only by hand",
    ),
];

impl PayPal {
    /// The checklist: what is known by itself, then what a person must say.
    pub(crate) fn checklist(&self) -> Vec<Finding> {
        let webhooks = Finding::setting(
            "webhooks",
            Some(self.webhook_id.is_some()),
            "dispute events are sent to Docket",
            Some("run `docket connection webhooks` with the public address of this desk"),
        );
        let asked = ASKED
            .iter()
            .map(|(item, says, todo)| Finding::setting(item, None, *says, Some(*todo)));
        std::iter::once(webhooks).chain(asked).collect()
    }
}
