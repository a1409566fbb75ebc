//! Pages for what went wrong. None shows internals; those go to the log.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use docket_app::Error;

use crate::pages::Frame;
use crate::urls;

/// Why a page could not be shown.
#[derive(Debug)]
pub enum PageError {
    /// The address has wrong parameters.
    BadRequest(Vec<String>),
    /// Nothing is there.
    NotFound(String),
    /// The address takes no request of this kind.
    WrongMethod,
    /// The person's role does not reach this far.
    NotForRole,
    /// A form of another site, or of a session that ended.
    ForeignForm,
    /// What was sent is no form of a page here.
    NoForm,
    /// The request names another host.
    ForeignHost,
    /// Our side failed.
    Internal(Error),
    /// A template failed.
    Render(askama::Error),
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Self::NotFound(what),
            Error::Invalid(what) | Error::Stale(what) => Self::BadRequest(vec![what]),
            other @ (Error::Refused(_)
            | Error::Problems(_)
            | Error::Platform(_)
            | Error::Mail(_)
            | Error::Hook(_)
            | Error::Store(_)) => Self::Internal(other),
        }
    }
}

/// The result of a page.
pub type PageResult = Result<Html<String>, PageError>;

/// Renders a page.
pub fn html(page: &impl Template) -> PageResult {
    page.render().map(Html).map_err(PageError::Render)
}

/// A page that answers a form with what is wrong: the same page once more.
pub fn again(status: StatusCode, page: &impl Template) -> Result<Response, PageError> {
    Ok((status, html(page)?).into_response())
}

/// The page of an error.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    frame: Frame,
    problems: Vec<String>,
    next: &'static str,
    queue: String,
}

impl ErrorPage {
    pub fn of(error: &PageError) -> Self {
        let (heading, problems, next) = match error {
            PageError::BadRequest(problems) => (
                "This address is not right",
                problems.clone(),
                "Correct the address, or begin again at the queue.",
            ),
            PageError::NotFound(what) => (
                "Not found",
                vec![what.clone()],
                "It may have been mistyped; look for the case in the queue.",
            ),
            PageError::WrongMethod => (
                "This address takes no such request",
                vec!["The page is there, but not for what was sent to it.".to_owned()],
                "Open it from the queue.",
            ),
            PageError::NotForRole => (
                "Not for your role",
                vec!["Your role at this desk does not reach this far.".to_owned()],
                "If it should, ask an admin of the desk.",
            ),
            PageError::ForeignForm => (
                "Not accepted",
                vec!["The form was sent from another site, or its session has ended. Nothing was changed.".to_owned()],
                "Open the page anew and send it from there.",
            ),
            PageError::NoForm => (
                "Not accepted",
                vec!["What was sent is no form of this page, or it is too long. Nothing was changed.".to_owned()],
                "Open the page anew and send it from there.",
            ),
            PageError::ForeignHost => (
                "Wrong host name",
                vec![
                    "These pages answer only under their own name: the one in `web.public_url`, or on this computer 127.0.0.1 or localhost."
                        .to_owned(),
                ],
                "Open the address that `docket run` printed.",
            ),
            PageError::Internal(_) | PageError::Render(_) => (
                "Something failed here",
                vec!["The page could not be made. The reason is in the log of this program.".to_owned()],
                "Try again in a moment; if it stays, run `docket doctor`.",
            ),
        };
        Self {
            frame: Frame::bare(heading),
            problems,
            next,
            queue: urls::open_cases(),
        }
    }
}

impl PageError {
    const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotForRole | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::NoForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Internal(_) | Self::Render(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(error) => tracing::error!(%error, "a page failed"),
            Self::Render(error) => tracing::error!(%error, "a template failed"),
            Self::BadRequest(_)
            | Self::NotFound(_)
            | Self::WrongMethod
            | Self::NotForRole
            | Self::ForeignForm
            | Self::NoForm
            | Self::ForeignHost => {}
        }
        let status = self.status();
        match ErrorPage::of(&self).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(error) => {
                tracing::error!(%error, "the error page failed");
                status.into_response()
            }
        }
    }
}
