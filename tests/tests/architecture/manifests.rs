//! Every manifest takes its lints and versions from the workspace, and the map of the house is complete.

use std::fs;
use std::path::PathBuf;

use toml::{Table, Value};

use crate::{assert_none, root};

fn manifests() -> Vec<(String, Table)> {
    let mut folders: Vec<PathBuf> = crate_folders()
        .iter()
        .map(|name| root().join("crates").join(name))
        .collect();
    folders.push(root().join("tests"));
    folders
        .into_iter()
        .map(|folder| {
            let text = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
            let table: Table = text.parse().expect("a manifest is TOML");
            let name = table["package"]["name"]
                .as_str()
                .expect("a package has a name")
                .to_owned();
            (name, table)
        })
        .collect()
}

fn crate_folders() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("crates"))
        .expect("the folder of crates")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn from_workspace(value: Option<&Value>) -> bool {
    value
        .and_then(|table| table.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

/// All tables of dependencies, those of single platforms too.
fn dependency_tables(manifest: &Table) -> Vec<&Table> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table);
    let per_target = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    std::iter::once(manifest)
        .chain(per_target)
        .flat_map(|table| KINDS.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .collect()
}

fn broken_in_manifest(name: &str, manifest: &Table) -> Vec<String> {
    let mut found = Vec::new();
    if !from_workspace(manifest.get("lints")) {
        found.push(format!("{name}: `[lints] workspace = true` is missing"));
    }
    for (dependency, value) in dependency_tables(manifest).into_iter().flatten() {
        // A path leads to a crate of the house, which has one version anyway.
        if !from_workspace(Some(value)) && value.get("path").is_none() {
            found.push(format!(
                "{name}: {dependency} must be `{dependency}.workspace = true`"
            ));
        }
    }
    found
}

/// Folders that no line of the map names as `name`, `name/` or a link with that text.
fn missing_in_map(map: &str, folders: &[String]) -> Vec<String> {
    let named = |folder: &str| {
        let forms = [format!("`{folder}`"), format!("{folder}/"), format!("[{folder}]")];
        map.lines().any(|line| {
            forms.iter().any(|form| {
                line.match_indices(form.as_str()).any(|(at, _)| {
                    !line[..at]
                        .ends_with(|before: char| before.is_alphanumeric() || before == '-' || before == '_')
                })
            })
        })
    };
    folders
        .iter()
        .filter(|folder| !named(folder))
        .map(|folder| format!("crates/README.md has no line for {folder}"))
        .collect()
}

#[test]
fn members_take_lints_and_versions_from_the_workspace() {
    let found: Vec<String> = manifests()
        .iter()
        .flat_map(|(name, manifest)| broken_in_manifest(name, manifest))
        .collect();
    assert_none(&found);
}

#[test]
fn the_map_names_every_crate() {
    let map = fs::read_to_string(root().join("crates/README.md")).expect("crates/README.md is the map");
    assert_none(&missing_in_map(&map, &crate_folders()));
}

#[test]
fn own_versions_and_missing_lints_are_found() {
    let manifest: Table = "
        [dependencies]
        good.workspace = true
        also_good = { workspace = true, features = ['x'] }
        own = '1'
        [target.'cfg(unix)'.dependencies]
        for_unix = { version = '1' }
        house = { path = '../house' }
    "
    .parse()
    .expect("TOML");
    assert_eq!(
        broken_in_manifest("a", &manifest),
        [
            "a: `[lints] workspace = true` is missing",
            "a: own must be `own.workspace = true`",
            "a: for_unix must be `for_unix.workspace = true`",
        ]
    );
}

#[test]
fn a_crate_that_the_map_forgets_is_found() {
    let folders = ["core", "web"].map(str::to_owned);
    assert_eq!(
        missing_in_map("| `core` | the domain |\nspiderweb/", &folders).len(),
        1
    );
    assert!(missing_in_map("- core/ the domain\n- [web](web/README.md)", &folders).is_empty());
}
