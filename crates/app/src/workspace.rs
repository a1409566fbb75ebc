//! What the workspace of a case needs beside the case itself: exactly what would be sent, the files that may be looked at,
//! sending a version that was read, and which case comes next.

use docket_core::sentence;
use docket_core::sentence::Sentence;
use std::collections::BTreeSet;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::Problem;
use docket_core::case::Case;
use docket_core::draft::{Edition, Version};
use docket_core::evidence::EvidenceKind;
use docket_core::id::CaseId;
use docket_core::packaging::{Packaging, Used};
use docket_core::response::{FileRef, Response};
use docket_core::words::Turn;
use docket_documents::examine::{Note, examine};
use docket_store::{CaseFilter, ClientScope, Connection};

use crate::Desk;
use crate::cases::CaseView;
use crate::drafts::{CaseDraft, SaveDraft, Saved};
use crate::error::{Error, Result};
use crate::observe::HOLD;
use crate::prepare::{Approval, Responded};
use crate::taken;

/// A file as it goes out, looked at once more.
#[derive(Debug, Clone)]
pub struct SeenFile {
    /// The file.
    pub file: FileRef,
    /// The platform takes so many bytes of one file.
    pub most: u64,
    /// Its pages, where it could be read.
    pub pages: Option<usize>,
    /// What in it must not leave the house, and what a person should know; empty where nothing was found.
    pub finds: Vec<Sentence>,
}

/// Exactly what would be sent, and what speaks against it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The draft.
    pub draft: CaseDraft,
    /// What would keep it from being sent.
    pub problems: Vec<Problem>,
    /// What it uses of the platform's limits.
    pub used: Vec<Used>,
    /// Its files.
    pub files: Vec<SeenFile>,
    /// What is required and not there.
    pub lacking: Vec<EvidenceKind>,
    /// What a person must know before sending.
    pub warnings: Vec<Sentence>,
    /// The version of the evidence matrix.
    pub matrix: u32,
    /// The evidence changed after the packet was made, at this instant.
    pub outdated: Option<DateTime<Utc>>,
}

/// The instant of "hold until 24 hours before the deadline", where that is still to come.
pub fn hold_until(case: &Case, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let deadline = case.round.deadline.filter(|_| case.facts.turn == Turn::Ours)?;
    Some(deadline.at - HOLD).filter(|at| *at > now)
}

impl Desk {
    /// What the newest draft of a case that is looked at would send; none where there is no draft that can go on.
    ///
    /// # Errors
    /// When its evidence cannot be read.
    pub async fn preview(&self, view: &CaseView) -> Result<Option<Preview>> {
        let Some(draft) = view.draft.clone().filter(|d| d.current) else {
            return Ok(None);
        };
        let checklist = self.checklist_of(view).await?;
        let case = &checklist.stored.case;
        let (scope, id) = (ClientScope::One(case.client), case.id);
        let packaging = self.packaging_of(&view.connection).await?;
        let (problems, files, used) = match &draft.response {
            Err(_) => (Vec::new(), Vec::new(), Vec::new()),
            Ok(response) => (
                self.problems(scope, id, response).await?,
                self.seen_files(response, packaging.file_bytes).await?,
                packaging.used(response),
            ),
        };
        let changed = self.evidence_changed(case, checklist.stored.chain.length).await?;
        let made = self.packet_since(case, &draft).await?;
        let mut warnings = checklist.list.warnings.clone();
        if let Ok(response) = &draft.response {
            let given = response
                .files()
                .into_iter()
                .filter(|file| file.media_type.starts_with("image/"));
            let shown = checklist
                .items
                .iter()
                .filter(|(_, text)| made.is_some() && text.is_none());
            let unread: BTreeSet<&str> = given
                .chain(shown.filter_map(|(item, _)| item.file.as_ref()))
                .map(|file| file.name.as_str())
                .collect();
            if !unread.is_empty() {
                let names = unread.into_iter().collect::<Vec<_>>().join(", ");
                warnings.push(sentence!(
                    "pictures were not read for card numbers, identity papers and the like: look through {names}",
                    names
                ));
            }
            warnings.extend(self.response_warnings(case, response).await?);
        }
        let lacking = checklist.list.lacking().map(|row| row.kind).collect();
        Ok(Some(Preview {
            problems,
            used,
            files,
            lacking,
            warnings,
            matrix: checklist.list.matrix,
            outdated: changed
                .zip(made)
                .filter(|(changed, made)| changed > made)
                .map(|(at, _)| at),
            draft,
        }))
    }

    /// The limits of a connection's platform.
    ///
    /// # Errors
    /// When its credentials cannot be read.
    pub async fn packaging_of(&self, connection: &Connection) -> Result<Packaging> {
        Ok(self.connector_of(connection).await?.packaging())
    }

    /// What would keep a response from going out; once it is under way, nothing does.
    async fn problems(&self, scope: ClientScope, id: CaseId, response: &Response) -> Result<Vec<Problem>> {
        let plain = |what: Sentence| Problem {
            what,
            todo: sentence!("change it, or see History for what happened meanwhile"),
        };
        match self.check_response(scope, id, response).await {
            Ok(_) => Ok(Vec::new()),
            Err(Error::Problems(problems)) => Ok(problems),
            Err(Error::Invalid(why)) => Ok(vec![plain(why)]),
            Err(Error::Refused(why)) => Ok(vec![plain(why.sentence())]),
            Err(error) => Err(error),
        }
    }

    async fn seen_files(&self, response: &Response, most: u64) -> Result<Vec<SeenFile>> {
        let mut seen = Vec::new();
        for file in response.files() {
            let (name, content) = (file.name.clone(), self.files.get(&file.sha256).await?);
            let looked = tokio::task::spawn_blocking(move || examine(&name, &content)).await;
            let (pages, finds) = match looked {
                Ok(Ok(found)) => {
                    // What could not be searched is no clean file.
                    let unseen = found.notes.iter().map(Note::sentence);
                    let finds = found.finds.iter().map(taken::told).chain(unseen);
                    (Some(found.pages), finds.collect())
                }
                Ok(Err(refused)) => (None, vec![refused.to_string().into()]),
                Err(error) => (
                    None,
                    vec![sentence!(
                        "it could not be looked at: {error}",
                        error = error.to_string()
                    )],
                ),
            };
            seen.push(SeenFile {
                file: file.clone(),
                most,
                pages,
                finds,
            });
        }
        Ok(seen)
    }

    /// When the evidence of a case last changed, as its newest history tells.
    pub(crate) async fn evidence_changed(&self, case: &Case, length: i64) -> Result<Option<DateTime<Utc>>> {
        const LINES: i64 = 200;
        let own = ClientScope::One(case.client);
        let rows = self
            .db
            .history(own, case.id.0, (length - LINES).max(0), LINES)
            .await?;
        let last = rows
            .iter()
            .rev()
            .find(|row| row.kind.starts_with("evidence_") || row.kind == "goods");
        Ok(last.map(|row| row.at))
    }

    /// Since when a draft carries its present packet; none where it carries none.
    async fn packet_since(&self, case: &Case, draft: &CaseDraft) -> Result<Option<DateTime<Utc>>> {
        let Ok(response) = &draft.response else {
            return Ok(None);
        };
        let own = ClientScope::One(case.client);
        let packets = self.db.packets(own, case.id).await?;
        let made_here = |file: &&FileRef| packets.iter().any(|packet| packet.sha256 == file.sha256);
        let Some(packet) = response.files().into_iter().find(made_here) else {
            return Ok(None);
        };
        let versions = self
            .db
            .draft_versions(ClientScope::One(case.client), draft.draft.id)
            .await?;
        let carries = |version: &&Version| {
            let response = version.edition.content.response();
            response.is_ok_and(|r| r.files().iter().any(|file| file.sha256 == packet.sha256))
        };
        Ok(versions.iter().rev().take_while(carries).last().map(|v| v.at))
    }

    /// Sends the version of a draft that was read: at once, or not before an instant. Where four eyes are needed it waits
    /// for a second person instead.
    ///
    /// # Errors
    /// When another version is the newest meanwhile, or as [`Desk::check_response`].
    pub async fn send_version(
        &self,
        scope: ClientScope,
        id: CaseId,
        (version, send_at): (i64, Option<DateTime<Utc>>),
        actor: &str,
    ) -> Result<Responded> {
        let read = self.draft(scope, id).await?;
        if read.draft.version != version {
            return Err(Error::Invalid(sentence!(
                "{updated_by} saved version {version} meanwhile; look at it before anything is sent",
                updated_by = read.draft.updated_by,
                version = read.draft.version
            )));
        }
        let mut current = read;
        if current.draft.edition.send_at != send_at {
            let save = SaveDraft {
                case: id,
                edition: Edition {
                    send_at,
                    ..current.draft.edition.clone()
                },
                based_on: Some(version),
                actor: actor.to_owned(),
            };
            current = match self.save_draft(scope, &save).await? {
                Saved::Kept(draft) => *draft,
                Saved::Conflict(conflict) => {
                    return Err(Error::Invalid(sentence!(
                        "{their_by} saved version {their_version} meanwhile; look at it before anything is sent",
                        their_by = conflict.their_by,
                        their_version = conflict.their_version
                    )));
                }
            };
        }
        let stored = self.case(scope, id).await?;
        let alone = match &current.response {
            Ok(response) => self.alone(&stored.case, response).await?,
            Err(_) => Some(Approval::NotNeeded),
        };
        let Some(approval) = alone else {
            let asked = self.ask_review(scope, (id, current.looked()), actor).await?;
            return Ok(Responded::InReview(Box::new(asked)));
        };
        let prepared = self.become_response(scope, current, approval, actor).await?;
        Ok(Responded::Queued(Box::new(prepared)))
    }

    /// A file of a case: of its evidence, of a version of its draft, or of what was sent.
    ///
    /// # Errors
    /// When the case has no such file, or it is missing or damaged.
    pub async fn case_file(&self, scope: ClientScope, id: CaseId, sha256: &str) -> Result<(FileRef, Bytes)> {
        let missing = || Error::NotFound(sentence!("this case has no such file"));
        let stored = self.case(scope, id).await?;
        let own = ClientScope::One(stored.case.client);
        let mut files: Vec<FileRef> = Vec::new();
        let pieces = self.db.evidence(own, id).await?;
        files.extend(pieces.into_iter().filter_map(|piece| piece.item.file));
        for submission in self.db.submissions_of(own, id).await? {
            files.extend(submission.response.files().into_iter().cloned());
        }
        if let Some(draft) = self.db.newest_draft(own, id).await? {
            for version in self.db.draft_versions(own, draft.id).await? {
                let response = version.edition.content.response();
                files.extend(response.iter().flat_map(|r| r.files().into_iter().cloned()));
            }
        }
        let file = files.into_iter().find(|file| file.sha256 == sha256);
        let file = file.ok_or_else(missing)?;
        let content = self.files.get(&file.sha256).await?;
        Ok((file, content))
    }

    /// The case that a person goes on with: the most urgent one that is ours to answer, theirs or nobody's, and not yet on
    /// its way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn case_after(&self, scope: ClientScope, after: CaseId, person: &str) -> Result<Option<Case>> {
        // Theirs first, then nobody's; what was put aside waits. The one that they come from may still be among them.
        for holder in [person, ""] {
            let filter = CaseFilter {
                open_only: true,
                to_do: true,
                assignee: Some(holder.to_owned()),
                awake_at: Some(self.env.now()),
                ..CaseFilter::default()
            };
            let cases = self.db.cases(scope, &filter, None, 2).await?;
            let other = |case: &Case| case.id != after;
            if let Some(next) = cases.into_iter().map(|stored| stored.case).find(other) {
                return Ok(Some(next));
            }
        }
        Ok(None)
    }
}
