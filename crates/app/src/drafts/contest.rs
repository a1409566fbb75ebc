//! Contests and appeals that are written on a page: a statement, with the packet of the evidence or alone.

use docket_core::draft::{Content, Edition};
use docket_core::evidence::EvidenceKind;
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::response::{EvidenceItem, Response};
use docket_core::sentence;
use docket_core::words::{ActionKind, Language};
use docket_store::ClientScope;

use crate::Desk;
use crate::error::{Error, Result};

/// The statement of a contest or an appeal: the text of its first piece. None where the response is neither, or has no piece.
pub fn statement_of(response: &Response) -> Option<&str> {
    match response {
        Response::Contest { evidence, .. } | Response::Appeal { evidence } => {
            evidence.first().map(|e| e.note.as_deref().unwrap_or_default())
        }
        Response::Accept { .. }
        | Response::Offer { .. }
        | Response::Message { .. }
        | Response::Escalate { .. }
        | Response::SupportingInfo { .. }
        | Response::AcknowledgeReturn { .. } => None,
    }
}

/// Two texts that began as one, put together line by line; none where both changed the same lines.
pub fn merged_text(base: &str, yours: &str, theirs: &str) -> Option<String> {
    // A last line without its end is another line to the comparison.
    let line = |text: &str| format!("{text}\n");
    let merged = diffy::merge(&line(base), &line(yours), &line(theirs)).ok()?;
    Some(merged.strip_suffix('\n').unwrap_or(&merged).to_owned())
}

impl Desk {
    /// What a new contest or appeal says: a statement with the packet of the case's evidence in a language, or the statement
    /// alone. With a packet, an empty statement becomes its usual covering line. A contest may propose to give a part back.
    ///
    /// # Errors
    /// When the packet cannot be made, or neither is there.
    pub async fn new_answer(
        &self,
        scope: ClientScope,
        (id, action): (CaseId, ActionKind),
        (statement, proposed_refund): (&str, Option<Money>),
        packet: Option<Language>,
    ) -> Result<Content> {
        let note = Some(statement.to_owned()).filter(|text| !text.trim().is_empty());
        let response = match (packet, note) {
            (Some(language), note) => {
                let packet = self.packet(scope, id, language).await?;
                self.answer_with(scope, id, action, &packet, (note, proposed_refund))
                    .await?
            }
            (None, Some(note)) => {
                let stored = self.case(scope, id).await?;
                let (_, connector) = self.connector(stored.case.connection).await?;
                let evidence = vec![EvidenceItem {
                    kind: connector.evidence_word(EvidenceKind::ClaimAnswer).to_owned(),
                    note: Some(note),
                    tracking: Vec::new(),
                    refund_ids: Vec::new(),
                    files: Vec::new(),
                    item_id: None,
                }];
                match action {
                    ActionKind::Appeal => Response::Appeal { evidence },
                    _ => Response::Contest {
                        evidence,
                        return_address: None,
                        proposed_refund,
                    },
                }
            }
            (None, None) => {
                return Err(Error::Invalid(sentence!("write a statement, or take the packet")));
            }
        };
        Ok(Content::of(&response))
    }

    /// What a version of a draft says with another statement; all else in it stays.
    ///
    /// # Errors
    /// When there is no such version, or it is neither contest nor appeal.
    pub async fn restated(
        &self,
        scope: ClientScope,
        id: CaseId,
        version: i64,
        statement: &str,
    ) -> Result<Edition> {
        let base = self.version(scope, id, version).await?;
        let no_contest = || {
            Error::Invalid(sentence!(
                "version {version} is no contest and no appeal with a statement",
                version
            ))
        };
        let mut response = base.content.response().map_err(|_| no_contest())?;
        match &mut response {
            Response::Contest { evidence, .. } | Response::Appeal { evidence } => {
                let first = evidence.first_mut().ok_or_else(no_contest)?;
                first.note = Some(statement.to_owned()).filter(|text| !text.trim().is_empty());
            }
            Response::Accept { .. }
            | Response::Offer { .. }
            | Response::Message { .. }
            | Response::Escalate { .. }
            | Response::SupportingInfo { .. }
            | Response::AcknowledgeReturn { .. } => return Err(no_contest()),
        }
        Ok(Edition {
            content: Content::of(&response),
            send_at: base.send_at,
        })
    }

    /// As what a version of a draft answers, and what it would give back of the disputed amount.
    ///
    /// # Errors
    /// When there is no such version.
    pub async fn written_as(
        &self,
        scope: ClientScope,
        id: CaseId,
        version: i64,
    ) -> Result<(ActionKind, Option<Money>)> {
        let base = self.version(scope, id, version).await?;
        let proposed = base.content.response().ok().and_then(|r| r.proposed_refund());
        Ok((base.content.action, proposed))
    }

    async fn version(&self, scope: ClientScope, id: CaseId, version: i64) -> Result<Edition> {
        let draft = self.draft(scope, id).await?.draft;
        let versions = self
            .db
            .draft_versions(ClientScope::One(draft.client), draft.id)
            .await?;
        let base = versions
            .into_iter()
            .find(|v| v.number == version)
            .map(|v| v.edition);
        base.ok_or_else(|| {
            Error::Invalid(sentence!(
                "the draft has no version {version}, the newest is {newest}",
                version,
                newest = draft.version
            ))
        })
    }
}
