//! The letter that goes before the exhibits: what is claimed, what the merchant says to it, and a timeline with sources.
//!
//! Its sentences come from templates that the agency can edit ([`Templates`]). A sentence whose fact is missing is left
//! out and told as a [`Gap`]; nothing is ever filled in.

mod facts;
mod format;
mod templates;
mod timeline;

use std::fmt;

use chrono::{DateTime, Utc};
use docket_core::dossier::Dossier;
use docket_core::money::Money;
use docket_core::words::{Language, Outcome, Platform, Reason};

pub use format::{day, money};
pub(crate) use templates::Words;
pub use templates::{BadTemplate, Templates};
pub use timeline::Event;

use facts::Facts;

/// What is claimed, by whom and against whom.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Where.
    pub platform: Platform,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// Why, in our words.
    pub reason: Reason,
    /// What is disputed.
    pub amount: Option<Money>,
    /// When the dispute was opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// The merchant's name.
    pub merchant: String,
    /// What the buyer wrote to the platform; personal data.
    pub buyer_words: Option<String>,
    /// What the letter is in the course of the dispute.
    pub answer: Answer,
}

/// What a letter is in the course of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The first answer, before anybody decided.
    First,
    /// An appeal against a decision; told where it is known.
    Appeal(Option<Decision>),
    /// An answer in a further round, after an earlier one was decided; told where it is known.
    Again(Option<Decision>),
}

/// A decision of the platform, the bank or the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// When, where that is known.
    pub on: Option<DateTime<Utc>>,
}

/// A letter, ready to be edited and typeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its language.
    pub language: Language,
    /// The heading.
    pub title: String,
    /// What it is about: labels and values.
    pub about: Vec<(String, String)>,
    /// Its text.
    pub blocks: Vec<Block>,
    /// What happened, in order.
    pub timeline: Vec<Event>,
    /// What could not be said.
    pub gaps: Vec<Gap>,
}

/// A piece of a letter's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// Sentences that belong together.
    Paragraph(String),
    /// The buyer's own words.
    Quote(String),
}

/// A sentence that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The facts that nobody told: `delivery.date`.
    pub missing: Vec<String>,
    /// Whether sources tell different things of one of them, so that none is said.
    pub sources_differ: bool,
    /// The sentence as its template has it.
    pub sentence: String,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = if self.sources_differ {
            "sources differ"
        } else {
            "not known"
        };
        write!(
            f,
            "left out `{}`: {why}: {}",
            self.sentence,
            self.missing.join(", ")
        )
    }
}

/// Drafts the letter. `exhibits` are the kinds of what will follow it, in order, so that sentences can point there.
pub fn draft(
    templates: &Templates,
    language: Language,
    claim: &Claim,
    dossier: &Dossier,
    exhibits: &[&str],
) -> Letter {
    let words = templates.words(language);
    let facts = Facts::of(words, claim, dossier, exhibits);
    let (blocks, gaps) = templates.render(language, claim.platform, file_of(claim.reason), &facts);
    let title = match claim.answer {
        Answer::First | Answer::Again(_) => "title",
        Answer::Appeal(_) => "title.appeal",
    };
    let mut about = vec![
        (words.plain("to"), claim.platform.title().to_owned()),
        (words.plain("merchant"), claim.merchant.clone()),
        (words.plain("dispute"), claim.dispute.clone()),
        (words.plain("reason"), words.reason(claim.reason)),
    ];
    let told = [
        ("amount", claim.amount.map(|amount| money(language, amount))),
        ("opened", claim.opened_at.map(|at| day(language, at.date_naive()))),
        ("order", facts.text("order", "number")),
    ];
    about.extend(
        told.into_iter()
            .filter_map(|(label, value)| Some((words.plain(label), value?))),
    );
    Letter {
        language,
        title: words.say(title, [("dispute", claim.dispute.as_str().into())]),
        about,
        blocks,
        timeline: timeline::of(words, claim, dossier),
        gaps,
    }
}

/// The template for a reason; several share one where the same things win.
const fn file_of(reason: Reason) -> &'static str {
    match reason {
        Reason::NotReceived => "not_received",
        Reason::NotAsDescribed => "not_as_described",
        Reason::Unauthorised | Reason::Unrecognised => "unauthorised",
        Reason::CreditNotProcessed => "credit_not_processed",
        Reason::DuplicateOrPaidOtherwise => "duplicate",
        Reason::IncorrectAmount => "incorrect_amount",
        Reason::SubscriptionCancelled => "subscription_cancelled",
        Reason::RiskStop => "risk_stop",
        Reason::ProcessingOrCompliance | Reason::Other => "general",
    }
}

#[cfg(test)]
mod tests;
