//! `docket info`: questions to clients.

mod show;

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use docket_app::{Ask, ClientScope, Desk, MAIL_LIMIT, NewAnswer, Reply};
use docket_core::id::RequestId;
use docket_core::request::InfoRequest;
use docket_core::sentence;
use docket_core::words::readable;
use serde_json::json;

use crate::output::{self, JsonArray, Table, line};
use crate::text::{absolute, instant, relative};

const PAGE: i64 = 500;

/// The columns of [`row`].
pub const HEAD: [&str; 6] = ["QUESTION", "STATE", "ASKED", "DUE", "TO", "TEXT"];

#[derive(Subcommand)]
pub enum Command {
    /// Ask the client of a case; prints the address of the page for the answer
    Ask {
        /// Our id or the platform's
        case: String,
        #[arg(long, value_name = "TEXT")]
        question: String,
        /// When the answer is due: 24h, 2026-11-24, "2026-11-24 18:00" (UTC); left away, it follows from the deadline
        #[arg(long, value_name = "TIME")]
        due: Option<String>,
        /// Mail it, with reminders, to this address
        #[arg(long, value_name = "EMAIL")]
        to: Option<String>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// List questions, oldest first
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        /// Our id or the platform's
        #[arg(long)]
        case: Option<String>,
        /// Every match as one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show one question with its answers
    Show {
        question: RequestId,
        #[arg(long)]
        json: bool,
    },
    /// Make a further address of a question's page; the earlier ones keep working
    Link { question: RequestId },
    /// Enter what the client answered by mail or telephone
    Answer {
        question: RequestId,
        /// What they say
        #[arg(long, value_name = "TEXT")]
        answer: String,
        /// What they will do, and by when
        #[arg(long, value_name = "TEXT")]
        plan: String,
        /// A file that came with it; may be given several times
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Take a client's reply by mail from standard input, as a mail server hands it over
    Receive,
    /// Take a question back
    Withdraw {
        question: RequestId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// How fast a client answers
    Stats {
        /// Name or id
        #[arg(long)]
        client: String,
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Ask {
            case,
            question,
            due,
            to,
            by,
            json,
        } => {
            let ask = Ask {
                case: desk.find_case(ClientScope::Agency, &case).await?,
                question,
                due: due.map(|text| instant(&text, desk.env.now())).transpose()?,
                to,
                actor: super::actor(by),
            };
            asked(desk, ask, json).await?;
        }
        Command::List { client, case, json } => {
            list(client.as_deref(), case.as_deref(), json, desk).await?;
        }
        Command::Show { question, json } => {
            let (request, answers) = desk.info_request(ClientScope::Agency, question).await?;
            show::request(&request, &answers, json)?;
        }
        Command::Link { question } => {
            line(desk.info_link(ClientScope::Agency, question).await?)?;
            say_public_url(desk);
        }
        Command::Answer {
            question,
            answer,
            plan,
            files,
            by,
        } => {
            let mut new = NewAnswer {
                answer,
                action_plan: plan,
                files: Vec::new(),
                from: "entered at the desk".to_owned(),
            };
            for path in files {
                let content =
                    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                new.files.push(desk.take_file(&name, content.into(), None).await?);
            }
            desk.record_answer(ClientScope::Agency, question, &new, &super::actor(by))
                .await?;
            line(format!("{question} is answered; the case goes on"))?;
        }
        Command::Receive => receive(desk).await?,
        Command::Withdraw { question, by, json } => {
            let request = desk
                .withdraw_request(ClientScope::Agency, question, &super::actor(by))
                .await?;
            if json {
                output::json(&request)?;
            } else {
                line(format!("{} is withdrawn; its page says so", request.id))?;
            }
        }
        Command::Stats { client, json } => {
            let client = desk.find_client(&client).await?;
            show::stats(&client.name, &desk.answer_times(&client).await?, json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn receive(desk: &Desk) -> Result<()> {
    let mut mail = Vec::new();
    let read = std::io::stdin().take(MAIL_LIMIT + 1).read_to_end(&mut mail);
    read.context("cannot read the mail")?;
    if mail.len() as u64 > MAIL_LIMIT {
        let why = sentence!(
            "this mail is larger than {limit} MB; answer on the page that it names, which takes files one by one",
            limit = MAIL_LIMIT >> 20
        );
        return Err(docket_app::Error::Invalid(why).into());
    }
    match desk.take_reply(&mail).await? {
        Reply::Kept(question) => line(format!("{question} is answered; the case goes on")),
        Reply::Known(question) => line(format!("{question} has this answer already; nothing to do")),
        Reply::Automatic => line("a machine wrote this mail; it is left alone"),
    }
}

/// How a mail server reads the end of `info receive` (sysexits.h): 65 gives the mail back to its sender with what was
/// printed, 75 keeps it and tries again later.
pub fn mail_exit(error: &anyhow::Error) -> ExitCode {
    use docket_app::Error::{Invalid, NotFound, Problems, Refused};
    match error.downcast_ref() {
        Some(Invalid(_) | NotFound(_) | Problems(_) | Refused(_)) => ExitCode::from(65),
        Some(_) | None => ExitCode::from(75),
    }
}

async fn asked(desk: &Desk, ask: Ask, as_json: bool) -> Result<()> {
    let asked = desk.ask_client(ClientScope::Agency, ask).await?;
    let request = &asked.request;
    if as_json {
        let mut value = json!(request);
        value["page"] = json!(asked.page);
        output::json(&value)?;
    } else {
        line(&asked.page)?;
        eprintln!(
            "question {}, due {} ({})",
            request.id,
            absolute(request.due_at),
            relative(request.due_at, desk.env.now())
        );
        match &request.recipient {
            Some(_) => eprintln!("it is mailed to the client, with reminders"),
            None => eprintln!("pass this address on to the client; it is shown only now"),
        }
    }
    say_public_url(desk);
    Ok(())
}

fn say_public_url(desk: &Desk) {
    if desk.settings.public_url.is_none() {
        eprintln!("this is the path only: set web.public_url to the address where clients reach this desk");
    }
}

pub fn row(r: &InfoRequest) -> Vec<String> {
    let text: String = r.question.chars().take(60).collect();
    vec![
        r.id.to_string(),
        readable(r.state),
        absolute(r.asked_at),
        absolute(r.due_at),
        r.recipient.clone().unwrap_or_else(|| "-".to_owned()),
        text.replace('\n', " "),
    ]
}

async fn list(client: Option<&str>, case: Option<&str>, as_json: bool, desk: &Desk) -> Result<()> {
    let scope = super::scope(desk, client).await?;
    let case = match case {
        Some(text) => Some(desk.find_case(scope, text).await?),
        None => None,
    };
    let mut array = if as_json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&HEAD);
    let mut after = None;
    loop {
        let page = desk.info_requests(scope, case, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for r in &page {
            match &mut array {
                Some(array) => array.push(r)?,
                None => table.row(row(r)),
            }
        }
    }
    match array {
        Some(array) => array.end(),
        None if table.is_empty() => {
            eprintln!("no questions; ask one: docket info ask CASE --question TEXT");
            Ok(())
        }
        None => table.print(),
    }
}
