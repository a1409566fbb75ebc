//! Questions as the desk's pages work with them: lists, reminders, and a first wording made of what a case lacks.

use docket_core::sentence;
use docket_core::sentence::Sentence;

use chrono::{DateTime, Duration, Utc};
use docket_core::case::{self, Case, Command, Event};
use docket_core::evidence::{Need, Row, Standing};
use docket_core::id::{CaseId, ClientId, RequestId};
use docket_core::person::Locale;
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

/// What the page of questions tells of answers goes so far back: what is read grows with a quarter, not with the years.
const ANSWERS_OF: Duration = Duration::days(90);
/// Gaps that one question names: the heaviest.
const ASKED: usize = 5;

/// A line of a question: what is lacking, in words that a client reads. A platform's code says nothing to them.
fn asked_for(row: &Row, platform: Platform) -> Sentence {
    let why = row.why.to_string();
    let code = row.asked && why.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    if code {
        sentence!(
            "- {kind}, which {platform} asks for",
            kind = row.kind,
            platform = platform.title()
        )
    } else {
        sentence!("- {kind}: {why}", kind = row.kind, why = row.why.clone())
    }
}

fn is_gap(row: &&Row) -> bool {
    matches!(row.need, Need::Required | Need::Useful)
        && matches!(row.standing, Standing::Missing | Standing::Weak)
}

/// What a client is asked first of all, line by line; nothing where nothing is lacking.
fn first_question(case: &Case, rows: &[Row]) -> Vec<Sentence> {
    let gaps = rows.iter().filter(is_gap).take(ASKED);
    let gaps: Vec<Sentence> = gaps.map(|row| asked_for(row, case.platform)).collect();
    if gaps.is_empty() {
        return Vec::new();
    }
    let head = match case.facts.order_refs.first() {
        Some(order) => sentence!(
            "To answer this dispute about order {order} we still need from you:",
            order
        ),
        None => sentence!("To answer this dispute we still need from you:"),
    };
    let foot = sentence!("Please send what you have, and say what you cannot get.");
    [vec![head], gaps, vec![foot]].concat()
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
        let cases = self.cases_by_id(scope, &ids).await?;
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

    /// How fast the clients in scope answered what was asked in the last 90 days.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_times_in(&self, scope: ClientScope) -> Result<AnswerTimes> {
        let asked = self.db.asked(scope, self.env.now() - ANSWERS_OF).await?;
        Ok(AnswerTimes::of(&asked, self.env.now()))
    }

    /// What a client is asked first of all about a case, in the client's language; empty where the checklist lacks nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_question(&self, case: &Case, rows: &[Row]) -> Result<String> {
        let lines = first_question(case, rows);
        if lines.is_empty() {
            return Ok(String::new());
        }
        let reader = self.client_locale(case.client).await?;
        let lines = lines.iter().map(|line| (self.settings.voice)(reader, line));
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    /// In which language and zone a client reads: that of its packs, else of its first person who logs in.
    async fn client_locale(&self, client: ClientId) -> Result<Locale> {
        let packs = self.db.pack_subscriptions(ClientScope::One(client)).await?;
        if let Some(packs) = packs.into_iter().next() {
            return Ok(Locale {
                language: packs.language,
                zone: packs.zone,
            });
        }
        let people = self.db.people().await?;
        let own = people
            .iter()
            .find(|person| person.access.client() == Some(client));
        Ok(own.map(|person| person.locale).unwrap_or_default())
    }

    /// When the answer to a question about a case would be due, by the rule.
    pub fn question_due(&self, case: &Case) -> DateTime<Utc> {
        let now = self.env.now();
        default_due(now, running_deadline(case).filter(|d| *d > now))
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
        let question = self.first_question(&stored.case, &rows).await?;
        Ok(AskWish {
            due: self.question_due(&stored.case),
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
