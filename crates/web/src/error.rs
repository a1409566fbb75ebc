//! Pages for what went wrong. None shows internals; those go to the log.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use docket_app::Error;

use crate::doors::Viewer;
use crate::pages::{Frame, Section};
use crate::say::say;
use crate::texts::t;
use crate::urls;

/// Why a page could not be shown.
#[derive(Debug)]
pub enum PageError {
    /// The address has wrong parameters.
    BadRequest(Vec<String>),
    /// Nothing is there.
    NotFound(String),
    /// The address takes no request of this kind; with the page that it belongs to.
    WrongMethod(Option<String>),
    /// The person's role does not reach this far.
    NotForRole,
    /// What was asked for is not done, as things stand.
    NotDone(Vec<String>),
    /// A form of another site, or of a session that ended, with the texts that stood in it.
    ForeignForm(Vec<String>),
    /// A form whose session has ended, with the texts that stood in it.
    SessionEnded(Vec<String>),
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
            Error::NotFound(what) => Self::NotFound(say(&what)),
            Error::Invalid(what) | Error::Stale(what) => Self::BadRequest(vec![say(&what)]),
            Error::Refused(why) => Self::NotDone(vec![say(&why.sentence())]),
            Error::Problems(problems) => {
                let all = problems
                    .iter()
                    .map(|p| format!("{}: {}", say(&p.what), say(&p.todo)));
                Self::NotDone(all.collect())
            }
            other @ (Error::Platform(_) | Error::Mail(_) | Error::Hook(_) | Error::Store(_)) => {
                Self::Internal(other)
            }
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
    next: String,
    /// What was typed and not taken: nothing that somebody wrote is lost.
    typed: Vec<String>,
    /// The page that the address belongs to.
    page: Option<String>,
    queue: String,
}

/// Why a form was not taken: goes with its answer, so that the person's own frame can stand around it.
#[derive(Debug, Clone)]
pub struct NotTaken(Vec<String>);

impl ErrorPage {
    /// A form that was not taken, in the frame of the person who sent it.
    pub fn not_taken(viewer: &Viewer, NotTaken(problems): NotTaken) -> Self {
        Self {
            frame: Frame::of(viewer, t("error-not-done"), Section::None),
            problems,
            next: t("error-not-done-next").plain(),
            typed: Vec::new(),
            page: None,
            queue: urls::open_cases(),
        }
    }

    pub fn of(error: &PageError) -> Self {
        let (heading, problems, next) = match error {
            PageError::BadRequest(problems) => ("error-address", problems.clone(), "error-address-next"),
            PageError::NotFound(what) => ("error-not-found", vec![what.clone()], "error-not-found-next"),
            PageError::WrongMethod(_) => (
                "error-method",
                vec![t("error-method-why").plain()],
                "error-method-next",
            ),
            PageError::NotForRole => ("error-role", vec![t("error-role-why").plain()], "error-role-next"),
            PageError::NotDone(problems) => ("error-not-done", problems.clone(), "error-not-done-next"),
            PageError::ForeignForm(_) => (
                "error-not-accepted",
                vec![t("error-foreign-why").plain()],
                "error-anew",
            ),
            PageError::SessionEnded(_) => (
                "error-ended",
                vec![t("error-ended-why").plain()],
                "error-ended-next",
            ),
            PageError::NoForm => (
                "error-not-accepted",
                vec![t("error-no-form-why").plain()],
                "error-anew",
            ),
            PageError::ForeignHost => ("error-host", vec![t("error-host-why").plain()], "error-host-next"),
            PageError::Internal(_) | PageError::Render(_) => (
                "error-failed",
                vec![t("error-failed-why").plain()],
                "error-failed-next",
            ),
        };
        Self {
            frame: Frame::bare(t(heading)),
            problems,
            next: t(next).plain(),
            typed: match error {
                PageError::ForeignForm(typed) | PageError::SessionEnded(typed) => typed.clone(),
                _ => Vec::new(),
            },
            page: match error {
                PageError::WrongMethod(page) => page.clone(),
                _ => None,
            },
            queue: urls::open_cases(),
        }
    }
}

impl PageError {
    const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotDone(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::SessionEnded(_) => StatusCode::UNAUTHORIZED,
            Self::NotForRole | Self::ForeignForm(_) => StatusCode::FORBIDDEN,
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
            | Self::WrongMethod(_)
            | Self::NotForRole
            | Self::NotDone(_)
            | Self::ForeignForm(_)
            | Self::SessionEnded(_)
            | Self::NoForm
            | Self::ForeignHost => {}
        }
        let status = self.status();
        match ErrorPage::of(&self).render() {
            Ok(page) => {
                let mut response = (status, Html(page)).into_response();
                if let Self::BadRequest(problems) | Self::NotDone(problems) = self {
                    response.extensions_mut().insert(NotTaken(problems));
                }
                response
            }
            Err(error) => {
                tracing::error!(%error, "the error page failed");
                status.into_response()
            }
        }
    }
}
