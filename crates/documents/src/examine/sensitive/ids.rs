//! National numbers of persons. Most look like any number; so they count only with their checksum, and where that is
//! weak, only near a word that names them.

use super::{Found, Line, Number, luhn};

/// Whether a number on a line is of that kind.
type Test = fn(&Line<'_>, &Number) -> bool;

pub(super) fn search(line: &Line<'_>) -> Vec<(Found, String)> {
    let kinds: [(Found, Test); 4] = [
        (Found::UsSocialSecurity, us),
        (Found::DutchBsn, dutch),
        (Found::SwedishPersonnummer, swedish),
        (Found::GermanTaxId, german),
    ];
    let mut found = Vec::new();
    for number in &line.numbers {
        found.extend(
            kinds
                .iter()
                .filter(|(_, is)| is(line, number))
                .map(|(kind, _)| (*kind, number.masked(2))),
        );
    }
    found
}

fn value(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(*digit))
}

/// Never given out: area 000, 666 and 900 on, group 00, serial 0000.
fn us(line: &Line<'_>, number: &Number) -> bool {
    if number.digits.len() != 9 {
        return false;
    }
    let (area, group, serial) = (
        value(&number.digits[..3]),
        value(&number.digits[3..5]),
        value(&number.digits[5..]),
    );
    let given = !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0;
    let named = line.says_near(&["ssn", "social security", "social security number"]);
    given && (named || number.pattern() == "XXX-XX-XXXX")
}

/// The test of eleven: 9·a + 8·b + … + 2·h − i is divisible by eleven.
fn dutch(line: &Line<'_>, number: &Number) -> bool {
    let words = ["bsn", "burgerservicenummer", "sofinummer", "sofi-nummer"];
    if number.digits.len() != 9 || !line.says_near(&words) {
        return false;
    }
    let sum: i32 = number
        .digits
        .iter()
        .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
        .map(|(digit, weight)| i32::from(*digit) * weight)
        .sum();
    sum != 0 && sum % 11 == 0
}

/// A date of birth, three digits and Luhn's over the last ten. Unnamed it must be written with its dash, and the year must
/// be none in which an order could have been numbered by its date.
fn swedish(line: &Line<'_>, number: &Number) -> bool {
    let digits = &number.digits;
    let (century, ten) = match digits.len() {
        10 => (None, &digits[..]),
        12 if matches!(value(&digits[..2]), 19 | 20) => (Some(value(&digits[..2])), &digits[2..]),
        _ => return false,
    };
    let (year, month, day) = (value(&ten[..2]), value(&ten[2..4]), value(&ten[4..6]));
    // Coordination numbers have 60 added to the day.
    let dated = (1..=12).contains(&month) && matches!(day, 1..=31 | 61..=91);
    if !dated || !luhn(ten) {
        return false;
    }
    let words = [
        "personnummer",
        "personnr",
        "pnr",
        "samordningsnummer",
        "personal number",
        "personal identity number",
    ];
    let dashed = matches!(number.pattern().as_str(), "XXXXXX-XXXX" | "XXXXXXXX-XXXX");
    let grown = century == Some(19) || !(13..=40).contains(&year);
    line.says_near(&words) || (dashed && grown)
}

/// ISO 7064, MOD 11,10.
fn german(line: &Line<'_>, number: &Number) -> bool {
    let words = [
        "steuer-id",
        "steuerid",
        "steuer-idnr",
        "idnr",
        "steueridentifikationsnummer",
        "steuer-identifikationsnummer",
        "steuerliche identifikationsnummer",
        "tin",
    ];
    if number.digits.len() != 11 || number.digits[0] == 0 || !line.says_near(&words) {
        return false;
    }
    let mut product = 10;
    for digit in &number.digits[..10] {
        let sum = match (u32::from(*digit) + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    (11 - product) % 10 == u32::from(number.digits[10])
}
