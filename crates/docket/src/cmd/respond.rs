//! `docket respond`: prepare a response; the worker sends it.

mod options;
mod whole;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use docket_app::fields::submission as fields;
use docket_app::{ClientScope, Desk, Prepare, Prepared, Responded};
use docket_core::case::Case;
use docket_core::consequence::consequence;
use docket_core::id::SubmissionId;
use docket_core::packaging::Used;
use docket_core::response::{Response, Submission, SubmissionState};
use docket_core::sentence::Sentence;
use docket_core::words::readable;
use serde_json::{Value, json};

pub use self::options::Options;
use crate::output::{self, JsonArray, Table, line};
use crate::text::absolute;

const PAGE: i64 = 500;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    send: Send,
}

#[derive(Subcommand)]
enum Command {
    /// List responses, all or of one case
    List {
        /// Our id or the platform's
        #[arg(long)]
        case: Option<String>,
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Show a response as it is sent, and write its files as they were sent
    Show {
        /// The response, as `docket respond list` shows it
        response: SubmissionId,
        /// Write its files to this folder
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Take a prepared response back
    Cancel {
        /// Our id or the platform's
        case: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

#[derive(clap::Args)]
struct Send {
    #[command(flatten)]
    options: Options,
    /// Yes, do what moves money or ends the case
    #[arg(long)]
    yes: bool,
    /// Contest although a rule of the client says never to: why, kept in the case's history
    #[arg(long, value_name = "WHY")]
    override_rule: Option<String>,
    /// Stay until the platform has proved or refused it; what waits for a second person is not waited for
    #[arg(long)]
    wait: bool,
    /// What became of it, as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    match args.command {
        Some(Command::List { case, client, json }) => {
            list(case.as_deref(), client.as_deref(), json, desk).await
        }
        Some(Command::Show { response, out, json }) => show(response, out.as_deref(), json, desk).await,
        Some(Command::Cancel { case, by }) => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            desk.cancel_response(ClientScope::Agency, id, &super::actor(by))
                .await?;
            line("cancelled; nothing was sent")?;
            Ok(ExitCode::SUCCESS)
        }
        None => send(args.send, desk).await,
    }
}

async fn send(args: Send, desk: &Desk) -> Result<ExitCode> {
    let options = &args.options;
    let case = options.case(desk).await?;
    let response = options.response(&case, args.json, desk).await?;
    let actor = super::actor(options.by.clone());
    if let Some(why) = &args.override_rule {
        desk.override_rules(ClientScope::Agency, case.id, why, &actor)
            .await?;
    }
    let case = desk
        .check_response(ClientScope::Agency, case.id, &response)
        .await?;
    let notes = desk.file_notes(&response).await?;
    for warning in notes
        .into_iter()
        .chain(desk.response_warnings(&case, &response).await?)
    {
        eprintln!("warning: {warning}");
    }
    let kind = response.action();
    let consequence = consequence_of(&response, &case);
    if kind.needs_confirmation() && !args.yes {
        eprintln!("{consequence}");
        bail!("nothing was queued; say --yes to do this");
    }
    if options.with_packet() && !args.yes {
        let list = desk.evidence_checklist(ClientScope::Agency, case.id).await?.list;
        let lacking = list
            .lacking()
            .map(|row| readable(row.kind))
            .collect::<Vec<_>>()
            .join(", ");
        if !lacking.is_empty() {
            eprintln!("{consequence}");
            bail!(
                "what decides is not there: {lacking}; nothing was queued. Bring it (`docket evidence check {}`), or say --yes",
                case.dispute
            );
        }
    }
    // Read before anything is queued: what is queued is told whatever happens.
    let used = desk.room(ClientScope::Agency, case.id, &response).await?;
    let wished = response.clone();
    let wish = Prepare {
        case: case.id,
        response,
        send_at: options.send_at(desk)?,
        actor,
    };
    match desk.respond(ClientScope::Agency, wish).await? {
        Responded::Queued(prepared) => {
            if args.json {
                output::json(&queued(&prepared, &wished))?;
            } else {
                line(prepared.submission)?;
                say_queued(&prepared, &wished, desk);
                say_used(&used);
            }
            if args.wait {
                return wait(prepared.submission, desk).await;
            }
        }
        Responded::InReview(draft) => {
            let next = docket_app::fields::next_step(&draft);
            if args.json {
                output::json(&docket_app::fields::draft(&draft))?;
            } else {
                line(draft.draft.id)?;
            }
            let why = draft.four_eyes.map_or_else(String::new, |w| format!(": {w}"));
            eprintln!(
                "{kind} on {} is not queued; it waits for a second person{why}. {consequence}",
                case.dispute
            );
            eprintln!("next: {next}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn consequence_of(response: &Response, case: &Case) -> Sentence {
    consequence(response, case.facts.amount, case.platform, case.facts.stage)
}

/// A queued response, for programs.
pub fn queued(prepared: &Prepared, response: &Response) -> Value {
    json!({
        "state": SubmissionState::Prepared, "submission": prepared.submission, "case": prepared.case.id,
        "action": response.action(), "send_at": prepared.send_at,
        "consequence": consequence_of(response, &prepared.case),
    })
}

/// The same for people.
pub fn say_queued(prepared: &Prepared, response: &Response, desk: &Desk) {
    let when = if prepared.send_at > desk.env.now() {
        absolute(prepared.send_at)
    } else {
        "now".to_owned()
    };
    let case = &prepared.case;
    eprintln!(
        "{} on {} is queued, to be sent {when}. {}",
        response.action(),
        case.dispute,
        consequence_of(response, case)
    );
}

/// What a response uses of the platform's limits, in words.
pub fn say_used(used: &[Used]) {
    let one = |u: &Used| format!("{} of {} {}", u.used, u.most, u.what);
    if !used.is_empty() {
        eprintln!("uses {}", used.iter().map(one).collect::<Vec<_>>().join(", "));
    }
}

async fn wait(id: SubmissionId, desk: &Desk) -> Result<ExitCode> {
    let stop = crate::wiring::stop_signal()?;
    let mut last = None;
    let mut patience = 100;
    loop {
        let s = desk.submission(ClientScope::Agency, id).await?;
        if last != Some(s.state) {
            last = Some(s.state);
            eprintln!(
                "{}{}",
                readable(s.state),
                s.error.as_ref().map_or(String::new(), |e| format!(": {e}"))
            );
        }
        match s.state {
            SubmissionState::Confirmed => return Ok(ExitCode::SUCCESS),
            SubmissionState::Refused | SubmissionState::Cancelled | SubmissionState::NeedsPerson => {
                if let Some(reference) = &s.platform_reference {
                    eprintln!("platform reference: {reference}");
                }
                return Ok(ExitCode::FAILURE);
            }
            // It may take until the deadline: nobody waits for that.
            SubmissionState::Held => return Ok(ExitCode::SUCCESS),
            SubmissionState::Prepared | SubmissionState::Sending | SubmissionState::SentUnconfirmed => {}
        }
        patience -= 1;
        if patience == 0 && s.state == SubmissionState::Prepared && s.send_at <= desk.env.now() {
            eprintln!("no worker has taken it yet; is `docket run` or `docket worker` running?");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(150)) => {}
            () = stop.cancelled() => {
                eprintln!("no longer waiting; the response stays queued (docket respond list)");
                return Ok(ExitCode::FAILURE);
            }
        }
    }
}

pub fn row(s: &Submission) -> Vec<String> {
    vec![
        s.id.to_string(),
        s.response.action().to_string(),
        readable(s.state),
        absolute(s.send_at),
        s.attempts.to_string(),
        s.platform_reference.clone().unwrap_or_else(|| "-".to_owned()),
        s.error.clone().unwrap_or_default(),
    ]
}

async fn show(id: SubmissionId, out: Option<&Path>, as_json: bool, desk: &Desk) -> Result<ExitCode> {
    let submission = desk.submission(ClientScope::Agency, id).await?;
    // Read even where they are not written, so that a damaged one is told.
    let files = desk.sent_files(ClientScope::Agency, id).await?;
    for (number, (file, content)) in (1..).zip(&files) {
        let Some(folder) = out else { break };
        // A name is a name, not a path; where two files have the same, the later ones say which they are.
        let name = Path::new(&file.name).file_name().context("a file has no name")?;
        let twice = files[..number - 1]
            .iter()
            .any(|(before, _)| before.name == file.name);
        let name = match twice {
            true => format!("{number}-{}", name.to_string_lossy()),
            false => name.to_string_lossy().into_owned(),
        };
        write_file(&folder.join(name), content)?;
    }
    if as_json {
        let mut shown = fields(&submission);
        shown["response"] = serde_json::to_value(&submission.response)?;
        output::json(&shown)?;
        return Ok(ExitCode::SUCCESS);
    }
    line(format!(
        "{}  {}",
        submission.response.action(),
        readable(submission.state)
    ))?;
    for text in submission.response.texts() {
        line(format!("\n{text}"))?;
    }
    for (file, _) in &files {
        line(format!(
            "\n{}  {} bytes, SHA-256 {}",
            file.name, file.size, file.sha256
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file, over none that holds something else.
fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    match std::fs::read(path) {
        Ok(there) if there == content => return Ok(()),
        Ok(_) => bail!("{} holds something else; choose another folder", path.display()),
        Err(_) => {}
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, content))
        .with_context(|| format!("{} cannot be written; choose another folder", path.display()))
}

async fn list(case: Option<&str>, client: Option<&str>, as_json: bool, desk: &Desk) -> Result<ExitCode> {
    let scope = super::scope(desk, client).await?;
    let case = match case {
        Some(text) => Some(desk.find_case(scope, text).await?),
        None => None,
    };
    let mut array = if as_json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&[
        "RESPONSE",
        "ACTION",
        "STATE",
        "SEND AT",
        "CALLS",
        "REFERENCE",
        "ERROR",
    ]);
    let mut after = None;
    loop {
        let page = desk.submissions(scope, case, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for s in &page {
            match &mut array {
                Some(array) => array.push(&fields(s))?,
                None => table.row(row(s)),
            }
        }
    }
    match array {
        Some(array) => array.end()?,
        None if table.is_empty() => eprintln!("no responses yet; see `docket respond --help`"),
        None => table.print()?,
    }
    Ok(ExitCode::SUCCESS)
}
