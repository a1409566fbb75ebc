//! The win rate: one definition, every figure with the cases behind it.

mod links;

use askama::Template;
use axum::extract::{Query, State};
use docket_app::{Client, Desk, GroupBy, Period, WinRateReport};
use docket_core::stats::{DEFINITION, Group, Rate, Shown};
use docket_core::words::{Outcome, Platform};

use self::links::Cohort;
use crate::doors::Viewer;
use crate::error::{PageError, PageResult, html};
use crate::pages::{Choice, Frame, Section, client_choices, clients};
use crate::query::{Pairs, QueueQuery, ReportQuery};
use crate::show;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "win_rate.html")]
pub struct WinRatePage {
    frame: Frame,
    /// Whether the agency looks at it.
    staff: bool,
    definition: &'static str,
    action: &'static str,
    whose: String,
    from: String,
    to: String,
    clients: Vec<Choice>,
    groupings: Vec<Choice>,
    heading: String,
    rows: Vec<Row>,
    total: Row,
    chart: Vec<Bar>,
}

/// A line of the table.
#[derive(Debug)]
struct Row {
    label: String,
    immature: bool,
    rate: RateCell,
    coverage: RateCell,
    figures: Vec<Figure>,
    no_contest: Vec<(String, Figure)>,
    unknown: Figure,
}

/// A count with the list of exactly these cases; a count of none links nowhere.
#[derive(Debug)]
struct Figure {
    count: u64,
    url: Option<String>,
    /// What is counted, for those who hear the link alone.
    label: String,
}

/// What may be shown of a rate.
#[derive(Debug)]
struct RateCell {
    main: String,
    detail: Option<String>,
    weak: bool,
}

/// A line of the chart, in units of its own 100.
#[derive(Debug)]
struct Bar {
    label: String,
    percent: f64,
    low: f64,
    high: f64,
    weak: bool,
    y: usize,
}

impl Bar {
    fn low_x(&self) -> String {
        x(self.low)
    }

    fn high_x(&self) -> String {
        x(self.high)
    }

    fn point_x(&self) -> String {
        x(self.percent)
    }
}

/// Where a percentage stands on the drawing: names take 210 units, each percent 4.2.
fn x(percent: f64) -> String {
    format!("{:.1}", 210.0 + percent * 4.2)
}

impl RateCell {
    fn of(rate: Rate) -> Self {
        match rate.shown() {
            Shown::Nothing => Self {
                main: "none decided".to_owned(),
                detail: None,
                weak: true,
            },
            Shown::Counts { hits, n } => Self {
                main: format!("{hits} of {n}"),
                detail: None,
                weak: false,
            },
            Shown::Percent {
                hits,
                n,
                percent,
                interval,
                weak,
            } => Self {
                main: format!("{percent:.1} %"),
                detail: Some(format!(
                    "{hits} of {n}; {:.1} to {:.1} %",
                    interval.low, interval.high
                )),
                weak,
            },
        }
    }

    /// Coverage counts no decisions.
    fn coverage(rate: Rate) -> Self {
        let cell = Self::of(rate);
        if rate.n() == 0 {
            Self {
                main: "none contestable".to_owned(),
                ..cell
            }
        } else {
            cell
        }
    }

    /// Few cases: a percentage that must not be leant on.
    fn few(&self) -> bool {
        self.weak && self.detail.is_some()
    }
}

impl Row {
    fn of(label: String, group: &Group, cohort: &Cohort) -> Self {
        let figure = |count: u64, what: &str, narrow: &dyn Fn(&mut QueueQuery)| {
            let url = cohort.link(narrow).filter(|_| count > 0);
            Figure {
                count,
                url,
                label: format!("{label}, {what}"),
            }
        };
        let ended = |count: u64, outcome: Outcome| {
            figure(count, &show::words(outcome), &|q| q.outcome = Some(Some(outcome)))
        };
        let protected = |count: u64, evidence: bool| {
            let what = if evidence {
                "won by protection with evidence"
            } else {
                "won by protection without evidence"
            };
            figure(count, what, &|q| {
                q.outcome = Some(Some(Outcome::WonProtected));
                q.contested = Some(evidence);
            })
        };
        Self {
            immature: group.immature(),
            rate: RateCell::of(group.rate()),
            coverage: RateCell::coverage(group.coverage()),
            figures: vec![
                figure(group.received, "received", &|_| {}),
                figure(group.open, "still open", &|q| q.outcome = Some(None)),
                figure(group.contested, "contested", &|q| q.contested = Some(true)),
                ended(group.won, Outcome::Won),
                protected(group.won_protected, true),
                ended(group.partial, Outcome::Partial),
                ended(group.lost, Outcome::Lost),
                ended(group.lost_no_response, Outcome::LostNoResponse),
                protected(group.protected_unanswered, false),
            ],
            no_contest: group
                .no_contest
                .iter()
                .map(|(o, n)| (show::words(o), ended(*n, *o)))
                .collect(),
            unknown: ended(group.unknown, Outcome::Unknown),
            label,
        }
    }
}

impl WinRatePage {
    pub fn of(viewer: &Viewer, report: &WinRateReport, all: &[Client]) -> Self {
        let (from, to) = (report.period.from.date_naive(), report.period.to.date_naive());
        let cohort = Cohort::new(report.client.as_ref().map(|c| c.id), from, to);
        let groups = &report.win_rate.groups;
        let rows = groups
            .iter()
            .map(|g| Row::of(label(report.by, &g.key), g, &cohort.group(report.by, &g.key)));
        let groupings = GroupBy::ALL
            .iter()
            .map(|g| Choice::new(g.as_str(), show::title(g.as_str()), *g == report.by));
        Self {
            staff: viewer.is_staff(),
            frame: Frame::of(viewer, "Win rate", Section::WinRate).dated(report.as_of),
            definition: DEFINITION,
            action: urls::WIN_RATE,
            whose: report
                .client
                .as_ref()
                .map_or_else(|| "All clients".to_owned(), |c| c.name.clone()),
            from: from.to_string(),
            to: to.to_string(),
            clients: client_choices(viewer, all, report.client.as_ref()),
            groupings: groupings.collect(),
            heading: show::title(report.by.as_str()),
            rows: rows.collect(),
            total: Row::of("All".to_owned(), &report.win_rate.total, &cohort),
            chart: chart(report),
        }
    }

    fn chart_height(&self) -> usize {
        self.chart.len() * 28 + 30
    }
}

fn label(by: GroupBy, key: &str) -> String {
    match by {
        GroupBy::Month | GroupBy::Currency => key.to_owned(),
        GroupBy::Reason | GroupBy::Stage | GroupBy::Evidence => show::title(key),
        GroupBy::Platform => key
            .parse::<Platform>()
            .map_or_else(|_| key.to_owned(), |p| p.title().to_owned()),
    }
}

/// Groups whose percentages may be shown and compared; the others stand in the table only.
fn chart(report: &WinRateReport) -> Vec<Bar> {
    let mature = report.win_rate.groups.iter().filter(|group| !group.immature());
    let shown = mature.filter_map(|group| match group.rate().shown() {
        Shown::Percent {
            percent,
            interval,
            weak,
            ..
        } => Some((group, percent, interval, weak)),
        Shown::Nothing | Shown::Counts { .. } => None,
    });
    shown
        .enumerate()
        .map(|(index, (group, percent, interval, weak))| Bar {
            label: label(report.by, &group.key),
            percent,
            low: interval.low,
            high: interval.high,
            weak,
            y: index * 28 + 14,
        })
        .collect()
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let query = ReportQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (all, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let now = desk.env.now();
    let empty = |_| {
        PageError::BadRequest(vec![
            "The period is empty: `from` must lie before `to`.".to_owned(),
        ])
    };
    let period = Period::of(query.from, query.to, now).map_err(empty)?;
    let report = desk.win_rate(client, period, query.by).await?;
    html(&WinRatePage::of(&viewer, &report, &all))
}
