//! A report on paper, as a client shows it to its board: A4, greys only, each chart with its figures beside it. The same
//! input gives the same bytes, as PDF/A-2b.

mod plot;
mod set;
mod table;
#[cfg(test)]
mod tests;
mod words;

use chrono::{DateTime, Utc};
use docket_core::words::Language;

use crate::examine::Why;
use crate::sheet::{self, About, Setter};

pub use self::words::{ReportWords, report_words};

/// A report.
#[derive(Debug, Clone)]
pub struct Board {
    /// What it is.
    pub title: String,
    /// Whose, of when, as of when: one line each.
    pub about: Vec<String>,
    /// Its language.
    pub language: Language,
    /// Names the file for ever; the same report has the same.
    pub id: String,
    /// When its figures were computed.
    pub at: DateTime<Utc>,
    /// Stands at the foot of each page, before its number.
    pub footer: String,
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a report.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// What the table below is of.
    Strong(String),
    /// Small print.
    Note(String),
    /// What counts most, large, side by side.
    Keys(Vec<Key>),
    /// A table.
    Table(Table),
    /// Intervals on one axis.
    Plot(Plot),
    /// Bars from one line on.
    Bars(Bars),
}

/// One large figure.
#[derive(Debug, Clone)]
pub struct Key {
    /// What it is.
    pub label: String,
    /// The figure.
    pub main: String,
    /// Its n and interval.
    pub detail: String,
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is the sum of the others.
    pub total: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of the width, beside those of the others.
    pub share: f32,
    /// Numbers stand at the right.
    pub right: bool,
}

/// Intervals on one axis, each with its figures in words beside it.
#[derive(Debug, Clone, Default)]
pub struct Plot {
    /// Lines of the axis: where, from 0 to 1, and what they say.
    pub axis: Vec<(f32, String)>,
    /// A line to hold the intervals against.
    pub rule: Option<f32>,
    /// From top to bottom.
    pub marks: Vec<Mark>,
    /// How to read it.
    pub caption: String,
}

/// One interval, in shares of the axis.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What it is of.
    pub label: String,
    /// Its lower end.
    pub low: f32,
    /// The figure.
    pub at: f32,
    /// Its upper end.
    pub high: f32,
    /// Not to be leant on.
    pub hollow: bool,
    /// The same in figures.
    pub text: String,
}

/// Bars from one line on.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// What each is of, its length from 0 to 1, and the figures.
    pub rows: Vec<(String, f32, String)>,
    /// How to read it.
    pub caption: String,
}

/// A report, typeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The file.
    pub pdf: Vec<u8>,
    /// Its pages.
    pub pages: usize,
}

/// A report that cannot be typeset.
#[derive(Debug, thiserror::Error)]
#[error("the PDF could not be written ({0}); take another format and report this")]
pub struct BoardError(String);

/// Typesets a report.
///
/// # Errors
/// When the file cannot be written.
pub fn board(board: &Board) -> Result<Paper, BoardError> {
    let failed = |error: Why| BoardError(error.to_string());
    crate::examine::pdf::guarded(|| Ok(typeset(board))).map_err(failed)?
}

fn typeset(board: &Board) -> Result<Paper, BoardError> {
    let mut setter = Setter::new().ok_or_else(|| BoardError("the typeface cannot be read".to_owned()))?;
    let sheets = set::pages(&mut setter, board);
    let pages = sheets.len();
    let words = report_words(board.language);
    let footer = |page: usize, pages: usize| {
        let number = words.say(
            "page",
            &[("page", page.to_string()), ("pages", pages.to_string())],
        );
        format!("{} · {number}", board.footer)
    };
    let about = About {
        title: board.title.clone(),
        language: board.language,
        id: board.id.clone(),
        at: board.at,
        footer: &footer,
        archival: true,
        outline: None,
    };
    let pdf = sheet::write(&mut setter, about, sheets).map_err(BoardError)?;
    Ok(Paper { pdf, pages })
}
