//! The cases behind a figure.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::ExitCode;

use anyhow::{Result, bail};
use docket_app::{ClientScope, Desk, GroupBy, ReportCase, WinRateWish};
use docket_core::money::{Currency, Money};
use docket_core::stats::Figure;
use docket_core::words::readable;
use serde_json::{Value, json};

use super::super::{Format, no_paper};
use crate::output::{JsonArray, Table, line};

pub async fn run(wanted: &str, wish: &WinRateWish, format: Format, desk: &Desk) -> Result<ExitCode> {
    let (figure, group) = match wanted.split_once('=') {
        Some((figure, group)) => (figure, Some(group)),
        None => (wanted, None),
    };
    let figure: Figure = figure.parse()?;
    let found = desk.win_rate_cases(wish, figure, group).await?;
    if let Some(group) = group.filter(|_| found.is_empty()) {
        known(group, wish, desk).await?;
    }
    match format {
        Format::Json => {
            let mut array = JsonArray::begin()?;
            found.iter().try_for_each(|case| array.push(&fields(case)))?;
            array.end()?;
        }
        Format::Csv => csv(&found)?,
        Format::Pdf => return Err(no_paper()),
        Format::Text => text(&found, wish, desk).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails for a group that the report does not have: nothing counted there is no figure of it. A client is found by its name.
async fn known(group: &str, wish: &WinRateWish, desk: &Desk) -> Result<()> {
    if wish.by == GroupBy::Client {
        return Ok(());
    }
    let mut groups = BTreeSet::new();
    for figure in [Figure::Received, Figure::Superseded] {
        let all = desk.win_rate_cases(wish, figure, None).await?;
        groups.extend(all.into_iter().map(|case| case.key));
    }
    if groups.is_empty() {
        bail!("no case is in this period; choose another one with `--from` and `--to`");
    }
    if !groups.contains(group) {
        let groups: Vec<String> = groups.into_iter().collect();
        bail!(
            "the report has no group `{group}` by {}; it has: {}",
            wish.by.as_str(),
            groups.join(", ")
        );
    }
    Ok(())
}

fn fields(case: &ReportCase) -> Value {
    json!({
        "id": case.id, "client": case.client, "platform": case.platform, "platform_dispute_id": case.dispute,
        "opened_on": case.opened_on, "group": case.key, "reason": case.reason, "amount": case.amount,
        "outcome": case.outcome, "contested": case.contested, "answer": case.answer,
    })
}

fn outcome(case: &ReportCase) -> &'static str {
    case.outcome.map_or("open", |outcome| outcome.as_str())
}

fn csv(found: &[ReportCase]) -> Result<()> {
    line(
        "id,client,platform,platform_dispute_id,opened_on,reason,amount_minor,currency,outcome,contested,answer",
    )?;
    found.iter().try_for_each(|case| {
        let (id, client, amount) = (case.id, case.client, case.amount);
        line(format!(
            "{id},{client},{},{},{},{},{},{},{},{},{}",
            case.platform,
            case.dispute,
            case.opened_on,
            case.reason,
            amount.minor,
            amount.currency,
            outcome(case),
            case.contested,
            case.answer
        ))
    })
}

async fn text(found: &[ReportCase], wish: &WinRateWish, desk: &Desk) -> Result<()> {
    let scope = wish
        .client
        .as_ref()
        .map_or(ClientScope::Agency, |c| ClientScope::One(c.id));
    let clients = desk.clients(scope).await?;
    let names: HashMap<_, _> = clients.into_iter().map(|c| (c.id, c.name)).collect();
    let mut table = Table::new(&[
        "CLIENT", "PLATFORM", "DISPUTE", "OPENED", "REASON", "AMOUNT", "OUTCOME",
    ]);
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for case in found {
        let sum = sums.entry(case.amount.currency).or_default();
        *sum = sum.saturating_add(case.amount.minor);
        table.row(vec![
            names.get(&case.client).cloned().unwrap_or_default(),
            case.platform.title().to_owned(),
            case.dispute.clone(),
            case.opened_on.clone(),
            readable(case.reason),
            case.amount.to_string(),
            readable(outcome(case)),
        ]);
    }
    table.print()?;
    let sums: Vec<String> = sums
        .into_iter()
        .map(|(currency, minor)| Money::new(minor, currency).to_string())
        .collect();
    line(format!(
        "{} case(s){}{}; docket case show DISPUTE",
        found.len(),
        if sums.is_empty() { "" } else { ", " },
        sums.join(" + ")
    ))
}
