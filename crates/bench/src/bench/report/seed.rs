//! Cases of 24 months, made inside the database by one statement for each table: the same on both engines.

use anyhow::Result;
use docket_store::{Db, on_db};
use sqlx::AssertSqlSafe;

use crate::database::Engine;

/// The first day on which a case was opened.
pub const FROM: &str = "2024-11-01";
/// The day after the last one.
pub const TO: &str = "2026-11-01";
const DAYS: u32 = 730;

/// The factors that are recorded, by their places in the catalogue, with their levels.
pub const FACTORS: &[(&str, usize, &[&str])] = &[
    (
        "delivery_timing",
        0,
        &["on_time", "late", "undelivered", "unknown"],
    ),
    ("tracking_known", 1, &["true", "false"]),
    ("handling_hours", 2, &["up_to_24h", "25_to_72h", "over_72h"]),
    ("first_reply_hours", 3, &["up_to_48h", "49_to_96h", "over_96h"]),
    (
        "merchant_contacted_outcome",
        4,
        &["responded", "no_response", "fixed"],
    ),
    ("seller_protection_eligible", 5, &["true", "false"]),
    (
        "sku_complaint_band",
        6,
        &["no_complaint", "up_to_median", "above_median"],
    ),
    ("addresses_match", 8, &["true", "false"]),
    ("refund_latency_hours", 9, &["up_to_14d", "over_14d"]),
    ("delivery_status", 11, &["delivered", "in_transit"]),
    ("carrier", 14, &["dhl", "gls", "ups", "postnord", "dpd"]),
];

/// Each engine's own words for what the two have no common ones for.
pub struct Dialect(pub Engine);

impl Dialect {
    pub fn id(&self, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("unhex(printf('%032x', {number}))"),
            Engine::Postgres => format!("CAST(lpad(to_hex({number}), 32, '0') AS UUID)"),
        }
    }

    fn day(&self, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("date('{FROM}', '+' || ({number}) || ' days')"),
            Engine::Postgres => format!("to_char(date '{FROM}' + CAST({number} AS INT), 'YYYY-MM-DD')"),
        }
    }

    fn instant(&self, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("{} || 'T00:00:00+00:00'", self.day(number)),
            Engine::Postgres => format!("CAST({} || 'T00:00:00+00:00' AS TIMESTAMPTZ)", self.day(number)),
        }
    }

    /// Thirty-two of them: the head of a history without entries.
    pub const fn bytes(&self) -> &'static str {
        match self.0 {
            Engine::Sqlite => "zeroblob(32)",
            Engine::Postgres => "decode(repeat('00', 32), 'hex')",
        }
    }
}

/// A number below `below` that looks like chance and is the same in every run.
fn pick(salt: u32, below: usize) -> String {
    format!("(n * 48271 % 2147483647 * {salt} % 1000003 % {below})")
}

/// One of these words.
fn word(salt: u32, words: &[&str]) -> String {
    let cases: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(at, word)| format!("WHEN {at} THEN '{word}'"))
        .collect();
    format!("CASE {} {} END", pick(salt, words.len()), cases.join(" "))
}

fn numbers(last: u64) -> String {
    format!(
        "WITH RECURSIVE numbers (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})"
    )
}

async fn run(db: &Db, sql: String) -> Result<()> {
    match db {
        Db::Sqlite { write, .. } => {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(write).await?;
        }
        Db::Postgres(pool) => {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await?;
        }
    }
    Ok(())
}

const OUTCOMES: &[&str] = &[
    "won",
    "won",
    "won",
    "won",
    "lost",
    "lost",
    "lost",
    "lost_no_response",
    "partial",
    "accepted",
    "settled",
    "withdrawn",
    "won_protected",
    "",
];
const REASONS: &[&str] = &[
    "not_received",
    "not_received",
    "not_as_described",
    "not_as_described",
    "unauthorised",
    "credit_not_processed",
    "duplicate_or_paid_otherwise",
    "incorrect_amount",
    "subscription_cancelled",
    "other",
];

/// Clients, of whom the first one has two cases of five; three connections each; cases, and the rows that reports count.
pub async fn fill(db: &Db, dialect: &Dialect, clients: u64, cases: u64) -> Result<()> {
    let (id, day, instant) = (
        |n: &str| dialect.id(n),
        |n: &str| dialect.day(n),
        |n: &str| dialect.instant(n),
    );
    let (bytes, now) = (dialect.bytes(), instant("0"));
    run(db, format!(
        "{} INSERT INTO clients (id, name, chain_head, created_at) SELECT {}, 'Client ' || n, {bytes}, {now} FROM numbers",
        numbers(clients), id("1000000000000 + n")
    )).await?;
    let platform =
        |n: &str| format!("CASE {n} % 3 WHEN 0 THEN 'paypal' WHEN 1 THEN 'klarna' ELSE 'shopify' END");
    run(db, format!(
        "{} INSERT INTO connections (id, client_id, platform, base_url, credentials, key_id, next_sync_at, next_sweep_at, \
         chain_head, created_at) SELECT {}, {}, {}, 'https://example.test', {bytes}, 'none', {now}, {now}, {bytes}, {now} \
         FROM numbers",
        numbers(clients * 3), id("2000000000000 + n"), id("1000000000001 + (n - 1) / 3"), platform("n")
    )).await?;
    let owner = format!(
        "CASE WHEN {} < 2 THEN 0 ELSE {} END",
        pick(31, 5),
        pick(37, usize::try_from(clients)?)
    );
    let outcome = word(41, OUTCOMES);
    // Whoever was not asked is not answered; three of four others are.
    let contested = format!(
        "{} < 3 AND outcome NOT IN ('lost_no_response', 'accepted', '')",
        pick(43, 4)
    );
    let ended = format!("{} + 20", "opened");
    run(db, format!(
        "{} INSERT INTO cases (id, client_id, connection_id, platform, dispute, amount_minor, currency, stage, platform_stage, \
         platform_status, turn, reason, platform_reason, allowed_actions, order_refs, opened_at, platform_updated_at, round_id, \
         work_state, outcome, closed_at, contested, conceded, attention, sort_at, observed_at, chain_length, chain_head, version) \
         SELECT {}, {}, {}, {}, 'PP-D-' || n, amount, currency, 'chargeback', 'CHARGEBACK', 'RESOLVED', 'nobody', reason, \
         'MERCHANDISE_OR_SERVICE_NOT_RECEIVED', '[\"contest\",\"message\"]', '[\"3BC38643YC807283D\",\"INV-2026-' || n || '\"]', \
         {}, {}, {}, 'closed', nullif(outcome, ''), CASE WHEN outcome = '' THEN NULL ELSE {} END, {contested}, 1 = 0, '[]', {}, {now}, \
         1, {bytes}, 1 FROM (SELECT n, {owner} AS owner, {} AS place, {} AS opened, {outcome} AS outcome, {} AS reason, \
         {} AS currency, 500 + {} AS amount FROM numbers) AS made",
        numbers(cases), id("n"), id("1000000000001 + owner"), id("2000000000001 + owner * 3 + place"), platform("(place + 1)"),
        instant("opened"), instant("opened"), id("n"), instant(&ended), instant("opened"),
        pick(47, 3), pick(53, DAYS as usize), word(59, REASONS), word(61, &["EUR", "EUR", "SEK", "USD"]), pick(67, 90_000)
    )).await?;
    let closed = format!("CASE WHEN outcome IS NULL THEN '' ELSE {} END", day(&ended));
    run(db, format!(
        "INSERT INTO report_cases (case_id, client_id, connection_id, opened_on, closed_on, platform, reason, stage, currency, \
         amount_minor, outcome, contested, answer, assignee, levels) SELECT id, client_id, connection_id, {}, {closed}, platform, \
         reason, stage, currency, amount_minor, coalesce(outcome, ''), contested, \
         CASE WHEN contested THEN 'in_time' WHEN outcome = 'lost_no_response' THEN 'missed' ELSE 'not_due' END, {}, {} \
         FROM (SELECT c.*, {} AS opened FROM (SELECT cases.*, {} AS n FROM cases) AS c) AS made",
        day("opened"), word(71, &["ada", "ben", "cleo", "dan", "eve", "fay"]), levels(),
        pick(53, DAYS as usize), "CAST(substr(dispute, 6) AS BIGINT)"
    )).await?;
    on_db!(db, c => sqlx::raw_sql("ANALYZE").execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Two of three are recorded of each factor.
fn level(at: usize, names: &[&str]) -> String {
    let salt = u32::try_from(at).unwrap_or(0) * 10 + 101;
    format!(
        "CASE WHEN {} < 2 THEN {} ELSE '' END",
        pick(salt, 3),
        word(salt + 6, names)
    )
}

fn levels() -> String {
    let mut parts = Vec::new();
    let last = FACTORS.iter().map(|(_, at, _)| *at).max().unwrap_or_default();
    for place in 0..=last {
        let factor = FACTORS.iter().find(|(_, at, _)| *at == place);
        parts.push(factor.map_or("''".to_owned(), |(_, at, names)| level(*at, names)));
    }
    parts.join(" || '|' || ")
}

/// The same rows with one column for each factor, so that bare SQL can group by them.
pub async fn bare_levels(db: &Db) -> Result<()> {
    let columns: Vec<String> = FACTORS
        .iter()
        .map(|(name, at, names)| format!("{} AS {name}", level(*at, names)))
        .collect();
    run(db, format!(
        "CREATE TABLE bare_levels AS SELECT platform, reason, currency, outcome, contested, amount_minor, {} \
         FROM (SELECT report_cases.*, n FROM report_cases JOIN (SELECT id, CAST(substr(dispute, 6) AS BIGINT) AS n FROM cases) AS c \
         ON c.id = case_id) AS made",
        columns.join(", ")
    )).await?;
    on_db!(db, c => sqlx::raw_sql("ANALYZE").execute(c).await.map(|_| ()))?;
    Ok(())
}
