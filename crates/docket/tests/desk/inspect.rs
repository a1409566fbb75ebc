//! `docket inspect` on the connector's own fixtures: each prints a canonical snapshot, nothing is stored.

use crate::support::Desk;

#[tokio::test]
async fn every_fixture_can_be_inspected() {
    let desk = Desk::new(0);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../paypal/fixtures");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let said = desk.call(&["inspect", "paypal", path.to_str().unwrap()]);
        // Lists and error bodies are fixtures too; they are not one dispute and are refused with a reason.
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
    assert!(seen >= 3, "list item, detail and webhook event");
    assert!(!desk.folder.path().join("data").exists(), "nothing is stored");
    desk.call(&["inspect", "paypal", "absent.json"])
        .refused(&["absent.json"]);
}
