//! Asking: the question is stored with the case's change and the mail to the client.

use docket_core::sentence;
use docket_core::sentence::Sentence;

use chrono::{DateTime, Utc};
use docket_core::case::{self, Case, Command, Event};
use docket_core::id::{CaseId, ClientId, MailId, RequestId};
use docket_core::notice::Mail;
use docket_core::request::{InfoRequest, RequestState, default_due, expires};
use docket_core::words::Turn;
use docket_store::{Change, ClientScope, UnitOfWork};

use super::reply::{marker, plan_label};
use crate::error::{Error, Result};
use crate::mail::address_of;
use crate::notices::distance;
use crate::respond::{not_found, sensitive};
use crate::{Desk, jobs};

/// Longest question.
const QUESTION_LIMIT: usize = 5_000;

/// What a specialist wants to know.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The case.
    pub case: CaseId,
    /// The question.
    pub question: String,
    /// When the answer is due; none means by the rule.
    pub due: Option<DateTime<Utc>>,
    /// Where to mail it.
    pub to: Option<String>,
    /// Who asks.
    pub actor: String,
}

/// A question that was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub request: InfoRequest,
    /// The address of its page, or only its path where no public address is configured. Shown once.
    pub page: String,
}

impl Desk {
    /// Asks a client: the question is stored, the case waits, and the mail is queued, in one commit.
    ///
    /// # Errors
    /// When the case does not allow it, a time or address is wrong, or mail is wanted and not configured.
    pub async fn ask_client(&self, scope: ClientScope, ask: Ask) -> Result<Asked> {
        let question = ask.question.trim();
        if question.is_empty() || question.chars().count() > QUESTION_LIMIT {
            return Err(Error::Invalid(sentence!(
                "a question has between 1 and {question_limit} characters; change --question",
                question_limit = QUESTION_LIMIT
            )));
        }
        let shown = sensitive(question);
        if !shown.is_empty() {
            return Err(Error::Problems(shown));
        }
        let asked_about = self.case(scope, ask.case).await?;
        if let Some(to) = &ask.to {
            self.not_of_another_client(to, asked_about.case.client).await?;
            self.can_mail(to)?;
        }
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let stored = unit.case(ask.case).await?.ok_or_else(|| not_found(ask.case))?;
        let deadline = running_deadline(&stored.case).filter(|d| *d > now);
        let due = due_of(ask.due, now, deadline)?;
        let mut request = InfoRequest {
            id: RequestId::new(&self.env),
            client: stored.case.client,
            case: ask.case,
            question: question.to_owned(),
            recipient: ask.to,
            asked_by: ask.actor.clone(),
            asked_at: now,
            due_at: due,
            expires_at: expires(now, due, deadline),
            deadline,
            state: RequestState::Open,
            ended_at: None,
            next_step: None,
        };
        request.next_step = request.step_after(None, now);
        let command = Command::AskClient {
            request: request.id,
            due,
        };
        let transition = case::apply(&stored.case, Event::Command(command), now)?;
        unit.add_info_request(&request).await?;
        self.mail_client(
            &mut unit,
            &stored.case,
            &request,
            sentence!("A question about a payment dispute"),
        )
        .await?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, &ask.actor, &[change]).await?;
        let page = self.page_in(&mut unit, request.id, None).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(Asked { request, page })
    }

    /// Somebody who logs in for one client is never mailed what another is asked.
    async fn not_of_another_client(&self, to: &str, client: ClientId) -> Result<()> {
        let people = self.db.people().await?;
        let theirs = people
            .iter()
            .filter(|person| person.email.eq_ignore_ascii_case(to.trim()));
        let mut clients = theirs.filter_map(|person| person.access.client());
        if clients.all(|own| own == client) {
            return Ok(());
        }
        Err(Error::Invalid(sentence!(
            "{to} is somebody of another client; give an address of this one",
            to
        )))
    }

    pub(super) fn can_mail(&self, to: &str) -> Result<()> {
        address_of(to).map_err(|why| Error::Invalid(sentence!("--to: {why}", why)))?;
        match (&self.settings.mail, &self.settings.public_url) {
            (Some(_), Some(_)) => Ok(()),
            (None, _) => Err(Error::Invalid(sentence!(
                "no mail server is configured: set [mail], or leave --to away and pass the page's address on yourself"
            ))),
            (Some(_), None) => Err(Error::Invalid(sentence!(
                "clients cannot reach the page: set web.public_url, or leave --to away and pass the page's address on yourself"
            ))),
        }
    }

    /// Queues a mail about a question to the client's address, if there is one.
    pub(super) async fn mail_client(
        &self,
        unit: &mut UnitOfWork,
        case: &Case,
        request: &InfoRequest,
        about: Sentence,
    ) -> Result<()> {
        let (Some(recipient), Some(mail)) = (&request.recipient, &self.settings.mail) else {
            return Ok(());
        };
        let replies = mail.replies.is_some();
        let client = unit.client_name(case.client).await?;
        let now = self.env.now();
        let reader = self.reader(unit, recipient, Some(case.client)).await?;
        let say = |said: &Sentence| (self.settings.voice)(reader, said);
        let subject = sentence!(
            "{about} ({platform}, {client})",
            about,
            platform = case.platform.title(),
            client = &client
        );
        let mail = Mail {
            id: MailId::new(&self.env),
            client: case.client,
            case: case.id,
            request: Some(request.id),
            recipient: recipient.clone(),
            subject: say(&subject),
            body: letter(case, request, &client, replies, now, say),
            queued_at: now,
            sent_at: None,
        };
        unit.add_mail(&mail).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &[jobs::mail(&mail)]).await?;
        Ok(())
    }
}

pub(super) fn running_deadline(case: &Case) -> Option<DateTime<Utc>> {
    let runs = case.facts.turn == Turn::Ours || case.next_step.is_some();
    case.round.deadline.filter(|_| runs).map(|d| d.at)
}

fn due_of(
    wish: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    deadline: Option<DateTime<Utc>>,
) -> Result<DateTime<Utc>> {
    let Some(due) = wish else {
        return Ok(default_due(now, deadline));
    };
    if due <= now {
        return Err(Error::Invalid(sentence!(
            "--due is in the past; choose a later time"
        )));
    }
    match deadline {
        Some(deadline) if due >= deadline => Err(Error::Invalid(sentence!(
            "--due is not before the deadline {at}; choose an earlier time, or leave it away",
            at = deadline
        ))),
        Some(_) | None => Ok(due),
    }
}

/// Written by a voice; the question stands as it was asked.
fn letter(
    case: &Case,
    request: &InfoRequest,
    client: &str,
    replies: bool,
    now: DateTime<Utc>,
    say: impl Fn(&Sentence) -> String,
) -> String {
    let (platform, amount) = (case.platform.title(), case.facts.amount);
    let about = match case.facts.order_refs.first() {
        Some(order) => sentence!(
            "We answer a payment dispute for {client}: {platform}, {amount}, order {order}.",
            client,
            platform,
            amount,
            order
        ),
        None => sentence!(
            "We answer a payment dispute for {client}: {platform}, {amount}.",
            client,
            platform,
            amount
        ),
    };
    let by_mail = if replies {
        sentence!(
            "Whoever has this address can answer, so pass it on with care. You can also reply to this mail: first your answer, then a line “{plan}”, and under it what you will do and by when; files go with it.",
            plan = say(&plan_label())
        )
    } else {
        sentence!(
            "Whoever has this address can answer, so pass it on with care. A reply to this mail counts only when somebody has entered it, so the page is the safer way."
        )
    };
    let parts = [
        format!(
            "{}\n{}",
            say(&about),
            say(&sentence!("To answer it well we need to know:"))
        ),
        request.question.clone(),
        say(&sentence!(
            "Please answer by {due} ({distance}) on this page:",
            due = request.due_at,
            distance = distance(request.due_at, now)
        )),
        "{page}".to_owned(),
        format!(
            "{}\n{}\n",
            say(&sentence!(
                "It asks for two things: a detailed answer, and what you will do and by when. You can add files."
            )),
            say(&by_mail)
        ),
    ];
    let above = replies.then(|| format!("----- {} -----", say(&marker())));
    above.into_iter().chain(parts).collect::<Vec<_>>().join("\n\n")
}
