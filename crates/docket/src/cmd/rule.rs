//! `docket rule`: what a client wants done, or never done, with cases of a kind.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{Client, Desk, DryRun, NewRule};
use docket_core::money::{Currency, Money};
use docket_core::rule::{Rule, RuleKind, Touched, sums};
use docket_core::stats::Rate;
use docket_core::words::{Platform, Reason, readable};

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// Add a rule, in its dry run; a name that exists gets another version
    Add {
        /// Name or id
        #[arg(long)]
        client: String,
        /// Its name; made of what it says if absent
        #[arg(long)]
        name: Option<String>,
        #[command(subcommand)]
        rule: Wish,
    },
    /// Rules, with what they say and whether they act
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        /// Retired ones too
        #[arg(long)]
        all: bool,
        /// Every match as one JSON array
        #[arg(long)]
        json: bool,
    },
    /// What a rule would do now, and what it would have cost in the past 90 days; needed before it can be activated
    Try {
        #[command(flatten)]
        which: Which,
        #[arg(long)]
        json: bool,
    },
    /// What a rule noted in its dry run, and what it did
    Hits {
        #[command(flatten)]
        which: Which,
        #[arg(long)]
        json: bool,
    },
    /// Let a rule act; not by the person who made it. The version that acted before is retired
    Activate {
        #[command(flatten)]
        which: Which,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// End a rule; what it prepared stays until cancelled
    Retire {
        #[command(flatten)]
        which: Which,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

#[derive(clap::Args)]
pub struct Which {
    /// Its id, or its name for the newest version
    rule: String,
    /// Name or id, where several clients have a rule of that name
    #[arg(long)]
    client: Option<String>,
}

#[derive(Subcommand)]
pub enum Wish {
    /// Accept cases below an amount; other currencies are never compared
    AutoAcceptBelow {
        /// Such as 15.00
        amount: String,
        /// Such as EUR
        currency: Currency,
        #[command(flatten)]
        only: Only,
    },
    /// Never contest such cases
    NeverContest {
        #[command(flatten)]
        only: Only,
    },
}

#[derive(clap::Args)]
pub struct Only {
    /// Only cases with this reason
    #[arg(long)]
    reason: Option<Reason>,
    /// Only cases at this platform
    #[arg(long)]
    platform: Option<Platform>,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long)]
    json: bool,
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Add { client, name, rule } => add(&client, name, rule, desk).await?,
        Command::List { client, all, json } => {
            let scope = super::scope(desk, client.as_deref()).await?;
            let rules = desk.rules(scope, all).await?;
            list(&rules, &desk.clients(scope).await?, json)?;
        }
        Command::Try { which, json } => {
            let rule = find(&which, desk).await?;
            tried(&desk.try_rule(rule).await?, json)?;
        }
        Command::Hits { which, json } => {
            let rule = find(&which, desk).await?;
            let hits = desk.rule_hits(&rule).await?;
            if json {
                output::json(&hits)?;
            } else {
                let mut table = Table::new(&["AT", "CASE", "WHAT", "NOTE"]);
                for hit in hits {
                    table.row(vec![
                        absolute(hit.at),
                        hit.case.to_string(),
                        readable(hit.kind),
                        hit.note,
                    ]);
                }
                table.print()?;
            }
        }
        Command::Activate { which, by } => {
            let rule = find(&which, desk).await?;
            desk.activate_rule(&rule, &super::actor(by)).await?;
            line(format!("rule {} acts from now on", rule.label()))?;
        }
        Command::Retire { which, by } => {
            let rule = find(&which, desk).await?;
            desk.retire_rule(&rule, &super::actor(by)).await?;
            line(format!(
                "rule {} is retired; what it prepared: docket respond list",
                rule.label()
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(which: &Which, desk: &Desk) -> Result<Rule> {
    let scope = super::scope(desk, which.client.as_deref()).await?;
    Ok(desk.find_rule(scope, &which.rule).await?)
}

async fn add(client: &str, name: Option<String>, wish: Wish, desk: &Desk) -> Result<()> {
    let client = desk.find_client(client).await?.id;
    let (kind, below, only) = match wish {
        Wish::AutoAcceptBelow {
            amount,
            currency,
            only,
        } => (
            RuleKind::AutoAcceptBelow,
            Some(Money::parse(&amount, currency)?),
            only,
        ),
        Wish::NeverContest { only } => (RuleKind::NeverContest, None, only),
    };
    let new = NewRule {
        client,
        name,
        kind,
        platform: only.platform,
        reason: only.reason,
        below,
        by: super::actor(only.by),
    };
    let rule = desk.add_rule(new).await?;
    if only.json {
        return output::json(&rule);
    }
    line(rule.id)?;
    eprintln!(
        "rule {} is in its dry run; see what it would do: docket rule try {}",
        rule.label(),
        rule.id
    );
    Ok(())
}

fn list(rules: &[Rule], clients: &[Client], json: bool) -> Result<()> {
    if json {
        return output::json(&rules);
    }
    let name = |id| {
        let own = clients.iter().find(|c| c.id == id);
        own.map_or_else(|| id.to_string(), |c| c.name.clone())
    };
    let mut table = Table::new(&[
        "RULE",
        "NAME",
        "STATE",
        "SAYS",
        "CLIENT",
        "MADE BY",
        "ACTIVATED BY",
    ]);
    for rule in rules {
        table.row(vec![
            rule.id.to_string(),
            rule.label(),
            readable(rule.state),
            rule.says(),
            name(rule.client),
            rule.created_by.clone(),
            rule.activated_by.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    table.print()
}

fn listed(sums: &[Money]) -> String {
    if sums.is_empty() {
        return "nothing".to_owned();
    }
    let sums: Vec<String> = sums.iter().map(ToString::to_string).collect();
    sums.join(" + ")
}

fn tried(dry: &DryRun, json: bool) -> Result<()> {
    if json {
        return output::json(&docket_app::fields::tried(dry));
    }
    let won: Vec<&Touched> = dry.before.iter().filter(|case| case.won()).collect();
    let (now, before) = (sums(dry.now.iter()), sums(dry.before.iter()));
    let lost = sums(won.iter().copied());
    line(format!("rule {}: {}", dry.rule.label(), dry.rule.says()))?;
    line(format!(
        "now it would touch {} open case(s), {} in dispute",
        dry.now.len(),
        listed(&now)
    ))?;
    let share = Rate::new(
        u64::try_from(won.len()).unwrap_or(0),
        u64::try_from(dry.before.len()).unwrap_or(0),
    );
    line(format!(
        "in the past 90 days it would have touched {} closed case(s), {} in dispute; in fact won: {share}, {} of it",
        dry.before.len(),
        listed(&before),
        listed(&lost)
    ))?;
    line("whether the platform offered the action at the time is not known")?;
    let mut table = Table::new(&["CASE", "DISPUTE", "AMOUNT", "OPENED", "OUTCOME"]);
    for case in dry.now.iter().chain(&dry.before) {
        table.row(vec![
            case.case.to_string(),
            case.dispute.clone(),
            case.amount.to_string(),
            absolute(case.opened_at),
            case.outcome.map_or("open".to_owned(), readable),
        ]);
    }
    table.print()
}
