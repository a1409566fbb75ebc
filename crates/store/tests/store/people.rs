//! Notices, mails, incidents and questions on both engines.

use chrono::Duration;
use docket_core::case::Case;
use docket_core::id::{AnswerId, IncidentId, MailId, NoticeId, RequestId};
use docket_core::incident::{Cause, Incident};
use docket_core::notice::{Audience, Mail, Notice, NoticeKind};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState, RequestStep};
use docket_core::response::FileRef;
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Error, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

pub fn notice(desk: &Desk, case: &Case) -> Notice {
    Notice {
        id: NoticeId::new(&desk.env),
        client: case.client,
        case: case.id,
        kind: NoticeKind::Ladder24h,
        audience: Audience::DeskAndLead,
        text: "less than 24 hours are left".to_owned(),
        raised_at: desk.env.now(),
        seen_at: None,
        seen_by: None,
    }
}

pub fn incident(desk: &Desk, case: &Case) -> Incident {
    Incident {
        id: IncidentId::new(&desk.env),
        client: case.client,
        case: case.id,
        round: case.round.id,
        deadline: start() + Duration::days(10),
        raised_at: desk.env.now(),
        cause: Cause::Unknown,
        why: "the logs do not tell".to_owned(),
        decided_at: None,
        decided_by: None,
        responded_at: None,
    }
}

pub fn request(desk: &Desk, case: &Case) -> InfoRequest {
    InfoRequest {
        id: RequestId::new(&desk.env),
        client: case.client,
        case: case.id,
        question: "Which carrier?".to_owned(),
        recipient: Some("client@example.com".to_owned()),
        asked_by: "ada".to_owned(),
        asked_at: start(),
        due_at: start() + Duration::hours(24),
        expires_at: start() + Duration::hours(72),
        deadline: Some(start() + Duration::days(10)),
        state: RequestState::Open,
        ended_at: None,
        next_step: Some((RequestStep::Remind, start() + Duration::hours(12))),
    }
}

pub fn answer(desk: &Desk, request: &InfoRequest) -> InfoAnswer {
    InfoAnswer {
        id: AnswerId::new(&desk.env),
        request: request.id,
        answer: "ü\nDHL".to_owned(),
        action_plan: "none".to_owned(),
        files: vec![FileRef {
            name: "a.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 10,
            sha256: "00".repeat(32),
        }],
        received_at: start() + Duration::hours(1),
    }
}

async fn of_many_that_tell_the_same_exactly_one_does(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let tell = (0..8).map(|_| async {
        let mut unit = desk.unit().await;
        let new = unit.raise_notice(&notice(&desk, &case), "rung:1").await?;
        unit.commit().await?;
        Ok::<_, Error>(new)
    });
    let told = futures::future::join_all(tell).await;
    let new = told.into_iter().filter(|r| *r.as_ref().unwrap()).count();
    assert_eq!(new, 1);
    assert_eq!(desk.db.notices(AGENCY, false, None, 10).await.unwrap().len(), 1);
}

async fn a_notice_reads_back_and_is_seen_once(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let first = notice(&desk, &case);
    let mut unit = desk.unit().await;
    assert!(unit.raise_notice(&first, "a").await.unwrap());
    assert!(unit.raise_notice(&notice(&desk, &case), "b").await.unwrap());
    unit.commit().await.unwrap();
    let all = desk.db.notices(AGENCY, false, None, 1).await.unwrap();
    assert_eq!(all, std::slice::from_ref(&first));
    let mut unit = desk.unit().await;
    for by in ["ada", "bob"] {
        assert!(unit.notice_seen(AGENCY, first.id, by, start()).await.unwrap());
    }
    assert!(
        !unit
            .notice_seen(AGENCY, NoticeId::new(&desk.env), "ada", start())
            .await
            .unwrap()
    );
    unit.commit().await.unwrap();
    let unseen = desk.db.notices(AGENCY, false, None, 10).await.unwrap();
    assert_eq!(unseen.len(), 1);
    let all = desk.db.notices(AGENCY, true, None, 10).await.unwrap();
    assert_eq!(all[0].seen_by.as_deref(), Some("ada"), "who saw it first stays");
    let next = desk.db.notices(AGENCY, true, Some(first.id), 10).await.unwrap();
    assert_eq!(next, unseen);
}

async fn a_mail_waits_until_it_is_sent(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let mail = Mail {
        id: MailId::new(&desk.env),
        client: case.client,
        case: case.id,
        request: Some(RequestId::new(&desk.env)),
        recipient: "desk@example.com".to_owned(),
        subject: "s".to_owned(),
        body: "b".to_owned(),
        queued_at: start(),
        sent_at: None,
    };
    let mut unit = desk.unit().await;
    unit.add_mail(&mail).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(desk.db.mail(mail.id).await.unwrap().as_ref(), Some(&mail));
    assert_eq!(desk.db.mails_waiting(start()).await.unwrap(), 1);
    assert_eq!(
        desk.db
            .mails_waiting(start() - Duration::seconds(1))
            .await
            .unwrap(),
        0
    );
    let mut unit = desk.unit().await;
    unit.mail_sent(mail.id, start()).await.unwrap();
    unit.mail_sent(mail.id, start() + Duration::hours(1))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let sent = desk.db.mail(mail.id).await.unwrap().unwrap();
    assert_eq!(sent.sent_at, Some(start()));
    assert_eq!(desk.db.mails_waiting(start()).await.unwrap(), 0);
}

async fn a_deadline_is_missed_once_and_its_cause_is_decided(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let first = incident(&desk, &case);
    let mut unit = desk.unit().await;
    assert!(unit.raise_incident(&first).await.unwrap());
    assert!(!unit.raise_incident(&incident(&desk, &case)).await.unwrap());
    let later = Incident {
        deadline: first.deadline + Duration::hours(1),
        ..incident(&desk, &case)
    };
    assert!(
        unit.raise_incident(&later).await.unwrap(),
        "an extended deadline can be missed again"
    );
    unit.commit().await.unwrap();
    assert_eq!(
        desk.db.incident(AGENCY, first.id).await.unwrap(),
        Some(first.clone())
    );
    let mut unit = desk.unit().await;
    unit.decide_incident(first.id, (Cause::Client, "never answered"), "ada", start())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let all = desk.db.incidents(AGENCY, None, 10).await.unwrap();
    assert_eq!((all.len(), all[0].cause), (2, Cause::Client));
    assert_eq!(all[0].decided_by.as_deref(), Some("ada"));
    assert_eq!(
        desk.db.incidents(AGENCY, Some(first.id), 10).await.unwrap().len(),
        1
    );
}

async fn a_question_reads_back_moves_once_and_opens_to_its_token_only(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let asked = request(&desk, &case);
    let mut unit = desk.unit().await;
    unit.add_info_request(&asked).await.unwrap();
    unit.add_token(asked.id, &[1; 32], None, start()).await.unwrap();
    unit.add_token(asked.id, &[2; 32], None, start()).await.unwrap();
    assert!(!unit.other_requests_open(&asked).await.unwrap());
    let given = asked.due_at - asked.asked_at;
    assert!(!unit.client_silent(case.id, start(), given).await.unwrap());
    assert!(unit.client_silent(case.id, asked.due_at, given).await.unwrap());
    let more = given + Duration::minutes(1);
    assert!(
        !unit.client_silent(case.id, asked.due_at, more).await.unwrap(),
        "who was asked too late is not to blame"
    );
    unit.commit().await.unwrap();
    for hash in [[1; 32], [2; 32]] {
        let found = desk.db.info_request_by_token(&hash).await.unwrap();
        assert_eq!(found.as_ref(), Some(&asked));
    }
    assert_eq!(desk.db.info_request_by_token(&[3; 32]).await.unwrap(), None);
    let due = |hours| desk.db.due_requests(start() + Duration::hours(hours), 10);
    assert_eq!(
        (due(11).await.unwrap().len(), due(12).await.unwrap().len()),
        (0, 1)
    );
    let after = InfoRequest {
        state: RequestState::Answered,
        ended_at: Some(start()),
        next_step: None,
        ..asked.clone()
    };
    let movers = (0..6).map(|_| async {
        let mut unit = desk.unit().await;
        unit.move_info_request(&asked, &after).await?;
        unit.commit().await
    });
    let moved = futures::future::join_all(movers).await;
    assert_eq!(moved.iter().filter(|r| r.is_ok()).count(), 1, "{moved:?}");
    let given = answer(&desk, &asked);
    let mut unit = desk.unit().await;
    unit.add_info_answer(case.client, &given).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(
        desk.db.info_request(AGENCY, asked.id).await.unwrap(),
        Some(after.clone())
    );
    assert_eq!(desk.db.info_requests_of(AGENCY, case.id).await.unwrap(), [after]);
    assert_eq!(
        desk.db.info_answers(AGENCY, asked.id).await.unwrap(),
        std::slice::from_ref(&given)
    );
    let counted = desk.db.asked(AGENCY, start() - Duration::days(1)).await.unwrap();
    assert_eq!(counted[0].answered_at, Some(given.received_at));
    assert_eq!(due(99).await.unwrap(), []);
}

on_both!(
    of_many_that_tell_the_same_exactly_one_does,
    a_notice_reads_back_and_is_seen_once,
    a_mail_waits_until_it_is_sent,
    a_deadline_is_missed_once_and_its_cause_is_decided,
    a_question_reads_back_moves_once_and_opens_to_its_token_only,
);
