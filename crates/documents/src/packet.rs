//! The packet: a letter with its exhibits as one PDF. The same input gives the same bytes.
//!
//! PDF/A-2b is made where it is asked for and where no foreign PDF is among the exhibits: nobody here can vouch for the
//! pages of others, and the library refuses to. [`Packet::archival`] says what came of it.

mod exhibit;
mod flow;
mod letter;

use chrono::{DateTime, Datelike, Timelike, Utc};
use docket_core::words::Language;
use krilla::configure::{Archival as Standard, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime as PdfDate, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use crate::examine::{Refused, Why};
use crate::letter::{Letter, Templates, Words};
use crate::sheet::{self, Item, Setter, Sheet, Style};

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
    /// What became of the wish for PDF/A.
    pub archival: Archival,
    /// Characters that the typeface does not have; a box stands in their place.
    pub unknown_characters: usize,
}

/// Whether a packet is PDF/A.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archival {
    /// Nobody asked.
    NotAsked,
    /// PDF/A-2b, held to it by the library that writes the file.
    Pdfa2b,
    /// It is not, for this reason.
    No(String),
}

/// A packet that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PacketError {
    /// An exhibit cannot be used.
    #[error("exhibit {number}: {refused}")]
    Exhibit {
        /// Which one, from 1.
        number: usize,
        /// Why not, and what to do.
        refused: Refused,
    },
    /// More pages than anyone reads.
    #[error("the packet would have {0} pages, more than {most}; leave exhibits out", most = crate::limits::PACKET_PAGES)]
    Pages(usize),
    /// The file could not be written.
    #[error("the PDF could not be written ({0}); leave out the exhibit that was added last and try again")]
    Write(String),
}

/// Makes the packet.
///
/// # Errors
/// When an exhibit cannot be used, or the whole is too long.
pub fn build(templates: &Templates, order: Order<'_>) -> Result<Packet, PacketError> {
    let written = |error: Why| PacketError::Write(error.to_string());
    crate::examine::pdf::guarded(|| Ok(typeset(templates, order))).map_err(written)?
}

fn typeset(templates: &Templates, order: Order<'_>) -> Result<Packet, PacketError> {
    let words = templates.words(order.language);
    let mut setter =
        Setter::new().ok_or_else(|| PacketError::Write("the typeface cannot be read".to_owned()))?;
    let mut exhibits: Vec<Vec<Sheet>> = Vec::new();
    let mut foreign = Vec::new();
    for (number, exhibit) in (1..).zip(order.exhibits) {
        let set = exhibit::set(&mut setter, words, number, exhibit, order.quality);
        let (sheets, is_foreign) = set.map_err(|why| PacketError::Exhibit {
            number,
            refused: Refused {
                name: exhibit.name.clone(),
                why,
            },
        })?;
        if is_foreign {
            foreign.push(number);
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
    let (archival, wanted) = match (order.archival, &foreign[..]) {
        (false, _) => (Archival::NotAsked, false),
        (true, []) => (Archival::Pdfa2b, true),
        (true, foreign) => (Archival::No(why_not(foreign)), false),
    };
    let pages = sheets.len();
    let pdf = write(&mut setter, words, &order, sheets, &starts, wanted)?;
    Ok(Packet {
        pdf,
        pages,
        starts,
        archival,
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

fn why_not(foreign: &[usize]) -> String {
    let numbers: Vec<String> = foreign.iter().map(usize::to_string).collect();
    format!(
        "it holds pages of other PDFs (exhibit {}), for which nobody here can vouch; attach them as pictures where PDF/A matters",
        numbers.join(", ")
    )
}

fn write(
    setter: &mut Setter,
    words: &Words,
    order: &Order<'_>,
    sheets: Vec<Sheet>,
    starts: &[usize],
    archival: bool,
) -> Result<Vec<u8>, PacketError> {
    let written = |error: String| PacketError::Write(error);
    let configuration = ConfigurationBuilder::new().with_version(PdfVersion::Pdf17);
    let configuration = if archival {
        configuration.with_archival_validator(Standard::A2_B)
    } else {
        configuration
    };
    let mut document = Document::new_with(SerializeSettings {
        configuration: configuration
            .finish()
            .map_err(|error| written(format!("{error:?}")))?,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(words, order));
    let total = sheets.len();
    for (page, mut sheet) in (1..).zip(sheets) {
        let facts = [
            ("dispute", order.dispute.into()),
            ("page", page.into()),
            ("pages", total.into()),
        ];
        let footer = words.say("footer", facts);
        if let Some(line) = setter.single(&footer, Style::NOTE, sheet::MEASURE) {
            let x = sheet::WIDTH - sheet::SIDE - line.width;
            sheet.items.push(Item::Line(x, sheet::HEIGHT - 32.0, line));
        }
        let settings = PageSettings::from_wh(sheet::WIDTH, sheet::HEIGHT)
            .ok_or_else(|| written("the page has no size".to_owned()))?;
        let mut drawn = document.start_page_with(settings);
        let mut surface = drawn.surface();
        setter.draw(&mut surface, sheet);
        surface.finish();
        drawn.finish();
    }
    document.set_outline(outline(words, order, starts));
    document.finish().map_err(|error| written(error.to_string()))
}

fn title(words: &Words, order: &Order<'_>) -> String {
    match order.letter {
        Some(letter) => letter.title.clone(),
        None => words.plain("exhibits"),
    }
}

fn metadata(words: &Words, order: &Order<'_>) -> Metadata {
    let at = order.at;
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    let date = PdfDate::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(title(words, order))
        .language(order.language.to_string())
        .creator("Docket".to_owned())
        .creation_date(date)
        .document_id(format!("docket-{}-{}", order.dispute, at.timestamp()))
}

/// Bookmarks, one for each exhibit.
fn outline(words: &Words, order: &Order<'_>, starts: &[usize]) -> Outline {
    let mut outline = Outline::new();
    let top = |page: usize| XyzDestination::new(page - 1, Point::from_xy(0.0, 0.0));
    if let Some(letter) = order.letter {
        outline.push_child(OutlineNode::new(letter.title.clone(), top(1)));
    }
    for ((number, exhibit), start) in (1..).zip(order.exhibits).zip(starts) {
        let text = words.say("exhibit", [("number", number.into())]);
        outline.push_child(OutlineNode::new(
            format!("{text}: {}", exhibit.summary),
            top(*start),
        ));
    }
    outline
}

#[cfg(test)]
mod tests;
