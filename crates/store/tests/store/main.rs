//! The store on both engines: what is written is read back, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checklists;
mod connections;
mod drafts;
mod factor_report;
mod facts;
mod goods;
mod history;
mod isolation;
mod lists;
mod locking;
mod log_in;
mod people;
mod platforms;
mod programs;
mod round_trip;
mod rules;
mod saving;
mod schema;
mod search;
mod sla;
mod submissions;
mod support;
mod tallies;
