//! Somebody outside who is told of what happens to cases.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::id::{CaseId, ClientId, EventId, HookId};
use crate::words::words;

/// Who is told, and where. The secret that signs is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hook {
    /// Its id.
    pub id: HookId,
    /// Whose cases; none means every client's.
    pub client: Option<ClientId>,
    /// Where.
    pub url: String,
    /// Who set it up.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Since when nobody is told any more.
    pub stopped_at: Option<DateTime<Utc>>,
}

words! {
    /// Where the telling of an event stands.
    DeliveryState, "delivery state" {
        /// It is tried, or will be again.
        Waiting = "waiting",
        /// It was taken.
        Delivered = "delivered",
        /// It is tried no more.
        GivenUp = "given_up",
    }
}

/// An event, as one hook is told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The event's id: the same however often it is sent.
    pub id: EventId,
    /// Who is told.
    pub hook: HookId,
    /// Whose case it is about.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
    /// What is sent, byte for byte.
    #[serde(skip)]
    pub body: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was tried last.
    pub tried_at: Option<DateTime<Utc>>,
    /// The last HTTP status.
    pub status: Option<i64>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// Whether an address is one of the open internet: whatever else may be a machine of ours that trusts its neighbours.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// What IANA sets aside for something else (RFC 6890 and its registry).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let protocols = a == 192 && b == 0 && c == 0;
    !(a == 0
        || a >= 224
        || shared
        || benchmarks
        || protocols
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Global unicast alone, without what carries an IPv4 address inside (6to4, Teredo; NAT64 lies outside of it) and
    // without documentation.
    (a & 0xe000) == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b == 0 || b == 0x0db8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_is_public() {
        for public in [
            "93.184.216.34",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }
}
