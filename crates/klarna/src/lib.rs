#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod act;
mod auth;
mod calls;
mod check;
mod claim;
mod customer;
mod enrol;
mod errors;
mod generation;
mod inspect;
mod map;
mod orders;
mod pace;
mod probe;
mod region;
mod webhook;
mod windows;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::credentials::{self, CredentialsError};
use docket_connector::http::{Budget, Http, Shared};
use docket_connector::{
    BuyerFile, Capability, Claim, Connector, Driver, Enrol, Error, Finding, Listed, Listing, Nudge,
    OrderFacts, Outgoing, Page, Problem, Receipt, Subscribed, Webhook, WebhookRefused,
};
use docket_core::evidence::EvidenceKind;
use docket_core::id::DisputeRef;
use docket_core::packaging::Packaging;
use docket_core::response::{EvidenceItem, Response, ReturnState};
use docket_core::snapshot::{Facts, Observed, SeenAnswer};
use docket_core::words::{ActionKind, Platform};
use futures::stream::BoxStream;
use http::{HeaderName, HeaderValue};
use secrecy::SecretString;
use url::Url;

use auth::{Arrays, WebhookKey};
use generation::Generation;
use region::Region;

pub use enrol::{ENROLMENT, enroll};
pub use inspect::inspect;

/// Klarna, for the binary's list of platforms.
pub const DRIVER: Driver = Driver {
    platform: Platform::KLARNA,
    connect: |url, credentials, shared, _| {
        Klarna::new(url, credentials, shared).map(|account| Arc::new(account) as Arc<dyn Connector>)
    },
    inspect,
    dossier: orders::dossier,
    base_url: "https://api.klarna.com (api-na, api-oc) or https://api.playground.klarna.com",
    credentials: "username and password, or api_key; optional merchant_id, region (eu, na, oc), generation (v4, v3), \
                  array_style, extra_header, webhook_key_id, webhook_key",
    authorise: None,
    enrol: Some(Enrol {
        warning: ENROLMENT,
        run: enroll,
    }),
};

/// Why nothing is sent over v3.
const MANUAL_V3: &str = "this connection is set to Disputes API v3, which Docket only reads: answer in Klarna's merchant portal, \
     or set `generation` to v4 once the account is enrolled";

/// Calls per second on disputes (reference 2).
const DISPUTES: f64 = 200.0;
/// The same on orders: 200 live, 50 in the playground. Answers name the limit; until the first one the lower counts.
const ORDERS: f64 = 50.0;

/// One Klarna account, spoken to with the credentials of one connection.
#[derive(Clone)]
pub struct Klarna {
    http: Http,
    base: Url,
    authorization: HeaderValue,
    extra: Option<(HeaderName, HeaderValue)>,
    merchant_id: Option<String>,
    region: Option<Region>,
    generation: Generation,
    arrays: Arrays,
    webhook: Option<WebhookKey>,
    budgets: Budgets,
}

/// Klarna's rate limits are kept per merchant and class of operations, not per key (reference 2).
#[derive(Clone)]
struct Budgets {
    disputes: Arc<Budget>,
    orders: Arc<Budget>,
}

impl std::fmt::Debug for Klarna {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Klarna")
            .field("base", &self.base.as_str())
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

impl Klarna {
    /// Connects to the account behind `credentials` at `base_url` (`https://api.klarna.com`,
    /// `https://api.playground.klarna.com`, another region's, or any other host with or without a path in front); the
    /// README lists what the credentials may hold. Nothing is sent, and the account is not enrolled for anything.
    ///
    /// # Errors
    /// When the address is not https (loopback hosts excepted), or the credentials have another form or contradict it.
    /// No error repeats a value of the credentials.
    pub fn new(base_url: Url, credentials: &SecretString, shared: &Shared) -> Result<Self, CredentialsError> {
        let base = credentials::base(base_url, DRIVER.base_url)?;
        let given = auth::Given::read(credentials, &base)?;
        let budget = |class: &str, limit: f64| {
            let (size, rate) = pace::bucket(limit, 1.0);
            // Live and playground, and test servers, count for themselves.
            let key = format!("klarna {base} {} {class}", given.account);
            shared.budget(&key, || Budget::new(size, rate))
        };
        Ok(Self {
            http: shared.account("klarna", &format!("{base} {}", given.account), errors::reference),
            budgets: Budgets {
                disputes: budget("disputes", DISPUTES),
                orders: budget("orders", ORDERS),
            },
            authorization: given.authorization,
            extra: given.extra,
            merchant_id: given.merchant_id,
            region: given.region,
            generation: given.generation,
            arrays: given.arrays,
            webhook: given.webhook,
            base,
        })
    }
}

#[async_trait]
impl Connector for Klarna {
    fn platform(&self) -> Platform {
        Platform::KLARNA
    }

    /// v4 has represent, accept-loss and appeal (reference 3), and nothing to talk to the customer with.
    fn capability(&self, action: ActionKind) -> Capability {
        match (action, self.generation) {
            (ActionKind::Contest | ActionKind::Accept | ActionKind::Appeal, Generation::V4) => {
                Capability::Supported
            }
            (ActionKind::Contest | ActionKind::Accept | ActionKind::Appeal, Generation::V3) => {
                Capability::ManualOnly(MANUAL_V3)
            }
            (
                ActionKind::Offer
                | ActionKind::Message
                | ActionKind::Escalate
                | ActionKind::SupportingInfo
                | ActionKind::AcknowledgeReturn,
                Generation::V3 | Generation::V4,
            ) => Capability::Unsupported,
        }
    }

    fn changes(&self, what: Listing, until: DateTime<Utc>) -> BoxStream<'_, Result<Page, Error>> {
        self.pages(&what, until)
    }

    /// Rows of the list are complete (reference 3).
    fn glances(&self) -> Option<usize> {
        None
    }

    async fn glance(&self, _: &[DisputeRef]) -> Result<Vec<Listed>, Error> {
        Err(Error::Unsupported("Klarna's list tells what changed".to_owned()))
    }

    async fn read(&self, dispute: &DisputeRef) -> Result<Observed, Error> {
        self.show(dispute).await
    }

    fn buyer_files(&self, body: &[u8]) -> Result<Vec<BuyerFile>, Error> {
        customer::customer_files(body)
    }

    async fn buyer_file(&self, dispute: &DisputeRef, id: &str) -> Result<(String, Bytes), Error> {
        self.customer_evidence(dispute, id).await
    }

    fn claim(&self, body: &[u8]) -> Result<Claim, Error> {
        claim::claim(body)
    }

    fn evidence_word(&self, kind: EvidenceKind) -> &'static str {
        claim::word(kind)
    }

    fn return_proof(&self, _: ReturnState) -> Option<&'static str> {
        None
    }

    fn packaging(&self) -> Packaging {
        check::PACKAGING
    }

    fn check(&self, facts: &Facts, response: &Response) -> Vec<Problem> {
        check::check(facts, response)
    }

    /// One answer with one text, cut to what Klarna shows for certain, and the files by their descriptions (reference 4). What an appeal
    /// carries may be its text alone, so its files prove nothing.
    fn echo(&self, response: &Response) -> Vec<SeenAnswer> {
        let answer = |action, evidence: &[EvidenceItem]| {
            SeenAnswer::text(action, &map::shown(&act::text::of(evidence)))
        };
        match response {
            Response::Contest { evidence, .. } => {
                let files = response.files().into_iter();
                vec![SeenAnswer {
                    files: files.map(|file| map::shown(&file.name)).collect(),
                    ..answer(ActionKind::Contest, evidence)
                }]
            }
            Response::Appeal { evidence } => vec![answer(ActionKind::Contest, evidence)],
            // The state proves it; of the rest Klarna knows nothing.
            Response::Accept { .. }
            | Response::Offer { .. }
            | Response::Message { .. }
            | Response::Escalate { .. }
            | Response::SupportingInfo { .. }
            | Response::AcknowledgeReturn { .. } => Vec::new(),
        }
    }

    async fn act(&self, dispute: &DisputeRef, outgoing: Outgoing<'_>) -> Result<Receipt, Error> {
        self.perform(dispute, outgoing).await
    }

    async fn verify_webhook(&self, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused> {
        webhook::verify(self.webhook.as_ref(), webhook)
    }

    /// Direct merchants ask their contact at Klarna, others subscribe in the portal (reference 11): no call does it.
    async fn subscribe(&self, callback: &Url) -> Result<Subscribed, Error> {
        let todo = format!(
            "ask your contact at Klarna, or use the Webhooks app of the portal: send payment.dispute.* to {callback}, then \
             store the signing key as `webhook_key_id` and `webhook_key` (docket connection credentials)"
        );
        let finding = Finding::access(
            "webhook.subscription",
            None,
            "Klarna subscribes webhooks by hand only",
            Some(&todo),
        );
        Ok(Subscribed {
            findings: vec![finding],
            keys: Vec::new(),
        })
    }

    async fn probe(&self) -> Result<Vec<Finding>, Error> {
        self.ask().await
    }

    /// Order Management knows the order (reference 12).
    fn knows_orders(&self) -> bool {
        true
    }

    async fn order(&self, _: &DisputeRef, facts: &Facts) -> Result<Option<OrderFacts>, Error> {
        self.order_facts(facts).await
    }
}
