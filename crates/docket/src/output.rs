//! What commands print: aligned tables for people, JSON for programs.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

/// Writes a line to stdout; a closed pipe comes back as an error instead of a panic.
pub fn line(text: impl std::fmt::Display) -> Result<()> {
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(())
}

/// Text that ends its own lines.
pub fn text(text: &str) -> Result<()> {
    write!(io::stdout().lock(), "{text}")?;
    Ok(())
}

/// Bytes as they are.
pub fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Pretty JSON on stdout.
pub fn json(value: &impl Serialize) -> Result<()> {
    line(serde_json::to_string_pretty(value)?)
}

pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// A JSON array written element by element, so that a long list needs no memory.
pub struct JsonArray {
    first: bool,
}

impl JsonArray {
    pub fn begin() -> Result<Self> {
        write!(io::stdout().lock(), "[")?;
        Ok(Self { first: true })
    }

    pub fn push(&mut self, value: &impl Serialize) -> Result<()> {
        let mut out = io::stdout().lock();
        let separator = if std::mem::take(&mut self.first) {
            "\n"
        } else {
            ",\n"
        };
        write!(out, "{separator}{}", serde_json::to_string(value)?)?;
        Ok(())
    }

    pub fn end(self) -> Result<()> {
        line(if self.first { "]" } else { "\n]" })
    }
}

/// A table whose columns are as wide as their content.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self {
            rows: vec![head.iter().map(|h| (*h).to_owned()).collect()],
        }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    pub fn print(&self) -> Result<()> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |c: usize| {
            self.rows
                .iter()
                .filter_map(|r| r.get(c))
                .map(|t| t.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(cell);
                text.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 2));
            }
            line(text.trim_end())?;
        }
        Ok(())
    }
}
