//! Rules and history of contests: each client sees its own, and of the others three numbers at most.

use chrono::Duration;
use docket_core::evidence::Band;
use docket_core::id::{ClientId, ConnectionId, RuleId};
use docket_core::money::Money;
use docket_core::rule::{Hit, HitKind, Rule, RuleKind, RuleState};
use docket_core::stats::{Decided, History};
use docket_core::words::{ActionKind, Outcome, Platform, Reason, Turn};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Error, on_both};

use crate::support::*;

pub fn rule(desk: &Desk, client: ClientId) -> Rule {
    Rule {
        id: RuleId::new(&desk.env),
        client,
        name: "small".to_owned(),
        version: 0,
        kind: RuleKind::AutoAcceptBelow,
        platform: Some(Platform::PAYPAL),
        reason: None,
        below: Some(Money::new(12_51, "EUR".parse().unwrap())),
        state: RuleState::DryRun,
        created_by: "ada".to_owned(),
        created_at: desk.env.now(),
        tried_at: None,
        activated_by: None,
        activated_at: None,
        retired_at: None,
    }
}

async fn add(desk: &Desk, rule: &Rule) -> i64 {
    let mut unit = desk.unit().await;
    let version = unit.add_rule(rule).await.unwrap();
    unit.commit().await.unwrap();
    version
}

async fn activate(desk: &Desk, rule: &Rule, by: &str) -> Result<(), Error> {
    let mut unit = desk.unit().await;
    unit.activate_rule(rule, by, desk.env.now()).await?;
    unit.commit().await
}

async fn a_rule_touches_its_own_clients_cases_and_acts_by_another_person_only(test: TestDb) {
    let desk = Desk::new(test).await;
    let (other, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(other, "Sud SA").await;
    desk.add_connection(connection, other).await;
    let mut seen = snapshot("PP-1");
    seen.facts.allowed_actions.insert(ActionKind::Accept);
    let mine = desk.open(&seen).await.case.id;
    desk.save(&[desk.opening_for((other, connection), &seen)])
        .await
        .unwrap();
    let mut dear = seen.clone();
    dear.dispute.0 = "PP-2".to_owned();
    dear.facts.amount.minor = 12_51;
    desk.open(&dear).await;

    let first = rule(&desk, desk.client);
    assert_eq!(add(&desk, &first).await, 1);
    let (own, foreign) = (ClientScope::One(desk.client), ClientScope::One(other));
    let todo = desk.db.rule_todo(own, first.id, HitKind::Acted, 9).await.unwrap();
    assert_eq!(todo.iter().map(|t| t.case).collect::<Vec<_>>(), [mine]);
    assert_eq!(desk.db.rule_touches(own, first.id).await.unwrap(), todo);
    assert!(desk.db.rule_touches(foreign, first.id).await.unwrap().is_empty());
    assert!(
        desk.db
            .rule_todo(foreign, first.id, HitKind::Acted, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(desk.db.rule(foreign, first.id).await.unwrap().is_none());
    assert!(desk.db.rules(foreign, true).await.unwrap().is_empty());

    let hit = Hit {
        case: mine,
        kind: HitKind::Acted,
        at: desk.env.now(),
        note: "taken up".to_owned(),
    };
    let mut unit = desk.unit().await;
    assert!(unit.rule_hit(&first, &hit).await.unwrap());
    assert!(!unit.rule_hit(&first, &hit).await.unwrap(), "once");
    unit.commit().await.unwrap();
    assert!(
        desk.db
            .rule_todo(own, first.id, HitKind::Acted, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(desk.db.rule_hits(own, first.id).await.unwrap(), [hit]);
    assert!(desk.db.rule_hits(foreign, first.id).await.unwrap().is_empty());

    assert!(activate(&desk, &first, "lena").await.is_err(), "nobody tried it");
    let mut unit = desk.unit().await;
    unit.rule_tried(first.id, desk.env.now()).await.unwrap();
    unit.commit().await.unwrap();
    assert!(activate(&desk, &first, "ada").await.is_err(), "its author");
    activate(&desk, &first, "lena").await.unwrap();
    let second = rule(&desk, desk.client);
    assert_eq!(add(&desk, &second).await, 2);
    let mut unit = desk.unit().await;
    unit.rule_tried(second.id, desk.env.now()).await.unwrap();
    unit.commit().await.unwrap();
    activate(&desk, &second, "lena").await.unwrap();
    let states: Vec<_> = desk
        .db
        .rules(own, true)
        .await
        .unwrap()
        .iter()
        .map(|r| r.state)
        .collect();
    assert_eq!(
        states,
        [RuleState::Retired, RuleState::Active],
        "one version acts"
    );
}

async fn decided_contests_are_counted_for_one_client_and_summed_for_the_others(test: TestDb) {
    let desk = Desk::new(test).await;
    let (other, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(other, "Sud SA").await;
    desk.add_connection(connection, other).await;
    let mut n = 0;
    let mut close = |owner, outcome, contested| {
        n += 1;
        let mut seen = waiting(&format!("PP-{n}"));
        seen.facts.turn = Turn::Nobody;
        seen.outcome = Some(outcome);
        let mut change = desk.opening_for(owner, &seen);
        change.transition.case.contested = contested;
        change
    };
    let (own, foreign) = ((desk.client, desk.connection), (other, connection));
    let changes = [
        close(own, Outcome::Won, true),
        close(own, Outcome::Lost, true),
        close(own, Outcome::LostNoResponse, false),
        close(own, Outcome::WonProtected, false),
        close(own, Outcome::Accepted, false),
        close(foreign, Outcome::Won, true),
        close(foreign, Outcome::WonProtected, true),
        close(foreign, Outcome::Partial, true),
    ];
    desk.save(&changes).await.unwrap();
    // One contest won of each client had all its evidence.
    let mut unit = desk.unit().await;
    for complete in [&changes[0], &changes[5]] {
        let case = complete.transition.case.id;
        unit.keep_band(case, Band::Complete).await.unwrap();
    }
    unit.commit().await.unwrap();
    let kind = (Platform::PAYPAL, Reason::NotReceived);
    let seen = |all: (u64, u64), alike: (u64, u64)| {
        let decided = |(won, n)| Decided { won, n };
        History {
            all: decided(all),
            alike: decided(alike),
        }
    };
    let count = async |client, band| {
        let scope = ClientScope::One(client);
        desk.db.decided(scope, kind, band).await.unwrap()
    };
    assert_eq!(count(desk.client, Band::Complete).await, seen((1, 2), (1, 1)));
    assert_eq!(count(desk.client, Band::Empty).await, seen((1, 2), (0, 0)));
    assert_eq!(count(other, Band::Complete).await, seen((2, 3), (1, 1)));
    let others = desk
        .db
        .portfolio(desk.client, kind, Band::Complete)
        .await
        .unwrap();
    assert_eq!(others.decided, seen((2, 3), (1, 1)));
    assert_eq!(
        (others.clients, others.alike_clients, others.other_clients),
        (1, 1, 1)
    );
    assert_eq!(others.shown(), None, "one client would be recognised");
    let elsewhere = (Platform::PAYPAL, Reason::Other);
    let none = desk
        .db
        .portfolio(desk.client, elsewhere, Band::Complete)
        .await
        .unwrap();
    assert_eq!(none.decided.all.n, 0);

    let mine = rule(&desk, desk.client);
    add(&desk, &mine).await;
    let since = start() - Duration::days(1);
    let before = desk
        .db
        .rule_touched(ClientScope::One(desk.client), mine.id, since)
        .await
        .unwrap();
    assert_eq!(before.len(), 5);
    let later = start() + Duration::days(1);
    assert!(
        desk.db
            .rule_touched(ClientScope::One(desk.client), mine.id, later)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        desk.db
            .rule_touched(ClientScope::One(other), mine.id, since)
            .await
            .unwrap()
            .is_empty()
    );
}

on_both!(
    a_rule_touches_its_own_clients_cases_and_acts_by_another_person_only,
    decided_contests_are_counted_for_one_client_and_summed_for_the_others
);
