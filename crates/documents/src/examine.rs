//! What an uploaded file is: its kind by content, whether it can be used, what its text gives away.
//!
//! Nothing else may open a file that was not examined. What is refused is refused with what to do instead; what is merely
//! doubtful is noted for a person.

mod kind;
pub(crate) mod pdf;
mod picture;
mod sensitive;

use std::fmt;

use docket_core::packaging::Size;
use docket_core::sentence;
use docket_core::sentence::Sentence;

pub use kind::Kind;
pub use sensitive::{Find, Found, cleared, finds_in};

pub(crate) use kind::{of as kind_of, text as text_of};
pub(crate) use picture::decode;

use crate::limits;

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its kind.
    pub kind: Kind,
    /// Pages of a PDF; 1 otherwise.
    pub pages: usize,
    /// Width and height of an image, in pixels, before it is turned upright.
    pub pixels: Option<(u32, u32)>,
    /// The text that could be read, page by page; empty for images. Text inside pictures is not seen.
    pub text: Vec<String>,
    /// What must not leave the house unseen: block the file until a lead has decided.
    pub finds: Vec<Find>,
    /// What a person should know about it.
    pub notes: Vec<Note>,
}

/// Something about a file that does not forbid its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A page (from 1) has form fields or annotations, which a packet does not show.
    Annotations(usize),
    /// A PDF's text could not be read, or only in part: it was not searched whole for sensitive data.
    TextNotRead,
}

impl Note {
    /// For whoever reads it, in any language.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Annotations(page) => sentence!(
                "page {page} has form fields or annotations, which the packet does not show; print the file to a new PDF if they matter",
                page = *page
            ),
            Self::TextNotRead => sentence!(
                "its text could not be read in whole, so it was not searched for card numbers and the like; look through it"
            ),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// A file that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What the file is called.
    pub name: String,
    /// Why not, and what to do.
    pub why: Why,
}

/// Why a file is not used, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing in it.
    Empty,
    /// More than is looked at.
    TooLarge(Size),
    /// A kind that no platform takes and that cannot be turned into one safely.
    Kind {
        /// What it is.
        what: &'static str,
        /// What to do instead.
        todo: &'static str,
    },
    /// Dimensions, scans or unpacked size beyond the limits.
    Bomb(Sentence),
    /// It begins like its kind, but cannot be read.
    Damaged(Sentence),
    /// A PDF that only opens with a password.
    Encrypted,
    /// A PDF that does something.
    Active(&'static str),
}

impl Refused {
    /// For whoever reads it, in any language.
    pub fn sentence(&self) -> Sentence {
        sentence!("`{name}` {why}", name = &self.name, why = self.why.sentence())
    }
}

impl Why {
    /// What goes on after the file's name.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Empty => sentence!("is empty; attach it again"),
            Self::TooLarge(size) => sentence!(
                "has {size}; make it smaller than {most}, or split it",
                size = *size,
                most = Size(limits::FILE_BYTES as u64)
            ),
            Self::Kind { what, todo } => {
                let (what, todo) = (Sentence::from(*what), Sentence::from(*todo));
                sentence!("is {what}; {todo}", what, todo)
            }
            Self::Bomb(what) => sentence!(
                "is too large once opened ({what}); save it with fewer pixels or pages and attach that",
                what = what.clone()
            ),
            Self::Damaged(what) => sentence!(
                "is damaged: {what}; open it, save it anew and attach that",
                what = what.clone()
            ),
            Self::Encrypted => sentence!(
                "is a PDF with a password or with restrictions; print it to a new PDF without them and attach that"
            ),
            Self::Active(what) => sentence!(
                "is a PDF with {what}, which platforms refuse and which the packet could not show; print it to a new PDF and attach that",
                what = Sentence::from(*what)
            ),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for Refused {}

impl std::error::Error for Why {}

/// Judges a file by its content; the name only serves to speak of it.
///
/// # Errors
/// When the file must not be used, with what to do instead.
pub fn examine(name: &str, bytes: &[u8]) -> Result<Examined, Refused> {
    judge(bytes).map_err(|why| Refused {
        name: name.to_owned(),
        why,
    })
}

fn judge(bytes: &[u8]) -> Result<Examined, Why> {
    if bytes.is_empty() {
        return Err(Why::Empty);
    }
    if bytes.len() > limits::FILE_BYTES {
        return Err(Why::TooLarge(Size(bytes.len() as u64)));
    }
    let kind = kind::of(bytes)?;
    match kind {
        Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP => {
            let decoded = decode(kind, bytes)?;
            Ok(Examined {
                kind,
                pages: 1,
                pixels: Some((decoded.width(), decoded.height())),
                text: Vec::new(),
                finds: Vec::new(),
                notes: Vec::new(),
            })
        }
        Kind::Pdf => {
            let read = pdf::read(bytes)?;
            Ok(Examined {
                kind,
                pages: read.pages,
                pixels: None,
                finds: sensitive::search(&read.text)
                    .into_iter()
                    .chain(sensitive::search(&[read.beside]).into_iter().map(Find::beside))
                    .collect(),
                text: read.text,
                notes: read.notes,
            })
        }
        Kind::Text => {
            let text = vec![kind::text(bytes)?];
            Ok(Examined {
                kind,
                pages: 1,
                pixels: None,
                finds: sensitive::search(&text),
                text,
                notes: Vec::new(),
            })
        }
    }
}

#[cfg(test)]
mod tests;
