//! Rules for files (reference 5, "Upload").

use docket_core::response::FileRef;

use docket_connector::Problems;

/// Klarna writes "7 MB"; the smaller reading is safe.
const FILE_BYTES: u64 = 7_000_000;
/// Files of one response. The request names no upper count, the response allows 10.
const FILES: usize = 10;
/// Longest name: it goes along as the file's description, by which the answer is recognised when it is shown again.
const NAME_CHARS: usize = 255;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Media types and their extensions; the first one is suggested.
const TYPES: [(&str, &[&str]); 4] = [
    ("application/pdf", &["pdf"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    (DOCX, &["docx"]),
];

pub(super) fn check(problems: &mut Problems, files: &[&FileRef]) {
    for file in files {
        let name = &file.name;
        match TYPES.iter().find(|(media, _)| *media == file.media_type) {
            None => problems.add(
                format!(
                    "`{name}` is of type {}; Klarna takes PDF, JPG, PNG and DOCX",
                    file.media_type
                ),
                "convert it to a PDF",
            ),
            Some((_, extensions)) => check_name(problems, name, extensions),
        }
        if file.size > FILE_BYTES {
            problems.add(
                format!(
                    "`{name}` has {:.1} MB; Klarna takes files up to 7 MB",
                    megabytes(file.size)
                ),
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

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
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
