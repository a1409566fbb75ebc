//! One transition as one line of the table.

use std::fmt::Write;

use super::super::support::{OURS, at};
use crate::case::{Case, Effect, Refusal, Transition};

fn effect(effect: &Effect) -> String {
    let hours = |when: &chrono::DateTime<chrono::Utc>| (*when - at(0)).num_hours();
    match effect {
        Effect::Send { at, .. } => format!("send@{}h", hours(at)),
        Effect::Replan { .. } => "plan the sending anew".to_owned(),
        Effect::Confirm { at, .. } => format!("confirm@{}h", hours(at)),
        Effect::CancelSubmission { .. } => "cancel response".to_owned(),
        Effect::Alert(attention) => format!("alert {attention}"),
        Effect::Rung { rung, .. } => format!("rung {rung}"),
        Effect::Missed { .. } => "missed".to_owned(),
    }
}

pub fn row(before: &Case, result: Result<Transition, Refusal>) -> String {
    let after = match result {
        Ok(after) => after,
        Err(refusal) => {
            return format!(
                "REFUSED {}",
                refusal.to_string().replace(&OURS.to_string(), "OURS")
            );
        }
    };
    let case = &after.case;
    let mut line = case.work_state.to_string();
    let mut say = |text: String| {
        // Writing to a String cannot fail.
        let _ = write!(line, "; {text}");
    };
    if let Some(outcome) = case.outcome {
        say(format!("closed {outcome}"));
    }
    if case.round.number != before.round.number {
        say(format!("round {}", case.round.number));
    }
    match case.next_step {
        Some(step) if before.next_step != case.next_step => {
            say(format!("ladder {}@{}h", step.rung, (step.at - at(0)).num_hours()))
        }
        None if before.next_step.is_some() => say("ladder ends".to_owned()),
        Some(_) | None => {}
    }
    if case.round.responded_at.is_some() && before.round.responded_at.is_none() {
        say("answered".to_owned());
    }
    let removed: Vec<_> = before
        .attention
        .difference(&case.attention)
        .map(ToString::to_string)
        .collect();
    if !removed.is_empty() {
        say(format!("clears {}", removed.join(" ")));
    }
    let effects: Vec<_> = after.effects.iter().map(effect).collect();
    if !effects.is_empty() {
        say(effects.join(", "));
    }
    if after.history.is_empty() {
        say("nothing new".to_owned());
    }
    line
}
