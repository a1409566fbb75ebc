//! `docket sla calendar`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use chrono::{Days, NaiveDate};
use clap::Subcommand;
use docket_app::{ClientScope, Desk};
use docket_core::sla::{Calendar, CalendarVersion};
use serde_json::{Value, json};

use super::file;
use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// Add a calendar; a name that exists gets its next version, which holds from its `valid_from` on
    Add {
        /// Name or id
        #[arg(long)]
        client: String,
        /// TOML or JSON; config/sla/calendar.toml shows every key
        file: PathBuf,
        /// Only say what it would be
        #[arg(long)]
        dry_run: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Calendars, every version
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// When each day begins and ends by a calendar, in UTC: to see what it makes of holidays and changes of the clock
    Show {
        /// Name or id
        #[arg(long)]
        client: String,
        calendar: String,
        /// First day; today if absent
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// How many days
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<()> {
    match command {
        Command::Add {
            client,
            file,
            dry_run,
            by,
            json,
        } => {
            let client = desk.find_client(&client).await?.id;
            let calendar: Calendar = file::read(&file)?;
            let by = crate::cmd::actor(by);
            let new = desk.add_sla_calendar(client, calendar, &by, dry_run).await?;
            if json {
                return output::json(&new);
            }
            line(format!(
                "{} version {} of calendar `{}`, from {} on ({})",
                if dry_run { "would be" } else { "added" },
                new.version,
                new.calendar.name,
                new.calendar.valid_from,
                absolute(new.starts_at)
            ))
        }
        Command::List { client, json } => {
            let scope = crate::cmd::scope(desk, client.as_deref()).await?;
            let all = desk.sla_calendars(scope).await?;
            if json {
                let rows = all.iter().map(|(client, c)| {
                    let mut row = serde_json::to_value(c)?;
                    row["client"] = json!(client);
                    Ok(row)
                });
                return output::json(&rows.collect::<Result<Vec<Value>>>()?);
            }
            let mut table = Table::new(&["CALENDAR", "VERSION", "FROM", "ZONE", "HOLIDAYS", "CLIENT", "BY"]);
            for (client, c) in &all {
                table.row(vec![
                    c.calendar.name.clone(),
                    c.version.to_string(),
                    c.calendar.valid_from.to_string(),
                    c.calendar.zone.to_string(),
                    c.calendar.holidays.len().to_string(),
                    client.to_string(),
                    c.recorded_by.clone(),
                ]);
            }
            if table.is_empty() {
                eprintln!("no calendar yet; add one: docket sla calendar add --client NAME FILE");
                return Ok(());
            }
            table.print()
        }
        Command::Show {
            client,
            calendar,
            from,
            days,
            json,
        } => {
            let client = desk.find_client(&client).await?;
            let all = desk.sla_calendars(ClientScope::One(client.id)).await?;
            let versions: Vec<CalendarVersion> = all
                .into_iter()
                .map(|(_, c)| c)
                .filter(|c| c.calendar.name == calendar)
                .collect();
            let from = from.unwrap_or_else(|| desk.env.now().date_naive());
            show(&versions, &calendar, (from, days), json)
        }
    }
}

/// The version that is in force on a day; the first one holds before its own start too.
fn on(versions: &[CalendarVersion], day: NaiveDate) -> Option<&CalendarVersion> {
    let begun = versions.iter().rev().find(|v| v.calendar.valid_from <= day);
    begun.or(versions.first())
}

fn show(
    versions: &[CalendarVersion],
    name: &str,
    (from, days): (NaiveDate, u32),
    as_json: bool,
) -> Result<()> {
    if versions.is_empty() {
        bail!("the client has no calendar `{name}`; see docket sla calendar list");
    }
    let mut rows = Vec::new();
    for day in (0..u64::from(days)).filter_map(|n| from.checked_add_days(Days::new(n))) {
        let Some(version) = on(versions, day) else {
            continue;
        };
        let spans = version.calendar.day(day);
        let minutes: i64 = spans.iter().map(|s| (s.to - s.from).num_minutes()).sum();
        rows.push(json!({
            "day": day, "weekday": day.format("%a").to_string(), "version": version.version, "working": spans,
            "minutes": minutes, "holiday": version.calendar.holidays.contains(&day),
        }));
    }
    if as_json {
        return output::json(&rows);
    }
    let mut table = Table::new(&["DAY", "", "VERSION", "HOURS", "WORKING TIME IN UTC"]);
    for row in &rows {
        let windows = row["working"].as_array().into_iter().flatten();
        let clock = |instant: &Value| {
            instant
                .as_str()
                .and_then(|t| t.get(..16))
                .unwrap_or_default()
                .replace('T', " ")
        };
        let windows: Vec<String> = windows
            .map(|w| format!("{} to {}", clock(&w["from"]), clock(&w["to"])))
            .collect();
        let free = if row["holiday"] == true { "holiday" } else { "free" };
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let minutes = row["minutes"].as_i64().unwrap_or_default();
        table.row(vec![
            text("day"),
            text("weekday"),
            row["version"].to_string(),
            format!("{}:{:02}", minutes / 60, minutes % 60),
            if windows.is_empty() {
                free.to_owned()
            } else {
                windows.join(", ")
            },
        ]);
    }
    table.print()
}
