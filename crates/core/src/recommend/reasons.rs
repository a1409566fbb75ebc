//! The reasons of a recommendation, in words.

use super::Fee;
use crate::case::Case;
use crate::evidence::Checklist;
use crate::stats::{COUNTS_ONLY_BELOW, Chance, Decided, History};

fn percent(parts: u32) -> String {
    let tenths = (parts + 500) / 1_000;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

pub(super) fn history(own: History, portfolio: Option<History>, chance: Chance) -> String {
    let mut own_words = match own.all.n {
        0 => "no similar case of the client was decided yet".to_owned(),
        n if n < COUNTS_ONLY_BELOW => {
            format!("{} of {n} similar cases of the client won (few)", own.all.won)
        }
        n => format!("{} of {n} similar cases of the client won", own.all.won),
    };
    own_words.push_str(&alike(own.alike));
    let all = portfolio.map_or_else(
        || "the portfolio is too small to be shown".to_owned(),
        |all| format!("portfolio: {} of {}{}", all.all.won, all.all.n, alike(all.alike)),
    );
    format!(
        "chance to win {}, 95 % interval {} to {}: {own_words}; {all}; shrunk towards the portfolio and a weak prior",
        percent(chance.point),
        percent(chance.low),
        percent(chance.high)
    )
}

fn alike(decided: Decided) -> String {
    match decided.n {
        0 => String::new(),
        n => format!(", {} of {n} with evidence as complete", decided.won),
    }
}

pub(super) fn evidence(list: &Checklist) -> String {
    let mut reason = format!("evidence is complete to {} % of its weight", list.completeness);
    for warning in &list.warnings {
        reason.push_str("; ");
        reason.push_str(warning);
    }
    reason
}

pub(super) fn fees(case: &Case, fee: Option<&Fee>) -> String {
    let platform = case.platform.title();
    match fee {
        Some(fee) => format!(
            "{platform} charges {} for a contest won, {} for one lost, {} without one (configured)",
            fee.won, fee.lost, fee.accepted
        ),
        None => format!(
            "what {platform} charges for a dispute in {} is not configured ([[advice.fees]]): the values leave it out",
            case.facts.amount.currency
        ),
    }
}
