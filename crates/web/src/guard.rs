//! What keeps pages without accounts on this computer, and the headers of every answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::PageError;

/// No script, nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Refuses requests that name another host than this computer: a page of a stranger can point its own name at
/// 127.0.0.1 (DNS rebinding), but it cannot make the browser send ours.
pub async fn own_host(request: Request, next: Next) -> Response {
    if names_this_computer(&request) {
        next.run(request).await
    } else {
        PageError::ForeignHost.into_response()
    }
}

fn names_this_computer(request: &Request) -> bool {
    let mut named = false;
    for host in request.headers().get_all(header::HOST) {
        named = true;
        if !host.to_str().is_ok_and(is_loopback) {
            return false;
        }
    }
    match request.uri().authority() {
        Some(authority) => is_loopback(authority.as_str()),
        None => named,
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

/// Sets the headers that every answer carries.
pub async fn headers(mut response: Response) -> Response {
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
    // Only assets set a value of their own.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

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
