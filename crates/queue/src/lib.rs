//! The durable job queue: our own table, run by apalis workers through our own back end.
//!
//! A job is enqueued with [`enqueue`] inside the transaction that makes it necessary, and so exists exactly when that
//! transaction was committed. A [`Queue`] claims due jobs under a lease, hands each to the [`Handler`] of its kind and
//! ends the attempt with one fenced statement: a worker that lost its lease changes nothing.
//!
//! Delivery is at least once. A process may die between a handler's effect and its acknowledgement, so every handler
//! must be safe to run twice.
//!
//! What runs inside a worker, each as its own task: `pump` claims and acknowledges, `pulse` extends leases,
//! `reap` takes over what vanished workers left, `listen` turns PostgreSQL's notifications into wake-ups, and
//! apalis drives the handlers, fed through `backend`.
#![deny(missing_docs)]

pub mod admin;
mod attempt;
mod backend;
mod enqueue;
mod job;
mod listen;
mod pulse;
mod pump;
mod queue;
mod reap;
mod settle;
mod sql;
mod worker;

pub use enqueue::{NewJob, cancel, enqueue};
pub use job::{DeadJob, Handler, HandlerError, Job, Lease, Outcome};
pub use queue::{Error, Queue, RunSummary, Settings, Waker};
pub use sql::statements;

/// Priorities, higher first. A claim takes all due jobs of a higher priority before any of a lower one.
pub mod priority {
    /// What a deadline demands.
    pub const DEADLINE: i64 = 100;
    /// Sending a response.
    pub const SUBMIT: i64 = 90;
    /// Reading back whether a response arrived.
    pub const CONFIRM: i64 = 80;
    /// Reading one case again.
    pub const REFRESH: i64 = 40;
    /// Reading a connection's changes.
    pub const SYNC: i64 = 20;
    /// Periodic sweeps.
    pub const SWEEP: i64 = 10;
}
