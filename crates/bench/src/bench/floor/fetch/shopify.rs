//! Shopify: rows lead to details, both asked for with the connector's own documents.

use anyhow::{Context, Result};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::Found;

/// As many as the connector asks for.
const PAGE_ROWS: u32 = 50;
const PAGE: &str = concat!(
    include_str!("../../../../../shopify/src/documents/disputes_page.graphql"),
    include_str!("../../../../../shopify/src/documents/row.graphql")
);
const DISPUTE: &str = include_str!("../../../../../shopify/src/documents/dispute.graphql");

#[derive(Clone)]
pub(super) struct Place {
    http: reqwest::Client,
    url: String,
    token: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    disputes: Disputes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Disputes {
    nodes: Vec<Node>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl Place {
    pub(super) fn new(base: &str, token: String) -> Result<Self> {
        Ok(Self {
            http: crate::http_client()?,
            url: format!("{base}/admin/api/2026-10/graphql.json"),
            token,
        })
    }

    async fn ask(&self, document: &str, variables: Value) -> Result<Bytes> {
        let body = json!({ "query": document, "variables": variables });
        let request = self.http.post(&self.url).json(&body);
        let answer = request
            .header("X-Shopify-Access-Token", &self.token)
            .send()
            .await?;
        Ok(answer.error_for_status()?.bytes().await?)
    }

    pub(super) async fn list(&self, found: mpsc::Sender<Found>) -> Result<()> {
        let mut after: Option<String> = None;
        loop {
            let variables = json!({ "first": PAGE_ROWS, "after": after, "filter": null });
            let answer: Answer = serde_json::from_slice(&self.ask(PAGE, variables).await?)
                .context("a page of disputes came in another form")?;
            for node in answer.data.disputes.nodes {
                let id = Found::Id(node.id);
                found.send(id).await.context("the readers stopped")?;
            }
            let info = answer.data.disputes.page_info;
            if !info.has_next_page {
                return Ok(());
            }
            after = info.end_cursor;
        }
    }

    pub(super) async fn read(&self, id: &str) -> Result<Bytes> {
        self.ask(DISPUTE, json!({ "id": id, "withOrder": true })).await
    }
}
