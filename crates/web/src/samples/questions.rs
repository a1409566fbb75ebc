//! Samples of questions to clients and of missed deadlines.

use chrono::Duration;
use docket_app::{AskWish, Asked, QuestionView, StoredEvidence};
use docket_core::dossier::Provenance;
use docket_core::evidence::{EvidenceKind, Item};
use docket_core::id::{AnswerId, EvidenceId, IncidentId, RequestId, RoundId};
use docket_core::incident::{Cause, Incident};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState};
use docket_core::response::FileRef;
use docket_core::stats::AnswerTimes;

use super::make::{Dispute, NASTY, now};
use super::people::{clients_own, viewer};
use super::{House, Samples, house};
use crate::pages::incidents::IncidentsView;
use crate::pages::questions::QuestionsView;
use crate::pages::questions::ask::{AskClientView, AskedView, Typed};
use crate::pages::questions::one::QuestionPage;
use crate::query::QuestionsQuery;

fn request(house: &House, state: RequestState, due: i64) -> InfoRequest {
    let stored = house.case(&Dispute::ours(NASTY));
    InfoRequest {
        id: RequestId::new(&house.env),
        client: house.client.id,
        case: stored.case.id,
        question: NASTY.to_owned(),
        recipient: (due > 0).then(|| NASTY.to_owned()),
        asked_by: NASTY.to_owned(),
        asked_at: now() - Duration::hours(30),
        due_at: now() + Duration::hours(due),
        expires_at: now() + Duration::hours(48),
        deadline: None,
        state,
        ended_at: None,
        next_step: None,
    }
}

impl Samples for QuestionsView {
    fn samples() -> Vec<Self> {
        let house = house();
        let stored = house.case(&Dispute::ours(NASTY));
        let rows: Vec<_> = (0..50)
            .map(|n| (request(&house, RequestState::Open, n - 1), stored.clone()))
            .collect();
        let all = std::slice::from_ref(&house.client);
        let times = AnswerTimes::of(&[], now());
        let query = QuestionsQuery::default();
        let own = clients_own(house.client.id);
        vec![
            Self::of(&viewer(), &rows, &query, (all, Some(&times)), now()),
            Self::of(&viewer(), &[], &query, (all, Some(&times)), now()),
            Self::of(&own, &rows[..2], &query, (all, None), now()),
            Self::of(&own, &[], &query, (all, None), now()),
        ]
    }
}

fn question(state: RequestState, files: bool) -> QuestionView {
    let house = house();
    let file = FileRef {
        sha256: "00".repeat(32),
        name: NASTY.to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 12,
    };
    let request = request(&house, state, if files { 5 } else { -1 });
    let answer = InfoAnswer {
        id: AnswerId::new(&house.env),
        request: request.id,
        answer: NASTY.to_owned(),
        action_plan: NASTY.to_owned(),
        files: vec![file.clone()],
        received_at: now(),
    };
    let piece = StoredEvidence {
        id: EvidenceId::new(&house.env),
        item: Item {
            kind: EvidenceKind::Other,
            title: None,
            text: None,
            tracking: None,
            refund_id: None,
            file: Some(file),
            from: Provenance {
                by: "client".to_owned(),
                at: now(),
                place: NASTY.to_owned(),
            },
            unconfirmed: true,
            seen: None,
        },
        added_at: now(),
    };
    QuestionView {
        stored: house.case(&Dispute::ours(NASTY)),
        request,
        answers: if files { vec![answer] } else { Vec::new() },
        unconfirmed: if files { vec![piece] } else { Vec::new() },
    }
}

impl Samples for QuestionPage {
    fn samples() -> Vec<Self> {
        let of = |view: &QuestionView| Self::of(&viewer(), view, now());
        vec![
            of(&question(RequestState::Answered, true)).linked(NASTY.to_owned()),
            of(&question(RequestState::Open, false)).with(NASTY.to_owned()),
            of(&question(RequestState::Withdrawn, false)),
        ]
    }
}

fn wish() -> AskWish {
    AskWish {
        stored: house().case(&Dispute::ours(NASTY)),
        question: NASTY.to_owned(),
        due: now() + Duration::hours(20),
    }
}

impl Samples for AskClientView {
    fn samples() -> Vec<Self> {
        let typed = Typed {
            question: NASTY.to_owned(),
            due: NASTY.to_owned(),
            to: NASTY.to_owned(),
        };
        vec![
            Self::of(&viewer(), &wish(), now()),
            Self::of(&viewer(), &wish(), now()).again(typed, NASTY.to_owned()),
        ]
    }
}

impl Samples for AskedView {
    fn samples() -> Vec<Self> {
        let asked = |due| Asked {
            request: request(&house(), RequestState::Open, due),
            page: NASTY.to_owned(),
        };
        vec![
            Self::of(&viewer(), &wish(), &asked(5), now()),
            Self::of(&viewer(), &wish(), &asked(-1), now()),
        ]
    }
}

impl Samples for IncidentsView {
    fn samples() -> Vec<Self> {
        let house = house();
        let incident = |decided: bool| Incident {
            id: IncidentId::new(&house.env),
            client: house.client.id,
            case: house.case(&Dispute::ours(NASTY)).case.id,
            round: RoundId::new(&house.env),
            deadline: now() - Duration::hours(3),
            raised_at: now() - Duration::hours(2),
            cause: Cause::Client,
            why: NASTY.to_owned(),
            decided_at: decided.then(now),
            decided_by: decided.then(|| NASTY.to_owned()),
            responded_at: decided.then(now),
        };
        let all: Vec<Incident> = (0..50).map(|n| incident(n % 2 == 0)).collect();
        let clients = std::slice::from_ref(&house.client);
        vec![
            Self::of(&viewer(), &all, clients, now()).with(NASTY.to_owned()),
            Self::of(&viewer(), &[], clients, now()),
        ]
    }
}
