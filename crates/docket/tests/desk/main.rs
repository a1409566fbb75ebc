//! The real binary, real databases, real HTTP against the simulator: what a user would see and what must never happen.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod answering;
mod bad_input;
mod bad_platform;
mod bad_rights;
mod demo;
mod door;
mod evidence;
mod factors;
mod fair;
mod imports;
mod inspect;
mod kills;
mod mixes;
mod people;
mod platforms;
mod smtp;
mod storms;
mod support;
mod tokens;
mod walk;
mod walks;
mod webhooks;
