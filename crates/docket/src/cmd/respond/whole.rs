//! A whole response, given as a JSON file.

use anyhow::{Context, Result, bail};
use docket_app::{ClientScope, Desk, GivenFiles};
use docket_core::case::Case;
use docket_core::response::Response;
use serde_json::Value;

use super::options::Action;

/// Files that versions of the case's draft hold, as `docket draft show --json` prints them.
pub(super) async fn held(case: &Case, desk: &Desk) -> Result<Vec<Value>> {
    let Some(draft) = desk.newest_draft(ClientScope::Agency, case.id).await? else {
        return Ok(Vec::new());
    };
    let versions = desk.draft_versions(ClientScope::Agency, draft.draft.id).await?;
    let mut held = Vec::new();
    for version in versions {
        let fields = version.edition.content.fields();
        let pieces = fields.get("evidence").and_then(Value::as_array);
        let of_pieces = pieces
            .into_iter()
            .flatten()
            .filter_map(|piece| piece.get("files"));
        let lists = of_pieces.chain(fields.get("files"));
        held.extend(lists.filter_map(Value::as_array).flatten().cloned());
    }
    Ok(held)
}

/// Only what was judged goes out: files given now, by name, and those that the draft holds already. Files that were merged
/// into one are there once, where the first of them is named.
fn fill_in(names: &mut Value, (files, held): (&GivenFiles, &[Value]), placed: &mut Vec<Value>) -> Result<()> {
    let Some(entries) = names.as_array_mut() else {
        return Ok(());
    };
    for entry in std::mem::take(entries) {
        let file = match entry.as_str() {
            _ if held.contains(&entry) => entry,
            Some(name) => {
                let made = files.made_of(name);
                serde_json::to_value(made.with_context(|| format!("`{name}` is not given with --file"))?)?
            }
            None => {
                bail!("`files` holds the names of files given with --file, or files that the draft holds")
            }
        };
        if !placed.contains(&file) {
            placed.push(file.clone());
            entries.push(file);
        }
    }
    Ok(())
}

/// The response that a JSON file describes.
pub(super) fn from_file(
    path: &std::path::Path,
    action: Action,
    known: (&GivenFiles, &[Value]),
) -> Result<Response> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut value: Value = serde_json::from_str(&text).context("--response is not JSON")?;
    // A file is named in the JSON and given with --file: its size and hash are filled in here.
    let mut placed = Vec::new();
    for item in value["evidence"].as_array_mut().into_iter().flatten() {
        fill_in(&mut item["files"], known, &mut placed)?;
    }
    if value.get("files").is_some() {
        fill_in(&mut value["files"], known, &mut placed)?;
    }
    let response: Response =
        serde_json::from_value(value).context("--response does not describe a response")?;
    let wanted = action.kind();
    if response.action() != wanted {
        bail!(
            "--response describes `{}`, the command says `{wanted}`",
            response.action()
        );
    }
    Ok(response)
}
