//! Every figure equals the list that stands behind it.

use chrono::{DateTime, Duration, Utc};
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn};
use docket_store::testing::TestDb;
use docket_store::{CaseFilter, Change, ClientScope, Db, GroupBy, on_both};

use crate::support::*;

const PLATFORMS: [Platform; 3] = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];

const AGENCY: ClientScope = ClientScope::Agency;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn portfolio(desk: &Desk) -> Vec<Change> {
    (0..120usize)
        .map(|n| {
            let mut seen = waiting(&format!("PP-{n}"));
            seen.facts.opened_at =
                instant("2026-01-31T12:00:00Z") + Duration::hours(i64::try_from(n).unwrap());
            seen.facts.reason = Reason::ALL[n % Reason::ALL.len()];
            seen.facts.stage = Stage::ALL[n % Stage::ALL.len()];
            seen.platform = PLATFORMS[n % PLATFORMS.len()];
            seen.facts.amount.currency = ["EUR", "JPY", "KWD"][n % 3].parse().unwrap();
            if n % 4 != 0 {
                seen.facts.turn = Turn::Nobody;
                seen.outcome = Some(Outcome::ALL[n % Outcome::ALL.len()]);
            }
            let mut change = desk.opening(&seen);
            change.transition.case.contested = n % 2 == 0;
            change
        })
        .collect()
}

/// The list behind a group of a report.
fn behind(by: GroupBy, key: &str) -> CaseFilter {
    let mut filter = CaseFilter::default();
    match by {
        GroupBy::Month => {
            let first = instant(&format!("{key}-01T00:00:00Z"));
            filter.opened_from = Some(first);
            filter.opened_to = Some(
                first
                    .date_naive()
                    .checked_add_months(chrono::Months::new(1))
                    .unwrap()
                    .and_hms_opt(0, 0, 0)
                    .unwrap()
                    .and_utc(),
            );
        }
        GroupBy::Reason => filter.reason = Some(key.parse().unwrap()),
        GroupBy::Platform => filter.platform = Some(key.parse().unwrap()),
        GroupBy::Stage => filter.stage = Some(key.parse().unwrap()),
        GroupBy::Currency => filter.currency = Some(key.parse().unwrap()),
        GroupBy::Evidence => filter.evidence = Some(key.parse().unwrap()),
    }
    filter
}

async fn every_count_is_the_length_of_its_list(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    let (from, to) = (instant("2020-01-01T00:00:00Z"), instant("2030-01-01T00:00:00Z"));
    for &by in GroupBy::ALL {
        let tallies = desk.db.tallies(AGENCY, by, from, to).await.unwrap();
        assert_eq!(
            tallies.iter().map(|t| t.cases).sum::<u64>(),
            120,
            "{}",
            by.as_str()
        );
        for tally in tallies {
            let filter = CaseFilter {
                outcome: Some(tally.outcome.map_or("open", |o| o.as_str()).to_owned()),
                contested: Some(tally.contested),
                ..behind(by, &tally.key)
            };
            let list = desk.db.cases(AGENCY, &filter, None, 1_000).await.unwrap();
            assert_eq!(u64::try_from(list.len()).unwrap(), tally.cases, "{tally:?}");
            assert!(
                list.iter()
                    .all(|s| s.case.outcome == tally.outcome && s.case.contested == tally.contested)
            );
        }
    }
}

async fn a_month_begins_at_midnight_utc_whatever_the_servers_zone(test: TestDb) {
    let mut desk = Desk::new(test).await;
    if let Db::Postgres(_) = desk.db {
        let name = desk.test.url.rsplit('/').next().unwrap().to_owned();
        desk.sql(&format!(
            "ALTER DATABASE {name} SET timezone TO 'America/Los_Angeles'"
        ))
        .await
        .unwrap();
        desk.db = Db::connect(&desk.test.url).await.unwrap();
    }
    let instants = [
        "2026-01-31T23:59:59.999999Z",
        "2026-02-01T00:00:00Z",
        "2026-02-28T23:59:59Z",
        "2026-03-01T00:00:00.000001Z",
        "2026-12-31T23:59:59.999Z",
        "2027-01-01T00:00:00Z",
    ];
    for (n, at) in instants.iter().enumerate() {
        let mut seen = waiting(&format!("PP-{n}"));
        seen.facts.opened_at = instant(at);
        desk.open(&seen).await;
    }
    let count = async |from: &str, to: &str| {
        let tallies = desk
            .db
            .tallies(AGENCY, GroupBy::Month, instant(from), instant(to))
            .await
            .unwrap();
        tallies.into_iter().map(|t| (t.key, t.cases)).collect::<Vec<_>>()
    };
    let keys = |list: &[(&str, u64)]| {
        list.iter()
            .map(|(k, n)| ((*k).to_owned(), *n))
            .collect::<Vec<_>>()
    };
    let all = [
        ("2026-01", 1),
        ("2026-02", 2),
        ("2026-03", 1),
        ("2026-12", 1),
        ("2027-01", 1),
    ];
    assert_eq!(
        count("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z").await,
        keys(&all)
    );
    // The end is not part of the time asked for, the beginning is.
    assert_eq!(
        count("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z").await,
        keys(&[("2026-02", 2)])
    );
    assert_eq!(
        count("2026-02-01T00:00:00.000001Z", "2026-02-28T23:59:59Z").await,
        keys(&[])
    );
}

on_both!(
    every_count_is_the_length_of_its_list,
    a_month_begins_at_midnight_utc_whatever_the_servers_zone
);
