//! `docket draft`: write a response, let a second person check it, send it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use docket_app::{CaseDraft, ClientScope, Desk, DraftConflict, Prepared, SaveDraft, Saved};
use docket_core::draft::{DraftState, Edition};
use docket_core::words::readable;
use serde_json::{Value, json};

use super::respond::{Options, queued, say_queued};
use crate::output::{self, line};
use crate::text::absolute;

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
        Command::Show { case, json } => show(&case, json, desk).await?,
        Command::Review(wish) => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            let draft = desk.ask_review(AGENCY, case, &by).await?;
            say(&draft, wish.json)?;
        }
        Command::Approve { wish, version } => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            let prepared = desk.approve_draft(AGENCY, case, version, &by).await?;
            tell(&prepared, wish.json, desk).await?;
        }
        Command::Return { wish, note } => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            desk.return_draft(AGENCY, case, &note, &by).await?;
            say(&desk.draft(AGENCY, case).await?, wish.json)?;
        }
        Command::Send { wish, yes } => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let draft = desk.draft(AGENCY, case).await?;
            if draft.draft.edition.content.action.needs_confirmation() && !yes {
                eprintln!("{}", draft.consequence.unwrap_or_default());
                bail!("nothing was queued; say --yes to do this");
            }
            let by = super::actor(wish.by);
            let prepared = desk.send_draft(AGENCY, case, &by).await?;
            tell(&prepared, wish.json, desk).await?;
        }
        Command::Discard(wish) => {
            let case = desk.find_case(AGENCY, &wish.case).await?;
            let by = super::actor(wish.by);
            desk.discard_draft(AGENCY, case, &by).await?;
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
            say(&draft, save.json)?;
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

fn conflict_fields(conflict: &DraftConflict) -> Value {
    let mut value = serde_json::to_value(&conflict.merge).unwrap_or_default();
    value["state"] = "conflict".into();
    value["draft"] = json!(conflict.draft);
    value["base_version"] = conflict.base_version.into();
    value["their_version"] = conflict.their_version.into();
    value["their_by"] = conflict.their_by.as_str().into();
    value["their_at"] = json!(conflict.their_at);
    value
}

fn conflict_words(conflict: &DraftConflict) -> String {
    let merge = &conflict.merge;
    let list = |names: &[String]| {
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        }
    };
    let go_on = if merge.merged.is_some() {
        "the changes fit together (`merged` in --json)"
    } else {
        "choose for each field"
    };
    format!(
        "{} saved version {} since version {} and nothing was overwritten; only you changed: {}; only they: {}; both: {}; {go_on}, \
         then save again with --version {}",
        conflict.their_by,
        conflict.their_version,
        conflict.base_version,
        list(&merge.only_yours),
        list(&merge.only_theirs),
        list(&merge.both),
        conflict.their_version
    )
}

async fn tell(prepared: &Prepared, as_json: bool, desk: &Desk) -> Result<()> {
    let submission = desk.submission(AGENCY, prepared.submission).await?;
    let action = submission.response.action();
    if as_json {
        return output::json(&queued(prepared, action));
    }
    line(prepared.submission)?;
    say_queued(prepared, action, desk);
    Ok(())
}

fn say(draft: &CaseDraft, as_json: bool) -> Result<()> {
    if as_json {
        return output::json(&fields(draft));
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
    eprintln!("next: {}", next(draft));
    Ok(())
}

/// What to do next with a draft.
pub fn next(draft: &CaseDraft) -> String {
    let case = draft.draft.case;
    match (draft.state, &draft.response) {
        _ if !draft.current => format!("begin another with `docket draft save {case} ACTION …`"),
        (DraftState::Draft, Err(why)) => why.to_string(),
        (DraftState::Draft, Ok(_)) if draft.four_eyes.is_some() => format!("docket draft review {case}"),
        (DraftState::Draft, Ok(_)) => {
            format!("docket draft send {case}, or `docket draft review {case}` to have it checked")
        }
        (DraftState::InReview, _) => {
            let wrote = draft.writers.join(", ");
            format!(
                "somebody else than {wrote} reads it (docket draft show {case}) and approves it: docket draft approve {case} --by NAME"
            )
        }
        (DraftState::Approved, _) => {
            format!("the worker sends it at its time; `docket respond cancel {case}` takes it back")
        }
        (DraftState::Discarded, _) => format!("docket draft save {case} ACTION …"),
    }
}

/// A draft for programs.
pub fn fields(draft: &CaseDraft) -> Value {
    let d = &draft.draft;
    json!({
        "id": d.id, "case": d.case, "client": d.client, "state": draft.state, "current": draft.current, "version": d.version,
        "action": d.edition.content.action, "content": d.edition.content, "send_at": d.edition.send_at, "author": d.author,
        "created_at": d.created_at, "updated_by": d.updated_by, "updated_at": d.updated_at, "writers": draft.writers,
        "complete": draft.response.is_ok(), "missing": draft.response.as_ref().err().map(ToString::to_string),
        "four_eyes": draft.four_eyes, "consequence": draft.consequence, "returned": d.returned, "submission": d.submission,
        "submission_state": draft.submission, "next": next(draft),
    })
}

async fn show(case: &str, as_json: bool, desk: &Desk) -> Result<()> {
    let case = desk.find_case(AGENCY, case).await?;
    let draft = desk.draft(AGENCY, case).await?;
    let d = &draft.draft;
    if as_json {
        let versions = desk.draft_versions(AGENCY, d.id).await?;
        let mut value = fields(&draft);
        value["versions"] = versions
            .iter()
            .map(|v| json!({ "version": v.number, "edition": v.edition, "by": v.by, "at": v.at }))
            .collect();
        return output::json(&value);
    }
    let action = d.edition.content.action;
    line(format!(
        "{action}, version {}: {}",
        d.version,
        readable(draft.state)
    ))?;
    if !draft.current {
        line("it is over, or belongs to an earlier round")?;
    }
    line(format!("begun by {} at {}", d.author, absolute(d.created_at)))?;
    line(format!("saved by {} at {}", d.updated_by, absolute(d.updated_at)))?;
    line(format!("written by {}", draft.writers.join(", ")))?;
    let at = d
        .edition
        .send_at
        .map_or_else(|| "as soon as it may".to_owned(), absolute);
    line(format!("to be sent {at}"))?;
    if let Some(why) = draft.four_eyes {
        line(format!("needs a second person: {why}"))?;
    }
    if let Some(note) = d.returned.as_ref().filter(|_| draft.state == DraftState::Draft) {
        line(format!("given back: {note}"))?;
    }
    if let Some(state) = draft.submission {
        line(format!("its response is {}", readable(state)))?;
    }
    if let Some(consequence) = &draft.consequence {
        line(format!("sending it: {consequence}"))?;
    }
    line(serde_json::to_string_pretty(&d.edition.content)?)?;
    eprintln!("next: {}", next(&draft));
    Ok(())
}
