//! Kinds by content, never by name: a renamed executable stays an executable.

use super::Why;
use crate::limits;
use docket_core::sentence;

/// A kind of file that can be evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A photo.
    Jpeg,
    /// A screenshot.
    Png,
    /// Its first picture counts.
    Gif,
    /// What browsers save.
    WebP,
    /// Pages.
    Pdf,
    /// Plain text, a simple e-mail included.
    Text,
}

impl Kind {
    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
        }
    }

    /// Whether it is a picture.
    pub const fn is_image(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP => true,
            Self::Pdf | Self::Text => false,
        }
    }
}

const PRINT: &str = "open it, print it to a PDF and attach that";
const PICTURE: &str = "save it as JPEG or PNG and attach that";
const SINGLE: &str = "attach the files themselves, or print an Office document to a PDF";
const NEVER: &str = "programs are never evidence; attach a screenshot or a PDF instead";

/// How files begin that are told apart only to say what to do instead.
const REFUSED: &[(&[u8], &str, &str)] = &[
    (b"MZ", "a program", NEVER),
    (b"\x7fELF", "a program", NEVER),
    (b"\xcf\xfa\xed\xfe", "a program", NEVER),
    (b"\xca\xfe\xba\xbe", "a program", NEVER),
    (b"#!", "a script", NEVER),
    (b"PK", "an archive or an Office document", SINGLE),
    (b"Rar!", "an archive", SINGLE),
    (b"7z\xbc\xaf", "an archive", SINGLE),
    (b"\x1f\x8b", "an archive", SINGLE),
    (b"BZh", "an archive", SINGLE),
    (b"\xfd7zXZ", "an archive", SINGLE),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Office document or an Outlook message",
        PRINT,
    ),
    (b"{\\rtf", "a rich-text document", PRINT),
    (b"II*\0", "a TIFF image", PICTURE),
    (b"MM\0*", "a TIFF image", PICTURE),
    (b"BM", "a bitmap", PICTURE),
    (b"%!PS", "a PostScript document", PRINT),
];

/// What the content is.
pub(crate) fn of(bytes: &[u8]) -> Result<Kind, Why> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => return Ok(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => return Ok(Kind::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => return Ok(Kind::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => return Ok(Kind::WebP),
        _ => {}
    }
    let told = bytes.trim_ascii_start();
    if told.starts_with(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    let refused = |what, todo| Err(Why::Kind { what, todo });
    if let Some((_, what, todo)) = REFUSED.iter().find(|(start, _, _)| {
        // Two letters may begin an innocent text; a program goes on with bytes that no text has.
        bytes.starts_with(start) && (start.len() > 2 || *start == b"#!" || text(bytes).is_err())
    }) {
        return refused(what, todo);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return refused("a HEIC or AVIF photo, or a video", PICTURE);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return refused("an archive", SINGLE);
    }
    markup(bytes)?;
    text(bytes).map(|_| Kind::Text)
}

/// Markup runs scripts and loads from elsewhere wherever it is opened.
fn markup(bytes: &[u8]) -> Result<(), Why> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).to_ascii_lowercase();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let refused = |what| Err(Why::Kind { what, todo: PRINT });
    if start.contains("<svg") {
        return refused("an SVG drawing");
    }
    if ["<!doctype html", "<html", "<head", "<body", "<script"]
        .iter()
        .any(|tag| start.contains(tag))
    {
        return refused("a web page");
    }
    if start.starts_with("<?xml") || start.starts_with("<!doctype") {
        return refused("an XML document");
    }
    Ok(())
}

/// The text of a plain file: UTF-8, else Windows-1252 as older mail programs save it.
pub(crate) fn text(bytes: &[u8]) -> Result<String, Why> {
    let unknown = Why::Kind {
        what: "of a kind that is not known here",
        todo: PRINT,
    };
    if bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)) {
        return Err(unknown);
    }
    if bytes.len() > limits::TEXT_BYTES {
        return Err(Why::Bomb(sentence!("a text of {n} characters", n = bytes.len())));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    };
    if text.trim().is_empty() {
        return Err(Why::Empty);
    }
    let lower = text.to_ascii_lowercase();
    let encoded = ["base64", "multipart/", "text/html"]
        .iter()
        .any(|word| lower.contains(word));
    if lower.contains("mime-version:") && encoded {
        return Err(Why::Kind {
            what: "an e-mail with attachments or formatting",
            todo: PRINT,
        });
    }
    Ok(text)
}

/// The places where Windows-1252 differs from Latin-1; the rest is the same.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
