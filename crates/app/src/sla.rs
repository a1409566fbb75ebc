//! What was promised to clients about time: contracts and calendars in versions, the register of exclusions, the report.

mod exclusions;
mod report;
mod text;

use std::collections::BTreeSet;

use docket_core::id::ClientId;
use docket_core::sla::{Calendar, CalendarVersion, Contract, ContractVersion};
use docket_store::{ClientScope, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};

pub use exclusions::{NewExclusion, ProposedOutages};
pub use report::{SlaLine, SlaReport, SlaSection, SlaTarget, sections};
pub use text::{CALENDAR_EXAMPLE, CONTRACT_EXAMPLE, read_terms, write_terms};

impl From<docket_core::sla::Wrong> for Error {
    fn from(wrong: docket_core::sla::Wrong) -> Self {
        Self::Invalid(wrong.to_string().into())
    }
}

/// A new version begins after the newest one: what was in force stays what it was.
fn after(what: &str, new: chrono::NaiveDate, newest: Option<(i64, &str, chrono::NaiveDate)>) -> Result<i64> {
    match newest {
        Some((version, name, from)) if from >= new => Err(Error::Invalid(format!(
            "version {version} of {what} `{name}` holds from {from} on; a new version begins later, so that what was in force \
             stays what it was: change valid_from"
        ).into())),
        Some((version, ..)) => Ok(version + 1),
        None => Ok(1),
    }
}

impl Desk {
    /// The contracts of the clients in scope, every version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_contracts(&self, scope: ClientScope) -> Result<Vec<(ClientId, ContractVersion)>> {
        Ok(self.db.sla_contracts(scope).await?)
    }

    /// The calendars of the clients in scope, every version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_calendars(&self, scope: ClientScope) -> Result<Vec<(ClientId, CalendarVersion)>> {
        Ok(self.db.sla_calendars(scope).await?)
    }

    /// Adds a contract, or the next version of it; a dry run only says what it would be.
    ///
    /// # Errors
    /// When something is wrong with it, or it does not begin after the version before.
    pub async fn add_sla_contract(
        &self,
        client: ClientId,
        contract: Contract,
        by: &str,
        dry_run: bool,
    ) -> Result<ContractVersion> {
        let own = ClientScope::One(client);
        let calendars = self.db.sla_calendars(own).await?;
        let names: BTreeSet<String> = calendars.into_iter().map(|(_, c)| c.calendar.name).collect();
        contract.check(&names)?;
        self.known_platforms(contract.targets.iter().flat_map(|t| &t.only.platforms))?;
        let held = self.db.sla_contracts(own).await?;
        let newest = held
            .last()
            .map(|(_, c)| (c.version, c.contract.name.as_str(), c.contract.valid_from));
        let new = ContractVersion {
            version: after("the contract", contract.valid_from, newest)?,
            starts_at: contract.starts_at(),
            contract,
            recorded_by: by.trim().to_owned(),
            recorded_at: self.env.now(),
        };
        if !dry_run {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.add_sla_contract(client, &new).await?;
            unit.commit().await?;
        }
        Ok(new)
    }

    /// Adds a calendar, or the next version of one; a dry run only says what it would be.
    ///
    /// # Errors
    /// When something is wrong with it, or it does not begin after the version before.
    pub async fn add_sla_calendar(
        &self,
        client: ClientId,
        calendar: Calendar,
        by: &str,
        dry_run: bool,
    ) -> Result<CalendarVersion> {
        calendar.check()?;
        let held = self.db.sla_calendars(ClientScope::One(client)).await?;
        let mut same = held.iter().filter(|(_, c)| c.calendar.name == calendar.name);
        let newest = same
            .next_back()
            .map(|(_, c)| (c.version, c.calendar.name.as_str(), c.calendar.valid_from));
        let new = CalendarVersion {
            version: after("the calendar", calendar.valid_from, newest)?,
            starts_at: calendar.starts_at(),
            calendar,
            recorded_by: by.trim().to_owned(),
            recorded_at: self.env.now(),
        };
        if !dry_run {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.add_sla_calendar(client, &new).await?;
            unit.commit().await?;
        }
        Ok(new)
    }

    /// A platform that no connector knows has no cases: a promise about it would be kept by nobody and broken by nobody.
    fn known_platforms<'a>(
        &self,
        named: impl IntoIterator<Item = &'a docket_core::words::Platform>,
    ) -> Result<()> {
        let mut named = named.into_iter();
        match named.find(|p| self.connectors.driver(**p).is_err()) {
            None => Ok(()),
            Some(unknown) => {
                let known: Vec<String> = self.connectors.platforms().map(|p| p.to_string()).collect();
                Err(Error::Invalid(
                    format!("`{unknown}` is no platform; known: {}", known.join(", ")).into(),
                ))
            }
        }
    }
}
