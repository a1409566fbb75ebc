//! Whether the promises of a client's contract were kept: each twice, raw and adjusted, with its breaches and its months.

mod chart;

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use docket_app::{Client, Desk, Period, SlaLine, SlaReport, SlaSection};
use docket_core::sla::{Fate, Target};
use docket_core::stats::{Attainment, Rate, Shown};

use self::chart::Chart;
use crate::doors::Viewer;
use crate::error::{PageError, PageResult, html};
use crate::pages::paper::PaperForm;
use crate::pages::{Choice, Frame, Section, client_choices, clients};
use crate::query::{Pairs, ReportQuery};
use crate::show::{self, minute, quoted};
use crate::texts::t;
use crate::urls;

/// Breaches of one target that the page lists; the command lists them all.
const LISTED: usize = 20;

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
    without_contract: u64,
    exclusions: Vec<String>,
    undecided: u64,
    command: String,
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
    definition: &'static str,
    views: Vec<View>,
    open: u64,
    released: u64,
    breaches: Vec<Breach>,
    more: u64,
    months: Vec<Month>,
    chart: Option<Chart>,
}

/// Raw or adjusted.
#[derive(Debug)]
struct View {
    name: String,
    n: u64,
    met: u64,
    breached: u64,
    share: String,
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
            but: t(match line.judged.adjusted {
                Fate::Breached => "sla-breached",
                Fate::Met => "sla-met",
                Fate::Open => "sla-open",
                Fate::Released => "sla-released",
            })
            .plain(),
            why: line.why.map(show::words).unwrap_or_default(),
        }
    }
}

/// The first breaches of each target.
#[derive(Debug, Default)]
pub struct Breaches(HashMap<(i64, String), Vec<Breach>>);

impl Breaches {
    pub fn see(&mut self, line: &SlaLine<'_>) {
        if line.judged.raw != Fate::Breached {
            return;
        }
        let kept = self.0.entry((line.version, line.target.to_owned())).or_default();
        if kept.len() < LISTED {
            kept.push(Breach::of(line));
        }
    }
}

/// A verdict as the words of reports name it.
fn key(verdict: &str) -> String {
    verdict.replace([' ', ','], "_")
}

fn view(section: &SlaSection, target: &Target, name: &str, counts: &Attainment) -> View {
    let rate = counts.rate();
    View {
        name: show::said(&format!("view.{name}")),
        n: rate.n(),
        met: rate.hits(),
        breached: counts.breached(),
        share: share(rate),
        verdict: show::said(&format!(
            "verdict.{}",
            key(section.verdict(target, counts).as_str())
        )),
    }
}

impl Promises {
    fn of(report: &SlaReport, mut breaches: Breaches) -> Self {
        let (from, to) = (report.period.from.date_naive(), report.period.to.date_naive());
        let mut number = 0;
        let mut contracts = Vec::new();
        for section in &report.sections {
            let kept = &section.contract;
            let mut targets = Vec::new();
            for (target, found) in section.each() {
                number += 1;
                let listed = breaches
                    .0
                    .remove(&(kept.version, target.name.clone()))
                    .unwrap_or_default();
                let more = found
                    .raw
                    .breached()
                    .saturating_sub(u64::try_from(listed.len()).unwrap_or(0));
                targets.push(Promise {
                    number,
                    name: target.name.clone(),
                    terms: quoted(&kept.contract.terms(target)),
                    definition: target.metric.definition(),
                    views: vec![
                        view(section, target, "raw", &found.raw),
                        view(section, target, "adjusted", &found.adjusted),
                    ],
                    open: found.raw.open(),
                    released: found.raw.released(),
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
        Self {
            whose: report.client.name.clone(),
            days: (show::day(from), show::day(to)),
            contracts,
            without_contract: report.without_contract,
            exclusions: exclusions.collect(),
            undecided: report.undecided,
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
    let query = ReportQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (all, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let empty = |_| PageError::BadRequest(vec![t("rep-empty-period").plain()]);
    let period = Period::of(query.from, query.to, desk.env.now()).map_err(empty)?;
    let Some(client) = client else {
        return html(&SlaPage::of(&viewer, &all, period, None));
    };
    let mut breaches = Breaches::default();
    let see = |line: &SlaLine<'_>| {
        breaches.see(line);
        Ok(())
    };
    let report = desk.sla_report(client, period, see).await?;
    html(&SlaPage::of(&viewer, &all, period, Some((&report, breaches))))
}
