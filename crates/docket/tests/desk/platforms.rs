//! A desk whose simulator has all three platforms.

use serde_json::{Value, json};

use crate::support::{Desk, Said};

pub const ALL: [&str; 3] = ["paypal", "klarna", "shopify"];

impl Desk {
    /// With every merchant on every platform.
    pub fn everywhere(cases: usize) -> Self {
        Self::with(cases, &["--platforms", "all"])
    }

    /// Where the simulator's account answers.
    pub fn base(&self, platform: &str, account: usize) -> String {
        match platform {
            "paypal" => self.paypal.clone(),
            "klarna" => self.klarna.clone(),
            "shopify" => {
                let shop = self.accounts[account]["shopify"]["shop"].as_str().unwrap();
                format!("{}/{}", self.shopify, shop.trim_end_matches(".myshopify.com"))
            }
            other => panic!("no platform `{other}`"),
        }
    }

    /// The credentials file of an account, with what verifies its webhooks.
    pub fn credentials(&self, platform: &str, account: usize) -> Value {
        let account = &self.accounts[account];
        let (klarna, shopify) = (&account["klarna"], &account["shopify"]);
        match platform {
            "paypal" => json!({
                "client_id": account["client_id"], "client_secret": account["client_secret"],
                "webhook_id": account["webhook_id"],
            }),
            "klarna" => json!({
                "username": klarna["username"], "password": klarna["password"], "region": klarna["region"],
                "webhook_key_id": klarna["webhook_key_id"], "webhook_key": klarna["webhook_key"],
            }),
            "shopify" => json!({
                "shop": shopify["shop"], "access_token": shopify["access_token"],
                "webhook_secret": shopify["client_secret"],
            }),
            other => panic!("no platform `{other}`"),
        }
    }

    /// A client's connection to an account; the client is added where it is new. Gives the connection's id.
    pub fn join(&self, platform: &str, name: &str, account: usize) -> String {
        self.join_with(platform, name, account, &self.credentials(platform, account))
    }

    pub fn join_with(&self, platform: &str, name: &str, account: usize, credentials: &Value) -> String {
        if self.call(&["client", "show", name]).code != 0 {
            self.call(&["client", "add", name]).good();
        }
        let added = self.add(platform, name, &self.base(platform, account), credentials);
        added.good().trim().to_owned()
    }

    pub fn replace_credentials(&self, connection: &str, credentials: &Value) -> Said {
        let file = self.file("renewed.json", credentials.to_string().as_bytes());
        self.call(&["connection", "credentials", connection, "--credentials", &file])
    }

    /// Adds disputes that wait for the merchant; `more` adds to the wish.
    pub async fn plant_on(&self, platform: &str, account: usize, count: usize, more: &Value) -> Vec<String> {
        let mut wish = json!({
            "client_id": self.accounts[account]["client_id"], "count": count, "due_in_seconds": 3 * 86_400,
        });
        let fields = more.as_object().into_iter().flatten();
        fields.for_each(|(key, value)| wish[key] = value.clone());
        let ids = self.post(&format!("{platform}/plant"), &wish).await;
        serde_json::from_value(ids).unwrap()
    }

    /// The final decision for or against the merchant.
    pub async fn decide(&self, platform: &str, dispute: &str, won: bool) {
        let decision = match (platform, won) {
            ("paypal", true) => json!({"outcome": "RESOLVED_SELLER_FAVOUR"}),
            ("paypal", false) => json!({"outcome": "RESOLVED_BUYER_FAVOUR"}),
            (_, true) => json!({"outcome": "WON"}),
            ("klarna", false) => json!({"outcome": "LOST", "binding": true}),
            (_, false) => json!({"outcome": "LOST"}),
        };
        self.post(&format!("{platform}/disputes/{dispute}/decide"), &decision)
            .await;
    }

    /// Sets an account's shop up at the fake Shopify.
    pub async fn shop(&self, account: usize, change: &Value) {
        let mut change = change.clone();
        change["client_id"] = self.accounts[account]["client_id"].clone();
        self.post("shopify/shop", &change).await;
    }

    /// What a connection is shown as.
    pub fn connection(&self, id: &str) -> Value {
        let list = self.call(&["connection", "list", "--json"]).json();
        let mut rows = list.as_array().unwrap().iter();
        rows.find(|row| row["id"] == id).unwrap().clone()
    }

    pub fn cases(&self, more: &[&str]) -> Vec<Value> {
        let list = self
            .call(&[&["case", "list", "--json"][..], more].concat())
            .json();
        list.as_array().unwrap().clone()
    }
}

/// A PDF that every platform takes.
pub fn pdf() -> Vec<u8> {
    docket_documents::samples::pdf(&[&["delivered and signed for on the third of the month"]])
}

pub fn has(list: &Value, word: &str) -> bool {
    list.as_array().is_some_and(|words| words.contains(&json!(word)))
}
