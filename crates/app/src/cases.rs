//! Reading cases and the small things people do with them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use docket_core::case::{self, Case, Command, Event, Round};
use docket_core::id::CaseId;
use docket_core::request::InfoRequest;
use docket_core::response::Submission;
use docket_core::sentence;
use docket_core::words::Language;
use docket_store::{
    CaseFilter, CasePosition, Change, Client, ClientScope, Connection, FactorRow, HistoryRow, MadePacket,
    Setting, StoredCase, UnitOfWork,
};

use crate::Desk;
use crate::dossier::CaseDossier;
use crate::drafts::CaseDraft;
use crate::error::{Error, Result};
use crate::respond::not_found;

/// Rows of history shown with a case.
const HISTORY: i64 = 500;

/// A case as it is worked on.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case, with the instant it was last read.
    pub stored: StoredCase,
    /// Its client.
    pub client: Client,
    /// Its connection, with how fresh it is.
    pub connection: Connection,
    /// The response that is being written or was written last.
    pub draft: Option<CaseDraft>,
    /// Responses, oldest first.
    pub submissions: Vec<Submission>,
    /// What is known of the purchase.
    pub dossier: CaseDossier,
    /// Until when it is put aside, and by whom.
    pub aside: Option<(DateTime<Utc>, String)>,
    /// The language of the packet that the draft carries; of the newest one where it carries none.
    pub packet_language: Option<Language>,
}

/// What was recorded about a case on its way: nobody needs it to work on the case, so it is read where it is shown.
#[derive(Debug, Clone, Default)]
pub struct CaseRecord {
    /// All rounds, oldest first.
    pub rounds: Vec<Round>,
    /// Recorded factors.
    pub factors: Vec<FactorRow>,
    /// The platform settings in force when the case opened, as far as anybody has said.
    pub settings: Vec<Setting>,
    /// Questions to the client, oldest first.
    pub requests: Vec<InfoRequest>,
    /// The newest history, oldest first.
    pub history: Vec<HistoryRow>,
}

/// Of the packet that a draft carries, else of any that was made.
fn language_of(draft: Option<&CaseDraft>, packets: &[MadePacket]) -> Option<Language> {
    let files = draft.and_then(|draft| draft.response.as_ref().ok());
    let files = files.map(|response| response.files()).unwrap_or_default();
    let carried = packets
        .iter()
        .find(|packet| files.iter().any(|file| file.sha256 == packet.sha256));
    carried.or(packets.last()).map(|packet| packet.language)
}

impl Desk {
    /// Puts a case aside no longer.
    ///
    /// # Errors
    /// When there is no such case in scope, or somebody else was first.
    pub async fn wake_case(&self, scope: ClientScope, id: CaseId, actor: &str) -> Result<()> {
        let note = Command::Note(sentence!("put aside no longer").to_string());
        self.command(scope, id, note, actor).await?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.wake(id).await?;
        Ok(unit.commit().await?)
    }

    /// A case in scope.
    ///
    /// # Errors
    /// When there is none.
    pub async fn case(&self, scope: ClientScope, id: CaseId) -> Result<StoredCase> {
        self.db.case(scope, id).await?.ok_or_else(|| not_found(id))
    }

    /// A case by our id or by the platform's.
    ///
    /// # Errors
    /// When nothing or more than one thing fits.
    pub async fn find_case(&self, scope: ClientScope, text: &str) -> Result<CaseId> {
        if let Ok(id) = text.parse::<CaseId>() {
            return self.case(scope, id).await.map(|s| s.case.id);
        }
        match self.db.cases_named(scope, text).await?.as_slice() {
            [one] => Ok(*one),
            [] => Err(Error::NotFound(sentence!(
                "there is no case `{text}`; see `docket case list`",
                text
            ))),
            _ => Err(Error::Invalid(sentence!(
                "several connections show a dispute `{text}`; give our case id instead",
                text
            ))),
        }
    }

    /// A case as it is worked on.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn case_view(&self, scope: ClientScope, id: CaseId) -> Result<CaseView> {
        let stored = self.case(scope, id).await?;
        let own = ClientScope::One(stored.case.client);
        let client = self.db.clients(own).await?.into_iter().next();
        let connection = self.db.connection(own, stored.case.connection).await?;
        let (Some(client), Some(connection)) = (client, connection) else {
            return Err(not_found(id));
        };
        let draft = self.draft_of(&stored.case).await?;
        let packets = self.db.packets(own, id).await?;
        let now = self.env.now();
        let aside = self.db.aside(own, id).await?;
        Ok(CaseView {
            aside: aside.filter(|(until, _)| *until > now),
            packet_language: language_of(draft.as_ref(), &packets),
            client,
            connection,
            draft,
            submissions: self.db.submissions_of(own, id).await?,
            dossier: self.dossier_of(&stored.case).await?,
            stored,
        })
    }

    /// What was recorded about a case that is looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn case_record(&self, view: &CaseView) -> Result<CaseRecord> {
        let (case, length) = (&view.stored.case, view.stored.chain.length);
        let own = ClientScope::One(case.client);
        // As they stood when the dispute opened.
        let opened = case.facts.opened_at;
        let settings = self.db.settings_at(own, case.connection, opened).await?;
        Ok(CaseRecord {
            rounds: self.db.rounds(own, case.id).await?,
            factors: self.factors_of(case, &settings).await?,
            settings,
            requests: self.db.info_requests_of(own, case.id).await?,
            history: self
                .db
                .history(own, case.id.0, (length - HISTORY).max(0), HISTORY)
                .await?,
        })
    }

    /// A case's history after a row, oldest first.
    ///
    /// # Errors
    /// When there is no such case in scope.
    pub async fn case_history(
        &self,
        scope: ClientScope,
        id: CaseId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<HistoryRow>> {
        self.case(scope, id).await?;
        Ok(self.db.history(scope, id.0, after, limit).await?)
    }

    /// A page of the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases(
        &self,
        scope: ClientScope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: i64,
    ) -> Result<Vec<StoredCase>> {
        Ok(self.db.cases(scope, filter, after, limit).await?)
    }

    /// These cases by their ids, in one read; what is not in scope is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_by_id(
        &self,
        scope: ClientScope,
        ids: &[CaseId],
    ) -> Result<HashMap<CaseId, StoredCase>> {
        let found = self.db.cases_in(scope, ids).await?;
        Ok(found.into_iter().map(|stored| (stored.case.id, stored)).collect())
    }

    /// Applies a command of a person, once, on the case as it is now.
    ///
    /// # Errors
    /// When the case refuses it, or somebody else was first.
    pub async fn command(
        &self,
        scope: ClientScope,
        id: CaseId,
        command: Command,
        actor: &str,
    ) -> Result<Case> {
        let stored = self.case(scope, id).await?;
        self.command_on(stored, command, actor).await
    }

    /// Gives a case to somebody, or to nobody, unless it changed hands since a person looked at it.
    ///
    /// # Errors
    /// When it did, or as [`Desk::command`].
    pub async fn assign(
        &self,
        scope: ClientScope,
        id: CaseId,
        (seen, to): (Option<&str>, Option<&str>),
        actor: &str,
    ) -> Result<Case> {
        let stored = self.case(scope, id).await?;
        if stored.case.assignee.as_deref() != seen {
            let who = stored.case.assignee.as_deref().unwrap_or("nobody");
            return Err(Error::Invalid(sentence!("meanwhile the case went to {who}", who)));
        }
        let command = Command::Assign(to.map(str::to_owned));
        self.command_on(stored, command, actor).await
    }

    async fn command_on(&self, stored: StoredCase, command: Command, actor: &str) -> Result<Case> {
        let transition = case::apply(&stored.case, Event::Command(command), self.env.now())?;
        let case = transition.case.clone();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        self.save(
            &mut unit,
            actor,
            &[Change {
                before: Some(stored),
                transition,
                observed: None,
            }],
        )
        .await?;
        unit.commit().await?;
        Ok(case)
    }
}
