//! Facts from files: `docket import`. A file is read twice: first every line is checked, and nothing is stored when one is
//! wrong; then it is stored in batches, each in one transaction of its own. One transaction for a whole file would keep
//! everything else that writes waiting, responses among it. A file that was cut off is imported again: what is there
//! already stays as it is.

mod cells;
mod columns;
mod facts;
mod seen;
mod source;
mod store;

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use docket_store::{NewFact, Told};
use serde::Serialize;
use tokio::sync::watch;

pub use columns::{Column, ImportKind};
pub use source::RowError;

use crate::error::{Error, Result};
use seen::{Before, Seen};

/// Errors that are listed; more than this say nothing new.
const LISTED: usize = 50;
/// More lines need more memory than this program wants to take: about sixty bytes for each.
const LINES: u64 = 2_000_000;

/// One shop of a client with several: its name stands before the numbers of its orders, `north/1001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop(String);

impl std::str::FromStr for Shop {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if text.is_empty() || text.len() > 40 || !text.chars().all(fits) {
            return Err(format!(
                "`{text}` is no name of a shop; write up to 40 letters, digits, dots, hyphens and underscores"
            ));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl Shop {
    /// The key of an order of this shop.
    fn key(&self, order: &str) -> String {
        format!("{}/{order}", self.0)
    }
}

/// What an import is to do.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// What the file tells of.
    pub kind: ImportKind,
    /// The file.
    pub path: PathBuf,
    /// The shop whose orders it tells of, where a client has several that count their orders alike. Only cases that name
    /// another reference of the order, or that no other shop's order fits, are joined to it by themselves.
    pub shop: Option<Shop>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Who brings it.
    pub by: String,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportReport {
    /// Lines read, without the header and empty ones.
    pub lines: u64,
    /// Facts that nobody told before.
    pub new: u64,
    /// Facts that correct what was told before.
    pub changed: u64,
    /// Facts that were told before just so.
    pub unchanged: u64,
    /// Orders in the file.
    pub orders: u64,
    /// Orders that no case names: they wait.
    pub unmatched: u64,
    /// Whether nothing was stored on purpose.
    pub dry_run: bool,
    /// How many errors there are; nothing is stored when there is one.
    pub errors_total: u64,
    /// The first of them.
    pub errors: Vec<RowError>,
}

/// How far an import is: lines checked, lines stored.
pub type ImportProgress = watch::Sender<(u64, u64)>;

/// Lines of a file that belong together in a batch.
struct Batch {
    facts: Vec<NewFact>,
    orders: Vec<String>,
    lines: u64,
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::Invalid(format!("{} cannot be imported: {error}", path.display()).into())
}

/// The file's name without its folders: that is what facts keep of where they come from.
fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Reads every line and gives what is wrong.
fn check(request: &ImportRequest, now: DateTime<Utc>, progress: &ImportProgress) -> Result<ImportReport> {
    let (mut report, mut seen, file) = (ImportReport::default(), Seen::default(), name(&request.path));
    let wrong = |report: &mut ImportReport, error: RowError| {
        report.errors_total += 1;
        if report.errors.len() < LISTED {
            report.errors.push(error);
        }
    };
    source::read(&request.path, request.kind, &mut |row| {
        report.lines += 1;
        if report.lines % 1000 == 0 {
            progress.send_modify(|p| p.0 = report.lines);
        }
        if report.lines > LINES {
            let says = format!("the file has more than {LINES} lines; split it");
            wrong(&mut report, RowError::new(0, None, says));
            return false;
        }
        let found = row.map_err(|e| vec![e]).and_then(|row| {
            let facts = facts::facts(&row, (&file, request.shop.as_ref()), now)?;
            let against = facts.iter().filter_map(|fact| seen.note(fact, row.line).err());
            let against: Vec<RowError> = against.collect();
            if against.is_empty() { Ok(()) } else { Err(against) }
        });
        for error in found.err().into_iter().flatten() {
            wrong(&mut report, error);
        }
        true
    })
    .map_err(|e| unreadable(&request.path, &e))?;
    Ok(report)
}

/// Reads the file again and hands over batches of facts, each fact once.
fn hand_over(
    request: &ImportRequest,
    now: DateTime<Utc>,
    size: usize,
    give: &mut dyn FnMut(Batch) -> bool,
) -> Result<()> {
    let (mut seen, file) = (Seen::default(), name(&request.path));
    let fresh = || Batch {
        facts: Vec::new(),
        orders: Vec::new(),
        lines: 0,
    };
    let (mut batch, mut moved) = (fresh(), false);
    source::read(&request.path, request.kind, &mut |row| {
        let facts = row.map_err(|e| vec![e]).and_then(|row| {
            let line = row.line;
            facts::facts(&row, (&file, request.shop.as_ref()), now).map(|facts| (line, facts))
        });
        let Ok((line, facts)) = facts else {
            moved = true;
            return false;
        };
        batch.lines += 1;
        for fact in facts {
            match seen.note(&fact, line) {
                Ok(Before::Nothing) => {
                    if !fact.order.is_empty() && seen.first_of(&fact.order) {
                        batch.orders.push(fact.order.clone());
                    }
                    batch.facts.push(fact);
                }
                Ok(Before::TheSame) => {}
                Err(_) => moved = true,
            }
        }
        batch.facts.len() < size || give(std::mem::replace(&mut batch, fresh()))
    })
    .map_err(|e| unreadable(&request.path, &e))?;
    if moved {
        return Err(Error::Invalid(
            "the file was changed while it was read; import it again".into(),
        ));
    }
    give(batch);
    Ok(())
}

impl ImportReport {
    fn count(&mut self, told: Told) {
        self.new += told.new;
        self.changed += told.changed;
        self.unchanged += told.unchanged;
    }
}
