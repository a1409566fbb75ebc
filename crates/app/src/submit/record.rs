//! Writing down what is known of a response: before the call, and after it.

use chrono::{DateTime, Utc};
use docket_connector::{Error as PlatformError, Receipt};
use docket_core::case::{self, Command, Event, SendResult};
use docket_core::proof::Baseline;
use docket_core::response::{Submission, SubmissionState};
use docket_core::snapshot::Snapshot;
use docket_store::{Change, ClientScope, Connection, UnitOfWork};

use super::{PAUSED, span};
use crate::Desk;
use crate::error::{Error, Result};
use crate::respond::goes_on;

/// A last try comes so long before the deadline, whatever pause was asked for.
const LAST_TRY: chrono::Duration = chrono::Duration::minutes(2);
/// The shortest pause.
const AT_ONCE: chrono::Duration = chrono::Duration::seconds(2);

impl Desk {
    /// Step 2. None when the case or the submission changed since the reading.
    pub(super) async fn begin_sending(
        &self,
        mut submission: Submission,
        shown: &Snapshot,
    ) -> Result<Option<Submission>> {
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let Some(stored) = unit.case(submission.case).await? else {
            return Ok(None);
        };
        if stored.case.facts.updated_at != shown.facts.updated_at {
            return Ok(None);
        }
        let event = Event::Command(Command::BeginSending {
            submission: submission.id,
        });
        let Ok(transition) = case::apply(&stored.case, event, now) else {
            return Ok(None);
        };
        let was = (submission.state, submission.attempts);
        submission.state = SubmissionState::Sending;
        submission.attempts += 1;
        submission.attempted_at = Some(now);
        submission.answered = false;
        submission.baseline = Baseline::of(shown);
        let stored = self
            .save(
                &mut unit,
                "worker",
                &[Change {
                    before: Some(stored),
                    transition,
                    observed: None,
                }],
            )
            .await;
        let moved = match stored {
            Ok(_) => unit
                .update_submission(&submission, was)
                .await
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        match moved {
            Ok(()) => unit.commit().await?,
            Err(Error::Store(docket_store::Error::Conflict(_))) => return Ok(None),
            Err(error) => return Err(error),
        }
        Ok(Some(submission))
    }

    /// Step 4.
    pub(super) async fn answered(
        &self,
        connection: &Connection,
        sending: &Submission,
        answer: Result<Receipt, PlatformError>,
    ) -> Result<()> {
        let now = self.env.now();
        // Waiting as long as the platform wishes, but not beyond the last moment to answer.
        let deadline = self
            .case(ClientScope::Agency, sending.case)
            .await?
            .case
            .round
            .deadline;
        let in_time = |at: DateTime<Utc>| deadline.map_or(at, |d| at.min(d.at - LAST_TRY).max(now + AT_ONCE));
        let (result, reference) = match answer {
            Ok(receipt) => (
                SendResult::Unconfirmed {
                    known: true,
                    left_out: receipt.left_out,
                    confirm_at: now,
                },
                receipt.reference,
            ),
            Err(PlatformError::OutcomeUnknown { why, reference }) => {
                tracing::warn!(submission = %sending.id, why, "a response has no answer; reading back");
                (
                    SendResult::Unconfirmed {
                        known: false,
                        left_out: Vec::new(),
                        confirm_at: now,
                    },
                    reference,
                )
            }
            Err(PlatformError::Retry { after, why }) => {
                let wait = after.map_or(chrono::Duration::seconds(2), span);
                (
                    SendResult::NotSent {
                        again_at: in_time(now + wait),
                        why,
                    },
                    None,
                )
            }
            Err(PlatformError::Auth { message, reference }) => {
                let mut unit = UnitOfWork::begin(&self.db).await?;
                unit.pause("worker", connection.id, Some(&message), now).await?;
                unit.commit().await?;
                (
                    SendResult::NotSent {
                        again_at: in_time(now + PAUSED),
                        why: message,
                    },
                    reference,
                )
            }
            Err(PlatformError::Rejected {
                code,
                message,
                reference,
            }) => (
                SendResult::Refused {
                    why: format!("{message} ({code})"),
                },
                reference,
            ),
            Err(PlatformError::NotFound { message }) => (SendResult::Refused { why: message }, None),
            Err(PlatformError::Unsupported(why)) => (SendResult::Refused { why }, None),
            // It answered, but not in a form that says what it did.
            Err(PlatformError::Contract { what }) => {
                tracing::error!(submission = %sending.id, what, "the platform's answer has an unknown form");
                (
                    SendResult::Unconfirmed {
                        known: false,
                        left_out: Vec::new(),
                        confirm_at: now,
                    },
                    None,
                )
            }
        };
        self.record(sending, result, reference).await
    }

    /// Writes what is known to case and submission in one commit. A later state that somebody else recorded for the same
    /// attempt stands.
    pub(super) async fn record(
        &self,
        known: &Submission,
        result: SendResult,
        reference: Option<String>,
    ) -> Result<()> {
        for _ in 0..8 {
            match self.try_record(known, result.clone(), reference.clone()).await {
                Err(Error::Store(docket_store::Error::Conflict(_))) => {}
                other => return other,
            }
        }
        Err(docket_store::Error::Conflict("a response".to_owned()).into())
    }

    async fn try_record(
        &self,
        known: &Submission,
        result: SendResult,
        reference: Option<String>,
    ) -> Result<()> {
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let Some(mut submission) = unit.submission(known.id).await? else {
            return Ok(());
        };
        if submission.attempts != known.attempts || submission.state.is_final() {
            return Ok(());
        }
        let Some(stored) = unit.case(submission.case).await? else {
            return Ok(());
        };
        let due = stored
            .case
            .round
            .deadline
            .filter(|_| stored.case.round.id == submission.round);
        let due = due.map(|deadline| deadline.at);
        let event = Event::Command(Command::Sent {
            submission: submission.id,
            result: result.clone(),
        });
        let transition = match case::apply(&stored.case, event, now) {
            Ok(transition) => transition,
            Err(refusal) => {
                tracing::info!(submission = %submission.id, %refusal, "a result came too late to matter");
                return Ok(());
            }
        };
        let transition = match unit.open_draft(transition.case.round.id).await? {
            Some(draft) if transition.case.pending.is_none() => transition.then(goes_on(&draft), now)?,
            Some(_) | None => transition,
        };
        let was = (submission.state, submission.attempts);
        settle(&mut submission, &result, now);
        submission.platform_reference = reference.or(submission.platform_reference);
        self.save(
            &mut unit,
            "worker",
            &[Change {
                before: Some(stored),
                transition,
                observed: None,
            }],
        )
        .await?;
        unit.update_submission(&submission, was).await?;
        if submission.state == SubmissionState::Confirmed {
            unit.keep_factors(
                (submission.case, submission.client),
                &submission.factors(due),
                now,
            )
            .await?;
        }
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}

fn settle(submission: &mut Submission, result: &SendResult, now: DateTime<Utc>) {
    match result {
        SendResult::Unconfirmed { known, .. } => {
            submission.state = SubmissionState::SentUnconfirmed;
            submission.answered = submission.answered || *known;
        }
        SendResult::Held { .. } => {
            submission.state = SubmissionState::Held;
            submission.answered = true;
            submission.error = Some(
                "saved at the platform, not sent: it sends it by itself at the deadline, or press submit on its own page"
                    .to_owned(),
            );
        }
        SendResult::NotSent { again_at, why } => {
            submission.state = SubmissionState::Prepared;
            submission.send_at = *again_at;
            submission.error = Some(why.clone());
        }
        SendResult::Confirmed { .. } => {
            submission.state = SubmissionState::Confirmed;
            submission.confirmed_at = Some(now);
            submission.error = None;
        }
        SendResult::Refused { why } => {
            submission.state = SubmissionState::Refused;
            submission.error = Some(why.clone());
        }
        SendResult::NeedsPerson { why, .. } => {
            submission.state = SubmissionState::NeedsPerson;
            submission.error = Some(why.clone());
        }
    }
}
