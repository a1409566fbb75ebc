//! What the suite must know of each platform to play its part: addresses, credentials, words of the control door.

use docket_connector::Driver;
use docket_simulator::{Account, Running};
use serde_json::{Value, json};

use crate::samples::Limits;

/// One platform's side of the suite.
pub struct Side {
    pub driver: &'static Driver,
    /// Where the account answers.
    pub base: fn(&Running, &Account) -> String,
    /// The credentials file of an account, with what verifies its webhooks.
    pub credentials: fn(&Account) -> Value,
    /// The key of the credentials that proves who calls.
    pub key: &'static str,
    /// The key that verifies webhooks.
    pub webhook_key: &'static str,
    /// Headers without which no webhook is believed.
    pub signed: &'static [&'static str],
    /// A dispute that nobody has.
    pub nobody: &'static str,
    /// The status of a dispute that waits for the merchant.
    pub waiting: &'static str,
    /// Other statuses that allow something.
    pub others: &'static [&'static str],
    /// The final decision against the merchant, as the control door takes it.
    pub lost: fn() -> Value,
    pub limits: Limits,
}

impl Side {
    /// The platform's word, in addresses of the control door too.
    pub fn word(&self) -> &str {
        self.driver.platform.as_str()
    }
}

pub const PAYPAL: Side = Side {
    driver: &docket_paypal::DRIVER,
    base: |simulator, _| simulator.paypal_url(),
    credentials: |account| {
        json!({
            "client_id": account.client_id, "client_secret": account.client_secret, "webhook_id": account.webhook_id,
        })
    },
    key: "client_secret",
    webhook_key: "webhook_id",
    signed: &[
        "paypal-auth-algo",
        "paypal-cert-url",
        "paypal-transmission-id",
        "paypal-transmission-sig",
        "paypal-transmission-time",
    ],
    nobody: "PP-D-99999999",
    waiting: "WAITING_FOR_SELLER_RESPONSE",
    others: &["UNDER_REVIEW"],
    lost: || json!({"outcome": "RESOLVED_BUYER_FAVOUR"}),
    limits: Limits {
        note: 2_000,
        file: 9_999_999,
        file_too_large: 10_000_000,
        media: ("image/gif", "gif", b"GIF89a"),
        // Word documents.
        not_media: (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
            b"PK\x03\x04",
        ),
        needs_file: false,
    },
};

pub const KLARNA: Side = Side {
    driver: &docket_klarna::DRIVER,
    base: |simulator, _| simulator.klarna_url(),
    credentials: |account| {
        let keys = &account.klarna;
        json!({
            "username": keys.username, "password": keys.password, "merchant_id": keys.merchant_id,
            "region": keys.region, "webhook_key_id": keys.webhook_key_id, "webhook_key": keys.webhook_key,
        })
    },
    key: "password",
    webhook_key: "webhook_key",
    signed: &["klarna-signature", "klarna-signing-key-id"],
    nobody: "krn:network:eu1:test:payment:dispute:00000000-0000-4000-a000-000000000000",
    waiting: "INITIATED",
    others: &["PRE_ARBITRATION"],
    lost: || json!({"outcome": "LOST", "binding": true}),
    limits: Limits {
        note: 5_000,
        file: 7_000_000,
        file_too_large: 7_000_001,
        media: ("image/png", "png", b"\x89PNG\r\n\x1a\n"),
        not_media: ("image/gif", "gif", b"GIF89a"),
        needs_file: true,
    },
};

pub const SHOPIFY: Side = Side {
    driver: &docket_shopify::DRIVER,
    base: |simulator, account| {
        let shop = account.shopify.shop.trim_end_matches(".myshopify.com");
        format!("{}/{shop}", simulator.shopify_url())
    },
    credentials: |account| {
        let shop = &account.shopify;
        json!({"shop": shop.shop, "access_token": shop.access_token, "webhook_secret": shop.client_secret})
    },
    key: "access_token",
    webhook_key: "webhook_secret",
    signed: &[
        "x-shopify-hmac-sha256",
        "x-shopify-shop-domain",
        "x-shopify-topic",
    ],
    nobody: "7",
    waiting: "NEEDS_RESPONSE",
    others: &[],
    lost: || json!({"outcome": "LOST"}),
    limits: Limits {
        note: 20_000,
        file: 2_000_000,
        file_too_large: 3_997_807,
        media: ("image/jpeg", "jpg", b"\xff\xd8\xff\xe0"),
        not_media: ("image/gif", "gif", b"GIF89a"),
        needs_file: false,
    },
};
