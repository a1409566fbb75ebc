//! Syncing a connection: list what changed, read it, store it. Work is proportional to what changed.
//!
//! Three stages run at the same time: the lister pages through the platform's listing, readers fetch details, the
//! writer stores batches. They are joined in the listing's order, so that a checkpoint is stored only with or after
//! everything before it, and an interrupted sync goes on where it was.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_connector::{Connector, Cursor, Error as PlatformError, Listed, Listing};
use docket_core::attention::Attention;
use docket_core::case::{self, Command, Event};
use docket_core::id::{ConnectionId, DisputeRef};
use docket_core::snapshot::Observed;
use docket_store::{Change, ClientScope, Connection, SyncCounts, SyncRun, UnitOfWork};
use futures::{Stream, StreamExt};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::observe::Prepared;
use crate::{Desk, jobs};

/// Largest batch in one commit.
const BATCH: usize = 256;
/// How long the writer waits for a fuller batch.
const GATHER: Duration = Duration::from_millis(40);
/// Attempts at one page of the listing.
const LIST_ATTEMPTS: u32 = 30;
/// Attempts at a page whose form is not the documented one.
const STRANGE_ATTEMPTS: u32 = 3;
/// Pauses that the platform asked for, on the way of one thing. Waiting as told is no failure.
const MOST_PAUSES: u32 = 90;
/// Longest pause between two attempts inside one sync; what needs longer is left to a job.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A platform that asks for more than this wants to be left alone (`shopify.md` 8: a locked shop, hours): a sync ends at
/// once and says so, instead of asking again and again.
const STAY_AWAY: Duration = Duration::from_secs(30 * 60);
/// How long after its end a case may still come back (`shopify.md` 7).
const COMES_BACK: chrono::Duration = chrono::Duration::days(120);
/// Open cases compared per statement in a sweep.
const SWEEP_PAGE: i64 = 200;

/// What a sync does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// What changed since the last one.
    Changes,
    /// Everything that may be open at the platform, and a reading of every case open here, so that remote = local is
    /// proved. Pages can shift while they are read; a second listing finds what a first one may have skipped.
    Sweep,
    /// As a sweep, over everything that the platform still lists.
    Full,
}

impl SyncMode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Sweep => "sweep",
            Self::Full => "full",
        }
    }
}

/// The counts so far, for a progress bar.
pub type Progress = watch::Sender<SyncCounts>;

/// How often one thing was tried.
#[derive(Default)]
struct Tried {
    failures: u32,
    pauses: u32,
}

impl Tried {
    fn count(&mut self, named_pause: Option<Duration>) {
        match named_pause {
            Some(_) => self.pauses += 1,
            None => self.failures += 1,
        }
    }
}

/// One dispute on its way through the stages, or a mark in the listing.
enum Step {
    Read(Box<Observed>),
    Unchanged(u64),
    Failed(DisputeRef, PlatformError),
    Checkpoint(Cursor),
}

impl Desk {
    /// Syncs one connection and logs the run.
    ///
    /// # Errors
    /// When the platform or the database stays away; everything stored until then is kept, and the next sync goes on there.
    pub async fn sync(&self, id: ConnectionId, mode: SyncMode, progress: &Progress) -> Result<SyncCounts> {
        let (connection, connector) = self.connector(id).await?;
        if let Some(why) = &connection.health.paused_why {
            return Err(Error::Invalid(format!(
                "the connection is paused: {why}. Put it right, then `docket connection resume {id}`"
            )));
        }
        let started = self.env.now();
        let result = self.run_sync(&connection, connector, mode, progress).await;
        let counts = *progress.borrow();
        let noted = self.note_sync(&connection, mode, started, &result, counts).await;
        match (&result, noted) {
            // What went wrong first is what a person must know.
            (Err(_), Err(error)) => {
                tracing::error!(connection = %id, %error, "a failed sync could not be noted")
            }
            (Ok(_) | Err(_), noted) => noted?,
        }
        tracing::info!(connection = %id, mode = mode.as_str(), seen = counts.seen, new = counts.new,
            changed = counts.changed, failed = counts.failed, ok = result.is_ok(), "sync ended");
        result.map(|_| counts)
    }

    /// Writes down how a sync ended.
    async fn note_sync(
        &self,
        connection: &Connection,
        mode: SyncMode,
        started: DateTime<Utc>,
        result: &Result<Option<String>>,
        counts: SyncCounts,
    ) -> Result<()> {
        let id = connection.id;
        let error = result.as_ref().err().map(ToString::to_string);
        let mut unit = UnitOfWork::begin(&self.db).await?;
        match result {
            Ok(alarm) => {
                unit.set_synced(id, started, mode != SyncMode::Changes).await?;
                unit.set_alarm(id, alarm.as_deref()).await?;
            }
            Err(error) => {
                unit.set_sync_error(id, &error.to_string()).await?;
                if let Error::Platform(PlatformError::Auth { message, .. }) = error {
                    unit.pause("sync", id, Some(message), self.env.now()).await?;
                }
            }
        }
        // A sync that found nothing leaves no row: the log grows with what happened, not with time.
        if counts.seen > 0 || error.is_some() {
            let run = SyncRun {
                id: self.env.uuid(),
                connection: id,
                kind: mode.as_str().to_owned(),
                started_at: started,
                ended_at: self.env.now(),
                counts,
                error,
            };
            unit.log_run(connection.client, &run).await?;
        }
        unit.commit().await?;
        Ok(())
    }

    async fn run_sync(
        &self,
        connection: &Connection,
        connector: Arc<dyn Connector>,
        mode: SyncMode,
        progress: &Progress,
    ) -> Result<Option<String>> {
        let what = match (mode, connection.cursor.clone()) {
            (SyncMode::Changes, Some(cursor)) => Listing::Since(Cursor(cursor)),
            (SyncMode::Sweep, Some(_)) => Listing::Open,
            (SyncMode::Changes | SyncMode::Sweep, None) | (SyncMode::Full, _) => Listing::First,
        };
        let alarm = self.pull(connection, &connector, (what, mode), progress).await?;
        if mode != SyncMode::Changes {
            self.sweep(connection, &connector, progress).await?;
        }
        Ok(alarm)
    }

    /// The three stages. Gives what the platform wants a person to know.
    async fn pull(
        &self,
        connection: &Connection,
        connector: &Arc<dyn Connector>,
        (what, mode): (Listing, SyncMode),
        progress: &Progress,
    ) -> Result<Option<String>> {
        let (pages_in, pages) = mpsc::channel(4);
        let list = async {
            let alarm = self.list(connector.as_ref(), what, &pages_in).await?;
            self.glance_over(connection, connector.as_ref(), mode, &pages_in)
                .await?;
            drop(pages_in);
            Ok(alarm)
        };
        let reading = self.read_all(connection, connector, pages);
        let (steps_in, steps) = mpsc::channel(BATCH);
        let forward = async move {
            let mut reading = std::pin::pin!(reading);
            while let Some(step) = reading.next().await {
                if steps_in.send(step?).await.is_err() {
                    break;
                }
            }
            Ok(())
        };
        let write = self.write_all(connection, steps, progress);
        // The first failure wins; the others see their channels close and end.
        tokio::try_join!(list, forward, write).map(|(alarm, (), ())| alarm)
    }

    /// Pages through the listing; a page that fails is asked for again.
    async fn list(
        &self,
        connector: &dyn Connector,
        what: Listing,
        pages: &mpsc::Sender<docket_connector::Page>,
    ) -> Result<Option<String>> {
        let mut tried = Tried::default();
        let mut alarm = None;
        let mut stream = connector.changes(what, self.env.now());
        while let Some(page) = stream.next().await {
            let after = match page {
                Ok(page) => {
                    tried = Tried::default();
                    if page.alarm.is_some() {
                        alarm.clone_from(&page.alarm);
                    }
                    if pages.send(page).await.is_err() {
                        return Ok(alarm);
                    }
                    continue;
                }
                Err(error) => self.patience(&mut tried, error)?,
            };
            self.pause(tried.failures, after).await;
        }
        Ok(alarm)
    }

    /// Whether a listing that failed so is asked for again, and after which pause.
    fn patience(&self, tried: &mut Tried, error: PlatformError) -> Result<Option<Duration>> {
        let after = match error {
            PlatformError::Retry { after, .. }
                if tried.failures < LIST_ATTEMPTS && tried.pauses < MOST_PAUSES && !stays_away(after) =>
            {
                after
            }
            // An answer in a strange form may be a proxy's error page.
            PlatformError::Contract { .. } if tried.failures < STRANGE_ATTEMPTS => None,
            error => return Err(error.into()),
        };
        tried.count(after);
        Ok(after)
    }

    /// On platforms whose listing does not tell what changed: how the cases open here stand there, and in a sweep those
    /// closed lately, which may have come back.
    async fn glance_over(
        &self,
        connection: &Connection,
        connector: &dyn Connector,
        mode: SyncMode,
        pages: &mpsc::Sender<docket_connector::Page>,
    ) -> Result<()> {
        let Some(batch) = connector.glances() else {
            return Ok(());
        };
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        let since = self.env.now() - COMES_BACK;
        for closed in [false, true] {
            let mut after = None;
            if closed && mode == SyncMode::Changes {
                continue;
            }
            loop {
                let known = if closed {
                    self.db.closed_after(connection.id, since, after, limit).await?
                } else {
                    self.db.open_after(connection.id, after, limit).await?
                };
                let Some(last) = known.last() else { break };
                after = Some(last.case());
                let disputes: Vec<DisputeRef> = known.iter().map(docket_store::Known::dispute).collect();
                let items = self.glance_patiently(connector, disputes, closed).await?;
                let page = docket_connector::Page {
                    items,
                    checkpoint: None,
                    alarm: None,
                };
                if pages.send(page).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn glance_patiently(
        &self,
        connector: &dyn Connector,
        disputes: Vec<DisputeRef>,
        closed: bool,
    ) -> Result<Vec<Listed>> {
        let mut tried = Tried::default();
        let mut items = loop {
            match connector.glance(&disputes).await {
                Ok(items) => break items,
                Err(error) => {
                    let after = self.patience(&mut tried, error)?;
                    self.pause(tried.failures, after).await;
                }
            }
        };
        if closed {
            return Ok(items);
        }
        // An open one that the platform does not show is read by itself: the answer says whether it is gone.
        let shown: std::collections::HashSet<DisputeRef> = items.iter().map(|i| i.dispute.clone()).collect();
        let missing = disputes.into_iter().filter(|d| !shown.contains(d));
        items.extend(missing.map(|dispute| Listed {
            dispute,
            mark: String::new(),
            observed: None,
        }));
        Ok(items)
    }

    /// Looks up each page in one statement and reads what is new or different, in the listing's order.
    fn read_all<'a>(
        &'a self,
        connection: &'a Connection,
        connector: &'a Arc<dyn Connector>,
        pages: mpsc::Receiver<docket_connector::Page>,
    ) -> impl Stream<Item = Result<Step>> + Send + 'a {
        let permits = Arc::new(Semaphore::new(self.settings.sync_concurrency));
        let window = self.settings.sync_concurrency * 4;
        let pages =
            futures::stream::unfold(pages, |mut p| async move { p.recv().await.map(|page| (page, p)) });
        pages
            .then(move |page| async move {
                let ids: Vec<DisputeRef> = page.items.iter().map(|l| l.dispute.clone()).collect();
                let known = if ids.is_empty() {
                    Vec::new()
                } else {
                    self.db.known(connection.id, &ids).await?
                };
                let known: HashMap<DisputeRef, String> =
                    known.into_iter().map(|k| (k.dispute(), k.mark)).collect();
                // A row without a mark tells nothing, so it counts as new.
                let is_new = |l: &Listed| l.mark.is_empty() || known.get(&l.dispute) != Some(&l.mark);
                let (read, same): (Vec<Listed>, Vec<Listed>) = page.items.into_iter().partition(is_new);
                let same = u64::try_from(same.len()).unwrap_or(0);
                Ok::<_, Error>((read, same, page.checkpoint))
            })
            .flat_map(|looked_up| {
                let todo: Vec<Result<Todo>> = match looked_up {
                    Err(error) => vec![Err(error)],
                    Ok((read, same, checkpoint)) => std::iter::once(Todo::Unchanged(same))
                        .chain(read.into_iter().map(Todo::Read))
                        .chain(checkpoint.map(Todo::Checkpoint))
                        .map(Ok)
                        .collect(),
                };
                futures::stream::iter(todo)
            })
            .map(move |todo| {
                let (permits, connector, desk) = (permits.clone(), connector.clone(), self.clone());
                async move {
                    Ok(match todo? {
                        Todo::Unchanged(n) => Step::Unchanged(n),
                        Todo::Checkpoint(cursor) => Step::Checkpoint(cursor),
                        Todo::Read(Listed {
                            observed: Some(observed),
                            ..
                        }) => Step::Read(observed),
                        Todo::Read(listed) => {
                            // A task of its own, so that parsing uses every core.
                            let read = tokio::spawn(async move {
                                desk.read_one(connector, permits, listed.dispute).await
                            });
                            read.await
                                .map_err(|e| Error::Invalid(format!("a reader stopped: {e}")))?
                        }
                    })
                }
            })
            .buffered(window)
    }

    async fn read_one(
        &self,
        connector: Arc<dyn Connector>,
        permits: Arc<Semaphore>,
        dispute: DisputeRef,
    ) -> Step {
        match self.read_patiently(connector.as_ref(), &permits, &dispute).await {
            Ok(observed) => Step::Read(Box::new(observed)),
            Err(error) => Step::Failed(dispute, error),
        }
    }

    /// Reads a dispute, and again where that may help.
    pub(crate) async fn read_patiently(
        &self,
        connector: &dyn Connector,
        permits: &Semaphore,
        dispute: &DisputeRef,
    ) -> Result<Observed, PlatformError> {
        let mut tried = Tried::default();
        loop {
            let result = {
                // Closed never: the semaphore lives as long as its readers.
                let _permit = permits.acquire().await;
                connector.read(dispute).await
            };
            let error = match result {
                Ok(observed) => return Ok(observed),
                Err(error) => error,
            };
            let after = match &error {
                PlatformError::Retry { after, .. } => *after,
                PlatformError::Contract { .. } => None,
                PlatformError::OutcomeUnknown { .. }
                | PlatformError::Rejected { .. }
                | PlatformError::Auth { .. }
                | PlatformError::NotFound { .. }
                | PlatformError::Unsupported(_) => return Err(error),
            };
            tried.count(after);
            let enough = tried.failures >= self.settings.read_attempts || tried.pauses >= MOST_PAUSES;
            if enough || stays_away(after) {
                return Err(error);
            }
            self.pause(tried.failures, after).await;
        }
    }

    async fn pause(&self, failures: u32, after: Option<Duration>) {
        let backoff = Duration::from_millis(100).saturating_mul(1 << failures.min(7));
        let jitter = Duration::from_millis(u64::from(self.env.per_mille()) / 4);
        tokio::time::sleep(after.unwrap_or(backoff).min(LONGEST_PAUSE) + jitter).await;
    }

    /// Stores what comes, in batches, each in one transaction.
    async fn write_all(
        &self,
        connection: &Connection,
        mut steps: mpsc::Receiver<Step>,
        progress: &Progress,
    ) -> Result<()> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut storing = None;
        while steps.recv_many(&mut batch, BATCH).await > 0 {
            if batch.len() < BATCH / 2 {
                // A fuller batch costs the same commit; a slow platform must not make many small ones.
                let deadline = tokio::time::Instant::now() + GATHER;
                while batch.len() < BATCH {
                    match tokio::time::timeout_at(deadline, steps.recv()).await {
                        Ok(Some(step)) => batch.push(step),
                        Ok(None) | Err(_) => break,
                    }
                }
            }
            let next = self.prepare_steps(connection, std::mem::take(&mut batch)).await?;
            // One batch is stored while the next one is prepared; they are stored in order, so that a checkpoint is
            // never stored before what it stands for.
            if let Some(storing) = storing.take() {
                finished(storing, progress).await?;
            }
            let (desk, connection) = (self.clone(), connection.clone());
            storing = Some(tokio::spawn(
                async move { desk.store_steps(&connection, next).await },
            ));
        }
        match storing {
            Some(storing) => finished(storing, progress).await,
            None => Ok(()),
        }
    }

    async fn write_batch(
        &self,
        connection: &Connection,
        steps: Vec<Step>,
        progress: &Progress,
    ) -> Result<()> {
        let batch = self.prepare_steps(connection, steps).await?;
        let counts = self.store_steps(connection, batch).await?;
        progress.send_modify(|total| *total += counts);
        Ok(())
    }

    async fn prepare_steps(&self, connection: &Connection, steps: Vec<Step>) -> Result<Batch> {
        let mut observed = Vec::with_capacity(steps.len());
        let mut checkpoint = None;
        let mut failed = Vec::new();
        let mut counts = SyncCounts::default();
        for step in steps {
            match step {
                Step::Unchanged(n) => {
                    counts.seen += n;
                    counts.unchanged += n;
                }
                Step::Read(o) => {
                    counts.seen += 1;
                    observed.push(*o);
                }
                Step::Failed(_, error @ PlatformError::Auth { .. }) => return Err(error.into()),
                Step::Failed(dispute, error) => {
                    counts.seen += 1;
                    counts.failed += 1;
                    failed.push((dispute, error));
                }
                Step::Checkpoint(cursor) => checkpoint = Some(cursor.0),
            }
        }
        // What could not be read must be in the queue before the checkpoint moves past it.
        self.leave_to_jobs(connection, &failed).await?;
        let prepared = self.prepare_batch(connection, observed).await?;
        Ok(Batch {
            prepared,
            checkpoint,
            counts,
        })
    }

    async fn store_steps(&self, connection: &Connection, batch: Batch) -> Result<SyncCounts> {
        let Batch {
            prepared,
            checkpoint,
            mut counts,
        } = batch;
        let applied = self
            .store_batch(connection, prepared, checkpoint.as_ref(), "sync")
            .await?;
        counts.new += applied.new;
        counts.changed += applied.changed;
        counts.unchanged += applied.unchanged;
        Ok(counts)
    }

    async fn leave_to_jobs(
        &self,
        connection: &Connection,
        failed: &[(DisputeRef, PlatformError)],
    ) -> Result<()> {
        if failed.is_empty() {
            return Ok(());
        }
        let now = self.env.now();
        let work: Vec<_> = failed
            .iter()
            .map(|(dispute, error)| {
                tracing::warn!(connection = %connection.id, %error, "a dispute could not be read; a job tries again");
                jobs::refresh(connection, dispute, now)
            })
            .collect();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    /// Reads every case that is open here and repairs what differs.
    async fn sweep(
        &self,
        connection: &Connection,
        connector: &Arc<dyn Connector>,
        progress: &Progress,
    ) -> Result<()> {
        let permits = Arc::new(Semaphore::new(self.settings.sync_concurrency));
        let mut after = None;
        loop {
            let open = self.db.open_after(connection.id, after, SWEEP_PAGE).await?;
            let Some(last) = open.last() else { return Ok(()) };
            after = Some(last.case());
            let reads = open.iter().map(|k| {
                let (desk, connector, permits, dispute) =
                    (self.clone(), connector.clone(), permits.clone(), k.dispute());
                tokio::spawn(async move { desk.read_one(connector, permits, dispute).await })
            });
            let mut steps = Vec::with_capacity(open.len());
            for read in reads.collect::<Vec<_>>() {
                match read
                    .await
                    .map_err(|e| Error::Invalid(format!("a reader stopped: {e}")))?
                {
                    Step::Failed(dispute, PlatformError::NotFound { .. }) => {
                        self.flag(connection, &dispute, Attention::Vanished).await?;
                    }
                    step => steps.push(step),
                }
            }
            self.write_batch(connection, steps, progress).await?;
        }
    }

    /// Raises attention on a dispute's case, if we have one.
    pub(crate) async fn flag(
        &self,
        connection: &Connection,
        dispute: &DisputeRef,
        flag: Attention,
    ) -> Result<()> {
        let found = self
            .db
            .cases_of(connection.id, std::slice::from_ref(dispute))
            .await?;
        let Some(stored) = found
            .into_iter()
            .next()
            .filter(|s| !s.case.attention.contains(&flag))
        else {
            return Ok(());
        };
        let event = Event::Command(Command::Flag(flag));
        let transition = case::apply(&stored.case, event, self.env.now())?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        self.save(
            &mut unit,
            "sync",
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

    /// The connections that a sync command means: one, those of a client, or all that are not paused.
    ///
    /// # Errors
    /// When the database fails or the connection does not exist.
    pub async fn connections_for_sync(
        &self,
        scope: ClientScope,
        only: Option<ConnectionId>,
    ) -> Result<Vec<Connection>> {
        match only {
            Some(id) => {
                let found = self.db.connection(scope, id).await?;
                Ok(vec![found.ok_or_else(|| {
                    Error::NotFound(format!(
                        "there is no connection {id}; see `docket connection list`"
                    ))
                })?])
            }
            None => Ok(self
                .db
                .connections(scope)
                .await?
                .into_iter()
                .filter(|c| c.health.paused_why.is_none())
                .collect()),
        }
    }
}

fn stays_away(after: Option<Duration>) -> bool {
    after.is_some_and(|after| after > STAY_AWAY)
}

enum Todo {
    Read(Listed),
    Unchanged(u64),
    Checkpoint(Cursor),
}

/// A batch on its way from preparing to storing.
struct Batch {
    prepared: Prepared,
    checkpoint: Option<serde_json::Value>,
    counts: SyncCounts,
}

async fn finished(storing: JoinHandle<Result<SyncCounts>>, progress: &Progress) -> Result<()> {
    let counts = storing
        .await
        .map_err(|e| Error::Invalid(format!("the writer stopped: {e}")))??;
    progress.send_modify(|total| *total += counts);
    Ok(())
}
