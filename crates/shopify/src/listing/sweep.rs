//! Sweeps: everything that may be open, whatever was listed before.

use std::collections::VecDeque;

use docket_connector::{Error, Page};
use futures::StreamExt;
use futures::stream::{self, BoxStream};

use super::Rows;
use crate::Shopify;

const STATUSES: [&str; 2] = ["status:needs_response", "status:under_review"];

/// The passes of a sweep that are left; `None` stands for a pass without a filter.
struct Sweep {
    left: VecDeque<Option<&'static str>>,
    after: Option<String>,
    found: bool,
}

impl Sweep {
    fn new() -> Self {
        Self {
            left: STATUSES.into_iter().map(Some).collect(),
            after: None,
            found: false,
        }
    }

    fn whole() -> Self {
        Self {
            left: VecDeque::from([None]),
            after: None,
            found: true,
        }
    }

    fn took(&mut self, rows: &Rows) {
        self.found |= !rows.nodes.is_empty();
        self.after.clone_from(&rows.next);
        if self.after.is_some() {
            return;
        }
        self.left.pop_front();
        if self.left.is_empty() && !self.found {
            *self = Self::whole();
        }
    }
}

impl Shopify {
    /// Everything that is not final, one status after the other. Which spellings the filter takes is not documented
    /// (open question 2 of the reference), so a filter that is refused, or passes finding nothing, prove nothing: then
    /// everything is listed.
    pub(crate) fn open_ones(&self) -> BoxStream<'_, Result<Page, Error>> {
        stream::unfold(Sweep::new(), move |mut sweep| async move {
            let filter = sweep.left.front().copied()?;
            let page = self.swept(&mut sweep, filter).await;
            Some((page, sweep))
        })
        .boxed()
    }

    async fn swept(&self, sweep: &mut Sweep, filter: Option<&'static str>) -> Result<Page, Error> {
        let rows = match self.rows(sweep.after.as_deref(), filter).await {
            Err(Error::Contract { .. }) if filter.is_some() => {
                *sweep = Sweep::whole();
                self.rows(None, None).await?
            }
            rows => rows?,
        };
        sweep.took(&rows);
        // A sweep moves no cursor: it lists what may have been listed long ago.
        Ok(self.page(&rows.nodes, None))
    }
}
