//! `docket doctor`: a self-test with advice.

use std::process::ExitCode;

use anyhow::Result;
use docket_app::{ClientScope, Desk};
use docket_queue::admin;

use crate::config::Config;
use crate::output::line;
use crate::text::relative;
use crate::wiring::House;

/// A connection that was not synced for so many intervals is stale.
const STALE_AFTER: u32 = 3;

/// A mail that waits longer is told.
const MAIL_LATE: chrono::Duration = chrono::Duration::minutes(15);

struct Report {
    failed: bool,
}

impl Report {
    fn good(&self, text: &str) -> Result<()> {
        line(format!("ok    {text}"))
    }

    fn warn(&self, text: &str, todo: &str) -> Result<()> {
        line(format!("WARN  {text}\n      → {todo}"))
    }

    fn bad(&mut self, text: &str, todo: &str) -> Result<()> {
        self.failed = true;
        line(format!("FAIL  {text}\n      → {todo}"))
    }
}

pub async fn run(config: Config) -> Result<ExitCode> {
    let mut report = Report { failed: false };
    report.good("configuration")?;
    match House::open(config).await {
        Ok(house) => look(&mut report, &house.desk).await?,
        Err(error) => report.bad(
            &format!("cannot open: {error:#}"),
            "put right what the message names",
        )?,
    }
    Ok(if report.failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn look(report: &mut Report, desk: &Desk) -> Result<()> {
    report.good(&format!(
        "{} database with this version's schema",
        desk.db.engine()
    ))?;
    let probe = desk.files.put(bytes_of("docket doctor")).await;
    match probe {
        Ok(sha256) => match desk.files.get(&sha256).await {
            Ok(_) => report.good("evidence files can be written and read")?,
            Err(error) => report.bad(&error.to_string(), "check the data folder")?,
        },
        Err(error) => report.bad(
            &error.to_string(),
            "check the data folder's permissions and free space",
        )?,
    }
    let tampered = desk.db.verify_history().await?;
    match tampered.first() {
        None => report.good("history is complete and unaltered")?,
        Some(t) => report.bad(
            &format!(
                "{} history chain(s) do not hold; first: {} row {}: {}",
                tampered.len(),
                t.subject,
                t.number,
                t.why
            ),
            "somebody changed the database by hand, or a restore was partial; compare with a backup",
        )?,
    }
    match desk.db.verify_audit().await? {
        None => report.good("the audit log is complete and unaltered")?,
        Some(number) => report.bad(
            &format!("the audit log does not hold from line {number} on"),
            "somebody changed the database by hand, or a restore was partial; compare with a backup",
        )?,
    }
    if !desk.has_people().await? {
        report.warn(
            "nobody can log in yet",
            "docket run (or docket web) prints the link of the first admin",
        )?;
    }
    mail(report, desk).await?;
    connections(report, desk).await?;
    let requests = desk.open_webhooks(ClientScope::Agency, 100).await?;
    if let Some(oldest) = requests.first() {
        let age = relative(oldest.received_at, desk.env.now());
        report.warn(
            &format!(
                "{} request(s) wait for a person, the oldest came {age}",
                requests.len()
            ),
            "docket webhook list, then docket webhook done",
        )?;
    }
    let dead = admin::dead(&desk.db, ClientScope::Agency, None, 100).await?;
    if dead.is_empty() {
        report.good("no background job gave up")?;
    } else {
        report.warn(
            &format!("{} background job(s) gave up", dead.len()),
            "docket job list --dead, then docket job retry ID",
        )?;
    }
    Ok(())
}

async fn mail(report: &mut Report, desk: &Desk) -> Result<()> {
    let Some(mail) = &desk.settings.mail else {
        return report.warn(
            "no mail server is configured: people are told in the desk only",
            "set [mail] in the configuration, or look at docket notice list several times a day",
        );
    };
    let late = desk.env.now() - MAIL_LATE;
    match desk.db.mails_waiting(late).await? {
        0 => report.good(&format!("no mail waits for {}", mail.server)),
        n => report.warn(
            &format!(
                "{n} mail(s) wait since more than {} minutes",
                MAIL_LATE.num_minutes()
            ),
            "docket job list shows why; check [mail] and the mail server",
        ),
    }
}

fn bytes_of(text: &'static str) -> bytes::Bytes {
    bytes::Bytes::from_static(text.as_bytes())
}

async fn connections(report: &mut Report, desk: &Desk) -> Result<()> {
    let now = desk.env.now();
    let connections = desk.connections(ClientScope::Agency).await?;
    if connections.is_empty() {
        report.warn(
            "no connection yet",
            "docket client add NAME, then docket connection add --help",
        )?;
    }
    for c in connections {
        let name = format!("{} ({}, {})", c.client_name, c.platform, c.id);
        if let Err(error) = desk.connector(c.id).await {
            report.bad(
                &format!("{name}: {error}"),
                "put the key back, or enter the credentials again",
            )?;
        } else if let Some(why) = &c.health.paused_why {
            report.warn(
                &format!("{name} is paused: {why}"),
                &format!(
                    "docket connection check {0}, then docket connection resume {0}",
                    c.id
                ),
            )?;
        } else {
            let stale = c.health.synced_at.is_none_or(|at| {
                (now - at)
                    .to_std()
                    .is_ok_and(|age| age > desk.settings.sync_every * STALE_AFTER)
            });
            let age = c
                .health
                .synced_at
                .map_or("never".to_owned(), |at| relative(at, now));
            if stale {
                let why = c.health.sync_error.as_deref().unwrap_or("is a worker running?");
                report.warn(
                    &format!("{name} last synced: {age}; {why}"),
                    "docket run (or docket worker), or docket sync now",
                )?;
            } else {
                report.good(&format!("{name} last synced {age}"))?;
            }
            if let Some(alarm) = &c.health.alarm {
                report.warn(
                    &format!("{name}: {alarm}"),
                    "see the platform's page of this account",
                )?;
            }
        }
    }
    Ok(())
}
