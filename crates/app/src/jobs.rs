//! The background jobs: their names, their payloads and their handlers. Each is safe to run twice.

use std::time::Duration;

use chrono::{DateTime, DurationRound, NaiveDate, Utc};
use docket_connector::Error as PlatformError;
use docket_core::attention::Attention;
use docket_core::case::{self, Case, Command, Event};
use docket_core::id::{CaseId, ClientId, ConnectionId, DisputeRef, EventId, MailId, PackId, SubmissionId};
use docket_core::notice::Mail;
use docket_core::pack::Pack;
use docket_queue::{DeadJob, Handler, HandlerError, Job, NewJob, Outcome, priority};
use docket_store::{Change, ClientScope, Connection, UnitOfWork};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::{Semaphore, watch};

use crate::Desk;
use crate::error::{Error, Result};
use crate::sync::SyncMode;

/// Sync what changed on a connection.
pub const SYNC: &str = "sync_connection";
/// Compare every open case of a connection with the platform.
pub const SWEEP: &str = "sweep_connection";
/// Read one dispute.
pub const REFRESH: &str = "refresh_dispute";
/// Send a prepared response.
pub const SUBMIT: &str = "submit_response";
/// Read until the platform proves a response.
pub const CONFIRM: &str = "confirm_response";

/// Read the orders behind a connection's disputes.
pub const ORDERS: &str = "read_orders";

/// Hand a mail to the mail server.
pub const MAIL: &str = "send_mail";

/// Send the best that there is before a deadline for which nobody prepared anything.
pub const SAFETY_NET: &str = "safety_net";

/// Make a client's reports of a month.
pub const BUILD_PACK: &str = "build_pack";

/// Hand a pack to the mail server.
pub const SEND_PACK: &str = "send_pack";

/// Tell somebody outside of an event.
pub const TELL: &str = "tell_hook";

/// Tell the register of exclusions of outages that are over.
pub const PROPOSE: &str = "propose_exclusions";

/// Every kind, for the worker's registration.
pub const KINDS: [&str; 12] = [
    SYNC, SWEEP, REFRESH, SUBMIT, CONFIRM, ORDERS, MAIL, SAFETY_NET, BUILD_PACK, SEND_PACK, TELL, PROPOSE,
];

/// With the growing pause up to 15 minutes, some seven hours.
const ATTEMPTS: i64 = 30;
/// A reading that failed so often is told to a person, though it is tried again.
const STUCK: i64 = 3;
/// A reading that waits for its connection looks again after so long.
const PAUSED: chrono::Duration = chrono::Duration::minutes(1);
/// A pause that the platform asks for is waited for in the worker's slot up to here.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// A response is worth trying for days: its deadline ends it, not a counter.
const SUBMIT_ATTEMPTS: i64 = 1_000;

#[derive(Deserialize)]
struct OfConnection {
    connection: ConnectionId,
}

#[derive(Deserialize)]
struct OfDispute {
    connection: ConnectionId,
    dispute: DisputeRef,
}

#[derive(Deserialize)]
struct OfCase {
    case: CaseId,
}

#[derive(Deserialize)]
struct OfMail {
    mail: MailId,
}

#[derive(Deserialize)]
struct OfMonth {
    client: ClientId,
    month: NaiveDate,
}

#[derive(Deserialize)]
struct OfPack {
    pack: PackId,
}

#[derive(Deserialize)]
struct OfEvent {
    event: EventId,
}

#[derive(Deserialize)]
struct OfSubmission {
    submission: SubmissionId,
}

/// A sync (or sweep) of a connection.
pub(crate) fn sync(connection: ConnectionId, client: ClientId, sweep: bool, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: if sweep { SWEEP } else { SYNC },
        key: connection.to_string(),
        client: Some(client),
        case: None,
        payload: json!({ "connection": connection }),
        run_at: at,
        priority: if sweep { priority::SWEEP } else { priority::SYNC },
        max_attempts: ATTEMPTS,
    }
}

/// The reading of a connection's orders that are wished for: one job for a connection, so that it never takes more than
/// one of the worker's slots.
pub(crate) fn orders(connection: ConnectionId, client: ClientId, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: ORDERS,
        key: connection.to_string(),
        client: Some(client),
        case: None,
        payload: json!({ "connection": connection }),
        run_at: at,
        priority: priority::SWEEP,
        max_attempts: ATTEMPTS,
    }
}

/// A reading of one dispute.
pub(crate) fn refresh(connection: &Connection, dispute: &DisputeRef, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: REFRESH,
        key: format!("{}:{dispute}", connection.id),
        client: Some(connection.client),
        case: None,
        payload: json!({ "connection": connection.id, "dispute": dispute }),
        run_at: at,
        priority: priority::REFRESH,
        max_attempts: ATTEMPTS,
    }
}

fn of_submission(
    kind: &'static str,
    case: &Case,
    id: SubmissionId,
    at: DateTime<Utc>,
    priority: i64,
) -> NewJob {
    NewJob {
        kind,
        key: id.to_string(),
        client: Some(case.client),
        case: Some(case.id),
        payload: json!({ "submission": id }),
        run_at: at,
        priority,
        max_attempts: SUBMIT_ATTEMPTS,
    }
}

/// The sending of a response.
pub(crate) fn submit(case: &Case, id: SubmissionId, at: DateTime<Utc>) -> NewJob {
    of_submission(SUBMIT, case, id, at, priority::SUBMIT)
}

/// The reading back of a response.
pub(crate) fn confirm(case: &Case, id: SubmissionId, at: DateTime<Utc>) -> NewJob {
    of_submission(CONFIRM, case, id, at, priority::CONFIRM)
}

/// The safety net's last resort for a case.
pub(crate) fn safety_net(case: &Case, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: SAFETY_NET,
        key: case.id.to_string(),
        client: Some(case.client),
        case: Some(case.id),
        payload: json!({ "case": case.id }),
        run_at: at,
        priority: priority::DEADLINE,
        max_attempts: SUBMIT_ATTEMPTS,
    }
}

/// The sending of a mail. While the server is down it is tried for days.
pub(crate) fn mail(mail: &Mail) -> NewJob {
    NewJob {
        kind: MAIL,
        key: mail.id.to_string(),
        // Not counted against the client's share: an alert must not wait behind its syncs.
        client: None,
        case: Some(mail.case),
        payload: json!({ "mail": mail.id }),
        run_at: mail.queued_at,
        priority: priority::DEADLINE,
        max_attempts: SUBMIT_ATTEMPTS,
    }
}

/// The making of a client's pack of a month.
pub(crate) fn build_pack(client: ClientId, month: NaiveDate, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: BUILD_PACK,
        key: format!("{client}:{month}"),
        client: Some(client),
        case: None,
        payload: json!({ "client": client, "month": month }),
        run_at: at,
        priority: priority::SWEEP,
        max_attempts: SUBMIT_ATTEMPTS,
    }
}

/// The sending of an approved pack. While the server is down it is tried for days.
pub(crate) fn send_pack(pack: &Pack, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: SEND_PACK,
        key: pack.id.to_string(),
        client: Some(pack.client),
        case: None,
        payload: json!({ "pack": pack.id }),
        run_at: at,
        priority: priority::SWEEP,
        max_attempts: SUBMIT_ATTEMPTS,
    }
}

/// The reading of outages from the log of syncs: once for all who were hit, when the next hour begins, however often one of them
/// comes and goes until then.
pub(crate) fn propose(now: DateTime<Utc>) -> NewJob {
    let hour = chrono::TimeDelta::hours(1);
    let at = now.duration_trunc(hour).map_or(now, |begun| begun + hour);
    NewJob {
        kind: PROPOSE,
        key: "all".to_owned(),
        client: None,
        case: None,
        payload: json!({}),
        run_at: at,
        priority: priority::SWEEP,
        max_attempts: ATTEMPTS,
    }
}

/// The telling of an event.
pub(crate) fn tell(event: EventId, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: TELL,
        key: event.to_string(),
        // Of no client's share, and no case's: a receiver that is away holds nobody's work up and is no one's attention.
        client: None,
        case: None,
        payload: json!({ "event": event }),
        run_at: at,
        priority: priority::SYNC,
        max_attempts: ATTEMPTS,
    }
}

/// Runs every kind of job on a desk.
#[derive(Clone)]
pub struct Handlers(pub Desk);

impl Handler for Handlers {
    fn run(&self, job: Job) -> BoxFuture<'static, Result<Outcome, HandlerError>> {
        let desk = self.0.clone();
        async move { desk.run_job(&job).await.map_err(HandlerError::from) }.boxed()
    }

    fn died(&self, job: &DeadJob) -> BoxFuture<'static, ()> {
        let (desk, job) = (self.0.clone(), job.clone());
        async move {
            if let Err(error) = desk.job_died(&job).await {
                tracing::error!(job = %job.id, kind = job.kind, %error, "a dead job could not be flagged");
            }
        }
        .boxed()
    }
}

fn payload<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T> {
    serde_json::from_value(value.clone())
        .map_err(|e| Error::Invalid(format!("unreadable job payload: {e}").into()))
}

impl Desk {
    async fn run_job(&self, job: &Job) -> Result<Outcome> {
        match job.kind {
            SYNC => {
                self.sync_job(
                    payload::<OfConnection>(&job.payload)?.connection,
                    SyncMode::Changes,
                )
                .await
            }
            SWEEP => {
                self.forget_webhooks().await?;
                self.forget_requests().await?;
                self.sync_job(payload::<OfConnection>(&job.payload)?.connection, SyncMode::Sweep)
                    .await
            }
            REFRESH => {
                let OfDispute { connection, dispute } = payload(&job.payload)?;
                self.refresh_job(connection, &dispute).await
            }
            SUBMIT => {
                let submission = payload::<OfSubmission>(&job.payload)?.submission;
                self.soon(self.submit(submission, &job.lease).await)
            }
            CONFIRM => self.soon(
                self.confirm(payload::<OfSubmission>(&job.payload)?.submission)
                    .await,
            ),
            ORDERS => {
                self.read_orders(payload::<OfConnection>(&job.payload)?.connection)
                    .await
            }
            SAFETY_NET => self.cast_net(payload::<OfCase>(&job.payload)?.case).await,
            BUILD_PACK => {
                let OfMonth { client, month } = payload(&job.payload)?;
                self.build_pack(client, month).await
            }
            SEND_PACK => self.send_pack(payload::<OfPack>(&job.payload)?.pack).await,
            PROPOSE => self.propose_outages().await,
            TELL => self.tell_hook(payload::<OfEvent>(&job.payload)?.event).await,
            MAIL => self.send_mail(payload::<OfMail>(&job.payload)?.mail).await,
            other => Ok(Outcome::Dead {
                why: format!("this program knows no job `{other}`"),
            }),
        }
    }

    async fn sync_job(&self, connection: ConnectionId, mode: SyncMode) -> Result<Outcome> {
        let (progress, _) = watch::channel(Default::default());
        match self.sync(connection, mode, &progress).await {
            Ok(_) => Ok(Outcome::Done),
            // Paused, or pausing itself: a person resumes it, and the timer brings the next sync.
            Err(error @ (Error::Invalid(_) | Error::Platform(PlatformError::Auth { .. }))) => {
                tracing::warn!(%connection, why = %error, "sync not possible");
                Ok(Outcome::Done)
            }
            Err(error) => Err(error),
        }
    }

    async fn refresh_job(&self, id: ConnectionId, dispute: &DisputeRef) -> Result<Outcome> {
        let (connection, connector) = self.connector(id).await?;
        let later = |after: chrono::Duration, why: String| {
            let at = self.env.now() + after;
            Ok(Outcome::Later { at, why })
        };
        // The listing may be past this dispute already, so the reading must not be dropped.
        if let Some(why) = connection.health.paused_why {
            return later(PAUSED, why);
        }
        // Patient with failures, but a slot of the worker is no place to wait for a platform that wants a pause.
        let read = self
            .read_patiently(connector.as_ref(), &Semaphore::new(1), dispute, LONGEST_WAIT)
            .await;
        match read {
            Ok(observed) => {
                self.observe_batch(&connection, vec![observed], "sync").await?;
                Ok(Outcome::Done)
            }
            Err(PlatformError::Retry {
                after: Some(after),
                why,
            }) => later(
                chrono::Duration::from_std(after).unwrap_or_else(|_| chrono::Duration::minutes(1)),
                why,
            ),
            Err(PlatformError::NotFound { .. }) => {
                self.flag(&connection, dispute, Attention::Vanished).await?;
                Ok(Outcome::Done)
            }
            Err(PlatformError::Auth { message, .. }) => {
                let mut unit = UnitOfWork::begin(&self.db).await?;
                unit.pause("worker", id, Some(&message), self.env.now()).await?;
                unit.commit().await?;
                later(PAUSED, message)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A job gave up: whoever works on its case must know.
    async fn job_died(&self, job: &DeadJob) -> Result<()> {
        let why = job.why.clone();
        tracing::error!(job = %job.id, kind = job.kind, why, "a job gave up");
        if let Some(case) = job.case {
            return self.flag_dead(case, job.kind, &why).await;
        }
        if let Ok(OfEvent { event }) = payload(&job.payload) {
            return self.give_up(event, &why).await;
        }
        let Ok(OfConnection { connection: id }) = payload(&job.payload) else {
            return Ok(());
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_sync_error(id, &format!("job {} gave up: {why}", job.kind))
            .await?;
        let unread = self.unread(id).await?;
        unit.set_alarm(id, unread.as_deref()).await?;
        unit.commit().await?;
        if let Ok(OfDispute { dispute, .. }) = payload(&job.payload)
            && let Some(connection) = self.db.connection(ClientScope::Agency, id).await?
        {
            let flag = if why.starts_with("unexpected answer") {
                Attention::ContractChange
            } else {
                Attention::DeadJob
            };
            self.flag(&connection, &dispute, flag).await?;
        }
        Ok(())
    }

    /// Whether disputes of a connection could not be read for a while: they may be cases that nobody sees yet.
    pub(crate) async fn unread(&self, id: ConnectionId) -> Result<Option<String>> {
        let count = docket_queue::admin::stuck(&self.db, REFRESH, &format!("{id}:"), STUCK).await?;
        Ok((count > 0).then(|| {
            format!(
                "{count} dispute(s) at the platform cannot be read: look at them there, and at `docket job list` for why"
            )
        }))
    }

    async fn flag_dead(&self, case: CaseId, kind: &str, why: &str) -> Result<()> {
        let Some(stored) = self.db.case(ClientScope::Agency, case).await? else {
            return Ok(());
        };
        let command = Command::JobDied {
            kind: kind.to_owned(),
            why: why.to_owned(),
        };
        let transition = case::apply(&stored.case, Event::Command(command), self.env.now())?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
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
        unit.commit().await?;
        Ok(())
    }
}
