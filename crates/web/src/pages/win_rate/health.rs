//! The health of accounts, in the digits of the other formats.

use docket_app::AccountHealth;
use docket_app::figures::win_rate as figures;
use serde_json::Value;

/// An account in one currency.
#[derive(Debug)]
pub struct HealthRow {
    pub account: String,
    pub days: String,
    pub claims: String,
    pub claimed: String,
    pub sales: String,
    pub sold: String,
    pub by_amount: String,
    pub by_count: String,
    pub limit: Option<&'static str>,
}

fn percent(value: &Value) -> String {
    match value {
        Value::Null => "no ratio".to_owned(),
        percent => format!("{percent} %"),
    }
}

impl HealthRow {
    pub fn of(account: &AccountHealth) -> Self {
        let value = figures::health(account);
        let (sales, sold) = account.sold.map_or_else(
            || ("not told".to_owned(), "not told".to_owned()),
            |(sales, sold)| (sales.to_string(), sold.to_string()),
        );
        let (from, to) = account.days;
        Self {
            account: format!("{}, {}", account.platform.title(), account.claimed.currency),
            days: format!("opened from {from} and before {to}"),
            claims: account.claims.to_string(),
            claimed: account.claimed.to_string(),
            sales,
            sold,
            by_amount: percent(&value["percent_by_amount"]),
            by_count: percent(&value["percent_by_count"]),
            limit: account.above_limit().map(|above| {
                if above {
                    "above PayPal’s limit"
                } else {
                    "not above PayPal’s limit"
                }
            }),
        }
    }
}
