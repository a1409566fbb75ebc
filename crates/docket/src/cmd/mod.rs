//! One file for each command.

pub mod admin;
pub mod audit;
pub mod case;
pub mod client;
pub mod connection;
pub mod demo;
pub mod doctor;
pub mod draft;
pub mod evidence;
pub mod fee;
pub mod hook;
pub mod import;
pub mod incident;
pub mod info;
pub mod inspect;
pub mod job;
pub mod notice;
pub mod pack;
pub mod rate;
pub mod report;
pub mod respond;
pub mod rule;
pub mod sales;
pub mod search;
pub mod serve;
pub mod simulate;
pub mod sla;
pub mod sync;
pub mod token;
pub mod user;
pub mod webhook;

use anyhow::Result;
use docket_app::{ClientScope, Desk};

/// Who acts, for history: `--by`, else the system's user name.
fn actor(by: Option<String>) -> String {
    by.or_else(|| std::env::var("USER").ok())
        .filter(|u| !u.trim().is_empty())
        .unwrap_or_else(|| "command line".to_owned())
}

/// The scope of a command: one client (by name or id), or all.
async fn scope(desk: &Desk, client: Option<&str>) -> Result<ClientScope> {
    Ok(match client {
        Some(text) => ClientScope::One(desk.find_client(text).await?.id),
        None => ClientScope::Agency,
    })
}
