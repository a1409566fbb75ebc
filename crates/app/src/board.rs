//! Reports on paper: the figures of the other formats, in the words of a language, on at most four pages.

mod factors;
mod log;
mod say;
mod sla;
mod win_rate;

use docket_core::sentence;
use docket_documents::board::{Board, board};
pub use docket_documents::board::{ReportWords, report_words};
pub use docket_documents::letter::money;

pub use self::factors::factors;
pub use self::log::{LogEntry, LogKind, NAMED, PolicyChange, letters, marks};
pub use self::sla::{calendar, sla};
pub use self::win_rate::win_rate;
use crate::error::{Error, Result};

/// Pages that a report may have.
pub const PAGES: usize = 4;

/// How much of a report goes on paper, from all of it down; what is left out is said, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Detail {
    /// Groups, levels or targets, each with its figures.
    rows: usize,
    /// Whether each of them has its second table too: amounts, or months.
    second: bool,
    /// Lines of each of the other lists: reasons, currencies, changes, exclusions, what to fix first.
    others: usize,
}

const fn detail(rows: usize, second: bool, others: usize) -> Detail {
    Detail { rows, second, others }
}

const DETAILS: [Detail; 8] = [
    detail(48, true, 26),
    detail(24, true, 26),
    detail(36, false, 26),
    detail(24, false, 16),
    detail(24, false, 12),
    detail(12, false, 10),
    detail(6, false, 6),
    detail(3, false, 3),
];

/// The fullest of a report's forms that fits.
fn fit(make: impl Fn(Detail) -> Board) -> Result<Vec<u8>> {
    for detail in DETAILS {
        let paper = board(&make(detail)).map_err(|error| Error::Invalid(error.to_string().into()))?;
        if paper.pages <= PAGES {
            return Ok(paper.pdf);
        }
    }
    Err(Error::Invalid(sentence!(
        "this report does not fit on {pages} pages; take a shorter period or one client, or another format",
        pages = PAGES
    )))
}
