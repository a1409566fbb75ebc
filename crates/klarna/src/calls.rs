//! Reading: the list, single disputes, files of customers; and the one way on which every call goes out.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use docket_connector::credentials::endpoint;
use docket_connector::http::{Answer, Budget, Call, Intent, read_json, sha256};
use docket_connector::{Error, Listed, Listing, Page};
use docket_core::id::DisputeRef;
use docket_core::snapshot::{Observed, Snapshot};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use url::Url;

use crate::windows::Walk;
use crate::wire::{Dispute, List, Named, Text};
use crate::{Klarna, errors, map, pace};

/// Routes for logs, without ids.
pub(crate) const LIST: &str = "/v4/payment/disputes";
const SHOW: &str = "/v4/payment/disputes/{id}";
const DOWNLOAD: &str = "/v4/payment/disputes/{id}/attachments/{attachment}/download";

impl Klarna {
    /// The listing as a stream: one call per poll, and no page is kept.
    pub(crate) fn pages(&self, what: &Listing, until: DateTime<Utc>) -> BoxStream<'_, Result<Page, Error>> {
        let begun = match Walk::begin(what, until, self.generation, self.arrays) {
            Ok(walk) => walk,
            Err(error) => return stream::once(async { Err(error) }).boxed(),
        };
        stream::unfold(begun, move |mut walk| async move {
            // An error leaves the walk where it is, so that polling again asks for the same page again.
            let page = self.next_page(&mut walk).await.transpose()?;
            Some((page, walk))
        })
        .boxed()
    }

    async fn next_page(&self, walk: &mut Walk) -> Result<Option<Page>, Error> {
        let answer = loop {
            let Some(address) = walk.address(self.disputes(&[])) else {
                return Ok(None);
            };
            match self.get(address, LIST).await {
                Err(error) if walk.refused(&error) => {}
                other => break other?,
            }
        };
        let list: List<'_> = read_json(&answer.body, "list")?;
        if list.disputes.is_none() && list.pagination.is_none() {
            return Err(Error::contract(
                "list: fields `disputes` and `pagination` are missing",
            ));
        }
        let rows = list.disputes.unwrap_or_default();
        let items: Vec<Listed> = rows
            .iter()
            .map(|row| self.row(row.get().as_bytes()))
            .collect::<Result<_, _>>()?;
        let last = list.pagination.and_then(|pagination| pagination.last_item);
        let last = last.as_ref().and_then(Text::filled).map(str::to_owned);
        Ok(Some(Page {
            checkpoint: walk.listed(items.len(), last)?,
            items,
            alarm: None,
        }))
    }

    /// Rows are disputes in full (reference 3). A row that cannot be mapped is left to reading, which says what is wrong
    /// with it; one without an id would be a dispute lost, so it stops the listing.
    fn row(&self, raw: &[u8]) -> Result<Listed, Error> {
        let named: Named = read_json(raw, "list: a row")?;
        let id = named.payment_dispute_id.as_ref().and_then(Text::filled);
        let id = id.ok_or_else(|| Error::contract("list: a row has no `payment_dispute_id`"))?;
        let observed = self.observe(raw).ok();
        Ok(Listed {
            dispute: DisputeRef(id.to_owned()),
            mark: observed
                .as_ref()
                .map_or_else(|| hex::encode(sha256(raw)), |observed| observed.mark.clone()),
            observed: observed.map(Box::new),
        })
    }

    fn observe(&self, raw: &[u8]) -> Result<Observed, Error> {
        let dispute: Dispute = read_json(raw, "dispute")?;
        let snapshot = map::snapshot(&dispute, self.generation, self.http.env().now())?;
        let dated = dispute.updated_at.and_then(|time| time.at()).is_some();
        let hash = sha256(raw);
        Ok(Observed {
            mark: mark(&snapshot, dated, &hash),
            snapshot,
            raw: raw.to_vec(),
            hash,
            dated,
            buyer: Vec::new(),
        })
    }

    /// Reads one dispute in full.
    pub(crate) async fn show(&self, dispute: &DisputeRef) -> Result<Observed, Error> {
        let answer = self.get(self.dispute_address(dispute, &[])?, SHOW).await?;
        let observed = self.observe(&answer.body)?;
        if observed.snapshot.dispute != *dispute {
            return Err(Error::contract(
                "dispute: the answer speaks of another dispute than was asked for",
            ));
        }
        Ok(observed)
    }

    /// Downloads a file that the customer gave, by the id that [`crate::customer::customer_files`] finds in the dispute's body:
    /// its media type and content (reference 3, endpoint 7).
    ///
    /// # Errors
    /// As for every read; `NotFound` where there is no such file.
    pub(crate) async fn customer_evidence(
        &self,
        dispute: &DisputeRef,
        attachment: &str,
    ) -> Result<(String, Bytes), Error> {
        let address = self.dispute_address(dispute, &["attachments", segment(attachment)?, "download"])?;
        let mut call = Call::get(address, DOWNLOAD);
        call.headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        let answer = self.send(call, &self.budgets.disputes).await?;
        if !answer.status.is_success() {
            return Err(errors::refusal(&answer, Intent::Read));
        }
        let media_type = answer
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        Ok((
            media_type.unwrap_or("application/octet-stream").to_owned(),
            answer.body,
        ))
    }

    /// An address below the list's.
    pub(crate) fn disputes(&self, below: &[&str]) -> Url {
        endpoint(&self.base, &[self.generation.path(), below].concat())
    }

    /// The address of a dispute or of an action on it.
    pub(crate) fn dispute_address(&self, dispute: &DisputeRef, below: &[&str]) -> Result<Url, Error> {
        Ok(self.disputes(&[&[segment(dispute.as_str())?], below].concat()))
    }

    pub(crate) async fn get(&self, address: Url, route: &'static str) -> Result<Answer, Error> {
        let answer = self
            .send(Call::get(address, route), &self.budgets.disputes)
            .await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(errors::refusal(&answer, Intent::Read))
    }

    /// Sends a call within the account's rate, and keeps the rate in step with what the answer says.
    pub(crate) async fn send(&self, mut call: Call, budget: &Arc<Budget>) -> Result<Answer, Error> {
        call.headers.insert(AUTHORIZATION, self.authorization.clone());
        if !call.headers.contains_key(ACCEPT) {
            call.headers
                .insert(ACCEPT, HeaderValue::from_static("application/json"));
        }
        if let Some((name, value)) = &self.extra {
            call.headers.insert(name.clone(), value.clone());
        }
        budget.spend(1.0).await;
        let answer = self.http.insist(call).await?;
        pace::follow(budget, &answer.headers);
        Ok(answer)
    }
}

/// Ids are opaque, with colons in them (reference 3). What would change the path is none.
fn segment(id: &str) -> Result<&str, Error> {
    let fits = (1..=255).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b":-_.~".contains(&b))
        && id.bytes().any(|b| b.is_ascii_alphanumeric());
    if fits {
        Ok(id)
    } else {
        Err(Error::NotFound {
            message: "this is no id of Klarna's (letters, digits, `:`, `-`, `_`, `.`)".to_owned(),
        })
    }
}

/// Klarna's time of the last change tells one version from the next; state and deadline go along, since times have been
/// seen without seconds (reference 4). Where there is no time, the body's hash stands in.
fn mark(snapshot: &Snapshot, dated: bool, hash: &[u8; 32]) -> String {
    if !dated {
        return hex::encode(hash);
    }
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let status = snapshot.facts.platform_status.as_deref().unwrap_or_default();
    let due = snapshot.deadline.map(|deadline| text(deadline.at));
    format!(
        "{} {status} {}",
        text(snapshot.facts.updated_at),
        due.unwrap_or_default()
    )
}
