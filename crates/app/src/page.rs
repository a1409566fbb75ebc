//! What the queue page shows.

use docket_core::words::Turn;
use docket_store::{CaseFilter, CasePosition, ClientScope, Connection, StoredCase};

use crate::Desk;
use crate::error::Result;

/// The figures above the queue; each is the length of a list that the page links to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    /// Open cases.
    pub open: i64,
    /// Of those waiting for us.
    pub ours: i64,
    /// Of those due within 48 hours.
    pub due_soon: i64,
    /// Cases that a person must look at.
    pub attention: i64,
}

/// A page of the queue with what its rows need.
#[derive(Debug, Clone)]
pub struct QueuePage {
    /// The rows.
    pub cases: Vec<StoredCase>,
    /// How many cases the filter finds on all pages together.
    pub matching: i64,
    /// Where the next page begins, if there is one.
    pub next: Option<CasePosition>,
    /// The connections in scope, for their freshness.
    pub connections: Vec<Connection>,
    /// The figures.
    pub overview: Overview,
}

fn open() -> CaseFilter {
    CaseFilter {
        open_only: true,
        ..CaseFilter::default()
    }
}

impl Desk {
    /// A page of the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_page(
        &self,
        scope: ClientScope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: i64,
    ) -> Result<QueuePage> {
        let mut cases = self.db.cases(scope, filter, after, limit + 1).await?;
        let more = cases.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        cases.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let overview = self.overview(scope).await?;
        // The usual views are figures of the overview: they are not counted twice.
        let ours = CaseFilter {
            turn: Some(Turn::Ours),
            ..open()
        };
        let matching = match filter {
            usual if *usual == open() => overview.open,
            usual if *usual == ours => overview.ours,
            other => self.db.count_cases(scope, other).await?,
        };
        Ok(QueuePage {
            next: if more {
                cases.last().map(StoredCase::position)
            } else {
                None
            },
            cases,
            matching,
            connections: self.db.connections(scope).await?,
            overview,
        })
    }

    /// Whether the database answers, for health checks.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.db.ping().await?)
    }

    /// What differs once an open case came, went or was changed: for pages that show a list of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_mark(&self, scope: ClientScope) -> Result<String> {
        let (cases, versions) = self.db.mark(scope, &open()).await?;
        Ok(format!("{cases}-{versions}"))
    }

    /// The figures above the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overview(&self, scope: ClientScope) -> Result<Overview> {
        let soon = self.env.now() + chrono::Duration::hours(48);
        let due_soon = CaseFilter {
            turn: Some(Turn::Ours),
            due_before: Some(soon),
            ..open()
        };
        let attention = CaseFilter {
            attention: Some(None),
            ..CaseFilter::default()
        };
        let (open, ours) = self.db.count_with_ours(scope, &open()).await?;
        Ok(Overview {
            open,
            ours,
            due_soon: self.db.count_cases(scope, &due_soon).await?,
            attention: self.db.count_cases(scope, &attention).await?,
        })
    }
}
