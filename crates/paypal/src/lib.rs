#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod act;
mod auth;
mod calls;
mod check;
mod claim;
mod dossier;
mod errors;
mod map;
mod probe;
mod settings;
mod subscribe;
mod webhook;
mod windows;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::credentials::{self, CredentialsError, endpoint};
use docket_connector::http::{Call, Http, Shared, read_json};
use docket_connector::token::{Carried, ClientCredentials, SecretIn};
use docket_connector::{
    BuyerFile, Capability, Claim, Connector, Driver, Error, Finding, Listed, Listing, Nudge, OrderFacts,
    Outgoing, Page, Problem, Receipt, Subscribed, Webhook, WebhookRefused,
};
use docket_core::evidence::EvidenceKind;
use docket_core::id::DisputeRef;
use docket_core::packaging::Packaging;
use docket_core::proof;
use docket_core::response::{Response, ReturnState};
use docket_core::snapshot::{Facts, Observed, SeenAnswer, Snapshot};
use docket_core::words::{ActionKind, Platform};
use futures::stream::BoxStream;
use http::HeaderValue;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

pub use webhook::WebhookTrust;

/// PayPal, for the binary's list of platforms.
pub const DRIVER: Driver = Driver {
    platform: Platform::PAYPAL,
    connect: |url, credentials, shared, _| {
        PayPal::new(url, credentials, shared).map(|account| Arc::new(account) as Arc<dyn Connector>)
    },
    inspect,
    dossier: dossier::dossier,
    base_url: "https://api-m.paypal.com or https://api-m.sandbox.paypal.com",
    credentials: "client_id, client_secret, optional payer_id (partner mode), optional webhook_id",
    authorise: None,
    enrol: None,
};

/// One PayPal account, spoken to with the credentials of one connection.
#[derive(Clone)]
pub struct PayPal {
    http: Http,
    base: Url,
    credentials: ClientCredentials,
    /// For partners: on whose behalf each call is made.
    assertion: Option<HeaderValue>,
    webhook_id: Option<String>,
    trust: WebhookTrust,
}

impl std::fmt::Debug for PayPal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PayPal")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl PayPal {
    /// Connects to the account behind `credentials` at `base_url` (`https://api-m.paypal.com`,
    /// `https://api-m.sandbox.paypal.com`, or any other host with or without a path in front). All addresses are
    /// derived from it, the token's included. `credentials` is a JSON object with `client_id` and `client_secret`,
    /// and if wanted `payer_id` (partners: the merchant on whose behalf to act) and `webhook_id`.
    ///
    /// # Errors
    /// When the address is not https (loopback hosts excepted) or the credentials have another form. No error
    /// repeats a value.
    pub fn new(base_url: Url, credentials: &SecretString, shared: &Shared) -> Result<Self, CredentialsError> {
        let base = credentials::base(base_url, DRIVER.base_url)?;
        let given = auth::Given::read(credentials)?;
        let assertion = given
            .payer_id
            .as_deref()
            .map(|payer| auth::assertion(&given.client_id, payer));
        let key = format!(
            "{base} {} {}",
            given.client_id,
            given.payer_id.as_deref().unwrap_or_default()
        );
        Ok(Self {
            http: shared.account("paypal", &key, errors::reference),
            credentials: ClientCredentials {
                token_url: endpoint(&base, &["v1", "oauth2", "token"]),
                client_id: given.client_id,
                secret: given.client_secret,
                secret_in: SecretIn::Header,
                carried: Carried::Bearer,
            },
            assertion,
            webhook_id: given.webhook_id,
            trust: WebhookTrust::paypal(&base, shared.certificates())?,
            base,
        })
    }

    /// Replaces whom webhooks may be signed by: for simulators and for tests.
    #[must_use]
    pub fn with_webhook_trust(mut self, trust: WebhookTrust) -> Self {
        self.trust = trust;
        self
    }

    /// An address below the disputes' address.
    fn disputes(&self, below: &[&str]) -> Url {
        let mut path = vec!["v1", "customer", "disputes"];
        path.extend(below);
        endpoint(&self.base, &path)
    }

    /// Adds what every call carries.
    fn dress(&self, mut call: Call) -> Call {
        if let Some(assertion) = &self.assertion {
            call.headers.insert("paypal-auth-assertion", assertion.clone());
        }
        call
    }
}

#[async_trait]
impl Connector for PayPal {
    fn platform(&self) -> Platform {
        Platform::PAYPAL
    }

    /// All actions of the merchant's side have an endpoint (reference 2).
    fn capability(&self, action: ActionKind) -> Capability {
        match action {
            ActionKind::Contest
            | ActionKind::Accept
            | ActionKind::Offer
            | ActionKind::Message
            | ActionKind::Escalate
            | ActionKind::Appeal
            | ActionKind::SupportingInfo
            | ActionKind::AcknowledgeReturn => Capability::Supported,
        }
    }

    /// The list reaches 180 days back whatever is asked, so a sweep lists as much as a first import.
    fn changes(&self, what: Listing, until: DateTime<Utc>) -> BoxStream<'_, Result<Page, Error>> {
        match what {
            Listing::First | Listing::Open => self.pages(None, until),
            Listing::Since(cursor) => self.pages(Some(cursor), until),
        }
    }

    /// Rows of the list carry the time of the last change (reference 2).
    fn glances(&self) -> Option<usize> {
        None
    }

    async fn glance(&self, _: &[DisputeRef]) -> Result<Vec<Listed>, Error> {
        Err(Error::Unsupported("PayPal's list tells what changed".to_owned()))
    }

    async fn read(&self, dispute: &DisputeRef) -> Result<Observed, Error> {
        self.show(dispute).await
    }

    /// PayPal shows buyers' documents in the Resolution Centre; downloading them takes a scope that PayPal grants to few (reference 2).
    fn buyer_files(&self, _: &[u8]) -> Result<Vec<BuyerFile>, Error> {
        Ok(Vec::new())
    }

    async fn buyer_file(&self, _: &DisputeRef, _: &str) -> Result<(String, Bytes), Error> {
        Err(Error::Unsupported(
            "the buyer's files are shown on the platform's own pages only".to_owned(),
        ))
    }

    fn claim(&self, body: &[u8]) -> Result<Claim, Error> {
        claim::claim(body)
    }

    fn evidence_word(&self, kind: EvidenceKind) -> &'static str {
        claim::word(kind)
    }

    fn return_proof(&self, what: ReturnState) -> Option<&'static str> {
        claim::return_word(what)
    }

    fn packaging(&self) -> Packaging {
        check::PACKAGING
    }

    fn check(&self, facts: &Facts, response: &Response) -> Vec<Problem> {
        check::check(facts, response)
    }

    /// PayPal shows notes, tracking numbers, refund ids and file names as they were sent (reference 3).
    fn echo(&self, response: &Response) -> Vec<SeenAnswer> {
        proof::verbatim(response)
    }

    async fn act(&self, dispute: &DisputeRef, outgoing: Outgoing<'_>) -> Result<Receipt, Error> {
        self.perform(dispute, outgoing).await
    }

    async fn verify_webhook(&self, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused> {
        self.verify(webhook).await
    }

    async fn subscribe(&self, callback: &Url) -> Result<Subscribed, Error> {
        self.subscribe_to_events(callback).await
    }

    async fn probe(&self) -> Result<Vec<Finding>, Error> {
        self.ask().await
    }

    /// Everything that PayPal tells about the payment stands in the dispute itself.
    fn knows_orders(&self) -> bool {
        false
    }

    async fn order(&self, _: &DisputeRef, _: &Facts) -> Result<Option<OrderFacts>, Error> {
        Ok(None)
    }
}

/// Reads one raw payload as PayPal gives it: a row of the list, a dispute in full, or a webhook event, of which the
/// `resource` is read.
///
/// # Errors
/// `Contract`, saying what was expected, for anything else.
pub fn inspect(raw: &[u8], now: DateTime<Utc>) -> Result<Snapshot, Error> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        resource: Option<&'a RawValue>,
        #[serde(borrow)]
        items: Option<&'a RawValue>,
        #[serde(borrow)]
        dispute_id: Option<&'a RawValue>,
    }
    // A file that was cut is a broken file: there is nothing to try again.
    let broken = |error| match error {
        Error::Retry { why, .. } => Error::Contract { what: why },
        other => other,
    };
    let expected = "expected one PayPal dispute (a row of the list's `items` or the answer for one dispute) or a \
                    webhook event with a `resource`";
    if raw.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Error::contract(format!(
            "{expected}; this is an array: give one of its elements"
        )));
    }
    let shape: Shape<'_> = read_json(raw, "payload").map_err(broken)?;
    let body = match (shape.dispute_id, shape.resource, shape.items) {
        (Some(_), _, _) => raw,
        (None, Some(resource), _) => resource.get().as_bytes(),
        (None, None, Some(_)) => {
            return Err(Error::contract(format!(
                "{expected}; this is a whole list: give one row of its `items`"
            )));
        }
        (None, None, None) => {
            return Err(Error::contract(format!(
                "{expected}; this has neither `dispute_id` nor `resource`"
            )));
        }
    };
    map::snapshot(&read_json(body, "dispute").map_err(broken)?, now)
}
