//! People are told exactly once, whatever happens to clocks, deadlines and processes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod asking;
mod causes;
mod ladder;
mod log_in;
mod support;
