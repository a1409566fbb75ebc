//! Storing what a file tells, and joining it to cases by hand.

use docket_core::sentence;
use std::collections::{BTreeMap, BTreeSet};

use docket_core::attention::Attention;
use docket_core::case::{self, Command, Event};
use docket_core::dossier::Fact;
use docket_core::dossier::refs::{Said, reference};
use docket_core::id::{CaseId, ClientId};
use docket_store::{Change, ClientScope, NewFact, Told, UnitOfWork, UnknownCode, Unmatched};
use tokio::sync::mpsc;

use super::{Batch, ImportKind, ImportProgress, ImportReport, ImportRequest, check, hand_over};
use crate::Desk;
use crate::error::{Error, Result};

/// Facts in one transaction: long enough to be quick, short enough that nobody waits for it.
const BATCH: usize = 500;
/// How often a batch is repeated when another import told the same facts at the same time.
const TRIES: u32 = 5;

fn stopped(error: tokio::task::JoinError) -> Error {
    Error::Invalid(format!("the reader stopped: {error}").into())
}

impl Desk {
    /// Imports a file for a client, or says what it would do. Errors in lines are in the report; then nothing is stored.
    ///
    /// # Errors
    /// When the file cannot be read, or the database fails. What was stored until then stays; import it again.
    pub async fn import(
        &self,
        client: ClientId,
        request: ImportRequest,
        progress: &ImportProgress,
    ) -> Result<ImportReport> {
        if request.shop.is_some() && request.kind == ImportKind::Policies {
            return Err(Error::Invalid(
                "policies are the client's, whatever the shop; leave --shop out".into(),
            ));
        }
        let now = self.env.now();
        let (asked, at) = (request.clone(), progress.clone());
        let checked = tokio::task::spawn_blocking(move || check(&asked, now, &at)).await;
        let mut report = checked.map_err(stopped)??;
        report.dry_run = request.dry_run;
        if report.errors_total > 0 {
            return Ok(report);
        }
        if request.dry_run {
            // So that it finds the cases that the import would find; of the file nothing is kept.
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.lead_to_cases(client).await?;
            unit.commit().await?;
        }
        let (give, mut batches) = mpsc::channel::<Batch>(1);
        let asked = request.clone();
        let reader = tokio::task::spawn_blocking(move || {
            hand_over(&asked, now, BATCH, &mut |batch| give.blocking_send(batch).is_ok())
        });
        while let Some(batch) = batches.recv().await {
            self.take_batch(client, &request, &batch, &mut report).await?;
            progress.send_modify(|p| p.1 += batch.lines);
        }
        reader.await.map_err(stopped)??;
        Ok(report)
    }

    async fn take_batch(
        &self,
        client: ClientId,
        request: &ImportRequest,
        batch: &Batch,
        report: &mut ImportReport,
    ) -> Result<()> {
        let facts = self.without_names(client, &batch.facts);
        let told = if request.dry_run {
            self.db.would_tell(client, &facts).await?
        } else {
            self.keep_told(client, &facts, &request.by).await?
        };
        report.count(told);
        let mut orders: BTreeMap<String, BTreeSet<String>> = batch
            .orders
            .iter()
            .map(|key| (key.clone(), BTreeSet::new()))
            .collect();
        for fact in &batch.facts {
            if let Fact::Order(order) = &fact.fact
                && let Some(refs) = orders.get_mut(&fact.order)
            {
                let own = order.refs.iter().chain([&order.number]);
                refs.extend(own.filter_map(|text| reference(text)));
            }
        }
        let cases = self.db.cases_of_orders(client, &orders).await?;
        report.orders += u64::try_from(orders.len()).unwrap_or(u64::MAX);
        if !request.dry_run {
            // Also for facts that were there: an import that was cut off between storing and this is healed by the next one.
            let touched: BTreeSet<CaseId> = cases.values().flatten().copied().collect();
            self.derive(client, touched).await?;
        }
        let waiting = cases.values().filter(|cases| cases.is_empty()).count();
        report.unmatched += u64::try_from(waiting).unwrap_or(u64::MAX);
        Ok(())
    }

    /// With fingerprints of buyers instead of what the file says of them.
    fn without_names(&self, client: ClientId, facts: &[NewFact]) -> Vec<NewFact> {
        let mut facts = facts.to_vec();
        for fact in &mut facts {
            if let Fact::Order(order) = &mut fact.fact {
                let named = std::mem::take(&mut order.buyer);
                order.buyer = named
                    .iter()
                    .filter_map(|name| self.keys.fingerprints(client, name).next())
                    .collect();
            }
        }
        facts
    }

    async fn keep_told(&self, client: ClientId, facts: &[NewFact], by: &str) -> Result<Told> {
        for _ in 0..TRIES {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            match unit.tell(client, facts, by, self.env.now()).await {
                Err(docket_store::Error::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
                Ok(told) => {
                    unit.commit().await?;
                    return Ok(told);
                }
            }
        }
        Err(docket_store::Error::Conflict("the same facts".to_owned()).into())
    }

    /// Orders of a client that belong to no case yet: first those of which several fit one case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unmatched(&self, client: ClientId, after: &str, limit: i64) -> Result<Vec<Unmatched>> {
        Ok(self.db.unmatched(ClientScope::One(client), after, limit).await?)
    }

    /// How many cases in scope carry each flag.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn flag_counts(&self, scope: ClientScope) -> Result<BTreeMap<Attention, i64>> {
        Ok(self.db.flag_counts(scope).await?)
    }

    /// The words of platforms that are not known here, each with how many cases in scope have it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unknown_codes(&self, scope: ClientScope) -> Result<BTreeMap<UnknownCode, i64>> {
        Ok(self.db.unknown_codes(scope).await?)
    }

    /// Says that an order belongs to a case, or does not, and notes it in the case's history. Gives the orders whose facts
    /// were the case's until now and are not any more: a word of a person comes before what fits by references.
    ///
    /// # Errors
    /// When the client has no such case or no such order.
    pub async fn join_order(
        &self,
        client: ClientId,
        order: &str,
        id: CaseId,
        joined: bool,
        actor: &str,
    ) -> Result<Vec<String>> {
        let stored = self.case(ClientScope::One(client), id).await?;
        let key = reference(order)
            .ok_or_else(|| Error::Invalid(sentence!("the order's reference is empty; write its number")))?;
        if !self.db.knows_order(client, &key).await? {
            return Err(Error::NotFound(sentence!(
                "this client's files tell of no order `{key}`; see `docket import unmatched`",
                key
            )));
        }
        let before = self.db.joined_orders(&stored.case).await?.keys;
        if before.contains(&key) == joined {
            return Err(Error::Invalid(if joined {
                sentence!("order `{key}` belongs to this case already", key)
            } else {
                sentence!("order `{key}` does not belong to this case", key)
            }));
        }
        let text = if joined {
            format!("order {key} joined by hand")
        } else {
            format!("order {key} taken off by hand")
        };
        let now = self.env.now();
        let case = stored.case.clone();
        let transition = case::apply(&stored.case, Event::Command(Command::Note(text)), now)?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.say_join(
            (id, client),
            &Said {
                order: key.clone(),
                joined,
            },
            actor,
            now,
        )
        .await?;
        self.save(&mut unit, actor, &[change]).await?;
        unit.commit().await?;
        self.derive(client, [id]).await?;
        let now = self.db.joined_orders(&case).await?.keys;
        let gone = |order: &String| !now.contains(order) && *order != key;
        Ok(before.into_iter().filter(gone).collect())
    }
}
