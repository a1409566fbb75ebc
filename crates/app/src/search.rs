//! Search over everything that somebody may see, by whatever is known of it: an order, a parcel, any id, an address.

use docket_core::sentence;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use docket_core::id::{CaseId, ClientId, ConnectionId, IncidentId, RequestId, SubmissionId};
use docket_core::incident::Incident;
use docket_core::person::{Person, email_key, name_key};
use docket_core::request::InfoRequest;
use docket_store::{Client, ClientScope, Connection, FoundBy, StoredCase};
use uuid::Uuid;

use crate::Desk;
use crate::error::{Error, Result};

/// Longest term, in characters: no id of a platform is longer.
const LONGEST: usize = 255;

/// What a term leads to.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What was looked for.
    pub term: String,
    /// Cases, the newest first, each with every reason why it is here.
    pub cases: Vec<(StoredCase, Vec<FoundCase>)>,
    /// Names of the clients in scope.
    pub clients: HashMap<ClientId, Client>,
    /// Orders of files that no found case is about.
    pub orders: Vec<String>,
    /// Questions to clients.
    pub requests: Vec<InfoRequest>,
    /// Missed deadlines.
    pub incidents: Vec<Incident>,
    /// Clients by name or id.
    pub named: Vec<Client>,
    /// Connections by id.
    pub connections: Vec<Connection>,
    /// People by name or address; looked for where the scope is the whole agency.
    pub people: Vec<Person>,
}

/// Why a case was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundCase {
    /// Our own id.
    Id,
    /// As the store found it.
    By(FoundBy),
    /// The id of a response to it.
    Response,
}

impl FoundCase {
    /// In words, behind “found by”.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Id => "our case id",
            Self::By(FoundBy::Dispute) => "dispute id",
            Self::By(FoundBy::Reference) => "order, transaction or invoice",
            Self::By(FoundBy::Parcel) => "tracking number",
            Self::By(FoundBy::Buyer) => "the buyer",
            Self::By(FoundBy::Receipt) => "the platform’s reference of an answer",
            Self::Response => "the id of a response",
        }
    }
}

impl Found {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
            && self.orders.is_empty()
            && self.requests.is_empty()
            && self.incidents.is_empty()
            && self.named.is_empty()
            && self.connections.is_empty()
            && self.people.is_empty()
    }
}

impl Desk {
    /// Looks for a term. Everything is found by the whole of what is stored, but for case and the `#` before an order's number.
    ///
    /// # Errors
    /// When the term is empty or too long, or the database fails.
    pub async fn search(&self, scope: ClientScope, term: &str) -> Result<Found> {
        let term = term.trim();
        if term.is_empty() || term.chars().count() > LONGEST {
            return Err(Error::Invalid(sentence!(
                "look for 1 to {longest} characters: an order, a tracking number, an id, a buyer, an address",
                longest = LONGEST
            )));
        }
        let mut found = Found {
            term: term.to_owned(),
            ..Found::default()
        };
        let clients = self.db.clients(scope).await?;
        let key = name_key(term);
        let id = term.parse::<Uuid>().ok();
        let fits = |client: &&Client| name_key(&client.name) == key || Some(client.id.0) == id;
        found.named = clients.iter().filter(fits).cloned().collect();
        found.clients = clients.into_iter().map(|c| (c.id, c)).collect();
        self.find_cases(scope, id, &mut found).await?;
        let orders = self.db.orders_found(scope, term).await?;
        if found.cases.is_empty() {
            found.orders.extend(orders);
        }
        for request in self.db.requests_found(scope, term).await? {
            found.requests.extend(self.db.info_request(scope, request).await?);
        }
        if let Some(id) = id {
            found
                .requests
                .extend(self.db.info_request(scope, RequestId(id)).await?);
            found
                .incidents
                .extend(self.db.incident(scope, IncidentId(id)).await?);
            found
                .connections
                .extend(self.db.connection(scope, ConnectionId(id)).await?);
        }
        if scope == ClientScope::Agency {
            let address = email_key(term);
            let own =
                |p: &Person| name_key(&p.name) == key || email_key(&p.email) == address || Some(p.id.0) == id;
            found.people = self.db.people().await?.into_iter().filter(own).collect();
        }
        Ok(found)
    }

    /// What is kept of who bought: a fingerprint by the key in force.
    pub(crate) fn fingerprints(
        &self,
        (case, client): (CaseId, ClientId),
        buyer: &[String],
    ) -> Vec<(CaseId, ClientId, String)> {
        let prints = buyer
            .iter()
            .filter_map(|who| self.keys.fingerprints(client, who).next());
        prints.map(|print| (case, client, print)).collect()
    }

    /// Cases of a buyer, as platforms or clients' files name one. Orders of theirs that belong to no case are noted.
    async fn find_bought(&self, scope: ClientScope, found: &mut Found) -> Result<BTreeSet<CaseId>> {
        let clients = found.clients.keys();
        let prints: Vec<String> = clients
            .flat_map(|client| self.keys.fingerprints(*client, &found.term))
            .collect();
        let (cases, orders) = self.db.bought_by(scope, &prints).await?;
        let mut cases: BTreeSet<CaseId> = cases.into_iter().collect();
        let mut of: BTreeMap<ClientId, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (client, order) in orders {
            of.entry(client).or_default().insert(order, BTreeSet::new());
        }
        for (client, orders) in of {
            for (order, joined) in self.db.cases_of_orders(client, &orders).await? {
                if joined.is_empty() {
                    found.orders.push(order);
                }
                cases.extend(joined);
            }
        }
        Ok(cases)
    }

    async fn find_cases(&self, scope: ClientScope, id: Option<Uuid>, found: &mut Found) -> Result<()> {
        let by = self.db.cases_found(scope, &found.term).await?;
        let mut why: HashMap<CaseId, Vec<FoundCase>> = HashMap::new();
        for (case, by) in by {
            why.entry(case).or_default().push(FoundCase::By(by));
        }
        for case in self.find_bought(scope, found).await? {
            why.entry(case).or_default().push(FoundCase::By(FoundBy::Buyer));
        }
        if let Some(id) = id {
            why.entry(CaseId(id)).or_default().push(FoundCase::Id);
            if let Some(sent) = self.db.submission(scope, SubmissionId(id)).await? {
                why.entry(sent.case).or_default().push(FoundCase::Response);
            }
        }
        let ids: Vec<CaseId> = why.keys().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut cases = self.db.cases_in(scope, &ids).await?;
        cases.sort_by_key(|stored| std::cmp::Reverse((stored.case.facts.opened_at, stored.case.id)));
        let with = |stored: StoredCase| {
            let reasons = why.remove(&stored.case.id).unwrap_or_default();
            (stored, reasons)
        };
        found.cases = cases.into_iter().map(with).collect();
        Ok(())
    }
}
