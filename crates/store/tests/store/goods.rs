//! Two factors that follow from more than one case: complaints of the same goods, and how fast the client answers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use docket_core::dossier::{Fact, Order};
use docket_core::factor::catalogue::{NOT_RECORDED, UNKNOWN};
use docket_core::factor::goods::{ABOVE_MEDIAN, NO_COMPLAINT, UP_TO_MEDIAN};
use docket_core::factor::{FactorKind, Subject};
use docket_core::id::{AnswerId, CaseId, ClientId, ConnectionId, RequestId};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState};
use docket_core::stats::{FactorReport, FactorTally, Rate};
use docket_core::words::{Outcome, Reason, Turn};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Days, FactorCounts, NewFact, on_both};

use crate::facts::{line, order, tell};
use crate::support::*;

fn on(day: i64) -> DateTime<Utc> {
    start() + Duration::days(day)
}

fn days() -> Days {
    Days::opened(on(-200).date_naive(), on(200).date_naive())
}

/// A decided case opened on a day.
async fn decided(desk: &Desk, dispute: &str, day: i64, reason: Reason, outcome: Outcome) -> CaseId {
    let mut seen = waiting(dispute);
    seen.facts.reason = reason;
    seen.facts.opened_at = on(day);
    seen.facts.turn = Turn::Nobody;
    seen.outcome = Some(outcome);
    let mut change = desk.opening(&seen);
    change.transition.case.contested = true;
    let id = change.transition.case.id;
    desk.save(&[change]).await.unwrap();
    id
}

async fn about(desk: &Desk, case: CaseId, skus: &[&str]) {
    let skus: BTreeSet<String> = skus.iter().map(|sku| (*sku).to_owned()).collect();
    let mut unit = desk.unit().await;
    unit.keep_dossier_factors((case, desk.client), &[], &skus, desk.env.now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
}

/// An order of so many units.
async fn sold(desk: &Desk, number: &str, day: i64, sku: &str, units: u64) {
    let mut placed: NewFact = order(number, &[]);
    if let Fact::Order(fact) = &mut placed.fact {
        *fact = Order {
            placed_at: on(day),
            ..fact.clone()
        };
    }
    tell(desk, desk.client, &[placed, line(number, "a", sku, units)]).await;
}

async fn worked_off(desk: &Desk) -> usize {
    let mut steps = 0;
    while desk.db.renew_goods(desk.env.now()).await.unwrap() {
        steps += 1;
        assert!(steps < 200, "it never ends");
    }
    steps
}

async fn counts(desk: &Desk, scope: ClientScope) -> FactorCounts {
    desk.db.factor_tallies(scope, days()).await.unwrap()
}

/// Each level of a factor with won and decided, the same from the lists behind them.
async fn levels(desk: &Desk, scope: ClientScope, kind: FactorKind) -> BTreeMap<String, (u64, u64)> {
    let subject = Subject::from(kind);
    let tallies: Vec<FactorTally> = counts(desk, scope).await.tallies;
    let report = FactorReport::of(&tallies);
    let table = report.factors.iter().find(|table| table.subject == subject);
    let levels = &table.unwrap().levels;
    let listed = desk
        .db
        .factor_cases(scope, days(), &subject, |_| true)
        .await
        .unwrap();
    for level in levels {
        let own = listed.iter().filter(|case| case.level == level.name);
        let (mut won, mut all) = (0, 0);
        for case in own {
            won += u64::from(case.won);
            all += 1;
        }
        assert_eq!(Rate::new(won, all), level.rate, "{}", level.name);
    }
    // Read at once for several factors they are the same.
    let both = [&subject, &Subject::from(FactorKind::Carrier)];
    let at_once = desk.db.factor_levels(scope, days(), &both).await.unwrap();
    let pairs: Vec<(CaseId, bool, Option<&str>)> = at_once
        .iter()
        .map(|case| (case.id, case.won, case.levels[0].as_deref()))
        .collect();
    let one: Vec<(CaseId, bool, Option<&str>)> = listed
        .iter()
        .map(|case| (case.id, case.won, Some(case.level.as_str())))
        .collect();
    assert_eq!(pairs, one);
    assert!(
        at_once
            .iter()
            .all(|case| case.levels[1].as_deref() == Some(NOT_RECORDED))
    );
    let rate = |rate: Rate| (rate.hits(), rate.n());
    levels
        .iter()
        .map(|level| (level.name.clone(), rate(level.rate)))
        .collect()
}

fn told(pairs: &[(&str, (u64, u64))]) -> BTreeMap<String, (u64, u64)> {
    pairs
        .iter()
        .map(|(name, rate)| ((*name).to_owned(), *rate))
        .collect()
}

const AGENCY: ClientScope = ClientScope::Agency;
const BAND: FactorKind = FactorKind::SkuComplaintBand;
const COMPLAINT: Reason = Reason::NotAsDescribed;

async fn goods_stand_as_they_did_before_each_case_in_whatever_order_it_is_told(test: TestDb) {
    let desk = Desk::new(test).await;
    // The last case is known first, and what was sold last of all.
    let late = decided(&desk, "PP-9", 10, Reason::NotReceived, Outcome::Won).await;
    about(&desk, late, &["RUG"]).await;
    assert!(worked_off(&desk).await > 0);
    assert_eq!(levels(&desk, AGENCY, BAND).await, told(&[(UNKNOWN, (1, 1))]));
    for (dispute, day, sku) in [("PP-1", 0, "RUG"), ("PP-2", 1, "RUG"), ("PP-3", 2, "LAMP")] {
        let case = decided(&desk, dispute, day, COMPLAINT, Outcome::Lost).await;
        about(&desk, case, &[sku]).await;
    }
    worked_off(&desk).await;
    assert_eq!(levels(&desk, AGENCY, BAND).await, told(&[(UNKNOWN, (1, 4))]));
    sold(&desk, "1001", -5, "RUG", 100).await;
    sold(&desk, "1002", -5, "LAMP", 100).await;
    worked_off(&desk).await;
    // Before PP-1 and PP-3 nobody complained of their goods; before PP-2 one of RUG alone, which is the median; before PP-9
    // two of RUG and one of LAMP.
    let now = told(&[
        (NO_COMPLAINT, (0, 2)),
        (UP_TO_MEDIAN, (0, 1)),
        (ABOVE_MEDIAN, (1, 1)),
    ]);
    assert_eq!(levels(&desk, AGENCY, BAND).await, now);
    assert_eq!(worked_off(&desk).await, 0, "nothing is due");
    // Telling the same again asks for nothing.
    about(&desk, late, &["RUG"]).await;
    assert_eq!(worked_off(&desk).await, 0);

    // A case that turns out to be no complaint counts no more.
    let held = desk
        .load(
            desk.db
                .factor_cases(AGENCY, days(), &BAND.into(), |c| c.level == UP_TO_MEDIAN)
                .await
                .unwrap()[0]
                .id,
        )
        .await;
    let mut seen = waiting("PP-2");
    seen.facts.reason = Reason::NotReceived;
    seen.facts.opened_at = on(1);
    seen.facts.turn = Turn::Nobody;
    seen.outcome = Some(Outcome::Lost);
    seen.facts.updated_at += Duration::hours(1);
    let change = desk.observe(&held, &seen, "another reason");
    desk.save(&[change]).await.unwrap();
    assert!(worked_off(&desk).await > 0);
    let now = told(&[(NO_COMPLAINT, (0, 2)), (UP_TO_MEDIAN, (1, 2))]);
    assert_eq!(levels(&desk, AGENCY, BAND).await, now);
    // Whose goods are not known any more has no level.
    about(&desk, late, &[]).await;
    worked_off(&desk).await;
    let now = told(&[
        (NO_COMPLAINT, (0, 2)),
        (UP_TO_MEDIAN, (0, 1)),
        (NOT_RECORDED, (1, 1)),
    ]);
    assert_eq!(levels(&desk, AGENCY, BAND).await, now);
    // It stands with the case, as known at its opening, with what it was made of.
    let rows = desk.db.factors(AGENCY, held.case.id).await.unwrap();
    let band = rows.iter().find(|row| row.kind == BAND.as_str()).unwrap();
    assert_eq!(
        (band.value.as_str(), band.known.as_str()),
        (UP_TO_MEDIAN, "opening")
    );
    assert!(band.source.contains("1 cases of 100 units"), "{}", band.source);
}

async fn what_is_asked_for_while_it_is_worked_out_is_worked_out_again(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = decided(&desk, "PP-1", 0, COMPLAINT, Outcome::Lost).await;
    about(&desk, case, &["RUG"]).await;
    sold(&desk, "1001", -5, "RUG", 100).await;
    // Two at a time, and a sale in between: none of the steps overtakes what is newer.
    let (one, two, ()) = tokio::join!(
        desk.db.renew_goods(desk.env.now()),
        desk.db.renew_goods(desk.env.now()),
        sold(&desk, "1002", -50, "RUG", 50)
    );
    assert!(one.unwrap() && two.unwrap());
    worked_off(&desk).await;
    let rows = desk.db.factors(AGENCY, case).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].source.contains("0 cases of 150 units"),
        "{}",
        rows[0].source
    );
}

async fn another_clients_goods_and_cases_are_none_of_ours(test: TestDb) {
    let mut desk = Desk::new(test).await;
    let mine = decided(&desk, "PP-1", 5, Reason::NotReceived, Outcome::Won).await;
    about(&desk, mine, &["RUG"]).await;
    sold(&desk, "1001", -5, "RUG", 100).await;
    let first = desk.client;
    desk.client = ClientId::new(&desk.env);
    desk.connection = ConnectionId::new(&desk.env);
    desk.add_client(desk.client, "Other GmbH").await;
    desk.add_connection(desk.connection, desk.client).await;
    let theirs = decided(&desk, "PP-2", 1, COMPLAINT, Outcome::Lost).await;
    about(&desk, theirs, &["RUG"]).await;
    worked_off(&desk).await;
    let own = levels(&desk, ClientScope::One(first), BAND).await;
    assert_eq!(own, told(&[(NO_COMPLAINT, (1, 1))]));
    let other = levels(&desk, ClientScope::One(desk.client), BAND).await;
    assert_eq!(other, told(&[(UNKNOWN, (0, 1))]), "nobody told what they sold");
}

const TIME: FactorKind = FactorKind::ClientAnswerTime;

/// A question asked on a day about a case, answered after so many hours.
async fn asked(desk: &Desk, case: CaseId, day: i64, hours: Option<i64>) {
    let at = on(day);
    let request = InfoRequest {
        id: RequestId::new(&desk.env),
        client: desk.client,
        case,
        question: "Where is the parcel?".to_owned(),
        recipient: None,
        asked_by: "ada".to_owned(),
        asked_at: at,
        due_at: at + Duration::days(3),
        expires_at: at + Duration::days(30),
        deadline: None,
        state: RequestState::Open,
        ended_at: None,
        next_step: None,
    };
    let mut unit = desk.unit().await;
    unit.add_info_request(&request).await.unwrap();
    if let Some(hours) = hours {
        let received_at = at + Duration::hours(hours);
        let answer = InfoAnswer {
            id: AnswerId::new(&desk.env),
            request: request.id,
            answer: "At the depot".to_owned(),
            action_plan: "Send it again".to_owned(),
            files: Vec::new(),
            received_at,
        };
        unit.add_info_answer(desk.client, &answer).await.unwrap();
        let after = InfoRequest {
            state: RequestState::Answered,
            ended_at: Some(received_at),
            ..request.clone()
        };
        unit.move_info_request(&request, &after).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn answers_count_for_the_cases_that_came_after_them(test: TestDb) {
    let desk = Desk::new(test).await;
    let first = decided(&desk, "PP-1", 0, COMPLAINT, Outcome::Won).await;
    decided(&desk, "PP-2", 10, COMPLAINT, Outcome::Won).await;
    decided(&desk, "PP-3", 30, COMPLAINT, Outcome::Lost).await;
    decided(&desk, "PP-4", 150, COMPLAINT, Outcome::Lost).await;
    let none = told(&[(NOT_RECORDED, (2, 4))]);
    assert_eq!(levels(&desk, AGENCY, TIME).await, none);
    // About the first case itself, after it was opened: it says nothing of how that one came about.
    for (day, hours) in [(1, 2), (2, 3), (3, 20)] {
        asked(&desk, first, day, Some(hours)).await;
    }
    let fast = told(&[("up_to_24h", (1, 2)), (NOT_RECORDED, (1, 2))]);
    assert_eq!(levels(&desk, AGENCY, TIME).await, fast);
    // Three more that nobody answers, from the twentieth day on: of six the slower one in the middle.
    for day in [18, 19, 20] {
        asked(&desk, first, day, None).await;
    }
    let slower = told(&[
        ("up_to_24h", (1, 1)),
        ("over_72h", (0, 1)),
        (NOT_RECORDED, (1, 2)),
    ]);
    assert_eq!(levels(&desk, AGENCY, TIME).await, slower);
    // The model weighs it with the others that were named before.
    let patterns = counts(&desk, AGENCY).await.patterns;
    let named = patterns.named();
    let mut last: Vec<&str> = named
        .iter()
        .filter_map(|(_, levels, _)| levels.last().copied())
        .collect();
    last.sort_unstable();
    last.dedup();
    assert_eq!(last, [NOT_RECORDED, "over_72h", "up_to_24h"]);

    // Another client's answers are not ours.
    let stranger = ClientScope::One(ClientId::new(&desk.env));
    assert!(counts(&desk, stranger).await.tallies.is_empty());
    let (client, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(client, "Other GmbH").await;
    desk.add_connection(connection, client).await;
    let mut seen = waiting("PP-5");
    seen.facts.opened_at = on(10);
    seen.outcome = Some(Outcome::Won);
    seen.facts.turn = Turn::Nobody;
    let mut change = desk.opening_for((client, connection), &seen);
    change.transition.case.contested = true;
    desk.save(&[change]).await.unwrap();
    let other = levels(&desk, ClientScope::One(client), TIME).await;
    assert_eq!(other, told(&[(NOT_RECORDED, (1, 1))]));
    let all = levels(&desk, AGENCY, TIME).await;
    let both = told(&[
        ("up_to_24h", (1, 1)),
        ("over_72h", (0, 1)),
        (NOT_RECORDED, (2, 3)),
    ]);
    assert_eq!(all, both);
}

on_both!(
    goods_stand_as_they_did_before_each_case_in_whatever_order_it_is_told,
    what_is_asked_for_while_it_is_worked_out_is_worked_out_again,
    another_clients_goods_and_cases_are_none_of_ours,
    answers_count_for_the_cases_that_came_after_them
);
