//! What clients want done, or never done, and which evidence cases need.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, DryRun, Error, NewRule};
use docket_core::evidence::Matrix;
use docket_core::id::ClientId;
use docket_core::money::{Currency, Money};
use docket_core::rule::{Rule, RuleKind, RuleState, Touched, sums};
use docket_core::stats::Rate;
use docket_core::words::Reason;

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::win_rate::cells::RateCell;
use crate::pages::{Choice, Frame, Section};
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "rules.html")]
pub struct RulesView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    rows: Vec<Row>,
    /// What a client could want, for who may make a rule.
    new: Option<New>,
    matrix: u32,
    needs: Vec<(String, Vec<NeedRow>)>,
}

#[derive(Debug)]
struct Row {
    label: String,
    says: String,
    client: String,
    state: (String, &'static str),
    made: (String, Stamp),
    tried: Option<Stamp>,
    activated: Option<(String, Stamp)>,
    try_it: Option<String>,
    activate: Option<String>,
    retire: Option<String>,
}

#[derive(Debug)]
struct New {
    clients: Vec<Choice>,
    reasons: Vec<Choice>,
}

/// A line of the matrix.
#[derive(Debug)]
struct NeedRow {
    kind: String,
    need: String,
    weight: u8,
    only: String,
    why: String,
}

/// A dry run: what a rule would do now, and what it would have done.
#[derive(Debug, Template)]
#[template(path = "rule_tried.html")]
pub struct TriedView {
    frame: Frame,
    label: String,
    says: String,
    now: Vec<Case>,
    before: Vec<Case>,
    sum_now: String,
    sum_before: String,
    won: RateCell,
    sum_won: String,
}

#[derive(Debug)]
struct Case {
    url: String,
    dispute: String,
    amount: String,
    opened: Stamp,
    outcome: String,
}

/// What the page shows.
#[derive(Debug)]
pub struct Wishes<'a> {
    pub rules: &'a [Rule],
    pub clients: &'a [Client],
    pub matrix: &'a Matrix,
}

impl Row {
    fn of(viewer: &Viewer, rule: &Rule, clients: &[Client], now: DateTime<Utc>) -> Self {
        let stamp = |at| Stamp::of(at, now);
        let may = |door: Door, fits: bool, url: String| (viewer.may(door) && fits).then_some(url);
        let own = rule.refuses_activation(viewer.name()).is_none();
        Self {
            label: rule.label(),
            says: says(rule),
            client: clients
                .iter()
                .find(|c| c.id == rule.client)
                .map_or_else(String::new, |c| c.name.clone()),
            state: match rule.state {
                RuleState::DryRun => (t("rules-notes-only").plain(), "calm"),
                RuleState::Active => (t("rules-acts").plain(), "good"),
                RuleState::Retired => (t("rules-retired").plain(), "calm"),
            },
            made: (rule.created_by.clone(), stamp(rule.created_at)),
            tried: rule.tried_at.map(stamp),
            activated: rule.activated_by.clone().zip(rule.activated_at.map(stamp)),
            try_it: may(
                Door::TryRule,
                rule.state != RuleState::Retired,
                urls::try_rule(rule.id),
            ),
            activate: may(Door::ActivateRule, own, urls::activate_rule(rule.id)),
            retire: may(
                Door::RetireRule,
                rule.state != RuleState::Retired,
                urls::retire_rule(rule.id),
            ),
        }
    }
}

/// A rule in the words of the reader.
fn says(rule: &Rule) -> String {
    let what = match (rule.kind, rule.below) {
        (RuleKind::AutoAcceptBelow, Some(below)) => {
            t("rules-says-accept-below").with("amount", show::money(below))
        }
        (RuleKind::AutoAcceptBelow, None) => t("rules-says-accept"),
        (RuleKind::NeverContest, _) => t("rules-says-never"),
    };
    let reason = rule.reason.map(show::words);
    let parts = [
        Some(what),
        reason.map(|reason| t("rules-says-reason").with("reason", reason)),
        rule.platform
            .map(|platform| t("rules-says-at").with("platform", platform.title())),
    ];
    parts
        .into_iter()
        .flatten()
        .map(|part| part.plain())
        .collect::<Vec<_>>()
        .join(", ")
}

fn needs(matrix: &Matrix) -> Vec<(String, Vec<NeedRow>)> {
    let of = |reason: &Reason| {
        let mut rules: Vec<_> = matrix
            .rules
            .iter()
            .filter(|rule| rule.reason == *reason)
            .collect();
        rules.sort_by_key(|rule| (rule.need, std::cmp::Reverse(rule.weight), rule.kind));
        let row = |rule: &&docket_core::evidence::Rule| {
            let platforms = rule.platforms.iter().map(|p| p.title().to_owned());
            let goods = rule
                .goods
                .iter()
                .map(|g| t("rules-goods").with("goods", show::words(g)).plain());
            let only: Vec<String> = platforms.chain(goods).collect();
            NeedRow {
                kind: show::title(rule.kind),
                need: show::words(rule.need),
                weight: rule.weight,
                only: if only.is_empty() {
                    t("rules-all").plain()
                } else {
                    only.join(", ")
                },
                why: say::say(&rule.why.clone().into()),
            }
        };
        (show::title(reason), rules.iter().map(row).collect::<Vec<_>>())
    };
    Reason::ALL
        .iter()
        .map(of)
        .filter(|(_, rows)| !rows.is_empty())
        .collect()
}

impl RulesView {
    pub fn of(viewer: &Viewer, wishes: &Wishes<'_>, now: DateTime<Utc>) -> Self {
        let any = std::iter::once(Choice::new("", t("rules-any"), true));
        let new = New {
            clients: wishes
                .clients
                .iter()
                .map(|c| Choice::new(c.id.to_string(), &c.name, false))
                .collect(),
            reasons: any
                .chain(
                    Reason::ALL
                        .iter()
                        .map(|r| Choice::new(r.to_string(), show::title(r), false)),
                )
                .collect(),
        };
        Self {
            frame: Frame::of(viewer, t("rules-title"), Section::Rules).dated(now),
            key: viewer.key.clone(),
            problem: None,
            rows: wishes
                .rules
                .iter()
                .map(|rule| Row::of(viewer, rule, wishes.clients, now))
                .collect(),
            new: (viewer.may(Door::AddRule) && !wishes.clients.is_empty()).then_some(new),
            matrix: wishes.matrix.version,
            needs: needs(wishes.matrix),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

/// Sums by currency, or that there is nothing.
fn sum<'a>(cases: impl Iterator<Item = &'a Touched>) -> String {
    let sums = sums(cases);
    if sums.is_empty() {
        return t("rules-nothing").plain();
    }
    sums.iter()
        .map(|sum| show::money(*sum))
        .collect::<Vec<_>>()
        .join(" + ")
}

impl TriedView {
    /// The cases, open ones first.
    fn cases(&self) -> impl Iterator<Item = &Case> {
        self.now.iter().chain(&self.before)
    }

    pub fn of(viewer: &Viewer, dry: &DryRun, now: DateTime<Utc>) -> Self {
        let case = |touched: &Touched| Case {
            url: urls::case(touched.case),
            dispute: touched.dispute.clone(),
            amount: show::money(touched.amount),
            opened: Stamp::of(touched.opened_at, now),
            outcome: touched
                .outcome
                .map_or_else(|| t("tried-still-open").plain(), show::words),
        };
        let won = |touched: &&Touched| touched.won();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let wins = dry.before.iter().filter(won).count();
        Self {
            frame: Frame::of(viewer, t("rules-dry-run"), Section::Rules).dated(now),
            label: dry.rule.label(),
            says: says(&dry.rule),
            now: dry.now.iter().map(case).collect(),
            before: dry.before.iter().map(case).collect(),
            sum_now: sum(dry.now.iter()),
            sum_before: sum(dry.before.iter()),
            won: RateCell::of(Rate::new(count(wins), count(dry.before.len())), "none"),
            sum_won: sum(dry.before.iter().filter(won)),
        }
    }
}

async fn view(desk: &Desk, viewer: &Viewer) -> Result<RulesView, PageError> {
    let rules = desk.rules(viewer.scope(), true).await?;
    let clients = desk.clients(viewer.scope()).await?;
    let wishes = Wishes {
        rules: &rules,
        clients: &clients,
        matrix: &desk.settings.matrix,
    };
    Ok(RulesView::of(viewer, &wishes, desk.env.now()))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer) -> PageResult {
    html(&view(&desk, &viewer).await?)
}

async fn answer(desk: &Desk, viewer: &Viewer, done: Result<(), Error>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(urls::RULES).into_response()),
        Err(error) if error.is_ours() => Err(error.into()),
        Err(error) => again(
            StatusCode::UNPROCESSABLE_ENTITY,
            &view(desk, viewer).await?.with(say::error(&error)),
        ),
    }
}

async fn rule_of(desk: &Desk, viewer: &Viewer, Path(id): &Path<String>) -> Result<Rule, PageError> {
    let missing = || PageError::NotFound(t("rules-missing").plain());
    // Rules are found by name as well; an address has the id.
    id.parse::<docket_core::id::RuleId>().map_err(|_| missing())?;
    desk.find_rule(viewer.scope(), id)
        .await
        .map_err(|error| match error {
            Error::NotFound(_) => missing(),
            other => other.into(),
        })
}

fn wish(viewer: &Viewer, fields: &Fields, clients: &[Client]) -> Result<NewRule, Error> {
    let invalid = |what: &str| Error::Invalid(t(what).into());
    let client: ClientId = fields
        .get("client")
        .parse()
        .map_err(|_| invalid("rules-choose-client"))?;
    if clients.iter().all(|c| c.id != client) {
        return Err(invalid("choose-client"));
    }
    let below = fields.get("below").trim();
    let currency = fields.get("currency").trim();
    let kind = match fields.get("kind") {
        "auto_accept_below" => RuleKind::AutoAcceptBelow,
        "never_contest" => RuleKind::NeverContest,
        _ => return Err(invalid("rules-choose-what")),
    };
    let below = if kind == RuleKind::AutoAcceptBelow {
        let currency: Currency = currency.parse().map_err(|_| invalid("rules-currency"))?;
        Some(Money::parse(below, currency).map_err(|e| Error::Invalid(e.sentence()))?)
    } else {
        None
    };
    let text = |name: &str| Some(fields.get(name).trim()).filter(|t| !t.is_empty());
    let reason = text("reason")
        .map(str::parse)
        .transpose()
        .map_err(|_| invalid("rules-choose-reason"))?;
    let platform = text("platform").map(str::parse).transpose();
    Ok(NewRule {
        client,
        name: text("name").map(str::to_owned),
        kind,
        platform: platform.map_err(|_| invalid("rules-platform"))?,
        reason,
        below,
        by: viewer.name().to_owned(),
    })
}

/// Makes a rule, which only notes what it would touch.
pub async fn add(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let clients = desk.clients(viewer.scope()).await?;
    let done = match wish(&viewer, &fields, &clients) {
        Ok(new) => desk.add_rule(new).await.map(|_| ()),
        Err(error) => Err(error),
    };
    answer(&desk, &viewer, done).await
}

/// Looks at what a rule would do; it is kept that somebody looked.
pub async fn try_it(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let rule = rule_of(&desk, &viewer, &id).await?;
    let dry = desk.try_rule(rule).await?;
    again(StatusCode::OK, &TriedView::of(&viewer, &dry, desk.env.now()))
}

/// Lets a rule act: another person than its author, after a look at its dry run.
pub async fn activate(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let rule = rule_of(&desk, &viewer, &id).await?;
    let done = desk.activate_rule(&rule, viewer.name()).await;
    answer(&desk, &viewer, done).await
}

pub async fn retire(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let rule = rule_of(&desk, &viewer, &id).await?;
    let done = desk.retire_rule(&rule, viewer.name()).await;
    answer(&desk, &viewer, done).await
}
