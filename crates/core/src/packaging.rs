//! What form a platform's answer may have: kinds of files, sizes, names, lengths of texts. Pure data; each connector
//! states its own, checks by it, and whoever prepares files makes them fit it.

use std::fmt;

use serde::Serialize;

use crate::response::{FileRef, Response};
use crate::words::ActionKind;

/// A kind of file that a platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileType {
    /// Its media type.
    pub media_type: &'static str,
    /// The endings that a name may have, in lower case; the first one is suggested.
    pub extensions: &'static [&'static str],
}

/// PDF.
pub const PDF: FileType = FileType {
    media_type: "application/pdf",
    extensions: &["pdf"],
};
/// JPEG.
pub const JPEG: FileType = FileType {
    media_type: "image/jpeg",
    extensions: &["jpg", "jpeg"],
};
/// PNG.
pub const PNG: FileType = FileType {
    media_type: "image/png",
    extensions: &["png"],
};
/// GIF.
pub const GIF: FileType = FileType {
    media_type: "image/gif",
    extensions: &["gif"],
};

/// What one answer may consist of. A limit that nobody documents is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packaging {
    /// What the platform takes; empty where it takes no files.
    pub types: &'static [FileType],
    /// The largest file, in bytes, this number included.
    pub file_bytes: u64,
    /// All files of one answer, in bytes, this number included.
    pub all_bytes: Option<u64>,
    /// How many files.
    pub files: Option<usize>,
    /// How many files of one piece of evidence.
    pub files_of_piece: Option<usize>,
    /// Pages of one PDF.
    pub pdf_pages: Option<usize>,
    /// Whether PDFs should be PDF/A.
    pub archival: bool,
    /// What a file may be called.
    pub names: Names,
    /// How long texts may be.
    pub texts: Texts,
}

/// What a file may be called, its ending apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// ASCII letters, digits and these; `None` for all but control characters, quotes and backslashes.
    pub besides: Option<&'static str>,
    /// Longest name in characters, with its ending.
    pub chars: Option<usize>,
}

/// Lengths of texts, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    /// One text of an answer: a note, a field.
    pub one: usize,
    /// The text of an appeal.
    pub appeal: usize,
    /// All texts of an answer together.
    pub all: Option<usize>,
}

impl Packaging {
    /// The type of that name, where the platform takes it.
    pub fn file_type(&self, media_type: &str) -> Option<&'static FileType> {
        self.types.iter().find(|known| known.media_type == media_type)
    }

    /// What all these files have together, in bytes.
    pub fn together(files: &[&FileRef]) -> u64 {
        files.iter().fold(0, |sum, file| sum.saturating_add(file.size))
    }
}

/// How much of a limit an answer uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Of what: `characters of one text`, `characters of all texts`, `files`, `bytes of files`.
    pub what: &'static str,
    /// So much is used.
    pub used: u64,
    /// So much the platform takes, this number included.
    pub most: u64,
}

impl Packaging {
    /// What an answer uses of each limit that touches it; of several texts the longest counts.
    pub fn used(&self, response: &Response) -> Vec<Used> {
        let lengths: Vec<u64> = response
            .texts()
            .iter()
            .map(|text| text.chars().count() as u64)
            .collect();
        let appeal = response.action() == ActionKind::Appeal;
        let one = if appeal { self.texts.appeal } else { self.texts.one };
        let files = response.files();
        let texts = (!lengths.is_empty()).then_some(());
        let there = (!files.is_empty()).then_some(());
        let limit = |what, used, most: Option<u64>| most.map(|most| Used { what, used, most });
        [
            texts.and(limit(
                "characters of one text",
                lengths.iter().copied().max().unwrap_or(0),
                Some(one as u64),
            )),
            texts.and(limit(
                "characters of all texts",
                lengths.iter().sum(),
                self.texts.all.map(|all| all as u64),
            )),
            there.and(limit(
                "files",
                files.len() as u64,
                self.files.map(|most| most as u64),
            )),
            there.and(limit("bytes of files", Self::together(&files), self.all_bytes)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Names {
    /// Whether a file of this type may have this name.
    pub fn fit(&self, name: &str, file_type: &FileType) -> bool {
        let short = self.chars.is_none_or(|most| name.chars().count() <= most);
        short
            && name.rsplit_once('.').is_some_and(|(stem, extension)| {
                !stem.trim().is_empty()
                    && stem.chars().all(|c| self.allow(c))
                    && file_type
                        .extensions
                        .contains(&extension.to_ascii_lowercase().as_str())
            })
    }

    /// A name that fits, as close to the given one as it gets.
    pub fn lawful(&self, name: &str, file_type: &FileType) -> String {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut safe = String::new();
        for c in stem.chars() {
            match c {
                c if self.allow(c) => safe.push(c),
                'ä' | 'æ' => safe.push_str("ae"),
                'Ä' | 'Æ' => safe.push_str("Ae"),
                'ö' | 'ø' => safe.push_str("oe"),
                'Ö' | 'Ø' => safe.push_str("Oe"),
                'ü' => safe.push_str("ue"),
                'Ü' => safe.push_str("Ue"),
                'å' => safe.push('a'),
                'Å' => safe.push('A'),
                'é' | 'è' | 'ê' | 'ë' => safe.push('e'),
                'ß' => safe.push_str("ss"),
                _ => safe.push('-'),
            }
        }
        let ending = file_type.extensions[0];
        let room = self
            .chars
            .map_or(usize::MAX, |most| most.saturating_sub(ending.len() + 1));
        let cut: String = safe.trim_matches(['-', ' ']).chars().take(room).collect();
        let cut = cut.trim_end_matches(['-', ' ']);
        format!("{}.{ending}", if cut.is_empty() { "document" } else { cut })
    }

    fn allow(&self, c: char) -> bool {
        match self.besides {
            Some(besides) => c.is_ascii_alphanumeric() || besides.contains(c),
            None => !c.is_control() && c != '"' && c != '\\' && c != '/',
        }
    }
}

/// A number of bytes as a person reads it, in the platforms' decimal megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded up, so that what is above a limit never reads like the limit itself.
        let tenths = self.0.div_ceil(100_000);
        write!(f, "{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Names = Names {
        besides: Some("-_"),
        chars: Some(20),
    };
    const LOOSE: Names = Names {
        besides: None,
        chars: None,
    };

    #[test]
    fn a_lawful_name_always_fits() {
        for name in [
            "scan.pdf",
            "Lieferschein Müller & Söhne (2).PDF",
            "…",
            "",
            ".pdf",
            "a/b\\c\".pdf",
            "en mycket lång rubrik utan slut.jpeg",
        ] {
            for names in [STRICT, LOOSE] {
                let lawful = names.lawful(name, &PDF);
                assert!(names.fit(&lawful, &PDF), "{name} became {lawful}");
            }
        }
        assert_eq!(LOOSE.lawful("Kvitto åäö.pdf", &PDF), "Kvitto åäö.pdf");
        assert_eq!(STRICT.lawful("Kvitto åäö.png", &PDF), "Kvitto-aaeoe.pdf");
    }

    #[test]
    fn an_ending_of_another_type_does_not_fit() {
        assert!(!LOOSE.fit("scan.pdf", &JPEG));
        assert!(LOOSE.fit("scan.JPEG", &JPEG));
        assert!(!STRICT.fit("a b.pdf", &PDF));
        assert!(!STRICT.fit("a-name-that-is-far-too-long.pdf", &PDF));
    }

    #[test]
    fn sizes_are_never_rounded_down_to_a_limit() {
        assert_eq!(Size(2_000_000).to_string(), "2.0 MB");
        assert_eq!(Size(2_000_001).to_string(), "2.1 MB");
    }
}
