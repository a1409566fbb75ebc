//! What can be decided: each action that the platform takes now, with what it does, and why the others are not there.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use docket_app::CaseView;
use docket_core::case::{self, Case, Command, Event};
use docket_core::consequence::consequence;
use docket_core::evidence::Checklist;
use docket_core::id::SubmissionId;
use docket_core::response::{AcceptKind, OfferKind, Response, ReturnState};
use docket_core::sentence::Sentence;
use docket_core::words::ActionKind;

use super::Known;
use super::draft::{languages, open_version};
use crate::doors::{Door, Viewer};
use crate::pages::Choice;
use crate::say::say;
use crate::show;
use crate::texts::t;
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
    pub appeal: Option<Decision>,
    pub escalate: Option<Decision>,
    pub supporting: Option<Decision>,
    pub returned: Option<Decision>,
    /// How complete the evidence is, in words.
    pub evidence: Option<String>,
    pub languages: Vec<Choice>,
    pub offers: Kinds,
    pub accepts: Kinds,
    pub returns: Vec<Choice>,
    /// A contest may propose to give a part back.
    pub partial: bool,
    /// Files of the evidence, which may go with it: SHA-256 and name.
    pub files: Vec<(String, String)>,
    /// The disputed amount, as a form takes it.
    pub amount: String,
    pub currency: String,
    /// What cannot be done, each with why.
    pub hidden: Vec<(String, String)>,
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

/// Gives the case to somebody, or puts it aside: planned like for many cases, and done once that is confirmed.
#[derive(Debug)]
pub struct Hold {
    pub case: String,
    /// Who can be given it.
    pub people: Vec<String>,
}

impl Hold {
    pub fn of(viewer: &Viewer, case: &Case, known: Known<'_>) -> Option<Self> {
        (case.closed_at.is_none() && viewer.may(Door::PlanBulk)).then(|| Self {
            case: case.id.to_string(),
            people: known.workers.to_vec(),
        })
    }
}

/// What can be chosen of an action.
#[derive(Debug)]
pub struct Kinds {
    pub takes: Vec<Choice>,
    /// What the platform does not take, each with why.
    pub hidden: Vec<(String, String)>,
    /// Goods may go back.
    pub back: bool,
    /// With a label of the merchant's.
    pub label: bool,
}

impl Kinds {
    fn of<K: Copy + Display>(
        all: &[K],
        refused: Option<&[(K, Option<Sentence>)]>,
        first: impl Fn(K) -> bool,
    ) -> Self {
        let known: Vec<(K, Option<String>)> = match refused {
            Some(known) => known
                .iter()
                .map(|(kind, why)| (*kind, why.as_ref().map(say)))
                .collect(),
            None => all.iter().map(|kind| (*kind, None)).collect(),
        };
        let (takes, hidden): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, why)| why.is_none());
        let has = |word: &str| takes.iter().any(|(kind, _)| kind.to_string().contains(word));
        Self {
            back: has("return"),
            label: has("label"),
            hidden: hidden
                .into_iter()
                .map(|(kind, why)| (show::title(kind), why.unwrap_or_default()))
                .collect(),
            takes: takes
                .iter()
                .map(|(kind, _)| Choice::new(kind.to_string(), show::title(kind), first(*kind)))
                .collect(),
        }
    }

    /// Why none of them can be chosen.
    fn none(&self) -> Option<String> {
        let (_, why) = self.hidden.first().filter(|_| self.takes.is_empty())?;
        Some(why.clone())
    }
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
                says: say(&consequence(example, facts.amount, case.platform, facts.stage)),
                refused: refused.clone(),
            })
        };
        let choices = known.choices;
        let offers = Kinds::of(OfferKind::ALL, choices.map(|c| &*c.offers), |k| {
            k == OfferKind::Refund
        });
        let accepts = Kinds::of(AcceptKind::ALL, choices.map(|c| &*c.accepts), |k| {
            k == AcceptKind::Refund
        });
        let none_of = |decision: Option<Decision>, kinds: &Kinds| {
            decision.map(|found| Decision {
                refused: found.refused.or_else(|| kinds.none()),
                ..found
            })
        };
        let draft = view.draft.as_ref().filter(|d| d.current && d.response.is_ok());
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
                says: t("case-contest-means").plain(),
                ..found
            }),
            offer: none_of(of(ActionKind::Offer, &example_offer(case)), &offers),
            accept: none_of(of(ActionKind::Accept, &example_accept()), &accepts),
            message: of(ActionKind::Message, &example_message()),
            appeal: of(ActionKind::Appeal, &Response::Appeal { evidence: Vec::new() }),
            escalate: of(ActionKind::Escalate, &Response::Escalate { note: String::new() }),
            supporting: of(ActionKind::SupportingInfo, &example_supporting()),
            returned: of(
                ActionKind::AcknowledgeReturn,
                &came_back(ReturnState::ItemReceived),
            )
            .map(|found| {
                let other = came_back(ReturnState::Damaged);
                Decision {
                    says: t("case-return-means")
                        .with("received", &found.says)
                        .with(
                            "otherwise",
                            say(&consequence(&other, facts.amount, case.platform, facts.stage)),
                        )
                        .plain(),
                    ..found
                }
            }),
            evidence: known.list.map(evidence),
            languages: languages(view),
            offers,
            accepts,
            returns: ReturnState::ALL
                .iter()
                .map(|k| Choice::new(k.as_str(), show::title(k), false))
                .collect(),
            partial: choices.is_some_and(|c| c.partial),
            files: choices
                .iter()
                .flat_map(|c| &c.files)
                .map(|file| (file.sha256.clone(), file.name.clone()))
                .collect(),
            amount: show::digits(&facts.amount.decimal()),
            currency: facts.amount.currency.to_string(),
            hidden: choices
                .iter()
                .flat_map(|c| &c.elsewhere)
                .filter(|(kind, _)| !facts.allowed_actions.contains(kind))
                .map(|(kind, why)| (show::title(kind), say(why)))
                .collect(),
            blocked: blocked(&refused),
            none: facts.allowed_actions.is_empty(),
        }
    }
}

fn evidence(list: &Checklist) -> String {
    let lacking: Vec<String> = list.lacking().map(|row| show::words(row.kind)).collect();
    if lacking.is_empty() {
        t("case-evidence-whole")
            .with("n", i64::from(list.completeness))
            .plain()
    } else {
        t("case-evidence-lacks")
            .with("n", i64::from(list.completeness))
            .with("what", lacking.join(", "))
            .plain()
    }
}

/// Asked of the case machine itself; the id is of no submission, and nothing is kept.
fn refusal(case: &Case, action: ActionKind, known: Known<'_>, now: DateTime<Utc>) -> Option<String> {
    // First what can never be done here, then what cannot be done now.
    let elsewhere = known.choices.iter().flat_map(|c| &c.elsewhere);
    if let Some((_, why)) = elsewhere.into_iter().find(|(kind, _)| *kind == action) {
        return Some(say(why));
    }
    let probe = Command::Prepare {
        submission: SubmissionId(case.id.0),
        action,
        send_at: now,
    };
    let refused = case::apply(case, Event::Command(probe), now).err();
    refused.map(|why| say(&why.sentence()))
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

const fn example_supporting() -> Response {
    Response::SupportingInfo {
        note: String::new(),
        files: Vec::new(),
    }
}

const fn came_back(kind: ReturnState) -> Response {
    Response::AcknowledgeReturn {
        kind,
        note: None,
        evidence: Vec::new(),
    }
}
