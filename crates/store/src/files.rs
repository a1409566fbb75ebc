//! Evidence files, addressed by their content.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// Where files lie. The name of a file is the SHA-256 of its content, so that storing twice is storing once and a
/// damaged file shows when it is read.
#[derive(Clone, Debug)]
pub struct Files(Arc<dyn ObjectStore>);

fn failed(error: impl ToString) -> Error {
    Error::Files(error.to_string())
}

fn key(sha256: &str) -> Key {
    Key::from(format!("{}/{sha256}", sha256.get(..2).unwrap_or("00")))
}

impl Files {
    /// Files in a local folder, made on first use.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn local(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(failed)?;
        let store = object_store::local::LocalFileSystem::new_with_prefix(folder).map_err(failed)?;
        Ok(Self(Arc::new(store.with_fsync(true))))
    }

    /// Stores a content and gives its SHA-256 in hex.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, content: Bytes) -> Result<String> {
        let sha256 = hex::encode(Sha256::digest(&content));
        self.0
            .put(&key(&sha256), PutPayload::from_bytes(content))
            .await
            .map_err(|error| {
                failed(format!(
                    "{error}; nothing was kept. See that its disk has room and that it may be written, then do it again"
                ))
            })?;
        Ok(sha256)
    }

    /// Reads a content and checks it.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub async fn get(&self, sha256: &str) -> Result<Bytes> {
        let content = self
            .0
            .get(&key(sha256))
            .await
            .map_err(failed)?
            .bytes()
            .await
            .map_err(failed)?;
        if hex::encode(Sha256::digest(&content)) != sha256 {
            return Err(Error::Files(format!(
                "file {sha256} is damaged; restore it from a backup"
            )));
        }
        Ok(content)
    }
}
