use std::collections::BTreeSet;

use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::case;
use crate::deadline::Deadline;
use crate::dossier::{Goods, Provenance};
use crate::evidence::{Having, Row};
use crate::id::{CaseId, ClientId, ConnectionId, DisputeRef, RoundId};
use crate::snapshot::{Facts, Snapshot};
use crate::words::{Precision, Reason, Stage};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn euro(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

fn a_case(minor: i64, actions: &[ActionKind], hours: i64) -> Case {
    let seen = Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef("PP-D-1".to_owned()),
        facts: Facts {
            amount: euro(minor),
            stage: Stage::Chargeback,
            platform_stage: None,
            platform_status: None,
            channel: None,
            turn: Turn::Ours,
            reason: Reason::NotReceived,
            platform_reason: None,
            allowed_actions: actions.iter().copied().collect(),
            order_refs: Vec::new(),
            opened_at: now(),
            updated_at: now(),
        },
        deadline: Some(Deadline {
            at: now() + Duration::hours(hours),
            source: DeadlineSource::Platform,
            precision: Precision::Instant,
        }),
        outcome: None,
        closed_at: None,
        saved: Vec::new(),
        answers: Vec::new(),
        factors: Vec::new(),
        attention: BTreeSet::new(),
    };
    let id = uuid::Uuid::from_u128(1);
    let (client, connection) = (ClientId(id), ConnectionId(id));
    let ids = (CaseId(id), RoundId(id));
    case::open(ids, client, connection, &seen, now()).case
}

fn list(completeness: u8, decisive: Standing) -> Checklist {
    let row = |kind, need, weight, standing| Row {
        kind,
        need,
        weight,
        why: "".into(),
        asked: false,
        standing,
        having: vec![Having {
            what: "".into(),
            good: true,
            from: Provenance {
                by: "carrier".to_owned(),
                at: now(),
                place: String::new(),
            },
        }],
        notes: Vec::new(),
    };
    Checklist {
        matrix: 1,
        goods: Goods::Physical,
        goods_assumed: false,
        rows: vec![
            row(EvidenceKind::DeliveryProof, Need::Required, 100, decisive),
            row(EvidenceKind::Signature, Need::Useful, 45, Standing::Missing),
        ],
        completeness,
        warnings: Vec::new(),
    }
}

const BOTH: &[ActionKind] = &[ActionKind::Contest, ActionKind::Accept];

fn seen(all: (u64, u64), alike: (u64, u64)) -> History {
    let decided = |(won, n)| Decided { won, n };
    History {
        all: decided(all),
        alike: decided(alike),
    }
}

fn situation<'a>(case: &'a Case, checklist: &'a Checklist, fees: &'a [Fee]) -> Situation<'a> {
    Situation {
        case,
        checklist,
        refund: None,
        refunded: Money::new(0, case.facts.amount.currency),
        fees,
        own: seen((14, 31), (9, 12)),
        portfolio: Portfolio {
            decided: seen((90, 210), (60, 100)),
            clients: 4,
            alike_clients: 3,
            other_clients: 3,
        },
        never: None,
        now: now(),
    }
}

#[test]
fn every_recommendation_has_three_reasons_an_interval_and_its_n() {
    let (case, list) = (a_case(10_000, BOTH, 200), list(80, Standing::Present));
    let r = recommend(situation(&case, &list, &[]));
    assert_eq!((r.advice, r.first), (Advice::Contest, None));
    assert!(r.reasons.len() >= 3, "{:?}", r.reasons);
    assert!(r.reasons[1].to_string().contains(
        "14 of 31 similar cases of the client won; 9 of 12 with evidence as complete; portfolio: 90 of 210; 60 of 100 with"
    ));
    assert_eq!((r.own_cases, r.portfolio_cases), (31, Some(210)));
    assert_eq!(r.gaps[0].kind, EvidenceKind::Signature);
}

#[test]
fn a_portfolio_in_which_a_client_could_be_recognised_is_neither_shown_nor_used() {
    let (case, list) = (a_case(10_000, BOTH, 200), list(80, Standing::Present));
    let with = |won, n, clients| {
        let portfolio = Portfolio {
            decided: seen((won, n), (0, 0)),
            clients,
            ..Portfolio::default()
        };
        recommend(Situation {
            portfolio,
            own: History::default(),
            ..situation(&case, &list, &[])
        })
    };
    let none = with(0, 0, 0);
    for few in [with(9, 9, 3), with(500, 500, 1)] {
        assert_eq!(few, none);
    }
    assert!(
        none.reasons[1].to_string().contains("no similar case")
            && none.reasons[1].to_string().contains("too small")
    );
    assert_eq!(with(10, 10, 2).portfolio_cases, Some(10));
}

#[test]
fn what_is_alike_is_told_apart_only_where_neither_part_is_one_clients() {
    let apart = |alike, alike_clients, other_clients| {
        let portfolio = Portfolio {
            decided: seen((40, 100), alike),
            clients: 3,
            alike_clients,
            other_clients,
        };
        portfolio.shown().unwrap().alike.n
    };
    assert_eq!(apart((30, 50), 2, 2), 50);
    assert_eq!(apart((30, 50), 1, 3), 0, "one client's");
    assert_eq!(apart((30, 50), 3, 1), 0, "the rest is one client's");
    assert_eq!(apart((3, 9), 3, 3), 0, "too few");
    assert_eq!(apart((30, 95), 3, 3), 0, "the rest is too few");
}

#[test]
fn without_the_decisive_evidence_it_is_fetched_or_the_case_is_given_up() {
    let list = list(20, Standing::Missing);
    let far = recommend(situation(&a_case(10_000, BOTH, 200), &list, &[]));
    assert_eq!(far.advice, Advice::Accept);
    assert!(
        far.first
            .unwrap()
            .to_string()
            .starts_with("get delivery proof by 2027-")
    );
    let near = recommend(situation(&a_case(10_000, BOTH, 20), &list, &[]));
    assert_eq!((near.advice, near.first), (Advice::Accept, None));
}

#[test]
fn it_recommends_only_what_can_be_done() {
    let list = list(100, Standing::Present);
    let advice = |case: &Case| recommend(situation(case, &list, &[])).advice;
    assert_eq!(advice(&a_case(10_000, BOTH, -1)), Advice::None, "too late");
    assert_eq!(advice(&a_case(10_000, &[], 99)), Advice::None);
    assert_eq!(advice(&a_case(10_000, &[ActionKind::Accept], 99)), Advice::Accept);
    assert_eq!(
        advice(&a_case(10_000, &[ActionKind::Offer, ActionKind::Accept], 99)),
        Advice::Settle
    );
    assert_eq!(
        advice(&a_case(10_000, &[ActionKind::Contest], 99)),
        Advice::Contest
    );
    let mut theirs = a_case(10_000, BOTH, 99);
    theirs.facts.turn = Turn::Platform;
    assert_eq!(advice(&theirs), Advice::None);
}

#[test]
fn an_appeal_is_weighed_like_a_contest() {
    let list = list(100, Standing::Present);
    let case = a_case(10_000, &[ActionKind::Appeal, ActionKind::Accept], 99);
    let r = recommend(situation(&case, &list, &[]));
    assert_eq!(
        (r.advice, r.worth[0].action),
        (Advice::Appeal, ActionKind::Appeal)
    );
    assert!(r.worth[0].expected.minor > 0, "{:?}", r.worth);
}

#[test]
fn where_nothing_else_can_be_done_it_is_answered_with_what_is_there() {
    let list = list(20, Standing::Missing);
    let far = recommend(situation(
        &a_case(10_000, &[ActionKind::Contest], 200),
        &list,
        &[],
    ));
    assert_eq!(far.advice, Advice::Contest);
    assert!(
        far.first
            .unwrap()
            .to_string()
            .contains("answer with what is there if that fails")
    );
    let near = recommend(situation(&a_case(10_000, &[ActionKind::Contest], 20), &list, &[]));
    assert_eq!((near.advice, near.first), (Advice::Contest, None));
}

#[test]
fn a_clients_rule_and_a_refund_that_is_due_come_before_the_figures() {
    let (case, list) = (a_case(10_000, BOTH, 99), list(100, Standing::Present));
    let never = recommend(Situation {
        never: Some("no-fights"),
        ..situation(&case, &list, &[])
    });
    assert_eq!(never.advice, Advice::Accept);
    assert!(never.reasons[0].to_string().contains("no-fights"));
    let due_of = |due: i64| Expected {
        ground: crate::evidence::Ground::Returns,
        owed: euro(due),
        goods: euro(due),
        shipping: euro(0),
        refunded: euro(0),
        due: euro(due),
    };
    let twice = recommend(Situation {
        refunded: case.facts.amount,
        ..situation(&case, &list, &[])
    });
    assert_eq!(
        twice.advice,
        Advice::Contest,
        "what went back is not paid once more"
    );
    let with = |case: &Case, due: i64| {
        recommend(Situation {
            refund: Some(due_of(due)),
            ..situation(case, &list, &[])
        })
    };
    assert_eq!(with(&case, 10_000).advice, Advice::Accept);
    // To accept gives all of it: of a part that is due no more goes back.
    let part = with(&case, 500);
    assert_eq!(part.advice, Advice::Contest);
    assert!(part.first.unwrap().to_string().contains("give 5.00 EUR back"));
}

#[test]
fn a_fee_that_eats_the_amount_turns_the_advice() {
    let (case, list) = (a_case(500, BOTH, 99), list(100, Standing::Present));
    let fees = [Fee {
        platform: Platform::PAYPAL,
        won: euro(0),
        lost: euro(2_000),
        accepted: euro(0),
    }];
    let r = recommend(situation(&case, &list, &fees));
    assert_eq!(r.advice, Advice::Accept);
    assert!(r.worth[0].expected.minor < 0);
}

proptest! {
    #[test]
    fn values_move_the_right_way(
        minor in 0_i64..100_000_000_000, less in 0_u8..=100, more in 0_u8..=100,
        fee in 0_i64..100_000, extra in 0_i64..100_000, own_won in 0_u64..50, own_lost in 0_u64..50,
    ) {
        let case = a_case(minor, BOTH, 99);
        let value = |completeness: u8, won: i64, lost: i64| {
            let list = list(completeness, Standing::Present);
            let fees = [Fee { platform: Platform::PAYPAL, won: euro(won), lost: euro(lost), accepted: euro(0) }];
            let own = seen((own_won, own_won + own_lost), (own_won / 2, own_won / 2));
            let r = recommend(Situation { own, ..situation(&case, &list, &fees) });
            assert_eq!(r, recommend(Situation { own, ..situation(&case, &list, &fees) }));
            r.worth[0]
        };
        let (low, high) = (less.min(more), less.max(more));
        let base = value(high, fee, fee);
        prop_assert!(base.low.minor <= base.expected.minor && base.expected.minor <= base.high.minor);
        prop_assert!(value(low, fee, fee).expected.minor <= base.expected.minor);
        prop_assert!(value(high, fee, fee + extra).expected.minor <= base.expected.minor);
        prop_assert!(value(high, fee + extra, fee).expected.minor <= base.expected.minor);
    }
}
