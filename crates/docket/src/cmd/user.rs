//! `docket user`: who can log in.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use docket_app::{Desk, NewPerson};
use docket_core::id::{ClientId, PersonId};
use docket_core::pack::Zone;
use docket_core::person::{Locale, Person, Role};
use docket_core::words::Language;
use serde_json::{Value, json};

use super::pack::zone;
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
        #[command(flatten)]
        reads: Reads,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Say in which language and time zone a person reads pages; they change it themselves on their account page
    Locale {
        /// Mail address or name
        person: String,
        #[command(flatten)]
        reads: Reads,
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

/// In which language and time zone a person reads; what is left out stays.
#[derive(Args)]
pub struct Reads {
    /// en, nl, sv or de
    #[arg(long)]
    language: Option<Language>,
    /// Such as Europe/Amsterdam
    #[arg(long, value_parser = zone)]
    zone: Option<Zone>,
}

impl Reads {
    fn on(self, before: Locale) -> Locale {
        Locale {
            language: self.language.unwrap_or(before.language),
            zone: self.zone.unwrap_or(before.zone),
        }
    }
}

fn fields(p: &Person) -> Value {
    json!({
        "id": p.id, "name": p.name, "email": p.email, "role": p.access.role(), "client": p.access.client(),
        "has_password": p.has_password, "second_factor": p.second_factor, "disabled_at": p.disabled_at,
        "language": p.locale.language, "zone": p.locale.zone.name(),
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
            reads,
            by: _,
        } => {
            let locale = reads.on(Locale::default());
            let client = client_of(desk, client).await?;
            let new = NewPerson {
                name,
                email,
                role,
                client,
            };
            let person = desk.add_person(&new).await?;
            desk.set_locale(person.id, locale).await?;
            link(house, person.id).await?;
        }
        Command::Locale { person, reads, by: _ } => {
            let person = desk.find_person(&person).await?;
            let locale = reads.on(person.locale);
            desk.set_locale(person.id, locale).await?;
            line(format!(
                "{} reads {}, by the clock of {}",
                person.name, locale.language, locale.zone
            ))?;
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
