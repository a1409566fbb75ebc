//! Whether the promises of a client's contract were kept: each twice, raw and adjusted, with its breaches and its months.

mod chart;

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use docket_app::board;
use docket_app::figures::sla as figures;
use docket_app::{Client, Desk, Period, SlaLine, SlaReport, SlaSection, SlaTarget};
use docket_core::sla::{Fate, Target};
use docket_core::stats::{Attainment, Rate, Shown};

use self::chart::Chart;
use crate::doors::Viewer;
use crate::error::{PageError, PageResult, html};
use crate::locale;
use crate::pages::paper::PaperForm;
use crate::pages::{Choice, Frame, Section, client_choices, clients};
use crate::query::{Clocks, Pairs, SlaQuery};
use crate::say::say;
use crate::show::{self, minute};
use crate::texts::t;
use crate::urls;

/// Breaches of one target that the page lists by itself.
const LISTED: usize = 20;
/// Clocks of one page of the list behind a figure.
const PAGE: usize = 100;

/// The page.
#[derive(Debug, Template)]
#[template(path = "sla.html")]
pub struct SlaPage {
    frame: Frame,
    /// Whether the agency looks at it.
    staff: bool,
    action: &'static str,
    from: String,
    to: String,
    clients: Vec<Choice>,
    /// None where no client is chosen yet.
    shown: Option<Promises>,
}

/// What one client's contract came to.
#[derive(Debug)]
struct Promises {
    whose: String,
    /// The days of the period as people read them.
    days: (String, String),
    contracts: Vec<Contract>,
    /// Zone, hours and holidays of each calendar.
    calendars: Vec<String>,
    without_contract: u64,
    exclusions: Vec<String>,
    undecided: u64,
    /// The clocks behind a figure, where they were asked for.
    list: Option<Listed>,
    command: String,
    /// Where its contracts get further versions.
    agreed: String,
    paper: PaperForm,
}

#[derive(Debug)]
struct Contract {
    heading: String,
    recorded: String,
    targets: Vec<Promise>,
}

#[derive(Debug)]
struct Promise {
    /// Unique on the page, for ids.
    number: usize,
    name: String,
    terms: String,
    definition: String,
    views: Vec<View>,
    /// Which percentile stands beside the mean.
    percentile: String,
    /// Said where some of the clocks beyond the limit are not done.
    reservations: String,
    breaches: Vec<Breach>,
    more: u64,
    months: Vec<Month>,
    chart: Option<Chart>,
}

/// The clocks behind a figure.
#[derive(Debug)]
struct Listed {
    heading: String,
    rows: Vec<Breach>,
    /// Those of pages before.
    before: usize,
    /// Of all pages together.
    all: usize,
    next: Option<String>,
    /// All of them as a file.
    csv: String,
    back: String,
}

/// A count that leads to its clocks.
#[derive(Debug)]
struct Figure {
    count: u64,
    url: String,
}

/// Raw or adjusted.
#[derive(Debug)]
struct View {
    name: String,
    n: u64,
    met: Figure,
    breached: Figure,
    open: Figure,
    released: Figure,
    share: String,
    /// Minutes with their interval, where a mean says anything.
    mean: String,
    /// Minutes.
    percentile: String,
    verdict: String,
}

#[derive(Debug)]
struct Month {
    name: String,
    raw: String,
    adjusted: String,
}

#[derive(Debug)]
struct Breach {
    dispute: String,
    url: String,
    begun: String,
    raw: String,
    adjusted: String,
    limit: String,
    but: String,
    why: String,
}

/// A share with n and interval, or the counts alone where they are few.
fn share(rate: Rate) -> String {
    match rate.shown() {
        Shown::Nothing => show::said("none_decided"),
        Shown::Counts { .. } | Shown::Percent { .. } => show::rate(rate),
    }
}

/// `26:05`.
fn hours(time: chrono::Duration) -> String {
    let (sign, all) = match time.num_minutes() {
        minutes if minutes < 0 => ("−", -minutes),
        minutes => ("", minutes),
    };
    format!("{sign}{}:{:02}", all / 60, all % 60)
}

impl Breach {
    fn of(line: &SlaLine<'_>) -> Self {
        let measured = line.judged.measured;
        Self {
            dispute: line.dispute.to_owned(),
            url: urls::case(line.case),
            begun: minute(line.begun),
            raw: hours(measured.raw),
            adjusted: hours(measured.adjusted),
            limit: hours(line.judged.limit),
            but: fate(line.judged.adjusted),
            why: line.why.map(show::words).unwrap_or_default(),
        }
    }
}

/// The first breaches of each target, and the clocks that were asked for.
#[derive(Debug, Default)]
pub struct Breaches {
    first: HashMap<(i64, String), Vec<Breach>>,
    query: SlaQuery,
    rows: Vec<Breach>,
    matching: usize,
}

impl Breaches {
    pub fn of(query: SlaQuery) -> Self {
        Self {
            query,
            ..Self::default()
        }
    }

    fn list(&mut self, line: &SlaLine<'_>) {
        if !self.query.clocks.as_ref().is_some_and(|wanted| wanted.fit(line)) {
            return;
        }
        self.matching += 1;
        if self.matching > self.query.after && self.rows.len() < PAGE {
            self.rows.push(Breach::of(line));
        }
    }

    pub fn see(&mut self, line: &SlaLine<'_>) {
        self.list(line);
        if line.judged.raw != Fate::Breached {
            return;
        }
        let kept = self
            .first
            .entry((line.version, line.target.to_owned()))
            .or_default();
        if kept.len() < LISTED {
            kept.push(Breach::of(line));
        }
    }
}

impl Listed {
    fn of(found: &mut Breaches) -> Option<Self> {
        let query = &found.query;
        let clocks = query.clocks.as_ref()?;
        let view = if clocks.adjusted { "adjusted" } else { "raw" };
        let heading = t("sla-clocks-of")
            .with("target", &clocks.target)
            .with("fate", fate(clocks.fate))
            .with("view", show::said(&format!("view.{view}")));
        let to = query.after + found.rows.len();
        let next = SlaQuery {
            after: to,
            ..query.clone()
        };
        let all = SlaQuery {
            after: 0,
            ..query.clone()
        };
        let back = SlaQuery {
            clocks: None,
            after: 0,
            ..query.clone()
        };
        Some(Self {
            heading: heading.plain(),
            rows: std::mem::take(&mut found.rows),
            before: query.after,
            all: found.matching,
            next: (to < found.matching).then(|| urls::sla(&next)),
            csv: urls::with(urls::SLA_CSV, &all.pairs()),
            back: urls::sla(&back),
        })
    }
}

fn fate(fate: Fate) -> String {
    t(match fate {
        Fate::Breached => "sla-breached",
        Fate::Met => "sla-met",
        Fate::Open => "sla-open",
        Fate::Released => "sla-released",
    })
    .plain()
}

/// What must be said beside averages and percentiles.
fn reservations(section: &SlaSection, target: &Target, found: &SlaTarget) -> String {
    let counts = |all| figures::counts(section, target, all);
    let both = serde_json::json!({ "raw": counts(&found.raw), "adjusted": counts(&found.adjusted) });
    let said = figures::reservations(&both).into_iter();
    let said = said.map(|(key, n)| show::said_with(key, &[("n", show::number(&n))]));
    said.collect::<Vec<_>>().join(" ")
}

/// A verdict as the words of reports name it.
fn key(verdict: &str) -> String {
    verdict.replace([' ', ','], "_")
}

fn view(
    (section, query): (&SlaSection, &SlaQuery),
    target: &Target,
    name: &str,
    counts: &Attainment,
) -> View {
    let rate = counts.rate();
    let found = figures::counts(section, target, counts);
    let number = |key: &str| show::number(&found[key]);
    let figure = |fate: Fate, count: u64| {
        let clocks = Clocks {
            version: section.contract.version,
            target: target.name.clone(),
            adjusted: name == "adjusted",
            fate,
        };
        let clocks = SlaQuery {
            clocks: Some(clocks),
            after: 0,
            ..query.clone()
        };
        Figure {
            count,
            url: urls::sla(&clocks),
        }
    };
    View {
        name: show::said(&format!("view.{name}")),
        n: rate.n(),
        met: figure(Fate::Met, rate.hits()),
        breached: figure(Fate::Breached, counts.breached()),
        open: figure(Fate::Open, counts.open()),
        released: figure(Fate::Released, counts.released()),
        share: share(rate),
        mean: match found["mean_minutes"].is_null() {
            true => String::new(),
            false => format!(
                "{} ({})",
                number("mean_minutes"),
                show::range(number("mean_low"), number("mean_high"))
            ),
        },
        percentile: match found["percentile_minutes"].is_null() {
            true => String::new(),
            false => number("percentile_minutes"),
        },
        verdict: show::said(&format!(
            "verdict.{}",
            key(section.verdict(target, counts).as_str())
        )),
    }
}

impl Promises {
    fn of(report: &SlaReport, mut breaches: Breaches) -> Self {
        let (from, to) = (report.period.from.date_naive(), report.period.to.date_naive());
        // The same days behind every link, whatever day it is followed on.
        let query = SlaQuery {
            client: Some(report.client.id.to_string()),
            from: Some(from),
            to: Some(to),
            ..SlaQuery::default()
        };
        breaches.query = SlaQuery {
            clocks: breaches.query.clocks,
            after: breaches.query.after,
            ..query.clone()
        };
        let mut number = 0;
        let mut contracts = Vec::new();
        for section in &report.sections {
            let kept = &section.contract;
            let mut targets = Vec::new();
            for (target, found) in section.each() {
                number += 1;
                let listed = breaches
                    .first
                    .remove(&(kept.version, target.name.clone()))
                    .unwrap_or_default();
                let more = found
                    .raw
                    .breached()
                    .saturating_sub(u64::try_from(listed.len()).unwrap_or(0));
                targets.push(Promise {
                    number,
                    name: target.name.clone(),
                    terms: say(&kept.contract.terms(target)),
                    definition: say(&target.metric.definition()),
                    percentile: figures::counts(section, target, &found.raw)["percentile"].to_string(),
                    reservations: reservations(section, target, found),
                    views: vec![
                        view((section, &query), target, "raw", &found.raw),
                        view((section, &query), target, "adjusted", &found.adjusted),
                    ],
                    breaches: listed,
                    more,
                    months: found
                        .months
                        .iter()
                        .map(|(month, (raw, adjusted))| Month {
                            name: month.format("%Y-%m").to_string(),
                            raw: share(*raw),
                            adjusted: share(*adjusted),
                        })
                        .collect(),
                    chart: Chart::of(&found.months, kept.contract.share_of(target)),
                });
            }
            let until = section
                .ends_at
                .map(|end| format!(" {}", t("sla-until").with("at", minute(end)).plain()));
            contracts.push(Contract {
                heading: t("sla-version")
                    .with("name", &kept.contract.name)
                    .with("version", kept.version)
                    .plain(),
                recorded: t("sla-recorded")
                    .with("from", show::day(kept.contract.valid_from))
                    .with("zone", kept.contract.zone.name())
                    .with("until", until.unwrap_or_default())
                    .with("by", &kept.recorded_by)
                    .with("at", minute(kept.recorded_at))
                    .with("rounds", section.rounds)
                    .plain(),
                targets,
            });
        }
        let exclusions = report.exclusions.iter().map(|e| {
            let decided = e.decided_by.clone();
            t("sla-exclusion")
                .with("cause", show::words(e.cause))
                .with("from", minute(e.span.from))
                .with("to", minute(e.span.to))
                .with("told", &e.proposed_by)
                .with("approved", decided.unwrap_or_else(|| t("nobody").plain()))
                .with("evidence", &e.evidence)
                .plain()
        });
        let language = locale::present().language;
        let calendars = figures::calendars(report);
        let calendars = calendars.iter().map(|one| board::calendar(one, language));
        Self {
            whose: report.client.name.clone(),
            calendars: calendars.collect(),
            days: (show::day(from), show::day(to)),
            contracts,
            without_contract: report.without_contract,
            exclusions: exclusions.collect(),
            undecided: report.undecided,
            list: Listed::of(&mut breaches),
            agreed: urls::contracts(report.client.id),
            paper: PaperForm::of(
                (urls::SLA_PDF, urls::SLA_CSV),
                vec![
                    ("client", report.client.id.to_string()),
                    ("from", from.to_string()),
                    ("to", to.to_string()),
                ],
            ),
            command: format!(
                "docket report sla --client {} --from {from} --to {to} --cases",
                report.client.id
            ),
        }
    }
}

impl SlaPage {
    fn percentile_head(&self, promise: &Promise) -> String {
        show::said_with("sla.percentile", &[("percentile", promise.percentile.clone())])
    }

    /// `found`: a client's report, with the breaches that were seen in it.
    pub fn of(
        viewer: &Viewer,
        all: &[Client],
        period: Period,
        found: Option<(&SlaReport, Breaches)>,
    ) -> Self {
        let chosen = found.as_ref().map(|(report, _)| &report.client);
        let mut frame = Frame::of(viewer, t("nav-sla"), Section::Sla);
        if let Some((report, _)) = &found {
            frame = frame.dated(report.as_of);
        }
        let mut choices = client_choices(viewer, all, chosen);
        // Every contract is one client's own: there is no report of all.
        if let Some(every) = choices.first_mut().filter(|_| viewer.is_staff()) {
            every.label = t("sla-choose").plain();
        }
        Self {
            frame,
            staff: viewer.is_staff(),
            action: urls::SLA,
            from: period.from.date_naive().to_string(),
            to: period.to.date_naive().to_string(),
            clients: choices,
            shown: found.map(|(report, breaches)| Promises::of(report, breaches)),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let query = SlaQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (all, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let empty = |_| PageError::BadRequest(vec![t("rep-empty-period").plain()]);
    let period = Period::of(query.from, query.to, desk.env.now()).map_err(empty)?;
    let Some(client) = client else {
        return html(&SlaPage::of(&viewer, &all, period, None));
    };
    let mut breaches = Breaches::of(query);
    let see = |line: &SlaLine<'_>| {
        breaches.see(line);
        Ok(())
    };
    let report = desk.sla_report(client, period, see).await?;
    html(&SlaPage::of(&viewer, &all, period, Some((&report, breaches))))
}
