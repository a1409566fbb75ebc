//! People are told: in the desk, and by mail where a mail server is configured. Each occasion once, in the commit that
//! makes it one.

mod text;

use chrono::{DateTime, Utc};
use docket_core::case::{Case, Effect, Transition};
use docket_core::deadline::MISSED;
use docket_core::id::{CaseId, ClientId, MailId, NoticeId, RoundId};
use docket_core::notice::{Audience, Mail, Notice, NoticeKind, once_for_rung};
use docket_core::person::Locale;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::{DeadlineSource, WorkState};
use docket_queue::NewJob;
use docket_store::{ClientScope, UnitOfWork};

use self::text::Letter;
pub(crate) use self::text::distance;
use crate::error::{Error, Result};
use crate::mail::address_of;
use crate::{Desk, jobs};

impl Desk {
    /// A rung of the ladder was reached.
    pub(crate) async fn tell_rung(
        &self,
        unit: &mut UnitOfWork,
        transition: &Transition,
        rung: u8,
        deadline: DateTime<Utc>,
    ) -> Result<Vec<NewJob>> {
        let case = &transition.case;
        // The safety net is the only thing that plans a sending in the same change as a rung.
        let goes_now = transition
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Send { .. }));
        let at_platform = matches!(
            case.work_state,
            WorkState::Sending | WorkState::SentUnconfirmed | WorkState::Held
        );
        let estimated = case
            .round
            .deadline
            .is_some_and(|deadline| deadline.source == DeadlineSource::Estimated);
        let kind = if rung == MISSED && estimated && case.work_state != WorkState::Held {
            NoticeKind::EstimatePassed
        } else {
            NoticeKind::of_rung(rung, goes_now, at_platform)
        };
        let once = once_for_rung(case.id, deadline, rung);
        self.tell(unit, case, kind, &once).await
    }

    /// A deadline passed without a confirmed response.
    pub(crate) async fn tell_missed(
        &self,
        unit: &mut UnitOfWork,
        case: &Case,
        round: RoundId,
        deadline: DateTime<Utc>,
    ) -> Result<Vec<NewJob>> {
        self.raise_incident(unit, case, round, deadline).await?;
        let once = once_for_rung(case.id, deadline, MISSED);
        self.tell(unit, case, NoticeKind::DeadlineMissed, &once).await
    }

    /// Tells people something about a case, unless they were told on this occasion before. Gives the jobs that send the
    /// mails.
    pub(crate) async fn tell(
        &self,
        unit: &mut UnitOfWork,
        case: &Case,
        kind: NoticeKind,
        once: &str,
    ) -> Result<Vec<NewJob>> {
        let now = self.env.now();
        let client = unit.client_name(case.client).await?;
        let pending = match case.pending {
            Some(id) => unit.submission(id).await?,
            None => None,
        };
        let letter = Letter {
            case,
            client: &client,
            kind,
            send_at: pending.map(|p| p.send_at),
            now,
            public_url: self.settings.public_url.as_ref().map(url::Url::as_str),
        };
        let notice = Notice {
            id: NoticeId::new(&self.env),
            client: case.client,
            case: case.id,
            kind,
            audience: kind.audience(),
            text: letter.sentence().to_string(),
            raised_at: now,
            seen_at: None,
            seen_by: None,
        };
        if !unit.raise_notice(&notice, once).await? {
            return Ok(Vec::new());
        }
        let mut work = Vec::new();
        for recipient in self.addresses(notice.audience) {
            let reader = self.reader(unit, &recipient, None).await?;
            let say = |said: &Sentence| (self.settings.voice)(reader, said);
            let mail = Mail {
                id: MailId::new(&self.env),
                client: case.client,
                case: case.id,
                request: None,
                recipient,
                subject: say(&letter.subject()),
                body: letter.body(say),
                queued_at: now,
                sent_at: None,
            };
            unit.add_mail(&mail).await?;
            work.push(jobs::mail(&mail));
        }
        Ok(work)
    }

    /// In which language and time zone a mail is read: that of the person whose address it is, else that of the client's packs.
    pub(crate) async fn reader(
        &self,
        unit: &mut UnitOfWork,
        address: &str,
        client: Option<ClientId>,
    ) -> Result<Locale> {
        let email = address_of(address).map_or_else(|_| address.to_owned(), |known| known.email.to_string());
        if let Some(person) = unit.locale_of(&email).await? {
            return Ok(person);
        }
        let packs = match client {
            Some(client) => unit.packs_locale(client).await?,
            None => None,
        };
        Ok(packs.unwrap_or_default())
    }

    /// Each address once: the lead may be the desk.
    fn addresses(&self, audience: Audience) -> Vec<String> {
        let Some(mail) = &self.settings.mail else {
            return Vec::new();
        };
        let (desk, lead) = (mail.desk.clone(), mail.lead.clone());
        match audience {
            Audience::Desk => vec![desk],
            Audience::Lead => vec![lead],
            Audience::DeskAndLead if desk == lead => vec![desk],
            Audience::DeskAndLead => vec![desk, lead],
        }
    }

    /// What people were told, oldest first; what was seen only on request.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notices(
        &self,
        scope: ClientScope,
        seen_too: bool,
        after: Option<NoticeId>,
        limit: i64,
    ) -> Result<Vec<Notice>> {
        Ok(self.db.notices(scope, seen_too, after, limit).await?)
    }

    /// Somebody has seen a notice.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn notice_seen(&self, scope: ClientScope, id: NoticeId, by: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.notice_seen(scope, id, by, self.env.now()).await? {
            return Err(Error::NotFound(sentence!(
                "there is no notice {id}; see `docket notice list --all`",
                id
            )));
        }
        Ok(unit.commit().await?)
    }
}

/// Where a case is shown in the desk's own pages: whole where it is known under which address people reach them.
pub(crate) fn page_of(public_url: Option<&str>, case: CaseId) -> String {
    let base = public_url.unwrap_or_default().trim_end_matches('/');
    format!("{base}/cases/{case}")
}
