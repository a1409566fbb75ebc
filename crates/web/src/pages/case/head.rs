//! What stands above every part of a case: what it is, what state it is in, what is next, and the way to its parts.

use chrono::{DateTime, Utc};
use docket_app::CaseView;
use docket_core::case::Case;
use docket_core::four_eyes::same_person;
use docket_core::words::WorkState;

use super::next;
use crate::doors::{Door, FormKey, Viewer};
use crate::query::{QueueQuery, ReportQuery};
use crate::show::{self, Due, Freshness, Rung, Stamp};
use crate::texts::t;
use crate::urls;

/// A part of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Decide,
    Evidence,
    Statement,
    Preview,
    History,
}

impl Part {
    const ALL: [Self; 5] = [
        Self::Decide,
        Self::Evidence,
        Self::Statement,
        Self::Preview,
        Self::History,
    ];

    pub fn title(self) -> String {
        t(match self {
            Self::Decide => "case-tab-decide",
            Self::Evidence => "case-tab-evidence",
            Self::Statement => "case-tab-statement",
            Self::Preview => "case-tab-preview",
            Self::History => "case-tab-history",
        })
        .plain()
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Decide => urls::CASE,
            Self::Evidence => urls::CASE_EVIDENCE,
            Self::Statement => urls::CASE_STATEMENT,
            Self::Preview => urls::CASE_PREVIEW,
            Self::History => urls::CASE_HISTORY,
        }
    }

    /// The key that opens it from everywhere in the case; the first part opens with the case.
    const fn key(self) -> Option<&'static str> {
        match self {
            Self::Preview => Some("p"),
            Self::Decide | Self::Evidence | Self::Statement | Self::History => None,
        }
    }
}

impl Part {
    const fn keys(self) -> Option<&'static str> {
        match self {
            Self::Decide => Some("c r l m a s"),
            Self::Evidence => Some("e u w q"),
            Self::Statement | Self::Preview | Self::History => None,
        }
    }
}

/// The way to a part.
#[derive(Debug)]
pub struct Tab {
    pub url: String,
    pub title: String,
    pub own: bool,
    pub key: Option<&'static str>,
    /// Keys that press something on that part, and lead to it from the others.
    pub keys: Option<&'static str>,
}

/// The head of a case's pages.
#[derive(Debug)]
pub struct Head {
    /// Whether the agency looks at it: a client's person sees what is known and sent, not how it is worked on.
    pub staff: bool,
    pub key: FormKey,
    /// Why what was just asked for was not done.
    pub problem: Option<String>,
    /// What was just done, where that is to be read now.
    pub done: Option<String>,
    pub dispute: String,
    pub client: String,
    pub client_queue: String,
    pub client_report: String,
    pub platform: String,
    /// Amount, reason and stage.
    pub what: String,
    pub state: String,
    /// What is to be done next, in a sentence.
    pub next: String,
    pub due: Option<Deadline>,
    pub hands: Option<Hands>,
    /// Until when it is put aside, who did that, and where it is taken back.
    pub aside: Option<(Stamp, String, Option<String>)>,
    /// Takes a prepared response back.
    pub undo: Option<String>,
    pub tabs: Vec<Tab>,
    pub fresh: Freshness,
    pub synced: Option<Stamp>,
    pub read: Stamp,
    pub connections: &'static str,
    /// Tells two states of the case apart, for pages that show changes by themselves.
    pub version: i64,
    pub id: String,
}

/// The deadline, with where it comes from.
#[derive(Debug)]
pub struct Deadline {
    pub due: Due,
    pub source: String,
    pub precision: String,
    pub rung: Option<Rung>,
}

/// Whose case it is, and the button that changes it.
#[derive(Debug)]
pub struct Hands {
    pub url: String,
    pub holder: String,
    /// The holder that the person sees while they press it.
    pub seen: String,
    pub mine: bool,
}

impl Head {
    pub fn of(viewer: &Viewer, view: &CaseView, part: Part, now: DateTime<Utc>) -> Self {
        let case = &view.stored.case;
        let own_queue = QueueQuery {
            client: Some(view.client.id.to_string()),
            open: true,
            ..QueueQuery::default()
        };
        let facts = &case.facts;
        let tab = |tab: Part| Tab {
            url: urls::of(case.id, tab.path()),
            title: tab.title(),
            own: tab == part,
            key: tab.key(),
            keys: tab.keys(),
        };
        Self {
            staff: viewer.is_staff(),
            key: viewer.key.clone(),
            problem: None,
            done: None,
            dispute: case.dispute.to_string(),
            client: view.client.name.clone(),
            client_queue: urls::queue(&own_queue),
            client_report: urls::win_rate(&ReportQuery::of(view.client.id)),
            platform: case.platform.title().to_owned(),
            what: format!(
                "{} · {} · {}",
                show::money(facts.amount),
                show::words(facts.reason),
                show::words(facts.stage)
            ),
            state: state(case, viewer.is_staff()),
            next: next::sentence(case),
            due: deadline(case, viewer.is_staff(), now),
            hands: viewer.may(Door::Assign).then(|| Hands::of(viewer, case)),
            aside: view
                .aside
                .as_ref()
                .filter(|_| viewer.is_staff())
                .map(|(until, by)| {
                    let wake = viewer
                        .may(Door::ChangeCase)
                        .then(|| urls::of(case.id, urls::CHANGE_CASE));
                    (Stamp::of(*until, now), by.clone(), wake)
                }),
            undo: (case.work_state == WorkState::ReadyToSend && viewer.may(Door::Undo))
                .then(|| urls::of(case.id, urls::UNDO)),
            tabs: Part::ALL.into_iter().map(tab).collect(),
            fresh: Freshness::of(&view.connection, now),
            synced: view.connection.health.synced_at.map(|at| Stamp::of(at, now)),
            read: Stamp::of(view.stored.observed_at, now),
            connections: urls::CONNECTIONS,
            version: case.version,
            id: case.id.to_string(),
        }
    }
}

impl Hands {
    fn of(viewer: &Viewer, case: &Case) -> Self {
        let seen = case.assignee.clone();
        let mine = seen.as_deref().is_some_and(|who| same_person(who, viewer.name()));
        Self {
            url: urls::assign(case.id),
            holder: seen.clone().unwrap_or_else(|| t("nobody").plain()),
            seen: seen.unwrap_or_default(),
            mine,
        }
    }
}

fn deadline(case: &Case, staff: bool, now: DateTime<Utc>) -> Option<Deadline> {
    let (deadline, due) = case.round.deadline.zip(Due::running(case, now))?;
    Some(Deadline {
        due,
        source: show::source_sentence(deadline.source),
        precision: show::precision_sentence(deadline.precision),
        // What we have to do until then is no matter of a client's person.
        rung: Rung::of(case, now).filter(|_| staff),
    })
}

/// Where a case stands, in words; how it is worked on for the agency only.
pub fn state(case: &Case, staff: bool) -> String {
    match case.outcome {
        Some(outcome) if case.closed_at.is_some() => t("case-closed-with")
            .with("outcome", show::words(outcome))
            .plain(),
        Some(_) | None if !staff => show::turn(case.facts.turn),
        Some(_) | None => format!(
            "{}, {}",
            show::turn(case.facts.turn),
            show::words(case.work_state)
        ),
    }
}
