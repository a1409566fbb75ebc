//! Enrolment for v4 (reference 1 and 3). It changes deadlines, fees and holds for the client's disputes from then on, so
//! nothing here calls it: a person does, by a command that asks first and is logged.

use docket_connector::Error;
use docket_connector::credentials::endpoint;
use docket_connector::http::{Call, Intent, Payload, Shared};
use futures::future::BoxFuture;
use secrecy::SecretString;
use url::Url;

use crate::generation::Generation;
use crate::{Klarna, errors};

/// What enrolment changes, for the person who confirms it.
pub const ENROLMENT: &str = "From now on this account's new disputes run under FRAMEWORK_2026 of Klarna's Disputes API v4: up to \
    21 days to answer (7 for unauthorised purchases, 96 hours for stop requests), one answer, an appeal within 10 days, a \
    dispute fee at opening that is not refunded on a win, and the disputed amount may be held while a dispute is open. \
    Disputes opened before keep their old rules, and webhooks of v4 need their own subscription.";

const ROUTE: &str = "/v4/payment/disputes/merchants/{merchant}/enroll";

/// Enrols the account behind a base address and a credentials file, for a command that has no connection at hand. Says
/// what stands afterwards.
///
/// # Errors
/// As [`Klarna::enroll`]; `Unsupported` where the credentials cannot be used.
pub fn enroll<'a>(
    base_url: Url,
    credentials: &'a SecretString,
    shared: &'a Shared,
) -> BoxFuture<'a, Result<String, Error>> {
    Box::pin(async move {
        let account = Klarna::new(base_url, credentials, shared);
        let account = account.map_err(|error| Error::Unsupported(error.to_string()))?;
        account.enroll().await?;
        Ok("Klarna has the account enrolled for its Disputes API v4".to_owned())
    })
}

impl Klarna {
    /// Enrols the merchant for v4. Klarna answers alike when it is enrolled already. Call it only after a person has
    /// read [`ENROLMENT`] and agreed.
    ///
    /// # Errors
    /// `Rejected` without a merchant id; `Auth` where Klarna refuses, as it does for accounts that a payment service
    /// provider runs; `OutcomeUnknown` where no answer came: then ask again, since a second enrolment changes nothing.
    pub async fn enroll(&self) -> Result<(), Error> {
        let merchant = self.merchant_id.as_deref().ok_or_else(|| Error::Rejected {
            code: "NO_MERCHANT_ID".to_owned(),
            message: "the credentials name no merchant: add its id (K0123456) as `merchant_id`".to_owned(),
            reference: None,
        })?;
        match self.generation {
            Generation::V4 => {}
            Generation::V3 => {
                return Err(Error::Unsupported(
                    "the connection is set to v3: set `generation` to v4 before enrolling".to_owned(),
                ));
            }
        }
        let address = endpoint(
            &self.base,
            &["v4", "payment", "disputes", "merchants", merchant, "enroll"],
        );
        let call = Call::post(address, ROUTE, Payload::Empty);
        let answer = self.send(call, &self.budgets.disputes).await?;
        if !answer.status.is_success() {
            let error = errors::refusal(&answer, Intent::Write);
            tracing::warn!(%error, "Klarna refused to enrol the account for its Disputes API v4");
            return Err(error);
        }
        tracing::info!(
            reference = errors::reference(&answer.headers, &answer.body),
            "the account is enrolled for Klarna's Disputes API v4"
        );
        Ok(())
    }
}
