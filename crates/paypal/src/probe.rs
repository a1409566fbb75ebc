//! What the account permits, asked without changing anything.

use docket_connector::http::read_json;
use docket_connector::token::Token;
use docket_connector::{Error, Finding};
use docket_core::sentence;
use docket_core::sentence::Sentence;

use crate::PayPal;
use crate::calls::LIST;
use crate::wire::List;

const READ: &str = "https://uri.paypal.com/services/disputes/read-seller";
const UPDATE: &str = "https://uri.paypal.com/services/disputes/update-seller";

impl PayPal {
    /// The findings of `docket connection check`. With refused credentials it ends after the first.
    pub(crate) async fn ask(&self) -> Result<Vec<Finding>, Error> {
        let token = match self.fresh_token().await {
            Ok(token) => token,
            Err(Error::Auth { message, .. }) => {
                return Ok(vec![Finding::access(
                    "token",
                    Some(false),
                    "PayPal issues no token",
                    Some(message.as_str()),
                )]);
            }
            Err(error) => return Err(error),
        };
        let mut findings = vec![Finding::access(
            "token",
            Some(true),
            "PayPal issues a token for these credentials",
            None,
        )];
        findings.push(self.scope(&token, "scope.disputes_read", READ, sentence!("reading disputes")));
        findings.push(self.scope(
            &token,
            "scope.disputes_update",
            UPDATE,
            sentence!("answering disputes"),
        ));
        findings.push(self.list_one().await?);
        findings.push(match &self.webhook_id {
            Some(_) => Finding::access("webhook", Some(true), "a webhook id is stored: webhooks will be verified", None),
            None => Finding::access(
                "webhook",
                None,
                "no webhook id is stored: webhooks are refused and changes are seen by polling only",
                Some(
                    "subscribe the app to CUSTOMER.DISPUTE.CREATED, .UPDATED and .RESOLVED and add the subscription's \
                     id to the credentials as `webhook_id`",
                ),
            ),
        });
        findings.extend(self.checklist());
        Ok(findings)
    }

    /// What a token permits is fixed when it is issued, so the check asks for a new one.
    async fn fresh_token(&self) -> Result<Token, Error> {
        let token = self.http.token(&self.credentials).await?;
        self.http.forget(&self.credentials, &token).await;
        self.http.token(&self.credentials).await
    }

    fn scope(&self, token: &Token, key: &str, scope: &str, what: Sentence) -> Finding {
        if self.assertion.is_some() {
            return Finding::access(
                key,
                None,
                sentence!(
                    "{what}: decided by the merchant's consent, which the partner's token does not show",
                    what
                ),
                Some("check the merchant's consent for READ_SELLER_DISPUTE and UPDATE_SELLER_DISPUTE"),
            );
        }
        if token.scopes.is_empty() {
            return Finding::access(
                key,
                None,
                sentence!("{what}: the token names no permissions", what),
                None,
            );
        }
        if token.scopes.iter().any(|granted| granted == scope) {
            return Finding::access(key, Some(true), sentence!("{what} is permitted", what), None);
        }
        Finding::access(
            key,
            Some(false),
            sentence!("{what} is not permitted", what),
            Some(
                "tick `Customer disputes` for the app in PayPal's developer dashboard, and check again some minutes later",
            ),
        )
    }

    async fn list_one(&self) -> Result<Finding, Error> {
        let mut url = self.disputes(&[]);
        url.query_pairs_mut().append_pair("page_size", "1");
        match self.get(&url, LIST).await {
            Ok(answer) => {
                let list: List<'_> = read_json(&answer.body, "list")?;
                let some = list.items.is_some_and(|items| !items.is_empty());
                let says = if some {
                    "disputes can be listed"
                } else {
                    "disputes can be listed; there are none in 180 days"
                };
                Ok(Finding::access("list", Some(true), says, None))
            }
            Err(
                Error::Auth { message, .. } | Error::NotFound { message } | Error::Rejected { message, .. },
            ) => Ok(Finding::access(
                "list",
                Some(false),
                "disputes cannot be listed",
                Some(message.as_str()),
            )),
            Err(error) => Err(error),
        }
    }
}
