//! The cases behind a level.

use std::collections::{BTreeSet, HashMap};
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use docket_app::{Client, ClientScope, Desk, FactorCase, Period, figures};
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::{AFTER_OPENING, Subject};
use docket_core::words::readable;
use serde_json::{Value, json};

use super::super::{Format, no_paper};
use crate::output::{self, JsonArray, Table, line};

/// `delivery_timing=late`.
fn read(wanted: &str) -> Result<(Subject, &str)> {
    let (factor, level) = wanted
        .split_once('=')
        .ok_or_else(|| anyhow!("`{wanted}` names no level; write it like delivery_timing=late"))?;
    let known = || {
        CATALOGUE
            .iter()
            .map(|entry| entry.kind)
            .chain(AFTER_OPENING)
            .map(|kind| kind.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let subject = factor.parse().map_err(|why| {
        let items = "an item of a settings checklist, like paypal.settings.webhooks";
        anyhow!("{why}; known: {}, or {items}", known())
    })?;
    Ok((subject, level))
}

pub async fn run(
    wanted: &str,
    client: Option<&Client>,
    period: Period,
    format: Format,
    desk: &Desk,
) -> Result<ExitCode> {
    let (subject, level) = read(wanted)?;
    let found = desk.factor_cases(client, period, (&subject, Some(level))).await?;
    if found.is_empty() {
        let all = desk.factor_cases(client, period, (&subject, None)).await?;
        let levels: BTreeSet<&str> = all.iter().map(|case| case.level.as_str()).collect();
        if levels.is_empty() {
            bail!("no case is decided in this period; choose another one with `--from` and `--to`");
        }
        let levels: Vec<&str> = levels.into_iter().collect();
        bail!(
            "no decided case has `{level}` for {}; it has: {}",
            subject,
            levels.join(", ")
        );
    }
    match format {
        Format::Json => {
            let mut array = JsonArray::begin()?;
            found.iter().try_for_each(|case| array.push(&fields(case)))?;
            array.end()?;
        }
        Format::Csv => output::text(&figures::lists::factor_cases(&found))?,
        Format::Pdf => return Err(no_paper()),
        Format::Text => text(&found, client, desk).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn fields(case: &FactorCase) -> Value {
    json!({
        "id": case.id, "client": case.client, "platform": case.platform, "platform_dispute_id": case.dispute,
        "reason": case.reason, "amount": case.amount, "outcome": case.outcome, "won": case.won, "level": case.level,
    })
}

async fn text(found: &[FactorCase], client: Option<&Client>, desk: &Desk) -> Result<()> {
    let scope = client.map_or(ClientScope::Agency, |c| ClientScope::One(c.id));
    let clients = desk.clients(scope).await?;
    let names: HashMap<_, _> = clients.into_iter().map(|c| (c.id, c.name)).collect();
    let mut table = Table::new(&[
        "CLIENT",
        "PLATFORM",
        "DISPUTE",
        "REASON",
        "AMOUNT",
        "OUTCOME",
        "COUNTS AS",
    ]);
    for case in found {
        table.row(vec![
            names.get(&case.client).cloned().unwrap_or_default(),
            case.platform.clone(),
            case.dispute.clone(),
            readable(&case.reason),
            case.amount.to_string(),
            readable(&case.outcome),
            if case.won { "won" } else { "not won" }.to_owned(),
        ]);
    }
    table.print()?;
    let won = found.iter().filter(|case| case.won).count();
    line(format!(
        "{won} won of {} decided; docket case show DISPUTE",
        found.len()
    ))
}
