//! Monthly packs: made once, sent once and only with a lead's word, kept byte for byte, computed anew.

use docket_core::words::{Outcome, Reason};

use crate::factors::{fill, owner, row};
use crate::smtp::{Mood, Smtp};
use crate::support::{Desk, Engine, database};

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let all = part.iter().fold(0_u32, |sum, b| (sum << 8) | u32::from(*b)) << (8 * (3 - part.len()));
        for place in 0..=part.len() {
            out.push(char::from(SIGNS[(all >> (18 - 6 * place)) as usize & 63]));
        }
    }
    out
}

fn with_mail(port: u16) -> Desk {
    let mut desk = Desk::new(0);
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
    desk
}

async fn a_pack_goes_once_and_stays_as_it_went(engine: Engine) {
    let server = Smtp::start(Mood::Take);
    let mut desk = with_mail(server.port);
    let Some((test, url)) = database(engine).await else {
        return;
    };
    desk.set("DATABASE__URL", &url);
    let acme = owner(&desk, "Acme", 0);
    let rows = [
        row(Reason::NotReceived, "EUR", "on_time", Outcome::Won, 30),
        row(Reason::NotReceived, "EUR", "late", Outcome::Lost, 12),
    ];
    fill(&test.db, acme, &rows).await;
    let make = ["pack", "make", "--client", "Acme", "--month", "2026-02-15"];
    desk.call(&make)
        .refused(&["gets no packs", "docket pack subscribe"]);
    let subscribe = [
        "pack",
        "subscribe",
        "--client",
        "Acme",
        "--zone",
        "Europe/Amsterdam",
        "--language",
        "nl",
    ];
    desk.call(&[&subscribe[..], &["--to", "nobody"]].concat())
        .refused(&["no mail address"]);
    desk.call(&[&subscribe[..], &["--to", "board@acme.example"]].concat())
        .good();
    desk.call(&["pack", "make", "--client", "Acme", "--month", "2999-01-01"])
        .refused(&["not over"]);
    assert!(desk.call(&make).good().contains("waiting"));
    desk.call(&make).good();
    let listed = desk.call(&["pack", "list", "--json"]).json();
    assert_eq!(listed["packs"].as_array().unwrap().len(), 1, "made once");
    let id = listed["packs"][0]["id"].as_str().unwrap();
    desk.work();
    assert!(server.mails().is_empty(), "nothing goes without a lead");

    desk.lead("Lea");
    for nobody in ["mia", "lead"] {
        desk.call(&["pack", "approve", id, "--by", nobody])
            .refused(&["no lead or admin"]);
    }
    desk.call(&["pack", "approve", id, "--by", "lea"]).good();
    desk.call(&["pack", "approve", id, "--by", "lea"])
        .refused(&["only one that waits"]);
    desk.work();
    let mails = server.wait_for(1);
    assert_eq!(mails[0].to, "board@acme.example");
    let sent = desk.call(&["pack", "show", id, "--json"]).json();
    assert_eq!(
        (&sent["state"], sent["sent_at"].is_null()),
        (&"sent".into(), false)
    );
    let body: String = mails[0].text.split_whitespace().collect();
    let mut mailed = 0;
    for file in sent["files"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        let out = desk.folder.path().join(name);
        desk.call(&["pack", "fetch", id, name, "--out", out.to_str().unwrap()])
            .good();
        let content = std::fs::read(&out).unwrap();
        assert_eq!(file["size"], content.len());
        if file["mailed"] == true {
            mailed += 1;
            // Byte for byte, whatever the mail breaks it into.
            assert!(
                body.contains(&base64(&content)),
                "{name} is in the mail as it is kept"
            );
        }
    }
    assert_eq!(mailed, 4, "two reports, each as PDF and CSV");
    desk.work();
    desk.work();
    assert_eq!(server.mails().len(), 1, "never twice");

    let again = desk.call(&["pack", "recompute", id, "--json"]).json();
    assert_eq!(
        again["different"].as_array().unwrap().len() + again["changed"].as_array().unwrap().len(),
        0,
        "{again}"
    );
    let more = [row(Reason::NotReceived, "EUR", "late", Outcome::Won, 1)];
    let other = owner(&desk, "Other", 1);
    fill(&test.db, other, &more).await;
    let again = desk.call(&["pack", "recompute", id, "--json"]).json();
    assert!(
        again["different"].as_array().unwrap().is_empty(),
        "another client's case changes nothing"
    );
    desk.call(&["pack", "unsubscribe", "--client", "Acme"]).good();
    desk.call(&["pack", "unsubscribe", "--client", "Acme"])
        .refused(&["gets no packs"]);
}

#[tokio::test]
async fn a_pack_goes_once_and_stays_as_it_went_on_sqlite() {
    a_pack_goes_once_and_stays_as_it_went(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_pack_goes_once_and_stays_as_it_went_on_postgres() {
    a_pack_goes_once_and_stays_as_it_went(Engine::Postgres).await;
}

/// The server takes the whole pack and breaks off before it says so: nobody knows, so nothing is sent again.
#[tokio::test]
async fn a_pack_whose_sending_was_cut_off_waits_for_a_person() {
    let server = Smtp::start(Mood::BreakOffOnce);
    let mut desk = with_mail(server.port);
    let Some((test, url)) = database(Engine::Sqlite).await else {
        return;
    };
    desk.set("DATABASE__URL", &url);
    let acme = owner(&desk, "Acme", 0);
    fill(
        &test.db,
        acme,
        &[row(Reason::NotReceived, "EUR", "late", Outcome::Won, 1)],
    )
    .await;
    desk.call(&[
        "pack",
        "subscribe",
        "--client",
        "Acme",
        "--to",
        "board@acme.example",
    ])
    .good();
    desk.call(&["pack", "make", "--client", "Acme", "--month", "2026-02-15"])
        .good();
    let listed = desk.call(&["pack", "list", "--json"]).json();
    let id = listed["packs"][0]["id"].as_str().unwrap();
    desk.call(&["pack", "settle", id, "--arrived"])
        .refused(&["only an unconfirmed one"]);
    desk.call(&["pack", "approve", id, "--by", "lea"]).good();
    desk.work();
    assert_eq!(
        desk.call(&["pack", "show", id, "--json"]).json()["state"],
        "unconfirmed"
    );
    desk.work();
    assert_eq!(server.mails().len(), 1, "not sent again by itself");
    assert!(
        desk.call(&["pack", "show", id])
            .good()
            .contains("docket pack settle")
    );
    desk.call(&["pack", "settle", id, "--arrived"]).good();
    assert_eq!(desk.call(&["pack", "show", id, "--json"]).json()["state"], "sent");
    desk.work();
    assert_eq!(server.mails().len(), 1);

    // A report of one case, and of none: right words, no share of one, nothing that is no number.
    for (name, client) in [("one", "Acme"), ("empty", "Empty")] {
        if client == "Empty" {
            owner(&desk, "Empty", 1);
        }
        for report in ["win-rate", "factors"] {
            let out = desk.folder.path().join(format!("{name}-{report}.pdf"));
            let args = [
                "report",
                report,
                "--client",
                client,
                "--format",
                "pdf",
                "--out",
                out.to_str().unwrap(),
            ];
            desk.call(&args).good();
            let paper = docket_documents::examine("r.pdf", &std::fs::read(&out).unwrap()).unwrap();
            let text = paper.text.join(" ");
            assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
            assert!(!text.contains("100.0 %"), "{text}");
        }
    }
}

/// Of a past pack whatever changed since is named: a case by its facts, and what else figures go by.
async fn a_past_pack_says_what_changed(engine: Engine) {
    let Some((test, url)) = database(engine).await else {
        return;
    };
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    let acme = owner(&desk, "Acme", 0);
    let rows = [
        row(Reason::NotReceived, "EUR", "on_time", Outcome::Won, 12),
        row(Reason::NotReceived, "EUR", "late", Outcome::Lost, 12),
    ];
    fill(&test.db, acme, &rows).await;
    let subscribe = [
        "pack",
        "subscribe",
        "--client",
        "Acme",
        "--to",
        "board@acme.example",
    ];
    desk.call(&subscribe).good();
    desk.call(&["pack", "make", "--client", "Acme", "--month", "2026-02-15"])
        .good();
    let listed = desk.call(&["pack", "list", "--json"]).json();
    let id = listed["packs"][0]["id"].as_str().unwrap();
    let recompute = || desk.call(&["pack", "recompute", id, "--json"]).json();
    let nothing = recompute();
    for part in ["different", "changed", "inputs", "not_kept"] {
        assert_eq!(nothing[part], serde_json::json!([]), "{part}");
    }

    // A fact of one case that came later and speaks of before: its outcome and amount are what they were.
    let all = test
        .db
        .cases(
            docket_store::ClientScope::One(acme.0),
            &Default::default(),
            None,
            1,
        )
        .await
        .unwrap();
    let case = &all[0].case;
    let told = docket_core::factor::Factor {
        kind: docket_core::factor::FactorKind::Carrier,
        value: "GLS".to_owned(),
        source: "parcels.csv:2".to_owned(),
        as_of: case.facts.opened_at,
    };
    let mut unit = docket_store::UnitOfWork::begin(&test.db).await.unwrap();
    unit.keep_factors((case.id, acme.0), &[told], case.facts.opened_at)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let found = recompute();
    assert_eq!(found["different"], serde_json::json!(["factors-2026-02.csv"]));
    assert_eq!(
        (found["changed"].as_array().unwrap().len(), &found["inputs"]),
        (1, &serde_json::json!([]))
    );
    let changed = &found["changed"][0];
    assert_eq!(changed["dispute"], case.dispute.0.as_str());
    let side = |name: &str| changed[name].as_str().unwrap().to_owned();
    assert!(
        side("before").contains("carrier=dhl") && side("after").contains("carrier=several"),
        "{changed}"
    );
    assert!(!side("after").contains("outcome"), "only what differs: {changed}");

    // What is no case: a fee, and a contract.
    let connection = acme.1.to_string();
    let fee = [
        "fee",
        "set",
        "--connection",
        &connection,
        "--currency",
        "EUR",
        "--from",
        "2026-01-01",
    ];
    // Only with both is anything known of what a case costs.
    desk.call(&[&fee[..], &["--kind", "agency", "--amount", "0"]].concat())
        .good();
    assert_eq!(
        recompute()["different"],
        serde_json::json!(["factors-2026-02.csv"])
    );
    desk.call(&[&fee[..], &["--kind", "platform", "--amount", "20.00"]].concat())
        .good();
    let found = recompute();
    let inputs = found["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 2, "{found}");
    for (input, kind) in inputs.iter().zip(["agency", "platform"]) {
        let says = input["input"].as_str().unwrap();
        assert!(
            says.starts_with(&format!("fee rule {kind} of connection")) && input["before"].is_null(),
            "{found}"
        );
    }
    let text = desk.call(&["pack", "recompute", id]).good();
    for words in [
        "win-rates-2026-02.csv: other figures now",
        "carrier=several",
        "What else figures go by",
        "fee rule platform",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[tokio::test]
async fn a_past_pack_says_what_changed_on_sqlite() {
    a_past_pack_says_what_changed(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_past_pack_says_what_changed_on_postgres() {
    a_past_pack_says_what_changed(Engine::Postgres).await;
}
