//! From a claim to one response: the checklist, what is brought, the packet, and the packet at the platform.

use serde_json::{Value, json};

use crate::platforms::has;
use crate::support::Desk;

/// What a carrier's page says, as a specialist copies it.
const PROOF: &str =
    "Hanseat Express. Parcel HE00417722 delivered 2026-11-05 at 14:05, signed by T. Sandelin.";

impl Desk {
    fn checklist(&self, dispute: &str) -> Value {
        self.call(&["evidence", "check", dispute, "--json"]).json()
    }

    fn bring(&self, dispute: &str, kind: &str, more: &[&str]) -> String {
        let words = ["evidence", "add", dispute, kind];
        self.call(&[&words[..], more].concat()).good().trim().to_owned()
    }
}

/// The kinds of the lines that are needed so and stand so.
fn kinds(list: &Value, need: &str, standing: &str) -> Vec<String> {
    let rows = list["rows"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["need"] == need && row["standing"] == standing);
    rows.map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

/// Whatever the claim is: what is required is brought, what does not apply is said, and the packet is the one response.
async fn from_claim_to_response(platform: &str, wish: Value) {
    let desk = Desk::everywhere(0);
    desk.join(platform, "Acme", 0);
    let dispute = desk.plant_on(platform, 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    desk.work();
    let before = desk.checklist(&dispute);
    let required = [
        kinds(&before, "required", "missing"),
        kinds(&before, "required", "weak"),
    ]
    .concat();
    assert!(!required.is_empty() && before["decisive"] == false, "{before}");

    desk.bring(
        &dispute,
        "tracking",
        &["--carrier", "Hanseat Express", "--tracking", "HE00417722"],
    );
    for kind in &required {
        desk.bring(
            &dispute,
            kind,
            &["--text", PROOF, "--supplied-by", "Hanseat Express"],
        );
    }
    let useful = kinds(&before, "useful", "missing").remove(0);
    desk.call(&["evidence", "skip", &dispute, &useful, "--why", "nobody has one"])
        .good();
    let now = desk.checklist(&dispute);
    assert!(kinds(&now, "useful", "not_applicable").contains(&useful), "{now}");
    assert!(
        now["completeness"].as_u64() > before["completeness"].as_u64(),
        "{now}"
    );

    let out = desk.file("packet.pdf", b"");
    let made = desk
        .call(&["evidence", "packet", &dispute, "--language", "de", "--out", &out])
        .good();
    assert!(made.contains("exhibit 1") && made.contains("SHA-256"), "{made}");
    assert!(
        made.starts_with("packet-") && !made.lines().next().unwrap().contains(':'),
        "{made}"
    );
    // What somebody typed proves neither a delivery nor a refund.
    let weak = kinds(&now, "required", "weak");
    let proof = desk.carriers_proof(&dispute, "Hanseat Express HE00417722");
    for kind in weak.iter().filter(|kind| *kind != "refund_proof") {
        desk.bring(
            &dispute,
            kind,
            &["--file", &proof, "--title", "The carrier's proof"],
        );
    }
    if desk.checklist(&dispute)["decisive"] == false {
        desk.refunded("Acme", &dispute, "RF123").await;
    }
    let whole = desk.checklist(&dispute);
    assert_eq!(whole["decisive"], true, "{whole}");

    // What was looked at is what goes out, byte for byte.
    let preview = desk.call(&["evidence", "packet", &dispute, "--out", &out]).good();
    let sha256 = preview
        .lines()
        .next()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    let sent = desk
        .call(&["respond", &dispute, "contest", "--packet", "--yes"])
        .good();
    assert!(sent.contains(&sha256), "{preview}\n{sent}");
    desk.work();
    let case = desk.case(&dispute);
    assert_eq!(case["responses"][0]["state"], "confirmed", "{case}");
    // Whatever becomes of the evidence later, what was sent can be had again.
    desk.bring(&dispute, "other", &["--text", "A word that came too late."]);
    let response = case["responses"][0]["id"].as_str().unwrap();
    let folder = desk.folder.path().join("sent");
    let folder = folder.to_str().unwrap();
    let shown = desk
        .call(&["respond", "show", response, "--out", folder, "--json"])
        .json();
    let kept = &shown["response"]["evidence"][0]["files"][0];
    assert_eq!(kept["sha256"], json!(sha256), "{shown}");
    let written = std::fs::read(format!("{folder}/{}", kept["name"].as_str().unwrap())).unwrap();
    assert_eq!(written.len() as u64, kept["size"].as_u64().unwrap());
    assert_eq!(
        written,
        std::fs::read(&out).unwrap(),
        "byte for byte what was looked at"
    );
    desk.call(&["respond", "show", response, "--out", folder]).good();
    std::fs::write(format!("{folder}/{}", kept["name"].as_str().unwrap()), "mine").unwrap();
    desk.call(&["respond", "show", response, "--out", folder])
        .refused(&["holds something else"]);
    desk.decide(platform, &dispute, true).await;
    desk.call(&["sync", "--full"]).good();
    let report = desk
        .call(&["report", "win-rate", "--by", "evidence", "--format", "json"])
        .json();
    let group = &report["groups"][0];
    assert_eq!(
        (&group["key"], &group["win_rate"]["n"]),
        (&json!("complete"), &json!(1)),
        "{report}"
    );
    let journal = desk.get(&format!("{platform}/journal")).await;
    let decisive = journal
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["action"] != "upload");
    assert_eq!(decisive.count(), 1, "{journal}");
    let steps = ["evidence_added", "evidence_not_applicable", "confirmed"];
    let history: Vec<&str> = case["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["kind"].as_str())
        .collect();
    assert!(steps.iter().all(|step| history.contains(step)), "{history:?}");
}

#[tokio::test]
async fn a_packet_answers_a_claim_at_paypal() {
    from_claim_to_response("paypal", json!({})).await;
}

#[tokio::test]
async fn a_packet_answers_a_claim_at_klarna() {
    from_claim_to_response("klarna", json!({})).await;
}

#[tokio::test]
async fn a_packet_answers_a_claim_at_shopify() {
    from_claim_to_response("shopify", json!({"kind": "CHARGEBACK"})).await;
}

/// PayPal asks for kinds of its own; each that is there has its own row, with its numbers.
#[tokio::test]
async fn what_paypal_asked_for_has_a_row_of_its_own() {
    let desk = Desk::everywhere(0);
    desk.join("paypal", "Acme", 0);
    let [dispute, other] = desk
        .plant_on(
            "paypal",
            0,
            2,
            &json!({"reason": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED"}),
        )
        .await
        .try_into()
        .unwrap();
    desk.call(&["sync"]).good();
    let claim = |id: &str| {
        let words = [
            "respond",
            &other,
            "contest",
            "--evidence",
            "proof_of_refund",
            "--note",
            "Refunded.",
        ];
        desk.call(&[&words[..], &["--refund-id", id]].concat())
    };
    desk.refunded("Acme", &other, "RF1").await;
    let said = claim("NOSUCH");
    assert!(said.err.contains("no refund NOSUCH is recorded"), "{}", said.err);
    said.good();
    desk.call(&["respond", "cancel", &other]).good();
    let said = claim("RF1");
    assert!(!said.err.contains("is recorded"), "{}", said.err);
    said.good();
    desk.call(&["respond", "cancel", &other]).good();
    desk.refunded("Acme", &dispute, "RF123").await;
    let unknown = ["--refund-id", "RF999"];
    desk.bring(&dispute, "refund_proof", &unknown);
    let list = desk.checklist(&dispute);
    assert!(list.to_string().contains("no refund RF999 is recorded"), "{list}");
    desk.bring(&dispute, "other", &["--text", PROOF]);
    desk.bring(&dispute, "item_description", &["--text", "A lamp of oak."]);
    let packet = ["respond", &dispute, "contest", "--packet"];
    desk.call(&packet)
        .refused(&["what decides is not there", "--yes"]);
    let own = ["respond", "list", "--case", &dispute, "--json"];
    assert_eq!(desk.call(&own).json(), json!([]));
    desk.call(&[&packet[..], &["--yes"]].concat()).good();
    desk.work();
    let documents = desk.get("paypal/disputes").await;
    let document = documents
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["dispute_id"] == dispute[..]);
    let rows = document.unwrap()["evidences"].as_array().unwrap().clone();
    let of = |source: &'static str| rows.iter().filter(move |row| row["source"] == source);
    let ours = || of("SUBMITTED_BY_SELLER");
    let asked = of("REQUESTED_FROM_SELLER").any(|row| row["evidence_type"] == "ITEM_DESCRIPTION");
    let told = ours().any(|row| row["evidence_type"] == "ITEM_DESCRIPTION");
    assert_eq!(
        told, asked,
        "what was asked for goes as what it was asked as: {rows:?}"
    );
    let refund: Vec<_> = ours()
        .filter(|row| row["evidence_type"] == "PROOF_OF_REFUND")
        .collect();
    assert_eq!(refund.len(), 1, "{rows:?}");
    assert!(
        refund[0]["evidence_info"]["refund_ids"]
            .to_string()
            .contains("RF123"),
        "{rows:?}"
    );
    assert_eq!(desk.case(&dispute)["responses"][0]["state"], "confirmed");
}

/// After a preliminary loss the packet goes with the appeal.
#[tokio::test]
async fn a_packet_goes_with_an_appeal() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    let settings =
        json!({"client_id": desk.accounts[0]["client_id"], "rights": "full", "upload_before_appeal": true});
    desk.post("klarna/settings", &settings).await;
    let wish = json!({"status": "PRE_ARBITRATION"});
    let dispute = desk.plant_on("klarna", 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    desk.bring(&dispute, "delivery_proof", &["--text", PROOF]);
    desk.call(&["respond", &dispute, "message", "--packet"])
        .refused(&["contest", "appeal"]);
    let appeal = ["respond", &dispute, "appeal", "--packet", "--yes"];
    desk.call(&appeal).refused(&["--note"]);
    let why = ["--note", "The proof of delivery was not looked at."];
    desk.call(&[&appeal[..], &why].concat()).good();
    desk.work();
    let journal = desk.get("klarna/journal").await;
    let actions: Vec<&str> = journal
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["action"].as_str())
        .collect();
    assert_eq!(actions, ["upload", "appeal"], "{journal}");
    assert_eq!(desk.case(&dispute)["responses"][0]["state"], "confirmed");
}

#[tokio::test]
async fn bad_evidence_is_refused_and_says_what_to_do() {
    let desk = Desk::everywhere(0);
    desk.join("paypal", "Acme", 0);
    let dispute = desk.plant_on("paypal", 0, 1, &json!({})).await.remove(0);
    desk.call(&["sync"]).good();
    let bring = |more: &[&str]| desk.call(&[&["evidence", "add", &dispute, "other"], more].concat());
    bring(&[]).refused(&["add a text, a file, a parcel or a refund's id"]);
    let program = desk.file("proof.pdf", b"\x7fELF\x02\x01\x01 renamed");
    bring(&["--file", &program]).refused(&["proof.pdf"]);
    let picture = desk.file(
        "logo.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    );
    bring(&["--file", &picture]).refused(&["logo.svg", "SVG"]);
    // What the records tell is an answer, too, and it says that nothing is shown.
    let out = desk.file("packet.pdf", b"");
    let told = desk.call(&["evidence", "packet", &dispute, "--out", &out]).good();
    assert!(told.contains("there is no exhibit"), "{told}");
    desk.call(&["evidence", "skip", &dispute, "signature", "--why", " "])
        .refused(&["say why"]);
    let nobody = "00000000-0000-7000-8000-000000000000";
    desk.call(&["evidence", "withdraw", &dispute, nobody])
        .refused(&["no piece of evidence", "evidence list"]);
    let say = |note: &str| {
        let words = [
            "respond",
            &dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            note,
        ];
        desk.call(&words)
    };
    say("Paid with 4111 1111 1111 1111.").refused(&["card number", "1111", "take it out"]);
    assert_eq!(desk.call(&["respond", "list", "--json"]).json(), json!([]));
    // What shows a card's number stays out, until a lead says why it may not.
    let text = "Paid with 4111 1111 1111 1111 on 2026-11-05.";
    for question in [text, "Is the CVV2 123 right?"] {
        desk.call(&["info", "ask", &dispute, "--question", question])
            .refused(&["card", "take it out"]);
    }
    assert_eq!(desk.call(&["info", "list", "--json"]).json(), json!([]));
    let notes = desk.file("notes.txt", "Grüße: sent on 5 November.".as_bytes());
    let typed = desk.bring(&dispute, "other", &["--file", &notes]);
    let packet = desk.file("typed.pdf", b"");
    desk.call(&["evidence", "packet", &dispute, "--out", &packet])
        .good();
    let pages = docket_documents::examine::examine("typed.pdf", &std::fs::read(&packet).unwrap()).unwrap();
    assert!(pages.text.concat().contains("sent on 5 November"), "{pages:?}");
    desk.call(&["evidence", "withdraw", &dispute, &typed]).good();
    bring(&["--text", text]).refused(&["the text", "card number", "Black it out"]);
    bring(&["--title", text, "--text", "Paid."]).refused(&["the title", "card number", "Black it out"]);
    bring(&["--text", text, "--allow-sensitive", " "]).refused(&["say why"]);
    let word = ["--allow-sensitive", "the card is a test card", "--by", "Lea Lind"];
    bring(&[&["--text", text][..], &word].concat()).refused(&["only a lead"]);
    desk.lead("Lea Lind");
    let allowed = [&["--text", text][..], &word].concat();
    desk.bring(&dispute, "other", &allowed);
    let out = desk.file("packet.pdf", b"");
    desk.call(&["evidence", "packet", &dispute, "--out", &out]).good();
    bring(&["--file", &out]).refused(&["card number", "1111", "page", "Black it out"]);
    let piece = desk.bring(&dispute, "other", &[&["--file", &out][..], &word].concat());
    let case = desk.case(&dispute);
    let told = case["history"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .find(|row| row["kind"] == "evidence_added");
    assert_eq!(
        told.unwrap()["detail"]["sensitive_allowed"],
        "the card is a test card",
        "{case}"
    );
    desk.call(&["evidence", "withdraw", &dispute, &piece]).good();
    let left = desk.call(&["evidence", "list", &dispute, "--json"]).json();
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    assert!(!has(&case["attention"], "dead_job"));
}

#[test]
fn a_broken_matrix_or_letter_is_told_with_its_place() {
    let mut desk = Desk::new(0);
    let matrix = desk.file(
        "matrix.toml",
        b"version = 1\n[[rule]]\nreason = \"not_received\"\nplatforms = [\"ebay\"]\nkind = \"tracking\"\nneed = \"useful\"\nweight = 200\nwhy = \"x\"\n",
    );
    desk.set("EVIDENCE__MATRIX_FILE", &matrix);
    desk.call(&["config", "check"]).refused(&[
        "matrix.toml",
        "weight 200 is above 100",
        "there is no platform `ebay`",
        "nothing is said of physical goods",
    ]);
}
