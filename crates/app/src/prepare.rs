//! The one door through which a response is queued. What moves money, or exceeds a client's limit, passes it only with a
//! second person's approval or by a rule of the client; no caller outside this crate can claim either.

use chrono::{DateTime, Utc};
use docket_core::case::{self, Case, Command, DraftStep, Event, Transition};
use docket_core::draft::{Content, Draft, DraftState, Edition};
use docket_core::evidence::Band;
use docket_core::four_eyes::{FourEyes, four_eyes, same_person};
use docket_core::id::{CaseId, DraftId, SubmissionId};
use docket_core::proof::Baseline;
use docket_core::response::{EvidenceItem, Quality, Response, Submission, SubmissionState};
use docket_core::sentence;
use docket_store::{Change, ClientScope, StoredCase, UnitOfWork};

use crate::Desk;
use crate::drafts::{CaseDraft, SaveDraft, Saved};
use crate::error::{Error, Result};
use crate::four_eyes::limit_for;
use crate::respond::not_found;

/// What a person wants to send.
#[derive(Debug, Clone)]
pub struct Prepare {
    /// The case.
    pub case: CaseId,
    /// The response.
    pub response: Response,
    /// When to send it; none means as soon as possible.
    pub send_at: Option<DateTime<Utc>>,
    /// Who prepared it.
    pub actor: String,
}

/// What was prepared.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The submission, for following it.
    pub submission: SubmissionId,
    /// When it will be sent.
    pub send_at: DateTime<Utc>,
    /// The case after preparing.
    pub case: Case,
}

/// What became of a wish to answer.
#[derive(Debug)]
pub enum Responded {
    /// It is queued, and the worker sends it.
    Queued(Box<Prepared>),
    /// A second person must approve it first: it waits as a draft in review.
    InReview(Box<CaseDraft>),
}

/// Who stands for the second person.
#[derive(Debug, Clone)]
pub(crate) enum Approval {
    /// Nobody: one person may send this alone. Refused where four eyes are needed.
    NotNeeded,
    /// A person who wrote nothing of it approved this version of a draft.
    By {
        name: String,
        draft: DraftId,
        version: i64,
    },
    /// A rule of the client that two people set; the rule in words, for the case's history.
    ClientRule(String),
}

/// A response at the door.
pub(crate) struct Wish {
    pub before: StoredCase,
    /// What the same change did to the case before.
    pub so_far: Option<Transition>,
    pub response: Response,
    pub send_at: Option<DateTime<Utc>>,
    pub written_by: String,
    /// Who acts, for the history.
    pub actor: String,
    pub approval: Approval,
    /// How good it is, told before the transaction.
    pub quality: Quality,
}

impl Desk {
    /// Answers a dispute: the response is queued, or waits for a second person where four eyes are needed.
    ///
    /// # Errors
    /// As [`Desk::check_response`], when somebody else was first, or works on another draft.
    pub async fn respond(&self, scope: ClientScope, wish: Prepare) -> Result<Responded> {
        let case = self.check_response(scope, wish.case, &wish.response).await?;
        if let Some(approval) = self.alone(&case, &wish.response).await? {
            let prepared = self.prepare(scope, wish, approval).await?;
            return Ok(Responded::Queued(Box::new(prepared)));
        }
        let save = SaveDraft {
            case: wish.case,
            edition: Edition {
                content: Content::of(&wish.response),
                send_at: wish.send_at,
            },
            based_on: None,
            actor: wish.actor.clone(),
        };
        let kept = match self.save_draft(scope, &save).await? {
            Saved::Kept(draft) => draft,
            Saved::Conflict(conflict) => {
                return Err(Error::Invalid(sentence!(
                    "{their_by} works on another draft of this case (version {their_version}); read it with `docket draft show {case}`, then approve it, \
                     or go on from it with `docket draft save {case} … --version {their_version}`",
                    case = wish.case,
                    their_by = conflict.their_by,
                    their_version = conflict.their_version
                )));
            }
        };
        if kept.state == DraftState::InReview {
            return Ok(Responded::InReview(kept));
        }
        let asked = self
            .ask_review(scope, (wish.case, kept.looked()), &wish.actor)
            .await?;
        Ok(Responded::InReview(Box::new(asked)))
    }

    /// Prepares a response: it is stored and queued in one commit, and the worker sends it.
    pub(crate) async fn prepare(
        &self,
        scope: ClientScope,
        wish: Prepare,
        approval: Approval,
    ) -> Result<Prepared> {
        let case = self.check_response(scope, wish.case, &wish.response).await?;
        let quality = self.quality_of(&case, &wish.response).await;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let before = unit.case(wish.case).await?.ok_or_else(|| not_found(wish.case))?;
        let wish = Wish {
            before,
            so_far: None,
            response: wish.response,
            send_at: wish.send_at,
            written_by: wish.actor.clone(),
            actor: wish.actor,
            approval,
            quality,
        };
        let prepared = self.queue_response(&mut unit, wish).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(prepared)
    }

    /// The door itself. Nothing else stores a submission. Commit is the caller's.
    pub(crate) async fn queue_response(&self, unit: &mut UnitOfWork, wish: Wish) -> Result<Prepared> {
        let now = self.env.now();
        let case = &wish.before.case;
        let limits = unit.limits(case.client).await?;
        let limit = limit_for(&limits, case.facts.amount.currency);
        let needed = four_eyes(&wish.response, case.facts.amount, limit);
        let step = admit(&wish, needed)?;
        let id = SubmissionId::new(&self.env);
        let send_at = wish.send_at.unwrap_or(now).max(now);
        let mut transition = wish.so_far;
        if let Some(step) = step {
            transition = Some(follow(transition, case, Command::Draft(step), now)?);
        }
        let command = Command::Prepare {
            submission: id,
            action: wish.response.action(),
            send_at,
        };
        let transition = follow(transition, case, command, now)?;
        let reviewer = match &wish.approval {
            Approval::By { name, .. } => Some(name.clone()),
            Approval::NotNeeded | Approval::ClientRule(_) => None,
        };
        let band = wish.quality.band;
        let mut submission = submission(
            &wish.before.case,
            id,
            wish.response,
            (send_at, now),
            wish.written_by,
        );
        submission.quality = Some(Quality {
            reviewer,
            ..wish.quality
        });
        let case = transition.case.clone();
        unit.add_submission(&submission).await?;
        if let Some(band) = band {
            unit.keep_band(case.id, band).await?;
        }
        let change = Change {
            before: Some(wish.before),
            transition,
            observed: None,
        };
        self.save(unit, &wish.actor, &[change]).await?;
        Ok(Prepared {
            submission: id,
            send_at,
            case,
        })
    }

    /// How good an answer is. What goes out counts for the band, not what the case has: the packet carries all of it, an
    /// answer made by hand is partial at most, and one of words alone is empty. A checklist that cannot be made keeps no
    /// answer from going out in time.
    pub(crate) async fn quality_of(&self, case: &Case, response: &Response) -> Quality {
        let (Response::Contest { evidence, .. } | Response::Appeal { evidence }) = response else {
            return Quality::default();
        };
        let own = ClientScope::One(case.client);
        let known = async {
            let list = self.evidence_checklist(own, case.id).await?.list;
            let stored = self.case(own, case.id).await?;
            let changed = self.evidence_changed(case, stored.chain.length).await?;
            Ok::<_, Error>((list, self.db.packets(own, case.id).await?, changed))
        };
        let (list, packets, changed) = match known.await {
            Ok((list, packets, changed)) => (Some(list), packets, changed),
            Err(error) => {
                tracing::warn!(case = %case.id, %error, "how complete the evidence is could not be told");
                (None, Vec::new(), None)
            }
        };
        let mut files = evidence.iter().flat_map(|item| &item.files);
        let packet = files.find_map(|file| packets.iter().find(|packet| packet.sha256 == file.sha256));
        let proves = |item: &EvidenceItem| {
            !(item.files.is_empty() && item.tracking.is_empty() && item.refund_ids.is_empty())
        };
        let band = if !evidence.iter().any(proves) {
            Some(Band::Empty)
        } else if let Some(packet) = packet {
            // One that is older than the evidence carries less than the case has.
            let whole = changed.is_none_or(|at| at <= packet.made_at);
            list.as_ref().map(|list| {
                if whole {
                    list.band()
                } else {
                    list.band().max(Band::Partial)
                }
            })
        } else {
            list.as_ref().map(|_| Band::Partial)
        };
        let quality = Quality {
            band,
            language: packet.map(|packet| packet.language),
            ..Quality::default()
        };
        list.iter().fold(quality, Quality::by)
    }

    /// A draft became a response, in the same commit.
    pub(crate) async fn draft_became(
        &self,
        unit: &mut UnitOfWork,
        draft: &Draft,
        submission: SubmissionId,
    ) -> Result<()> {
        let approved = Draft {
            state: DraftState::Approved,
            submission: Some(submission),
            ..draft.clone()
        };
        Ok(unit.move_draft(&approved, (draft.version, draft.state)).await?)
    }
}

/// Whether a response may pass, and what the history says of who let it.
fn admit(wish: &Wish, needed: Option<FourEyes>) -> Result<Option<DraftStep>> {
    match (&wish.approval, needed) {
        (Approval::NotNeeded, None) => Ok(None),
        (Approval::NotNeeded, Some(why)) => Err(Error::Invalid(sentence!(
            "a second person must approve this: {why}; ask for a review with `docket draft review {case}`",
            why = why.sentence(),
            case = wish.before.case.id
        ))),
        (Approval::By { name, .. }, _) if same_person(name, &wish.written_by) => Err(wrote_it(name)),
        (Approval::By { draft, version, .. }, _) => Ok(Some(DraftStep::Approved {
            draft: *draft,
            version: *version,
        })),
        (Approval::ClientRule(rule), _) => Ok(Some(DraftStep::ByRule { rule: rule.clone() })),
    }
}

pub(crate) fn wrote_it(name: &str) -> Error {
    Error::Invalid(sentence!(
        "{name} wrote on this draft, and nobody approves what they wrote; ask somebody else, who gives `--by NAME`",
        name
    ))
}

fn follow(
    so_far: Option<Transition>,
    case: &Case,
    command: Command,
    now: DateTime<Utc>,
) -> Result<Transition> {
    Ok(match so_far {
        Some(transition) => transition.then(command, now)?,
        None => case::apply(case, Event::Command(command), now)?,
    })
}

fn submission(
    case: &Case,
    id: SubmissionId,
    response: Response,
    (send_at, now): (DateTime<Utc>, DateTime<Utc>),
    created_by: String,
) -> Submission {
    Submission {
        id,
        case: case.id,
        client: case.client,
        round: case.round.id,
        response,
        state: SubmissionState::Prepared,
        send_at,
        attempts: 0,
        attempted_at: None,
        answered: false,
        baseline: Baseline {
            updated_at: case.facts.updated_at,
            turn: case.facts.turn,
            stage: case.facts.stage,
            outcome: case.outcome,
            answers: Vec::new(),
        },
        platform_reference: None,
        confirmed_at: None,
        error: None,
        created_by,
        created_at: now,
        quality: None,
    }
}
