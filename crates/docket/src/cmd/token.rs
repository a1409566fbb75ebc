//! `docket token`: programs that act for a person.

use std::process::ExitCode;

use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use docket_app::{Desk, NewToken};
use docket_core::id::TokenId;
use docket_core::person::Person;
use docket_core::token::{ApiToken, Scope, scopes_text};
use serde_json::{Value, json};

use crate::output::{self, Table, line};
use crate::text::{absolute, instant};

#[derive(Subcommand)]
pub enum Command {
    /// Make a token for a person's programs; prints its secret, this once
    Add {
        /// Mail address or name
        person: String,
        /// What it opens, as far as the person's role reaches there; may be repeated
        #[arg(long = "scope", value_name = "SCOPE", required = true, num_args = 1..)]
        scopes: Vec<Scope>,
        /// From when on it opens nothing: 90d, 2027-03-31 (UTC)
        #[arg(long, value_name = "TIME", default_value = "90d")]
        expires: String,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "made at the command line")]
        name: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// List tokens, the newest first; never their secrets
    List {
        /// Only of this person: mail address or name
        #[arg(long)]
        person: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Take a token back: it opens nothing from now on
    Revoke {
        /// As `token list` shows it
        id: TokenId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Add {
            person,
            scopes,
            expires,
            name,
            by: _,
        } => {
            let new = NewToken {
                person: desk.find_person(&person).await?.id,
                name,
                scopes,
                expires_at: instant(&expires, desk.env.now())?,
            };
            let (token, secret) = desk.add_token(&new).await?;
            line(secret)?;
            eprintln!(
                "token {}, until {}; the secret is shown only now",
                token.id,
                absolute(token.expires_at)
            );
        }
        Command::List { person, json } => list(desk, person.as_deref(), json).await?,
        Command::Revoke { id, by: _ } => {
            if !desk.revoke_token(id, None).await? {
                bail!("there is no token {id} in force; see `docket token list`");
            }
            line("it opens nothing any more")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn state(token: &ApiToken, person: Option<&Person>, now: DateTime<Utc>) -> &'static str {
    match person {
        _ if token.revoked_at.is_some() => "revoked",
        _ if !token.is_live(now) => "expired",
        Some(p) if p.disabled_at.is_none() => "live",
        _ => "person_disabled",
    }
}

fn fields(token: &ApiToken, person: Option<&Person>, now: DateTime<Utc>) -> Value {
    json!({
        "id": token.id, "person": token.person, "person_name": person.map(|p| &p.name), "name": token.name,
        "scopes": token.scopes, "state": state(token, person, now), "created_at": token.created_at,
        "expires_at": token.expires_at, "used_at": token.used_at, "revoked_at": token.revoked_at,
    })
}

async fn list(desk: &Desk, person: Option<&str>, json: bool) -> Result<()> {
    let (people, now) = (desk.people().await?, desk.env.now());
    let only = match person {
        Some(text) => Some(desk.find_person(text).await?.id),
        None => None,
    };
    let tokens = desk.tokens(only).await?;
    let of = |token: &ApiToken| people.iter().find(|p| p.id == token.person);
    if json {
        let all: Vec<Value> = tokens.iter().map(|t| fields(t, of(t), now)).collect();
        return output::json(&all);
    }
    let mut table = Table::new(&["ID", "PERSON", "FOR", "STATE", "UNTIL", "LAST USED", "SCOPES"]);
    for token in &tokens {
        let person = of(token);
        table.row(vec![
            token.id.to_string(),
            person.map_or_else(|| "-".to_owned(), |p| p.name.clone()),
            token.name.clone(),
            state(token, person, now).replace('_', " "),
            absolute(token.expires_at),
            token.used_at.map_or_else(|| "never".to_owned(), absolute),
            scopes_text(&token.scopes),
        ]);
    }
    if table.is_empty() {
        eprintln!("no tokens; docket token add PERSON --scope cases:read makes one");
        return Ok(());
    }
    table.print()
}
