//! Actions on many cases at once: selected in the queue, looked at here case by case, then carried out once.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Duration, Utc};
use docket_app::{BulkPlan, BulkStep, BulkWish, Desk, Error};
use docket_core::id::{CaseId, PlanId};

use crate::doors::{Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, html};
use crate::locale;
use crate::pages::{Frame, Section};
use crate::say::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page: what will happen, or what came of it.
#[derive(Debug, Template)]
#[template(path = "bulk.html")]
pub struct BulkView {
    frame: Frame,
    key: FormKey,
    heading: String,
    made: Stamp,
    rows: Vec<Row>,
    /// How many of them something happens to, or happened to.
    acts: usize,
    /// Where it is carried out; none once it was begun.
    confirm: Option<String>,
    /// It was begun and nothing is known of its end yet.
    under_way: bool,
    /// So many of its cases are done so far.
    went: usize,
    /// Money moves by it: no single key carries it out.
    money: bool,
    ended: bool,
    queue: String,
}

#[derive(Debug)]
struct Row {
    url: String,
    dispute: String,
    client: String,
    what: String,
    /// Said in full below the line, such as a question.
    text: Option<String>,
    /// None before it was carried out: the badge and what was said.
    done: Option<(String, &'static str, String)>,
    /// The question that was asked, where its page's address is made.
    asked: Option<String>,
    acts: bool,
}

fn what(step: &BulkStep, now: DateTime<Utc>) -> (String, Option<String>) {
    match step {
        BulkStep::Assign { from, to, why } => {
            let who = |name: &Option<String>| name.clone().unwrap_or_else(|| t("nobody").plain());
            let why = why
                .as_ref()
                .map_or_else(String::new, |why| format!(" ({})", say(&why.0)));
            let goes = t("bulk-step-assign").with("from", who(from)).with("to", who(to));
            (format!("{}{why}", goes.plain()), None)
        }
        BulkStep::Ask { question, to, due } => {
            let asked = match to {
                Some(to) => t("bulk-step-ask-mail").with("to", to),
                None => t("bulk-step-ask"),
            };
            let asked = asked.with("due", &Stamp::of(*due, now));
            (asked.plain(), Some(question.clone()))
        }
        BulkStep::Accept { label, amount, .. } => (
            t("bulk-step-accept")
                .with("amount", amount)
                .with("rule", label)
                .plain(),
            None,
        ),
        BulkStep::PutAside { until } => (
            t("bulk-step-aside").with("at", show::minute(*until)).plain(),
            None,
        ),
        BulkStep::Nothing { why } => (t("bulk-step-nothing").with("why", say(&why.0)).plain(), None),
    }
}

impl BulkView {
    pub fn of(viewer: &Viewer, plan: &BulkPlan, now: DateTime<Utc>) -> Self {
        let row = |planned: &docket_app::BulkCase| {
            let (what, text) = what(&planned.step, now);
            let acts = !matches!(planned.step, BulkStep::Nothing { .. });
            let done = plan.done.iter().flatten().find(|d| d.case == planned.case);
            Row {
                url: urls::case(planned.case),
                dispute: planned.dispute.clone(),
                client: plan
                    .clients
                    .get(&planned.client)
                    .map_or_else(String::new, |c| c.name.clone()),
                what,
                text,
                done: done.map(|d| match (d.ok, acts) {
                    (true, _) => (t("bulk-done").plain(), "good", say(&d.said.0)),
                    (false, true) => (t("bulk-not-done").plain(), "bad", say(&d.said.0)),
                    (false, false) => (t("bulk-nothing-done").plain(), "calm", say(&d.said.0)),
                }),
                asked: done.and_then(|d| d.asked).map(urls::question),
                acts: if plan.ended_at.is_some() {
                    done.is_some_and(|d| d.ok)
                } else {
                    acts
                },
            }
        };
        let rows: Vec<Row> = plan.cases.iter().map(row).collect();
        Self {
            frame: Frame::of(viewer, t("bulk-title"), Section::Queue).dated(now),
            key: viewer.key.clone(),
            heading: t(match &plan.wish {
                BulkWish::Assign { .. } => "bulk-heading-give",
                BulkWish::AssignSuggested => "bulk-heading-suggested",
                BulkWish::Ask { .. } => "bulk-heading-ask",
                BulkWish::AcceptByRule => "bulk-heading-accept",
                BulkWish::PutAside { .. } => "bulk-heading-aside",
            })
            .plain(),
            made: Stamp::of(plan.made_at, now),
            acts: rows.iter().filter(|row| row.acts).count(),
            rows,
            confirm: plan.can_go(now).then(|| urls::bulk_confirm(plan.id)),
            under_way: plan.begun_at.is_some() && plan.ended_at.is_none(),
            went: plan.done.iter().flatten().count(),
            money: matches!(plan.wish, BulkWish::AcceptByRule),
            ended: plan.ended_at.is_some(),
            queue: urls::open_cases(),
        }
    }
}

fn missing() -> PageError {
    PageError::NotFound(t("bulk-no-plan").plain())
}

fn id_of(Path(id): &Path<String>) -> Result<PlanId, PageError> {
    id.parse().map_err(|_| missing())
}

fn found(error: Error) -> PageError {
    match error {
        Error::NotFound(_) => missing(),
        other => other.into(),
    }
}

fn wish(fields: &Fields, now: DateTime<Utc>) -> Result<BulkWish, Error> {
    let text = |name: &str| Some(fields.get(name).trim().to_owned()).filter(|t| !t.is_empty());
    Ok(match fields.get("action") {
        "assign" => match fields.get("to") {
            "" => return Err(Error::Invalid(t("refuse-whom").into())),
            "nobody" => BulkWish::Assign { to: None },
            "suggested" => BulkWish::AssignSuggested,
            name => BulkWish::Assign {
                to: Some(name.to_owned()),
            },
        },
        "ask" => BulkWish::Ask {
            words: text("words").unwrap_or_default(),
            to: text("mail"),
        },
        "accept" => BulkWish::AcceptByRule,
        "aside" => BulkWish::PutAside {
            until: until(fields.get("until"), now)?,
        },
        _ => return Err(Error::Invalid(t("refuse-what").into())),
    })
}

fn until(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    match text {
        "" | "tomorrow" => Ok(now + Duration::hours(24)),
        "4h" => Ok(now + Duration::hours(4)),
        "3d" => Ok(now + Duration::days(3)),
        other => locale::of_field(other).ok_or_else(|| Error::Invalid(t("refuse-until").into())),
    }
}

/// Makes a plan of what was selected; nothing happens yet.
pub async fn plan(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    // Without script there is no other way to tick a whole page.
    let whole = fields.get("all") == "1";
    let selected = fields.all(if whole { "shown" } else { "case" });
    let cases: Result<Vec<CaseId>, _> = selected.map(str::parse).collect();
    let cases = cases.map_err(|_| PageError::BadRequest(vec!["case: the id of a case".to_owned()]))?;
    let wish = wish(&fields, desk.env.now())?;
    let id = desk
        .plan_bulk(viewer.scope(), viewer.person.id, (wish, &cases))
        .await?;
    Ok(Redirect::to(&urls::bulk(id)).into_response())
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, id: Path<String>) -> PageResult {
    let plan = desk
        .bulk_plan(viewer.scope(), viewer.person.id, id_of(&id)?)
        .await;
    html(&BulkView::of(&viewer, &plan.map_err(found)?, desk.env.now()))
}

/// Carries the plan out, once however often it is asked for.
pub async fn confirm(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let who = (viewer.person.id, viewer.name());
    desk.carry_out(viewer.scope(), who, id).await.map_err(found)?;
    Ok(Redirect::to(&urls::bulk(id)).into_response())
}

/// Leads to the most urgent case that waits for the person; where none does, nobody's most urgent one becomes theirs.
pub async fn next(State(desk): State<Desk>, viewer: Viewer) -> Result<Response, PageError> {
    let next = desk.take_next(viewer.scope(), viewer.name()).await?;
    let to = next.map_or_else(urls::nothing_next, urls::case);
    Ok(Redirect::to(&to).into_response())
}
