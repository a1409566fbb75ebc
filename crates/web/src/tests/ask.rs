//! The page of a question to a client: what it shows, takes and refuses.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docket_app::{Ask, AuditFilter, ClientScope};
use docket_core::id::{CaseId, RequestId};
use docket_core::person::{Access, Locale};
use docket_core::words::{Language, WorkState};

use super::desk::{Answer, TestDesk};
use crate::samples::make::Dispute;

const BOUNDARY: &str = "----between";

struct Page {
    test: TestDesk,
    case: CaseId,
    request: RequestId,
    path: String,
}

fn part(name: &str, file: Option<&str>, content: &[u8]) -> Vec<u8> {
    let file = file.map_or(String::new(), |f| format!("; filename=\"{f}\""));
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn form(answer: &str, plan: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = part("answer", None, answer.as_bytes());
    body.extend(part("action_plan", None, plan.as_bytes()));
    for (name, content) in files {
        body.extend(part("files", Some(name), content));
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

impl Page {
    async fn new() -> Self {
        let test = TestDesk::new().await;
        let client = test.client("Nordlicht").await;
        let other = test.client("Southwind").await;
        let case = test.cases(&client, &[Dispute::ours("PP-D-77")]).await[0];
        test.cases(&other, &[Dispute::ours("PP-D-88")]).await;
        let ask = Ask {
            case,
            question: "Which carrier took parcel 12?".to_owned(),
            due: None,
            to: None,
            actor: "dana".to_owned(),
        };
        let asked = test.desk.ask_client(ClientScope::Agency, ask).await.unwrap();
        Self {
            case,
            request: asked.request.id,
            path: asked.page,
            test,
        }
    }

    async fn get(&self) -> Answer {
        self.test
            .send(Request::get(&self.path).header("host", "desk.example"))
            .await
    }

    async fn post(&self, body: Vec<u8>) -> Answer {
        self.post_as(body, "same-origin").await
    }

    async fn post_as(&self, body: Vec<u8>, site: &str) -> Answer {
        let request = Request::post(&self.path)
            .header("host", "desk.example")
            .header("sec-fetch-site", site)
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            );
        self.test.send_with(request, Body::from(body)).await
    }

    async fn answers(&self) -> usize {
        let (_, answers) = self
            .test
            .desk
            .info_request(ClientScope::Agency, self.request)
            .await
            .unwrap();
        answers.len()
    }

    async fn state(&self) -> WorkState {
        let stored = self.test.desk.case(ClientScope::Agency, self.case).await;
        stored.unwrap().case.work_state
    }
}

/// A picture of one pixel.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\xf8\x0f\x00\x01\x01\x01\x00\xb1\x38\xf6\x14\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// Somebody of the client who is logged in reads it in their own language and time zone, and finds the way back.
#[tokio::test]
async fn who_is_logged_in_reads_it_in_their_own_language_and_finds_the_way_back() {
    let page = Page::new().await;
    let client = page
        .test
        .desk
        .clients(ClientScope::Agency)
        .await
        .unwrap()
        .remove(0);
    let who = page.test.person("Nele", Access::Client(client.id)).await;
    let german = Locale {
        language: Language::German,
        zone: chrono_tz::Tz::Europe__Berlin,
    };
    page.test.desk.set_locale(who.person.id, german).await.unwrap();
    let request = Request::get(&page.path).header("host", "desk.example");
    let shown = page.test.send(page.test.as_of(&who, request)).await;
    assert_eq!(shown.status, StatusCode::OK);
    for words in ["<html lang=\"de\"", "Europe/Berlin", "href=\"/questions\""] {
        assert!(shown.body.contains(words), "{words} is missing in {}", shown.body);
    }
    let stranger = page.get().await.body;
    assert!(stranger.contains("<html lang=\"en\"") && !stranger.contains("href=\"/questions\""));
}

#[tokio::test]
async fn the_page_shows_the_public_part_and_nothing_else_of_the_desk() {
    let page = Page::new().await;
    assert_eq!(page.state().await, WorkState::WaitingOnClient);
    let shown = page.get().await;
    assert_eq!(shown.status, StatusCode::OK, "any host, behind a proxy");
    for word in ["Which carrier took parcel 12?", "PayPal", "Please answer by"] {
        assert!(shown.body.contains(word), "{word}");
    }
    for hidden in [
        "PP-D-77",
        "PP-D-88",
        "Southwind",
        "dana",
        "/queue",
        "/cases",
        "/connections",
        "/reports",
        &page.case.to_string(),
    ] {
        assert!(!shown.body.contains(hidden), "{hidden}");
    }
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert_eq!(shown.headers["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn an_answer_needs_both_fields_and_is_shown_as_received() {
    let page = Page::new().await;
    for (answer, plan, missing) in [
        ("", "call DHL", "The answer is missing"),
        ("DHL", " \r\n", "The action plan is missing"),
    ] {
        let refused = page.post(form(answer, plan, &[("a.png", PICTURE)])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(missing), "{}", refused.body);
        assert!(
            refused.body.contains(answer) && refused.body.contains(plan.trim()),
            "what was typed is kept"
        );
    }
    assert_eq!(page.answers().await, 0);
    let taken = page
        .post(form(
            "It was DHL",
            "We ask DHL by Friday",
            &[("../proof.png", PICTURE)],
        ))
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    assert_eq!(taken.headers["location"].to_str().unwrap(), page.path);
    let shown = page.get().await.body;
    for word in [
        "It was DHL",
        "We ask DHL by Friday",
        "proof.png (67 bytes)",
        "Add to your answer",
    ] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    assert_eq!(page.state().await, WorkState::Drafting, "the case goes on");
    let second = page.post(form("And the scan", "Done", &[])).await;
    assert_eq!((second.status, page.answers().await), (StatusCode::SEE_OTHER, 2));
    let notices = page
        .test
        .desk
        .notices(ClientScope::Agency, false, None, 10)
        .await
        .unwrap();
    let kinds: Vec<&str> = notices.iter().map(|n| n.kind.as_str()).collect();
    assert_eq!(kinds, ["client_answered", "client_answered"]);
    assert!(
        !notices[0].text.contains("DHL"),
        "no word of the client in a notice"
    );
    let log = page
        .test
        .desk
        .audit_rows(None, &AuditFilter::of_kind("client_answer"), 10)
        .await
        .unwrap();
    assert_eq!(log.len(), 2, "who, when and from where");
    let detail = log[0].detail.as_ref().unwrap();
    assert!(
        detail["from"].is_string() && !detail.to_string().contains("DHL"),
        "{detail}"
    );
    let case_page = page.test.page(&format!("/cases/{}/history", page.case)).await;
    assert!(case_page.contains("Which carrier took parcel 12?") && case_page.contains("answered"));
}

#[tokio::test]
async fn a_wrong_token_is_a_page_that_is_not_there() {
    let page = Page::new().await;
    let real = page.get().await.body;
    for wrong in [
        "/ask/".to_owned() + &"0".repeat(64),
        page.path.to_uppercase().replace("/ASK/", "/ask/"),
        page.path[..page.path.len() - 1].to_owned(),
        format!("{}0", page.path),
        format!("/ask/{}", page.request),
        "/ask/%FF%00".to_owned(),
    ] {
        let answer = page
            .test
            .send(Request::get(&wrong).header("host", "desk.example"))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
        assert!(!answer.body.contains("parcel") && answer.body != real, "{wrong}");
    }
    // Only a hash of the token is kept.
    let token = page.path.trim_start_matches("/ask/");
    let stored = page.test.desk.db.info_request_by_token(&[0; 32]).await.unwrap();
    assert!(stored.is_none() && token.len() == 64);
}

#[tokio::test]
async fn withdrawn_and_expired_questions_say_so_and_take_nothing() {
    let page = Page::new().await;
    page.test
        .desk
        .withdraw_request(ClientScope::Agency, page.request, "dana")
        .await
        .unwrap();
    assert_eq!(page.state().await, WorkState::Drafting);
    let shown = page.get().await;
    assert_eq!(shown.status, StatusCode::GONE);
    assert!(shown.body.contains("was withdrawn") && !shown.body.contains("<form"));
    let refused = page.post(form("late", "late", &[])).await;
    assert_eq!((refused.status, page.answers().await), (StatusCode::GONE, 0));

    let page = Page::new().await;
    page.test.clock.advance(chrono::Duration::days(60));
    page.test.desk.tick().await.unwrap();
    let shown = page.get().await;
    assert_eq!(shown.status, StatusCode::GONE);
    assert!(shown.body.contains("The time for this question is over"));
    assert_eq!(
        page.post(form("late", "late", &[])).await.status,
        StatusCode::GONE
    );
    let (request, _) = page
        .test
        .desk
        .info_request(ClientScope::Agency, page.request)
        .await
        .unwrap();
    assert_eq!(request.state.as_str(), "lapsed");
}

#[tokio::test]
async fn what_is_no_picture_and_no_pdf_is_refused_by_its_content() {
    let page = Page::new().await;
    let files: [(&str, &[u8]); 4] = [
        ("photo.jpg", b"MZ\x90\x00 a program"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("proof.png", b"PK\x03\x04 an archive"),
        ("empty.pdf", b""),
    ];
    for (name, content) in files {
        let refused = page.post(form("It was DHL", "Done", &[(name, content)])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.body.contains(name), "{name}: {}", refused.body);
    }
    assert_eq!(page.answers().await, 0);
}

#[tokio::test]
async fn files_beyond_the_limits_are_refused_with_a_page_that_says_them() {
    let page = Page::new().await;
    let large = vec![b'x'; 32_000_001];
    let refused = page.post(form("It was DHL", "Done", &[("a.pdf", &large)])).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        refused.body.contains("up to 32 MB") && refused.body.contains("It was DHL"),
        "{}",
        refused.body
    );
    assert_eq!(page.answers().await, 0);
}

#[tokio::test]
async fn a_form_on_another_site_is_refused() {
    let page = Page::new().await;
    for site in ["cross-site", "same-site"] {
        let refused = page.post_as(form("x", "y", &[]), site).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{site}");
    }
    let request = Request::post(&page.path)
        .header("host", "desk.example")
        .header("origin", "https://evil.example")
        .header(
            "content-type",
            format!("multipart/form-data; boundary={BOUNDARY}"),
        );
    let refused = page
        .test
        .send_with(request, Body::from(form("x", "y", &[])))
        .await;
    assert_eq!((refused.status, page.answers().await), (StatusCode::FORBIDDEN, 0));
}

#[tokio::test]
async fn what_is_no_evidence_is_refused_and_nothing_is_kept() {
    let page = Page::new().await;
    for (name, content) in [
        ("cut.pdf", &b"%PDF-1.7 x"[..]),
        ("scan.pdf", b"\x7fELF\x02\x01\x01 renamed"),
        ("card.txt", b"paid with 4111 1111 1111 1111"),
    ] {
        let refused = page
            .post(form("It was DHL", "We ask DHL by Friday", &[(name, content)]))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.body.contains(name), "{}", refused.body);
        assert!(!refused.body.contains("4111 1111 1111 1111"), "{}", refused.body);
    }
    assert_eq!(page.answers().await, 0);
}
