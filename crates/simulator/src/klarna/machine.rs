//! The life of a dispute (reference 7): what silence does, what a decision does, and the rule behind decisions.

use chrono::{Datelike, Duration};

use super::{
    dispute::{Answer, Arbitration, Dispute, Framework, Outcome, State, Submission},
    words,
};
use crate::dispute::Time;

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
        State::Representment if acts => {
            let won = dispute.luck.0 < chance(dispute);
            decide(dispute, won, None, now);
        }
        State::Arbitration if acts => {
            let won = dispute.luck.1 < chance(dispute);
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
            let won = dispute.luck.0 < chance(dispute);
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

/// The hidden rule: what was handed in moves the chance that the case began with (reference 13).
pub(crate) fn chance(dispute: &Dispute) -> f64 {
    let mut chance = dispute.strength;
    let Some(answer) = &dispute.submission else {
        return 0.0;
    };
    let appeal = dispute
        .arbitration
        .as_ref()
        .and_then(|round| round.appeal.as_ref());
    chance += weight(dispute, answer);
    // An appeal is read by the same eyes: it helps only where it adds something.
    if let Some(appeal) = appeal {
        chance += weight(dispute, appeal) / 2.0 - 0.10;
    }
    chance.clamp(0.03, 0.97)
}

fn weight(dispute: &Dispute, answer: &Submission) -> f64 {
    let files = dispute
        .files
        .iter()
        .filter(|file| answer.attachments.iter().any(|(id, _)| *id == file.id));
    let (mut weight, mut count, mut documents) = (-0.08_f64, 0, 0);
    for file in files {
        count += 1;
        documents += usize::from(!file.media_type.starts_with("image/"));
        // A file of a few bytes proves nothing.
        weight += if file.bytes < 500 { -0.04 } else { 0.03 };
    }
    if documents > 0 && documents < count {
        weight += 0.04;
    }
    let described = answer
        .attachments
        .iter()
        .filter(|(_, words)| words.is_some())
        .count();
    if described * 2 > answer.attachments.len() {
        weight += 0.03;
    }
    weight += match answer.text.as_deref().unwrap_or_default().chars().count() {
        0..40 => -0.05,
        40..300 => 0.03,
        _ => 0.08,
    };
    let delivery = [words::NOT_RECEIVED, words::UNAUTHORIZED, words::HIGH_RISK];
    if dispute.tangible && delivery.contains(&dispute.reason.as_str()) {
        weight += if dispute.shipped { 0.08 } else { -0.10 };
    }
    if answer.proposed_refund.is_some() {
        weight += 0.04;
    }
    weight
}
