//! The filters of the queue: the form with its values kept, and those in force as links that take them off.

use std::collections::BTreeSet;
use std::fmt::Display;

use docket_app::{Client, Connection};
use docket_core::attention::Attention;
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn, WorkState};

use crate::doors::Viewer;
use crate::pages::Choice;
use crate::query::{ANY, NOBODY, OPEN, QueueQuery};
use crate::show;
use crate::texts::t;
use crate::urls;

/// The form.
#[derive(Debug)]
pub struct Filters {
    pub action: &'static str,
    pub clear: String,
    pub nobody: &'static str,
    pub main: Vec<Select>,
    /// None for a client's person, who does not see how a case is worked on.
    pub assignee: Option<String>,
    pub open: bool,
    pub more: Vec<Select>,
    pub currency: String,
    pub opened_from: String,
    pub opened_to: String,
    /// Whether one of the further filters is in force.
    pub more_open: bool,
    /// Set by links of other pages; the form only carries them on.
    pub carried: Vec<(&'static str, String)>,
}

/// A field with choices.
#[derive(Debug)]
pub struct Select {
    pub name: &'static str,
    pub label: String,
    pub choices: Vec<Choice>,
}

/// A filter in force.
#[derive(Debug)]
pub struct Chip {
    pub text: String,
    pub without: String,
}

impl Filters {
    pub fn of(viewer: &Viewer, query: &QueueQuery, clients: Vec<Choice>, connections: &[Connection]) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |d| d.to_string());
        let staff = viewer.is_staff();
        let shown = |select: &Select| staff || !["state", "attention"].contains(&select.name);
        let mut more = more(query, connections);
        more.retain(shown);
        let mut main = main(query, clients);
        main.retain(shown);
        let more_open = more
            .iter()
            .any(|s| s.choices.iter().any(|c| c.chosen && !c.value.is_empty()));
        Self {
            action: urls::QUEUE,
            clear: urls::open_cases(),
            nobody: NOBODY,
            main,
            assignee: staff.then(|| query.assignee.clone().unwrap_or_default()),
            open: query.open,
            more,
            more_open: more_open
                || query.currency.is_some()
                || query.opened_from.is_some()
                || query.opened_to.is_some(),
            currency: query.currency.map_or_else(String::new, |c| c.to_string()),
            opened_from: day(query.opened_from),
            opened_to: day(query.opened_to),
            carried: carried(query),
        }
    }
}

/// Every filter in force that the form has no field for: whoever narrows a list goes on with what it was.
fn carried(query: &QueueQuery) -> Vec<(&'static str, String)> {
    const FIELDS: [&str; 16] = [
        "client",
        "turn",
        "due",
        "attention",
        "assignee",
        "open",
        "state",
        "platform",
        "reason",
        "stage",
        "outcome",
        "contested",
        "currency",
        "opened_from",
        "opened_to",
        // The list begins anew.
        "after",
    ];
    query
        .pairs()
        .into_iter()
        .filter(|(name, _)| !FIELDS.contains(name))
        .collect()
}

fn main(query: &QueueQuery, clients: Vec<Choice>) -> Vec<Select> {
    let mut attention = choices("filter-any-or-none", Attention::ALL, query.attention.flatten());
    attention.insert(
        1,
        Choice::new(ANY, t("filter-any-flag"), query.attention == Some(None)),
    );
    attention[0].chosen = query.attention.is_none();
    vec![
        Select {
            name: "client",
            label: t("client").plain(),
            choices: clients,
        },
        Select {
            name: "turn",
            label: t("filter-turn").plain(),
            choices: choices("filter-anyones", Turn::ALL, query.turn),
        },
        Select {
            name: "due",
            label: t("filter-due").plain(),
            choices: due(query.due),
        },
        Select {
            name: "attention",
            label: t("queue-look").plain(),
            choices: attention,
        },
    ]
}

fn more(query: &QueueQuery, connections: &[Connection]) -> Vec<Select> {
    let mut outcome = choices("filter-any", Outcome::ALL, query.outcome.flatten());
    outcome.insert(
        1,
        Choice::new(OPEN, t("filter-none-yet"), query.outcome == Some(None)),
    );
    outcome[0].chosen = query.outcome.is_none();
    let evidence = vec![
        Choice::new("", t("filter-any"), query.contested.is_none()),
        Choice::new("1", t("filter-evidence-sent"), query.contested == Some(true)),
        Choice::new("0", t("filter-none-sent"), query.contested == Some(false)),
    ];
    vec![
        Select {
            name: "state",
            label: t("filter-state").plain(),
            choices: choices("filter-any", WorkState::ALL, query.state),
        },
        Select {
            name: "platform",
            label: t("platform").plain(),
            choices: platforms(query.platform, connections),
        },
        Select {
            name: "reason",
            label: t("reason").plain(),
            choices: choices("filter-any", Reason::ALL, query.reason),
        },
        Select {
            name: "stage",
            label: t("filter-stage").plain(),
            choices: choices("filter-any", Stage::ALL, query.stage),
        },
        Select {
            name: "outcome",
            label: t("outcome").plain(),
            choices: outcome,
        },
        Select {
            name: "contested",
            label: t("filter-evidence").plain(),
            choices: evidence,
        },
    ]
}

fn choices<T: Copy + PartialEq + Display>(none: &str, all: &[T], chosen: Option<T>) -> Vec<Choice> {
    let each = all
        .iter()
        .map(|w| Choice::new(w.to_string(), show::title(w), chosen == Some(*w)));
    std::iter::once(Choice::new("", t(none), chosen.is_none()))
        .chain(each)
        .collect()
}

/// The platforms that clients are on, and the one of the address.
fn platforms(chosen: Option<Platform>, connections: &[Connection]) -> Vec<Choice> {
    let known: BTreeSet<Platform> = connections.iter().map(|c| c.platform).chain(chosen).collect();
    let each = known
        .iter()
        .map(|p| Choice::new(p.as_str(), p.title(), chosen == Some(*p)));
    std::iter::once(Choice::new("", t("filter-any"), chosen.is_none()))
        .chain(each)
        .collect()
}

/// The usual spans, and the one of the address where it is another.
fn due(chosen: Option<i64>) -> Vec<Choice> {
    let mut spans = vec![24, 48, 72, 168];
    spans.extend(chosen.filter(|h| !spans.contains(h)));
    spans.sort_unstable();
    let each = spans
        .into_iter()
        .map(|h| Choice::new(format!("{h}h"), ahead(h), chosen == Some(h)));
    std::iter::once(Choice::new("", t("filter-any-time"), chosen.is_none()))
        .chain(each)
        .collect()
}

fn ahead(hours: i64) -> String {
    if hours % 24 == 0 && hours > 72 {
        t("filter-days").with("n", hours / 24).plain()
    } else {
        t("filter-hours").with("n", hours).plain()
    }
}

/// A filter in words, if it is in force, and what takes it off.
type Part = (Option<String>, fn(&mut QueueQuery));

/// Every filter in force, each with the view without it.
pub fn chips(query: &QueueQuery, client: Option<&Client>) -> Vec<Chip> {
    let on = |day| {
        if query.utc {
            format!("{} UTC", show::day(day))
        } else {
            show::day(day)
        }
    };
    let without = |take: fn(&mut QueueQuery)| {
        let mut rest = query.clone();
        take(&mut rest);
        urls::queue(&rest)
    };
    let or = |flag: Option<String>, word: &str| flag.unwrap_or_else(|| t(word).plain());
    let in_word = |id: &'static str, place: &'static str, word: String| t(id).with(place, word).plain();
    let parts: [Part; 29] = [
        (
            client.map(|c| in_word("chip-client", "name", c.name.clone())),
            |q| q.client = None,
        ),
        (query.connection.map(|_| t("chip-connection").plain()), |q| {
            q.connection = None
        }),
        (query.open.then(|| t("chip-open").plain()), |q| q.open = false),
        (query.awake.then(|| t("chip-awake").plain()), |q| q.awake = false),
        (query.turn.map(show::turn), |q| q.turn = None),
        (query.state.map(show::words), |q| q.state = None),
        (query.due.map(|h| in_word("chip-due", "span", ahead(h))), |q| {
            q.due = None
        }),
        (
            query
                .due_from
                .map(|at| in_word("chip-due-from", "at", show::minute(at))),
            |q| q.due_from = None,
        ),
        (
            query
                .due_to
                .map(|at| in_word("chip-due-before", "at", show::minute(at))),
            |q| q.due_to = None,
        ),
        (
            query.attention.map(|a| or(a.map(show::words), "chip-any-flag")),
            |q| q.attention = None,
        ),
        (
            query
                .assignee
                .as_ref()
                .map(|a| in_word("chip-assignee", "name", a.clone())),
            |q| q.assignee = None,
        ),
        (query.platform.map(|p| p.title().to_owned()), |q| {
            q.platform = None
        }),
        (query.reason.map(show::words), |q| q.reason = None),
        (
            query
                .stage
                .map(|s| in_word("chip-stage", "stage", show::words(s))),
            |q| q.stage = None,
        ),
        (
            query.outcome.map(|o| {
                or(
                    o.map(|o| in_word("chip-outcome", "outcome", show::words(o))),
                    "chip-no-outcome",
                )
            }),
            |q| q.outcome = None,
        ),
        (
            query
                .contested
                .map(|c| t(if c { "chip-contested" } else { "chip-not-contested" }).plain()),
            |q| q.contested = None,
        ),
        (query.claims.then(|| t("chip-claims").plain()), |q| {
            q.claims = false
        }),
        (
            query
                .figure
                .map(|f| in_word("chip-figure", "figure", show::words(f))),
            |q| q.figure = None,
        ),
        (
            query
                .evidence
                .map(|b| in_word("chip-evidence", "band", show::words(b))),
            |q| q.evidence = None,
        ),
        (query.currency.map(|c| c.to_string()), |q| q.currency = None),
        (
            query
                .country
                .as_ref()
                .map(|c| in_word("chip-country", "country", c.clone())),
            |q| q.country = None,
        ),
        (
            query
                .product
                .as_ref()
                .map(|p| in_word("chip-product", "product", p.clone())),
            |q| q.product = None,
        ),
        (
            query
                .decision
                .as_ref()
                .map(|d| in_word("chip-decision", "decision", show::words(d))),
            |q| q.decision = None,
        ),
        (
            query
                .opened_from
                .map(|d| in_word("chip-opened-from", "day", on(d))),
            |q| q.opened_from = None,
        ),
        (
            query
                .opened_to
                .map(|d| in_word("chip-opened-before", "day", on(d))),
            |q| q.opened_to = None,
        ),
        (
            query
                .closed_from
                .map(|d| in_word("chip-closed-from", "day", on(d))),
            |q| q.closed_from = None,
        ),
        (
            query
                .closed_to
                .map(|d| in_word("chip-closed-before", "day", on(d))),
            |q| q.closed_to = None,
        ),
        (
            query
                .amount_from
                .map(|m| t("chip-amount-from").with("n", m).plain()),
            |q| q.amount_from = None,
        ),
        (
            query
                .amount_below
                .map(|m| t("chip-amount-below").with("n", m).plain()),
            |q| q.amount_below = None,
        ),
    ];
    let shown = parts.into_iter().filter_map(|(text, take)| {
        Some(Chip {
            text: text?,
            without: without(take),
        })
    });
    shown.collect()
}
