//! What stands beside the list: views that the person keeps, and what can be done with many cases at once.

use docket_app::Workload;
use docket_core::id::CaseId;
use docket_core::words::{Turn, WorkState};

use crate::doors::{Door, Viewer};
use crate::query::{NOBODY, QueueQuery};
use crate::texts::t;
use crate::urls;

/// A view that leads to a list.
#[derive(Debug)]
pub struct View {
    pub name: String,
    pub url: String,
    pub current: bool,
    /// Whether the person keeps it, and can forget it.
    pub kept: bool,
}

/// What can be done with the selected cases.
#[derive(Debug)]
pub struct Bulk {
    /// Who can be given cases: the name, and it with what they have on their hands.
    pub people: Vec<(String, String)>,
    /// The cases on this page.
    pub shown: Vec<String>,
}

impl Bulk {
    pub fn of(viewer: &Viewer, load: &Workload, cases: impl Iterator<Item = CaseId>) -> Option<Self> {
        if !viewer.may(Door::PlanBulk) {
            return None;
        }
        let person = |(person, _, open): &(docket_core::person::Person, _, i64)| {
            (
                person.name.clone(),
                t("bulk-load").with("name", &person.name).with("n", open).plain(),
            )
        };
        Some(Self {
            people: load.people.iter().map(person).collect(),
            shown: cases.map(|id| id.to_string()).collect(),
        })
    }
}

fn waiting_for_us(assignee: &str) -> QueueQuery {
    QueueQuery {
        assignee: Some(assignee.to_owned()),
        open: true,
        awake: true,
        turn: Some(Turn::Ours),
        ..QueueQuery::default()
    }
}

/// What waits for the person who looks.
pub fn mine(viewer: &Viewer) -> QueueQuery {
    waiting_for_us(viewer.name())
}

/// The views that everybody of the agency has, then those that the person keeps.
pub fn views(viewer: &Viewer, kept: &[(String, String)], here: &QueueQuery) -> Vec<View> {
    let at = |state| QueueQuery {
        open: true,
        state: Some(state),
        ..QueueQuery::default()
    };
    let always = [
        ("view-mine", mine(viewer)),
        ("view-nobodys", waiting_for_us(NOBODY)),
        ("view-waiting", at(WorkState::WaitingOnClient)),
        ("view-drafts", at(WorkState::Drafting)),
        ("view-review", at(WorkState::InReview)),
        ("view-ready", at(WorkState::ReadyToSend)),
    ];
    let always = always
        .into_iter()
        .filter(|_| viewer.is_staff())
        .map(|(name, query)| View {
            name: t(name).plain(),
            url: urls::queue(&query),
            current: query == *here,
            kept: false,
        });
    let own = kept.iter().filter_map(|(name, query)| {
        let url = urls::own_page(&format!("{}?{query}", urls::QUEUE))?;
        Some(View {
            name: name.clone(),
            current: url == urls::queue(here),
            url,
            kept: true,
        })
    });
    always.chain(own).collect()
}
