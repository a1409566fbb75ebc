//! The demo's log-ins.

use anyhow::Result;
use docket_app::{ClientScope, Desk, NewPerson};
use docket_core::person::Role;

use crate::output::line;

/// Everybody's: it guards invented data on this machine only.
const PASSWORD: &str = "demo-demo-demo";

/// Name, address, role.
const PEOPLE: [(&str, &str, Role); 6] = [
    ("Ada Lind", "ada@demo.example", Role::Admin),
    ("Lea Roth", "lea@demo.example", Role::Lead),
    ("Mia Berg", "mia@demo.example", Role::Specialist),
    ("Jon Vik", "jon@demo.example", Role::Specialist),
    ("Sam Kerr", "sam@demo.example", Role::Auditor),
    ("Ida Holm", "ida@demo.example", Role::Client),
];

/// Adds them at the first start in a folder.
pub async fn add(desk: &Desk) -> Result<()> {
    if desk.has_people().await? {
        return Ok(());
    }
    let first = desk.clients(ClientScope::Agency).await?.into_iter().next();
    for (name, email, role) in PEOPLE {
        let own = first.as_ref().filter(|_| role == Role::Client);
        let new = NewPerson {
            name: name.to_owned(),
            email: email.to_owned(),
            role,
            client: own.map(|c| c.id),
        };
        let person = desk.add_person(&new).await?;
        let token = desk.password_link(person.id).await?;
        desk.use_password_link(&token, ("", ""), &PASSWORD.into(), "command line")
            .await?;
    }
    Ok(())
}

/// Says how to log in.
pub fn say() -> Result<()> {
    line(format!("  log in with the password {PASSWORD} as"))?;
    for (_, email, role) in PEOPLE {
        let what = match role {
            Role::Client => "client: the cases and reports of the first client only".to_owned(),
            role => role.to_string(),
        };
        line(format!("    {email:<18} {what}"))?;
    }
    Ok(())
}
