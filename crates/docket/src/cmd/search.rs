//! `docket search`: whatever is known of a case leads to it.

use std::process::ExitCode;

use anyhow::Result;
use docket_app::{Desk, Found};
use docket_core::words::readable;
use serde_json::{Value, json};

use crate::output::{self, Table, line};

#[derive(clap::Args)]
pub struct Args {
    /// An order, transaction, invoice, tracking number, any id, a buyer's name or mail address, the address of a question, a name
    term: String,
    /// Only within this client (name or id)
    #[arg(long)]
    client: Option<String>,
    #[arg(long)]
    json: bool,
}

fn fields(found: &Found) -> Value {
    let cases = found.cases.iter().map(docket_app::fields::found_case);
    let named = found.named.iter().map(|c| json!({ "id": c.id, "name": c.name }));
    let people = found
        .people
        .iter()
        .map(|p| json!({ "id": p.id, "name": p.name, "email": p.email }));
    json!({
        "term": found.term, "cases": cases.collect::<Vec<_>>(), "orders": found.orders,
        "requests": found.requests, "incidents": found.incidents.iter().map(|i| i.id).collect::<Vec<_>>(),
        "clients": named.collect::<Vec<_>>(),
        "connections": found.connections.iter().map(|c| c.id).collect::<Vec<_>>(),
        "people": people.collect::<Vec<_>>(),
    })
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    let scope = super::scope(desk, args.client.as_deref()).await?;
    let found = desk.search(scope, &args.term).await?;
    if args.json {
        output::json(&fields(&found))?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        line(
            "nothing was found; what is looked for must be whole; buyers are found as far as a platform or a client's file names them",
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["WHAT", "ID", "SHOWS", "FOUND BY"]);
    let mut row =
        |what: &str, id: String, shows: String, by: String| table.row(vec![what.to_owned(), id, shows, by]);
    for (stored, why) in &found.cases {
        let case = &stored.case;
        let client = found.clients.get(&case.client).map_or("", |c| c.name.as_str());
        let shows = format!(
            "{} {}, {client}, {}, {}",
            case.platform.title(),
            case.dispute,
            case.facts.amount,
            readable(case.work_state)
        );
        let by: Vec<&str> = why.iter().map(|w| w.words()).collect();
        row("case", case.id.to_string(), shows, by.join(", "));
    }
    for order in &found.orders {
        row(
            "order",
            order.clone(),
            "in no case that was found".to_owned(),
            "reference".to_owned(),
        );
    }
    for request in &found.requests {
        row(
            "question",
            request.id.to_string(),
            readable(request.state),
            "id or address".to_owned(),
        );
    }
    for incident in &found.incidents {
        row(
            "incident",
            incident.id.to_string(),
            readable(incident.cause),
            "id".to_owned(),
        );
    }
    for client in &found.named {
        row(
            "client",
            client.id.to_string(),
            client.name.clone(),
            "name or id".to_owned(),
        );
    }
    for c in &found.connections {
        let shows = format!("{}, {}", c.client_name, c.platform.title());
        row("connection", c.id.to_string(), shows, "id".to_owned());
    }
    for person in &found.people {
        row(
            "person",
            person.id.to_string(),
            person.name.clone(),
            "name or address".to_owned(),
        );
    }
    table.print()?;
    Ok(ExitCode::SUCCESS)
}
