//! How the clients stand, for their list.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use docket_core::id::ClientId;
use docket_core::sla::{CalendarVersion, ContractVersion, Exclusion};
use docket_core::stats::{Group, WinRate};
use docket_store::{Client, ClientScope, Connection};

use crate::Desk;
use crate::error::Result;
use crate::report::Period;

/// What is due before so long is at risk.
const AT_RISK: Duration = Duration::hours(48);

/// The clients in scope with what their list shows.
#[derive(Debug, Clone)]
pub struct ClientsReport {
    /// By name.
    pub clients: Vec<Client>,
    /// Their connections.
    pub connections: Vec<Connection>,
    /// Open cases of each.
    pub open: HashMap<ClientId, i64>,
    /// Of those, waiting for us with a deadline before `risk_before`.
    pub at_risk: HashMap<ClientId, i64>,
    /// Before this instant a deadline is at risk.
    pub risk_before: DateTime<Utc>,
    /// The usual period of reports, which their win rates are of.
    pub period: Period,
    /// How the cases of each ended that opened in it; nothing of a client without any.
    pub rates: HashMap<ClientId, Group>,
}

/// One client, with what was agreed with it about time.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// How it stands; of this client alone.
    pub report: ClientsReport,
    /// Its working calendars, every version, by name and version.
    pub calendars: Vec<CalendarVersion>,
    /// Its contract, every version in order.
    pub contracts: Vec<ContractVersion>,
    /// What was excluded, or is proposed to be, by the beginning.
    pub exclusions: Vec<Exclusion>,
}

impl Desk {
    /// A client, and what was agreed with it about time.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn client_view(&self, client: &Client) -> Result<ClientView> {
        let own = ClientScope::One(client.id);
        let calendars = self.db.sla_calendars(own).await?;
        let contracts = self.db.sla_contracts(own).await?;
        Ok(ClientView {
            report: self.clients_report(own).await?,
            calendars: calendars.into_iter().map(|(_, kept)| kept).collect(),
            contracts: contracts.into_iter().map(|(_, kept)| kept).collect(),
            exclusions: self.db.sla_exclusions(own).await?,
        })
    }

    /// How the clients in scope stand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients_report(&self, scope: ClientScope) -> Result<ClientsReport> {
        let now = self.env.now();
        // Whole seconds, as addresses write instants: a figure and the list behind it cut at the same one.
        let risk_before = DateTime::from_timestamp((now + AT_RISK).timestamp(), 0).unwrap_or(now + AT_RISK);
        let clients = self.db.clients(scope).await?;
        let period = Period::of(None, None, now)?;
        let days = (period.from.date_naive(), period.to.date_naive());
        let counted = WinRate::of(&self.db.client_tallies(scope, days).await?);
        let rates = counted
            .groups
            .into_iter()
            .filter_map(|group| Some((group.key.parse().ok()?, group)));
        let connections = self.db.connections(scope).await?;
        let mut open: HashMap<ClientId, i64> = HashMap::new();
        let counts = self.db.open_here(scope).await?;
        for connection in &connections {
            let own = counts.get(&connection.id).copied().unwrap_or(0);
            *open.entry(connection.client).or_default() += own;
        }
        Ok(ClientsReport {
            at_risk: self.db.due_by_client(scope, risk_before).await?,
            rates: rates.collect(),
            period,
            clients,
            connections,
            open,
            risk_before,
        })
    }
}
