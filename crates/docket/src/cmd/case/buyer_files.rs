//! What the buyer gave to the platform.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use docket_app::{ClientScope, Desk};
use serde_json::json;

use crate::output::{self, Table, line};

pub async fn run(case: &str, out: Option<&Path>, as_json: bool, desk: &Desk) -> Result<ExitCode> {
    let id = desk.find_case(ClientScope::Agency, case).await?;
    let files = desk.buyer_files(ClientScope::Agency, id).await?;
    if let Some(folder) = out {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        for (number, file) in files.iter().enumerate() {
            let (media_type, content) = desk.buyer_file(ClientScope::Agency, id, &file.id).await?;
            // Never a name that somebody else chose.
            let path = folder.join(format!("buyer-{}.{}", number + 1, extension(&media_type)));
            std::fs::write(&path, &content).with_context(|| format!("cannot write {}", path.display()))?;
            line(path.display())?;
        }
    } else if as_json {
        let rows = files
            .iter()
            .map(|f| json!({ "id": f.id, "description": f.description, "media_type": f.media_type }));
        output::json(&rows.collect::<Vec<_>>())?;
    } else if !files.is_empty() {
        let mut table = Table::new(&["FILE", "TYPE", "DESCRIPTION"]);
        for f in &files {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            table.row(vec![f.id.clone(), text(&f.media_type), text(&f.description)]);
        }
        table.print()?;
    }
    if files.is_empty() {
        eprintln!(
            "the platform shows no file of the buyer through its API; look at the dispute on its own pages"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// By the media type that came with the content.
fn extension(media_type: &str) -> &'static str {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        _ => "bin",
    }
}
