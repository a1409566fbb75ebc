//! The queue on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod dead;
mod ends;
mod enqueue;
mod leases;
mod order;
mod process;
mod stop;
mod support;
mod wake;
