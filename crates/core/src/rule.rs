//! Rules of a client: what it wants done, or never done, with cases of a kind. Each is tried on paper before it acts.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::case::Case;
use crate::four_eyes::same_person;
use crate::id::{CaseId, ClientId, RuleId};
use crate::money::Money;
use crate::sentence;
use crate::sentence::Sentence;
use crate::words::{Outcome, Platform, Reason, words};

words! {
    /// What a rule says.
    RuleKind, "kind of rule" {
        /// Accept what lies below an amount.
        AutoAcceptBelow = "auto_accept_below",
        /// Never contest.
        NeverContest = "never_contest",
    }
}

words! {
    /// Whether a rule acts.
    RuleState, "state of a rule" {
        /// It only notes what it would touch.
        DryRun = "dry_run",
        /// It acts.
        Active = "active",
        /// It is over.
        Retired = "retired",
    }
}

words! {
    /// What a rule did with a case.
    HitKind, "rule hit" {
        /// Noted only: it was in its dry run.
        Noted = "noted",
        /// It took the case up; whether a response followed is told beside it.
        Acted = "acted",
        /// Somebody said why a case is contested although it forbids that.
        Overridden = "overridden",
    }
}

/// A rule in one version. What it says never changes: another text is another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Whose.
    pub client: ClientId,
    /// Its name, unique among the client's rules; versions share it.
    pub name: String,
    /// Counts up from 1.
    pub version: i64,
    /// What it says.
    pub kind: RuleKind,
    /// Only at this platform.
    pub platform: Option<Platform>,
    /// Only for this reason.
    pub reason: Option<Reason>,
    /// Below this amount, in its currency; another currency is never compared.
    pub below: Option<Money>,
    /// Whether it acts.
    pub state: RuleState,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its dry run was last looked at.
    pub tried_at: Option<DateTime<Utc>>,
    /// Who let it act.
    pub activated_by: Option<String>,
    /// When.
    pub activated_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub retired_at: Option<DateTime<Utc>>,
}

impl Rule {
    /// Name and version, as history shows it.
    pub fn label(&self) -> String {
        format!("{} v{}", self.name, self.version)
    }

    /// What it says, in words.
    pub fn says(&self) -> String {
        let mut words = vec![match (self.kind, self.below) {
            (RuleKind::AutoAcceptBelow, Some(below)) => format!("accept below {below}"),
            (RuleKind::AutoAcceptBelow, None) => "accept".to_owned(),
            (RuleKind::NeverContest, _) => "never contest".to_owned(),
        }];
        words.extend(
            self.reason
                .map(|reason| format!("reason {}", crate::words::readable(reason))),
        );
        words.extend(self.platform.map(|platform| format!("at {}", platform.title())));
        words.join(", ")
    }

    /// Whether it speaks of a case, whatever state either is in.
    pub fn speaks_of(&self, case: &Case) -> bool {
        let amount = case.facts.amount;
        case.client == self.client
            && self.platform.is_none_or(|p| p == case.platform)
            && self.reason.is_none_or(|r| r == case.facts.reason)
            && self
                .below
                .is_none_or(|b| b.currency == amount.currency && amount.minor < b.minor)
    }

    /// Why this person may not let it act; none where he may.
    pub fn refuses_activation(&self, by: &str) -> Option<Sentence> {
        match self.state {
            RuleState::Active => return Some(sentence!("rule {rule} acts already", rule = self.label())),
            RuleState::Retired => {
                return Some(sentence!(
                    "rule {rule} is retired; add it again as a new version",
                    rule = self.label()
                ));
            }
            RuleState::DryRun => {}
        }
        if same_person(by, &self.created_by) {
            return Some(sentence!(
                "{by} made rule {rule}; another person must activate it (--by OTHER)",
                by = &self.created_by,
                rule = self.label()
            ));
        }
        self.tried_at.is_none().then(|| {
            sentence!(
                "nobody looked at what rule {rule} would do; run `docket rule try {id}` first",
                rule = self.label(),
                id = self.id
            )
        })
    }
}

/// A case that a rule touches, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// The case.
    pub case: CaseId,
    /// The platform's id.
    pub dispute: String,
    /// At which platform.
    pub platform: Platform,
    /// The disputed amount.
    pub amount: Money,
    /// Its result, once there is one.
    pub outcome: Option<Outcome>,
    /// When the dispute was opened.
    pub opened_at: DateTime<Utc>,
}

impl Touched {
    /// Whether it was won: what a rule that accepts would have given away.
    pub const fn won(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Won | Outcome::WonProtected))
    }
}

/// What is in dispute in these cases, by currency: currencies are never mixed.
pub fn sums<'a>(cases: impl Iterator<Item = &'a Touched>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for case in cases {
        match sums.iter_mut().find(|sum| sum.currency == case.amount.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(case.amount.minor),
            None => sums.push(case.amount),
        }
    }
    sums
}

/// What a rule noted or did with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The case.
    pub case: CaseId,
    /// What.
    pub kind: HitKind,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it, in words.
    pub note: String,
}
