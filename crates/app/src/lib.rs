//! Use cases: the only place that joins store, queue, connector and core.
//!
//! [`Desk`] holds what every use case needs. Background work is in [`jobs`], what the worker does by the clock in
//! [`Desk::tick`].

mod advise;
pub mod board;
mod bulk;
mod buyer_files;
mod calendar;
mod cases;
mod choices;
mod clients;
mod connections;
mod connectors;
mod dossier;
mod drafts;
mod error;
mod evidence;
mod factors;
mod fees;
pub mod fields;
pub mod figures;
mod four_eyes;
mod handover;
mod health;
mod hooks;
mod import;
mod incidents;
mod info;
pub mod jobs;
mod ladder;
mod leave;
mod mail;
mod next;
mod notices;
mod observe;
mod orders;
mod packet;
mod packs;
mod page;
mod people;
mod prepare;
mod reconcile;
mod replay;
mod report;
mod respond;
mod rules;
mod safety_net;
mod search;
mod settings;
mod sla;
mod submit;
mod sync;
mod taken;
mod webhooks;
mod workspace;

use std::sync::Arc;
use std::time::Duration;

use docket_core::env::Env;
use docket_core::evidence::Matrix;
use docket_core::person::Locale;
use docket_core::recommend::Fee;
use docket_core::sentence::Sentence;
use docket_store::{Db, Files, Keyring};

pub use bulk::{
    BulkWish, Done as BulkDone, Plan as BulkPlan, Planned as BulkCase, Skill, Step as BulkStep, Workload,
};
pub use calendar::{DeadlineWall, day_at, day_start};
pub use cases::{CaseRecord, CaseView};
pub use choices::Choices;
pub use clients::{ClientView, ClientsReport};
pub use connectors::Connectors;
pub use docket_connector::{BuyerFile, Error as PlatformError, Problem, Said, Webhook, WebhookRefused};
pub use docket_documents::letter::Templates;
pub use dossier::CaseDossier;
pub use drafts::{CaseDraft, DraftConflict, Looked, SaveDraft, Saved, merged_text, statement_of};
pub use error::Error;
pub use evidence::{CaseChecklist, NewEvidence};
pub use factors::FactorsReport;
pub use fees::NewFee;
pub use handover::{Handover, HandoverCase, SignedHandover};
pub use health::{AccountHealth, HEALTH_DEFINITION, NewSales};
pub use hooks::{HookSettings, NewHook};
pub use import::{Column, ImportKind, ImportProgress, ImportReport, ImportRequest, RowError, Shop};
pub use info::{AnswerProblem, Ask, AskPage, AskWish, Asked, MAIL_LIMIT, NewAnswer, QuestionView, Reply};
pub use mail::{MailSettings, MailTls};
pub use packet::{CasePacket, templates};
pub use packs::{CaseChange, Difference, InputChange, PackWish, Recomputed};
pub use page::{Overview, QueuePage};
pub use people::{
    CameIn, FactorSetUp, LogIn, LogInAnswer, NewPerson, NewToken, Origin, PasswordRefused, PasswordSet,
    SessionLimits, StepRefused,
};
pub use prepare::{Prepare, Prepared, Responded};
pub use reconcile::{ConnectionView, JobRow, Reconciliation, SyncState};
pub use replay::RequestBegun;
pub use report::{Changed, Period, WinRateReport, WinRateWish};
pub use rules::{DryRun, NewRule};
pub use search::{Found, FoundCase};
pub use settings::{ChecklistItem, NewSetting};
pub use sla::{
    CALENDAR_EXAMPLE, CONTRACT_EXAMPLE, NewExclusion, ProposedOutages, SlaLine, SlaReport, SlaSection,
    SlaTarget, read_terms, sections as sla_sections, write_terms,
};
pub use sync::{Progress, SyncMode};
pub use taken::{GivenFiles, plain_name};
pub use webhooks::WebhookAnswer;
pub use workspace::{Preview, SeenFile, hold_until};

/// What the store's words are, for callers that must not see the store itself.
pub use docket_store::{
    AmountBand, AuditFilter, AuditRow, CaseFilter, CasePosition, Client, ClientScope, Connection,
    ConnectionHealth, DeadlineHour, Error as StoreError, FactorCase, FactorLevels, FactorRow, FoundBy,
    GroupBy, HistoryRow, KeptAnswer, MonthSales, OpenWebhook, ReportCase, Setting, StoredCase,
    StoredEvidence, StoredFee, SyncCounts, SyncRun, UnknownCode, Unmatched, Why,
};

/// How the desk works; every value has its key in the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Between two syncs of a connection.
    pub sync_every: Duration,
    /// Between two sweeps of all open cases of a connection.
    pub sweep_every: Duration,
    /// Reads at the same time for one connection.
    pub sync_concurrency: usize,
    /// Times that a read is tried within one sync before it is left to a job.
    pub read_attempts: u32,
    /// Longest that one sending call may take, upload included; then it is broken off. At most half the settle time.
    pub call_limit: Duration,
    /// After a call without an answer: how long until its absence at the platform is believed.
    pub settle: Duration,
    /// After a call that the platform answered: how long until a person is called because it does not show.
    pub confirm_within: Duration,
    /// Between two readings of an unconfirmed response.
    pub confirm_every: Duration,
    /// Calls for one response at most; each follows a reading that proved the absence of the one before.
    pub max_sends: i64,
    /// What platforms charge for disputes.
    pub fees: Vec<Fee>,
    /// What platforms changed, for the change log beside win rates.
    pub policy_changes: Vec<board::PolicyChange>,
    /// How long a client's rule waits before it sends, so that a person can stop it.
    pub rules_grace: Duration,
    /// Which evidence a case needs.
    pub matrix: Matrix,
    /// The texts of letters.
    pub templates: Arc<Templates>,
    /// Says sentences in mails as their readers read them.
    pub voice: Voice,
    /// How mail goes out; none where no mail server is configured, then people are told in the desk only.
    pub mail: Option<MailSettings>,
    /// Where clients reach the pages that are made for them, as seen from outside.
    pub public_url: Option<url::Url>,
    /// How long people stay logged in.
    pub sessions: SessionLimits,
    /// How others are told of what happens to cases.
    pub hooks: HookSettings,
}

/// Says a sentence in a language, its instants in a time zone.
pub type Voice = fn(Locale, &Sentence) -> String;

/// Says sentences in English, where nobody speaks other languages.
pub fn in_english(_: Locale, said: &Sentence) -> String {
    said.to_string()
}

/// Everything that a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub db: Db,
    /// Evidence files.
    pub files: Files,
    /// Keys of stored credentials.
    pub keys: Keyring,
    /// Time and randomness.
    pub env: Env,
    /// Ways to the platforms.
    pub connectors: Arc<Connectors>,
    /// How it works.
    pub settings: Arc<Settings>,
    /// Tells the worker of this process that there may be something to do.
    pub waker: docket_queue::Waker,
}
