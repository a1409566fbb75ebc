//! Reading: single disputes, and glances at many.

use docket_connector::http::{Intent, read_json, sha256};
use docket_connector::{Error, Listed};
use docket_core::id::DisputeRef;
use docket_core::snapshot::Observed;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::documents::{self, DISPUTE as DISPUTE_DOCUMENT};
use crate::errors::Fault;
use crate::gql::Reply;
use crate::wire::{self, DISPUTE, Dispute, gid};
use crate::{Shopify, map, mark};

/// Disputes of one glance: 400 points of the thousand that a query may cost (reference 7).
pub(crate) const GLANCE: usize = 100;

/// A reading with its wire form.
pub(crate) struct Shown {
    pub observed: Observed,
    pub dispute: Dispute,
}

/// The number of a dispute, as it was given by Shopify.
pub(crate) fn known_number(dispute: &DisputeRef) -> Result<&str, Error> {
    wire::number(dispute.as_str())
        .map(|_| dispute.as_str())
        .ok_or_else(|| Error::NotFound {
            message: "this is no dispute id of Shopify (digits only)".to_owned(),
        })
}

/// A row of a list or of a glance.
pub(crate) fn listed(row: &Dispute) -> Option<Listed> {
    Some(Listed {
        dispute: DisputeRef(row.number()?.to_string()),
        mark: mark::mark(row),
        observed: None,
    })
}

#[derive(Deserialize)]
struct One {
    dispute: Option<Box<RawValue>>,
}

impl Shopify {
    /// Reads one dispute with its evidence. Where the order may not be seen, everything else is read without it.
    pub(crate) async fn show(&self, dispute: &DisputeRef) -> Result<Shown, Error> {
        let id = gid(DISPUTE, known_number(dispute)?);
        let reply = self
            .query(&DISPUTE_DOCUMENT, documents::dispute(&id, true))
            .await?;
        let (reply, node) = match self.node(&reply)? {
            Some(node) => (reply, Some(node)),
            None if reply
                .faults
                .iter()
                .any(|fault| fault.place().contains("order") || fault.denied()) =>
            {
                reply.log_missing("the order beside a dispute");
                let reply = self
                    .query(&DISPUTE_DOCUMENT, documents::dispute(&id, false))
                    .await?;
                let node = self.node(&reply)?;
                (reply, node)
            }
            None => (reply, None),
        };
        let Some(node) = node else {
            return Err(reply.explanation().unwrap_or_else(|| Error::NotFound {
                message: "Shopify shows no such dispute for this shop: check whether the connection belongs to the right \
                          shop"
                    .to_owned(),
            }));
        };
        // Evidence of which a part failed to come would look as if that part was never sent.
        let failed = |fault: &&Fault| !fault.place().contains("order") && !fault.denied();
        if let Some(fault) = reply.faults.iter().find(failed) {
            return Err(fault.error(Intent::Read, reply.reference));
        }
        reply.log_missing("a dispute");
        self.shown(dispute, &node)
    }

    fn node(&self, reply: &Reply) -> Result<Option<Box<RawValue>>, Error> {
        Ok(reply.data::<One>("dispute")?.and_then(|one| one.dispute))
    }

    fn shown(&self, asked: &DisputeRef, node: &RawValue) -> Result<Shown, Error> {
        let raw = node.get().as_bytes();
        let dispute: Dispute = read_json(raw, "dispute")?;
        let snapshot = map::snapshot(&dispute, self.http.env().now())?;
        if snapshot.dispute != *asked {
            return Err(Error::contract(
                "dispute: the answer speaks of another dispute than was asked for",
            ));
        }
        let observed = Observed {
            snapshot,
            raw: raw.to_vec(),
            hash: sha256(raw),
            mark: mark::mark(&dispute),
            dated: false,
            // Shopify protects who bought: it is not asked for.
            buyer: Vec::new(),
        };
        Ok(Shown { observed, dispute })
    }

    /// How these disputes stand now. One that Shopify does not show is left out; one that could not be shown for another
    /// reason is an error, or it would pass for one that vanished.
    pub(crate) async fn look_at(&self, disputes: &[DisputeRef]) -> Result<Vec<Listed>, Error> {
        #[derive(Deserialize)]
        struct Nodes {
            nodes: Vec<Option<Dispute>>,
        }
        let mut found = Vec::new();
        let ids: Vec<String> = disputes
            .iter()
            .filter_map(|dispute| known_number(dispute).ok())
            .map(|number| gid(DISPUTE, number))
            .collect();
        for ids in ids.chunks(GLANCE) {
            let reply = self.query(&documents::GLANCE, documents::glance(ids)).await?;
            let rows = reply
                .data::<Nodes>("nodes")?
                .ok_or_else(|| reply.lacking("nodes"))?
                .nodes;
            if let Some(error) = reply.explanation().filter(|_| rows.iter().any(Option::is_none)) {
                return Err(error);
            }
            found.extend(rows.iter().flatten().filter_map(listed));
        }
        Ok(found)
    }
}
