//! Samples of the page of a question to a client.

use chrono::Duration;
use docket_app::{AskPage, NewAnswer, StoredCase};
use docket_core::id::{AnswerId, RequestId};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState};
use docket_core::response::FileRef;
use docket_core::words::Reason;

use super::make::{Dispute, NASTY, now};
use super::{House, Samples, house};
use crate::ask::{AskMessage, AskView};

pub fn request(house: &House, case: &StoredCase, state: RequestState) -> InfoRequest {
    InfoRequest {
        id: RequestId::new(&house.env),
        client: case.case.client,
        case: case.case.id,
        question: NASTY.to_owned(),
        recipient: Some(NASTY.to_owned()),
        asked_by: NASTY.to_owned(),
        asked_at: now() - Duration::hours(3),
        due_at: now() + Duration::hours(21),
        expires_at: now() + Duration::hours(90),
        deadline: None,
        state,
        ended_at: (state != RequestState::Open).then(now),
        next_step: None,
    }
}

impl Samples for AskView {
    fn samples() -> Vec<Self> {
        let house = house();
        let case = house.case(&Dispute::ours("PP-D-1"));
        let answer = |request: &InfoRequest, files: usize| InfoAnswer {
            id: AnswerId::new(&house.env),
            request: request.id,
            answer: NASTY.to_owned(),
            action_plan: format!("{NASTY}\nand a second line"),
            files: (0..files)
                .map(|n| FileRef {
                    name: NASTY.to_owned(),
                    media_type: "application/pdf".to_owned(),
                    size: 900 * 1000u64.pow(u32::try_from(n).unwrap()),
                    sha256: String::new(),
                })
                .collect(),
            received_at: now(),
        };
        let typed = NewAnswer {
            answer: NASTY.to_owned(),
            ..NewAnswer::default()
        };
        let states = RequestState::ALL.iter().map(|state| {
            let request = request(&house, &case, *state);
            let answers = match state {
                RequestState::Answered => vec![answer(&request, 0), answer(&request, 3)],
                RequestState::Open | RequestState::Withdrawn | RequestState::Lapsed => Vec::new(),
            };
            let page = AskPage {
                answers,
                platform: "PayPal".to_owned(),
                order_refs: Vec::new(),
                amount: case.case.facts.amount,
                reason: Reason::NotReceived,
                request,
            };
            AskView::of(&page, "token", (&typed, vec![NASTY.to_owned()]), (None, now()))
        });
        let reasons = Reason::ALL.iter().map(|reason| {
            let page = AskPage {
                request: request(&house, &case, RequestState::Open),
                answers: Vec::new(),
                platform: NASTY.to_owned(),
                order_refs: vec![NASTY.to_owned(), "T-1".to_owned()],
                amount: case.case.facts.amount,
                reason: *reason,
            };
            AskView::of(
                &page,
                NASTY,
                (&NewAnswer::default(), Vec::new()),
                (Some("/questions"), now()),
            )
        });
        states.chain(reasons).collect()
    }
}

impl Samples for AskMessage {
    fn samples() -> Vec<Self> {
        vec![Self {
            heading: "There is no such page".to_owned(),
            text: NASTY.to_owned(),
        }]
    }
}
