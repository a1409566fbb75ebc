//! Sending a response: never twice, never blind.
//!
//! 1. Read the dispute; check turn, action, deadline and that nobody answered elsewhere.
//! 2. Mark the submission `sending` with a new attempt number, commit.
//! 3. Call the platform, once.
//! 4. Record what is known. A refusal is a refusal; anything else is `sent_unconfirmed`.
//! 5. Read back until the platform shows the response. If the call had no answer and the response is still absent
//!    after the settle time (longer than any call can last), it certainly was not handled, and only then is it sent
//!    again. If the platform had answered, it is never sent again: a person is called.
//!
//! A process may die between any two lines. Whoever takes the job over finds `sending` and goes on with step 5.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::{Connector, Error as PlatformError, Outgoing, Receipt};
use docket_core::attention::Attention;
use docket_core::case::{self, Case, Command, Event, SendResult};
use docket_core::id::{DisputeRef, RoundId, SubmissionId};
use docket_core::proof::{Baseline, Proof, answered_elsewhere, proof};
use docket_core::response::{FileRef, Submission, SubmissionState};
use docket_core::snapshot::{SeenAnswer, Snapshot};
use docket_queue::{Lease, Outcome};
use docket_store::{Change, ClientScope, Connection, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};
use crate::observe::PlatformOr;

/// How long a response waits while its connection is paused: short, because a deadline may be near when it is resumed.
const PAUSED: chrono::Duration = chrono::Duration::seconds(30);

/// How long it waits while the dispute cannot be read as documented; a person is told at once.
const UNREADABLE: chrono::Duration = chrono::Duration::minutes(1);
/// How long it waits after a failure on our side, such as a busy database: a deadline may be near.
const OURS: chrono::Duration = chrono::Duration::seconds(5);

/// A last try comes so long before the deadline, whatever pause was asked for.
const LAST_TRY: chrono::Duration = chrono::Duration::minutes(2);

/// So long after the deadline a platform that answers by itself has done so.
const AFTER_DEADLINE: chrono::Duration = chrono::Duration::minutes(2);

/// The shortest pause.
const AT_ONCE: chrono::Duration = chrono::Duration::seconds(2);

/// What a reading or a call means for the submission.
enum Next {
    Case(SendResult),
    Again(DateTime<Utc>, String),
}

fn span(duration: std::time::Duration) -> chrono::Duration {
    chrono::Duration::from_std(duration).unwrap_or_else(|_| chrono::Duration::hours(1))
}

impl Desk {
    /// Failures of our own are tried again soon instead of after a growing pause.
    pub(crate) fn soon(&self, outcome: Result<Outcome>) -> Result<Outcome> {
        match outcome {
            Err(error) if error.is_transient() => Ok(Outcome::Later {
                at: self.env.now() + OURS,
                why: error.to_string(),
            }),
            other => other,
        }
    }

    /// The job `submit_response`.
    pub(crate) async fn submit(&self, id: SubmissionId, lease: &Lease) -> Result<Outcome> {
        let Some(submission) = self.db.submission(ClientScope::Agency, id).await? else {
            return Ok(Outcome::Done);
        };
        match submission.state {
            SubmissionState::Prepared => {}
            SubmissionState::Sending => {
                // Whoever began this call is gone, or about to be: its result is found by reading.
                let at = self.settled_at(&submission, None);
                self.record(
                    &submission,
                    SendResult::Unconfirmed {
                        known: false,
                        confirm_at: at,
                    },
                    None,
                )
                .await?;
                return Ok(Outcome::Done);
            }
            SubmissionState::SentUnconfirmed
            | SubmissionState::Held
            | SubmissionState::Confirmed
            | SubmissionState::Refused
            | SubmissionState::Cancelled
            | SubmissionState::NeedsPerson => return Ok(Outcome::Done),
        }
        if submission.send_at > self.env.now() {
            return Ok(Outcome::Later {
                at: submission.send_at,
                why: "its time has not come".to_owned(),
            });
        }
        let (stored, connection, connector) = match self.way(&submission).await? {
            Ok(way) => way,
            Err(later) => return Ok(later),
        };
        let observed = match self
            .refresh(&connection, connector.as_ref(), &stored.dispute, "worker")
            .await
        {
            Ok(observed) => observed,
            Err(PlatformOr::Platform(error)) => {
                return self.read_failed(&connection, &stored.dispute, error).await;
            }
            Err(PlatformOr::Ours(error)) => return Err(error),
        };
        // The reading may have cancelled it (closed, new round, no longer our turn): look again.
        let Some(submission) = self.db.submission(ClientScope::Agency, id).await? else {
            return Ok(Outcome::Done);
        };
        if submission.state != SubmissionState::Prepared {
            return Ok(Outcome::Done);
        }
        let refusal = self.refusal(connector.as_ref(), &submission, &observed.snapshot);
        if let Some(result) = refusal.await? {
            self.record(&submission, result, None).await?;
            return Ok(Outcome::Done);
        }
        let files = match self.content(&submission).await {
            Ok(files) => files,
            Err(Error::Store(docket_store::Error::Files(why))) => {
                self.record(
                    &submission,
                    SendResult::Refused {
                        why: format!("nothing was sent: {why}"),
                    },
                    None,
                )
                .await?;
                return Ok(Outcome::Done);
            }
            Err(error) => return Err(error),
        };
        let Some(sending) = self.begin_sending(submission, &observed.snapshot).await? else {
            return Ok(Outcome::Later {
                at: self.env.now(),
                why: "the case changed meanwhile".to_owned(),
            });
        };
        // A process that slept here is no longer the one to call: somebody else reads back what it marked.
        if lease.lost() || lease.remaining() <= chrono::Duration::zero() {
            return Err(Error::Invalid("the lease was lost before the call".to_owned()));
        }
        let attempt = format!("{}-{}", sending.id, sending.attempts);
        let outgoing = Outgoing {
            response: &sending.response,
            files: &files,
            attempt: &attempt,
        };
        // The limit makes "the call has certainly ended" a fact that the settle time can build on.
        let call = tokio::time::timeout(self.settings.call_limit, connector.act(&stored.dispute, outgoing));
        let answer = call.await.unwrap_or_else(|_| {
            let why = "no answer within the time limit of a call".to_owned();
            Err(PlatformError::OutcomeUnknown { why, reference: None })
        });
        self.answered(&connection, &sending, answer).await?;
        Ok(Outcome::Done)
    }

    /// The job `confirm_response`: reads until it is settled.
    pub(crate) async fn confirm(&self, id: SubmissionId) -> Result<Outcome> {
        let Some(submission) = self.db.submission(ClientScope::Agency, id).await? else {
            return Ok(Outcome::Done);
        };
        if !matches!(
            submission.state,
            SubmissionState::SentUnconfirmed | SubmissionState::Held
        ) {
            return Ok(Outcome::Done);
        }
        let (stored, connection, connector) = match self.way(&submission).await? {
            Ok(way) => way,
            Err(later) => return Ok(later),
        };
        let observed = match self
            .refresh(&connection, connector.as_ref(), &stored.dispute, "worker")
            .await
        {
            Ok(observed) => observed,
            Err(PlatformOr::Platform(error)) => {
                return self.read_failed(&connection, &stored.dispute, error).await;
            }
            Err(PlatformOr::Ours(error)) => return Err(error),
        };
        let round = self
            .case(ClientScope::Agency, submission.case)
            .await?
            .case
            .round
            .id;
        let echo = connector.echo(&submission.response);
        match self.judge(&submission, &echo, &observed.snapshot, round) {
            Next::Again(at, why) => Ok(Outcome::Later { at, why }),
            Next::Case(result) => {
                self.record(&submission, result, None).await?;
                Ok(Outcome::Done)
            }
        }
    }

    /// What a reading says about an unconfirmed response.
    fn judge(
        &self,
        submission: &Submission,
        echo: &[SeenAnswer],
        now_shown: &Snapshot,
        round: RoundId,
    ) -> Next {
        let now = self.env.now();
        let began = submission.attempted_at.unwrap_or(now);
        let deadline = now_shown.deadline.map(|d| d.at);
        let again = now + span(self.settings.confirm_every);
        let person = |why: String| {
            Next::Case(SendResult::NeedsPerson {
                why,
                attention: Attention::ResponseUnconfirmed,
            })
        };
        match proof(&submission.response, echo, &submission.baseline, now_shown) {
            Proof::Held => self.held(submission, deadline),
            Proof::Proven => {
                let response = &submission.response;
                Next::Case(SendResult::Confirmed {
                    action: response.action(),
                    concedes: response.concedes(),
                })
            }
            Proof::Unclear(why) if now < began + span(self.settings.confirm_within) => {
                Next::Again(again, why)
            }
            Proof::Unclear(why) => person(why),
            Proof::Absent if submission.answered => {
                let until = began + span(self.settings.confirm_within);
                if now < until {
                    return Next::Again(
                        again.min(until),
                        "the platform does not show the response yet".to_owned(),
                    );
                }
                person("the platform answered that it took the response, but does not show it".to_owned())
            }
            Proof::Absent => {
                let settled = self.settled_at(submission, deadline);
                if now < settled {
                    return Next::Again(
                        again.min(settled),
                        "waiting until the call has certainly ended".to_owned(),
                    );
                }
                // Another round asks another question; this answer must not go into it.
                if round != submission.round {
                    return person("the call left no trace, and a new round began meanwhile".to_owned());
                }
                if submission.attempts >= self.settings.max_sends {
                    return person(format!(
                        "{} calls had no answer and left no trace",
                        submission.attempts
                    ));
                }
                let why =
                    "the platform does not have it: the call had ended without being handled".to_owned();
                Next::Case(SendResult::NotSent { again_at: now, why })
            }
        }
    }

    /// The platform keeps the response and sends it by itself at the deadline: read again now and then, and after it.
    fn held(&self, submission: &Submission, deadline: Option<DateTime<Utc>>) -> Next {
        let now = self.env.now();
        let soon = now + span(self.settings.confirm_every) * 10;
        let due = deadline.map(|d| d + AFTER_DEADLINE);
        if due.is_some_and(|due| now >= due + span(self.settings.confirm_within)) {
            let why = "the platform keeps the response unsent, though the deadline passed".to_owned();
            let attention = Attention::ResponseUnconfirmed;
            return Next::Case(SendResult::NeedsPerson { why, attention });
        }
        let check_at = due.filter(|due| *due > now).map_or(soon, |due| due.min(soon));
        if submission.state == SubmissionState::Held {
            return Next::Again(check_at, "the platform keeps it until the deadline".to_owned());
        }
        Next::Case(SendResult::Held { check_at })
    }

    /// When a call without an answer has certainly ended. Close to the deadline the wait shrinks, but never below twice
    /// the longest call: a response must not be sent twice, and must not be late because of waiting.
    fn settled_at(&self, submission: &Submission, deadline: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let now = self.env.now();
        let began = submission.attempted_at.unwrap_or(now);
        let floor = span(self.settings.call_limit) * 2;
        let wish = span(self.settings.settle);
        let wait = deadline.map_or(wish, |d| wish.min((d - began) / 4)).max(floor);
        began + wait
    }

    /// The case, its connection and the way to the platform, or why to wait.
    async fn way(
        &self,
        submission: &Submission,
    ) -> Result<Result<(Case, Connection, std::sync::Arc<dyn Connector>), Outcome>> {
        let stored = self.db.case(ClientScope::Agency, submission.case).await?;
        let stored =
            stored.ok_or_else(|| Error::NotFound(format!("there is no case {}", submission.case)))?;
        let (connection, connector) = self.connector(stored.case.connection).await?;
        if let Some(why) = &connection.health.paused_why {
            let at = self.env.now() + PAUSED;
            return Ok(Err(Outcome::Later {
                at,
                why: format!("the connection is paused: {why}"),
            }));
        }
        Ok(Ok((stored.case, connection, connector)))
    }

    /// Reading failed before anything was sent: wait, and pause the connection where a person is needed.
    async fn read_failed(
        &self,
        connection: &Connection,
        dispute: &DisputeRef,
        error: PlatformError,
    ) -> Result<Outcome> {
        let now = self.env.now();
        let (at, why) = match error {
            PlatformError::Retry { after, why } => {
                let wait = after.map_or(chrono::Duration::seconds(5), span);
                (now + wait, why)
            }
            PlatformError::Auth { message, .. } => {
                let mut unit = UnitOfWork::begin(&self.db).await?;
                unit.pause("worker", connection.id, Some(&message), now).await?;
                unit.commit().await?;
                (now + PAUSED, message)
            }
            PlatformError::Contract { what } => {
                self.flag(connection, dispute, Attention::ContractChange).await?;
                (now + UNREADABLE, what)
            }
            PlatformError::NotFound { message } => {
                self.flag(connection, dispute, Attention::Vanished).await?;
                (now + UNREADABLE, message)
            }
            other @ (PlatformError::OutcomeUnknown { .. }
            | PlatformError::Rejected { .. }
            | PlatformError::Unsupported(_)) => return Err(other.into()),
        };
        Ok(Outcome::Later { at, why })
    }

    /// Why a prepared response must not be sent now, if so.
    async fn refusal(
        &self,
        connector: &dyn Connector,
        submission: &Submission,
        shown: &Snapshot,
    ) -> Result<Option<SendResult>> {
        let action = submission.response.action();
        let ours: Vec<_> = self
            .db
            .submissions_of(ClientScope::Agency, submission.case)
            .await?
            .into_iter()
            .filter(|s| s.attempts > 0)
            .flat_map(|s| connector.echo(&s.response))
            .collect();
        if action.answers_the_request() && answered_elsewhere(&submission.baseline, shown, &ours) {
            let why = "somebody answered outside Docket after this response was prepared".to_owned();
            return Ok(Some(SendResult::NeedsPerson {
                why,
                attention: Attention::AnsweredElsewhere,
            }));
        }
        if let Some(deadline) = shown.deadline
            && action.answers_the_request()
            && self.env.now() >= deadline.at
            && deadline.source != docket_core::words::DeadlineSource::Estimated
        {
            return Ok(Some(SendResult::Refused {
                why: format!("the deadline passed at {}", deadline.at),
            }));
        }
        if !shown.facts.allowed_actions.contains(&action) {
            let status = shown.facts.platform_status.as_deref().unwrap_or("unknown");
            let why = format!("the platform does not allow `{action}` now (status {status})");
            return Ok(Some(SendResult::Refused { why }));
        }
        Ok(None)
    }

    async fn content(&self, submission: &Submission) -> Result<Vec<(FileRef, Bytes)>> {
        let mut files = Vec::new();
        for file in submission.response.files() {
            files.push((file.clone(), self.files.get(&file.sha256).await?));
        }
        Ok(files)
    }

    /// Step 2. None when the case or the submission changed since the reading.
    async fn begin_sending(
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
            Ok(()) => unit
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
    async fn answered(
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
                    confirm_at: now,
                },
                receipt.reference,
            ),
            Err(PlatformError::OutcomeUnknown { why, reference }) => {
                tracing::warn!(submission = %sending.id, why, "a response has no answer; reading back");
                (
                    SendResult::Unconfirmed {
                        known: false,
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
    async fn record(&self, known: &Submission, result: SendResult, reference: Option<String>) -> Result<()> {
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
