//! Takes over what vanished workers left: a lease that ran out puts its job back, or buries it when its attempts are
//! used up.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_store::{Result, on_db, on_tx};
use sqlx::FromRow;
use tracing::{Instrument, info_span, warn};

use crate::settle::{End, Row, settle_run_out};
use crate::sql;
use crate::worker::Worker;

/// How late a run-out lease may be noticed at most.
const EVERY: Duration = Duration::from_millis(500);

#[derive(FromRow)]
struct RunOut {
    #[sqlx(flatten)]
    row: Row,
    lease_by: String,
}

pub(crate) async fn reap(worker: Arc<Worker>) {
    let every = EVERY.min(worker.settings.lease / 4);
    loop {
        if let Err(error) = sweep(&worker).await {
            warn!(%error, worker = worker.name, "run-out leases could not be looked for; trying again");
        }
        tokio::select! {
            () = worker.halt.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn sweep(worker: &Arc<Worker>) -> Result<()> {
    let now = worker.env.now();
    let rows: Vec<RunOut> =
        on_db!(&worker.db, c => sqlx::query_as(sql::RUN_OUT).bind(now).fetch_all(c).await)?;
    for RunOut { row, lease_by } in rows {
        // Our own are merely late with their heartbeat.
        if lease_by == worker.name && worker.holds(row.fence()) {
            continue;
        }
        let why = format!(
            "worker {lease_by} vanished during attempt {} of {}",
            row.attempts, row.max_attempts
        );
        let taken = if row.attempts < row.max_attempts {
            let end = End::Pending {
                at: now,
                uncounted: 0,
                why: Some(why.clone()),
                tell: true,
            };
            settle_run_out(&worker.db, &lease_by, &row, now, &end).await
        } else if worker.handlers.contains_key(row.kind.as_str()) {
            bury(worker, row.clone(), &lease_by, now, &why).await
        } else {
            continue;
        };
        match taken {
            Ok(true) => {
                warn!(job = %row.fence().id, kind = row.kind, worker = worker.name, why, "took over a run-out lease");
                worker.kick.notify_one();
            }
            Ok(false) => {}
            // One row that is contended must not hold up the others.
            Err(error) => {
                warn!(%error, job = %row.fence().id, "a run-out lease could not be taken over; trying again")
            }
        }
    }
    Ok(())
}

/// Takes the lease over, so that only one worker raises the attention, and marks the row when that is done.
async fn bury(
    worker: &Arc<Worker>,
    mut row: Row,
    lease_by: &str,
    now: DateTime<Utc>,
    why: &str,
) -> Result<bool> {
    let until = worker.lease_end();
    let fence = row.fence();
    let mut tx = worker.db.begin().await?;
    let taken = on_tx!(&mut tx, c => sqlx::query(sql::TAKE_OVER)
        .bind(fence.id.0).bind(lease_by).bind(fence.no).bind(now).bind(worker.name.as_str()).bind(until)
        .execute(c).await.map(|r| r.rows_affected()))?;
    tx.commit().await?;
    if taken == 0 {
        return Ok(false);
    }
    row.lease_no += 1;
    let claimed = worker.hold(row, until, false);
    let fence = claimed.row.fence();
    let (held, why) = (Arc::clone(worker), why.to_owned());
    let span = info_span!("burial", id = %fence.id, kind = claimed.row.kind, worker = worker.name);
    let burial = async move {
        held.mourn(&claimed.row, &why, &claimed.lease).await;
        let end = End::Dead { why };
        held.settle(&claimed.row, &end, &held.counts.dead, &claimed.lease)
            .await;
    };
    let guard = worker.guard(fence, tokio::spawn(burial.instrument(span)));
    tokio::spawn(guard);
    Ok(true)
}
