//! The connector against a mock server: what goes over the wire, and what becomes of the answers.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

mod acting;
mod appealing;
mod connecting;
mod listing;
mod probing;
mod reading;
mod refusing;
mod support;
mod webhooks;
