//! Drafts with all their versions. Every change names the version and the state that it starts from.

use chrono::{DateTime, Utc};
use docket_core::draft::{Draft, DraftState, Edition, Version};
use docket_core::id::{CaseId, ClientId, DraftId, RoundId, SubmissionId};
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT d.id, d.client_id, d.case_id, d.round_id, d.state, d.version, v.edition, d.author, d.created_at, \
             v.saved_by, v.saved_at, d.returned, d.submission_id FROM drafts d \
             JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version ", $($rest),+
        )
    };
}
const NEWEST: &str = select!(
    "WHERE d.client_id BETWEEN $1 AND $2 AND d.case_id = $3 AND d.state <> 'discarded' ORDER BY d.created_at DESC, d.id DESC LIMIT 1"
);
const OPEN: &str = select!("WHERE d.round_id = $1 AND d.state IN ('draft', 'in_review')");
// Those of an earlier round are no work any more.
const LIST: &str = select!(
    "JOIN cases c ON c.id = d.case_id AND c.round_id = d.round_id WHERE d.client_id BETWEEN $1 AND $2 \
     AND d.state IN ('draft', 'in_review') AND d.id > $3 ORDER BY d.id LIMIT $4"
);
const VERSIONS: &str = "SELECT version, edition, saved_by, saved_at FROM draft_versions \
    WHERE client_id BETWEEN $1 AND $2 AND draft_id = $3 ORDER BY version";
const ADD: &str = "INSERT INTO drafts (id, client_id, case_id, round_id, state, version, author, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ADD_VERSION: &str = "INSERT INTO draft_versions (draft_id, version, client_id, edition, saved_by, saved_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const MOVE: &str = "UPDATE drafts SET state = $2, version = $3, returned = $4, submission_id = $5 \
    WHERE id = $1 AND version = $6 AND state = $7";

const TIME: &str = "UPDATE draft_versions SET edition = $3 WHERE draft_id = $1 AND version = $2";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[NEWEST, OPEN, LIST, VERSIONS, ADD, ADD_VERSION, MOVE, TIME];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    round_id: Uuid,
    state: String,
    version: i64,
    edition: String,
    author: String,
    created_at: DateTime<Utc>,
    saved_by: String,
    saved_at: DateTime<Utc>,
    returned: Option<String>,
    submission_id: Option<Uuid>,
}

impl Row {
    fn draft(self) -> Result<Draft> {
        Ok(Draft {
            id: DraftId(self.id),
            client: ClientId(self.client_id),
            case: CaseId(self.case_id),
            round: RoundId(self.round_id),
            state: self.state.parse().map_err(|e| Error::damaged("drafts", e))?,
            version: self.version,
            edition: serde_json::from_str(&self.edition).map_err(|e| Error::damaged("draft_versions", e))?,
            author: self.author,
            created_at: self.created_at,
            updated_by: self.saved_by,
            updated_at: self.saved_at,
            returned: self.returned,
            submission: self.submission_id.map(SubmissionId),
        })
    }
}

fn version((number, edition, by, at): (i64, String, String, DateTime<Utc>)) -> Result<Version> {
    Ok(Version {
        number,
        edition: serde_json::from_str(&edition).map_err(|e| Error::damaged("draft_versions", e))?,
        by,
        at,
    })
}

impl Db {
    /// The newest draft of a case that was not given up, of whatever round.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_draft(&self, scope: ClientScope, case: CaseId) -> Result<Option<Draft>> {
        let (low, high) = scope.range();
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(NEWEST).bind(low).bind(high).bind(case.0).fetch_optional(c).await)?;
        row.map(Row::draft).transpose()
    }

    /// A page of what is being written or checked for rounds that run, after an id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_drafts(
        &self,
        scope: ClientScope,
        after: Option<DraftId>,
        limit: i64,
    ) -> Result<Vec<Draft>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |d| d.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::draft).collect()
    }

    /// Every version of a draft, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft_versions(&self, scope: ClientScope, draft: DraftId) -> Result<Vec<Version>> {
        let (low, high) = scope.range();
        let rows: Vec<(i64, String, String, DateTime<Utc>)> = on_db!(self, c => sqlx::query_as(VERSIONS).bind(low).bind(high).bind(draft.0).fetch_all(c).await)?;
        rows.into_iter().map(version).collect()
    }
}

impl UnitOfWork {
    /// The draft of a round that is being written or checked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_draft(&mut self, round: RoundId) -> Result<Option<Draft>> {
        let row: Option<Row> =
            on_tx!(&mut self.tx, c => sqlx::query_as(OPEN).bind(round.0).fetch_optional(&mut *c).await)?;
        row.map(Row::draft).transpose()
    }

    /// Stores a new draft with its first version.
    ///
    /// # Errors
    /// [`Error::Conflict`] when its round has an open one.
    pub async fn add_draft(&mut self, d: &Draft) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(d.id.0).bind(d.client.0).bind(d.case.0).bind(d.round.0).bind(d.state.as_str()).bind(d.version)
            .bind(&d.author).bind(d.created_at).execute(&mut *c).await.map(|_| ()))?;
        self.add_draft_version(d).await
    }

    /// Stores a further version of a draft: `was` is the version and the state that it starts from.
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone else saved or moved it first: nothing was changed.
    pub async fn save_draft(&mut self, d: &Draft, was: (i64, DraftState)) -> Result<()> {
        self.move_draft(d, was).await?;
        self.add_draft_version(d).await
    }

    /// Writes where a draft stands, without a new version.
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone else saved or moved it first: nothing was changed.
    pub async fn move_draft(&mut self, d: &Draft, (version, state): (i64, DraftState)) -> Result<()> {
        let moved = on_tx!(&mut self.tx, c => sqlx::query(MOVE)
            .bind(d.id.0).bind(d.state.as_str()).bind(d.version).bind(&d.returned).bind(d.submission.map(|s| s.0))
            .bind(version).bind(state.as_str()).execute(&mut *c).await?.rows_affected());
        if moved == 1 {
            Ok(())
        } else {
            Err(Error::Conflict("a draft".to_owned()))
        }
    }

    /// Writes another time for the newest version of a draft: what it was to wait for has moved. Nobody's words change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_draft_time(&mut self, d: &Draft, send_at: DateTime<Utc>) -> Result<()> {
        let edition = Edition {
            send_at: Some(send_at),
            ..d.edition.clone()
        };
        let edition = serde_json::to_string(&edition).map_err(|e| Error::damaged("draft_versions", e))?;
        on_tx!(&mut self.tx, c => sqlx::query(TIME).bind(d.id.0).bind(d.version).bind(&edition)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    async fn add_draft_version(&mut self, d: &Draft) -> Result<()> {
        let edition = serde_json::to_string(&d.edition).map_err(|e| Error::damaged("draft_versions", e))?;
        on_tx!(&mut self.tx, c => sqlx::query(ADD_VERSION)
            .bind(d.id.0).bind(d.version).bind(d.client.0).bind(&edition).bind(&d.updated_by).bind(d.updated_at)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
