//! Signatures: PayPal's certificate and key, and the keyed hashes of the others.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SigningKey};
use sha2::Sha256;

use crate::SimulatorError;

/// The signer's own key: the authority is made at each start, so this key is worth nothing outside of a running simulator.
/// It is kept because the ring library cannot make RSA keys.
const KEY: &str = include_str!("signing_key.pem");

/// PayPal's signing certificate with the authority behind it.
pub(crate) struct Signer {
    /// Last segment of the certificate's address; different in each run, because clients remember certificates.
    pub certificate_id: String,
    pub root: String,
    pub chain: String,
    key: KeyPair,
}

impl Signer {
    pub(crate) fn new(run: u128) -> Result<Self, SimulatorError> {
        Self::make(run).map_err(|error| SimulatorError::Webhooks(error.to_string()))
    }

    fn make(run: u128) -> Result<Self, rcgen::Error> {
        let mut root = CertificateParams::new(Vec::new())?;
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.distinguished_name
            .push(DnType::CommonName, format!("Simulator authority {run:x}"));
        let root_key = KeyPair::generate()?;
        let certificate = root.self_signed(&root_key)?;
        let key = KeyPair::from_pem(KEY)?;
        let leaf = CertificateParams::new(vec!["webhooks.simulator.example".to_owned()])?
            .signed_by(&key, &Issuer::new(root, root_key))?;
        Ok(Self {
            certificate_id: format!("CERT-{run:x}"),
            root: certificate.pem(),
            chain: format!("{}{}", leaf.pem(), certificate.pem()),
            key,
        })
    }

    /// The signature over `id|time|webhook id|crc32 of the raw body` (PayPal's reference 7). The same input always gives the
    /// same signature, so verifying is signing once more.
    pub(crate) fn sign(&self, id: &str, time: &str, webhook_id: &str, body: &[u8]) -> Option<String> {
        let message = format!("{id}|{time}|{webhook_id}|{}", crc32fast::hash(body));
        let signature = self.key.sign(message.as_bytes()).ok()?;
        Some(STANDARD.encode(signature))
    }
}

fn keyed(key: &str, body: &[u8]) -> Vec<u8> {
    // Keys of any length are taken, so there is always a hash.
    Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map(|mut mac| {
            mac.update(body);
            mac.finalize().into_bytes().to_vec()
        })
        .unwrap_or_default()
}

/// HMAC-SHA256 in hexadecimal digits: Klarna's form.
pub(crate) fn hmac_hex(key: &str, body: &[u8]) -> String {
    keyed(key, body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// HMAC-SHA256 in base64: Shopify's form.
pub(crate) fn hmac_base64(key: &str, body: &[u8]) -> String {
    STANDARD.encode(keyed(key, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_hashes_fit_the_published_example() {
        // RFC 4231, test case 2.
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hmac_hex("Jefe", b"what do ya want for nothing?"), expected);
    }

    #[test]
    fn signatures_repeat_and_cover_every_part() {
        let signer = Signer::new(7).unwrap();
        let sign = |id: &str, body: &[u8]| signer.sign(id, "2026-01-01T00:00:00Z", "WH", body).unwrap();
        assert_eq!(sign("one", b"body"), sign("one", b"body"));
        assert_ne!(sign("one", b"body"), sign("two", b"body"));
        assert_ne!(sign("one", b"body"), sign("one", b"Body"));
    }
}
