//! Contracts: what was promised, from when on. Another text is another version; old periods keep theirs.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar::{ALWAYS, start_of_day};
use super::terms::{Minutes, Only, Statistic};
use crate::sentence;
use crate::sentence::{Part, Sentence};
use crate::words::words;

/// What is wrong with a contract, calendar or exclusion, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

/// How the figures of a report are to be read.
pub const READING: &str = "Raw: working time with nothing taken off. Adjusted: without pauses that the contract allows and \
without exclusions that a second person approved. Every clock of a round that began in the period counts: within the limit, \
or beyond it, done or not. Two kinds count neither way and stand beside: clocks that still run and could breach, and those that \
fell away within the limit because it was no longer ours to act. The interval is Wilson's at 95 % (of an average: Student's t). \
\"Met as a point, not proven\": the figure reaches the target, its interval does not. \"Seen too late\": less time was left when we \
first saw it. Below 10 decided clocks only counts are shown.";

words! {
    /// What a target measures; each is one clock, which runs only while it is our turn.
    Metric, "metric" {
        /// From seeing the round to the first act: a draft, a response, a question to the client.
        FirstResponse = "first_response",
        /// From seeing the round to the decision: the response that answers the request is complete and approved.
        Decision = "decision",
        /// From seeing the round until the platform has our response.
        Submission = "submission",
        /// The platform has our response so long before the deadline.
        BeforeDeadline = "before_deadline",
        /// From an answer of the client to our next step.
        ClientAnswer = "client_answer",
    }
}

impl Metric {
    /// Its definition, as reports print it.
    pub fn definition(self) -> Sentence {
        match self {
            Self::FirstResponse => {
                sentence!(
                    "from the moment that a round of a case is ours to answer (a new dispute, a reopened one, a next stage), \
                 as we saw it, to our first act: a draft saved, a response prepared, or a question to the client; one \
                 clock for each round"
                )
            }
            Self::Decision => {
                sentence!(
                    "from the moment that a round of a case is ours to answer, as we saw it, until the response that answers \
                 the request (contest, accept, offer, appeal) is complete and, where needed, approved; one clock for each \
                 round"
                )
            }
            Self::Submission => {
                sentence!(
                    "from the moment that a round of a case is ours to answer, as we saw it, until the platform has the \
                 merchant's answer; one clock for each round"
                )
            }
            Self::BeforeDeadline => {
                sentence!(
                    "the platform has the merchant's answer so long before the round's last known deadline, every hour of the \
                 day counted; one clock for each round that had a deadline"
                )
            }
            Self::ClientAnswer => {
                sentence!(
                    "from an answer of the client to a question of ours until our next act (a draft saved, a response \
                 prepared, a further question); one clock for each answer"
                )
            }
        }
    }
}

words! {
    /// When a contract lets a clock stand still.
    Pause, "pause" {
        /// While a question to the client is open.
        WaitingOnClient = "waiting_on_client",
    }
}

/// One promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name in the contract, unique there.
    pub name: String,
    /// What is measured.
    pub metric: Metric,
    /// The limit in working time, as `4h` or `90m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<Minutes>,
    /// For `before_deadline`: so long before it, as `24h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Minutes>,
    /// How it is measured over many clocks.
    #[serde(default = "each")]
    pub statistic: Statistic,
    /// Another calendar than the contract's.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<String>,
    /// Another target share than the contract's, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<u8>,
    /// Other pauses than the contract's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pauses: Option<BTreeSet<Pause>>,
    /// Which cases it speaks of.
    #[serde(default, skip_serializing_if = "Only::is_all")]
    pub only: Only,
}

const fn each() -> Statistic {
    Statistic::Each
}

const fn ninety() -> u8 {
    90
}

fn always() -> String {
    ALWAYS.to_owned()
}

/// A contract in one version, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// What people call it.
    pub name: String,
    /// The zone in which its first day begins.
    pub zone: Tz,
    /// The first day of this version; the one before ends with it.
    pub valid_from: NaiveDate,
    /// The calendar by which its clocks run; `always` where none is named.
    #[serde(default = "always")]
    calendar: String,
    /// The share of clocks that must be within the limit, in percent.
    #[serde(default = "ninety")]
    share: u8,
    /// When its clocks stand still.
    #[serde(default)]
    pauses: BTreeSet<Pause>,
    /// The promises.
    #[serde(rename = "target")]
    pub targets: Vec<Target>,
}

/// A contract as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractVersion {
    /// What it says.
    #[serde(flatten)]
    pub contract: Contract,
    /// Counts up from 1.
    pub version: i64,
    /// From when on it holds.
    pub starts_at: DateTime<Utc>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

impl Target {
    /// The limit: of working time, or of time before the deadline.
    pub fn limit(&self) -> Duration {
        self.within
            .or(self.before)
            .map_or(Duration::zero(), Minutes::duration)
    }

    /// The limit in words.
    pub fn says(&self) -> Sentence {
        match (self.within, self.before) {
            (Some(within), _) => sentence!("within {time}", time = within.to_string()),
            (None, Some(before)) => {
                sentence!("at least {time} before the deadline", time = before.to_string())
            }
            (None, None) => sentence!("no limit"),
        }
    }

    fn check(&self) -> Result<(), Wrong> {
        let name = &self.name;
        let by_deadline = self.metric == Metric::BeforeDeadline;
        let missing = if by_deadline {
            self.before.is_none()
        } else {
            self.within.is_none()
        };
        let too_much = if by_deadline {
            self.within.is_some()
        } else {
            self.before.is_some()
        };
        let limit = if by_deadline { "before" } else { "within" };
        if missing || too_much {
            return Err(Wrong(format!(
                "target `{name}`: a {} target has `{limit} = \"24h\"` or such, and only that, as its limit",
                self.metric
            )));
        }
        if by_deadline && self.calendar.is_some() {
            return Err(Wrong(format!(
                "target `{name}`: a deadline knows no office hours; leave `calendar` out"
            )));
        }
        if by_deadline && self.statistic == Statistic::Average {
            return Err(Wrong(format!(
                "target `{name}`: every deadline is another one, and an average of them says nothing; take `each`"
            )));
        }
        if self.statistic != Statistic::Each && self.share.is_some() {
            return Err(Wrong(format!(
                "target `{name}`: `share` goes with the statistic `each`; a percentile is its own share, and an average has none"
            )));
        }
        share(self.share.unwrap_or(90)).map_err(|why| Wrong(format!("target `{name}`: {why}")))
    }
}

fn share(percent: u8) -> Result<(), String> {
    if (1..=100).contains(&percent) {
        Ok(())
    } else {
        Err(format!("`share` is {percent}; it is a percentage from 1 to 100"))
    }
}

impl Contract {
    /// Says what is wrong with it, the calendars that exist given.
    ///
    /// # Errors
    /// With the first thing that is wrong, and what to write instead.
    pub fn check(&self, calendars: &BTreeSet<String>) -> Result<(), Wrong> {
        if self.name.trim().is_empty() {
            return Err(Wrong("the contract needs a name".to_owned()));
        }
        if self.targets.is_empty() {
            return Err(Wrong(
                "the contract promises nothing; add a [[target]]".to_owned(),
            ));
        }
        share(self.share).map_err(Wrong)?;
        let mut names = BTreeSet::new();
        for target in &self.targets {
            if target.name.trim().is_empty() || !names.insert(target.name.trim()) {
                return Err(Wrong(format!(
                    "target `{}`: each target needs a name of its own",
                    target.name
                )));
            }
            target.check()?;
            let calendar = self.calendar_of(target);
            if calendar != ALWAYS && !calendars.contains(calendar) {
                return Err(Wrong(format!(
                    "target `{}`: the client has no calendar `{calendar}`; add it first: docket sla calendar add",
                    target.name
                )));
            }
        }
        Ok(())
    }

    /// The first instant of this version.
    pub fn starts_at(&self) -> DateTime<Utc> {
        start_of_day(self.zone, self.valid_from)
    }

    /// The calendar by which a target's clocks run.
    pub fn calendar_of<'a>(&'a self, target: &'a Target) -> &'a str {
        if target.metric == Metric::BeforeDeadline {
            return ALWAYS;
        }
        target.calendar.as_deref().unwrap_or(&self.calendar)
    }

    /// The share of a target's clocks that must be within the limit, in percent; none for an average.
    pub const fn share_of(&self, target: &Target) -> Option<u8> {
        match (target.statistic, target.share) {
            (Statistic::Each, Some(share)) => Some(share),
            (Statistic::Each, None) => Some(self.share),
            (Statistic::Percentile(p), _) => Some(p),
            (Statistic::Average, _) => None,
        }
    }

    /// Whether a target's clocks stand still for a reason.
    pub fn pauses_for(&self, target: &Target, pause: Pause) -> bool {
        target.pauses.as_ref().unwrap_or(&self.pauses).contains(&pause)
    }

    /// What makes a target's clock stand still.
    pub fn pauses_of(&self, target: &Target) -> Vec<Pause> {
        let all = Pause::ALL.iter().copied();
        all.filter(|pause| self.pauses_for(target, *pause)).collect()
    }

    /// A target's terms in one line.
    pub fn terms(&self, target: &Target) -> Sentence {
        let measured = match self.share_of(target) {
            Some(share) if target.statistic == Statistic::Each => {
                sentence!("in {share} % of cases", share)
            }
            Some(percentile) => sentence!(
                "as the {percentile}th percentile, so in {percentile} % of cases",
                percentile
            ),
            None => sentence!("on average"),
        };
        let limit = target.says();
        let what = match target.metric {
            Metric::BeforeDeadline => sentence!("answered {limit} {measured}", limit, measured),
            clock => sentence!("{clock} {limit} {measured}", clock, limit, measured),
        };
        let pauses = self.pauses_of(target);
        let still = if pauses.is_empty() {
            sentence!("never stands still")
        } else {
            sentence!(
                "stands still while {pauses}",
                pauses = pauses.into_iter().collect::<Part>()
            )
        };
        let terms = what
            .also(sentence!("calendar `{name}`", name = self.calendar_of(target)))
            .also(still);
        match target.only.says() {
            Some(only) => terms.also(only),
            None => terms,
        }
    }
}
