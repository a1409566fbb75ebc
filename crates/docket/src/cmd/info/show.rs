//! One question, and a client's response times.

use anyhow::Result;
use chrono::Duration;
use docket_core::request::{InfoAnswer, InfoRequest};
use docket_core::stats::{AnswerTimes, Rate, Shown};
use docket_core::words::readable;
use serde_json::{Value, json};

use crate::output::{self, line};
use crate::text::absolute;

pub fn request(request: &InfoRequest, answers: &[InfoAnswer], as_json: bool) -> Result<()> {
    if as_json {
        let mut value = json!(request);
        value["answers"] = json!(answers);
        return output::json(&value);
    }
    line(format!("question {}  {}", request.id, readable(request.state)))?;
    line(format!("  case       {}", request.case))?;
    line(format!(
        "  asked      {} by {}",
        absolute(request.asked_at),
        request.asked_by
    ))?;
    line(format!(
        "  due        {}; can be answered until {}",
        absolute(request.due_at),
        absolute(request.expires_at)
    ))?;
    line(format!(
        "  mailed to  {}",
        request.recipient.as_deref().unwrap_or("nobody")
    ))?;
    line(format!("  question   {}", request.question))?;
    for a in answers {
        line("")?;
        line(format!("answer of {}", absolute(a.received_at)))?;
        line(format!("  answer     {}", a.answer))?;
        line(format!("  plan       {}", a.action_plan))?;
        for f in &a.files {
            line(format!(
                "  file       {} ({}, {} bytes, SHA-256 {})",
                f.name, f.media_type, f.size, f.sha256
            ))?;
        }
    }
    Ok(())
}

/// Never a percentage without its n and its interval.
fn rate(rate: Rate) -> Value {
    let (percent, interval) = match rate.shown() {
        Shown::Nothing | Shown::Counts { .. } => (Value::Null, Value::Null),
        Shown::Percent {
            percent, interval, ..
        } => (
            json!(percent),
            json!({ "low": interval.low, "high": interval.high }),
        ),
    };
    json!({ "hits": rate.hits(), "n": rate.n(), "percent": percent, "interval": interval })
}

pub fn stats(client: &str, times: &AnswerTimes, as_json: bool) -> Result<()> {
    if as_json {
        return output::json(&json!({
            "client": client, "asked": times.asked, "answered": times.answered, "open": times.open,
            "withdrawn": times.withdrawn, "lapsed": times.lapsed,
            "median_answer_seconds": times.median.map(|m| m.num_seconds()),
            "within_24h": rate(times.within_24h), "unanswered_at_48h": rate(times.unanswered_at_48h),
        }));
    }
    line(format!("questions to {client}"))?;
    line(format!(
        "  asked {}: {} answered, {} open, {} lapsed, {} withdrawn",
        times.asked, times.answered, times.open, times.lapsed, times.withdrawn
    ))?;
    line(format!(
        "  median time to the first answer: {}",
        times.median.map_or_else(
            || "none (half or more were never answered, or none is over)".to_owned(),
            hours
        )
    ))?;
    line(format!("  answered within 24 h: {}", shown(times.within_24h)))?;
    line(format!(
        "  unanswered when 48 h were left: {}",
        shown(times.unanswered_at_48h)
    ))
}

fn shown(rate: Rate) -> String {
    match rate.shown() {
        Shown::Nothing => "none to count yet".to_owned(),
        Shown::Counts { .. } | Shown::Percent { .. } => rate.to_string(),
    }
}

fn hours(length: Duration) -> String {
    format!("{} h {} min", length.num_hours(), length.num_minutes() % 60)
}
