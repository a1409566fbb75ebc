//! What Shopify knows about the disputed order: fulfilments, tracking, risk, refunds, protection, policies, ledger.
//! Parts that the app may not see are left out and named in the log.

mod factors;
mod ledger;
mod shape;

use chrono::{DateTime, Utc};
use docket_connector::http::sha256;
use docket_connector::{Error, OrderFacts};
use docket_core::id::DisputeRef;
use docket_core::snapshot::Facts;
use serde::{Deserialize, Serialize};

use crate::Shopify;
use crate::calls::known_number;
use crate::documents;
use crate::wire::{DISPUTE, gid};
use ledger::Line;
use shape::{Order, Policy};

/// The whole record as it is kept: built of what is named here and nothing else, so that names, e-mail and street
/// addresses, telephone numbers and IP addresses cannot get into it.
#[derive(Debug, Serialize)]
struct Record<'a> {
    order: &'a Order,
    policies: &'a [Policy],
    ledger: &'a [Line],
}

impl Shopify {
    pub(crate) async fn order_facts(
        &self,
        dispute: &DisputeRef,
        facts: &Facts,
    ) -> Result<Option<OrderFacts>, Error> {
        let number = known_number(dispute)?;
        let Some(order) = self.order_of(number).await? else {
            return Ok(None);
        };
        let policies = self.policies().await?;
        let ledger = self.ledger(number, facts.opened_at).await?;
        let now = self.http.env().now();
        let factors = factors::factors(&order, &policies, &ledger, facts.amount.currency, now);
        let record = Record {
            order: &order,
            policies: &policies,
            ledger: &ledger,
        };
        let raw = serde_json::to_vec(&record)
            .map_err(|_| Error::contract("the order cannot be written as JSON"))?;
        Ok(Some(OrderFacts {
            factors,
            hash: sha256(&raw),
            raw,
        }))
    }

    /// None where the order was deleted, is older than 60 days without `read_all_orders` (reference 9), or may not be
    /// seen: orders are an extra, and no dispute waits for them.
    async fn order_of(&self, number: &str) -> Result<Option<Order>, Error> {
        #[derive(Deserialize)]
        struct Data {
            dispute: Option<Holder>,
        }
        #[derive(Deserialize)]
        struct Holder {
            order: Option<Order>,
        }
        let reply = self
            .query(&documents::ORDER, documents::order(&gid(DISPUTE, number)))
            .await?;
        reply.log_missing("an order");
        let order = reply
            .data::<Data>("order")?
            .and_then(|data| data.dispute)
            .and_then(|holder| holder.order);
        match (order, reply.explanation()) {
            (None, Some(error)) => spare(error).map(|()| None),
            (order, _) => Ok(order),
        }
    }

    async fn policies(&self) -> Result<Vec<Policy>, Error> {
        #[derive(Deserialize)]
        struct Data {
            shop: Option<Holder>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Holder {
            shop_policies: Option<Vec<Policy>>,
        }
        let reply = self.query(&documents::POLICIES, serde_json::json!({})).await?;
        reply.log_missing("policies");
        let policies = reply
            .data::<Data>("policies")?
            .and_then(|data| data.shop)
            .and_then(|shop| shop.shop_policies);
        match (policies, reply.explanation()) {
            (None, Some(error)) => spare(error).map(|()| Vec::new()),
            (policies, _) => Ok(policies.unwrap_or_default()),
        }
    }

    /// The ledger's lines of this dispute: what it took stands right after its opening, what it gave back among the newest
    /// lines when it was decided just now. What lies between is not worth the points that a busy shop's ledger costs.
    async fn ledger(&self, number: &str, opened_at: DateTime<Utc>) -> Result<Vec<Line>, Error> {
        let mut lines: Vec<Line> = Vec::new();
        let filter = ledger::filter(opened_at);
        for newest in [false, true] {
            let variables = documents::ledger(ledger::ROWS, newest, &filter);
            let reply = self.query(&documents::LEDGER, variables).await?;
            reply.log_missing("the ledger");
            let Some(page) = reply.data::<ledger::Data>("ledger")?.and_then(ledger::Data::page) else {
                // An account that is not there has no ledger, and no fault is named.
                reply.explanation().map_or(Ok(()), spare)?;
                break;
            };
            for line in page.lines.into_iter().filter(|line| line.is_of(number)) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            if !page.more {
                break;
            }
        }
        Ok(lines)
    }
}

/// A part that may not be seen is no reason to stop; what may come later is tried again.
fn spare(error: Error) -> Result<(), Error> {
    match error {
        Error::Auth { .. } | Error::Contract { .. } | Error::Rejected { .. } | Error::NotFound { .. } => {
            Ok(())
        }
        Error::Retry { .. } | Error::OutcomeUnknown { .. } | Error::Unsupported(_) => Err(error),
    }
}

#[cfg(test)]
mod tests;
