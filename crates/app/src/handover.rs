//! The end of the day: what is begun, what waits for a client, what is due soon; signed off and kept.

use std::collections::HashMap;

use docket_core::draft::DraftState;
use docket_core::id::{CaseId, HandoverId, PersonId};
use docket_core::person::name_key;
use docket_core::sentence;
use docket_core::sentence::{Kept, Sentence};
use docket_core::words::Turn;
use docket_store::{CaseFilter, ClientScope, StoredCase, StoredHandover, UnitOfWork};
use serde::{Deserialize, Serialize};

use crate::Desk;
use crate::error::{Error, Result};

/// Rows of each part at most.
const MOST: usize = 200;
/// Rows of one reading.
const PAGE: i64 = 5_000;
/// Lists that were signed off, on the page.
const LATEST: i64 = 20;
/// Longest note and name, in characters.
const LONGEST: usize = 2_000;
/// Views that a person keeps at most.
const VIEWS: usize = 30;

/// A case on a hand-over list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverCase {
    /// The case.
    pub case: CaseId,
    /// The platform's id.
    pub dispute: String,
    /// Its client's name.
    pub client: String,
    /// Whose it is.
    pub assignee: Option<String>,
    /// Its running deadline, RFC 3339.
    pub deadline: Option<chrono::DateTime<chrono::Utc>>,
    /// What stands about it: whose draft it is, since when it waits.
    pub note: Kept,
}

/// What a person hands over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Responses that are being written or wait for a second person.
    pub drafts: Vec<HandoverCase>,
    /// Cases that wait for a client.
    pub waiting: Vec<HandoverCase>,
    /// Cases due within 48 hours.
    pub due: Vec<HandoverCase>,
    /// What of each part does not stand here: drafts, waiting, due.
    #[serde(default)]
    pub more: [u64; 3],
}

/// A list that was signed off.
#[derive(Debug, Clone)]
pub struct SignedHandover {
    /// Its id.
    pub id: HandoverId,
    /// Who signed it.
    pub by: String,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// What they said.
    pub note: String,
    /// What was on it.
    pub list: Handover,
}

fn signed(stored: StoredHandover) -> Result<SignedHandover> {
    let list = serde_json::from_str(&stored.body).map_err(|e| {
        Error::Invalid(sentence!(
            "a hand-over list cannot be read: {why}",
            why = e.to_string()
        ))
    })?;
    Ok(SignedHandover {
        id: HandoverId(stored.id),
        by: stored.signed_by,
        at: stored.signed_at,
        note: stored.note,
        list,
    })
}

/// Whether a reading may have more behind it.
fn full(rows: usize) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= PAGE)
}

/// Keeps a row, or counts it where the part has as many as it may.
fn keep<T>(part: &mut Vec<T>, more: &mut u64, row: impl FnOnce() -> T) {
    if part.len() < MOST {
        part.push(row());
    } else {
        *more += 1;
    }
}

impl Desk {
    /// What a person, or everybody, would hand over now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn handover(&self, scope: ClientScope, whose: Option<&str>) -> Result<Handover> {
        let clients = self.db.clients(scope).await?;
        let own = |name: &str| whose.is_none_or(|who| name_key(who) == name_key(name));
        let row = |stored: &StoredCase, note: Sentence| HandoverCase {
            case: stored.case.id,
            dispute: stored.case.dispute.to_string(),
            client: clients
                .iter()
                .find(|c| c.id == stored.case.client)
                .map_or_else(String::new, |c| c.name.clone()),
            assignee: stored.case.assignee.clone(),
            deadline: stored.case.round.deadline.map(|d| d.at),
            note: Kept(note),
        };
        let mut list = Handover::default();
        let mut drafts = Vec::new();
        let mut after = None;
        loop {
            let page = self.db.begun_drafts(scope, after, PAGE).await?;
            for draft in &page {
                if own(&draft.author) || draft.assignee.as_deref().is_some_and(own) {
                    keep(&mut drafts, &mut list.more[0], || {
                        let author = &draft.author;
                        let note = if draft.state == DraftState::InReview {
                            sentence!("the draft of {author} waits for a second person", author)
                        } else {
                            sentence!("{author} is writing the draft", author)
                        };
                        (draft.case, note)
                    });
                }
            }
            after = page.last().map(|d| d.round).filter(|_| full(page.len()));
            if after.is_none() {
                break;
            }
        }
        let mut waiting = Vec::new();
        let mut after = None;
        loop {
            let page = self.db.open_questions(scope, after, PAGE).await?;
            for question in &page {
                if own(&question.asked_by) || question.assignee.as_deref().is_some_and(own) {
                    keep(&mut waiting, &mut list.more[1], || {
                        let (by, at) = (&question.asked_by, question.asked_at);
                        (question.case, sentence!("asked by {by} at {at}", by, at))
                    });
                }
            }
            let last = page.last().filter(|_| full(page.len()));
            after = last.map(|q| (q.due_at, q.id));
            if after.is_none() {
                break;
            }
        }
        for (rows, part) in [(drafts, &mut list.drafts), (waiting, &mut list.waiting)] {
            let ids: Vec<CaseId> = rows.iter().map(|(case, _)| *case).collect();
            let cases = self.by_id(scope, &ids).await?;
            let found = rows
                .into_iter()
                .filter_map(|(id, note)| Some(row(cases.get(&id)?, note)));
            part.extend(found);
        }
        let soon = CaseFilter {
            open_only: true,
            turn: Some(Turn::Ours),
            due_before: Some(self.env.now() + chrono::Duration::hours(48)),
            assignee: whose.map(str::to_owned),
            ..CaseFilter::default()
        };
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let due = self.db.cases(scope, &soon, None, most).await?;
        list.due = due
            .iter()
            .map(|stored| row(stored, sentence!("{word}", word = stored.case.work_state)))
            .collect();
        if due.len() == MOST {
            let all = self.db.count_cases(scope, &soon).await?;
            list.more[2] = u64::try_from(all - most).unwrap_or(0);
        }
        Ok(list)
    }

    async fn by_id(&self, scope: ClientScope, ids: &[CaseId]) -> Result<HashMap<CaseId, StoredCase>> {
        let found = self.db.cases_in(scope, ids).await?;
        Ok(found.into_iter().map(|stored| (stored.case.id, stored)).collect())
    }

    /// Signs off what a person hands over now.
    ///
    /// # Errors
    /// When the note is too long, or the database fails.
    pub async fn sign_handover(&self, scope: ClientScope, name: &str, note: &str) -> Result<HandoverId> {
        if note.chars().count() > LONGEST {
            return Err(Error::Invalid(sentence!(
                "a note has at most {longest} characters",
                longest = LONGEST
            )));
        }
        let list = self.handover(scope, Some(name)).await?;
        let stored = StoredHandover {
            id: self.env.uuid(),
            signed_by: name.to_owned(),
            signed_at: self.env.now(),
            note: note.trim().to_owned(),
            body: serde_json::to_string(&list).map_err(|e| Error::Invalid(e.to_string().into()))?,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.sign_handover(&stored).await?;
        unit.commit().await?;
        Ok(HandoverId(stored.id))
    }

    /// The latest lists that were signed off. They hold cases of all clients: for the agency's people only.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn handovers(&self) -> Result<Vec<SignedHandover>> {
        self.db.handovers(LATEST).await?.into_iter().map(signed).collect()
    }

    /// One list that was signed off; for the agency's people only.
    ///
    /// # Errors
    /// When there is none.
    pub async fn signed_handover(&self, id: HandoverId) -> Result<SignedHandover> {
        let found = self.db.handover(id.0).await?;
        signed(found.ok_or_else(|| Error::NotFound(sentence!("there is no such hand-over list")))?)
    }

    /// The views of the queue that a person keeps: name and query.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn saved_views(&self, person: PersonId) -> Result<Vec<(String, String)>> {
        Ok(self.db.saved_views(person).await?)
    }

    /// Keeps a view under a name; one of that name is replaced.
    ///
    /// # Errors
    /// When the name is empty or too long, or there are too many.
    pub async fn save_view(&self, person: PersonId, name: &str, query: &str) -> Result<()> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err(Error::Invalid(sentence!("a view’s name has 1 to 60 characters")));
        }
        let held = self.db.saved_views(person).await?;
        let anew = held.iter().all(|(held, _)| name_key(held) != name_key(name));
        if anew && held.len() >= VIEWS {
            return Err(Error::Invalid(sentence!(
                "you keep {views} views already; forget one first",
                views = VIEWS
            )));
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.save_view(person, (name, query), self.env.now()).await?;
        Ok(unit.commit().await?)
    }

    /// Forgets a view.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_view(&self, person: PersonId, name: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.drop_view(person, name).await?;
        Ok(unit.commit().await?)
    }
}
