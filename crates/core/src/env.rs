//! Time and randomness as a parameter.
//!
//! Nothing below the binary reads the wall clock: it is handed an [`Env`]. Production builds one on the system
//! clock, tests on a clock they move by hand, so that every test repeats.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Where instants and random bytes come from.
pub trait Source: Send + Sync + Debug {
    /// The current instant.
    fn now(&self) -> DateTime<Utc>;
    /// Fills the buffer with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A cheap handle on the [`Source`] in force.
#[derive(Clone, Debug)]
pub struct Env(Arc<dyn Source>);

impl Env {
    /// Wraps a source.
    pub fn new(source: impl Source + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// Now, cut to microseconds: PostgreSQL keeps no more, and a round trip must be equal on both engines.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.now().trunc_subsecs(6)
    }

    /// Fills the buffer with random bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    /// A fresh UUIDv7: sortable by time, unique by randomness.
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.0.now().timestamp_millis()).unwrap_or(0);
        let mut random = [0u8; 10];
        self.0.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A random share in `0..1000`, for jitter.
    pub fn per_mille(&self) -> u32 {
        let mut bytes = [0u8; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes) % 1000
    }
}
