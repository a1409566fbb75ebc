//! What the demo's people have promised and begun: contracts of the invented clients, and the first hour of two specialists.

use anyhow::Result;
use docket_app::{Ask, CaseFilter, ClientScope, Desk, SaveDraft};
use docket_core::case::Command;
use docket_core::draft::{Content, Edition};
use docket_core::id::{CaseId, ClientId};
use docket_core::sla::{Calendar, Contract};
use docket_core::words::{ActionKind, Turn};
use serde_json::Map;

use crate::cmd::sla::parse;

const CALENDAR: &str = include_str!("../../../../../config/sla/calendar.toml");
const CONTRACT: &str = include_str!("../../../../../config/sla/contract.toml");

/// Cases of each client that somebody has begun.
const BEGUN: i64 = 16;

/// Gives each client a contract, unless it has one; tells which ones are new.
pub async fn promise(desk: &Desk) -> Result<Vec<ClientId>> {
    let held = desk.sla_contracts(ClientScope::Agency).await?;
    let mut new = desk.clients(ClientScope::Agency).await?;
    new.retain(|client| held.iter().all(|(owner, _)| *owner != client.id));
    for client in &new {
        let (calendar, contract): (Calendar, Contract) = (parse(CALENDAR, false)?, parse(CONTRACT, false)?);
        desk.add_sla_calendar(client.id, calendar, "demo", false).await?;
        desk.add_sla_contract(client.id, contract, "demo", false).await?;
    }
    Ok(new.into_iter().map(|client| client.id).collect())
}

/// Begins the most urgent cases of a client: most get a draft, some a question to the client. The platforms go on meanwhile:
/// what changed in between is simply not begun.
pub async fn begin(desk: &Desk, client: ClientId) -> Result<()> {
    let waiting = CaseFilter {
        turn: Some(Turn::Ours),
        ..CaseFilter::default()
    };
    let first = desk
        .cases(ClientScope::One(client), &waiting, None, BEGUN)
        .await?;
    for (number, stored) in first.into_iter().enumerate() {
        let case = (client, stored.case.id);
        let begun = match number % 4 {
            0 | 2 => draft(desk, case, "Mia Berg").await,
            1 => draft(desk, case, "Jon Vik").await,
            _ => ask(desk, case, "Jon Vik").await,
        };
        if let Err(error) = begun {
            tracing::info!(case = %case.1, %error, "the demo's specialists left a case");
        }
    }
    Ok(())
}

async fn draft(desk: &Desk, (client, case): (ClientId, CaseId), who: &str) -> Result<()> {
    let own = ClientScope::One(client);
    desk.command(own, case, Command::Assign(Some(who.to_owned())), who)
        .await?;
    let save = SaveDraft {
        case,
        edition: Edition {
            content: Content::new(ActionKind::Contest, Map::new()),
            send_at: None,
        },
        based_on: None,
        actor: who.to_owned(),
    };
    desk.save_draft(own, &save).await?;
    Ok(())
}

async fn ask(desk: &Desk, (client, case): (ClientId, CaseId), who: &str) -> Result<()> {
    let ask = Ask {
        case,
        question: "Which carrier took the parcel, and who signed for it?".to_owned(),
        due: None,
        to: None,
        actor: who.to_owned(),
    };
    desk.ask_client(ClientScope::One(client), ask).await?;
    Ok(())
}
