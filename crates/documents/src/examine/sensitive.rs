//! Data that must not leave the house in evidence: card numbers and codes, national ids, identity documents. Platforms
//! reject such files, sometimes unread (`domain.md` C23), and the PCI rules forbid to keep them.
//!
//! This finds accidents in readable text; it is no proof of absence, and text inside pictures is not seen.

mod cards;
mod ids;
mod loose;
mod mrz;
mod papers;

use std::fmt;

/// One find. The value itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// What was found.
    pub found: Found,
    /// Page, from 1; 0 for form fields, notes and properties of a PDF, which stand on none.
    pub page: usize,
    /// Line of the page's text, from 1.
    pub line: usize,
    /// The value with all but its end hidden: at most the last four characters of a card number, two of anything else.
    pub masked: String,
}

impl Find {
    /// The same, where it stands on no page.
    #[must_use]
    pub(super) fn beside(self) -> Self {
        Self { page: 0, ..self }
    }
}

impl fmt::Display for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} on page {}, line {}",
            self.found, self.masked, self.page, self.line
        )
    }
}

/// Kinds of sensitive data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    /// A payment card's number.
    CardNumber,
    /// A card's security code.
    CardCode,
    /// A social security number of the United States.
    UsSocialSecurity,
    /// A Dutch burgerservicenummer.
    DutchBsn,
    /// A Swedish personnummer or samordningsnummer.
    SwedishPersonnummer,
    /// A German Steuer-Identifikationsnummer.
    GermanTaxId,
    /// A passport, visa or identity card: its machine-readable lines, or its number beside its name.
    IdentityDocument,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CardNumber => "card number",
            Self::CardCode => "card security code",
            Self::UsSocialSecurity => "US social security number",
            Self::DutchBsn => "Dutch BSN",
            Self::SwedishPersonnummer => "Swedish personal number",
            Self::GermanTaxId => "German tax id",
            Self::IdentityDocument => "identity document",
        })
    }
}

/// Searches a text, as one page.
pub fn finds_in(text: &str) -> Vec<Find> {
    search(&[text.to_owned()])
}

/// A text for a letter whose words somebody else wrote: on a line that shows what must not leave the house, no digit is
/// left, and of an identity document's line nothing.
pub fn cleared(text: &str) -> String {
    let finds = finds_in(text);
    if finds.is_empty() {
        return text.to_owned();
    }
    let mut paper = false;
    let lines = (1..).zip(text.lines()).map(|(number, line)| {
        let here = || finds.iter().filter(|find| find.line == number);
        // Its lines belong together, and only one of them is told as a find.
        paper = here().any(|find| find.found == Found::IdentityDocument) || (paper && mrz::is_line(line));
        if paper {
            return "•••".to_owned();
        }
        let hide = |c: char| if c.is_ascii_digit() { '•' } else { c };
        match here().next() {
            Some(_) => line.chars().map(hide).collect(),
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Searches the text of each page.
pub(super) fn search(pages: &[String]) -> Vec<Find> {
    let mut finds = Vec::new();
    for (page, text) in (1..).zip(pages) {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let before = index.checked_sub(1).map_or("", |before| lines[before]);
            let seen = Line {
                text: line,
                lower: line.to_lowercase(),
                before: before.to_lowercase(),
                above: lines[index.saturating_sub(ABOVE)..index]
                    .join("\n")
                    .to_lowercase(),
                numbers: numbers(line),
            };
            let found = cards::search(&seen).into_iter().chain(ids::search(&seen));
            let found = found
                .chain(mrz::search(line, before))
                .chain(papers::search(&seen));
            finds.extend(found.map(|(found, masked)| Find {
                found,
                page,
                line: index + 1,
                masked,
            }));
        }
        let loose = loose::search(&lines).into_iter().map(|(index, masked)| Find {
            found: Found::CardNumber,
            page,
            line: index + 1,
            masked,
        });
        let loose: Vec<Find> = loose.filter(|find| !finds.contains(find)).collect();
        finds.extend(loose);
    }
    finds
}

/// So many lines above a line still say what its numbers are.
const ABOVE: usize = 4;

/// A line and those before it, where a label often stands.
struct Line<'a> {
    text: &'a str,
    lower: String,
    before: String,
    above: String,
    numbers: Vec<Number>,
}

impl Line<'_> {
    fn says_near(&self, words: &[&str]) -> bool {
        let says = |text: &str| words.iter().any(|word| has_word(text, word));
        says(&self.lower) || says(&self.before)
    }

    fn says_above(&self, words: &[&str]) -> bool {
        let says = |text: &str| words.iter().any(|word| has_word(text, word));
        says(&self.lower) || says(&self.above)
    }

    /// What stands behind a label: on its line, or at the beginning of this line where the one before ends with the label.
    fn behind<'a>(&'a self, label: &str) -> impl Iterator<Item = &'a str> {
        let before = self.before.trim_end_matches(|c: char| !c.is_alphanumeric());
        let above = before.ends_with(label) && has_word(before, label);
        let own = words_at(&self.lower, label).map(|at| &self.lower[at + label.len()..]);
        own.chain(above.then_some(self.lower.as_str()))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// What stands directly before a number on its line, in lower case.
    fn label(&self, number: &Number) -> String {
        let before: Vec<char> = self.text[..number.start].chars().collect();
        let from = before.len().saturating_sub(30);
        before[from..].iter().collect::<String>().to_lowercase()
    }
}

/// Where the word stands as such, not inside another one.
fn words_at<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// Whether the word stands there as such, not inside another one.
fn has_word(text: &str, word: &str) -> bool {
    words_at(text, word).next().is_some()
}

/// Digits that belong together: nothing or one space, dash or dot between them.
struct Number {
    /// The digits alone.
    digits: Vec<u8>,
    /// As it is written.
    shape: String,
    /// Byte offset in the line.
    start: usize,
}

impl Number {
    fn masked(&self, shown: usize) -> String {
        let hidden = self.digits.len().saturating_sub(shown);
        let end = self.digits[hidden..].iter().map(|digit| char::from(digit + b'0'));
        std::iter::repeat_n('•', hidden).chain(end).collect()
    }

    /// `XXX-XX-XXXX` for 123-45-6789.
    fn pattern(&self) -> String {
        let shown = |c: char| if c.is_ascii_digit() { 'X' } else { c };
        self.shape.chars().map(shown).collect()
    }
}

/// All numbers of a line. One that touches letters is part of a code, not a number.
fn numbers(line: &str) -> Vec<Number> {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let digit = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_ascii_digit());
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let first = at;
        loop {
            if digit(at + 1) {
                at += 1;
            } else if chars.get(at + 1).is_some_and(|(_, c)| is_separator(*c)) && digit(at + 2) {
                at += 2;
            } else {
                break;
            }
        }
        let letter = |at: Option<usize>| {
            at.and_then(|at| chars.get(at))
                .is_some_and(|(_, c)| c.is_alphabetic())
        };
        let start = chars[first].0;
        if (!letter(first.checked_sub(1)) || cards::glued(&line[..start])) && !letter(Some(at + 1)) {
            let shape: String = chars[first..=at].iter().map(|(_, c)| *c).collect();
            found.push(Number {
                digits: shape
                    .bytes()
                    .filter(u8::is_ascii_digit)
                    .map(|byte| byte - b'0')
                    .collect(),
                shape,
                start,
            });
        }
        at += 1;
    }
    found
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '-' | '\u{2010}' | '\u{2011}' | '.')
}

/// Luhn's checksum over all digits.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(
            |(place, digit)| match (place % 2, u32::from(*digit) * (1 + place as u32 % 2)) {
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, plain) => plain,
            },
        )
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;
