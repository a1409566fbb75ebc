//! The cases behind figures as CSV: the same rows on a page's download and in the terminal.

use std::collections::HashMap;

use docket_core::id::ClientId;
use docket_store::{Client, FactorCase, StoredCase};
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
