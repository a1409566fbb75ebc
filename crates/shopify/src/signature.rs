//! Shopify's signatures: HMAC-SHA256 with the app's secret, compared in constant time (reference 1 and 6).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;

fn genuine(secret: &SecretString, message: &[u8], signature: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    hmac::verify(&key, message, signature).is_ok()
}

/// A webhook's body and its signature in base64.
pub(crate) fn webhook(secret: &SecretString, body: &[u8], signature: &str) -> bool {
    BASE64_STANDARD
        .decode(signature.trim())
        .is_ok_and(|signature| genuine(secret, body, &signature))
}

/// The address that a merchant was sent back to: its query without `hmac`, sorted and encoded again, in hex.
pub(crate) fn redirect(secret: &SecretString, address: &Url) -> bool {
    let mut pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let Some(at) = pairs.iter().position(|(key, _)| key == "hmac") else {
        return false;
    };
    let (_, signature) = pairs.remove(at);
    pairs.sort();
    let message = Serializer::new(String::new()).extend_pairs(&pairs).finish();
    hex::decode(signature).is_ok_and(|signature| genuine(secret, message.as_bytes(), &signature))
}
