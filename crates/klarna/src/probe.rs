//! What the account permits and how it is set up, asked without changing anything.

mod checklist;

use docket_connector::http::{Call, Intent, read_json};
use docket_connector::{Error, Finding};
use docket_core::sentence;
use docket_core::sentence::Part;
use http::StatusCode;

use crate::calls::LIST;
use crate::generation::Generation;
use crate::orders::ORDER;
use crate::region::{Region, is_klarnas};
use crate::wire::{Dispute, FrameworkWord, HoldWord, List, OpenWord, Text};
use crate::{Klarna, errors};

/// An order that nobody has: the answer tells whether orders may be read.
const NO_ORDER: &str = "00000000-0000-0000-0000-000000000000";

impl Klarna {
    /// The findings of `docket connection check`. With refused credentials it ends after the first.
    pub(crate) async fn ask(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let first = match self.list_one().await {
            Ok(first) => first,
            Err(Refused::Credentials(message)) => {
                return Ok(vec![Finding::access(
                    "credentials",
                    Some(false),
                    "Klarna does not accept the credentials",
                    Some(&message),
                )]);
            }
            Err(Refused::Listing(message)) => {
                findings.push(Finding::access(
                    "list",
                    Some(false),
                    "disputes cannot be listed",
                    Some(&message),
                ));
                findings.push(self.api());
                findings.push(self.orders(None).await?);
                findings.push(self.webhooks());
                findings.extend(checklist::settings());
                return Ok(findings);
            }
            Err(Refused::Unknown(error)) => return Err(error),
        };
        findings.push(Finding::access(
            "credentials",
            Some(true),
            "Klarna accepts the credentials",
            None,
        ));
        findings.push(listed(first.as_ref()));
        findings.push(self.api());
        findings.extend(first.as_ref().and_then(framework));
        findings.extend(first.as_ref().and_then(holds));
        findings.push(self.orders(first.as_ref()).await?);
        findings.push(self.webhooks());
        findings.extend(checklist::settings());
        Ok(findings)
    }

    /// One row of the list, if there is one.
    async fn list_one(&self) -> Result<Option<Dispute>, Refused> {
        let mut url = self.disputes(&[]);
        url.query_pairs_mut().append_pair("size", "1");
        let answer = self.send(Call::get(url, LIST), &self.budgets.disputes).await?;
        if !answer.status.is_success() {
            let error = errors::refusal(&answer, Intent::Read);
            return Err(match error {
                Error::Auth { message, .. } if answer.status == StatusCode::UNAUTHORIZED => {
                    Refused::Credentials(message)
                }
                Error::Auth { message, .. }
                | Error::NotFound { message }
                | Error::Rejected { message, .. } => Refused::Listing(message),
                other @ (Error::Retry { .. }
                | Error::OutcomeUnknown { .. }
                | Error::Contract { .. }
                | Error::Unsupported(_)) => Refused::Unknown(other),
            });
        }
        let list: List<'_> = read_json(&answer.body, "list")?;
        let rows = list.disputes.unwrap_or_default();
        let row = rows.first();
        Ok(row
            .map(|row| read_json(row.get().as_bytes(), "dispute"))
            .transpose()?)
    }

    fn api(&self) -> Finding {
        let region: Part = self
            .region
            .map_or_else(|| sentence!("not named").into(), |region| region.as_str().into());
        let says = sentence!(
            "generation {generation}, region {region}",
            generation = self.generation.as_str(),
            region
        );
        match self.generation {
            Generation::V3 => Finding::access(
                "api_generation",
                Some(false),
                sentence!(
                    "{says}: cases are read and must be answered in the merchant portal",
                    says
                ),
                Some(
                    "ask Klarna which generation the account is on; once it is on v4, set `generation` to v4 (enrolment \
                     changes deadlines, fees and holds for this client, so it is a command of its own)",
                ),
            ),
            Generation::V4
                if self.base.host_str().is_some_and(is_klarnas) && self.region != Some(Region::Eu) =>
            {
                Finding::access(
                    "api_generation",
                    None,
                    sentence!(
                        "{says}: it is not documented that v4 is served outside of Europe",
                        says
                    ),
                    Some("compare the listed disputes with the merchant portal once"),
                )
            }
            Generation::V4 => Finding::access("api_generation", Some(true), says, None),
        }
    }

    async fn orders(&self, first: Option<&Dispute>) -> Result<Finding, Error> {
        let id = first
            .and_then(|dispute| dispute.order_id.as_ref())
            .and_then(Text::filled);
        let call = Call::get(self.order_address(id.unwrap_or(NO_ORDER)), ORDER);
        let answer = self.send(call, &self.budgets.orders).await?;
        Ok(match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Finding::access(
                "orders",
                Some(false),
                "Order Management cannot be read: cases go without carrier, shipment and refund data",
                Some("give the key read access to Order Management in the merchant portal"),
            ),
            status if status.is_success() || status == StatusCode::NOT_FOUND => {
                Finding::access("orders", Some(true), "Order Management can be read", None)
            }
            status => Finding::access(
                "orders",
                None,
                sentence!(
                    "Order Management answered {status}",
                    status = u32::from(status.as_u16())
                ),
                Some("check again later"),
            ),
        })
    }

    fn webhooks(&self) -> Finding {
        if self.webhook.is_some() {
            return Finding::access(
                "webhook",
                Some(true),
                "a signing key is stored: webhooks will be verified",
                None,
            );
        }
        Finding::access(
            "webhook",
            None,
            "no signing key is stored: webhooks are refused and changes are seen by polling only",
            Some(
                "subscribe to `payment.dispute.*` (portal, Webhooks app, or the Klarna contact) and add the signing key \
                 to the credentials as `webhook_key_id` and `webhook_key`; it is shown once",
            ),
        )
    }
}

/// Why the list did not come.
enum Refused {
    Credentials(String),
    Listing(String),
    Unknown(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Unknown(error)
    }
}

/// Reference 3: an empty list with 200 may mean that the account was onboarded to the API wrongly.
fn listed(first: Option<&Dispute>) -> Finding {
    if first.is_some() {
        return Finding::access("list", Some(true), "disputes can be listed", None);
    }
    Finding::access(
        "list",
        None,
        "disputes can be listed, and there are none",
        Some(
            "compare with the merchant portal. Where disputes stand there, the account was signed up for another \
             generation or wrongly: ask Klarna. Where none ever appear, this account's Klarna seems to run through a \
             payment service provider (Stripe, Adyen, Mollie, Shopify Payments, …), which handles its disputes: connect \
             that provider",
        ),
    )
}

/// Reference 1: which rules the newest dispute runs under.
fn framework(first: &Dispute) -> Option<Finding> {
    let word = first.configuration.as_ref()?.base_framework.as_ref()?;
    let says = match word {
        FrameworkWord::Of2020 => "disputes run under FRAMEWORK_2020: 14 days to answer, no appeal",
        FrameworkWord::Of2026 => {
            "disputes run under FRAMEWORK_2026: up to 21 days to answer, appeal within 10 days"
        }
        FrameworkWord::Unknown(_) => "disputes run under a framework that is new to Docket",
    };
    Some(Finding::access(
        "framework",
        (!word.is_unknown()).then_some(true),
        says,
        None,
    ))
}

/// Reference 9: whether the amount is held while a dispute is open.
fn holds(first: &Dispute) -> Option<Finding> {
    let options = first.configuration.as_ref()?.options.as_ref()?;
    let says = match options.hold_policy.as_ref()? {
        HoldWord::None => "Klarna holds no money while a dispute is open; it is charged at the end",
        HoldWord::OnInitiated => "Klarna holds the disputed amount from the opening on",
        HoldWord::Unknown(_) => "Klarna has a hold policy that is new to Docket",
    };
    Some(Finding::access("hold_policy", Some(true), says, None))
}
