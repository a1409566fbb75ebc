//! `docket draft`: write a response, let a second person check it, send it.

mod show;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use docket_app::fields::{conflict as conflict_fields, draft as fields};
use docket_app::{CaseDraft, ClientScope, Desk, Looked, Prepared, SaveDraft, Saved};
use docket_core::draft::{DraftState, Edition};
use docket_core::words::readable;
use serde_json::json;

use self::show::{conflict_words, list, show, used};
use super::respond::{Options, queued, say_queued, say_used};
use crate::output::{self, line};

#[derive(Subcommand)]
pub enum Command {
    /// Keep what is written so far; anything may still be missing
    // `--version` is the draft's here, not the program's.
    #[command(disable_version_flag = true)]
    Save(Box<Save>),
    /// The newest draft of a case: what it says, where it stands, what sending it does
    Show {
        /// Our id or the platform's
        case: String,
        /// With every version
        #[arg(long)]
        json: bool,
    },
    /// What is being written or waits for a second person, over all cases
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Ask a second person to check it
    Review(Wish),
    /// Approve what somebody else wrote: it is queued, and the worker sends it
    #[command(disable_version_flag = true)]
    Approve {
        #[command(flatten)]
        wish: Wish,
        /// The version that you read; refused if another one is in review
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Give it back to be changed
    Return {
        #[command(flatten)]
        wish: Wish,
        /// What is to be changed
        #[arg(long, value_name = "WHY")]
        note: String,
    },
    /// Send it without a second person, where none is needed
    Send {
        #[command(flatten)]
        wish: Wish,
        /// Yes, do what ends the talk or the case
        #[arg(long)]
        yes: bool,
    },
    /// Give it up
    Discard(Wish),
}

#[derive(clap::Args)]
pub struct Save {
    #[command(flatten)]
    options: Options,
    /// The version that you started from; without it, the newest that you saved yourself
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct Wish {
    /// Our id or the platform's
    case: String,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

const AGENCY: ClientScope = ClientScope::Agency;

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Save(save) => return keep(*save, desk).await,
        Command::List { client, json } => {
            list(super::scope(desk, client.as_deref()).await?, json, desk).await?;
        }
        Command::Show { case, json } => show(&case, json, desk).await?,
        Command::Review(wish) => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            let draft = desk.ask_review(AGENCY, (case, Looked::Newest), &by).await?;
            say(&draft, wish.json, desk).await?;
        }
        Command::Approve { wish, version } => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            let prepared = desk
                .approve_draft(
                    AGENCY,
                    (case, version.map_or(Looked::Newest, Looked::Version)),
                    &by,
                )
                .await?;
            tell(&prepared, wish.json, desk).await?;
        }
        Command::Return { wish, note } => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            desk.return_draft(AGENCY, (case, Looked::Newest), &note, &by)
                .await?;
            say(&desk.draft(AGENCY, case).await?, wish.json, desk).await?;
        }
        Command::Send { wish, yes } => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let draft = desk.draft(AGENCY, case).await?;
            if draft.draft.edition.content.action.needs_confirmation() && !yes {
                eprintln!("{}", draft.consequence.unwrap_or_default());
                bail!("nothing was queued; say --yes to do this");
            }
            let by = super::actor(wish.by);
            let prepared = desk.send_draft(AGENCY, (case, Looked::Newest), &by).await?;
            tell(&prepared, wish.json, desk).await?;
        }
        Command::Discard(wish) => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            desk.discard_draft(AGENCY, (case, Looked::Newest), &by).await?;
            if wish.json {
                output::json(&json!({ "case": case, "state": DraftState::Discarded }))?;
            } else {
                line("given up; nothing was sent")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn keep(save: Save, desk: &Desk) -> Result<ExitCode> {
    let options = &save.options;
    let case = options.case(desk).await?;
    let wish = SaveDraft {
        case: case.id,
        edition: Edition {
            content: options.content(&case, save.json, desk).await?,
            send_at: options.send_at(desk)?,
        },
        based_on: save.version,
        actor: super::actor(options.by.clone()),
    };
    match desk.save_draft(AGENCY, &wish).await? {
        Saved::Kept(draft) => {
            say(&draft, save.json, desk).await?;
            Ok(ExitCode::SUCCESS)
        }
        Saved::Conflict(conflict) => {
            if save.json {
                output::json(&conflict_fields(&conflict))?;
            }
            eprintln!("error: {}", conflict_words(&conflict));
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn tell(prepared: &Prepared, as_json: bool, desk: &Desk) -> Result<()> {
    let submission = desk.submission(AGENCY, prepared.submission).await?;
    if as_json {
        return output::json(&queued(prepared, &submission.response));
    }
    line(prepared.submission)?;
    say_queued(prepared, &submission.response, desk);
    Ok(())
}

async fn say(draft: &CaseDraft, as_json: bool, desk: &Desk) -> Result<()> {
    let used = used(draft, desk).await;
    if as_json {
        let mut value = fields(draft);
        value["limits"] = json!(used);
        return output::json(&value);
    }
    line(draft.draft.id)?;
    let d = &draft.draft;
    eprintln!(
        "{}, version {} is {}",
        d.edition.content.action,
        d.version,
        readable(draft.state)
    );
    if let Some(consequence) = &draft.consequence {
        eprintln!("{consequence}");
    }
    say_used(&used);
    eprintln!("next: {}", docket_app::fields::next_step(draft));
    Ok(())
}
