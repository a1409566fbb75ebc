//! What was sent back, line by line. A document of its own: an app without `read_returns` is refused the whole order that it
//! would stand in (reference 1).

use docket_connector::Error;
use serde::Deserialize;

use super::shape::{Nodes, Order, Return};
use super::{OfDispute, spare};
use crate::{Shopify, documents};

impl Shopify {
    /// Reads the returns of an order that has one. Where they may not be seen, its `returnStatus` is all that is known.
    pub(super) async fn returns_of(&self, dispute: &str, order: &mut Order) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Inner {
            returns: Option<Nodes<Return>>,
        }
        if !order.has_return() {
            return Ok(());
        }
        let reply = self
            .query(&documents::RETURNS, documents::returns(dispute))
            .await?;
        reply.log_missing("returns of an order");
        order.returns = reply
            .data::<OfDispute<Inner>>("returns of an order")?
            .and_then(|data| data.dispute?.order?.returns);
        match order.returns {
            Some(_) => Ok(()),
            None => reply.explanation().map_or(Ok(()), spare),
        }
    }
}
