//! Postal codes where an address has them: before the town.

use super::status::delivered;

/// German, Swedish and Dutch postal codes of the addresses in a text, without blanks.
pub fn postcodes(text: &str) -> Vec<String> {
    text.split(['\n', ',', ';', ':', '(', ')'])
        .filter_map(|part| postcode(part.trim()))
        .collect()
}

fn postcode(part: &str) -> Option<String> {
    let part = ["DE-", "D-", "SE-", "S-", "NL-"]
        .iter()
        .find_map(|land| part.strip_prefix(land))
        .unwrap_or(part);
    let mut words = part.split_whitespace();
    let (first, second, third) = (words.next()?, words.next()?, words.next());
    let digits = |word: &str, count: usize| word.len() == count && word.bytes().all(|b| b.is_ascii_digit());
    let town = |word: &str| word.starts_with(char::is_uppercase) && !delivered(word);
    let letters = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase());
    let dutch =
        |word: &str| word.len() == 6 && word.is_ascii() && digits(&word[..4], 4) && letters(&word[4..]);
    if (digits(first, 5) || dutch(first)) && town(second) {
        return Some(first.to_owned());
    }
    let halves = (digits(first, 4) && letters(second)) || (digits(first, 3) && digits(second, 2));
    (halves && town(third?)).then(|| format!("{first}{second}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_before_towns() {
        assert_eq!(postcodes("Ahornweg 3, 20099 Hamburg, DE"), ["20099"]);
        assert_eq!(postcodes("Kerkstraat 5\n3511 AB Utrecht"), ["3511AB"]);
        assert_eq!(postcodes("1012JS Amsterdam"), ["1012JS"]);
        assert_eq!(postcodes("Storgatan 1, SE-114 55 Stockholm"), ["11455"]);
        let none: [&str; 0] = [];
        for other in [
            "10045 Delivered",
            "Order 10045",
            "10045",
            "3511 AB",
            "weight 12345 g",
        ] {
            assert_eq!(postcodes(other), none, "{other}");
        }
    }
}
