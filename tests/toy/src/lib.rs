//! A fourth platform, as small as a platform can be: what a new one costs. It lists by a running number, shows a dispute,
//! takes one answer, and signs its webhooks with a shared word.

mod map;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::credentials::{CredentialsError, Given, base, endpoint};
use docket_connector::http::{Answer, Call, Http, Payload, Shared, read_json, sha256};
use docket_connector::{
    About, BuyerFile, Capability, Claim, Connector, Cursor, Driver, Error, Finding, Listed, Listing, Nudge,
    OrderFacts, Outgoing, Page, Problem, Receipt, Subscribed, Webhook, WebhookRefused,
};
use docket_core::dossier::Dossier;
use docket_core::evidence::EvidenceKind;
use docket_core::id::DisputeRef;
use docket_core::packaging::{Names, Packaging, Texts};
use docket_core::proof;
use docket_core::response::{Response, ReturnState};
use docket_core::snapshot::{Facts, Observed, SeenAnswer};
use docket_core::words::{ActionKind, Platform};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// The toy platform, for a list of platforms.
pub const DRIVER: Driver = Driver {
    platform: Platform::new("toy"),
    connect: |url, credentials, shared, _| {
        Toy::new(url, credentials, shared).map(|toy| Arc::new(toy) as Arc<dyn Connector>)
    },
    inspect: |raw, _| map::snapshot(&read_json(raw, "dispute")?),
    dossier: |_| Dossier::default(),
    base_url: "http://127.0.0.1:PORT",
    credentials: "word",
    authorise: None,
    enrol: None,
};

struct Toy {
    http: Http,
    base: Url,
    word: SecretString,
}

#[derive(Deserialize)]
struct List {
    disputes: Vec<Row>,
    reached: u64,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    version: u64,
}

impl Toy {
    fn new(url: Url, credentials: &SecretString, shared: &Shared) -> Result<Self, CredentialsError> {
        let mut given = Given::read(credentials, &["word"], r#"{"word": "…"}"#)?;
        let base = base(url, DRIVER.base_url)?;
        Ok(Self {
            http: shared.account("toy", base.as_str(), |_, _| None),
            word: given.need("word", "ask the toy maker")?.into(),
            base,
        })
    }

    async fn get(&self, url: Url, route: &'static str) -> Result<Answer, Error> {
        let answer = self.http.send(Call::get(url, route)).await?;
        match answer.status {
            StatusCode::OK => Ok(answer),
            StatusCode::NOT_FOUND => Err(Error::NotFound {
                message: "the toy platform knows no such dispute".to_owned(),
            }),
            status => Err(Error::contract(format!("answered {}", status.as_u16()))),
        }
    }

    async fn list(&self, after: u64) -> Result<Page, Error> {
        let mut url = endpoint(&self.base, &["disputes"]);
        url.query_pairs_mut().append_pair("after", &after.to_string());
        let answer = self.get(url, "/disputes").await?;
        let list: List = read_json(&answer.body, "list")?;
        let listed = |row: Row| Listed {
            dispute: DisputeRef(row.id),
            mark: row.version.to_string(),
            observed: None,
        };
        Ok(Page {
            items: list.disputes.into_iter().map(listed).collect(),
            checkpoint: Some(Cursor(json!(list.reached))),
            alarm: None,
        })
    }
}

#[async_trait]
impl Connector for Toy {
    fn platform(&self) -> Platform {
        DRIVER.platform
    }

    fn capability(&self, action: ActionKind) -> Capability {
        match action {
            ActionKind::Contest => Capability::Supported,
            ActionKind::Accept => Capability::ManualOnly("give the toy back at the counter"),
            ActionKind::Offer
            | ActionKind::Message
            | ActionKind::Escalate
            | ActionKind::Appeal
            | ActionKind::SupportingInfo
            | ActionKind::AcknowledgeReturn => Capability::Unsupported,
        }
    }

    fn changes(&self, what: Listing, _: DateTime<Utc>) -> BoxStream<'_, Result<Page, Error>> {
        let after = match what {
            Listing::First | Listing::Open => 0,
            Listing::Since(Cursor(reached)) => reached.as_u64().unwrap_or(0),
        };
        stream::once(self.list(after)).boxed()
    }

    fn glances(&self) -> Option<usize> {
        None
    }

    async fn glance(&self, _: &[DisputeRef]) -> Result<Vec<Listed>, Error> {
        Err(Error::Unsupported("the list tells what changed".to_owned()))
    }

    async fn read(&self, dispute: &DisputeRef) -> Result<Observed, Error> {
        let url = endpoint(&self.base, &["disputes", dispute.as_str()]);
        let answer = self.get(url, "/disputes/{id}").await?;
        let wire: map::Dispute = read_json(&answer.body, "dispute")?;
        Ok(Observed {
            mark: wire.version.to_string(),
            snapshot: map::snapshot(&wire)?,
            hash: sha256(&answer.body),
            raw: answer.body.into(),
            dated: true,
            buyer: Vec::new(),
        })
    }

    /// Toys have no files.
    fn buyer_files(&self, _: &[u8]) -> Result<Vec<BuyerFile>, Error> {
        Ok(Vec::new())
    }

    async fn buyer_file(&self, _: &DisputeRef, _: &str) -> Result<(String, Bytes), Error> {
        Err(Error::Unsupported(
            "the buyer's files are shown on the platform's own pages only".to_owned(),
        ))
    }

    fn claim(&self, _: &[u8]) -> Result<Claim, Error> {
        Ok(Claim::default())
    }

    fn evidence_word(&self, kind: EvidenceKind) -> &'static str {
        kind.as_str()
    }

    fn return_proof(&self, _: ReturnState) -> Option<&'static str> {
        None
    }

    /// Texts alone.
    fn packaging(&self) -> Packaging {
        Packaging {
            types: &[],
            file_bytes: 0,
            all_bytes: None,
            files: Some(0),
            files_of_piece: None,
            pdf_pages: None,
            archival: false,
            names: Names {
                besides: None,
                chars: None,
            },
            texts: Texts {
                one: 2_000,
                appeal: 2_000,
                all: None,
            },
        }
    }

    fn check(&self, _: &Facts, _: &Response) -> Vec<Problem> {
        Vec::new()
    }

    fn echo(&self, response: &Response) -> Vec<SeenAnswer> {
        proof::verbatim(response)
    }

    async fn act(&self, dispute: &DisputeRef, outgoing: Outgoing<'_>) -> Result<Receipt, Error> {
        let text: Vec<String> = self.echo(outgoing.response).into_iter().map(|a| a.text).collect();
        let body = json!({ "text": text.join("\n") }).to_string();
        let url = endpoint(&self.base, &["disputes", dispute.as_str(), "answer"]);
        let call = Call::post(url, "/disputes/{id}/answer", Payload::Json(body.into()));
        let answer = self.http.send(call).await?;
        if answer.status == StatusCode::OK {
            return Ok(Receipt {
                reference: None,
                left_out: Vec::new(),
            });
        }
        Err(Error::Rejected {
            code: answer.status.as_u16().to_string(),
            message: "the toy platform does not want this answer".to_owned(),
            reference: None,
        })
    }

    async fn verify_webhook(&self, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused> {
        let word = webhook.headers.iter().find(|(name, _)| name == "x-toy-word");
        let (_, word) = word.ok_or(WebhookRefused::Header("x-toy-word"))?;
        if word != self.word.expose_secret() {
            return Err(WebhookRefused::NotGenuine("the word is another".to_owned()));
        }
        let body: Value =
            serde_json::from_slice(webhook.body).map_err(|e| WebhookRefused::Body(e.to_string()))?;
        let text = |key: &str| body[key].as_str().map(str::to_owned);
        let about = match (text("dispute"), text("person")) {
            (Some(dispute), _) => About::Dispute(DisputeRef(dispute)),
            (None, Some(_)) => About::Privacy,
            (None, None) => About::Nothing,
        };
        let event = text("event").ok_or_else(|| WebhookRefused::Body("it has no `event`".to_owned()))?;
        Ok(Nudge {
            event,
            topic: text("topic").unwrap_or_default(),
            about,
        })
    }

    async fn subscribe(&self, _: &Url) -> Result<Subscribed, Error> {
        Ok(Subscribed::default())
    }

    async fn probe(&self) -> Result<Vec<Finding>, Error> {
        self.list(0).await.map(|_| Vec::new())
    }

    fn knows_orders(&self) -> bool {
        false
    }

    async fn order(&self, _: &DisputeRef, _: &Facts) -> Result<Option<OrderFacts>, Error> {
        Ok(None)
    }
}
