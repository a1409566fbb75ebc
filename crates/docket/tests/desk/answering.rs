//! What differs between the platforms for a client that answers there.

use serde_json::{Value, json};

use crate::support::Desk;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Paypal,
    Klarna,
    Shopify,
}

impl Platform {
    pub const ALL: [Self; 3] = [Self::Paypal, Self::Klarna, Self::Shopify];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Paypal => "paypal",
            Self::Klarna => "klarna",
            Self::Shopify => "shopify",
        }
    }

    /// The write that answers a dispute, in the simulator's journal.
    pub const fn decisive(self) -> &'static str {
        match self {
            Self::Paypal => "provide-evidence",
            Self::Klarna => "represent",
            Self::Shopify => "submit_evidence",
        }
    }

    /// A write that goes before it and answers nothing.
    pub const fn harmless(self) -> &'static str {
        match self {
            Self::Paypal => "none",
            Self::Klarna => "upload",
            Self::Shopify => "save_evidence",
        }
    }

    /// Connects a client that has PayPal already with this platform, too.
    pub fn connect(self, desk: &Desk, name: &str, account: usize) {
        let account = &desk.accounts[account];
        let (base, credentials) = match self {
            Self::Paypal => return,
            Self::Klarna => {
                let own = &account["klarna"];
                let credentials = json!({ "username": own["username"], "password": own["password"] });
                (desk.klarna.clone(), credentials)
            }
            Self::Shopify => {
                let own = &account["shopify"];
                let shop = own["shop"].as_str().unwrap();
                let handle = shop.trim_end_matches(".myshopify.com");
                let credentials = json!({ "shop": shop, "access_token": own["access_token"] });
                (format!("{}/{handle}", desk.shopify), credentials)
            }
        };
        desk.add(self.word(), name, &base, &credentials).good();
    }

    /// Adds disputes that wait for the merchant; gives their ids.
    pub async fn plant(self, desk: &Desk, account: usize, count: usize, due_in_seconds: u64) -> Vec<String> {
        let client = &desk.accounts[account]["client_id"];
        let body = json!({ "client_id": client, "count": count, "due_in_seconds": due_in_seconds });
        let said = desk.post(&format!("{}/plant", self.word()), &body).await;
        let ids = said.as_array().unwrap().iter();
        ids.map(|id| Value::as_str(id).unwrap().to_owned()).collect()
    }

    /// Arguments of a call that prepares an answer.
    pub fn contest(self, desk: &Desk, dispute: &str) -> Vec<String> {
        let note = format!("answer to {dispute}");
        let kind = match self {
            Self::Paypal | Self::Klarna => "other",
            Self::Shopify => "uncategorized_text",
        };
        let mut args: Vec<String> = ["respond", dispute, "contest", "--evidence", kind, "--note", &note]
            .map(str::to_owned)
            .into();
        if self == Self::Klarna {
            let letter = docket_documents::samples::pdf(&[&[&note]]);
            args.extend(["--file".to_owned(), desk.file("letter.pdf", &letter)]);
        }
        args
    }
}
