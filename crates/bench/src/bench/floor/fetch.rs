//! The bare fetch: the listing and every dispute, nothing kept.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use chrono::{Duration, SecondsFormat};
use futures::{StreamExt, TryStreamExt};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::put;
use crate::clock;

const PAGE_ROWS: &str = "50";
/// Rows of one query: the platform shows 2,500 at most.
const WINDOW_ROWS: u64 = 1_250;

#[derive(Clone)]
pub struct Platform {
    http: reqwest::Client,
    disputes: String,
    token: Arc<str>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Item>,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Item {
    dispute_id: String,
}

#[derive(Deserialize)]
struct Link {
    rel: String,
    href: String,
}

impl Platform {
    pub async fn enter(paypal: String, client_id: &str, client_secret: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Token {
            access_token: String,
        }
        let http = crate::http_client()?;
        let request = http
            .post(format!("{paypal}/v1/oauth2/token"))
            .basic_auth(client_id, Some(client_secret))
            .form(&[("grant_type", "client_credentials")]);
        let token: Token = request.send().await?.error_for_status()?.json().await?;
        Ok(Self {
            http,
            disputes: format!("{paypal}/v1/customer/disputes"),
            token: token.access_token.into(),
        })
    }

    async fn get(&self, address: &str) -> Result<Bytes> {
        let answer = self.http.get(address).bearer_auth(&self.token).send().await?;
        Ok(answer.error_for_status()?.bytes().await?)
    }

    /// Every id, page by page, through windows that the platform can show whole.
    async fn list(&self, disputes: u64, ids: mpsc::Sender<String>) -> Result<()> {
        let now = clock::system().now();
        let past = Duration::hours(180 * 24 - 1);
        let windows = i32::try_from(disputes.div_ceil(WINDOW_ROWS).max(1))?;
        let text = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        for window in 0..windows {
            let from = now - past + past / windows * window + Duration::milliseconds(1);
            let mut query = vec![
                ("page_size", PAGE_ROWS.to_owned()),
                ("update_time_after", text(from)),
            ];
            if window + 1 < windows {
                query.push((
                    "update_time_before",
                    text(now - past + past / windows * (window + 1)),
                ));
            }
            let first = self.http.get(&self.disputes).query(&query).build()?;
            let mut next = Some(first.url().to_string());
            while let Some(address) = next {
                let page: Page = serde_json::from_slice(&self.get(&address).await?)?;
                for item in page.items {
                    ids.send(item.dispute_id).await.context("the readers stopped")?;
                }
                next = page
                    .links
                    .into_iter()
                    .find(|link| link.rel == "next")
                    .map(|link| link.href);
            }
        }
        Ok(())
    }
}

pub async fn fetch(platform: Platform, disputes: u64, concurrency: usize, keep: Option<&Path>) -> Result<()> {
    let keep = keep
        .map(File::create)
        .transpose()
        .context("cannot write the bodies")?;
    let keep = keep.map(|file| Arc::new(Mutex::new(BufWriter::new(file))));
    let (ids_in, ids) = mpsc::channel(1_000);
    let lister = platform.clone();
    let listing = tokio::spawn(async move { lister.list(disputes, ids_in).await });
    let ids = futures::stream::unfold(ids, |mut ids| async move { ids.recv().await.map(|id| (id, ids)) });
    let read = ids
        .map(|id| {
            let (platform, keep) = (platform.clone(), keep.clone());
            // Tasks, so that reading uses every core.
            tokio::spawn(async move {
                let body = platform.get(&format!("{}/{id}", platform.disputes)).await?;
                match keep {
                    Some(keep) => put(
                        &mut *keep.lock().unwrap_or_else(PoisonError::into_inner),
                        &id,
                        &body,
                    ),
                    None => Ok(()),
                }
            })
        })
        .buffer_unordered(concurrency)
        .map(|done| done.context("a reader stopped")?)
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
