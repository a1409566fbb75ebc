//! Checks of the deploy folder as far as they go without a Docker engine or a running systemd.

mod compose;
mod dockerfile;
mod systemd;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn deploy() -> PathBuf {
    root().join("deploy")
}

fn read(name: &str) -> String {
    fs::read_to_string(deploy().join(name)).unwrap_or_else(|error| panic!("deploy/{name}: {error}"))
}
