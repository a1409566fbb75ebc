//! The page of one question, for whoever holds its token.

use docket_core::sentence;
use std::collections::BTreeSet;

use docket_core::case::Command;
use docket_core::chain::digest;
use docket_core::dossier::Provenance;
use docket_core::evidence::{EvidenceKind, Item};
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::{AnswerId, ClientId, EvidenceId, PersonId, RequestId};
use docket_core::money::Money;
use docket_core::notice::NoticeKind;
use docket_core::request::{InfoAnswer, InfoRequest, RequestState};
use docket_core::response::FileRef;
use docket_core::words::Reason;
use docket_documents::examine::finds_in;
use docket_store::{AuditEntry, Change, ClientScope, StoredEvidence, UnitOfWork};
use serde_json::json;

use crate::Desk;
use crate::error::{Error, Result};
use crate::info::no_longer_waits;
use crate::respond::not_found;

/// Longest text of an answer or a plan, in characters.
const TEXT_LIMIT: usize = 20_000;
/// Answers to one question at most: whoever holds the address must not be able to fill the disk.
const ANSWERS_LIMIT: usize = 20;
/// Who answers on the client's own page.
pub(super) const CLIENT: By<'_> = (None, "client");

/// Who answers: their account, where they have one and were logged in, and what they are called.
pub(super) type By<'a> = (Option<PersonId>, &'a str);
/// How often an answer is written again when the case changed at the same moment.
const TRIES: u32 = 8;

/// The public part of a case, with the question. There is nothing else of the desk in it.
#[derive(Debug, Clone)]
pub struct AskPage {
    /// The question.
    pub request: InfoRequest,
    /// What was answered so far, oldest first.
    pub answers: Vec<InfoAnswer>,
    /// The platform's name.
    pub platform: String,
    /// The merchant's own references of the order.
    pub order_refs: Vec<String>,
    /// The disputed amount.
    pub amount: Money,
    /// What the buyer says.
    pub reason: Reason,
}

/// An answer as it came from the page.
#[derive(Debug, Clone, Default)]
pub struct NewAnswer {
    /// The detailed answer.
    pub answer: String,
    /// What the client will do, and by when.
    pub action_plan: String,
    /// Files, taken in before.
    pub files: Vec<FileRef>,
    /// The network address that it came from, for the audit log.
    pub from: String,
}

impl NewAnswer {
    /// What is missing, too long, or must not be kept.
    pub fn problems(&self) -> Vec<AnswerProblem> {
        type Problem = fn(usize) -> AnswerProblem;
        let problem = |text: &String, missing, long: Problem, secret: Problem| {
            if text.trim().is_empty() {
                Some(missing)
            } else if text.chars().count() > TEXT_LIMIT {
                Some(long(TEXT_LIMIT))
            } else {
                finds_in(text).first().map(|find| secret(find.line))
            }
        };
        let answer = problem(
            &self.answer,
            AnswerProblem::NoAnswer,
            AnswerProblem::LongAnswer,
            AnswerProblem::SecretAnswer,
        );
        let plan = problem(
            &self.action_plan,
            AnswerProblem::NoPlan,
            AnswerProblem::LongPlan,
            AnswerProblem::SecretPlan,
        );
        answer.into_iter().chain(plan).collect()
    }
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// Nothing stands in the answer.
    #[error("The answer is missing. Both are needed.")]
    NoAnswer,
    /// Nothing stands in the action plan.
    #[error("The action plan is missing. Both are needed.")]
    NoPlan,
    /// The answer is longer than so many characters.
    #[error("The answer is longer than {0} characters. Shorten it, or send it as a PDF.")]
    LongAnswer(usize),
    /// The action plan is longer than so many characters.
    #[error("The action plan is longer than {0} characters. Shorten it, or send it as a PDF.")]
    LongPlan(usize),
    /// The answer shows a card's or an identity paper's number in that line.
    #[error(
        "Line {0} of the answer shows a card’s number or code, or the number of an identity paper. Nothing was kept: take it out and send it again."
    )]
    SecretAnswer(usize),
    /// The action plan shows one in that line.
    #[error(
        "Line {0} of the action plan shows a card’s number or code, or the number of an identity paper. Nothing was kept: take it out and send it again."
    )]
    SecretPlan(usize),
}

impl Desk {
    /// Makes a further token of a question's page, keeps its SHA-256, and gives the page's address (only its path where no
    /// public address is configured).
    pub(crate) async fn new_page(&self, id: RequestId, person: Option<PersonId>) -> Result<String> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let page = self.page_in(&mut unit, id, person).await?;
        unit.commit().await?;
        Ok(page)
    }

    /// As [`Desk::new_page`], in somebody's unit of work.
    pub(super) async fn page_in(
        &self,
        unit: &mut UnitOfWork,
        id: RequestId,
        person: Option<PersonId>,
    ) -> Result<String> {
        let mut random = [0u8; 32];
        self.env.fill(&mut random);
        let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        unit.add_token(id, &digest(&token), person, self.env.now())
            .await?;
        let path = format!("/ask/{token}");
        Ok(match &self.settings.public_url {
            Some(base) => format!("{}{path}", base.as_str().trim_end_matches('/')),
            None => path,
        })
    }

    /// The page that a token opens; none for a token that was never made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_page(&self, token: &str) -> Result<Option<AskPage>> {
        let Some(request) = self.db.info_request_by_token(&digest(token)).await? else {
            return Ok(None);
        };
        let own = ClientScope::One(request.client);
        let facts = self.case(own, request.case).await?.case;
        Ok(Some(AskPage {
            answers: self.db.info_answers(own, request.id).await?,
            platform: facts.platform.title().to_owned(),
            order_refs: facts.facts.order_refs,
            amount: facts.facts.amount,
            reason: facts.facts.reason,
            request,
        }))
    }

    /// Keeps an answer, and lets the desk know.
    ///
    /// # Errors
    /// When it is incomplete, the question takes none any more, or the database fails.
    pub async fn take_answer(&self, token: &str, new: &NewAnswer) -> Result<()> {
        let nothing = || Error::NotFound(sentence!("there is no such page"));
        let page = self.ask_page(token).await?.ok_or_else(nothing)?;
        let person = self.db.person_of_token(&digest(token)).await?;
        let by = person.as_ref().map_or(CLIENT, |(id, name)| (Some(*id), name));
        self.keep_client_answer((page.request.id, page.request.client), new, by)
            .await
    }

    /// Keeps what a client answered by mail or telephone, as a person of the desk enters it; the history says who did.
    ///
    /// # Errors
    /// As [`Desk::take_answer`], or when there is no such question in scope.
    pub async fn record_answer(
        &self,
        scope: ClientScope,
        id: RequestId,
        new: &NewAnswer,
        actor: &str,
    ) -> Result<()> {
        let (request, _) = self.info_request(scope, id).await?;
        self.keep_client_answer((id, request.client), new, (None, actor))
            .await
    }

    pub(super) async fn keep_client_answer(
        &self,
        question: (RequestId, ClientId),
        new: &NewAnswer,
        by: By<'_>,
    ) -> Result<()> {
        let problems: Vec<String> = new.problems().iter().map(ToString::to_string).collect();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems.join(" ").into()));
        }
        for _ in 1..TRIES {
            match self.try_answer(question, new, by).await {
                Err(Error::Store(docket_store::Error::Conflict(_))) => {}
                other => return other,
            }
        }
        self.try_answer(question, new, by).await
    }

    async fn try_answer(
        &self,
        (id, client): (RequestId, ClientId),
        new: &NewAnswer,
        (person, actor): By<'_>,
    ) -> Result<()> {
        let nothing = || Error::NotFound(sentence!("there is no such page"));
        let answers = self.db.info_answers(ClientScope::One(client), id).await?;
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let request = unit.info_request(id).await?.ok_or_else(nothing)?;
        if !request.takes_answers(now) {
            return Err(Error::Invalid(sentence!(
                "this question takes no answers any more"
            )));
        }
        if answers.len() >= ANSWERS_LIMIT {
            return Err(Error::Invalid(sentence!(
                "{answers_limit} answers were given already; write to your contact at the agency instead",
                answers_limit = ANSWERS_LIMIT
            )));
        }
        let answer = InfoAnswer {
            id: AnswerId::new(&self.env),
            request: request.id,
            answer: new.answer.trim().to_owned(),
            action_plan: new.action_plan.trim().to_owned(),
            files: new.files.clone(),
            received_at: now,
        };
        unit.add_info_answer(request.client, &answer).await?;
        self.offer_files(&mut unit, &request, &answer).await?;
        if request.state == RequestState::Open {
            let after = InfoRequest {
                state: RequestState::Answered,
                ended_at: Some(now),
                next_step: None,
                ..request.clone()
            };
            unit.move_info_request(&request, &after).await?;
            let took = Factor {
                kind: FactorKind::ClientAnswerHours,
                value: (now - request.asked_at).num_hours().to_string(),
                source: format!("docket:question {}", request.id),
                as_of: now,
            };
            unit.keep_factors((request.case, request.client), &[took], now)
                .await?;
        }
        self.note_answer(&mut unit, &request, &answer, actor).await?;
        let entry = AuditEntry {
            person,
            actor,
            kind: "client_answer",
            detail: json!({ "question": request.id, "case": request.case, "from": new.from, "files": new.files.len() }),
            outcome: Some("done"),
        };
        unit.audit(&entry, now).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    /// A client's files become pieces of evidence of the case, each content once. They count when a specialist has said
    /// what they show.
    async fn offer_files(
        &self,
        unit: &mut UnitOfWork,
        request: &InfoRequest,
        answer: &InfoAnswer,
    ) -> Result<()> {
        let owner = (request.case, request.client);
        let there = unit.evidence(owner).await?;
        let known = there.into_iter().filter_map(|piece| piece.item.file);
        let mut known: BTreeSet<String> = known.map(|file| file.sha256).collect();
        for file in &answer.files {
            if !known.insert(file.sha256.clone()) {
                continue;
            }
            let item = Item {
                kind: EvidenceKind::Other,
                title: None,
                text: None,
                tracking: None,
                refund_id: None,
                file: Some(file.clone()),
                from: Provenance {
                    by: "client".to_owned(),
                    at: answer.received_at,
                    place: format!("{}, answer to question {}", file.name, request.id),
                },
                unconfirmed: true,
                seen: None,
            };
            let piece = StoredEvidence {
                id: EvidenceId::new(&self.env),
                item,
                added_at: answer.received_at,
            };
            unit.add_evidence(owner, &piece).await?;
        }
        Ok(())
    }

    async fn note_answer(
        &self,
        unit: &mut UnitOfWork,
        request: &InfoRequest,
        answer: &InfoAnswer,
        actor: &str,
    ) -> Result<()> {
        let stored = unit
            .case(request.case)
            .await?
            .ok_or_else(|| not_found(request.case))?;
        let command = Command::ClientAnswered {
            request: request.id,
            others_open: unit.other_requests_open(request).await?,
        };
        let transition = no_longer_waits(unit, &stored.case, command, self.env.now()).await?;
        let case = transition.case.clone();
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(unit, actor, &[change]).await?;
        let once = format!("answer:{}", answer.id);
        let mails = self.tell(unit, &case, NoticeKind::ClientAnswered, &once).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &mails).await?;
        Ok(())
    }
}
