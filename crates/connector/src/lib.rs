//! What a platform connector is: one trait without default bodies, neutral types, and errors that name the caller's
//! next step. The HTTP client with pacing, tokens and redaction that all connectors share is in [`http`].
#![deny(missing_docs)]

pub mod credentials;
mod driver;
mod error;
pub mod http;
mod outgoing;
pub mod token;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_core::evidence::{Asked, EvidenceKind};
use docket_core::factor::Factor;
use docket_core::id::DisputeRef;
use docket_core::packaging::Packaging;
use docket_core::response::{FileRef, Response, ReturnState};
use docket_core::sentence::Sentence;
use docket_core::snapshot::{Facts, Observed, SeenAnswer};
use docket_core::words::{ActionKind, Platform};
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use url::Url;

pub use driver::{Authorise, Bodies, Connect, Driver, Enrol, Exchange, Told, Vault, address_line};
pub use error::Error;
pub use outgoing::{NotTaken, Outside};

/// One platform, spoken to with the credentials of one connection.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Which platform.
    fn platform(&self) -> Platform;

    /// What this connector can do at all. What is allowed for one dispute now is in its snapshot.
    fn capability(&self, action: ActionKind) -> Capability;

    /// Disputes as a stream of pages, in an order that can be resumed from each page's checkpoint. The stream ends when
    /// everything up to `until` was listed. After an error, polling again asks for the same page again; whoever gives
    /// up drops the stream, and a new call with the last checkpoint goes on.
    fn changes(&self, what: Listing, until: DateTime<Utc>) -> BoxStream<'_, Result<Page, Error>>;

    /// How many disputes one [`Connector::glance`] takes, for platforms whose listing cannot tell what changed
    /// (Shopify): then every sync glances at every open case. `None` where the listing tells.
    fn glances(&self) -> Option<usize>;

    /// How these disputes stand now, as a listing would show them. One that the platform does not show is left out.
    async fn glance(&self, disputes: &[DisputeRef]) -> Result<Vec<Listed>, Error>;

    /// Reads one dispute in full.
    async fn read(&self, dispute: &DisputeRef) -> Result<Observed, Error>;

    /// The buyer's files that a dispute's body names and [`Connector::buyer_file`] can fetch. Empty where the platform
    /// shows them on its own pages only.
    ///
    /// # Errors
    /// `Contract` when the body is no dispute.
    fn buyer_files(&self, body: &[u8]) -> Result<Vec<BuyerFile>, Error>;

    /// Fetches one of them: media type and content.
    async fn buyer_file(&self, dispute: &DisputeRef, id: &str) -> Result<(String, Bytes), Error>;

    /// What the buyer says and what the platform asks for, as a dispute's body tells it.
    ///
    /// # Errors
    /// `Contract` when the body is no dispute.
    fn claim(&self, body: &[u8]) -> Result<Claim, Error>;

    /// The platform's own word for a kind of evidence, see [`docket_core::response::EvidenceItem`].
    fn evidence_word(&self, kind: EvidenceKind) -> &'static str;

    /// The platform's own word for the proof of what came back from the buyer; none where it takes none.
    fn return_proof(&self, what: ReturnState) -> Option<&'static str>;

    /// What form an answer may have: kinds of files, sizes, names, lengths. [`Connector::check`] judges by the same values.
    fn packaging(&self) -> Packaging;

    /// Checks a response against the platform's rules before anything is sent, with the dispute as last seen.
    /// Empty means: as far as can be known, it will be taken.
    fn check(&self, facts: &Facts, response: &Response) -> Vec<Problem>;

    /// How the platform shows this response once it has it, for recognising it when it is read back: texts cut as the
    /// platform cuts them, one entry for each of its own. Empty where only the dispute's state can prove it.
    fn echo(&self, response: &Response) -> Vec<SeenAnswer>;

    /// Sends a response, once. Never retries by itself: the error says what is known.
    async fn act(&self, dispute: &DisputeRef, outgoing: Outgoing<'_>) -> Result<Receipt, Error>;

    /// Verifies a webhook's signature and says which dispute it speaks of. The body is only a hint: truth is read.
    async fn verify_webhook(&self, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused>;

    /// Subscribes this address to the account's dispute events, and repairs what a subscription there lacks, where the
    /// platform has an API for it.
    async fn subscribe(&self, callback: &Url) -> Result<Subscribed, Error>;

    /// Asks what the account permits and how it is set up, without changing anything.
    async fn probe(&self) -> Result<Vec<Finding>, Error>;

    /// Whether the platform tells more about the disputed order than the dispute itself does.
    fn knows_orders(&self) -> bool;

    /// What the platform knows about the disputed order; none where it shows no order for this dispute.
    async fn order(&self, dispute: &DisputeRef, facts: &Facts) -> Result<Option<OrderFacts>, Error>;
}

/// A file that the buyer gave to the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerFile {
    /// The id to fetch it by.
    pub id: String,
    /// What the buyer or the platform called it.
    pub description: Option<String>,
    /// Its media type, as the platform says.
    pub media_type: Option<String>,
}

/// What a dispute's body tells of the buyer's claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// What the buyer says, oldest first; personal data.
    pub words: Vec<Said>,
    /// What the platform asks the merchant for and nobody answered yet.
    pub asked: Vec<Asked>,
}

/// Words of the buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When, where the platform tells.
    pub at: Option<DateTime<Utc>>,
    /// The words.
    pub text: String,
}

/// What subscribing came to.
#[derive(Debug, Clone, Default)]
pub struct Subscribed {
    /// What stands now, topic by topic, and what a person must do by hand.
    pub findings: Vec<Finding>,
    /// Keys to add to the credentials file, so that the events can be verified (PayPal: `webhook_id`).
    pub keys: Vec<(&'static str, String)>,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// The first import: everything that the platform still shows.
    First,
    /// What is new or changed since this cursor.
    Since(Cursor),
    /// Everything that may be open at the platform, whatever was listed before: finds what slipped through.
    Open,
}

/// What a platform knows about the order behind a dispute.
#[derive(Debug, Clone)]
pub struct OrderFacts {
    /// The contributing factors in it.
    pub factors: Vec<Factor>,
    /// Who bought, as far as the platform tells; only fingerprints of it are kept.
    pub buyer: Vec<String>,
    /// The body, byte for byte.
    pub raw: Vec<u8>,
    /// SHA-256 of the body.
    pub hash: [u8; 32],
}

/// Whether an action can be done through the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Yes.
    Supported,
    /// Only by hand, on the platform's own pages; the text says why.
    ManualOnly(&'static str),
    /// The platform knows no such thing.
    Unsupported,
}

/// Where a listing stands: opaque to everyone but the connector that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub serde_json::Value);

/// One page of changed disputes.
#[derive(Debug, Clone)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Listed>,
    /// Everything up to here was delivered with this page: store it once the page's cases are stored.
    pub checkpoint: Option<Cursor>,
    /// What a person must know about the platform as a whole, though everything still works: an API version that is no
    /// longer served as asked, say.
    pub alarm: Option<String>,
}

/// A dispute in a listing: enough to tell whether it changed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The platform's id.
    pub dispute: DisputeRef,
    /// Its version: the same as [`Observed::mark`] of the last reading if nothing changed since.
    pub mark: String,
    /// The reading itself, where rows of the listing are complete.
    pub observed: Option<Box<Observed>>,
}

/// A response ready for the wire.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// What to send.
    pub response: &'a Response,
    /// The files that it names, with their content, in its order.
    pub files: &'a [(FileRef, Bytes)],
    /// Our id of this attempt, for the platform's logs where it takes one.
    pub attempt: &'a str,
}

/// The platform answered that it took the response. Still to be proved by reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The platform's reference (PayPal: the debug id).
    pub reference: Option<String>,
    /// Names of files that it did not take with the response.
    pub left_out: Vec<String>,
}

/// Why a response would be refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{what}; {todo}")]
pub struct Problem {
    /// What is wrong.
    pub what: Sentence,
    /// What to do about it.
    pub todo: Sentence,
}

/// Problems, gathered.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one: what is wrong, and what to do about it.
    pub fn add(&mut self, what: impl Into<Sentence>, todo: impl Into<Sentence>) {
        self.0.push(Problem {
            what: what.into(),
            todo: todo.into(),
        });
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

/// A webhook call as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// Header names (lower case) and values.
    pub headers: &'a [(String, String)],
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// What a verified webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nudge {
    /// The platform's id of the event, for dropping repeats.
    pub event: String,
    /// The platform's word for what happened.
    pub topic: String,
    /// What to do about it.
    pub about: About,
}

/// What a webhook speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// This dispute changed: read it.
    Dispute(DisputeRef),
    /// A buyer or the platform asks for personal data or its erasure: a person must act.
    Privacy,
    /// Nothing that concerns the desk.
    Nothing,
}

/// Why a webhook was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// No secret or webhook id is configured: never accepted.
    #[error("webhooks are not configured for this connection: add `{0}` to its credentials")]
    NotConfigured(&'static str),
    /// A header is missing or unreadable.
    #[error("header `{0}` is missing or unreadable")]
    Header(&'static str),
    /// Certificate, signature or age do not hold.
    #[error("not genuine: {0}")]
    NotGenuine(String),
    /// The body is not a dispute event.
    #[error("not a dispute event: {0}")]
    Body(String),
    /// The certificate could not be fetched now: answer 503 and let the platform repeat.
    #[error("cannot verify now: {0}")]
    Later(String),
}

/// One line of `docket connection check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable key: `token`, `scope.disputes_read`, `list`, …
    pub key: String,
    /// What it speaks of.
    #[serde(default)]
    pub topic: Topic,
    /// Yes, no, or not known.
    pub ok: Option<bool>,
    /// In plain words.
    pub says: Sentence,
    /// What to do where it is not yes.
    pub todo: Option<Sentence>,
}

impl Finding {
    /// As it is kept, for readers of any language.
    pub fn kept(&self) -> serde_json::Value {
        serde_json::json!({
            "key": self.key, "topic": self.topic, "ok": self.ok,
            "says": self.says.kept(), "todo": self.todo.as_ref().map(Sentence::kept),
        })
    }

    /// About what the credentials permit. `todo` says what to do where it is not yes.
    pub fn access(key: &str, ok: Option<bool>, says: impl Into<Sentence>, todo: Option<&str>) -> Self {
        Self {
            key: key.to_owned(),
            topic: Topic::Access,
            ok,
            says: says.into(),
            todo: todo.map(|todo| todo.to_owned().into()),
        }
    }

    /// An item of the settings checklist, under `settings.` and its name. `todo` says how it is verified.
    pub fn setting(item: &str, ok: Option<bool>, says: impl Into<Sentence>, todo: Option<&str>) -> Self {
        Self {
            topic: Topic::Setting,
            ..Self::access(&format!("settings.{item}"), ok, says, todo)
        }
    }
}

/// What a finding speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What the credentials permit.
    #[default]
    Access,
    /// An item of the settings checklist (`domain.md` E2): how the merchant has set the platform up. `ok` is none where
    /// no API tells it and a person must say.
    Setting,
}
