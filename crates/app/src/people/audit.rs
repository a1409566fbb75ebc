//! The audit log: what people do is written down before it is done.

use docket_core::id::PersonId;
use docket_store::{AuditEntry, AuditFilter, AuditRow, UnitOfWork};
use serde_json::{Value, json};

use crate::Desk;
use crate::error::Result;

/// Who acts, and from where.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The person, where they are known.
    pub person: Option<PersonId>,
    /// Their name, or what acts.
    pub name: String,
    /// A network address, or `command line`.
    pub from: String,
}

impl Desk {
    /// Writes down that something is about to be done; gives the row's number for its outcome. `on` is what it is done to.
    ///
    /// # Errors
    /// When it cannot be written: then it must not be done.
    pub async fn audit_begin(&self, who: &Origin, kind: &str, on: Option<&str>) -> Result<i64> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let number = unit.audit(&entry(who, kind, on, None), self.env.now()).await?;
        unit.commit().await?;
        Ok(number)
    }

    /// Writes down how it ended.
    ///
    /// # Errors
    /// When the database fails, or it was written before.
    pub async fn audit_end(&self, number: i64, outcome: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.audit_outcome(number, outcome).await?;
        Ok(unit.commit().await?)
    }

    /// The log before a row, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_rows(
        &self,
        before: Option<i64>,
        filter: &AuditFilter,
        limit: i64,
    ) -> Result<Vec<AuditRow>> {
        Ok(self.db.audit(before, filter, limit).await?)
    }
}

pub(super) fn entry<'a>(
    who: &'a Origin,
    kind: &'a str,
    on: Option<&str>,
    outcome: Option<&'a str>,
) -> AuditEntry<'a> {
    let mut detail = json!({ "from": who.from });
    if let Some(on) = on {
        detail["on"] = Value::from(on);
    }
    AuditEntry {
        person: who.person,
        actor: &who.name,
        kind,
        detail,
        outcome,
    }
}
