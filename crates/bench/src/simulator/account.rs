//! A merchant's credentials, as the simulator prints them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::platform::Platform;

#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub name: String,
    /// Names the account at the control door, for every platform.
    pub client_id: String,
    client_secret: String,
    webhook_id: String,
    /// Where this merchant has disputes.
    pub platforms: Vec<Platform>,
    klarna: Klarna,
    shopify: Shopify,
}

#[derive(Debug, Clone, Deserialize)]
struct Klarna {
    merchant_id: String,
    username: String,
    password: String,
    webhook_key_id: String,
    webhook_key: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Shopify {
    shop: String,
    access_token: String,
    client_secret: String,
}

impl Account {
    pub fn shop_handle(&self) -> &str {
        let shop = &self.shopify.shop;
        shop.strip_suffix(".myshopify.com").unwrap_or(shop)
    }

    /// What `docket connection add --credentials` reads.
    pub fn credentials(&self, platform: Platform) -> Value {
        match platform {
            Platform::Paypal => json!({
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "webhook_id": self.webhook_id,
            }),
            Platform::Klarna => json!({
                "username": self.klarna.username,
                "password": self.klarna.password,
                "merchant_id": self.klarna.merchant_id,
                "webhook_key_id": self.klarna.webhook_key_id,
                "webhook_key": self.klarna.webhook_key,
            }),
            Platform::Shopify => json!({
                "shop": self.shopify.shop,
                "access_token": self.shopify.access_token,
                "webhook_secret": self.shopify.client_secret,
            }),
        }
    }

    /// The pair that a bare client needs: who it is, and the secret.
    pub fn pair(&self, platform: Platform) -> (&str, &str) {
        match platform {
            Platform::Paypal => (&self.client_id, &self.client_secret),
            Platform::Klarna => (&self.klarna.username, &self.klarna.password),
            Platform::Shopify => (self.shop_handle(), &self.shopify.access_token),
        }
    }
}
