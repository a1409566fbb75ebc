//! How much is read of any file, so that a small hostile one cannot cost much memory or time.

use std::time::Duration;

/// The largest file that is looked at, in bytes. No platform takes more for a whole answer.
pub const FILE_BYTES: usize = 50_000_000;
/// The longest text file, in bytes.
pub const TEXT_BYTES: usize = 1_000_000;
/// The longest side of an image, in pixels.
pub const IMAGE_SIDE: u32 = 20_000;
/// The pixels of an image; phones make up to 50 million in common use.
pub const IMAGE_PIXELS: u64 = 64_000_000;
/// What a decoder may ask for, in bytes: the pixels in colour with transparency, and room to work.
pub const IMAGE_BYTES: u64 = 4 * IMAGE_PIXELS + 64_000_000;
/// The scans of a progressive JPEG. Photos have about ten; thousands cost minutes.
pub const JPEG_SCANS: usize = 100;
/// The pages of a PDF.
pub const PDF_PAGES: usize = 300;
/// What one stream of a PDF may unpack to, in bytes.
pub const PDF_STREAM_BYTES: usize = 64_000_000;
/// What all its streams may unpack to, in bytes; each page's own content counts as often as a page shows it.
pub const PDF_ALL_BYTES: usize = 200_000_000;
/// The text that is taken from a PDF, in characters; the scan for sensitive data sees this much.
pub const PDF_TEXT_CHARS: usize = 2_000_000;
/// The drawing operations that are followed for a PDF's text.
pub const PDF_OPERATIONS: usize = 5_000_000;
/// What drawing the pages of a PDF may cost, in dots that are read and painted: twice what the most pages of scans
/// or of print come to.
pub const DRAWN_DOTS: u64 = 20_000_000_000;
/// How long the edges of what is painted on one page may be, in dots; a dense map has a few million. The library keeps each until
/// the page is done, at some ten bytes a dot.
pub const DRAWN_EDGES: f64 = 40_000_000.0;
/// So long the pages of one PDF may take to be drawn. Ten honest ones take a second.
pub const DRAWING: Duration = Duration::from_secs(120);
/// The pages of a packet.
pub const PACKET_PAGES: usize = 1_000;
/// Bytes of pictures that are kept while a packet is made to fit.
pub const KEPT_BYTES: usize = 150_000_000;
