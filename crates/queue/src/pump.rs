//! Claims and acknowledges: the one task that turns free slots into running jobs.
//!
//! Acknowledgements that have come in are written in the same transaction as the next claim, so that a busy worker
//! commits once for many jobs; on SQLite with `synchronous = FULL` the commit is the price of a job.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_store::{Result, Tx, on_db, on_tx};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::warn;

use crate::settle::{self, Fence, Row};
use crate::sql;
use crate::worker::{Claimed, Counts, Pause, Worker};

/// Ends the pump when nothing is due or running, in any process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    Stopped,
    Idle,
}

pub(crate) struct Pump {
    worker: Arc<Worker>,
    finished: mpsc::UnboundedReceiver<Fence>,
    jobs: mpsc::UnboundedSender<Claimed>,
    until: Until,
    /// Finished and not yet acknowledged.
    acks: Vec<Fence>,
    /// When the next job comes due, as last seen.
    next: Option<DateTime<Utc>>,
}

impl Pump {
    pub(crate) const fn new(
        worker: Arc<Worker>,
        finished: mpsc::UnboundedReceiver<Fence>,
        jobs: mpsc::UnboundedSender<Claimed>,
        until: Until,
    ) -> Self {
        Self {
            worker,
            finished,
            jobs,
            until,
            acks: Vec::new(),
            next: None,
        }
    }

    pub(crate) async fn run(mut self) {
        let mut pause = Pause::new();
        let mut limit = None;
        loop {
            if self.worker.halt.is_cancelled() {
                let limit = *limit.get_or_insert_with(|| Instant::now() + self.worker.settings.drain);
                if Instant::now() >= limit {
                    self.worker.abandon();
                }
                if self.worker.holds_none() {
                    break;
                }
            }
            self.collect();
            match self.turn().await {
                Ok(true) => pause = Pause::new(),
                Ok(false) => {
                    pause = Pause::new();
                    // Nothing tells a halted pump that its own acknowledgement was the last one.
                    if !self.worker.halt.is_cancelled() || !self.worker.holds_none() {
                        self.wait(limit).await;
                    }
                }
                Err(error) => {
                    warn!(%error, worker = self.worker.name, "the job queue cannot reach its table; trying again");
                    tokio::time::sleep(pause.next()).await;
                }
            }
        }
        self.worker.drained.cancel();
    }

    fn collect(&mut self) {
        while let Ok(fence) = self.finished.try_recv() {
            self.acks.push(fence);
        }
    }

    /// Acknowledges and claims once; whether there may be more to claim at once.
    async fn turn(&mut self) -> Result<bool> {
        let free = if self.worker.halt.is_cancelled() {
            0
        } else {
            self.worker.free_slots() + self.acks.len()
        };
        let now = self.worker.env.now();
        // A look beside the writers, so that an idle worker takes no write lock.
        self.next = None;
        let levels = if free > 0 {
            self.due_levels(now).await?
        } else {
            Vec::new()
        };
        if self.acks.is_empty() && levels.is_empty() {
            if free > 0 {
                self.halt_when_idle(now).await?;
            }
            return Ok(false);
        }
        let until = self.worker.lease_end();
        let mut tx = self.worker.db.begin().await?;
        if let (Tx::Postgres(tx), false) = (&mut tx, levels.is_empty()) {
            sqlx::query(sql::CLAIM_LOCK).execute(&mut **tx).await?;
        }
        let acknowledged = match self.acks.as_slice() {
            [] => None,
            acks => Some(settle::done(&mut tx, &self.worker.name, acks).await?),
        };
        let claimed = self.claim(&mut tx, now, until, free, &levels).await?;
        tx.commit().await?;

        for fence in std::mem::take(&mut self.acks) {
            let kept = acknowledged.as_ref().is_some_and(|kept| kept.contains(&fence));
            if !kept {
                warn!(job = %fence.id, worker = self.worker.name, "a late acknowledgement changed nothing");
            }
            Counts::one(if kept {
                &self.worker.counts.done
            } else {
                &self.worker.counts.lost
            });
            self.worker.forget(fence);
        }
        let more = !claimed.is_empty() && claimed.len() < free;
        if claimed.is_empty() && free > 0 {
            self.halt_when_idle(now).await?;
        }
        for row in claimed {
            let claimed = self.worker.hold(row, until, true);
            if let Err(refused) = self.jobs.send(claimed) {
                // Stopped meanwhile: what was claimed is given back.
                let worker = Arc::clone(&self.worker);
                tokio::spawn(async move { worker.give_back(refused.0).await });
            }
        }
        Ok(more)
    }

    /// Priorities that have due jobs, highest first; remembers when the next one comes due.
    async fn due_levels(&mut self, now: DateTime<Utc>) -> Result<Vec<i64>> {
        type Level = (i64, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
        let levels: Vec<Level> =
            on_db!(&self.worker.db, c => sqlx::query_as(sql::LEVELS).bind(now).fetch_all(c).await)?;
        self.next = levels.iter().filter_map(|(_, _, next)| *next).min();
        let due = levels
            .into_iter()
            .filter(|(_, earliest, _)| earliest.is_some_and(|at| at <= now));
        Ok(due.map(|(priority, _, _)| priority).collect())
    }

    async fn claim(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        free: usize,
        levels: &[i64],
    ) -> Result<Vec<Row>> {
        let mut claimed: Vec<Row> = Vec::new();
        let share = i64::try_from(self.worker.settings.per_client).unwrap_or(i64::MAX);
        let text = sql::CLAIM.of(tx);
        for priority in levels {
            let free = i64::try_from(free - claimed.len()).unwrap_or(i64::MAX);
            if free == 0 {
                break;
            }
            // More than is free, because the front may be full of one client's jobs beyond its share.
            let window = free.saturating_mul(4).saturating_add(32);
            let mut rows: Vec<Row> = on_tx!(&mut *tx, c => sqlx::query_as(text)
                .bind(self.worker.name.as_str()).bind(until).bind(now).bind(self.worker.kinds.as_str())
                .bind(share).bind(window).bind(free).bind(*priority).fetch_all(c).await)?;
            rows.sort_by_key(Row::rank);
            claimed.append(&mut rows);
        }
        Ok(claimed)
    }

    async fn halt_when_idle(&self, now: DateTime<Utc>) -> Result<()> {
        if self.until == Until::Idle && self.worker.holds_none() {
            let text = sql::BUSY.of_db(&self.worker.db);
            let busy = on_db!(&self.worker.db, c => sqlx::query(text)
                .bind(now).bind(self.worker.kinds.as_str()).fetch_optional(c).await.map(|row| row.is_some()))?;
            if !busy {
                self.worker.halt.cancel();
            }
        }
        Ok(())
    }

    /// Until something may have changed.
    async fn wait(&mut self, limit: Option<Instant>) {
        let halting = self.worker.halt.is_cancelled();
        let timer = match limit {
            Some(limit) => limit.saturating_duration_since(Instant::now()),
            // Halted in this very turn: round again to set the limit.
            None if halting => Duration::ZERO,
            None => self.until_next(),
        };
        tokio::select! {
            fence = self.finished.recv() => self.acks.extend(fence),
            () = self.worker.kick.notified() => {}
            () = tokio::time::sleep(timer) => {}
            () = self.worker.halt.cancelled(), if !halting => {}
        }
    }

    /// The poll interval, or the time to the next job when that is sooner.
    fn until_next(&self) -> Duration {
        let poll = self.worker.settings.poll;
        let next = self
            .next
            .map(|at| (at - self.worker.env.now()).to_std().unwrap_or_default());
        next.map_or(poll, |next| next.min(poll))
    }
}
