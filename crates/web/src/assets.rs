//! The stylesheet and the icon, compiled in.

use std::sync::LazyLock;

use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::doors::{Door, Viewer};
use crate::error::PageError;
use crate::texts::{find, t};
use crate::urls;

const STYLES: &str = include_str!("../assets/docket.css");
/// Small scripts of our own; every page works without them.
const SCRIPTS: [(&str, &str); 3] = [
    ("keys.js", include_str!("../assets/js/keys.js")),
    ("case.js", include_str!("../assets/js/case.js")),
    ("live.js", include_str!("../assets/js/live.js")),
];
/// What each key does: the key, or the text that names it, the text of what it does, and the door that it is for.
const KEYS: &[(&str, &str, Door)] = &[
    ("j, k", "keys-next", Door::Queue),
    ("key-space", "keys-peek", Door::Case),
    ("key-enter", "keys-open", Door::Queue),
    ("x", "keys-select", Door::PlanBulk),
    ("b", "keys-bulk", Door::PlanBulk),
    ("i", "keys-take", Door::Assign),
    ("a", "keys-give", Door::Assign),
    ("s", "keys-aside", Door::ChangeCase),
    ("/", "keys-search", Door::Search),
    ("g q", "nav-queue", Door::Queue),
    ("g d", "nav-deadlines", Door::Deadlines),
    ("g c", "nav-clients", Door::Clients),
    ("g r", "nav-win-rate", Door::WinRate),
    ("key-ctrl-k", "keys-everything", Door::Palette),
    ("c", "keys-contest", Door::Decide),
    ("r", "keys-refund", Door::Decide),
    ("l", "keys-accept", Door::Decide),
    ("m", "keys-write", Door::Decide),
    ("e", "keys-gap", Door::CaseEvidence),
    ("u", "keys-bring", Door::AddEvidence),
    ("w", "keys-not-apply", Door::ChangeEvidence),
    ("q", "keys-ask", Door::AskFromCase),
    ("p", "keys-preview", Door::CasePreview),
    ("key-ctrl-enter", "keys-send", Door::SendDraft),
    ("z", "keys-take-back", Door::Undo),
    ("?", "keys-help", Door::Queue),
];

const ICON: &str = include_str!("../assets/docket.svg");

static STYLES_URL: LazyLock<String> = LazyLock::new(|| versioned(urls::STYLES, STYLES));
static ICON_URL: LazyLock<String> = LazyLock::new(|| versioned(urls::ICON, ICON));

static SCRIPT_URLS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let url = |(name, content): &(&str, &str)| versioned(&urls::SCRIPT.replace("{name}", name), content);
    SCRIPTS.iter().map(url).collect()
});

/// What each key does, for the help on the page: only those that somebody can use.
pub fn keys(viewer: &Viewer) -> impl Iterator<Item = (String, String)> {
    let usable = KEYS.iter().filter(|(.., door)| viewer.may(*door));
    usable.map(|(key, what, _)| (find(key).unwrap_or_else(|| (*key).to_owned()), t(what).plain()))
}

/// Where the scripts of this build are.
pub fn script_urls() -> &'static [String] {
    &SCRIPT_URLS
}

/// Where the stylesheet of this build is.
pub fn styles_url() -> &'static str {
    &STYLES_URL
}

/// Where the icon of this build is.
pub fn icon_url() -> &'static str {
    &ICON_URL
}

fn version(content: &str) -> String {
    hex::encode(&Sha256::digest(content)[..8])
}

fn versioned(path: &str, content: &str) -> String {
    format!("{path}?v={}", version(content))
}

pub async fn styles(RawQuery(query): RawQuery) -> Response {
    asset(STYLES, "text/css; charset=utf-8", query.as_deref())
}

pub async fn script(Path(name): Path<String>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let found = SCRIPTS.iter().find(|(known, _)| *known == name);
    let (_, content) = found.ok_or_else(|| PageError::NotFound("There is no such script.".to_owned()))?;
    Ok(asset(content, "text/javascript; charset=utf-8", query.as_deref()))
}

pub async fn icon(RawQuery(query): RawQuery) -> Response {
    asset(ICON, "image/svg+xml", query.as_deref())
}

/// An address with this content's own hash never changes what it names; any other must not be kept.
fn asset(content: &'static str, media_type: &'static str, query: Option<&str>) -> Response {
    let own = query
        .and_then(|q| q.strip_prefix("v="))
        .is_some_and(|v| v == version(content));
    let cache = if own {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    (
        [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, cache)],
        content,
    )
        .into_response()
}
