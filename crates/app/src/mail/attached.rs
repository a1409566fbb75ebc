//! Mails with files, each handed over at most once.

use std::time::SystemTime;

use docket_core::pack::Pack;
use docket_documents::board::report_words;
use docket_queue::Outcome;
use lettre::AsyncTransport;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Body, Message, MultiPart, SinglePart};

use super::{MailSettings, address_of, refused};
use crate::error::{Error, Result};

/// A file of a mail.
pub(crate) struct Attached {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// What became of a mail.
pub(crate) enum Handed {
    /// The server took it.
    Taken,
    /// It did not: the server said so, or nothing was handed over.
    Refused(Result<Outcome>),
    /// The connection broke off before its answer.
    Unknown,
}

impl MailSettings {
    /// Whether the server answers, before anything is handed to it.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn reach(&self) -> Result<()> {
        let away =
            || Error::Mail("the mail server cannot be reached; check mail.server and mail.port".to_owned());
        let transport = self.transport().map_err(|_| away())?;
        match transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(away()),
        }
    }

    /// A pack as a mail: the same Message-ID for ever.
    pub(crate) fn with_attachments(&self, pack: &Pack, attached: Vec<Attached>) -> Result<Message> {
        let wrong = |why: String| Error::Invalid(why.into());
        let words = report_words(pack.language);
        let month = [("month", pack.month.format("%Y-%m").to_string())];
        let from = address_of(&self.from).map_err(Error::Invalid)?;
        let mut message = Message::builder()
            .message_id(Some(format!("<{}@{}>", pack.id, from.email.domain())))
            .date(SystemTime::from(pack.made_at))
            .from(from)
            .subject(words.say("pack.subject", &month));
        for recipient in &pack.recipients {
            message = message.to(address_of(recipient).map_err(Error::Invalid)?);
        }
        let text = SinglePart::plain(words.say("pack.body", &month));
        let mut parts = MultiPart::mixed().singlepart(text);
        for file in attached {
            let kind = ContentType::parse(&file.media_type).map_err(|e| wrong(e.to_string()))?;
            // Text that a mail may carry as it is would get other line ends on its way; what is sent is what is kept.
            let body = Body::new_with_encoding(file.content, ContentTransferEncoding::Base64)
                .map_err(|_| wrong("a file cannot be attached".to_owned()))?;
            parts = parts.singlepart(Attachment::new(file.name).body(body, kind));
        }
        message
            .multipart(parts)
            .map_err(|e| wrong(format!("the mail cannot be written: {e}")))
    }

    /// Hands a mail over, once.
    pub(crate) async fn hand_over(&self, message: Message) -> Handed {
        let transport = match self.transport() {
            Ok(transport) => transport,
            Err(error) => return Handed::Refused(refused(&error)),
        };
        match transport.send(message).await {
            Ok(_) => Handed::Taken,
            // A code is an answer; what is wrong on our side was never handed over.
            Err(error) if error.status().is_some() || error.is_client() || error.is_tls() => {
                Handed::Refused(refused(&error))
            }
            Err(_) => Handed::Unknown,
        }
    }
}
