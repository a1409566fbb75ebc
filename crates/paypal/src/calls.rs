//! Reading: the list and single disputes.

use chrono::{DateTime, SecondsFormat, Utc};
use docket_connector::http::{Answer, Call, Intent, read_json, sha256};
use docket_connector::{Cursor, Error, Listed, Page};
use docket_core::id::DisputeRef;
use docket_core::snapshot::Observed;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::StatusCode;
use url::Url;

use crate::windows::{self, Walk};
use crate::wire::{List, ListRow, Time};
use crate::{PayPal, errors, map};

/// Routes for logs, without ids.
pub(crate) const LIST: &str = "/v1/customer/disputes";
const SHOW: &str = "/v1/customer/disputes/{id}";

impl PayPal {
    /// The listing as a stream: one call per poll, and no page is kept.
    pub(crate) fn pages(
        &self,
        since: Option<Cursor>,
        until: DateTime<Utc>,
    ) -> BoxStream<'_, Result<Page, Error>> {
        let begun = match Walk::begin(since.as_ref(), until) {
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
        let Some(window) = walk.window() else {
            return Ok(None);
        };
        let list = self.disputes(&[]);
        let address = walk.address(window, list.clone());
        let answer = self.get(&address, LIST).await?;
        let (items, next) = page(&answer, &list, &address)?;
        let seen: Vec<DateTime<Utc>> = items.iter().map(|(_, at)| *at).collect();
        let checkpoint = walk.listed(&seen, next)?;
        let items = items
            .into_iter()
            .map(|(dispute, updated_at)| Listed {
                dispute,
                mark: mark(updated_at),
                observed: None,
            })
            .collect();
        Ok(Some(Page {
            items,
            checkpoint,
            alarm: None,
        }))
    }

    /// Reads one dispute in full.
    pub(crate) async fn show(&self, dispute: &DisputeRef) -> Result<Observed, Error> {
        let answer = self.get(&self.dispute_address(dispute, &[])?, SHOW).await?;
        let wire = read_json(&answer.body, "dispute")?;
        let snapshot = map::snapshot(&wire, self.http.env().now())?;
        if snapshot.dispute != *dispute {
            return Err(Error::contract(
                "dispute: the answer speaks of another dispute than was asked for",
            ));
        }
        Ok(Observed {
            mark: mark(snapshot.facts.updated_at),
            snapshot,
            hash: sha256(&answer.body),
            dated: true,
            buyer: map::buyer(&wire),
            raw: answer.body.into(),
        })
    }

    /// The address of a dispute or of an action on it. Ids are opaque, but have a documented alphabet (reference 2).
    pub(crate) fn dispute_address(&self, dispute: &DisputeRef, below: &[&str]) -> Result<Url, Error> {
        let id = dispute.as_str();
        let fits =
            (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !fits {
            return Err(Error::NotFound {
                message: "this is no dispute id of PayPal (letters, digits, hyphens)".to_owned(),
            });
        }
        let mut path = vec![id];
        path.extend(below);
        Ok(self.disputes(&path))
    }

    pub(crate) async fn get(&self, address: &Url, route: &'static str) -> Result<Answer, Error> {
        let answer = self
            .http
            .authorised(&self.credentials, || {
                Ok(self.dress(Call::get(address.clone(), route)))
            })
            .await?;
        if answer.status == StatusCode::OK {
            return Ok(answer);
        }
        let error = errors::refusal(&answer, Intent::Read);
        self.renew_scopes(&error).await;
        Err(error)
    }

    /// What a token permits is fixed when it is issued: after a refusal, the next one is a new one, so that a
    /// permission granted meanwhile counts.
    pub(crate) async fn renew_scopes(&self, error: &Error) {
        if matches!(error, Error::Auth { .. })
            && let Ok(token) = self.http.token(&self.credentials).await
        {
            self.http.forget(&self.credentials, &token).await;
        }
    }
}

/// A row of the list: which dispute, and when it last changed.
type Row = (DisputeRef, DateTime<Utc>);

/// PayPal's time of the last change tells one version from the next (reference 2), in list and dispute alike.
fn mark(updated_at: DateTime<Utc>) -> String {
    updated_at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn page(answer: &Answer, list: &Url, current: &Url) -> Result<(Vec<Row>, Option<Url>), Error> {
    let parsed: List<'_> = read_json(&answer.body, "list")?;
    if parsed.items.is_none() && parsed.links.is_none() {
        return Err(Error::contract("list: fields `items` and `links` are missing"));
    }
    let items = parsed.items.iter().flatten().map(row).collect::<Result<_, _>>()?;
    let is_next = |rel: &str| rel.eq_ignore_ascii_case("next");
    let next = parsed
        .links
        .iter()
        .flatten()
        .filter(|link| link.rel.as_ref().is_some_and(|rel| is_next(rel.as_str())))
        .find_map(|link| link.href.as_ref());
    let next = next
        .map(|href| windows::follow(list, current, href.as_str()))
        .transpose()?;
    Ok((items, next))
}

/// A row without an id or a time would be a dispute lost, so it stops the listing.
fn row(row: &ListRow<'_>) -> Result<Row, Error> {
    let dispute = row
        .dispute_id
        .as_ref()
        .map(|id| DisputeRef(id.as_str().to_owned()));
    let dispute = dispute.ok_or_else(|| Error::contract("list: a row has no `dispute_id`"))?;
    let updated_at = row
        .update_time
        .and_then(Time::at)
        .or(row.create_time.and_then(Time::at));
    let updated_at =
        updated_at.ok_or_else(|| Error::contract("list: a row has no readable `update_time`"))?;
    Ok((dispute, updated_at))
}
