//! The real binary, real databases, real HTTP against the simulator: what a user would see and what must never happen.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod bad_input;
mod demo;
mod fair;
mod inspect;
mod kills;
mod platforms;
mod support;
mod walk;
