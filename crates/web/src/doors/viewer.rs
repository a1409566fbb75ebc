//! Who looks at a page, as far as a page needs to know.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use docket_app::{ClientScope, Origin};
use docket_core::chain::digest;
use docket_core::person::{Person, Session};

use super::{Door, Pass, Site};

/// Who is logged in. Only the gate makes one, after it let them through.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub person: Person,
    pub session: Session,
    /// The network address of this request.
    pub from: String,
    pub key: FormKey,
    /// The look that they chose in this browser.
    pub theme: Theme,
    /// The text of what the form did that led here.
    pub done: Option<&'static str>,
}

/// The cookie that carries over to the next page what a form did; that page takes it away.
const DONE: &str = "docket_done";
/// So long the next page may take to come, in seconds.
const DONE_LASTS: u32 = 60;

/// What forms did, for the page that follows.
pub struct Done;

impl Done {
    /// What was kept for this page, where it is one of our texts.
    pub fn of(headers: &HeaderMap) -> Option<&'static str> {
        let kept = Site::kept(headers, DONE)?;
        Door::DONE.into_iter().find(|text| *text == kept)
    }

    pub fn keep(text: &str, site: &Site) -> String {
        Self::cookie(text, DONE_LASTS, site)
    }

    pub fn forget(site: &Site) -> String {
        Self::cookie("", 0, site)
    }

    fn cookie(text: &str, lasts: u32, site: &Site) -> String {
        let secure = if site.tls() { "; Secure" } else { "" };
        format!("{DONE}={text}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lasts}{secure}")
    }
}

/// How pages look; chosen for a browser, and kept in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    Light,
    Dark,
}

/// The cookie that keeps it.
const THEME: &str = "docket_theme";

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its word in forms, cookies and the stylesheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }

    /// The one that a browser keeps.
    pub fn of(headers: &HeaderMap) -> Self {
        Site::kept(headers, THEME)
            .and_then(|word| Self::parse(&word))
            .unwrap_or_default()
    }

    /// The cookie that keeps it for a year.
    pub fn set_cookie(self, site: &Site) -> String {
        let secure = if site.tls() { "; Secure" } else { "" };
        format!(
            "{THEME}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}",
            self.word()
        )
    }
}

impl Viewer {
    /// Whose data they may see. The only scope that a page has.
    pub fn scope(&self) -> ClientScope {
        self.person.access.into()
    }

    /// Whether they are of the agency.
    pub fn is_staff(&self) -> bool {
        self.person.access.client().is_none()
    }

    /// Whether they may go through a door.
    pub fn may(&self, door: Door) -> bool {
        door.pass(self.person.access.role()) != Pass::No
    }

    /// The name that histories get.
    pub fn name(&self) -> &str {
        &self.person.name
    }

    /// Who acts, and from where.
    pub fn origin(&self) -> Origin {
        Origin {
            person: Some(self.person.id),
            name: self.person.name.clone(),
            from: self.from.clone(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Viewer {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // A page behind a door without log-in that asks who looks at it: a mistake of ours.
        let viewer = parts.extensions.get::<Self>().cloned();
        viewer.ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What a form of this session carries, so that no other site's form is taken for one: as an element of the form.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<input type="hidden" name="form_key" value="{{ text }}">"#,
    ext = "html"
)]
pub struct FormKey {
    text: String,
}

// Its only markup is its own template's, and that escapes.
impl HtmlSafe for FormKey {}

/// The field's name.
pub const FIELD: &str = "form_key";

impl FormKey {
    /// The key of a session, made of the token that only its browser holds.
    pub fn of(token: &str) -> Self {
        Self {
            text: hex::encode(digest(&format!("form key {token}"))),
        }
    }

    /// Whether a form carried it. Compared by hashes, so that the time tells nothing.
    pub fn is(&self, sent: Option<&str>) -> bool {
        sent.is_some_and(|sent| digest(sent) == digest(&self.text))
    }

    #[cfg(test)]
    pub fn text(&self) -> &str {
        &self.text
    }
}
