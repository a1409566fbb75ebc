//! People are told, by real mails; missed deadlines get a cause; clients are asked and answer.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::smtp::{Mood, Smtp, free_port};
use crate::support::{Desk, Engine, database, http};

pub fn with_mail(desk: &mut Desk, port: u16) {
    for (key, value) in [
        ("MAIL__SERVER", "127.0.0.1"),
        ("MAIL__TLS", "none"),
        ("MAIL__FROM", "Docket <docket@example.com>"),
        ("MAIL__DESK", "desk@example.com"),
        ("MAIL__LEAD", "lead@example.com"),
    ] {
        desk.set(key, value);
    }
    desk.set("MAIL__PORT", &port.to_string());
}

/// One dispute that waits for us and has so many seconds left.
pub async fn dispute(desk: &Desk, seconds: u64) -> String {
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, seconds).await.remove(0);
    desk.call(&["sync"]).good();
    dispute
}

fn kinds(desk: &Desk) -> Vec<String> {
    let all = desk.call(&["notice", "list", "--all", "--json"]).json();
    let kind = |n: &Value| n["kind"].as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(kind).collect()
}

/// A process that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Ends it as an operator does: what runs is finished and written down.
    fn stop(mut self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status();
        assert!(asked.unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

fn start(desk: &Desk, command: &str) -> Running {
    let mut command = desk.command(&[command]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Running(child.unwrap())
}

async fn a_rung_alerts_desk_and_lead_once(engine: Engine) {
    let Some((_database, url)) = database(engine).await else {
        return;
    };
    let smtp = Smtp::start(Mood::Take);
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    with_mail(&mut desk, smtp.port);
    let dispute = dispute(&desk, 20 * 3600).await;
    for _ in 0..3 {
        desk.work();
        desk.call(&["sync", "--full"]).good();
    }
    let mails = smtp.mails();
    let to: BTreeSet<&str> = mails.iter().map(|m| m.to.as_str()).collect();
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert_eq!(to, BTreeSet::from(["desk@example.com", "lead@example.com"]));
    let case = desk.case(&dispute);
    for word in [
        case["id"].as_str().unwrap(),
        &dispute,
        "PayPal",
        "Acme",
        "less than 24 hours are left",
        "UTC (in 19 h",
        "nobody has begun a response",
        "docket respond",
    ] {
        assert!(
            mails[0].text.contains(word),
            "`{word}` is missing in {}",
            mails[0].text
        );
    }
    assert!(mails[0].header("Message-ID").ends_with("@example.com>"));
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert_eq!(kinds(&desk), ["ladder_24h"]);
    let notice = desk.call(&["notice", "list", "--json"]).json()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.call(&["notice", "seen", &notice]).good();
    assert_eq!(desk.call(&["notice", "list", "--json"]).json(), json!([]));
    let seen = desk.call(&["notice", "list", "--all", "--json"]).json();
    assert_eq!(seen[0]["seen_by"], "tester");
}

/// A picture of one pixel.
pub const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\xf8\x0f\x00\x01\x01\x01\x00\xb1\x38\xf6\x14\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

#[tokio::test]
async fn a_rung_alerts_desk_and_lead_once_on_sqlite() {
    a_rung_alerts_desk_and_lead_once(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_rung_alerts_desk_and_lead_once_on_postgres() {
    a_rung_alerts_desk_and_lead_once(Engine::Postgres).await;
}

#[tokio::test]
async fn process_mails_wait_for_a_server_that_is_down_and_go_out_when_it_is_up() {
    let port = free_port();
    let mut desk = Desk::new(0);
    with_mail(&mut desk, port);
    dispute(&desk, 60 * 3600).await;
    desk.work();
    let waiting = desk.call(&["job", "list", "--json"]).json();
    let mail = waiting
        .as_array()
        .unwrap()
        .iter()
        .find(|j| j["kind"] == "send_mail");
    let why = mail.unwrap()["last_error"].as_str().unwrap();
    assert!(why.contains("cannot be reached"), "{why}");
    assert_eq!(kinds(&desk), ["ladder_72h"], "the desk itself knows at once");
    let smtp = Smtp::on(port, Mood::Take);
    let worker = start(&desk, "worker");
    assert_eq!(smtp.wait_for(1)[0].to, "desk@example.com");
    worker.stop();
    let jobs = desk.call(&["job", "list", "--json"]).json().to_string();
    assert!(
        !jobs.contains("send_mail"),
        "it went out once and is done: {jobs}"
    );
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
async fn process_a_mail_whose_arrival_is_unknown_comes_again_under_the_same_id() {
    let smtp = Smtp::start(Mood::BreakOffOnce);
    let mut desk = Desk::new(0);
    with_mail(&mut desk, smtp.port);
    dispute(&desk, 60 * 3600).await;
    let _worker = start(&desk, "worker");
    let mails = smtp.wait_for(2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert_eq!(mails[0].text, mails[1].text);
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_calls_a_person_without_showing_the_address() {
    let smtp = Smtp::start(Mood::RefuseRecipients);
    let mut desk = Desk::new(0);
    with_mail(&mut desk, smtp.port);
    let dispute = dispute(&desk, 60 * 3600).await;
    desk.work();
    let dead = desk.call(&["job", "list", "--dead", "--json"]).json();
    let why = dead[0]["last_error"].as_str().unwrap();
    assert!(why.contains("550") && !why.contains("example.com"), "{why}");
    let flags = desk.case(&dispute)["attention"].clone();
    assert!(flags.as_array().unwrap().contains(&json!("dead_job")), "{flags}");
}

#[tokio::test]
async fn without_a_mail_server_people_are_told_in_the_desk_and_that_is_said() {
    let desk = Desk::new(0);
    dispute(&desk, 60 * 3600).await;
    let worker = desk.call(&["worker", "--until-idle"]);
    assert_eq!(
        worker.err.matches("no mail server is configured").count(),
        1,
        "{}",
        worker.err
    );
    assert_eq!(kinds(&desk), ["ladder_72h"]);
    let doctor = desk.call(&["doctor"]).good();
    assert!(doctor.contains("no mail server is configured"), "{doctor}");
}

#[tokio::test]
async fn six_hours_before_the_deadline_the_lead_is_called_where_nothing_goes_by_itself() {
    let smtp = Smtp::start(Mood::Take);
    let mut desk = Desk::new(0);
    with_mail(&mut desk, smtp.port);
    let first = dispute(&desk, 5 * 3600).await;
    desk.work();
    assert_eq!(kinds(&desk), ["lead_called"]);
    // Prepared for later, and the client did not allow to bring it forward: the lead is called as well.
    let second = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    let prepare = |dispute: &str| {
        let words = [
            "respond",
            dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            "later",
            "--at",
            "4h",
        ];
        desk.call(&words).good();
    };
    prepare(&second);
    desk.work();
    assert_eq!(kinds(&desk), ["lead_called", "lead_called"]);
    let mails = smtp.mails();
    assert!(mails.iter().all(|m| m.to == "lead@example.com"), "{mails:?}");
    assert!(mails[0].header("Subject").starts_with("URGENT: ") && mails[0].text.contains(&first));
    assert!(mails[1].text.contains("a response is prepared and goes out at"));
    // Where the client allows it, the net sends the response and says so.
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    let third = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    prepare(&third);
    desk.work();
    assert_eq!(kinds(&desk)[2], "safety_net");
    assert_eq!(desk.case(&third)["responses"][0]["state"], "confirmed");
}

#[tokio::test]
async fn process_a_missed_deadline_becomes_an_incident_with_a_cause_that_a_person_sets() {
    let smtp = Smtp::start(Mood::Take);
    let mut desk = Desk::new(0);
    with_mail(&mut desk, smtp.port);
    let dispute = dispute(&desk, 6).await;
    let worker = start(&desk, "worker");
    let mails = smtp.wait_for(3);
    worker.stop();
    assert!(
        mails[2]
            .text
            .contains("the deadline passed without a confirmed response"),
        "{mails:?}"
    );
    assert_eq!(kinds(&desk), ["lead_called", "deadline_missed"]);
    let all = desk
        .call(&["incident", "list", "--client", "Acme", "--json"])
        .json();
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["cause"]),
        (1, &json!("unknown")),
        "{all}"
    );
    let id = all[0]["id"].as_str().unwrap();
    desk.call(&["incident", "set-cause", id, "--cause", "agency", "--note", " "])
        .refused(&["--note"]);
    let set = [
        "incident",
        "set-cause",
        id,
        "--cause",
        "agency",
        "--note",
        "nobody was on duty",
        "--by",
        "lena",
    ];
    desk.call(&set).good();
    let shown = desk.call(&["incident", "show", id, "--json"]).json();
    assert_eq!(
        (&shown["cause"], &shown["decided_by"]),
        (&json!("agency"), &json!("lena"))
    );
    let case = desk.case(&dispute);
    let last = case["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["kind"], &last["actor"]),
        (&json!("miss_cause_set"), &json!("lena"))
    );
}

#[tokio::test]
async fn a_client_is_asked_by_mail_and_answers_on_its_page() {
    let smtp = Smtp::start(Mood::Take);
    let port = free_port();
    let mut desk = Desk::new(0);
    let dispute = dispute(&desk, 100 * 3600).await;
    let ask = ["info", "ask", &dispute, "--question", "Which carrier took it?"];
    desk.call(&[&ask[..], &["--to", "client@example.com"]].concat())
        .refused(&["[mail]", "--to"]);
    let said = desk.call(&ask);
    assert!(said.err.contains("web.public_url"), "{}", said.err);
    assert!(said.good().starts_with("/ask/"));
    with_mail(&mut desk, smtp.port);
    let public = format!("http://127.0.0.1:{port}");
    desk.set("WEB__PUBLIC_URL", &public);
    desk.set("WEB__LISTEN", &format!("127.0.0.1:{port}"));
    desk.call(&[&ask[..], &["--to", "client@example.com", "--json"]].concat())
        .good();
    desk.work();
    let mail = smtp.wait_for(1).remove(0);
    assert_eq!(mail.to, "client@example.com");
    let page = mail
        .text
        .lines()
        .find(|l| l.starts_with(&public))
        .unwrap()
        .to_owned();
    assert_eq!(desk.case(&dispute)["work_state"], "waiting_on_client");

    let mut command = desk.command(&["web"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let out = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut first).unwrap();
    let _web = Running(child);
    // An upload of 200 MB is refused with a page that says why, and the connection does not hang.
    let large = vec![b'x'; 200_000_000];
    let form = reqwest::multipart::Form::new()
        .text("answer", "DHL")
        .text("action_plan", "none")
        .part(
            "files",
            reqwest::multipart::Part::bytes(large).file_name("big.pdf"),
        );
    let refused = http().post(&page).multipart(form).send().await.unwrap();
    assert_eq!(refused.status(), 413);
    assert!(refused.text().await.unwrap().contains("64 MB"));
    let part = reqwest::multipart::Part::bytes(PICTURE).file_name("scan.png");
    let form = reqwest::multipart::Form::new()
        .text("answer", "It was DHL")
        .text("action_plan", "We ask them by Friday")
        .part("files", part);
    let taken = http().post(&page).multipart(form).send().await.unwrap();
    let shown = taken.text().await.unwrap();
    assert!(
        shown.contains("It was DHL") && shown.contains("scan.png"),
        "{shown}"
    );

    let all = desk.call(&["info", "list", "--case", &dispute, "--json"]).json();
    assert_eq!(
        (&all[0]["state"], &all[1]["state"]),
        (&json!("open"), &json!("answered"))
    );
    let one = desk
        .call(&["info", "show", all[1]["id"].as_str().unwrap(), "--json"])
        .json();
    assert_eq!(one["answers"][0]["action_plan"], "We ask them by Friday");
    assert_eq!(
        desk.case(&dispute)["work_state"],
        "waiting_on_client",
        "the first is still open"
    );
    desk.call(&["info", "withdraw", all[0]["id"].as_str().unwrap()])
        .good();
    assert_eq!(desk.case(&dispute)["work_state"], "drafting");
    let stats = desk.call(&["info", "stats", "--client", "Acme", "--json"]).json();
    assert_eq!(
        (&stats["asked"], &stats["answered"], &stats["withdrawn"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(
        stats["within_24h"],
        json!({ "hits": 0, "n": 0, "percent": null, "interval": null }),
        "no question is a day old"
    );
    let history = desk.case(&dispute)["history"].to_string();
    assert!(
        !history.contains("DHL"),
        "the answer is not in the history: it can be erased"
    );
}

#[tokio::test]
async fn a_deadline_that_moves_takes_the_open_question_with_it() {
    let smtp = Smtp::start(Mood::Take);
    let mut desk = Desk::everywhere(0);
    with_mail(&mut desk, smtp.port);
    desk.set("WEB__PUBLIC_URL", "https://desk.example.com");
    desk.join("klarna", "Acme", 0);
    let day = 86_400;
    let wish = json!({"due_in_seconds": 4 * day});
    let dispute = desk.plant_on("klarna", 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    let ask = [
        "info",
        "ask",
        &dispute,
        "--question",
        "Which carrier took it?",
        "--to",
        "client@example.com",
    ];
    desk.call(&ask).good();
    let question = || {
        let all = desk.call(&["info", "list", "--case", &dispute, "--json"]).json();
        let at = |key: &str| all[0][key].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        (at("asked_at"), at("due_at"), at("expires_at"))
    };
    let (asked, due, expires) = question();
    assert_eq!(due, expires - Duration::days(2));
    desk.post(
        &format!("klarna/disputes/{dispute}/extend"),
        &json!({"seconds": 10 * day}),
    )
    .await;
    desk.call(&["sync"]).good();
    let later = question();
    assert_eq!(
        later,
        (asked, asked + Duration::days(5), expires + Duration::days(10))
    );
    desk.work();
    let told = smtp.wait_for(2);
    let subjects: Vec<&str> = told.iter().map(|mail| mail.header("Subject")).collect();
    assert!(
        subjects.iter().any(|subject| subject.starts_with("New due time")),
        "{subjects:?}"
    );
}
