//! Platform credentials at rest: XChaCha20-Poly1305, bound to the place they stand in.

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use docket_core::env::Env;
use docket_core::id::ClientId;
use docket_core::person::name_key;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const NONCE: usize = 24;

/// Why a secret could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key is not 32 bytes of hex.
    #[error(
        "the encryption key must be 64 hexadecimal digits (32 bytes); check `encryption.key` or `encryption.key_file`"
    )]
    BadKey,
    /// Encrypted with a key that is not configured.
    #[error(
        "encrypted with key {0}, which is not configured; put it back as `encryption.key_file` or restore the matching backup"
    )]
    UnknownKey(String),
    /// Altered, or moved to another place.
    #[error(
        "stored credentials cannot be decrypted: the row was altered or moved; enter the credentials again"
    )]
    Damaged,
    /// The key file.
    #[error("encryption key file {path}: {why}")]
    File {
        /// Where.
        path: String,
        /// Why.
        why: String,
    },
}

/// The keys in force: new secrets use the first, old ones are found by their key id.
#[derive(Clone)]
pub struct Keyring(Vec<(String, XChaCha20Poly1305, Hmac<Sha256>)>);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, ..)| id)).finish()
    }
}

impl Keyring {
    /// Keys as hexadecimal text, the one in force first.
    ///
    /// # Errors
    /// When one is not 32 bytes of hex, or there is none.
    pub fn new(keys: &[SecretString]) -> Result<Self, SecretError> {
        let mut ring = Vec::with_capacity(keys.len());
        for key in keys {
            let bytes: [u8; 32] = hex::decode(key.expose_secret().trim())
                .ok()
                .and_then(|b| b.try_into().ok())
                .ok_or(SecretError::BadKey)?;
            let id = hex::encode(&Sha256::digest(bytes)[..4]);
            let prints = <Hmac<Sha256> as Mac>::new_from_slice(&bytes).map_err(|_| SecretError::BadKey)?;
            ring.push((id, XChaCha20Poly1305::new(&Key::from(bytes)), prints));
        }
        if ring.is_empty() {
            return Err(SecretError::BadKey);
        }
        Ok(Self(ring))
    }

    /// Reads the key from a file, or makes both on first use (mode 0600). More lines are older keys.
    ///
    /// # Errors
    /// When the file cannot be read or made.
    pub fn from_file(path: &Path, env: &Env) -> Result<Self, SecretError> {
        let failed = |why: std::io::Error| SecretError::File {
            path: path.display().to_string(),
            why: why.to_string(),
        };
        if !path.exists() {
            let mut key = [0u8; 32];
            env.fill(&mut key);
            write_private(path, &hex::encode(key)).map_err(failed)?;
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        let keys: Vec<SecretString> = text
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .map(SecretString::from)
            .collect();
        Self::new(&keys)
    }

    /// The id of the key in force.
    pub fn key_id(&self) -> &str {
        self.0.first().map_or("", |(id, ..)| id)
    }

    /// Fingerprints of a person of this client by one key after the other, the one in force first: whoever has the database
    /// without the keys cannot try names against them, and the same person has another one at each client.
    pub fn fingerprints(&self, client: ClientId, person: &str) -> impl Iterator<Item = String> {
        let person = name_key(person);
        self.0.iter().map(move |(.., prints)| {
            let mut print = prints.clone();
            // No name holds the sign of between.
            print.update(b"buyer\0");
            print.update(client.0.as_bytes());
            print.update(person.as_bytes());
            hex::encode(&print.finalize().into_bytes()[..16])
        })
    }

    /// Encrypts for one place (`connection/ID/credentials`).
    ///
    /// # Errors
    /// Never in practice.
    pub fn seal(&self, place: &str, secret: &SecretString, env: &Env) -> Result<Vec<u8>, SecretError> {
        let (_, cipher, _) = self.0.first().ok_or(SecretError::BadKey)?;
        let mut nonce = [0u8; NONCE];
        env.fill(&mut nonce);
        let payload = Payload {
            msg: secret.expose_secret().as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SecretError::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what stood in that place.
    ///
    /// # Errors
    /// When the key is unknown, or the bytes were altered or belong elsewhere.
    pub fn open(&self, place: &str, key_id: &str, sealed: &[u8]) -> Result<SecretString, SecretError> {
        let (_, cipher, _) = self
            .0
            .iter()
            .find(|(id, ..)| id == key_id)
            .ok_or_else(|| SecretError::UnknownKey(key_id.to_owned()))?;
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(SecretError::Damaged)?;
        let payload = Payload {
            msg: body,
            aad: place.as_bytes(),
        };
        let plain = cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SecretError::Damaged)?;
        String::from_utf8(plain)
            .map(SecretString::from)
            .map_err(|_| SecretError::Damaged)
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::clock::Clock;

    fn ring(digit: char) -> Keyring {
        Keyring::new(&[SecretString::from(digit.to_string().repeat(64))]).unwrap()
    }

    #[test]
    fn a_secret_opens_only_in_its_place_and_with_its_key() {
        let env = Clock::at(chrono::DateTime::UNIX_EPOCH).env();
        let keys = ring('a');
        let sealed = keys
            .seal("connection/1/credentials", &"hush".into(), &env)
            .unwrap();
        assert!(!sealed.windows(4).any(|w| w == b"hush"));
        let open = |place: &str, sealed: &[u8]| keys.open(place, keys.key_id(), sealed);
        assert_eq!(
            open("connection/1/credentials", &sealed).unwrap().expose_secret(),
            "hush"
        );
        assert!(matches!(
            open("connection/2/credentials", &sealed),
            Err(SecretError::Damaged)
        ));
        let mut altered = sealed.clone();
        altered[30] ^= 1;
        assert!(matches!(
            open("connection/1/credentials", &altered),
            Err(SecretError::Damaged)
        ));
        assert!(matches!(
            ring('b').open("x", keys.key_id(), &sealed),
            Err(SecretError::UnknownKey(_))
        ));
    }

    #[test]
    fn a_fingerprint_is_of_one_person_one_client_and_one_key() {
        let (one, other) = (
            ClientId(uuid::Uuid::from_u128(1)),
            ClientId(uuid::Uuid::from_u128(2)),
        );
        let print = |ring: &Keyring, client, person: &str| ring.fingerprints(client, person).next().unwrap();
        let kept = print(&ring('a'), one, "Ann  Berg");
        assert_eq!(print(&ring('a'), one, " ann berg"), kept);
        for another in [
            print(&ring('a'), one, "Ann Bergs"),
            print(&ring('a'), other, "Ann Berg"),
            print(&ring('b'), one, "Ann Berg"),
        ] {
            assert_ne!(another, kept);
        }
        let both = Keyring::new(&["b", "a"].map(|digit| SecretString::from(digit.repeat(64)))).unwrap();
        assert_eq!(
            both.fingerprints(one, "Ann Berg").nth(1),
            Some(kept),
            "found after a rotation"
        );
    }

    #[test]
    fn a_key_file_is_made_once_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let env = Clock::at(chrono::DateTime::UNIX_EPOCH).env();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/docket.key");
        let first = Keyring::from_file(&path, &env).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(Keyring::from_file(&path, &env).unwrap().key_id(), first.key_id());
        std::fs::write(&path, "short").unwrap();
        assert!(matches!(
            Keyring::from_file(&path, &env),
            Err(SecretError::BadKey)
        ));
    }
}
