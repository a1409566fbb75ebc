//! The merchants, the partner and the buyers' app, all derived from the seed, so that credentials survive a restart.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{platform::Mix, trades::TRADES};

const SCOPE: &str = "https://uri.paypal.com/services/";

/// One merchant account with the credentials of its own REST app.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// Invented merchant name.
    pub name: String,
    /// What the merchant sells, in a few words.
    pub trade: String,
    pub client_id: String,
    pub client_secret: String,
    pub merchant_id: String,
    pub email: String,
    /// Scopes of the tokens of this merchant's own app.
    pub scopes: Vec<String>,
    /// What the merchant has consented to for the partner: `READ_SELLER_DISPUTE`, `UPDATE_SELLER_DISPUTE`.
    pub partner_features: Vec<String>,
    /// PayPal's name for the place where this merchant's webhooks go.
    pub webhook_id: String,
    /// Where this merchant sells: `paypal`, `klarna`, `shopify`. Credentials exist for all three all the same.
    pub platforms: Vec<&'static str>,
    pub klarna: KlarnaAccount,
    pub shopify: ShopifyAccount,
}

/// A merchant's credentials at Klarna.
#[derive(Debug, Clone, Serialize)]
pub struct KlarnaAccount {
    /// Klarna's merchant id (MID).
    pub merchant_id: String,
    /// A UUID; user name of the Basic pair.
    pub username: String,
    /// Password of the Basic pair: the API key.
    pub password: String,
    /// The same key, for the form of the header that carries it alone.
    pub api_key: String,
    pub region: &'static str,
    pub webhook_key_id: String,
    /// Secret that signs this merchant's webhooks.
    pub webhook_key: String,
}

/// A merchant's shop and app at Shopify.
#[derive(Debug, Clone, Serialize)]
pub struct ShopifyAccount {
    /// `name.myshopify.com`
    pub shop: String,
    /// A permanent token, as admin-made apps have it.
    pub access_token: String,
    pub client_id: String,
    /// Also signs this merchant's webhooks.
    pub client_secret: String,
    /// The first refresh token of an expiring pair.
    pub refresh_token: String,
}

/// An app that acts for others: the platform partner, or the app that speaks for all buyers.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerAccount {
    pub client_id: String,
    pub client_secret: String,
}

pub(crate) fn merchants(seed: u64, count: usize, mix: Mix) -> Vec<Account> {
    (0..count.max(1))
        .map(|index| merchant(seed, index, mix))
        .collect()
}

pub(crate) fn partner(seed: u64) -> PartnerAccount {
    app(seed, "partner")
}

pub(crate) fn buyers(seed: u64) -> PartnerAccount {
    app(seed, "buyers")
}

pub(crate) fn partner_scopes() -> Vec<String> {
    [
        "disputes/read-seller",
        "disputes/update-seller",
        "disputes/read-partner",
        "disputes/update-partner",
    ]
    .map(|scope| format!("{SCOPE}{scope}"))
    .to_vec()
}

pub(crate) fn buyer_scopes() -> Vec<String> {
    ["disputes/read-buyer", "disputes/update-buyer"]
        .map(|scope| format!("{SCOPE}{scope}"))
        .to_vec()
}

fn merchant(seed: u64, index: usize, mix: Mix) -> Account {
    let trade = &TRADES[index % TRADES.len()];
    let round = index / TRADES.len();
    let name = if round == 0 {
        trade.merchant.to_owned()
    } else {
        format!("{} {}", trade.merchant, round + 1)
    };
    let app = app(seed, &format!("merchant-{index}"));
    let slug: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    // Partners meet all three cases: full consent, consent from before UPDATE existed, and none.
    let features: &[&str] = match index {
        4 => &["READ_SELLER_DISPUTE"],
        5 => &[],
        _ => &["READ_SELLER_DISPUTE", "UPDATE_SELLER_DISPUTE"],
    };
    Account {
        webhook_id: letters(seed, &format!("webhook-{index}"), 17),
        platforms: mix.platforms(index),
        klarna: klarna(seed, index),
        shopify: shopify(seed, index, &slug),
        name,
        trade: trade.trade.to_owned(),
        client_id: app.client_id,
        client_secret: app.client_secret,
        merchant_id: letters(seed, &format!("payer-{index}"), 13),
        email: format!("desk@{slug}.example"),
        scopes: ["disputes/read-seller", "disputes/update-seller"]
            .map(|scope| format!("{SCOPE}{scope}"))
            .to_vec(),
        partner_features: features.iter().map(|&feature| feature.to_owned()).collect(),
    }
}

fn klarna(seed: u64, index: usize) -> KlarnaAccount {
    let key = format!(
        "klarna_test_api_{}",
        letters(seed, &format!("klarna-key-{index}"), 48)
    );
    KlarnaAccount {
        // Seven digits after the first letter; the index makes them different for certain.
        merchant_id: format!("K{:07}", 1_000_000 + (seed % 8_000) * 1_000 + index as u64),
        username: uuid(seed, &format!("klarna-user-{index}")),
        password: key.clone(),
        api_key: key,
        region: "eu",
        webhook_key_id: format!(
            "krn:network:eu1:test:notification:webhook-signing-key:{}",
            uuid(seed, &format!("klarna-signing-{index}"))
        ),
        webhook_key: hex(seed, &format!("klarna-signing-key-{index}"), 64),
    }
}

fn shopify(seed: u64, index: usize, slug: &str) -> ShopifyAccount {
    let secret =
        |prefix: &str, label: &str| format!("{prefix}{}", hex(seed, &format!("{label}-{index}"), 32));
    ShopifyAccount {
        shop: format!("{slug}.myshopify.com"),
        access_token: secret("shpat_", "shopify-token"),
        client_id: secret("", "shopify-app"),
        client_secret: secret("shpss_", "shopify-secret"),
        refresh_token: secret("shprt_", "shopify-refresh"),
    }
}

fn app(seed: u64, role: &str) -> PartnerAccount {
    PartnerAccount {
        client_id: format!("A{}", letters(seed, &format!("id-{role}"), 31)),
        client_secret: format!("E{}", letters(seed, &format!("secret-{role}"), 31)),
    }
}

/// Upper-case letters and digits from a hash: PayPal's ids look like this, and a hash needs no state to repeat.
fn letters(seed: u64, label: &str, length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let digest = Sha256::digest(format!("docket-simulator/{seed}/{label}"));
    digest
        .iter()
        .cycle()
        .take(length)
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// Lower-case hexadecimal digits from a hash, up to 64.
pub(crate) fn hex(seed: u64, label: &str, length: usize) -> String {
    let digest = Sha256::digest(format!("docket-simulator/{seed}/{label}"));
    let mut text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(length);
    text
}

/// In the form of a version 4 UUID.
pub(crate) fn uuid(seed: u64, label: &str) -> String {
    let digits = hex(seed, label, 32);
    format!(
        "{}-{}-4{}-a{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_repeat_by_seed_and_differ_by_merchant() {
        let (one, again, other) = (
            merchants(7, 6, Mix::Varied),
            merchants(7, 6, Mix::PayPal),
            merchants(8, 6, Mix::Varied),
        );
        assert_eq!(one[3].client_secret, again[3].client_secret);
        assert_ne!(one[3].client_id, other[3].client_id);
        assert_ne!(one[3].client_id, one[4].client_id);
        assert_eq!(one[3].klarna.password, again[3].klarna.password);
        assert_ne!(one[3].klarna.username, other[3].klarna.username);
        assert_ne!(one[3].shopify.access_token, one[4].shopify.access_token);
        let mut trades: Vec<_> = one.iter().map(|account| account.trade.as_str()).collect();
        trades.dedup();
        assert_eq!(trades.len(), 6);
    }
}
