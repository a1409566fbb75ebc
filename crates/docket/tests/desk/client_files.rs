//! What a client uploads at its page becomes evidence of the case, once, and counts when somebody says what it shows.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use docket_documents::samples;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::smtp::free_port;
use crate::support::{Desk, http};

struct Web(Child);

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Web {
    fn start(desk: &Desk) -> Self {
        let mut child = desk
            .command(&["web"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut first).unwrap();
        Self(child)
    }
}

async fn answer(page: &str, files: &[(&str, &[u8])]) -> (u16, String) {
    say(page, "It was DHL", files).await
}

async fn say(page: &str, words: &str, files: &[(&str, &[u8])]) -> (u16, String) {
    let mut form = Form::new()
        .text("answer", words.to_owned())
        .text("action_plan", "We ask them by Friday");
    for (name, content) in files {
        let part = Part::bytes(content.to_vec()).file_name((*name).to_owned());
        form = form.part("files", part);
    }
    let said = http().post(page).multipart(form).send().await.unwrap();
    (said.status().as_u16(), said.text().await.unwrap())
}

fn pieces(desk: &Desk, dispute: &str) -> Vec<Value> {
    let list = desk.call(&["evidence", "list", dispute, "--json"]).json();
    list.as_array().unwrap().clone()
}

#[tokio::test]
async fn what_a_client_uploads_counts_when_somebody_says_what_it_shows() {
    let port = free_port();
    let mut desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 100 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    let asked = desk.call(&["info", "ask", &dispute, "--question", "Which carrier took it?"]);
    let path = asked.good().lines().next().unwrap().to_owned();
    desk.set("WEB__LISTEN", &format!("127.0.0.1:{port}"));
    let _web = Web::start(&desk);
    let page = format!("http://127.0.0.1:{port}{path}");

    for (name, content) in [
        ("scripted.pdf", samples::scripted_pdf()),
        ("bomb.pdf", samples::bomb_pdf()),
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("scan.pdf", b"\x7fELF\x02\x01\x01 renamed".to_vec()),
    ] {
        let (status, shown) = answer(&page, &[(name, &content)]).await;
        assert!(status == 422 && shown.contains(name), "{status} {name}: {shown}");
    }
    for words in ["She paid with 4111 1111 1111 1111", "The CVV2 123 was right"] {
        let (status, shown) = say(&page, words, &[("proof.pdf", &samples::pdf(&[&["x"]]))]).await;
        assert!(
            status == 422 && shown.contains("Nothing was kept: take it out"),
            "{status}: {shown}"
        );
    }
    assert!(pieces(&desk, &dispute).is_empty());
    let questions = desk.call(&["info", "list", "--case", &dispute, "--json"]).json();
    assert_eq!(questions[0]["state"], "open", "{questions}");

    let proof = samples::pdf(&[&[
        "Hanseat Express",
        "Parcel HE00417722 delivered 2026-11-05 at 14:05",
    ]]);
    // Browsers send a form again; people send the same file under another name.
    for name in ["proof.pdf", "proof.pdf", "proof (1).pdf"] {
        assert_eq!(answer(&page, &[(name, &proof)]).await.0, 200);
    }
    let there = pieces(&desk, &dispute);
    assert_eq!(there.len(), 1, "{there:?}");
    let piece = &there[0];
    assert_eq!(
        (&piece["unconfirmed"], &piece["from"]["by"]),
        (&json!(true), &json!("client"))
    );
    let question = desk.call(&["info", "list", "--case", &dispute, "--json"]).json();
    let question = question[0]["id"].as_str().unwrap().to_owned();
    let place = piece["from"]["place"].as_str().unwrap();
    assert!(
        place.contains("proof.pdf") && place.contains(&question),
        "{place}"
    );

    // It counts for nothing and goes nowhere until somebody has looked at it.
    let check = || desk.call(&["evidence", "check", &dispute, "--json"]).json();
    let before = check();
    assert_eq!(before["unconfirmed"].as_array().unwrap().len(), 1, "{before}");
    let id = piece["id"].as_str().unwrap();
    let told = desk.call(&["evidence", "check", &dispute]).good();
    assert!(told.contains("evidence confirm") && told.contains(id), "{told}");
    let out = desk.file("packet.pdf", b"");
    let packet = || desk.call(&["evidence", "packet", &dispute, "--out", &out]);
    let bare = packet().good();
    assert!(
        bare.contains("1 file(s) of the client are not in it") && bare.contains("there is no exhibit"),
        "{bare}"
    );
    for _ in 0..2 {
        let words = ["evidence", "confirm", &dispute, id, "--kind", "delivery_proof"];
        desk.call(&words).good();
    }
    let after = check();
    assert_eq!(after["unconfirmed"], json!([]), "{after}");
    assert!(
        after["completeness"].as_u64() > before["completeness"].as_u64(),
        "{before} {after}"
    );
    assert!(packet().good().contains("exhibit 1"));
    let history = desk.case(&dispute)["history"].clone();
    let confirmed = history.as_array().unwrap().iter();
    let confirmed = confirmed.filter(|row| row["kind"] == "evidence_confirmed");
    assert_eq!(confirmed.count(), 1, "{history}");
    let nobody = "00000000-0000-7000-8000-000000000000";
    desk.call(&["evidence", "confirm", &dispute, nobody, "--kind", "other"])
        .refused(&["no piece of evidence", "evidence list"]);
    desk.call(&["doctor"]).good();
}

/// A reply by mail counts when somebody enters it, under their name.
#[tokio::test]
async fn what_a_client_replies_by_mail_is_entered_at_the_desk() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 100 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    desk.call(&["info", "ask", &dispute, "--question", "Which carrier took it?"])
        .good();
    let list = || desk.call(&["info", "list", "--case", &dispute, "--json"]).json();
    let question = list()[0]["id"].as_str().unwrap().to_owned();
    let proof = samples::pdf(&[&["Hanseat Express", "Parcel HE00417722 delivered 2026-11-05"]]);
    let file = desk.file("proof.pdf", &proof);
    let enter = |answer: &str, plan: &str| {
        let words = ["info", "answer", &question, "--answer", answer, "--plan", plan];
        desk.call(&[&words[..], &["--file", &file, "--by", "dana"]].concat())
    };
    enter("Hanseat Express", " ").refused(&["The action plan is missing"]);
    assert_eq!(list()[0]["state"], "open");
    enter("Hanseat Express", "we send the scan today").good();
    assert_eq!(list()[0]["state"], "answered");
    let there = pieces(&desk, &dispute);
    assert_eq!(
        (there.len(), &there[0]["unconfirmed"]),
        (1, &json!(true)),
        "{there:?}"
    );
    let history = desk.case(&dispute)["history"].clone();
    let entered = |row: &serde_json::Value| row["kind"] == "client_answered" && row["actor"] == "dana";
    assert!(history.as_array().unwrap().iter().any(entered), "{history}");
}
