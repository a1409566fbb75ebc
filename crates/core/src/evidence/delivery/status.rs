//! Whether a document says that the parcel was delivered, or that it was not: what denies it wins.

use chrono::NaiveDate;

use super::dates::days_in;

const DELIVERED: &[&str] = &[
    "delivered",
    "bezorgd",
    "afgeleverd",
    "geleverd",
    "levererad",
    "levererat",
    "levererats",
    "utlämnad",
    "utlämnat",
    "utlämnats",
    "zugestellt",
    "ausgeliefert",
    "livré",
    "leveret",
    "levert",
    "picked up",
    "afgehaald",
    "opgehaald",
    "uthämtad",
    "uthämtat",
    "abgeholt",
];
/// Forms that say it only after a "not".
const DELIVER: &[&str] = &[
    "deliver",
    "bezorgen",
    "afleveren",
    "leverera",
    "levereras",
    "utlämnas",
    "zustellen",
];
const NOT: &[&str] = &[
    "not", "never", "cannot", "unable", "couldn", "wasn", "hasn", "isn", "nicht", "nie", "niet", "nooit",
    "ej", "inte", "aldrig",
];
/// It is still to come.
const SOON: &[&str] = &["be", "being", "wird", "wordt", "zal", "kommer", "ska", "skall"];
/// What ends a "not".
const REACH: usize = 4;
/// Tried in vain, which a later day may mend.
const TRIED: &[&str] = &[
    "delivery attempt",
    "delivery attempted",
    "attempted delivery",
    "failed",
    "unsuccessful",
    "missed delivery",
    "zustellversuch",
    "fehlgeschlagen",
    "erfolglos",
    "gescheitert",
    "bezorgpoging",
    "mislukt",
    "leveransförsök",
    "misslyckades",
    "misslyckad",
    "misslyckat",
];
const FAILED: &[&str] = &[
    "undelivered",
    "undeliverable",
    "unclaimed",
    "unzustellbar",
    "onbestelbaar",
    "obeställbar",
    "obeställbart",
    "delivery exception",
    "refused",
    "verweigert",
    "geweigerd",
    "nekad",
    "zurückgesandt",
    "zurückgesendet",
    "zurückgeschickt",
    "geretourneerd",
    "teruggestuurd",
    "returnerad",
    "returnerat",
    "returneras",
    "sent back",
];
const BACK: &[&str] = &[
    "return",
    "returned",
    "returning",
    "back",
    "zurück",
    "retoure",
    "rücksendung",
    "retour",
    "terug",
    "retur",
    "tillbaka",
];
const SENDER: &[&str] = &[
    "sender",
    "shipper",
    "absender",
    "afzender",
    "avsändare",
    "avsändaren",
];
const NO: &[&str] = &["no", "nein", "nee", "nej"];

/// Whether it says that it was delivered; [`denial`] may still deny it.
pub(super) fn delivered(text: &str) -> bool {
    clauses(text).iter().any(|clause| is_delivered(clause))
}

fn is_delivered(clause: &[String]) -> bool {
    (0..clause.len()).any(|at| {
        let soon = clause[at.saturating_sub(REACH)..at]
            .iter()
            .any(|word| is(SOON, word));
        !soon && DELIVERED.iter().any(|phrase| begins(&clause[at..], phrase))
    })
}

/// The lines that say that it was delivered.
pub(super) fn delivered_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| delivered(line))
}

/// The words that say that it was not delivered, did not stay delivered, or was tried in vain. A history may begin with such a
/// try: what was delivered on a later day is delivered.
pub fn denial(text: &str) -> Option<String> {
    let standing = |line: &&str| {
        let mended = || days_in(line).into_iter().max() < last_delivery(text);
        !(only_tried(line) && mended())
    };
    let standing: Vec<&str> = text.lines().filter(standing).collect();
    denied(&standing.join("\n"), &[FAILED, TRIED])
}

/// Whether a line says nothing against a delivery but that it was tried in vain, and when.
fn only_tried(line: &str) -> bool {
    denied(line, &[TRIED]).is_some() && denied(line, &[FAILED]).is_none() && !days_in(line).is_empty()
}

/// The day of the last delivery that a line of its own tells; of two readings of it, the earlier one.
fn last_delivery(text: &str) -> Option<NaiveDate> {
    delivered_lines(text)
        .filter(|line| denied(line, &[FAILED, TRIED]).is_none())
        .filter_map(|line| days_in(line).into_iter().min())
        .max()
}

fn denied(text: &str, failed: &[&[&str]]) -> Option<String> {
    let clauses = clauses(text);
    let denied = clauses.iter().find_map(|clause| {
        (0..clause.len()).find_map(|at| {
            let rest = &clause[at..];
            let reach = &rest[..rest.len().min(REACH + 2)];
            let within = |first: &[&str], then: &[&str]| {
                let end = reach.iter().skip(1).position(|word| is(then, word))?;
                is(first, &rest[0]).then(|| reach[..end + 2].join(" "))
            };
            let failed = || {
                failed
                    .iter()
                    .copied()
                    .flatten()
                    .find(|phrase| begins(rest, phrase))
                    .map(|phrase| (*phrase).to_owned())
            };
            within(NOT, DELIVERED)
                .or_else(|| within(NOT, DELIVER))
                .or_else(|| within(BACK, SENDER))
                .or_else(failed)
        })
    });
    denied.or_else(|| {
        clauses.windows(2).find_map(|two| {
            let (status, answer) = (two[0].last()?, two[1].first()?);
            let no = is(DELIVERED, status) && is(NO, answer) && two[1].len() == 1;
            no.then(|| format!("{status}: {answer}"))
        })
    })
}

fn is(words: &[&str], word: &str) -> bool {
    words.contains(&word)
}

fn begins(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.len() >= phrase.len() && words.iter().zip(phrase).all(|(word, part)| word == part)
}

/// The words of each clause in lower case. A line that goes on in small letters is the same sentence.
fn clauses(text: &str) -> Vec<Vec<String>> {
    let chars: Vec<char> = text.chars().collect();
    let ends = |at: usize| match chars[at] {
        '\n' => chars[at..]
            .iter()
            .find(|c| !c.is_whitespace())
            .is_none_or(|c| !c.is_lowercase()),
        '.' => chars.get(at + 1).is_none_or(|c| c.is_whitespace()),
        ',' | ':' | ';' | '!' | '?' | '|' | '(' | ')' => true,
        _ => false,
    };
    let mut clauses = Vec::new();
    let mut from = 0;
    for at in 0..=chars.len() {
        if at == chars.len() || ends(at) {
            let clause: String = chars[from..at].iter().flat_map(|c| c.to_lowercase()).collect();
            let words = clause
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty());
            clauses.push(words.map(str::to_owned).collect());
            from = at;
        }
    }
    clauses
}
