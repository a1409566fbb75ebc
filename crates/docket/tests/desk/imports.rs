//! Facts from files: what a user sees of a good file, a bad one, the same one again, and of what fits no case.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::{Desk, Said};

impl Desk {
    fn import(&self, kind: &str, file: &str, client: &str, more: &[&str]) -> Said {
        let words = ["import", kind, file, "--client", client];
        self.call(&[&words[..], more].concat())
    }

    fn imported(&self, kind: &str, file: &str, client: &str) -> Value {
        self.import(kind, file, client, &["--json"]).json()
    }

    fn waiting(&self, client: &str) -> Value {
        self.call(&["import", "unmatched", "--client", client, "--json"])
            .json()
    }
}

/// New, changed, unchanged.
fn counts(report: &Value) -> [u64; 3] {
    ["new", "changed", "unchanged"].map(|key| report[key].as_u64().unwrap())
}

#[tokio::test]
async fn a_file_is_tried_taken_repeated_and_corrected() {
    let desk = Desk::new(0);
    desk.call(&["client", "add", "Acme"]).good();
    let first = "\u{feff}order;ordered_at;transaction_id;currency;total;sku;quantity\r\n\
        #1001;2026-01-05 10:30;T-1;EUR;49.90;=SUM(A1);2\r\n\
        1001;;;;;LAMP-2;1\r\n\
        1002;2026-01-06;;;;\"A \"\"B\"\"; C\";\r\n";
    let file = desk.file("orders.csv", first.as_bytes());
    let tried = desk.import("orders", &file, "acme", &["--dry-run"]).good();
    assert!(
        tried.contains("nothing was stored") && tried.contains("5 new"),
        "{tried}"
    );
    assert_eq!(desk.waiting("Acme"), json!([]));
    let done = desk.imported("orders", &file, "Acme");
    assert_eq!(
        (counts(&done), &done["unmatched"]),
        ([5, 0, 0], &json!(2)),
        "{done}"
    );
    assert_eq!(counts(&desk.imported("orders", &file, "Acme")), [0, 0, 5]);
    let lines = r#"{"order": 1001, "ordered_at": "2026-01-05T11:30:00+01:00", "transaction_id": "T-1", "currency": "eur", "total": 49.9}
{"order": "1002", "sku": "A \"B\"; C", "quantity": 3}"#;
    let file = desk.file("correction.jsonl", lines.as_bytes());
    let corrected = desk.imported("orders", &file, "Acme");
    assert_eq!(counts(&corrected), [0, 2, 0], "{corrected}");
    let waits = desk.waiting("Acme");
    assert_eq!(waits[0]["refs"], json!(["1001", "t-1"]), "{waits}");
}

#[tokio::test]
async fn every_error_of_a_file_is_named_and_nothing_is_stored() {
    let desk = Desk::new(0);
    desk.call(&["client", "add", "Acme"]).good();
    let bad = "order,tracking,shipped_at,delivered_at,status,status_at\n\
        1001,JD1,2026-01-05,2026-01-08,,\n\
        ,JD2,2026-01-05,,,\n\
        1003,JD3,05.01.2026,,,\n\
        1004,JD4,2026-01-05,2026-01-01,,\n\
        1005,JD5,,,teleported,2026-01-05\n\
        1006,JD6,2026-01-05,,\n\
        1001,JD1,2026-01-06,2026-01-08,,\n\
        1007,JD7,2999-01-01,,,\n";
    let file = desk.file("shipments.csv", bad.as_bytes());
    let said = desk.import("shipments", &file, "Acme", &[]);
    let expected = [
        "line 3, order: it is empty",
        "line 4, shipped_at: `05.01.2026` is no time; write it like 2026-11-24",
        "line 5, delivered_at: it lies before shipped_at",
        "line 6, status: `teleported` is not a movement; known: label_created, in_transit",
        "line 7: it has 5 cells and the header has 6",
        "line 8: it says another thing of the same shipment than line 2",
        "line 9, shipped_at: `2999-01-01` lies in the future",
        "7 error(s) in 8 line(s); nothing was stored",
    ];
    said.refused(&expected);
    assert_eq!(desk.waiting("Acme"), json!([]));
    let orders = desk.file(
        "orders.csv",
        b"order,ordered_at,ship_country\n1001,2026-01-05,Germany\n",
    );
    let said = desk.import("orders", &orders, "Acme", &[]);
    said.refused(&["line 2, ship_country: `Germany` is no country of ISO 3166; write two letters"]);
    let mut many = "order,refunded_at,currency,amount\n".to_owned();
    for n in 0..60 {
        writeln!(many, "{n},2026-01-05,EUR,1.234").unwrap();
    }
    let file = desk.file("refunds.csv", many.as_bytes());
    let report = desk.import("refunds", &file, "Acme", &["--json"]);
    assert_eq!(report.code, 1);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["errors_total"], 60);
    assert_eq!(report["errors"].as_array().unwrap().len(), 50);
    let says = report["errors"][0]["says"].as_str().unwrap();
    assert!(says.contains("more decimals than EUR allows"), "{says}");
}

#[tokio::test]
async fn files_that_are_none_are_refused_with_a_reason() {
    let desk = Desk::new(0);
    desk.call(&["client", "add", "Acme"]).good();
    let refused = |name: &str, content: &[u8], words: &[&str]| {
        let file = desk.file(name, content);
        desk.import("messages", &file, "Acme", &[]).refused(words);
    };
    refused("a.xlsx", b"PK", &[".csv", ".jsonl"]);
    refused("a.csv", b"", &["empty", "docket import columns messages"]);
    let odd = b"order,from,at,txt\n1,buyer,2026-01-05,hi\n";
    refused(
        "b.csv",
        odd,
        &[
            "line 1, txt: no such column",
            "line 1, text: the column is missing",
        ],
    );
    refused(
        "c.csv",
        b"order,from,at,text\n1,buyer,2026-01-05,\xff\n",
        &["line 2, text: not UTF-8"],
    );
    refused("d.jsonl", b"{\"order\": 1\n", &["line 1: not a JSON object"]);
    let open = [
        b"order,from,at,text\n1,buyer,2026-01-05,\"",
        vec![b'x'; 5 << 20].as_slice(),
    ]
    .concat();
    refused("e.csv", &open, &["quotation mark"]);
    desk.import("orders", "absent.csv", "Acme", &[])
        .refused(&["absent.csv"]);
    desk.import("orders", "absent.csv", "Nobody", &[])
        .refused(&["Nobody"]);
    let columns = desk.call(&["import", "columns", "shipments"]).good();
    assert!(
        columns.contains("status_at") && columns.contains("ready_for_pickup"),
        "{columns}"
    );
    assert_eq!(desk.call(&["import", "columns", "invoices"]).code, 2);
}

#[tokio::test]
async fn what_fits_no_case_waits_and_is_joined_by_hand() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    desk.client("Beta", 1);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let reference = desk.case(&dispute)["order_refs"][0].as_str().unwrap().to_owned();
    let orders = format!(
        "order,ordered_at,transaction_id\n#1001,2026-01-05,{}\n1002,2026-01-06,\n",
        reference.to_lowercase()
    );
    let file = desk.file("orders.csv", orders.as_bytes());
    // The other client brings the same file: its order waits, and the case is none of its business.
    assert_eq!(desk.imported("orders", &file, "Beta")["unmatched"], 2);
    assert_eq!(desk.imported("orders", &file, "Acme")["unmatched"], 1);
    assert_eq!(desk.waiting("Beta").as_array().unwrap().len(), 2);
    let waits = desk.waiting("Acme");
    assert_eq!(
        (waits.as_array().unwrap().len(), &waits[0]["order"]),
        (1, &json!("1002"))
    );
    let join = |word: &str, order: &str, client: &str| {
        desk.call(&[
            "import", word, order, &dispute, "--client", client, "--by", "dana",
        ])
    };
    join("join", "1002", "Beta").refused(&["there is no case"]);
    join("join", "1009", "Acme").refused(&["no order `1009`", "docket import unmatched"]);
    join("join", "1001", "Acme").refused(&["belongs to this case already"]);
    join("join", "#1002", "Acme").good();
    assert_eq!(desk.waiting("Acme"), json!([]));
    join("unjoin", "1002", "Acme").good();
    join("unjoin", "1002", "Acme").refused(&["does not belong"]);
    assert_eq!(desk.waiting("Acme"), waits);
    let history = desk.case(&dispute)["history"].clone();
    let told: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["actor"] == "dana")
        .map(|row| row["detail"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        ["order 1002 joined by hand", "order 1002 taken off by hand"]
    );
}

#[tokio::test]
async fn a_buyer_is_found_whom_a_file_or_the_platform_names_within_its_client_and_no_name_is_kept() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    desk.client("Beta", 1);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let reference = desk.case(&dispute)["order_refs"][0].as_str().unwrap().to_owned();
    let orders = format!(
        "order,ordered_at,transaction_id,buyer\n1001,2026-01-05,{reference},Ann@Buyer.example; Zoe Quill\n1002,2026-01-06,,c-77\n"
    );
    let file = desk.file("orders.csv", orders.as_bytes());
    assert_eq!(desk.imported("orders", &file, "Acme")["unmatched"], 1);
    let found = |term: &str, client: &str| desk.call(&["search", term, "--client", client, "--json"]).json();
    for term in ["ann@buyer.example", " zoe  quill"] {
        let all = found(term, "Acme");
        assert_eq!(all["cases"].as_array().unwrap().len(), 1, "{all}");
        assert_eq!(all["cases"][0]["found_by"], json!(["the buyer"]), "{all}");
        assert_eq!(found(term, "Beta")["cases"], json!([]));
    }
    assert_eq!(found("C-77", "Acme")["orders"], json!(["1002"]));
    assert_eq!(found("zoe", "Acme")["cases"], json!([]), "by the whole");
    // The simulator's disputes name their buyer, as PayPal's do.
    let body = shown(&desk, &dispute).await;
    let name = body["disputed_transactions"][0]["buyer"]["name"]
        .as_str()
        .unwrap();
    assert_eq!(found(name, "Acme")["cases"].as_array().unwrap().len(), 1);
    let again = desk.imported("orders", &file, "Acme");
    assert_eq!(counts(&again), [0, 0, 2], "{again}");
    let data = desk.folder.path().join("data");
    let files = std::fs::read_dir(data).unwrap().map(|file| file.unwrap().path());
    let held: Vec<u8> = files
        .filter(|path| path.is_file())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect();
    let held = String::from_utf8_lossy(&held).to_lowercase();
    assert!(held.contains("orders.csv:2"), "looked where the file's facts are");
    for name in ["zoe quill", "buyer.example"] {
        assert!(!held.contains(name), "{name}");
    }
}

/// A dispute as PayPal shows it to its first account.
async fn shown(desk: &Desk, dispute: &str) -> Value {
    let [id, secret] = ["client_id", "client_secret"].map(|key| desk.accounts[0][key].as_str().unwrap());
    let token = crate::support::http()
        .post(format!("{}/v1/oauth2/token", desk.paypal))
        .basic_auth(id, Some(secret))
        .form(&[("grant_type", "client_credentials")]);
    let token: Value = token.send().await.unwrap().json().await.unwrap();
    let dispute = crate::support::http()
        .get(format!("{}/v1/customer/disputes/{dispute}", desk.paypal))
        .bearer_auth(token["access_token"].as_str().unwrap());
    dispute.send().await.unwrap().json().await.unwrap()
}

/// A client with two shops that count their orders alike.
#[tokio::test]
async fn orders_of_two_shops_with_the_same_number_are_never_mixed_up() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let refs = desk.case(&dispute)["order_refs"].clone();
    let (number, second) = (refs[0].as_str().unwrap(), refs[1].as_str().unwrap());
    let shop = |name: &str, day: &str, transaction: &str| {
        let orders = format!("order,ordered_at,transaction_id\n{number},{day},{transaction}\n");
        let file = desk.file(&format!("{name}.csv"), orders.as_bytes());
        desk.import("orders", &file, "Acme", &["--shop", name]).good();
    };
    let own = |shop: &str| format!("{shop}/{}", number.to_lowercase());
    let joined = || desk.case(&dispute)["dossier"]["joined_orders"].clone();
    shop("North", "2026-01-05", "");
    assert_eq!(joined(), json!([own("north")]));
    shop("south", "2026-02-06", "");
    assert_eq!(joined(), json!([]), "either could be meant");
    let waits = desk.waiting("Acme");
    let keys: Vec<&str> = waits
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["order"].as_str().unwrap())
        .collect();
    assert_eq!(keys, [own("north"), own("south")]);
    // What fits by more is meant, and nothing waits any more.
    shop("south", "2026-02-06", second);
    assert_eq!(joined(), json!([own("south")]));
    assert_eq!(desk.waiting("Acme"), json!([]));
    let file = desk.file("policies.csv", b"policy,from,text\n");
    desk.import("policies", &file, "Acme", &["--shop", "north"])
        .refused(&["the client's", "leave --shop out"]);
}

#[tokio::test]
async fn a_case_shows_what_files_and_platform_tell_with_their_sources() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    desk.client("Beta", 1);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let case = desk.case(&dispute);
    let reference = case["order_refs"][0].as_str().unwrap().to_owned();
    let bring = |kind: &str, name: &str, content: &str, client: &str| {
        let file = desk.file(name, content.as_bytes());
        desk.import(kind, &file, client, &["--by", "dana"]).good();
    };
    let orders =
        format!("order,ordered_at,transaction_id,sku,ship_country\n1001,2020-02-05,{reference},LAMP,de\n");
    bring("orders", "orders.csv", &orders, "Acme");
    bring("orders", "others.csv", &orders, "Beta");
    let parcels = "order,tracking,carrier,shipped_at,status,status_at\n1001,JD1,DHL,2020-02-06,,\n1001,JD1,,,delivered,2020-02-08 12:00\n";
    bring("shipments", "parcels.csv", parcels, "Acme");
    let policies =
        "policy,from,until,text\nrefund,2020-01-01,2020-02-29,thirty days\nrefund,2020-03-01,,no refunds\n";
    bring("policies", "policies.csv", policies, "Acme");
    let known = desk.case(&dispute)["dossier"].clone();
    let lines = known["lines"].as_array().unwrap();
    assert!(
        lines.iter().all(|line| line["from"]["place"] != "others.csv:2"),
        "{known}"
    );
    let lamp = lines.iter().find(|line| line["fact"]["sku"] == "LAMP").unwrap();
    assert_eq!(
        (&lamp["from"]["by"], &lamp["from"]["place"]),
        (&json!("dana"), &json!("orders.csv:2"))
    );
    assert_eq!(known["scans"][0]["fact"]["movement"], "delivered");
    assert_eq!(known["joined_orders"], json!(["1001"]));
    // The policy of the day of the order, and not the one that came later.
    assert_eq!(known["policies"].as_array().unwrap().len(), 1);
    assert_eq!(known["policies"][0]["fact"]["text"], "thirty days");
    // Factors follow, and go when the order is taken off the case.
    let of = |kind: &str, id: &str| -> Vec<String> {
        let factors = desk.case(id)["factors"].clone();
        let rows = factors
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["kind"] == kind);
        rows.map(|row| {
            format!(
                "{} {}",
                row["value"].as_str().unwrap(),
                row["known"].as_str().unwrap()
            )
        })
        .collect()
    };
    assert_eq!(of("delivery_timing", &dispute), ["on_time opening"]);
    assert_eq!(of("transit_hours", &dispute), ["60 opening"]);
    assert_eq!(of("sku_complaints", &dispute), ["0 opening"]);
    let shown = desk.call(&["case", "show", &dispute]).good();
    // So do the groups of the win-rate report, which are of what was known when the dispute opened.
    let groups = |by: &str| -> Vec<String> {
        let report = [
            "report", "win-rate", "--client", "Acme", "--by", by, "--format", "json",
        ];
        let report = desk.call(&report).json();
        let groups = report["groups"].as_array().unwrap().iter();
        groups
            .map(|group| group["key"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        (groups("country"), groups("product")),
        (vec!["DE".to_owned()], vec!["LAMP".to_owned()])
    );
    let taken = ["import", "unjoin", "1001", &dispute, "--client", "Acme"];
    desk.call(&taken).good();
    let unknown = vec!["unknown".to_owned()];
    assert_eq!(groups("country"), unknown);
    assert_eq!(of("transit_hours", &dispute), Vec::<String>::new());
    // The facts may come first too.
    desk.client("Gamma", 0);
    bring("orders", "orders.csv", &orders, "Gamma");
    bring("shipments", "parcels.csv", parcels, "Gamma");
    desk.call(&["sync", "--client", "Gamma"]).good();
    let cases = desk.call(&["case", "list", "--client", "Gamma", "--json"]).json();
    let mine = cases.as_array().unwrap().iter();
    let mut mine = mine.filter(|case| case["platform_dispute_id"] == json!(dispute));
    let id = mine.next().unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(of("transit_hours", &id), ["60 opening"]);
    for words in [
        "parcel JD1 shipped with DHL",
        "scan of parcel JD1: delivered",
        "dana (parcels.csv:3",
        "refund policy in force since 2020-01-01",
    ] {
        assert!(shown.contains(words), "`{words}` is missing in: {shown}");
    }
}
