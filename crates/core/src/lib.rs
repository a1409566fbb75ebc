//! The domain of Docket, pure and synchronous: no I/O, no wall clock, no randomness.
//!
//! Start with [`case::apply`]: every change of a case goes through it. What a platform said at one moment
//! is a [`snapshot::Snapshot`]; what we intend to send is a [`response::Response`]; what is counted is in
//! [`stats`].
#![deny(missing_docs)]

pub mod attention;
pub mod case;
pub mod chain;
pub mod consequence;
pub mod deadline;
pub mod dossier;
pub mod draft;
pub mod env;
pub mod evidence;
pub mod exchange;
pub mod factor;
pub mod fee;
pub mod four_eyes;
pub mod hook;
pub mod id;
pub mod incident;
pub mod money;
pub mod notice;
pub mod pack;
pub mod packaging;
pub mod person;
pub mod proof;
pub mod recommend;
pub mod request;
pub mod response;
pub mod rule;
pub mod sentence;
pub mod sla;
pub mod snapshot;
pub mod stats;
pub mod token;
pub mod words;
