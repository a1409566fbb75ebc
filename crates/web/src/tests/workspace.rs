//! The case workspace by its forms alone: from deciding to the receipt, without script.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docket_app::ClientScope;
use docket_core::attention::Attention;
use docket_core::id::CaseId;
use docket_core::person::Access;
use docket_core::words::WorkState;
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::{Answer, LoggedIn, TestDesk, between, unescape};
use super::work::toy;
use crate::samples::make::Dispute;

/// A picture of one pixel.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\xf8\x0f\x00\x01\x01\x01\x00\xb1\x38\xf6\x14\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

struct Room {
    test: TestDesk,
    case: CaseId,
    jon: LoggedIn,
}

impl Room {
    async fn new(db: TestDb) -> Self {
        let test = TestDesk::on(db).await;
        let account = toy(&test).await;
        let case = test
            .cases(&account, &[Dispute::ours("T-1"), Dispute::ours("T-2")])
            .await[0];
        let jon = test.person("Jon Vik", Access::Specialist).await;
        Self { test, case, jon }
    }

    fn url(&self, rest: &str) -> String {
        format!("/cases/{}{rest}", self.case)
    }

    async fn part(&self, part: &str) -> String {
        let answer = self.test.get_as(&self.jon, &self.url(part)).await;
        assert_eq!(answer.status, StatusCode::OK, "{part}: {}", answer.body);
        answer.body
    }

    async fn press(&self, what: &str, fields: &[(&str, &str)]) -> Answer {
        self.test.post_as(&self.jon, &self.url(what), fields).await
    }

    /// As a browser sends a form with a file.
    async fn upload(&self, key: &str, name: &str, content: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (field, value) in [
            ("form_key", key),
            ("kind", "delivery_proof"),
            ("title", "Scan <1>"),
        ] {
            body.extend(
                format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                .bytes(),
        );
        body.extend(content);
        body.extend(b"\r\n--b--\r\n");
        let request = Request::post(self.url("/evidence/add"))
            .header("host", "127.0.0.1:8080")
            .header("content-type", "multipart/form-data; boundary=b");
        self.test
            .send_with(self.test.as_of(&self.jon, request), Body::from(body))
            .await
    }

    async fn state(&self) -> WorkState {
        let stored = self.test.desk.case(ClientScope::Agency, self.case).await;
        stored.unwrap().case.work_state
    }
}

async fn a_case_goes_from_deciding_to_its_receipt_and_back_by_forms_alone(db: TestDb) {
    let room = Room::new(db).await;
    // Without evidence there is no packet: the way on is the evidence, with the reason.
    let begun = [("action", "contest"), ("language", "en"), ("based_on", "0")];
    let refused = room.press("/decide", &begun).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("no piece of evidence") && refused.body.contains("What this case needs"),
        "{}",
        refused.body
    );
    let added = room.upload(&room.jon.key(), "../scan.png", PICTURE).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = room.part("/evidence").await;
    assert!(
        page.contains("Scan &#60;1&#62;") && page.contains(">scan.png<"),
        "{page}"
    );
    let picture = unescape(between(&page, "<img class=\"thumb\" src=\"", "\"").unwrap());
    let shown = room.test.get_as(&room.jon, &picture).await;
    assert_eq!(shown.headers["content-type"], "image/png");
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");

    let statement = [
        ("based_on", "0"),
        ("with", "text"),
        ("statement", "DHL delivered it"),
    ];
    let saved = room.press("/draft/save", &statement).await;
    assert_eq!(
        saved.headers["location"].to_str().unwrap(),
        room.url("/statement")
    );
    let page = room.part("/statement").await;
    assert!(
        page.contains("<span data-left>1984</span> of 2000 characters are left"),
        "{page}"
    );
    let page = room.part("/preview").await;
    for told in [
        "DHL delivered it",
        "16 of 2,000",
        "?confirm=1",
        "Of the platform’s limits",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(
        !page.contains("name=\"when\""),
        "nothing irreversible stands on the preview itself"
    );
    let page = room.part("/preview?confirm=1").await;
    assert!(
        page.contains("One response only") && page.contains("Hold until 24 h before"),
        "{page}"
    );
    assert!(page.contains("autofocus"));
    let version = between(&page, "name=\"version\" value=\"", "\"")
        .unwrap()
        .to_owned();
    let wrong = room
        .press("/draft/send", &[("version", "7"), ("when", "now")])
        .await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("look at it before"));
    let held = room
        .press("/draft/send", &[("version", &version), ("when", "hold")])
        .await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.body);
    assert_eq!(room.state().await, WorkState::ReadyToSend);
    let page = room.part("/preview").await;
    for told in ["Sent not before", "Take it back", "Next case: T-2", "Receipt"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert_eq!(room.press("/undo", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(room.state().await, WorkState::Drafting);
    let twice = room.press("/undo", &[]).await;
    assert_eq!(
        twice.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "there is nothing more to take back"
    );
    let own = |at: &'static str| [("version", "2"), ("when", "at"), ("at", at)];
    for (at, says) in [
        ("soon", "choose a time"),
        ("2026-11-20T12:00", "that time is over"),
        ("2027-11-20T12:00", "not before the deadline"),
    ] {
        let refused = room.press("/draft/send", &own(at)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}");
        assert!(refused.body.contains(says), "{says}: {}", refused.body);
    }
    let again = room.part("/preview?confirm=1").await;
    let version = between(&again, "name=\"version\" value=\"", "\"")
        .unwrap()
        .to_owned();
    let sent = room
        .press("/draft/send", &[("version", &version), ("when", "now")])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert_eq!(room.state().await, WorkState::ReadyToSend);
    // Every version that was saved can be read, with whose it is.
    let page = room.part("/history").await;
    for told in [
        "What was written",
        "Version 1, Jon Vik",
        "Version 3, Jon Vik",
        "DHL delivered it",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let page = room.part("/statement").await;
    assert!(page.contains("/statement?version=1\""), "{page}");
    let page = room.part("/statement?version=1").await;
    assert!(page.contains("<h2 id=\"version\">Version 1, Jon Vik"), "{page}");
    let none = room
        .test
        .get_as(&room.jon, &room.url("/statement?version=99"))
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

/// The claim is where the answer is made; and the reader of a client's page is the client.
async fn the_claim_stands_beside_our_evidence_and_a_client_is_spoken_to(db: TestDb) {
    let room = Room::new(db).await;
    for part in ["", "/evidence", "/statement"] {
        let page = room.part(part).await;
        assert!(page.contains("What the buyer says"), "{part}: {page}");
    }
    assert!(room.part("").await.contains("Our evidence"));
    let client = room.test.desk.clients(ClientScope::Agency).await.unwrap()[0].id;
    let ida = room.test.person("Ida", Access::Client(client)).await;
    let page = room.test.get_as(&ida, &room.url("")).await.body;
    assert!(
        page.contains("Questions to you") && page.contains("We have asked you nothing"),
        "{page}"
    );
    assert!(!page.contains("Questions to the client"), "{page}");
}

async fn what_needs_four_eyes_waits_for_a_second_person_and_says_so(db: TestDb) {
    let room = Room::new(db).await;
    let client = room.test.desk.clients(ClientScope::Agency).await.unwrap()[0].id;
    let limit = docket_core::money::Money::new(1, "EUR".parse().unwrap());
    room.test
        .desk
        .set_limit(client, limit.currency, Some(limit), "test")
        .await
        .unwrap();
    let statement = [
        ("based_on", "0"),
        ("with", "text"),
        ("statement", "DHL delivered it"),
    ];
    room.press("/draft/save", &statement).await;
    let page = room.part("/preview?confirm=1").await;
    assert!(
        page.contains("A second person approves it first") && page.contains("Ask a second person"),
        "{page}"
    );
    let sent = room
        .press("/draft/send", &[("version", "1"), ("when", "now")])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert_eq!(room.state().await, WorkState::InReview);
    assert!(
        room.part("/preview")
            .await
            .contains("It waits for a second person")
    );
}

async fn what_the_platform_takes_on_its_own_pages_only_has_no_form(db: TestDb) {
    let room = Room::new(db).await;
    let page = room.part("").await;
    assert!(
        page.contains("give the toy back at the counter") && !page.contains("id=\"accept-note\""),
        "{page}"
    );
    let accept = [
        ("action", "accept"),
        ("kind", "refund"),
        ("note", "lost"),
        ("based_on", "0"),
    ];
    room.press("/decide", &accept).await;
    let page = room.part("/preview?confirm=1").await;
    assert!(
        page.contains("Not like this") && !page.contains("name=\"when\""),
        "{page}"
    );
}

async fn flags_notes_and_drafts_have_their_buttons(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let flagged = Dispute {
        attention: [Attention::UnknownOutcome].into(),
        ..Dispute::ours("T-1")
    };
    let case = test.cases(&account, &[flagged]).await[0];
    let jon = test.person("Jon Vik", Access::Specialist).await;
    let room = Room { test, case, jon };
    assert!(room.part("").await.contains("I have looked"));
    let flag = [("do", "clear"), ("flag", "unknown_outcome")];
    assert_eq!(room.press("/change", &flag).await.status, StatusCode::SEE_OTHER);
    assert!(!room.part("").await.contains("I have looked"));
    assert_eq!(
        room.press("/change", &[("do", "clear"), ("flag", "x")])
            .await
            .status,
        422
    );
    assert_eq!(
        room.press("/change", &[("do", "note"), ("note", " ")])
            .await
            .status,
        422
    );
    let noted = room
        .press("/change", &[("do", "note"), ("note", "called <DHL>")])
        .await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER);
    assert!(room.part("/history").await.contains("called &#60;DHL&#62;"));
    let statement = [("based_on", "0"), ("with", "text"), ("statement", "It came")];
    assert_eq!(
        room.press("/draft/save", &statement).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(room.part("/preview").await.contains("Give this draft up"));
    assert_eq!(
        room.press("/change", &[("do", "discard"), ("version", "9")])
            .await
            .status,
        422
    );
    let gone = room
        .press("/change", &[("do", "discard"), ("version", "1")])
        .await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    assert!(!room.part("/preview").await.contains("Give this draft up"));
}

async fn parcels_and_what_a_picture_shows_are_said_on_the_page(db: TestDb) {
    let room = Room::new(db).await;
    let parcel = [
        ("kind", "tracking"),
        ("carrier", "DHL"),
        ("tracking", "00340434161094042557"),
    ];
    let added = room.press("/evidence/add", &parcel).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    assert!(room.part("/evidence").await.contains("00340434161094042557"));
    let added = room.upload(&room.jon.key(), "scan.png", PICTURE).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = room.part("/evidence").await;
    let (_, form) = page
        .split_once("name=\"do\" value=\"seen\"")
        .expect("a form for what it shows");
    let piece = between(form, "name=\"piece\" value=\"", "\"").unwrap();
    let said = [
        ("do", "seen"),
        ("piece", piece),
        ("shows", "status"),
        ("shows", "date"),
    ];
    let said = room.press("/evidence/change", &said).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let page = room.part("/evidence").await;
    assert!(
        page.contains(&format!(
            "id=\"status-{piece}\" name=\"shows\" value=\"status\" checked"
        )),
        "{page}"
    );
    for (value, chosen) in [("date", true), ("recipient", false), ("parcel", false)] {
        let check = format!("id=\"{value}-{piece}\" name=\"shows\" value=\"{value}\"");
        assert_eq!(
            page.contains(&format!("{check} checked")),
            chosen,
            "{value}: {page}"
        );
    }
}

async fn kinds_are_set_aside_and_clients_asked(db: TestDb) {
    let room = Room::new(db).await;
    let skip = async |why: &str| {
        room.press(
            "/evidence/change",
            &[("do", "skip"), ("kind", "signature"), ("why", why)],
        )
        .await
    };
    assert_eq!(skip(" ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(skip("left with a <photo>").await.status, StatusCode::SEE_OTHER);
    let history = room.part("/history").await;
    assert!(history.contains("left with a &#60;photo&#62;") && history.contains("Jon Vik"));
    let asked = room.press("/ask", &[("question", "Which <carrier>?")]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    let path = between(&asked.body, "/ask/", "<").expect("the address of the page");
    let request = Request::get(format!("/ask/{path}")).header("host", "desk.example");
    let page = room.test.send(request).await;
    assert!(page.body.contains("Which &#60;carrier&#62;?"), "{}", page.body);
    assert!(
        !room.part("/evidence").await.contains(path),
        "the address is shown once"
    );
    assert_eq!(room.state().await, WorkState::WaitingOnClient);
}

on_both!(
    the_claim_stands_beside_our_evidence_and_a_client_is_spoken_to,
    a_case_goes_from_deciding_to_its_receipt_and_back_by_forms_alone,
    what_needs_four_eyes_waits_for_a_second_person_and_says_so,
    what_the_platform_takes_on_its_own_pages_only_has_no_form,
    kinds_are_set_aside_and_clients_asked,
    flags_notes_and_drafts_have_their_buttons,
    parcels_and_what_a_picture_shows_are_said_on_the_page,
);

#[tokio::test]
async fn a_file_is_taken_with_the_key_of_the_session_only_and_shown_to_its_case_only() {
    let room = Room::new(docket_store::testing::sqlite().await).await;
    let foreign = room.upload("0f0f", "a.png", PICTURE).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let page = room
        .upload(&room.jon.key(), "a.png", b"<script>alert(1)</script>")
        .await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "judged by its content"
    );
    assert!(
        room.test
            .desk
            .evidence(ClientScope::Agency, room.case)
            .await
            .unwrap()
            .is_empty()
    );
    room.upload(&room.jon.key(), "a.png", PICTURE).await;
    let page = room.part("/evidence").await;
    let picture = unescape(between(&page, "<img class=\"thumb\" src=\"", "\"").unwrap());
    let ida = room.test.desk.clients(ClientScope::Agency).await.unwrap()[0].id;
    let ida = room.test.person("Ida", Access::Client(ida)).await;
    assert_eq!(
        room.test.get_as(&ida, &picture).await.status,
        StatusCode::FORBIDDEN
    );
    let cases = room
        .test
        .desk
        .cases(ClientScope::Agency, &docket_app::CaseFilter::default(), None, 9)
        .await
        .unwrap();
    let other = cases.iter().find(|c| c.case.id != room.case).unwrap().case.id;
    let elsewhere = picture.replace(&room.case.to_string(), &other.to_string());
    assert_eq!(
        room.test.get_as(&room.jon, &elsewhere).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_look_is_kept_in_the_browser() {
    let room = Room::new(docket_store::testing::sqlite().await).await;
    let kept = room
        .test
        .post_as(&room.jon, "/account/theme", &[("theme", "dark")])
        .await;
    let cookie = kept.headers["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let request = Request::get("/queue").header("host", "127.0.0.1:8080").header(
        "cookie",
        format!("{}={}; {cookie}", room.test.site.cookie(), room.jon.token),
    );
    let page = room.test.send(request).await.body;
    assert!(page.contains("<html lang=\"en\" data-theme=\"dark\">"), "{page}");
    assert!(room.part("").await.contains("<html lang=\"en\">"));
    let wrong = room
        .test
        .post_as(&room.jon, "/account/theme", &[("theme", "\"><x")])
        .await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
