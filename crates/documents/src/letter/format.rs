//! Dates and amounts as each language writes them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use docket_core::money::Money;
use docket_core::words::Language;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DUTCH: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const SWEDISH: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A day with its month in words, so that no reader takes the day for the month.
pub fn day(language: Language, day: NaiveDate) -> String {
    let (months, dot) = match language {
        Language::English => (ENGLISH, ""),
        Language::Dutch => (DUTCH, ""),
        Language::Swedish => (SWEDISH, ""),
        Language::German => (GERMAN, "."),
    };
    // Day and month stay on one line.
    format!(
        "{}{dot}\u{a0}{} {}",
        day.day(),
        months[day.month0() as usize],
        day.year()
    )
}

/// A day and its time in UTC.
pub(super) fn moment(language: Language, at: DateTime<Utc>) -> String {
    let on = day(language, at.date_naive());
    // A file that tells the day alone means no minute of it.
    match at.num_seconds_from_midnight() {
        0 | 86_399 => on,
        _ => format!("{on}, {}", at.format("%H:%M")),
    }
}

/// An amount with its currency's code behind it.
pub fn money(language: Language, amount: Money) -> String {
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::Dutch | Language::German => ('.', ','),
        Language::Swedish => ('\u{a0}', ','),
    };
    let decimal = amount.decimal();
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", decimal.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    format!("{out}\u{a0}{}", amount.currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_its_own_way() {
        let on = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        let all = |minor: i64, code: &str| {
            let amount = Money::new(minor, code.parse().unwrap());
            Language::ALL
                .iter()
                .map(|language| money(*language, amount))
                .collect::<Vec<_>>()
        };
        let days: Vec<String> = Language::ALL.iter().map(|language| day(*language, on)).collect();
        assert_eq!(
            days,
            [
                "5\u{a0}March 2026",
                "5\u{a0}maart 2026",
                "5\u{a0}mars 2026",
                "5.\u{a0}März 2026"
            ]
        );
        assert_eq!(
            all(123_456_789, "EUR"),
            [
                "1,234,567.89\u{a0}EUR",
                "1.234.567,89\u{a0}EUR",
                "1\u{a0}234\u{a0}567,89\u{a0}EUR",
                "1.234.567,89\u{a0}EUR"
            ]
        );
        assert_eq!(all(-50, "SEK")[0], "−0.50\u{a0}SEK");
        assert_eq!(all(12_000, "JPY")[3], "12.000\u{a0}JPY");
    }
}
