//! The connector against a mock server: what goes over the wire, and what becomes of the answers.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

mod acting;
mod authorising;
mod connecting;
mod listing;
mod orders;
mod reading;
mod support;
mod tokens;
mod webhooks;
