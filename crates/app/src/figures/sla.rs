//! The SLA report's figures.

mod csv;

use std::collections::HashMap;

use chrono::TimeDelta;
use docket_core::sla::{CalendarVersion, Day, End, Fate, Metric, READING, Statistic, Target};
use docket_core::stats::{Attainment, Shown};
use serde_json::{Value, json};

pub use self::csv::csv;
use super::{cell, push, rate, tenths};
use crate::error::Result;
use crate::{Client, Desk, Period, SlaLine, SlaReport, SlaSection};

/// Up to so many clocks JSON carries each of them; beyond it names the command that does.
const CLOCKS_UP_TO: usize = 5_000;
/// Of more than that so many of each target, breached or open.
const LISTED_UP_TO: usize = 1_000;

/// Of one view of a target, raw or adjusted.
pub fn counts(section: &SlaSection, target: &Target, all: &Attainment) -> Value {
    let rate = all.rate();
    let (percent, low, high, weak) = match rate.shown() {
        Shown::Nothing | Shown::Counts { .. } => (None, None, None, true),
        Shown::Percent {
            percent,
            interval,
            weak,
            ..
        } => (
            Some(tenths(percent)),
            Some(tenths(interval.low)),
            Some(tenths(interval.high)),
            weak,
        ),
    };
    // How long a deadline's clock runs is the platform's choice: no mean of that says anything.
    let mean = all.mean().filter(|_| target.metric != Metric::BeforeDeadline);
    let percentile = match target.statistic {
        Statistic::Percentile(p) => p,
        Statistic::Each | Statistic::Average => 90,
    };
    let reached = all
        .percentile(percentile)
        .filter(|_| target.metric != Metric::BeforeDeadline);
    json!({
        "met": rate.hits(), "n": rate.n(), "breached": all.breached(), "percent": percent, "low": low, "high": high, "weak": weak,
        "open": all.open(), "released": all.released(), "unfinished": all.unfinished(),
        "immature": all.immature(),
        "mean_minutes": mean.map(|m| tenths(m.minutes)), "mean_low": mean.map(|m| tenths(m.interval.low)),
        "mean_high": mean.map(|m| tenths(m.interval.high)), "percentile": percentile, "percentile_minutes": reached,
        "verdict": section.verdict(target, all).as_str(),
    })
}

/// What must be said beside a target's averages and percentiles: the sentence's key in the words of reports, and its number.
pub fn reservations(target: &Value) -> Vec<(&'static str, Value)> {
    let raw = &target["raw"];
    let mut said = Vec::new();
    if raw["unfinished"] != 0 && !raw["mean_minutes"].is_null() {
        said.push(("sla.unfinished", raw["unfinished"].clone()));
    }
    // Below ten there is no figure that could be taken for more than it is.
    let early = |view: &&Value| view["immature"] == true && !view["percent"].is_null();
    if let Some(view) = [raw, &target["adjusted"]].iter().find(|view| early(view)) {
        said.push(("sla.immature", view["open"].clone()));
    }
    said
}

/// A clock. `why` is told for what is breached with nothing taken off.
pub fn clock(line: &SlaLine<'_>) -> Value {
    let judged = &line.judged;
    let ended = match line.end {
        End::Done(_) => "done",
        End::Released(_) => "fell_away",
        End::Running => "running",
    };
    json!({
        "contract_version": line.version, "target": line.target, "case": line.case, "dispute": line.dispute,
        "platform": line.platform, "round": line.round, "begun": line.begun, "ended": ended, "ended_at": line.end,
        "limit_seconds": judged.limit.num_seconds(), "raw_seconds": judged.measured.raw.num_seconds(),
        "paused_seconds": judged.measured.paused.num_seconds(), "excluded_seconds": judged.measured.excluded.num_seconds(),
        "adjusted_seconds": judged.measured.adjusted.num_seconds(), "raw": judged.raw, "adjusted": judged.adjusted,
        "why": line.why, "incident": line.incident,
    })
}

/// A clock that is kept, and how much of its limit was left.
struct One {
    fate: Fate,
    left: TimeDelta,
    shown: Value,
}

/// The clocks of each target, as long as they are few enough.
#[derive(Default)]
struct Kept {
    by_target: HashMap<i64, HashMap<String, Vec<One>>>,
    seen: usize,
}

impl Kept {
    /// Of too many only what people must look at is kept, and of that no more than a list can be.
    fn keep(&mut self, line: &SlaLine<'_>) {
        self.seen += 1;
        let fate = line.judged.raw;
        if self.seen > CLOCKS_UP_TO && !matches!(fate, Fate::Breached | Fate::Open) {
            return;
        }
        let targets = self.by_target.entry(line.version).or_default();
        let kept = match targets.get_mut(line.target) {
            Some(kept) => kept,
            None => targets.entry(line.target.to_owned()).or_default(),
        };
        let listed = |kept: &[One]| {
            let must_be_seen = kept
                .iter()
                .filter(|one| matches!(one.fate, Fate::Breached | Fate::Open));
            must_be_seen.count()
        };
        if self.seen <= CLOCKS_UP_TO || listed(kept) < LISTED_UP_TO {
            kept.push(One {
                fate,
                left: line.judged.limit - line.judged.measured.raw,
                shown: clock(line),
            });
        }
    }

    fn of(&self, version: i64, target: &str) -> &[One] {
        let kept = self
            .by_target
            .get(&version)
            .and_then(|targets| targets.get(target));
        kept.map_or(&[], Vec::as_slice)
    }
}

/// The report of one client.
///
/// # Errors
/// When the database fails.
pub async fn report(client: Client, period: Period, desk: &Desk) -> Result<Value> {
    let mut kept = Kept::default();
    let report = desk
        .sla_report(client, period, |line| {
            kept.keep(line);
            Ok(())
        })
        .await?;
    let sections = report.sections.iter().map(|s| section(s, &report, &kept));
    Ok(json!({
        "report": "sla", "reading": READING, "client": report.client.id, "client_name": report.client.name,
        "from": period.from, "to": period.to, "as_of": report.as_of, "contracts": sections.collect::<Vec<_>>(),
        "calendars": calendars(&report), "without_contract": report.without_contract, "exclusions": report.exclusions,
        "exclusions_undecided": report.undecided, "cases": command(&report.client, period),
    }))
}

/// Zone, hours and holidays of the calendars that clocks ran by: holidays as far as they lie in the period or since.
pub fn calendars(report: &SlaReport) -> Vec<Value> {
    let (from, to) = (report.period.from.date_naive(), report.as_of.date_naive());
    let one = |version: &CalendarVersion| {
        let calendar = &version.calendar;
        // Days of the same hours stand together.
        let mut week: Vec<(Vec<Day>, String)> = Vec::new();
        for (day, hours) in calendar.week() {
            match week.iter_mut().find(|(_, other)| *other == hours) {
                Some((days, _)) => days.push(day),
                None => week.push((vec![day], hours)),
            }
        }
        let week = week
            .into_iter()
            .map(|(days, hours)| json!({ "days": days, "hours": hours }));
        json!({
            "name": calendar.name, "version": version.version, "zone": calendar.zone, "valid_from": calendar.valid_from,
            "week": week.collect::<Vec<_>>(), "holidays": calendar.holidays.range(from..=to).collect::<Vec<_>>(),
        })
    };
    report.calendars.iter().map(one).collect()
}

fn section(section: &SlaSection, report: &SlaReport, kept: &Kept) -> Value {
    let contract = &section.contract;
    let targets = section.each().map(|(target, found)| {
        let lines = kept.of(contract.version, &target.name);
        let breaches: Vec<&Value> = lines.iter().filter(|l| l.fate == Fate::Breached).map(|l| &l.shown).collect();
        let mut open: Vec<&One> = lines.iter().filter(|l| l.fate == Fate::Open).collect();
        // What breaches first comes first.
        open.sort_by_key(|l| l.left);
        let open: Vec<&Value> = open.into_iter().map(|l| &l.shown).collect();
        let months = found.months.iter().map(|(month, (raw, adjusted))| {
            json!({ "month": month.format("%Y-%m").to_string(), "raw": rate(*raw), "adjusted": rate(*adjusted) })
        });
        let all = (kept.seen <= CLOCKS_UP_TO).then(|| lines.iter().map(|l| &l.shown).collect::<Vec<_>>());
        json!({
            "target": target.name, "metric": target.metric, "definition": target.metric.definition(),
            "terms": contract.contract.terms(target), "calendar": contract.contract.calendar_of(target),
            "pauses": contract.contract.pauses_of(target), "only_some": !target.only.is_all(), "statistic": target.statistic,
            "limit_minutes": target.limit().num_minutes(), "target_percent": contract.contract.share_of(target),
            "raw": counts(section, target, &found.raw), "adjusted": counts(section, target, &found.adjusted),
            "months": months.collect::<Vec<_>>(), "breaches": breaches, "open": open, "clocks": all,
            "cases": format!("{} --target \"{}\"", command(&report.client, report.period), target.name),
        })
    });
    json!({
        "name": contract.contract.name, "version": contract.version, "valid_from": contract.contract.valid_from,
        "zone": contract.contract.zone, "starts_at": contract.starts_at, "ends_at": section.ends_at,
        "recorded_by": contract.recorded_by, "recorded_at": contract.recorded_at, "rounds": section.rounds,
        "targets": targets.collect::<Vec<_>>(),
    })
}

/// The command that lists the clocks behind a figure; with the client's id, which needs no quotes.
pub fn command(client: &Client, period: Period) -> String {
    let (from, to) = (period.from.date_naive(), period.to.date_naive());
    format!(
        "docket report sla --client {} --from {from} --to {to} --cases",
        client.id
    )
}

/// Columns of a list of clocks.
const CLOCK: [&str; 18] = [
    "contract_version",
    "target",
    "case",
    "dispute",
    "platform",
    "round",
    "begun",
    "ended",
    "ended_at",
    "limit_seconds",
    "raw_seconds",
    "paused_seconds",
    "excluded_seconds",
    "adjusted_seconds",
    "raw",
    "adjusted",
    "why",
    "incident",
];

/// The first line of a list of clocks as CSV.
pub fn clocks_head() -> String {
    let mut out = String::new();
    push(&mut out, &CLOCK.map(str::to_owned));
    out
}

/// A clock's line of it.
pub fn clock_row(found: &SlaLine<'_>) -> String {
    let (value, mut out) = (clock(found), String::new());
    push(&mut out, &CLOCK.map(|name| cell(&value[name])));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(open: u64, immature: bool, percent: Option<f64>, unfinished: u64) -> Value {
        json!({
            "open": open, "immature": immature, "percent": percent, "mean_minutes": percent, "unfinished": unfinished,
        })
    }

    #[test]
    fn figures_of_what_still_runs_are_told_as_such() {
        let said = |raw, adjusted| reservations(&json!({ "raw": raw, "adjusted": adjusted }));
        let ripe = || view(1, false, Some(90.0), 0);
        assert_eq!(said(ripe(), ripe()), []);
        let early = || view(40, true, Some(90.0), 2);
        let both = [("sla.unfinished", json!(2)), ("sla.immature", json!(40))];
        assert_eq!(said(early(), early()), both);
        assert_eq!(said(ripe(), early()), both[1..], "only with pauses taken off");
        // Counts alone are taken for no share.
        assert_eq!(said(view(40, true, None, 2), view(40, true, None, 2)), []);
    }
}
