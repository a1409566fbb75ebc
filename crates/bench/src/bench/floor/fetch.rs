//! The bare fetch: the least calls that show every dispute in full, nothing kept.

mod klarna;
mod paypal;
mod shopify;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use tokio::sync::mpsc;

use super::put;
use crate::platform::Platform;

/// What a listing found.
enum Found {
    /// A dispute that is to be read.
    Id(String),
    /// A row that is the dispute in full already.
    Row(String, Bytes),
}

/// A platform, as bare as can be.
#[derive(Clone)]
enum Place {
    Paypal(paypal::Place),
    Klarna(klarna::Place),
    Shopify(shopify::Place),
}

/// Whom to ask, and as whom.
pub struct Access {
    pub platform: Platform,
    pub base: String,
    pub user: String,
    pub secret: String,
}

impl Place {
    async fn enter(access: Access) -> Result<Self> {
        let Access {
            platform,
            base,
            user,
            secret,
        } = access;
        Ok(match platform {
            Platform::Paypal => Self::Paypal(paypal::Place::enter(&base, &user, &secret).await?),
            Platform::Klarna => Self::Klarna(klarna::Place::new(base, user, secret)?),
            Platform::Shopify => Self::Shopify(shopify::Place::new(&base, secret)?),
        })
    }

    async fn list(&self, disputes: u64, found: mpsc::Sender<Found>) -> Result<()> {
        match self {
            Self::Paypal(place) => place.list(disputes, found).await,
            Self::Klarna(place) => place.list(found).await,
            Self::Shopify(place) => place.list(found).await,
        }
    }

    fn read<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Bytes>> {
        match self {
            Self::Paypal(place) => place.read(id).boxed(),
            Self::Klarna(_) => async { anyhow::bail!("Klarna's rows are read already") }.boxed(),
            Self::Shopify(place) => place.read(id).boxed(),
        }
    }
}

type Keep = Option<Arc<Mutex<BufWriter<File>>>>;

pub async fn fetch(access: Access, disputes: u64, concurrency: usize, keep: Option<&Path>) -> Result<()> {
    let keep = keep
        .map(File::create)
        .transpose()
        .context("cannot write the bodies")?;
    let keep: Keep = keep.map(|file| Arc::new(Mutex::new(BufWriter::new(file))));
    let place = Place::enter(access).await?;
    let (found_in, found) = mpsc::channel(1_000);
    let lister = place.clone();
    let listing = tokio::spawn(async move { lister.list(disputes, found_in).await });
    let found = futures::stream::unfold(found, |mut found| async move {
        found.recv().await.map(|f| (f, found))
    });
    let read = found
        .map(|found| one(place.clone(), found, keep.clone()))
        .buffer_unordered(concurrency)
        .try_fold(0_u64, |read, ()| async move { Ok(read + 1) })
        .await?;
    listing.await.context("the lister stopped")??;
    ensure!(
        read == disputes,
        "the bare fetch found {read} of {disputes} disputes"
    );
    if let Some(keep) = keep {
        keep.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
            .context("cannot write the bodies")?;
    }
    Ok(())
}

async fn one(place: Place, found: Found, keep: Keep) -> Result<()> {
    let (id, body) = match found {
        Found::Row(id, body) => (id, body),
        Found::Id(id) => {
            // A task, so that reading uses every core.
            let read = tokio::spawn(async move {
                let body = place.read(&id).await?;
                Ok::<_, anyhow::Error>((id, body))
            });
            read.await.context("a reader stopped")??
        }
    };
    match keep {
        Some(keep) => put(
            &mut *keep.lock().unwrap_or_else(PoisonError::into_inner),
            &id,
            &body,
        ),
        None => Ok(()),
    }
}
