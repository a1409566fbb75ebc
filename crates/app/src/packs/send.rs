//! An approved pack, handed to the mail server at most once. Whoever does not know whether the server took it does not send it
//! again: a person asks the client.

use docket_core::id::PackId;
use docket_core::pack::{Pack, PackState};
use docket_queue::Outcome;
use docket_store::{ClientScope, UnitOfWork};

use crate::Desk;
use crate::error::Result;
use crate::mail::{Attached, Handed, UNCONFIGURED};

const UNKNOWN: &str = "the connection to the mail server broke while it was handed over: ask the client whether it arrived, then docket pack settle";

impl Desk {
    /// Sends a pack. The job may run twice, and be cut off anywhere.
    pub(crate) async fn send_pack(&self, id: PackId) -> Result<Outcome> {
        let Some(pack) = self.db.pack(ClientScope::Agency, id).await? else {
            return Ok(Outcome::Done);
        };
        match pack.state {
            PackState::Approved => {}
            // Cut off between here and the server's answer.
            PackState::Sending => {
                self.pack_is(&pack, (PackState::Sending, PackState::Unconfirmed), Some(UNKNOWN))
                    .await?;
                return Ok(Outcome::Done);
            }
            PackState::Waiting | PackState::Sent | PackState::Unconfirmed | PackState::Rejected => {
                return Ok(Outcome::Done);
            }
        }
        let Some(settings) = &self.settings.mail else {
            return Ok(Outcome::Later {
                at: self.env.now() + UNCONFIGURED,
                why: "no mail server is configured here; set [mail]".to_owned(),
            });
        };
        let mut attached = Vec::new();
        for file in pack.files.iter().filter(|file| file.mailed) {
            attached.push(Attached {
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                content: self.files.get(&file.sha256).await?.to_vec(),
            });
        }
        let message = settings.with_attachments(&pack, attached)?;
        // A server that is not there has taken nothing.
        settings.reach().await?;
        if !self
            .pack_is(&pack, (PackState::Approved, PackState::Sending), None)
            .await?
        {
            return Ok(Outcome::Done);
        }
        match settings.hand_over(message).await {
            Handed::Taken => {
                self.pack_is(&pack, (PackState::Sending, PackState::Sent), None)
                    .await?;
                Ok(Outcome::Done)
            }
            Handed::Refused(outcome) => {
                self.pack_is(&pack, (PackState::Sending, PackState::Approved), None)
                    .await?;
                outcome
            }
            Handed::Unknown => {
                self.pack_is(&pack, (PackState::Sending, PackState::Unconfirmed), Some(UNKNOWN))
                    .await?;
                tracing::error!(pack = %pack.id, "it is not known whether the mail server took a pack");
                Ok(Outcome::Done)
            }
        }
    }

    async fn pack_is(&self, pack: &Pack, change: (PackState, PackState), note: Option<&str>) -> Result<bool> {
        let sent_at = (change.1 == PackState::Sent).then(|| self.env.now());
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let done = unit.pack_became(pack.id, change, sent_at, note).await?;
        unit.commit().await?;
        Ok(done)
    }
}
