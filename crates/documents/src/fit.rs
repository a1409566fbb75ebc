//! Files made acceptable for a platform: turned into types that it takes, made smaller, merged, renamed. Every step is
//! told in words, and what cannot be made to fit is refused with the reason, before anything is sent.

mod error;
mod piece;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_core::packaging::{PDF, Packaging, Size};
use docket_core::words::Language;

use crate::examine::examine;
use crate::letter::Templates;
use crate::packet::{self, Exhibit, Order, Packet, Quality};

pub use error::CannotFit;
use piece::Piece;

/// A file as it came.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it shows, in one line; stands above its pages where it is merged into a PDF.
    pub summary: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// A file as it can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// A lawful name, unlike all others of the answer.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
    /// The files that are in it, by their place in what came, from 0.
    pub from: Vec<usize>,
}

/// Files that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// In the order of what came.
    pub files: Vec<Made>,
    /// What was done, in words.
    pub steps: Vec<String>,
}

/// What files are to be made for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// What the platform takes.
    pub packaging: &'a Packaging,
    /// Stands at the foot of pages that are made.
    pub dispute: &'a str,
    /// Whether all of them are of one piece of evidence: some platforms take one file for each.
    pub one_piece: bool,
    /// The language of what stands around merged files.
    pub language: Language,
    /// When; stands in PDFs that are made.
    pub at: DateTime<Utc>,
}

/// Makes files fit. Each is first turned into a type that the platform takes, then made smaller step by step until it fits
/// alone; where there are too many, all are merged into one PDF; where they are too large together, the largest is made
/// smaller again and again; at last all get lawful names.
///
/// # Errors
/// When a file cannot be used, or nothing makes it fit.
pub fn fit(templates: &Templates, files: &[File], target: Target<'_>) -> Result<Fitted, CannotFit> {
    if files.is_empty() {
        return Ok(Fitted {
            files: Vec::new(),
            steps: Vec::new(),
        });
    }
    if target.packaging.types.is_empty() || target.packaging.files == Some(0) {
        return Err(CannotFit::NoFiles);
    }
    let mut steps = Vec::new();
    let mut pieces = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let examined = examine(&file.name, &file.content)?;
        pieces.push(Piece::new(templates, index, file, &examined, target)?);
    }
    let of_piece = target.packaging.files_of_piece.filter(|_| target.one_piece);
    let most = target.packaging.files.into_iter().chain(of_piece).min();
    if most.is_some_and(|most| pieces.len() > most) {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        steps.push(format!("merged into one PDF: {}", names.join(", ")));
        pieces = vec![Piece::merged(templates, files, target)?];
    }
    for piece in &mut pieces {
        piece.fit_alone(templates, target)?;
    }
    fit_together(templates, &mut pieces, target)?;
    let mut taken = BTreeSet::new();
    let mut made = Vec::new();
    for piece in pieces {
        made.push(named(piece, target.packaging, &mut taken, &mut steps));
    }
    Ok(Fitted { files: made, steps })
}

/// The largest one that can still shrink shrinks, until all fit.
fn fit_together(
    templates: &Templates,
    pieces: &mut [Piece<'_>],
    target: Target<'_>,
) -> Result<(), CannotFit> {
    let Some(most) = target.packaging.all_bytes else {
        return Ok(());
    };
    loop {
        let together: u64 = pieces.iter().map(Piece::size).sum();
        if together <= most {
            return Ok(());
        }
        let mut largest_first: Vec<&mut Piece<'_>> = pieces.iter_mut().collect();
        largest_first.sort_by_key(|piece| std::cmp::Reverse(piece.size()));
        let mut shrunk = false;
        for piece in largest_first {
            if piece.shrink(templates, target)? {
                shrunk = true;
                break;
            }
        }
        if !shrunk {
            return Err(CannotFit::Together {
                size: Size(together),
                most: Size(most),
            });
        }
    }
}

/// Gives a lawful name that no other file of the answer has.
fn named(
    piece: Piece<'_>,
    packaging: &Packaging,
    taken: &mut BTreeSet<String>,
    steps: &mut Vec<String>,
) -> Made {
    let names = &packaging.names;
    let mut name = names.lawful(&piece.name, piece.file_type);
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        let stem = piece
            .name
            .rsplit_once('.')
            .map_or(piece.name.as_str(), |(stem, _)| stem);
        let ending = format!("-{number}");
        let room = names
            .chars
            .map_or(stem.len(), |most| most.saturating_sub(ending.len() + 6));
        let short: String = stem.chars().take(room).collect();
        name = names.lawful(&format!("{short}{ending}.x"), piece.file_type);
        number += 1;
    }
    steps.extend(piece.steps.iter().map(|step| format!("`{}`: {step}", piece.name)));
    if name != piece.name {
        steps.push(format!("`{}`: called `{name}`", piece.name));
    }
    Made {
        name,
        media_type: piece.file_type.media_type,
        content: piece.content,
        from: piece.from,
    }
}

/// Makes a packet that fits into one file: pictures first at their best, then step by step smaller.
///
/// # Errors
/// When an exhibit cannot be used, or the packet is too large or too long even so.
pub fn fit_packet(
    templates: &Templates,
    order: Order<'_>,
    packaging: &Packaging,
) -> Result<(Packet, Vec<String>), CannotFit> {
    if packaging.file_type(PDF.media_type).is_none() {
        return Err(CannotFit::NoFiles);
    }
    let most = packaging
        .all_bytes
        .map_or(packaging.file_bytes, |all| all.min(packaging.file_bytes));
    let name = || {
        order
            .letter
            .map_or("the packet", |letter| &letter.title)
            .to_owned()
    };
    let (mut size, mut kept) = (0, packet::Kept::default());
    for quality in Quality::ON_A_PAGE {
        let order = Order {
            quality,
            archival: packaging.archival,
            ..order
        };
        let packet = packet::build_again(templates, order, &mut kept)?;
        if let Some(most) = packaging.pdf_pages.filter(|most| packet.pages > *most) {
            return Err(CannotFit::Pages {
                name: name(),
                pages: packet.pages,
                most,
            });
        }
        size = packet.pdf.len() as u64;
        if size <= most {
            let drawn = packet.drawn.iter();
            let drawn = drawn.map(|number| order.exhibits[number - 1].name.as_str());
            let steps = piece::drawn_as_pictures(drawn)
                .into_iter()
                .chain((quality != Quality::default()).then(|| piece::told(quality)))
                .collect();
            return Ok((packet, steps));
        }
    }
    Err(CannotFit::TooLarge {
        name: name(),
        size: Size(size),
        most: Size(most),
    })
}

/// The files as exhibits, in their order.
fn exhibits(files: &[File]) -> Vec<Exhibit> {
    let exhibit = |file: &File| Exhibit {
        name: file.name.clone(),
        summary: file.summary.clone(),
        content: file.content.clone(),
    };
    files.iter().map(exhibit).collect()
}

#[cfg(test)]
mod tests;
