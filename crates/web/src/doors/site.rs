//! How the pages are reached: on this computer, or from outside through a proxy where TLS ends.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::http::header::{HeaderMap, HeaderName};

use docket_core::env::Env;

use crate::api::Limits;
use crate::guard;
use crate::live::Live;

/// Whoever comes from nowhere, as in a test.
const NOWHERE: &str = "unknown";
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How the pages are reached. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Site(Arc<Inner>);

/// Requests of a token in a minute, unless told otherwise.
const EACH_MINUTE: NonZeroU32 = NonZeroU32::new(300).expect("it is not 0");

#[derive(Debug, Default)]
struct Inner {
    /// The host's name outside, where TLS ends before it.
    outside: Option<String>,
    /// Whose word is believed on where a request came from.
    proxies: Vec<IpAddr>,
    /// Pages that show changes by themselves.
    live: Live,
    /// Requests of a token in a minute.
    each_minute: Option<NonZeroU32>,
    limits: OnceLock<Limits>,
}

impl Site {
    /// Reached on this computer only, over plain HTTP.
    pub fn here() -> Self {
        Self::default()
    }

    /// Reached from outside under a name, through one of these proxies, which end TLS and name the browser's address in
    /// `X-Forwarded-For`.
    pub fn behind_tls(host: &str, proxies: Vec<IpAddr>) -> Self {
        Self(Arc::new(Inner {
            outside: Some(host.to_ascii_lowercase()),
            proxies,
            ..Inner::default()
        }))
    }

    /// Pages that show changes by themselves.
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// With so many requests of a token in a minute.
    pub fn limited(self, each_minute: NonZeroU32) -> Self {
        Self(Arc::new(Inner {
            outside: self.0.outside.clone(),
            proxies: self.0.proxies.clone(),
            each_minute: Some(each_minute),
            ..Inner::default()
        }))
    }

    /// How often tokens asked.
    pub fn limits(&self, env: &Env) -> &Limits {
        let each_minute = self.0.each_minute.unwrap_or(EACH_MINUTE);
        self.0
            .limits
            .get_or_init(|| Limits::new(each_minute, env.clone()))
    }

    /// Whether TLS ends before us.
    pub fn tls(&self) -> bool {
        self.0.outside.is_some()
    }

    /// Whether a request names this site.
    pub fn is_own(&self, request: &Request) -> bool {
        guard::names_this_computer(request)
            || self
                .0
                .outside
                .as_deref()
                .is_some_and(|own| guard::names(request, own))
    }

    /// The cookie's name; its prefix makes browsers take it over TLS and from this host only.
    pub fn cookie(&self) -> &'static str {
        if self.tls() { "__Host-docket" } else { "docket" }
    }

    /// The cookie that holds a session's token, for so many seconds; 0 takes it away.
    pub fn set_cookie(&self, token: &str, seconds: u64) -> String {
        let secure = if self.tls() { "; Secure" } else { "" };
        let name = self.cookie();
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    /// The token that a browser holds.
    pub fn token(&self, headers: &HeaderMap) -> Option<String> {
        Self::kept(headers, self.cookie())
    }

    /// What a browser holds under a name.
    pub fn kept(headers: &HeaderMap, wanted: &str) -> Option<String> {
        let all = headers.get_all(axum::http::header::COOKIE).into_iter();
        let pairs = all.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.to_owned())
    }
}

/// The network address that a request came from: the connection's, or the one that a known proxy names.
pub fn from_of(site: &Site, request: &Request) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let Some(peer) = peer.map(|ConnectInfo(address)| address.ip().to_canonical()) else {
        return NOWHERE.to_owned();
    };
    if !site.0.proxies.contains(&peer) {
        return peer.to_string();
    }
    // The proxy adds its own line or the last part of one; what stands before came from the browser and may be anything.
    let told = request.headers().get_all(FORWARDED).into_iter().next_back();
    let last = told
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.rsplit(',').next())
        .and_then(|v| v.trim().parse::<IpAddr>().ok());
    last.unwrap_or(peer).to_canonical().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(site: &Site, peer: &str, told: &[&str]) -> String {
        let mut request = Request::get("/");
        for line in told {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(axum::body::Body::empty()).unwrap();
        let peer: SocketAddr = format!("{peer}:9").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        from_of(site, &request)
    }

    #[test]
    fn only_a_known_proxy_is_believed_and_only_its_own_word() {
        let outside = Site::behind_tls("desk.example", vec!["127.0.0.1".parse().unwrap()]);
        assert_eq!(from(&outside, "127.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(from(&outside, "127.0.0.1", &["10.9.9.9, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(
            from(&outside, "127.0.0.1", &["10.9.9.9", "192.0.2.8"]),
            "192.0.2.8"
        );
        assert_eq!(from(&outside, "127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert_eq!(from(&outside, "198.51.100.2", &["192.0.2.7"]), "198.51.100.2");
        assert_eq!(from(&Site::here(), "127.0.0.1", &["192.0.2.7"]), "127.0.0.1");
        assert_eq!(from(&outside, "[::ffff:127.0.0.1]", &["192.0.2.7"]), "192.0.2.7");
    }

    #[test]
    fn the_cookie_is_for_this_host_and_out_of_reach_of_scripts() {
        let here = Site::here().set_cookie("t", 60);
        assert_eq!(here, "docket=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
        let outside = Site::behind_tls("desk.example", Vec::new());
        assert_eq!(
            outside.set_cookie("t", 60),
            "__Host-docket=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        let mut headers = HeaderMap::new();
        headers.insert("cookie", "docket=plain; __Host-docket=real; x".parse().unwrap());
        assert_eq!(outside.token(&headers).as_deref(), Some("real"));
        assert_eq!(Site::here().token(&headers).as_deref(), Some("plain"));
    }
}
