//! The settings checklist (reference 11, `domain.md` E2): what has an API is read, the rest a person must say.

use docket_connector::{Error, Finding};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Shopify;
use crate::documents::{self, Document};

/// What no API tells: key, what is asked, what to do.
const ASKED: [(&str, &str, &str); 9] = [
    (
        "notifications",
        "alerts about disputes reach the agency",
        "add the agency's address under Settings, Notifications, Staff",
    ),
    (
        "avs_cvv_filters",
        "payments that fail the address or card code check are declined",
        "look under Settings, Payments, Manage",
    ),
    (
        "three_d_secure",
        "3-D Secure is used where it is available",
        "ask the merchant, or look at the payment details of an order",
    ),
    (
        "risk_acted_on",
        "orders of high risk are captured by hand or cancelled",
        "look at payment capture and at the fraud rules in Shopify Flow",
    ),
    (
        "tracking_saved",
        "every shipment has a tracking number and a real carrier",
        "look at some fulfilled orders",
    ),
    (
        "customer_notifications",
        "buyers are told when a parcel is sent and delivered",
        "look under Settings, Notifications, Customer",
    ),
    (
        "policies_accepted",
        "policies are accepted at checkout",
        "walk through the checkout",
    ),
    (
        "one_responder",
        "no other app answers disputes of this shop",
        "look under Settings, Apps",
    ),
    (
        "staff_permission",
        "who may answer disputes, and whether texts are written automatically, is agreed",
        "ask the merchant",
    ),
];

#[derive(Deserialize)]
struct Account<T> {
    #[serde(rename = "shopifyPaymentsAccount")]
    account: Option<T>,
}

fn setting(key: &str, ok: Option<bool>, says: impl Into<Sentence>, todo: &str) -> Finding {
    let todo = Some(todo).filter(|_| ok != Some(true));
    Finding::setting(key, ok, says, todo)
}

/// Where a part may not be read, a person must say.
fn unread(key: &str, what: Sentence) -> Finding {
    setting(
        key,
        None,
        sentence!("{what}: not readable with the app's scopes", what),
        "look in the Shopify admin",
    )
}

impl Shopify {
    /// Reads a part of the settings; none where it may not be seen.
    async fn part<T: DeserializeOwned>(
        &self,
        document: &Document,
        variables: Value,
    ) -> Result<Option<T>, Error> {
        let reply = self.query(document, variables).await?;
        match reply.explanation() {
            Some(error @ (Error::Retry { .. } | Error::OutcomeUnknown { .. })) => Err(error),
            Some(_) | None => Ok(reply.data::<T>("settings").ok().flatten()),
        }
    }

    pub(super) async fn settings(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = vec![self.account().await?, self.descriptor().await?];
        findings.extend(self.shop().await?);
        findings.extend(self.published().await?);
        findings.push(self.protected().await?);
        let asked = ASKED
            .into_iter()
            .map(|(key, what, todo)| setting(key, None, format!("{what}?"), todo));
        findings.extend(asked);
        Ok(findings)
    }

    async fn account(&self) -> Result<Finding, Error> {
        #[derive(Deserialize)]
        struct Payments {
            activated: bool,
        }
        let (key, todo) = (
            "payments_account",
            "activate Shopify Payments, or connect the provider that takes the payments",
        );
        let data: Option<Account<Payments>> = self.part(&documents::ACCOUNT, json!({})).await?;
        Ok(match data.map(|data| data.account) {
            Some(Some(account)) if account.activated => {
                setting(key, Some(true), "Shopify Payments is active", todo)
            }
            Some(Some(_)) => setting(
                key,
                Some(false),
                "Shopify Payments is not active: there are no disputes here",
                todo,
            ),
            Some(None) | None => unread(key, sentence!("whether Shopify Payments is active")),
        })
    }

    async fn descriptor(&self) -> Result<Finding, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Payments {
            charge_statement_descriptors: Option<Descriptors>,
        }
        #[derive(Deserialize)]
        struct Descriptors {
            default: Option<String>,
        }
        let key = "statement_descriptor";
        let todo = "set a name that buyers recognise under Settings, Payments, Manage";
        let data: Option<Account<Payments>> = self.part(&documents::DESCRIPTOR, json!({})).await?;
        let texts = data.and_then(|data| data.account?.charge_statement_descriptors);
        Ok(match texts {
            Some(Descriptors { default: Some(text) }) if !text.trim().is_empty() => {
                setting(key, Some(true), "a statement descriptor is set", todo)
            }
            Some(_) => setting(
                key,
                Some(false),
                "no statement descriptor is set: buyers may not recognise the payment",
                todo,
            ),
            None => unread(key, sentence!("the statement descriptor")),
        })
    }

    async fn shop(&self) -> Result<Vec<Finding>, Error> {
        #[derive(Deserialize)]
        struct Data {
            shop: Shop,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Shop {
            iana_timezone: Option<String>,
            contact_email: Option<String>,
        }
        let Some(Data { shop }) = self.part(&documents::SHOP, json!({})).await? else {
            return Ok(vec![
                unread("time_zone", sentence!("the shop's time zone")),
                unread("contact_email", sentence!("the contact address")),
            ]);
        };
        let zone = shop.iana_timezone.filter(|zone| !zone.is_empty());
        let says = match &zone {
            Some(zone) => sentence!("the shop's time zone is {zone}: deadlines are set in it", zone),
            None => sentence!("the shop's time zone is not told"),
        };
        let mail = shop.contact_email.is_some_and(|mail| !mail.trim().is_empty());
        let told = if mail {
            "a contact e-mail address is set"
        } else {
            "no contact e-mail address is set"
        };
        Ok(vec![
            setting(
                "time_zone",
                zone.map(|_| true),
                says,
                "look under Settings, General",
            ),
            setting(
                "contact_email",
                Some(mail),
                told,
                "set it, and show it in the shop, so that buyers write before they dispute",
            ),
        ])
    }

    async fn published(&self) -> Result<Vec<Finding>, Error> {
        #[derive(Deserialize)]
        struct Data {
            shop: Shop,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Shop {
            shop_policies: Vec<Policy>,
        }
        #[derive(Deserialize)]
        struct Policy {
            r#type: String,
        }
        let wanted: [(&str, Sentence); 4] = [
            ("REFUND_POLICY", sentence!("the refund policy")),
            ("SHIPPING_POLICY", sentence!("the shipping policy")),
            ("TERMS_OF_SERVICE", sentence!("the terms of service")),
            ("CONTACT_INFORMATION", sentence!("the contact information")),
        ];
        let data: Option<Data> = self.part(&documents::POLICIES, json!({})).await?;
        let findings = wanted.into_iter().map(|(word, name)| {
            let key = format!("policy.{}", word.to_ascii_lowercase());
            let Some(data) = &data else {
                return unread(&key, name);
            };
            let there = data.shop.shop_policies.iter().any(|policy| policy.r#type == word);
            let says = if there {
                sentence!("published: {name}", name)
            } else {
                sentence!("missing: {name}", name)
            };
            setting(&key, Some(there), says, "write it under Settings, Policies")
        });
        Ok(findings.collect())
    }

    async fn protected(&self) -> Result<Finding, Error> {
        #[derive(Deserialize)]
        struct Data {
            orders: Orders,
        }
        #[derive(Deserialize)]
        struct Orders {
            nodes: Vec<Order>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Order {
            shopify_protect: Option<serde::de::IgnoredAny>,
        }
        const LOOKED_AT: u32 = 50;
        let (key, todo) = (
            "shopify_protect",
            "see whether the shop can use Shopify Protect (US shops, Shop Pay)",
        );
        let data: Option<Data> = self
            .part(&documents::PROTECTED, documents::first(LOOKED_AT))
            .await?;
        let Some(data) = data else {
            return Ok(unread(key, sentence!("Shopify Protect")));
        };
        let all = data.orders.nodes.len();
        let covered = data
            .orders
            .nodes
            .iter()
            .filter(|order| order.shopify_protect.is_some())
            .count();
        let ok = if covered > 0 { Some(true) } else { None };
        let says = sentence!(
            "Shopify Protect looks at {covered} of the last {all} orders",
            covered,
            all
        );
        Ok(setting(key, ok, says, todo))
    }
}
