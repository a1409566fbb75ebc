//! GraphQL calls: pacing by cost, faults in answers with HTTP 200, and the version that was really served.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use docket_connector::Error;
use docket_connector::credentials::endpoint;
use docket_connector::http::{Answer, Call, Intent, Payload, read_json};
use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use serde_json::value::RawValue;

use crate::Shopify;
use crate::documents::Document;
use crate::errors::{self, Fault};

/// Route for logs, without the version.
const ROUTE: &str = "/admin/api/{version}/graphql.json";

/// Which version Shopify served last instead of the one asked for.
#[derive(Debug, Default)]
pub(crate) struct Served(Mutex<Option<String>>);

impl Served {
    fn note(&self, other: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = other;
    }

    pub(crate) fn other(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    errors: Option<Vec<Fault>>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    cost: Option<Cost>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    requested_query_cost: Option<f64>,
    actual_query_cost: Option<f64>,
    throttle_status: Option<Throttle>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Throttle {
    maximum_available: Option<f64>,
    currently_available: Option<f64>,
    restore_rate: Option<f64>,
}

/// An answer with HTTP 200 that was not throttled. Part of the data may be missing.
#[derive(Debug)]
pub(crate) struct Reply {
    data: Option<Box<RawValue>>,
    pub faults: Vec<Fault>,
    pub reference: Option<String>,
    intent: Intent,
}

impl Reply {
    /// The data, whatever is missing in it. None where there is none at all.
    pub(crate) fn data<T: DeserializeOwned>(&self, what: &str) -> Result<Option<T>, Error> {
        match &self.data {
            Some(data) => read_json(data.get().as_bytes(), what).map_err(|error| self.unread(error)),
            None => Ok(None),
        }
    }

    /// After a write, an answer that cannot be read does not say that nothing was done.
    fn unread(&self, error: Error) -> Error {
        match self.intent {
            Intent::Read => error,
            Intent::Write => Error::OutcomeUnknown {
                why: error.to_string(),
                reference: self.reference.clone(),
            },
        }
    }

    /// The error that explains why something is missing; none where no fault was named. Permissions come first.
    pub(crate) fn explanation(&self) -> Option<Error> {
        let fault = self
            .faults
            .iter()
            .find(|fault| fault.denied())
            .or(self.faults.first())?;
        Some(fault.error(self.intent, self.reference.clone()))
    }

    /// The error of an answer that lacks what was asked for.
    pub(crate) fn lacking(&self, what: &str) -> Error {
        self.explanation()
            .unwrap_or_else(|| self.unread(Error::contract(format!("{what}: nothing is in the answer"))))
    }

    /// Leaves a trace of what was refused beside data that came.
    pub(crate) fn log_missing(&self, what: &str) {
        for fault in &self.faults {
            let (place, code) = (fault.place(), fault.code().unwrap_or_default());
            let scope = fault.scope().unwrap_or_default();
            tracing::info!(what, place, code, scope, "a part of Shopify's answer is missing");
        }
    }
}

impl Shopify {
    /// Asks without changing anything.
    pub(crate) async fn query(
        &self,
        document: &Document,
        variables: serde_json::Value,
    ) -> Result<Reply, Error> {
        self.ask(document, variables, Intent::Read).await
    }

    /// Changes something: never repeated here, except after a 401, which handles nothing.
    pub(crate) async fn mutate(
        &self,
        document: &Document,
        variables: serde_json::Value,
    ) -> Result<Reply, Error> {
        self.ask(document, variables, Intent::Write).await
    }

    async fn ask(
        &self,
        document: &Document,
        variables: serde_json::Value,
        intent: Intent,
    ) -> Result<Reply, Error> {
        let estimate = document.cost(&variables);
        let body = json!({"query": document.text, "variables": variables}).to_string();
        let url = endpoint(&self.base, &["admin", "api", &self.version, "graphql.json"]);
        self.points.spend(estimate).await;
        let make = || {
            let mut call = Call::post(url.clone(), ROUTE, Payload::Json(body.clone().into()));
            call.intent = intent;
            Ok(call)
        };
        let answer = self.authorised(make).await?;
        if answer.status != StatusCode::OK {
            return Err(errors::refusal(&answer, intent));
        }
        self.note_version(&answer);
        self.reply(&answer, estimate, intent)
    }

    fn reply(&self, answer: &Answer, estimate: f64, intent: Intent) -> Result<Reply, Error> {
        let reference = errors::reference(&answer.headers, &answer.body);
        let envelope: Envelope<'_> =
            read_json(&answer.body, "GraphQL answer").map_err(|error| match intent {
                Intent::Read => error,
                Intent::Write => Error::OutcomeUnknown {
                    why: error.to_string(),
                    reference: reference.clone(),
                },
            })?;
        let cost = envelope.extensions.and_then(|extensions| extensions.cost);
        let faults = envelope.errors.unwrap_or_default();
        let throttled = faults.iter().any(|fault| fault.code() == Some("THROTTLED"));
        self.settle(cost.as_ref(), estimate, throttled);
        if throttled {
            return Err(Error::Retry {
                after: cost.as_ref().and_then(|cost| wait(cost, estimate)),
                why: "Shopify's query budget of this shop is used up (THROTTLED)".to_owned(),
            });
        }
        Ok(Reply {
            data: envelope
                .data
                .filter(|data| data.get() != "null")
                .map(ToOwned::to_owned),
            faults,
            reference,
            intent,
        })
    }

    /// Brings our bucket in step with Shopify's (reference 7): what was not used comes back, and its figures win.
    fn settle(&self, cost: Option<&Cost>, estimate: f64, throttled: bool) {
        let Some(cost) = cost else { return };
        let used = if throttled {
            0.0
        } else {
            cost.actual_query_cost.unwrap_or(estimate)
        };
        self.points.give_back(estimate - used);
        if let Some(status) = &cost.throttle_status
            && let Some(left) = status.currently_available
        {
            self.points
                .correct(left, status.maximum_available, status.restore_rate);
        }
    }

    /// A lapsed version is served by the oldest supported one (reference 1, "fall forward").
    fn note_version(&self, answer: &Answer) {
        let served = answer
            .headers
            .get("x-shopify-api-version")
            .and_then(|value| value.to_str().ok())
            .filter(|served| served.len() <= 20);
        if let Some(served) = served {
            self.served
                .note(Some(served.to_owned()).filter(|served| *served != self.version));
        }
    }

    /// What a person must know where another version answers than was asked for.
    pub(crate) fn version_alarm(&self) -> Option<String> {
        let served = self.served.other()?;
        Some(format!(
            "Shopify serves API version {served} instead of {}: update Docket, or set `api_version` in the credentials to a \
             version that Shopify still supports",
            self.version
        ))
    }
}

/// `(requested − available) / restoreRate` (reference 7), at least a second.
fn wait(cost: &Cost, estimate: f64) -> Option<Duration> {
    let status = cost.throttle_status.as_ref()?;
    let rate = status.restore_rate.filter(|rate| *rate > 0.0)?;
    let missing = cost.requested_query_cost.unwrap_or(estimate) - status.currently_available?;
    Duration::try_from_secs_f64((missing / rate).clamp(1.0, 3600.0)).ok()
}
