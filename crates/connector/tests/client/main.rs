//! The client against mock servers and sockets that break off.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

mod http;
mod support;
mod token;
