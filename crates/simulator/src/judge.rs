//! The hidden rule: how what a merchant hands in moves the chance that its case began with. One rule for all platforms.
//!
//! Files are opened and read. A decision is drawn against `strength + weight`, so complete answers win more often and
//! none is sure to.

use lopdf::Document;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The word at the control door for a decision by this rule.
pub(crate) const JUDGED: &str = "JUDGED";

/// A case with nothing handed in.
pub(crate) const SILENCE: f64 = -0.45;
/// What else an answer can bring, on top of [`SILENCE`].
const PROOF: f64 = 0.25;
const NAMED: f64 = 0.20;
const SHOWN: f64 = 0.15;
const TOLD: f64 = 0.15;

/// Letters from which a document says something.
const LETTERS: usize = 200;
/// Letters of a file that tells the whole case.
const STATEMENT: usize = 600;
/// Bytes from which a picture shows something.
const PICTURE: usize = 2_000;

/// What stands in a file.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// Without spaces and in small letters: extraction breaks words where lines break.
    text: String,
    picture: bool,
}

/// What somebody who knows the payment finds in a file.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Reading {
    /// It has enough text, or a picture of some size.
    pub shows: bool,
    /// It holds a statement as long as an answer needs.
    pub tells: bool,
    /// A number of the payment stands in it.
    pub names: bool,
    /// The parcel's number stands in it.
    pub tracks: bool,
}

impl Content {
    /// Reads a PDF's text; a picture is believed by its size. What cannot be read shows nothing.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if !bytes.starts_with(b"%PDF-") {
            let picture = bytes.len() >= PICTURE;
            return Self {
                picture,
                ..Self::default()
            };
        }
        let read = || {
            let document = Document::load_mem(bytes).ok()?;
            let pages: Vec<u32> = document.get_pages().into_keys().take(60).collect();
            document.extract_text(&pages).ok()
        };
        // A library's panic over a strange file must not end the platform.
        let text = std::panic::catch_unwind(read).ok().flatten().unwrap_or_default();
        Self {
            text: plain(&text),
            picture: false,
        }
    }

    pub(crate) fn reading(&self, payment: &[String], parcel: &[String]) -> Reading {
        let letters = self.text.chars().count();
        Reading {
            shows: self.picture || letters >= LETTERS,
            tells: letters >= STATEMENT,
            names: mentions(&self.text, payment),
            tracks: mentions(&self.text, parcel),
        }
    }
}

/// An answer as the rule sees it.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// All that is said in words.
    pub words: String,
    pub files: Vec<Reading>,
    /// The proof that this reason asks for is there, in the platform's own place for it.
    pub proof: bool,
}

impl Answer {
    /// From [`SILENCE`] to 0.30.
    pub(crate) fn weight(&self, payment: &[String]) -> f64 {
        let named = mentions(&plain(&self.words), payment) || self.files.iter().any(|file| file.names);
        let shown = self.files.iter().any(|file| file.shows);
        let told = self.words.chars().count() >= LETTERS || self.files.iter().any(|file| file.tells);
        [(self.proof, PROOF), (named, NAMED), (shown, SHOWN), (told, TOLD)]
            .into_iter()
            .filter(|(there, _)| *there)
            .fold(SILENCE, |sum, (_, part)| sum + part)
    }
}

/// Whether one of the numbers stands in a text; short ones would be found by accident.
pub(crate) fn mentioned(words: &str, numbers: &[String]) -> bool {
    mentions(&plain(words), numbers)
}

fn mentions(text: &str, numbers: &[String]) -> bool {
    let mut plain_ones = numbers.iter().map(|number| plain(number));
    plain_ones.any(|number| number.len() >= 4 && text.contains(&number))
}

fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

/// The dice of one case, the same for the same seed: from 0 up to 1.
pub(crate) fn luck(seed: u64, case: &str) -> f64 {
    let mut digest = Sha256::new();
    digest.update(seed.to_le_bytes());
    digest.update(case.as_bytes());
    StdRng::from_seed(digest.finalize().into()).random()
}

/// A chance that is neither none nor sure.
pub(crate) fn bounded(chance: f64) -> f64 {
    chance.clamp(0.03, 0.97)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(all: &[&str]) -> Vec<String> {
        all.iter().map(|&number| number.to_owned()).collect()
    }

    #[test]
    fn each_part_of_an_answer_adds_and_all_together_turn_the_case() {
        let payment = numbers(&["INV-10 020", "x"]);
        let empty = Answer::default().weight(&payment);
        let named = Answer {
            words: "Paid by inv-10020.".to_owned(),
            ..Answer::default()
        };
        let file = Reading {
            shows: true,
            tells: false,
            names: true,
            tracks: false,
        };
        let whole = Answer {
            words: "The parcel arrived. ".repeat(20),
            files: vec![file],
            proof: true,
        };
        assert!((empty - SILENCE).abs() < 1e-9);
        assert!((named.weight(&payment) - SILENCE - NAMED).abs() < 1e-9);
        assert!((whole.weight(&payment) - 0.30).abs() < 1e-9);
        // A number that is too short to mean anything names nothing.
        assert!(!mentioned("ax", &numbers(&["x"])));
    }

    #[test]
    fn what_is_no_pdf_shows_only_by_its_size_and_a_broken_one_nothing() {
        assert!(Content::of(&[0xFF; 5_000]).reading(&[], &[]).shows);
        assert!(!Content::of(&[0xFF; 100]).reading(&[], &[]).shows);
        assert!(
            !Content::of(b"%PDF-1.7 and then nothing that can be read")
                .reading(&[], &[])
                .shows
        );
    }

    #[test]
    fn luck_is_the_case_s_own() {
        assert!((luck(7, "PP-1") - luck(7, "PP-1")).abs() < f64::EPSILON);
        assert!((luck(7, "PP-1") - luck(7, "PP-2")).abs() > f64::EPSILON);
        let all = (0..2_000).map(|case| luck(7, &case.to_string()));
        let below = all.filter(|luck| *luck < 0.3).count();
        assert!((500..700).contains(&below), "{below}");
    }
}
