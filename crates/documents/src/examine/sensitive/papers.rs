//! Numbers of passports, identity cards and driving licences beside the words that name them.

use super::{Found, Line};

/// Words for such a paper and its number at once.
const NUMBER: &[&str] = &[
    "passport no",
    "passport nr",
    "passport number",
    "passport",
    "reisepass",
    "reisepassnummer",
    "passnummer",
    "pass-nr",
    "pass nr",
    "passnr",
    "pass no",
    "ausweisnummer",
    "ausweis-nr",
    "ausweis nr",
    "personalausweis",
    "personalausweisnummer",
    "identity card",
    "identity card no",
    "identity card number",
    "id card",
    "id card no",
    "id card number",
    "paspoort",
    "paspoortnummer",
    "paspoort nr",
    "identiteitskaart",
    "identiteitskaartnummer",
    "id-kort",
    "id-kortsnummer",
    "id-kort nr",
    "identitetskort",
];
/// Words for a driving licence, whose numbers are up to sixteen long.
const LICENCE: &[&str] = &[
    "driving licence",
    "driving licence no",
    "driving licence number",
    "driver's license",
    "driver's license no",
    "driver license",
    "drivers license",
    "driver's licence",
    "driver’s license",
    "driver’s license no",
    "driver’s licence",
    "führerschein",
    "führerscheinnummer",
    "führerschein-nr",
    "führerschein nr",
    "rijbewijs",
    "rijbewijsnummer",
    "rijbewijs nr",
    "körkort",
    "körkortsnummer",
    "körkort nr",
];
/// Words for a number that is one of such a paper only near the paper's name.
const OF_PAPER: &[&str] = &[
    "document no",
    "document nr",
    "document number",
    "documentnummer",
    "document nummer",
    "dokumentnr",
    "dokumentnummer",
    "dokument-nr",
];
const PAPER: &[&str] = &[
    "passport",
    "reisepass",
    "personalausweis",
    "ausweis",
    "identity card",
    "id card",
    "paspoort",
    "identiteitskaart",
    "pass",
    "id-kort",
    "identitetskort",
];

pub(super) fn search(line: &Line<'_>) -> Option<(Found, String)> {
    let labels = NUMBER
        .iter()
        .chain(OF_PAPER.iter().filter(|_| line.says_above(PAPER)));
    let paper = labels
        .flat_map(|word| line.behind(word))
        .find_map(|text| number(text, 10));
    let licence = || {
        let behind = LICENCE.iter().flat_map(|word| line.behind(word));
        behind.into_iter().find_map(|text| number(text, 16))
    };
    let number = paper.or_else(licence)?;
    let hidden = number.len() - 2;
    Some((
        Found::IdentityDocument,
        format!("{}{}", "•".repeat(hidden), number[hidden..].to_uppercase()),
    ))
}

/// Seven letters and digits or more right behind the words, as such papers are numbered; `no` and `nr` may stand between.
fn number(behind: &str, most: usize) -> Option<&str> {
    let start = |text: &'_ str| text.find(|c: char| c.is_alphanumeric());
    let mut rest = behind;
    loop {
        let from = start(rest)?;
        if rest[..from]
            .chars()
            .any(|c| !(c.is_whitespace() || ":.#-/|()".contains(c)))
        {
            return None;
        }
        rest = &rest[from..];
        let to = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let word = &rest[..to];
        if !["no", "nr", "nummer", "number"].contains(&word) {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            return (word.is_ascii() && (7..=most).contains(&word.len()) && digits >= 3).then_some(word);
        }
        rest = &rest[to..];
    }
}
