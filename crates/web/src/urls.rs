//! Every address, made in one place.

use docket_core::id::CaseId;
use url::form_urlencoded::Serializer;

use crate::query::{QueueQuery, ReportQuery};

pub const HOME: &str = "/";
pub const QUEUE: &str = "/queue";
pub const CASE: &str = "/cases/{id}";
pub const WIN_RATE: &str = "/reports/win-rate";
pub const SLA: &str = "/reports/sla";
pub const CONNECTIONS: &str = "/connections";
pub const WEBHOOK: &str = "/webhooks/{platform}/{connection}";
/// The page of a question to a client; who knows the token may answer.
pub const ASK: &str = "/ask/{token}";
pub const HEALTH: &str = "/healthz";
pub const STYLES: &str = "/assets/docket.css";
pub const ICON: &str = "/assets/docket.svg";

/// The page of a case.
pub fn case(id: CaseId) -> String {
    format!("/cases/{id}")
}

/// The page of a question to a client.
pub fn ask(token: &str) -> String {
    format!("/ask/{token}")
}

/// A path as it may stand in a log: the token of a question's page is a secret.
pub fn loggable(path: &str) -> &str {
    if path.starts_with("/ask/") {
        "/ask/…"
    } else {
        path
    }
}

/// The queue with these filters.
pub fn queue(query: &QueueQuery) -> String {
    with(QUEUE, &query.pairs())
}

/// The queue's usual view: what is open.
pub fn open_cases() -> String {
    queue(&QueueQuery {
        open: true,
        ..QueueQuery::default()
    })
}

/// The win-rate report for these choices.
pub fn win_rate(query: &ReportQuery) -> String {
    with(WIN_RATE, &query.pairs())
}

fn with(path: &str, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}
