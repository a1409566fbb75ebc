//! Each rung of each deadline alerts exactly once.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use docket_core::deadline::LADDER;
use docket_store::ClientScope;
use docket_store::testing::clock::Clock;
use docket_store::testing::{TestDb, count, sqlite};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::{load, observe, open, process, start};

#[derive(Debug, Clone, Copy)]
enum Step {
    /// The clock goes on, or jumps, also backwards.
    Clock(i64),
    /// The platform names this deadline: hours from the start.
    Deadline(i64),
    /// The process ends and another one begins.
    Restart,
    /// Two workers look at the same moment.
    Tick,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Few deadlines, so that one comes back after having moved away.
    let step = prop_oneof![
        4 => (-20i64..40).prop_map(Step::Clock),
        2 => proptest::sample::select(vec![60i64, 100, 140]).prop_map(Step::Deadline),
        1 => Just(Step::Restart),
        5 => Just(Step::Tick),
    ];
    proptest::collection::vec(step, 1..30)
}

/// The most urgent rung of a deadline that is reached.
fn reached(deadline: DateTime<Utc>, now: DateTime<Utc>) -> Option<u8> {
    let passed = LADDER
        .iter()
        .filter(|r| deadline - Duration::hours(r.hours) <= now)
        .count();
    passed.checked_sub(1).map(|r| u8::try_from(r).unwrap())
}

fn mails(rungs: &BTreeSet<(DateTime<Utc>, u8)>) -> usize {
    // 24 hours before and at the deadline, the desk and the lead are told.
    rungs
        .iter()
        .map(|(_, rung)| if matches!(rung, 2 | 4) { 2 } else { 1 })
        .sum()
}

async fn run(test: TestDb, steps: Vec<Step>) {
    let clock = Clock::at(start());
    let files = tempfile::tempdir().unwrap();
    let mut desk = process(&test.db, &clock, files.path());
    let case = open(&desk, start() + Duration::hours(100)).await;
    let mut told = BTreeSet::new();
    let mut latest = start();
    for step in steps {
        match step {
            Step::Clock(hours) => {
                clock.advance(Duration::hours(hours));
                latest = latest.max(desk.env.now());
            }
            Step::Deadline(hours) => observe(&desk, case, start() + Duration::hours(hours)).await,
            Step::Restart => desk = process(&test.db, &clock, files.path()),
            Step::Tick => {
                let before = load(&desk, case).await.case;
                let (now, deadline) = (desk.env.now(), before.round.deadline.unwrap().at);
                // What passed meanwhile collapses into the most urgent rung.
                let due = before.next_step.filter(|s| s.at <= now);
                told.extend(due.map(|s| (deadline, s.rung.max(reached(deadline, now).unwrap_or(0)))));
                let second = process(&test.db, &clock, files.path());
                let (one, two) = tokio::join!(desk.tick(), second.tick());
                one.unwrap();
                two.unwrap();
                // While the clock stands behind where it was, what was reached before is planned already.
                latest = latest.max(now);
                if let Some(rung) = reached(deadline, now).filter(|_| now == latest) {
                    assert!(
                        told.iter().any(|(d, r)| *d == deadline && *r >= rung),
                        "rung {rung} of {deadline} was left out"
                    );
                }
            }
        }
        let notices = desk
            .notices(ClientScope::Agency, true, None, 1_000)
            .await
            .unwrap();
        assert_eq!(notices.len(), told.len(), "{notices:#?}\n{told:?}");
        let kept = count(&test.db, "SELECT count(*) FROM mails").await;
        let queued = count(&test.db, "SELECT count(*) FROM jobs WHERE kind = 'send_mail'").await;
        let expected = i64::try_from(mails(&told)).unwrap();
        assert_eq!((kept, queued), (expected, expected));
    }
    let missed = told.iter().filter(|(_, rung)| *rung == 4).count();
    let incidents = desk.incidents(ClientScope::Agency, None, 1_000).await.unwrap();
    assert_eq!(incidents.len(), missed, "each missed deadline is one incident");
}

#[test]
fn each_rung_of_each_deadline_alerts_exactly_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&steps(), |steps| {
            let test = runtime.block_on(sqlite());
            runtime.block_on(run(test, steps));
            Ok(())
        })
        .unwrap();
}

/// The same on PostgreSQL, where two workers really act at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_on_postgresql_tell_each_rung_once() {
    let Some(test) = docket_store::testing::postgres().await else {
        return;
    };
    let mut steps = Vec::new();
    for _ in 0..12 {
        steps.extend([Step::Clock(10), Step::Tick, Step::Restart, Step::Tick]);
    }
    steps.extend([
        Step::Clock(-60),
        Step::Deadline(140),
        Step::Tick,
        Step::Clock(100),
        Step::Tick,
    ]);
    steps.extend([Step::Deadline(100), Step::Tick, Step::Deadline(140), Step::Tick]);
    run(test, steps).await;
}
