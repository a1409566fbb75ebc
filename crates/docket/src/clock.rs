//! The one home of the wall clock and of the system's randomness.

use chrono::{DateTime, Utc};
use docket_core::env::{Env, Source};
use rand::RngCore;

#[derive(Debug)]
struct System;

impl Source for System {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// The environment of a real process.
pub fn system() -> Env {
    Env::new(System)
}
