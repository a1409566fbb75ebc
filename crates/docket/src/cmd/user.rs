//! `docket user`: who can log in.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{Desk, NewPerson};
use docket_core::id::{ClientId, PersonId};
use docket_core::person::{Person, Role};
use serde_json::{Value, json};

use crate::output::{self, Table, line};
use crate::wiring::House;

#[derive(Subcommand)]
pub enum Command {
    /// Add a person; prints the link with which they choose a password
    Add {
        /// As it stands in histories; nobody else may have it
        name: String,
        /// With which they log in
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// admin, lead, specialist, auditor (reads only) or client (its own cases and reports only)
        #[arg(long)]
        role: Role,
        /// The client whose person they are, by name or id; for the role client
        #[arg(long)]
        client: Option<String>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// List people
    List {
        #[arg(long)]
        json: bool,
    },
    /// Print a link with which a person chooses a new password; until it is used, the old one works
    Reset {
        /// Mail address or name
        person: String,
        /// Ask them for no code of an authenticator app any more, because the phone is lost
        #[arg(long)]
        codes_off: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Give a person another role; they log in anew
    Role {
        /// Mail address or name
        person: String,
        #[arg(long)]
        role: Role,
        /// The client whose person they are, by name or id; for the role client
        #[arg(long)]
        client: Option<String>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Let a person in no more; they are logged out everywhere at once
    Disable {
        /// Mail address or name
        person: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Let a person in again, with the password that they had
    Enable {
        /// Mail address or name
        person: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

fn fields(p: &Person) -> Value {
    json!({
        "id": p.id, "name": p.name, "email": p.email, "role": p.access.role(), "client": p.access.client(),
        "has_password": p.has_password, "second_factor": p.second_factor, "disabled_at": p.disabled_at,
        "created_at": p.created_at,
    })
}

pub async fn run(command: Command, house: &House) -> Result<ExitCode> {
    let desk = &house.desk;
    match command {
        Command::Add {
            name,
            email,
            role,
            client,
            by: _,
        } => {
            let client = client_of(desk, client).await?;
            let new = NewPerson {
                name,
                email,
                role,
                client,
            };
            let person = desk.add_person(&new).await?;
            link(house, person.id).await?;
        }
        Command::List { json } => list(desk, json).await?,
        Command::Reset {
            person,
            codes_off,
            by: _,
        } => {
            let person = desk.find_person(&person).await?;
            if codes_off {
                desk.drop_factor(person.id).await?;
            }
            link(house, person.id).await?;
        }
        Command::Role {
            person,
            role,
            client,
            by: _,
        } => {
            let person = desk.find_person(&person).await?;
            desk.change_role(&person, role, client_of(desk, client).await?)
                .await?;
            line(format!("{} is {role} now", person.name))?;
        }
        Command::Disable { person, by: _ } => {
            let person = desk.find_person(&person).await?;
            desk.disable_person(person.id).await?;
            line(format!("{} cannot log in any more", person.name))?;
        }
        Command::Enable { person, by: _ } => {
            let person = desk.find_person(&person).await?;
            desk.enable_person(person.id).await?;
            line(format!("{} can log in again", person.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn client_of(desk: &Desk, client: Option<String>) -> Result<Option<ClientId>> {
    Ok(match client {
        Some(text) => Some(desk.find_client(&text).await?.id),
        None => None,
    })
}

async fn link(house: &House, person: PersonId) -> Result<()> {
    let token = house.desk.password_link(person).await?;
    line(house.config.page(&docket_web::password_path(&token))?)?;
    eprintln!(
        "hand this link to them by a way that only they read: it chooses the password, once, within 48 hours"
    );
    Ok(())
}

async fn list(desk: &Desk, json: bool) -> Result<()> {
    let people = desk.people().await?;
    if json {
        return output::json(&people.iter().map(fields).collect::<Vec<_>>());
    }
    let mut table = Table::new(&["NAME", "ADDRESS", "ROLE", "STATE", "CODES"]);
    for p in &people {
        let state = match (p.disabled_at, p.has_password) {
            (Some(_), _) => "disabled",
            (None, true) => "can log in",
            (None, false) => "no password yet",
        };
        table.row(vec![
            p.name.clone(),
            p.email.clone(),
            p.access.role().to_string(),
            state.to_owned(),
            if p.second_factor { "on" } else { "off" }.to_owned(),
        ]);
    }
    if table.is_empty() {
        eprintln!("nobody yet; docket run prints the link of the first admin, docket user add adds others");
        return Ok(());
    }
    table.print()
}
