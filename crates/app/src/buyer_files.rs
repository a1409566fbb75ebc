//! What the buyer gave to the platform: fetched when somebody wants to see it.

use bytes::Bytes;
use docket_connector::BuyerFile;
use docket_core::id::CaseId;
use docket_core::sentence;
use docket_store::ClientScope;

use crate::Desk;
use crate::error::{Error, Result};

impl Desk {
    /// The buyer's files that the newest reading of a case names.
    ///
    /// # Errors
    /// When there is no such case in scope.
    pub async fn buyer_files(&self, scope: ClientScope, case: CaseId) -> Result<Vec<BuyerFile>> {
        let stored = self.case(scope, case).await?;
        let Some((_, body)) = self.db.newest_body(scope, case).await? else {
            return Ok(Vec::new());
        };
        let (_, connector) = self.connector(stored.case.connection).await?;
        Ok(connector.buyer_files(&body)?)
    }

    /// Fetches one of them: media type and content.
    ///
    /// # Errors
    /// When the case names no such file, or the platform does not give it.
    pub async fn buyer_file(&self, scope: ClientScope, case: CaseId, id: &str) -> Result<(String, Bytes)> {
        let known = self.buyer_files(scope, case).await?;
        if !known.iter().any(|file| file.id == id) {
            return Err(Error::NotFound(sentence!(
                "this case names no file `{id}` of the buyer",
                id
            )));
        }
        let stored = self.case(scope, case).await?;
        let (_, connector) = self.connector(stored.case.connection).await?;
        Ok(connector.buyer_file(&stored.case.dispute, id).await?)
    }
}
