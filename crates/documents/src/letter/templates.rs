//! The texts of letters: compiled in, and replaced file by file from a folder of the agency's.
//!
//! A file `LANGUAGE/NAME.txt` holds one sentence a line; `LANGUAGE/PLATFORM/NAME.txt` is taken instead for that platform.
//!
//! ```text
//! # a comment
//! = A heading, left out with all that would follow it
//! > opening                       the lines of another file
//! The parcel arrived on {{ delivery.date }}.
//! [delivery.in_time] This was within the promised time.
//! " {{ claim.buyer_words }}
//! ```
//!
//! A blank line ends a paragraph, `"` begins a quotation. A sentence whose fact is missing is left out and told as a gap;
//! one whose condition in brackets does not hold is left out silently. Every sentence is tried when it is loaded, so that
//! a mistake shows at the start, with file and line.

mod defaults;
mod line;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::facts::Facts;
use super::{Block, Gap};
use chrono::NaiveDate;
use docket_core::evidence::EvidenceKind;
use docket_core::words::{Language, Platform};
use line::{Kind, Line, engine, parse};

pub(crate) use words::Words;

/// A template that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {file}, line {line}: {why}")]
pub struct BadTemplate {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub why: String,
}

/// All templates, checked.
#[derive(Debug)]
pub struct Templates {
    files: BTreeMap<String, Vec<Line>>,
    words: Vec<Words>,
}

impl Templates {
    /// The compiled-in templates, with those of a folder in place of the ones with the same path.
    ///
    /// # Errors
    /// When a file cannot be read, replaces nothing, or has a mistake.
    pub fn load(folder: Option<&Path>) -> Result<Self, BadTemplate> {
        let mut sources: BTreeMap<String, String> = defaults::FILES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        if let Some(folder) = folder {
            for (name, text) in own(folder)? {
                check_place(&name, &sources)?;
                sources.insert(name, text);
            }
        }
        let mut files = BTreeMap::new();
        for (name, text) in sources.iter().filter(|(name, _)| !name.ends_with("/words.txt")) {
            files.insert(name.clone(), parse(name, text, &sources)?);
        }
        let words = Language::ALL
            .iter()
            .map(|language| {
                let name = format!("{language}/words.txt");
                Words::parse(*language, &name, &sources[&name])
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { files, words })
    }

    /// What a kind of evidence is called: the summary of an exhibit that nobody gave a title.
    pub fn evidence(&self, language: Language, kind: EvidenceKind) -> String {
        self.words(language).evidence(kind)
    }

    /// A policy as an exhibit: its title, and since when it is in force.
    pub fn policy(&self, language: Language, title: &str, since: NaiveDate) -> String {
        let since = super::day(language, since);
        self.words(language)
            .say("policy", [("title", title.into()), ("since", since.into())])
    }

    /// What stands beside a packet that is attached: where the answer is, and with how many exhibits.
    pub fn cover(&self, language: Language, file: &str, count: usize) -> String {
        self.words(language)
            .say("cover", [("file", file.into()), ("count", count.into())])
    }

    /// The words of a language for headings, labels and the timeline.
    pub(crate) fn words(&self, language: Language) -> &Words {
        // One for each language, in their order.
        &self.words[language as usize]
    }

    /// Renders a letter's text.
    pub(super) fn render(
        &self,
        language: Language,
        platform: Platform,
        name: &str,
        facts: &Facts,
    ) -> (Vec<Block>, Vec<Gap>) {
        let mut text = Text::default();
        self.render_into(&mut text, language, platform, name, facts);
        text.end_paragraph();
        text.gaps.dedup();
        (text.blocks, text.gaps)
    }

    fn render_into(
        &self,
        text: &mut Text,
        language: Language,
        platform: Platform,
        name: &str,
        facts: &Facts,
    ) {
        for line in self.lines(language, platform, name) {
            if line.conditions.iter().any(|fact| facts.get(fact).is_none()) {
                continue;
            }
            match line.kind {
                Kind::Blank => text.end_paragraph(),
                Kind::Partial => {
                    text.end_paragraph();
                    self.render_into(text, language, platform, &line.source, facts);
                    text.end_paragraph();
                }
                Kind::Heading => {
                    text.end_paragraph();
                    text.heading = said(line, facts, &mut text.gaps);
                }
                Kind::Quote => {
                    text.end_paragraph();
                    let quote = said(line, facts, &mut text.gaps);
                    text.push(quote.map(Block::Quote));
                }
                Kind::Sentence => text.paragraph.extend(said(line, facts, &mut text.gaps)),
            }
        }
    }

    fn lines(&self, language: Language, platform: Platform, name: &str) -> &[Line] {
        let special = format!("{language}/{platform}/{name}.txt");
        let general = format!("{language}/{name}.txt");
        self.files
            .get(&special)
            .or_else(|| self.files.get(&general))
            .map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct Text {
    blocks: Vec<Block>,
    gaps: Vec<Gap>,
    paragraph: Vec<String>,
    /// Waits for something to stand above.
    heading: Option<String>,
}

impl Text {
    fn end_paragraph(&mut self) {
        if !self.paragraph.is_empty() {
            let paragraph = std::mem::take(&mut self.paragraph).join(" ");
            self.push(Some(Block::Paragraph(paragraph)));
        }
    }

    fn push(&mut self, block: Option<Block>) {
        if let Some(block) = block {
            self.blocks.extend(self.heading.take().map(Block::Heading));
            self.blocks.push(block);
        }
    }
}

/// The sentence, or none and a gap.
fn said(line: &Line, facts: &Facts, gaps: &mut Vec<Gap>) -> Option<String> {
    let missing: Vec<String> = line
        .facts
        .iter()
        .filter(|fact| facts.get(fact).is_none())
        .cloned()
        .collect();
    if missing.is_empty()
        && let Ok(text) = engine().render_named_str("sentence", &line.source, facts.value())
    {
        return Some(text);
    }
    gaps.push(Gap {
        sources_differ: missing.iter().any(|fact| facts.differs(fact)),
        // Everything was there, but one entry of a list lacked something.
        missing: if missing.is_empty() {
            line.facts.clone()
        } else {
            missing
        },
        sentence: line.source.clone(),
    });
    None
}

/// The `.txt` files of a folder, by their path below it.
fn own(folder: &Path) -> Result<Vec<(String, String)>, BadTemplate> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let bad = |error: io::Error| BadTemplate {
            file: current.display().to_string(),
            line: 0,
            why: format!("cannot be read: {error}; check the path and its rights"),
        };
        for entry in fs::read_dir(&current).map_err(bad)? {
            let path: PathBuf = entry.map_err(bad)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                let name = path.strip_prefix(folder).unwrap_or(&path);
                let name = name.to_string_lossy().replace('\\', "/");
                let text = fs::read_to_string(&path).map_err(|error| BadTemplate {
                    file: name.clone(),
                    ..bad(error)
                })?;
                found.push((name, text));
            }
        }
    }
    Ok(found)
}

/// A file that would replace nothing is a slip of the pen, and its text would never be used.
fn check_place(name: &str, sources: &BTreeMap<String, String>) -> Result<(), BadTemplate> {
    let parts: Vec<&str> = name.split('/').collect();
    let takes_place = match parts[..] {
        [_, _] => sources.contains_key(name),
        [language, platform, file] => {
            platform.parse::<Platform>().is_ok()
                && file != "words.txt"
                && sources.contains_key(&format!("{language}/{file}"))
        }
        _ => false,
    };
    if takes_place {
        return Ok(());
    }
    Err(BadTemplate {
        file: name.to_owned(),
        line: 0,
        why: "takes the place of no template; name it LANGUAGE/NAME.txt or LANGUAGE/PLATFORM/NAME.txt like the \
              compiled-in ones"
            .to_owned(),
    })
}
