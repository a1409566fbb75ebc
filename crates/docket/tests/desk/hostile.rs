//! Files that no case needs: whatever door they come to, they are refused with what to do, and nothing is kept of them.

use std::path::Path;

use docket_documents::samples;
use serde_json::json;

use crate::support::Desk;

#[tokio::test]
async fn what_goes_out_is_judged_by_all_that_is_in_it() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let call = |file: &str, more: &[&str]| {
        let words = [
            "respond",
            &dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            "x",
        ];
        desk.call(&[&words[..], &["--file", file], more].concat())
    };
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let files: [(&str, &[u8], &str); 5] = [
        ("scripted.pdf", &samples::scripted_pdf(), "a PDF with JavaScript"),
        ("bomb.pdf", &samples::bomb_pdf(), "too large once opened"),
        ("logo.png", svg, "an SVG drawing"),
        ("scan.pdf", b"\x7fELF\x02\x01\x01 renamed", "a program"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "damaged"),
    ];
    for (name, content, why) in files {
        let file = desk.file(name, content);
        call(&file, &[]).refused(&[name, why]);
    }
    // No file is named by its hash: what lies in the store was judged for another purpose, or by another client's hand.
    let by_hash = br#"{"action": "message", "text": "x", "files": [{"name": "a.pdf", "sha256": "00"}]}"#;
    let by_hash = desk.file("message.json", by_hash);
    desk.call(&["respond", &dispute, "message", "--response", &by_hash])
        .refused(&["given with --file"]);
    // What shows a card's number goes out on a lead's word only, and the history keeps the word.
    let card = desk.file("card.pdf", &samples::pdf(&[&["Paid with 4111 1111 1111 1111"]]));
    call(&card, &[]).refused(&["card.pdf", "card number", "Black it out"]);
    call(&card, &["--allow-sensitive", " "]).refused(&["say why"]);
    let word = ["--allow-sensitive", "the card is a test card", "--by", "Lea Lind"];
    call(&card, &word).refused(&["only a lead", "Lea Lind is none"]);
    desk.lead("Lea Lind");
    let none = desk.call(&["respond", "list", "--json"]).json();
    assert_eq!(none, json!([]));
    assert_eq!(
        kept(&desk.folder.path().join("data/files")),
        0,
        "something was kept of what was refused"
    );
    call(&card, &word).good();
    let history = desk.case(&dispute)["history"].to_string();
    assert!(history.contains("the card is a test card"), "{history}");
    desk.work();
    assert_eq!(desk.case(&dispute)["responses"][0]["state"], "confirmed");
}

/// Files in a folder and below.
pub fn kept(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.path() {
            path if path.is_dir() => kept(&path),
            _ => 1,
        })
        .sum()
}
