//! Documents: what an uploaded file is, how files are made to fit a platform, and the packet that goes to it.
//!
//! Four rooms: [`mod@examine`] judges a file before anything else touches it, [`fit`] makes files acceptable for a platform,
//! [`packet`] typesets a letter with its exhibits as one PDF, [`mod@board`] a report. All is bytes in, bytes out, without I/O and without a clock;
//! it takes up to seconds, so call it where blocking is allowed.
#![deny(missing_docs)]

pub mod board;
pub mod examine;
pub mod fit;
pub mod letter;
pub mod limits;
pub mod packet;
mod pictures;
#[cfg(any(test, feature = "testing"))]
pub mod samples;
mod sheet;

pub use examine::{Examined, Kind, Refused, examine};
