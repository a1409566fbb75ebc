//! The parameters of the list, held to their documented form (reference 3).

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{
    ApiError,
    book::ArrayStyle,
    dispute::Dispute,
    words::{REASONS, SORTS, STATES},
};
use crate::dispute::Time;

const DEFAULT_SIZE: usize = 20;
const MOST: usize = 250;

#[derive(Debug, Default)]
pub(crate) struct Query {
    order_ids: Vec<String>,
    transactions: Vec<String>,
    references: Vec<String>,
    states: Vec<String>,
    reasons: Vec<String>,
    sort_by: Vec<String>,
    pub created: Window,
    closed: Window,
    pub updated: Window,
    pub size: usize,
    pub starting_after: Option<String>,
    pairs: Vec<(String, String)>,
}

/// From the start on, up to but not including the end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    pub start: Option<Time>,
    pub end: Option<Time>,
}

impl Window {
    pub(crate) fn takes(self, at: Option<Time>) -> bool {
        if self.start.is_none() && self.end.is_none() {
            return true;
        }
        at.is_some_and(|at| self.start.is_none_or(|start| at >= start) && self.end.is_none_or(|end| at < end))
    }

    fn ordered(self, name: &str) -> Result<Self, ApiError> {
        match (self.start, self.end) {
            (Some(start), Some(end)) if end < start => Err(ApiError::invalid(
                &format!("{name}_start"),
                "must not be after the end",
            )),
            _ => Ok(self),
        }
    }
}

impl Query {
    pub(crate) fn parse(raw: &str, style: ArrayStyle) -> Result<Self, ApiError> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
        let mut query = Self {
            size: DEFAULT_SIZE,
            ..Self::default()
        };
        for (place, (name, value)) in pairs.iter().enumerate() {
            let again = pairs[..place].iter().any(|(earlier, _)| earlier == name);
            let list = list(name);
            if again && (list.is_none() || style == ArrayStyle::Comma) {
                return Err(ApiError::invalid(name, "must not be given more than once"));
            }
            match list {
                Some(rule) => query.add(name, value, rule, style)?,
                None => query.set(name, value)?,
            }
        }
        query.created = query.created.ordered("created_at")?;
        query.closed = query.closed.ordered("closed_at")?;
        query.updated = query.updated.ordered("updated_at")?;
        query.pairs = pairs;
        Ok(query)
    }

    fn add(&mut self, name: &str, value: &str, rule: Rule, style: ArrayStyle) -> Result<(), ApiError> {
        let target = match name {
            "order_ids" => &mut self.order_ids,
            "payment_transaction_ids" => &mut self.transactions,
            "purchase_references" => &mut self.references,
            "state" => &mut self.states,
            "reason" => &mut self.reasons,
            _ => &mut self.sort_by,
        };
        let values: Vec<&str> = match style {
            ArrayStyle::Repeated => vec![value],
            ArrayStyle::Comma => value.split(',').collect(),
        };
        for value in values {
            if !(1..=255).contains(&value.chars().count()) {
                return Err(ApiError::invalid(name, "must have 1 to 255 characters"));
            }
            if rule.words.is_some_and(|words| !words.contains(&value)) {
                return Err(ApiError::invalid(name, "is not one of the allowed values"));
            }
            target.push(value.to_owned());
        }
        if target.len() > rule.most {
            return Err(ApiError::invalid(name, "has too many values"));
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "size" => {
                self.size = value
                    .parse()
                    .ok()
                    .filter(|size| (1..=MOST).contains(size))
                    .ok_or_else(|| ApiError::invalid(name, "must be a number from 1 to 250"))?;
            }
            "starting_after" if value.is_empty() => {
                return Err(ApiError::invalid(name, "must not be empty"));
            }
            "starting_after" => self.starting_after = Some(value.to_owned()),
            "created_at_start" => self.created.start = Some(instant(name, value)?),
            "created_at_end" => self.created.end = Some(instant(name, value)?),
            "closed_at_start" => self.closed.start = Some(instant(name, value)?),
            "closed_at_end" => self.closed.end = Some(instant(name, value)?),
            "updated_at_start" => self.updated.start = Some(instant(name, value)?),
            "updated_at_end" => self.updated.end = Some(instant(name, value)?),
            _ => return Err(ApiError::invalid(name, "is not a known parameter")),
        }
        Ok(())
    }

    pub(crate) fn takes(&self, dispute: &Dispute) -> bool {
        let one_of = |wanted: &[String], value: &str| wanted.is_empty() || wanted.iter().any(|w| w == value);
        let reference = dispute.order["merchant_reference1"].as_str().unwrap_or_default();
        let transaction = format!("krn:payment:eu1:transaction:{}", dispute.order_id);
        one_of(&self.order_ids, &dispute.order_id)
            && one_of(&self.transactions, &transaction)
            && one_of(&self.references, reference)
            && one_of(&self.states, dispute.state.word())
            && one_of(&self.reasons, &dispute.reason)
            && self.created.takes(Some(dispute.created))
            && self
                .closed
                .takes(dispute.outcome.as_ref().map(|outcome| outcome.at))
            && self.updated.takes(Some(dispute.updated))
    }

    pub(crate) fn wants_state(&self, state: &str) -> bool {
        self.states.is_empty() || self.states.iter().any(|wanted| wanted == state)
    }

    /// The order of the list: as asked, else newest first; the id decides between equals, so that pages never overlap.
    pub(crate) fn compare(&self, one: &Dispute, other: &Dispute) -> Ordering {
        let closed = |dispute: &Dispute| dispute.outcome.as_ref().map(|outcome| outcome.at);
        for key in &self.sort_by {
            let order = match key.as_str() {
                "created_at" => one.created.cmp(&other.created),
                "-created_at" => other.created.cmp(&one.created),
                "closed_at" => closed(one).cmp(&closed(other)),
                _ => closed(other).cmp(&closed(one)),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        other
            .created
            .cmp(&one.created)
            .then_with(|| other.id.cmp(&one.id))
    }

    /// The same question, one page further.
    pub(crate) fn next(&self, after: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs.iter().filter(|(name, _)| name != "starting_after"));
        query.append_pair("starting_after", after);
        format!("{}?{}", super::DISPUTES, query.finish())
    }
}

/// What an array parameter takes.
struct Rule {
    most: usize,
    words: Option<&'static [&'static str]>,
}

fn list(name: &str) -> Option<Rule> {
    let (most, words): (usize, Option<&'static [&'static str]>) = match name {
        "order_ids" | "payment_transaction_ids" => (100, None),
        "purchase_references" => (10, None),
        "state" => (100, Some(&STATES)),
        "reason" => (10, Some(&REASONS)),
        "sort_by" => (10, Some(&SORTS)),
        _ => return None,
    };
    Some(Rule { most, words })
}

/// RFC 3339 with a zone. A `+` that was not encoded arrives as a blank and is refused here.
fn instant(name: &str, text: &str) -> Result<Time, ApiError> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|_| text.as_bytes().get(10) == Some(&b'T'))
        .map(|at| at.with_timezone(&Utc))
        .ok_or_else(|| ApiError::invalid(name, "must be an RFC 3339 date and time"))
}
