//! What can be decided: contest, offer, accept or write to the buyer, each with what it does; and what the platform allows
//! beside these.

use chrono::{DateTime, Utc};
use docket_app::CaseView;
use docket_core::case::{self, Case, Command, Event};
use docket_core::consequence::consequence;
use docket_core::evidence::Checklist;
use docket_core::id::SubmissionId;
use docket_core::response::{AcceptKind, OfferKind, Response};
use docket_core::words::{ActionKind, Language};

use super::draft::{language_name, open_version};
use super::{Known, next};
use crate::doors::{Door, Viewer};
use crate::pages::Choice;
use crate::show;
use crate::urls;

/// The choices.
#[derive(Debug)]
pub struct Decisions {
    /// Where they are sent; none for whoever only reads.
    pub url: Option<String>,
    /// The version of the draft that the person sees.
    pub based_on: i64,
    /// What is being written already: what it is, and where it goes on.
    pub under_way: Option<(String, String)>,
    pub contest: Option<Decision>,
    pub offer: Option<Decision>,
    pub accept: Option<Decision>,
    pub message: Option<Decision>,
    /// How complete the evidence is, in words.
    pub evidence: Option<String>,
    pub languages: Vec<Choice>,
    pub offers: Vec<Choice>,
    pub accepts: Vec<Choice>,
    /// The disputed amount, as a form takes it.
    pub amount: String,
    pub currency: String,
    /// What the platform allows beside these.
    pub others: Vec<Other>,
    /// Why Docket would refuse all of it now, where that is one reason.
    pub blocked: Option<String>,
    pub none: bool,
}

/// One of them.
#[derive(Debug)]
pub struct Decision {
    /// What it does.
    pub says: String,
    /// Why Docket would refuse it now.
    pub refused: Option<String>,
}

/// An action that has no form here.
#[derive(Debug)]
pub struct Other {
    pub name: String,
    pub says: &'static str,
    pub confirm: bool,
    pub command: String,
    pub refused: Option<String>,
}

impl Decisions {
    pub fn of(viewer: &Viewer, view: &CaseView, known: Known<'_>, now: DateTime<Utc>) -> Self {
        let case = &view.stored.case;
        let facts = &case.facts;
        let refused: Vec<(ActionKind, Option<String>)> = facts
            .allowed_actions
            .iter()
            .map(|kind| (*kind, refusal(case, *kind, known, now)))
            .collect();
        let of = |kind: ActionKind, example: &Response| {
            let (_, refused) = refused.iter().find(|(allowed, _)| *allowed == kind)?;
            Some(Decision {
                says: consequence(example, facts.amount, case.platform, facts.stage),
                refused: refused.clone(),
            })
        };
        let draft = view.draft.as_ref().filter(|d| d.current && d.response.is_ok());
        let language = |l: &Language| Choice::new(l.as_str(), language_name(*l), *l == Language::English);
        Self {
            url: viewer.may(Door::Decide).then(|| urls::of(case.id, urls::DECIDE)),
            based_on: open_version(view),
            under_way: draft.map(|d| {
                let action = d.draft.edition.content.action;
                let part = match action {
                    ActionKind::Contest => urls::CASE_EVIDENCE,
                    _ => urls::CASE_PREVIEW,
                };
                (show::title(action), urls::of(case.id, part))
            }),
            contest: of(ActionKind::Contest, &example_message()).map(|found| Decision {
                says: next::meaning(ActionKind::Contest).to_owned(),
                ..found
            }),
            offer: of(ActionKind::Offer, &example_offer(case)),
            accept: of(ActionKind::Accept, &example_accept()),
            message: of(ActionKind::Message, &example_message()),
            evidence: known.list.map(evidence),
            languages: Language::ALL.iter().map(language).collect(),
            offers: OfferKind::ALL
                .iter()
                .map(|k| Choice::new(k.as_str(), show::title(k), *k == OfferKind::Refund))
                .collect(),
            accepts: AcceptKind::ALL
                .iter()
                .map(|k| Choice::new(k.as_str(), show::title(k), *k == AcceptKind::Refund))
                .collect(),
            amount: facts.amount.decimal(),
            currency: facts.amount.currency.to_string(),
            others: others(case, &refused),
            blocked: blocked(&refused),
            none: facts.allowed_actions.is_empty(),
        }
    }
}

fn evidence(list: &Checklist) -> String {
    let lacking: Vec<String> = list.lacking().map(|row| show::words(row.kind)).collect();
    if lacking.is_empty() {
        format!(
            "Evidence: {} % of the weight is there, and all that decides.",
            list.completeness
        )
    } else {
        format!(
            "Evidence: {} % of the weight is there; what decides is missing: {}.",
            list.completeness,
            lacking.join(", ")
        )
    }
}

/// Asked of the case machine itself; the id is of no submission, and nothing is kept.
fn refusal(case: &Case, action: ActionKind, known: Known<'_>, now: DateTime<Utc>) -> Option<String> {
    // First what can never be done here, then what cannot be done now.
    if let Some((_, why)) = known.elsewhere.iter().find(|(kind, _)| *kind == action) {
        return Some(why.clone());
    }
    let probe = Command::Prepare {
        submission: SubmissionId(case.id.0),
        action,
        send_at: now,
    };
    let refused = case::apply(case, Event::Command(probe), now).err();
    refused.map(|why| why.to_string())
}

fn others(case: &Case, refused: &[(ActionKind, Option<String>)]) -> Vec<Other> {
    let here = [
        ActionKind::Contest,
        ActionKind::Offer,
        ActionKind::Accept,
        ActionKind::Message,
    ];
    let other = |(kind, refused): &(ActionKind, Option<String>)| Other {
        name: show::title(kind),
        says: next::meaning(*kind),
        confirm: kind.needs_confirmation(),
        command: format!(
            "docket respond {} {}",
            case.id,
            next::command(*kind, case.facts.reason)
        ),
        refused: refused.clone(),
    };
    refused
        .iter()
        .filter(|(kind, _)| !here.contains(kind))
        .map(other)
        .collect()
}

fn blocked(refused: &[(ActionKind, Option<String>)]) -> Option<String> {
    let first = refused.first()?.1.as_ref()?;
    refused
        .iter()
        .all(|(_, why)| why.as_ref() == Some(first))
        .then(|| first.clone())
}

fn example_offer(case: &Case) -> Response {
    Response::Offer {
        kind: OfferKind::Refund,
        note: String::new(),
        amount: Some(case.facts.amount),
        return_address: None,
        invoice_id: None,
    }
}

const fn example_accept() -> Response {
    Response::Accept {
        kind: AcceptKind::Refund,
        note: String::new(),
        reason: None,
        amount: None,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    }
}

const fn example_message() -> Response {
    Response::Message {
        text: String::new(),
        files: Vec::new(),
    }
}
