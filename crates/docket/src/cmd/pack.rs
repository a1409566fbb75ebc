//! `docket pack`: a client's reports of each month.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Subcommand;
use docket_app::{ClientScope, Desk, PackWish, Recomputed};
use docket_core::id::PackId;
use docket_core::pack::{Pack, Zone};
use docket_core::words::Language;

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// Have a client's reports made at the end of each of its months, from the one that runs
    Subscribe {
        /// Name or id
        #[arg(long)]
        client: String,
        /// An address; may be given several times
        #[arg(long, value_name = "ADDRESS", required = true)]
        to: Vec<String>,
        /// en, nl, sv or de
        #[arg(long, default_value = "en")]
        language: Language,
        /// Where its months end, such as Europe/Amsterdam
        #[arg(long, default_value = "UTC", value_parser = zone)]
        zone: Zone,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// No more packs for a client; what was made stays
    Unsubscribe {
        /// Name or id
        #[arg(long)]
        client: String,
    },
    /// Who gets packs, and every pack with what became of it
    List {
        #[arg(long)]
        json: bool,
    },
    /// A pack with its files and their SHA-256
    Show {
        id: PackId,
        #[arg(long)]
        json: bool,
    },
    /// Make the pack of a month that is over now, instead of waiting for the worker; or anew, after it was rejected
    Make {
        /// Name or id
        #[arg(long)]
        client: String,
        /// Any day of the month
        #[arg(long, value_name = "DATE")]
        month: NaiveDate,
    },
    /// Let a pack go out, as the lead
    Approve {
        id: PackId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Do not let a pack go out
    Reject {
        id: PackId,
        /// Why
        #[arg(long)]
        note: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Say what the client said of a pack whose sending was cut off
    Settle {
        id: PackId,
        /// It arrived
        #[arg(long, conflicts_with = "lost")]
        arrived: bool,
        /// It did not: send it again
        #[arg(long, required_unless_present = "arrived")]
        lost: bool,
    },
    /// A file of a pack, byte for byte as it was made
    Fetch {
        id: PackId,
        /// As `show` names it
        name: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Compute a pack anew: the same figures, or which cases changed since
    Recompute {
        id: PackId,
        #[arg(long)]
        json: bool,
    },
}

pub fn zone(text: &str) -> Result<Zone, String> {
    let wrong = |_| format!("`{text}` is no zone; write one like Europe/Amsterdam");
    text.parse().map_err(wrong)
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Subscribe {
            client,
            to,
            language,
            zone,
            by,
        } => {
            let client = desk.find_client(&client).await?;
            let wish = PackWish {
                zone,
                language,
                recipients: to,
            };
            let set = desk.subscribe_packs(&client, wish, &super::actor(by)).await?;
            line(format!(
                "{}: the first pack is made at {}",
                client.name,
                absolute(set.next_at)
            ))?;
        }
        Command::Unsubscribe { client } => {
            let client = desk.find_client(&client).await?;
            desk.end_packs(&client).await?;
            line(format!("{} gets no packs any more", client.name))?;
        }
        Command::List { json } => list(desk, json).await?,
        Command::Show { id, json } => show(&desk.pack(ClientScope::Agency, id).await?, json)?,
        Command::Make { client, month } => {
            let client = desk.find_client(&client).await?;
            show(&desk.make_pack(&client, month).await?, false)?;
        }
        Command::Approve { id, by } => {
            let pack = desk
                .decide_pack(ClientScope::Agency, id, None, &super::actor(by))
                .await?;
            line(format!(
                "{}: {}; the worker sends it to {}",
                pack.id,
                pack.state,
                pack.recipients.join(", ")
            ))?;
        }
        Command::Reject { id, note, by } => {
            desk.decide_pack(ClientScope::Agency, id, Some(&note), &super::actor(by))
                .await?;
            line(format!(
                "{id}: rejected; `docket pack make` makes it anew when what was wrong is put right"
            ))?;
        }
        Command::Settle { id, arrived, .. } => {
            let pack = desk.settle_pack(id, arrived).await?;
            line(format!("{id}: {}", pack.state))?;
        }
        Command::Fetch { id, name, out } => {
            let (_, content) = desk.pack_file(ClientScope::Agency, id, &name).await?;
            std::fs::write(&out, &content).with_context(|| format!("cannot write {}", out.display()))?;
            line(format!("{}: {} bytes", out.display(), content.len()))?;
        }
        Command::Recompute { id, json } => {
            let found = desk.recompute_pack(ClientScope::Agency, id).await?;
            return recomputed(&found, json);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(desk: &Desk, json: bool) -> Result<()> {
    let (subscriptions, packs) = (
        desk.pack_subscriptions(ClientScope::Agency).await?,
        desk.packs(ClientScope::Agency).await?,
    );
    if json {
        return output::json(&serde_json::json!({ "subscriptions": subscriptions, "packs": packs }));
    }
    let clients = desk.clients(ClientScope::Agency).await?;
    let name = |id| {
        let found = clients.iter().find(|client| client.id == id);
        found.map_or_else(|| id.to_string(), |client| client.name.clone())
    };
    let mut table = Table::new(&["CLIENT", "ZONE", "LANGUAGE", "TO", "NEXT PACK"]);
    for one in subscriptions.iter().filter(|one| one.ended_at.is_none()) {
        table.row(vec![
            name(one.client),
            one.zone.to_string(),
            one.language.to_string(),
            one.recipients.join(", "),
            absolute(one.next_at),
        ]);
    }
    if table.is_empty() {
        line("no client gets packs; docket pack subscribe --client NAME --to ADDRESS")?;
    } else {
        table.print()?;
    }
    let mut table = Table::new(&["PACK", "CLIENT", "MONTH", "STATE", "MADE", "SENT"]);
    for pack in &packs {
        table.row(vec![
            pack.id.to_string(),
            name(pack.client),
            pack.month.format("%Y-%m").to_string(),
            pack.state.to_string(),
            absolute(pack.made_at),
            pack.sent_at.map_or_else(|| "-".to_owned(), absolute),
        ]);
    }
    if table.is_empty() {
        Ok(())
    } else {
        line("").and_then(|()| table.print())
    }
}

fn show(pack: &Pack, json: bool) -> Result<()> {
    if json {
        return output::json(pack);
    }
    line(format!(
        "{} of {}: {}",
        pack.id,
        pack.month.format("%Y-%m"),
        pack.state
    ))?;
    line(format!(
        "made {}, to {}",
        absolute(pack.made_at),
        pack.recipients.join(", ")
    ))?;
    if let (Some(by), Some(at)) = (&pack.decided_by, pack.decided_at) {
        line(format!("decided by {by} at {}", absolute(at)))?;
    }
    if let Some(note) = &pack.note {
        line(note)?;
    }
    let mut table = Table::new(&["FILE", "BYTES", "MAILED", "SHA-256"]);
    for file in &pack.files {
        let mailed = if file.mailed { "yes" } else { "no" };
        table.row(vec![
            file.name.clone(),
            file.size.to_string(),
            mailed.to_owned(),
            file.sha256.clone(),
        ]);
    }
    table.print()
}

fn recomputed(found: &Recomputed, json: bool) -> Result<ExitCode> {
    if json {
        output::json(found)?;
        return Ok(ExitCode::SUCCESS);
    }
    for name in &found.same {
        line(format!("{name}: the same figures"))?;
    }
    for name in &found.different {
        line(format!("{name}: other figures now"))?;
    }
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
    let mut table = Table::new(&["DISPUTE", "CASE", "WHAT", "WAS", "IS NOW"]);
    for case in &found.changed {
        table.row(vec![
            case.dispute.clone(),
            case.case.clone(),
            case.clock.clone().unwrap_or_else(|| "the case".to_owned()),
            side(&case.difference.before),
            side(&case.difference.after),
        ]);
    }
    if !table.is_empty() {
        line("Cases of which reports count something else now:")?;
        table.print()?;
    }
    let mut table = Table::new(&["WHAT ELSE", "WAS", "IS NOW"]);
    for one in &found.inputs {
        table.row(vec![
            one.input.clone(),
            side(&one.difference.before),
            side(&one.difference.after),
        ]);
    }
    if !table.is_empty() {
        line("What else figures go by, and is another now:")?;
        table.print()?;
    }
    if !found.not_kept.is_empty() {
        line(format!(
            "This pack was made before packs kept {}: what changed in it cannot be told.",
            found.not_kept.join(" and ")
        ))?;
    } else if !found.different.is_empty() && found.changed.is_empty() && found.inputs.is_empty() {
        line(
            "No case, no clock and nothing else that figures go by is another: this program computes otherwise than the one that made the pack.",
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
