//! The register of exclusions: told by one person or read from the log of syncs, and counted once another person approved.

use std::collections::BTreeSet;

use chrono::Duration;
use docket_core::id::{ClientId, ExclusionId};
use docket_core::sla::{Exclusion, ExclusionCause, ExclusionState, Outage, Outages, Span};
use docket_core::words::Platform;
use docket_queue::Outcome;
use docket_store::{ClientScope, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};

/// Time that somebody wants excluded.
#[derive(Debug, Clone)]
pub struct NewExclusion {
    /// The clients that it hit; all who are there now where none is named.
    pub clients: Vec<ClientId>,
    /// Why.
    pub cause: ExclusionCause,
    /// Cases of these platforms; all where none is named.
    pub platforms: BTreeSet<Platform>,
    /// From, to.
    pub span: Span,
    /// What shows it.
    pub evidence: String,
    /// Who tells.
    pub by: String,
}

/// What the log of syncs tells of outages.
#[derive(Debug, Clone)]
pub struct ProposedOutages {
    /// Proposals that are new.
    pub new: Vec<Exclusion>,
    /// Outages that the register has already, whatever became of them.
    pub known: u64,
    /// Outages that go on: they can be proposed once a sync goes well again.
    pub lasting: Vec<Outage>,
}

/// An outage that the desk tells of by itself is at least so long, and began at most so long ago.
const LEAST: Duration = Duration::minutes(30);
const LATELY: Duration = Duration::days(3);
/// What failed so soon after the beginning of what is read may have failed before it, too: nobody knows from when on.
const UNSURE: Duration = Duration::hours(1);
/// Who tells of it.
const LOG: &str = "log of syncs";

/// Longest text of a failure in the evidence.
const ERROR_SHOWN: usize = 200;

fn evidence(outage: &Outage) -> String {
    let error: String = outage.error.chars().take(ERROR_SHOWN).collect();
    format!(
        "log of syncs: {} sync(s) of connection {} failed in a row; the first one: {error}",
        outage.failures, outage.connection
    )
}

fn overlap(one: Span, other: Span) -> bool {
    one.from < other.to && other.from < one.to
}

impl Desk {
    /// The register of the clients in scope, by the beginning.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sla_exclusions(&self, scope: ClientScope) -> Result<Vec<Exclusion>> {
        Ok(self.db.sla_exclusions(scope).await?)
    }

    /// Events of the register before one of them, the one told last first, each with whomever in scope it hit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn exclusion_events(
        &self,
        scope: ClientScope,
        filter: (Option<ClientId>, Option<ExclusionState>),
        before: Option<ExclusionId>,
        limit: i64,
    ) -> Result<Vec<Exclusion>> {
        Ok(self.db.sla_events(scope, filter, before, limit).await?)
    }

    /// Tells of an exclusion; it counts once a second person approved it. One row for each client that it hit.
    ///
    /// # Errors
    /// When something is wrong with it.
    pub async fn add_exclusion(&self, new: NewExclusion) -> Result<Vec<Exclusion>> {
        self.known_platforms(&new.platforms)?;
        let (id, now) = (ExclusionId::new(&self.env), self.env.now());
        let mut clients = new.clients.clone();
        if clients.is_empty() {
            clients.extend(self.db.clients(ClientScope::Agency).await?.iter().map(|c| c.id));
        }
        clients.sort_unstable();
        clients.dedup();
        if clients.is_empty() {
            return Err(Error::Invalid(
                "there is no client yet; add one: docket client add NAME".into(),
            ));
        }
        let row = |client| Exclusion {
            id,
            client,
            cause: new.cause,
            platforms: new.platforms.clone(),
            span: new.span,
            evidence: new.evidence.trim().to_owned(),
            from_log: false,
            state: ExclusionState::Proposed,
            proposed_by: new.by.trim().to_owned(),
            proposed_at: now,
            decided_by: None,
            decided_at: None,
            note: None,
        };
        let rows: Vec<Exclusion> = clients.into_iter().map(row).collect();
        self.propose_all(&rows).await?;
        Ok(rows)
    }

    async fn propose_all(&self, rows: &[Exclusion]) -> Result<()> {
        let now = self.env.now();
        rows.iter().try_for_each(|row| row.check(now))?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        for row in rows {
            unit.add_exclusion(row).await?;
        }
        Ok(unit.commit().await?)
    }

    /// Reads outages of at least this length from the log of syncs and tells of those that the register does not have; a dry
    /// run tells nobody. Outages of a platform that overlap are one event with a row for each client that it hit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn propose_exclusions(
        &self,
        scope: ClientScope,
        (within, least): (Span, Duration),
        by: &str,
        dry_run: bool,
    ) -> Result<ProposedOutages> {
        let mut outages = Outages::longer_than(least);
        self.db.sla_runs(scope, within, |run| outages.see(run)).await?;
        let (lasting, mut ended): (Vec<Outage>, Vec<Outage>) =
            outages.found().into_iter().partition(|o| o.lasts);
        let held = self.db.sla_exclusions(scope).await?;
        let known = |o: &Outage| {
            held.iter().any(|e| {
                e.client == o.client
                    && e.cause == o.cause
                    && (e.platforms.is_empty() || e.platforms.contains(&o.platform))
                    && overlap(e.span, o.span)
            })
        };
        let before = ended.len();
        ended.retain(|o| !known(o));
        let mut new = self.events(&ended, by);
        let now = self.env.now();
        // One that cannot be told of keeps none of the others back.
        new.retain(|row| {
            let right = row.check(now);
            if let Err(why) = &right {
                tracing::warn!(client = %row.client, %why, "an outage of the log cannot be proposed");
            }
            right.is_ok()
        });
        if !dry_run && !new.is_empty() {
            self.propose_all(&new).await?;
        }
        Ok(ProposedOutages {
            known: u64::try_from(before - ended.len()).unwrap_or(u64::MAX),
            new,
            lasting,
        })
    }

    /// The job `propose_exclusions`: what the log of syncs shows waits in the register for a person.
    pub(crate) async fn propose_outages(&self) -> Result<Outcome> {
        let now = self.env.now();
        let within = Span {
            from: now - LATELY,
            to: now,
        };
        let found = self
            .propose_exclusions(ClientScope::Agency, (within, LEAST), LOG, true)
            .await?;
        let (whole, cut): (Vec<Exclusion>, Vec<Exclusion>) = found
            .new
            .into_iter()
            .partition(|row| row.span.from >= within.from + UNSURE);
        self.propose_all(&whole).await?;
        tracing::info!(
            proposed = whole.len(),
            too_long = cut.len(),
            "outages in the log of syncs; longer ones are told with `docket sla exclusion propose --from`"
        );
        Ok(Outcome::Done)
    }

    /// One row for each client and event; two connections of a client that fail together are one row.
    fn events(&self, outages: &[Outage], by: &str) -> Vec<Exclusion> {
        let mut sorted: Vec<&Outage> = outages.iter().collect();
        sorted.sort_by_key(|o| (o.platform, o.cause, o.span, o.client, o.connection));
        let mut rows: Vec<Exclusion> = Vec::new();
        let mut event: Option<(ExclusionId, Platform, ExclusionCause, Span)> = None;
        for outage in sorted {
            // No access is each client's own; a platform that is down is down for all.
            let same = event.filter(|(_, platform, cause, span)| {
                *platform == outage.platform
                    && *cause == outage.cause
                    && *cause == ExclusionCause::PlatformOutage
                    && overlap(*span, outage.span)
            });
            let (id, mut whole) =
                same.map_or_else(|| (ExclusionId::new(&self.env), outage.span), |s| (s.0, s.3));
            whole.to = whole.to.max(outage.span.to);
            event = Some((id, outage.platform, outage.cause, whole));
            match rows.iter_mut().find(|r| r.id == id && r.client == outage.client) {
                Some(row) => {
                    row.span.from = row.span.from.min(outage.span.from);
                    row.span.to = row.span.to.max(outage.span.to);
                    row.evidence = format!("{}; {}", row.evidence, evidence(outage));
                }
                None => rows.push(Exclusion {
                    id,
                    client: outage.client,
                    cause: outage.cause,
                    platforms: [outage.platform].into(),
                    span: outage.span,
                    evidence: evidence(outage),
                    from_log: true,
                    state: ExclusionState::Proposed,
                    proposed_by: by.trim().to_owned(),
                    proposed_at: self.env.now(),
                    decided_by: None,
                    decided_at: None,
                    note: None,
                }),
            }
        }
        rows
    }

    /// A second person approves or rejects an exclusion, for every client that it hit. One that was approved can be rejected
    /// still, with a reason: reports count its time again, and packs that were made with it say what changed.
    ///
    /// # Errors
    /// When there is none, it is decided already, or its teller asks.
    pub async fn decide_exclusion(
        &self,
        id: ExclusionId,
        (state, note): (ExclusionState, Option<&str>),
        by: &str,
    ) -> Result<Vec<Exclusion>> {
        let find =
            |all: Vec<Exclusion>| -> Vec<Exclusion> { all.into_iter().filter(|e| e.id == id).collect() };
        let found = find(self.db.sla_exclusions(ClientScope::Agency).await?);
        let first = found.first().ok_or_else(|| {
            Error::NotFound(format!("there is no exclusion {id}; see `docket sla exclusion list`").into())
        })?;
        if let Some(why) = first.refuses_decision(state, by) {
            return Err(Error::Invalid(why.into()));
        }
        if first.state == ExclusionState::Approved && note.is_none_or(|note| note.trim().is_empty()) {
            return Err(Error::Invalid(
                "it was approved and counts; say with --note why it shall count no more".into(),
            ));
        }
        // It makes the promised share look better: a lead answers for that, and not who told of it under another name.
        self.answers_for_the_desk(by).await?;
        if !first.from_log && state == ExclusionState::Approved {
            self.known_writers(std::slice::from_ref(&first.proposed_by))
                .await?;
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.decide_exclusion(id, (state, note), by.trim(), self.env.now())
            .await?;
        unit.commit().await?;
        Ok(find(self.db.sla_exclusions(ClientScope::Agency).await?))
    }
}
