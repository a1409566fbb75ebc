//! What Klarna's Order Management knows about the disputed order (reference 12): read only, and of persons nothing is kept
//! but where the goods went, which a proof of delivery is compared with, and fingerprints of who was billed, to find cases by.

mod dossier;
mod factors;
mod wire;

use docket_connector::credentials::endpoint;
use docket_connector::http::{Call, Intent, read_json, sha256};
use docket_connector::{Error, OrderFacts};
use docket_core::snapshot::Facts;
use http::StatusCode;
use url::Url;

use crate::{Klarna, errors};
pub(crate) use dossier::dossier;
use wire::{Billed, Kept, Order};

/// Route for logs, without ids.
pub(crate) const ORDER: &str = "/ordermanagement/v1/orders/{id}";

impl Klarna {
    /// The order behind a dispute. A credential that may not read orders is no reason to stop its disputes: the check of
    /// the connection says it.
    pub(crate) async fn order_facts(&self, facts: &Facts) -> Result<Option<OrderFacts>, Error> {
        for id in candidates(&facts.order_refs) {
            let call = Call::get(self.order_address(&id), ORDER);
            let answer = self.send(call, &self.budgets.orders).await?;
            match answer.status {
                StatusCode::NOT_FOUND => {}
                StatusCode::FORBIDDEN => {
                    tracing::warn!(
                        "Order Management refuses this account's key (403): cases go without order facts"
                    );
                    return Ok(None);
                }
                status if status.is_success() => {
                    let order: Order = read_json(&answer.body, "order")?;
                    let billed: Billed = read_json(&answer.body, "order")?;
                    return kept(&order, &billed, facts).map(Some);
                }
                _ => return Err(errors::refusal(&answer, Intent::Read)),
            }
        }
        Ok(None)
    }

    pub(crate) fn order_address(&self, id: &str) -> Url {
        endpoint(&self.base, &["ordermanagement", "v1", "orders", id])
    }
}

/// Reference 12: the dispute's `order_id`, and where that is unknown, the last part of a KRN. The dispute lists both
/// first among its references.
fn candidates(refs: &[String]) -> Vec<String> {
    let usable = |id: &str| {
        (1..=255).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let mut found: Vec<String> = Vec::new();
    for text in refs.iter().take(2) {
        let id = if text.starts_with("krn:") {
            text.rsplit(':').next().unwrap_or_default()
        } else {
            text.as_str()
        };
        if usable(id) && !found.iter().any(|known| known == id) {
            found.push(id.to_owned());
        }
    }
    found
}

/// The facts, and the body as far as it may be kept: written anew from the fields that `wire` names, which hold no name,
/// e-mail, phone number, national id or billing address.
fn kept(order: &Order, billed: &Billed, facts: &Facts) -> Result<OrderFacts, Error> {
    let kept = Kept {
        order,
        addresses_match: billed.is(order.shipping_address.as_ref()),
    };
    let raw = serde_json::to_vec(&kept).map_err(|_| Error::contract("order: it cannot be written down"))?;
    Ok(OrderFacts {
        factors: factors::factors(order, kept.addresses_match, facts.opened_at),
        buyer: billed.buyer(),
        hash: sha256(&raw),
        raw,
    })
}

#[cfg(test)]
mod tests;
