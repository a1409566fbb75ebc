//! Files given by hand with `--file`: made to fit the platform before anything is queued, and shown as they will go.

use docket_documents::examine::examine;
use docket_documents::samples;
use serde_json::{Value, json};

use crate::support::Desk;

impl Desk {
    /// Sends an answer with these files, and gives what left the house: what the command said, and each file that went.
    async fn hand_in(
        &self,
        platform: &str,
        kind: &str,
        files: &[(&str, Vec<u8>)],
    ) -> (String, Vec<(String, Vec<u8>)>) {
        self.join(platform, "Acme", 0);
        let dispute = self.plant_on(platform, 0, 1, &json!({})).await.remove(0);
        self.call(&["sync"]).good();
        let mut args = vec![
            "respond",
            &dispute,
            "contest",
            "--evidence",
            kind,
            "--note",
            "As shown.",
        ];
        let paths: Vec<String> = files
            .iter()
            .map(|(name, content)| self.file(name, content))
            .collect();
        for path in &paths {
            args.extend(["--file", path]);
        }
        let told = self.call(&[&args[..], &["--yes"]].concat()).good();
        self.work();
        let sent = self
            .call(&["respond", "list", "--case", &dispute, "--json"])
            .json();
        assert_eq!(sent[0]["state"], "confirmed", "{sent}");
        let folder = tempfile::tempdir().unwrap();
        let id = sent[0]["id"].as_str().unwrap();
        let path = folder.path().to_str().unwrap();
        self.call(&["respond", "show", id, "--out", path]).good();
        let read = |file: std::io::Result<std::fs::DirEntry>| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, std::fs::read(file.path()).unwrap())
        };
        (told, std::fs::read_dir(path).unwrap().map(read).collect())
    }
}

#[tokio::test]
async fn more_files_than_klarna_takes_become_one() {
    let desk = Desk::everywhere(0);
    let photo = samples::jpeg(60, 40);
    let names: Vec<String> = (1..=11).map(|number| format!("{number}.jpg")).collect();
    let mut files: Vec<(&str, Vec<u8>)> = names.iter().map(|n| (n.as_str(), photo.clone())).collect();
    files.push(("chat.txt", b"It came.".to_vec()));
    let (told, sent) = desk.hand_in("klarna", "other", &files).await;
    assert!(told.contains("merged into one PDF: 1.jpg, 2.jpg"), "{told}");
    let [(name, content)] = &sent[..] else {
        panic!("{} files went", sent.len())
    };
    assert_eq!(name, "exhibits.pdf");
    let pages = examine(name, content).unwrap().text;
    assert_eq!(pages.len(), 12);
    assert!(pages[11].contains("It came."), "{}", pages[11]);
}

/// Shopify has one place for each kind: a second file would replace the first.
#[tokio::test]
async fn several_files_for_one_place_at_shopify_become_one() {
    let desk = Desk::everywhere(0);
    let files = [
        ("label.jpg", samples::jpeg(60, 40)),
        ("proof.pdf", samples::pdf(&[&["Delivered"]])),
    ];
    let (told, sent) = desk
        .hand_in("shopify", "shipping_documentation_file", &files)
        .await;
    assert!(
        told.contains("merged into one PDF: label.jpg, proof.pdf"),
        "{told}"
    );
    let [(name, content)] = &sent[..] else {
        panic!("{} files went", sent.len())
    };
    assert_eq!(examine(name, content).unwrap().pages, 2);
}

#[tokio::test]
async fn a_large_photo_and_a_foreign_pdf_go_to_shopify_as_it_wants_them() {
    let desk = Desk::everywhere(0);
    let photo = samples::jpeg(4_000, 3_000);
    assert!(photo.len() > 2_000_000);
    let files = [("Foto (1).jpg", photo)];
    let (told, sent) = desk
        .hand_in("shopify", "shipping_documentation_file", &files)
        .await;
    assert!(told.contains("`Foto (1).jpg`: "), "{told}");
    let (name, content) = &sent[0];
    assert!(
        !name.contains(['(', ' ']) && content.len() <= 2_000_000,
        "{name}: {}",
        content.len()
    );
    let desk = Desk::everywhere(0);
    let note = samples::pdf(&[&["Consignment note"], &["Signed"]]);
    let (told, sent) = desk
        .hand_in("shopify", "shipping_documentation_file", &[("note.pdf", note)])
        .await;
    assert!(
        told.contains("pages drawn as pictures, as PDF/A wants: note.pdf"),
        "{told}"
    );
    assert!(String::from_utf8_lossy(&sent[0].1).contains("<pdfaid:part>2"));
}

#[tokio::test]
async fn a_name_that_paypal_refuses_is_changed_and_told() {
    let desk = Desk::everywhere(0);
    let letter = samples::pdf(&[&["Invoice 1001"]]);
    let (told, sent) = desk
        .hand_in("paypal", "other", &[("in(voice).v2.pdf", letter.clone())])
        .await;
    assert!(told.contains("`in(voice).v2.pdf`: called `"), "{told}");
    let (name, content) = &sent[0];
    assert!(!name.contains('('), "{name}");
    assert!(content == &letter, "a PDF that fits goes as it came");
}

/// Files of a response in JSON are named as they were given, whatever they became.
#[tokio::test]
async fn a_response_in_json_names_files_as_they_were_given() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    let dispute = desk.plant_on("klarna", 0, 1, &json!({})).await.remove(0);
    desk.call(&["sync"]).good();
    let names: Vec<String> = (1..=12).map(|number| format!("{number}.jpg")).collect();
    let (first, second) = names.split_at(6);
    let piece = |files: &[String]| json!({ "kind": "other", "note": "As shown.", "files": files });
    let whole = json!({ "action": "contest", "evidence": [piece(first), piece(second)] });
    let whole = desk.file("whole.json", whole.to_string().as_bytes());
    let paths: Vec<String> = names
        .iter()
        .map(|n| desk.file(n, &samples::jpeg(60, 40)))
        .collect();
    let mut args = vec!["respond", &dispute, "contest", "--response", &whole, "--yes"];
    for path in &paths {
        args.extend(["--file", path]);
    }
    desk.call(&args).good();
    let sent = desk
        .call(&["respond", "list", "--case", &dispute, "--json"])
        .json();
    let id = sent[0]["id"].as_str().unwrap();
    let shown = desk.call(&["respond", "show", id, "--json"]).json();
    let evidence = &shown["response"]["evidence"];
    let count = |piece: usize| evidence[piece]["files"].as_array().map_or(0, Vec::len);
    assert_eq!((count(0), count(1)), (1, 0), "{evidence}");
    let name: &Value = &evidence[0]["files"][0]["name"];
    assert_eq!(name, "exhibits.pdf");
}
