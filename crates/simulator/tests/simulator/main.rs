//! The simulator through real HTTP. One program, because linking six costs more than running them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod acting;
mod benchmark_mode;
mod deciding;
mod faults;
mod house;
mod klarna;
mod lasting;
mod multipart;
mod reading;
mod schema;
mod shopify;
mod support;
mod webhooks;
