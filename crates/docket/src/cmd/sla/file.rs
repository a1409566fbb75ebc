//! Contracts and calendars as files: TOML, or JSON where the name says so.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde::de::DeserializeOwned;

/// Longest file: a contract is a page or two.
const LIMIT: u64 = 1 << 20;

pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let shown = path.display();
    let size = std::fs::metadata(path)
        .with_context(|| format!("cannot read {shown}"))?
        .len();
    if size > LIMIT {
        bail!("{shown} has more than 1 MB; a contract or calendar is a short text");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    docket_app::read_terms(&text, is_json).map_err(|why| anyhow!("{shown}: {why}"))
}
