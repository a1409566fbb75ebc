//! The win rate: one definition, every figure with the cases behind it.

mod amounts;
pub mod cells;
mod chart;
mod funnel;
mod health;
mod heat;
mod links;
mod part;
mod row;

use std::ops::Range;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use docket_app::board;
use docket_app::figures::shown;
use docket_app::{Client, Desk, Error, GroupBy, Period, WinRateReport, WinRateWish};
use docket_core::money::Currency;
use docket_core::stats::Line;

use self::amounts::MoneyTable;
pub use self::cells::RateCell;
use self::chart::{Bar, chart};
use self::funnel::Funnel;
use self::health::HealthRow;
use self::heat::Heat;
use self::links::Cohort;
use self::part::parts;
use self::row::{Row, label};
use crate::doors::Viewer;
use crate::error::{PageError, html};
use crate::locale;
use crate::pages::paper::PaperForm;
use crate::pages::{Choice, Frame, Section, client_choices, clients};
use crate::query::{Pairs, ReportQuery};
use crate::say::say;
use crate::show;
use crate::texts::t;
use crate::urls;

/// So many months of a trend, the newest ones.
const TREND: usize = 36;

/// The page.
#[derive(Debug, Template)]
#[template(path = "win_rate.html")]
pub struct WinRatePage {
    frame: Frame,
    /// Whether the agency looks at it.
    staff: bool,
    by: GroupBy,
    period: Period,
    closed: bool,
    currency: String,
    /// By which rates all amounts are in that currency, where they are.
    converted: Option<String>,
    changed: Vec<String>,
    money: MoneyTable,
    /// The addresses of the same report with groups in another currency.
    other_currencies: Vec<(String, String)>,
    /// Where the cases behind all amounts are.
    cases_csv: String,
    /// What is not known of amounts.
    not_known: Vec<String>,
    /// Why something that was asked for is not shown.
    refused: Vec<String>,
    heat: Heat,
    funnel: Funnel,
    paper: PaperForm,
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
    log: Vec<(String, String)>,
    health: Vec<HealthRow>,
    of_one: bool,
    changes: usize,
    /// The parts of the groups, where there are several: what stands in it, and its address, but for the one that is shown.
    parts: Vec<(String, Option<String>)>,
    /// How many groups are not shown, and where they are.
    left_out: Option<String>,
}

impl WinRatePage {
    /// With what could not be shown of what was asked for, and the form as it was filled in.
    fn refusing(mut self, refused: Vec<String>, query: &ReportQuery) -> Self {
        if refused.is_empty() {
            return self;
        }
        let day = |day: Option<NaiveDate>, shown: String| day.map_or(shown, |day| day.to_string());
        self.from = day(query.from, self.from);
        self.to = day(query.to, self.to);
        self.currency = query
            .currency
            .map_or(self.currency, |currency| currency.to_string());
        self.refused = refused;
        self
    }

    /// `amounts`: in which currency those of groups are shown, where they are too many; `part`: which part of the groups.
    pub fn of(
        viewer: &Viewer,
        report: &WinRateReport,
        all: &[Client],
        (amounts, part): (Option<Currency>, Option<u16>),
    ) -> Self {
        let wish = &report.wish;
        let (from, to) = (wish.period.from.date_naive(), wish.period.to.date_naive());
        let cohort = Cohort::new(wish.client.as_ref().map(|c| c.id), (from, to), wish.closed);
        let total = &report.ledger.total;
        let shown = shown::groups(report);
        let ranges = parts(wish.by, shown.len());
        let part = usize::from(part.unwrap_or(1)).clamp(1, ranges.len().max(1)) - 1;
        let stand = &shown[ranges.get(part).cloned().unwrap_or_default()];
        let named: Vec<(String, &Line, Cohort)> = stand
            .iter()
            .map(|line| {
                let key = &line.group.key;
                (label(wish.by, key), *line, cohort.group(wish.by, key))
            })
            .chain([(t("rep-all").plain(), total, cohort.clone())])
            .collect();
        let row =
            |(label, line, cohort): &(String, &Line, Cohort)| Row::of(label.clone(), line, (wish.by, cohort));
        let (groups, whole) = named.split_at(named.len() - 1);
        let money = MoneyTable::of(report, &named, amounts);
        let other = |currency: &Currency| {
            let query = ReportQuery {
                amounts: Some(*currency),
                part: u16::try_from(part + 1).ok(),
                ..asked(wish)
            };
            (currency.to_string(), format!("{}#money", urls::win_rate(&query)))
        };
        let each = |(number, range): (usize, &Range<usize>)| {
            let name = |at: usize| {
                shown
                    .get(at)
                    .map_or_else(String::new, |line| label(wish.by, &line.group.key))
            };
            let query = ReportQuery {
                amounts,
                part: u16::try_from(number + 1).ok(),
                ..asked(wish)
            };
            let url = format!("{}#table", urls::win_rate(&query));
            (
                format!("{} – {}", name(range.start), name(range.end - 1)),
                Some(url).filter(|_| number != part),
            )
        };
        let groupings = GroupBy::ALL
            .iter()
            .filter(|g| viewer.is_staff() || **g != GroupBy::Specialist)
            .map(|g| Choice::new(g.as_str(), show::title(g.as_str()), *g == wish.by));
        Self {
            staff: viewer.is_staff(),
            frame: Frame::of(viewer, t("nav-win-rate"), Section::WinRate).dated(report.as_of),
            closed: wish.closed,
            currency: wish.currency.map_or_else(String::new, |c| c.to_string()),
            converted: wish
                .currency
                .map(|currency| show::said_with("one_currency", &[("currency", currency.to_string())]) + "."),
            changed: cells::changed(report.change),
            other_currencies: money.others.iter().map(other).collect(),
            money,
            not_known: cells::not_known(total),
            refused: Vec::new(),
            heat: Heat::of(&report.ledger, &cohort),
            funnel: Funnel::of(&total.group, &cohort),
            cases_csv: {
                let pairs = asked(wish).pairs().into_iter().chain([("cases", "1".to_owned())]);
                urls::with(urls::WIN_RATE_CSV, &pairs.collect::<Vec<_>>())
            },
            paper: PaperForm::of((urls::WIN_RATE_PDF, urls::WIN_RATE_CSV), asked(wish).pairs()),
            action: urls::WIN_RATE,
            whose: wish
                .client
                .as_ref()
                .map_or_else(|| t("all-clients").plain(), |c| c.name.clone()),
            from: from.to_string(),
            to: to.to_string(),
            clients: client_choices(viewer, all, wish.client.as_ref()),
            groupings: groupings.collect(),
            heading: show::title(show::said(&format!("by.{}", wish.by.as_str()))),
            by: wish.by,
            period: wish.period,
            rows: groups.iter().map(row).collect(),
            total: whole
                .first()
                .map_or_else(|| Row::of(t("rep-all").plain(), total, (wish.by, &cohort)), row),
            parts: ranges
                .iter()
                .enumerate()
                .filter(|_| ranges.len() > 1)
                .map(each)
                .collect(),
            left_out: left_out(report, shown.len()),
            // A trend goes on over the parts; of other groups those are drawn that stand in the tables.
            chart: match wish.by {
                GroupBy::Month => chart(report, &shown[shown.len().saturating_sub(TREND)..]),
                _ => chart(report, stand),
            },
            log: log(report),
            health: report.health.iter().map(HealthRow::of).collect(),
            of_one: report.wish.client.is_some() || !report.health.is_empty(),
            changes: report.log.len(),
        }
    }

    /// Whether rates are shown shrunk towards the portfolio, too.
    fn shrinks(&self) -> bool {
        self.by == GroupBy::Client
    }

    /// Whether the groups are made by what came after the opening.
    const fn after_opening(&self) -> bool {
        matches!(self.by, GroupBy::Evidence | GroupBy::Decision)
    }

    /// What the groups are made by, within a sentence.
    fn by_what(&self) -> String {
        show::said(&format!("by.{}", self.by.as_str()))
    }

    fn first_day(&self) -> String {
        show::day(self.period.from.date_naive())
    }

    fn day_after(&self) -> String {
        show::day(self.period.to.date_naive())
    }

    fn chart_title(&self) -> String {
        let title = if shown::at_fixed_mix(self.by) {
            "rep-chart-title-mix"
        } else {
            "rep-chart-title"
        };
        t(title).with("by", self.by_what()).plain()
    }

    fn chart_caption(&self) -> String {
        show::said(if shown::at_fixed_mix(self.by) {
            "trend_caption_mix"
        } else {
            "trend_caption"
        })
    }

    fn chart_height(&self) -> usize {
        self.chart.len() * 28 + 30
    }
}

/// The address's own words for what is shown.
fn asked(wish: &WinRateWish) -> ReportQuery {
    ReportQuery {
        client: wish.client.as_ref().map(|client| client.id.to_string()),
        from: Some(wish.period.from.date_naive()),
        to: Some(wish.period.to.date_naive()),
        by: wish.by,
        closed: wish.closed,
        currency: wish.currency,
        amounts: None,
        part: None,
    }
}

/// What changed at the client, each with the letter that stands at its month.
fn log(report: &WinRateReport) -> Vec<(String, String)> {
    let told = board::marks(&report.log, board::NAMED).into_iter();
    told.map(|(letter, entry)| {
        (
            letter,
            format!(
                "{}: {}",
                show::day(entry.on),
                entry.says(locale::present().language)
            ),
        )
    })
    .collect()
}

/// What of the groups does not stand on the page.
fn left_out(report: &WinRateReport, shown: usize) -> Option<String> {
    let all = report.ledger.groups.len();
    let places = [("shown", shown.to_string()), ("all", all.to_string())];
    (shown < all).then(|| show::said_with(shown::groups_left_out(report.wish.by), &places))
}

/// Who works on cases is a matter of the agency.
pub fn own_groups(viewer: &Viewer, by: GroupBy) -> Result<(), PageError> {
    if viewer.is_staff() || by != GroupBy::Specialist {
        return Ok(());
    }
    Err(PageError::BadRequest(vec![t("queue-inner").plain()]))
}

pub async fn page(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let query = ReportQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    own_groups(&viewer, query.by)?;
    let (all, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let now = desk.env.now();
    let mut refused = Vec::new();
    let period = match Period::of(query.from, query.to, now) {
        Ok(period) => period,
        Err(_) => {
            refused.push(t("rep-empty-period").plain());
            Period::of(None, None, now)?
        }
    };
    let mut wish = WinRateWish {
        client,
        period,
        by: query.by,
        closed: query.closed,
        currency: query.currency,
    };
    let report = match desk.win_rate(wish.clone()).await {
        // Rates of exchange are missing: which ones, and what to do. Each currency by itself can be shown all the same.
        Err(Error::Invalid(why)) if wish.currency.is_some() => {
            refused.push(say(&why));
            wish.currency = None;
            desk.win_rate(wish).await?
        }
        other => other?,
    };
    let status = if refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let page = html(
        &WinRatePage::of(&viewer, &report, &all, (query.amounts, query.part)).refusing(refused, &query),
    )?;
    Ok((status, page).into_response())
}
