//! Holds the house rules: which room may see which, by `cargo metadata`, by the manifests and by the sources.

mod dependencies;
mod manifests;
mod rules;
mod sources;

use std::path::Path;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// One assertion for a list of violations, so that all are seen at once.
fn assert_none(violations: &[String]) {
    assert!(
        violations.is_empty(),
        "house rules broken:\n  {}",
        violations.join("\n  ")
    );
}
