//! Contest, settle or accept: what the figures say, with their reasons and intervals (`domain.md` D2, D4, E3).
//!
//! It recommends; it never acts. A value is what stays with the merchant of the disputed amount, less what the platform
//! charges for the dispute, in the case's currency.

mod reasons;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::case::Case;
use crate::evidence::{Checklist, EvidenceKind, Expected, Need, Standing};
use crate::money::Money;
use crate::sentence;
use crate::sentence::{Part, Sentence};
use crate::stats::{COUNTS_ONLY_BELOW, Chance, Decided, History, chance};
use crate::words::{ActionKind, DeadlineSource, Platform, Turn, words};

/// Before this much of the deadline is left, missing evidence can still be fetched: then the ladder's red rung is due.
const FETCH_UNTIL: chrono::Duration = chrono::Duration::hours(24);
/// So many clients besides the case's own make a portfolio: of fewer, one could be recognised in the sum.
const PORTFOLIO_CLIENTS: u64 = 2;
/// The heaviest gaps that are named.
const GAPS: usize = 3;
const MILLION: i128 = 1_000_000;

words! {
    /// What is recommended.
    Advice, "advice" {
        /// Answer with evidence.
        Contest = "contest",
        /// Contest the decision, with what is new.
        Appeal = "appeal",
        /// Propose the buyer a settlement.
        Settle = "settle",
        /// Concede.
        Accept = "accept",
        /// Nothing can be recommended; the reasons say why.
        None = "none",
    }
}

/// What a platform charges for a dispute, by how it ends. What it charges in every case cancels out and may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// At which platform.
    pub platform: Platform,
    /// When a contest is won.
    pub won: Money,
    /// When it is lost. In the same currency, as is the next.
    pub lost: Money,
    /// When it is accepted or settled.
    pub accepted: Money,
}

/// Decided contests of all other clients at the same platform with the same reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Portfolio {
    /// Summed up.
    pub decided: History,
    /// How many clients they belong to.
    pub clients: u64,
    /// How many of them have contests with evidence as complete as the case's.
    pub alike_clients: u64,
    /// How many have others.
    pub other_clients: u64,
}

impl Portfolio {
    /// The sums, where no single client can be recognised in them; what is alike is told apart only where neither part could
    /// be a client's.
    pub fn shown(self) -> Option<History> {
        let History { all, alike } = self.decided;
        let safe = |n: u64, clients| clients >= PORTFOLIO_CLIENTS && n >= COUNTS_ONLY_BELOW;
        let apart =
            safe(alike.n, self.alike_clients) && safe(all.n.saturating_sub(alike.n), self.other_clients);
        safe(all.n, self.clients).then(|| History {
            all,
            alike: if apart { alike } else { Decided::default() },
        })
    }
}

/// What a recommendation is made of.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its evidence.
    pub checklist: &'a Checklist,
    /// What is to be refunded in fact, where the dossier tells.
    pub refund: Option<Expected>,
    /// What went back to the buyer already, in the dispute's currency.
    pub refunded: Money,
    /// What the platforms charge.
    pub fees: &'a [Fee],
    /// The client's own decided contests at this platform with this reason.
    pub own: History,
    /// Those of the others.
    pub portfolio: Portfolio,
    /// A rule of the client that forbids to contest such a case.
    pub never: Option<&'a str>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What an action is expected to leave, with its 95 % interval; `low <= expected <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// Which action.
    pub action: ActionKind,
    /// Expected.
    pub expected: Money,
    /// Lower end.
    pub low: Money,
    /// Upper end.
    pub high: Money,
}

/// Evidence that would change the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What.
    pub kind: EvidenceKind,
    /// 0 to 100.
    pub weight: u8,
    /// Whether the case is better settled without it.
    pub required: bool,
}

/// A recommendation. There is no value in it without its interval, and none without its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// What.
    pub advice: Advice,
    /// What comes before it: evidence to fetch, and by when.
    pub first: Option<Sentence>,
    /// Why, at least three.
    pub reasons: Vec<Sentence>,
    /// What each action that the platform offers is expected to leave.
    pub worth: Vec<Worth>,
    /// The chance to win a contest, in parts per million, with its interval.
    pub chance: Chance,
    /// Decided contests of the client that it rests on.
    pub own_cases: u64,
    /// Decided contests of the portfolio that it rests on; none where they are too few to be shown.
    pub portfolio_cases: Option<u64>,
    /// What would change it, heaviest first.
    pub gaps: Vec<Gap>,
    /// The client's rule that forbids to contest it; the reasons name it, too.
    #[serde(skip)]
    pub never: Option<String>,
}

/// What to do with a case.
pub fn recommend(s: Situation<'_>) -> Recommendation {
    let shown = s.portfolio.shown();
    let chance = chance(s.own, shown, s.checklist.completeness);
    let fee = fee(s);
    let worth = worths(s, chance, fee);
    let gaps = gaps(s.checklist);
    let (advice, first, mut reasons) = decide(s, &worth, &gaps);
    reasons.extend([
        reasons::history(s.own, shown, chance),
        reasons::evidence(s.checklist),
        reasons::fees(s.case, fee),
    ]);
    Recommendation {
        advice,
        first,
        reasons,
        worth,
        chance,
        own_cases: s.own.all.n,
        portfolio_cases: shown.map(|others| others.all.n),
        gaps,
        never: s.never.map(str::to_owned),
    }
}

fn fee(s: Situation<'_>) -> Option<&Fee> {
    let currency = s.case.facts.amount.currency;
    s.fees
        .iter()
        .find(|fee| fee.platform == s.case.platform && fee.won.currency == currency)
}

/// Values of what the platform offers now. What an offer below the full amount would save depends on the buyer, so an offer
/// is valued at the full amount: it never looks better than it is.
fn worths(s: Situation<'_>, chance: Chance, fee: Option<&Fee>) -> Vec<Worth> {
    let amount = s.case.facts.amount;
    let money = |minor: i128| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), amount.currency);
    let (won, lost, conceded) = fee.map_or((0, 0, 0), |fee| {
        let minor = |money: Money| i128::from(money.minor);
        (minor(fee.won), minor(fee.lost), minor(fee.accepted))
    });
    let contest = |parts: u32| {
        let parts = i128::from(parts);
        let gain = parts * (i128::from(amount.minor) - won) - (MILLION - parts) * lost;
        // Rounded down: no part of a minor unit is promised.
        money(gain.div_euclid(MILLION))
    };
    let all = [
        ActionKind::Contest,
        ActionKind::Appeal,
        ActionKind::Offer,
        ActionKind::Accept,
    ];
    let offered = all
        .into_iter()
        .filter(|action| s.case.facts.allowed_actions.contains(action));
    offered
        .map(|action| {
            if matches!(action, ActionKind::Contest | ActionKind::Appeal) {
                let ends = [contest(chance.low), contest(chance.high)];
                Worth {
                    action,
                    expected: contest(chance.point),
                    low: if ends[0].minor <= ends[1].minor {
                        ends[0]
                    } else {
                        ends[1]
                    },
                    high: if ends[0].minor <= ends[1].minor {
                        ends[1]
                    } else {
                        ends[0]
                    },
                }
            } else {
                let value = money(-conceded);
                // What is offered is given up, and the rest is kept: between all and nothing.
                let high = if action == ActionKind::Offer {
                    amount
                } else {
                    value
                };
                Worth {
                    action,
                    expected: value,
                    low: value,
                    high,
                }
            }
        })
        .collect()
}

type Decision = (Advice, Option<Sentence>, Vec<Sentence>);

fn decide(s: Situation<'_>, worth: &[Worth], gaps: &[Gap]) -> Decision {
    if let Some(why) = nothing(s, worth) {
        return (Advice::None, None, vec![why]);
    }
    let give_in = || match (
        offers(worth, ActionKind::Accept),
        offers(worth, ActionKind::Offer),
    ) {
        (_, true) => Advice::Settle,
        (true, false) => Advice::Accept,
        (false, false) => Advice::None,
    };
    if let Some(rule) = s.never {
        let why = sentence!(
            "the client's rule `{rule}` says never to contest such a case",
            rule
        );
        return (give_in(), None, vec![why]);
    }
    if let Some(refund) = s.refund.filter(|refund| refund.due.minor > 0) {
        if let Some(decision) = part_due(s, worth, refund.due) {
            return decision;
        }
        let why = sentence!(
            "{due} is due to the buyer in fact, by {ground}: pay it rather than contest it",
            due = refund.due,
            ground = refund.ground.sentence()
        );
        return (give_in(), None, vec![why]);
    }
    let fight = match (
        offers(worth, ActionKind::Contest),
        offers(worth, ActionKind::Appeal),
    ) {
        (true, _) => Advice::Contest,
        (false, true) => Advice::Appeal,
        (false, false) => {
            let why = sentence!("the platform offers no contest now");
            return (give_in(), None, vec![why]);
        }
    };
    let disputed = s.case.facts.amount;
    if s.refunded.currency == disputed.currency && s.refunded.minor >= disputed.minor && disputed.minor > 0 {
        let why = sentence!(
            "{refunded} went back to the buyer already: answer with the proof of it, and pay nothing twice",
            refunded = s.refunded
        );
        return (fight, None, vec![why]);
    }
    if !s.checklist.decisive() {
        return without_the_decisive(s, (fight, give_in()), gaps);
    }
    by_value(worth, fight, give_in())
}

/// Where less is due than is disputed: that much goes back, and no more. None where all of it is due, or nothing but giving in is left.
fn part_due(s: Situation<'_>, worth: &[Worth], due: Money) -> Option<Decision> {
    let disputed = s.case.facts.amount;
    if due.currency != disputed.currency || due.minor >= disputed.minor {
        return None;
    }
    let why = sentence!(
        "{due} is due to the buyer in fact, and no more of the {disputed}",
        due,
        disputed
    );
    if offers(worth, ActionKind::Offer) {
        let first = sentence!("offer {due}", due);
        return Some((Advice::Settle, Some(first), vec![why]));
    }
    let fight = match (
        offers(worth, ActionKind::Contest),
        offers(worth, ActionKind::Appeal),
    ) {
        (true, _) => Advice::Contest,
        (false, true) => Advice::Appeal,
        (false, false) => return None,
    };
    let first = sentence!(
        "give {due} back with the answer where the platform takes that, else pay it outside; show the calculation for the rest",
        due
    );
    Some((fight, Some(first), vec![why]))
}

fn offers(worth: &[Worth], action: ActionKind) -> bool {
    worth.iter().any(|w| w.action == action)
}

/// Why nothing can be recommended.
fn nothing(s: Situation<'_>, worth: &[Worth]) -> Option<Sentence> {
    if s.case.pending.is_some() {
        return Some(sentence!("a response is on its way already"));
    }
    if s.case.facts.turn != Turn::Ours {
        return Some(sentence!("it is not our turn: {turn}", turn = s.case.facts.turn));
    }
    let passed = s
        .case
        .round
        .deadline
        .filter(|d| d.source != DeadlineSource::Estimated && d.at <= s.now);
    if let Some(deadline) = passed {
        return Some(sentence!("the deadline passed at {at}", at = deadline.at));
    }
    worth.is_empty().then(|| {
        sentence!("the platform offers neither contest nor offer nor acceptance here: look at its own pages")
    })
}

fn without_the_decisive(s: Situation<'_>, (fight, give_in): (Advice, Advice), gaps: &[Gap]) -> Decision {
    let required = gaps.iter().filter(|gap| gap.required);
    let lacking: Part = required.map(|gap| gap.kind).collect();
    let until = s.case.round.deadline.map(|d| d.at - FETCH_UNTIL);
    if give_in == Advice::None {
        // No answer at all loses for certain.
        let why = sentence!(
            "without {lacking} such a case is seldom won, but the platform offers nothing else than to answer",
            lacking = lacking.clone()
        );
        let first = until.filter(|until| *until > s.now).map(|until| {
            sentence!(
                "get {lacking} by {until}; answer with what is there if that fails",
                lacking,
                until
            )
        });
        return (fight, first, vec![why]);
    }
    let why = sentence!(
        "without {lacking} such a case is better settled or accepted",
        lacking = lacking.clone()
    );
    let first = match until {
        Some(until) if until <= s.now => None,
        Some(until) => Some(sentence!(
            "get {lacking} by {until}; {give_in} only if that fails",
            lacking,
            until,
            give_in
        )),
        None => Some(sentence!(
            "get {lacking}; {give_in} only if that fails",
            lacking,
            give_in
        )),
    };
    (give_in, first, vec![why])
}

fn by_value(worth: &[Worth], fight: Advice, give_in: Advice) -> Decision {
    let of = |action| worth.iter().find(|w| w.action == action);
    let fights = of(ActionKind::Contest).or_else(|| of(ActionKind::Appeal));
    let Some(contest) = fights else {
        return (give_in, None, Vec::new());
    };
    let other = of(ActionKind::Accept).or_else(|| of(ActionKind::Offer));
    let Some(other) = other else {
        let why = sentence!("to {fight} is all that the platform offers", fight);
        return (fight, None, vec![why]);
    };
    let figures = sentence!(
        "contesting is expected to leave {expected} (between {low} and {high}), {action} leaves {other}",
        expected = contest.expected,
        low = contest.low,
        high = contest.high,
        action = other.action,
        other = other.expected
    );
    let certain = contest.low.minor > other.expected.minor || contest.high.minor <= other.expected.minor;
    let figures = if certain {
        figures
    } else {
        figures.also(sentence!("the interval holds both answers, so it may be wrong"))
    };
    let better = contest.expected.minor > other.expected.minor;
    (if better { fight } else { give_in }, None, vec![figures])
}

/// What lacks, required first, then by weight.
fn gaps(list: &Checklist) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = list
        .rows
        .iter()
        .filter(|row| {
            matches!(row.need, Need::Required | Need::Useful)
                && matches!(row.standing, Standing::Missing | Standing::Weak)
        })
        .map(|row| Gap {
            kind: row.kind,
            weight: row.weight,
            required: row.need == Need::Required,
        })
        .collect();
    gaps.sort_by_key(|gap| (!gap.required, std::cmp::Reverse(gap.weight), gap.kind));
    let required = gaps.iter().filter(|gap| gap.required).count();
    gaps.truncate(required.max(GAPS));
    gaps
}

#[cfg(test)]
mod tests;
