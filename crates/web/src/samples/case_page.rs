//! What samples of a case's pages are made of.

use docket_app::{
    CaseDossier, CaseDraft, CaseRecord, CaseView, Connection, FactorRow, HistoryRow, Said, Setting,
    StoredCase, StoredEvidence,
};
use docket_core::attention::Attention;
use docket_core::case::{self, Command, Event};
use docket_core::dossier::{Dossier, Fact, Goods, Message, Policy, PolicyKind, Provenance, Refund, Writer};
use docket_core::draft::{Content, Draft, DraftState, Edition};
use docket_core::evidence::{Checklist, EvidenceKind, Having, Item, Need, Row, Standing};
use docket_core::four_eyes::FourEyes;
use docket_core::id::{ClientId, DraftId, EvidenceId, SubmissionId};
use docket_core::money::Money;
use docket_core::proof::Baseline;
use docket_core::recommend::{Advice, Gap, Recommendation, Worth};
use docket_core::request::RequestState;
use docket_core::response::{AcceptKind, FileRef, Response, Submission, SubmissionState};
use docket_core::stats::Chance;
use docket_core::words::{ActionKind, Outcome};
use serde_json::json;

use super::make::{Dispute, NASTY, now};
use super::{House, house, stale};

pub fn submission(house: &House, case: &StoredCase, state: SubmissionState) -> Submission {
    let facts = &case.case.facts;
    Submission {
        id: SubmissionId::new(&house.env),
        case: case.case.id,
        client: case.case.client,
        round: case.case.round.id,
        response: Response::Message {
            text: NASTY.to_owned(),
            files: Vec::new(),
        },
        state,
        send_at: now(),
        attempts: 2,
        attempted_at: Some(now()),
        answered: true,
        baseline: Baseline {
            updated_at: facts.updated_at,
            turn: facts.turn,
            stage: facts.stage,
            outcome: None,
            answers: Vec::new(),
        },
        platform_reference: Some(NASTY.to_owned()),
        confirmed_at: Some(now()),
        error: Some(NASTY.to_owned()),
        created_by: NASTY.to_owned(),
        created_at: now(),
        quality: None,
    }
}

/// A case with everything, one that is over, one with nothing, and one whose draft is not finished; and their client.
pub fn views() -> (Vec<CaseView>, ClientId) {
    let house = house();
    let mut flagged = Dispute::ours(NASTY);
    flagged.deadline = flagged.deadline.map(|d| docket_core::deadline::Deadline {
        source: docket_core::words::DeadlineSource::Estimated,
        precision: docket_core::words::Precision::Day,
        ..d
    });
    let open = house.case(&Dispute::ours("PP-D-3"));
    let mut full = house.case(&flagged);
    let prepare = Command::Prepare {
        submission: SubmissionId::new(&house.env),
        action: ActionKind::Contest,
        send_at: now(),
    };
    full.case = case::apply(&full.case, Event::Command(prepare), now())
        .unwrap()
        .case;
    full.case.attention = Attention::ALL.iter().copied().collect();
    let view = |stored: StoredCase| CaseView {
        client: house.client.clone(),
        connection: Connection {
            health: stale(&house.connection),
            ..house.connection.clone()
        },
        draft: Some(draft(&house, &stored, true)),
        submissions: SubmissionState::ALL
            .iter()
            .map(|s| submission(&house, &stored, *s))
            .collect(),
        dossier: dossier(),
        aside: Some((now() + chrono::Duration::hours(2), NASTY.to_owned())),
        packet_language: Some(docket_core::words::Language::German),
        stored,
    };
    let closed = view(house.case(&Dispute::ended("PP-D-2", Outcome::Won, true)));
    let bare = CaseView {
        draft: None,
        submissions: Vec::new(),
        dossier: CaseDossier::default(),
        aside: None,
        packet_language: None,
        ..closed.clone()
    };
    let unfinished = CaseView {
        draft: Some(draft(&house, &closed.stored, false)),
        ..bare.clone()
    };
    let fresh = CaseView {
        stored: open,
        ..bare.clone()
    };
    let all = vec![view(full), closed, bare, unfinished, fresh];
    (all, house.client.id)
}

/// Everything that can be recorded about a case, and what stands about one of which nothing is.
pub fn records(view: &CaseView) -> [CaseRecord; 2] {
    let house = house();
    let rounds = vec![view.stored.case.round.clone()];
    let asked = |s: &RequestState| crate::samples::ask::request(&house, &view.stored, *s);
    let bare = CaseRecord {
        rounds: rounds.clone(),
        ..CaseRecord::default()
    };
    let full = CaseRecord {
        rounds,
        requests: RequestState::ALL.iter().map(asked).collect(),
        factors: factors(),
        settings: settings(),
        history: history(house.client.id),
    };
    [full, bare]
}

pub fn words() -> Vec<Said> {
    let said = |at| Said {
        at,
        text: NASTY.to_owned(),
    };
    vec![said(Some(now())), said(None)]
}

pub fn list() -> Checklist {
    let row = |kind, need, standing| Row {
        kind,
        need,
        weight: 100,
        why: NASTY.into(),
        asked: need == Need::Useful,
        standing,
        having: vec![Having {
            what: NASTY.into(),
            good: true,
            from: provenance(),
        }],
        notes: vec![NASTY.into()],
    };
    let mut rows: Vec<Row> = Standing::ALL
        .iter()
        .zip(EvidenceKind::ALL)
        .map(|(standing, kind)| row(*kind, Need::Required, *standing))
        .collect();
    rows.push(row(EvidenceKind::Receipt, Need::Useful, Standing::Missing));
    rows.push(row(EvidenceKind::LabelOnly, Need::Forbidden, Standing::Present));
    rows.push(Row {
        having: Vec::new(),
        ..row(EvidenceKind::Other, Need::Forbidden, Standing::Missing)
    });
    Checklist {
        matrix: 3,
        goods: Goods::Physical,
        goods_assumed: true,
        rows,
        completeness: 55,
        warnings: vec![NASTY.into()],
    }
}

pub fn pieces() -> Vec<StoredEvidence> {
    let env = house().env;
    let piece = |media_type: Option<&str>, unconfirmed| StoredEvidence {
        id: EvidenceId::new(&env),
        added_at: now(),
        item: Item {
            kind: EvidenceKind::DeliveryProof,
            title: Some(NASTY.to_owned()),
            text: Some(NASTY.to_owned()),
            tracking: None,
            refund_id: Some(NASTY.to_owned()),
            seen: None,
            from: provenance(),
            file: media_type.map(file),
            unconfirmed,
        },
    };
    vec![
        piece(None, false),
        piece(Some("image/png"), false),
        piece(Some("application/pdf"), true),
    ]
}

pub fn file(media_type: &str) -> FileRef {
    FileRef {
        name: NASTY.to_owned(),
        media_type: media_type.to_owned(),
        size: 9_999_999,
        sha256: "0f".repeat(32),
    }
}

/// One in review with everything said about it; or one that was given back and lacks something.
pub fn draft(house: &House, stored: &StoredCase, in_review: bool) -> CaseDraft {
    let case = &stored.case;
    let text = json!({ "action": "accept", "note": NASTY });
    let begun: Content = serde_json::from_value(text).unwrap();
    let accept = Response::Accept {
        kind: AcceptKind::Refund,
        note: NASTY.to_owned(),
        reason: None,
        amount: None,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    };
    let content = if in_review { Content::of(&accept) } else { begun };
    let response = content.response();
    let state = if in_review {
        DraftState::InReview
    } else {
        DraftState::Draft
    };
    let draft = Draft {
        id: DraftId::new(&house.env),
        client: case.client,
        case: case.id,
        round: case.round.id,
        state,
        version: 2,
        edition: Edition {
            content,
            send_at: in_review.then(now),
        },
        author: NASTY.to_owned(),
        created_at: now(),
        updated_by: NASTY.to_owned(),
        updated_at: now(),
        returned: Some(NASTY.to_owned()),
        submission: None,
    };
    CaseDraft {
        draft,
        state,
        current: in_review,
        submission: None,
        writers: vec![NASTY.to_owned(), "bob".to_owned()],
        consequence: response.is_ok().then(|| NASTY.into()),
        four_eyes: in_review.then_some(FourEyes::Money),
        response,
    }
}

pub fn advice() -> Recommendation {
    let money = |minor| Money::new(minor, "EUR".parse().unwrap());
    Recommendation {
        never: Some(NASTY.to_owned()),
        advice: Advice::Contest,
        first: Some(NASTY.into()),
        reasons: vec![NASTY.into()],
        worth: vec![Worth {
            action: ActionKind::Contest,
            expected: money(6_00),
            low: money(-1_00),
            high: money(11_00),
        }],
        chance: Chance {
            low: 100_000,
            point: 500_000,
            high: 900_000,
        },
        own_cases: 3,
        portfolio_cases: None,
        gaps: vec![Gap {
            kind: EvidenceKind::DeliveryProof,
            weight: 100,
            required: true,
        }],
    }
}

fn provenance() -> Provenance {
    Provenance {
        by: NASTY.to_owned(),
        at: now(),
        place: NASTY.to_owned(),
    }
}

fn dossier() -> CaseDossier {
    let from = provenance();
    let mut facts = Dossier::default();
    let refund = Refund {
        id: None,
        amount: Money::new(12_50, "EUR".parse().unwrap()),
        at: now(),
    };
    facts.add(Fact::Refund(refund), from.clone());
    let message = Message {
        by: Writer::Buyer,
        at: now(),
        text: NASTY.to_owned(),
    };
    facts.add(Fact::Message(message), from.clone());
    let policy = Policy {
        kind: PolicyKind::Refund,
        title: Some(NASTY.to_owned()),
        text: NASTY.to_owned(),
        url: None,
        from: now().date_naive(),
        until: None,
    };
    facts.add(Fact::Policy(policy), from);
    CaseDossier {
        facts,
        joined_orders: Vec::new(),
        several_orders: vec![NASTY.to_owned()],
        dispute: None,
    }
}

fn factors() -> Vec<FactorRow> {
    let row = |kind: &str| FactorRow {
        kind: kind.to_owned(),
        source: "paypal:adjudications.0.reason".to_owned(),
        value: NASTY.to_owned(),
        as_of: now(),
        recorded_at: now(),
        known: "later".to_owned(),
    };
    vec![
        row("adjudication_reason"),
        row("delivery_received"),
        row("of_a_later_version"),
    ]
}

fn settings() -> Vec<Setting> {
    let row = |source: &str, note: Option<&str>| Setting {
        item: "settings.return_address".to_owned(),
        value: "yes".to_owned(),
        source: source.to_owned(),
        note: note.map(str::to_owned),
        valid_from: now(),
        recorded_at: now(),
        recorded_by: NASTY.to_owned(),
    };
    vec![row("platform", None), row("person", Some(NASTY))]
}

fn history(client: ClientId) -> Vec<HistoryRow> {
    let row = |number, detail| HistoryRow {
        number,
        client,
        at: now(),
        actor: NASTY.to_owned(),
        kind: "note".to_owned(),
        detail,
    };
    vec![
        row(1, Some(json!({ "text": NASTY, NASTY: [1, { "at": now() }] }))),
        row(2, None),
        row(3, Some(json!({}))),
    ]
}
