//! The life of a dispute (reference 7): what silence does, what a decision does, and the rule behind decisions.

use chrono::{Datelike, Duration};

use super::{
    dispute::{Answer, Arbitration, Dispute, Framework, Outcome, State, Submission},
    words,
};
use crate::{dispute::Time, judge};

/// Between the end of the merchant's time and closing; Klarna publishes no figure.
const EXPIRED_HOURS: i64 = 1;
/// An accepted loss is answered with 202 and closes a moment later.
const ACCEPTING_SECONDS: i64 = 2;
const APPEAL_DAYS: i64 = 10;
const ARBITRATION_DAYS: i64 = 20;

/// Whether a dispute that opens now may be appealed, and is reviewed in 30 days instead of 60 (reference 1).
pub(crate) fn new_rules(opened: Time) -> bool {
    (opened.year(), opened.month()) >= (2026, 11)
}

/// Applies what time does, when somebody looks. The update time is the moment of looking, so that no poll window misses it.
pub(crate) fn settle(dispute: &mut Dispute, now: Time) -> bool {
    let before = (dispute.state, dispute.answer);
    if dispute.waits() && dispute.due < now {
        dispute.answer = Answer::EvidenceRequestExpired;
        dispute.acts_at = Some(dispute.due + Duration::hours(EXPIRED_HOURS));
    }
    let acts = dispute.acts_at.is_some_and(|at| at <= now);
    match dispute.state {
        State::Initiated if acts => close_initiated(dispute, now),
        State::Representment | State::Arbitration if acts => {
            let won = judged(dispute);
            decide(dispute, won, None, now);
        }
        State::PreArbitration if acts => close(dispute, false, words::ACCEPTED, now),
        State::PreArbitration if dispute.deadline().is_some_and(|due| due < now) => {
            let detail = dispute.arbitration.as_ref().map(|round| round.detail.clone());
            close(dispute, false, detail.as_deref().unwrap_or(words::NO_ANSWER), now);
        }
        State::Initiated
        | State::Representment
        | State::Arbitration
        | State::PreArbitration
        | State::Closed => {}
    }
    let changed = before != (dispute.state, dispute.answer);
    if changed {
        dispute.touch(now);
    }
    changed
}

fn close_initiated(dispute: &mut Dispute, now: Time) {
    match dispute.answer {
        Answer::EvidenceReceived => {
            let won = judged(dispute);
            decide(dispute, won, None, now);
        }
        Answer::EvidenceWaived => close(dispute, false, words::ACCEPTED, now),
        Answer::RepresentmentAutomaticallyRejected => close(dispute, false, words::AT_ONCE, now),
        Answer::EvidenceRequestExpired | Answer::EvidenceRequested => {
            close(dispute, false, silence(dispute), now)
        }
    }
}

/// The detail of a loss by silence tells whether shipping data came with the capture.
pub(crate) fn silence(dispute: &Dispute) -> &'static str {
    match dispute.reason.as_str() {
        words::HIGH_RISK => words::NO_ANSWER_TO_STOP,
        words::NOT_RECEIVED if dispute.tangible && dispute.shipped => words::SILENT_BUT_SHIPPED,
        words::NOT_RECEIVED if dispute.tangible => words::SILENT_NOT_SHIPPED,
        _ => words::NO_ANSWER,
    }
}

/// Takes the merchant's evidence; under the old framework the state does not move.
pub(crate) fn represent(dispute: &mut Dispute, submission: Submission, now: Time) {
    dispute.answer = Answer::EvidenceReceived;
    dispute.submission = Some(submission);
    let days = if new_rules(dispute.created) { 30 } else { 60 };
    dispute.acts_at = Some(now + Duration::days(days));
    if dispute.framework == Framework::New {
        dispute.enter(State::Representment);
    }
}

pub(crate) fn appeal(dispute: &mut Dispute, submission: Submission, now: Time) {
    if let Some(round) = &mut dispute.arbitration {
        round.appeal = Some(submission);
    }
    dispute.acts_at = Some(now + Duration::days(ARBITRATION_DAYS));
    dispute.enter(State::Arbitration);
}

pub(crate) fn accept(dispute: &mut Dispute, now: Time) {
    if dispute.state == State::Initiated {
        dispute.answer = Answer::EvidenceWaived;
    }
    dispute.acts_at = Some(now + Duration::seconds(ACCEPTING_SECONDS));
}

/// Klarna's word. A loss after a review is preliminary where the rules give an appeal.
pub(crate) fn decide(dispute: &mut Dispute, won: bool, detail: Option<&str>, now: Time) {
    let usual = words::detail(&dispute.reason, dispute.tangible, won);
    let detail = detail.unwrap_or(usual).to_owned();
    if !won && dispute.appealable && dispute.state == State::Representment {
        dispute.arbitration = Some(Arbitration {
            detail,
            due: now + Duration::days(APPEAL_DAYS),
            appeal: None,
        });
        dispute.acts_at = None;
        dispute.enter(State::PreArbitration);
        return dispute.touch(now);
    }
    close(dispute, won, &detail, now);
}

pub(crate) fn close(dispute: &mut Dispute, won: bool, detail: &str, now: Time) {
    dispute.outcome = Some(Outcome {
        won,
        detail: detail.to_owned(),
        at: now,
    });
    dispute.acts_at = None;
    dispute.enter(State::Closed);
    dispute.touch(now);
}

/// Lost without defence: the account's threshold, or an exception of Klarna's.
pub(crate) fn reject(dispute: &mut Dispute, now: Time) {
    dispute.answer = Answer::RepresentmentAutomaticallyRejected;
    close(dispute, false, words::AT_ONCE, now);
}

/// Gives the merchant more time.
pub(crate) fn extend(dispute: &mut Dispute, by: Duration, reason: &str, now: Time) {
    dispute.due += by;
    dispute.exceptions.push(serde_json::json!({
        "exception_type": "DISPUTE_WINDOW_EXTENSION",
        "reason": reason,
        "description": "The time to respond was extended.",
    }));
    dispute.touch(now);
}

/// What Klarna decides: each review has dice of its own.
pub(crate) fn judged(dispute: &Dispute) -> bool {
    let dice = match dispute.state {
        State::Arbitration => dispute.luck.1,
        State::Initiated | State::Representment | State::PreArbitration | State::Closed => dispute.luck.0,
    };
    dice < chance(dispute)
}

/// What was handed in moves the chance that the case began with (reference 13, `judge.rs`).
fn chance(dispute: &Dispute) -> f64 {
    let Some(answer) = &dispute.submission else {
        return 0.0;
    };
    let mut chance = dispute.strength + answer.weight;
    if dispute.by_delivery() {
        chance += if dispute.shipped { 0.08 } else { -0.10 };
    }
    if answer.proposed_refund.is_some() {
        chance += 0.04;
    }
    // An appeal is read by the same eyes: it helps only by what it adds.
    let round = dispute.arbitration.as_ref();
    if let Some(appeal) = round.and_then(|round| round.appeal.as_ref()) {
        chance += appeal.weight / 2.0;
    }
    judge::bounded(chance)
}

/// What an answer is worth. Where delivery decides, the parcel's number is the proof; elsewhere a described file that shows something.
pub(crate) fn weight(dispute: &Dispute, text: Option<&str>, attachments: &[(String, Option<String>)]) -> f64 {
    let file = |id: &str| dispute.files.iter().find(|file| file.id == id);
    let attached: Vec<_> = attachments
        .iter()
        .filter_map(|(id, words)| Some((file(id)?.reading, words.as_deref())))
        .collect();
    let described = attached.iter().filter_map(|(_, words)| *words);
    let words = text.into_iter().chain(described).collect::<Vec<_>>().join(" ");
    let proof = if dispute.by_delivery() && dispute.shipped {
        let tracked = attached.iter().any(|(reading, _)| reading.tracks);
        tracked || judge::mentioned(&words, &dispute.parcel_numbers())
    } else {
        attached
            .iter()
            .any(|(reading, words)| reading.shows && words.is_some())
    };
    let answer = judge::Answer {
        words,
        files: attached.into_iter().map(|(reading, _)| reading).collect(),
        proof,
    };
    answer.weight(&dispute.payment_numbers())
}
