//! Which cases a figure of the win-rate report counts: what lists the cases behind it goes by.

use super::win_rate::outside_coverage;
use super::{Rate, Tally};
use crate::case::Answer;
use crate::words::{Outcome, words};

words! {
    /// A figure that counts cases.
    Figure, "figure" {
        /// All, but for those for which another case stands.
        Received = "received",
        /// Without an outcome.
        Open = "open",
        /// Answered with evidence.
        Contested = "contested",
        /// Could be answered: what coverage is a share of.
        Contestable = "contestable",
        /// Answered with evidence, of those.
        Covered = "covered",
        /// Decided, of those that were answered with evidence.
        CoveredDecided = "covered_decided",
        /// Won, of those.
        CoveredWon = "covered_won",
        /// Counted by the win rate.
        Decided = "decided",
        /// Counted by it as won.
        CountedWon = "counted_won",
        /// Won on the merits.
        Won = "won",
        /// Paid by the platform after evidence was sent.
        WonProtected = "won_protected",
        /// Paid by the platform without evidence.
        ProtectedUnanswered = "protected_unanswered",
        /// Decided in part.
        Partial = "partial",
        /// Lost after a response.
        Lost = "lost",
        /// Lost without one.
        LostNoResponse = "lost_no_response",
        /// Accepted.
        Accepted = "accepted",
        /// Settled.
        Settled = "settled",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// Lapsed.
        Lapsed = "lapsed",
        /// Prevented.
        Prevented = "prevented",
        /// Not contestable.
        NotContestable = "not_contestable",
        /// Superseded.
        Superseded = "superseded",
        /// With a result of an unknown word.
        Unknown = "unknown",
        /// An answer was due: what answers in time are a share of.
        AnswerDue = "answer_due",
        /// Answered in time.
        InTime = "in_time",
    }
}

impl Figure {
    /// Whether it goes by the answer to the latest round, and not by outcome and evidence alone.
    pub const fn goes_by_the_answer(self) -> bool {
        matches!(self, Self::AnswerDue | Self::InTime)
    }

    /// Whether it counts such a case.
    pub fn counts(self, outcome: Option<Outcome>, contested: bool, answer: Answer) -> bool {
        let is = |wanted| outcome == Some(wanted);
        let rate = || {
            let tally = Tally {
                key: String::new(),
                outcome,
                contested,
                cases: 1,
            };
            tally.rate()
        };
        let outside = outcome.is_some_and(outside_coverage);
        match self {
            Self::Received => !is(Outcome::Superseded),
            Self::Open => outcome.is_none(),
            Self::Contested => contested && !is(Outcome::Superseded),
            Self::Contestable => !outside,
            Self::Covered => contested && !outside,
            Self::CoveredDecided => contested && rate() != Rate::default(),
            Self::CoveredWon => contested && rate().hits() > 0,
            Self::Decided => rate() != Rate::default(),
            Self::CountedWon => rate().hits() > 0,
            Self::Won => is(Outcome::Won),
            Self::WonProtected => is(Outcome::WonProtected) && contested,
            Self::ProtectedUnanswered => is(Outcome::WonProtected) && !contested,
            Self::Partial => is(Outcome::Partial),
            Self::Lost => is(Outcome::Lost),
            Self::LostNoResponse => is(Outcome::LostNoResponse),
            Self::Accepted => is(Outcome::Accepted),
            Self::Settled => is(Outcome::Settled),
            Self::Withdrawn => is(Outcome::Withdrawn),
            Self::Lapsed => is(Outcome::Lapsed),
            Self::Prevented => is(Outcome::Prevented),
            Self::NotContestable => is(Outcome::NotContestable),
            Self::Superseded => is(Outcome::Superseded),
            Self::Unknown => is(Outcome::Unknown),
            Self::AnswerDue => matches!(answer, Answer::InTime | Answer::Late | Answer::Missed),
            Self::InTime => answer == Answer::InTime,
        }
    }
}
