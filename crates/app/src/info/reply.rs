//! A reply by mail to a question: whose it is, its two parts and its files, kept like an answer on the page.

mod text;

use docket_core::chain::digest;
use docket_core::id::{ClientId, MailId, RequestId};
use docket_core::person::Locale;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::Language;
use docket_store::ClientScope;
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};

use self::text::{Labels, parts};
use super::page::CLIENT;
use super::{AnswerProblem, NewAnswer};
use crate::Desk;
use crate::error::{Error, Result};
use crate::taken::plain_name;

/// Largest mail: the page's 64 MB of files, which base64 makes a third longer, and some text.
pub const MAIL_LIMIT: u64 = 90 << 20;
/// Files of one reply at most, as on the page.
const FILES: usize = 10;

/// What became of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It is an answer to that question now.
    Kept(RequestId),
    /// The same answer stands there already: the mail came twice.
    Known(RequestId),
    /// A machine wrote it (a holiday reply, a report of a mail server); it is no answer.
    Automatic,
}

/// What stands above the line of our mails, and the two lines that people write.
pub(super) fn marker() -> Sentence {
    sentence!("Reply above this line")
}

fn answer_label() -> Sentence {
    sentence!("Answer:")
}

/// What a reply's second part begins with.
pub(super) fn plan_label() -> Sentence {
    sentence!("Action plan:")
}

impl Desk {
    /// Takes a mail that a client's mail program, or the mail server before us, hands over: an RFC 5322 message with its
    /// headers. Its question is that of the mail it replies to (`In-Reply-To`, `References`), or of the page whose address
    /// it quotes.
    ///
    /// # Errors
    /// `Invalid` or `NotFound` for a mail that can never be taken, with what its sender should do: no question belongs to
    /// it, one of the two parts is missing, or the question takes no answers any more. Nothing of it is kept then.
    pub async fn take_reply(&self, mail: &[u8]) -> Result<Reply> {
        let parsed = MessageParser::default().parse(mail);
        let message = parsed
            .ok_or_else(|| Error::Invalid(sentence!("this is no mail: headers and a body are expected")))?;
        if automatic(&message) {
            return Ok(Reply::Automatic);
        }
        let texts = (0..message.text_body_count()).filter_map(|n| message.body_text(n));
        let body = texts.collect::<Vec<_>>().join("\n");
        let Some((request, client)) = self.question_of(&message, &body).await? else {
            return Err(Error::NotFound(sentence!(
                "this mail belongs to no question; reply to the mail that asked, or answer on the page that it names"
            )));
        };
        let (answer, action_plan) = parts(&body, &self.labels());
        let mut new = NewAnswer {
            answer,
            action_plan,
            files: Vec::new(),
            from: format!("mail of {}", sender(&message)),
        };
        if new.problems().contains(&AnswerProblem::NoPlan) {
            return Err(Error::Invalid(sentence!(
                "nothing was kept: write your answer, then a line “Action plan:”, and under it what you will do and by when; or answer on the page that the mail names"
            )));
        }
        // Before its files are kept; `keep_client_answer` says it.
        if new.problems().is_empty() {
            self.take_attachments(&message, &mut new).await?;
        }
        let there = self.db.info_answers(ClientScope::One(client), request).await?;
        let same = |a: &docket_core::request::InfoAnswer| {
            a.answer == new.answer && a.action_plan == new.action_plan && a.files == new.files
        };
        if there.iter().any(same) {
            return Ok(Reply::Known(request));
        }
        self.keep_client_answer((request, client), &new, CLIENT).await?;
        Ok(Reply::Kept(request))
    }

    async fn question_of(&self, message: &Message<'_>, body: &str) -> Result<Option<(RequestId, ClientId)>> {
        for header in [message.in_reply_to(), message.references()] {
            for id in header.as_text_list().unwrap_or_default() {
                let ours = id.split('@').next().and_then(|id| id.parse::<MailId>().ok());
                let Some(id) = ours else { continue };
                if let Some(mail) = self.db.mail(id).await?
                    && let Some(request) = mail.request
                {
                    return Ok(Some((request, mail.client)));
                }
            }
        }
        for token in tokens(body) {
            if let Some(request) = self.db.info_request_by_token(&digest(token)).await? {
                return Ok(Some((request.id, request.client)));
            }
        }
        Ok(None)
    }

    /// Keeps what a reply brings along. What cannot be taken (a logo of an unknown kind, a card's number) is named in the
    /// answer, so that both sides see it.
    async fn take_attachments(&self, message: &Message<'_>, new: &mut NewAnswer) -> Result<()> {
        let mut left = Vec::new();
        for (index, part) in message.attachments().enumerate() {
            let name = part.attachment_name().map(plain_name);
            let name = name.unwrap_or_else(|| format!("file {}", index + 1));
            if new.files.len() == FILES {
                left.push(format!("{name}: no more than {FILES} files are taken"));
                continue;
            }
            match self.take_file(&name, part.contents().to_vec().into(), None).await {
                Ok(file) => new.files.push(file),
                Err(Error::Invalid(why)) => left.push(why.to_string()),
                Err(error) => return Err(error),
            }
        }
        if !left.is_empty() {
            new.answer = format!("{}\n\n[not taken: {}]", new.answer, left.join("; "));
        }
        Ok(())
    }

    /// The lines of a reply, in every language that our mails are written in.
    fn labels(&self) -> Labels {
        let say = |said: Sentence| {
            let one = |language: &Language| {
                let reader = Locale {
                    language: *language,
                    ..Locale::default()
                };
                (self.settings.voice)(reader, &said)
            };
            Language::ALL.iter().map(one).collect()
        };
        Labels {
            marker: say(marker()),
            answer: say(answer_label()),
            plan: say(plan_label()),
        }
    }
}

/// RFC 3834: whatever is not `no` was written by a machine. So are reports of mail servers (RFC 3464).
fn automatic(message: &Message<'_>) -> bool {
    let said = message.header("Auto-Submitted").and_then(HeaderValue::as_text);
    let report = message
        .content_type()
        .is_some_and(|kind| kind.subtype() == Some("report"));
    report || said.is_some_and(|said| !said.trim().eq_ignore_ascii_case("no"))
}

fn sender(message: &Message<'_>) -> String {
    let first = message.from().and_then(|from| from.first());
    let address = first.and_then(|from| from.address.as_deref());
    address.unwrap_or("an unknown sender").to_owned()
}

/// What stands behind `/ask/` in a text: 64 hexadecimal digits.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split("/ask/").skip(1).filter_map(|rest| {
        let token = rest.get(..64)?;
        token.bytes().all(|b| b.is_ascii_hexdigit()).then_some(token)
    })
}
