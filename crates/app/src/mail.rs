//! Mail: handed to the configured server by a job, at least once.
//!
//! A mail is sent again only where it is not known that the server took it: the connection broke before its answer, or
//! this process died before writing the answer down. Each mail keeps one Message-ID for ever, so that mail programs fold
//! what arrives twice.

mod attached;

use std::time::{Duration, SystemTime};

use docket_core::id::MailId;
use docket_core::notice::Mail;
use docket_core::request::RequestState;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_queue::Outcome;
use docket_store::{ClientScope, UnitOfWork};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

pub(crate) use self::attached::{Attached, Handed};
use crate::Desk;
use crate::error::{Error, Result};

/// A mail whose server is not configured any more looks again after so long.
pub(crate) const UNCONFIGURED: chrono::Duration = chrono::Duration::minutes(15);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// TLS from the first byte (port 465).
    Tls,
    /// Plain at first, then TLS, or nothing is sent (port 587).
    Starttls,
    /// None: for a server on this machine.
    None,
}

/// How mail goes out.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The server's host.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// Log-in; empty for none.
    pub user: String,
    /// Its password.
    pub password: SecretString,
    /// The sender's address.
    pub from: String,
    /// Where clients' replies to questions go, which `docket info receive` takes; none where only the page takes answers.
    pub replies: Option<String>,
    /// Where the desk reads.
    pub desk: String,
    /// Where the lead reads.
    pub lead: String,
    /// Longest wait for the server in one step.
    pub timeout: Duration,
}

impl MailSettings {
    /// What is wrong with them, with the key that says so.
    ///
    /// # Errors
    /// When an address is none, or a password would go over the network in the open.
    pub fn check(&self) -> Result<()> {
        for (key, address) in [
            ("mail.from", &self.from),
            ("mail.desk", &self.desk),
            ("mail.lead", &self.lead),
            ("mail.replies", self.replies.as_ref().unwrap_or(&self.from)),
        ] {
            address_of(address).map_err(|why| Error::Invalid(format!("{key}: {why}").into()))?;
        }
        let local = self.server == "localhost"
            || self
                .server
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback());
        if self.tls == MailTls::None && !self.user.is_empty() && !local {
            return Err(Error::Invalid("mail.tls is `none` and mail.user is set: the password would go over the network in the open; choose `starttls` or `tls`".into()));
        }
        Ok(())
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
        let parameters = || TlsParameters::new_rustls(self.server.clone());
        let tls = match self.tls {
            MailTls::Tls => Tls::Wrapper(parameters()?),
            MailTls::Starttls => Tls::Required(parameters()?),
            MailTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.server)
            .port(self.port)
            .tls(tls)
            .timeout(Some(self.timeout));
        if !self.user.is_empty() {
            let password = self.password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(self.user.clone(), password));
        }
        Ok(builder.build())
    }
}

/// An address as people write it, or what is wrong with it.
pub(crate) fn address_of(text: &str) -> Result<Mailbox, Sentence> {
    text.parse().map_err(|_| {
        sentence!(
            "`{text}` is no mail address; write it like desk@example.com",
            text
        )
    })
}

impl Desk {
    /// Hands a mail to the server, unless it was.
    pub(crate) async fn send_mail(&self, id: MailId) -> Result<Outcome> {
        let Some(mail) = self.db.mail(id).await?.filter(|m| m.sent_at.is_none()) else {
            return Ok(Outcome::Done);
        };
        let Some(settings) = &self.settings.mail else {
            return Ok(Outcome::Later {
                at: self.env.now() + UNCONFIGURED,
                why: "no mail server is configured here; set [mail]".to_owned(),
            });
        };
        let Some(body) = self.body_of(&mail).await? else {
            return Ok(Outcome::Done);
        };
        let message = message(settings, &mail, body)?;
        let sent = match settings.transport() {
            Ok(transport) => transport.send(message).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(_) => {
                let mut unit = UnitOfWork::begin(&self.db).await?;
                unit.mail_sent(id, self.env.now()).await?;
                unit.commit().await?;
                Ok(Outcome::Done)
            }
            Err(error) => refused(&error),
        }
    }
}

impl Desk {
    /// The body as it is sent: with a fresh address of the question's page, because only a token's hash is kept. None
    /// where the question is not open any more.
    async fn body_of(&self, mail: &Mail) -> Result<Option<String>> {
        let Some(request) = mail.request else {
            return Ok(Some(mail.body.clone()));
        };
        let found = self
            .db
            .info_request(ClientScope::One(mail.client), request)
            .await?;
        if found.is_none_or(|r| r.state != RequestState::Open) {
            return Ok(None);
        }
        let page = self.new_page(request, None).await?;
        Ok(Some(mail.body.replace("{page}", &page)))
    }
}

fn message(settings: &MailSettings, mail: &Mail, body: String) -> Result<Message> {
    let address = |text: &str| address_of(text).map_err(Error::Invalid);
    let from = address(&settings.from)?;
    let message_id = format!("<{}@{}>", mail.id, from.email.domain());
    let mut builder = Message::builder();
    if let (Some(replies), Some(_)) = (&settings.replies, mail.request) {
        builder = builder.reply_to(address(replies)?);
    }
    let mut message = builder
        .message_id(Some(message_id))
        .date(SystemTime::from(mail.queued_at))
        .from(from)
        .to(address(&mail.recipient)?)
        .subject(&mail.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(body)
        .map_err(|e| Error::Invalid(format!("the mail cannot be written: {e}").into()))?;
    // Nobody's holiday reply should answer it (RFC 3834).
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    message
        .headers_mut()
        .insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
    Ok(message)
}

/// Codes of RFC 4954 that speak of the log-in: a matter of the configuration, which a person puts right.
const LOG_IN: [&str; 4] = ["530", "534", "535", "538"];

/// What a failed sending means. The server's own words may hold the address, so only its code is kept.
fn refused(error: &lettre::transport::smtp::Error) -> Result<Outcome> {
    let code = error.status().map(|c| c.to_string());
    match code {
        Some(code) if error.is_permanent() && !LOG_IN.contains(&code.as_str()) => Ok(Outcome::Dead {
            why: format!(
                "the mail server refuses this mail for good ({code}); check the address, then docket job retry"
            ),
        }),
        Some(code) => Err(Error::Mail(format!(
            "the mail server does not take the mail now ({code})"
        ))),
        None if error.is_timeout() => Err(Error::Mail("the mail server does not answer in time".to_owned())),
        None if error.is_tls() => Err(Error::Mail(
            "no secure connection to the mail server; check mail.tls and its certificate".to_owned(),
        )),
        None => Err(Error::Mail(
            "the mail server cannot be reached, or broke off; check mail.server and mail.port".to_owned(),
        )),
    }
}
