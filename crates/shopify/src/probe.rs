//! What the app permits and how the shop is set up, asked without changing anything.

mod settings;

use docket_connector::{Error, Finding};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use serde::Deserialize;

use crate::Shopify;
use crate::documents;

type Saying = fn() -> Sentence;

/// A scope, what it serves, and what is not possible without it (reference 1, "Scopes").
const NEEDED: [(&str, Saying, Saying); 8] = [
    (
        "read_shopify_payments_disputes",
        || sentence!("disputes and their webhooks"),
        || sentence!("no dispute can be seen"),
    ),
    (
        "read_shopify_payments_dispute_evidences",
        || sentence!("evidence"),
        || sentence!("it cannot be seen whether evidence was sent"),
    ),
    (
        "write_shopify_payments_dispute_evidences",
        || sentence!("answers"),
        || sentence!("no dispute can be answered"),
    ),
    (
        "write_shopify_payments_dispute_file_uploads",
        || sentence!("files"),
        || sentence!("answers go out without files"),
    ),
    (
        "read_orders",
        || sentence!("orders, fulfilments, tracking and risk"),
        || sentence!("no facts about orders are shown"),
    ),
    (
        "read_returns",
        || sentence!("returns"),
        || sentence!("it is not shown which goods were sent back, and why"),
    ),
    (
        "read_legal_policies",
        || sentence!("the shop's policies"),
        || sentence!("policies are not compared with the order's date"),
    ),
    (
        "read_shopify_payments_accounts",
        || sentence!("the payments account"),
        || sentence!("fees and returned amounts are not shown"),
    ),
];

/// Orders older than 60 days; disputes often come later.
const OLD_ORDERS: &str = "read_all_orders";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Permitted {
    current_app_installation: Option<Installation>,
    public_api_versions: Option<Vec<Version>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    access_scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    handle: String,
}

#[derive(Deserialize)]
struct Version {
    handle: String,
    supported: bool,
}

impl Shopify {
    /// The findings of `docket connection check`. With refused credentials it ends after the first.
    pub(crate) async fn findings(&self) -> Result<Vec<Finding>, Error> {
        // A token of client credentials permits what was granted when it was issued.
        self.tokens.renew_scopes(&self.http).await;
        let permitted = match self.permitted().await {
            Ok(permitted) => permitted,
            Err(Error::Auth { message, .. }) => {
                let says = "Shopify does not accept the credentials";
                return Ok(vec![Finding::access("token", Some(false), says, Some(&message))]);
            }
            Err(error) => return Err(error),
        };
        let mut findings = vec![Finding::access(
            "token",
            Some(true),
            "Shopify accepts the credentials",
            None,
        )];
        let granted = permitted
            .current_app_installation
            .map(|installation| installation.access_scopes);
        let granted: Option<Vec<String>> =
            granted.map(|scopes| scopes.into_iter().map(|scope| scope.handle).collect());
        for (scope, what, without) in NEEDED {
            findings.push(scope_finding(granted.as_deref(), scope, what(), without()));
        }
        let without = sentence!("orders older than 60 days are not shown");
        findings.push(scope_finding(
            granted.as_deref(),
            OLD_ORDERS,
            sentence!("orders of any age"),
            without,
        ));
        findings.push(self.version_finding(permitted.public_api_versions.as_deref()));
        findings.push(self.list_finding().await?);
        findings.push(self.webhook_finding().await?);
        findings.extend(self.settings().await?);
        Ok(findings)
    }

    async fn permitted(&self) -> Result<Permitted, Error> {
        let reply = self.query(&documents::ACCESS, serde_json::json!({})).await?;
        reply
            .data::<Permitted>("access")?
            .ok_or_else(|| reply.lacking("access"))
    }

    fn version_finding(&self, versions: Option<&[Version]>) -> Finding {
        if let Some(alarm) = self.version_alarm() {
            let todo = "update Docket, or set `api_version` in the credentials to a supported one";
            return Finding::access("api_version", Some(false), alarm, Some(todo));
        }
        let known = versions
            .into_iter()
            .flatten()
            .find(|version| version.handle == self.version);
        match known {
            Some(version) if version.supported => {
                let says = sentence!("Shopify supports API version {version}", version = &self.version);
                Finding::access("api_version", Some(true), says, None)
            }
            Some(_) | None => Finding::access(
                "api_version",
                None,
                sentence!(
                    "Shopify does not list API version {version} as supported",
                    version = &self.version
                ),
                Some("update Docket, or set `api_version` in the credentials to a supported one"),
            ),
        }
    }

    async fn list_finding(&self) -> Result<Finding, Error> {
        #[derive(Deserialize)]
        struct Data {
            disputes: Option<serde::de::IgnoredAny>,
        }
        let reply = self
            .query(&documents::PAGE, documents::page(1, None, None))
            .await?;
        if reply
            .data::<Data>("disputes")?
            .and_then(|data| data.disputes)
            .is_some()
        {
            return Ok(Finding::access(
                "list",
                Some(true),
                "disputes can be listed",
                None,
            ));
        }
        match reply.lacking("disputes") {
            retry @ Error::Retry { .. } => Err(retry),
            error => {
                let todo = error.to_string();
                Ok(Finding::access(
                    "list",
                    Some(false),
                    "disputes cannot be listed",
                    Some(&todo),
                ))
            }
        }
    }

    async fn webhook_finding(&self) -> Result<Finding, Error> {
        if self.signing.is_none() {
            return Ok(Finding::access(
                "webhook",
                None,
                "no secret is stored: webhooks are refused and changes are seen by polling only",
                Some("add the app's `client_secret`, or `webhook_secret`, to the credentials"),
            ));
        }
        match self.subscribed().await {
            Ok(true) => Ok(Finding::access(
                "webhook",
                Some(true),
                "Shopify sends webhooks about disputes",
                None,
            )),
            Ok(false) => Ok(Finding::access(
                "webhook",
                None,
                "Shopify sends no webhooks about disputes: changes are seen by polling only",
                Some("run `docket connection webhooks`"),
            )),
            Err(error @ (Error::Retry { .. } | Error::OutcomeUnknown { .. })) => Err(error),
            Err(error) => {
                let todo = error.to_string();
                Ok(Finding::access(
                    "webhook",
                    None,
                    "subscriptions cannot be read",
                    Some(&todo),
                ))
            }
        }
    }
}

fn scope_finding(granted: Option<&[String]>, scope: &str, what: Sentence, without: Sentence) -> Finding {
    let key = format!("scope.{scope}");
    let Some(granted) = granted else {
        let todo = "look at the app's scopes in Shopify's Dev Dashboard";
        return Finding::access(
            &key,
            None,
            sentence!("{what}: Shopify does not tell the granted scopes", what),
            Some(todo),
        );
    };
    // Writing implies reading (reference 1).
    let implied = scope.strip_prefix("read_").map(|rest| format!("write_{rest}"));
    let has = granted
        .iter()
        .any(|one| one == scope || Some(one) == implied.as_ref());
    if has {
        return Finding::access(&key, Some(true), sentence!("{what}: permitted", what), None);
    }
    Finding::access(
        &key,
        Some(false),
        sentence!("{what}: not permitted, so {without}", what, without),
        Some(
            "add the scope to the app, get Shopify's approval where it needs one, and let the merchant authorise again",
        ),
    )
}
