//! One clock: from when on it ran, until when, and what that is worth in working time.

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use super::contract::{Contract, Metric, Pause, Target};
use super::log::{CaseLog, CaseView, LogEntry, RoundFacts, Said};
use super::span::{Span, both, minus};
use super::timetable::Timetable;
use crate::words::words;

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// What was promised was done.
    Done(DateTime<Utc>),
    /// It no longer was to be done: the turn left us, or the round ended.
    Released(DateTime<Utc>),
    /// It still runs.
    Running,
}

words! {
    /// What a clock came to.
    Fate, "fate" {
        /// Done within the limit.
        Met = "met",
        /// Beyond the limit, done or not.
        Breached = "breached",
        /// Still runs, within the limit: it could still breach.
        Open = "open",
        /// Fell away within the limit, without us: it counts neither way.
        Released = "released",
    }
}

/// One clock of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// When it began.
    pub begun: DateTime<Utc>,
    /// How it ended.
    pub end: End,
    /// When it ran, in order.
    running: Vec<Span>,
    /// Its own limit, where it has one; may be negative, where it began too late.
    limit: Option<Duration>,
}

/// What a clock shows, in working time. `raw = adjusted + paused + excluded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Nothing taken off.
    pub raw: Duration,
    /// Taken off because the contract lets the clock stand still.
    pub paused: Duration,
    /// Taken off because of approved exclusions, outside pauses.
    pub excluded: Duration,
    /// What is left.
    pub adjusted: Duration,
}

/// A clock against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// What it shows.
    pub measured: Measured,
    /// Its limit; not positive where it began too late to be met.
    pub limit: Duration,
    /// With nothing taken off.
    pub raw: Fate,
    /// With pauses and exclusions taken off.
    pub adjusted: Fate,
}

/// The clocks of a target in a round.
pub fn clocks(target: &Target, round: &RoundFacts, case: &CaseView<'_>) -> Vec<Clock> {
    let (log, turns, as_of) = (case.log, &case.ours, case.now);
    let Some(life) = Span::new(round.opened_at, round.closed_at.unwrap_or(as_of).min(as_of)) else {
        return Vec::new();
    };
    let act = |from: DateTime<Utc>, is: &dyn Fn(&LogEntry) -> bool| {
        let mut later = log.entries.iter().filter(|e| e.at >= from && e.at < life.to);
        later.find(|e| is(e)).map(|e| e.at)
    };
    let in_round = both(turns, &[life]);
    match target.metric {
        Metric::FirstResponse => clock(in_round, act(life.from, &CaseLog::is_act), as_of)
            .into_iter()
            .collect(),
        Metric::Decision => {
            let done = act(life.from, &|e| log.is_decision(e));
            clock(in_round, done, as_of).into_iter().collect()
        }
        Metric::Submission => clock(in_round, round.responded_at, as_of).into_iter().collect(),
        Metric::BeforeDeadline => before_deadline(target, round, in_round, as_of)
            .into_iter()
            .collect(),
        Metric::ClientAnswer => {
            let answers = log.entries.iter().filter(|e| matches!(e.said, Said::Answered(_)));
            let answers = answers.filter(|e| life.from <= e.at && e.at < life.to);
            let one = |answer: &LogEntry| {
                let rest = Span::new(answer.at, life.to)?;
                // A later line, whatever its clock says: two lines may be of the same instant.
                let next = log.entries.iter().skip_while(|e| *e != answer).skip(1);
                let done = next
                    .filter(|e| e.at < life.to)
                    .find(|e| CaseLog::is_act(e))
                    .map(|e| e.at);
                clock(both(turns, &[rest]), done, as_of)
            };
            answers.filter_map(one).collect()
        }
    }
}

/// None where it never was ours to do.
fn clock(turns: Vec<Span>, done: Option<DateTime<Utc>>, as_of: DateTime<Utc>) -> Option<Clock> {
    let (begun, last) = (turns.first()?.from, turns.last()?.to);
    let (end, running) = match done {
        Some(at) => {
            let up_to = Span::new(begun, at);
            let at = at.max(begun);
            (
                End::Done(at),
                up_to.map_or_else(Vec::new, |span| both(&turns, &[span])),
            )
        }
        None if last >= as_of => (End::Running, turns),
        None => (End::Released(last), turns),
    };
    Some(Clock {
        begun,
        end,
        running,
        limit: None,
    })
}

/// A deadline does not wait for whose turn it is: from its begin on the clock never stands.
fn before_deadline(
    target: &Target,
    round: &RoundFacts,
    turns: Vec<Span>,
    as_of: DateTime<Utc>,
) -> Option<Clock> {
    let deadline = round.deadline?;
    let clock = clock(turns, round.responded_at, as_of)?;
    let to = match clock.end {
        End::Done(at) | End::Released(at) => at,
        End::Running => as_of,
    };
    Some(Clock {
        running: Span::new(clock.begun, to).into_iter().collect(),
        limit: Some(deadline - target.limit() - clock.begun),
        ..clock
    })
}

impl Clock {
    /// Measures it by a calendar. `pauses` and `exclusions` are in order and do not overlap ([`super::union`]).
    pub fn measure(&self, timetable: &Timetable, pauses: &[Span], exclusions: &[Span]) -> Measured {
        let awake = minus(&self.running, pauses);
        Measured {
            raw: timetable.worked(&self.running),
            paused: timetable.worked(&both(&self.running, pauses)),
            excluded: timetable.worked(&both(&awake, exclusions)),
            adjusted: timetable.worked(&minus(&awake, exclusions)),
        }
    }

    /// Measures it and holds it against the limit that a contract sets.
    pub fn judge(
        &self,
        (contract, target): (&Contract, &Target),
        timetable: &Timetable,
        (waiting, exclusions): (&[Span], &[Span]),
    ) -> Judged {
        let pauses = if contract.pauses_for(target, Pause::WaitingOnClient) {
            waiting
        } else {
            &[]
        };
        let measured = self.measure(timetable, pauses, exclusions);
        let limit = self.limit.unwrap_or_else(|| target.limit());
        Judged {
            measured,
            limit,
            raw: self.fate(measured.raw, limit),
            adjusted: self.fate(measured.adjusted, limit),
        }
    }

    fn fate(&self, elapsed: Duration, limit: Duration) -> Fate {
        match self.end {
            _ if elapsed > limit => Fate::Breached,
            End::Done(_) => Fate::Met,
            End::Released(_) => Fate::Released,
            End::Running => Fate::Open,
        }
    }
}

impl Serialize for End {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Done(at) | Self::Released(at) => s.serialize_some(at),
            Self::Running => s.serialize_none(),
        }
    }
}
