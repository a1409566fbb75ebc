//! What a PDF holds. It is measured before it is parsed, parsed within limits, and searched for all that acts.

mod beside;
mod quiet;
mod text;

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use docket_core::packaging::Size;
use docket_core::sentence;
use flate2::read::ZlibDecoder;
use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::{Note, Why};
use crate::limits;
use crate::pictures::{Quality, shrink};
use quiet::quiet;

/// What was read of a PDF.
pub(super) struct Contents {
    pub(super) pages: usize,
    pub(super) text: Vec<String>,
    /// What stands in form fields, notes and properties: nobody sees it on a page of a packet, and it goes out with the file.
    pub(super) beside: String,
    pub(super) notes: Vec<Note>,
}

/// Judges a PDF and reads its text.
pub(super) fn read(bytes: &[u8]) -> Result<Contents, Why> {
    guarded(|| {
        let document = open(bytes)?;
        let pages: Vec<ObjectId> = document.page_iter().collect();
        let mut notes: Vec<Note> = (1..)
            .zip(&pages)
            .filter(|(_, page)| annotated(&document, **page))
            .map(|(number, _)| Note::Annotations(number))
            .collect();
        // A library's panic over the text costs the text, not the file.
        let (text, whole) = catch_unwind(AssertUnwindSafe(|| text::of(&document, &pages)))
            .unwrap_or_else(|_| (vec![String::new(); pages.len()], false));
        if !whole {
            notes.push(Note::TextNotRead);
        }
        Ok(Contents {
            pages: pages.len(),
            text,
            beside: beside::of(&document),
            notes,
        })
    })
}

/// The PDF written anew from the objects that were measured and judged, so that whoever embeds it sees these and no
/// others. In version 1.7, which packets have; its photos made smaller unless they are to stay the best.
pub(crate) fn rewritten(bytes: &[u8], quality: Quality) -> Result<(Vec<u8>, usize), Why> {
    guarded(|| {
        let mut document = open(bytes)?;
        let pages = document.page_iter().count();
        document.version = "1.7".to_owned();
        if let Ok(catalog) = document.catalog_mut() {
            catalog.remove(b"Version");
        }
        if quality != Quality::default() {
            shrink(&mut document, quality);
        }
        document.prune_objects();
        let mut out = Vec::new();
        document.save_to(&mut out).map_err(|_| damaged())?;
        Ok((out, pages))
    })
}

/// Whether a PDF that was judged says of itself that it is PDF/A.
pub(crate) fn says_archival(bytes: &[u8]) -> bool {
    let told = guarded(|| {
        let document = open(bytes)?;
        let metadata = document
            .catalog()
            .and_then(|catalog| catalog.get_deref(b"Metadata", &document)?.as_stream())
            .and_then(Stream::get_plain_content)
            .map_err(|_| damaged())?;
        Ok(find(&metadata, b"pdfaid:part").is_some())
    });
    told.unwrap_or(false)
}

/// A file that makes the library panic is refused like a damaged one; the process goes on.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Why>) -> Result<T, Why> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged()))
}

fn damaged() -> Why {
    Why::Damaged(sentence!("the PDF cannot be read"))
}

/// Parses a PDF within the limits and refuses what acts.
fn open(bytes: &[u8]) -> Result<Document, Why> {
    measure(bytes)?;
    let options = LoadOptions {
        max_decompressed_size: Some(limits::PDF_STREAM_BYTES),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => unpacked(),
        Error::InvalidPassword | Error::Decryption(_) => Why::Encrypted,
        _ => damaged(),
    })?;
    if document.is_encrypted() || document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(Why::Encrypted);
    }
    let pages = document.page_iter().take(limits::PDF_PAGES + 1).count();
    if pages == 0 {
        return Err(Why::Damaged(sentence!("the PDF has no pages")));
    }
    if pages > limits::PDF_PAGES {
        return Err(Why::Bomb(sentence!(
            "more than {most} pages",
            most = limits::PDF_PAGES
        )));
    }
    for object in document.objects.values() {
        quiet(object, 0)?;
    }
    weigh(&document)?;
    if document.page_iter().any(|page| !readable(&document, page)) {
        return Err(Why::Damaged(sentence!("the content of a page is missing")));
    }
    Ok(document)
}

/// Whether what a page shows can be found and unpacked. A page that names no content is meant to be blank.
fn readable(document: &Document, page: ObjectId) -> bool {
    let Ok(contents) = document
        .get_dictionary(page)
        .and_then(|page| page.get(b"Contents"))
    else {
        return true;
    };
    let unpacks = |object: &Object| {
        let stream = document
            .dereference(object)
            .and_then(|(_, object)| object.as_stream());
        stream.is_ok_and(|stream| {
            !stream.is_compressed()
                || stream
                    .decompressed_content_with_limit(limits::PDF_STREAM_BYTES)
                    .is_ok()
        })
    };
    match document.dereference(contents) {
        Ok((_, Object::Array(parts))) => parts.iter().all(unpacks),
        Ok(_) => unpacks(contents),
        Err(_) => false,
    }
}

fn unpacked() -> Why {
    Why::Bomb(sentence!(
        "its content unpacks to more than {size}",
        size = Size(limits::PDF_ALL_BYTES as u64)
    ))
}

/// Before a parser unpacks anything: every packed stream in the raw bytes is unpacked into nothing and counted. The
/// streams that a parser opens by itself may be packed in the plain way only.
fn measure(bytes: &[u8]) -> Result<(), Why> {
    const ODD: [&[u8]; 7] = [
        b"LZW",
        b"ASCII",
        b"RunLength",
        b"Brotli",
        b"Crypt",
        b"/AHx",
        b"/A85",
    ];
    let mut left = limits::PDF_ALL_BYTES as u64;
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"stream") {
        let start = from + at;
        from = start + b"stream".len();
        let dictionary = &bytes[start.saturating_sub(1_000)..start];
        let dictionary = rfind(dictionary, b" obj").map_or(dictionary, |at| &dictionary[at..]);
        let structure = find(dictionary, b"ObjStm")
            .or(find(dictionary, b"XRef"))
            .is_some();
        if structure && (ODD.iter().any(|word| find(dictionary, word).is_some())) {
            return Err(damaged());
        }
        let body = &bytes[from..];
        let body = body
            .strip_prefix(b"\r\n")
            .or(body.strip_prefix(b"\n"))
            .unwrap_or(body);
        if body.first().is_none_or(|first| first & 0x0F != 8) {
            continue;
        }
        // An error ends a stream like its end does: what came before it would be unpacked by a parser too.
        // What goes in counts as well: blocks without content cost time, too.
        let mut counted = Counter(0);
        let mut decoder = ZlibDecoder::new(body);
        let _ended = io::copy(&mut (&mut decoder).take(left + 1), &mut counted);
        left = left
            .checked_sub(counted.0.max(decoder.total_in()))
            .ok_or_else(unpacked)?;
    }
    Ok(())
}

struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn find(within: &[u8], word: &[u8]) -> Option<usize> {
    within.windows(word.len()).position(|window| window == word)
}

fn rfind(within: &[u8], word: &[u8]) -> Option<usize> {
    within.windows(word.len()).rposition(|window| window == word)
}

/// Unpacks every stream within what is left of the allowance, and counts each page's content as often as it is shown.
fn weigh(document: &Document) -> Result<(), Why> {
    let mut left = limits::PDF_ALL_BYTES;
    for object in document.objects.values() {
        if let Object::Stream(stream) = object {
            left -= unpacked_size(stream, left)?;
        }
    }
    let mut left = limits::PDF_ALL_BYTES;
    for page in document.page_iter() {
        let content = document
            .get_page_content_with_limit(page, left.min(limits::PDF_STREAM_BYTES))
            .map_err(|_| unpacked())?;
        left = left.checked_sub(content.len()).ok_or_else(unpacked)?;
    }
    Ok(())
}

fn unpacked_size(stream: &Stream, left: usize) -> Result<usize, Why> {
    match stream.decompressed_content_with_limit(left.min(limits::PDF_STREAM_BYTES)) {
        Ok(content) => Ok(content.len()),
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => Err(unpacked()),
        // Pictures in formats of their own, and damaged streams: nobody here unpacks them.
        Err(_) => Ok(0),
    }
}

/// Links are no annotation that anybody would miss.
fn annotated(document: &Document, page: ObjectId) -> bool {
    let missed = |annotation: &&Dictionary| {
        let kind = annotation.get(b"Subtype").and_then(Object::as_name);
        kind.is_ok_and(|kind| kind != b"Link" && kind != b"Popup")
    };
    document
        .get_page_annotations(page)
        .is_ok_and(|all| all.iter().any(missed))
}
