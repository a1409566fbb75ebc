//! Rules for files (reference 3 and 4).

use docket_core::response::FileRef;

use docket_connector::Problems;

/// Each file stays below this. PayPal writes "10 MB"; the smaller reading is safe.
const FILE_BYTES: u64 = 10_000_000;
/// All files of one call together.
const CALL_BYTES: u64 = 50_000_000;

/// Media types and their extensions; the first one is suggested.
const TYPES: [(&str, &[&str]); 4] = [
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/gif", &["gif"]),
    ("image/png", &["png"]),
    ("application/pdf", &["pdf"]),
];

pub(super) fn check(problems: &mut Problems, files: &[&FileRef]) {
    for (index, file) in files.iter().enumerate() {
        let name = &file.name;
        match TYPES.iter().find(|(media, _)| *media == file.media_type) {
            None => problems.add(
                format!(
                    "`{name}` is of type {}; PayPal takes JPG, GIF, PNG and PDF",
                    file.media_type
                ),
                "convert it to a PDF",
            ),
            Some((_, extensions)) => check_name(problems, name, extensions),
        }
        if file.size >= FILE_BYTES {
            problems.add(
                format!(
                    "`{name}` has {:.1} MB; PayPal takes files below 10 MB",
                    megabytes(file.size)
                ),
                "make it smaller or split it",
            );
        }
        if file.size == 0 {
            problems.add(format!("`{name}` is empty"), "attach it again");
        }
        let twin = |other: &&FileRef| other.name.eq_ignore_ascii_case(name) && other.sha256 != file.sha256;
        if files[..index].iter().any(twin) {
            problems.add(
                format!("two different files are called `{name}`"),
                "rename one of them",
            );
        }
    }
    let together = files.iter().fold(0u64, |sum, file| sum.saturating_add(file.size));
    if together > CALL_BYTES {
        problems.add(
            format!(
                "the files have {:.1} MB together; PayPal takes 50 MB per call",
                megabytes(together)
            ),
            "make them smaller or leave some out",
        );
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// `^[A-Za-z0-9-_,\s]+[.]{1}[A-Za-z]+$`, of the blanks only the plain one, and the extension of the content.
fn check_name(problems: &mut Problems, name: &str, extensions: &[&str]) {
    let fits = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && stem
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_, ".contains(&b))
            && extensions.contains(&extension.to_ascii_lowercase().as_str())
    });
    if !fits {
        problems.add(
            format!("PayPal does not take the file name `{name}`"),
            format!("rename it to `{}`", safe_name(name, extensions[0])),
        );
    }
}

/// A name that PayPal takes, as close to the given one as it gets.
fn safe_name(name: &str, extension: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut safe = String::new();
    for c in stem.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | ',' | ' ' => safe.push(c),
            'ä' | 'Ä' => safe.push_str("ae"),
            'ö' | 'Ö' => safe.push_str("oe"),
            'ü' | 'Ü' => safe.push_str("ue"),
            'ß' => safe.push_str("ss"),
            _ => safe.push('-'),
        }
    }
    let safe = safe.trim_matches(['-', ' ']).to_owned();
    format!("{}.{extension}", if safe.is_empty() { "document" } else { &safe })
}
