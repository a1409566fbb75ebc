//! A client answers by a reply to the mail that asked, as a mail server hands it over.

use std::io::Write;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::people::{PICTURE, dispute, with_mail};
use crate::smtp::{Mood, Received, Smtp};
use crate::support::Desk;

/// Gives a mail to `docket info receive`; its exit code, and all that it printed.
fn receive(desk: &Desk, mail: &str) -> (i32, String) {
    let mut command = desk.command(&["info", "receive"]);
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(mail.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (
        out.status.code().unwrap(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// A desk that asked one question by mail: the desk, the dispute and the mail.
async fn asked() -> (Desk, String, Received) {
    let smtp = Smtp::start(Mood::Take);
    let mut desk = Desk::new(0);
    let dispute = dispute(&desk, 100 * 3600).await;
    with_mail(&mut desk, smtp.port);
    desk.set("MAIL__REPLIES", "answers@example.com");
    desk.set("WEB__PUBLIC_URL", "http://desk.example.com");
    let ask = ["info", "ask", &dispute, "--question", "Which carrier took it?"];
    desk.call(&[&ask[..], &["--to", "client@example.com"]].concat())
        .good();
    desk.work();
    let mail = smtp.wait_for(1).remove(0);
    (desk, dispute, mail)
}

fn question(desk: &Desk, dispute: &str) -> Value {
    let all = desk.call(&["info", "list", "--case", dispute, "--json"]).json();
    let id = all[0]["id"].as_str().unwrap().to_owned();
    desk.call(&["info", "show", &id, "--json"]).json()
}

#[tokio::test]
async fn a_reply_with_a_file_answers_the_question_once() {
    let (desk, dispute, mail) = asked().await;
    assert_eq!(mail.header("Reply-To"), "answers@example.com");
    assert!(mail.text.contains("Reply above this line"), "{}", mail.text);
    let picture = STANDARD.encode(PICTURE);
    let logo = STANDARD.encode("<svg xmlns='http://www.w3.org/2000/svg'/>");
    let reply = format!(
        "From: Anna <anna@acme.example>\r\nTo: answers@example.com\r\nMessage-ID: <1@acme.example>\r\nIn-Reply-To: {}\r\nSubject: Re: A question\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDHL f=FCr Parcel 12.\r\n\r\nAction plan:\r\nThe scan by Friday\r\n\r\nOn Tue Docket <answers@example.com> wrote:\r\n> ----- Reply above this line -----\r\n> Which carrier took it?\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"../scan.png\"\r\n\r\n{picture}\r\n--b\r\nContent-Type: image/svg+xml\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline; filename=\"logo.svg\"\r\n\r\n{logo}\r\n--b--\r\n",
        mail.header("Message-ID")
    );
    let (code, said) = receive(&desk, &reply);
    assert_eq!(code, 0, "{said}");
    let one = question(&desk, &dispute);
    assert_eq!(one["state"], "answered");
    let answer = &one["answers"][0];
    assert_eq!(answer["action_plan"], "The scan by Friday");
    let text = answer["answer"].as_str().unwrap();
    assert!(
        text.starts_with("DHL für Parcel 12.") && text.contains("[not taken: `logo.svg`"),
        "{text}"
    );
    let files = answer["files"].as_array().unwrap();
    assert_eq!((files.len(), &files[0]["name"]), (1, &json!("scan.png")));
    assert_eq!(desk.case(&dispute)["work_state"], "drafting");
    let log = desk
        .call(&["audit", "list", "--kind", "client_answer", "--json"])
        .json();
    assert_eq!(log[0]["detail"]["from"], "mail of anna@acme.example");

    // A mail server that is not sure whether we took it hands it over again.
    let (code, said) = receive(&desk, &reply);
    assert_eq!((code, said.contains("already")), (0, true), "{said}");
    assert_eq!(question(&desk, &dispute)["answers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_mail_that_is_no_answer_goes_back_or_is_left_alone() {
    let (desk, dispute, mail) = asked().await;
    let id = mail.header("Message-ID").to_owned();
    let reply = |headers: &str, body: &str| format!("From: anna@acme.example\r\n{headers}\r\n\r\n{body}\r\n");
    // Without its second part: the sender is told what to write.
    let (code, said) = receive(&desk, &reply(&format!("In-Reply-To: {id}"), "DHL"));
    assert_eq!((code, said.contains("Action plan:")), (65, true), "{said}");
    // What must not be kept is not kept.
    let card = "DHL. Card 4111 1111 1111 1111\r\nAction plan: none";
    let (code, said) = receive(&desk, &reply(&format!("In-Reply-To: {id}"), card));
    assert_eq!((code, said.contains("Nothing was kept")), (65, true), "{said}");
    // Of nobody's question.
    let both = "DHL\r\nAction plan: the scan";
    let (code, said) = receive(&desk, &reply("Subject: hello", both));
    assert_eq!((code, said.contains("no question")), (65, true), "{said}");
    // A holiday reply.
    let away = format!("In-Reply-To: {id}\r\nAuto-Submitted: auto-replied");
    let (code, said) = receive(&desk, &reply(&away, both));
    assert_eq!((code, said.contains("machine")), (0, true), "{said}");
    let one = question(&desk, &dispute);
    assert_eq!((&one["state"], &one["answers"]), (&json!("open"), &json!([])));

    // A mail program that names no mail it replies to, but quotes it: the page's address says whose it is.
    let page = mail
        .text
        .lines()
        .find(|l| l.starts_with("http://desk.example.com/ask/"))
        .unwrap();
    let quoted = format!("DHL\r\nAction plan: the scan\r\n\r\n> {page}");
    let (code, said) = receive(&desk, &reply("Subject: Re: A question", &quoted));
    assert_eq!(code, 0, "{said}");
    assert_eq!(question(&desk, &dispute)["state"], "answered");

    // A question that takes none any more: back to the sender, who hears it. Our database away: the server keeps the mail.
    desk.call(&[
        "info",
        "withdraw",
        question(&desk, &dispute)["id"].as_str().unwrap(),
    ])
    .refused(&["answered"]);
    let mut broken = desk;
    broken.set("DATABASE__URL", "sqlite:///nowhere/at/all.db");
    let (code, said) = receive(&broken, &reply(&format!("In-Reply-To: {id}"), both));
    assert_eq!(code, 75, "{said}");
}
