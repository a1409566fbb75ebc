//! SQL: SQLite (embedded default) and PostgreSQL behind one set of queries.
//!
//! [`Db`] is the connection, [`UnitOfWork`] one transaction. Every read of a client's data takes a [`ClientScope`].
//! One SQL text serves both engines; where that cannot be, the pair stands side by side.
#![deny(missing_docs)]

mod api_answers;
mod api_tokens;
mod audit;
mod bulk;
mod calendar_feeds;
mod cases;
mod clients;
mod connections;
mod db;
mod deadlines;
mod drafts;
mod error;
mod evidence;
mod factor_report;
mod factors;
mod facts;
mod fees;
mod files;
mod flags;
mod goods;
mod history;
mod hooks;
mod incidents;
mod info_requests;
mod limits;
mod notices;
mod order_joins;
mod orders;
mod packed;
mod packs;
mod people;
mod plans;
mod report_read;
mod report_rows;
mod rules;
mod sales;
mod scope;
mod secrets;
mod sessions;
mod settings;
mod sla;
mod sold;
mod staff;
mod submissions;
mod sync_runs;
#[cfg(feature = "testing")]
pub mod testing;
mod unit;
mod webhooks;
mod win_rate;

pub use api_answers::{KeptAnswer, KeptRequest};
pub use audit::{AuditEntry, AuditFilter, AuditRow};
pub use cases::{CaseFilter, CasePosition, FoundBy, Known, StoredCase};
pub use clients::Client;
pub use connections::{Connection, ConnectionHealth, NewConnection};
pub use db::{Db, Tx};
pub use deadlines::DeadlineHour;
pub use error::Error;
pub use evidence::{ChecklistMarks, MadePacket, StoredEvidence};
pub use factor_report::{FactorCase, FactorCounts, FactorLevels};
pub use factors::FactorRow;
pub use facts::{NewFact, Told};
pub use fees::{DayRate, StoredFee};
pub use files::Files;
pub use flags::UnknownCode;
pub use history::{Chain, HistoryRow, Tampered};
pub use hooks::HookWay;
pub use order_joins::{JoinedOrders, Unmatched, Why};
pub use people::{Account, Factor};
pub use plans::StoredPlan;
pub use report_read::Days;
pub use sales::{Claims, MonthSales};
pub use scope::ClientScope;
pub use secrets::{Keyring, SecretError};
pub use sessions::{SessionsSince, Tries};
pub use settings::Setting;
pub use sla::{RoundPosition, SlaRound};
pub use staff::{BegunDraft, OpenQuestion, StoredHandover};
pub use sync_runs::{SyncCounts, SyncRun};
pub use unit::{Change, UnitOfWork};
pub use webhooks::{NewWebhook, OpenWebhook};
pub use win_rate::{AmountBand, CaseMoney, Counted, Counting, GroupBy, MissingRates, ReportCase};

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every statement with a fixed text, for the test that prepares them all on both engines.
#[cfg(feature = "testing")]
pub fn statements() -> Vec<&'static str> {
    [
        api_answers::STATEMENTS,
        api_tokens::STATEMENTS,
        audit::STATEMENTS,
        calendar_feeds::STATEMENTS,
        cases::STATEMENTS,
        cases::SEARCH_STATEMENTS,
        clients::STATEMENTS,
        connections::STATEMENTS,
        deadlines::STATEMENTS,
        drafts::STATEMENTS,
        evidence::STATEMENTS,
        facts::STATEMENTS,
        &factor_report::statements(),
        factors::STATEMENTS,
        fees::STATEMENTS,
        flags::STATEMENTS,
        goods::STATEMENTS,
        history::STATEMENTS,
        hooks::STATEMENTS,
        order_joins::STATEMENTS,
        incidents::STATEMENTS,
        info_requests::STATEMENTS,
        limits::STATEMENTS,
        notices::STATEMENTS,
        orders::STATEMENTS,
        packs::STATEMENTS,
        win_rate::STATEMENTS,
        people::STATEMENTS,
        plans::STATEMENTS,
        report_rows::STATEMENTS,
        rules::STATEMENTS,
        sessions::STATEMENTS,
        sales::STATEMENTS,
        settings::STATEMENTS,
        sold::STATEMENTS,
        staff::STATEMENTS,
        submissions::STATEMENTS,
        sync_runs::STATEMENTS,
        webhooks::STATEMENTS,
        &sla::statements(),
    ]
    .concat()
}

/// The statements that need one text for each engine: SQLite's, then PostgreSQL's.
#[cfg(feature = "testing")]
pub fn pairs() -> Vec<(&'static str, &'static str)> {
    let listed = facts::PAIRS
        .iter()
        .chain(sold::PAIRS)
        .chain(order_joins::PAIRS)
        .chain(cases::LISTS);
    let listed = listed.map(|pair| (pair.0, pair.1));
    let own = [
        cases::PAIRS,
        cases::SEARCH_PAIRS,
        goods::PAIRS,
        sla::PAIRS,
        deadlines::PAIRS,
    ]
    .into_iter()
    .flatten()
    .copied();
    own.chain(listed).collect()
}
