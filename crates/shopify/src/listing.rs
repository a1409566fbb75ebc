//! Listing, without loss whatever the order of the list is: there is no sort key and no time of change (reference 2).

mod sweep;

use docket_connector::{Cursor, Error, Page};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde::{Deserialize, Serialize};

use crate::Shopify;
use crate::calls::listed;
use crate::documents;
use crate::wire::{Dispute, number};

/// Rows of a page: 202 points (reference 7).
const ROWS: u32 = 50;

/// Where a listing stands. Numbers travel as text, because they exceed 2^53.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// Everything below this number was delivered: the next listing begins with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// A pass under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pass: Option<Pass>,
}

/// A pass over the pages of one listing.
///
/// `floor` is what the next listing may begin with once this pass is over. Numbers grow with time, so that everything
/// that is created while the pass runs has a higher one than all that the first page showed. Only where every row so far
/// came in rising order do new ones appear at the end, and the floor may rise with the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pass {
    after: String,
    floor: String,
    rising: bool,
}

impl Place {
    fn read(cursor: &Cursor) -> Result<Self, Error> {
        let broken =
            || Error::contract("the stored cursor of the listing cannot be read: sync once with `--full`");
        let place: Self = serde_json::from_value(cursor.0.clone()).map_err(|_| broken())?;
        let numbers = [place.id.as_ref(), place.pass.as_ref().map(|pass| &pass.floor)];
        if cursor.0.is_object() && numbers.into_iter().flatten().all(|text| number(text).is_some()) {
            Ok(place)
        } else {
            Err(broken())
        }
    }

    fn cursor(&self) -> Option<Cursor> {
        serde_json::to_value(self).ok().map(Cursor)
    }

    fn filter(&self) -> Option<String> {
        // Inclusive, so that nothing is skipped.
        self.id.as_ref().map(|id| format!("id:>={id}"))
    }

    /// The place after these rows. None in `next` means that the pass is over.
    fn after(&self, rows: &[u64], next: Option<String>) -> Self {
        let before = self.pass.as_ref();
        let known = before.and_then(|pass| number(&pass.floor));
        let was_rising = before.is_none_or(|pass| pass.rising);
        let rising = was_rising
            && rows.is_sorted()
            && rows
                .first()
                .is_none_or(|first| known.is_none_or(|floor| *first >= floor));
        let highest = rows.iter().copied().max();
        let floor = match before {
            None => highest,
            Some(_) if rising => highest.max(known),
            Some(_) => known,
        };
        let low = self.id.as_deref().and_then(number);
        match (next, floor.max(low)) {
            (Some(after), floor) => Self {
                id: self.id.clone(),
                pass: Some(Pass {
                    after,
                    floor: floor.unwrap_or_default().to_string(),
                    rising,
                }),
            },
            (None, floor) => Self {
                id: floor.map(|floor| floor.to_string()),
                pass: None,
            },
        }
    }
}

/// A page as it came.
struct Rows {
    nodes: Vec<Dispute>,
    next: Option<String>,
}

struct Walk {
    place: Place,
    over: bool,
    resumed: bool,
}

impl Shopify {
    /// The listing since a cursor, or of everything. One call for each poll; an error leaves the walk where it is.
    pub(crate) fn listing(&self, since: Option<Cursor>) -> BoxStream<'_, Result<Page, Error>> {
        let place = match since.as_ref().map(Place::read).transpose() {
            Ok(place) => place.unwrap_or_default(),
            Err(error) => return stream::once(async { Err(error) }).boxed(),
        };
        let resumed = place.pass.is_some();
        let walk = Walk {
            place,
            over: false,
            resumed,
        };
        stream::unfold(walk, move |mut walk| async move {
            if walk.over {
                return None;
            }
            let page = self.next_page(&mut walk).await;
            Some((page, walk))
        })
        .boxed()
    }

    async fn next_page(&self, walk: &mut Walk) -> Result<Page, Error> {
        let filter = walk.place.filter();
        let after = walk.place.pass.as_ref().map(|pass| pass.after.clone());
        let rows = match self.rows(after.as_deref(), filter.as_deref()).await {
            // A page cursor of an earlier run may have lapsed: begin the pass again rather than never end it.
            Err(Error::Contract { .. }) if walk.resumed => {
                walk.place.pass = None;
                walk.resumed = false;
                self.rows(None, filter.as_deref()).await?
            }
            rows => rows?,
        };
        walk.resumed = false;
        let numbers: Vec<u64> = rows.nodes.iter().filter_map(Dispute::number).collect();
        walk.place = walk.place.after(&numbers, rows.next);
        walk.over = walk.place.pass.is_none();
        Ok(self.page(&rows.nodes, walk.place.cursor()))
    }

    fn page(&self, rows: &[Dispute], checkpoint: Option<Cursor>) -> Page {
        Page {
            items: rows.iter().filter_map(listed).collect(),
            checkpoint,
            alarm: self.version_alarm(),
        }
    }

    async fn rows(&self, after: Option<&str>, filter: Option<&str>) -> Result<Rows, Error> {
        #[derive(Deserialize)]
        struct Data {
            disputes: Option<Connection>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Connection {
            nodes: Vec<Dispute>,
            page_info: PageInfo,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct PageInfo {
            has_next_page: bool,
            end_cursor: Option<String>,
        }
        let reply = self
            .query(&documents::PAGE, documents::page(ROWS, after, filter))
            .await?;
        reply.log_missing("a list of disputes");
        let connection = reply.data::<Data>("disputes")?.and_then(|data| data.disputes);
        let connection = connection.ok_or_else(|| reply.lacking("disputes"))?;
        if connection.nodes.iter().any(|row| row.number().is_none()) {
            return Err(Error::contract("disputes: a row has no `id`"));
        }
        let info = connection.page_info;
        let next = match (info.has_next_page, info.end_cursor) {
            (false, _) => None,
            (true, Some(cursor)) if Some(cursor.as_str()) != after => Some(cursor),
            (true, _) => {
                return Err(Error::contract(
                    "disputes: a next page is promised without a cursor to it",
                ));
            }
        };
        Ok(Rows {
            nodes: connection.nodes,
            next,
        })
    }
}

#[cfg(test)]
mod tests;
