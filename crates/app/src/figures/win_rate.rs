//! The win-rate report's figures.

mod csv;

use docket_core::money::{Currency, Money};
use docket_core::stats::{
    AmountRate, AmountShown, Amounts, DEFINITION, Drift, Fees, Group, Line, MONEY_DEFINITION, Mixed,
    NO_UPLIFT, Points, SHRUNK_DEFINITION, Shrunk, Standard, Step,
};
use docket_core::words::{Platform, Reason};
use serde_json::{Map, Value, json};

pub use self::csv::csv;

use super::{points, rate, tenths};
use crate::{AccountHealth, Changed, GroupBy, HEALTH_DEFINITION, WinRateReport, WinRateWish};

fn amount_rate(rate: AmountRate, currency: Currency) -> Value {
    let mut value = json!({
        "part": Money::new(rate.part(), currency), "whole": Money::new(rate.whole(), currency), "cases": rate.cases(),
        "percent": null, "low": null, "high": null, "weak": true,
    });
    if let AmountShown::Percent {
        percent,
        interval,
        weak,
    } = rate.shown()
    {
        value["percent"] = json!(tenths(percent));
        value["low"] = json!(tenths(interval.low));
        value["high"] = json!(tenths(interval.high));
        value["weak"] = json!(weak);
    }
    value
}

fn amounts(one: &Amounts) -> Value {
    let money = |minor| Money::new(minor, one.currency);
    let fees = one
        .fees
        .map(|fees| json!({ "platform": money(fees.platform), "agency": money(fees.agency) }));
    json!({
        "currency": one.currency, "win_rate": amount_rate(one.won, one.currency),
        "net_recovery": amount_rate(one.recovered, one.currency), "retained": amount_rate(one.retained, one.currency),
        "partial_unknown": one.kept_unknown, "fees": fees, "fees_unknown": one.fee_unknown,
        "fees_elsewhere": one.fees_elsewhere().iter().map(elsewhere).collect::<Vec<_>>(),
        "net_benefit": one.net_benefit().map(money),
    })
}

/// Fees of cases in a currency that is not theirs.
fn elsewhere((currency, fees): &(Currency, Fees)) -> Value {
    json!(Money::new(fees.platform.saturating_add(fees.agency), *currency))
}

fn mixed(mixed: Mixed, immature: bool) -> Value {
    let mut value = json!({
        "state": "missing", "percent": null, "low": null, "high": null, "n": null, "weak": true,
        "covers": mixed.covers.0, "of": mixed.covers.1,
    });
    if immature {
        value["state"] = json!("immature");
        return value;
    }
    match mixed.rate {
        Standard::Missing { n, .. } => value["n"] = json!(n),
        Standard::TooFew { n } => {
            value["state"] = json!("too_few");
            value["n"] = json!(n);
        }
        Standard::Percent {
            percent: Points {
                value: percent,
                interval,
            },
            n,
            weak,
            ..
        } => {
            value["state"] = json!("percent");
            value["percent"] = json!(tenths(percent));
            value["low"] = json!(tenths(interval.low.max(0.0)));
            value["high"] = json!(tenths(interval.high.min(100.0)));
            value["n"] = json!(n);
            value["weak"] = json!(weak);
        }
    }
    value
}

/// A rate that is shrunk towards that of the others.
fn shrunk(shrunk: Shrunk) -> Value {
    json!({
        "percent": tenths(shrunk.percent), "low": tenths(shrunk.interval.low), "high": tenths(shrunk.interval.high),
        "others": shrunk.others,
    })
}

/// From received to won, each step with its share of the one before.
fn funnel(group: &Group) -> Vec<Value> {
    let step = |step: Step| json!({ "figure": step.figure, "cases": step.cases, "of_before": step.of_before.map(rate) });
    group.funnel().map(step).to_vec()
}

/// One group, or the whole.
pub fn line(line: &Line) -> Value {
    let g = &line.group;
    let no_contest: Map<String, Value> = g
        .no_contest
        .iter()
        .map(|(outcome, n)| (outcome.to_string(), json!(n)))
        .collect();
    json!({
        "key": g.key, "received": g.received, "open": g.open, "contested": g.contested, "won": g.won,
        "won_protected": g.won_protected, "protected_unanswered": g.protected_unanswered, "partial": g.partial,
        "lost": g.lost, "lost_no_response": g.lost_no_response, "no_contest": no_contest, "unknown": g.unknown,
        "win_rate": rate(g.rate()), "coverage": rate(g.coverage()), "on_time": rate(line.on_time), "on_time_undated": line.undated,
        "immature": g.immature(), "funnel": funnel(g), "at_fixed_mix": line.standard.map(|found| mixed(found, g.immature())),
        "shrunk": line.shrunk.map(shrunk), "amounts": line.amounts.iter().map(amounts).collect::<Vec<_>>(),
    })
}

/// What changed since the period before.
pub fn change(changed: Changed) -> Value {
    let Changed::Since(before, change) = changed else {
        return match changed {
            Changed::Immature { now, before } => json!({
                "state": "immature", "open": now.0, "received": now.1, "open_before": before.0, "received_before": before.1,
            }),
            Changed::NoneBefore | Changed::Since(..) => json!({ "state": "none_before" }),
        };
    };
    let mut value = json!({
        "state": "too_few", "from": before.from, "to": before.to, "before": rate(change.before), "after": rate(change.after),
    });
    if let Drift::Parts {
        total,
        mix,
        rate,
        common,
    } = change.drift
    {
        value["state"] = json!("parts");
        value["total"] = points(total);
        value["mix"] = points(mix);
        value["rates"] = json!(rate.map(points));
        value["common"] = json!({ "before": common.0, "after": common.1 });
    }
    value
}

/// Two decimals.
fn hundredths(number: f64) -> f64 {
    format!("{number:.2}").parse().unwrap_or(number)
}

/// An account in one currency.
pub fn health(one: &AccountHealth) -> Value {
    json!({
        "connection": one.connection, "platform": one.platform, "currency": one.claimed.currency, "from": one.days.0,
        "to": one.days.1, "claims": one.claims, "claimed": one.claimed, "sales": one.sold.map(|(sales, _)| sales),
        "sold": one.sold.map(|(_, sold)| sold), "percent_by_amount": one.by_amount().map(hundredths),
        "percent_by_count": one.by_count().map(hundredths), "above_limit": one.above_limit(),
    })
}

/// The whole report.
pub fn all(report: &WinRateReport) -> Value {
    let wish = &report.wish;
    let strata = strata(report).map(|(platform, reason, win_rate)| {
        json!({ "platform": platform, "reason": reason, "win_rate": win_rate })
    });
    json!({
        "strata": strata.collect::<Vec<_>>(),
        "report": "win_rate", "definition": DEFINITION, "money_definition": MONEY_DEFINITION, "no_uplift": NO_UPLIFT,
        "shrunk_definition": (wish.by == GroupBy::Client).then_some(SHRUNK_DEFINITION),
        "client": wish.client.as_ref().map(|c| c.id), "client_name": wish.client.as_ref().map(|c| &c.name),
        "from": wish.period.from, "to": wish.period.to, "by": wish.by.as_str(),
        "cohort": if wish.closed { "closed" } else { "opened" }, "currency": wish.currency, "as_of": report.as_of,
        "cases": format!("{} --cases FIGURE=GROUP", command(wish)),
        "total": line(&report.ledger.total),
        "groups": report.ledger.groups.iter().map(line).collect::<Vec<_>>(), "change": change(report.change), "change_log": report.log,
        "account_health": report.health.iter().map(health).collect::<Vec<_>>(), "account_health_definition": HEALTH_DEFINITION,
    })
}

/// Each platform's decided cases of each reason, with their win rate.
pub fn strata(report: &WinRateReport) -> impl Iterator<Item = (Platform, Reason, Value)> {
    let strata = report.ledger.strata();
    strata.map(|((platform, reason), found)| (platform, reason, rate(found)))
}

/// The command that lists the cases behind a figure; with the client's id, which needs no quotes.
pub fn command(wish: &WinRateWish) -> String {
    let client = wish.client.as_ref().map(|c| format!(" --client {}", c.id));
    let (from, to) = (wish.period.from.date_naive(), wish.period.to.date_naive());
    let cohort = if wish.closed { " --cohort closed" } else { "" };
    format!(
        "docket report win-rate{} --from {from} --to {to} --by {}{cohort}",
        client.unwrap_or_default(),
        wish.by.as_str()
    )
}
