//! Contracts, calendars and exclusions are kept as they were said, in the history too; clocks read their own client only.

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Command;
use docket_core::id::{CaseId, ClientId, ConnectionId, ExclusionId};
use docket_core::incident::Cause;
use docket_core::sla::{
    Calendar, CalendarVersion, Contract, ContractVersion, Exclusion, ExclusionCause, ExclusionState, Run,
    Span, clocks,
};
use docket_core::words::{Platform, Stage, Turn};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Error, SyncRun, on_both};
use serde_json::{Value, json};

use crate::support::*;

pub fn calendar(version: i64) -> CalendarVersion {
    let calendar: Calendar = serde_json::from_value(json!({
        "name": "office", "zone": "Europe/Amsterdam", "valid_from": format!("2026-0{version}-01"),
        "hours": { "mon": ["09:00-17:00"] }, "holidays": ["2026-12-25"],
    }))
    .unwrap();
    CalendarVersion {
        starts_at: calendar.starts_at(),
        calendar,
        version,
        recorded_by: "ada".to_owned(),
        recorded_at: start(),
    }
}

pub fn contract(version: i64) -> ContractVersion {
    let contract: Contract = serde_json::from_value(json!({
        "name": "Support", "zone": "Europe/Amsterdam", "valid_from": format!("2026-0{version}-01"), "calendar": "office",
        "target": [{ "name": "first", "metric": "first_response", "within": "4h" }],
    }))
    .unwrap();
    ContractVersion {
        starts_at: contract.starts_at(),
        contract,
        version,
        recorded_by: "ada".to_owned(),
        recorded_at: start(),
    }
}

pub fn exclusion(desk: &Desk, client: ClientId) -> Exclusion {
    Exclusion {
        id: ExclusionId::new(&desk.env),
        client,
        cause: ExclusionCause::PlatformOutage,
        platforms: [Platform::PAYPAL].into(),
        span: Span::new(start() - Duration::hours(4), start() - Duration::hours(1)).unwrap(),
        evidence: "the status page".to_owned(),
        from_log: true,
        state: ExclusionState::Proposed,
        proposed_by: "ada".to_owned(),
        proposed_at: start(),
        decided_by: None,
        decided_at: None,
        note: None,
    }
}

/// The kinds of a client's history, with who.
async fn told(desk: &Desk, client: ClientId) -> Vec<(String, String, Value)> {
    let rows = desk
        .db
        .history(ClientScope::One(client), client.0, 0, 50)
        .await
        .unwrap();
    let rows = rows.into_iter().filter(|r| r.kind.starts_with("sla_"));
    rows.map(|r| (r.kind, r.actor, r.detail.unwrap())).collect()
}

async fn versions_are_kept_and_stand_in_the_history(test: TestDb) {
    let desk = Desk::new(test).await;
    let own = ClientScope::One(desk.client);
    let mut unit = desk.unit().await;
    for version in 1..3 {
        unit.add_sla_calendar(desk.client, &calendar(version))
            .await
            .unwrap();
        unit.add_sla_contract(desk.client, &contract(version))
            .await
            .unwrap();
    }
    unit.commit().await.unwrap();
    let kept = |version| (desk.client, contract(version));
    assert_eq!(desk.db.sla_contracts(own).await.unwrap(), [kept(1), kept(2)]);
    let kept = |version| (desk.client, calendar(version));
    assert_eq!(desk.db.sla_calendars(own).await.unwrap(), [kept(1), kept(2)]);
    let mut again = desk.unit().await;
    let twice = again.add_sla_contract(desk.client, &contract(2)).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    drop(again);
    let told = told(&desk, desk.client).await;
    let kinds: Vec<&str> = told.iter().map(|t| t.0.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "sla_calendar_added",
            "sla_contract_added",
            "sla_calendar_added",
            "sla_contract_added"
        ]
    );
    assert_eq!(
        (told[3].1.as_str(), &told[3].2["says"]["name"]),
        ("ada", &json!("Support"))
    );
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
}

async fn decide(desk: &Desk, id: ExclusionId, by: &str) -> Result<(), Error> {
    let mut unit = desk.unit().await;
    let wish = (ExclusionState::Approved, Some("seen"));
    unit.decide_exclusion(id, wish, by, desk.env.now()).await?;
    unit.commit().await
}

async fn an_exclusion_is_decided_once_by_another_person_for_all_it_hit(test: TestDb) {
    let desk = Desk::new(test).await;
    let other = ClientId::new(&desk.env);
    desk.add_client(other, "Sud SA").await;
    let one = exclusion(&desk, desk.client);
    let two = Exclusion {
        client: other,
        ..one.clone()
    };
    let mut unit = desk.unit().await;
    unit.add_exclusion(&one).await.unwrap();
    unit.add_exclusion(&two).await.unwrap();
    unit.commit().await.unwrap();
    let own = ClientScope::One(desk.client);
    assert_eq!(
        desk.db.sla_exclusions(own).await.unwrap(),
        std::slice::from_ref(&one)
    );
    assert!(
        matches!(decide(&desk, one.id, "ada").await, Err(Error::Conflict(_))),
        "its teller"
    );
    decide(&desk, one.id, "lena").await.unwrap();
    assert!(
        matches!(decide(&desk, one.id, "mia").await, Err(Error::Conflict(_))),
        "decided already"
    );
    for client in [desk.client, other] {
        let kept = desk.db.sla_exclusions(ClientScope::One(client)).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(
            (kept[0].state, kept[0].decided_by.as_deref()),
            (ExclusionState::Approved, Some("lena"))
        );
        let told = told(&desk, client).await;
        let who: Vec<_> = told.iter().map(|t| (t.0.as_str(), t.1.as_str())).collect();
        assert_eq!(
            who,
            [
                ("sla_exclusion_proposed", "ada"),
                ("sla_exclusion_decided", "lena")
            ]
        );
    }
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
}

fn around(at: DateTime<Utc>) -> Span {
    Span::new(at - Duration::days(1), at + Duration::days(30)).unwrap()
}

async fn the_log_of_syncs_is_read_in_order_and_by_client(test: TestDb) {
    let desk = Desk::new(test).await;
    let (other, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(other, "Sud SA").await;
    desk.add_connection(connection, other).await;
    let mut unit = desk.unit().await;
    for (client, connection, hours) in [
        (desk.client, desk.connection, 2),
        (desk.client, desk.connection, 1),
        (other, connection, 1),
    ] {
        let run = SyncRun {
            started_at: start() + Duration::hours(hours),
            ..desk.sync_run(connection)
        };
        unit.log_run(client, &run).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut seen: Vec<Run> = Vec::new();
    let own = ClientScope::One(desk.client);
    desk.db
        .sla_runs(own, around(start()), |run| seen.push(run))
        .await
        .unwrap();
    let hours: Vec<i64> = seen
        .iter()
        .map(|r| (r.started_at - start()).num_hours())
        .collect();
    assert_eq!(hours, [1, 2]);
    assert!(
        seen.iter()
            .all(|r| r.client == desk.client && r.platform == Platform::PAYPAL)
    );
    let before = Span::new(start() - Duration::days(1), start()).unwrap();
    desk.db
        .sla_runs(own, before, |run| panic!("{run:?}"))
        .await
        .unwrap();
}

async fn rounds_come_in_pages_with_their_histories_and_never_another_clients(test: TestDb) {
    let desk = Desk::new(test).await;
    let (other, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(other, "Sud SA").await;
    desk.add_connection(connection, other).await;
    let mut mine = Vec::new();
    for i in 0..5 {
        let foreign = desk.opening_for((other, connection), &snapshot(&format!("PP-x{i}")));
        desk.save(&[foreign]).await.unwrap();
        mine.push(desk.open(&snapshot(&format!("PP-{i}"))).await.case.id);
        desk.clock.advance(Duration::minutes(10));
    }
    // The first case gets a second round, and its deadline is missed.
    let case = desk.load(mine[0]).await;
    let mut unit = desk.unit().await;
    let incident = docket_core::incident::Incident {
        cause: Cause::Client,
        ..crate::people::incident(&desk, &case.case)
    };
    assert!(unit.raise_incident(&incident).await.unwrap());
    unit.commit().await.unwrap();
    let mut seen = snapshot("PP-0");
    seen.facts.stage = Stage::Arbitration;
    seen.facts.updated_at += Duration::hours(1);
    desk.save(&[desk.observe(&case, &seen, "later")]).await.unwrap();
    let (mut after, mut found, mut logs) = (None, Vec::new(), Vec::new());
    loop {
        let page = desk
            .db
            .sla_rounds(desk.client, around(start()), after, 2)
            .await
            .unwrap();
        let (Some(first), Some(last)) = (page.first(), page.last()) else {
            break;
        };
        after = Some(last.position());
        let range = (first.position(), last.position());
        logs.push(desk.db.sla_logs(desk.client, range).await.unwrap());
        assert!(
            logs.last()
                .unwrap()
                .keys()
                .all(|case| page.iter().any(|r| r.facts.case == *case))
        );
        assert_eq!(
            desk.db.sla_logs(other, range).await.unwrap(),
            Default::default(),
            "another client"
        );
        found.extend(page);
    }
    let cases: Vec<CaseId> = found.iter().map(|r| r.facts.case).collect();
    assert_eq!(cases, [&mine[..], &mine[..1]].concat());
    assert!(found.iter().all(|r| r.facts.client == desk.client));
    assert_eq!(found[0].incident, Some((incident.id, Cause::Client)));
    assert_eq!(found[0].facts.closed_at, Some(found[5].facts.opened_at));
    assert_eq!(
        (found[5].facts.stage, found[5].incident),
        (Stage::Arbitration, None)
    );
    // The second round's clock runs from the history alone.
    let kept = contract(1);
    let clock = clocks(
        &kept.contract.targets[0],
        &found[5].facts,
        &logs[2][&mine[0]].as_of(desk.env.now() + Duration::hours(1)),
    );
    assert_eq!(clock.len(), 1, "{clock:?}");
    assert_eq!(clock[0].begun, found[5].facts.opened_at);
    let outside = Span::new(start() - Duration::days(2), start()).unwrap();
    assert_eq!(
        desk.db.sla_rounds(desk.client, outside, None, 10).await.unwrap(),
        []
    );
}

/// What the case machine writes is what clocks read: whoever renames a line or drops a turn fails here.
async fn the_history_that_is_written_is_the_history_that_clocks_read(test: TestDb) {
    let desk = Desk::new(test).await;
    let id = desk.open(&waiting("PP-1")).await.case.id;
    let hour = || desk.clock.advance(Duration::hours(1));
    hour();
    let mut ours = snapshot("PP-1");
    ours.facts.updated_at += Duration::minutes(30);
    desk.save(&[desk.observe(&desk.load(id).await, &ours, "ours")])
        .await
        .unwrap();
    let begun = desk.env.now();
    hour();
    let before = desk.load(id).await;
    let asked = Command::AskClient {
        request: docket_core::id::RequestId::new(&desk.env),
        due: begun + Duration::days(1),
    };
    let Command::AskClient { request, .. } = asked else {
        unreachable!()
    };
    let transition = desk.apply(&before.case, asked);
    let change = |before, transition| docket_store::Change {
        before: Some(before),
        transition,
        observed: None,
    };
    desk.save(&[change(before, transition)]).await.unwrap();
    let asked_at = desk.env.now();
    hour();
    let before = desk.load(id).await;
    let answered = Command::ClientAnswered {
        request,
        others_open: false,
    };
    let transition = desk.apply(&before.case, answered);
    desk.save(&[change(before, transition)]).await.unwrap();
    let answered_at = desk.env.now();
    hour();
    let mut gone = ours.clone();
    gone.facts.turn = Turn::Platform;
    gone.facts.updated_at += Duration::hours(3);
    desk.save(&[desk.observe(&desk.load(id).await, &gone, "gone")])
        .await
        .unwrap();
    let left = desk.env.now();
    hour();
    let page = desk
        .db
        .sla_rounds(desk.client, around(start()), None, 10)
        .await
        .unwrap();
    let place = page[0].position();
    let log = &desk.db.sla_logs(desk.client, (place, place)).await.unwrap()[&id];
    let now = desk.env.now();
    assert_eq!(
        log.as_of(now).waiting(),
        [Span {
            from: asked_at,
            to: answered_at
        }]
    );
    let kept = contract(1);
    let clock = &clocks(&kept.contract.targets[0], &page[0].facts, &log.as_of(now))[0];
    assert_eq!(
        (clock.begun, clock.end),
        (begun, docket_core::sla::End::Done(asked_at))
    );
    let mut late = kept.contract.targets[0].clone();
    late.metric = docket_core::sla::Metric::Decision;
    let clock = &clocks(&late, &page[0].facts, &log.as_of(now))[0];
    assert_eq!(
        (clock.begun, clock.end),
        (begun, docket_core::sla::End::Released(left))
    );
}

on_both!(
    versions_are_kept_and_stand_in_the_history,
    an_exclusion_is_decided_once_by_another_person_for_all_it_hit,
    the_log_of_syncs_is_read_in_order_and_by_client,
    rounds_come_in_pages_with_their_histories_and_never_another_clients,
    the_history_that_is_written_is_the_history_that_clocks_read,
);
