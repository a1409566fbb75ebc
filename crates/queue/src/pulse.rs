//! The heartbeat: one statement extends all leases of this worker.

use std::sync::Arc;

use docket_store::Result;
use tracing::warn;

use crate::settle;
use crate::worker::{Pause, Worker};

/// Beats every third of a lease, also while the worker is saturated or drains, until nothing is held any more.
pub(crate) async fn pulse(worker: Arc<Worker>) {
    let mut pause = Pause::new();
    let mut wait = worker.settings.lease / 3;
    loop {
        tokio::select! {
            () = worker.drained.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = match beat(&worker).await {
            Ok(()) => {
                pause = Pause::new();
                worker.settings.lease / 3
            }
            Err(error) => {
                warn!(%error, worker = worker.name, "leases could not be extended; trying again");
                pause.next().min(worker.settings.lease / 3)
            }
        };
    }
}

async fn beat(worker: &Worker) -> Result<()> {
    let fences = worker.leases();
    if fences.is_empty() {
        return Ok(());
    }
    // Taken before the statement: what the handler is promised must not be later than what the row says.
    let until = worker.lease_end();
    let mut tx = worker.db.begin().await?;
    let kept = settle::extend(&mut tx, &worker.name, &fences, until).await?;
    tx.commit().await?;
    for fence in fences {
        if kept.contains(&fence) {
            worker.extended(fence, until);
        } else {
            worker.lost(fence);
        }
    }
    Ok(())
}
