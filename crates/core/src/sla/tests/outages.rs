//! The log of syncs tells of outages, and of nothing else.

use chrono::Duration;
use uuid::Uuid;

use super::support::*;
use crate::id::{ClientId, ConnectionId};
use crate::sla::*;
use crate::words::Platform;

const AWAY: Option<&str> = Some("try again in 30 s: 503");
const DENIED: Option<&str> = Some("not permitted: the token was revoked");
const ODD: Option<&str> = Some("unexpected answer: no `items`");

fn run(connection: u128, minute: i64, error: Option<&str>) -> Run {
    let started_at = at("2026-11-02T08:00") + minutes(minute);
    Run {
        connection: ConnectionId(Uuid::from_u128(connection)),
        client: ClientId(Uuid::from_u128(9)),
        platform: Platform::PAYPAL,
        started_at,
        ended_at: started_at + minutes(1),
        error: error.map(str::to_owned),
    }
}

fn found(runs: &[Run]) -> Vec<(u64, i64, i64, bool, ExclusionCause)> {
    let minute = |t: chrono::DateTime<chrono::Utc>| (t - at("2026-11-02T08:00")).num_minutes();
    let mut outages = Outages::longer_than(Duration::minutes(30));
    runs.iter().for_each(|run| outages.see(run.clone()));
    let found = outages.found().into_iter();
    found
        .map(|o| {
            (
                o.failures,
                minute(o.span.from),
                minute(o.span.to),
                o.lasts,
                o.cause,
            )
        })
        .collect()
}

#[test]
fn failing_syncs_in_a_row_are_an_outage_until_one_goes_well() {
    let outage = ExclusionCause::PlatformOutage;
    let runs = [
        run(1, 0, None),
        run(1, 10, AWAY),
        run(1, 20, AWAY),
        run(1, 60, None),
    ];
    assert_eq!(found(&runs), [(2, 10, 60, false, outage)]);
    let still = [run(1, 10, AWAY), run(1, 60, AWAY)];
    assert_eq!(found(&still), [(2, 10, 61, true, outage)]);
}

#[test]
fn one_failure_a_short_one_and_our_own_faults_are_none() {
    assert_eq!(found(&[run(1, 10, AWAY), run(1, 60, None)]), []);
    assert_eq!(found(&[run(1, 10, AWAY), run(1, 20, AWAY), run(1, 30, None)]), []);
    assert_eq!(found(&[run(1, 10, ODD), run(1, 60, ODD), run(1, 90, None)]), []);
    assert_eq!(
        found(&[run(1, 10, AWAY), run(2, 60, AWAY), run(2, 120, None)]),
        [],
        "each connection for itself"
    );
}

#[test]
fn a_refused_access_pauses_the_connection_and_needs_no_second_failure() {
    let none = ExclusionCause::NoAccess;
    assert_eq!(
        found(&[run(1, 10, DENIED), run(1, 90, None)]),
        [(1, 10, 90, false, none)]
    );
    let mixed = [
        run(1, 0, AWAY),
        run(1, 30, AWAY),
        run(1, 60, DENIED),
        run(1, 120, None),
    ];
    assert_eq!(
        found(&mixed),
        [
            (2, 0, 60, false, ExclusionCause::PlatformOutage),
            (1, 60, 120, false, none)
        ]
    );
}
