//! Card numbers and their security codes.

use super::{Found, Line, Number, luhn};

/// Words that make a card likely, in the languages of the house.
const CARD: &[&str] = &[
    "card",
    "credit card",
    "debit card",
    "card number",
    "visa",
    "mastercard",
    "amex",
    "american express",
    "maestro",
    "kaart",
    "kaartnummer",
    "creditcard",
    "betaalkaart",
    "kort",
    "kortnummer",
    "kreditkort",
    "betalkort",
    "karte",
    "kartennummer",
    "kreditkarte",
    "kreditkartennummer",
    "pan",
];
/// Words before a number that say what it is instead. Many such numbers carry Luhn's digit, too.
const OTHER: &[&str] = &[
    "order",
    "tracking",
    "track",
    "parcel",
    "shipment",
    "consignment",
    "invoice",
    "reference",
    "ocr",
    "imei",
    "iccid",
    "ean",
    "gtin",
    "isbn",
    "bestelling",
    "pakket",
    "zending",
    "factuur",
    "verzending",
    "beställning",
    "paket",
    "sändning",
    "kollinummer",
    "kolli",
    "faktura",
    "bestellung",
    "bestellnummer",
    "sendung",
    "sendungsnummer",
    "paketnummer",
    "rechnung",
    "rechnungsnummer",
    "ordernummer",
    "fakturanummer",
    "factuurnummer",
    "bestelnummer",
    "track & trace",
    "serial",
    "sku",
];
/// Words for the code that mean nothing else.
const CODE: &[&str] = &[
    "cvv",
    "cvv2",
    "cvc",
    "cvc2",
    "kartenprüfnummer",
    "kartenprüfziffer",
];
/// Words for the code that mean it only beside a card.
const CODE_OF_CARD: &[&str] = &[
    "security code",
    "verification code",
    "cid",
    "csc",
    "beveiligingscode",
    "säkerhetskod",
    "prüfziffer",
    "prüfnummer",
    "sicherheitscode",
];

pub(super) fn search(line: &Line<'_>) -> Vec<(Found, String)> {
    let numbers = line.numbers.iter().filter(|number| is_card(line, number));
    let mut found: Vec<(Found, String)> = numbers
        .map(|number| (Found::CardNumber, number.masked(4)))
        .collect();
    let codes = CODE
        .iter()
        .chain(CODE_OF_CARD.iter().filter(|_| line.says_above(CARD)));
    let behind = codes.flat_map(|word| line.behind(word)).filter_map(code);
    // One code may have two names: `CVV/CVC 123`.
    found.extend(behind.max().map(|digits| (Found::CardCode, "•".repeat(digits))));
    found
}

/// Whether a text ends with a word for a card, so that the digits right behind it are its number.
pub(super) fn glued(before: &str) -> bool {
    let word: Vec<char> = before.chars().rev().take_while(|c| c.is_alphabetic()).collect();
    let word: String = word.into_iter().rev().flat_map(char::to_lowercase).collect();
    CARD.contains(&word.as_str())
}

/// Whether it could be a card's number by its beginning, its length and its checksum.
pub(super) fn fits(digits: &[u8]) -> bool {
    issued(digits) && luhn(digits)
}

/// Whether a text speaks of a card.
pub(super) fn named(lower: &str) -> bool {
    CARD.iter().any(|word| super::has_word(lower, word))
}

/// Whether what stands right before a number says that it is another one.
pub(super) fn other(label: &str) -> bool {
    OTHER.iter().any(|word| super::has_word(label, word))
}

fn is_card(line: &Line<'_>, number: &Number) -> bool {
    if !fits(&number.digits) {
        return false;
    }
    let card = line.says_near(CARD);
    let label = line.label(number);
    // Thirteen digits beginning with 4 are the article numbers of German goods far more often than a card of the last
    // century.
    card || (!other(&label) && number.digits.len() > 13)
}

/// Whether a card scheme gives out numbers that begin so and are so long.
fn issued(digits: &[u8]) -> bool {
    let start = |count: usize| {
        digits
            .iter()
            .take(count)
            .fold(0u32, |value, digit| value * 10 + u32::from(*digit))
    };
    let length = digits.len();
    if !(13..=19).contains(&length) {
        return false;
    }
    match (start(1), start(2), start(4)) {
        (4, _, _) => matches!(length, 13 | 16 | 19),
        (_, 51..=55, _) | (_, _, 2221..=2720) => length == 16,
        (_, 34 | 37, _) => length == 15,
        (_, 36 | 38 | 39, _) | (_, _, 3000..=3059) => length == 14,
        (_, _, 3528..=3589) | (_, 62 | 65, _) | (_, _, 6011 | 6440..=6499) => length >= 16,
        (_, _, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763) => true,
        _ => false,
    }
}

/// How many digits of a code stand right behind its word: three or four.
fn code(behind: &str) -> Option<usize> {
    let rest = behind.trim_start_matches(|c: char| c.is_whitespace() || ":=.#/(-|".contains(c));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest[digits..].chars().next();
    (matches!(digits, 3 | 4) && after.is_none_or(|c| !c.is_alphanumeric())).then_some(digits)
}
