//! What a document of the carrier must show to prove a delivery: status, date, address or recipient, and which parcel
//! (`domain.md` C22 and D2: a proof that lacks one of them loses, and costs a fee).

use crate::words::words;

words! {
    /// What a proof of delivery must show.
    Shows, "part of a proof of delivery" {
        /// That it was delivered.
        Status = "status",
        /// When.
        Date = "date",
        /// To whom or where.
        Recipient = "recipient",
        /// Which parcel or order.
        Parcel = "parcel",
    }
}

const DELIVERED: &[&str] = &[
    "delivered",
    "bezorgd",
    "afgeleverd",
    "geleverd",
    "levererad",
    "levererat",
    "utlämnad",
    "utlämnat",
    "zugestellt",
    "ausgeliefert",
    "livré",
    "leveret",
    "levert",
    "picked up",
    "afgehaald",
    "uthämtad",
    "abgeholt",
];
const RECIPIENT: &[&str] = &[
    "recipient",
    "received by",
    "signed by",
    "signed for",
    "delivered to",
    "delivery address",
    "ship to",
    "ontvanger",
    "ontvangen door",
    "afgegeven aan",
    "adres",
    "mottagare",
    "mottagen av",
    "kvitterad av",
    "leveransadress",
    "empfänger",
    "empfangen von",
    "zugestellt an",
    "lieferadresse",
];
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "mrt", "mär", "apr", "may", "mei", "maj", "mai", "jun", "jul", "aug", "sep", "oct",
    "okt", "nov", "dec", "dez",
];

/// What a document's text shows. `places` are the address and the recipient as they are known, `parcels` tracking numbers
/// and references of the order.
pub fn shows(text: &str, places: &[&str], parcels: &[&str]) -> Vec<Shows> {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let tight = squeezed(text);
    let mut shown = Vec::new();
    if has(DELIVERED) {
        shown.push(Shows::Status);
    }
    if has_date(&lower) {
        shown.push(Shows::Date);
    }
    let known = places.iter().any(|place| {
        let place = squeezed(place);
        place.len() >= 4 && tight.contains(&place)
    });
    if known || has(RECIPIENT) {
        shown.push(Shows::Recipient);
    }
    let parcel = parcels.iter().any(|number| {
        let number = squeezed(number);
        number.len() >= 4 && tight.contains(&number)
    });
    if parcel {
        shown.push(Shows::Parcel);
    }
    shown
}

/// Letters and digits only, in lower case: numbers are printed in groups, addresses over lines.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A day with month and year, which is no time of day (hence the colon): `2026-11-24`, `24.11.2026`, `24/11/26`, `24 november 2026`, `Nov 24, 2026`.
fn has_date(lower: &str) -> bool {
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != ':')
        .filter(|word| !word.is_empty())
        .collect();
    let number = |word: &str| word.parse::<u32>().ok().filter(|_| word.len() <= 4);
    words.windows(3).any(|three| {
        let numbers: Vec<Option<u32>> = three.iter().map(|word| number(word)).collect();
        let month = |word: &str| MONTHS.iter().any(|month| word.starts_with(month));
        let day = |n: Option<u32>| n.is_some_and(|n| (1..=31).contains(&n));
        let short = |n: Option<u32>| n.is_some_and(|n| (1..=12).contains(&n));
        let year = |n: Option<u32>| n.is_some_and(|n| (2000..=2099).contains(&n) || (20..=60).contains(&n));
        let in_numbers = (year(numbers[0]) && three[0].len() == 4 && short(numbers[1]) && day(numbers[2]))
            || (day(numbers[0]) && short(numbers[1]) && year(numbers[2]))
            || (short(numbers[0]) && day(numbers[1]) && year(numbers[2]) && three[2].len() == 4);
        let in_words = (day(numbers[0]) && month(three[1]) && year(numbers[2]))
            || (month(three[0]) && day(numbers[1]) && year(numbers[2]));
        in_numbers || in_words
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "PostNL\nZending 3SABCD 1234567\nBezorgd op 24-11-2026 om 14:05\nOntvanger: T. Sandelin, Utrecht";

    #[test]
    fn a_whole_proof_shows_everything() {
        assert_eq!(shows(WHOLE, &[], &["3SABCD1234567"]), Shows::ALL);
    }

    #[test]
    fn each_part_that_lacks_is_told() {
        let lacks = |text: &str| {
            let shown = shows(text, &["Ahornweg 3, Hamburg"], &["HE00417722"]);
            Shows::ALL
                .iter()
                .copied()
                .filter(|part| !shown.contains(part))
                .collect::<Vec<_>>()
        };
        assert_eq!(lacks("Zugestellt 24.11.2026, HE00417722"), [Shows::Recipient]);
        assert_eq!(
            lacks("Delivered Nov 24, 2026 to Ahornweg 3\nHamburg"),
            [Shows::Parcel]
        );
        assert_eq!(
            lacks("Label created 2026-11-24 for HE00417722, recipient: Sandelin"),
            [Shows::Status]
        );
        assert_eq!(
            lacks("Delivered to the recipient of HE 0041 7722 at 14:05"),
            [Shows::Date]
        );
        assert_eq!(lacks(""), Shows::ALL);
    }

    #[test]
    fn dates_are_told_from_other_numbers() {
        for date in [
            "2026-11-24",
            "24.11.2026",
            "24/11/26",
            "11/24/2026",
            "24 november 2026",
            "nov 24, 2026",
            "5 mrt 2027",
        ] {
            assert!(has_date(date), "{date}");
        }
        for other in [
            "14:05:33",
            "1234 56 789",
            "order 4711",
            "2026",
            "99.99.9999",
            "12 34 56",
        ] {
            assert!(!has_date(other), "{other}");
        }
    }
}
