//! The health of accounts, in the digits of the other formats.

use docket_app::AccountHealth;
use docket_app::figures::win_rate as figures;
use serde_json::Value;

use crate::query::QueueQuery;
use crate::{show, urls};

/// An account in one currency.
#[derive(Debug)]
pub struct HealthRow {
    pub account: String,
    pub days: String,
    pub claims: String,
    /// The list of them; none where there are none.
    pub url: Option<String>,
    pub claimed: String,
    pub sales: String,
    pub sold: String,
    pub by_amount: String,
    pub by_count: String,
    pub limit: Option<String>,
}

fn percent(value: &Value) -> String {
    match value {
        Value::Null => show::said("health.none"),
        percent => format!("{} %", show::number(percent)),
    }
}

impl HealthRow {
    pub fn of(account: &AccountHealth) -> Self {
        let value = figures::health(account);
        let (sales, sold) = account.sold.map_or_else(
            || (show::said("health.not_told"), show::said("health.not_told")),
            |(sales, sold)| (sales.to_string(), show::money(sold)),
        );
        let (from, to) = account.days;
        Self {
            account: format!("{}, {}", account.platform.title(), account.claimed.currency),
            days: format!("{} – {}", show::day(from), show::day(to.pred_opt().unwrap_or(to))),
            claims: account.claims.to_string(),
            url: (account.claims > 0).then(|| {
                urls::queue(&QueueQuery {
                    connection: Some(account.connection),
                    currency: Some(account.claimed.currency),
                    opened_from: Some(from),
                    opened_to: Some(to),
                    utc: true,
                    claims: true,
                    ..QueueQuery::default()
                })
            }),
            claimed: show::money(account.claimed),
            sales,
            sold,
            by_amount: percent(&value["percent_by_amount"]),
            by_count: percent(&value["percent_by_count"]),
            limit: account
                .above_limit()
                .map(|above| show::said(if above { "health.above" } else { "health.below" })),
        }
    }
}
