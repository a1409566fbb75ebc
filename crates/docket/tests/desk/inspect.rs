//! `docket inspect` on payloads of all platforms: each prints a canonical snapshot or says what is wrong, nothing is stored.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::platforms::ALL;
use crate::support::{Desk, http};

/// The connectors' own fixtures: lists' rows, details, webhooks. What is no dispute is refused with a reason.
#[tokio::test]
async fn every_fixture_can_be_inspected() {
    let desk = Desk::new(0);
    for (platform, least) in [("paypal", 3), ("klarna", 3), ("shopify", 2)] {
        let folder = format!("{}/../{platform}/fixtures", env!("CARGO_MANIFEST_DIR"));
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let said = desk.call(&["inspect", platform, path.to_str().unwrap()]);
            if said.code == 1 {
                assert!(
                    said.err.starts_with("error: "),
                    "{}: {}",
                    path.display(),
                    said.err
                );
                continue;
            }
            let snapshot = said.json();
            let id = snapshot["platform_dispute_id"].as_str().unwrap();
            assert!(text.contains(id), "{}", path.display());
            assert!(snapshot["amount"]["minor"].is_i64() && snapshot["amount"]["currency"].is_string());
            seen += 1;
        }
        assert!(seen >= least, "{platform}: {seen}");
        desk.call(&["inspect", platform, "absent.json"])
            .refused(&["absent.json"]);
    }
    assert!(!desk.folder.path().join("data").exists(), "nothing is stored");
}

fn read(desk: &Desk, platform: &str, body: &Value) -> Value {
    let mut child = desk
        .command(&["inspect", platform, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(body.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{platform}: {body}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The words that a client learns from a payload are those that the stored case has.
#[tokio::test]
async fn a_payload_says_what_the_case_says() {
    let desk = Desk::everywhere(45);
    for platform in ALL {
        desk.join(platform, "Acme", 0);
    }
    desk.call(&["sync"]).good();
    let id = desk.accounts[0]["client_id"].as_str().unwrap();
    for platform in ALL {
        let remote = desk.get(&format!("{platform}/disputes?client_id={id}")).await;
        for body in remote.as_array().unwrap().iter().take(4) {
            let said = read(&desk, platform, body);
            let case = desk.case(said["platform_dispute_id"].as_str().unwrap());
            for field in [
                "platform",
                "amount",
                "stage",
                "turn",
                "deadline",
                "reason",
                "outcome",
                "opened_at",
                "allowed_actions",
            ] {
                assert_eq!(said[field], case[field], "{platform} {field}: {said}");
            }
        }
    }
}

/// A row of the list as Klarna and PayPal give it over the wire.
#[tokio::test]
async fn a_row_of_a_list_can_be_inspected() {
    let desk = Desk::everywhere(30);
    let keys = desk.credentials("klarna", 0);
    let text = |key: &str| keys[key].as_str().unwrap().to_owned();
    let list: Value = http()
        .get(format!("{}/v4/payment/disputes?size=5", desk.klarna))
        .basic_auth(text("username"), Some(text("password")))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let row = &list["disputes"][0];
    assert_eq!(
        read(&desk, "klarna", row)["platform_dispute_id"],
        row["payment_dispute_id"]
    );
    let whole = desk.file("list.json", list.to_string().as_bytes());
    desk.call(&["inspect", "klarna", &whole]).refused(&["list"]);
}

#[tokio::test]
async fn broken_payloads_are_refused_with_what_was_expected() {
    let desk = Desk::new(0);
    let broken: [(&str, &[u8]); 8] = [
        ("empty.json", b""),
        (
            "cut.json",
            br#"{"dispute_id": "PP-D-1", "payment_dispute_id": "krn:x", "id": "gid://x"#,
        ),
        ("page.html", b"<!doctype html><title>Just a moment</title>"),
        ("array.json", br#"[{"id": 1}]"#),
        ("other.json", br#"{"hello": "world"}"#),
        ("null.json", b"null"),
        ("binary.bin", b"\xff\xfe\x00\x01"),
        ("deep.json", &[b'['; 10_000]),
    ];
    for platform in ALL {
        for (name, content) in broken {
            let file = desk.file(name, content);
            let said = desk.call(&["inspect", platform, &file]);
            assert_eq!(said.code, 1, "{platform} {name}: {}", said.out);
            assert!(
                said.err.starts_with("error: ") && said.out.is_empty(),
                "{platform} {name}: {}",
                said.err
            );
            assert!(
                !said.err.contains("panicked") && !said.err.contains("Just a moment"),
                "{}",
                said.err
            );
            assert!(said.err.len() > 30, "{platform} {name}: {}", said.err);
        }
        // An id alone is no dispute: without an amount nothing can be said.
        let id = json!({"dispute_id": "PP-D-1", "payment_dispute_id": "krn:x", "id": 5, "amount": "a lot"});
        let file = desk.file("id.json", id.to_string().as_bytes());
        let said = desk.call(&["inspect", platform, &file]);
        assert!(
            said.code == 1 && said.err.contains("amount"),
            "{platform}: {}{}",
            said.out,
            said.err
        );
    }
    let file = desk.file("any.json", b"{}");
    desk.call(&["inspect", "stripe", &file])
        .refused(&["stripe", "paypal, klarna, shopify"]);
    assert_eq!(desk.call(&["inspect", "No Platform", &file]).code, 2);
}
