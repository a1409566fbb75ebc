//! What the demo's people have promised and done: contracts and fees of the invented clients, and the first hour of two specialists.
//! They answer some cases with the packet of what the client sent, and as many with bare words, so that the report by evidence has both.

use anyhow::Result;
use chrono::NaiveDate;
use docket_app::{
    Ask, CALENDAR_EXAMPLE, CONTRACT_EXAMPLE, CaseFilter, ClientScope, Desk, NewEvidence, NewFee, Prepare,
    SaveDraft, read_terms,
};
use docket_core::case::Command;
use docket_core::draft::{Content, Edition};
use docket_core::evidence::EvidenceKind;
use docket_core::fee::FeeKind;
use docket_core::id::{CaseId, ClientId, ConnectionId};
use docket_core::money::Money;
use docket_core::sla::{Calendar, Contract};
use docket_core::words::{ActionKind, Language, Turn};

/// Cases of each client that somebody has begun.
const BEGUN: i64 = 16;

/// Gives each client a contract, unless it has one; tells which ones are new.
pub async fn promise(desk: &Desk) -> Result<Vec<ClientId>> {
    let held = desk.sla_contracts(ClientScope::Agency).await?;
    let mut new = desk.clients(ClientScope::Agency).await?;
    new.retain(|client| held.iter().all(|(owner, _)| *owner != client.id));
    for client in &new {
        let calendar: Calendar = read_terms(CALENDAR_EXAMPLE, false)?;
        let contract: Contract = read_terms(CONTRACT_EXAMPLE, false)?;
        desk.add_sla_calendar(client.id, calendar, "demo", false).await?;
        desk.add_sla_contract(client.id, contract, "demo", false).await?;
    }
    for connection in desk.connections(ClientScope::Agency).await? {
        if new.iter().any(|client| client.id == connection.client) {
            for (kind, minor) in [(FeeKind::Platform, 15_00), (FeeKind::Agency, 5_00)] {
                desk.set_fee(fee(connection.id, kind, minor)?).await?;
            }
        }
    }
    Ok(new.into_iter().map(|client| client.id).collect())
}

fn fee(connection: ConnectionId, kind: FeeKind, minor: i64) -> Result<NewFee> {
    Ok(NewFee {
        connection,
        kind,
        valid_from: NaiveDate::default(),
        amount: Money::new(minor, "EUR".parse()?),
        back_on_win: None,
        share_ppm: 0,
        actor: "demo".to_owned(),
    })
}

/// What the client sent for a case: a document for each thing that decides it and is not there.
async fn bring(desk: &Desk, (client, case): (ClientId, CaseId), who: &str) -> Result<()> {
    let own = ClientScope::One(client);
    let checklist = desk.evidence_checklist(own, case).await?;
    let facts = desk.dossier(own, case).await?.facts;
    let parcels = facts
        .shipments
        .iter()
        .filter_map(|known| known.fact.number.as_deref());
    let orders = facts.orders.iter().map(|known| known.fact.number.as_str());
    let Some(number) = parcels.chain(orders).next() else {
        return Ok(());
    };
    let on = checklist.stored.case.facts.opened_at.date_naive();
    for row in checklist.list.lacking() {
        let says = match row.kind {
            EvidenceKind::DeliveryProof => {
                format!("{number}\nDelivered {on} at 14:05, signed by T. Sandelin\n")
            }
            kind => format!("{number}\nRecord of the shop's system, {kind}, as of {on}.\n"),
        };
        let piece = NewEvidence {
            kind: row.kind,
            title: None,
            text: None,
            tracking: None,
            refund_id: None,
            file: Some((format!("{}.txt", row.kind), says.into())),
            supplied_by: Some("client".to_owned()),
            place: Some("sent on request".to_owned()),
            allow_sensitive: None,
            actor: who.to_owned(),
        };
        desk.add_evidence(own, case, piece).await?;
    }
    Ok(())
}

/// Begins the most urgent cases of a client: some are answered, some get a draft, some a question to the client. The platforms
/// go on meanwhile: what changed in between, or takes no such answer, is simply not begun.
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
        let contested = stored.case.facts.allowed_actions.contains(&ActionKind::Contest);
        let begun = match number % 8 {
            0 | 4 if contested => answer(desk, case, (PACKET, "Mia Berg")).await,
            2 | 6 if contested => answer(desk, case, (WORDS, "Jon Vik")).await,
            1 if contested => draft(desk, case, (PACKET, "Mia Berg")).await,
            5 if contested => draft(desk, case, (WORDS, "Jon Vik")).await,
            _ => ask(desk, case, "Jon Vik").await,
        };
        if let Err(error) = begun {
            tracing::info!(case = %case.1, %error, "the demo's specialists left a case");
        }
    }
    Ok(())
}

/// What a contest says, and the language of its packet if it has one.
type Says = (&'static str, Option<Language>);
const PACKET: Says = ("", Some(Language::English));
const WORDS: Says = (
    "We do not agree with this claim: the order was sent as it was bought.",
    None,
);

async fn contest(
    desk: &Desk,
    (client, case): (ClientId, CaseId),
    (says, who): (Says, &str),
) -> Result<Content> {
    let own = ClientScope::One(client);
    desk.command(own, case, Command::Assign(Some(who.to_owned())), who)
        .await?;
    let (statement, packet) = says;
    if packet.is_some() {
        bring(desk, (client, case), who).await?;
    }
    Ok(desk
        .new_answer(own, (case, ActionKind::Contest), (statement, None), packet)
        .await?)
}

async fn answer(desk: &Desk, case: (ClientId, CaseId), says: (Says, &str)) -> Result<()> {
    let wish = Prepare {
        case: case.1,
        response: contest(desk, case, says).await?.response()?,
        send_at: None,
        actor: says.1.to_owned(),
    };
    desk.respond(ClientScope::One(case.0), wish).await?;
    Ok(())
}

async fn draft(desk: &Desk, case: (ClientId, CaseId), says: (Says, &str)) -> Result<()> {
    let save = SaveDraft {
        case: case.1,
        edition: Edition {
            content: contest(desk, case, says).await?,
            send_at: None,
        },
        based_on: None,
        actor: says.1.to_owned(),
    };
    desk.save_draft(ClientScope::One(case.0), &save).await?;
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
