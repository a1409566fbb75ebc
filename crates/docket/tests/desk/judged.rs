//! What is handed in decides: complete packets win more often than bare words, and the report shows it with its intervals.

use serde_json::{Value, json};

use crate::support::Desk;

/// Answers of each kind. With fewer the intervals would still touch.
const EACH: usize = 24;

impl Desk {
    /// Brings what the checklist requires, and sends the packet.
    async fn answer_completely(&self, dispute: &str) {
        let add = |kind: &str, more: &[&str]| {
            let words = ["evidence", "add", dispute, kind];
            self.call(&[&words[..], more].concat()).good();
        };
        let rows = || {
            let list = self.call(&["evidence", "check", dispute, "--json"]).json();
            list["rows"].as_array().unwrap().clone()
        };
        let lacking = || {
            let open = rows().into_iter().filter(|row| {
                row["need"] == "required" && ["missing", "weak"].iter().any(|so| row["standing"] == *so)
            });
            let kinds = open.map(|row| row["kind"].as_str().unwrap().to_owned());
            kinds.collect::<Vec<_>>()
        };
        let parcel = || {
            let known = rows().into_iter().find(|row| row["kind"] == "tracking");
            known.and_then(|row| Some(row["having"][0]["what"].as_str()?.to_owned()))
        };
        // The platform's own parcel counts; where it knows of none, the merchant's is typed in.
        if parcel().is_none() {
            add(
                "tracking",
                &["--carrier", "Hanseat Express", "--tracking", "HE00417722"],
            );
        }
        let parcel = parcel().unwrap_or_else(|| "Hanseat Express HE00417722".to_owned());
        add("other", &["--text", "The parcel was delivered and signed for."]);
        let file = self.carriers_proof(dispute, &parcel);
        for kind in lacking().iter().filter(|kind| *kind != "refund_proof") {
            add(kind, &["--file", &file, "--title", "The carrier's proof"]);
        }
        if !lacking().is_empty() {
            self.refunded("Acme", dispute, &format!("RF-{dispute}")).await;
        }
        assert_eq!(lacking(), Vec::<String>::new());
        self.call(&["respond", dispute, "contest", "--packet", "--yes"])
            .good();
    }

    fn answer_barely(&self, platform: &str, dispute: &str, file: &str) {
        let words = [
            "respond",
            dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            "We do not agree.",
        ];
        // Klarna takes no answer without a file.
        let attached = ["--file", file];
        let more = if platform == "klarna" { &attached[..] } else { &[] };
        self.call(&[&words[..], more].concat()).good();
    }
}

/// The interval of a group of the report, in percent.
fn interval(report: &Value, key: &str) -> (u64, f64, f64) {
    let groups = report["groups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["key"] == key);
    let rate = &group.unwrap_or_else(|| panic!("{key} in {report}"))["win_rate"];
    let bound = |name: &str| rate[name].as_f64().unwrap_or_else(|| panic!("{rate}"));
    (rate["n"].as_u64().unwrap(), bound("low"), bound("high"))
}

async fn what_is_handed_in_decides(platform: &str, bare: &str, wish: Value) {
    let desk = Desk::everywhere(0);
    desk.join(platform, "Acme", 0);
    let disputes = desk.plant_on(platform, 0, 2 * EACH, &wish).await;
    desk.call(&["sync"]).good();
    // The facts of the orders come by jobs.
    desk.work();
    let blank = desk.file("blank.pdf", &docket_documents::samples::pdf(&[&["No."]]));
    for (number, dispute) in disputes.iter().enumerate() {
        match number % 2 {
            0 => desk.answer_completely(dispute).await,
            _ => desk.answer_barely(platform, dispute, &blank),
        }
    }
    desk.work();
    for dispute in &disputes {
        let decision = json!({"outcome": "JUDGED", "binding": true});
        desk.post(&format!("{platform}/disputes/{dispute}/decide"), &decision)
            .await;
    }
    desk.call(&["sync", "--full"]).good();
    let report = desk
        .call(&["report", "win-rate", "--by", "evidence", "--format", "json"])
        .json();
    let (complete, least, _) = interval(&report, "complete");
    let (barely, _, most) = interval(&report, bare);
    assert_eq!((complete, barely), (EACH as u64, EACH as u64), "{report}");
    assert!(least > most, "{least} against {most}: {report}");
}

#[tokio::test]
async fn complete_packets_win_more_often_at_paypal() {
    what_is_handed_in_decides("paypal", "empty", json!({})).await;
}

#[tokio::test]
async fn complete_packets_win_more_often_at_klarna() {
    what_is_handed_in_decides(
        "klarna",
        "partial",
        json!({"reason": "PRODUCTS_OR_SERVICES_NOT_RECEIVED"}),
    )
    .await;
}

#[tokio::test]
async fn complete_packets_win_more_often_at_shopify() {
    what_is_handed_in_decides(
        "shopify",
        "empty",
        json!({"kind": "CHARGEBACK", "reason": "PRODUCT_NOT_RECEIVED"}),
    )
    .await;
}

#[tokio::test]
async fn a_partial_defence_waits_for_two_and_its_win_is_partial() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    desk.join("paypal", "Acme", 0);
    let wish = json!({"reason": "INCORRECT_AMOUNT", "amount": 10_000});
    let dispute = desk.plant_on("klarna", 0, 1, &wish).await.remove(0);
    let elsewhere = desk.plant_on("paypal", 0, 1, &json!({})).await.remove(0);
    desk.call(&["sync"]).good();
    let file = desk.file(
        "invoice.pdf",
        &docket_documents::samples::pdf(&[&["Invoice 1001"]]),
    );
    let propose = |dispute: &str, amount: &str| {
        let words = [
            "respond",
            dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            "One of two.",
            "--by",
            "ada",
        ];
        let part = ["--file", &file, "--propose-refund", amount, "--yes", "--json"];
        desk.call(&[&words[..], &part].concat())
    };
    let disputed = desk.case(&dispute)["amount"].clone();
    let whole = disputed["minor"].as_i64().unwrap();
    let money = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
    propose(&dispute, &money(whole)).refused(&["is no part of", "use `accept`"]);
    propose(&elsewhere, "1.00").refused(&["PayPal takes no refund proposed"]);
    propose(&dispute, "1.25").good();
    desk.work();
    let own = || {
        desk.call(&["respond", "list", "--case", &dispute, "--json"])
            .json()
    };
    assert_eq!(own(), json!([]), "one person gave money away");
    desk.call(&["draft", "approve", &dispute, "--by", "bob"]).good();
    desk.work();
    assert_eq!(own()[0]["state"], "confirmed");
    desk.decide("klarna", &dispute, true).await;
    desk.call(&["sync", "--full"]).good();
    let report = desk
        .call(&["report", "win-rate", "--by", "platform", "--format", "json"])
        .json();
    let groups = report["groups"].as_array().unwrap();
    let klarna = groups.iter().find(|group| group["key"] == "klarna").unwrap();
    assert_eq!(
        (&klarna["win_rate"]["hits"], &klarna["win_rate"]["n"]),
        (&json!(0), &json!(1)),
        "{klarna}"
    );
    let factors = desk.case(&dispute)["factors"].to_string();
    for told in [
        "proposed_refund",
        "1.25",
        "hours_left_at_submission",
        "reviewer",
        "bob",
    ] {
        assert!(factors.contains(told), "{told}: {factors}");
    }
    assert!(
        klarna.to_string().contains(&(whole - 125).to_string()),
        "{klarna}"
    );
}
