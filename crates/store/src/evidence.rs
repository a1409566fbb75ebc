//! Pieces of evidence, and what people say of a case's checklist.

use chrono::{DateTime, Utc};
use docket_core::dossier::Goods;
use docket_core::evidence::{Band, Item, NotApplicable};
use docket_core::id::{CaseId, ClientId, EvidenceId};
use docket_core::words::Language;
use serde::Serialize;
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const OF_CASE: &str = "SELECT id, item, added_at FROM evidence \
    WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 AND withdrawn_at IS NULL ORDER BY added_at, id";
const ADD: &str = "INSERT INTO evidence (id, client_id, case_id, item, added_at) VALUES ($1, $2, $3, $4, $5)";
const CHANGE: &str = "UPDATE evidence SET item = $3 WHERE case_id = $1 AND id = $2 AND withdrawn_at IS NULL";
const WITHDRAW: &str =
    "UPDATE evidence SET withdrawn_at = $3 WHERE case_id = $1 AND id = $2 AND withdrawn_at IS NULL";
const BAND: &str = "UPDATE cases SET evidence = $2 WHERE id = $1";
const REPORTED_BAND: &str = "UPDATE report_cases SET evidence = $2 WHERE case_id = $1";
const MARKS: &str = "SELECT subject, says, said_by, said_at FROM checklist_marks \
    WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 ORDER BY subject";
const MARK: &str = "INSERT INTO checklist_marks (case_id, subject, client_id, says, said_by, said_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id, subject) \
    DO UPDATE SET says = excluded.says, said_by = excluded.said_by, said_at = excluded.said_at";
const UNMARK: &str = "DELETE FROM checklist_marks WHERE case_id = $1 AND subject = $2";

/// The subject of the mark that names the kind of goods.
const GOODS: &str = "goods";

const MADE: &str = "INSERT INTO packets (case_id, sha256, client_id, language, made_at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (case_id, sha256) DO NOTHING";
const PACKETS: &str = "SELECT sha256, language, made_at FROM packets WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 \
     ORDER BY made_at";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    MADE,
    PACKETS,
    OF_CASE,
    ADD,
    CHANGE,
    WITHDRAW,
    BAND,
    REPORTED_BAND,
    MARKS,
    MARK,
    UNMARK,
];

/// A piece of evidence with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredEvidence {
    /// Its id.
    pub id: EvidenceId,
    /// The piece.
    #[serde(flatten)]
    pub item: Item,
    /// When it was added.
    pub added_at: DateTime<Utc>,
}

/// What people say of a case's checklist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChecklistMarks {
    /// The kind of goods, where somebody told.
    pub goods: Option<Goods>,
    /// What does not apply.
    pub skipped: Vec<NotApplicable>,
}

impl Db {
    /// The pieces of evidence of a case that were not withdrawn, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn evidence(&self, scope: ClientScope, case: CaseId) -> Result<Vec<StoredEvidence>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, String, DateTime<Utc>)> =
            on_db!(self, c => sqlx::query_as(OF_CASE).bind(low).bind(high).bind(case.0).fetch_all(c).await)?;
        pieces(rows)
    }

    /// What people say of a case's checklist.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checklist_marks(&self, scope: ClientScope, case: CaseId) -> Result<ChecklistMarks> {
        let (low, high) = scope.range();
        let rows: Vec<(String, String, String, DateTime<Utc>)> =
            on_db!(self, c => sqlx::query_as(MARKS).bind(low).bind(high).bind(case.0).fetch_all(c).await)?;
        let mut marks = ChecklistMarks::default();
        for (subject, says, by, at) in rows {
            let damaged = |e: docket_core::words::UnknownWord| Error::damaged("checklist_marks", e);
            if subject == GOODS {
                marks.goods = Some(says.parse().map_err(damaged)?);
            } else {
                let kind = subject.parse().map_err(damaged)?;
                marks.skipped.push(NotApplicable {
                    kind,
                    why: says,
                    by,
                    at,
                });
            }
        }
        Ok(marks)
    }
}

fn pieces(rows: Vec<(Uuid, String, DateTime<Utc>)>) -> Result<Vec<StoredEvidence>> {
    rows.into_iter()
        .map(|(id, item, added_at)| {
            Ok(StoredEvidence {
                id: EvidenceId(id),
                item: serde_json::from_str(&item).map_err(|e| Error::damaged("evidence", e))?,
                added_at,
            })
        })
        .collect()
}

/// A packet that was made of a case's evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadePacket {
    /// Of the file.
    pub sha256: String,
    /// Its letter's.
    pub language: Language,
    /// When it was made first; the same evidence on the same day gives the same bytes.
    pub made_at: DateTime<Utc>,
}

impl Db {
    /// The packets that were made of a case's evidence, the oldest first.
    ///
    /// # Errors
    /// When the database fails, or a row is damaged.
    pub async fn packets(&self, scope: ClientScope, case: CaseId) -> Result<Vec<MadePacket>> {
        let (low, high) = scope.range();
        let rows: Vec<(String, String, DateTime<Utc>)> = on_db!(self, c => sqlx::query_as(PACKETS).bind(low).bind(high).bind(case.0)
            .fetch_all(c).await)?;
        let read = |(sha256, language, made_at): (String, String, DateTime<Utc>)| {
            let language = language.parse().map_err(|e| Error::damaged("packets", e))?;
            Ok(MadePacket {
                sha256,
                language,
                made_at,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl UnitOfWork {
    /// Keeps that a file is a packet of a case's evidence.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_packet(
        &mut self,
        (case, client): (CaseId, ClientId),
        sha256: &str,
        language: Language,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(MADE).bind(case.0).bind(sha256).bind(client.0).bind(language.as_str()).bind(now)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// The pieces of evidence of a case that were not withdrawn, oldest first, as this commit sees them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn evidence(&mut self, (case, client): (CaseId, ClientId)) -> Result<Vec<StoredEvidence>> {
        let (low, high) = ClientScope::One(client).range();
        let rows: Vec<(Uuid, String, DateTime<Utc>)> = on_tx!(&mut self.tx, c => sqlx::query_as(OF_CASE)
            .bind(low).bind(high).bind(case.0).fetch_all(&mut *c).await)?;
        pieces(rows)
    }

    /// Changes what is said of a piece of evidence. False when the case has no such piece.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_evidence(&mut self, case: CaseId, id: EvidenceId, item: &Item) -> Result<bool> {
        let item = serde_json::to_string(item).map_err(|e| Error::damaged("evidence", e))?;
        let rows = on_tx!(&mut self.tx, c => sqlx::query(CHANGE).bind(case.0).bind(id.0).bind(item)
            .execute(&mut *c).await.map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Adds a piece of evidence to a case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_evidence(
        &mut self,
        (case, client): (CaseId, ClientId),
        piece: &StoredEvidence,
    ) -> Result<()> {
        let item = serde_json::to_string(&piece.item).map_err(|e| Error::damaged("evidence", e))?;
        on_tx!(&mut self.tx, c => sqlx::query(ADD).bind(piece.id.0).bind(client.0).bind(case.0).bind(item)
            .bind(piece.added_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a piece of evidence off a case; it stays stored. False when the case has no such piece.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_evidence(
        &mut self,
        case: CaseId,
        id: EvidenceId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_tx!(&mut self.tx, c => sqlx::query(WITHDRAW).bind(case.0).bind(id.0).bind(now)
            .execute(&mut *c).await.map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Keeps how complete a case's evidence is as its response is prepared.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_band(&mut self, case: CaseId, band: Band) -> Result<()> {
        for text in [BAND, REPORTED_BAND] {
            on_tx!(&mut self.tx, c => sqlx::query(text).bind(case.0).bind(band.as_str())
                .execute(&mut *c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Keeps that a kind of evidence does not apply to a case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn skip_evidence(
        &mut self,
        (case, client): (CaseId, ClientId),
        skipped: &NotApplicable,
    ) -> Result<()> {
        let said = (skipped.why.as_str(), skipped.by.as_str(), skipped.at);
        self.mark((case, client), skipped.kind.as_str(), said).await
    }

    /// Takes back that a kind of evidence does not apply.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unskip_evidence(
        &mut self,
        case: CaseId,
        kind: docket_core::evidence::EvidenceKind,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(UNMARK).bind(case.0).bind(kind.as_str())
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what kind of goods a case is about.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_goods(
        &mut self,
        (case, client): (CaseId, ClientId),
        goods: Goods,
        (by, at): (&str, DateTime<Utc>),
    ) -> Result<()> {
        self.mark((case, client), GOODS, (goods.as_str(), by, at)).await
    }

    async fn mark(
        &mut self,
        (case, client): (CaseId, ClientId),
        subject: &str,
        (says, by, at): (&str, &str, DateTime<Utc>),
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(MARK).bind(case.0).bind(subject).bind(client.0).bind(says).bind(by).bind(at)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
