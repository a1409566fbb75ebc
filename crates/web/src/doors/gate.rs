//! What stands in every door: the host's name, the session, the role, the form's key, the audit log.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use docket_app::{Desk, Error, Origin};

use super::viewer::{Done, FIELD};
use super::{Door, FORM_LIMIT, FormKey, Method, Pass, Site, Theme, Viewer, Who, from_of, programs};
use crate::error::{ErrorPage, NotTaken, PageError, html};
use crate::{guard, locale, urls};

/// A door with what its guard needs.
#[derive(Clone)]
pub struct Gate {
    pub door: Door,
    pub desk: Desk,
    pub site: Site,
}

/// Where a request comes from, for pages that let people in and out.
#[derive(Debug, Clone)]
pub struct Caller {
    pub site: Site,
    /// The network address.
    pub from: String,
    /// What the browser calls itself.
    pub agent: String,
    /// The token of a session that it holds, good or not.
    pub token: Option<String>,
    /// The look that was chosen in it.
    pub theme: Theme,
    /// What a form did that led it here; nothing of that is a script's matter.
    done: Option<&'static str>,
}

impl Caller {
    fn of(site: &Site, request: &Request) -> Self {
        let agent = request.headers().get(header::USER_AGENT);
        Self {
            site: site.clone(),
            from: from_of(site, request),
            agent: agent.and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned(),
            token: site.token(request.headers()),
            theme: Theme::of(request.headers()),
            done: Done::of(request.headers()).filter(|_| !scripted(request)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The fields of a form, taken only after its key was right.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field's text; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// Every text of a field that may stand more than once, in the form's order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// What somebody wrote in it, as far as it is worth keeping; no secrets.
    fn typed(&self) -> Vec<String> {
        const WORTH: usize = 20;
        let written = |(name, text): &&(String, String)| {
            name != FIELD && !name.contains("password") && text.chars().count() >= WORTH && text.contains(' ')
        };
        self.0
            .iter()
            .filter(written)
            .map(|(_, text)| text.clone())
            .collect()
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // A form behind a door that only shows: a mistake of ours.
        parts
            .extensions
            .remove::<Self>()
            .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The file that a form carried, if it did.
#[derive(Debug, Clone, Default)]
pub struct Upload(pub Option<(String, Bytes)>);

impl<S: Sync> FromRequestParts<S> for Upload {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.remove::<Self>().unwrap_or_default())
    }
}

/// Lets a request through its door, or answers why not.
pub async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let entry = gate.door.entry();
    match entry.who {
        Who::Anyone => {
            // Who answers a question is nobody that is known; from where stays.
            let caller = Caller::of(&gate.site, &request);
            request.extensions_mut().insert(caller);
            return next.run(request).await;
        }
        Who::Programs(..) => return programs::pass(gate, request, next).await,
        Who::Visitors | Who::People(_) => {}
    }
    if !gate.site.is_own(&request) {
        return PageError::ForeignHost.into_response();
    }
    let posts = entry.method == Method::Post;
    if posts && guard::foreign(request.headers()) {
        return PageError::ForeignForm(Vec::new()).into_response();
    }
    let caller = Caller::of(&gate.site, &request);
    request.extensions_mut().insert(caller.clone());
    let let_in = match entry.who {
        Who::People(_) => person(&gate, caller, request, next).await,
        Who::Anyone | Who::Visitors | Who::Programs(..) => visitor(request, next, posts).await,
    };
    let_in.unwrap_or_else(|refused| refused)
}

async fn visitor(request: Request, next: Next, posts: bool) -> Result<Response, Response> {
    let request = if posts {
        with_fields(request).await?.0
    } else {
        request
    };
    Ok(next.run(request).await)
}

async fn person(gate: &Gate, caller: Caller, request: Request, next: Next) -> Result<Response, Response> {
    let Some(viewer) = viewer(gate, caller).await? else {
        return Err(to_log_in(gate, request).await);
    };
    locale::around(viewer.person.locale, known(gate, viewer, request, next)).await
}

/// Nobody is logged in: a page leads to the log-in and from there back; a script is told, and of a form nothing typed is lost.
async fn to_log_in(gate: &Gate, request: Request) -> Response {
    if scripted(&request) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if gate.door.entry().method == Method::Get {
        let wanted = request.uri().path_and_query().map(ToString::to_string);
        return Redirect::to(&urls::log_in(wanted.as_deref())).into_response();
    }
    let typed = match with_fields(request).await {
        Ok((_, fields)) => fields.typed(),
        Err(_) => Vec::new(),
    };
    PageError::SessionEnded(typed).into_response()
}

/// Whether a script asks, and no person who goes to a page.
fn scripted(request: &Request) -> bool {
    let mode = request.headers().get("sec-fetch-mode");
    mode.is_some_and(|mode| mode != "navigate")
}

async fn known(gate: &Gate, viewer: Viewer, mut request: Request, next: Next) -> Result<Response, Response> {
    if gate.door.pass(viewer.person.access.role()) == Pass::No {
        return Err(PageError::NotForRole.into_response());
    }
    request.extensions_mut().insert(viewer.clone());
    if gate.door.entry().method != Method::Post {
        let shown = viewer.done.is_some();
        return Ok(once(gate, shown, next.run(request).await));
    }
    let on = request.uri().path().to_owned();
    let (request, fields) = if gate.door.takes_a_file() && is(&request, "multipart/form-data") {
        with_file(request, &viewer).await?
    } else {
        with_fields(request).await?
    };
    if !viewer.key.is(fields.find(FIELD)) {
        return Err(PageError::ForeignForm(fields.typed()).into_response());
    }
    let gate = gate.clone();
    let locale = viewer.person.locale;
    // Apart, so that what was begun ends, whether or not the browser still listens.
    let work = locale::around(locale, async move {
        let response = audited(&gate, &viewer, &on, request, next).await?;
        let Some(why) = response.extensions().get::<NotTaken>().cloned() else {
            return Ok(told(&gate, response));
        };
        let page = html(&ErrorPage::not_taken(&viewer, why)).map_err(IntoResponse::into_response)?;
        Ok((response.status(), page).into_response())
    });
    match tokio::spawn(work).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a form's work broke off");
            Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

/// What a form did is said by the page that it leads to.
fn told(gate: &Gate, mut response: Response) -> Response {
    if let Some(text) = gate.door.done().filter(|_| response.status().is_redirection()) {
        with_cookie(&mut response, &Done::keep(text, &gate.site));
    }
    response
}

/// And only once: a reload says nothing any more.
fn once(gate: &Gate, shown: bool, mut response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if shown && page {
        with_cookie(&mut response, &Done::forget(&gate.site));
    }
    response
}

fn with_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Who looks; none where nobody is logged in.
async fn viewer(gate: &Gate, caller: Caller) -> Result<Option<Viewer>, Response> {
    let Some(token) = caller.token else {
        return Ok(None);
    };
    let known = gate.desk.session(&token).await;
    let known = known.map_err(|e| PageError::from(e).into_response())?;
    Ok(known.map(|(person, session)| Viewer {
        person,
        session,
        from: caller.from,
        key: FormKey::of(&token),
        theme: caller.theme,
        done: caller.done,
    }))
}

fn is(request: &Request, media_type: &str) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    kind.is_some_and(|k| k.starts_with(media_type))
}

/// Reads a form into its fields; they travel with the request.
async fn with_fields(request: Request) -> Result<(Request, Fields), Response> {
    if !is(&request, "application/x-www-form-urlencoded") {
        return Err(PageError::NoForm.into_response());
    }
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let read = Bytes::from_request(whole, &()).await.ok();
    let Some(bytes) = read.filter(|bytes| bytes.len() <= FORM_LIMIT) else {
        return Err(PageError::NoForm.into_response());
    };
    let pairs = url::form_urlencoded::parse(&bytes).into_owned();
    // Browsers send line ends as CRLF.
    let fields = Fields(pairs.map(|(n, v)| (n, v.replace("\r\n", "\n"))).collect());
    Ok((request_of(parts, &fields), fields))
}

fn request_of(parts: Parts, fields: &Fields) -> Request {
    let mut request = Request::from_parts(parts, Body::empty());
    request.extensions_mut().insert(fields.clone());
    request
}

/// The same for a form with a file. The key stands before the file: without it nothing of the file is read.
async fn with_file(request: Request, viewer: &Viewer) -> Result<(Request, Fields), Response> {
    let no_form = |_| PageError::NoForm.into_response();
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let mut form = Multipart::from_request(whole, &())
        .await
        .map_err(|_| PageError::NoForm.into_response())?;
    let (mut fields, mut upload) = (Fields::default(), Upload::default());
    let mut length = 0;
    while let Some(field) = form.next_field().await.map_err(no_form)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            if !viewer.key.is(fields.find(FIELD)) {
                return Err(PageError::ForeignForm(fields.typed()).into_response());
            }
            let content = field.bytes().await.map_err(no_form)?;
            // A file field that was left empty comes without name and content.
            if !(content.is_empty() && file.is_empty()) {
                upload = Upload(Some((file, content)));
            }
            continue;
        }
        let text = field.text().await.map_err(no_form)?;
        length += name.len() + text.len();
        if length > FORM_LIMIT {
            return Err(PageError::NoForm.into_response());
        }
        fields.0.push((name, text.replace("\r\n", "\n")));
    }
    let mut request = request_of(parts, &fields);
    request.extensions_mut().insert(upload);
    Ok((request, fields))
}

async fn audited(
    gate: &Gate,
    viewer: &Viewer,
    on: &str,
    request: Request,
    next: Next,
) -> Result<Response, Response> {
    let done = written(gate, &viewer.origin(), on, request, next).await;
    done.map_err(|e| PageError::from(e).into_response())
}

/// Nothing is changed that was not written down before; how it ended is written down after.
pub async fn written(
    gate: &Gate,
    who: &Origin,
    on: &str,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let kind = gate.door.name();
    let number = gate.desk.audit_begin(who, &kind, Some(on)).await?;
    let response = next.run(request).await;
    let status = response.status();
    let outcome = if status.is_server_error() {
        "failed"
    } else if status.is_client_error() {
        "refused"
    } else {
        "done"
    };
    if let Err(error) = gate.desk.audit_end(number, outcome).await {
        tracing::error!(number, %error, "the outcome of a row of the audit log could not be written");
    }
    Ok(response)
}
