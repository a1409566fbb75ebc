//! Drafts on both engines: every version is kept, and of two writers exactly one wins.

use docket_core::case::Case;
use docket_core::draft::{Content, Draft, DraftState, Edition, writers};
use docket_core::id::{ClientId, DraftId, SubmissionId};
use docket_core::money::Money;
use docket_core::response::Response;
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Error, on_both};

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

pub fn draft(desk: &Desk, case: &Case, text: &str) -> Draft {
    let response = Response::Message {
        text: text.to_owned(),
        files: Vec::new(),
    };
    Draft {
        id: DraftId::new(&desk.env),
        client: case.client,
        case: case.id,
        round: case.round.id,
        state: DraftState::Draft,
        version: 1,
        edition: Edition {
            content: Content::of(&response),
            send_at: Some(start()),
        },
        author: "ada".to_owned(),
        created_at: desk.env.now(),
        updated_by: "ada".to_owned(),
        updated_at: desk.env.now(),
        returned: None,
        submission: None,
    }
}

fn next(before: &Draft, by: &str, text: &str, desk: &Desk) -> Draft {
    Draft {
        version: before.version + 1,
        edition: draft_edition(text),
        updated_by: by.to_owned(),
        updated_at: desk.env.now(),
        ..before.clone()
    }
}

fn draft_edition(text: &str) -> Edition {
    Edition {
        content: Content::of(&Response::Escalate {
            note: text.to_owned(),
        }),
        send_at: None,
    }
}

async fn add(desk: &Desk, draft: &Draft) -> Result<(), Error> {
    let mut unit = desk.unit().await;
    unit.add_draft(draft).await?;
    unit.commit().await
}

async fn every_version_of_a_draft_reads_back(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    assert_eq!(desk.db.newest_draft(AGENCY, case.id).await.unwrap(), None);
    let first = draft(&desk, &case, "ü\n\"1\"");
    add(&desk, &first).await.unwrap();
    assert_eq!(
        desk.db.newest_draft(AGENCY, case.id).await.unwrap(),
        Some(first.clone())
    );
    let mut second = next(&first, "bob", "2", &desk);
    second.state = DraftState::InReview;
    second.returned = Some("shorter".to_owned());
    second.submission = Some(SubmissionId::new(&desk.env));
    let mut unit = desk.unit().await;
    unit.save_draft(&second, (1, DraftState::Draft)).await.unwrap();
    assert_eq!(
        unit.open_draft(case.round.id).await.unwrap(),
        Some(second.clone())
    );
    unit.commit().await.unwrap();
    assert_eq!(
        desk.db.newest_draft(AGENCY, case.id).await.unwrap(),
        Some(second.clone())
    );
    let versions = desk.db.draft_versions(AGENCY, first.id).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        (&versions[0].edition, &versions[1].edition),
        (&first.edition, &second.edition)
    );
    assert_eq!(writers(&versions), ["ada", "bob"]);
}

async fn a_save_from_an_older_version_or_state_changes_nothing(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let first = draft(&desk, &case, "1");
    add(&desk, &first).await.unwrap();
    let second = next(&first, "bob", "2", &desk);
    for was in [
        (0, DraftState::Draft),
        (2, DraftState::Draft),
        (1, DraftState::InReview),
    ] {
        let mut unit = desk.unit().await;
        assert!(matches!(
            unit.save_draft(&second, was).await,
            Err(Error::Conflict(_))
        ));
        unit.commit().await.unwrap();
    }
    assert_eq!(desk.db.newest_draft(AGENCY, case.id).await.unwrap(), Some(first));
    assert_eq!(desk.count("draft_versions").await, 1);
}

async fn of_many_writers_at_the_same_time_exactly_one_wins(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let first = draft(&desk, &case, "1");
    add(&desk, &first).await.unwrap();
    let writers = (0..8).map(|n| {
        let second = next(&first, &format!("writer {n}"), &n.to_string(), &desk);
        let desk = &desk;
        async move {
            let mut unit = desk.unit().await;
            unit.save_draft(&second, (1, DraftState::Draft)).await?;
            unit.commit().await
        }
    });
    let results = futures::future::join_all(writers).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
    assert_eq!(desk.count("draft_versions").await, 2);
}

async fn a_round_has_one_open_draft_whatever_the_code_does(test: TestDb) {
    let desk = Desk::new(test).await;
    let case = desk.open(&snapshot("PP-1")).await.case;
    let mut first = draft(&desk, &case, "1");
    for (state, another) in [
        (DraftState::Draft, false),
        (DraftState::InReview, false),
        (DraftState::Approved, true),
        (DraftState::Discarded, true),
    ] {
        first.id = DraftId::new(&desk.env);
        first.state = state;
        add(&desk, &first).await.unwrap();
        let second = draft(&desk, &case, "2");
        let result = add(&desk, &second).await;
        assert_eq!(result.is_ok(), another, "{state}: {result:?}");
        // The place is free again for the next state.
        for mut open in [first.clone(), second] {
            let was = (open.version, open.state);
            open.state = DraftState::Discarded;
            let mut unit = desk.unit().await;
            let _ = unit.move_draft(&open, was).await;
            unit.commit().await.unwrap();
        }
    }
    assert_eq!(
        desk.db.newest_draft(AGENCY, case.id).await.unwrap(),
        None,
        "given up"
    );
}

async fn open_drafts_are_paged_and_those_of_an_earlier_round_are_left_out(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut expected = Vec::new();
    for n in 0..5 {
        let stored = desk.open(&snapshot(&format!("PP-{n}"))).await;
        let mut one = draft(&desk, &stored.case, "1");
        one.state = [DraftState::Draft, DraftState::InReview, DraftState::Approved][n % 3];
        add(&desk, &one).await.unwrap();
        if n == 4 {
            let mut next = snapshot("PP-4");
            next.facts.stage = docket_core::words::Stage::PreArbitration;
            next.facts.updated_at = start() + chrono::Duration::hours(1);
            desk.save(&[desk.observe(&stored, &next, "next")]).await.unwrap();
        } else if one.state != DraftState::Approved {
            expected.push(one.id);
        }
    }
    // Ids of the same millisecond have no order of their own.
    expected.sort();
    let mut seen: Vec<DraftId> = Vec::new();
    loop {
        let page = desk
            .db
            .open_drafts(AGENCY, seen.last().copied(), 2)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|d| d.id));
    }
    assert_eq!(seen, expected);
}

async fn a_limit_is_of_one_client_and_one_currency(test: TestDb) {
    let desk = Desk::new(test).await;
    let other = ClientId::new(&desk.env);
    desk.add_client(other, "Süd GmbH").await;
    let (euro, yen) = ("EUR".parse().unwrap(), "JPY".parse().unwrap());
    let set = async |client, currency, minor| {
        let mut unit = desk.unit().await;
        unit.set_limit("ada", client, (currency, minor), start())
            .await
            .unwrap();
        unit.commit().await.unwrap();
    };
    set(desk.client, euro, Some(10_000)).await;
    set(desk.client, euro, Some(25_000)).await;
    set(desk.client, yen, Some(0)).await;
    set(other, euro, Some(1)).await;
    let own = ClientScope::One(desk.client);
    let limits = desk.db.limits(own).await.unwrap();
    assert_eq!(
        limits,
        [
            (desk.client, Money::new(25_000, euro)),
            (desk.client, Money::new(0, yen))
        ]
    );
    set(desk.client, yen, None).await;
    let mut unit = desk.unit().await;
    let left = unit.limits(desk.client).await.unwrap();
    assert_eq!(left, [Money::new(25_000, euro)]);
    drop(unit);
    // Each change stands in the client's history.
    let history = desk.db.history(own, desk.client.0, 0, 10).await.unwrap();
    let changes = history.iter().filter(|h| h.kind == "four_eyes_limit_set").count();
    assert_eq!(changes, 4);
}

on_both!(
    every_version_of_a_draft_reads_back,
    a_save_from_an_older_version_or_state_changes_nothing,
    of_many_writers_at_the_same_time_exactly_one_wins,
    a_round_has_one_open_draft_whatever_the_code_does,
    open_drafts_are_paged_and_those_of_an_earlier_round_are_left_out,
    a_limit_is_of_one_client_and_one_currency,
);
