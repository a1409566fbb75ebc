//! The win rate by its one definition (`domain.md` D4).

use super::{Figure, Rate};
use crate::words::Outcome;

/// The definition, printed with every report.
pub const DEFINITION: &str = "Win rate = won / (won + partial + lost + lost without response), decided cases only, \
each dispute once at its latest outcome. Won includes payments the platform protected only where evidence was sent. \
Accepted, settled, withdrawn, lapsed, prevented, not contestable and superseded cases are no contest and stand beside it; \
a superseded case is counted once, as the case that stands for it. \
Open cases are not losses. Cases are counted by the day on which the dispute was opened; in a report of what was closed, by the day of closing.";

/// What the report does not say, printed with it (`domain.md` E3.8).
pub const NO_UPLIFT: &str =
    "No uplift claim: nothing here is compared with what would have happened without the agency.";

/// Above this share of open cases a cohort is immature and must not be compared.
const IMMATURE_ABOVE_PERCENT: u64 = 10;

/// Cases of one kind, as the database counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The group: a month, a reason, a platform …; empty for the whole.
    pub key: String,
    /// Their outcome; none while open.
    pub outcome: Option<Outcome>,
    /// Whether evidence was sent.
    pub contested: bool,
    /// How many.
    pub cases: u64,
}

impl Tally {
    /// What these cases add to the win rate: the one place that says which cases count, for every report.
    pub fn rate(&self) -> Rate {
        let mut group = Group::default();
        group.add(self);
        group.rate()
    }
}

/// One line of the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The group's key.
    pub key: String,
    /// Disputes received.
    pub received: u64,
    /// Of those still open.
    pub open: u64,
    /// Of those answered with evidence.
    pub contested: u64,
    /// Of those answered, how many nobody could answer or another case stands for: they cover no other case.
    pub contested_outside: u64,
    /// Of those answered, how many were decided: cases that nobody answered are not among them.
    pub contested_decided: u64,
    /// Of those, how many count as won.
    pub contested_won: u64,
    /// Won on the merits.
    pub won: u64,
    /// Paid by the platform after evidence was sent: counted as won.
    pub won_protected: u64,
    /// Paid by the platform without evidence: beside the rate.
    pub protected_unanswered: u64,
    /// Decided in part.
    pub partial: u64,
    /// Lost after a response.
    pub lost: u64,
    /// Lost without one.
    pub lost_no_response: u64,
    /// Accepted, settled, withdrawn, lapsed, prevented, not contestable, superseded, by word.
    pub no_contest: Vec<(Outcome, u64)>,
    /// The platform's word for the result is unknown: left out, and flagged.
    pub unknown: u64,
}

/// A step from received to won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What it counts.
    pub figure: Figure,
    /// How many.
    pub cases: u64,
    /// Of the step before; none for the first.
    pub of_before: Option<Rate>,
}

/// Nobody could answer these, or another case stands for them.
pub(super) const fn outside_coverage(outcome: Outcome) -> bool {
    match outcome {
        Outcome::NotContestable | Outcome::Superseded | Outcome::Prevented => true,
        Outcome::Won
        | Outcome::WonProtected
        | Outcome::Partial
        | Outcome::Lost
        | Outcome::LostNoResponse
        | Outcome::Accepted
        | Outcome::Settled
        | Outcome::Withdrawn
        | Outcome::Lapsed
        | Outcome::Unknown => false,
    }
}

impl Group {
    pub(super) fn add(&mut self, tally: &Tally) {
        let n = tally.cases;
        // Its family is counted where the case that stands for it is.
        let superseded = tally.outcome == Some(Outcome::Superseded);
        if !superseded {
            self.received += n;
        }
        if tally.contested && !superseded {
            self.contested += n;
            if tally.outcome.is_some_and(outside_coverage) {
                self.contested_outside += n;
            }
            match tally.outcome {
                Some(Outcome::Won | Outcome::WonProtected) => {
                    self.contested_decided += n;
                    self.contested_won += n;
                }
                Some(Outcome::Partial | Outcome::Lost | Outcome::LostNoResponse) => {
                    self.contested_decided += n;
                }
                Some(
                    Outcome::Accepted
                    | Outcome::Settled
                    | Outcome::Withdrawn
                    | Outcome::Lapsed
                    | Outcome::Prevented
                    | Outcome::NotContestable
                    | Outcome::Superseded
                    | Outcome::Unknown,
                )
                | None => {}
            }
        }
        match tally.outcome {
            None => self.open += n,
            Some(Outcome::Won) => self.won += n,
            Some(Outcome::WonProtected) if tally.contested => self.won_protected += n,
            Some(Outcome::WonProtected) => self.protected_unanswered += n,
            Some(Outcome::Partial) => self.partial += n,
            Some(Outcome::Lost) => self.lost += n,
            Some(Outcome::LostNoResponse) => self.lost_no_response += n,
            Some(Outcome::Unknown) => self.unknown += n,
            Some(
                other @ (Outcome::Accepted
                | Outcome::Settled
                | Outcome::Withdrawn
                | Outcome::Lapsed
                | Outcome::Prevented
                | Outcome::NotContestable
                | Outcome::Superseded),
            ) => match self.no_contest.iter_mut().find(|(o, _)| *o == other) {
                Some((_, count)) => *count += n,
                None => {
                    self.no_contest.push((other, n));
                    self.no_contest.sort_unstable();
                }
            },
        }
    }

    /// Wins and decided cases.
    pub fn rate(&self) -> Rate {
        let won = self.won + self.won_protected;
        Rate::new(won, won + self.partial + self.lost + self.lost_no_response)
    }

    /// Answered with evidence, of those that could be answered.
    pub fn coverage(&self) -> Rate {
        let out: u64 = self
            .no_contest
            .iter()
            .filter(|(o, _)| *o != Outcome::Superseded && outside_coverage(*o))
            .map(|(_, n)| n)
            .sum();
        Rate::new(
            self.contested - self.contested_outside,
            self.received.saturating_sub(out),
        )
    }

    /// From received to won, each step within the one before, with its share of that. A case lost without an answer leaves
    /// at the third step, so that the last share is no win rate.
    pub fn funnel(&self) -> [Step; 5] {
        let coverage = self.coverage();
        let counts = [
            (Figure::Received, self.received),
            (Figure::Contestable, coverage.n()),
            (Figure::Covered, coverage.hits()),
            (Figure::CoveredDecided, self.contested_decided),
            (Figure::CoveredWon, self.contested_won),
        ];
        let mut before = None;
        counts.map(|(figure, cases)| {
            let of_before = before.replace(cases).map(|n| Rate::new(cases, n));
            Step {
                figure,
                cases,
                of_before,
            }
        })
    }

    /// Too many cases are still open to compare this group with another.
    pub fn immature(&self) -> bool {
        immature(self.open, self.received)
    }
}

/// Too many cases are still open to compare what was received with anything (`domain.md` D4).
pub const fn immature(open: u64, received: u64) -> bool {
    open * 100 > received * IMMATURE_ABOVE_PERCENT
}

/// The report: the whole, and its groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WinRate {
    /// Everything.
    pub total: Group,
    /// By key, in the key's order.
    pub groups: Vec<Group>,
}

impl WinRate {
    /// Adds up the tallies.
    pub fn of(tallies: &[Tally]) -> Self {
        let mut total = Group::default();
        let mut groups: std::collections::BTreeMap<&str, Group> = std::collections::BTreeMap::new();
        for tally in tallies {
            total.add(tally);
            groups
                .entry(&tally.key)
                .or_insert_with(|| Group {
                    key: tally.key.clone(),
                    ..Group::default()
                })
                .add(tally);
        }
        Self {
            total,
            groups: groups.into_values().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(outcome: Option<Outcome>, contested: bool, cases: u64) -> Tally {
        Tally {
            key: "2026-10".to_owned(),
            outcome,
            contested,
            cases,
        }
    }

    #[test]
    fn only_contests_decided_by_the_platform_count() {
        let report = WinRate::of(&[
            tally(Some(Outcome::Won), true, 20),
            tally(Some(Outcome::WonProtected), true, 3),
            tally(Some(Outcome::WonProtected), false, 100),
            tally(Some(Outcome::Partial), true, 2),
            tally(Some(Outcome::Lost), true, 5),
            tally(Some(Outcome::LostNoResponse), false, 10),
            tally(Some(Outcome::Accepted), false, 50),
            tally(Some(Outcome::Withdrawn), true, 50),
            tally(Some(Outcome::Unknown), true, 7),
            tally(None, false, 9),
        ]);
        let group = &report.groups[0];
        assert_eq!((group.rate().hits(), group.rate().n()), (23, 40));
        assert_eq!(group.received, 256);
        assert_eq!(group.open, 9);
        assert!(!group.immature());
        assert_eq!(
            group,
            &Group {
                key: "2026-10".to_owned(),
                ..report.total.clone()
            }
        );
    }

    #[test]
    fn every_outcome_is_counted_once_in_received() {
        for outcome in Outcome::ALL {
            for contested in [true, false] {
                let group = WinRate::of(&[tally(Some(*outcome), contested, 4)]).total;
                let parts = group.open
                    + group.won
                    + group.won_protected
                    + group.protected_unanswered
                    + group.partial
                    + group.lost
                    + group.lost_no_response
                    + group.unknown
                    + group.no_contest.iter().map(|(_, n)| n).sum::<u64>();
                assert_eq!(parts, 4, "{outcome}");
            }
        }
    }

    #[test]
    fn an_answer_to_a_case_outside_the_coverage_covers_no_other_case() {
        for outside in [Outcome::Superseded, Outcome::NotContestable, Outcome::Prevented] {
            let report = WinRate::of(&[
                tally(Some(outside), true, 12),
                tally(Some(Outcome::LostNoResponse), false, 12),
            ]);
            assert_eq!(
                report.total.coverage().to_string(),
                Rate::new(0, 12).to_string(),
                "{outside}"
            );
            // What is superseded is counted as the case that stands for it.
            let superseded = outside == Outcome::Superseded;
            assert_eq!(report.total.contested, if superseded { 0 } else { 12 });
            assert_eq!(report.total.received, if superseded { 12 } else { 24 });
        }
    }

    #[test]
    fn each_step_of_the_funnel_lies_within_the_one_before_and_counts_what_its_figure_counts() {
        use crate::case::Answer;
        let mut tallies = Vec::new();
        for (at, outcome) in Outcome::ALL.iter().map(|o| Some(*o)).chain([None]).enumerate() {
            for contested in [true, false] {
                tallies.push(tally(outcome, contested, 1 + at as u64));
            }
        }
        let steps = WinRate::of(&tallies).total.funnel();
        for pair in steps.windows(2) {
            assert!(pair[1].cases <= pair[0].cases, "{pair:?}");
            let of = pair[1].of_before.unwrap();
            assert_eq!((of.hits(), of.n()), (pair[1].cases, pair[0].cases));
        }
        for step in steps {
            let listed = tallies
                .iter()
                .filter(|t| step.figure.counts(t.outcome, t.contested, Answer::NotDue));
            assert_eq!(step.cases, listed.map(|t| t.cases).sum::<u64>(), "{step:?}");
        }
        assert!(steps[4].cases > 0 && steps[3].cases > steps[4].cases);
        assert_eq!(Group::default().funnel()[4].of_before, Some(Rate::default()));
    }

    #[test]
    fn a_cohort_with_many_open_cases_is_immature() {
        let report = WinRate::of(&[tally(None, false, 2), tally(Some(Outcome::Won), true, 17)]);
        assert!(report.total.immature());
    }
}
