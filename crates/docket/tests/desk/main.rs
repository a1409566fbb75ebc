//! The real binary, real databases, real HTTP against the simulator: what a user would see and what must never happen.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod answering;
mod bad_input;
mod bad_platform;
mod bad_rights;
mod client_files;
mod demo;
mod door;
mod drafts;
mod evidence;
mod factors;
mod fair;
mod gathered;
mod given;
mod health;
mod held;
mod hooks;
mod hostile;
mod imports;
mod inspect;
mod judged;
mod kills;
mod mixes;
mod net;
mod packet_faults;
mod packs;
mod people;
mod platforms;
mod replies;
mod rules;
mod sla;
mod smtp;
mod storms;
mod support;
mod tokens;
mod undo;
mod users;
mod walk;
mod walks;
mod webhooks;
mod win_rates;
