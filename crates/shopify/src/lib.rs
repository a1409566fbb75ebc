#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod act;
mod auth;
mod authorise;
mod calls;
mod check;
mod documents;
mod errors;
mod gql;
mod inspect;
mod listing;
mod map;
mod mark;
mod order;
mod packet;
mod probe;
mod signature;
mod subscribe;
mod token;
mod upload;
mod webhook;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::credentials::CredentialsError;
use docket_connector::http::{Answer, Budget, Call, Http, Shared};
use docket_connector::{
    Authorise, BuyerFile, Capability, Claim, Connector, Driver, Error, Finding, Listed, Listing, Nudge,
    OrderFacts, Outgoing, Page, Problem, Receipt, Subscribed, Vault, Webhook, WebhookRefused,
};
use docket_core::evidence::EvidenceKind;
use docket_core::id::DisputeRef;
use docket_core::packaging::Packaging;
use docket_core::response::{Response, ReturnState};
use docket_core::snapshot::{Facts, Observed, SeenAnswer};
use docket_core::words::{ActionKind, Platform};
use futures::stream::BoxStream;
use secrecy::SecretString;
use url::Url;

pub use inspect::inspect;

/// Shopify, for the binary's list of platforms.
pub const DRIVER: Driver = Driver {
    platform: Platform::SHOPIFY,
    connect: |url, credentials, shared, vault| {
        Shopify::new(url, credentials, shared, vault).map(|shop| Arc::new(shop) as Arc<dyn Connector>)
    },
    inspect,
    dossier: order::dossier,
    base_url: "https://{shop}.myshopify.com",
    credentials: "shop, and one of: access_token; client_id and client_secret; client_id, client_secret and refresh_token \
                  (with access_token and expires_at); optional webhook_secret, api_version, scopes",
    authorise: Some(Authorise {
        page: authorise::page,
        exchange: authorise::exchange,
    }),
    enrol: None,
};

/// Where a person sees a dispute's evidence in the admin and can press "Submit now" (reference 5). It takes the number of
/// the evidence; the dispute's own number leads nowhere there. `shop` may be given with or without `.myshopify.com`.
pub fn admin_link(shop: &str, evidence_id: &str) -> String {
    let handle = shop.strip_suffix(".myshopify.com").unwrap_or(shop);
    let number = evidence_id.rsplit('/').next().unwrap_or(evidence_id);
    format!("https://admin.shopify.com/store/{handle}/payments/dispute_evidences/{number}")
}

/// One shop, spoken to with the credentials of one connection.
pub struct Shopify {
    http: Http,
    base: Url,
    domain: String,
    version: String,
    tokens: token::Tokens,
    /// Query points of this app and shop (reference 7).
    points: Arc<Budget>,
    /// REST calls of this app and shop (reference 7).
    rest_calls: Arc<Budget>,
    /// What verifies webhooks.
    signing: Option<SecretString>,
    served: gql::Served,
}

impl std::fmt::Debug for Shopify {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shopify")
            .field("base", &self.base.as_str())
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Shopify {
    /// Connects to the shop behind `credentials` at `base_url` (`https://{shop}.myshopify.com`; on this machine any
    /// address, with a path in front). All addresses are derived from it, the token's included. `credentials` is a JSON
    /// object with `shop` and the keys of one of the kinds that the README names; `vault` keeps those that renew
    /// themselves.
    ///
    /// # Errors
    /// When the address is not the shop's own, or the credentials have another form. No error repeats a value.
    pub fn new(
        base_url: Url,
        credentials: &SecretString,
        shared: &Shared,
        vault: Arc<dyn Vault>,
    ) -> Result<Self, CredentialsError> {
        let given = auth::Given::read(credentials)?;
        let base = auth::base(base_url, &given.domain)?;
        let signing = given.signing();
        let keys = given.keys.ok_or_else(|| {
            CredentialsError::Unusable(
                "there is no token and no app in it: add `access_token`, or `client_id` and `client_secret`"
                    .into(),
            )
        })?;
        let app = given.app.map(|app| app.id).unwrap_or_default();
        let key = format!("{base} {app}");
        Ok(Self {
            http: shared.account("shopify", &key, errors::reference),
            tokens: token::Tokens::new(keys, &base, vault),
            // Reference 7: corrected by the figures in the first answer.
            points: shared.budget(&format!("shopify {key}"), || {
                Budget::metered(1000.0, 50.0, documents::DEAREST)
            }),
            rest_calls: shared.budget(&format!("shopify REST {key}"), || Budget::metered(40.0, 2.0, 1.0)),
            domain: given.domain,
            version: given.version,
            signing,
            served: gql::Served::default(),
            base,
        })
    }

    /// Sends a call with the shop's token.
    async fn authorised<F>(&self, make: F) -> Result<Answer, Error>
    where
        F: Fn() -> Result<Call, Error> + Send + Sync,
    {
        self.tokens.authorised(&self.http, make).await
    }
}

#[async_trait]
impl Connector for Shopify {
    fn platform(&self) -> Platform {
        Platform::SHOPIFY
    }

    /// Reference 2: evidence is the only thing that the API takes.
    fn capability(&self, action: ActionKind) -> Capability {
        match action {
            ActionKind::Contest => Capability::Supported,
            ActionKind::Accept => Capability::ManualOnly(
                "Shopify's API cannot accept a dispute; open the dispute in the Shopify admin and accept it there",
            ),
            ActionKind::Offer
            | ActionKind::Message
            | ActionKind::Escalate
            | ActionKind::Appeal
            | ActionKind::SupportingInfo
            | ActionKind::AcknowledgeReturn => Capability::Unsupported,
        }
    }

    fn changes(&self, what: Listing, _until: DateTime<Utc>) -> BoxStream<'_, Result<Page, Error>> {
        match what {
            Listing::First => self.listing(None),
            Listing::Since(cursor) => self.listing(Some(cursor)),
            Listing::Open => self.open_ones(),
        }
    }

    /// Shopify's list cannot tell what changed (reference fact 2).
    fn glances(&self) -> Option<usize> {
        Some(calls::GLANCE)
    }

    async fn glance(&self, disputes: &[DisputeRef]) -> Result<Vec<Listed>, Error> {
        self.look_at(disputes).await
    }

    async fn read(&self, dispute: &DisputeRef) -> Result<Observed, Error> {
        self.show(dispute).await.map(|shown| shown.observed)
    }

    /// Shopify shows nothing of what the buyer gave to the bank.
    fn buyer_files(&self, _: &[u8]) -> Result<Vec<BuyerFile>, Error> {
        Ok(Vec::new())
    }

    async fn buyer_file(&self, _: &DisputeRef, _: &str) -> Result<(String, Bytes), Error> {
        Err(Error::Unsupported(
            "the buyer's files are shown on the platform's own pages only".to_owned(),
        ))
    }

    /// Shopify shows neither the buyer's words nor a question (reference 2): the reason is all there is.
    fn claim(&self, _: &[u8]) -> Result<Claim, Error> {
        Ok(Claim::default())
    }

    fn evidence_word(&self, kind: EvidenceKind) -> &'static str {
        packet::word(kind)
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

    /// One entry for each text field and each file, see `Packet::echo`.
    fn echo(&self, response: &Response) -> Vec<SeenAnswer> {
        packet::Packet::of(response)
            .map(|packet| packet.echo())
            .unwrap_or_default()
    }

    async fn act(&self, dispute: &DisputeRef, outgoing: Outgoing<'_>) -> Result<Receipt, Error> {
        self.perform(dispute, outgoing).await
    }

    async fn verify_webhook(&self, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused> {
        self.verify(&webhook)
    }

    async fn subscribe(&self, callback: &Url) -> Result<Subscribed, Error> {
        Ok(Subscribed {
            findings: self.subscribe_to_events(callback).await?,
            keys: Vec::new(),
        })
    }

    async fn probe(&self) -> Result<Vec<Finding>, Error> {
        self.findings().await
    }

    /// Fulfilments, tracking, risk, refunds and protection stand on the order.
    fn knows_orders(&self) -> bool {
        true
    }

    async fn order(&self, dispute: &DisputeRef, facts: &Facts) -> Result<Option<OrderFacts>, Error> {
        self.order_facts(dispute, facts).await
    }
}
