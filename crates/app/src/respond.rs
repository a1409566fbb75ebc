//! Checking a response: everything that can be known is known before it is queued (`prepare.rs`).

use bytes::Bytes;
use docket_connector::{Capability, Problem};
use docket_core::case::{self, Case, Command, DraftStep, Event};
use docket_core::draft::{Draft, DraftState};
use docket_core::id::{CaseId, SubmissionId};
use docket_core::money::Money;
use docket_core::packaging::Used;
use docket_core::response::{FileRef, Response, Submission};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_documents::examine::{Find, examine, finds_in};
use docket_store::{Change, ClientScope, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};
use crate::taken::{self, kind_of};

/// How often taking back is tried anew when somebody else changed the case first.
const TRIES: u32 = 8;

/// What a response gives back, where it does.
pub(crate) fn pays(response: &Response, disputed: Money) -> Option<Money> {
    match response {
        Response::Accept { amount, .. } | Response::Offer { amount, .. } if response.moves_money() => {
            Some(amount.unwrap_or(disputed))
        }
        Response::Contest { proposed_refund, .. } => *proposed_refund,
        _ => None,
    }
}

impl Desk {
    /// Checks a response against the case and the platform's rules without storing anything.
    ///
    /// # Errors
    /// Everything that would keep it from being sent.
    pub async fn check_response(
        &self,
        scope: ClientScope,
        case: CaseId,
        response: &Response,
    ) -> Result<Case> {
        let stored = self.case(scope, case).await?;
        let action = response.action();
        let (_, connector) = self.connector(stored.case.connection).await?;
        // First what can never be done here, then what cannot be done now.
        match connector.capability(action) {
            Capability::Supported => {}
            Capability::ManualOnly(why) => {
                return Err(Error::Invalid(sentence!(
                    "`{action}` is only possible on the platform's own pages: {why}",
                    action,
                    why = Sentence::from(why)
                )));
            }
            Capability::Unsupported => {
                let platform = stored.case.platform.title();
                return Err(Error::Invalid(sentence!(
                    "{platform} knows no `{action}`",
                    platform,
                    action
                )));
            }
        }
        let probe = Command::Prepare {
            submission: SubmissionId::new(&self.env),
            action,
            send_at: self.env.now(),
        };
        case::apply(&stored.case, Event::Command(probe), self.env.now())?;
        self.heed_rules(&stored.case, response).await?;
        let mut problems: Vec<Problem> = connector.check(&stored.case.facts, response);
        problems.extend(amount_problem(&stored.case, response));
        problems.extend(self.paid_twice(&stored.case, response).await?);
        problems.extend(response.texts().into_iter().flat_map(sensitive));
        if problems.is_empty() {
            Ok(stored.case)
        } else {
            Err(Error::Problems(problems))
        }
    }

    /// What went back already is not paid once more: never more than was paid for the orders.
    pub(crate) async fn paid_twice(&self, case: &Case, response: &Response) -> Result<Option<Problem>> {
        let disputed = case.facts.amount;
        let Some(wanted) = pays(response, disputed) else {
            return Ok(None);
        };
        let facts = self.dossier_of(case).await?.facts;
        let refunded = facts.refunded(disputed.currency);
        if refunded.minor == 0 || wanted.currency != disputed.currency {
            return Ok(None);
        }
        // Where nobody tells what was paid, at least the disputed amount was.
        let paid = facts.paid(disputed.currency).unwrap_or(disputed);
        let rest = Money::new((paid.minor - refunded.minor).max(0), disputed.currency);
        if wanted.minor <= rest.minor {
            return Ok(None);
        }
        let todo = match rest.minor {
            0 => sentence!("contest with the proof of the refund"),
            _ => sentence!(
                "give back {rest} at most, or contest with the proof of the refund",
                rest
            ),
        };
        Ok(Some(Problem {
            what: sentence!(
                "{refunded} went back to the buyer already: {wanted} more would be above the {paid} that were paid",
                refunded,
                wanted,
                paid
            ),
            todo,
        }))
    }

    /// What of the files of a response nobody searched.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub async fn file_notes(&self, response: &Response) -> Result<Vec<Sentence>> {
        let mut notes = Vec::new();
        for file in response.files() {
            let (name, content) = (file.name.clone(), self.files.get(&file.sha256).await?);
            // What is no evidence at all is refused elsewhere.
            if let Ok(examined) = taken::blocking(move || examine(&name, &content)).await? {
                notes.extend(taken::notes(&file.name, &examined));
            }
        }
        Ok(notes)
    }

    /// What a person should know of a response that may still be sent: refunds in it that nobody recorded.
    ///
    /// # Errors
    /// When the facts of the case cannot be read.
    pub async fn response_warnings(&self, case: &Case, response: &Response) -> Result<Vec<Sentence>> {
        let claimed = response.refund_ids();
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.dossier_of(case).await?.facts.refunds;
        let recorded = |id: &&str| known.iter().any(|refund| refund.fact.id.as_deref() == Some(*id));
        let unknown = claimed.into_iter().filter(|id| !recorded(id));
        let warnings = unknown.map(|id| {
            sentence!(
                "no refund {id} is recorded for this case's orders: check the id, or import the refund with `docket import refunds`",
                id
            )
        });
        Ok(warnings.collect())
    }

    /// What a response uses of each of the platform's limits.
    ///
    /// # Errors
    /// When there is no such case in scope, or its connection cannot be read.
    pub async fn room(&self, scope: ClientScope, case: CaseId, response: &Response) -> Result<Vec<Used>> {
        let stored = self.case(scope, case).await?;
        let (_, connector) = self.connector(stored.case.connection).await?;
        Ok(connector.packaging().used(response))
    }

    /// Takes a prepared response back, as long as nothing was sent. Where a worker marks it as being sent at the same time, one
    /// of the two is first: it is either taken back or under way, never both.
    ///
    /// # Errors
    /// When there is none, or it may already be at the platform.
    pub async fn cancel_response(&self, scope: ClientScope, case: CaseId, actor: &str) -> Result<()> {
        self.cancel_what(scope, (case, None), actor).await
    }

    /// As [`Desk::cancel_response`], for this very response: another one that took its place stays.
    pub(crate) async fn cancel_this(
        &self,
        scope: ClientScope,
        (case, response): (CaseId, SubmissionId),
        actor: &str,
    ) -> Result<()> {
        self.cancel_what(scope, (case, Some(response)), actor).await
    }

    async fn cancel_what(
        &self,
        scope: ClientScope,
        (case, only): (CaseId, Option<SubmissionId>),
        actor: &str,
    ) -> Result<()> {
        for _ in 0..TRIES {
            match self.try_cancel(scope, (case, only), actor).await {
                Err(Error::Store(docket_store::Error::Conflict(_))) => {}
                other => return other,
            }
        }
        Err(docket_store::Error::Conflict("a case".to_owned()).into())
    }

    async fn try_cancel(
        &self,
        scope: ClientScope,
        (case, only): (CaseId, Option<SubmissionId>),
        actor: &str,
    ) -> Result<()> {
        let stored = self.case(scope, case).await?;
        if only.is_some() && stored.case.pending != only {
            return Ok(());
        }
        let why = format!("cancelled by {actor}");
        let now = self.env.now();
        let mut transition = case::apply(&stored.case, Event::Command(Command::Cancel { why }), now)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if let Some(draft) = unit.open_draft(stored.case.round.id).await? {
            transition = transition.then(goes_on(&draft), now)?;
        }
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, actor, &[change]).await?;
        Ok(unit.commit().await?)
    }

    /// A submission.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn submission(&self, scope: ClientScope, id: SubmissionId) -> Result<Submission> {
        let found = self.db.submission(scope, id).await?;
        found.ok_or_else(|| {
            Error::NotFound(sentence!(
                "there is no response {id}; see `docket respond list`",
                id
            ))
        })
    }

    /// The files of a submission as they were sent, byte for byte, each checked against its SHA-256.
    ///
    /// # Errors
    /// When there is no such submission in scope, or a file is missing or damaged.
    pub async fn sent_files(&self, scope: ClientScope, id: SubmissionId) -> Result<Vec<(FileRef, Bytes)>> {
        let submission = self.submission(scope, id).await?;
        let mut files = Vec::new();
        for file in submission.response.files() {
            files.push((file.clone(), self.files.get(&file.sha256).await?));
        }
        Ok(files)
    }

    /// Submissions of one case or of all, a page at a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submissions(
        &self,
        scope: ClientScope,
        case: Option<CaseId>,
        after: Option<SubmissionId>,
        limit: i64,
    ) -> Result<Vec<Submission>> {
        match case {
            Some(case) if after.is_none() => Ok(self.db.submissions_of(scope, case).await?),
            Some(_) => Ok(Vec::new()),
            None => Ok(self.db.submissions(scope, after, limit).await?),
        }
    }
}

/// What a text shows that must not leave the house; files were judged when they were taken in.
pub(crate) fn sensitive(text: &str) -> Vec<Problem> {
    let told = |find: Find| Problem {
        what: sentence!(
            "the text shows a {found} {masked} in its line {line}",
            found = kind_of(find.found),
            masked = find.masked,
            line = find.line
        ),
        todo: sentence!(
            "take it out; if it is another number, say which (order, parcel, invoice) right before it"
        ),
    };
    finds_in(text).into_iter().map(told).collect()
}

/// Another response of the case ended: its draft is what is worked on again.
pub(crate) fn goes_on(draft: &Draft) -> Command {
    Command::Draft(DraftStep::GoesOn {
        in_review: draft.state == DraftState::InReview,
    })
}

pub(crate) fn not_found(case: CaseId) -> Error {
    Error::NotFound(sentence!("there is no case {case}; see `docket case list`", case))
}

/// No platform pays back more than is disputed, in another currency than the payment's.
fn amount_problem(case: &Case, response: &Response) -> Option<Problem> {
    let amount = match response {
        Response::Accept { amount, .. } | Response::Offer { amount, .. } => (*amount)?,
        Response::Contest { .. }
        | Response::Message { .. }
        | Response::Escalate { .. }
        | Response::Appeal { .. }
        | Response::SupportingInfo { .. }
        | Response::AcknowledgeReturn { .. } => return None,
    };
    let disputed = case.facts.amount;
    if amount.currency != disputed.currency {
        let todo = sentence!(
            "give the amount in {currency}",
            currency = disputed.currency.to_string()
        );
        return Some(Problem {
            what: sentence!("{amount} is not in the dispute's currency", amount),
            todo,
        });
    }
    if amount.minor <= 0 || amount.minor > disputed.minor {
        let todo = sentence!("choose an amount above 0 and up to {disputed}", disputed);
        return Some(Problem {
            what: sentence!("{amount} is outside the disputed amount", amount),
            todo,
        });
    }
    None
}
