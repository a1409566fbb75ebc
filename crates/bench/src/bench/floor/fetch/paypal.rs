//! PayPal: rows lead to details.

use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use chrono::{Duration, SecondsFormat};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::Found;
use crate::clock;

const PAGE_ROWS: &str = "50";
/// Rows of one query: the platform shows 2,500 at most.
const WINDOW_ROWS: u64 = 1_250;

#[derive(Clone)]
pub(super) struct Place {
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

impl Place {
    pub(super) async fn enter(paypal: &str, client_id: &str, client_secret: &str) -> Result<Self> {
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

    pub(super) async fn read(&self, id: &str) -> Result<Bytes> {
        self.get(&format!("{}/{id}", self.disputes)).await
    }

    /// Every id, page by page, through windows that the platform can show whole.
    pub(super) async fn list(&self, disputes: u64, found: mpsc::Sender<Found>) -> Result<()> {
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
                    found
                        .send(Found::Id(item.dispute_id))
                        .await
                        .context("the readers stopped")?;
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
