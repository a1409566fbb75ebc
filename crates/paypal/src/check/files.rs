//! Rules for files (reference 3 and 4).

use docket_connector::Problems;
use docket_core::packaging::{FileType, GIF, JPEG, Names, PDF, PNG, Packaging, Size, Texts};
use docket_core::response::FileRef;
use docket_core::sentence;

/// PayPal writes "10 MB" for a file, which it must stay below, and "50 MB" for all files of one call; the smaller reading
/// of a megabyte is safe. Names follow `^[A-Za-z0-9-_,\s]+[.]{1}[A-Za-z]+$`, of the blanks only the plain one
/// (reference 3). Notes and messages have up to 2000 characters (reference 2). Pages and number of files: none documented.
pub(crate) const PACKAGING: Packaging = Packaging {
    types: &[JPEG, GIF, PNG, PDF],
    file_bytes: 9_999_999,
    all_bytes: Some(50_000_000),
    files: None,
    files_of_piece: None,
    pdf_pages: None,
    archival: false,
    names: Names {
        besides: Some("-_, "),
        chars: None,
    },
    texts: Texts {
        one: 2_000,
        appeal: 2_000,
        all: None,
    },
};

pub(super) fn check(problems: &mut Problems, files: &[&FileRef]) {
    for (index, file) in files.iter().enumerate() {
        let name = &file.name;
        match PACKAGING.file_type(&file.media_type) {
            None => problems.add(
                sentence!(
                    "`{name}` is of type {kind}; PayPal takes JPG, GIF, PNG and PDF",
                    name,
                    kind = &file.media_type
                ),
                "convert it to a PDF",
            ),
            Some(file_type) => check_name(problems, name, file_type),
        }
        if file.size > PACKAGING.file_bytes {
            problems.add(
                sentence!(
                    "`{name}` has {size}; PayPal takes files below 10 MB",
                    name,
                    size = Size(file.size)
                ),
                "make it smaller or split it",
            );
        }
        if file.size == 0 {
            problems.add(sentence!("`{name}` is empty", name), "attach it again");
        }
        let twin = |other: &&FileRef| other.name.eq_ignore_ascii_case(name) && other.sha256 != file.sha256;
        if files[..index].iter().any(twin) {
            problems.add(
                sentence!("two different files are called `{name}`", name),
                "rename one of them",
            );
        }
    }
    let together = Packaging::together(files);
    if PACKAGING.all_bytes.is_some_and(|most| together > most) {
        problems.add(
            sentence!(
                "the files have {size} together; PayPal takes 50 MB per call",
                size = Size(together)
            ),
            "make them smaller or leave some out",
        );
    }
}

fn check_name(problems: &mut Problems, name: &str, file_type: &FileType) {
    if !PACKAGING.names.fit(name, file_type) {
        problems.add(
            sentence!("PayPal does not take the file name `{name}`", name),
            sentence!(
                "rename it to `{lawful}`",
                lawful = PACKAGING.names.lawful(name, file_type)
            ),
        );
    }
}
