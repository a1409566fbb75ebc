//! Rules for files (reference 5, "Upload").

use docket_connector::Problems;
use docket_core::packaging::{FileType, JPEG, Names, PDF, PNG, Packaging, Size, Texts};
use docket_core::response::FileRef;

const DOCX: FileType = FileType {
    media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extensions: &["docx"],
};
/// The request names no upper count, the response allows 10.
const FILES: usize = 10;
/// A name goes along as the file's description, by which the answer is recognised when it is shown again, and must fit
/// into a header.
const NAME_CHARS: usize = 255;

/// Klarna writes "7 MB" for a file; the smaller reading is safe. A contest's text has up to 5000 characters, an appeal's
/// up to 10000 (reference 5). Pages and bytes in total: none documented.
pub(crate) const PACKAGING: Packaging = Packaging {
    types: &[PDF, JPEG, PNG, DOCX],
    file_bytes: 7_000_000,
    all_bytes: None,
    files: Some(FILES),
    pdf_pages: None,
    archival: false,
    names: Names {
        besides: None,
        chars: Some(NAME_CHARS),
    },
    texts: Texts {
        one: 5_000,
        appeal: 10_000,
        all: None,
    },
};

pub(super) fn check(problems: &mut Problems, files: &[&FileRef]) {
    for file in files {
        let name = &file.name;
        match PACKAGING.file_type(&file.media_type) {
            None => problems.add(
                format!(
                    "`{name}` is of type {}; Klarna takes PDF, JPG, PNG and DOCX",
                    file.media_type
                ),
                "convert it to a PDF",
            ),
            Some(file_type) => check_name(problems, name, file_type.extensions),
        }
        if file.size > PACKAGING.file_bytes {
            problems.add(
                format!("`{name}` has {}; Klarna takes files up to 7 MB", Size(file.size)),
                "make it smaller or split it",
            );
        }
        if file.size == 0 {
            problems.add(format!("`{name}` is empty"), "attach it again");
        }
    }
    if files.len() > FILES {
        problems.add(
            format!(
                "there are {} files; Klarna takes {FILES} with one answer",
                files.len()
            ),
            "merge some of them into one PDF",
        );
    }
}

/// The extension must match the file (reference 5), and the name must fit into a header and be shown again whole.
fn check_name(problems: &mut Problems, name: &str, extensions: &[&str]) {
    let fits = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.trim().is_empty() && extensions.contains(&extension.to_ascii_lowercase().as_str())
    });
    if !fits {
        problems.add(
            format!("the name `{name}` does not end as its content asks for"),
            format!("rename it so that it ends with .{}", extensions[0]),
        );
    }
    let breaks = |c: char| c.is_control() || c == '"' || c == '\\';
    if name.chars().count() > NAME_CHARS || name.chars().any(breaks) {
        problems.add(
            format!(
                "a file name has more than {NAME_CHARS} characters, or quotes or control characters in it"
            ),
            "rename the file",
        );
    }
}
