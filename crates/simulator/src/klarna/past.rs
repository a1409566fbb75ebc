//! What has already happened to a planted dispute.

use chrono::Duration;
use rand::{Rng, rngs::StdRng};

use super::{
    dispute::{Answer, Dispute, File, Framework, State, Submission},
    machine,
    plant::{Wish, random_uuid},
    words,
};
use crate::{dispute::Time, judge::Reading, plant::trade, trades::ANSWERS};

/// Moves a new dispute to the wished state, with plausible instants between its opening and now.
pub(crate) fn unfold(rng: &mut StdRng, dispute: &mut Dispute, wish: &Wish<'_>, now: Time) {
    let span = now - dispute.created;
    let at = |percent: i32| dispute.created + span * percent / 100;
    // Nobody answers after the time to answer.
    let answered = at(40).min(in_time(dispute));
    let (decided, appealed) = (at(70), at(85));
    match wish.state {
        State::Initiated => extension(rng, dispute, wish, now),
        State::Representment => hand_in(rng, dispute, answered),
        State::PreArbitration | State::Arbitration => {
            hand_in(rng, dispute, answered);
            // Asked for by name, it has to exist, whatever the calendar says.
            dispute.appealable |= wish.plain;
            if dispute.appealable && dispute.framework == Framework::New {
                machine::decide(dispute, false, None, decided);
                if let (Some(round), Some(due)) = (&mut dispute.arbitration, wish.due) {
                    round.due = due;
                }
                if wish.state == State::Arbitration {
                    let appeal = submission(ANSWERS[3], &[], appealed);
                    machine::appeal(dispute, appeal, appealed);
                    dispute.touch(appealed);
                }
            }
        }
        State::Closed => {
            let days = rng.random_range(8 * 24 * 60..50 * 24 * 60);
            let latest = now - Duration::minutes(rng.random_range(30..3_000));
            let closed = (dispute.created + Duration::minutes(days)).min(latest);
            close(rng, dispute, closed.max(dispute.created), latest);
        }
    }
}

fn in_time(dispute: &Dispute) -> Time {
    (dispute.due - Duration::hours(2)).max(dispute.created)
}

/// Sometimes Klarna gives more time.
fn extension(rng: &mut StdRng, dispute: &mut Dispute, wish: &Wish<'_>, now: Time) {
    if wish.plain || wish.created >= now || !rng.random_bool(0.05) {
        return;
    }
    let at = dispute.created + (now - dispute.created) / 2;
    let reason = if rng.random_bool(0.5) {
        "DISPUTE_MIS_HANDLED"
    } else {
        "REGULATORY_REQUIREMENT"
    };
    machine::extend(dispute, Duration::days(7), reason, at);
}

fn hand_in(rng: &mut StdRng, dispute: &mut Dispute, at: Time) {
    for number in 0..rng.random_range(1..3) {
        dispute.files.push(File {
            id: format!(
                "krn:network:eu1:test:payment:dispute-attachment:{}",
                random_uuid(rng)
            ),
            name: format!("answer-{}.pdf", number + 1),
            media_type: "application/pdf".to_owned(),
            bytes: rng.random_range(2_000..200_000),
            sha256: "0".repeat(64),
            reading: Reading::default(),
        });
    }
    let words = ANSWERS[rng.random_range(0..ANSWERS.len())];
    let answer = submission(words, &dispute.files, at);
    machine::represent(dispute, answer, at);
    dispute.touch(at);
}

fn submission(text: &str, files: &[File], at: Time) -> Submission {
    Submission {
        at,
        text: Some(text.to_owned()),
        attachments: files
            .iter()
            .map(|file| (file.id.clone(), Some("Our answer with its proofs".to_owned())))
            .collect(),
        proposed_refund: None,
        weight: 0.0,
    }
}

/// A decision in the past, with the habits of the merchant and the facts of the case behind it.
fn close(rng: &mut StdRng, dispute: &mut Dispute, at: Time, latest: Time) {
    let answered = (dispute.created + (at - dispute.created) * 2 / 5).min(in_time(dispute));
    let expired = dispute.due + Duration::hours(1);
    if rng.random_bool(trade(dispute.account).missed) && expired < latest {
        dispute.answer = Answer::EvidenceRequestExpired;
        // Shipping data sent with the capture counts even when nobody answers (reference 7).
        let detail = machine::silence(dispute);
        let won = detail == words::SILENT_BUT_SHIPPED && rng.random_bool(0.5);
        return machine::close(dispute, won, detail, expired);
    }
    match rng.random_range(0..100) {
        0..7 => {
            dispute.answer = Answer::EvidenceWaived;
            return machine::close(dispute, false, words::ACCEPTED, answered);
        }
        7..14 => return machine::close(dispute, true, words::CANCELLED, answered),
        14..17 => return machine::close(dispute, true, words::SETTLED, answered),
        17..19 => return machine::reject(dispute, dispute.created),
        19 => {
            dispute.exceptions.push(serde_json::json!({
                "exception_type": "IMMEDIATE_DISPUTE_RESOLUTION",
                "reason": "DISPUTE_MIS_HANDLED",
                "description": "Klarna decided without a time to respond.",
            }));
            return machine::reject(dispute, dispute.created);
        }
        _ => hand_in(rng, dispute, answered),
    }
    let won = machine::judged(dispute);
    let unlisted = rng.random_bool(0.01).then_some(words::UNLISTED_DETAIL);
    if won || !dispute.appealable {
        return machine::decide(dispute, won, unlisted, at);
    }
    let decided = answered + (at - answered) / 2;
    machine::decide(dispute, false, unlisted, decided);
    if rng.random_bool(0.4) {
        let appealed = decided + (at - decided) / 3;
        machine::appeal(dispute, submission(ANSWERS[3], &[], appealed), appealed);
        let won = machine::judged(dispute);
        return machine::decide(dispute, won, None, at);
    }
    let detail = words::detail(&dispute.reason, dispute.tangible, false);
    machine::close(dispute, false, detail, at);
}
