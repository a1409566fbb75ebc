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

mod judge;
mod record;

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::{Connector, Error as PlatformError, Outgoing};
use docket_core::attention::Attention;
use docket_core::case::SendResult;
use docket_core::id::{DisputeRef, SubmissionId};
use docket_core::proof::answered_elsewhere;
use docket_core::response::{FileRef, Submission, SubmissionState};
use docket_core::snapshot::{Observed, Snapshot};
use docket_queue::{Lease, Outcome};
use docket_store::{ClientScope, Connection, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};
use crate::observe::PlatformOr;
use crate::respond::pays;

/// How long a response waits while its connection is paused: short, because a deadline may be near when it is resumed.
const PAUSED: chrono::Duration = chrono::Duration::seconds(30);

/// How long it waits while the dispute cannot be read as documented; a person is told at once.
const UNREADABLE: chrono::Duration = chrono::Duration::minutes(1);
/// How long it waits after a failure on our side, such as a busy database: a deadline may be near.
const OURS: chrono::Duration = chrono::Duration::seconds(5);

/// What a reading or a call means for the submission.
enum Next {
    Case(SendResult),
    Again(DateTime<Utc>, String),
}

/// The dispute of a response as it stands at the platform, and the way there.
struct Look {
    dispute: DisputeRef,
    connection: Connection,
    connector: Arc<dyn Connector>,
    observed: Observed,
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
                        left_out: Vec::new(),
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
        let Look {
            dispute,
            connection,
            connector,
            observed,
        } = match self.look(&submission).await? {
            Ok(look) => look,
            Err(later) => return Ok(later),
        };
        // The reading may have cancelled it (closed, new round, no longer our turn): look again.
        let Some(submission) = self.db.submission(ClientScope::Agency, id).await? else {
            return Ok(Outcome::Done);
        };
        if submission.state != SubmissionState::Prepared {
            return Ok(Outcome::Done);
        }
        if self.rule_ended(&submission).await? {
            let result = SendResult::Refused {
                why: "the client's rule that prepared it does not act any more".to_owned(),
            };
            self.record(&submission, result, None).await?;
            return Ok(Outcome::Done);
        }
        let refusal = self.refusal(connector.as_ref(), &submission, &observed.snapshot);
        if let Some(result) = refusal.await? {
            self.record(&submission, result, None).await?;
            return Ok(Outcome::Done);
        }
        if let Some(result) = self
            .pays_twice(&connection, connector.as_ref(), &submission)
            .await?
        {
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
            return Err(Error::Invalid("the lease was lost before the call".into()));
        }
        let attempt = format!("{}-{}", sending.id, sending.attempts);
        let outgoing = Outgoing {
            response: &sending.response,
            files: &files,
            attempt: &attempt,
        };
        // The limit makes "the call has certainly ended" a fact that the settle time can build on.
        let call = tokio::time::timeout(self.settings.call_limit, connector.act(&dispute, outgoing));
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
        let look = match self.look(&submission).await? {
            Ok(look) => look,
            Err(later) => return Ok(later),
        };
        let round = self
            .case(ClientScope::Agency, submission.case)
            .await?
            .case
            .round
            .id;
        let echo = look.connector.echo(&submission.response);
        match self.judge(&submission, &echo, &look.observed.snapshot, round) {
            Next::Again(at, why) => Ok(Outcome::Later { at, why }),
            Next::Case(result) => {
                self.record(&submission, result, None).await?;
                Ok(Outcome::Done)
            }
        }
    }

    /// Reads the dispute of a response, or says why to wait.
    async fn look(&self, submission: &Submission) -> Result<Result<Look, Outcome>> {
        let stored = self.case(ClientScope::Agency, submission.case).await?;
        let dispute = stored.case.dispute;
        let (connection, connector) = self.connector(stored.case.connection).await?;
        if let Some(why) = &connection.health.paused_why {
            let at = self.env.now() + PAUSED;
            return Ok(Err(Outcome::Later {
                at,
                why: format!("the connection is paused: {why}"),
            }));
        }
        match self
            .refresh(&connection, connector.as_ref(), &dispute, "worker")
            .await
        {
            Ok(observed) => Ok(Ok(Look {
                dispute,
                connection,
                connector,
                observed,
            })),
            Err(PlatformOr::Platform(error)) => {
                let later = self.read_failed(&connection, &dispute, error).await?;
                Ok(Err(later))
            }
            Err(PlatformOr::Ours(error)) => Err(error),
        }
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

    /// Before money moves the order is read once more: somebody may have refunded it at the shop meanwhile. An order that cannot
    /// be read now keeps nothing: then what was read last counts.
    async fn pays_twice(
        &self,
        connection: &Connection,
        connector: &dyn Connector,
        submission: &Submission,
    ) -> Result<Option<SendResult>> {
        let case = self.case(ClientScope::Agency, submission.case).await?.case;
        if pays(&submission.response, case.facts.amount).is_none() {
            return Ok(None);
        }
        if connector.knows_orders() {
            self.read_order(connection, connector, case.id).await?;
        }
        let problem = self.paid_twice(&case, &submission.response).await?;
        Ok(problem.map(|problem| SendResult::Refused {
            why: format!("nothing was sent: {}; {}", problem.what, problem.todo),
        }))
    }

    async fn content(&self, submission: &Submission) -> Result<Vec<(FileRef, Bytes)>> {
        let mut files = Vec::new();
        for file in submission.response.files() {
            files.push((file.clone(), self.files.get(&file.sha256).await?));
        }
        Ok(files)
    }
}
