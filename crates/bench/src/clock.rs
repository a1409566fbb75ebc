//! The wall clock, for measurements only.

use chrono::{DateTime, Utc};
use docket_core::env::{Env, Source};
use rand::RngCore;

#[derive(Debug)]
struct System;

impl Source for System {
    #[expect(
        clippy::disallowed_methods,
        reason = "real processes are measured, and they live in real time"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

pub fn system() -> Env {
    Env::new(System)
}
