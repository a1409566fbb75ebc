//! One case, whole.

use anyhow::Result;
use docket_app::{CaseDossier, CaseRecord, CaseView, Desk};
use docket_core::dossier::Provenance;
use docket_core::recommend::Recommendation;
use docket_core::words::{Turn, readable};

use super::advise;
use crate::output::{self, Table, line};
use crate::text::{absolute, relative};

/// What is recommended, or why nothing can be.
type Advised = std::result::Result<Recommendation, String>;

pub fn json(shown: (&CaseView, &CaseRecord), advice: &Advised) -> Result<()> {
    let value = docket_app::fields::case(shown, advice.as_ref().ok());
    output::json(&value)
}

pub fn text((view, record): (&CaseView, &CaseRecord), advice: &Advised, desk: &Desk) -> Result<()> {
    let (case, now) = (&view.stored.case, desk.env.now());
    let facts = &case.facts;
    let words = |own: &Option<String>| own.as_deref().unwrap_or("-").to_owned();
    line(format!(
        "{}  {}  {}",
        case.dispute,
        case.platform.title(),
        view.client.name
    ))?;
    line(format!("case {}  version {}", case.id, case.version))?;
    line(format!("  amount     {}", facts.amount))?;
    line(format!(
        "  reason     {} ({})",
        readable(facts.reason),
        words(&facts.platform_reason)
    ))?;
    line(format!(
        "  stage      {} ({}), {}",
        readable(facts.stage),
        words(&facts.platform_stage),
        words(&facts.channel)
    ))?;
    line(format!(
        "  status     {}; turn: {}; our state: {}",
        words(&facts.platform_status),
        facts.turn,
        readable(case.work_state)
    ))?;
    line(format!(
        "  outcome    {}",
        case.outcome.map_or("open".to_owned(), readable)
    ))?;
    line(format!(
        "  assignee   {}",
        case.assignee.as_deref().unwrap_or("nobody")
    ))?;
    line(format!(
        "  opened     {}; changed {}",
        absolute(facts.opened_at),
        absolute(facts.updated_at)
    ))?;
    line(format!("  order      {}", facts.order_refs.join(", ")))?;
    line(format!(
        "  as of      {} ({})",
        absolute(view.stored.observed_at),
        relative(view.stored.observed_at, now)
    ))?;
    match case.round.deadline {
        Some(d) if facts.turn == Turn::Ours => line(format!(
            "  DEADLINE   {} ({}), source: {}{}",
            absolute(d.at),
            relative(d.at, now),
            d.source,
            case.next_step
                .map_or(String::new(), |s| format!("; next step {}", absolute(s.at))),
        ))?,
        _ => line("  deadline   none runs for us")?,
    }
    let allowed: Vec<&str> = facts.allowed_actions.iter().map(|a| a.as_str()).collect();
    line(format!(
        "  allowed    {}",
        if allowed.is_empty() {
            "nothing now".to_owned()
        } else {
            allowed.join(", ")
        }
    ))?;
    for attention in &case.attention {
        line(format!("  ! {}: {}", readable(attention), attention.advice()))?;
    }
    if let Some(draft) = &view.draft {
        let d = &draft.draft;
        line(format!(
            "  draft      {}, version {}, {} (docket draft show {})",
            d.edition.content.action,
            d.version,
            readable(draft.state),
            d.case
        ))?;
    }
    match advice {
        Ok(advice) => advise::text(advice)?,
        Err(why) => line(format!("  ADVICE     none: {why}"))?,
    }
    purchase(&view.dossier)?;
    sections(view, record)
}

/// What is known of the purchase, with who says so.
fn purchase(known: &CaseDossier) -> Result<()> {
    let mut facts = Table::new(&["FACTS", "", "SOURCE"]);
    let source = |from: &Provenance| format!("{} ({}, told {})", from.by, from.place, absolute(from.at));
    for moment in known.facts.timeline() {
        facts.row(vec![
            absolute(moment.at),
            moment.what.to_string(),
            source(moment.from),
        ]);
    }
    for bought in &known.facts.lines {
        let name = bought.fact.sku.as_ref().or(bought.fact.title.as_ref());
        let what = format!(
            "{} × {}",
            bought.fact.quantity,
            name.map_or("goods without a name", String::as_str)
        );
        facts.row(vec!["bought".to_owned(), what, source(&bought.from)]);
    }
    for policy in &known.facts.policies {
        let what = format!("{} policy in force since {}", policy.fact.kind, policy.fact.from);
        facts.row(vec!["on that day".to_owned(), what, source(&policy.from)]);
    }
    if !facts.is_empty() {
        line("")?;
        facts.print()?;
    }
    if !known.several_orders.is_empty() {
        line(format!(
            "! several orders fit this case ({}); say which: docket import join ORDER CASE --client CLIENT",
            known.several_orders.join(", ")
        ))?;
    }
    Ok(())
}

fn sections(view: &CaseView, record: &CaseRecord) -> Result<()> {
    let mut rounds = Table::new(&[
        "ROUND", "STAGE", "REASON", "OPENED", "DEADLINE", "ANSWERED", "OUTCOME",
    ]);
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or("-".to_owned(), absolute);
    for r in &record.rounds {
        rounds.row(vec![
            r.number.to_string(),
            readable(r.stage),
            readable(r.reason),
            absolute(r.opened_at),
            time(r.deadline.map(|d| d.at)),
            time(r.responded_at),
            r.outcome.map_or("-".to_owned(), readable),
        ]);
    }
    line("")?;
    rounds.print()?;
    let mut responses = Table::new(&[
        "RESPONSE",
        "ACTION",
        "STATE",
        "SEND AT",
        "CALLS",
        "REFERENCE",
        "ERROR",
    ]);
    for s in &view.submissions {
        responses.row(crate::cmd::respond::row(s));
    }
    if !responses.is_empty() {
        line("")?;
        responses.print()?;
    }
    let mut requests = Table::new(&crate::cmd::info::HEAD);
    for r in &record.requests {
        requests.row(crate::cmd::info::row(r));
    }
    if !requests.is_empty() {
        line("")?;
        requests.print()?;
    }
    let mut factors = Table::new(&["FACTOR", "VALUE", "SOURCE", "AS OF", "KNOWN"]);
    for f in &record.factors {
        factors.row(vec![
            readable(&f.kind),
            f.value.clone(),
            f.source.clone(),
            absolute(f.as_of),
            if f.known == "opening" {
                "when it opened"
            } else {
                "later"
            }
            .to_owned(),
        ]);
    }
    if !factors.is_empty() {
        line("")?;
        factors.print()?;
    }
    let mut settings = Table::new(&["SETTING WHEN IT OPENED", "HOLDS", "SOURCE", "SINCE"]);
    for s in &record.settings {
        settings.row(vec![
            s.item.clone(),
            s.value.clone(),
            s.source.clone(),
            absolute(s.valid_from),
        ]);
    }
    if !settings.is_empty() {
        line("")?;
        settings.print()?;
    }
    let mut history = Table::new(&["AT", "WHO", "WHAT", "DETAIL"]);
    for h in &record.history {
        let detail = h.detail.as_ref().map_or("erased".to_owned(), ToString::to_string);
        history.row(vec![absolute(h.at), h.actor.clone(), readable(&h.kind), detail]);
    }
    line("")?;
    history.print()
}
