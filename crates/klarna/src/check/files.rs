//! Rules for files (reference 5, "Upload").

use docket_connector::Problems;
use docket_core::packaging::{FileType, JPEG, Names, PDF, PNG, Packaging, Size, Texts};
use docket_core::response::FileRef;
use docket_core::sentence;

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
    files_of_piece: None,
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
                sentence!(
                    "`{name}` is of type {kind}; Klarna takes PDF, JPG, PNG and DOCX",
                    name,
                    kind = &file.media_type
                ),
                "convert it to a PDF",
            ),
            Some(file_type) => check_name(problems, name, file_type.extensions),
        }
        if file.size > PACKAGING.file_bytes {
            problems.add(
                sentence!(
                    "`{name}` has {size}; Klarna takes files up to 7 MB",
                    name,
                    size = Size(file.size)
                ),
                "make it smaller or split it",
            );
        }
        if file.size == 0 {
            problems.add(sentence!("`{name}` is empty", name), "attach it again");
        }
    }
    if files.len() > FILES {
        problems.add(
            sentence!(
                "there are {n} files; Klarna takes {most} with one answer",
                n = files.len(),
                most = FILES
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
            sentence!("the name `{name}` does not end as its content asks for", name),
            sentence!(
                "rename it so that it ends with .{extension}",
                extension = extensions[0]
            ),
        );
    }
    let breaks = |c: char| c.is_control() || c == '"' || c == '\\';
    if name.chars().count() > NAME_CHARS || name.chars().any(breaks) {
        problems.add(
            sentence!(
                "a file name has more than {most} characters, or quotes or control characters in it",
                most = NAME_CHARS
            ),
            "rename the file",
        );
    }
}
