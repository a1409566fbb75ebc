//! Reads a file line by line, CSV or JSON lines, into cells by column. Memory does not grow with the file.

use std::cell::Cell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::columns::{Column, ImportKind};

/// No line is larger: a quote that is never closed would otherwise swallow the rest of the file.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The line's number in the file, from 1 on.
    pub line: u64,
    /// The column, where one is wrong.
    pub column: Option<String>,
    /// What is wrong, and what to write instead.
    pub says: String,
}

impl RowError {
    pub(super) fn new(line: u64, column: Option<&str>, says: impl Into<String>) -> Self {
        Self {
            line,
            column: column.map(str::to_owned),
            says: says.into(),
        }
    }
}

/// A line, cell by cell in the order of its kind's columns; an empty cell is none.
#[derive(Debug)]
pub(super) struct Row {
    pub line: u64,
    pub kind: ImportKind,
    pub cells: Vec<Option<String>>,
}

/// Reads the file and hands over each line, or what is wrong with it; ends early when `take` says `false`.
///
/// # Errors
/// When the file cannot be read at all.
pub(super) fn read(
    path: &Path,
    kind: ImportKind,
    take: &mut dyn FnMut(Result<Row, RowError>) -> bool,
) -> io::Result<()> {
    let name = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let lines = match name.to_ascii_lowercase().as_str() {
        "csv" => false,
        "jsonl" | "ndjson" => true,
        _ => {
            return Err(io::Error::other(
                "it must end in .csv (comma or semicolon) or .jsonl (one JSON object for each line)",
            ));
        }
    };
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if lines {
        json_lines(BufReader::new(file), kind, take)
    } else {
        csv(BufReader::new(file), kind, take)
    }
}

/// Stops a line that does not end.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let size = u64::try_from(read).unwrap_or(u64::MAX);
        let left = self.left.get().checked_sub(size);
        let endless = || io::Error::other("a line is longer than 4 MB; is a quotation mark never closed?");
        self.left.set(left.ok_or_else(endless)?);
        Ok(read)
    }
}

/// Semicolons where the header has more of them: what spreadsheets write in most of Europe.
fn separator(head: &[u8]) -> u8 {
    let first = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator: u8| first.iter().filter(|b| **b == separator).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

fn csv(
    mut file: BufReader<File>,
    kind: ImportKind,
    take: &mut dyn FnMut(Result<Row, RowError>) -> bool,
) -> io::Result<()> {
    let separator = separator(file.fill_buf()?);
    let left = Rc::new(Cell::new(LONGEST_LINE));
    let bounded = Bounded {
        inner: file,
        left: left.clone(),
    };
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(bounded);
    let mut record = ::csv::ByteRecord::new();
    let mut head: Option<Vec<usize>> = None;
    while reader.read_byte_record(&mut record).map_err(io::Error::from)? {
        left.set(LONGEST_LINE);
        let line = record.position().map_or(0, ::csv::Position::line);
        let Some(columns) = &head else {
            match header(&record, kind, line) {
                Ok(columns) => head = Some(columns),
                Err(errors) => {
                    for error in errors {
                        take(Err(error));
                    }
                    return Ok(());
                }
            }
            continue;
        };
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        if !take(cells(&record, columns, kind, line)) {
            return Ok(());
        }
    }
    if head.is_none() {
        take(Err(RowError::new(1, None, empty(kind))));
    }
    Ok(())
}

fn empty(kind: ImportKind) -> String {
    format!("the file is empty; its first row names the columns, see `docket import columns {kind}`")
}

fn place(columns: &[Column], name: &str) -> Option<usize> {
    columns.iter().position(|column| column.name == name)
}

fn unknown(kind: ImportKind, name: &str) -> String {
    let known: Vec<&str> = kind.columns().iter().map(|c| c.name).collect();
    format!(
        "no such column; rename or remove it (known: {})",
        known.join(", ")
    ) + if name.is_empty() { "; it has no name" } else { "" }
}

/// Which column each cell of a row is.
fn header(record: &::csv::ByteRecord, kind: ImportKind, line: u64) -> Result<Vec<usize>, Vec<RowError>> {
    let (columns, mut errors) = (kind.columns(), Vec::new());
    let mut places = Vec::new();
    for cell in record {
        let name = String::from_utf8_lossy(cell).trim().to_ascii_lowercase();
        match place(columns, &name) {
            Some(at) if places.contains(&at) => {
                errors.push(RowError::new(
                    line,
                    Some(&name),
                    "the column is there twice; keep one",
                ));
            }
            Some(at) => places.push(at),
            None => errors.push(RowError::new(line, Some(&name), unknown(kind, &name))),
        }
    }
    for (at, column) in columns.iter().enumerate() {
        if column.required && !places.contains(&at) {
            let says = format!("the column is missing; it holds {}", column.says);
            errors.push(RowError::new(line, Some(column.name), says));
        }
    }
    if errors.is_empty() {
        Ok(places)
    } else {
        Err(errors)
    }
}

fn cells(
    record: &::csv::ByteRecord,
    columns: &[usize],
    kind: ImportKind,
    line: u64,
) -> Result<Row, RowError> {
    if record.len() != columns.len() {
        let says = format!(
            "it has {} cells and the header has {}; put cells that hold a separator into quotation marks",
            record.len(),
            columns.len()
        );
        return Err(RowError::new(line, None, says));
    }
    let mut cells = vec![None; kind.columns().len()];
    for (cell, at) in record.iter().zip(columns) {
        let name = kind.columns()[*at].name;
        let text = std::str::from_utf8(cell)
            .map_err(|_| RowError::new(line, Some(name), "not UTF-8; save the file as CSV UTF-8"))?;
        cells[*at] = filled(text);
    }
    Ok(Row { line, kind, cells })
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn json_lines(
    mut file: BufReader<File>,
    kind: ImportKind,
    take: &mut dyn FnMut(Result<Row, RowError>) -> bool,
) -> io::Result<()> {
    let (mut line, mut bytes) = (0, Vec::new());
    loop {
        bytes.clear();
        let read = (&mut file).take(LONGEST_LINE + 1).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            break;
        }
        line += 1;
        if u64::try_from(read).unwrap_or(u64::MAX) > LONGEST_LINE {
            return Err(io::Error::other(format!("line {line} is longer than 4 MB")));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        if text.trim_ascii().is_empty() {
            continue;
        }
        if !take(object(text, kind, line)) {
            return Ok(());
        }
    }
    if line == 0 {
        take(Err(RowError::new(1, None, empty(kind))));
    }
    Ok(())
}

fn object(text: &[u8], kind: ImportKind, line: u64) -> Result<Row, RowError> {
    let pairs: HashMap<String, Box<RawValue>> = serde_json::from_slice(text).map_err(|_| {
        let says = "not a JSON object; write one for each line, like {\"order\": \"1001\"}";
        RowError::new(line, None, says)
    })?;
    let mut cells = vec![None; kind.columns().len()];
    for (name, value) in &pairs {
        let at = place(kind.columns(), name)
            .ok_or_else(|| RowError::new(line, Some(name), unknown(kind, name)))?;
        // Numbers stay the text that they are: an amount must not go through a float.
        let raw = value.get();
        cells[at] = match raw.as_bytes().first() {
            Some(b'"') => serde_json::from_str::<String>(raw).ok().and_then(|t| filled(&t)),
            Some(b'n') => None,
            Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
            _ => return Err(RowError::new(line, Some(name), "write a text, a number or null")),
        };
    }
    Ok(Row { line, kind, cells })
}
