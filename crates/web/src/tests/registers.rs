//! What was agreed, and what does not count, as pages: who sees it, who may change it, and that it is taken as it was typed.

use axum::http::StatusCode;
use docket_app::{ClientScope, NewExclusion};
use docket_core::id::JobId;
use docket_core::person::Access;
use docket_core::sla::{Exclusion, ExclusionCause, ExclusionState, Span};
use docket_core::words::Platform;
use docket_store::testing::TestDb;
use docket_store::{SyncCounts, SyncRun, UnitOfWork, on_both};

use super::desk::{LoggedIn, TestDesk, between, unescape};
use crate::samples::make::now;

const ALL: ClientScope = ClientScope::Agency;

async fn register(test: &TestDesk) -> Vec<Exclusion> {
    test.desk.sla_exclusions(ALL).await.unwrap()
}

async fn an_exclusion_is_told_on_the_page_and_decided_by_another(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await.0;
    test.client("Southwind").await;
    let (lea, mia) = (
        test.person("Lea", Access::Lead).await,
        test.person("Mia", Access::Specialist).await,
    );
    let id = nord.id.to_string();
    let form = |to: &'static str, evidence: &'static str| {
        vec![
            ("client", id.clone()),
            ("cause", "platform_outage".to_owned()),
            ("platform", "toy".to_owned()),
            ("from", "2026-11-20T08:00".to_owned()),
            ("to", to.to_owned()),
            ("evidence", evidence.to_owned()),
        ]
    };
    let post = async |who: &LoggedIn, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        test.post_as(who, "/exclusions", &fields).await
    };
    // Refused, with what was typed.
    let wrong = post(&lea, form("2026-11-20T07:00", "status page says so")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("it ends before it begins") && wrong.body.contains("status page says so"),
        "{}",
        wrong.body
    );
    let mut nobody = form("2026-11-20T12:00", "status page says so");
    nobody.remove(0);
    let nobody = post(&lea, nobody).await;
    assert!(
        nobody.body.contains("choose the clients that it hit"),
        "{}",
        nobody.body
    );
    let future = post(&lea, form("2030-01-01T00:00", "status page says so")).await;
    assert!(future.body.contains("ends in the future"), "{}", future.body);
    assert!(register(&test).await.is_empty());

    let told = post(&lea, form("2026-11-20T12:00", "status page says so")).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
    let all = register(&test).await;
    let [row] = &all[..] else {
        panic!("one client was named")
    };
    assert_eq!(
        (row.client, row.state, row.proposed_by.as_str()),
        (nord.id, ExclusionState::Proposed, "Lea")
    );
    let approve = format!("/exclusions/{}/approve", row.id);
    // Who told of it has no button and no way; nor has a specialist.
    let own = test.get_as(&lea, "/exclusions").await.body;
    assert!(
        own.contains("status page says so") && !own.contains(&approve),
        "{own}"
    );
    let refused = test.post_as(&lea, &approve, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("you told of it yourself"),
        "{}",
        refused.body
    );
    assert_eq!(
        test.post_as(&mia, &approve, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let reject = format!("/exclusions/{}/reject", row.id);
    let mute = test.post_as(&test.admin, &reject, &[("note", " ")]).await;
    assert!(mute.body.contains("say why"), "{}", mute.body);
    assert_eq!(register(&test).await[0].state, ExclusionState::Proposed);

    assert!(test.page("/exclusions").await.contains(&approve));
    assert_eq!(
        test.post_as(&test.admin, &approve, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let all = register(&test).await;
    let row = &all[0];
    assert_eq!(
        (row.state, row.decided_by.as_deref()),
        (ExclusionState::Approved, Some("Ada"))
    );
    let twice = test.post_as(&test.admin, &approve, &[]).await;
    assert!(twice.body.contains("decided already"), "{}", twice.body);

    // What counts wrongly is taken back with a reason, by another person than who told of it; once.
    assert!(test.page("/exclusions").await.contains("Take back"));
    let mute = test.post_as(&test.admin, &reject, &[("note", " ")]).await;
    assert!(mute.body.contains("say why"), "{}", mute.body);
    assert_eq!(register(&test).await[0].state, ExclusionState::Approved);
    let why = [("note", "the account was fine, our key was old")];
    assert_eq!(
        test.post_as(&test.admin, &reject, &why).await.status,
        StatusCode::SEE_OTHER
    );
    let row = &register(&test).await[0];
    assert_eq!(
        (row.state, row.note.as_deref()),
        (ExclusionState::Rejected, Some(why[0].1))
    );
    let twice = test.post_as(&test.admin, &reject, &why).await;
    assert!(twice.body.contains("decided already"), "{}", twice.body);
    assert!(!test.page("/exclusions").await.contains(&approve));
}

/// Two clients' accounts fail together, one of them twice over with a second account; a third client's goes well, and one fails
/// only for a moment.
async fn an_outage_of_the_log_is_one_event_with_what_shows_it(db: TestDb) {
    let test = TestDesk::on(db).await;
    let begin = now() - chrono::Duration::hours(6);
    let at = |minutes| begin + chrono::Duration::minutes(minutes);
    let down = "try again later: the platform answered 503";
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let (west, east) = (test.client("West").await, test.client("East").await);
    let runs = [
        (&nord, 0, Some(down)),
        (&nord, 20, Some(down)),
        (&nord, 60, None),
        (&south, 10, Some(down)),
        (&south, 30, Some("try again later: nothing came back")),
        (&south, 90, None),
        (&west, 0, None),
        (&west, 60, None),
        (&east, 40, Some(down)),
        (&east, 45, None),
    ];
    let mut unit = UnitOfWork::begin(&test.desk.db).await.unwrap();
    for ((client, connection), minutes, error) in runs {
        let run = SyncRun {
            id: JobId::new(&test.desk.env).0,
            connection: *connection,
            kind: "changes".to_owned(),
            started_at: at(minutes),
            ended_at: at(minutes + 1),
            counts: SyncCounts::default(),
            error: error.map(str::to_owned),
        };
        unit.log_run(client.id, &run).await.unwrap();
    }
    unit.commit().await.unwrap();
    let within = Span::new(begin - chrono::Duration::hours(1), now()).unwrap();
    let least = chrono::Duration::minutes(30);
    let propose = async |dry: bool| {
        let found = test
            .desk
            .propose_exclusions(ClientScope::Agency, (within, least), "Lea", dry);
        found.await.unwrap()
    };
    assert_eq!(propose(true).await.new.len(), 2);
    assert!(register(&test).await.is_empty(), "a dry run tells nobody");
    let told = propose(false).await;
    assert_eq!((told.new.len(), told.known, told.lasting.len()), (2, 0, 0));
    let mut rows = register(&test).await;
    rows.sort_by_key(|row| row.span.from);
    assert_eq!(rows[0].id, rows[1].id, "one event");
    let hit: Vec<_> = rows.iter().map(|row| (row.client, row.span)).collect();
    assert_eq!(
        hit,
        [
            (nord.0.id, Span::new(at(0), at(60)).unwrap()),
            (south.0.id, Span::new(at(10), at(90)).unwrap()),
        ]
    );
    for (row, (_, connection)) in rows.iter().zip([&nord, &south]) {
        assert_eq!(
            (row.cause, row.state, row.from_log),
            (ExclusionCause::PlatformOutage, ExclusionState::Proposed, true)
        );
        assert_eq!(row.platforms, [Platform::PAYPAL].into());
        let shown = format!(
            "log of syncs: 2 sync(s) of connection {connection} failed in a row; the first one: {down}"
        );
        assert_eq!(
            (row.evidence.as_str(), row.proposed_by.as_str()),
            (shown.as_str(), "Lea")
        );
    }
    // Told once, whatever becomes of it.
    let again = propose(false).await;
    assert_eq!((again.new.len(), again.known), (0, 2));
    let reject = format!("/exclusions/{}/reject", rows[0].id);
    test.post_as(&test.admin, &reject, &[("note", "our own net was down")])
        .await;
    assert_eq!(propose(false).await.new.len(), 0);
}

async fn the_register_is_filtered_and_turned_page_by_page(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await.0, test.client("Southwind").await.0);
    let tell = async |clients: Vec<_>, evidence: String| {
        test.clock.advance(chrono::Duration::seconds(1));
        let new = NewExclusion {
            clients,
            cause: ExclusionCause::NoAccess,
            platforms: Default::default(),
            span: Span::new(now() - chrono::Duration::hours(2), now()).unwrap(),
            evidence,
            by: "Lea".to_owned(),
        };
        test.desk.add_exclusion(new).await.unwrap();
    };
    for n in 0..51 {
        tell(vec![nord.id], format!("told-{n:02}-")).await;
    }
    tell(vec![nord.id, south.id], "both-hit".to_owned()).await;
    let first = test.page("/exclusions").await;
    assert!(
        first.contains("Nordlicht, Southwind") && first.contains("told-50-"),
        "{first}"
    );
    assert!(
        first.find("both-hit") < first.find("told-50-"),
        "the last one first"
    );
    assert!(!first.contains("told-01-") && !first.contains("told-00-"));
    let next = between(&first, "rel=\"next\" href=\"", "\"").unwrap();
    let second = test.page(&unescape(next)).await;
    assert!(second.contains("told-01-") && second.contains("told-00-") && !second.contains("told-02-"));
    // Of one client, and yet with whom else it hit: who decides sees all of it.
    let of_south = test.page("/exclusions?client=Southwind").await;
    assert!(
        of_south.contains("Nordlicht, Southwind") && !of_south.contains("told-"),
        "{of_south}"
    );
    let none = test.page("/exclusions?state=approved").await;
    assert!(none.contains("The register has none of these"), "{none}");
    let wrong = test.get("/exclusions?state=perhaps").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    // A client's own person has no register.
    let ida = test.person("Ida", Access::Client(nord.id)).await;
    assert_eq!(
        test.get_as(&ida, "/exclusions").await.status,
        StatusCode::FORBIDDEN
    );
}

/// The text that a page's form holds.
fn text_of(page: &str) -> String {
    let text = between(page, "id=\"text\"", "</textarea>").unwrap();
    let text = text.split_once('>').unwrap().1.trim_start();
    let marks = [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    let text = marks
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    unescape(&text)
}

async fn a_contract_gets_its_next_version_on_the_page(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await.0;
    let url = format!("/clients/{}/contracts", nord.id);
    let (lea, mia) = (
        test.person("Lea", Access::Lead).await,
        test.person("Mia", Access::Specialist).await,
    );
    let kept = async || test.desk.sla_contracts(ALL).await.unwrap();
    let example = text_of(&test.get_as(&lea, &url).await.body);
    assert!(example.contains("[[target]]"), "{example}");
    // Its calendar is not there yet.
    let early = test
        .post_as(&lea, &url, &[("text", &example), ("do", "add")])
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        early.body.contains("no calendar") && text_of(&early.body) == example,
        "{}",
        early.body
    );
    let text = example.replace("calendar = \"office\"", "");
    let wrong = text.replace("\"4h\"", "\"soon\"");
    let wrong = test.post_as(&lea, &url, &[("text", &wrong), ("do", "add")]).await;
    assert!(wrong.body.contains("target[0].within"), "{}", wrong.body);
    let checked = test
        .post_as(&lea, &url, &[("text", &text), ("do", "check")])
        .await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);
    assert!(checked.body.contains("Nothing is wrong with it") && kept().await.is_empty());
    let refused = test.post_as(&mia, &url, &[("text", &text), ("do", "add")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let added = test.post_as(&lea, &url, &[("text", &text), ("do", "add")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = test.get_as(&lea, &url).await.body;
    assert!(
        page.contains("Dispute desk, version 1") && page.contains("percentile 95"),
        "{page}"
    );
    // What is in force stands in the form, from a day on that it may begin.
    let further = text_of(&page);
    let added = test
        .post_as(&lea, &url, &[("text", &further), ("do", "add")])
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let all = kept().await;
    let versions: Vec<_> = all
        .iter()
        .map(|(client, c)| (*client, c.version, c.recorded_by.as_str()))
        .collect();
    assert_eq!(versions, [(nord.id, 1, "Lea"), (nord.id, 2, "Lea")]);
    assert_eq!(all[0].1.contract.targets, all[1].1.contract.targets);
    let again = test
        .post_as(&lea, &url, &[("text", &further), ("do", "add")])
        .await;
    assert!(
        again.body.contains("a new version begins later"),
        "{}",
        again.body
    );
    // Who only reads has no form.
    let read = test.get_as(&mia, &url).await.body;
    assert!(
        read.contains("version 2") && !read.contains("<textarea"),
        "{read}"
    );
}

async fn a_calendar_gets_its_next_version_on_the_page(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await.0, test.client("Southwind").await.0);
    let lea = test.person("Lea", Access::Lead).await;
    let id = nord.id.to_string();
    let example = text_of(&test.get_as(&lea, "/calendars").await.body);
    let post = async |client: &str, text: &str| {
        let fields = [("client", client), ("text", text), ("do", "add")];
        test.post_as(&lea, "/calendars", &fields).await
    };
    let nobody = post("", &example).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.body.contains("choose a client"), "{}", nobody.body);
    let odd = post(&id, &example.replace("08:30-17:30", "late")).await;
    assert!(odd.body.contains("hours.mon[0]"), "{}", odd.body);
    assert_eq!(post(&id, &example).await.status, StatusCode::SEE_OTHER);
    let contract = docket_app::read_terms(docket_app::CONTRACT_EXAMPLE, false).unwrap();
    test.desk
        .add_sla_contract(nord.id, contract, "Lea", false)
        .await
        .unwrap();
    let page = test.get_as(&lea, "/calendars").await.body;
    assert!(
        page.contains("office, version 1")
            && page.contains("Dispute desk, version 1")
            && page.contains("08:30-17:30"),
        "{page}"
    );
    let further = unescape(between(&page, "<div><a href=\"/calendars", "\"").unwrap());
    let form = text_of(&test.get_as(&lea, &format!("/calendars{further}")).await.body);
    assert_eq!(post(&id, &form).await.status, StatusCode::SEE_OTHER);
    let all = test.desk.sla_calendars(ALL).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[1].0, all[1].1.version), (nord.id, 2));
    assert_eq!(all[0].1.calendar.holidays, all[1].1.calendar.holidays);
    let other = test
        .get_as(&lea, &format!("/calendars?client={}", south.id))
        .await
        .body;
    assert!(!other.contains("office, version"), "{other}");
}

on_both!(
    a_contract_gets_its_next_version_on_the_page,
    a_calendar_gets_its_next_version_on_the_page,
    an_exclusion_is_told_on_the_page_and_decided_by_another,
    an_outage_of_the_log_is_one_event_with_what_shows_it,
    the_register_is_filtered_and_turned_page_by_page,
);
