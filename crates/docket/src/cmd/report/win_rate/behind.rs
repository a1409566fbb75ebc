//! The cases behind a figure.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::ExitCode;

use anyhow::{Result, bail};
use docket_app::figures::lists;
use docket_app::{ClientScope, Desk, GroupBy, ReportCase, WinRateWish};
use docket_core::money::{Currency, Money};
use docket_core::stats::Figure;
use docket_core::words::readable;

use super::super::{Format, no_paper};
use crate::output::{self, JsonArray, Table, line};

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
            found
                .iter()
                .try_for_each(|case| array.push(&lists::report_case(case)))?;
            array.end()?;
        }
        Format::Csv => output::text(&lists::report_cases(&found))?,
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

fn outcome(case: &ReportCase) -> &'static str {
    case.outcome.map_or("open", |outcome| outcome.as_str())
}

async fn text(found: &[ReportCase], wish: &WinRateWish, desk: &Desk) -> Result<()> {
    let scope = wish
        .client
        .as_ref()
        .map_or(ClientScope::Agency, |c| ClientScope::One(c.id));
    let clients = desk.clients(scope).await?;
    let names: HashMap<_, _> = clients.into_iter().map(|c| (c.id, c.name)).collect();
    let mut table = Table::new(&[
        "CLIENT", "PLATFORM", "DISPUTE", "OPENED", "REASON", "AMOUNT", "OUTCOME", "RETAINED", "FEES",
    ]);
    let mut sums: [BTreeMap<Currency, i64>; 3] = Default::default();
    let mut unknown = 0;
    for case in found {
        let (own, elsewhere) = lists::fees(case);
        let counted = case.money.amount.currency;
        let fees: Vec<Money> = std::iter::once((counted, own))
            .chain(elsewhere)
            .map(|(currency, fees)| Money::new(fees.platform.saturating_add(fees.agency), currency))
            .collect();
        let retained = Money::new(case.retained(), counted);
        let amounts = [(0, case.amount), (1, retained)].into_iter();
        for (sum, amount) in amounts.chain(fees.iter().map(|fee| (2, *fee))) {
            let sum = sums[sum].entry(amount.currency).or_default();
            *sum = sum.saturating_add(amount.minor);
        }
        unknown += usize::from(case.money.fee_unknown);
        let known = fees.iter().map(Money::to_string).collect::<Vec<_>>().join(" + ");
        table.row(vec![
            names.get(&case.client).cloned().unwrap_or_default(),
            case.platform.title().to_owned(),
            case.dispute.clone(),
            case.opened_on.clone(),
            readable(case.reason),
            case.amount.to_string(),
            readable(outcome(case)),
            retained.to_string(),
            if case.money.fee_unknown {
                "not known".to_owned()
            } else {
                known
            },
        ]);
    }
    table.print()?;
    let [disputed, retained, fees] = sums.map(|of| {
        let sums = of
            .into_iter()
            .map(|(currency, minor)| Money::new(minor, currency).to_string());
        sums.collect::<Vec<_>>().join(" + ")
    });
    if found.is_empty() {
        return line("0 case(s); docket case show DISPUTE");
    }
    let fees = match unknown {
        0 => format!("fees {fees}"),
        n => format!("a fee of {n} not known"),
    };
    line(format!(
        "{} case(s), {disputed}; retained {retained}; {fees}; docket case show DISPUTE",
        found.len()
    ))
}
