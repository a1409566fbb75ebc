//! The factor report: what is associated with winning and losing, what to fix first, and the cases behind each level.

mod forest;
mod model;
mod rows;

use askama::Template;
use axum::extract::{Query, State};
use docket_app::figures::shown;
use docket_app::{Client, Desk, FactorCase, FactorsReport, GroupBy, Period};
use docket_core::factor::Subject;

use self::forest::Forest;
use self::model::ModelView;
use self::rows::{AfterRows, CaseRow, FactorRows, FixRow, after, fixes, left_out, tables};
use crate::doors::Viewer;
use crate::error::{PageError, PageResult, html};
use crate::pages::paper::PaperForm;
use crate::pages::win_rate::RateCell;
use crate::pages::{Choice, Frame, Section, client_choices, clients};
use crate::query::{FactorQuery, Pairs, ReportQuery};
use crate::show;
use crate::texts::t;
use crate::urls;

/// Cases that the page lists; the command lists them all.
const LISTED: usize = 200;

/// The page.
#[derive(Debug, Template)]
#[template(path = "factors.html")]
pub struct FactorsPage {
    frame: Frame,
    /// Whether the agency looks at it.
    staff: bool,
    action: &'static str,
    whose: String,
    /// The days of the period as people read them.
    days: (String, String),
    from: String,
    to: String,
    clients: Vec<Choice>,
    pooled: bool,
    win_rate: RateCell,
    coverage: RateCell,
    open: u64,
    received: u64,
    immature: bool,
    /// The same report up to the day before which its cases are mature, with that day as people read it.
    mature: Option<(String, String)>,
    /// What could not be looked at.
    untold: Vec<String>,
    decided: u64,
    /// The win-rate report of the same days, whose figures lead to their cases.
    total_url: String,
    fixes: Vec<FixRow>,
    fixes_left_out: Option<String>,
    unproven: usize,
    forest: Forest,
    factors: Vec<FactorRows>,
    model: ModelView,
    after: Vec<AfterRows>,
    behind: Option<Behind>,
    command: String,
    paper: PaperForm,
}

/// The cases behind a level.
#[derive(Debug)]
struct Behind {
    heading: String,
    won: usize,
    count: usize,
    cases: Vec<CaseRow>,
    more: usize,
    /// All of them as a file.
    csv: String,
    back: String,
}

/// The cases of a factor's level, as they are listed.
pub type Listed<'a> = (&'a Subject, &'a str, &'a [FactorCase]);

impl FactorsPage {
    pub fn of(viewer: &Viewer, report: &FactorsReport, all: &[Client], listed: Option<Listed<'_>>) -> Self {
        let (from, to) = (report.period.from.date_naive(), report.period.to.date_naive());
        let query = FactorQuery {
            client: report.client.as_ref().map(|c| c.id.to_string()),
            from: Some(from),
            to: Some(to),
            ..FactorQuery::default()
        };
        let total = &report.report.total;
        Self {
            frame: Frame::of(viewer, t("nav-factors"), Section::Factors).dated(report.as_of),
            staff: viewer.is_staff(),
            action: urls::FACTORS,
            whose: report
                .client
                .as_ref()
                .map_or_else(|| t("all-clients").plain(), |c| c.name.clone()),
            days: (show::day(from), show::day(to)),
            from: from.to_string(),
            to: to.to_string(),
            clients: client_choices(viewer, all, report.client.as_ref()),
            pooled: report.client.is_none(),
            win_rate: RateCell::of(total.rate(), "none_decided"),
            coverage: RateCell::of(total.coverage(), "none_contestable"),
            open: total.open,
            received: total.received,
            immature: total.immature(),
            mature: report.mature_to.map(|to| {
                let query = FactorQuery {
                    to: Some(to),
                    ..query.clone()
                };
                let says = show::said_with("factors_mature_to", &[("day", show::day(to))]);
                (says, urls::factors(&query))
            }),
            untold: untold(report),
            decided: total.rate().n(),
            total_url: urls::win_rate(&ReportQuery {
                client: query.client.clone(),
                from: Some(from),
                to: Some(to),
                by: GroupBy::Month,
                closed: false,
                currency: None,
                amounts: None,
                part: None,
            }),
            fixes_left_out: left_out(
                report.report.first.list.len().min(shown::FIXES),
                report.report.first.list.len(),
            ),
            fixes: fixes(&report.report, &query),
            unproven: report.report.first.unproven,
            forest: Forest::of(&report.report),
            factors: tables(&report.report, &query),
            model: ModelView::of(&report.model),
            after: after(&report.report, &query),
            behind: listed.map(|listed| Behind::of(listed, &query)),
            paper: PaperForm::of((urls::FACTORS_PDF, urls::FACTORS_CSV), query.pairs()),
            command: docket_app::figures::factors::command(report.client.as_ref(), report.period),
        }
    }
}

/// What no decided case has anything recorded of: silence is not to be taken for no association.
fn untold(report: &FactorsReport) -> Vec<String> {
    let factors: Vec<String> = report.report.untold.iter().map(show::factor).collect();
    let factors =
        (!factors.is_empty()).then(|| show::said_with("factors_untold", &[("factors", factors.join(", "))]));
    let settings = (!report.report.settings_told()).then(|| show::said("settings_untold"));
    factors.into_iter().chain(settings).collect()
}

impl Behind {
    fn of((subject, level, found): Listed<'_>, query: &FactorQuery) -> Self {
        Self {
            heading: format!("{}: {}", show::factor(subject), show::level(subject, level)),
            won: found.iter().filter(|case| case.won).count(),
            count: found.len(),
            cases: found.iter().take(LISTED).map(CaseRow::of).collect(),
            more: found.len().saturating_sub(LISTED),
            csv: urls::with(
                urls::FACTORS_CSV,
                &FactorQuery {
                    factor: Some(subject.clone()),
                    level: Some(level.to_owned()),
                    ..query.clone()
                }
                .pairs(),
            ),
            back: urls::factors(query),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let query = FactorQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (all, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let empty = |_| PageError::BadRequest(vec![t("rep-empty-period").plain()]);
    let period = Period::of(query.from, query.to, desk.env.now()).map_err(empty)?;
    let report = desk.factor_report(client, period).await?;
    let Some(subject) = query.factor else {
        return html(&FactorsPage::of(&viewer, &report, &all, None));
    };
    let level = query.level.unwrap_or_default();
    let found = desk
        .factor_cases(report.client.as_ref(), period, (&subject, Some(&level)))
        .await?;
    html(&FactorsPage::of(
        &viewer,
        &report,
        &all,
        Some((&subject, &level, &found)),
    ))
}
