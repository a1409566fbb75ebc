//! The cases behind figures as CSV: the same rows on a page's download and in the terminal.

use std::collections::HashMap;

use docket_core::id::ClientId;
use docket_core::money::Currency;
use docket_core::stats::Fees;
use docket_store::{Client, FactorCase, ReportCase, StoredCase};
use serde_json::{Value, json};

use super::{cell, push};

/// The columns of [`factor_cases`].
const OF_LEVEL: &str =
    "id,client,platform,platform_dispute_id,reason,amount_minor,currency,outcome,won,level";
/// The columns of [`cases`] that everybody sees.
const OF_CASE: &str = "id,client,client_name,platform,platform_dispute_id,reason,stage,amount_minor,currency,turn,outcome,\
    opened_at,closed_at,deadline";
/// Those that tell how a case is worked on: the agency's only.
const INNER: &str = ",work_state,assignee,contested,attention";

/// The columns of [`report_cases`]. From `counted_currency` on they add up to the report's amounts: disputed, retained by contest,
/// retained in any way, and both fees.
const OF_REPORT: &str = "id,client,platform,platform_dispute_id,opened_on,reason,amount_minor,currency,outcome,contested,answer,\
    group,counted_currency,counted_minor,retained_by_contest_minor,retained_minor,platform_fees_minor,agency_fees_minor,\
    fees_elsewhere,fee_unknown";

fn line(out: &mut String, cells: &[Value]) {
    push(out, &cells.iter().map(cell).collect::<Vec<_>>());
}

/// The cases behind a level of a factor.
pub fn factor_cases(found: &[FactorCase]) -> String {
    let mut out = format!("{OF_LEVEL}\n");
    for case in found {
        let row = [
            json!(case.id),
            json!(case.client),
            json!(case.platform),
            json!(case.dispute),
            json!(case.reason),
            json!(case.amount.minor),
            json!(case.amount.currency.code()),
            json!(case.outcome),
            json!(case.won),
            json!(case.level),
        ];
        line(&mut out, &row);
    }
    out
}

/// The first line of a list of cases.
pub fn cases_head(staff: bool) -> String {
    format!("{OF_CASE}{}\n", if staff { INNER } else { "" })
}

/// A page of a list of cases.
pub fn cases(found: &[StoredCase], names: &HashMap<ClientId, &Client>, staff: bool) -> String {
    let mut out = String::new();
    for stored in found {
        let (case, facts) = (&stored.case, &stored.case.facts);
        let mut row = vec![
            json!(case.id),
            json!(case.client),
            json!(names.get(&case.client).map(|client| &client.name)),
            json!(case.platform),
            json!(case.dispute),
            json!(facts.reason),
            json!(facts.stage),
            json!(facts.amount.minor),
            json!(facts.amount.currency.code()),
            json!(facts.turn),
            json!(case.outcome),
            json!(facts.opened_at),
            json!(case.closed_at),
            json!(case.round.deadline.map(|deadline| deadline.at)),
        ];
        if staff {
            let flags: Vec<&str> = case.attention.iter().map(|flag| flag.as_str()).collect();
            row.extend([
                json!(case.work_state),
                json!(case.assignee),
                json!(case.contested),
                json!(flags.join(" ")),
            ]);
        }
        line(&mut out, &row);
    }
    out
}

/// A case's fees in the currency that its report counts it in, and those in others.
pub fn fees(case: &ReportCase) -> (Fees, Vec<(Currency, Fees)>) {
    let (mut own, mut elsewhere) = (Fees::default(), Vec::new());
    for (currency, fees) in &case.money.fees {
        if *currency == case.money.amount.currency {
            own.add(*fees);
        } else if *fees != Fees::default() {
            elsewhere.push((*currency, *fees));
        }
    }
    (own, elsewhere)
}

/// What the report counts of a case, as JSON has it.
pub fn report_case(case: &ReportCase) -> Value {
    let (own, elsewhere) = fees(case);
    let fee = |(currency, fees): (Currency, Fees)| json!({ "currency": currency, "platform_minor": fees.platform, "agency_minor": fees.agency });
    json!({
        "id": case.id, "client": case.client, "platform": case.platform, "platform_dispute_id": case.dispute,
        "opened_on": case.opened_on, "group": case.key, "reason": case.reason, "amount": case.amount,
        "outcome": case.outcome, "contested": case.contested, "answer": case.answer,
        "counted_currency": case.money.amount.currency, "counted_minor": case.counted(),
        "retained_by_contest_minor": case.by_contest(), "retained_minor": case.retained(),
        "platform_fees_minor": own.platform, "agency_fees_minor": own.agency,
        "fees_elsewhere": elsewhere.into_iter().map(fee).collect::<Vec<_>>(), "fee_unknown": case.money.fee_unknown,
    })
}

/// The cases behind a figure of the win-rate report.
pub fn report_cases(found: &[ReportCase]) -> String {
    let mut out = format!("{OF_REPORT}\n");
    for case in found {
        let shown = report_case(case);
        let elsewhere: Vec<String> = fees(case)
            .1
            .into_iter()
            .map(|(currency, fees)| format!("{} {currency}", fees.platform + fees.agency))
            .collect();
        let cells = OF_REPORT.split(',').map(|name| match name {
            "amount_minor" => json!(case.amount.minor),
            "currency" => json!(case.amount.currency),
            "outcome" => json!(case.outcome.map_or("open", |outcome| outcome.as_str())),
            "fees_elsewhere" => json!(elsewhere.join(" + ")),
            name => shown[name].clone(),
        });
        line(&mut out, &cells.collect::<Vec<_>>());
    }
    out
}
