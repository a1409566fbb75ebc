//! Reports as PDF, from the pages: the same question, the same figures, in a language.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use docket_app::{Client, Desk, Error, Period, WinRateWish, board, figures};
use docket_core::words::Language;

use crate::doors::Viewer;
use crate::error::PageError;
use crate::pages::clients;
use crate::query::{FactorQuery, Pairs, ReportQuery};
use crate::texts::t;

/// The form of a report's page that asks for it on paper.
#[derive(Debug, Template)]
#[template(
    source = r#"<form class="filters" method="get" action="{{ action }}" aria-label="PDF">
{%- for (name, value) in pairs %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<div class="fields"><div class="field"><label for="language">{{ crate::t("rep-as-pdf") }}</label>
<select id="language" name="language">{% for (word, name, present) in crate::locale::names() %}<option value="{{ word }}" lang="{{ word }}"{% if present %} selected{% endif %}>{{ name }}</option>{% endfor %}</select></div>
<p class="actions"><button type="submit">{{ crate::t("rep-download") }}</button></p></div></form>"#,
    ext = "html"
)]
pub struct PaperForm {
    action: &'static str,
    pairs: Vec<(&'static str, String)>,
}

// Its only markup is its own template's, and that escapes.
impl HtmlSafe for PaperForm {}

impl PaperForm {
    pub fn of(action: &'static str, pairs: Vec<(&'static str, String)>) -> Self {
        Self { action, pairs }
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

/// The win-rate report.
pub async fn win_rate(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (language, pairs) = language(pairs)?;
    let query = ReportQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (_, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let wish = WinRateWish {
        client,
        period: period(query.from, query.to, &desk)?,
        by: query.by,
        closed: query.closed,
        currency: query.currency,
    };
    let report = desk.win_rate(wish).await?;
    typeset("win-rates", move || board::win_rate(&report, language)).await
}

/// The factor report.
pub async fn factors(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (language, pairs) = language(pairs)?;
    let query = FactorQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (_, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let report = desk
        .factor_report(client, period(query.from, query.to, &desk)?)
        .await?;
    typeset("factors", move || board::factors(&report, language)).await
}

/// The SLA report of one client.
pub async fn sla(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let (language, pairs) = language(pairs)?;
    let query = ReportQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    let (_, client) = clients(&desk, &viewer, query.client.as_deref()).await?;
    let client: Client = client.ok_or_else(|| PageError::BadRequest(vec![t("refuse-pdf-client").plain()]))?;
    let report = figures::sla::report(client, period(query.from, query.to, &desk)?, false, &desk).await?;
    typeset("service-levels", move || board::sla(&report, language)).await
}
