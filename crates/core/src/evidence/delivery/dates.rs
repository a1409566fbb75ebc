//! The days that a document names.

use chrono::NaiveDate;

use super::status::delivered_lines;

/// How the months begin in the languages of the house.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb"],
    &["mar", "mrt", "mär", "maa"],
    &["apr"],
    &["may", "mei", "maj", "mai"],
    &["jun"],
    &["jul"],
    &["aug"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez"],
];

/// The days of the lines that say that it was delivered; where these name none, all days of the document. A day that can be
/// read in two ways is both.
pub fn days(text: &str) -> Vec<NaiveDate> {
    let delivered: Vec<NaiveDate> = delivered_lines(text).flat_map(days_in).collect();
    if delivered.is_empty() {
        days_in(text)
    } else {
        delivered
    }
}

/// A day with month and year, which is no time of day (hence the colon): `2026-11-24`, `24.11.2026`, `24/11/26`, `24 november 2026`, `Nov 24, 2026`.
pub(super) fn days_in(text: &str) -> Vec<NaiveDate> {
    let lower = text.to_lowercase();
    // `2026-11-24t14:05` is the day with its time.
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != ':')
        .map(|word| {
            word.split_once('t')
                .map_or(word, |(day, time)| if time.contains(':') { day } else { word })
        })
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(3)
        .flat_map(|three| readings(three[0], three[1], three[2]))
        .collect()
}

fn readings(first: &str, second: &str, third: &str) -> Vec<NaiveDate> {
    let number = |word: &str| word.parse::<u32>().ok().filter(|_| word.len() <= 4);
    let month = |word: &str| {
        let of = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
        (1..)
            .zip(&MONTHS)
            .find(|(_, names)| of(names))
            .map(|(month, _)| month)
    };
    let year = |word: &str| match number(word)? {
        year @ 2000..=2099 => Some(year),
        year @ 20..=60 if word.len() == 2 => Some(2000 + year),
        _ => None,
    };
    let long = |word: &str| year(word).filter(|_| word.len() == 4);
    let date = |year: Option<u32>, month: Option<u32>, day: Option<u32>| {
        NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)
    };
    let all = [
        date(long(first), number(second), number(third)),
        date(year(third), number(second), number(first)),
        date(long(third), number(first), number(second)),
        date(year(third), month(second), number(first)),
        date(year(third), month(first), number(second)),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_numbers() {
        let november = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        for date in [
            "2026-11-24",
            "2026-11-24T14:05:00Z",
            "24.11.2026",
            "24/11/26",
            "11/24/2026",
            "24 november 2026",
            "nov 24, 2026",
        ] {
            assert_eq!(days_in(date), [november], "{date}");
        }
        assert_eq!(days_in("5 mrt 2027").len(), 1);
        assert_eq!(days_in("05/11/2026").len(), 2, "either may be the day");
        for other in [
            "14:05:33",
            "1234 56 789",
            "order 4711",
            "2026",
            "99.99.9999",
            "31.02.2026",
            "12 34 56",
        ] {
            assert_eq!(days_in(other), [], "{other}");
        }
    }

    #[test]
    fn the_day_of_delivery_counts_before_others() {
        let text = "Printed 2026-11-25\nDelivered 2024-01-12";
        assert_eq!(days(text), [NaiveDate::from_ymd_opt(2024, 1, 12).unwrap()]);
        assert_eq!(days("Delivered\n2026-11-25").len(), 1);
    }
}
