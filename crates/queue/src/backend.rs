//! The back end that apalis drives: a channel that the pump fills.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use tokio::sync::mpsc;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tower::layer::util::Identity;

use crate::worker::{Claimed, Worker};

/// Shared, because apalis asks for a new back end when it restarts a worker.
pub(crate) type Jobs = Arc<Mutex<mpsc::UnboundedReceiver<Claimed>>>;

/// Hands claimed jobs to apalis. It never fails: a database that is away is the pump's affair, and must not end the
/// worker.
pub(crate) struct Channel {
    worker: Arc<Worker>,
    jobs: Jobs,
    drained: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Channel {
    pub(crate) fn new(worker: &Arc<Worker>, jobs: &Jobs) -> Self {
        let drained = Box::pin(worker.drained.clone().cancelled_owned());
        Self {
            worker: Arc::clone(worker),
            jobs: Arc::clone(jobs),
            drained,
        }
    }
}

impl Backend for Channel {
    type Task = Task<Claimed>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Task<Claimed>, Infallible>>> {
        let next = self
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .poll_recv(cx);
        match next {
            Poll::Ready(Some(claimed)) => Poll::Ready(Some(Ok(Task::new(claimed)))),
            // The pump has ended, so the worker is being stopped: apalis asks for the end by itself.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    /// Gives back what was not started, and waits until the pump has acknowledged the rest.
    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.close();
        while let Ok(claimed) = jobs.try_recv() {
            let worker = Arc::clone(&self.worker);
            tokio::spawn(async move { worker.give_back(claimed).await });
        }
        self.drained.as_mut().poll(cx).map(Ok)
    }
}

impl BackendConfig for Channel {
    type Args = Claimed;
    type Id = ();
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
