//! SQL (being laid out).
mod db;
mod error;
mod secrets;
#[cfg(feature = "testing")]
pub mod testing;
pub use db::{Db, Tx};
pub use error::Error;
pub use secrets::{Keyring, SecretError};
/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
