//! `docket fee`: what disputes cost, by connection and date.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use chrono::NaiveDate;
use clap::Subcommand;
use docket_app::{ClientScope, Desk, NewFee, StoredFee};
use docket_core::fee::FeeKind;
use docket_core::id::ConnectionId;
use docket_core::money::{Currency, Money};
use serde_json::{Value, json};

use crate::output::{JsonArray, Table, line};

#[derive(Subcommand)]
pub enum Command {
    /// Set a fee for disputes opened from a day on; fees of before stay what they were
    Set {
        #[arg(long, value_name = "ID")]
        connection: ConnectionId,
        /// platform (for each dispute beyond the inquiry) or agency (for each case)
        #[arg(long)]
        kind: FeeKind,
        /// Such as 20.00
        #[arg(long, allow_hyphen_values = true)]
        amount: String,
        #[arg(long, value_name = "CODE")]
        currency: Currency,
        /// For disputes opened from this day on
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        /// The platform gives it back on a win, or does not charge it. If neither is said: PayPal and Shopify do, Klarna does not
        #[arg(long, conflicts_with = "kept_on_win")]
        back_on_win: bool,
        /// The platform keeps it on a win too
        #[arg(long)]
        kept_on_win: bool,
        /// The agency's share of what a contest retained, in percent, such as 12.5
        #[arg(long, value_name = "PERCENT")]
        share: Option<String>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Every fee that was set
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Set {
            connection,
            kind,
            amount,
            currency,
            from,
            back_on_win,
            kept_on_win,
            share,
            by,
        } => {
            let fee = NewFee {
                connection,
                kind,
                valid_from: from,
                amount: Money::parse(&amount, currency)?,
                back_on_win: (back_on_win || kept_on_win).then_some(back_on_win),
                share_ppm: share.as_deref().map_or(Ok(0), ppm)?,
                actor: super::actor(by),
            };
            let set = desk.set_fee(fee).await?;
            line(says(&set))?;
        }
        Command::List { client, json } => list(client.as_deref(), json, desk).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// `12.5` percent in parts per million.
fn ppm(text: &str) -> Result<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits =
        !whole.is_empty() && fraction.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let parts: Option<i64> = format!("{whole}{fraction:0<4}").parse().ok();
    parts
        .filter(|parts| digits && *parts <= 1_000_000)
        .ok_or_else(|| anyhow!("`{text}` is no share; write percent from 0 to 100, such as 12.5"))
}

fn says(fee: &StoredFee) -> String {
    let rule = &fee.rule;
    let rest = match rule.kind {
        FeeKind::Platform if rule.back_on_win => "not on a win".to_owned(),
        FeeKind::Platform => "on a win too".to_owned(),
        FeeKind::Agency => format!("and {} % of what a contest retains", share(rule.share_ppm)),
    };
    format!(
        "{} fee from {} on: {} for each case, {rest}",
        rule.kind, rule.valid_from, rule.amount
    )
}

fn share(ppm: i64) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn fields(fee: &StoredFee) -> Value {
    let rule = &fee.rule;
    json!({
        "connection": rule.connection, "client": rule.client, "kind": rule.kind, "from": rule.valid_from,
        "amount": rule.amount, "back_on_win": rule.back_on_win, "share_percent": share(rule.share_ppm),
        "set_by": fee.set_by, "set_at": fee.set_at,
    })
}

async fn list(client: Option<&str>, as_json: bool, desk: &Desk) -> Result<()> {
    let scope = match client {
        Some(text) => ClientScope::One(desk.find_client(text).await?.id),
        None => ClientScope::Agency,
    };
    let fees = desk.fees(scope).await?;
    if as_json {
        let mut array = JsonArray::begin()?;
        fees.iter().try_for_each(|fee| array.push(&fields(fee)))?;
        return array.end();
    }
    let mut table = Table::new(&["CONNECTION", "FEE", "SET BY"]);
    for fee in &fees {
        table.row(vec![
            fee.rule.connection.to_string(),
            says(fee),
            fee.set_by.clone(),
        ]);
    }
    if table.is_empty() {
        return line(
            "no fee is set; docket fee set --connection ID --kind platform --amount A --currency C --from DATE",
        );
    }
    table.print()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_exactly() {
        assert_eq!(ppm("12.5").unwrap(), 125_000);
        assert_eq!(
            (share(125_000), share(0), share(1_000_000)),
            ("12.5".to_owned(), "0".to_owned(), "100".to_owned())
        );
        for wrong in ["", "-1", "100.1", "1.23456", "1,5", "ten"] {
            assert!(ppm(wrong).is_err(), "{wrong}");
        }
    }
}
