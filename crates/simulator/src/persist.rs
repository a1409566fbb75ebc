//! The state file: one JSON line for the header, one per journal entry, one per row: PayPal's disputes bare, what belongs to
//! another platform as `{"klarna": …}` or `{"shopify": …}`.
//!
//! Lines of unchanged rows are kept, so that writing after every action costs copying and not serialising.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{SimulatorError, klarna, platform::Mix, shopify, world::World};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    pub seed: u64,
    pub accounts: usize,
    #[serde(default)]
    pub platforms: Mix,
    pub sequence: u64,
    pub journal: usize,
    pub clock_offset_ms: i64,
}

impl Header {
    /// Whether the file tells the story that the options ask for.
    pub(crate) fn fits(&self, seed: u64, accounts: usize, platforms: Mix) -> bool {
        (self.seed, self.accounts, self.platforms) == (seed, accounts, platforms)
    }

    pub(crate) fn advice(&self) -> String {
        let platforms = serde_json::to_string(&self.platforms).unwrap_or_default();
        format!(
            "the state file was made with seed {}, {} accounts and platforms {}: use these, or another file",
            self.seed,
            self.accounts,
            platforms.trim_matches('"')
        )
    }
}

/// A row of a platform that is not PayPal.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tagged {
    Klarna(klarna::Row),
    Shopify(shopify::Row),
}

/// Writes beside the file and renames, so that a reader never meets half a state.
pub(crate) fn save(path: &Path, header: &Header, world: &World) -> io::Result<()> {
    let temporary = temporary(path);
    let mut out = Vec::with_capacity(world.disputes().len() * 5_000 + 4_096);
    line(&mut out, &serde_json::to_string(header)?);
    for entry in &world.journal {
        line(&mut out, cached(&entry.line, entry)?);
    }
    for dispute in world.disputes() {
        line(&mut out, cached(&dispute.line, dispute)?);
    }
    for row in world.klarna.lines()? {
        line(&mut out, &format!("{{\"klarna\":{row}}}"));
    }
    for row in world.shopify.lines()? {
        line(&mut out, &format!("{{\"shopify\":{row}}}"));
    }
    fs::File::create(&temporary)?.write_all(&out)?;
    fs::rename(&temporary, path)
}

/// `None` when there is no file yet.
pub(crate) fn load(path: &Path) -> Result<Option<(Header, World)>, SimulatorError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(SimulatorError::State {
                path: path.to_owned(),
                source,
            });
        }
    };
    let mut lines = text.lines();
    let header: Header = parse(path, lines.next().unwrap_or_default())?;
    let mut world = World::default();
    world.sequence = header.sequence;
    for text in lines.by_ref().take(header.journal) {
        world.journal.push(parse(path, text)?);
    }
    for text in lines {
        if !text.starts_with("{\"klarna\":") && !text.starts_with("{\"shopify\":") {
            world.add(parse(path, text)?);
            continue;
        }
        match parse(path, text)? {
            Tagged::Klarna(row) => world.klarna.take(row),
            Tagged::Shopify(row) => world.shopify.take(row),
        }
    }
    world.dirty = false;
    Ok(Some((header, world)))
}

fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, SimulatorError> {
    serde_json::from_str(text).map_err(|source| SimulatorError::State {
        path: path.to_owned(),
        source: source.into(),
    })
}

/// The line of a row, made once until the row changes.
pub(crate) fn cached<'a, T: Serialize>(
    cell: &'a std::sync::OnceLock<String>,
    row: &T,
) -> io::Result<&'a str> {
    if let Some(text) = cell.get() {
        return Ok(text);
    }
    let text = serde_json::to_string(row)?;
    Ok(cell.get_or_init(|| text))
}

fn line(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    PathBuf::from(name)
}
