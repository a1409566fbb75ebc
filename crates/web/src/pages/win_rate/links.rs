//! From a figure to the queue's list of exactly its cases.

use chrono::{Months, NaiveDate};
use docket_app::{AmountBand, GroupBy};
use docket_core::id::ClientId;

use crate::query::QueueQuery;
use crate::urls;

/// The cases that a line of the report counts; none where a group's key cannot be told in an address.
#[derive(Debug, Clone)]
pub struct Cohort(Option<QueueQuery>);

impl Cohort {
    /// Everything opened (or closed) from the first day up to, and without, the last.
    pub fn new(client: Option<ClientId>, (from, to): (NaiveDate, NaiveDate), closed: bool) -> Self {
        let client = client.map(|c| c.to_string());
        let mut query = QueueQuery {
            client,
            // What the report counts by days of UTC, the list counts so, too.
            utc: true,
            ..QueueQuery::default()
        };
        let (first, last) = days(&mut query, closed);
        (*first, *last) = (Some(from), Some(to));
        Self(Some(query))
    }

    /// Those of one group.
    pub fn group(&self, by: GroupBy, key: &str) -> Self {
        Self(self.0.as_ref().and_then(|query| {
            let mut query = query.clone();
            match by {
                GroupBy::Month => {
                    let first: NaiveDate = format!("{key}-01").parse().ok()?;
                    // The period may begin or end inside the month.
                    let next = first.checked_add_months(Months::new(1))?;
                    let closed = query.closed_from.is_some();
                    let (from, to) = days(&mut query, closed);
                    *from = (*from).max(Some(first));
                    *to = to.map(|to| to.min(next));
                }
                GroupBy::Reason => query.reason = Some(key.parse().ok()?),
                GroupBy::Platform => query.platform = Some(key.parse().ok()?),
                GroupBy::Stage => query.stage = Some(key.parse().ok()?),
                GroupBy::Evidence => query.evidence = Some(key.parse().ok()?),
                GroupBy::Specialist => query.assignee = Some(key.to_owned()),
                GroupBy::Client => query.client = Some(key.to_owned()),
                GroupBy::Amount => {
                    let (currency, band) = AmountBand::read(key)?;
                    let unit = 10_i64.pow(currency.exponent());
                    query.currency = Some(currency);
                    query.amount_from = Some(band.from * unit).filter(|from| *from > 0);
                    query.amount_below = band.below.map(|below| below * unit);
                }
                GroupBy::Currency => query.currency = Some(key.parse().ok()?),
                GroupBy::Country => query.country = Some(key.to_owned()),
                GroupBy::Product => query.product = Some(key.to_owned()),
                GroupBy::Decision => query.decision = Some(key.to_owned()),
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

/// The first day, and the first one after the last, of what the cohort goes by.
fn days(query: &mut QueueQuery, closed: bool) -> (&mut Option<NaiveDate>, &mut Option<NaiveDate>) {
    if closed {
        (&mut query.closed_from, &mut query.closed_to)
    } else {
        (&mut query.opened_from, &mut query.opened_to)
    }
}
