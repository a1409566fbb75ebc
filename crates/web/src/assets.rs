//! The stylesheet and the icon, compiled in.

use std::sync::LazyLock;

use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

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
/// What each key does: the key, or the text that names it, and the text of what it does.
const KEYS: &[(&str, &str)] = &[
    ("j, k", "keys-next"),
    ("key-space", "keys-peek"),
    ("key-enter", "keys-open"),
    ("x", "keys-select"),
    ("b", "keys-bulk"),
    ("i", "keys-take"),
    ("a", "keys-give"),
    ("s", "keys-aside"),
    ("/", "keys-search"),
    ("g q, g d, g c, g r", "keys-go"),
    ("key-ctrl-k", "keys-everything"),
    ("c", "keys-contest"),
    ("r", "keys-refund"),
    ("l", "keys-accept"),
    ("m", "keys-write"),
    ("e", "keys-gap"),
    ("u", "keys-bring"),
    ("w", "keys-not-apply"),
    ("q", "keys-ask"),
    ("p", "keys-preview"),
    ("key-ctrl-enter", "keys-send"),
    ("z", "keys-take-back"),
    ("?", "keys-help"),
];

const ICON: &str = include_str!("../assets/docket.svg");

static STYLES_URL: LazyLock<String> = LazyLock::new(|| versioned(urls::STYLES, STYLES));
static ICON_URL: LazyLock<String> = LazyLock::new(|| versioned(urls::ICON, ICON));

static SCRIPT_URLS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let url = |(name, content): &(&str, &str)| versioned(&urls::SCRIPT.replace("{name}", name), content);
    SCRIPTS.iter().map(url).collect()
});

/// What each key does, for the help on the page.
pub fn keys() -> impl Iterator<Item = (String, String)> {
    KEYS.iter()
        .map(|(key, what)| (find(key).unwrap_or_else(|| (*key).to_owned()), t(what).plain()))
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
