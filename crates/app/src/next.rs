//! The next case of a person.

use docket_core::id::CaseId;
use docket_store::{CaseFilter, ClientScope};

use crate::Desk;
use crate::error::{Error, Result};

/// How often somebody else may be faster before it is given up.
const TRIES: usize = 5;

impl Desk {
    /// The most urgent case that waits for a person and is not put aside; where there is none, nobody's most urgent one becomes
    /// theirs. None where nothing waits at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_next(&self, scope: ClientScope, name: &str) -> Result<Option<CaseId>> {
        let of = |who: &str| CaseFilter {
            open_only: true,
            to_do: true,
            assignee: Some(who.to_owned()),
            awake_at: Some(self.env.now()),
            ..CaseFilter::default()
        };
        if let Some(own) = self.db.cases(scope, &of(name), None, 1).await?.first() {
            return Ok(Some(own.case.id));
        }
        let free = self.db.cases(scope, &of(""), None, 5).await?;
        for stored in free.iter().take(TRIES) {
            match self.assign(scope, stored.case.id, (None, Some(name)), name).await {
                Ok(case) => return Ok(Some(case.id)),
                // Somebody was faster: the next one.
                Err(
                    Error::Invalid(_) | Error::Refused(_) | Error::Store(docket_store::Error::Conflict(_)),
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}
