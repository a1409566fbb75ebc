//! Samples of actions on many cases, and of what is handed over.

use chrono::Duration;
use docket_app::{BulkCase, BulkDone, BulkPlan, BulkStep, BulkWish, Handover, HandoverCase, SignedHandover};
use docket_core::id::{CaseId, PlanId, RuleId};
use docket_core::sentence::Kept;

use super::make::{NASTY, now};
use super::people::{clients_own, viewer};
use super::{House, Samples, house};
use crate::pages::bulk::BulkView;
use crate::pages::handover::HandoverView;
use crate::pages::help::HelpView;

fn plan(house: &House, wish: BulkWish, steps: Vec<BulkStep>, done: bool) -> BulkPlan {
    let case = |step| BulkCase {
        case: CaseId::new(&house.env),
        dispute: NASTY.to_owned(),
        client: house.client.id,
        step,
    };
    let cases: Vec<BulkCase> = steps.into_iter().map(case).collect();
    let came = |(n, case): (usize, &BulkCase)| BulkDone {
        case: case.case,
        said: Kept(NASTY.to_owned().into()),
        ok: n == 0,
        asked: (n == 0).then(|| docket_core::id::RequestId::new(&house.env)),
    };
    BulkPlan {
        id: PlanId::new(&house.env),
        made_at: now(),
        wish,
        done: done.then(|| cases.iter().enumerate().map(came).collect()),
        cases,
        begun_at: done.then(now),
        moved_at: done.then(now),
        ended_at: done.then(now),
        clients: [(house.client.id, house.client.clone())].into(),
    }
}

impl Samples for BulkView {
    fn samples() -> Vec<Self> {
        let house = house();
        let text = || Some(NASTY.to_owned());
        let nothing = || BulkStep::Nothing {
            why: Kept(NASTY.to_owned().into()),
        };
        let steps = || {
            vec![
                BulkStep::Assign {
                    from: None,
                    to: text(),
                    why: Some(Kept(NASTY.to_owned().into())),
                },
                BulkStep::Assign {
                    from: text(),
                    to: None,
                    why: None,
                },
                BulkStep::Ask {
                    question: NASTY.to_owned(),
                    to: text(),
                    due: now(),
                },
                BulkStep::Ask {
                    question: NASTY.to_owned(),
                    to: None,
                    due: now(),
                },
                BulkStep::Accept {
                    rule: RuleId::new(&house.env),
                    label: NASTY.to_owned(),
                    amount: NASTY.to_owned(),
                },
                BulkStep::PutAside {
                    until: now() + Duration::hours(4),
                },
                nothing(),
            ]
        };
        let begun = BulkPlan {
            begun_at: Some(now()),
            moved_at: Some(now()),
            ..plan(&house, BulkWish::AcceptByRule, steps(), false)
        };
        let broke_off = BulkPlan {
            begun_at: Some(now() - Duration::hours(1)),
            moved_at: Some(now() - Duration::hours(1)),
            ..plan(&house, BulkWish::AssignSuggested, steps(), false)
        };
        let plans = [
            plan(&house, BulkWish::AssignSuggested, steps(), false),
            plan(&house, BulkWish::Assign { to: text() }, steps(), true),
            plan(
                &house,
                BulkWish::Ask {
                    words: NASTY.to_owned(),
                    to: None,
                },
                vec![nothing()],
                false,
            ),
            plan(&house, BulkWish::PutAside { until: now() }, vec![nothing()], true),
            begun,
            broke_off,
        ];
        plans
            .iter()
            .map(|plan| Self::of(&viewer(), plan, now()))
            .collect()
    }
}

impl Samples for HelpView {
    fn samples() -> Vec<Self> {
        vec![Self::of(&viewer()), Self::of(&clients_own(house().client.id))]
    }
}

impl Samples for HandoverView {
    fn samples() -> Vec<Self> {
        let house = house();
        let case = |known: bool| HandoverCase {
            case: CaseId::new(&house.env),
            dispute: NASTY.to_owned(),
            client: NASTY.to_owned(),
            assignee: known.then(|| NASTY.to_owned()),
            deadline: known.then(now),
            note: Kept(NASTY.to_owned().into()),
        };
        let full = Handover {
            drafts: vec![case(true)],
            waiting: vec![case(false)],
            due: vec![case(true), case(false)],
            more: [0, 3, 0],
        };
        let signed = SignedHandover {
            id: docket_core::id::HandoverId::new(&house.env),
            by: NASTY.to_owned(),
            at: now(),
            note: NASTY.to_owned(),
            list: full.clone(),
        };
        let empty = Handover::default();
        let of = |list, everybodys, before: &[SignedHandover]| {
            Self::now(&viewer(), (list, everybodys, 1), before, now())
        };
        vec![
            of(&full, false, std::slice::from_ref(&signed)),
            of(&empty, true, &[]),
            Self::signed(&viewer(), (&signed, 1), now()),
            Self::signed(&viewer(), (&signed, 2), now()),
        ]
    }
}
