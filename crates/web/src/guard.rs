//! Whose host and whose form a request names, and the headers of every answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::uri::Authority;
use axum::response::Response;

/// Our own scripts only, nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Whether a request names this computer: a page of a stranger can point its own name at 127.0.0.1 (DNS rebinding), but it
/// cannot make the browser send ours.
pub fn names_this_computer(request: &Request) -> bool {
    all_named(request, is_loopback)
}

/// Whether a request names this host, on whatever port.
pub fn names(request: &Request, own: &str) -> bool {
    all_named(request, |host| {
        let bare = host
            .strip_suffix(|c: char| c.is_ascii_digit())
            .map_or(host, |_| host.rsplit_once(':').map_or(host, |(name, _)| name));
        bare.eq_ignore_ascii_case(own)
    })
}

fn all_named(request: &Request, fits: impl Fn(&str) -> bool) -> bool {
    let mut named = false;
    for host in request.headers().get_all(header::HOST) {
        named = true;
        if !host.to_str().is_ok_and(&fits) {
            return false;
        }
    }
    match request.uri().authority() {
        Some(authority) => fits(authority.as_str()),
        None => named,
    }
}

/// Whether the browser says that a form stood on another site. Pages here send no referrer, so the origin of an honest
/// form is `null` or missing in browsers that do not say it the newer way.
pub fn foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN.as_str()) {
        None | Some("null") => false,
        Some(origin) => {
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            text(header::HOST.as_str()) != Some(host)
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host().to_ascii_lowercase();
    // What follows the name is a port, or this is no host: `user@` and the like are not ours.
    if host.len() > name.len() && (host.contains('@') || authority.port_u16().is_none()) {
        return false;
    }
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<Ipv4Addr>()
        .map(IpAddr::V4)
        .or_else(|_| bare.parse::<Ipv6Addr>().map(IpAddr::V6))
        .is_ok_and(|a| a.is_loopback())
}

/// Sets the headers that every answer carries; `tls`: whether browsers come over TLS.
pub fn headers(mut response: Response, tls: bool) -> Response {
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    // Only assets set a value of their own.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_ours_on_whatever_port_and_only_as_a_whole() {
        let named = |host: &str| {
            let request = Request::get("/").header("host", host);
            names(&request.body(axum::body::Body::empty()).unwrap(), "desk.example")
        };
        assert!(named("desk.example") && named("DESK.example:8443"));
        for foreign in [
            "evil.example",
            "desk.example.evil",
            "x.desk.example",
            "desk.example:x",
            "",
            "desk.example:1@evil:1",
        ] {
            assert!(!named(foreign), "{foreign}");
        }
    }

    #[test]
    fn only_this_computer_is_loopback() {
        for own in [
            "localhost",
            "LOCALHOST:8080",
            "docket.localhost:1",
            "127.0.0.1",
            "127.8.0.1:80",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for foreign in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "0.0.0.0:8080",
            "[::]:80",
            "localhost@evil.example",
            "evil.example@localhost",
            "notlocalhost",
            "[::ffff:10.0.0.1]",
            "127.0.0.1:x",
        ] {
            assert!(!is_loopback(foreign), "{foreign}");
        }
    }
}
