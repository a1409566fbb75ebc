//! Questions as the desk's pages work with them: lists, reminders, and a first wording made of what a case lacks.

use docket_core::sentence;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use docket_core::case::{self, Command, Event};
use docket_core::evidence::{Need, Row, Standing};
use docket_core::id::{CaseId, RequestId};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState, default_due};
use docket_core::stats::AnswerTimes;
use docket_core::words::Platform;
use docket_store::{Change, ClientScope, StoredCase, StoredEvidence, UnitOfWork};

use super::ask::running_deadline;
use crate::Desk;
use crate::error::{Error, Result};
use crate::respond::not_found;

/// A question with what its page shows.
#[derive(Debug, Clone)]
pub struct QuestionView {
    /// The question.
    pub request: InfoRequest,
    /// Its case.
    pub stored: StoredCase,
    /// What was answered, oldest first.
    pub answers: Vec<InfoAnswer>,
    /// Files of the client that wait for somebody to say what they show.
    pub unconfirmed: Vec<StoredEvidence>,
}

/// A question that could be asked about a case.
#[derive(Debug, Clone)]
pub struct AskWish {
    /// The case.
    pub stored: StoredCase,
    /// A wording made of what the case lacks; empty where it lacks nothing.
    pub question: String,
    /// When the answer would be due.
    pub due: DateTime<Utc>,
}

/// A line of a question: what is lacking, in words that a client reads. A platform's code says nothing to them.
pub fn asked_for(row: &Row, platform: Platform) -> String {
    let (kind, why) = (docket_core::words::readable(row.kind), row.why.to_string());
    let code = row.asked && why.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    if code {
        format!("- {kind}, which {} asks for", platform.title())
    } else {
        format!("- {kind}: {why}")
    }
}

impl Desk {
    /// Questions in one state with their cases, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn questions(
        &self,
        scope: ClientScope,
        state: RequestState,
        after: Option<(DateTime<Utc>, RequestId)>,
        limit: i64,
    ) -> Result<Vec<(InfoRequest, StoredCase)>> {
        let requests = self.db.info_requests_in(scope, state, after, limit).await?;
        let ids: Vec<CaseId> = requests.iter().map(|r| r.case).collect();
        let cases = self.db.cases_in(scope, &ids).await?;
        let cases: HashMap<CaseId, StoredCase> = cases.into_iter().map(|c| (c.case.id, c)).collect();
        let with = |request: InfoRequest| cases.get(&request.case).cloned().map(|case| (request, case));
        Ok(requests.into_iter().filter_map(with).collect())
    }

    /// A question with everything that its page shows.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn question(&self, scope: ClientScope, id: RequestId) -> Result<QuestionView> {
        let (request, answers) = self.info_request(scope, id).await?;
        let stored = self.case(scope, request.case).await?;
        let mut unconfirmed = self.db.evidence(scope, request.case).await?;
        unconfirmed.retain(|piece| piece.item.unconfirmed);
        Ok(QuestionView {
            request,
            stored,
            answers,
            unconfirmed,
        })
    }

    /// How fast the clients in scope answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_times_in(&self, scope: ClientScope) -> Result<AnswerTimes> {
        let asked = self.db.asked(scope).await?;
        Ok(AnswerTimes::of(&asked, self.env.now()))
    }

    /// A first wording of a question: what the case's checklist requires or can use and does not have.
    ///
    /// # Errors
    /// When there is no such case.
    pub async fn ask_wish(&self, scope: ClientScope, id: CaseId) -> Result<AskWish> {
        let stored = self.case(scope, id).await?;
        // A client can be asked about a case of a platform that this program no longer speaks with, too.
        let rows = match self.connectors.driver(stored.case.platform) {
            Ok(_) => self.evidence_checklist(scope, id).await?.list.rows,
            Err(_) => Vec::new(),
        };
        let gaps = rows.iter().filter(|row| {
            matches!(row.need, Need::Required | Need::Useful)
                && matches!(row.standing, Standing::Missing | Standing::Weak)
        });
        let lines: Vec<String> = gaps.map(|row| asked_for(row, stored.case.platform)).collect();
        let question = if lines.is_empty() {
            String::new()
        } else {
            format!(
                "To answer this dispute we still need from you:\n{}",
                lines.join("\n")
            )
        };
        let now = self.env.now();
        let deadline = running_deadline(&stored.case).filter(|d| *d > now);
        Ok(AskWish {
            due: default_due(now, deadline),
            stored,
            question,
        })
    }

    /// Reminds a client of an open question now, by mail; the case's history says so.
    ///
    /// # Errors
    /// When it is not open, was never mailed, mail is not configured, or somebody else was first.
    pub async fn remind_client(&self, scope: ClientScope, id: RequestId, actor: &str) -> Result<()> {
        let (request, _) = self.info_request(scope, id).await?;
        if request.state != RequestState::Open {
            return Err(Error::Invalid(sentence!(
                "the question is {state}; only an open one can be reminded of",
                state = request.state
            )));
        }
        let Some(to) = &request.recipient else {
            return Err(Error::Invalid(sentence!(
                "the question was not mailed; make a new address of its page and pass it on"
            )));
        };
        self.can_mail(to)?;
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let stored = unit
            .case(request.case)
            .await?
            .ok_or_else(|| not_found(request.case))?;
        let note = Command::Note(format!("the client was reminded of question {id}"));
        let transition = case::apply(&stored.case, Event::Command(note), now)?;
        self.mail_client(
            &mut unit,
            &stored.case,
            &request,
            sentence!("Reminder: a question about a payment dispute"),
        )
        .await?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, actor, &[change]).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}
