//! A case: what it is, what state it is in, what is to be done next.

pub mod act;
mod advice;
mod draft;
mod history;
mod next;
mod rows;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use docket_app::{CaseView, Desk};
use docket_core::attention::Attention;
use docket_core::case::{self, Case, Command, Event};
use docket_core::four_eyes::same_person;
use docket_core::id::{CaseId, SubmissionId};
use docket_core::recommend::Recommendation;
use docket_core::words::{ActionKind, WorkState};

use self::advice::Advised;
use self::draft::{DraftLine, Writing};
use self::history::Line;
use self::rows::{FactorLine, MomentRow, PolicyRow, RequestLine, ResponseRow, RoundRow, SettingLine};
use crate::doors::{Door, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::pages::{Frame, Section};
use crate::query::{QueueQuery, ReportQuery};
use crate::show::{self, Due, Freshness, Rung, Stamp};
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    frame: Frame,
    /// Whether the agency looks at it: a client's person sees what is known and sent, not how it is worked on.
    staff: bool,
    /// Why what was just asked for was not done.
    problem: Option<String>,
    key: FormKey,
    hands: Option<Hands>,
    dispute: String,
    client: String,
    client_queue: String,
    client_report: String,
    platform: String,
    /// What is to be done next, in a sentence.
    next: String,
    /// Takes a prepared response back, where there is one.
    stop: Option<String>,
    state: String,
    /// What is recommended, where anything can be.
    advice: Option<Advised>,
    due: Option<Deadline>,
    facts: Vec<Fact>,
    flags: Vec<Flag>,
    actions: Vec<Action>,
    /// Why Docket would refuse all of them now, where that is one reason.
    blocked: Option<String>,
    rounds: Vec<RoundRow>,
    draft: Option<DraftLine>,
    writing: Option<Writing>,
    responses: Vec<ResponseRow>,
    moments: Vec<MomentRow>,
    policies: Vec<PolicyRow>,
    /// Orders that all fit.
    several: Option<String>,
    requests: Vec<RequestLine>,
    factors: Vec<FactorLine>,
    settings: Vec<SettingLine>,
    history: Vec<Line>,
    history_cut: bool,
    fresh: Freshness,
    synced: Option<Stamp>,
    read: Stamp,
    connections: &'static str,
}

#[derive(Debug)]
struct Fact {
    name: &'static str,
    value: String,
    at: Option<Stamp>,
    note: Option<String>,
}

#[derive(Debug)]
struct Deadline {
    due: Due,
    source: &'static str,
    precision: &'static str,
    rung: Option<Rung>,
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

#[derive(Debug)]
struct Flag {
    name: String,
    advice: String,
    /// Takes it off once a person has looked.
    clear: String,
}

#[derive(Debug)]
struct Action {
    name: String,
    says: &'static str,
    confirm: bool,
    command: String,
    /// Why Docket would refuse it now.
    refused: Option<String>,
}

impl CasePage {
    pub fn of(viewer: &Viewer, view: &CaseView, now: DateTime<Utc>) -> Self {
        let case = &view.stored.case;
        let stamp = |at| Stamp::of(at, now);
        let due = case
            .round
            .deadline
            .zip(Due::running(case, now))
            .map(|(deadline, due)| Deadline {
                due,
                source: show::source_sentence(deadline.source),
                precision: show::precision_sentence(deadline.precision),
                rung: Rung::of(case, now),
            });
        let actions = actions(case, now);
        let title = format!("{} · {}", case.dispute, view.client.name);
        let own_queue = QueueQuery {
            client: Some(view.client.id.to_string()),
            open: true,
            ..QueueQuery::default()
        };
        Self {
            frame: Frame::of(viewer, title, Section::Queue).dated(now),
            staff: viewer.is_staff(),
            dispute: case.dispute.to_string(),
            client: view.client.name.clone(),
            client_queue: urls::queue(&own_queue),
            client_report: urls::win_rate(&ReportQuery::of(view.client.id)),
            platform: case.platform.title().to_owned(),
            next: next::sentence(case),
            stop: (case.work_state == WorkState::ReadyToSend)
                .then(|| format!("docket respond cancel {}", case.id)),
            state: state(case),
            advice: None,
            due,
            facts: facts(case, now),
            flags: case.attention.iter().map(|a| Flag::of(case, *a)).collect(),
            blocked: blocked(&actions),
            actions,
            rounds: view.rounds.iter().map(|r| RoundRow::of(r, now)).collect(),
            draft: view.draft.as_ref().map(|d| DraftLine::of(viewer, d, now)),
            writing: Writing::of(viewer, view),
            problem: None,
            key: viewer.key.clone(),
            hands: viewer.may(Door::Assign).then(|| Hands::of(viewer, case)),
            responses: view.submissions.iter().map(|s| ResponseRow::of(s, now)).collect(),
            moments: MomentRow::all(&view.dossier.facts, now),
            policies: PolicyRow::all(&view.dossier.facts),
            several: (!view.dossier.several_orders.is_empty())
                .then(|| view.dossier.several_orders.join(", ")),
            requests: view.requests.iter().map(|r| RequestLine::of(r, now)).collect(),
            factors: view.factors.iter().map(|f| FactorLine::of(f, now)).collect(),
            settings: view.settings.iter().map(|s| SettingLine::of(s, now)).collect(),
            history: view.history.iter().rev().map(|r| Line::of(r, now)).collect(),
            history_cut: view
                .history
                .last()
                .is_some_and(|last| last.number < view.stored.chain.length),
            fresh: Freshness::of(&view.connection, now),
            synced: view.connection.health.synced_at.map(stamp),
            read: stamp(view.stored.observed_at),
            connections: urls::CONNECTIONS,
        }
    }

    /// With what was typed, so that it is not lost.
    pub fn typed(mut self, statement: &str) -> Self {
        self.writing = self.writing.map(|w| w.typed(statement));
        self
    }

    /// With what was typed, beside what somebody else saved meanwhile.
    pub fn beside(mut self, by: &str, statement: &str) -> Self {
        self.writing = self.writing.map(|w| w.beside(by, statement));
        self
    }

    /// With why something was not done.
    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }

    /// With what is recommended for it.
    pub fn advised(mut self, advice: &Recommendation) -> Self {
        self.advice = Some(Advised::of(advice));
        self
    }
}

impl Hands {
    pub fn of(viewer: &Viewer, case: &Case) -> Self {
        let seen = case.assignee.clone();
        let mine = seen.as_deref().is_some_and(|who| same_person(who, viewer.name()));
        Self {
            url: urls::assign(case.id),
            holder: seen.clone().unwrap_or_else(|| "nobody".to_owned()),
            seen: seen.unwrap_or_default(),
            mine,
        }
    }
}

impl Flag {
    fn of(case: &Case, flag: Attention) -> Self {
        let advice = format!("{}.", show::title(flag.advice()));
        Self {
            name: show::title(flag),
            advice,
            clear: format!("docket case clear {} {flag}", case.id),
        }
    }
}

fn state(case: &Case) -> String {
    match case.outcome {
        Some(outcome) if case.closed_at.is_some() => format!("closed: {}", show::words(outcome)),
        Some(_) | None => format!(
            "{}, {}",
            show::turn(case.facts.turn),
            show::words(case.work_state)
        ),
    }
}

fn facts(case: &Case, now: DateTime<Utc>) -> Vec<Fact> {
    let fact = |name, value: String, note: Option<&String>| Fact {
        name,
        value,
        at: None,
        note: note.cloned(),
    };
    let when = |name, at| Fact {
        name,
        value: String::new(),
        at: Some(Stamp::of(at, now)),
        note: None,
    };
    let f = &case.facts;
    let mut all = vec![
        fact("Disputed amount", f.amount.to_string(), None),
        fact("Reason", show::title(f.reason), f.platform_reason.as_ref()),
        fact("Stage", show::title(f.stage), f.platform_stage.as_ref()),
        fact(
            "Turn",
            show::title(show::turn(f.turn)),
            f.platform_status.as_ref(),
        ),
        fact("Our work", show::title(case.work_state), None),
        fact(
            "Outcome",
            case.outcome.map_or_else(|| "None yet".to_owned(), show::title),
            None,
        ),
        fact(
            "Evidence sent",
            if case.contested { "Yes" } else { "No" }.to_owned(),
            None,
        ),
        fact(
            "Assignee",
            case.assignee.clone().unwrap_or_else(|| "Nobody".to_owned()),
            None,
        ),
    ];
    all.extend(f.channel.as_ref().map(|c| fact("Channel", c.clone(), None)));
    if !f.order_refs.is_empty() {
        all.push(fact("Merchant’s references", f.order_refs.join(", "), None));
    }
    all.push(when("Opened at the platform", f.opened_at));
    all.push(when("Last change at the platform", f.updated_at));
    all.extend(case.closed_at.map(|at| when("Closed", at)));
    all.push(fact("Our id", case.id.to_string(), None));
    all
}

fn actions(case: &Case, now: DateTime<Utc>) -> Vec<Action> {
    // Asked of the case machine itself; the id is of no submission, and nothing is kept.
    let probe = |action| Command::Prepare {
        submission: SubmissionId(case.id.0),
        action,
        send_at: now,
    };
    let refused = |action| case::apply(case, Event::Command(probe(action)), now).err();
    let action = |kind: &ActionKind| Action {
        name: show::title(kind),
        says: next::meaning(*kind),
        confirm: kind.needs_confirmation(),
        command: format!(
            "docket respond {} {}",
            case.id,
            next::command(*kind, case.facts.reason)
        ),
        refused: refused(*kind).map(|why| why.to_string()),
    };
    case.facts.allowed_actions.iter().map(action).collect()
}

fn blocked(actions: &[Action]) -> Option<String> {
    let first = actions.first()?.refused.as_ref()?;
    actions
        .iter()
        .all(|a| a.refused.as_ref() == Some(first))
        .then(|| first.clone())
}

pub async fn page(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Result<Path<String>, PathRejection>,
) -> PageResult {
    let missing = || PageError::NotFound("There is no case at this address.".to_owned());
    let Path(id) = id.map_err(|_| missing())?;
    let case: CaseId = id.parse().map_err(|_| missing())?;
    html(&view(&desk, &viewer, case).await?)
}

async fn view(desk: &Desk, viewer: &Viewer, case: CaseId) -> Result<CasePage, PageError> {
    let view = desk.case_view(viewer.scope(), case).await?;
    let page = CasePage::of(viewer, &view, desk.env.now());
    if !viewer.is_staff() {
        return Ok(page);
    }
    // A body that cannot be read any more keeps nobody from the case itself.
    match desk.advise(viewer.scope(), case).await {
        Ok(advice) => Ok(page.advised(&advice)),
        Err(error) => {
            tracing::warn!(%case, %error, "no recommendation for a case");
            Ok(page)
        }
    }
}
