//! The merchants, the partner and the buyers' app, all derived from the seed, so that credentials survive a restart.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::trades::TRADES;

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
}

/// An app that acts for others: the platform partner, or the app that speaks for all buyers.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerAccount {
    pub client_id: String,
    pub client_secret: String,
}

pub(crate) fn merchants(seed: u64, count: usize) -> Vec<Account> {
    (0..count.max(1)).map(|index| merchant(seed, index)).collect()
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

fn merchant(seed: u64, index: usize) -> Account {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_repeat_by_seed_and_differ_by_merchant() {
        let (one, again, other) = (merchants(7, 6), merchants(7, 6), merchants(8, 6));
        assert_eq!(one[3].client_secret, again[3].client_secret);
        assert_ne!(one[3].client_id, other[3].client_id);
        assert_ne!(one[3].client_id, one[4].client_id);
        let mut trades: Vec<_> = one.iter().map(|account| account.trade.as_str()).collect();
        trades.dedup();
        assert_eq!(trades.len(), 6);
    }
}
