//! What Shopify knows about the disputed order: fulfilments, tracking, risk, refunds, protection, policies, ledger.
//! Parts that the app may not see are left out and named in the log.

mod dossier;
mod factors;
mod ledger;
mod lines;
mod policies;
mod returns;
mod shape;

use docket_connector::http::sha256;
use docket_connector::{Error, OrderFacts};
use docket_core::id::DisputeRef;
use docket_core::snapshot::Facts;
use docket_core::words::Turn;
use serde::{Deserialize, Serialize};

use crate::Shopify;
use crate::calls::known_number;
use crate::documents;
use crate::errors;
use crate::wire::{DISPUTE, Time, gid};
pub(crate) use dossier::dossier;
use ledger::Line;
use shape::{Order, Policy};

/// The whole record as it is kept: built of what is named here and nothing else, so that names, e-mail addresses, telephone
/// numbers and IP addresses cannot get into it. Where the goods went is in it, for comparing a proof of delivery.
#[derive(Debug, Serialize)]
struct Record<'a> {
    order: &'a Order,
    policies: &'a [Policy],
    ledger: &'a [Line],
}

/// An answer that holds the order of a dispute, or a part of it.
#[derive(Deserialize)]
struct OfDispute<T> {
    dispute: Option<OfOrder<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfOrder<T> {
    finalized_on: Option<Time>,
    order: Option<T>,
}

impl Shopify {
    pub(crate) async fn order_facts(
        &self,
        dispute: &DisputeRef,
        facts: &Facts,
    ) -> Result<Option<OrderFacts>, Error> {
        let number = known_number(dispute)?;
        let Some((order, decided)) = self.order_of(number).await? else {
            return Ok(None);
        };
        let policies = self.policies().await?;
        let ledger = self.ledger(number, facts, decided).await?;
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
            // Who bought is protected there, and not asked for.
            buyer: Vec::new(),
            factors,
            hash: sha256(&raw),
            raw,
        }))
    }

    /// None where the order was deleted, is older than 60 days without `read_all_orders` (reference 9), or may not be
    /// seen: orders are an extra, and no dispute waits for them.
    async fn order_of(&self, number: &str) -> Result<Option<(Order, Option<Time>)>, Error> {
        let id = gid(DISPUTE, number);
        let mut with_address = true;
        loop {
            let variables = documents::order(&id, with_address);
            let reply = self.query(&documents::ORDER, variables).await?;
            reply.log_missing("an order");
            let found = reply
                .data::<OfDispute<Order>>("order")?
                .and_then(|data| data.dispute)
                .and_then(|holder| Some((holder.order?, holder.finalized_on)));
            if let Some((mut order, decided)) = found {
                self.more_lines(&id, &mut order).await?;
                self.returns_of(&id, &mut order).await?;
                return Ok(Some((order, decided)));
            }
            // Protected customer data (reference 1): mostly the field alone is null, but a refusal may take the order with it.
            if with_address && reply.faults.iter().any(errors::Fault::of_address) {
                with_address = false;
                continue;
            }
            return reply.explanation().map_or(Ok(()), spare).map(|()| None);
        }
    }

    /// The ledger's lines of this dispute: of the days of its opening, and of its decision where there was one. None at all
    /// where one of the windows cannot be read to its end.
    async fn ledger(&self, number: &str, facts: &Facts, decided: Option<Time>) -> Result<Vec<Line>, Error> {
        let mut windows = vec![ledger::around(facts.opened_at)];
        match decided.and_then(Time::instant) {
            Some(at) => windows.push(ledger::around(at)),
            None if facts.turn == Turn::Nobody => return Ok(Vec::new()),
            None => {}
        }
        let mut lines: Vec<Line> = Vec::new();
        for window in windows {
            let Some(found) = self.window(&window).await? else {
                return Ok(Vec::new());
            };
            for line in found.into_iter().filter(|line| line.is_of(number)) {
                // The windows of a quick decision overlap.
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        Ok(lines)
    }

    /// All lines of a window; none where it may not be seen, or has too many.
    async fn window(&self, filter: &str) -> Result<Option<Vec<Line>>, Error> {
        let mut lines = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..ledger::PAGES {
            let variables = documents::ledger(ledger::ROWS, after.as_deref(), filter);
            let reply = self.query(&documents::LEDGER, variables).await?;
            reply.log_missing("the ledger");
            let Some((found, next)) = reply.data::<ledger::Data>("ledger")?.and_then(ledger::Data::page)
            else {
                // An account that is not there has no ledger, and no fault is named.
                reply.explanation().map_or(Ok(()), spare)?;
                return Ok(None);
            };
            lines.extend(found);
            match next {
                Some(next) => after = Some(next),
                None => return Ok(Some(lines)),
            }
        }
        Ok(None)
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
