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
    if line.says(CODE) || (line.says(CODE_OF_CARD) && line.says_near(CARD)) {
        let codes = line.numbers.iter().filter(|number| is_code(line, number));
        found.extend(codes.map(|number| (Found::CardCode, "•".repeat(number.digits.len()))));
    }
    found
}

fn is_card(line: &Line<'_>, number: &Number) -> bool {
    if !issued(&number.digits) || !luhn(&number.digits) {
        return false;
    }
    let card = line.says_near(CARD);
    let label = line.label(number);
    let other = OTHER.iter().any(|word| super::has_word(&label, word));
    // Thirteen digits beginning with 4 are the article numbers of German goods far more often than a card of the last
    // century.
    card || (!other && number.digits.len() > 13)
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

/// Three or four digits behind the word.
fn is_code(line: &Line<'_>, number: &Number) -> bool {
    let label = line.label(number);
    let label = label.trim_end_matches([' ', ':', '=', '.', '#', '/', '(', '-']);
    matches!(number.digits.len(), 3 | 4) && CODE.iter().chain(CODE_OF_CARD).any(|word| label.ends_with(word))
}
