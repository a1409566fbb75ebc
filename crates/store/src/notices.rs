//! What people are told, each occasion once, and the mails that go with it.

use chrono::{DateTime, Utc};
use docket_core::id::{CaseId, ClientId, MailId, NoticeId, RequestId};
use docket_core::notice::{Mail, Notice};
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const RAISE: &str = "INSERT INTO notices (id, client_id, case_id, kind, audience, once, text, raised_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (once) DO NOTHING";
const LIST: &str = "SELECT id, client_id, case_id, kind, audience, text, raised_at, seen_at, seen_by FROM notices \
    WHERE client_id BETWEEN $1 AND $2 AND ($3 OR seen_at IS NULL) AND id > $4 ORDER BY id LIMIT $5";
const SEEN: &str = "UPDATE notices SET seen_at = $2, seen_by = $3 WHERE id = $1 AND seen_at IS NULL AND client_id BETWEEN $4 AND $5";
const EXISTS: &str = "SELECT id FROM notices WHERE id = $1 AND client_id BETWEEN $2 AND $3";

const ADD_MAIL: &str = "INSERT INTO mails (id, client_id, case_id, request_id, recipient, subject, body, queued_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const MAIL: &str = "SELECT id, client_id, case_id, request_id, recipient, subject, body, queued_at, sent_at FROM mails WHERE id = $1";
const SENT: &str = "UPDATE mails SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL";
const WAITING: &str = "SELECT count(*) FROM mails WHERE sent_at IS NULL AND queued_at <= $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[RAISE, LIST, SEEN, EXISTS, ADD_MAIL, MAIL, SENT, WAITING];

#[derive(sqlx::FromRow)]
struct NoticeRow {
    id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    kind: String,
    audience: String,
    text: String,
    raised_at: DateTime<Utc>,
    seen_at: Option<DateTime<Utc>>,
    seen_by: Option<String>,
}

impl NoticeRow {
    fn notice(self) -> Result<Notice> {
        let damaged = |e| Error::damaged("notices", e);
        Ok(Notice {
            id: NoticeId(self.id),
            client: ClientId(self.client_id),
            case: CaseId(self.case_id),
            kind: self.kind.parse().map_err(damaged)?,
            audience: self.audience.parse().map_err(damaged)?,
            text: self.text,
            raised_at: self.raised_at,
            seen_at: self.seen_at,
            seen_by: self.seen_by,
        })
    }
}

#[derive(sqlx::FromRow)]
struct MailRow {
    id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    request_id: Option<Uuid>,
    recipient: String,
    subject: String,
    body: String,
    queued_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl Db {
    /// A page of notices after an id, oldest first; those that were seen only on request.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notices(
        &self,
        scope: ClientScope,
        seen_too: bool,
        after: Option<NoticeId>,
        limit: i64,
    ) -> Result<Vec<Notice>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |n| n.0);
        let rows: Vec<NoticeRow> = on_db!(self, c => sqlx::query_as(LIST)
            .bind(low).bind(high).bind(seen_too).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(NoticeRow::notice).collect()
    }

    /// A mail, for the job that sends it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mail(&self, id: MailId) -> Result<Option<Mail>> {
        let row: Option<MailRow> =
            on_db!(self, c => sqlx::query_as(MAIL).bind(id.0).fetch_optional(c).await)?;
        Ok(row.map(|r| Mail {
            id: MailId(r.id),
            client: ClientId(r.client_id),
            case: CaseId(r.case_id),
            request: r.request_id.map(RequestId),
            recipient: r.recipient,
            subject: r.subject,
            body: r.body,
            queued_at: r.queued_at,
            sent_at: r.sent_at,
        }))
    }

    /// How many mails wait since before an instant, for the self-test.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mails_waiting(&self, since: DateTime<Utc>) -> Result<i64> {
        let (count,): (i64,) = on_db!(self, c => sqlx::query_as(WAITING).bind(since).fetch_one(c).await)?;
        Ok(count)
    }
}

impl UnitOfWork {
    /// Tells people something, unless they were told on this occasion before; whether it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn raise_notice(&mut self, notice: &Notice, once: &str) -> Result<bool> {
        let made = on_tx!(&mut self.tx, c => sqlx::query(RAISE)
            .bind(notice.id.0).bind(notice.client.0).bind(notice.case.0).bind(notice.kind.as_str())
            .bind(notice.audience.as_str()).bind(once).bind(&notice.text).bind(notice.raised_at)
            .execute(&mut *c).await?.rows_affected());
        Ok(made == 1)
    }

    /// Marks a notice as seen; who saw it first stays. Whether there is such a notice in scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_seen(
        &mut self,
        scope: ClientScope,
        id: NoticeId,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let (low, high) = scope.range();
        on_tx!(&mut self.tx, c => sqlx::query(SEEN)
            .bind(id.0).bind(now).bind(by).bind(low).bind(high).execute(&mut *c).await.map(|_| ()))?;
        let row: Option<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(EXISTS)
            .bind(id.0).bind(low).bind(high).fetch_optional(&mut *c).await)?;
        Ok(row.is_some())
    }

    /// Keeps a mail until a job has sent it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_mail(&mut self, mail: &Mail) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD_MAIL)
            .bind(mail.id.0).bind(mail.client.0).bind(mail.case.0).bind(mail.request.map(|r| r.0)).bind(&mail.recipient)
            .bind(&mail.subject).bind(&mail.body).bind(mail.queued_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Notes that the mail server took a mail.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mail_sent(&mut self, id: MailId, now: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SENT).bind(id.0).bind(now).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
