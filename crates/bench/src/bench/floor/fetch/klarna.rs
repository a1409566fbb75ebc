//! Klarna: rows are the disputes in full, so the listing is all there is.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::Found;

/// As many as the connector asks for.
const PAGE_ROWS: &str = "100";

#[derive(Clone)]
pub(super) struct Place {
    http: reqwest::Client,
    disputes: String,
    user: String,
    secret: String,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    disputes: Vec<&'a RawValue>,
    pagination: Pagination,
}

#[derive(Deserialize)]
struct Pagination {
    last_item: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    payment_dispute_id: String,
}

impl Place {
    pub(super) fn new(base: String, user: String, secret: String) -> Result<Self> {
        Ok(Self {
            http: crate::http_client()?,
            disputes: format!("{base}/v4/payment/disputes"),
            user,
            secret,
        })
    }

    pub(super) async fn list(&self, found: mpsc::Sender<Found>) -> Result<()> {
        let mut after: Option<String> = None;
        loop {
            let body = self.page(after.as_deref()).await?;
            let page: Page<'_> = serde_json::from_slice(&body)?;
            for raw in page.disputes {
                let row: Row = serde_json::from_str(raw.get())?;
                let body = body.slice_ref(raw.get().as_bytes());
                let row = Found::Row(row.payment_dispute_id, body);
                found.send(row).await.context("the readers stopped")?;
            }
            after = match page.pagination.last_item {
                Some(last) => Some(last),
                None => return Ok(()),
            };
        }
    }

    /// The platform's limit holds for the floor as well: what it refuses is asked for again.
    async fn page(&self, after: Option<&str>) -> Result<Bytes> {
        loop {
            let mut request = self
                .http
                .get(&self.disputes)
                .basic_auth(&self.user, Some(&self.secret))
                .query(&[("size", PAGE_ROWS)]);
            if let Some(after) = after {
                request = request.query(&[("starting_after", after)]);
            }
            let answer = request.send().await?;
            if answer.status() != StatusCode::TOO_MANY_REQUESTS {
                return Ok(answer.error_for_status()?.bytes().await?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
