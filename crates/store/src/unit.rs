//! One transaction: case, rounds, history, snapshot, factors and jobs commit together or not at all.

use chrono::{DateTime, Utc};
use docket_core::case::{Case, Round, Transition};
use docket_core::id::CaseId;
use docket_core::snapshot::Observed;
use docket_core::words::WorkState;
use uuid::Uuid;

use crate::bulk::write_rows;
use crate::cases::{CaseWrite, StoredCase};
use crate::db::{Db, Tx};
use crate::factors::FactorSet;
use crate::history::{Chain, HistoryWrite};
use crate::packed::pack;
use crate::{Error, Result};

/// A transition to store, with what it started from and the body that caused it.
#[derive(Debug)]
pub struct Change {
    /// The case before; none for a new one.
    pub before: Option<StoredCase>,
    /// What happened.
    pub transition: Transition,
    /// The observation that caused it, if one did.
    pub observed: Option<Observed>,
}

impl Change {
    /// Whether it calls for somebody who put the case aside: another round, another turn, an earlier deadline, the client's
    /// answer, the end.
    fn wakes(&self) -> bool {
        let now = &self.transition.case;
        self.before.as_ref().is_some_and(|before| {
            let before = &before.case;
            let deadline = |case: &Case| case.round.deadline.map(|d| d.at);
            let earlier = deadline(now).is_some_and(|at| deadline(before).is_none_or(|old| at < old));
            let answered =
                before.work_state == WorkState::WaitingOnClient && now.work_state != before.work_state;
            before.round.id != now.round.id
                || before.facts.turn != now.facts.turn
                || before.closed_at.is_some() != now.closed_at.is_some()
                || earlier
                || answered
        })
    }
}

/// An open transaction with the writes of the domain. Dropping it rolls everything back.
#[derive(Debug)]
pub struct UnitOfWork {
    pub(crate) tx: Tx,
}

impl UnitOfWork {
    /// Opens one.
    ///
    /// # Errors
    /// When the database is busy beyond the time limit, or gone.
    pub async fn begin(db: &Db) -> Result<Self> {
        Ok(Self {
            tx: db.begin().await?,
        })
    }

    /// The transaction, for the queue.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Commits everything.
    ///
    /// # Errors
    /// When the commit fails; then nothing was kept.
    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await
    }

    /// Stores changes of cases, each only if nobody changed its case since it was loaded. Gives those whose references are new
    /// and may lead to orders that the client's files told of.
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone did: drop this unit, load again, repeat.
    pub async fn save(&mut self, actor: &str, now: DateTime<Utc>, changes: &[Change]) -> Result<Vec<CaseId>> {
        let mut cases = Vec::with_capacity(changes.len());
        let mut rounds: Vec<(&Case, &Round)> = Vec::with_capacity(changes.len());
        let mut history = Vec::new();
        let mut observed = Vec::with_capacity(changes.len());
        let mut factors = Vec::new();
        for change in changes {
            let (transition, case) = (&change.transition, &change.transition.case);
            let mut chain = change.before.as_ref().map_or(Chain::START, |b| b.chain);
            for entry in &transition.history {
                history.push(HistoryWrite::next(
                    &mut chain,
                    case.id.0,
                    case.client,
                    now,
                    actor,
                    entry,
                ));
            }
            rounds.extend(transition.closed_round.iter().map(|r| (case, r)));
            if change.before.as_ref().is_none_or(|b| b.case.round != case.round) {
                rounds.push((case, &case.round));
            }
            if let Some(o) = &change.observed {
                observed.push((case, o, pack(&o.raw)));
                factors.extend(FactorSet::of(case.id, case.client, &o.snapshot.factors));
            }
            let observed_at = change
                .observed
                .as_ref()
                .map(|_| now)
                .or(change.before.as_ref().map(|b| b.observed_at));
            let seen = change.observed.as_ref().map(|o| (o.mark.as_str(), Some(&o.hash)));
            let held = || {
                let before = change.before.as_ref();
                before.map_or(("", None), |b| (b.mark.as_str(), b.body_hash.as_ref()))
            };
            let version = seen.unwrap_or_else(held);
            cases.push(CaseWrite::of(case, chain, observed_at.unwrap_or(now), version));
        }
        self.write_cases(&cases).await?;
        self.write_rounds(&rounds).await?;
        write_rows!(
            &mut self.tx,
            "INSERT INTO snapshots (case_id, hash, client_id, observed_at, platform_updated_at, packing, body)",
            // A content that comes back is stored once and is the newest again.
            "ON CONFLICT (case_id, hash) DO UPDATE SET observed_at = excluded.observed_at, \
             platform_updated_at = excluded.platform_updated_at",
            &observed,
            |row| [
                row.0.id.0,
                &row.1.hash[..],
                row.0.client.0,
                now,
                row.1.snapshot.facts.updated_at,
                row.2.packing,
                &row.2.bytes[..]
            ]
        );
        for change in changes.iter().filter(|change| change.wakes()) {
            self.wake(change.transition.case.id).await?;
        }
        self.write_factors(&factors, now).await?;
        self.write_report_rows(changes).await?;
        let led = self.write_case_refs(changes).await?;
        self.write_history(&history).await?;
        Ok(led)
    }

    async fn write_cases(&mut self, cases: &[CaseWrite<'_>]) -> Result<()> {
        let affected = write_rows!(
            &mut self.tx,
            crate::cases::INSERT_HEAD,
            crate::cases::UPSERT_TAIL,
            cases,
            |w| [
                w.case.id.0,
                w.case.client.0,
                w.case.connection.0,
                w.case.platform.as_str(),
                w.case.dispute.as_str(),
                w.case.facts.amount.minor,
                w.currency.as_str(),
                w.case.facts.stage.as_str(),
                w.case.facts.platform_stage.as_deref(),
                w.case.facts.platform_status.as_deref(),
                w.case.facts.channel.as_deref(),
                w.case.facts.turn.as_str(),
                w.case.facts.reason.as_str(),
                w.case.facts.platform_reason.as_deref(),
                w.allowed_actions.as_str(),
                w.order_refs.as_str(),
                w.case.facts.opened_at,
                w.case.facts.updated_at,
                w.case.round.id.0,
                w.case.work_state.as_str(),
                w.case.outcome.map(|o| o.as_str()),
                w.case.closed_at,
                w.case.contested,
                w.case.conceded,
                w.case.assignee.as_deref(),
                w.attention.as_str(),
                w.case.next_step.map(|s| i64::from(s.rung)),
                w.case.next_step.map(|s| s.at),
                w.sort_at,
                w.case.pending.map(|p| p.0),
                w.observed_at,
                w.mark,
                w.body_hash,
                w.chain.length,
                &w.chain.head[..],
                w.case.version
            ]
        );
        if affected != u64::try_from(cases.len()).unwrap_or(u64::MAX) {
            return Err(Error::Conflict("a case".to_owned()));
        }
        Ok(())
    }

    async fn write_rounds(&mut self, rounds: &[(&Case, &Round)]) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO rounds (id, client_id, case_id, number, stage, channel, reason, opened_at, closed_at, \
             deadline, deadline_source, deadline_precision, responded_at, outcome)",
            "ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, deadline = excluded.deadline, \
             deadline_source = excluded.deadline_source, deadline_precision = excluded.deadline_precision, \
             responded_at = excluded.responded_at, outcome = excluded.outcome",
            rounds,
            |row| [
                row.1.id.0,
                row.0.client.0,
                row.0.id.0,
                row.1.number,
                row.1.stage.as_str(),
                row.1.channel.as_deref(),
                row.1.reason.as_str(),
                row.1.opened_at,
                row.1.closed_at,
                row.1.deadline.map(|d| d.at),
                row.1.deadline.map(|d| d.source.as_str()),
                row.1.deadline.map(|d| d.precision.as_str()),
                row.1.responded_at,
                row.1.outcome.map(|o| o.as_str())
            ]
        );
        Ok(())
    }

    pub(crate) async fn write_history(&mut self, rows: &[HistoryWrite<'_>]) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO history (subject, number, client_id, at, actor, kind, detail, detail_hash, link)",
            "",
            rows,
            |row| [
                row.subject,
                row.number,
                row.client.0,
                row.at,
                row.actor,
                row.kind,
                row.detail.as_str(),
                &row.detail_hash[..],
                &row.link[..]
            ]
        );
        Ok(())
    }

    /// Loads a case inside the transaction. On SQLite nobody else writes until its end; on PostgreSQL someone may, and
    /// [`UnitOfWork::save`] then refuses.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn case(&mut self, id: CaseId) -> Result<Option<StoredCase>> {
        crate::cases::in_tx(&mut self.tx, id.0).await
    }

    /// Appends to the history of a client or a connection.
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone else appended at the same time.
    pub(crate) async fn append(
        &mut self,
        table: &'static str,
        (subject, client): (Uuid, docket_core::id::ClientId),
        mut chain: Chain,
        actor: &str,
        now: DateTime<Utc>,
        entry: &docket_core::case::Entry,
    ) -> Result<()> {
        let before = chain.length;
        let row = HistoryWrite::next(&mut chain, subject, client, now, actor, entry);
        self.write_history(&[row]).await?;
        let sql = match table {
            "clients" => crate::clients::SET_CHAIN,
            _ => crate::connections::SET_CHAIN,
        };
        let moved = crate::on_tx!(&mut self.tx, c => sqlx::query(sql)
            .bind(subject).bind(chain.length).bind(&chain.head[..]).bind(before)
            .execute(&mut *c).await?.rows_affected());
        if moved == 1 {
            Ok(())
        } else {
            Err(Error::Conflict(table.to_owned()))
        }
    }
}
