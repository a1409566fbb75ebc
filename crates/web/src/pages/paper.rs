//! Reports as files, from the pages: the same question, the same figures, as PDF in a language or as CSV.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use docket_app::{
    Client, Desk, Error, FactorsReport, Period, SlaLine, WinRateReport, WinRateWish, board, figures,
};
use docket_core::stats::Figure;
use docket_core::words::Language;
use serde_json::Value;

use crate::doors::Viewer;
use crate::error::PageError;
use crate::pages::clients;
use crate::pages::win_rate::own_groups;
use crate::query::{FactorQuery, Pairs, ReportQuery, SlaQuery};
use crate::say::say;
use crate::texts::t;
use crate::urls;

/// The form of a report's page that asks for it on paper.
#[derive(Debug, Template)]
#[template(
    source = r#"<form class="filters" method="get" action="{{ action }}" aria-label="PDF">
{%- for (name, value) in pairs %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<div class="fields"><div class="field"><label for="language">{{ crate::t("rep-as-pdf") }}</label>
<select id="language" name="language">{% for (word, name, present) in crate::locale::names() %}<option value="{{ word }}" lang="{{ word }}"{% if present %} selected{% endif %}>{{ name }}</option>{% endfor %}</select></div>
<p class="actions"><button type="submit">{{ crate::t("rep-download") }}</button> <a href="{{ csv }}">{{ crate::t("rep-as-csv") }}</a></p></div></form>"#,
    ext = "html"
)]
pub struct PaperForm {
    action: &'static str,
    csv: String,
    pairs: Vec<(&'static str, String)>,
}

// Its only markup is its own template's, and that escapes.
impl HtmlSafe for PaperForm {}

impl PaperForm {
    /// `action` and `csv` are the addresses of the two kinds of file.
    pub fn of((action, csv): (&'static str, &str), pairs: Vec<(&'static str, String)>) -> Self {
        Self {
            action,
            csv: urls::with(csv, &pairs),
            pairs,
        }
    }
}

/// The language that an address names, and its other parameters.
fn language(pairs: Pairs) -> Result<(Language, Pairs), PageError> {
    let (own, others): (Pairs, Pairs) = pairs.into_iter().partition(|(name, _)| name == "language");
    let language = match own.first() {
        None => Language::English,
        Some((_, word)) => word.parse().map_err(|_| {
            PageError::BadRequest(vec![format!("language: `{word}` is none of en, nl, sv, de")])
        })?,
    };
    Ok((language, others))
}

fn period(
    from: Option<chrono::NaiveDate>,
    to: Option<chrono::NaiveDate>,
    desk: &Desk,
) -> Result<Period, PageError> {
    Period::of(from, to, desk.env.now())
        .map_err(|_| PageError::BadRequest(vec![t("rep-empty-period").plain()]))
}

/// Typesetting takes up to a second.
async fn typeset(
    name: &str,
    make: impl FnOnce() -> Result<Vec<u8>, Error> + Send + 'static,
) -> Result<Response, PageError> {
    let made = tokio::task::spawn_blocking(make).await;
    let pdf = made.map_err(|error| PageError::Internal(Error::Invalid(error.to_string().into())))??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.pdf\""),
        ),
    ];
    Ok((headers, pdf).into_response())
}

/// A report as CSV.
pub fn sheet(name: &str, csv: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
    ];
    (headers, csv.into()).into_response()
}

async fn win_rates(desk: &Desk, viewer: &Viewer, pairs: &Pairs) -> Result<WinRateReport, PageError> {
    let query = ReportQuery::parse(pairs).map_err(PageError::BadRequest)?;
    own_groups(viewer, query.by)?;
    let (_, client) = clients(desk, viewer, query.client.as_deref()).await?;
    let wish = WinRateWish {
        client,
        period: period(query.from, query.to, desk)?,
        by: query.by,
        closed: query.closed,
        currency: query.currency,
    };
    match desk.win_rate(wish).await {
        // Rates of exchange are missing: which ones, and what to do.
        Err(Error::Invalid(why)) => Err(PageError::BadRequest(vec![say(&why)])),
        other => Ok(other?),
    }
}

async fn factor_report(desk: &Desk, viewer: &Viewer, pairs: &Pairs) -> Result<FactorsReport, PageError> {
    let query = FactorQuery::parse(pairs).map_err(PageError::BadRequest)?;
    let (_, client) = clients(desk, viewer, query.client.as_deref()).await?;
    Ok(desk
        .factor_report(client, period(query.from, query.to, desk)?)
        .await?)
}

/// Whose promises of which days.
async fn promised(desk: &Desk, viewer: &Viewer, pairs: &Pairs) -> Result<(Client, Period), PageError> {
    let query = SlaQuery::parse(pairs).map_err(PageError::BadRequest)?;
    let (_, client) = clients(desk, viewer, query.client.as_deref()).await?;
    let client: Client = client.ok_or_else(|| PageError::BadRequest(vec![t("refuse-pdf-client").plain()]))?;
    Ok((client, period(query.from, query.to, desk)?))
}

async fn promises(desk: &Desk, viewer: &Viewer, pairs: &Pairs) -> Result<Value, PageError> {
    let (client, period) = promised(desk, viewer, pairs).await?;
    Ok(figures::sla::report(client, period, desk).await?)
}

/// The win-rate report.
pub async fn win_rate(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (language, pairs) = language(pairs)?;
    let report = win_rates(&desk, &viewer, &pairs).await?;
    typeset("win-rates", move || board::win_rate(&report, language)).await
}

/// Of more cases than this no list is made at once: `docket report win-rate --cases` makes it.
const LISTED: u64 = 50_000;

/// The win-rate report, every group; with `cases`, the cases that its amounts count and those that they superseded.
pub async fn win_rate_csv(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (lists, pairs): (Pairs, Pairs) = pairs.into_iter().partition(|(name, _)| name == "cases");
    let report = win_rates(&desk, &viewer, &pairs).await?;
    if lists.is_empty() {
        return Ok(sheet("win-rates", figures::win_rate::csv(&report)));
    }
    if report.ledger.total.group.received > LISTED {
        let (n, most) = (report.ledger.total.group.received, LISTED);
        let why = t("refuse-too-many-cases").with("n", n).with("most", most);
        return Err(PageError::BadRequest(vec![why.plain()]));
    }
    let mut found = desk.win_rate_cases(&report.wish, Figure::Received, None).await?;
    found.extend(
        desk.win_rate_cases(&report.wish, Figure::Superseded, None)
            .await?,
    );
    Ok(sheet("win-rate-cases", figures::lists::report_cases(&found)))
}

/// The factor report.
pub async fn factors(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (language, pairs) = language(pairs)?;
    let report = factor_report(&desk, &viewer, &pairs).await?;
    typeset("factors", move || board::factors(&report, language)).await
}

/// The factor report, every level and stratum; with a factor and a level, the cases behind that.
pub async fn factors_csv(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let query = FactorQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (Some(subject), level) = (query.factor, query.level.unwrap_or_default()) else {
        let report = factor_report(&desk, &viewer, &pairs).await?;
        return Ok(sheet("factors", figures::factors::csv(&report)));
    };
    let (_, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let period = period(query.from, query.to, &desk)?;
    let found = desk
        .factor_cases(client.as_ref(), period, (&subject, Some(&level)))
        .await?;
    Ok(sheet("factor-cases", figures::lists::factor_cases(&found)))
}

/// The SLA report of one client.
pub async fn sla(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (language, pairs) = language(pairs)?;
    let report = promises(&desk, &viewer, &pairs).await?;
    typeset("service-levels", move || board::sla(&report, language)).await
}

/// The SLA report of one client, every promise; with a target and what its clocks came to, those clocks.
pub async fn sla_csv(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let query = SlaQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let Some(wanted) = query.clocks else {
        let report = promises(&desk, &viewer, &pairs).await?;
        return Ok(sheet("service-levels", figures::sla::csv(&[report])));
    };
    let (client, period) = promised(&desk, &viewer, &pairs).await?;
    let mut list = figures::sla::clocks_head();
    let see = |line: &SlaLine<'_>| {
        if wanted.fit(line) {
            list.push_str(&figures::sla::clock_row(line));
        }
        Ok(())
    };
    desk.sla_report(client, period, see).await?;
    Ok(sheet("clocks", list))
}
