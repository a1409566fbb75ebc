//! From a figure to the queue's list of exactly its cases.

use chrono::{Months, NaiveDate};
use docket_app::GroupBy;
use docket_core::id::ClientId;

use crate::query::QueueQuery;
use crate::urls;

/// The cases that a line of the report counts; none where a group's key cannot be told in an address.
#[derive(Debug, Clone)]
pub struct Cohort(Option<QueueQuery>);

impl Cohort {
    /// Everything opened from the first day up to, and without, the last.
    pub fn new(client: Option<ClientId>, from: NaiveDate, to: NaiveDate) -> Self {
        Self(Some(QueueQuery {
            client: client.map(|c| c.to_string()),
            opened_from: Some(from),
            opened_to: Some(to),
            ..QueueQuery::default()
        }))
    }

    /// Those of one group.
    pub fn group(&self, by: GroupBy, key: &str) -> Self {
        Self(self.0.as_ref().and_then(|query| {
            let mut query = query.clone();
            match by {
                GroupBy::Month => {
                    let first: NaiveDate = format!("{key}-01").parse().ok()?;
                    // The period may begin or end inside the month.
                    query.opened_from = query.opened_from.max(Some(first));
                    let next = first.checked_add_months(Months::new(1))?;
                    query.opened_to = query.opened_to.map(|to| to.min(next));
                }
                GroupBy::Reason => query.reason = Some(key.parse().ok()?),
                GroupBy::Platform => query.platform = Some(key.parse().ok()?),
                GroupBy::Stage => query.stage = Some(key.parse().ok()?),
                GroupBy::Evidence => query.evidence = Some(key.parse().ok()?),
                GroupBy::Currency => query.currency = Some(key.parse().ok()?),
            }
            Some(query)
        }))
    }

    /// The link to these cases, narrowed further.
    pub fn link(&self, narrow: &dyn Fn(&mut QueueQuery)) -> Option<String> {
        let mut query = self.0.clone()?;
        narrow(&mut query);
        Some(urls::queue(&query))
    }
}
