//! One shop and the app that is installed on it: scopes, tokens, limits and the states that an agency meets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::bucket::Bucket;
use crate::dispute::Time;

/// Everything that the project's documents and uploads need (reference 1).
const SCOPES: [&str; 12] = [
    "read_shopify_payments_disputes",
    "read_shopify_payments_dispute_evidences",
    "write_shopify_payments_dispute_evidences",
    "read_shopify_payments_dispute_file_uploads",
    "write_shopify_payments_dispute_file_uploads",
    "read_orders",
    "read_all_orders",
    "read_customers",
    "read_returns",
    "read_legal_policies",
    "read_shopify_payments_accounts",
    "read_shopify_payments",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Plan {
    Standard,
    Advanced,
    Plus,
    /// No plan that Shopify sells: static mode measures the client and not the limit.
    Boundless,
}

impl Plan {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Standard => "Basic",
            Self::Advanced => "Advanced",
            Self::Plus | Self::Boundless => "Plus",
        }
    }

    /// Size and refill of the GraphQL bucket, in points (reference 7).
    fn points(self) -> (u32, u32) {
        match self {
            Self::Standard => (2_000, 100),
            Self::Advanced => (4_000, 200),
            Self::Plus => (20_000, 1_000),
            Self::Boundless => (1_000_000_000, 1_000_000_000),
        }
    }

    /// Size and refill of the REST bucket, in requests (reference 7).
    fn requests(self) -> (u32, u32) {
        match self {
            Self::Standard => (40, 2),
            Self::Advanced => (80, 4),
            Self::Plus => (400, 20),
            Self::Boundless => (1_000_000_000, 1_000_000_000),
        }
    }
}

/// A token given out by the OAuth routes. The account's own permanent one is not in the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    /// `None` for tokens that do not expire.
    pub expires: Option<Time>,
    /// The refresh token that this one replaces: dead as soon as this one is used (reference 1).
    pub replaces: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub id: u64,
    pub topic: String,
    pub uri: String,
    pub format: String,
    pub include_fields: Vec<String>,
    pub filter: Option<String>,
    pub name: Option<String>,
    pub created: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Shop {
    pub frozen: bool,
    pub locked: bool,
    /// The app's permanent token was revoked.
    pub revoked: bool,
    /// The app is approved for protected customer data.
    pub protected_data: bool,
    /// And for names, addresses, phone and e-mail in it.
    pub protected_addresses: bool,
    /// `submitEvidence: true` answers success and sends nothing (fact 4).
    pub submit_is_noop: bool,
    pub plan: Plan,
    /// The refund policy that was written last, and when; otherwise the usual one.
    #[serde(default)]
    pub refund_policy: Option<(String, Time)>,
    pub scopes: Vec<String>,
    pub tokens: BTreeMap<String, Token>,
    /// Refresh tokens that still work, with the end of their life.
    pub refreshes: BTreeMap<String, Time>,
    /// Authorization codes that nobody has exchanged yet.
    pub codes: BTreeMap<String, Time>,
    pub subscriptions: Vec<Subscription>,
    /// The account's first refresh token was put into the list.
    pub seeded: bool,
    /// Counts tokens, so that each is another one.
    pub issued: u64,
    #[serde(skip)]
    points: Option<Bucket>,
    #[serde(skip)]
    requests: Option<Bucket>,
}

impl Shop {
    /// The first merchant is on Plus; the fourth's app may not read what the account page shows.
    pub(crate) fn new(account: usize) -> Self {
        let wanted = |scope: &&str| account != 3 || *scope != "read_shopify_payments";
        Self {
            frozen: false,
            locked: false,
            revoked: false,
            protected_data: true,
            protected_addresses: true,
            submit_is_noop: false,
            refund_policy: None,
            plan: if account == 0 { Plan::Plus } else { Plan::Standard },
            scopes: SCOPES.into_iter().filter(wanted).map(str::to_owned).collect(),
            tokens: BTreeMap::new(),
            refreshes: BTreeMap::new(),
            codes: BTreeMap::new(),
            subscriptions: Vec::new(),
            seeded: false,
            issued: 0,
            points: None,
            requests: None,
        }
    }

    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.plan = plan;
        (self.points, self.requests) = (None, None);
    }

    /// Bucket of the GraphQL API.
    pub(crate) fn points(&mut self) -> &mut Bucket {
        let (size, refill) = self.plan.points();
        self.points.get_or_insert_with(|| Bucket::new(size, refill))
    }

    /// Bucket of the REST API.
    pub(crate) fn requests(&mut self) -> &mut Bucket {
        let (size, refill) = self.plan.requests();
        self.requests.get_or_insert_with(|| Bucket::new(size, refill))
    }

    /// Where events of disputes go, if the app has subscribed to any.
    pub(crate) fn receiver(&self) -> Option<Url> {
        let mut rows = self.subscriptions.iter();
        let row = rows.find(|row| row.topic.starts_with("DISPUTES_"))?;
        Url::parse(&row.uri).ok()
    }

    /// Whether a topic (`disputes/update`) is sent: what was subscribed to; everything where the control door has asked.
    pub(crate) fn wants(&self, topic: &str) -> bool {
        let word = topic.to_ascii_uppercase().replace('/', "_");
        self.receiver().is_none() || self.subscriptions.iter().any(|row| row.topic == word)
    }

    /// Writing a scope implies reading it (reference 1).
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| {
            own == scope
                || own
                    .strip_prefix("write_")
                    .zip(scope.strip_prefix("read_"))
                    .is_some_and(|(own, asked)| own == asked)
        })
    }
}
