//! The SLA report: a client's rounds page by page through clocks to counts. Memory grows with contracts, not with cases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use docket_core::id::{CaseId, IncidentId};
use docket_core::incident::Cause;
use docket_core::sla::{
    ALWAYS, CalendarVersion, CaseLog, Clock, Contract, ContractVersion, End, Exclusion, ExclusionState, Fate,
    Judged, Metric, Span, Target, Timetable, clocks, union,
};
use docket_core::stats::{Attainment, Rate, Verdict};
use docket_core::words::Platform;
use docket_store::{Client, ClientScope, SlaRound};

use crate::error::{Error, Result};
use crate::{Desk, Period};

/// Rounds read at once.
const PAGE: i64 = 1_000;

/// One clock, as lists show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlaLine<'a> {
    /// Version of the contract.
    pub version: i64,
    /// Name of the target.
    pub target: &'a str,
    /// The case.
    pub case: CaseId,
    /// The platform's id of the dispute.
    pub dispute: &'a str,
    /// The platform.
    pub platform: Platform,
    /// Number of the round.
    pub round: i64,
    /// When the clock began.
    pub begun: DateTime<Utc>,
    /// How it ended.
    pub end: End,
    /// What it shows.
    pub judged: Judged,
    /// Why it was breached, as far as is recorded; none where it was not.
    pub why: Option<&'static str>,
    /// The round's missed deadline.
    pub incident: Option<IncidentId>,
}

/// A target's counts.
#[derive(Debug, Clone)]
pub struct SlaTarget {
    /// Place in its contract.
    index: usize,
    /// Nothing taken off.
    pub raw: Attainment,
    /// Pauses and exclusions taken off.
    pub adjusted: Attainment,
    /// Both by the first day of the month in which the round began, UTC.
    pub months: BTreeMap<NaiveDate, (Rate, Rate)>,
}

/// What one version of the contract came to.
#[derive(Debug, Clone)]
pub struct SlaSection {
    /// The version.
    pub contract: ContractVersion,
    /// Until when it held; none for the newest.
    pub ends_at: Option<DateTime<Utc>>,
    /// Each target.
    pub targets: Vec<SlaTarget>,
    /// Rounds that began under it.
    pub rounds: u64,
}

/// An SLA report of one client.
#[derive(Debug, Clone)]
pub struct SlaReport {
    /// The client.
    pub client: Client,
    /// By when rounds began.
    pub period: Period,
    /// For each version of the contract that overlaps the period, oldest first.
    pub sections: Vec<SlaSection>,
    /// Rounds that began while no contract was in force.
    pub without_contract: u64,
    /// The versions of the calendars that its clocks run by, as far as they hold in the period or since.
    pub calendars: Vec<CalendarVersion>,
    /// Approved exclusions that overlap the period, or what runs on from it.
    pub exclusions: Vec<Exclusion>,
    /// Proposed ones that do: they do not count yet.
    pub undecided: u64,
    /// When it was computed.
    pub as_of: DateTime<Utc>,
}

impl SlaSection {
    /// A target's terms beside its counts.
    pub fn each(&self) -> impl Iterator<Item = (&Target, &SlaTarget)> {
        self.targets
            .iter()
            .map(|t| (&self.contract.contract.targets[t.index], t))
    }

    /// What can be said about a target, by one of its counts.
    pub fn verdict(&self, target: &Target, counts: &Attainment) -> Verdict {
        match self.contract.contract.share_of(target) {
            Some(share) => counts.share_verdict(share),
            None => counts.mean_verdict(target.limit()),
        }
    }
}

/// What all clocks of a client go by.
struct Rules {
    as_of: DateTime<Utc>,
    timetables: HashMap<String, Timetable>,
    exclusions: Vec<Exclusion>,
    by_platform: HashMap<Platform, Vec<Span>>,
}

impl Rules {
    fn of(calendars: Vec<CalendarVersion>, exclusions: &[Exclusion], within: Span) -> Self {
        let mut by_name: BTreeMap<String, Vec<CalendarVersion>> = BTreeMap::new();
        for version in calendars {
            by_name
                .entry(version.calendar.name.clone())
                .or_default()
                .push(version);
        }
        let table =
            |(name, versions): (String, Vec<CalendarVersion>)| (name, Timetable::of(&versions, within));
        let mut timetables: HashMap<String, Timetable> = by_name.into_iter().map(table).collect();
        timetables.insert(ALWAYS.to_owned(), Timetable::always());
        Self {
            as_of: within.to,
            timetables,
            exclusions: exclusions.to_vec(),
            by_platform: HashMap::new(),
        }
    }

    fn judge(
        &mut self,
        clock: &Clock,
        (contract, target): (&Contract, &Target),
        platform: Platform,
        waiting: &[Span],
    ) -> Result<Judged> {
        let name = contract.calendar_of(target);
        // A contract is stored only with calendars that exist, and none is ever taken away.
        let missing = || {
            Error::Invalid(format!("the contract's calendar `{name}` is gone; run `docket doctor`").into())
        };
        let table = self.timetables.get(name).ok_or_else(missing)?;
        let exclusions = &self.exclusions;
        let excluded = self.by_platform.entry(platform).or_insert_with(|| {
            let counting = exclusions.iter().filter(|e| e.counts_for(platform));
            union(counting.map(|e| e.span).collect())
        });
        Ok(clock.judge((contract, target), table, (waiting, excluded)))
    }
}

/// The round's missed deadline, for targets that are about the answer: it says nothing about how fast we began.
fn incident_of(metric: Metric, round: &SlaRound) -> Option<(IncidentId, Cause)> {
    match metric {
        Metric::BeforeDeadline | Metric::Submission => round.incident,
        Metric::FirstResponse | Metric::Decision | Metric::ClientAnswer => None,
    }
}

/// Why a clock was breached: what a person or the logs said of the round's missed deadline, else what the clock itself shows.
fn why(judged: &Judged, incident: Option<Cause>) -> Option<&'static str> {
    if judged.raw != Fate::Breached {
        return None;
    }
    Some(match incident {
        Some(cause) => cause.as_str(),
        None if judged.limit <= chrono::Duration::zero() => "seen_too_late",
        None if judged.adjusted == Fate::Breached => "not_recorded",
        None if judged.measured.paused >= judged.measured.excluded => "waiting_on_client",
        None => "excluded",
    })
}

impl Desk {
    /// Computes an SLA report; `see` is shown every clock, by when its round began.
    ///
    /// # Errors
    /// When the database fails, or `see` does.
    pub async fn sla_report(
        &self,
        client: Client,
        period: Period,
        mut see: impl FnMut(&SlaLine<'_>) -> Result<()>,
    ) -> Result<SlaReport> {
        let (as_of, own) = (self.env.now(), ClientScope::One(client.id));
        let within = Span {
            from: period.from,
            to: period.to,
        };
        let all = self.db.sla_exclusions(own).await?;
        let overlapping = all
            .into_iter()
            .filter(|e| e.span.to > period.from && e.span.from < as_of);
        let (exclusions, undecided): (Vec<_>, Vec<_>) = overlapping
            .filter(|e| e.state != ExclusionState::Rejected)
            .partition(|e| e.state == ExclusionState::Approved);
        let contracts = self
            .db
            .sla_contracts(own)
            .await?
            .into_iter()
            .map(|(_, c)| c)
            .collect();
        let calendars: Vec<CalendarVersion> = self
            .db
            .sla_calendars(own)
            .await?
            .into_iter()
            .map(|(_, c)| c)
            .collect();
        let sections = sections(contracts, period);
        let used = used(&calendars, &sections, (period.from, as_of));
        let mut rules = Rules::of(
            calendars,
            &exclusions,
            Span {
                from: period.from,
                to: as_of,
            },
        );
        let mut report = SlaReport {
            sections,
            calendars: used,
            without_contract: 0,
            undecided: u64::try_from(undecided.len()).unwrap_or(u64::MAX),
            exclusions,
            client,
            period,
            as_of,
        };
        let mut after = None;
        loop {
            let page = self.db.sla_rounds(report.client.id, within, after, PAGE).await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else {
                break;
            };
            after = Some(last.position());
            let logs = self
                .db
                .sla_logs(report.client.id, (first.position(), last.position()))
                .await?;
            for round in &page {
                let log = logs.get(&round.facts.case);
                report.count(round, log.unwrap_or(&CaseLog::default()), &mut rules, &mut see)?;
            }
        }
        Ok(report)
    }
}

/// Versions of calendars that a target of these sections names, and that hold at some time between two instants.
fn used(
    all: &[CalendarVersion],
    sections: &[SlaSection],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Vec<CalendarVersion> {
    let named: BTreeSet<&str> = sections
        .iter()
        .flat_map(|section| {
            section
                .each()
                .map(|(target, _)| section.contract.contract.calendar_of(target))
        })
        .collect();
    let holds = |(place, version): &(usize, &CalendarVersion)| {
        let next = all
            .get(place + 1)
            .filter(|next| next.calendar.name == version.calendar.name);
        version.starts_at < to && next.is_none_or(|next| next.starts_at > from)
    };
    let versions = all.iter().enumerate().filter(holds).map(|(_, version)| version);
    versions
        .filter(|version| named.contains(version.calendar.name.as_str()))
        .cloned()
        .collect()
}

fn month_of(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    day.with_day(1).unwrap_or(day)
}

fn one(fate: Fate) -> Rate {
    match fate {
        Fate::Met => Rate::new(1, 1),
        Fate::Breached => Rate::new(0, 1),
        Fate::Open | Fate::Released => Rate::default(),
    }
}

/// The versions that overlap a period, with nothing counted yet.
pub fn sections(contracts: Vec<ContractVersion>, period: Period) -> Vec<SlaSection> {
    let ends: Vec<_> = contracts
        .iter()
        .skip(1)
        .map(|c| Some(c.starts_at))
        .chain([None])
        .collect();
    let overlapping = contracts.into_iter().zip(ends);
    let overlapping =
        overlapping.filter(|(c, end)| c.starts_at < period.to && end.is_none_or(|end| end > period.from));
    let section = |(contract, ends_at): (ContractVersion, _)| SlaSection {
        targets: (0..contract.contract.targets.len())
            .map(|index| SlaTarget {
                index,
                raw: Attainment::default(),
                adjusted: Attainment::default(),
                months: BTreeMap::new(),
            })
            .collect(),
        contract,
        ends_at,
        rounds: 0,
    };
    overlapping.map(section).collect()
}

impl SlaReport {
    /// The version in force when a round began holds for all of its clocks.
    fn count(
        &mut self,
        round: &SlaRound,
        log: &CaseLog,
        rules: &mut Rules,
        see: &mut impl FnMut(&SlaLine<'_>) -> Result<()>,
    ) -> Result<()> {
        let facts = &round.facts;
        let in_force = |s: &&mut SlaSection| s.contract.starts_at <= facts.opened_at;
        let Some(section) = self.sections.iter_mut().rev().find(in_force) else {
            self.without_contract += 1;
            return Ok(());
        };
        section.rounds += 1;
        let contract = &section.contract.contract;
        let case = log.as_of(rules.as_of);
        for counts in &mut section.targets {
            let target = &contract.targets[counts.index];
            if !target.only.speaks_of(facts) {
                continue;
            }
            for clock in clocks(target, facts, &case) {
                let incident = incident_of(target.metric, round);
                let judged = rules.judge(&clock, (contract, target), facts.platform, case.waiting())?;
                let done = matches!(clock.end, End::Done(_));
                counts.raw.add(judged.raw, judged.measured.raw, done);
                counts
                    .adjusted
                    .add(judged.adjusted, judged.measured.adjusted, done);
                let month = counts.months.entry(month_of(facts.opened_at)).or_default();
                *month = (month.0 + one(judged.raw), month.1 + one(judged.adjusted));
                see(&SlaLine {
                    version: section.contract.version,
                    target: &target.name,
                    case: facts.case,
                    dispute: &facts.dispute,
                    platform: facts.platform,
                    round: facts.number,
                    begun: clock.begun,
                    end: clock.end,
                    judged,
                    why: why(&judged, incident.map(|(_, cause)| cause)),
                    incident: incident.map(|(id, _)| id),
                })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use docket_core::sla::Measured;

    use super::*;

    fn judged(limit: i64, paused: i64, excluded: i64, adjusted: Fate) -> Judged {
        let minutes = Duration::minutes;
        Judged {
            measured: Measured {
                raw: minutes(600),
                paused: minutes(paused),
                excluded: minutes(excluded),
                adjusted: minutes(600 - paused - excluded),
            },
            limit: minutes(limit),
            raw: Fate::Breached,
            adjusted,
        }
    }

    #[test]
    fn a_breach_has_the_cause_that_is_recorded_and_no_other() {
        let late = judged(240, 0, 0, Fate::Breached);
        let cases = [
            (late, Some(Cause::Client), Some("client")),
            (late, None, Some("not_recorded")),
            (judged(-5, 0, 0, Fate::Breached), None, Some("seen_too_late")),
            (judged(240, 400, 10, Fate::Met), None, Some("waiting_on_client")),
            (judged(240, 10, 400, Fate::Met), None, Some("excluded")),
        ];
        for (judged, incident, expected) in cases {
            assert_eq!(why(&judged, incident), expected, "{judged:?}");
        }
        let met = Judged {
            raw: Fate::Met,
            ..late
        };
        assert_eq!(why(&met, Some(Cause::Agency)), None, "nothing was breached");
    }
}
