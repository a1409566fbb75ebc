//! Many cases at once: looked at first, done once, and only what was looked at.

use axum::http::StatusCode;
use chrono::Duration;
use docket_app::{AuditFilter, ClientScope, NewRule, Skill};
use docket_core::case::Case;
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::CaseId;
use docket_core::person::{Access, SkillKind};
use docket_core::rule::RuleKind;
use docket_store::testing::TestDb;
use docket_store::{UnitOfWork, on_both};

use super::desk::{Answer, LoggedIn, TestDesk, between, unescape};
use crate::samples::make::{Dispute, now, platform_deadline};

async fn case(test: &TestDesk, id: CaseId) -> Case {
    test.desk.case(ClientScope::Agency, id).await.unwrap().case
}

fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.headers["location"].to_str().unwrap().to_owned()
}

async fn plan(test: &TestDesk, who: &LoggedIn, cases: &[CaseId], fields: &[(&str, &str)]) -> String {
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let ticked = ids.iter().map(|id| ("case", id.as_str()));
    let fields: Vec<(&str, &str)> = ticked.chain(fields.iter().copied()).collect();
    led(&test.post_as(who, "/bulk", &fields).await)
}

async fn what_was_looked_at_is_done_once_and_nothing_else(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let ids = test
        .cases(
            &nord,
            &[
                Dispute::ours("PP-D-1"),
                Dispute::ours("PP-D-2"),
                Dispute::ours("PP-D-3"),
            ],
        )
        .await;
    let (mia, jon) = (
        test.person("Mia Berg", Access::Specialist).await,
        test.person("Jon Vik", Access::Specialist).await,
    );
    let url = plan(&test, &mia, &ids, &[("action", "assign"), ("to", "Jon Vik")]).await;
    let page = test.get_as(&mia, &url).await.body;
    assert!(
        page.contains("Nothing has happened yet") && page.matches("goes from nobody to Jon Vik").count() == 3,
        "{page}"
    );
    assert_eq!(case(&test, ids[0]).await.assignee, None);
    assert_eq!(
        test.get_as(&jon, &url).await.status,
        StatusCode::NOT_FOUND,
        "somebody else's plan"
    );

    // One changes hands before it is confirmed.
    test.desk
        .assign(ClientScope::Agency, ids[1], (None, Some("Ada")), "Ada")
        .await
        .unwrap();
    let confirm = format!("{url}/confirm");
    assert_eq!(led(&test.post_as(&mia, &confirm, &[]).await), url);
    let page = test.get_as(&mia, &url).await.body;
    assert!(
        page.contains("done for 2 of 3 cases") && page.contains("meanwhile the case went to Ada"),
        "{page}"
    );
    let history = |id: CaseId| {
        let test = &test;
        async move {
            let view = test.desk.case_view(ClientScope::Agency, id).await.unwrap();
            test.desk.case_record(&view).await.unwrap().history.len()
        }
    };
    let before = history(ids[0]).await;
    assert_eq!(
        led(&test.post_as(&mia, &confirm, &[]).await),
        url,
        "asked for twice"
    );
    assert_eq!(history(ids[0]).await, before, "done once");
    let assignees: Vec<Option<String>> = vec![
        case(&test, ids[0]).await.assignee,
        case(&test, ids[1]).await.assignee,
        case(&test, ids[2]).await.assignee,
    ];
    assert_eq!(
        assignees,
        [
            Some("Jon Vik".to_owned()),
            Some("Ada".to_owned()),
            Some("Jon Vik".to_owned())
        ]
    );
    let log = test
        .desk
        .audit_rows(None, &AuditFilter::of_kind("bulk_confirm"), 10)
        .await
        .unwrap();
    assert_eq!(log.len(), 2);
    assert!(log.iter().all(|row| row.actor == "Mia Berg"));
}

async fn nobody_is_given_what_they_cannot_work_on_and_wrong_wishes_are_told(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let ids = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    test.person("Sam Kerr", Access::Auditor).await;
    let id = ids[0].to_string();
    for fields in [
        &[("case", id.as_str()), ("action", "assign"), ("to", "Sam Kerr")][..],
        &[
            ("case", id.as_str()),
            ("action", "assign"),
            ("to", "Nobody Known"),
        ][..],
        &[("case", id.as_str()), ("action", "explode")][..],
        &[("action", "accept")][..],
    ] {
        let refused = test.post_as(&mia, "/bulk", fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{fields:?}");
    }
    let url = plan(&test, &mia, &ids, &[("action", "accept")]).await;
    let page = test.get_as(&mia, &url).await.body;
    assert!(
        page.contains("no active rule of its client accepts it") && page.contains("There is nothing to do"),
        "{page}"
    );
    // A draft of a rule is none that acts.
    test.person("Lea", Access::Lead).await;
    let rule = NewRule {
        client: nord.0.id,
        name: None,
        kind: RuleKind::AutoAcceptBelow,
        platform: None,
        reason: None,
        below: Some(docket_core::money::Money::new(100_000, "EUR".parse().unwrap())),
        by: "Lea".to_owned(),
    };
    let rule = test.desk.add_rule(rule).await.unwrap();
    let url = plan(&test, &mia, &ids, &[("action", "accept")]).await;
    assert!(test.get_as(&mia, &url).await.body.contains("no active rule"));
    let tried = test.desk.try_rule(rule).await.unwrap().rule;
    test.desk.activate_rule(&tried, "Ada").await.unwrap();
    let url = plan(&test, &mia, &ids, &[("action", "accept")]).await;
    assert!(
        test.get_as(&mia, &url)
            .await
            .body
            .contains("129.50 EUR is accepted by rule")
    );
}

async fn the_next_case_is_one_that_somebody_can_do_something_with(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let due = |hours| Dispute {
        deadline: Some(platform_deadline(now() + Duration::hours(hours))),
        ..Dispute::ours("PP-D-1")
    };
    let second = Dispute {
        deadline: Some(platform_deadline(now() + Duration::hours(200))),
        ..Dispute::ours("PP-D-2")
    };
    let ids = test.cases(&nord, &[due(100), second]).await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let scope = ClientScope::Agency;
    for id in &ids {
        test.desk
            .assign(scope, *id, (None, Some("Mia Berg")), "Mia Berg")
            .await
            .unwrap();
    }
    let ask = docket_app::Ask {
        case: ids[0],
        question: "Which carrier?".to_owned(),
        due: None,
        to: None,
        actor: "Mia Berg".to_owned(),
    };
    test.desk.ask_client(scope, ask).await.unwrap();
    let next = led(&test.post_as(&mia, "/queue/next", &[]).await);
    assert_eq!(
        next,
        format!("/cases/{}", ids[1]),
        "the first waits for its client"
    );
}

async fn a_plan_that_broke_off_goes_on_behind_where_it_did(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let disputes: Vec<Dispute> = ["PP-D-1", "PP-D-2", "PP-D-3"].map(Dispute::ours).into();
    let ids = test.cases(&nord, &disputes).await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let give = [("action", "assign"), ("to", "Mia Berg")];
    let url = plan(&test, &mia, &ids, &give).await;
    let id: docket_core::id::PlanId = url.rsplit('/').next().unwrap().parse().unwrap();
    // Another process began, and ended before its first case was known to be done.
    let person = mia.person.id;
    let mut unit = docket_store::UnitOfWork::begin(&test.desk.db).await.unwrap();
    let at = test.desk.env.now();
    assert!(unit.begin_plan(id, person, at, at).await.unwrap());
    unit.commit().await.unwrap();
    let confirm = format!("{url}/confirm");
    led(&test.post_as(&mia, &confirm, &[]).await);
    let shown = test.get_as(&mia, &url).await.body;
    assert!(
        shown.contains("0 of 3 cases are done") && !shown.contains("Go on where"),
        "{shown}"
    );
    assert!(case(&test, ids[1]).await.assignee.is_none());
    test.clock.advance(Duration::minutes(3));
    let shown = test.get_as(&mia, &url).await.body;
    assert!(shown.contains("Go on where it broke off"), "{shown}");
    led(&test.post_as(&mia, &confirm, &[]).await);
    let shown = test.get_as(&mia, &url).await.body;
    assert!(
        shown.contains("it broke off at this case") && shown.contains("given to Mia Berg"),
        "{shown}"
    );
    assert_eq!(case(&test, ids[0]).await.assignee, None, "a person looks at it");
    for id in &ids[1..] {
        assert_eq!(case(&test, *id).await.assignee.as_deref(), Some("Mia Berg"));
    }
}

async fn a_case_is_put_aside_until_its_next_step_at_most(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let soon = Dispute {
        deadline: Some(platform_deadline(now() + Duration::hours(123))),
        ..Dispute::ours("PP-D-1")
    };
    let later = Dispute {
        deadline: Some(platform_deadline(now() + Duration::days(20))),
        ..Dispute::ours("PP-D-2")
    };
    let ids = test.cases(&nord, &[soon, later]).await;
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let first = led(&test.post_as(&mia, "/queue/next", &[]).await);
    assert_eq!(first, format!("/cases/{}", ids[0]), "nobody's most urgent one");
    assert_eq!(case(&test, ids[0]).await.assignee.as_deref(), Some("Mia Berg"));
    assert_eq!(
        led(&test.post_as(&mia, "/queue/next", &[]).await),
        first,
        "it is hers now"
    );
    let step = case(&test, ids[0]).await.next_step.unwrap().at;
    let url = plan(&test, &mia, &ids[..1], &[("action", "aside"), ("until", "3d")]).await;
    let shown = test.get_as(&mia, &url).await.body;
    let until = between(&shown, "is put aside until ", "<").map(str::to_owned);
    assert!(
        step > test.desk.env.now() && step < test.desk.env.now() + Duration::days(3),
        "the step has to come before what was wished: {step}"
    );
    assert_eq!(until.as_deref(), Some(crate::show::minute(step).as_str()));
    led(&test.post_as(&mia, &format!("{url}/confirm"), &[]).await);
    let next = led(&test.post_as(&mia, "/queue/next", &[]).await);
    assert_eq!(next, format!("/cases/{}", ids[1]), "the next one of nobody's");
    test.clock
        .advance(step - test.desk.env.now() + Duration::seconds(1));
    // Her session is over by then.
    let next = test
        .desk
        .take_next(ClientScope::Agency, "Mia Berg")
        .await
        .unwrap();
    assert_eq!(next, Some(ids[0]), "it is back");
}

async fn views_are_kept_and_what_is_handed_over_is_signed(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let ids = test
        .cases(
            &nord,
            &[
                Dispute::ours("PP-D-1"),
                Dispute {
                    deadline: Some(platform_deadline(now() + Duration::hours(30))),
                    ..Dispute::ours("PP-D-2")
                },
            ],
        )
        .await;
    let (mia, jon) = (
        test.person("Mia Berg", Access::Specialist).await,
        test.person("Jon Vik", Access::Specialist).await,
    );
    let keep = [
        ("name", "Hot ones"),
        (
            "back",
            "/queue?turn=ours&due=48h&after=1.0190b0b0-0000-7000-8000-000000000000",
        ),
    ];
    assert_eq!(
        led(&test.post_as(&mia, "/queue/views/keep", &keep).await),
        "/queue?turn=ours&due=48h"
    );
    let queue = test.get_as(&mia, "/queue?open=1").await.body;
    let link = between(&queue, "<a href=\"/queue?turn=ours&#38;due=48h\"", "</a>").map(unescape);
    assert!(link.is_some_and(|l| l.ends_with("Hot ones")), "{queue}");
    assert!(
        !test.get_as(&jon, "/queue?open=1").await.body.contains("Hot ones"),
        "hers only"
    );
    let empty = test
        .post_as(&mia, "/queue/views/keep", &[("name", " "), ("back", "/queue")])
        .await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    led(&test
        .post_as(
            &mia,
            "/queue/views/forget",
            &[("name", "hot ones"), ("back", "https://evil.example")],
        )
        .await);
    assert!(!test.get_as(&mia, "/queue?open=1").await.body.contains("Hot ones"));

    test.desk
        .assign(ClientScope::Agency, ids[1], (None, Some("Mia Berg")), "Mia Berg")
        .await
        .unwrap();
    let list = test.get_as(&mia, "/handover").await.body;
    assert!(list.contains("PP-D-2") && !list.contains("PP-D-1"), "{list}");
    assert!(
        test.get_as(&jon, "/handover")
            .await
            .body
            .contains("Nothing is due within 48 hours")
    );
    let signed = led(&test
        .post_as(&mia, "/handover", &[("note", "call DHL <first>")])
        .await);
    test.desk
        .assign(ClientScope::Agency, ids[1], (Some("Mia Berg"), None), "Mia Berg")
        .await
        .unwrap();
    let kept = test.get_as(&jon, &signed).await.body;
    assert!(
        kept.contains("Signed off by Mia Berg")
            && kept.contains("PP-D-2")
            && kept.contains("call DHL &#60;first&#62;"),
        "{kept}"
    );
}

async fn an_address_gets_questions_of_one_client_only(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let own = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await[0];
    let other = test.cases(&south, &[Dispute::ours("PP-D-2")]).await[0];
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let ids = [own.to_string(), other.to_string()];
    let ask = |to| {
        let cases = ids.iter().map(|id| ("case", id.as_str()));
        let rest = [("action", "ask"), ("words", "Which carrier?"), ("mail", to)];
        cases.chain(rest).collect::<Vec<_>>()
    };
    let refused = test
        .post_as(&mia, "/bulk", &ask("orders@nordlicht.example"))
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    assert!(refused.body.contains("of several clients"), "{}", refused.body);
    // Without an address each is asked, and its page's address is made on its own page.
    let url = led(&test.post_as(&mia, "/bulk", &ask("")).await);
    led(&test.post_as(&mia, &format!("{url}/confirm"), &[]).await);
    let page = test.get_as(&mia, &url).await.body;
    assert_eq!(page.matches("href=\"/questions/").count(), 2, "{page}");
    // Whoever logs in for one client is never mailed what another is asked.
    let ida = test.person("Ida", Access::Client(south.0.id)).await;
    let question = docket_app::Ask {
        case: own,
        question: "And the label?".to_owned(),
        due: None,
        to: Some(ida.person.email.to_uppercase()),
        actor: "Mia Berg".to_owned(),
    };
    let refused = test
        .desk
        .ask_client(ClientScope::Agency, question)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("somebody of another client"),
        "{refused}"
    );
}

async fn what_is_put_aside_wakes_by_a_button_and_when_its_step_comes_nearer(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let later = Dispute {
        deadline: Some(platform_deadline(now() + Duration::days(9))),
        ..Dispute::ours("PP-D-1")
    };
    let id = test.cases(&nord, &[later]).await[0];
    let mia = test.person("Mia Berg", Access::Specialist).await;
    let awake = async || {
        let list = test.get_as(&mia, "/queue?open=1&awake=1").await.body;
        list.contains("PP-D-1")
    };
    let url = plan(&test, &mia, &[id], &[("action", "aside"), ("until", "4h")]).await;
    let shown = test.get_as(&mia, &url).await.body;
    assert!(shown.contains("is put aside until"), "{shown}");
    led(&test.post_as(&mia, &format!("{url}/confirm"), &[]).await);
    assert!(!awake().await);
    let page = test.get_as(&mia, &format!("/cases/{id}")).await.body;
    assert!(
        page.contains("Put aside until") && page.contains("Take it up now"),
        "{page}"
    );
    led(&test
        .post_as(&mia, &format!("/cases/{id}/change"), &[("do", "wake")])
        .await);
    assert!(awake().await);
    // Put aside beyond its next step, as where the deadline was moved: it is not hidden.
    let far = test.desk.env.now() + Duration::days(300);
    let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
    unit.put_aside((id, nord.0.id), far, "Mia Berg", test.desk.env.now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    assert!(awake().await, "its step comes before that");
}

async fn who_reads_the_buyers_language_is_suggested_before_who_has_least(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let disputes = ["PP-D-1", "PP-D-2"].map(Dispute::ours);
    let ids = test.cases(&nord, &disputes).await;
    let (mia, jon) = (
        test.person("Mia Berg", Access::Specialist).await,
        test.person("Jon Vik", Access::Specialist).await,
    );
    let swedish = Skill {
        kind: SkillKind::Language,
        value: "sv".to_owned(),
    };
    test.desk
        .set_skills(ClientScope::Agency, mia.person.id, &[swedish])
        .await
        .unwrap();
    let sent_to = Factor {
        kind: FactorKind::ShippingCountry,
        source: "order".to_owned(),
        value: "SE".to_owned(),
        as_of: now() - Duration::days(90),
    };
    let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
    unit.keep_dossier_factors((ids[0], nord.0.id), &[sent_to], &Default::default(), now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    // Mia has more on her hands, and yet.
    let busy = test.cases(&nord, &[Dispute::ours("PP-D-3")]).await[0];
    let given = test
        .desk
        .assign(ClientScope::Agency, busy, (None, Some("Mia Berg")), "Mia Berg");
    given.await.unwrap();
    let url = plan(&test, &jon, &ids, &[("action", "assign"), ("to", "suggested")]).await;
    let page = test.get_as(&jon, &url).await.body;
    for shown in [
        "goes from nobody to Mia Berg",
        "reads the buyer&#39;s language (sv), has 1 open",
        "goes from nobody to Jon Vik",
    ] {
        assert!(page.contains(shown), "`{shown}` is missing in {page}");
    }
}

on_both!(
    an_address_gets_questions_of_one_client_only,
    what_is_put_aside_wakes_by_a_button_and_when_its_step_comes_nearer,
    who_reads_the_buyers_language_is_suggested_before_who_has_least,
    what_was_looked_at_is_done_once_and_nothing_else,
    nobody_is_given_what_they_cannot_work_on_and_wrong_wishes_are_told,
    a_case_is_put_aside_until_its_next_step_at_most,
    the_next_case_is_one_that_somebody_can_do_something_with,
    a_plan_that_broke_off_goes_on_behind_where_it_did,
    views_are_kept_and_what_is_handed_over_is_signed,
);
