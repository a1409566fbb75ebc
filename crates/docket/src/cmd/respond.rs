//! `docket respond`: prepare a response; the worker sends it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Subcommand, ValueEnum};
use docket_app::{ClientScope, Desk, Prepare};
use docket_core::id::SubmissionId;
use docket_core::money::Money;
use docket_core::response::{
    Address, EvidenceItem, FileRef, Response, Submission, SubmissionState, Tracking,
};
use docket_core::words::{Language, readable};
use serde_json::{Value, json};

use crate::output::{JsonArray, Table, line};
use crate::text::{absolute, instant};

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
    /// Take a prepared response back
    Cancel {
        /// Our id or the platform's
        case: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Action {
    Contest,
    Accept,
    Offer,
    Message,
    Escalate,
    Appeal,
    #[value(alias = "supporting_info")]
    SupportingInfo,
    #[value(alias = "acknowledge_return")]
    AcknowledgeReturn,
}

#[derive(clap::Args)]
struct Send {
    /// Our id or the platform's
    #[arg(required = true)]
    case: Option<String>,
    /// What to do
    #[arg(required = true)]
    action: Option<Action>,
    /// The text: evidence narrative, message, or reason
    #[arg(long)]
    note: Option<String>,
    /// Kind of evidence, the platform's type in lower case, such as proof_of_fulfillment
    #[arg(long, value_name = "KIND")]
    evidence: Option<String>,
    /// Carrier of the parcel
    #[arg(long, requires = "tracking")]
    carrier: Option<String>,
    /// Tracking number
    #[arg(long, requires = "carrier")]
    tracking: Option<String>,
    #[arg(long, value_name = "URL", requires = "tracking")]
    tracking_url: Option<String>,
    /// Refund that was made, its id at the platform
    #[arg(long, value_name = "ID")]
    refund_id: Vec<String>,
    /// A file to attach (JPEG, PNG, GIF, PDF); may be repeated
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// Why the files may show card or identity numbers: a lead's word, kept in the history
    #[arg(long, value_name = "WHY", requires = "file")]
    allow_sensitive: Option<String>,
    /// Contest with the packet of the case's evidence (`docket evidence packet` shows it); `--note` replaces its covering line
    #[arg(long, conflicts_with_all = ["evidence", "file", "kind", "amount", "response", "tracking", "refund_id"])]
    packet: bool,
    /// The packet's language: en, nl, sv or de
    #[arg(long, default_value = "en", requires = "packet")]
    language: Language,
    /// How to accept (refund, refund_with_return, partial_refund, refund_with_return_label), what to offer (refund,
    /// refund_with_return, refund_with_replacement, replacement_without_refund), or what came back (item_received,
    /// item_not_received, damaged, empty_package_or_different, missing_items)
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Amount in the dispute's currency, such as 12.50
    #[arg(long)]
    amount: Option<String>,
    /// Why it is accepted, the platform's code in lower case
    #[arg(long)]
    reason: Option<String>,
    /// The merchant's invoice number for the refund
    #[arg(long)]
    invoice_id: Option<String>,
    /// Where goods are returned, as JSON: {"line_1", "line_2", "city", "region", "postal_code", "country"}
    #[arg(long, value_name = "JSON")]
    return_address: Option<String>,
    /// A whole response as a JSON file, for more than one piece of evidence
    #[arg(long, value_name = "FILE", conflicts_with_all = ["evidence", "kind", "amount"])]
    response: Option<PathBuf>,
    /// When to send: 48h, "2026-11-24 18:00" (UTC); now if absent
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Yes, do what moves money or ends the case
    #[arg(long)]
    yes: bool,
    /// Stay until the platform has proved or refused it
    #[arg(long)]
    wait: bool,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    match args.command {
        Some(Command::List { case, client, json }) => {
            list(case.as_deref(), client.as_deref(), json, desk).await
        }
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
    let (Some(case), Some(action)) = (&args.case, args.action) else {
        bail!("give a case and an action")
    };
    let id = desk.find_case(ClientScope::Agency, case).await?;
    let stored = desk.case(ClientScope::Agency, id).await?;
    let response = match (action, args.packet) {
        (Action::Contest, true) => {
            let packet = desk.packet(ClientScope::Agency, id, args.language).await?;
            super::evidence::print_packet(&packet)?;
            desk.contest_with(ClientScope::Agency, id, &packet, args.note.clone())
                .await?
        }
        (_, true) => bail!("a packet answers a request: use it with `contest`"),
        (_, false) => build(&args, action, stored.case.facts.amount, desk).await?,
    };
    let case = desk.check_response(ClientScope::Agency, id, &response).await?;
    let kind = response.action();
    if kind.needs_confirmation() && !args.yes {
        eprintln!("{}", response.consequence(case.facts.amount));
        bail!("nothing was queued; say --yes to do this");
    }
    let send_at = args
        .at
        .as_deref()
        .map(|t| instant(t, desk.env.now()))
        .transpose()?;
    let consequence = response.consequence(case.facts.amount);
    let actor = super::actor(args.by);
    if let Some(why) = &args.allow_sensitive {
        // Before anything is queued: what goes out on somebody's word is never without that word.
        let told = format!("the files of `{kind}` may show what must not leave the house otherwise: {why}");
        desk.command(
            ClientScope::Agency,
            id,
            docket_core::case::Command::Note(told),
            &actor,
        )
        .await?;
    }
    let wish = Prepare {
        case: id,
        response,
        send_at,
        actor,
    };
    let prepared = desk.prepare(ClientScope::Agency, wish).await?;
    line(prepared.submission)?;
    let when = if prepared.send_at > desk.env.now() {
        absolute(prepared.send_at)
    } else {
        "now".to_owned()
    };
    eprintln!(
        "{kind} on {} is queued, to be sent {when}. {consequence}",
        case.dispute
    );
    if args.wait {
        wait(prepared.submission, desk).await
    } else {
        Ok(ExitCode::SUCCESS)
    }
}

async fn build(args: &Send, action: Action, disputed: Money, desk: &Desk) -> Result<Response> {
    if args
        .allow_sensitive
        .as_ref()
        .is_some_and(|why| why.trim().is_empty())
    {
        bail!("say why it may be shown; the reason is kept");
    }
    let mut files = Vec::new();
    for path in &args.file {
        let content = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let allowed = args.allow_sensitive.as_deref();
        files.push(desk.take_file(&name, content.into(), allowed).await?);
    }
    if let Some(path) = &args.response {
        return from_file(path, action, &files);
    }
    let amount = args
        .amount
        .as_deref()
        .map(|a| Money::parse(a, disputed.currency))
        .transpose()?;
    let return_address: Option<Address> = match &args.return_address {
        Some(text) => {
            Some(serde_json::from_str(text).context("--return-address is not the JSON of an address")?)
        }
        None => None,
    };
    let note = || {
        args.note
            .clone()
            .context("this action needs a text; give --note TEXT")
    };
    let invoice_id = args.invoice_id.clone();
    Ok(match action {
        Action::Contest => Response::Contest {
            evidence: vec![evidence(args, files)?],
            return_address,
        },
        Action::Appeal => Response::Appeal {
            evidence: vec![evidence(args, files)?],
        },
        Action::Accept => Response::Accept {
            kind: word(args, "accept")?,
            note: note()?,
            reason: args.reason.clone(),
            amount,
            return_address,
            invoice_id,
            shipment: tracking(args),
            files,
        },
        Action::Offer => Response::Offer {
            kind: word(args, "offer")?,
            note: note()?,
            amount,
            return_address,
            invoice_id,
        },
        Action::Message => Response::Message { text: note()?, files },
        Action::Escalate => Response::Escalate { note: note()? },
        Action::SupportingInfo => Response::SupportingInfo { note: note()?, files },
        Action::AcknowledgeReturn => {
            let proof = if files.is_empty() && args.evidence.is_none() {
                Vec::new()
            } else {
                vec![evidence(args, files)?]
            };
            Response::AcknowledgeReturn {
                kind: word(args, "acknowledge-return")?,
                note: args.note.clone(),
                evidence: proof,
            }
        }
    })
}

/// Only what was judged a moment ago goes out: a file is never named by its hash.
fn fill_in(names: &mut Value, files: &[FileRef]) -> Result<()> {
    for entry in names.as_array_mut().into_iter().flatten() {
        let name = entry
            .as_str()
            .context("`files` holds the names of files given with --file")?
            .to_owned();
        let file = files.iter().find(|f| f.name == name);
        *entry = serde_json::to_value(file.with_context(|| format!("`{name}` is not given with --file"))?)?;
    }
    Ok(())
}

fn from_file(path: &std::path::Path, action: Action, files: &[FileRef]) -> Result<Response> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut value: Value = serde_json::from_str(&text).context("--response is not JSON")?;
    // A file is named in the JSON and given with --file: its size and hash are filled in here.
    for item in value["evidence"].as_array_mut().into_iter().flatten() {
        fill_in(&mut item["files"], files)?;
    }
    if value.get("files").is_some() {
        fill_in(&mut value["files"], files)?;
    }
    let response: Response =
        serde_json::from_value(value).context("--response does not describe a response")?;
    let wanted = action
        .to_possible_value()
        .map(|v| v.get_name().replace('-', "_"))
        .unwrap_or_default();
    if response.action().as_str() != wanted {
        bail!(
            "--response describes `{}`, the command says `{wanted}`",
            response.action()
        );
    }
    Ok(response)
}

fn word<T: std::str::FromStr<Err = docket_core::words::UnknownWord>>(args: &Send, action: &str) -> Result<T> {
    let text = args
        .kind
        .as_deref()
        .with_context(|| format!("`{action}` needs --type; see docket respond --help"))?;
    Ok(text.replace('-', "_").parse()?)
}

fn tracking(args: &Send) -> Vec<Tracking> {
    match (&args.carrier, &args.tracking) {
        (Some(carrier), Some(number)) => {
            vec![Tracking {
                carrier: carrier.clone(),
                number: number.clone(),
                url: args.tracking_url.clone(),
            }]
        }
        _ => Vec::new(),
    }
}

fn evidence(args: &Send, files: Vec<FileRef>) -> Result<EvidenceItem> {
    let kind = args
        .evidence
        .clone()
        .context("say what kind of evidence it is: --evidence KIND")?;
    Ok(EvidenceItem {
        kind: kind.replace('-', "_").to_lowercase(),
        note: args.note.clone(),
        tracking: tracking(args),
        refund_ids: args.refund_id.clone(),
        files,
        item_id: None,
    })
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

pub fn fields(s: &Submission) -> Value {
    json!({
        "id": s.id, "case": s.case, "client": s.client, "action": s.response.action(), "state": s.state,
        "send_at": s.send_at, "attempts": s.attempts, "attempted_at": s.attempted_at, "answered": s.answered,
        "platform_reference": s.platform_reference, "confirmed_at": s.confirmed_at, "error": s.error,
        "created_by": s.created_by, "created_at": s.created_at,
    })
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

#[cfg(test)]
mod tests {
    use docket_core::words::ActionKind;

    use super::*;

    #[test]
    fn every_action_can_be_typed() {
        let typed: Vec<String> = Action::value_variants()
            .iter()
            .filter_map(|a| a.to_possible_value())
            .map(|v| v.get_name().replace('-', "_"))
            .collect();
        assert_eq!(
            typed,
            ActionKind::ALL.iter().map(|a| a.as_str()).collect::<Vec<_>>()
        );
    }
}
