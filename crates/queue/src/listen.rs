//! Wake-ups from other processes.

use std::sync::Arc;

use docket_store::Db;
use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use tracing::warn;

use crate::worker::{Pause, Worker};

/// Turns PostgreSQL's notifications into wake-ups, and connects again for as long as the worker lives. On SQLite other
/// processes are noticed by polling.
pub(crate) async fn listen(worker: Arc<Worker>) {
    let Db::Postgres(pool) = &worker.db else { return };
    // A connection of its own: a listener holds it for ever, and the pool's are counted.
    let own = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with((*pool.connect_options()).clone());
    let mut pause = Pause::new();
    loop {
        tokio::select! {
            () = worker.halt.cancelled() => break,
            error = relay(&own, &worker, &mut pause) => {
                warn!(%error, worker = worker.name, "listening for new jobs failed; polling until it works again");
            }
        }
        tokio::select! {
            () = worker.halt.cancelled() => break,
            () = tokio::time::sleep(pause.next()) => {}
        }
    }
    own.close().await;
}

/// Ends only with an error.
async fn relay(pool: &PgPool, worker: &Worker, pause: &mut Pause) -> sqlx::Error {
    let mut listener = match PgListener::connect_with(pool).await {
        Ok(listener) => listener,
        Err(error) => return error,
    };
    if let Err(error) = listener.listen("docket_jobs").await {
        return error;
    }
    *pause = Pause::new();
    loop {
        // What was sent before listening, or while the connection was down, is lost: look once.
        worker.kick.notify_one();
        match listener.try_recv().await {
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}
