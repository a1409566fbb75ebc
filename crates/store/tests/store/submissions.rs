//! One response at a time, and every step names the one it starts from.

use chrono::Duration;
use docket_core::id::SubmissionId;
use docket_core::response::{Submission, SubmissionState};
use docket_core::snapshot::SeenAnswer;
use docket_core::words::{ActionKind, Outcome};
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Error, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

async fn a_second_response_under_way_is_refused_by_the_database(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    for &state in SubmissionState::ALL {
        let mut first = desk.submission(&case);
        first.state = state;
        desk.add_submission(&first).await.unwrap();
        let second = desk.submission(&case);
        let result = desk.add_submission(&second).await;
        if state.is_final() {
            result.unwrap();
            let cancelled = Submission {
                state: SubmissionState::Cancelled,
                ..second.clone()
            };
            let mut unit = desk.unit().await;
            unit.update_submission(&cancelled, (SubmissionState::Prepared, 0))
                .await
                .unwrap();
            unit.commit().await.unwrap();
        } else {
            assert!(matches!(result, Err(Error::Conflict(_))), "{state}");
            assert!(desk.db.submission(AGENCY, second.id).await.unwrap().is_none());
            let done = Submission {
                state: SubmissionState::Confirmed,
                ..first.clone()
            };
            let mut unit = desk.unit().await;
            unit.update_submission(&done, (state, 0)).await.unwrap();
            unit.commit().await.unwrap();
        }
    }
}

async fn a_step_from_another_state_or_attempt_changes_nothing(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let submission = desk.submission(&case);
    desk.add_submission(&submission).await.unwrap();
    let mut next = submission.clone();
    next.state = SubmissionState::Sending;
    next.attempts = 1;
    for was in [(SubmissionState::Sending, 0), (SubmissionState::Prepared, 1)] {
        let mut unit = desk.unit().await;
        assert!(matches!(
            unit.update_submission(&next, was).await,
            Err(Error::Conflict(_))
        ));
        unit.commit().await.unwrap();
    }
    let stored = desk.db.submission(AGENCY, submission.id).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.attempts), (SubmissionState::Prepared, 0));
}

async fn of_many_workers_exactly_one_begins_the_call(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let submission = desk.submission(&case);
    desk.add_submission(&submission).await.unwrap();
    let workers = (0..8).map(|_| async {
        let mut next = submission.clone();
        next.state = SubmissionState::Sending;
        next.attempts = 1;
        let mut unit = desk.unit().await;
        unit.update_submission(&next, (SubmissionState::Prepared, 0))
            .await?;
        unit.commit().await
    });
    let results = futures::future::join_all(workers).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
}

async fn every_field_of_a_submission_reads_back(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let first = desk.submission(&case);
    desk.add_submission(&first).await.unwrap();
    let stored = desk.db.submission(AGENCY, first.id).await.unwrap().unwrap();
    assert_eq!(format!("{stored:?}"), format!("{first:?}"));
    let mut full = first.clone();
    full.state = SubmissionState::NeedsPerson;
    full.send_at = start() + Duration::microseconds(1);
    full.attempts = 3;
    full.attempted_at = Some(start() + Duration::microseconds(2));
    full.answered = true;
    full.baseline.outcome = Some(Outcome::Lost);
    full.baseline.answers = vec![SeenAnswer {
        action: ActionKind::Contest,
        at: Some(start()),
        text: "ü\n".to_owned(),
        references: vec!["R".to_owned()],
        files: vec!["f".to_owned()],
        amount: Some(case.facts.amount),
    }];
    full.platform_reference = Some("debug-1".to_owned());
    full.confirmed_at = Some(start() + Duration::microseconds(3));
    full.error = Some("why".to_owned());
    let mut unit = desk.unit().await;
    unit.update_submission(&full, (SubmissionState::Prepared, 0))
        .await
        .unwrap();
    let inside = unit.submission(full.id).await.unwrap().unwrap();
    assert_eq!(format!("{inside:?}"), format!("{full:?}"));
    unit.commit().await.unwrap();
    let stored = desk.db.submissions_of(AGENCY, case.id).await.unwrap();
    assert_eq!(format!("{stored:?}"), format!("{:?}", [&full]));
}

async fn only_a_prepared_response_moves_its_time(test: TestDb) {
    let desk = Desk::new(test).await;
    let later = start() + Duration::hours(1);
    for (n, state) in [SubmissionState::Prepared, SubmissionState::Sending]
        .into_iter()
        .enumerate()
    {
        let case = desk.open(&snapshot(&format!("PP-{n}"))).await.case;
        let mut submission = desk.submission(&case);
        submission.state = state;
        desk.add_submission(&submission).await.unwrap();
        let mut unit = desk.unit().await;
        unit.move_submission(submission.id, later).await.unwrap();
        unit.commit().await.unwrap();
        let stored = desk.db.submission(AGENCY, submission.id).await.unwrap().unwrap();
        assert_eq!(
            stored.send_at == later,
            state == SubmissionState::Prepared,
            "{state}"
        );
    }
}

async fn submissions_are_paged_without_gap_or_repeat(test: TestDb) {
    let desk = Desk::new(test).await;
    for n in 0..20 {
        let case = desk.open(&snapshot(&format!("PP-{n}"))).await.case;
        desk.add_submission(&desk.submission(&case)).await.unwrap();
    }
    let mut seen: Vec<SubmissionId> = Vec::new();
    loop {
        let page = desk
            .db
            .submissions(AGENCY, seen.last().copied(), 3)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|s| s.id));
    }
    assert!(seen.is_sorted_by(|a, b| a < b));
    assert_eq!(seen.len(), 20);
}

on_both!(
    a_second_response_under_way_is_refused_by_the_database,
    a_step_from_another_state_or_attempt_changes_nothing,
    of_many_workers_exactly_one_begins_the_call,
    every_field_of_a_submission_reads_back,
    only_a_prepared_response_moves_its_time,
    submissions_are_paged_without_gap_or_repeat,
);
