//! The factor report, and the cases behind each of its figures.

use chrono::{DateTime, NaiveDate, Utc};
use docket_core::factor::Subject;
use docket_core::stats::{FactorReport, Model};
use docket_store::{Client, ClientScope, FactorCase, FactorLevels};

use crate::error::Result;
use crate::{Desk, Period};

/// A factor report.
#[derive(Debug, Clone)]
pub struct FactorsReport {
    /// The client, or none for the whole portfolio.
    pub client: Option<Client>,
    /// By opening date.
    pub period: Period,
    /// The figures.
    pub report: FactorReport,
    /// All factors at once.
    pub model: Model,
    /// Where the cases of the period are immature: the day before which they are not, if there is one.
    pub mature_to: Option<NaiveDate>,
    /// When it was computed.
    pub as_of: DateTime<Utc>,
}

fn scope(client: Option<&Client>) -> ClientScope {
    client.map_or(ClientScope::Agency, |c| ClientScope::One(c.id))
}

impl Desk {
    /// Computes a factor report.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_report(&self, client: Option<Client>, period: Period) -> Result<FactorsReport> {
        let counts = self
            .db
            .factor_tallies(scope(client.as_ref()), period.opened())
            .await?;
        let figures = FactorReport::of(&counts.tallies);
        let immature = figures.total.immature();
        Ok(FactorsReport {
            client,
            period,
            report: figures,
            mature_to: counts.mature_to.filter(|_| immature),
            model: Model::of(&counts.patterns, counts.held_out_from),
            as_of: self.env.now(),
        })
    }

    /// The decided cases behind a factor's figures: those of one level, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_cases(
        &self,
        client: Option<&Client>,
        period: Period,
        (subject, level): (&Subject, Option<&str>),
    ) -> Result<Vec<FactorCase>> {
        let wanted = |case: &FactorCase| level.is_none_or(|level| case.level == level);
        Ok(self
            .db
            .factor_cases(scope(client), period.opened(), subject, wanted)
            .await?)
    }

    /// The decided cases of a report, each with its levels of all the report's factors, then of what came after the opening.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn factor_levels(&self, report: &FactorsReport) -> Result<Vec<FactorLevels>> {
        let figures = &report.report;
        let after = figures.after.iter().map(|table| &table.subject);
        let before = figures.factors.iter().map(|table| &table.subject);
        let subjects: Vec<&Subject> = before.chain(after).collect();
        let scope = scope(report.client.as_ref());
        Ok(self
            .db
            .factor_levels(scope, report.period.opened(), &subjects)
            .await?)
    }
}
