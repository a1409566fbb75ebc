//! The machine-readable lines of identity documents: two of 44 or 36 signs, three of 30 (ICAO 9303).

use super::Found;

pub(super) fn search(line: &str, before: &str) -> Option<(Found, String)> {
    let line = readable(line)?;
    let first = matches!(line.as_bytes()[0], b'P' | b'V' | b'I' | b'A' | b'C') && line.contains("<<");
    // A second line counts where its first one did not, for whatever reason.
    let second =
        !first && readable(before).is_none() && line.as_bytes()[0].is_ascii_alphanumeric() && birth(&line);
    if !first && !second {
        return None;
    }
    let end: String = line.chars().skip(line.len() - 2).collect();
    Some((Found::IdentityDocument, format!("{}{end}", "•".repeat(8))))
}

/// Whether it can be one of them.
pub(super) fn is_line(line: &str) -> bool {
    readable(line).is_some()
}

/// The line as it is printed, if it can be one of them.
fn readable(line: &str) -> Option<String> {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let signs = line
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<');
    (matches!(line.len(), 30 | 36 | 44) && signs && line.contains('<')).then_some(line)
}

/// A date of birth with its check digit, the sex and a date of expiry, where the long second lines have them.
fn birth(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.len() >= 36
        && bytes[13..20].iter().all(u8::is_ascii_digit)
        && matches!(bytes[20], b'M' | b'F' | b'X' | b'<')
        && bytes[21..27].iter().all(u8::is_ascii_digit)
}
