//! The packet: a letter with its exhibits as one PDF. The same input gives the same bytes.
//!
//! Where PDF/A-2b is asked for, the pages of foreign PDFs are drawn as pictures: nobody here can vouch for them, and the
//! library refuses to. [`Packet::drawn`] says whose.

mod drawn;
mod exhibit;
mod kept;
mod letter;
mod write;

use std::fmt;

use chrono::{DateTime, Utc};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::Language;

use crate::examine::{Refused, Why};
use crate::letter::{Letter, Templates};
use crate::sheet::{Setter, Sheet};
pub(crate) use kept::Kept;
use write::write;

pub use crate::pictures::Quality;

/// One exhibit.
#[derive(Debug, Clone)]
pub struct Exhibit {
    /// The file's name.
    pub name: String,
    /// What it shows, in one line.
    pub summary: String,
    /// Its content: an image, a PDF or a text.
    pub content: Vec<u8>,
}

/// What to make a packet of.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Stands in the footer of each page.
    pub dispute: &'a str,
    /// The language of what is around the exhibits.
    pub language: Language,
    /// The letter; none for a bundle of exhibits alone.
    pub letter: Option<&'a Letter>,
    /// In their order.
    pub exhibits: &'a [Exhibit],
    /// When it is made; stands in the letter and in the file.
    pub at: DateTime<Utc>,
    /// Whether to make PDF/A.
    pub archival: bool,
    /// How good pictures are.
    pub quality: Quality,
}

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The file.
    pub pdf: Vec<u8>,
    /// Its pages.
    pub pages: usize,
    /// The page on which each exhibit begins, from 1.
    pub starts: Vec<usize>,
    /// The exhibits, from 1, whose pages are drawn as pictures, because PDF/A was asked for.
    pub drawn: Vec<usize>,
    /// Characters that the typeface does not have; a box stands in their place.
    pub unknown_characters: usize,
}

/// A packet that cannot be made.
#[derive(Debug)]
pub enum PacketError {
    /// An exhibit cannot be used.
    Exhibit {
        /// Which one, from 1.
        number: usize,
        /// Why not, and what to do.
        refused: Refused,
    },
    /// More pages than anyone reads.
    Pages(usize),
    /// The file could not be written.
    Write(Sentence),
}

impl PacketError {
    /// For whoever reads it, in any language.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Exhibit { number, refused } => sentence!(
                "exhibit {number}: {refused}",
                number = *number,
                refused = refused.sentence()
            ),
            Self::Pages(pages) => sentence!(
                "the packet would have {pages} pages, more than {most}; leave exhibits out",
                pages = *pages,
                most = crate::limits::PACKET_PAGES
            ),
            Self::Write(why) => sentence!(
                "the PDF could not be written ({why}); leave out the exhibit that was added last and try again",
                why = why.clone()
            ),
        }
    }
}

impl fmt::Display for PacketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for PacketError {}

/// Makes the packet.
///
/// # Errors
/// When an exhibit cannot be used, or the whole is too long.
pub fn build(templates: &Templates, order: Order<'_>) -> Result<Packet, PacketError> {
    build_again(templates, order, &mut Kept::default())
}

/// As [`build`], with the pictures of the same exhibits that an earlier try kept.
pub(crate) fn build_again(
    templates: &Templates,
    order: Order<'_>,
    kept: &mut Kept,
) -> Result<Packet, PacketError> {
    let written = |error: Why| PacketError::Write(error.sentence());
    crate::examine::pdf::guarded(|| Ok(typeset(templates, order, kept))).map_err(written)?
}

fn typeset(templates: &Templates, order: Order<'_>, kept: &mut Kept) -> Result<Packet, PacketError> {
    let words = templates.words(order.language);
    let mut setter =
        Setter::new().ok_or_else(|| PacketError::Write(sentence!("the typeface cannot be read")))?;
    let mut exhibits: Vec<Vec<Sheet>> = Vec::new();
    let mut drawn = Vec::new();
    for (number, exhibit) in (1..).zip(order.exhibits) {
        let set = exhibit::set((&mut setter, kept), words, number, exhibit, &order);
        let (sheets, is_drawn) = set.map_err(|why| PacketError::Exhibit {
            number,
            refused: Refused {
                name: exhibit.name.clone(),
                why,
            },
        })?;
        if is_drawn {
            drawn.push(number);
        }
        exhibits.push(sheets);
        let so_far = exhibits.iter().map(Vec::len).sum();
        if so_far > crate::limits::PACKET_PAGES {
            return Err(PacketError::Pages(so_far));
        }
    }
    // The table of exhibits says where each begins, which depends on how long the letter is, which does not depend on the
    // numbers in it.
    let mut before = 0;
    let mut letter = Vec::new();
    let mut starts = Vec::new();
    if let Some(text) = order.letter {
        let unknown = setter.unknown;
        before = letter::set(&mut setter, words, text, &order, &vec![1; order.exhibits.len()]).len();
        setter.unknown = unknown;
        starts = begin(before, &exhibits);
        letter = letter::set(&mut setter, words, text, &order, &starts);
    }
    if order.letter.is_none() {
        starts = begin(before, &exhibits);
    }
    let sheets: Vec<Sheet> = letter.into_iter().chain(exhibits.into_iter().flatten()).collect();
    let pages = sheets.len();
    let pdf = write(&mut setter, words, &order, sheets, &starts)?;
    Ok(Packet {
        pdf,
        pages,
        starts,
        drawn,
        unknown_characters: setter.unknown,
    })
}

fn begin(before: usize, exhibits: &[Vec<Sheet>]) -> Vec<usize> {
    let mut next = before + 1;
    exhibits
        .iter()
        .map(|sheets| {
            let start = next;
            next += sheets.len();
            start
        })
        .collect()
}

#[cfg(test)]
mod tests;
