//! Lines beyond the first page of an order.

use docket_connector::Error;
use serde::Deserialize;

use super::shape::{Lines, Order};
use super::{OfDispute, spare};
use crate::{Shopify, documents};

/// Lines of a page: 302 points at most (reference 7).
const ROWS: u32 = 100;
/// Pages of an order. What has more lines than that is read in part, and says so.
const PAGES: usize = 5;

impl Shopify {
    /// Reads the lines that did not fit with the order. Where a page may not be seen, or there are too many, `hasNextPage` stays,
    /// so that nothing is reckoned with a part of them.
    pub(super) async fn more_lines(&self, dispute: &str, order: &mut Order) -> Result<(), Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Inner {
            line_items: Option<Lines>,
        }
        let Some(lines) = &mut order.line_items else {
            return Ok(());
        };
        for _ in 0..PAGES {
            let Some(next) = lines.next() else { break };
            let variables = documents::lines(dispute, ROWS, Some(next));
            let reply = self.query(&documents::LINES, variables).await?;
            reply.log_missing("lines of an order");
            let page = reply
                .data::<OfDispute<Inner>>("lines of an order")?
                .and_then(|data| data.dispute?.order?.line_items);
            let Some(page) = page else {
                reply.explanation().map_or(Ok(()), spare)?;
                break;
            };
            lines
                .nodes
                .get_or_insert_default()
                .extend(page.nodes.into_iter().flatten());
            lines.page_info = page.page_info;
        }
        if let Some(info) = &mut lines.page_info {
            info.end_cursor = None;
        }
        Ok(())
    }
}
